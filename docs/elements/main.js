// The one script that every page names: loads the module of each custom element that stands in the
// page, and no other. The name of a tag is the name of its file.

for (const { localName } of document.querySelectorAll(":not(:defined)")) {
  import(`./${localName}.js`);
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
