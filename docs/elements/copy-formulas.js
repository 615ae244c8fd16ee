// A formula stands in the page twice, as KaTeX wrote it: for the eye, and as MathML for everything
// else. Who copies a passage gets each once, as it was written: $r^k$.

const BLOCKS = "p, li, dt, dd, h1, h2, h3, h4, tr, pre, figcaption, summary, div, br";

/** The whole formula that a node of the page is in; nothing if it is in none. */
const formulaOf = (node) =>
  (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement).closest(".katex");

/** What is selected of the page, with the source of each formula in its place. */
function copied(range) {
  // Half a formula has no source: it is copied whole.
  const [first, last] = [range.startContainer, range.endContainer].map(formulaOf);
  if (first) range.setStartBefore(first);
  if (last) range.setEndAfter(last);
  const found = range.cloneContents();
  for (const formula of found.querySelectorAll(".katex")) {
    const mark = formula.closest(".katex-display") ? "$$" : "$";
    const tex = formula.querySelector("annotation").textContent;
    formula.replaceWith(`${mark}${tex}${mark}`);
  }
  return found;
}

/** A passage as plain text, with its paragraphs. */
function plain(passage) {
  const walk = document.createTreeWalker(passage, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    // The joiner keeps a full stop at its formula (explainer/pages/formulas.py).
    if (!node.parentElement?.closest("pre")) node.data = node.data.replace(/[\s\u2060]+/g, " ");
  }
  for (const block of passage.querySelectorAll(BLOCKS)) block.after("\n");
  return passage.textContent.replace(/ *\n[ \n]*/g, "\n").trim();
}

document.addEventListener("copy", (event) => {
  const selection = getSelection();
  const isTyped = event.target.closest?.("input, textarea");
  if (event.defaultPrevented || isTyped || selection.isCollapsed) return;
  const range = selection.getRangeAt(0).cloneRange();
  const ends = [range.startContainer, range.endContainer];
  if (!ends.some(formulaOf) && !range.cloneContents().querySelector(".katex")) return;
  const passage = copied(range);
  const box = document.createElement("div");
  box.append(passage.cloneNode(true));
  event.clipboardData.setData("text/html", box.innerHTML);
  event.clipboardData.setData("text/plain", plain(passage));
  event.preventDefault();
});
