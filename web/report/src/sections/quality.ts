// How good the links are, as far as that can be known without the truth; and what other thresholds
// would give.
import { areaY, axisX, axisY, dot, line, ruleY } from "@observablehq/plot";
import { chart, colours } from "../../../shared/chart";
import type { CurvePoint, Estimate, Learned, Planted, Run, RunReport } from "../document";
import { empty, facts, note, numbers, section, warning, type Column } from "../../../shared/dom";
import { count, decimals } from "../../../shared/format";
import { millionths, signedBits } from "../format";
import { thresholdMarks } from "./weights";

const interval = (estimate: Estimate): string =>
  `${millionths(estimate.low)} to ${millionths(estimate.high)}`;

// The thresholds that anyone would think of.
function nearby(learned: Learned): CurvePoint[] {
  const own = learned.threshold / 1000;
  return learned.curve.filter((point) => point.bits >= own - 16 && point.bits <= own + 30);
}

function curveChart(learned: Learned, points: CurvePoint[]): HTMLElement {
  const known = points.filter((point) => point.precision !== undefined);
  const own = learned.threshold / 1000;
  const at = learned.at_threshold;
  const share = (value: number | undefined): number => (value ?? 0) / 1e6;
  return chart({
    name: "curve",
    title: "Precision and recall by threshold",
    description: `At the run's threshold of ${decimals(own, 1)} bits ` +
      (at.precision ? `precision is ${millionths(at.precision.value)} by known pairs and ` : "") +
      `the model expects to find ${millionths(at.model_recall)} of the matches.`,
    keys: [
      ...(known.length > 0 ? [
        { name: "precision, by pairs known to be two persons", colour: colours.main,
          shape: "line" as const },
        { name: "its 95 % interval", colour: colours.main, shape: "pale" as const }] : []),
      { name: "precision, the model\u2019s own opinion", colour: colours.second,
        shape: "dashes" as const },
      { name: "recall, the model\u2019s own opinion", colour: colours.third,
        shape: "dashes" as const },
    ],
    options: () => ({
      height: 340,
      marginLeft: 52,
      marginBottom: 42,
      x: { label: null },
      y: { domain: [0, 1], label: null, grid: true },
      marks: [
        areaY(known, { x: "bits", y1: (p: CurvePoint) => share(p.precision?.low),
          y2: (p: CurvePoint) => share(p.precision?.high), fill: colours.main, fillOpacity: 0.2 }),
        line(points, { x: "bits", y: (p: CurvePoint) => share(p.model_recall),
          stroke: colours.third, strokeWidth: 2, strokeDasharray: "7,3" }),
        line(points, { x: "bits", y: (p: CurvePoint) => share(p.model_precision),
          stroke: colours.second, strokeWidth: 2, strokeDasharray: "2,3" }),
        line(known, { x: "bits", y: (p: CurvePoint) => share(p.precision?.value),
          stroke: colours.main, strokeWidth: 2.4 }),
        ruleY([0], { stroke: colours.line }),
        axisX({ label: "threshold in bits \u2192", tickFormat: signedBits }),
        axisY({ label: "\u2191 share", ticks: 5,
          tickFormat: (y: number) => `${Math.round(y * 100)} %` }),
        ...thresholdMarks(own, "this run", "bottom"),
        dot(at.precision ? [at.precision] : [], { x: () => own,
          y: (estimate: Estimate) => share(estimate.value), r: 5, fill: colours.main,
          stroke: "var(--surface)" }),
      ],
    }),
  });
}

function curveColumns(hasControl: boolean): Column<CurvePoint>[] {
  const columns: Column<CurvePoint>[] = [
    { title: "Threshold", cell: (point) => `${signedBits(point.bits)} bits` },
    { title: "Pairs selected", cell: (point) => count(point.selected) },
    { title: "Model\u2019s recall", cell: (point) => millionths(point.model_recall) },
    { title: "Model\u2019s precision", cell: (point) => millionths(point.model_precision) },
  ];
  if (!hasControl) return columns;
  return [...columns,
    { title: "Mistakes among known pairs", cell: (point) => count(point.hits ?? 0) },
    { title: "Precision", cell: (point) => (point.precision ? millionths(point.precision.value) : "") },
    { title: "95 % interval", cell: (point) => (point.precision ? interval(point.precision) : "") },
  ];
}

function qualityFacts(report: RunReport): HTMLElement {
  const { quality, planted, recapture } = report;
  const rows: [string, string][] = [];
  if (quality?.precision) {
    rows.push(["Precision of the persons found",
      `${millionths(quality.precision.value)}, 95 % interval ${interval(quality.precision)}`]);
    rows.push(["Found by", `${count(quality.control_hits ?? 0)} mistakes among ` +
      `${count(quality.control_pairs ?? 0)} pairs known to be two persons`]);
  }
  if (quality?.raised_threshold !== undefined) {
    rows.push(["Threshold, raised to be precise enough", millionths(quality.raised_threshold)]);
  }
  if (quality?.model_precision !== undefined && quality.model_recall !== undefined) {
    rows.push(["Precision, the model\u2019s own opinion", millionths(quality.model_precision)]);
    rows.push(["Recall, the model\u2019s own opinion",
      `${millionths(quality.model_recall)} of the matches among the candidates`]);
  }
  if (planted?.[0]) {
    rows.push(["Recall of planted copies", `${millionths(planted[0].recall.value)}, 95 % interval ` +
      `${interval(planted[0].recall)}: ${count(planted[0].found)} of ${count(planted[0].copies)}`]);
  }
  if (recapture) {
    rows.push(["Recall of direct links, by recapture",
      `${millionths(recapture.recall.value)}, 95 % interval ${interval(recapture.recall)}: ` +
      `${count(recapture.linked)} of ${count(recapture.joined)}`]);
  }
  return facts(rows);
}

const plantedColumns: Column<Planted>[] = [
  { title: "Planted by", cell: (row) => row.holder || "all holders" },
  { title: "Copies", cell: (row) => count(row.copies) },
  { title: "Compared", cell: (row) => count(row.compared) },
  { title: "Found", cell: (row) => count(row.found) },
  { title: "Recall", cell: (row) => millionths(row.recall.value) },
  { title: "95 % interval", cell: (row) => interval(row.recall) },
];

const kLead = "Precision is the share of links that are right, recall the share of true matches that " +
  "are found. Precision is measured on pairs that are known to be two persons, those within a holder " +
  "that repeats no person. The recall of real records cannot be measured: what is shown is what the " +
  "model believes, how many copies with simulated errors would be found, and how many pairs that a " +
  "third holder\u2019s record joins are linked directly.";

export function qualitySection(run: Run, report: RunReport): HTMLElement {
  const { learned, quality, planted, recapture } = report;
  const copies = numbers("copies planted by each holder", plantedColumns, planted ?? []);
  if (!learned || !quality) {
    const known = quality?.has_control || planted !== undefined || recapture !== undefined;
    return section("quality", "How good the links are", kLead, known
      ? qualityFacts(report)
      : empty(report.model === "weighted_mean"
        ? "No pairs are known to be two persons, so that nothing tells how good the links of this " +
          "weighted mean are. Review a sample of them."
        : `Link run ${run.epoch} had no pair to learn from.`),
      planted ? copies : null);
  }
  const points = nearby(learned);
  return section("quality", "How good the links are", kLead,
    quality.has_control ? null
      : warning("No pairs are known to be two persons, because every holder may repeat persons: ",
        "nothing checks the model. Review a sample of the links."),
    quality.has_control && !quality.certified
      ? warning("Fewer than 30 mistakes were seen: too few to certify the precision. The interval ",
        "says how far it may be off.") : null,
    qualityFacts(report),
    planted ? copies : null,
    points.length > 1 ? curveChart(learned, points) : null,
    numbers("what other thresholds would give", curveColumns(quality.has_control), points),
    note("The curve is of pairs as they are weighed, before they are resolved to persons. Resolving ",
      "drops a mistake where one of its records has a better link, so that the persons found are ",
      "more precise than the curve at the same threshold."));
}
