// How good the links are, as far as that can be known without the truth; and what other thresholds
// would give.
import { areaY, axisX, axisY, dot, line, ruleY } from "@observablehq/plot";
import { chart, colours } from "../chart";
import type { CurvePoint, Estimate, Learned, Quality, Run, RunReport } from "../document";
import { empty, facts, note, numbers, section, warning, type Column } from "../dom";
import { count, decimals, millionths, signedBits } from "../format";
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

function qualityFacts(quality: Quality): HTMLElement {
  const rows: [string, string][] = [];
  if (quality.precision) {
    rows.push(["Precision of the persons found",
      `${millionths(quality.precision.value)}, 95 % interval ${interval(quality.precision)}`]);
    rows.push(["Found by", `${count(quality.control_hits ?? 0)} mistakes among ` +
      `${count(quality.control_pairs ?? 0)} pairs known to be two persons`]);
  }
  rows.push(["Precision, the model\u2019s own opinion", millionths(quality.model_precision)]);
  rows.push(["Recall, the model\u2019s own opinion",
    `${millionths(quality.model_recall)} of the matches among the candidates`]);
  return facts(rows);
}

const kLead = "Precision is the share of links that are right, recall the share of true matches that " +
  "are found. Precision is measured on pairs that are known to be two persons, those within a holder " +
  "that repeats no person. Nothing measures recall: what is shown is what the model believes.";

export function qualitySection(run: Run, report: RunReport): HTMLElement {
  const { learned, quality } = report;
  if (!learned || !quality) {
    return section("quality", "How good the links are", kLead, empty(
      report.model === "weighted_mean"
        ? "This contract decides by a weighted mean, which cannot tell how good its links are. " +
          "Review a sample of them."
        : `Link run ${run.epoch} had no pair to learn from.`));
  }
  const points = nearby(learned);
  return section("quality", "How good the links are", kLead,
    quality.has_control ? null
      : warning("No pairs are known to be two persons, because every holder may repeat persons: ",
        "nothing checks the model. Review a sample of the links."),
    quality.has_control && !quality.certified
      ? warning("Fewer than 30 mistakes were seen: too few to certify the precision. The interval ",
        "says how far it may be off.") : null,
    qualityFacts(quality),
    points.length > 1 ? curveChart(learned, points) : null,
    numbers("what other thresholds would give", curveColumns(quality.has_control), points),
    note("The curve is of pairs as they are weighed, before they are resolved to persons. Resolving ",
      "drops a mistake where one of its records has a better link, so that the persons found are ",
      "more precise than the curve at the same threshold."));
}
