// Numbers as people read them. Always in one form, whatever the browser's language, so that two
// people who look at one page see the same.

const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

export function count(n: number): string {
  return whole.format(n);
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
