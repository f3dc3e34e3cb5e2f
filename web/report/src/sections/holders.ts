// The holders, and how complete their records are.
import type { Holder, ReportDocument } from "../document";
import { empty, section, table, type Column } from "../../../shared/dom";
import { count, percent } from "../../../shared/format";

function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

export function holdersSection(report: ReportDocument): HTMLElement {
  const { holders, contract } = report;
  const lead = "How many records each holder sent, and what share of them has each filter. A filter " +
    "is missing where the holder had no usable value for it; missing values are no evidence for or " +
    "against a link.";
  if (holders.length === 0) {
    return section("holders", "Holders and completeness", lead,
      empty("Nothing has been imported yet."));
  }
  const linked = report.state.epoch > 0;
  const base: Column<Holder>[] = [
    { title: "Holder", text: true, cell: (row) => row.holder },
    { title: "Records", cell: (row) => count(row.records) },
    { title: "Files", cell: (row) => count(row.datasets) },
    { title: "Repeats persons", text: true, cell: (row) => (row.declares_duplicates ? "may" : "no") },
  ];
  if (linked) base.push({ title: "Persons", cell: (row) => count(row.persons) });
  const filters: Column<Holder>[] = contract.filters.map((filter, place) => {
    const share = (row: Holder) => shareOf(row.filters[place]?.present ?? 0, row.records);
    return {
      title: filter.name,
      share,
      cell: (row) => {
        const value = share(row);
        return value === null ? "\u2013" : percent(value);
      },
    };
  });
  return section("holders", "Holders and completeness", lead,
    table("Holders", base, holders),
    table("Completeness: share of records that have each filter",
      [base[0] as Column<Holder>, ...filters], holders));
}
