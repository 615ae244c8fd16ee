// A network unrolled over k steps: which of its states stand in the picture, and how what they hold
// is drawn and written, as explainer/figures/unrolled_network.py has it. For unrolled-network;
// tests/elements/test_unrolled.py holds both together.

import { figures as inFigures } from "./rates.js";

const [OLDEST, NEWEST] = [4, 3]; // where there are more states than places: the first, the last …
export const GAP = OLDEST; // … and in the place between them a gap
export const SLOTS = OLDEST + 1 + NEWEST;
export const BAND = 0.45; // width of the whole error's arrow, in radii of a state

/**
 * Which steps after the word stand in the picture, one for each place; null is the gap.
 *
 * @param {number} k steps from the word to the last state
 */
export function shown(k) {
  const steps = [...Array(k + 1).keys()];
  return k < SLOTS ? steps : [...steps.slice(0, OLDEST), null, ...steps.slice(-NEWEST)];
}

/** How large a mark is drawn for a factor: up to 1 to scale, above it ever larger, below 1.65. */
export const bounded = (factor) => (factor <= 1 ? factor : 1.65 - 0.65 / factor);

/** A factor in at most three figures; above 1 as what it multiplies by. */
export function figures(factor) {
  const isPlain = factor >= 0.001 && factor < 999.5;
  const said = isPlain ? String(Number(factor.toPrecision(3))) : inFigures(factor);
  return factor > 1 ? `×${said}` : said;
}

/** r to a power as it is written; the power 0 is not. */
export function power(exponent) {
  if (exponent < 2) return "r".repeat(exponent);
  return `r${[...String(exponent)].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("")}`;
}

/**
 * The outline of an arrow, whose head grows with its width.
 *
 * @param {[number, number]} tail
 * @param {[number, number]} tip
 * @param {number} width of its shaft
 * @returns {Array<[number, number]>}
 */
export function arrow(tail, tip, width) {
  const forth = [tip[0] - tail[0], tip[1] - tail[1]];
  const length = Math.hypot(...forth);
  const [x, y] = forth.map((part) => part / length);
  const head = Math.min(1.6 * width, 0.6 * length);
  const neck = [tip[0] - head * x, tip[1] - head * y];
  const half = [
    [tail, width / 2],
    [neck, width / 2],
    [neck, width],
  ];
  const side = (sign) => half.map(([at, w]) => [at[0] - sign * w * y, at[1] + sign * w * x]);
  return [...side(1), tip, ...side(-1).reverse()];
}
