// For a figure that is one file by itself: what its address asks of it, and how tall it is for the
// page around it. `?hide=r,reset` names controls that are not shown and cannot be set, `?scheme=dark`
// the colours; after # stands what is set, as on the site.

import { fix, KEYS, text } from "./state.js";

const root = document.documentElement;
const asked = new URLSearchParams(location.search);

root.classList.add("live"); // opened as a file it works, too: its script is inside

const scheme = asked.get("scheme");
if (scheme === "light" || scheme === "dark") root.style.colorScheme = scheme;

const hidden = (asked.get("hide") ?? "").split(",").filter(Boolean);
const told = []; // what is fixed, in words: whoever sees the figure must know
for (const name of hidden) {
  const inputs = document.querySelectorAll(`.lr-controls [name="${CSS.escape(name)}"]`);
  for (const input of inputs) {
    const row = input.closest(".lr-slider, fieldset, label, button") ?? input;
    row.hidden = true;
    row.style.display = "none";
  }
  if (!KEYS[name]) continue;
  const [first] = inputs;
  const chosen = [...inputs].find(({ checked }) => checked);
  const label = chosen?.closest("label") ?? first.closest(".lr-slider")?.querySelector("label");
  told.push(
    chosen ? label.textContent.trim() : `${label?.textContent.trim() ?? name} ${text(name)}`,
  );
}
fix(hidden);
const note = document.querySelector(".lr-fixed");
note.textContent = told.length ? `Set here: ${told.join(", ")}.` : "";
note.hidden = !told.length;

// A page that frames it may listen, and give it the height that it needs: in the words of learning
// platforms, which send such messages to their own frames.
if (parent !== window) {
  new ResizeObserver(() => {
    const height = Math.ceil(document.body.getBoundingClientRect().height); // root's is the frame's
    parent.postMessage({ subject: "lti.frameResize", height }, "*");
  }).observe(document.body);
}
