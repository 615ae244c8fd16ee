// What the laboratory says of a network that was measured: from numbers to laws and words, without a
// page. For jacobian-lab.js; tests/elements/test_lab_results.py holds it against
// explainer/figures/jacobian_lab.py, which has the names of the laws and both limits.

import { fate, figures } from "./rates.js";

/** A norm in few figures; 0 where nothing is left. */
export const amount = (value) => (value ? figures(value) : "0");

/**
 * The factor per step by which each law says that the influence changes.
 *
 * @param {{norm: number, radius: number, rate: number}} found ‖W‖, ρ and λ₁ of a network
 */
export const laws = ({ norm, radius, rate }) => ({ bound: norm, radius, rate: Math.exp(rate) });

/**
 * The mean factor per step over the second half of the lags; at first the influence follows no law.
 *
 * @param {number[]} norms ‖J‖ by lag, from 0 to an even one
 * @returns {number} 0, or not a number, where nothing is left
 */
export function meanFactor(norms) {
  const half = (norms.length - 1) / 2;
  return (norms.at(-1) / norms[half]) ** (1 / half);
}

/**
 * Names of the law whose factor is nearest in ratio, and of those as near but for `within`, a
 * difference of logarithms.
 *
 * @param {Object<string, number>} factors by name of the law
 * @param {number} factor that was measured
 * @param {number} within
 */
export function nearest(factors, factor, within) {
  const miss = (name) => Math.abs(Math.log(factors[name] / factor));
  const names = Object.keys(factors);
  const least = Math.min(...names.map(miss));
  return names.filter((name) => miss(name) < least + within);
}

/**
 * What becomes of the influence in the long run.
 *
 * @param {number} rate λ₁
 * @param {string} activation
 * @param {number} level so near to 0 one run of the tanh network cannot tell λ₁ from 0; that of the
 *   linear one is exact
 */
export function effect(rate, activation, level) {
  if (activation === "tanh" && Math.abs(rate) < level) return "level, as far as one run tells";
  const r = Number(Math.exp(rate).toFixed(9)); // 1 where it is 1 but for rounding
  return r ? fate(r) : "all is lost";
}

/** λ₁ as it is printed: a true minus sign, no minus zero, and −∞ where everything is forgotten. */
const exponent = (rate) =>
  rate.toFixed(3).replace("-0.000", "0.000").replace("-", "−").replace("Infinity", "∞");

/**
 * All of it in words: what W and the rate say of every network with them, and in a second line what
 * was measured in this one.
 *
 * @param {Object} found what lab-worker.js posts
 * @param {Object} told what Python says: `names` of the laws, `within` and `level` (see above), and
 *   `gap`, the lag of the word “cat”
 */
export function told(found, { names, within, level, gap }) {
  const { setting, norm, radius, rate, norms } = found;
  const factor = meanFactor(norms);
  const near = factor ? nearest(laws(found), factor, within).map((law) => names[law]) : [];
  return (
    `By law: ‖W‖ ${norm.toFixed(2)}, ρ ${radius.toFixed(2)}, λ₁ ${exponent(rate)}, ` +
    `effective r ${Math.exp(rate).toFixed(3)}; this r alone says: ` +
    `${effect(rate, setting.activation, level)}.\n` +
    `Measured: ${amount(norms[setting.k])} at lag ${setting.k}, ${amount(norms[gap])} for “cat”, ` +
    `${gap} words back. ` +
    (factor ? `Nearest: ${near.join(", ")}.` : "Nothing is left.")
  );
}

/**
 * The same in values, for the readout: what the rate says, what was measured, which law is nearest,
 * and in a sentence the rest. Arguments as of `told`.
 */
export function values(found, { names, within, level, gap }) {
  const { setting, norm, radius, rate, norms } = found;
  const factor = meanFactor(norms);
  const near = factor ? nearest(laws(found), factor, within).map((law) => names[law]) : [];
  return {
    rate: Math.exp(rate).toFixed(3),
    fate: effect(rate, setting.activation, level),
    lag: String(setting.k),
    measured: amount(norms[setting.k]),
    nearest: near.join(", ") || "nothing is left",
    rest:
      `‖W‖ ${norm.toFixed(2)}, ρ ${radius.toFixed(2)}, λ₁ ${exponent(rate)}. ` +
      `Measured for “cat”, ${gap} words back: ${amount(norms[gap])}.`,
  };
}

/**
 * Why controls cannot act in a setting, by name. The Jacobian of a linear network is W at every
 * step, and nothing in the ring-chain is random.
 *
 * @param {{family: string, activation: string}} setting
 * @returns {Object<string, string>}
 */
export function idle({ family, activation }) {
  if (activation !== "linear") return {};
  const without = { s: "Input s changes nothing: linear, the Jacobian is W at every step." };
  if (family === "ring-chain") without.seed = "Nor does the seed: no entry of W is random.";
  return without;
}
