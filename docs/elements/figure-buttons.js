// Two buttons on every figure: one shows it alone on the whole screen (full-screen.js), the other
// what can be taken along of it (take-figure.js). What they do is loaded when somebody wants it.

const BUTTONS = [
  ["full", "Full screen", () => import("./full-screen.js")],
  ["take", "Take this figure", () => import("./take-figure.js")],
];

const FILE = ".lr-files a[href*='take/']";

// A notebook's pictures have no line for buttons.
for (const figure of document.querySelectorAll("figure.lr-figure:has(.lr-files)")) {
  // Named with the finding, which the caption begins with: a page has many of these buttons.
  const finding = figure.querySelector(".lr-caption strong");
  if (finding) finding.id ||= `${figure.id}-finding`;
  for (const [name, text, load] of BUTTONS) {
    if (name === "take" && !figure.querySelector(FILE)) continue; // some builds make no files
    const button = document.createElement("button");
    const id = `${figure.id}-${name}`;
    Object.assign(button, { type: "button", className: "lr-full", id, textContent: text });
    if (finding) button.setAttribute("aria-labelledby", `${id} ${finding.id}`);
    // Whoever points at it, or reaches it by keys, is likely to press it.
    for (const near of ["pointerenter", "focus"]) button.addEventListener(near, load);
    button.addEventListener("click", async () => (await load()).press(figure, button));
    figure.querySelector(".lr-files").append(button);
  }
}
