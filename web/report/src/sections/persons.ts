// Whom the links make one person.
import { axisX, axisY, barX, ruleX, text } from "@observablehq/plot";
import { chart, colours } from "../../../shared/chart";
import type { Holder, ReportDocument } from "../document";
import { empty, h, note, numbers, section, table, warning, type Column } from "../../../shared/dom";
import { count, percent } from "../../../shared/format";
import { compact } from "../format";

interface Size {
  size: string;
  persons: number;
}

// Sizes beyond the tenth are taken together.
function sizesOf(rows: { of: number; persons: number }[]): Size[] {
  const kMost = 10;
  const sizes: Size[] = rows.filter((row) => row.of <= kMost)
    .map((row) => ({ size: String(row.of), persons: row.persons }));
  const rest = rows.filter((row) => row.of > kMost);
  if (rest.length > 0) {
    sizes.push({ size: `over ${kMost}`, persons: rest.reduce((sum, row) => sum + row.persons, 0) });
  }
  return sizes;
}

function sizeChart(name: string, title: string, axis: string, sizes: Size[]): HTMLElement {
  return chart({
    name,
    title,
    description: sizes.map((row) => `${row.size}: ${count(row.persons)}`).join("; "),
    options: () => ({
      height: 54 + sizes.length * 24,
      marginLeft: 62,
      marginRight: 64,
      marginTop: 22,
      marginBottom: 38,
      x: { label: null, grid: true },
      y: { domain: sizes.map((row) => row.size), label: null },
      marks: [
        barX(sizes, { y: "size", x: "persons", fill: colours.main }),
        text(sizes, { y: "size", x: "persons", text: (row: Size) => count(row.persons),
          textAnchor: "start", dx: 5, fill: colours.text }),
        ruleX([0], { stroke: colours.line }),
        axisX({ label: "persons \u2192", tickFormat: compact, ticks: 4 }),
        axisY({ label: axis, labelAnchor: "top", tickSize: 0 }),
      ],
    }),
  });
}

function overlapTable(report: ReportDocument): HTMLElement | null {
  const { holders, persons } = report;
  if (holders.length < 2) return null;
  if (persons.overlap.length === 0) return note("With more than 40 holders no overlap is shown.");
  const rows = holders.map((holder, place) => ({ holder, place }));
  const columns: Column<{ holder: Holder; place: number }>[] = [
    { title: "Holder", text: true, cell: (row) => row.holder.holder },
    ...holders.map((other, place) => ({
      title: other.holder,
      cell: (row: { holder: Holder; place: number }) =>
        count(persons.overlap[row.place]?.[place] ?? 0),
      share: (row: { holder: Holder; place: number }) =>
        row.holder.persons === 0 ? null
          : (persons.overlap[row.place]?.[place] ?? 0) / row.holder.persons,
    })),
  ];
  return table("Persons known to both: of the holder on the left, who is also at the one above",
    columns, rows);
}

function repeats(report: ReportDocument): HTMLElement | null {
  const wrong = report.holders.filter((one) => !one.declares_duplicates && one.repeated_persons > 0);
  if (wrong.length === 0) return null;
  return warning(wrong.map((one) => `${one.holder}: ${count(one.repeated_persons)} persons`).join(", "),
    " have several records at a holder that says it repeats no person.");
}

export function personsSection(report: ReportDocument): HTMLElement {
  const { persons } = report;
  const lead = "A person is what one linkage key stands for: all records that were linked. Look for " +
    "persons with far more records than there are holders; they may be several persons.";
  if (persons.total === 0) {
    return section("persons", "Persons", lead, empty("No record has a linkage key yet."));
  }
  const alone = persons.by_records.find((row) => row.records === 1)?.persons ?? 0;
  return section("persons", "Persons", lead,
    h("p", {}, `${count(persons.total)} persons; ${count(alone)} of them `,
      `(${percent(alone / persons.total)}) have a single record.`),
    repeats(report),
    h("div", { class: "pair" },
      sizeChart("sizes", "Persons by number of records", "records",
        sizesOf(persons.by_records.map((row) => ({ of: row.records, persons: row.persons })))),
      sizeChart("spread", "Persons by number of holders", "holders",
        sizesOf(persons.by_holders.map((row) => ({ of: row.holders, persons: row.persons }))))),
    numbers("persons by number of records", [
      { title: "Records", cell: (row: { records: number }) => count(row.records) },
      { title: "Persons", cell: (row: { persons: number }) => count(row.persons) },
    ], persons.by_records),
    overlapTable(report));
}
