// A link that sets the figures, or leads to one: <state-link to="r=0.97&k=30"><a href="#figure">.
customElements.define("state-link", class extends HTMLElement {
  connectedCallback() {
    this.querySelector("a").href = `#${this.getAttribute("to")}`;
  }
});
