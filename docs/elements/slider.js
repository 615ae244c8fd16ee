// A slider with a number box beside it, for one value of the page's state. Its markup is made when
// the page is built, from a label around a range: see explainer/pages/figures.py.

import { onKeys, PAGES } from "./keys.js";
import { nudge, set, subscribe, text } from "./state.js";

/**
 * Bind the `<input type=range>` and the `<input type=number>` named `key` in `host`.
 *
 * @param {HTMLElement} host
 * @param {string} key
 * @param {function(Object): string} say puts the value in words, for those who hear it
 */
export function slider(host, key, say) {
  const range = host.querySelector(`input[type=range][name=${key}]`);
  const box = host.querySelector(`input[type=number][name=${key}]`);
  const write = () => (box.value = text(key));
  let typed = false; // what the reader is typing is not written over

  for (const input of [range, box]) {
    // Browsers' own page step is a tenth of the range, and boxes have none.
    onKeys(input, PAGES, (steps) => {
      nudge(key, steps);
      typed = false;
      requestAnimationFrame(write);
    });
  }
  box.addEventListener("input", () => (typed = true));
  box.addEventListener("change", () => {
    set({ [key]: box.value }); // clamps; the next frame shows the result
    typed = false;
    requestAnimationFrame(write);
  });
  addEventListener("popstate", () => (typed = false));

  subscribe((state) => {
    range.value = state[key];
    for (const input of [range, box]) input.ariaValueText = say(state);
    if (!typed) write();
  });
}
