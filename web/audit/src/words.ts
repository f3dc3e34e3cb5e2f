// Numbers and names of a report as a reader knows them who has never seen the program.
import { count, percent } from "../../shared/format";
import type { Finding, Outcome } from "./document";

const kNearlyAll = 0.995;
const kFew = 0.1;

// "1 in 250 people". Never less than the share: what is rounded is rounded to the worse.
export function people(share: number): string {
  if (share >= kNearlyAll) return "everyone, or nearly everyone";
  if (share > kFew) return `${Math.ceil(share * 100 - 1e-9)} in 100 people`;
  if (share <= 0) return "nobody";
  const all = Math.floor(1 / share + 1e-9);
  const step = 10 ** Math.max(0, Math.floor(Math.log10(all)) - 1); // two digits that count
  return `1 in ${count(Math.floor(all / step) * step)} people`;
}

const kKinds = new Map(Object.entries({
  raw: "text as written",
  name: "name",
  name_kana: "name in kana",
  name_kanji: "name in kanji",
  name_romaji: "name in Latin letters",
  text: "text",
  date: "date",
  sex: "sex",
  digits: "number",
  postcode: "postcode",
  phone: "telephone number",
  address: "address",
  municipality: "municipality",
  insurer_number: "number of the health insurer",
  insurance_code: "code of the insurance card",
  insurance_branch: "branch number of the insurance card",
  insured_id: "number of the insured person",
}));

// What a field's kind is, or its name in the contract where this page does not know it.
export function kindName(kind: string): string {
  return kKinds.get(kind) ?? kind;
}

const kOutcomes: Record<Outcome, { mark: string; name: string }> = {
  pass: { mark: "\u2713", name: "pass" },
  fail: { mark: "\u2715", name: "fail" },
  inconclusive: { mark: "?", name: "inconclusive" },
  invalid: { mark: "!", name: "invalid" },
  told: { mark: "\u2013", name: "no verdict" },
};

// A mark that can be told without colour, and a word.
export function outcomeText(outcome: Outcome): string {
  const { mark, name } = kOutcomes[outcome];
  return `${mark} ${name}`;
}

// "1 failed, 20 passed" in the order of what matters.
export function tally(findings: Finding[]): string {
  const of = (outcome: Outcome): number =>
    findings.filter((finding) => finding.outcome === outcome).length;
  const parts: [number, string][] = [
    [of("fail"), "failed"], [of("invalid"), "not valid"], [of("inconclusive"), "inconclusive"],
    [of("pass"), "passed"], [of("told"), "without a verdict"]];
  return parts.filter(([n]) => n > 0).map(([n, what]) => `${count(n)} ${what}`).join(", ");
}

// "0.40 %", with digits enough to tell small shares apart, and never broken before the sign.
export function share(part: number): string {
  return percent(part, part < kFew ? 2 : 1).replace(" ", "\u00a0");
}

// "3 of 1,000 (0.30 %)".
export function found(finding: Finding): string {
  return `${count(finding.successes ?? 0)} of ${count(finding.trials ?? 0)} (${share(finding.value)})`;
}

// What a case is of a test, where its words in the report need more.
export function caseText(name: string): string {
  return name.replace(/^(\d+)( known pairs)/, (_, n: string, rest: string) => count(Number(n)) + rest)
    .replace("rarest tenth", "people with the rarest names")
    .replace("other scripts", "people with names in another script");
}
