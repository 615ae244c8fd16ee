// What is left of a word in a sentence, as the reader has set it: <live-value>.
import { figures, influence } from "./rates.js";
import { write } from "./stage.js";
import { subscribe } from "./state.js";

customElements.define("live-value", class extends HTMLElement {
  connectedCallback() {
    subscribe(({ r, k }) => {
      const left = influence(r, k);
      write(this, `${figures(left)} ${left > 1 ? "times" : "of"} the influence`);
    });
  }
});
