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
