// Whom each kind of attacker may name at worst, beside the same for plain filters.
import { axisX, axisY, dot, gridX, ruleY, text } from "@observablehq/plot";
import { chart, colours, marginFor } from "../../../shared/chart";
import { h, note, section, table, type Column, type Content } from "../../../shared/dom";
import type { AuditPage, Exposure, Finding } from "../document";
import { caseText, people, share } from "../words";
import { byTest, testOf } from "../tests";

// Where the logarithmic axis starts: what is less is drawn there.
const kLeast = 1e-4;
const kTicks = [1e-4, 1e-3, 1e-2, 0.1, 1];
const kFewTicks = [1e-3, 1]; // where there is little room

const kShort: Record<string, string> = {
  outsider: "somebody outside",
  unit: "the unit",
  unit_with_pairs: "the unit, known pairs",
  unit_with_holder: "the unit and a holder",
};

const shortName = (exposure: Exposure): string => kShort[exposure.attacker] ?? exposure.attacker;
const place = (value: number): number => Math.max(kLeast, value);

function tick(value: number): string {
  return value >= 1 ? "everyone" : people(value).replace(" people", value <= kLeast ? " or less" : "");
}

function describe(exposures: Exposure[]): string {
  return exposures.map((exposure) => `${shortName(exposure)}: ${bound(exposure)}, of plain filters ${
    exposure.plain === undefined ? "not measured" : people(exposure.plain)}`).join("; ");
}

// The bound in words.
export function bound(exposure: Exposure): string {
  if (exposure.at_most === undefined) return "not known";
  const words = people(exposure.at_most);
  return words.startsWith("everyone") ? words : `at most ${words}`;
}

function picture(exposures: Exposure[]): HTMLElement {
  const names = exposures.map(shortName);
  const known = exposures.filter((exposure) => exposure.at_most !== undefined);
  const unknown = exposures.filter((exposure) => exposure.at_most === undefined);
  const plain = exposures.filter((exposure) => exposure.plain !== undefined);
  return chart({
    name: "exposure",
    title: "People who may be named at worst: the further right, the more",
    description: describe(exposures),
    keys: [{ name: "these encodings: from what was found to at most so many", colour: colours.main, shape: "dot" },
      { name: "plain filters: what was found", colour: colours.warn, shape: "ring" }],
    options: (width) => ({
      height: 56 + 38 * exposures.length,
      marginLeft: marginFor(names),
      marginRight: 36,
      x: { type: "log", domain: [kLeast, 1] },
      y: { domain: names, label: null },
      marks: [
        gridX({ ticks: kTicks, stroke: colours.line, strokeOpacity: 1 }),
        axisX({ ticks: width < 520 ? kFewTicks : kTicks, label: null, tickFormat: tick }),
        axisY({ tickSize: 0, label: null }),
        ruleY(known, { y: shortName, x1: (one: Exposure) => place(one.found ?? 0),
          x2: (one: Exposure) => place(one.at_most ?? 1), stroke: colours.main, strokeWidth: 3, dy: -5 }),
        dot(known, { y: shortName, x: (one: Exposure) => place(one.at_most ?? 1), r: 6, fill: colours.main,
          dy: -5 }),
        dot(plain, { y: shortName, x: (one: Exposure) => place(one.plain ?? 1), r: 5, strokeWidth: 2,
          stroke: colours.warn, fill: "none", dy: 7 }),
        text(unknown, { y: shortName, x: kLeast, text: () => "not known", textAnchor: "start", dx: 6, dy: -5,
          fill: colours.text }),
      ],
    }),
  });
}

// Which attack it was, and which do not count.
function basis(exposure: Exposure, findings: Finding[]): Content {
  const names = (places: number[]): string =>
    byTest(places.flatMap((one) => findings[one] ?? [])).map(([test, of]) => {
      const cases = of.map((finding) => caseText(finding.case)).filter((text) => text !== "");
      return testOf(test).title + (cases.length > 0 ? ` (${cases.join(", ")})` : "");
    }).join("; ");
  const remark = (text: string): HTMLElement => h("span", { class: "remark" }, text);
  return [
    exposure.worst !== undefined ? names([exposure.worst])
      : exposure.at_most === undefined ? "none that tells" : "none is needed",
    exposure.not_made.length > 0 ? remark(`Not tried, for too few records: ${names(exposure.not_made)}.`) : null,
    exposure.too_weak.length > 0 ? remark(`Too weak to count, for they fail on plain filters too: ${
      names(exposure.too_weak)}.`) : null,
  ];
}

function columns(findings: Finding[]): Column<Exposure>[] {
  return [
    { title: "attacker", text: true, cell: (one) => [h("strong", {}, one.who),
      h("span", { class: "remark" }, one.knows)] },
    { title: "people named, of these encodings", text: true, cell: (one) => [h("strong", {}, bound(one)),
      one.at_most === undefined ? null
        : h("span", { class: "remark" }, `found ${share(one.found ?? 0)}, at most ${share(one.at_most)}`)] },
    { title: "the same of plain filters", text: true, cell: (one) => (one.plain === undefined ? "not measured"
      : [people(one.plain), h("span", { class: "remark" }, share(one.plain))]) },
    { title: "strongest attack", text: true, cell: (one) => basis(one, findings) },
  ];
}

export function exposureSection(page: AuditPage): HTMLElement {
  return section("exposure", "Who could name people, and how many",
    "Four kinds of attackers, from the one who knows least to the one who knows most. Each number is of the "
      + "attack that did best: of so many people at most, with a confidence of 95\u00a0%, could the attacker say "
      + "whose encoding it is.",
    picture(page.exposures), table("The worst case of each attacker", columns(page.report.findings), page.exposures),
    note("What was found may be by luck: who guesses at random names some people too. Plain filters are made with "
      + "the secret too, so that trying names is not measured of them. The bounds hold for these "
      + "attacks, a sample of this size and people like these; see What is not protected."));
}
