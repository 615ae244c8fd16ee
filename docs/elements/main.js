// Loads the module of every custom element that stands in the page: tag name = file name.
for (const { localName } of document.querySelectorAll(":not(:defined)")) import(`./${localName}.js`);

// Material's copy buttons stand in landmarks without a name.
if (document.querySelector("pre > code")) {
  new MutationObserver(() => {
    const unnamed = document.querySelectorAll("nav.md-code__nav:not([role])");
    for (const nav of unnamed) nav.setAttribute("role", "none");
  }).observe(document.querySelector("article"), { childList: true, subtree: true });
}
