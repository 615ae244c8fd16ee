// The forget bias in the reader's hand: moves the dot on the gate's curve, leads the curve of what is
// left, and writes the ticks of its axis anew, which ends where the horizon has room.

import { axisEnd, gate, steps } from "./gates.js";
import { figures, horizon, influence } from "./rates.js";
import { slider } from "./slider.js";
import { move, Stage, trace, write } from "./stage.js";
import { reset, START, subscribe } from "./state.js";

const PARTS = [...Array(101).keys()].map((i) => i / 100); // of the axis of steps, for a curve
const MARK = 0.7; // how high the line at the horizon goes: above it stand words

/** What a bias makes of the gate, in words. */
const say = ({ bias }) => {
  const f = gate(bias);
  return `bias ${bias.toFixed(1)}: gate ${f.toFixed(4)}, 1 % after ${steps(horizon(f))} steps`;
};

customElements.define(
  "forget-bias",
  class extends HTMLElement {
    connectedCallback() {
      this.after = Number(this.dataset.after); // steps, as in the table of the page
      this.stage = new Stage(this);
      slider(this, "bias", say);
      this.querySelector("button").addEventListener("click", () => reset(["bias"]));
      subscribe((state) => this.render(state), ["bias"]);
    }

    render({ bias }) {
      const f = gate(bias);
      for (const drawing of this.stage.drawings) this.draw(drawing, bias, f);
      const after = figures(influence(f, this.after));
      this.stage.tell(
        { horizon: `${steps(horizon(f))} steps`, gate: f.toFixed(4), after },
        `${say({ bias })}. Left after ${this.after} steps: ${after}.`,
      );
    }

    /** Move all marks of one drawing, and write what stands at the ticks of its steps. */
    draw(drawing, bias, f) {
      const { gate: at, left } = drawing.axes;
      const [dotX, dotY] = [at.x(bias), at.y(f)];
      move(drawing.part("gate-dot", "use"), dotX, dotY);
      trace(drawing.part("gate-drop"), [
        [dotX, at.bottom],
        [dotX, dotY],
      ]);

      const end = axisEnd(f);
      const x = left.x.over([0, end]);
      const lead = (gid, factor) => {
        const lags = PARTS.map((part) => part * end);
        trace(
          drawing.part(gid),
          lags.map((k) => [x(k), left.y(influence(factor, k))]),
        );
      };
      lead("left-curve", f);
      lead("left-start", gate(START.bias));
      const reach = horizon(f);
      trace(drawing.part("left-mark"), [
        [x(reach), left.bottom],
        [x(reach), left.y(MARK)],
      ]);
      write(drawing.part("left-label", "text"), `1 % after ${steps(reach)} steps`);
      const ticks = [...drawing.svg.querySelectorAll('[id*="-left-tick-"] text')];
      ticks.forEach((label, i) => {
        write(label, ((end * i) / (ticks.length - 1)).toLocaleString("en"));
      });
    }
  },
);
