// The reader's horizon among the links of language.
import { fate, horizon, SAID } from "./rates.js";
import { slider } from "./slider.js";
import { line, move, Stage, write } from "./stage.js";
import { KEYS, set, subscribe } from "./state.js";

customElements.define("link-distances", class extends HTMLElement {
  connectedCallback() {
    this.stage = new Stage(this);
    this.axes = this.stage.axes.share;
    this.line = this.stage.part("live-line");
    this.label = this.stage.part("live-label", "text");
    const dots = this.stage.part("live-dots", "g").querySelectorAll("use");
    // Per cent, one for each r that has a horizon.
    this.series = Object.entries(this.dataset).map(([name, shares], i) => ({
      name, shares: shares.split(" "), dot: dots[i],
      value: this.stage.part(`live-${name}`, "text"),
      curve: this.stage.part(`curve-${name}`).getAttribute("d").match(/[\d.]+ [\d.]+/g)
        .map((point) => point.split(" ").map(Number)),
    }));

    slider(this, "r", SAID.r);
    // r^k = 1 % at the pointer; the axis is logarithmic.
    this.stage.onDrag(([x]) => set({ r: 0.01 ** (1 / this.axes.x.invert(x)) }));
    subscribe((state) => this.render(state));
  }

  render({ r }) {
    const reach = horizon(r);
    const ends = reach < Infinity;
    const x = this.axes.x(reach);
    const at = Math.round((r - KEYS.r.min) / KEYS.r.step);
    this.line.setAttribute("d", line([[x, this.axes.bottom], [x, this.axes.top]]));
    const say = {};
    for (const { name, shares, dot, value, curve } of this.series) {
      const share = ends ? shares[at] : "0";
      write(value, `${share} %`);
      say[name] = `${share.replace("<", "under ")}\u00a0%`;
      move(dot, x, height(curve, x));
    }
    for (const mark of [this.line, this.series[0].dot.parentNode])
      mark.setAttribute("visibility", ends ? "visible" : "hidden");
    write(this.label, ends
      ? `Beyond ${reach.toFixed(1)} words, the horizon at r = ${r.toFixed(2)}, lie`
      : `No horizon at r = ${r.toFixed(2)}: nothing lies beyond`);
    this.stage.say(`r = ${r.toFixed(2)}: ${fate(r)}. ` + (ends
      ? this.stage.readout.dataset.beyond.replace(/<(\w+)>/g, (_, name) => say[name])
      : "There is no horizon, and no link lies beyond it."));
  }
});

/** Where a drawn curve, a list of points, is at x. */
function height(curve, x) {
  const next = Math.max(1, curve.findIndex((point) => point[0] >= x));
  const [[x0, y0], [x1, y1]] = curve.slice(next - 1);
  return y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
}
