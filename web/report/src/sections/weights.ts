// How candidate pairs are spread over the weights, and where the threshold lies among them.
import { axisX, axisY, gridY, line, rectY, ruleX, ruleY, text } from "@observablehq/plot";
import { chart, colours } from "../../../shared/chart";
import type { Learned, Run, RunReport } from "../document";
import { empty, note, numbers, section } from "../../../shared/dom";
import { count, decimals } from "../../../shared/format";
import { compact, signedBits, weightLabel } from "../format";

type Bin = Learned["weights"][number];

const kFrom: Record<Learned["learned_from"], string> = {
  all_pairs: "all pairs of the store\u2019s records",
  candidates: "the pairs that were compared",
  sample: "all pairs of a sample of the records",
};

// Where a logarithmic axis starts: just below one pair.
const kFloor = 0.7;

// The corners of a line in steps over the bins, broken where a bin has nothing or is not there.
function steps(bins: Bin[], height: (bin: Bin) => number): { x: number; y: number }[] {
  return bins.flatMap((bin, place) => {
    const y = height(bin);
    const shown = y >= kFloor ? y : NaN;
    const corners = [{ x: bin.bits, y: shown }, { x: bin.bits + 1, y: shown }];
    const next = bins[place + 1];
    return next && next.bits > bin.bits + 1 ? [...corners, { x: bin.bits + 1, y: NaN }] : corners;
  });
}

// 1, 10, 100 and so on up to `most`.
function tens(most: number): number[] {
  return Array.from({ length: Math.floor(Math.log10(most)) + 1 }, (_, place) => 10 ** place);
}

// Marks for the threshold of a run.
export function thresholdMarks(x: number, label: string, anchor: "top" | "bottom" = "top") {
  return [
    ruleX([x], { stroke: colours.text, strokeWidth: 1.5, strokeDasharray: "5,3" }),
    text([x], { x: (value: number) => value, frameAnchor: anchor, text: () => label, dx: 5,
      dy: anchor === "top" ? 2 : -6,
      textAnchor: "start", fill: colours.text, stroke: "var(--surface)", strokeWidth: 4,
      fontWeight: 600 }),
  ];
}

function weightChart(learned: Learned): HTMLElement {
  const bins = learned.weights;
  const scale = learned.held_out === 0 ? 0 : learned.pairs / learned.held_out;
  const most = Math.max(1, ...bins.map((bin) => Math.max(bin.pairs, bin.held_out * scale)));
  const threshold = learned.threshold / 1000;
  return chart({
    name: "weights",
    title: "Pairs by weight",
    description: `${count(learned.pairs)} candidate pairs, of which the model expects ` +
      `${count(Math.round(learned.expected_matches / 1000))} to be one person's. ` +
      `The threshold is at ${decimals(threshold, 1)} bits.`,
    keys: [
      { name: "candidate pairs", colour: colours.quiet },
      { name: "of one person, as the model expects", colour: colours.main, shape: "line" },
      ...(scale > 0 ? [{ name: "pairs known to be two persons, scaled up to as many",
        colour: colours.warn, shape: "line" as const }] : []),
    ],
    options: (width) => ({
      height: 340,
      marginLeft: 52,
      marginBottom: 42,
      x: { label: null },
      y: { type: "log", domain: [kFloor, most * 2], label: null, clamp: true },
      marks: [
        gridY(tens(most * 2)),
        rectY(bins.filter((bin) => bin.pairs > 0), { x1: "bits", x2: (bin: Bin) => bin.bits + 1,
          y1: kFloor, y2: "pairs", fill: colours.quiet, insetLeft: 0.5, insetRight: 0.5 }),
        line(steps(bins, (bin) => bin.held_out * scale), { x: "x", y: "y", stroke: colours.warn,
          strokeWidth: 1.8 }),
        line(steps(bins, (bin) => bin.expected_matches / 1000), { x: "x", y: "y",
          stroke: colours.main, strokeWidth: 2.2 }),
        ruleY([kFloor], { stroke: colours.line }),
        axisX({ label: weightLabel(width), labelAnchor: "center",
          tickFormat: signedBits }),
        axisY({ label: "\u2191 pairs, a step of the scale is ten times as many", 
          ticks: tens(most * 2), tickFormat: compact }),
        ...thresholdMarks(threshold, "threshold"),
      ],
    }),
  });
}

function learnedSection(learned: Learned): HTMLElement {
  return section("weights", "Weights of pairs",
    "Each pair has a weight in bits: one bit more means that it is twice as likely to be one " +
    "person\u2019s. Good data has two hills: two persons on the left, one person on the right, and " +
    "the threshold in the valley between.",
    weightChart(learned),
    numbers("pairs by weight", [
      { title: "Weight, from", cell: (bin: Bin) => `${signedBits(bin.bits)} bits` },
      { title: "Candidate pairs", cell: (bin: Bin) => count(bin.pairs) },
      { title: "Expected of one person",
        cell: (bin: Bin) => decimals(bin.expected_matches / 1000, 1) },
      { title: "Known to be two persons", cell: (bin: Bin) => count(bin.held_out) },
    ], learned.weights),
    note(`Shown are ${kFrom[learned.learned_from]}, because the model was learnt from them. `,
      learned.held_out > 0
        ? "Pairs known to be two persons are those of a holder that repeats no person; half of " +
          "them were kept out of the learning, and are shown here."
        : "No pairs are known to be two persons."));
}

type ScoreBin = NonNullable<RunReport["scores"]>[number];

function scoreChart(scores: ScoreBin[], threshold: number): HTMLElement {
  return chart({
    name: "scores",
    title: "Links by score",
    description: `Links have scores from ${Math.min(...scores.map((bin) => bin.hundredths))} to ` +
      `${Math.max(...scores.map((bin) => bin.hundredths))} hundredths.`,
    options: () => ({
      height: 280,
      marginLeft: 52,
      marginBottom: 42,
      x: { domain: [Math.max(0, Math.floor(threshold * 20) / 20 - 0.05), 1.01], label: null },
      y: { label: null, grid: true },
      marks: [
        rectY(scores, { x1: (bin: ScoreBin) => bin.hundredths / 100,
          x2: (bin: ScoreBin) => (bin.hundredths + 1) / 100, y: "links", fill: colours.main,
          insetLeft: 0.5, insetRight: 0.5 }),
        ruleY([0], { stroke: colours.line }),
        axisX({ label: "score: the weighted mean of the agreements \u2192", ticks: 6,
          tickFormat: (x: number) => decimals(x, 2) }),
        axisY({ label: "\u2191 links", tickFormat: compact, ticks: 5 }),
        ...thresholdMarks(threshold, "threshold"),
      ],
    }),
  });
}

// "17/20" as a number.
export function fraction(text: string): number {
  const [over, under] = text.split("/").map(Number);
  return (over ?? 0) / (under ?? 1);
}

function scoresSection(run: Run, scores: ScoreBin[]): HTMLElement {
  const lead = "Under this contract a pair\u2019s score is a weighted mean of how well its filters " +
    "agree, from 0 to 1. Many links just above the threshold mean that it decides by little.";
  if (scores.length === 0) {
    return section("weights", "Scores of links", lead, empty("This run found no link."));
  }
  return section("weights", "Scores of links", lead,
    scoreChart(scores, fraction(run.threshold)),
    numbers("links by score", [
      { title: "Score, from", cell: (bin: ScoreBin) => decimals(bin.hundredths / 100, 2) },
      { title: "Links", cell: (bin: ScoreBin) => count(bin.links) },
    ], scores),
    note("Pairs below the threshold are not kept, so they are not shown."));
}

export function weightsSection(run: Run, report: RunReport): HTMLElement {
  if (report.learned) return learnedSection(report.learned);
  if (report.scores) return scoresSection(run, report.scores);
  return section("weights", "Weights of pairs", "How the pairs of this run were weighed.",
    empty("There was no pair to weigh."));
}
