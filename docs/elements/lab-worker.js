// Measures the laboratory's networks, for jacobian-lab.js: as a worker, off the page's thread, or,
// where the page may have no worker, imported by it. It is given a setting,
// { family, d, seed, g, s, activation, k, lags }, and posts what it found, with the setting.
// A newer setting ends an older one: while a slider is dragged, most are never measured to the end.

import { multiply, norm, radius, singularValues } from "./jacobian.js";
import { run, unit } from "./network.js";

const SLICE = 25; // ms of work before a look for a newer setting
const LONGEST = 200; // ms without a picture: then a setting is measured to its end all the same

let asked; // the newest setting that has not been begun
let isBusy = false;
let known; // the last network, and what was found of it: often only k is another
let shown = 0; // when the last picture was posted

/**
 * Measure what is asked, and post what was found.
 *
 * @param {Object} setting
 * @param {function(Object): void} post
 */
export async function ask(setting, post) {
  asked = setting;
  if (isBusy) return;
  isBusy = true;
  while (asked) {
    const next = asked;
    asked = undefined;
    await measure(next, post);
  }
  isBusy = false;
}

const isWorker = typeof document === "undefined";
if (isWorker) onmessage = ({ data }) => ask(data, (found) => postMessage(found));

/** Measure a network, unless a newer setting comes, and post what was found. */
async function measure(setting, post) {
  const { family, d, seed, g, s, activation, k } = setting;
  const matrix = [family, d, seed].join();
  if (known?.matrix !== matrix) {
    const W = unit(family, d, seed); // of gain 1: a new gain makes no new matrix
    // That of a triangular matrix stands on its diagonal; squaring would lose it in rounding.
    known = { matrix, W, norm: norm(W, d), radius: family === "triangular" ? 1 : radius(W, d) };
  }
  const network = [matrix, g, s, activation].join();
  if (known.network !== network) {
    const found = await products(setting);
    if (!found) return; // a newer setting came
    Object.assign(known, { network, ...found });
  }
  shown = performance.now();
  post({
    setting,
    norm: g * known.norm,
    radius: g * known.radius,
    rate: known.rate,
    norms: known.norms,
    values: singularValues(known.products[k], d),
  });
}

/**
 * The Jacobians of the last state with respect to those 0, 1, …, `lags` steps before, their norms,
 * and λ₁; nothing if a newer setting came.
 */
async function products({ d, seed, g, s, activation, lags }) {
  const W = known.W.map((value) => g * value);
  const isLinear = activation === "linear";
  const { slopes, rate } = isLinear
    ? { rate: Math.log(g * known.radius) } // exact: every step is W
    : run(W, d, s, seed);
  const identity = W.map((_, at) => (at % (d + 1) === 0 ? 1 : 0));
  const found = { rate, products: [identity], norms: [1] };
  let began = performance.now();
  while (found.products.length <= lags) {
    // A step further back: J_{t,k+1} = J_{t,k} diag(slope) W, with the slope of that step.
    const product = multiply(found.products.at(-1), W, d, slopes?.at(-found.products.length));
    found.products.push(product);
    found.norms.push(norm(product, d));
    if (performance.now() - began < SLICE) continue;
    await new Promise((done) => setTimeout(done)); // messages come in between
    if (asked && performance.now() < shown + LONGEST) return undefined;
    began = performance.now();
  }
  return found;
}
