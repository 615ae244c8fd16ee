// What is said of a run in "Train one here". Pure functions, for train-network.js.

import { figures } from "./rates.js";

const LEARNED = 0.95; // share right from which a distance counts as learned, as in training.py
// Between these a network guesses: on 64 sentences a coin is beyond them once in ten thousand times.
const [WRONG, GUESSING] = [0.25, 0.75];
const LONGEST = 40; // characters of a word that is shown

/** So many words. */
export const counted = (k) => `${k} ${k === 1 ? "word" : "words"}`;

/** 1 / (1 + e^(−x)) */
export const sigmoid = (x) => 1 / (1 + Math.exp(-x));

export const percent = (share) => `${Math.round(100 * share)} %`;

/** A share of the gradient; what is below all numbers says so. */
export const shareOf = (share) => (share > 0 ? figures(share) : "below 10⁻³⁰⁰");

/** What is answered, and how sure, from the odds of “are” as their logarithm. */
export const answered = (odds) =>
  odds > 0 ? `“are”, ${percent(sigmoid(odds))} sure` : `“is”, ${percent(sigmoid(-odds))} sure`;

/** A number with its thousands apart. */
export const grouped = (count) => count.toLocaleString("en");

/** A setting in words, as it stands beside an earlier run. */
export function named({ net, diet, k, d, rate, bias, clip, seed }) {
  const fed = {
    alone: `${counted(k)} alone`,
    mixture: `a mixture up to ${k}`,
    growing: `starting small, up to ${k}`,
  };
  const network = {
    tanh: "plain tanh",
    small_inputs: "small inputs",
    leaky: "leaky",
    lstm: `LSTM, bias ${bias}`,
    gru: "GRU",
  };
  const clipped = clip === "on" ? "" : ", no clipping";
  return `${network[net]}, ${fed[diet]}, d ${d}, rate ${rate}${clipped}, seed ${seed}`;
}

/** Whether some distances are neighbours among those tested. */
const isRun = (ks, tested) => tested.indexOf(ks.at(-1)) - tested.indexOf(ks[0]) === ks.length - 1;

/**
 * What a network has learned up to now.
 *
 * @param {{tested: number[], right: number[], failed: ?string, steps: number}} picture
 */
export function learned({ tested, right, failed, steps }) {
  if (failed) return `${failed[0].toUpperCase()}${failed.slice(1)}.`;
  if (!steps) return "Not trained yet: it guesses.";
  const between = (low, high) => tested.filter((_, i) => right[i] >= low && right[i] < high);
  const parts = [
    ["right over", between(LEARNED, Infinity)],
    ["better than a guess at", between(GUESSING, LEARNED)],
    ["guessing at", between(WRONG, GUESSING)],
    ["mostly wrong at", between(0, WRONG)],
  ]
    .filter(([, ks]) => ks.length)
    .map(([what, ks]) => {
      const list = ks.length > 2 && isRun(ks, tested) ? `${ks[0]} to ${ks.at(-1)}` : ks.join(", ");
      const unit = what === "right over" ? (list === "1" ? " word" : " words") : "";
      return `${what} ${list}${unit}`;
    });
  const text = parts.join(", ");
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

/**
 * The words of a sentence as numbers, and those that the network does not know. Word 0 begins each.
 *
 * @param {string} text
 * @param {string[]} vocabulary from word 1 on
 * @returns {{tokens: number[], unknown: string[]}}
 */
export function numbered(text, vocabulary) {
  const spoken = text.toLowerCase().match(/[\p{L}'’-]+/gu) ?? [];
  const unknown = spoken
    .filter((word) => !vocabulary.includes(word))
    .map((word) => word.slice(0, LONGEST));
  const known = spoken.filter((word) => vocabulary.includes(word));
  return { tokens: [0, ...known.map((word) => vocabulary.indexOf(word) + 1)], unknown };
}
