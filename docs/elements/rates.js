// One mode of a linear recurrence, as longrange/rates.py has it, and how it is said in words.

export const influence = (r, k) => r ** k;
export const horizon = (r, level = 0.01) => (r < 1 ? Math.log(level) / Math.log(r) : Infinity);
export const halfLife = (r) => horizon(r, 0.5);

/** A positive number in few figures: 0.00124, 17.4, 5.6 × 10⁻⁸. */
export const figures = (value) =>
  value >= 0.001 && value < 999.5 ? value.toPrecision(3) : raised(value.toExponential(1));

/** A number as JavaScript writes it, 5.6e-8, as people do: 5.6 × 10⁻⁸. */
export function raised(number) {
  const [mantissa, exponent] = String(number).split("e");
  if (!exponent) return mantissa;
  return `${mantissa}\u00a0×\u00a010${[...String(+exponent)].map((c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻").join("")}`;
}

/** What the rate r does to a word's influence. */
export function fate(r) {
  if (r > 1) return `doubles every ${(Math.LN2 / Math.log(r)).toFixed(1)} words`;
  if (r === 1) return "never changes";
  return `half left after ${halfLife(r).toFixed(1)} words, 1 % after ${horizon(r).toFixed(1)}`;
}

/** What is left of it after k words. */
export function remains(r, k) {
  const value = influence(r, k);
  return value > 1 ? `${figures(value)} times as strong` : `${figures(value)} left`;
}

/** What the sliders say. */
export const SAID = {
  r: ({ r }) => `r ${r.toFixed(2)}: ${fate(r)}`,
  k: ({ r, k }) => `k ${k}: ${remains(r, k)}`,
};
