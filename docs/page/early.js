// Runs in the head, before anything is drawn: what is said here holds from the first picture on.
{
  const root = document.documentElement;

  // With JavaScript the figures have controls: `live` keeps room for them, and each shows when its
  // element is there (stylesheets/figures.css). Where modules do not come, late.js takes the class
  // away, and the page reads as without JavaScript; so it does opened as a file, which has none.
  // Material's program sets the two other classes itself, but so late that the whole page is styled
  // again.
  root.className = "js js-focus-visible";
  if (location.protocol !== "file:") root.classList.add("live");

  // Sentences take their own room: the one that the address asks for, from the first picture on
  // (elements/fading-sentence.css).
  const [, sentence] = /[#&]sentence=(keys|committee|hands|own)\b/.exec(location.hash) ?? [];
  if (sentence) root.dataset.begins = sentence;

  // Faces that stand in the style sheet of formulas (katex.py marks them so) are asked for here: by
  // themselves they would be made ready a frame too late, and move the text around the formulas.
  for (const face of document.fonts) {
    if (face.display === "block") face.load().catch(() => {}); // then the text is in another
  }

  // Light or dark: the style sheet follows the system (`color-scheme: light dark`), unless the
  // reader chose the other one with the button in the header.
  const KEY = "longrange-scheme";
  const system = matchMedia("(prefers-color-scheme: dark)");
  let chosen = null; // "light", "dark", or null: as the system has it

  const isDark = () => (chosen ? chosen === "dark" : system.matches);

  function show() {
    root.style.colorScheme = chosen ?? "";
    document.getElementById("scheme")?.setAttribute("aria-pressed", isDark());
  }

  /** Show what was chosen before, on another page or in another tab. */
  function recall() {
    try {
      chosen = localStorage.getItem(KEY);
    } catch {
      // Nothing may be stored here: the choice holds until the page is left.
    }
    show();
  }

  function choose() {
    const other = isDark() ? "light" : "dark";
    // Who chooses what the system has follows the system from now on.
    chosen = (other === "dark") === system.matches ? null : other;
    try {
      if (chosen) localStorage.setItem(KEY, chosen);
      else localStorage.removeItem(KEY);
    } catch {
      // As above.
    }
    show();
  }

  recall();
  system.addEventListener("change", show);
  addEventListener("storage", recall);
  addEventListener("DOMContentLoaded", show); // now the button is there
  addEventListener("pageshow", ({ persisted }) => persisted && recall()); // back to a kept page
  document.addEventListener("click", ({ target }) => target.closest("#scheme") && choose());
}
