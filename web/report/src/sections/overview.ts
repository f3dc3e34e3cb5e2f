// The page's head, its first figures, and at its end where they come from.
import { runsOf, type ReportDocument } from "../document";
import { facts, h, section, warning } from "../../../shared/dom";
import { count, percent } from "../../../shared/format";
import { millionths } from "../format";

export function headline(report: ReportDocument): HTMLElement[] {
  const epoch = report.state.epoch;
  return [
    h("h1", {}, "Linkage report"),
    h("p", { class: "lead" }, `Contract \u201c${report.contract.name}\u201d, `,
      epoch === 0 ? "before the first link run" : `at epoch ${epoch}`),
  ];
}

function tile(name: string, value: string, note: string): HTMLElement {
  return h("div", { class: "tile" }, h("dt", {}, name), h("dd", {}, value),
    h("p", {}, note));
}

// The precision that is known best, and how it is known.
function precisionTile(report: ReportDocument): HTMLElement | null {
  const quality = runsOf(report).at(-1)?.report?.quality;
  if (!quality) return null;
  if (quality.precision) {
    const { value, low, high } = quality.precision;
    return tile("Precision of the last run", millionths(value),
      `by known pairs; 95 % interval ${millionths(low)} to ${millionths(high)}`);
  }
  if (quality.model_precision === undefined) return null;
  return tile("Precision of the last run", millionths(quality.model_precision),
    "the model\u2019s own opinion: nothing checks it");
}

export function overviewSection(report: ReportDocument): HTMLElement {
  const { state, persons, holders } = report;
  const shared = persons.by_holders.filter((row) => row.holders > 1)
    .reduce((sum, row) => sum + row.persons, 0);
  const tiles = [
    tile("Records", count(state.records), `of ${count(holders.length)} holders`),
    state.epoch === 0 ? null : tile("Persons", count(persons.total), "as linked"),
    state.epoch === 0 ? null : tile("Persons at two holders or more", count(shared),
      persons.total === 0 ? "" : `${percent(shared / persons.total)} of all persons`),
    precisionTile(report),
    state.epoch === 0 ? null : tile("For review", count(report.review.open),
      "proposals to change keys that were given"),
  ];
  const unlinked = state.records - state.members;
  const last = runsOf(report).at(-1);
  return section("overview", "At a glance",
    "How many records the store holds, and what the link runs made of them.",
    h("dl", { class: "tiles" }, tiles),
    last?.hold ? warning(`Nothing may be released of link run ${last.epoch}: ${last.hold}.`) : null,
    unlinked > 0 && state.epoch > 0
      ? warning(`${count(unlinked)} records came after the last link run and have no key yet.`) : null,
    state.unfinished_run
      ? warning("A link run did not end. The same link command goes on with it.") : null);
}

const code = (text: string): HTMLElement => h("code", {}, text);

export function originSection(report: ReportDocument): HTMLElement {
  const rows: [string, string | HTMLElement][] = [
    ["Contract", report.contract.name],
    ["Contract fingerprint", code(report.contract.fingerprint)],
    ["Profile", report.contract.profile],
    ["Model", report.contract.model],
    ["State of the store", code(report.state.digest)],
    ["Page made by", `musubi-unit ${report.program}`],
  ];
  for (const run of report.epochs) {
    if (!run.report) continue;
    rows.push([`Link run ${run.epoch}`, `musubi-unit ${run.report.program}, candidates ` +
      `${run.report.candidates.method}, threshold ${run.threshold}, kernel ${run.report.kernel}`]);
    if (run.report.learned) {
      rows.push([`Model of link run ${run.epoch}`, code(run.report.learned.model_digest)]);
    }
  }
  return section("origin", "Where this comes from",
    "What to quote when a result is discussed: two pages with equal digests speak of the same " +
    "contract, the same store and the same model.",
    facts(rows));
}
