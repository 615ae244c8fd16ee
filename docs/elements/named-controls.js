// The controls of a figure by name, as an address names them: for those who leave some of them out.

const ROW = ".lr-slider, .lr-text, label, button";

/**
 * @param {Element} figure
 * @returns {Map<string, {label: string, parts: Set<Element>}>} what each is called in the page, and
 *   what is to be hidden for it to be gone
 */
export function namedControls(figure) {
  const found = new Map();
  for (const control of figure.querySelectorAll(".lr-controls [name]:not([type=hidden])")) {
    const { name, type } = control;
    const part = control.closest(type === "radio" ? "fieldset" : ROW);
    if (!found.has(name)) found.set(name, { label: labelOf(part), parts: new Set() });
    found.get(name).parts.add(part);
  }
  return found;
}

/** What a control is called, without the value that some say as well: that changes. */
function labelOf(part) {
  const label = (part.querySelector("legend, label") ?? part).cloneNode(true);
  for (const value of label.querySelectorAll("b, input")) value.remove();
  return label.textContent.trim().replace(/:$/, "");
}
