// The latch h ← tanh(wh), a ball that each step leads downhill, as explainer/figures/two_valleys.py
// has it. For two-valleys; tests/elements/test_valleys.py holds both together. Pure functions.

const [STEPS, PUSHED_AT] = [20, 10];
const [EDGE, POINTS] = [1.6, 81]; // where the landscape ends on either side; points of its curve

/** States at which the landscape is drawn. */
export const GRID = [...Array(POINTS).keys()].map((i) => EDGE * ((2 * i) / (POINTS - 1) - 1));

/** The step at each move of the ball: the push is a move of its own, and takes no step. */
export const MOVES = [...Array(STEPS + 2).keys()].map((i) => i - (i > PUSHED_AT));
export const PUSH = PUSHED_AT + 1; // the move that is the push

/**
 * Where the ball is at each of MOVES, and the derivative of that by its start.
 *
 * @param {{w: number, start: number, push: number}} setting the push is towards the other side;
 *   from the hill, to the left
 */
export function roll({ w, start, push }) {
  const states = [start];
  const derivatives = [1];
  for (let move = 1; move < MOVES.length; move++) {
    const before = states.at(-1);
    const left = derivatives.at(-1);
    const isPush = move === PUSH;
    const h = isPush ? before - (before < 0 ? -push : push) : Math.tanh(w * before);
    states.push(h);
    derivatives.push(isPush ? left : left * w * (1 - h) * (1 + h));
  }
  return { states, derivatives };
}

/** V(h) = h²/2 − ln cosh(wh)/w, with V′(h) = h − tanh(wh). */
export function potential(w, h) {
  const size = Math.abs(w * h); // cosh overflows, its logarithm does not
  return h ** 2 / 2 - (size + Math.log1p(Math.exp(-2 * size)) - Math.LN2) / w;
}

/** A function from h to V(h) on the scale of the picture: the landscape goes from 0 to 1. */
export function landscape(w) {
  const all = GRID.map((h) => potential(w, h));
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return (h) => (potential(w, h) - low) / (high - low);
}

/** Where the right valley is, h = tanh(wh) > 0; 0 where there is one valley only. */
export function valley(w) {
  if (w <= 1) return 0;
  let [low, high] = [1e-9, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (Math.tanh(w * middle) > middle) low = middle;
    else high = middle;
  }
  return low;
}
