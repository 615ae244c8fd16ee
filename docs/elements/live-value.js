// What is left of a word's influence, in a sentence, at the r and k that the reader has set:
// <live-value>0.210 of the influence</live-value>.

import { figures, influence } from "./rates.js";
import { write } from "./stage.js";
import { subscribe } from "./state.js";

customElements.define(
  "live-value",
  class extends HTMLElement {
    connectedCallback() {
      subscribe(({ r, k }) => {
        const left = influence(r, k);
        write(this, `${figures(left)} ${left > 1 ? "times" : "of"} the influence`);
      });
    }
  },
);
