// A link that sets the figures: <state-link to="r=0.97&k=30"><a href="#figure">…</a></state-link>.
// Without JavaScript it leads to the figure; with it, state.js hears of the new address.

customElements.define(
  "state-link",
  class extends HTMLElement {
    connectedCallback() {
      this.querySelector("a").href = `#${this.getAttribute("to")}`;
    }
  },
);
