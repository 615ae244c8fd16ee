// One mode of a linear recurrence, h_t = r h_{t-1} + u_t, as longrange/rates.py has it, and how its
// numbers are said in words. Most elements use it; tests/elements/test_rates.py holds both together.

/**
 * What is left of a word's influence after k more words.
 *
 * @param {number} r rate, the factor per word
 * @param {number} k distance in words
 */
export const influence = (r, k) => r ** k;

/**
 * After how many words `level` is left; infinite if it never fades.
 *
 * @param {number} r rate, the factor per word
 * @param {number} [level] share of the influence
 */
export const horizon = (r, level = 0.01) => (r < 1 ? Math.log(level) / Math.log(r) : Infinity);

/** After how many words half is left. */
export const halfLife = (r) => horizon(r, 0.5);

/** A positive number in three figures, or two and a power of ten: 0.00124, 17.4, 5.6 × 10⁻⁸. */
export function figures(value) {
  // 999.5 would be rounded to four figures.
  const plain = value >= 0.001 && value < 999.5;
  return plain ? value.toPrecision(3) : raised(value.toExponential(1));
}

/** A whole number in small digits, as an exponent. */
const above = (number) => [...String(number)].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit] ?? "⁻").join("");

/**
 * A share in two figures: 21 %, 2.8 %, 1.9 × 10⁻⁷ %; of what has grown, how many times: ×3.6.
 *
 * @param {number} value
 */
export function share(value) {
  if (value > 1) {
    const digits = value < 2 ? 3 : 2; // ×1.01, not ×1.0
    return `×${value < 999.5 ? Number(value.toPrecision(digits)) : raised(value.toExponential(1))}`;
  }
  const percent = 100 * value;
  const plain = percent >= 0.001;
  return `${plain ? Number(percent.toPrecision(2)) : raised(percent.toExponential(1))}\u00a0%`;
}

/**
 * A number as JavaScript writes it, 5.6e-8, written as people do: 5.6 × 10⁻⁸.
 *
 * @param {number|string} number
 */
export function raised(number) {
  const [mantissa, exponent] = String(number).split("e");
  if (!exponent) return mantissa;
  return `${mantissa}\u00a0×\u00a010${above(Number(exponent))}`; // never broken at the end of a line
}

/** A power of ten: 10⁻³, but 1 and 10 as they are. */
export const tenToThe = (exponent) => ["1", "10"][exponent] ?? `10${above(exponent)}`;

/** What the rate r does to a word's influence, in words. */
export function fate(r) {
  if (r > 1) return `doubles every ${(Math.LN2 / Math.log(r)).toFixed(1)} words`;
  if (r === 1) return "never changes";
  return `half left after ${halfLife(r).toFixed(1)} words, 1 % after ${horizon(r).toFixed(1)}`;
}

/** What is left after k words at the rate r, in words. */
export function remains(r, k) {
  const left = influence(r, k);
  return left > 1 ? `${figures(left)} times as strong` : `${figures(left)} left`;
}

/** What the sliders for r and k say to those who hear them; each is given the page's state. */
export const SAID = {
  r: ({ r }) => `r ${r.toFixed(2)}: ${fate(r)}`,
  k: ({ r, k }) => `k ${k}: ${remains(r, k)}`,
};
