// A button on every figure that shows what can be taken along of it: see take-figure.js.

for (const figure of document.querySelectorAll("figure.lr-figure:has(.lr-files)")) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "lr-full", textContent: "Take it" });
  button.addEventListener("click", async () => (await import("./take-figure.js")).take(figure));
  figure.querySelector(".lr-files").append(button);
}
