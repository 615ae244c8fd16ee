// A worker from a file of the site. In a figure that is one file by itself, another module stands in
// its place: see explainer/pages/bundle.mjs.

export const startWorker = (name) =>
  new Worker(new URL(`${name}.js`, import.meta.url), { type: "module" });
