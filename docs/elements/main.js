// The one script that every page names: loads the module of each of our elements that stands in the
// page. The name of a tag is the name of its file. Others, which a program of the reader's may have
// added, are not ours to load.

const OURS = [
  "accuracy-by-distance",
  "check-answer",
  "fading-sentence",
  "forget-bias",
  "guess-curve",
  "influence-curves",
  "jacobian-lab",
  "link-distances",
  "live-value",
  "quiz-question",
  "recoverable-bits",
  "remembered-cat",
  "remembered-picture",
  "scrub-number",
  "state-link",
  "train-network",
  "two-valleys",
  "unrolled-network",
];

for (const name of OURS) {
  if (!document.querySelector(name)) continue;
  import(`./${name}.js`).catch((error) => {
    document.dispatchEvent(new Event("longrange-lacking")); // late.js hears it
    throw error;
  });
}
if (document.querySelector("figure.lr-figure")) import("./figure-buttons.js");
// Whoever copies selects first.
if (document.querySelector(".katex")) {
  const once = { once: true };
  document.addEventListener("selectionchange", () => import("./copy-formulas.js"), once);
}

// Material puts a <nav> around every button that copies code: as many landmarks without a name for
// those who go from one to the next. The buttons come when its own program runs, which is later.
if (document.querySelector("pre > code")) {
  new MutationObserver(() => {
    for (const nav of document.querySelectorAll("nav.md-code__nav:not([role])")) {
      nav.setAttribute("role", "none");
    }
  }).observe(document.querySelector("article"), { childList: true, subtree: true });
}
