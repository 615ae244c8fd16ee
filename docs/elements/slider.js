// A slider with a number box beside it, for one value of the page's state.
import { current, KEYS, set, subscribe } from "./state.js";

/**
 * Bind the `<input type=range>` and `<input type=number>` named `key` in `host`.
 * `say(state)` puts the value in words, for those who hear it.
 */
export function slider(host, key, say) {
  const range = host.querySelector(`input[type=range][name=${key}]`);
  const box = host.querySelector(`input[type=number][name=${key}]`);
  const { min, max, step, digits } = KEYS[key];
  Object.assign(box, { min, max, step });
  const write = () => (box.value = current()[key].toFixed(digits));
  for (const input of [range, box]) {
    input.addEventListener("keydown", (event) => {
      const pages = { PageUp: 1, PageDown: -1 }[event.key];
      if (!pages || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault(); // browsers' own page step is a tenth of the range
      set({ [key]: current()[key] + pages * 10 * step });
      requestAnimationFrame(write);
    });
  }
  range.addEventListener("input", () => set({ [key]: range.value }));
  let typed = false; // what the reader is typing is not written over
  box.addEventListener("input", () => {
    typed = true;
    if (box.validity.valid) set({ [key]: box.value });
  });
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
