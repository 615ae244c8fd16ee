// A number in a sentence that can be dragged, or moved by the arrow keys: <scrub-number name="r">.
// It sets the same state as the slider of that name, wherever on the page that is.

import { drag } from "./drag.js";
import { onKeys, PAGES, STEPS } from "./keys.js";
import { SAID } from "./rates.js";
import { write } from "./stage.js";
import { current, KEYS, nudge, set, subscribe, text } from "./state.js";

const PIXELS_PER_STEP = 4; // fine enough to hit a value, coarse enough to cross the range

customElements.define(
  "scrub-number",
  class extends HTMLElement {
    connectedCallback() {
      const key = this.getAttribute("name");
      const { min, max, step } = KEYS[key];
      this.role = "slider";
      this.tabIndex = 0;
      this.ariaLabel = key === "r" ? "rate r" : "distance k";
      this.ariaValueMin = min;
      this.ariaValueMax = max;

      const keys = { ...STEPS, ...PAGES, ArrowUp: 1, ArrowDown: -1 };
      onKeys(this, keys, (steps) => nudge(key, steps));

      let from; // the drag, and the value it began with
      drag(this, (event, start) => {
        if (from?.start !== start) from = { start, value: current()[key] };
        const steps = Math.round((event.clientX - start.clientX) / PIXELS_PER_STEP);
        set({ [key]: from.value + steps * step });
      });

      subscribe((state) => {
        write(this, text(key));
        this.ariaValueNow = state[key];
        this.ariaValueText = SAID[key](state);
      });
    }
  },
);
