// Where the numbers come from: sample, limits, versions and digests.
import { facts, h, note, section, warning } from "../../../shared/dom";
import { count } from "../../../shared/format";
import type { AuditPage } from "../document";

export function originSection(page: AuditPage): HTMLElement {
  const { report } = page;
  return section("origin", "Where this comes from",
    "What to quote, and what somebody else needs to repeat the audit: the same file, secret and seed give the same "
      + "report.",
    facts([
      ["Program", report.program],
      ["Records in the file, of them attacked", `${count(report.rows)}, ${count(report.sample)}`],
      ["Records that cannot be encoded", count(report.rejected)],
      ["Seed of the random draws", page.seed],
      ["Contract (fingerprint)", h("code", {}, report.contract)],
      ["File that was audited (SHA-256)", h("code", {}, report.input)],
      ["Report that this page shows (SHA-256)", h("code", {}, page.report_digest)],
      ["Check value of the secret", h("code", {}, report.key_check)],
    ]),
    report.usual_policy ? note("No limit of the policy is looser than the usual one.")
      : warning("At least one limit of the policy is looser than the usual one. The usual ones are in the ",
        "program\u2019s documentation, docs/formats/audit.md."),
    h("h3", {}, "Limits of the policy"),
    h("ul", { class: "limits" }, Object.entries(report.policy).map(([name, value]) =>
      h("li", {}, h("code", {}, name), ` ${value}`))),
    note("The page is made from the report, and only the report is sealed under the secret: where it matters, make "
      + "the page anew from the report and compare the digest."));
}
