// Radio buttons for one value of the page's state.
import { set, subscribe } from "./state.js";

/** Bind the `<input type=radio>` named `key` in `host`. */
export function choice(host, key) {
  for (const input of host.querySelectorAll(`input[type=radio][name=${key}]`)) {
    input.addEventListener("change", () => set({ [key]: input.value }));
    subscribe((state) => (input.checked = input.value === state[key]));
  }
}
