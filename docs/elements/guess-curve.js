// The reader draws a curve, or chooses one that is drawn, before the page shows the answer; then the
// gap is said in words. The figures guess-decay (how fast a word fades) and guess-law (which law a
// network follows) are made of it.

import { drag } from "./drag.js";
import { ARROWS, onKeys } from "./keys.js";
import { raised } from "./rates.js";
import { Stage, trace, within } from "./stage.js";
import { set, subscribe } from "./state.js";

const [STEP, RISE] = [5, 1 / 32]; // of an arrow key: lags, and of the height of the plot
const CLOSE = 0.02; // of the height: no gap to speak of
const GROUND = 0.004; // of the height: a line on the axis itself would not be seen
const OWN = "own"; // what the reader draws, among the laws to be chosen

/** A number in two figures: a sketch is no more exact. */
function few(value) {
  const rounded = value.toPrecision(2);
  // 250, not 2.5e+2; from 1000 on a power of ten.
  return raised(value < 1000 ? Number(rounded) : rounded);
}

customElements.define(
  "guess-curve",
  class extends HTMLElement {
    connectedCallback() {
      this.stage = new Stage(this);
      const { answer, laws } = this.dataset;
      // Curves are heights, one a lag, in shares of the plot: both drawings have the same.
      this.truth = this.heights(answer.split(" ").map(Number));
      this.drawn = [this.truth[0]]; // the reader's own, as far as it goes
      this.sketch = this.drawn; // what is compared: that, or a law that was chosen
      this.k = 0; // where the pen is
      this.laws = laws && JSON.parse(laws);
      this.hint = this.stage.readout.querySelector("[data-value=note]").textContent;
      this.querySelector("form").addEventListener("click", ({ target }) => {
        if (target.localName !== "button") return;
        this.toggleAttribute("shown", target.name === "show"); // the style sheet hides the rest
        this.k = 0;
        if (target.name === "clear") {
          this.drawn.length = 1;
          if (this.laws) set({ law: OWN });
        }
        this.render();
      });
      this.listen(this.stage.cover("plot"));
      if (this.laws) subscribe(({ law }) => this.choose(law), ["law"]);
      else this.render();
    }

    /** Values as heights in shares of the plot, from its bottom; beyond 1 above it. */
    heights(values) {
      const { y, bottom, top } = this.stage.drawings[0].axes.plot;
      return values.map((value) => (bottom - y(value)) / (bottom - top));
    }

    /** The value that lies at a height. */
    value(height) {
      const { y, bottom, top } = this.stage.drawings[0].axes.plot;
      return y.invert(bottom - height * (bottom - top));
    }

    /** Take a law as the guess, as far as it is in the picture; or what the reader draws. */
    choose(law) {
      this.sketch = this.drawn;
      if (law in this.laws) {
        const { factor } = this.laws[law];
        const curve = this.heights(this.truth.map((_, k) => factor ** k));
        const exit = curve.findIndex((height) => height > 1);
        this.sketch = [this.truth[0], ...curve.slice(1, exit < 0 ? undefined : exit)];
      }
      this.k = 0;
      this.render();
    }

    /** Let the reader draw on the pad. */
    listen(pad) {
      const last = this.truth.length - 1;
      pad.hidden = false;
      const draw = (event, start) => {
        const k = within(Math.round((last * event.offsetX) / pad.clientWidth), 0, last);
        this.stroke(event === start ? k : this.k, k, 1 - event.offsetY / pad.clientHeight);
      };
      drag(pad, draw, true);
      onKeys(pad, ARROWS, ([lags, rows]) => {
        const most = Math.min(last, this.drawn.length - 1 + STEP); // one beyond its end
        const k = within(this.k + lags * STEP, STEP, most);
        this.k = k;
        if (lags) {
          this.render();
          return;
        }
        const to = (this.drawn[k] ?? this.drawn.at(-1)) - rows * RISE;
        // The lines on both sides go along.
        for (const from of [k - STEP, k + STEP]) this.stroke(from, k, to);
      });
    }

    /** Draw straight from lag `from`, or from the sketch's end, to the height `to` at lag `k`. */
    stroke(from, k, to) {
      const { drawn } = this;
      const begin = Math.min(from, drawn.length - 1);
      const start = drawn[begin];
      const end = k ? within(to, GROUND, 1) : drawn[0]; // at lag 0 all is there
      for (let lag = Math.min(begin, k); lag < Math.max(begin, k); lag++) {
        drawn[lag] = start + ((end - start) * (lag - begin)) / (k - begin);
      }
      drawn[k] = end;
      this.sketch = drawn;
      this.k = k;
      if (this.laws) set({ law: OWN });
      this.render();
    }

    render() {
      const { k, sketch, stage } = this;
      const isShown = this.hasAttribute("shown");
      for (const drawing of stage.drawings) {
        const { x, bottom, top } = drawing.axes.plot;
        const points = sketch.map((height, lag) => [x(lag), bottom - height * (bottom - top)]);
        trace(drawing.part("guess"), points);
        drawing.svg.setAttribute("aria-hidden", !isShown); // its description has the answer
      }
      this.style.setProperty("--column", k / (this.truth.length - 1));
      const drawn = k in sketch ? few(this.value(sketch[k])) : "nothing yet";
      const pen = k ? `k = ${k}: ${drawn}.` : "";
      const gap = isShown ? this.gap() : { truth: "?", sketch: "?", off: "?", note: "" };
      const note = [pen, gap.note].filter(Boolean).join(" ") || this.hint;
      const said = gap.said ? [pen, gap.said].filter(Boolean).join(" ") : note;
      stage.tell({ truth: gap.truth, sketch: gap.sketch, off: gap.off, note }, said);
    }

    /**
     * What sketch and truth say, and where they are furthest apart: in values, as a `note` on
     * these, and all `said` in sentences.
     */
    gap() {
      const { sketch, truth } = this;
      const { says } = this.dataset;
      const told = (heights) => (this.laws ? this.law(heights) : this.half(heights));
      const found = told(truth);
      if (sketch.length === 1) {
        return { truth: found, sketch: "–", off: "–", note: "", said: `${says} ${found}.` };
      }
      const gaps = sketch.map((height, k) => Math.abs(height - truth[k]));
      const k = gaps.indexOf(Math.max(...gaps));
      const [drew, there] = [sketch, truth].map((heights) => this.value(heights[k]));
      const times = few(Math.max(drew / there, there / drew));
      const isClose = gaps[k] < CLOSE;
      const side = drew > there ? "much" : "little";
      const note = `You drew ${few(drew)} at k = ${k}; it is ${few(there)}`;
      return {
        truth: found,
        sketch: told(sketch),
        off: isClose ? "hardly" : `${times} × too ${side}`,
        note: `${note}.`,
        said:
          `${says} ${found}; in your sketch, ${told(sketch)}. ` +
          `${note}${isClose ? "" : `: ${times} times too ${side}`}.`,
      };
    }

    /** When half is gone. */
    half(heights) {
      const ground = this.heights([0.5])[0];
      const k = heights.findIndex((height) => height < ground);
      return `after ${k < 0 ? "even more" : k} words`;
    }

    /** The law that is nearest on the average, within the picture. */
    law(heights) {
      const distance = ({ factor }) => {
        const curve = this.heights(heights.map((_, k) => factor ** k));
        return curve.reduce((sum, at, k) => sum + Math.abs(heights[k] - within(at, 0, 1)), 0);
      };
      const all = Object.values(this.laws);
      return all.sort((one, other) => distance(one) - distance(other))[0].name;
    }
  },
);
