// A slider with a number box beside it, for one value of the page's state. Its markup is made when
// the page is built, from a label around a range: see explainer/pages/figures.py.

import { onKeys, PAGES } from "./keys.js";
import { notice } from "./notice.js";
import { complaint, nudge, set, subscribe, text } from "./state.js";

const BOX_KEYS = { ...PAGES, ArrowUp: 1, ArrowDown: -1 };

/**
 * Bind the `<input type=range>` and the box named `key` in `host`. The box takes text, for what
 * browsers make of `0,85` in a box for numbers depends on them and on their language.
 *
 * @param {HTMLElement} host
 * @param {string} key
 * @param {function(Object): string} say puts the value in words, for those who hear it
 */
export function slider(host, key, say) {
  const range = host.querySelector(`input[type=range][name=${key}]`);
  const box = host.querySelector(`input[role=spinbutton][name=${key}]`);
  const write = () => (box.value = text(key));
  let typed = false; // what the reader is typing is not written over

  const step = (steps) => {
    nudge(key, steps);
    typed = false;
    requestAnimationFrame(write);
  };
  onKeys(range, PAGES, step); // browsers' own page step is a tenth of the range
  onKeys(box, BOX_KEYS, step);

  /** Take what was typed; the next frame shows what became of it. */
  const take = () => {
    if (!typed) return;
    typed = false;
    const wrong = complaint(key, box.value);
    set({ [key]: box.value });
    notice(wrong);
    requestAnimationFrame(write);
  };
  box.addEventListener("input", () => (typed = true));
  box.addEventListener("change", take);
  onKeys(box, { Enter: null }, take);
  addEventListener("popstate", () => (typed = false));

  subscribe((state) => {
    range.value = state[key];
    for (const input of [range, box]) input.ariaValueText = say(state);
    box.ariaValueNow = state[key];
    if (!typed) write();
  });
}
