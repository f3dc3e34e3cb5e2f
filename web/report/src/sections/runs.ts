// All link runs and reviews of the store, one after the other.
import { axisX, axisY, barY, ruleY } from "@observablehq/plot";
import { chart, colours } from "../../../shared/chart";
import { runsOf, type ReportDocument, type Run } from "../document";
import { empty, numbers, section } from "../../../shared/dom";
import { count } from "../../../shared/format";
import { compact, millionths } from "../format";

function runsChart(runs: Run[]): HTMLElement {
  const bars = runs.flatMap((run) => [
    { run: run.epoch, records: run.new_records - run.attached, colour: colours.main },
    { run: run.epoch, records: run.attached, colour: colours.second },
  ]);
  return chart({
    name: "runs",
    title: "New records of each link run",
    description: runs.map((run) => `run ${run.epoch}: ${count(run.new_records)} new records, ` +
      `${count(run.attached)} of them of persons known before`).join("; "),
    keys: [
      { name: "of persons new to the store", colour: colours.main },
      { name: "joined a person known from an earlier run", colour: colours.second },
    ],
    options: () => ({
      height: 260,
      marginLeft: 52,
      marginBottom: 40,
      x: { type: "band", domain: runs.map((run) => run.epoch), label: null,
        padding: Math.max(0.2, 1 - runs.length / 12) },
      y: { label: null, grid: true },
      color: { type: "identity" },
      marks: [
        barY(bars, { x: "run", y: "records", fill: "colour" }),
        ruleY([0], { stroke: colours.line }),
        axisX({ label: "link run", tickSize: 0 }),
        axisY({ label: "\u2191 new records", tickFormat: compact, ticks: 5 }),
      ],
    }),
  });
}

// Precision by known pairs, with its interval.
function precisionOf(run: Run): string {
  const precision = run.report?.quality?.precision;
  if (!precision) return "\u2013";
  return `${millionths(precision.value)} (${millionths(precision.low)} to ` +
    `${millionths(precision.high)})`;
}

export function runsSection(report: ReportDocument): HTMLElement {
  const { epochs } = report;
  const title = "Link runs and reviews";
  const lead = "Each link run gives keys to the records that came since the one before; each review " +
    "changes those that people decided to change. Either is one epoch of the store.";
  if (epochs.length === 0) return section("runs", title, lead, empty("There was none yet."));
  return section("runs", title, lead,
    runsChart(runsOf(report)),
    numbers("link runs and reviews", [
      { title: "Epoch", cell: (run: Run) => count(run.epoch) },
      { title: "Kind", text: true,
        cell: (run: Run) => (run.kind === "link_run" ? "link run" : run.kind) },
      { title: "Records", cell: (run: Run) => count(run.records) },
      { title: "New", cell: (run: Run) => count(run.new_records) },
      { title: "Pairs compared", cell: (run: Run) => count(run.candidate_pairs) },
      { title: "Links", cell: (run: Run) => count(run.links) },
      { title: "Keys given", cell: (run: Run) => count(run.keys_minted) },
      { title: "Joined a key", cell: (run: Run) => count(run.attached) },
      { title: "Proposed", cell: (run: Run) => count(run.proposals) },
      { title: "Withdrawn", cell: (run: Run) => count(run.withdrawn) },
      { title: "Moved", cell: (run: Run) => count(run.moved) },
      { title: "Threshold", text: true, cell: (run: Run) => run.threshold || "\u2013" },
      { title: "Precision (95 %)", cell: precisionOf },
    ], epochs));
}
