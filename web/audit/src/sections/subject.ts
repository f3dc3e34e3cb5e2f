// What was audited: which study, for what, and which fields of a person.
import { facts, h, section } from "../../../shared/dom";
import { count } from "../../../shared/format";
import type { AuditReport } from "../document";
import { kindName } from "../words";

export function subjectSection(report: AuditReport): HTMLElement {
  const fields = report.fields.map((field) => {
    const column = report.columns[field.name];
    return h("li", {}, h("strong", {}, field.name), `: ${kindName(field.kind)}`,
      column === undefined ? null : `, from the column ${column}`);
  });
  return section("subject", "What was audited",
    "The encodings that the linkage unit would get of one file, made of these fields under the study\u2019s "
      + "contract.",
    facts([
      ["Study\u2019s contract", report.contract_name],
      ["Purpose, as the contract describes it", report.purpose || "The contract does not say. Ask for it."],
      ["Records in the file", count(report.rows) + (report.rejected > 0
        ? `, and ${count(report.rejected)} that cannot be encoded` : "")],
      ["Records attacked", report.sample === 0 ? "none, for there are too few"
        : `${count(report.sample)}, ${report.sample < report.rows ? "drawn at random" : "all of them"}`],
      ["Fields that go into the encodings", h("ul", { class: "fields" }, fields)],
    ]));
}
