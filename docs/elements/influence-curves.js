// r^k with the reader's r and k: moves the bold curve, the marker and its label, on a linear panel
// and on a logarithmic one, of which the style sheet shows the one that is chosen. Both axes follow
// the rate, so that no setting leaves them: Python drew them for its rate.

import { powerFor, tick, topFor } from "./axes.js";
import { fate, figures, halfLife, horizon, influence, remains, SAID } from "./rates.js";
import { slider } from "./slider.js";
import { move, name, show, sizeOf, Stage, trace, upright, write } from "./stage.js";
import { KEYS, reset, set, subscribe } from "./state.js";

const LAGS = [...Array(KEYS.k.max + 1).keys()]; // 0, 1, …, the largest k
const [ASIDE, ABOVE] = [6, 8]; // SVG units from the end of a line to its name

const numbers = (text) => text.split(" ").map(Number);

customElements.define(
  "influence-curves",
  class extends HTMLElement {
    connectedCallback() {
      // Rates of the faint curves, and where axes may end, as Python says.
      const { faint, tops, powers } = this.dataset;
      [this.faint, this.tops, this.powers] = [faint, tops, powers].map(numbers);
      this.stage = new Stage(this);
      slider(this, "r", SAID.r);
      slider(this, "k", SAID.k);
      // Both panels have the same x.
      this.stage.onDrag(([at], _, { axes }) => set({ k: axes.linear.x.invert(at) }));
      this.querySelector("button").addEventListener("click", () => reset(["r", "k", "scale"]));
      subscribe((state) => this.render(state));
    }

    render({ r, k, scale }) {
      this.dataset.scale = scale;
      for (const drawing of this.stage.drawings) {
        for (const panel in drawing.axes) this.draw(drawing, panel, r, k);
      }
      const words = (count) => `${count.toFixed(1)} words`;
      const isFading = r < 1;
      this.stage.tell(
        {
          long: r <= 1 ? "half left after" : "doubles every",
          half: r === 1 ? "never" : words(isFading ? halfLife(r) : halfLife(1 / r)),
          percent: isFading ? words(horizon(r)) : "never",
          k: String(k),
          left: figures(influence(r, k)),
        },
        `r = ${r.toFixed(2)}: ${fate(r)}. At k = ${k}: ${remains(r, k)}.`,
      );
    }

    /** The vertical scale of a panel for a rate: that of Python's picture, over what r^k needs. */
    scale({ y }, panel, r) {
      const most = influence(r, KEYS.k.max);
      if (panel === "linear") return y.over([0, topFor(Math.max(1, most), this.tops)]);
      const power = powerFor(most, y.domain, this.powers);
      return y.over(y.domain.map((end) => end ** power));
    }

    /** Move all marks of a panel, and write what stands at its ticks. */
    draw(drawing, panel, r, k) {
      const axes = drawing.axes[panel];
      const { x, bottom, top } = axes;
      const part = (gid, tag) => drawing.part(`${panel}-${gid}`, tag);
      const y = this.scale(axes, panel, r);
      const isLog = panel === "log";

      const ticks = [...drawing.svg.querySelectorAll(`[id*="-${panel}-tick-"] text`)];
      ticks.forEach((label, i) => {
        // Ticks part the axis evenly.
        const at = bottom + (i / (ticks.length - 1)) * (top - bottom);
        write(label, tick(y.invert(at), isLog));
      });
      const lead = (gid, rate) => {
        const points = LAGS.map((lag) => [x(lag), y(influence(rate, lag))]);
        trace(part(gid), points);
      };
      lead("curve", r);
      lead("even", 1);
      name(part("even-name", "text"), x(KEYS.k.max) + ASIDE, y(1));
      this.faint.forEach((rate, i) => {
        lead(`faint-${i}`, rate);
        const label = part(`faint-${i}-name`, "text");
        if (isLog) nameLine(label, rate, x, y);
        // Where the axis ends elsewhere the curves lie on the ground, and so would their names.
        else show(label, y.domain[1] === axes.y.domain[1]);
      });

      const left = influence(r, k);
      upright(part("lag"), x(k), axes);
      move(part("dot", "use"), x(k), y(left));
      write(part("label", "text"), `${figures(left)} at k = ${k}`);
    }
  },
);

/** Name the straight line of a rate below 1 at its end, or where it leaves through the bottom. */
function nameLine(label, rate, x, y) {
  const exit = horizon(rate, y.domain[0]);
  const isOut = exit < KEYS.k.max;
  const lag = isOut ? exit : KEYS.k.max;
  const at = y(influence(rate, lag)) - (isOut ? ABOVE : 0);
  name(label, x(lag) + ASIDE, at);
  show(label, at - y(1) > 1.3 * sizeOf(label)); // not over the name of r = 1
}
