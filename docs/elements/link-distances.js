// The reader's horizon among the links of language: a line at the distance at which 1 % of a word
// is left, and how much of each kind of link lies beyond it.

import { heightAt, pointsOf } from "./axes.js";
import { fate, horizon, SAID } from "./rates.js";
import { slider } from "./slider.js";
import { move, show, Stage, upright, write } from "./stage.js";
import { KEYS, set, subscribe } from "./state.js";

customElements.define(
  "link-distances",
  class extends HTMLElement {
    connectedCallback() {
      this.stage = new Stage(this);
      // For each kind of link Python wrote, in data-<name>, the shares beyond the horizon in per
      // cent, one for each r that has a horizon.
      this.shares = Object.entries(this.dataset).map(([name, text]) => [name, text.split(" ")]);
      // In each drawing, the curves as Python drew them; the dots are in the order of the kinds.
      this.pictures = this.stage.drawings.map((drawing) => ({
        drawing,
        dots: drawing.part("live-dots", "g"),
        curves: this.shares.map(([name]) =>
          pointsOf(drawing.part(`curve-${name}`).getAttribute("d")),
        ),
      }));

      slider(this, "r", SAID.r);
      // The r whose horizon is at the pointer: r^k = 1 %.
      this.stage.onDrag(([x], _, { axes }) => set({ r: 0.01 ** (1 / axes.share.x.invert(x)) }));
      subscribe((state) => this.render(state));
    }

    render({ r }) {
      const reach = horizon(r);
      const ends = reach < Infinity;
      const step = Math.round((r - KEYS.r.min) / KEYS.r.step);
      const found = this.shares.map(([name, shares]) => [name, ends ? shares[step] : "0"]);
      for (const { drawing, dots, curves } of this.pictures) {
        const { share } = drawing.axes;
        const at = share.x(reach);
        const line = drawing.part("live-line");
        upright(line, at, share);
        for (const mark of [line, dots]) show(mark, ends);
        const marks = dots.querySelectorAll("use");
        curves.forEach((curve, i) => move(marks[i], at, heightAt(curve, at)));
        for (const [name, text] of found) write(drawing.part(`live-${name}`, "text"), `${text} %`);
        const label = ends ? `beyond ${reach.toFixed(1)} words` : "beyond no horizon";
        write(drawing.part("live-label", "text"), label);
      }
      const say = Object.fromEntries(
        found.map(([name, text]) => [name, `${text.replace("<", "under ")}\u00a0%`]),
      );
      // The sentence is in the HTML, with the names of the series where their numbers go.
      const { beyond } = this.stage.readout.dataset;
      const words = ends
        ? beyond.replace(/<(\w+)>/g, (_, name) => say[name])
        : "There is no horizon, and no link lies beyond it.";
      this.stage.tell(
        {
          reach: ends ? `${reach.toFixed(1)} words` : "never",
          agreement: say.agreement,
          discourse: say.discourse_erst,
          coreference: say.coreference,
        },
        `r = ${r.toFixed(2)}: ${fate(r)}. ${words}`,
      );
    }
  },
);
