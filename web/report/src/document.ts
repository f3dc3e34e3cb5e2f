// The document that the page shows: what `musubi-unit report --json` prints (docs/report.md).
// Shares are in millionths, chances in thousand-millionths, weights in thousandths of a bit,
// numbers of expected pairs and of set bits in thousandths.
import { pageDocument } from "../../shared/document";

export interface ReportDocument {
  format: "musubi-report";
  version: number;
  program: string;
  contract: Contract;
  state: State;
  holders: Holder[];
  persons: Persons;
  review: Review;
  epochs: Run[];
}

export interface Review {
  decisions: number; // that the store asks for before a key changes
  open: number;
  proposals: Proposals[];
}

// Proposals of one reason to change keys in one way.
export interface Proposals {
  reason: "reclustered" | "tie" | "twin" | "weak";
  change: "merge" | "move" | "split";
  open: number;
  half_decided: number;
  accepted: number;
  rejected: number;
  withdrawn: number;
}

export interface Contract {
  name: string;
  fingerprint: string;
  profile: string;
  model: string;
  filters: { name: string; bits: number }[];
}

export interface State {
  digest: string;
  epoch: number;
  records: number;
  members: number;
  unfinished_run: boolean;
}

export interface Holder {
  holder: string;
  datasets: number;
  records: number;
  declares_duplicates: boolean;
  persons: number;
  repeated_persons: number;
  filters: { present: number; fill?: Fill }[];
}

export interface Fill {
  mean: number;
  deviation: number;
  quantiles: number[]; // at 5, 25, 50, 75 and 95 hundredths of the records, in bits
  differs: boolean;
  difference?: number;
}

export interface Persons {
  total: number;
  by_records: { records: number; persons: number }[];
  by_holders: { holders: number; persons: number }[];
  overlap: number[][];
}

// A link run; a review, in which somebody decided on proposals; or a withdrawal, in which a holder
// asked that persons be left out, or let in again.
export interface Run {
  epoch: number;
  kind: "link_run" | "review" | "withdrawal";
  records: number;
  new_records: number;
  candidate_pairs: number;
  links: number;
  keys_minted: number;
  attached: number;
  proposals: number;
  withdrawn: number;
  moved: number;
  threshold: string;
  hold: string;
  report?: RunReport;
}

export interface RunReport {
  version: number;
  program: string;
  kernel: string;
  model: string;
  candidates: Candidates;
  persons: number;
  linked_records: number;
  learned?: Learned;
  quality?: Quality;
  planted?: Planted[];
  recapture?: Recapture;
  scores?: { hundredths: number; links: number }[];
}

export interface Candidates {
  method: string;
  exact_join: boolean;
  pairs: number;
  passes?: Pass[];
  lsh?: Lsh;
}

export interface Pass {
  name: string;
  records: number;
  blocks: number;
  largest_block: number;
  pairs: number;
  left_out_blocks: number;
  left_out_pairs: number;
}

export interface Lsh {
  bits_per_key: number;
  tables: number;
  expected_recall: number;
  records: number;
  buckets: number;
  largest_bucket: number;
}

export interface Estimate {
  value: number;
  low: number;
  high: number;
}

export interface Learned {
  learned_from: "all_pairs" | "candidates" | "sample";
  threshold: number;
  model_digest: string;
  model: { rarity: boolean; comparisons: Comparison[]; classes: PairClass[] };
  weights: { bits: number; pairs: number; held_out: number; expected_matches: number }[];
  pairs: number;
  held_out: number;
  expected_matches: number;
  curve: CurvePoint[];
  at_threshold: SelectedAt;
}

export interface Comparison {
  name: string;
  match_token: boolean;
  levels: Level[];
}

export interface Level {
  kind: "unlike" | "similar" | "equal";
  least_similarity?: number;
  rarity?: number;
  match: number;
  two: number;
  weight: number;
}

export interface PairClass {
  one_person: boolean;
  share: number;
  equal: number[];
}

export interface SelectedAt {
  selected: number;
  model_precision: number;
  model_recall: number;
  hits?: number;
  precision?: Estimate;
}

export interface CurvePoint extends SelectedAt {
  bits: number;
}

export interface Quality {
  has_control: boolean;
  model_precision?: number; // of a model that learns
  model_recall?: number;
  raised_threshold?: number; // of a weighted mean that was asked for a least precision
  control_pairs?: number;
  control_hits?: number;
  precision?: Estimate;
  certified?: boolean;
}

// Which planted copies a run would have found; of all holders first, then of each by name.
export interface Planted {
  holder: string;
  copies: number;
  compared: number;
  found: number;
  recall: Estimate;
}

// Pairs that a third holder's record joins, and how many of them are linked directly.
export interface Recapture {
  joined: number;
  linked: number;
  recall: Estimate;
}

// The link runs, ascending.
export function runsOf(report: ReportDocument): Run[] {
  return report.epochs.filter((epoch) => epoch.kind === "link_run");
}

// The document of this page.
export function readDocument(): ReportDocument {
  const parsed = pageDocument() as ReportDocument;
  if (parsed.format !== "musubi-report" || parsed.version !== 1) {
    throw new Error("the page holds a document of another version");
  }
  return parsed;
}
