// A number in a sentence that can be dragged, or moved by the arrow keys: <scrub-number name="r">.
import { drag } from "./drag.js";
import { current, KEYS, set, subscribe } from "./state.js";
import { fate, remains } from "./rates.js";
import { write } from "./stage.js";

const SAY = {
  r: ({ r }) => `r ${r.toFixed(2)}: ${fate(r)}`,
  k: ({ r, k }) => `k ${k}: ${remains(r, k)}`,
};
const PIXELS_PER_STEP = 4;

customElements.define("scrub-number", class extends HTMLElement {
  connectedCallback() {
    const key = this.getAttribute("name");
    const { min, max, step, digits } = KEYS[key];
    const by = (steps) => set({ [key]: current()[key] + steps * step });
    const keys = {
      ArrowUp: () => by(1), ArrowRight: () => by(1), ArrowDown: () => by(-1),
      ArrowLeft: () => by(-1), PageUp: () => by(10), PageDown: () => by(-10),
      Home: () => set({ [key]: min }), End: () => set({ [key]: max }),
    };
    for (const [name, value] of Object.entries({
      role: "slider", tabindex: 0, "aria-label": key === "r" ? "rate r" : "distance k",
      "aria-valuemin": min, "aria-valuemax": max,
    })) this.setAttribute(name, value);
    this.addEventListener("keydown", (event) => {
      if (!keys[event.key] || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      keys[event.key]();
    });
    let from;
    drag(this, (event, start) => {
      if (event === start) return;
      if (from?.start !== start) from = { start, value: current()[key] };
      const steps = Math.round((event.clientX - start.clientX) / PIXELS_PER_STEP);
      set({ [key]: from.value + steps * step });
    });
    subscribe((state) => {
      write(this, state[key].toFixed(digits));
      this.setAttribute("aria-valuenow", state[key]);
      this.setAttribute("aria-valuetext", SAY[key](state));
    });
  }
});
