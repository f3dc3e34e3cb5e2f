// What the page shows: the report of an audit (docs/formats/audit.md), and what the program makes of
// it. Shares are of 1.
import { pageDocument } from "../../shared/document";

export interface AuditPage {
  report: AuditReport;
  report_digest: string; // SHA-256 of the report's file
  seed: string; // the report's, whose digits may be more than a number holds
  verdict: string; // a sentence
  next: string; // what to do
  exposures: Exposure[];
}

export type Outcome = "pass" | "fail" | "inconclusive" | "invalid" | "told";

export interface AuditReport {
  musubi_audit: number;
  program: string;
  contract: string;
  contract_name: string;
  purpose: string;
  fields: { name: string; kind: string }[];
  input: string;
  columns: Record<string, string>;
  key_check: string;
  policy: Record<string, number>;
  usual_policy: boolean;
  outcome: Outcome;
  rows: number;
  rejected: number;
  sample: number;
  rare_records: number;
  other_scripts: number;
  findings: Finding[];
}

export interface Finding {
  test: string;
  case: string;
  attacker: string;
  outcome: Outcome;
  value: number;
  successes?: number;
  trials?: number;
  upper?: number;
  chance?: number;
  limit?: number;
  control?: number;
  note?: string;
}

// Whom one kind of attacker may name, at worst (engine/verdict/exposure.h).
export interface Exposure {
  attacker: string;
  who: string;
  knows: string;
  worst?: number; // these three are places in the report's findings
  not_made: number[];
  too_weak: number[];
  found?: number;
  at_most?: number;
  plain?: number;
}

// The document of this page.
export function readDocument(): AuditPage {
  const parsed = pageDocument() as AuditPage;
  if (parsed.report.musubi_audit !== 2) {
    throw new Error("the page holds a report of another version");
  }
  return parsed;
}
