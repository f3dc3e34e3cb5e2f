// What the program asks people about, and what they said.
import type { Proposals, ReportDocument } from "../document";
import { empty, note, section, table } from "../../../shared/dom";
import { count } from "../../../shared/format";

const kReasons: Record<Proposals["reason"], string> = {
  reclustered: "had all records come at once, they would be elsewhere",
  tie: "another person fits as well",
  twin: "may be a twin: one name differs",
  weak: "little in common with the person\u2019s other records",
};

const kChanges: Record<Proposals["change"], string> = {
  merge: "two keys become one",
  move: "records come under another key",
  split: "records get a key of their own",
};

export function reviewSection(report: ReportDocument): HTMLElement {
  const { proposals, decisions } = report.review;
  const lead = "What the program will not decide by itself. A key once given never changes silently: " +
    "where a link run finds that records may belong elsewhere, it proposes so, and people decide.";
  if (proposals.length === 0) {
    return section("review", "For review", lead, empty("Nothing was proposed so far."));
  }
  return section("review", "For review", lead,
    table("Proposals, by reason", [
      { title: "Reason", text: true, cell: (row: Proposals) => kReasons[row.reason] },
      { title: "Change", text: true, cell: (row: Proposals) => kChanges[row.change] },
      { title: "Open", cell: (row: Proposals) => count(row.open) },
      ...(decisions > 1
        ? [{ title: "Half decided", cell: (row: Proposals) => count(row.half_decided) }] : []),
      { title: "Accepted", cell: (row: Proposals) => count(row.accepted) },
      { title: "Rejected", cell: (row: Proposals) => count(row.rejected) },
      { title: "Withdrawn", cell: (row: Proposals) => count(row.withdrawn) },
    ], proposals),
    note("Withdrawn: a later link run finds it no longer. ",
      decisions > 1 ? "Two reviewers have to agree; half decided is what waits for the second."
        : "One reviewer decides."));
}
