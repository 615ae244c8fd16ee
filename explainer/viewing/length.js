// How long a page is to read, counted in the page: a function that length.py has the browser
// run. Words are those of the main text, captions and questions included; what is folded, what a
// program says, formulas, references and code are not counted.
globalThis.length_of_page = () => {
  const article = document.querySelector("article");
  const text = article.cloneNode(true);
  const apart = [
    "details, .footnote, #references, pre, script, svg, .katex, .headerlink, .lr-unseen",
    ".lr-contents, .lr-files, .lr-print, .lr-stage, .lr-controls, .lr-try, .lr-readout, .lr-values, .lr-reason",
    "[data-sentence]:not(.lr-chosen), .doc-contents, button",
  ];
  for (const one of text.querySelectorAll(apart.join())) one.remove();
  const words = (text.textContent.match(/\S*[\p{L}\p{N}]\S*/gu) ?? []).length;

  // The longest way down without anything to look at or to do, in heights of the screen.
  const top = article.getBoundingClientRect().top;
  const end = article.querySelector(".footnote, #references") ?? null;
  const bottom = end ? end.getBoundingClientRect().top : article.getBoundingClientRect().bottom;
  const boxes = [...article.querySelectorAll("figure, quiz-question, check-answer")]
    .filter((one) => one.getClientRects().length && !one.closest("details:not([open])"))
    .map((one) => one.getBoundingClientRect())
    .sort((one, other) => one.top - other.top);
  let at = top;
  let gap = 0;
  for (const box of boxes) {
    gap = Math.max(gap, box.top - at);
    at = Math.max(at, box.bottom);
  }
  gap = Math.max(gap, bottom - at);
  const figures = article.querySelectorAll("figure").length;
  const screens = (bottom - top) / innerHeight;
  return { words, minutes: words / 200, figures, screens, gap: gap / innerHeight };
};
