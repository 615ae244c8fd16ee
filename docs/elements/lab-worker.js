// Measures networks off the page's thread; a newer setting ends an older one.
import { multiply, norm, radius, singularValues } from "./jacobian.js";
import { run, unit } from "./network.js";

const [SLICE, LONGEST] = [25, 200]; // ms of work in one go, and without a picture
let asked, busy, known;
let shown = 0;

onmessage = async ({ data }) => {
  asked = data;
  if (busy) return;
  busy = true;
  while (asked) {
    const setting = asked;
    asked = undefined;
    await measure(setting);
  }
  busy = false;
};

async function measure({ family, g, s, activation, d, seed, k, lags }) {
  const matrix = [family, d, seed].join();
  const network = [matrix, g, s, activation].join();
  if (known?.matrix !== matrix) {
    const W = unit(family, d, seed);
    known = { matrix, W, norm: norm(W, d), radius: family === "triangular" ? 1 : radius(W, d) };
  }
  if (known.network !== network) {
    const W = known.W.map((value) => g * value);
    const linear = activation === "linear";
    const { slopes, rate } = linear ? { rate: Math.log(g * known.radius) } : run(W, d, s, seed);
    const products = [W.map((_, at) => +!(at % (d + 1)))];
    const norms = [1];
    let began = performance.now();
    while (products.length <= lags) {
      const product = multiply(products.at(-1), W, d, slopes?.at(-products.length));
      products.push(product);
      norms.push(norm(product, d));
      if (performance.now() - began < SLICE) continue;
      await new Promise((done) => setTimeout(done));
      if (asked && performance.now() < shown + LONGEST) return;
      began = performance.now();
    }
    Object.assign(known, { network, products, norms, rate });
  }
  shown = performance.now();
  postMessage({ norms: known.norms, rate: known.rate, norm: g * known.norm, radius: g * known.radius,
                values: singularValues(known.products[k], d), k, network });
}
