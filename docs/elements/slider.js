// A slider with a number box beside it, for one value of the page's state.
import { onKeys, PAGES } from "./keys.js";
import { KEYS, nudge, set, subscribe, text } from "./state.js";

/** Bind the range and the number box named `key` in `host`; `say(state)` is its value in words. */
export function slider(host, key, say) {
  const range = host.querySelector(`input[type=range][name=${key}]`);
  const box = host.querySelector(`input[type=number][name=${key}]`);
  const { min, max, step } = KEYS[key];
  Object.assign(box, { min, max, step });
  const write = () => (box.value = text(key));
  let typed = false; // what the reader is typing is not written over
  for (const input of [range, box]) {
    // Browsers' own page step is a tenth of the range.
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
    for (const input of [range, box]) input.setAttribute("aria-valuetext", say(state));
    if (!typed) write();
  });
}
