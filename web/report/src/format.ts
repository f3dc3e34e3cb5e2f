// Numbers as people read them. Always in one form, whatever the browser's language, so that two
// people who look at one page see the same.

const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

export function count(n: number): string {
  return whole.format(n);
}

// For axes: 1.2M.
export function compact(n: number): string {
  return short.format(n);
}

export function decimals(n: number, digits: number): string {
  return n.toFixed(digits);
}

// A share within 0 and 1, with so many digits after the point. What is not all, or not nothing, is
// never shown as if it were.
export function percent(share: number, digits = 1): string {
  const least = 10 ** -digits;
  const text = (share * 100).toFixed(digits);
  if (share > 0 && Number(text) === 0) return `<${least.toFixed(digits)} %`;
  if (share < 1 && Number(text) === 100) return `>${(100 - least).toFixed(digits)} %`;
  return `${text} %`;
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
