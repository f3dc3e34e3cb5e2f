// How full the filters are at each holder, and which holders are unlike the others.
import { axisX, axisY, dot, ruleX, ruleY } from "@observablehq/plot";
import { chart, colours, marginFor } from "../../../shared/chart";
import type { Fill, ReportDocument } from "../document";
import { empty, note, numbers, section, warning } from "../../../shared/dom";
import { count, decimals, percent } from "../../../shared/format";

interface Row {
  holder: string;
  filter: string;
  bits: number;
  present: number;
  fill: Fill;
}

function rowsOf(report: ReportDocument): Row[] {
  return report.contract.filters.flatMap((filter, place) =>
    report.holders.flatMap((holder) => {
      const own = holder.filters[place];
      if (!own?.fill) return [];
      return [{ holder: holder.holder, filter: filter.name, bits: filter.bits,
        present: own.present, fill: own.fill }];
    }));
}

const share = (row: Row, quantile: number): number =>
  (row.fill.quantiles[quantile] ?? 0) / row.bits;
const mean = (row: Row): number => row.fill.mean / 1000 / row.bits;
const differenceOf = (row: Row): string =>
  row.fill.difference === undefined ? "\u2013" : decimals(row.fill.difference / 1000, 2);

function fillChart(report: ReportDocument, rows: Row[]): HTMLElement {
  const filters = [...new Set(rows.map((row) => row.filter))];
  const holders = report.holders.map((holder) => holder.holder);
  const top = Math.min(1, Math.max(0.1, ...rows.map((row) => share(row, 4))) * 1.05);
  return chart({
    name: "fill",
    title: "Bits set in each filter, by holder",
    description: `${filters.length} filters of ${holders.length} holders; ` +
      `${rows.filter((row) => row.fill.differs).length} are unlike those of the other holders.`,
    keys: [
      { name: "mean", colour: colours.main, shape: "dot" },
      ...(rows.some((row) => row.fill.differs) ? [{ name: "mean, unlike the other holders",
        colour: colours.warn, shape: "dot" as const }] : []),
      { name: "half of the records", colour: colours.main, shape: "pale" },
      { name: "nine tenths of the records", colour: colours.quiet, shape: "line" },
    ],
    options: () => ({
      height: 60 + filters.length * (holders.length * 16 + 20),
      marginLeft: marginFor(holders),
      marginRight: marginFor(filters),
      marginTop: 8,
      marginBottom: 40,
      x: { domain: [0, top], percent: false, label: null, grid: true },
      y: { domain: holders, label: null, padding: 0.8 },
      fy: { domain: filters, label: null, padding: 0.06 },
      marks: [
        axisX({ anchor: "bottom", label: "share of the filter\u2019s bits that are set \u2192",
          tickFormat: (x: number) => `${Math.round(x * 100)} %` }),
        axisY({ label: null }),
        ruleY(rows, { fy: "filter", y: "holder", x1: (row: Row) => share(row, 0),
          x2: (row: Row) => share(row, 4), stroke: colours.quiet, strokeWidth: 2 }),
        ruleY(rows, { fy: "filter", y: "holder", x1: (row: Row) => share(row, 1),
          x2: (row: Row) => share(row, 3), stroke: colours.main, strokeWidth: 7,
          strokeOpacity: 0.45 }),
        dot(rows, { fy: "filter", y: "holder", x: mean, r: 4.5,
          fill: (row: Row) => (row.fill.differs ? colours.warn : colours.main),
          stroke: "var(--surface)", strokeWidth: 1.2 }),
        ruleX([0], { stroke: colours.line }),
      ],
      color: { type: "identity" },
    }),
  });
}

export function fillSection(report: ReportDocument): HTMLElement {
  const lead = "A filter turns a value into a pattern of set bits: the longer the values, the more " +
    "bits are set. Holders whose filters are much fuller or emptier than the others\u2019 may write " +
    "the values in another way, for example names cut off, or a column that holds something else.";
  const rows = rowsOf(report);
  if (rows.length === 0) {
    return section("fill", "Filter fill and drift", lead,
      empty("No holder has 20 records or more with one filter; of fewer nothing is told."));
  }
  const unlike = rows.filter((row) => row.fill.differs);
  return section("fill", "Filter fill and drift", lead,
    unlike.length > 0
      ? warning(unlike.map((row) => `${row.filter} of ${row.holder}`).join(", "),
        unlike.length === 1 ? " is" : " are", " unlike the other holders\u2019.")
      : note("No holder\u2019s filters are unlike those of the others."),
    fillChart(report, rows),
    numbers("set bits by filter and holder", [
      { title: "Filter", text: true, cell: (row: Row) => row.filter },
      { title: "Holder", text: true, cell: (row: Row) => row.holder },
      { title: "Records", cell: (row: Row) => count(row.present) },
      { title: "Bits", cell: (row: Row) => count(row.bits) },
      { title: "Mean set", cell: (row: Row) => decimals(row.fill.mean / 1000, 1) },
      { title: "Share", cell: (row: Row) => percent(mean(row)) },
      { title: "5 %", cell: (row: Row) => count(row.fill.quantiles[0] ?? 0) },
      { title: "25 %", cell: (row: Row) => count(row.fill.quantiles[1] ?? 0) },
      { title: "Median", cell: (row: Row) => count(row.fill.quantiles[2] ?? 0) },
      { title: "75 %", cell: (row: Row) => count(row.fill.quantiles[3] ?? 0) },
      { title: "95 %", cell: (row: Row) => count(row.fill.quantiles[4] ?? 0) },
      { title: "Difference", cell: differenceOf },
      { title: "Unlike", text: true, cell: (row: Row) => (row.fill.differs ? "yes" : "no") },
    ], rows),
    note("Difference: the mean less the median of all holders\u2019 means, or of two holders the ",
      "other\u2019s mean, in standard deviations. A holder is called unlike where this is at least 0.2 ",
      "and more than three standard errors."));
}
