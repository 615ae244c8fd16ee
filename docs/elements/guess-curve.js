// The reader draws a curve before the page shows it; then the gap is said in words. The figures
// guess-decay (how fast a word fades) and guess-law (which law a network follows) are made of it.

import { drag } from "./drag.js";
import { ARROWS, onKeys } from "./keys.js";
import { raised } from "./rates.js";
import { Stage, trace, within } from "./stage.js";

const [STEP, RISE] = [5, 10]; // of an arrow key: lags, SVG units
const CLOSE = 6; // SVG units: no gap to speak of

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
      Object.assign(this, this.stage.axes.plot); // x, y, top, bottom
      // Heights in SVG units, one a lag; of the sketch as far as it goes.
      this.truth = this.dataset.answer.split(" ").map((value) => this.y(Number(value)));
      this.sketch = [this.truth[0]];
      this.k = 0; // where the pen is
      this.hint = this.stage.readout.textContent;
      this.querySelector("form").addEventListener("click", ({ target: { name } }) => {
        if (name) this.toggleAttribute("shown", name === "show"); // the style sheet hides the rest
        if (name === "clear") this.sketch.length = 1;
        this.k = 0;
        this.render();
      });
      this.listen(this.stage.cover("plot"));
      this.render();
    }

    /** Let the reader draw on the pad. */
    listen(pad) {
      const last = this.truth.length - 1;
      pad.hidden = false;
      const draw = (event, start) => {
        const k = within(Math.round((last * event.offsetX) / pad.clientWidth), 0, last);
        const down = (event.offsetY / pad.clientHeight) * (this.bottom - this.top);
        this.stroke(event === start ? k : this.k, k, this.top + down);
      };
      drag(pad, draw, true);
      onKeys(pad, ARROWS, ([lags, rises]) => {
        const most = Math.min(last, this.sketch.length - 1 + STEP); // one beyond its end
        const k = within(this.k + lags * STEP, STEP, most);
        this.k = k;
        if (lags) {
          this.render();
          return;
        }
        const to = (this.sketch[k] ?? this.sketch.at(-1)) + rises * RISE;
        // The lines on both sides go along.
        for (const from of [k - STEP, k + STEP]) this.stroke(from, k, to);
      });
    }

    /** Draw straight from lag `from`, or from the sketch's end, to the height `to` at lag `k`. */
    stroke(from, k, to) {
      const { sketch } = this;
      const begin = Math.min(from, sketch.length - 1);
      const start = sketch[begin];
      // At lag 0 all is there; and on the bottom line nothing is to be seen.
      const end = k ? within(to, this.top, this.bottom - 1) : sketch[0];
      for (let lag = Math.min(begin, k); lag < Math.max(begin, k); lag++) {
        sketch[lag] = start + ((end - start) * (lag - begin)) / (k - begin);
      }
      sketch[k] = end;
      this.k = k;
      this.render();
    }

    render() {
      const { k, sketch, stage } = this;
      const isShown = this.hasAttribute("shown");
      const points = sketch.map((height, lag) => [this.x(lag), height]);
      trace(stage.part("guess"), points);
      stage.svg.setAttribute("aria-hidden", !isShown); // its description has the answer
      this.style.setProperty("--column", k / (this.truth.length - 1));
      const drawn = k in sketch ? few(this.y.invert(sketch[k])) : "nothing yet";
      const pen = k ? `k = ${k}: ${drawn}. ` : "";
      stage.say(pen + (isShown ? this.gap() : "") || this.hint);
    }

    /** What sketch and truth say, and where they are furthest apart. */
    gap() {
      const { sketch, truth } = this;
      const { says, laws } = this.dataset;
      const found = (heights) => (laws ? this.law(heights, JSON.parse(laws)) : this.half(heights));
      if (sketch.length === 1) return `${says} ${found(truth)}.`;
      const gaps = sketch.map((height, k) => Math.abs(height - truth[k]));
      const k = gaps.indexOf(Math.max(...gaps));
      const [drew, there] = [sketch, truth].map((heights) => this.y.invert(heights[k]));
      const times = few(Math.max(drew / there, there / drew));
      const off = `: ${times} times too ${drew > there ? "much" : "little"}`;
      return (
        `${says} ${found(truth)}; in your sketch, ${found(sketch)}. ` +
        `You drew ${few(drew)} at k = ${k}; it is ${few(there)}${gaps[k] < CLOSE ? "" : off}.`
      );
    }

    /** When half is gone. SVG units grow downwards. */
    half(heights) {
      const k = heights.findIndex((height) => height > this.y(0.5));
      return `after ${k < 0 ? "even more" : k} words`;
    }

    /**
     * The law that is nearest on the average, within the picture.
     *
     * @param {number[]} heights
     * @param {Object<string, number>} laws the factor per step of each
     */
    law(heights, laws) {
      const distance = (factor) =>
        heights.reduce((sum, height, k) => {
          return sum + Math.abs(height - within(this.y(factor ** k), this.top, this.bottom));
        }, 0);
      const names = Object.keys(laws);
      return names.sort((one, other) => distance(laws[one]) - distance(laws[other]))[0];
    }
  },
);
