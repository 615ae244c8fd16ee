// A picture read into a state of fixed width, pixel by pixel, and read back, as
// explainer/figures/remembered_picture.py has it. There, pixel i enters along a column of signs:
// h = Σ r^(N-1-i) b_i u_i. The columns are made so that the units fall into 16 groups which do not
// mix, so that each group is a small problem of its own. For remembered-picture;
// tests/elements/test_recall.py holds both together.

export const SIDE = 16; // of the picture, in pixels
export const N = SIDE * SIDE;

const ROWS = [...Array(SIDE).keys()];
// In which order the columns of a Hadamard matrix are used, for widths that need only some.
const ORDER = ROWS.map((j) => (7 * j + 3) % SIDE); // scrambled

/** Whether `bits`, from 0 to 15, has an odd number of ones: a table of 16 bits. */
const isOdd = (bits) => (0b0110_1001_1001_0110 >> bits) & 1;

/** a · b, as long as a. */
const dot = (a, b) => a.reduce((sum, value, j) => sum + value * b[j], 0);

/**
 * Read a picture into the state and back with the best linear readout.
 *
 * @param {number[]} items its 256 pixels, with mean 0 and variance 1
 * @param {{r: number, d: number, noise: number}} setting the factor per step, the width (a multiple
 *   of 16), and the standard deviation of the noise on each unit
 * @param {number[]} signs 256 of 1 and -1, from Python
 * @param {number[]} draws 256 normal numbers, from Python
 * @returns {{back: Float64Array, errors: Float64Array}} what comes back of each pixel, and the mean
 *   squared error for independent items
 */
export function recall(items, { r, d, noise }, signs, draws) {
  const units = d / SIDE; // of each group
  const back = new Float64Array(N);
  const errors = new Float64Array(N);
  for (let group = 0; group < SIDE; group++) {
    // One pixel of each row, scattered over the picture: those whose (x + 5 y) mod 16 is the group.
    const pixels = ROWS.map((y) => SIDE * y + ((group + 11 * y) % SIDE)); // 11 = 16 - 5
    const columns = pixels.map((i, y) => {
      const size = (r ** (N - 1 - i) * signs[i]) / Math.sqrt(units);
      return ORDER.slice(0, units).map((j) => (isOdd(y & j) ? -size : size));
    });
    const state = draws.slice(group * units, (group + 1) * units).map((draw) => noise * draw);
    columns.forEach((column, y) => {
      column.forEach((value, j) => (state[j] += value * items[pixels[y]]));
    });
    // The readout of item y is bᵀ C⁻¹ h with C = Σ b bᵀ + noise² I. With C = L Lᵀ that is the dot
    // product of L⁻¹ b and L⁻¹ h, and the error is 1 - bᵀ C⁻¹ b.
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

/** Mean squared error at r = 1, where every item fares alike. */
export const steadyError = (d, noise) => 1 - 1 / (Math.max(N / d, 1) + noise ** 2);

/** The lower triangle L with L Lᵀ = Σ column columnᵀ + noise² I, row by row. */
function cholesky(columns, noise) {
  const factor = [];
  for (const i of columns[0].keys()) {
    const entry = (j) => columns.reduce((sum, column) => sum + column[i] * column[j], 0);
    const row = forward(
      factor,
      factor.map((_, j) => entry(j)),
    );
    factor.push([...row, Math.sqrt(noise ** 2 + entry(i) - dot(row, row))]);
  }
  return factor;
}

/** L⁻¹ b, from the first entry on; as long as L has rows. */
function forward(factor, b) {
  const x = [];
  factor.forEach((row, i) => x.push((b[i] - dot(x, row)) / row[i]));
  return x;
}
