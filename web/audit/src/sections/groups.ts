// Whether some people are easier to name than others.
import { empty, note, section, table, warning, type Column } from "../../../shared/dom";
import { count } from "../../../shared/format";
import type { AuditReport, Finding } from "../document";
import { testOf } from "../tests";
import { caseText, outcomeText, people, share } from "../words";

const kGroups = [", rarest tenth", ", other scripts"];

interface Row {
  all: Finding | undefined;
  group: Finding;
  name: string; // of the group
}

// Findings of groups, each with that of everyone.
export function groupRows(findings: Finding[]): Row[] {
  return findings.flatMap((group) => {
    const suffix = kGroups.find((one) => group.case.endsWith(one));
    if (suffix === undefined) return [];
    const about = group.case.slice(0, -suffix.length);
    const all = findings.find((one) => one.test === group.test && one.case === about);
    return [{ all, group, name: caseText(suffix.slice(2)) }];
  });
}

const named = (finding: Finding | undefined): string =>
  finding?.upper === undefined ? "not tried" : `${share(finding.value)}, at most ${share(finding.upper)}`;

const kColumns: Column<Row>[] = [
  { title: "attack", text: true, cell: ({ all, group }) =>
    `${testOf(group.test).title}, ${caseText(all?.case ?? "")}` },
  { title: "group", text: true, cell: ({ name }) => name },
  { title: "named in the group", text: true, cell: ({ group }) => named(group) },
  { title: "named of everyone", text: true, cell: ({ all }) => named(all) },
  { title: "limit for the group", cell: ({ group }) => (group.limit === undefined ? "none" : share(group.limit)) },
  { title: "verdict", text: true, cell: ({ group }) => outcomeText(group.outcome) },
];

function worst(rows: Row[]): HTMLElement[] {
  return rows.filter(({ all, group }) => group.outcome === "fail" && all?.outcome !== "fail").map((row) =>
    warning(`Of ${row.name} up to ${people(row.group.upper ?? 1)} may be named, which is more than the policy `
      + "allows though it is not for everyone."));
}

export function groupsSection(report: AuditReport): HTMLElement {
  const rows = groupRows(report.findings);
  return section("groups", "Who is most exposed",
    "People with unusual names are named first. They are therefore counted apart: the tenth of the records whose "
      + "names and dates are made of the rarest pieces, and those whose name is in another script than most.",
    ...worst(rows),
    rows.length > 0 ? table("The most exposed groups", kColumns, rows)
      : empty("There were too few records to count groups apart."),
    note(`${count(report.rare_records)} records are among the rarest tenth, ${
      count(report.other_scripts)} have names in another script. Of a small group the bounds are wide: little is `
      + "known of it."));
}
