// One network, singled out among all that were trained.

import { Stage } from "./stage.js";
import { subscribe } from "./state.js";

customElements.define(
  "accuracy-by-distance",
  class extends HTMLElement {
    connectedCallback() {
      this.stage = new Stage(this);
      // A network has a line and dots in each panel: …-net-<name>-<panel>-<what>.
      this.marks = [...this.querySelectorAll("[id*='-net-']")];
      subscribe((state) => this.render(state));
    }

    render({ network }) {
      for (const mark of this.marks) {
        const isChosen = mark.id.includes(`-net-${network}-`);
        mark.toggleAttribute("data-chosen", isChosen); // the style sheet says how that looks
        if (isChosen) mark.parentNode.append(mark); // on top
      }
      // Python wrote what is to be said of each beside its button.
      this.stage.say(this.querySelector(`input[value=${network}]`).dataset.told);
    }
  },
);
