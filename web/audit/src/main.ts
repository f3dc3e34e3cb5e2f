// Puts the page together: the verdict, what was audited, who could name whom, and how that is known.
import "../../shared/style.css";
import "./style.css";
import { listContents } from "../../shared/dom";
import { readDocument, type AuditPage } from "./document";
import { exposureSection } from "./sections/exposure";
import { groupsSection } from "./sections/groups";
import { originSection } from "./sections/origin";
import { subjectSection } from "./sections/subject";
import { testsSection } from "./sections/tests";
import { headline } from "./sections/verdict";

function show(page: AuditPage): void {
  document.title = `Privacy audit: ${page.report.contract_name}`;
  document.getElementById("top")?.append(...headline(page));
  document.getElementById("findings")?.append(
    subjectSection(page.report), exposureSection(page), groupsSection(page.report));
  document.getElementById("rest")?.append(testsSection(page.report), originSection(page));
  listContents();
  document.documentElement.dataset["ready"] = "yes";
}

show(readDocument());
