// The reader's horizon among the links of language: a line at the distance at which 1 % of a word
// is left, and how much of each kind of link lies beyond it.

import { fate, horizon, SAID } from "./rates.js";
import { slider } from "./slider.js";
import { move, Stage, upright, write } from "./stage.js";
import { KEYS, set, subscribe } from "./state.js";

customElements.define(
  "link-distances",
  class extends HTMLElement {
    connectedCallback() {
      this.stage = new Stage(this);
      this.axes = this.stage.axes.share;
      this.line = this.stage.part("live-line");
      this.label = this.stage.part("live-label", "text");
      this.dots = this.stage.part("live-dots", "g");
      const dots = this.dots.querySelectorAll("use");
      // For each kind of link Python wrote, in data-<name>, the shares beyond the horizon in per
      // cent, one for each r that has a horizon.
      this.series = Object.entries(this.dataset).map(([name, shares], i) => ({
        name,
        shares: shares.split(" "),
        dot: dots[i],
        value: this.stage.part(`live-${name}`, "text"),
        curve: pointsOf(this.stage.part(`curve-${name}`)),
      }));

      slider(this, "r", SAID.r);
      // The r whose horizon is at the pointer: r^k = 1 %.
      this.stage.onDrag(([x]) => set({ r: 0.01 ** (1 / this.axes.x.invert(x)) }));
      subscribe((state) => this.render(state));
    }

    render({ r }) {
      const reach = horizon(r);
      const ends = reach < Infinity;
      const at = this.axes.x(reach);
      upright(this.line, at, this.axes);
      const step = Math.round((r - KEYS.r.min) / KEYS.r.step);
      const say = {};
      for (const { name, shares, dot, value, curve } of this.series) {
        const share = ends ? shares[step] : "0";
        write(value, `${share} %`);
        say[name] = `${share.replace("<", "under ")}\u00a0%`;
        move(dot, at, heightAt(curve, at));
      }
      for (const mark of [this.line, this.dots]) {
        mark.setAttribute("visibility", ends ? "visible" : "hidden");
      }
      write(
        this.label,
        ends
          ? `Beyond ${reach.toFixed(1)} words, the horizon at r = ${r.toFixed(2)}, lie`
          : `No horizon at r = ${r.toFixed(2)}: nothing lies beyond`,
      );
      // The sentence is in the HTML, with the names of the series where their numbers go.
      const beyond = ends
        ? this.stage.readout.dataset.beyond.replace(/<(\w+)>/g, (_, name) => say[name])
        : "There is no horizon, and no link lies beyond it.";
      this.stage.say(`r = ${r.toFixed(2)}: ${fate(r)}. ${beyond}`);
    }
  },
);

/** The points [x, y], in SVG units, of a line that Python drew. */
function pointsOf(path) {
  const points = path.getAttribute("d").match(/[\d.]+ [\d.]+/g);
  return points.map((point) => point.split(" ").map(Number));
}

/** Where a drawn curve, a list of points, is at x. */
function heightAt(curve, x) {
  const next = curve.findIndex((point) => point[0] >= x);
  const [[x0, y0], [x1, y1]] = curve.slice(Math.max(0, next - 1));
  return y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
}
