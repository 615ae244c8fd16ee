// Products of Jacobians, their norms and singular values. Matrices: d × d, row after row.
import { dot } from "./network.js";

/** A · diag(slope) · B. */
export function multiply(A, B, d, slope) {
  const product = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    const row = product.subarray(i * d, (i + 1) * d);
    for (let l = 0; l < d; l++) {
      const factor = A[i * d + l] * (slope?.[l] ?? 1);
      if (factor) for (let j = 0; j < d; j++) row[j] += factor * B[l * d + j];
    }
  }
  return product;
}

const length = (values) => Math.hypot(...values);
const transposed = (A, d) => A.map((_, at) => A[(at % d) * d + Math.floor(at / d)]);

/** The largest singular value, from AᵀA made tridiagonal. */
export function norm(A, d) {
  const size = length(A);
  if (!size) return 0;
  A = A.map((value) => value / size); // now the trace of AᵀA is 1
  const G = multiply(transposed(A, d), A, d);
  const off = tridiagonal(G, d);
  let [low, high] = [0, 1];
  for (let step = 0; step < 54; step++) {
    const middle = (low + high) / 2;
    let pivot = 1; // of middle - G; one below 0: there are eigenvalues above (Sturm)
    for (let i = 0; i < d && pivot > 0; i++) {
      pivot = middle - G[i * d + i] - (i && off[i - 1] ** 2 / pivot);
    }
    if (pivot > 0) high = middle;
    else low = middle;
  }
  return size * Math.sqrt(high);
}

/** Reflect symmetric G to a tridiagonal one (Householder); its diagonal stays in G. */
function tridiagonal(G, d) {
  return Float64Array.from({ length: d - 1 }, (_, k) => {
    const v = Float64Array.from({ length: d }, (_, i) => (i > k ? G[i * d + k] : 0));
    const beside = length(v);
    if (beside < 1e-30) return 0;
    v[k + 1] += v[k + 1] < 0 ? -beside : beside;
    const scale = Math.SQRT2 / length(v);
    for (let i = 0; i < d; i++) v[i] *= scale;
    const p = new Float64Array(d);
    let along = 0;
    for (let i = k + 1; i < d; i++) {
      for (let j = k + 1; j < d; j++) p[i] += G[i * d + j] * v[j];
      along += p[i] * v[i] / 2;
    }
    for (let i = k + 1; i < d; i++) for (let j = k + 1; j < d; j++) {
      G[i * d + j] -= v[i] * (p[j] - along * v[j]) + (p[i] - along * v[i]) * v[j];
    }
    return beside;
  });
}

/** All singular values, largest first: pairs of columns are turned till orthogonal (Jacobi). */
export function singularValues(A, d) {
  const T = transposed(A, d);
  const columns = Array.from({ length: d }, (_, j) => T.subarray(j * d, (j + 1) * d));
  for (let turned = true, sweep = 0; turned && sweep < 30; sweep++) {
    turned = false;
    for (let p = 0; p < d; p++) for (let q = p + 1; q < d; q++) {
      const [a, b] = [columns[p], columns[q]];
      const [aa, bb, ab] = [dot(a, a), dot(b, b), dot(a, b)];
      if (Math.abs(ab) <= 1e-15 * Math.sqrt(aa * bb)) continue;
      turned = true;
      const zeta = (bb - aa) / (2 * ab);
      const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
      const c = 1 / Math.sqrt(1 + t * t);
      for (let i = 0; i < d; i++) {
        const x = a[i];
        a[i] = c * (x - t * b[i]);
        b[i] = c * (b[i] + t * x);
      }
    }
  }
  return columns.map(length).sort((a, b) => b - a);
}

/** The spectral radius: the 2ᵐ-th root of ‖W^(2ᵐ)‖ (Gelfand), by squaring. */
export function radius(W, d) {
  let log = 0;
  for (let power = 1; power <= 2 ** 36; power *= 2) {
    const size = length(W);
    if (!size) return 0;
    log += Math.log(size) / power;
    W = W.map((value) => value / size);
    W = multiply(W, W, d);
  }
  return Math.exp(log);
}
