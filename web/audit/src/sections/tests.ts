// Every test in a sentence, with what was found.
import { h, section } from "../../../shared/dom";
import type { AuditReport, Finding } from "../document";
import { byTest, testOf, type Test } from "../tests";
import { caseText, found, outcomeText, share } from "../words";

const kHeads: [string, "text" | "number"][] = [
  ["case", "text"], ["found", "number"], ["at most", "number"], ["limit", "number"],
  ["plain filters", "number"], ["verdict", "text"]];

const orNone = (value: number | undefined, show: (value: number) => string): string =>
  value === undefined ? "\u2013" : show(value);

function row(finding: Finding, test: Test): HTMLElement {
  const made = finding.trials !== undefined || finding.limit !== undefined || finding.outcome !== "inconclusive";
  const verdict = outcomeText(finding.outcome);
  const cells = [
    !made ? "\u2013" : finding.trials === undefined ? test.show(finding.value) : found(finding),
    orNone(finding.upper, share), orNone(finding.limit, test.show),
    orNone(finding.control, (value) => test.show(value) + (test.control ?? ""))];
  return h("tr", {}, h("th", { scope: "row", class: "text" },
    finding.case === "" ? "everyone" : `${test.of ?? ""}${caseText(finding.case)}`),
    cells.map((cell) => h("td", { class: "number" }, cell)),
    h("td", { class: `text ${finding.outcome}` }, verdict,
      finding.note ? h("span", { class: "remark" }, finding.note.replace(/^no verdict: /, "")) : null));
}

function body([name, findings]: [string, Finding[]]): HTMLElement {
  const test = testOf(name);
  return h("tbody", {},
    h("tr", {}, h("th", { scope: "rowgroup", colspan: String(kHeads.length), class: "test text" },
      h("strong", {}, test.title), " ", h("code", {}, name), test.asks ? h("span", { class: "remark" }, test.asks)
        : null)),
    findings.map((finding) => row(finding, test)));
}

export function testsSection(report: AuditReport): HTMLElement {
  const caption = "All tests";
  return section("tests", "Every test",
    "What was asked, what was found, and what it may be at most; the limit of the policy; and what the same attack "
      + "found in plain filters of the same people.",
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
      h("table", { class: "tests" }, h("caption", {}, h("span", {}, caption)),
        h("thead", {}, h("tr", {}, kHeads.map(([title, kind]) => h("th", { scope: "col", class: kind }, title)))),
        byTest(report.findings).map(body))));
}
