// What the model learnt: how much each comparison tells, and which kinds of pairs there are.
import { axisX, axisY, dot, ruleX, ruleY } from "@observablehq/plot";
import { chart, colours, marginFor } from "../../../shared/chart";
import type { Comparison, Learned, Level, PairClass, RunReport } from "../document";
import { h, note, numbers, section, table, type Column } from "../../../shared/dom";
import { decimals, percent } from "../../../shared/format";
import { bits, chance, signedBits, weightLabel } from "../format";

interface Row extends Level {
  comparison: string;
}

// What share of the records has an equal value of this rarity: see docs/report.md.
const kRarities = ["over 25 %", "6 to 25 %", "1.6 to 6 %", "0.4 to 1.6 %", "0.1 to 0.4 %",
  "0.02 to 0.1 %", "0.006 to 0.02 %", "under 0.006 %"];

function levelName(level: Level, ofRarity: boolean): string {
  if (level.kind === "unlike") return "unlike";
  if (level.kind === "similar") {
    return `similar, ${decimals((level.least_similarity ?? 0) / 1e6, 2)} and more`;
  }
  if (!ofRarity) return "equal";
  return `equal; the value is that of ${kRarities[level.rarity ?? 0] ?? "few"} of the records`;
}

const kKinds: Record<Level["kind"], string> = {
  unlike: colours.warn,
  similar: colours.second,
  equal: colours.main,
};

function rowsOf(comparisons: Comparison[]): Row[] {
  return comparisons.flatMap((comparison) =>
    comparison.levels.map((level) => ({ ...level, comparison: comparison.name })));
}

function levelChart(comparisons: Comparison[]): HTMLElement {
  const names = comparisons.map((comparison) => comparison.name);
  const rows = rowsOf(comparisons);
  return chart({
    name: "levels",
    title: "What each comparison tells",
    description: comparisons.map((comparison) => {
      const weights = comparison.levels.map((level) => level.weight);
      return `${comparison.name}: from ${bits(Math.min(...weights))} to ` +
        `${bits(Math.max(...weights))} bits`;
    }).join("; "),
    keys: [
      { name: "unlike values", colour: colours.warn, shape: "dot" },
      { name: "similar values", colour: colours.second, shape: "dot" },
      { name: "equal values; further right where they are rarer", colour: colours.main, shape: "dot" },
    ],
    options: (width) => ({
      height: 56 + names.length * 26,
      marginLeft: marginFor(names),
      marginBottom: 40,
      x: { label: null, grid: true, nice: true },
      y: { domain: names, label: null },
      color: { type: "identity" },
      marks: [
        ruleX([0], { stroke: colours.text }),
        ruleY(names, { y: (name: string) => name, stroke: colours.line }),
        dot(rows, { y: "comparison", x: (row: Row) => row.weight / 1000, r: 5,
          fill: (row: Row) => kKinds[row.kind], fillOpacity: 0.85, stroke: "var(--surface)" }),
        axisX({ label: weightLabel(width), labelAnchor: "center",
          tickFormat: signedBits }),
        axisY({ label: null, tickSize: 0 }),
      ],
    }),
  });
}

function className(kind: PairClass, place: number, classes: PairClass[]): string {
  const matches = classes.filter((one) => one.one_person).length;
  if (kind.one_person) return place === 0 ? "one person" : "one person, who moved";
  return place === matches ? "strangers" : `two persons, kind ${place - matches + 1}`;
}

function classesTable(learned: Learned): HTMLElement {
  const { classes, comparisons } = learned.model;
  const places = classes.map((_, place) => place);
  const columns: Column<number>[] = [
    { title: "Kind of pair", text: true,
      cell: (c) => className(classes[c] as PairClass, c, classes) },
    { title: "Share of pairs", cell: (c) => chance(classes[c]?.share ?? 0) },
    ...comparisons.map((comparison, place): Column<number> => ({
      title: comparison.name,
      cell: (c) => percent((classes[c]?.equal[place] ?? 0) / 1e9),
      share: (c) => (classes[c]?.equal[place] ?? 0) / 1e9,
    })),
  ];
  return table("Kinds of pairs, and how often their values are equal", columns, places);
}

export function modelSection(report: RunReport): HTMLElement | null {
  const { learned } = report;
  if (!learned) return null;
  const { comparisons, rarity } = learned.model;
  return section("model", "What the model learnt",
    "How often two records of one person, and of two persons, agree to each degree. The weight is the " +
    "logarithm of the ratio of the two, in bits: to the right is evidence for one person, to the left " +
    "against. A comparison whose points all lie near zero tells nothing.",
    levelChart(comparisons),
    numbers("chances and weights of every level", [
      { title: "Comparison", text: true, cell: (row: Row) => row.comparison },
      { title: "Agreement", text: true, cell: (row: Row) => levelName(row, rarity) },
      { title: "One person (m)", cell: (row: Row) => chance(row.match) },
      { title: "Two persons (u)", cell: (row: Row) => chance(row.two) },
      { title: "Weight, bits", cell: (row: Row) => bits(row.weight) },
    ], rowsOf(comparisons)),
    h("h3", {}, "Kinds of pairs"),
    h("p", {}, "The model finds by itself which kinds of pairs there are. Beside strangers, pairs of ",
      "two persons may be of a household, neighbours, or twins: look at what they have equal."),
    classesTable(learned),
    note(rarity ? "Rare values count more than common ones. "
      : "Values count the same however rare they are: here that finds more. ",
      "Records of strangers and of households agree in other ways, so a pair\u2019s weight is not just ",
      "the sum of the weights above."));
}
