// The verdict in a sentence, what to do next, and what must be seen before anything else.
import { h, note, warning } from "../../../shared/dom";
import type { AuditPage, Outcome } from "../document";
import { testOf } from "../tests";
import { outcomeText, tally } from "../words";

const kDeciding: Partial<Record<Outcome, string>> = {
  fail: "Beyond the limits", inconclusive: "Too few records for", invalid: "Too weak here" };

// The tests that decided, where it was not a pass.
function deciding({ report }: AuditPage): HTMLElement | null {
  const titles = new Set(report.findings.filter((finding) => finding.outcome === report.outcome)
    .map((finding) => testOf(finding.test).title));
  const what = kDeciding[report.outcome];
  return what === undefined ? null : note(`${what}: ${[...titles].join("; ")}.`);
}

export function headline(page: AuditPage): HTMLElement[] {
  const { report } = page;
  const box = h("div", { class: `verdict ${report.outcome}` },
    h("p", { class: "outcome" }, outcomeText(report.outcome)),
    h("div", {}, h("p", { class: "sentence" }, page.verdict), h("p", {}, page.next),
      deciding(page), report.findings.length === 1 ? null : note(`Of ${report.findings.length} results: ${tally(report.findings)}.`)));
  return [
    h("p", { class: "lead" }, "How exposed the people in one file are once its encodings have left the "
      + "data holder: found out by attacking them, before they leave."),
    box,
    ...(report.usual_policy ? [] : [warning("The limits of this audit are looser than the usual ones. ",
      "A pass under such limits does not open the way to the linkage unit. See ",
      h("a", { href: "#origin" }, "Where this comes from"), ".")]),
  ];
}
