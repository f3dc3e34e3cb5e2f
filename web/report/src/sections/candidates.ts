// Which pairs a run compared, and which it left out.
import { axisX, axisY, barX, ruleX, text } from "@observablehq/plot";
import { chart, colours, marginFor } from "../../../shared/chart";
import type { Candidates, Lsh, Pass, Run, RunReport } from "../document";
import { empty, facts, h, note, numbers, section, warning } from "../../../shared/dom";
import { count } from "../../../shared/format";
import { compact, millionths } from "../format";

const kMethods: Record<string, string> = {
  all_pairs: "every pair",
  blocks: "pairs that share a block token",
  join: "every pair that is similar enough in one filter",
  lsh: "pairs that are similar in one filter, each found with a known chance",
};

function passChart(passes: Pass[]): HTMLElement {
  const names = passes.map((pass) => pass.name);
  const bars = passes.flatMap((pass) => [
    { pass: pass.name, pairs: pass.pairs, colour: colours.main },
    { pass: pass.name, pairs: pass.left_out_pairs, colour: colours.warn },
  ]);
  return chart({
    name: "passes",
    title: "Pairs of each blocking pass",
    description: passes.map((pass) => `${pass.name}: ${count(pass.pairs)} pairs, ` +
      `${count(pass.left_out_pairs)} left out`).join("; "),
    keys: [
      { name: "pairs inside blocks", colour: colours.main },
      ...(passes.some((pass) => pass.left_out_pairs > 0)
        ? [{ name: "pairs inside blocks that were left out", colour: colours.warn }] : []),
    ],
    options: () => ({
      height: 50 + passes.length * 30,
      marginLeft: marginFor(names),
      marginRight: 60,
      marginBottom: 40,
      x: { label: null, grid: true },
      y: { domain: names, label: null },
      color: { type: "identity" },
      marks: [
        barX(bars, { y: "pass", x: "pairs", fill: "colour" }),
        text(passes, { y: "name", x: (pass: Pass) => pass.pairs + pass.left_out_pairs,
          text: (pass: Pass) => compact(pass.pairs + pass.left_out_pairs), textAnchor: "start",
          dx: 5, fill: colours.text }),
        ruleX([0], { stroke: colours.line }),
        axisX({ label: "pairs \u2192", tickFormat: compact, ticks: 5 }),
        axisY({ label: null, tickSize: 0 }),
      ],
    }),
  });
}

function passParts(passes: Pass[]): (HTMLElement | null)[] {
  const leftOut = passes.reduce((sum, pass) => sum + pass.left_out_pairs, 0);
  return [
    leftOut > 0
      ? warning(`${count(leftOut)} pairs are in blocks of more records than the contract allows. `,
        "They were compared only where another pass has them too.") : null,
    passes.some((pass) => pass.pairs + pass.left_out_pairs > 0) ? passChart(passes)
      : empty("No two records share a block token."),
    numbers("blocking passes", [
      { title: "Pass", text: true, cell: (pass: Pass) => pass.name },
      { title: "Records with a token", cell: (pass: Pass) => count(pass.records) },
      { title: "Blocks", cell: (pass: Pass) => count(pass.blocks) },
      { title: "Largest block", cell: (pass: Pass) => count(pass.largest_block) },
      { title: "Pairs", cell: (pass: Pass) => count(pass.pairs) },
      { title: "Blocks left out", cell: (pass: Pass) => count(pass.left_out_blocks) },
      { title: "Pairs left out", cell: (pass: Pass) => count(pass.left_out_pairs) },
    ], passes),
    note("A pair may be in several passes; it is compared once. Pairs that may not be one ",
      "person\u2019s, as two records of a holder that repeats no person, are inside blocks too."),
  ];
}

function lshParts(lsh: Lsh): HTMLElement {
  return facts([
    ["Expected recall", `${millionths(lsh.expected_recall)} of the pairs exactly on the threshold; ` +
      "more of those above it"],
    ["Tables", count(lsh.tables)],
    ["Bits per key", count(lsh.bits_per_key)],
    ["Records with the filter", count(lsh.records)],
    ["Buckets", count(lsh.buckets)],
    ["Largest bucket", `${count(lsh.largest_bucket)} records`],
  ]);
}

// Whether every pair that could be a link was decided.
const isExact = (candidates: Candidates): boolean =>
  candidates.method === "all_pairs" || candidates.method === "join";

// Of a run that looks at some pairs only: how many of all these are.
function share(candidates: Candidates, run: Run): string {
  const all = (run.records * (run.records - 1)) / 2;
  if (isExact(candidates) || candidates.pairs > all || all === 0) return "";
  return `, ${Number(((100 * candidates.pairs) / all).toPrecision(2))} % of all pairs of records`;
}

export function candidatesSection(run: Run, report: RunReport): HTMLElement {
  const { candidates } = report;
  const method = kMethods[candidates.method] ?? candidates.method;
  return section("candidates", "Pairs compared",
    "Comparing every record with every other is exact but slow, so a run may look only where a match " +
    "is likely. A true match among pairs that were never compared is lost.",
    facts([
      ["Link run", String(run.epoch)],
      ["Compared", `${count(candidates.pairs)} pairs${share(candidates, run)}`],
      ["Which pairs", candidates.exact_join ? `${method}, by an exact join` : method],
      ["At or above the threshold", `${count(run.links)} links`],
    ]),
    candidates.passes ? passParts(candidates.passes) : null,
    candidates.lsh ? lshParts(candidates.lsh) : null,
    isExact(candidates) ? h("p", {}, "No pair that could be a link was left out.") : null);
}
