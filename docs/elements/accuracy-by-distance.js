// One network, singled out among all that were trained.

import { Stage } from "./stage.js";
import { subscribe } from "./state.js";

const MUTED = 0.12; // opacity of the others: they stay in sight, as what it is compared with

customElements.define(
  "accuracy-by-distance",
  class extends HTMLElement {
    connectedCallback() {
      this.stage = new Stage(this);
      // A network has a mark in each panel: …-net-<name>-<panel>.
      this.marks = [...this.querySelectorAll("[id^=accuracy_by_distance-net-]")];
      subscribe((state) => this.render(state));
    }

    render({ network }) {
      for (const mark of this.marks) {
        const isChosen = mark.id.split("-")[2] === network;
        mark.setAttribute("opacity", isChosen || network === "all" ? 1 : MUTED);
        if (isChosen) mark.parentNode.append(mark); // on top
      }
      // Python wrote what is to be said of each beside its button.
      this.stage.say(this.querySelector(`input[value=${network}]`).dataset.told);
    }
  },
);
