// Products of Jacobians, their norms and singular values; small dense linear algebra, because a
// browser brings none. Matrices are Float64Arrays of d × d numbers, row after row. For lab-worker.js;
// tests/elements/test_lab_worker.py holds it against NumPy.

import { dot } from "./network.js";

/**
 * A · diag(slope) · B.
 *
 * @param {Float64Array} [slope] of d entries; without it, A · B
 */
export function multiply(A, B, d, slope) {
  const product = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    const row = product.subarray(i * d, (i + 1) * d);
    for (let l = 0; l < d; l++) {
      const factor = A[i * d + l] * (slope?.[l] ?? 1);
      if (factor === 0) continue; // of the ring-chain nearly all
      for (let j = 0; j < d; j++) row[j] += factor * B[l * d + j];
    }
  }
  return product;
}

/** The square root of the sum of squares. */
const length = (values) => Math.hypot(...values);

const transposed = (A, d) => A.map((_, at) => A[(at % d) * d + Math.floor(at / d)]);

/**
 * The largest singular value: the root of the largest eigenvalue of AᵀA, which is made tridiagonal.
 * Then that eigenvalue is found by bisection, and all of it takes a fraction of the time of
 * `singularValues`.
 */
export function norm(A, d) {
  const size = length(A);
  if (size === 0) return 0;
  const scaled = A.map((value) => value / size); // now the trace of AᵀA is 1: so 0 < eigenvalue ≤ 1
  const G = multiply(transposed(scaled, d), scaled, d);
  const off = tridiagonal(G, d);
  let [low, high] = [0, 1];
  for (let halving = 0; halving < 54; halving++) {
    const middle = (low + high) / 2;
    // Pivots of middle · I - G; one below 0 tells that there are eigenvalues above (Sturm).
    let pivot = 1;
    for (let i = 0; i < d && pivot > 0; i++) {
      const coupling = i > 0 ? off[i - 1] ** 2 / pivot : 0;
      pivot = middle - G[i * d + i] - coupling;
    }
    if (pivot > 0) high = middle;
    else low = middle;
  }
  return size * Math.sqrt(high);
}

/**
 * Make a symmetric G tridiagonal by Householder's reflections. Its diagonal stays in G.
 *
 * @returns {Float64Array} what is beside the diagonal, d - 1 entries, but for signs
 */
function tridiagonal(G, d) {
  return Float64Array.from({ length: d - 1 }, (_, k) => {
    // Reflect what column k has below the diagonal to its first entry.
    const v = Float64Array.from({ length: d }, (__, i) => (i > k ? G[i * d + k] : 0));
    const beside = length(v);
    if (beside < 1e-30) return 0; // nothing to reflect
    v[k + 1] += v[k + 1] < 0 ? -beside : beside; // the sign that cancels nothing
    const scale = Math.SQRT2 / length(v);
    for (let i = 0; i < d; i++) v[i] *= scale; // now the reflection is I - v vᵀ
    // G ← (I - v vᵀ) G (I - v vᵀ) in one go, with p = G v.
    const p = new Float64Array(d);
    let along = 0; // pᵀ v / 2
    for (let i = k + 1; i < d; i++) {
      for (let j = k + 1; j < d; j++) p[i] += G[i * d + j] * v[j];
      along += (p[i] * v[i]) / 2;
    }
    for (let i = k + 1; i < d; i++) {
      for (let j = k + 1; j < d; j++) {
        G[i * d + j] -= v[i] * (p[j] - along * v[j]) + (p[i] - along * v[i]) * v[j];
      }
    }
    return beside;
  });
}

/**
 * All singular values, largest first: columns are turned in pairs until all are orthogonal, and
 * their lengths are the singular values (one-sided Jacobi).
 */
export function singularValues(A, d) {
  const T = transposed(A, d);
  const columns = Array.from({ length: d }, (_, j) => T.subarray(j * d, (j + 1) * d));
  let isTurned = true;
  for (let sweep = 0; isTurned && sweep < 30; sweep++) {
    isTurned = false;
    for (let p = 0; p < d; p++) {
      for (let q = p + 1; q < d; q++) {
        if (turn(columns[p], columns[q])) isTurned = true;
      }
    }
  }
  return columns.map(length).sort((a, b) => b - a);
}

/** Turn two columns in their plane until they are orthogonal; false if they are already. */
function turn(a, b) {
  const [aa, bb, ab] = [dot(a, a), dot(b, b), dot(a, b)];
  if (Math.abs(ab) <= 1e-15 * Math.sqrt(aa * bb)) return false;
  // Tangent and cosine of the smaller of the two angles that do it.
  const zeta = (bb - aa) / (2 * ab);
  const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const c = 1 / Math.sqrt(1 + t * t);
  for (let i = 0; i < a.length; i++) {
    const before = a[i];
    a[i] = c * (before - t * b[i]);
    b[i] = c * (b[i] + t * before);
  }
  return true;
}

/** The spectral radius: the 2ᵐ-th root of ‖W^(2ᵐ)‖ (Gelfand), by squaring. */
export function radius(W, d) {
  let power = W;
  let log = 0;
  for (let exponent = 1; exponent <= 2 ** 36; exponent *= 2) {
    const size = length(power);
    if (size === 0) return 0;
    // Each power is brought back to size 1, and the logarithms are summed.
    log += Math.log(size) / exponent;
    power = power.map((value) => value / size);
    power = multiply(power, power, d);
  }
  return Math.exp(log);
}
