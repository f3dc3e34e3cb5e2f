// The numbers of a linkage as people read them.
import { percent } from "../../shared/format";

const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

// For axes: 1.2M.
export function compact(n: number): string {
  return short.format(n);
}

export function millionths(share: number, digits = 2): string {
  return percent(share / 1e6, digits);
}

// A chance given in thousand-millionths. Small ones keep two digits that count.
export function chance(billionths: number): string {
  const share = billionths / 1e9;
  if (billionths === 0) return "<0.0000001 %";
  if (share >= 0.01) return `${(share * 100).toFixed(1)} %`;
  return `${Number((share * 100).toPrecision(2))} %`;
}

// Thousandths of a bit, with a sign.
export function bits(thousandths: number): string {
  const text = (Math.abs(thousandths) / 1000).toFixed(1);
  return (thousandths < 0 ? "\u2212" : "+") + text;
}

export function signedBits(n: number): string {
  return (n < 0 ? "\u2212" : "") + Math.abs(n).toString();
}

// What an axis of weights is, in as many words as there is room for.
export function weightLabel(width: number): string {
  return width < 520 ? "weight in bits"
    : "weight in bits: two persons \u2190 \u2192 one person";
}
