// The reader draws a curve before the page shows it.
import { drag } from "./drag.js";
import { ARROWS, onKeys } from "./keys.js";
import { raised } from "./rates.js";
import { line, Stage, within } from "./stage.js";

const [STEP, RISE] = [5, 10]; // of an arrow key: lags, SVG units
const CLOSE = 6; // no gap to speak of

const few = (value, two = value.toPrecision(2)) => raised(value < 1000 ? +two : two);

customElements.define("guess-curve", class extends HTMLElement {
  connectedCallback() {
    this.stage = new Stage(this);
    Object.assign(this, this.stage.axes.plot);
    // Heights in SVG units, one a lag; of the sketch as far as it goes.
    this.truth = this.dataset.answer.split(" ").map((value) => this.y(+value));
    this.sketch = [this.truth[0]];
    this.k = 0; // where the pen is
    this.hint = this.stage.readout.textContent;
    this.querySelector("form").addEventListener("click", ({ target: { name } }) => {
      if (name) this.toggleAttribute("shown", name === "show");
      if (name === "clear") this.sketch.length = 1;
      this.k = 0;
      this.render();
    });
    this.listen(this.stage.cover("plot"));
    this.render();
  }

  listen(pad) {
    const last = this.truth.length - 1;
    pad.hidden = false;
    drag(pad, (event, start) => {
      const k = within(Math.round((last * event.offsetX) / pad.clientWidth), 0, last);
      const down = (event.offsetY / pad.clientHeight) * (this.bottom - this.top);
      this.stroke(event === start ? k : this.k, k, this.top + down);
    }, true);
    onKeys(pad, ARROWS, (by) => {
      const most = Math.min(last, this.sketch.length - 1 + STEP); // one beyond its end
      const k = (this.k = within(this.k + by[0] * STEP, STEP, most));
      if (by[0]) return this.render();
      const to = (this.sketch[k] ?? this.sketch.at(-1)) + by[1] * RISE;
      for (const from of [k - STEP, k + STEP]) this.stroke(from, k, to);
    });
  }

  /** Draw straight from lag `from`, or the end, to the height `to` at lag `k`. */
  stroke(from, k, to) {
    const { sketch } = this;
    from = Math.min(from, sketch.length - 1);
    const [start, end] = [sketch[from], k ? within(to, this.top, this.bottom - 1) : sketch[0]];
    for (let lag = Math.min(from, k); lag < Math.max(from, k); lag++) {
      sketch[lag] = start + ((end - start) * (lag - from)) / (k - from);
    }
    sketch[k] = end;
    this.k = k;
    this.render();
  }

  render() {
    const { k, sketch, stage } = this;
    const shown = this.hasAttribute("shown");
    stage.part("guess").setAttribute("d", line(sketch.map((h, lag) => [this.x(lag), h])));
    stage.svg.setAttribute("aria-hidden", !shown); // its description has the answer
    this.style.setProperty("--column", k / (this.truth.length - 1));
    const pen = k ? `k = ${k}: ${k in sketch ? few(this.y.invert(sketch[k])) : "nothing yet"}. ` : "";
    stage.say(pen + (shown ? this.gap() : "") || this.hint);
  }

  gap() {
    const { sketch, truth } = this;
    const { says, laws } = this.dataset;
    const [is, yours] = [truth, sketch].map((one) => (laws ? this.law(one, laws) : this.half(one)));
    if (sketch.length === 1) return `${says} ${is}.`;
    const gaps = sketch.map((h, k) => Math.abs(h - truth[k]));
    const k = gaps.indexOf(Math.max(...gaps));
    const [drew, there] = [sketch, truth].map((heights) => this.y.invert(heights[k]));
    const times = few(Math.max(drew / there, there / drew));
    return `${says} ${is}; in your sketch, ${yours}. You drew ${few(drew)} at k = ${k}; it is ${few(there)}`
      + (gaps[k] < CLOSE ? "." : `: ${times} times too ${drew > there ? "much" : "little"}.`);
  }

  /** When half is gone. */
  half(heights) {
    const k = heights.findIndex((h) => h > this.y(0.5));
    return `after ${k < 0 ? "even more" : k} words`;
  }

  /** The law that is nearest, within the picture. */
  law(heights, laws) {
    const off = ([, factor]) => heights.reduce((sum, h, k) =>
      sum + Math.abs(h - within(this.y(factor ** k), this.top, this.bottom)), 0);
    return Object.entries(JSON.parse(laws)).sort((a, b) => off(a) - off(b))[0][0];
  }
});
