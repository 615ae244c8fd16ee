// Words in a sentence that follow what the reader has set: <live-value name="share">.
import { figures, influence } from "./rates.js";
import { write } from "./stage.js";
import { subscribe } from "./state.js";

const SAY = {
  share({ r, k }) {
    const left = influence(r, k);
    return `${figures(left)} ${left > 1 ? "times" : "of"} the influence`;
  },
};

customElements.define("live-value", class extends HTMLElement {
  connectedCallback() {
    const say = SAY[this.getAttribute("name")];
    subscribe((state) => write(this, say(state)));
  }
});
