// r^k with the reader's r and k: moves the bold curve, the marker and their labels, on a linear
// panel and on a logarithmic one. The style sheet shows the one that is chosen.

import { fate, figures, horizon, influence, remains, SAID } from "./rates.js";
import { slider } from "./slider.js";
import { move, Stage, trace, upright, write } from "./stage.js";
import { KEYS, reset, set, subscribe } from "./state.js";

const LAGS = [...Array(KEYS.k.max + 1).keys()]; // 0, 1, …, the largest k

const show = (part, visible) => part.setAttribute("visibility", visible ? "visible" : "hidden");

/**
 * The lag at which a growing curve leaves through the top of a panel; infinite if it does not.
 * r^k = highest where (1/r)^k = 1/highest.
 */
const exitLag = ({ highest }, r) => horizon(1 / r, 1 / highest);

customElements.define(
  "influence-curves",
  class extends HTMLElement {
    connectedCallback() {
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
      const leaves = exitLag(this.stage.drawings[0].axes[scale], r);
      const exit = leaves <= KEYS.k.max ? ` Off the top after ${Math.ceil(leaves)} words.` : "";
      this.stage.say(`r = ${r.toFixed(2)}: ${fate(r)}. At k = ${k}: ${remains(r, k)}.${exit}`);
    }

    /** Move all marks of a panel. */
    draw(drawing, panel, r, k) {
      const axes = drawing.axes[panel];
      const { x, y, top, bottom } = axes;
      const part = (gid, tag) => drawing.part(`${panel}-${gid}`, tag);
      const left = influence(r, k);
      const [dotX, dotY] = [x(k), y(left)];
      const curve = LAGS.map((lag) => [x(lag), y(influence(r, lag))]);
      trace(part("curve"), curve);
      upright(part("lag"), dotX, axes);
      const dot = part("dot", "use");
      move(dot, dotX, dotY);
      show(dot, dotY >= top - 0.5 && dotY <= bottom + 0.5); // half a unit: rounding
      const share = left > 1 ? `× ${figures(left)}` : `${figures(left)} left`;
      write(part("label", "text"), `${share} at k = ${k}`);

      // A growing curve leaves through the top: say where.
      const leaves = exitLag(axes, r);
      const isLeaving = leaves <= KEYS.k.max;
      const [arrow, words] = [part("arrow", "use"), part("exit", "text")];
      for (const mark of [arrow, words]) {
        // Python drew them unseen: at its r nothing leaves.
        mark.style.opacity = mark.style.fillOpacity = mark.style.strokeOpacity = 1;
        show(mark, isLeaving);
      }
      if (!isLeaving) return;
      move(arrow, x(leaves), top);
      write(words, `off the top after ${Math.ceil(leaves)} words`);
    }
  },
);
