// Networks that longrange/lab.py runs too, bit for bit: same operations, same order.

const LINK = 1.2;
const [STEPS, BURN_IN] = [600, 100];
const [MATRIX, DRIVE, START, TANGENT] = [0, 1, 2, 3]; // streams of random numbers

function mix(x) {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Normal numbers, rounded to 20 binary places. */
function normal(seed, stream, count) {
  const start = mix((seed << 16) | stream);
  const uniform = (i) => (mix(Math.imul(i, 0x9e3779b9) + start) + 0.5) / 2 ** 32;
  return Float64Array.from({ length: count }, (_, i) => {
    const pair = i - (i % 2);
    const angle = 2 * Math.PI * uniform(pair + 2);
    const value = Math.sqrt(-2 * Math.log(uniform(pair + 1))) * (i % 2 ? Math.sin(angle) : Math.cos(angle));
    return Math.floor(value * 2 ** 20 + 0.5) / 2 ** 20;
  });
}

function tanh(x) {
  const y = x / 16;
  const q = y * y;
  let fraction = 25;
  for (let odd = 23; odd > 0; odd -= 2) fraction = odd + q / fraction;
  let t = y / fraction;
  for (let i = 0; i < 4; i++) t = (2 * t) / (1 + t * t);
  return t;
}

/** Entry i, j of a matrix of gain 1, from normal numbers n; `value` is that at i, j. */
const ENTRY = {
  gaussian: (value, i, j, n, d) => value / Math.sqrt(d),
  symmetric: (value, i, j, n, d) => (value + n[j * d + i]) / Math.sqrt(8 * d),
  triangular: (value, i, j, n, d) =>
    (i > j ? 0 : i < j ? value / Math.sqrt(d) : value < 0 ? -1 : 1),
  "ring-chain": (value, i, j, n, d) => {
    if (i || j < d - 1) return i === j + 1 ? LINK : 0;
    let closing = 1;
    for (let link = 1; link < d; link++) closing /= LINK;
    return closing;
  },
  cancelling: (value, i, j, n, d) =>
    (j % 2 ? -1 : 1) * (n[((i >> 1) * d) / 2 + (j >> 1)] / Math.sqrt(d / 2)),
};

/** W of gain 1, d × d, row after row. */
export function unit(family, d, seed) {
  const n = normal(seed, MATRIX, d * d);
  if (family === "orthogonal") return orthonormal(n, d);
  return n.map((value, at) => ENTRY[family](value, Math.floor(at / d), at % d, n, d));
}

/** Make rows orthonormal (Gram and Schmidt, twice). */
function orthonormal(n, d) {
  const rows = Array.from({ length: d }, (_, i) => n.subarray(i * d, (i + 1) * d));
  rows.forEach((row, i) => {
    for (const other of [...rows.slice(0, i), ...rows.slice(0, i)]) {
      const along = dot(row, other);
      for (let j = 0; j < d; j++) row[j] -= along * other[j];
    }
    const length = Math.sqrt(dot(row, row));
    for (let j = 0; j < d; j++) row[j] /= length;
  });
  return n;
}

export function dot(a, b) {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j];
  return sum;
}

/** Slopes 1 - h² of all steps but the first, oldest first, and λ₁. */
export function run(W, d, input, seed) {
  const drive = normal(seed, DRIVE, STEPS * d);
  let h = normal(seed, START, d);
  let tangent = normal(seed, TANGENT, d);
  let total = 0;
  const slopes = [];
  for (let t = 0; t < STEPS; t++) {
    const inner = times(W, h);
    h = inner.map((value, i) => tanh(value + input * drive[t * d + i]));
    if (!t) continue;
    const slope = h.map((value) => (1 - value) * (1 + value));
    slopes.push(slope);
    tangent = times(W, tangent).map((value, i) => slope[i] * value);
    const length = Math.sqrt(dot(tangent, tangent));
    tangent = tangent.map((value) => value / (length || 1));
    if (t > BURN_IN) total += Math.log(length);
  }
  return { slopes, rate: total / (STEPS - 1 - BURN_IN) };
}

/** W times a vector. */
const times = (W, vector) =>
  vector.map((_, i) => dot(W.subarray(i * vector.length, (i + 1) * vector.length), vector));
