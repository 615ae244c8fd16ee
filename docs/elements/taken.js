// For a figure that is one file by itself: what its address asks of it, and how tall it is for the
// page around it. `?hide=r,reset` names controls that are not shown and cannot be set, `?scheme=dark`
// the colours; after # stands what is set, as on the site.

import { namedControls } from "./named-controls.js";
import { notice } from "./notice.js";
import { fix, KEYS, text } from "./state.js";

const root = document.documentElement;
const asked = new URLSearchParams(location.search);
const controls = namedControls(document);
const wrong = [];

root.classList.add("live"); // opened as a file it works, too: its script is inside

const scheme = asked.get("scheme");
if (scheme === "light" || scheme === "dark") root.style.colorScheme = scheme;
else if (scheme !== null) wrong.push(`scheme is light or dark, not “${scheme}”.`);

/** What a control that nobody sees is set to, in words. */
function told(name) {
  const { label } = controls.get(name);
  const chosen = document.querySelector(`.lr-controls [name="${name}"]:checked`);
  return chosen ? chosen.closest("label").textContent.trim() : `${label} ${text(name)}`;
}

const hidden = asked
  .getAll("hide")
  .flatMap((names) => names.split(","))
  .filter(Boolean);
const known = hidden.filter((name) => controls.has(name));
for (const name of hidden) {
  if (known.includes(name)) {
    // Some are shown and hidden by their element as well: theirs is another switch.
    for (const part of controls.get(name).parts) part.style.display = "none";
  } else {
    const there = [...controls.keys()].join(", ") || "none";
    wrong.push(`there is no “${name}” to hide here; there are ${there}.`);
  }
}
fix(known);
// A link that would set one of them as well would do half of what it says.
for (const link of document.querySelectorAll("state-link[to]")) {
  const sets = [...new URLSearchParams(link.getAttribute("to")).keys()];
  link.hidden = sets.some((name) => known.includes(name));
}
for (const tried of document.querySelectorAll(".lr-try")) {
  tried.hidden = !tried.querySelector("state-link:not([hidden])");
}
// Whoever sees the figure must know what they cannot change.
const fixed = known.filter((name) => KEYS[name]).map(told);
const note = document.querySelector(".lr-fixed");
note.textContent = fixed.length ? `Set here: ${fixed.join(", ")}.` : "";
note.hidden = !fixed.length;
if (wrong.length) notice(`From the address: ${wrong.join(" ")}`);

// A page that frames it may listen, and give it the height that it needs: in the words of learning
// platforms, which send such messages to their own frames.
if (parent !== window) {
  const main = document.querySelector("main"); // what is around it is as high as the frame
  new ResizeObserver(() => {
    const height = Math.ceil(main.getBoundingClientRect().height);
    parent.postMessage({ subject: "lti.frameResize", height }, "*");
  }).observe(main);
}
