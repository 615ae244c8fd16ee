// A number to drag, or to move by the arrow keys: <scrub-number name="r">.
import { drag } from "./drag.js";
import { onKeys, PAGES, STEPS } from "./keys.js";
import { SAID } from "./rates.js";
import { current, KEYS, nudge, set, subscribe, text } from "./state.js";
import { write } from "./stage.js";

const PIXELS_PER_STEP = 4;

customElements.define("scrub-number", class extends HTMLElement {
  connectedCallback() {
    const key = this.getAttribute("name");
    const { min, max, step } = KEYS[key];
    for (const [name, value] of Object.entries({
      role: "slider", tabindex: 0, "aria-label": key === "r" ? "rate r" : "distance k",
      "aria-valuemin": min, "aria-valuemax": max,
    })) this.setAttribute(name, value);
    const keys = { ...STEPS, ...PAGES, ArrowUp: 1, ArrowDown: -1 };
    onKeys(this, keys, (steps) => nudge(key, steps));
    let from;
    drag(this, (event, start) => {
      if (from?.start !== start) from = { start, value: current()[key] };
      const steps = Math.round((event.clientX - start.clientX) / PIXELS_PER_STEP);
      set({ [key]: from.value + steps * step });
    });
    subscribe((state) => {
      write(this, text(key));
      this.setAttribute("aria-valuenow", state[key]);
      this.setAttribute("aria-valuetext", SAID[key](state));
    });
  }
});
