// Starts Material's program once the page has been drawn: it styles the page and lays it out
// several times, which a reader on a phone would wait for.
addEventListener("DOMContentLoaded", () => {
  requestAnimationFrame(() => {
    setTimeout(() => {
      const { content } = document.getElementById("later");
      // It begins when the document has come, which is past: tell it through its own observable.
      content.firstElementChild.addEventListener("load", () => window.document$.next(document));
      // In the head: an element that enters the body has the whole page styled again.
      document.head.append(content);
    });
  });
});

// The index of the search is as large as all pages together. It is fetched when somebody turns to
// the search; search.js asks for it with the first letter, and then it is here or on its way.
const index = new URL("../../search/search_index.json", document.currentScript.src);
document
  .querySelector("[data-md-component=search]")
  .addEventListener("focusin", () => fetch(index), { once: true });

// Where a host forbids styles that stand in the page, those of words and formulas are set from here:
// what a script of the site does to an element is allowed.
const styled = document.querySelectorAll("[style]");
if (styled.length && !styled[0].style.length) {
  for (const one of styled) one.style.cssText = one.getAttribute("style");
}

// A figure whose module cannot come is the picture alone: no room is kept for what cannot run.
// main.js tells of the modules that it asks for.
const main = document.querySelector("script[type=module]");
for (const [where, event] of [
  [main, "error"],
  [document, "longrange-lacking"],
]) {
  where.addEventListener(event, () => document.documentElement.classList.remove("live"));
}
