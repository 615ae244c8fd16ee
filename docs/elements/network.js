// The laboratory's networks, bit for bit those of longrange/lab.py: the same operations, each of
// which IEEE 754 rounds in one way (+, −, ×, ÷, √), in the same order. In a chaotic run the smallest
// difference grows until two programs follow different runs. So whoever changes a formula here,
// or the order of a sum, changes it there too; tests/elements/test_lab_worker.py compares them.
//
// Matrices are Float64Arrays of d × d numbers, row after row. For lab-worker.js.

const LINK = 1.2; // weight of a link of the ring-chain, at gain 1
const STEPS = 600; // of a run
const BURN_IN = 100; // of them, until states and direction have settled
// Streams of random numbers: other numbers from the same seed.
const [MATRIX, DRIVE, START, TANGENT] = [0, 1, 2, 3];

/** Scatters the bits of a whole number: the finisher of MurmurHash3, on 32 bits. */
function mix(x) {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/**
 * Numbers uniform on (0, 1), as a function of their place in the stream: a counter, hashed.
 *
 * @param {number} seed from 0 to 65535
 * @param {number} stream
 */
export function uniform(seed, stream) {
  const start = mix((seed << 16) | stream);
  return (i) => (mix(Math.imul(i + 1, 0x9e3779b9) + start) + 0.5) / 2 ** 32;
}

/**
 * Standard normal numbers: two uniform ones make two normal ones (Box and Muller). Rounded to 20
 * binary places, which hides the last bits of logarithm, sine and cosine: these differ between
 * machines.
 *
 * @param {number} seed from 0 to 65535
 * @param {number} stream
 * @param {number} count
 */
function normal(seed, stream, count) {
  const u = uniform(seed, stream);
  return Float64Array.from({ length: count }, (_, i) => {
    const pair = i - (i % 2);
    const radius = Math.sqrt(-2 * Math.log(u(pair)));
    const angle = 2 * Math.PI * u(pair + 1);
    const value = radius * (i % 2 ? Math.sin(angle) : Math.cos(angle));
    return Math.floor(value * 2 ** 20 + 0.5) / 2 ** 20;
  });
}

/**
 * The hyperbolic tangent; Math.tanh differs between engines. Lambert's continued fraction gives
 * that of x/16, from the inside out: y / (1 + q / (3 + q / (5 + …))) with y = x/16 and q = y². Then
 * tanh 2y = 2 tanh y / (1 + tanh² y), four times.
 */
function tanh(x) {
  const y = x / 16;
  const q = y * y;
  let fraction = 25;
  for (let odd = 23; odd > 0; odd -= 2) fraction = odd + q / fraction;
  let t = y / fraction;
  for (let doubling = 0; doubling < 4; doubling++) t = (2 * t) / (1 + t * t);
  return t;
}

/** Entry (i, j) of a matrix of gain 1, from d × d normal numbers n, of which `value` is that one. */
const ENTRY = {
  gaussian: (value, i, j, n, d) => value / Math.sqrt(d),
  symmetric: (value, i, j, n, d) => (value + n[j * d + i]) / Math.sqrt(8 * d),
  triangular: (value, i, j, n, d) => {
    if (i === j) return value < 0 ? -1 : 1;
    return i < j ? value / Math.sqrt(d) : 0;
  },
  // Each unit feeds the next one, stronger than it is; the last one feeds the first so weakly that
  // a whole round is 1.
  "ring-chain": (value, i, j, n, d) => {
    if (i !== 0 || j !== d - 1) return i === j + 1 ? LINK : 0;
    let closing = 1;
    for (let link = 1; link < d; link++) closing /= LINK;
    return closing;
  },
  // Pairs of units get the same and feed with opposite signs: W² = 0.
  cancelling: (value, i, j, n, d) => {
    const shared = n[((i >> 1) * d) / 2 + (j >> 1)] / Math.sqrt(d / 2);
    return (j % 2 ? -1 : 1) * shared;
  },
};

/**
 * W of gain 1.
 *
 * @param {string} family a key of ENTRY, or "orthogonal"
 * @param {number} d width
 * @param {number} seed
 */
export function unit(family, d, seed) {
  const n = normal(seed, MATRIX, d * d);
  if (family === "orthogonal") return orthonormal(n, d);
  return n.map((value, at) => ENTRY[family](value, Math.floor(at / d), at % d, n, d));
}

/** Make rows orthonormal (Gram and Schmidt, twice: once leaves rounding errors). */
function orthonormal(n, d) {
  const rows = Array.from({ length: d }, (_, i) => n.subarray(i * d, (i + 1) * d));
  rows.forEach((row, i) => {
    const before = rows.slice(0, i);
    for (const other of [...before, ...before]) {
      const along = dot(row, other);
      for (let j = 0; j < d; j++) row[j] -= along * other[j];
    }
    const length = Math.sqrt(dot(row, row));
    for (let j = 0; j < d; j++) row[j] /= length;
  });
  return n;
}

/** a · b, added up from the first entry on. */
export function dot(a, b) {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j];
  return sum;
}

/** W times a vector. */
function times(W, vector) {
  const d = vector.length;
  return vector.map((_, i) => dot(W.subarray(i * d, (i + 1) * d), vector));
}

/**
 * Run the tanh network h ← tanh(W h + s x) with normal input x.
 *
 * @param {Float64Array} W
 * @param {number} d width
 * @param {number} input strength s
 * @param {number} seed
 * @returns {{slopes: Float64Array[], rate: number}} the slopes 1 - h² of each step but the first,
 *   oldest first (the Jacobian of a step is diag(slope) W), and the largest Lyapunov exponent λ₁:
 *   the mean logarithm by which a step stretches a direction that goes along
 */
export function run(W, d, input, seed) {
  const drive = normal(seed, DRIVE, STEPS * d);
  let h = normal(seed, START, d);
  let tangent = normal(seed, TANGENT, d);
  let total = 0;
  const slopes = [];
  for (let t = 0; t < STEPS; t++) {
    h = times(W, h).map((value, i) => tanh(value + input * drive[t * d + i]));
    if (t === 0) continue; // from a start that is no state of the network
    const slope = h.map((value) => (1 - value) * (1 + value));
    slopes.push(slope);
    tangent = times(W, tangent).map((value, i) => slope[i] * value);
    const length = Math.sqrt(dot(tangent, tangent));
    tangent = tangent.map((value) => value / (length || 1)); // 0 stays 0
    if (t > BURN_IN) total += Math.log(length);
  }
  return { slopes, rate: total / (STEPS - 1 - BURN_IN) };
}
