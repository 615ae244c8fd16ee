// One network, singled out among all that were trained.
import { Stage } from "./stage.js";
import { subscribe } from "./state.js";

customElements.define("accuracy-by-distance", class extends HTMLElement {
  connectedCallback() {
    this.stage = new Stage(this);
    this.marks = [...this.querySelectorAll("[id^=accuracy_by_distance-net-]")];
    subscribe((state) => this.render(state));
  }

  render({ network }) {
    for (const mark of this.marks) {
      const chosen = mark.id.split("-")[2] === network;
      mark.setAttribute("opacity", chosen || network === "all" ? 1 : 0.12);
      if (chosen) mark.parentNode.append(mark); // on top
    }
    this.stage.say(this.querySelector(`input[value=${network}]`).dataset.told);
  }
});
