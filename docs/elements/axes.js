// Where axes end, what stands beside them, and where drawn curves are. Of axes that follow the reader
// Python drew ticks at fixed shares, and the page writes the numbers that are there now. Pure
// functions, for most elements with a picture; tests/elements/test_axes.py holds them.

import { tenToThe } from "./rates.js";

/**
 * Where a linear axis from 0 ends that holds `most`: at one of `tops`, times a power of ten.
 *
 * @param {number} most
 * @param {number[]} tops in rising order, within one power of ten
 */
export function topFor(most, tops) {
  for (let unit = 1; ; unit *= 10) {
    const top = tops.find((one) => one * unit >= most);
    if (top) return top * unit;
  }
}

/**
 * The power to which both ends of a logarithmic axis must be raised to hold `value`; 1 stays where
 * it is. The last one, if none is enough.
 *
 * @param {number} value
 * @param {[number, number]} ends below and above 1
 * @param {number[]} powers in rising order
 */
export const powerFor = (value, [low, high], powers) =>
  powers.find((power) => low ** power <= value && value <= high ** power) ?? powers.at(-1);

/** A number at a tick: 0.5, 1500, 15 000, and of powers of ten 10⁻⁶. */
export function tick(value, isLog) {
  if (isLog) return tenToThe(Math.round(Math.log10(value)));
  const rounded = Number(value.toPrecision(6));
  return rounded < 10000 ? String(rounded) : `${rounded / 1000}\u202f000`;
}

/** The points [x, y], in SVG units, of a line that Python drew, from its `d`. */
export const pointsOf = (d) =>
  d.match(/[\d.]+ [\d.]+/g).map((point) => point.split(" ").map(Number));

/** Where a drawn curve, a list of points from left to right, is at x; straight between points. */
export function heightAt(curve, x) {
  const before = curve.findLastIndex((point) => point[0] <= x);
  const at = Math.max(0, Math.min(before, curve.length - 2));
  const [[x0, y0], [x1, y1]] = curve.slice(at, at + 2);
  return y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
}

/**
 * Heights of names, each as near to where it belongs as the others let it: no two are nearer than
 * `gap`, and none is beyond the ends.
 *
 * @param {number[]} wanted
 * @param {number} gap
 * @param {number} low
 * @param {number} high with room for all of them
 */
export function spread(wanted, gap, low, high) {
  const order = wanted.map((_, i) => i).sort((i, j) => wanted[i] - wanted[j] || i - j);
  const at = order.map((i) => Math.max(low, Math.min(high, wanted[i])));
  // Upwards each gives way to the one before; then downwards from the end, what went too far.
  for (let n = 1; n < at.length; n++) at[n] = Math.max(at[n], at[n - 1] + gap);
  at[at.length - 1] = Math.min(at.at(-1), high);
  for (let n = at.length - 2; n >= 0; n--) at[n] = Math.min(at[n], at[n + 1] - gap);
  const heights = [];
  order.forEach((i, n) => (heights[i] = at[n]));
  return heights;
}
