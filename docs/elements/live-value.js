// A value in a sentence that follows what the reader has set: <live-value name="remains">.
import { subscribe } from "./state.js";
import { fate, remains } from "./rates.js";
import { write } from "./stage.js";

const SAY = { fate: ({ r }) => fate(r), remains: ({ r, k }) => remains(r, k) };

customElements.define("live-value", class extends HTMLElement {
  connectedCallback() {
    const say = SAY[this.getAttribute("name")];
    subscribe((state) => write(this, say(state)));
  }
});
