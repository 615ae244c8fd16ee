// A picture read into a state of fixed width and back, as explainer/figures/remembered_picture.py
// has it: the groups of units do not mix, so each is a small problem of its own.

export const SIDE = 16;
export const N = SIDE * SIDE;

const ROWS = [...Array(SIDE).keys()];
const ORDER = ROWS.map((j) => (7 * j + 3) % SIDE); // scrambled
/** Whether `bits`, from 0 to 15, has an odd number of ones. */
const odd = (bits) => (0b0110_1001_1001_0110 >> bits) & 1;

/**
 * Read 256 `items` (mean 0, variance 1) into d units, with r per step, and back with the best
 * linear readout under `noise`; `signs` and `draws` are Python's. `errors` are mean squares.
 */
export function recall(items, { r, d, noise }, signs, draws) {
  const units = d / SIDE;
  const back = new Float64Array(N);
  const errors = new Float64Array(N);
  for (let group = 0; group < SIDE; group++) {
    const pixels = ROWS.map((y) => SIDE * y + (group + 11 * y) % SIDE); // 11 undoes 5
    const columns = pixels.map((i, y) => ORDER.slice(0, units).map((j) =>
      (r ** (N - 1 - i) * signs[i] * (odd(y & j) ? -1 : 1)) / Math.sqrt(units)));
    const state = draws.slice(group * units, (group + 1) * units).map((draw) => noise * draw);
    columns.forEach((column, y) => column.forEach((a, j) => (state[j] += a * items[pixels[y]])));
    const factor = cholesky(columns, noise);
    const read = forward(factor, state);
    columns.forEach((column, y) => {
      const z = forward(factor, column);
      back[pixels[y]] = dot(z, read);
      errors[pixels[y]] = 1 - dot(z, z);
    });
  }
  return { back, errors };
}

/** Mean error without decay, in which every item fares alike. */
export const steadyError = (d, noise) => 1 - 1 / (Math.max(N / d, 1) + noise ** 2);

const dot = (a, b) => a.reduce((sum, value, j) => sum + value * b[j], 0);

/** L with L Lᵀ = Σ column columnᵀ + noise² I, row by row. */
function cholesky(columns, noise) {
  const factor = [];
  for (const i of columns[0].keys()) {
    const along = (j) => columns.reduce((sum, column) => sum + column[i] * column[j], 0);
    const row = forward(factor, factor.map((_, j) => along(j)));
    factor.push([...row, Math.sqrt(noise ** 2 + along(i) - dot(row, row))]);
  }
  return factor;
}

/** L⁻¹ b. */
function forward(factor, b) {
  const x = [];
  factor.forEach((row, i) => x.push((b[i] - dot(x, row)) / row[i]));
  return x;
}
