// Puts the page together: what the store holds, then what one link run found, then all runs.
import { readDocument, runsOf, type ReportDocument, type Run } from "./document";
import { empty, h, listContents, note, section } from "../../shared/dom";
import { count } from "../../shared/format";
import { candidatesSection } from "./sections/candidates";
import { fillSection } from "./sections/fill";
import { holdersSection } from "./sections/holders";
import { modelSection } from "./sections/model";
import { headline, originSection, overviewSection } from "./sections/overview";
import { personsSection } from "./sections/persons";
import { qualitySection } from "./sections/quality";
import { reviewSection } from "./sections/review";
import { runsSection } from "./sections/runs";
import { weightsSection } from "./sections/weights";
import "../../shared/style.css";

// The document has whole reports of so many runs, the last ones.
const kWholeReports = 12;

// What is of one run, the last one unless another is chosen.
function runSections(run: Run): HTMLElement[] {
  if (!run.report) {
    return [section("candidates", "Pairs compared",
      `Link run ${run.epoch} was made by a version of the program that kept no report of a run.`,
      empty("Only its counts are known: see Link runs and reviews."))];
  }
  return [
    candidatesSection(run, run.report),
    weightsSection(run, run.report),
    qualitySection(run, run.report),
    modelSection(run.report),
  ].filter((part): part is HTMLElement => part !== null);
}

function chooser(runs: Run[], chosen: Run, choose: (run: Run) => void): HTMLElement | null {
  if (runs.length < 2) return null;
  const select = h("select", { id: "run" }, runs.map((run) =>
    h("option", { value: String(run.epoch) }, `link run ${run.epoch}`)));
  select.value = String(chosen.epoch);
  select.addEventListener("change", () => {
    const run = runs.find((one) => String(one.epoch) === select.value);
    if (run) choose(run);
  });
  return h("p", { class: "chooser" }, h("label", { for: "run" }, "Show what was found by "), select);
}

function show(report: ReportDocument): void {
  document.title = `Linkage report: ${report.contract.name}`;
  document.getElementById("top")?.append(...headline(report));
  const runs = runsOf(report);
  const place = h("div", { id: "of-run" });
  const choose = (run: Run): void => {
    const select = chooser(runs.slice(-kWholeReports), run, (other) => {
      choose(other);
      document.getElementById("run")?.focus(); // the chooser was made anew
    });
    place.replaceChildren(...(select ? [select] : []), ...runSections(run));
    listContents();
  };
  document.getElementById("main")?.append(
    overviewSection(report), holdersSection(report), fillSection(report), place,
    personsSection(report), reviewSection(report), runsSection(report), originSection(report));
  const last = runs.at(-1);
  if (last) {
    choose(last);
  } else {
    place.append(section("candidates", "Pairs compared", "No link run has been made in this store.",
      empty("After musubi-unit link, this page shows which pairs were compared, how they were ",
        "weighed, how good the links are and whom they make one person.")));
    listContents();
  }
  document.getElementById("end")?.append(note(
    `Made by musubi-unit ${report.program} from a store of ${count(report.state.records)} records. `,
    "The page holds counts only: no reference, filter, token or key of any record."));
  document.documentElement.dataset["ready"] = "yes";
}

show(readDocument());
