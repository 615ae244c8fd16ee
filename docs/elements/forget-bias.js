// The forget bias in the reader's hand: moves the dot on the gate's curve, leads the curve of what is
// left, and writes the ticks of its axis anew, which ends where the horizon has room.

import { axisEnd, gate, steps } from "./gates.js";
import { figures, horizon, influence } from "./rates.js";
import { slider } from "./slider.js";
import { move, Stage, trace, write } from "./stage.js";
import { reset, START, subscribe } from "./state.js";

const POINTS = [...Array(101).keys()].map((i) => i / 100); // along the axis, from 0 to its end
const PARTS = 5; // between its ticks
const AFTER = 30; // steps, as in the table of the page

/** What the slider says to those who hear it. */
const say = ({ bias }) =>
  `bias ${bias.toFixed(1)}: gate ${gate(bias).toFixed(4)}, 1 % after ${steps(horizon(gate(bias)))} steps`;

customElements.define(
  "forget-bias",
  class extends HTMLElement {
    connectedCallback() {
      this.stage = new Stage(this);
      slider(this, "bias", say);
      this.querySelector("button").addEventListener("click", () => reset(["bias"]));
      subscribe((state) => this.render(state), ["bias"]);
    }

    render({ bias }) {
      const f = gate(bias);
      for (const drawing of this.stage.drawings) this.draw(drawing, bias, f);
      const values = {
        horizon: `${steps(horizon(f))} steps`,
        gate: f.toFixed(4),
        after: figures(influence(f, AFTER)),
      };
      for (const [name, value] of Object.entries(values)) {
        write(this.querySelector(`[data-value=${name}]`), value);
      }
      if (this.isMoved) {
        // What Python wrote of the picture is true of its first state only.
        for (const { svg } of this.stage.drawings) {
          svg.setAttribute("aria-describedby", "lr-bias-values");
        }
        this.stage.announce(`${say({ bias })}. Left after ${AFTER} steps: ${values.after}.`);
      }
      this.isMoved = true;
    }

    /** Move all marks of one drawing. */
    draw(drawing, bias, f) {
      const end = axisEnd(f);
      const { gate: at, left } = drawing.axes;
      const [dotX, dotY] = [at.x(bias), at.y(f)];
      move(drawing.part("gate-dot", "use"), dotX, dotY);
      trace(drawing.part("gate-drop"), [
        [dotX, at.bottom],
        [dotX, dotY],
      ]);

      // The axis was drawn from 0 to the end that the first bias has: its ends stay, its words change.
      const [x0, x1] = left.x.range;
      const x = (share) => x0 + share * (x1 - x0);
      const curve = (factor) =>
        POINTS.map((share) => [x(share), left.y(influence(factor, share * end))]);
      trace(drawing.part("left-curve"), curve(f));
      trace(drawing.part("left-start"), curve(gate(START.bias)));
      const horizonX = x(horizon(f) / end);
      trace(drawing.part("left-mark"), [
        [horizonX, left.bottom],
        [horizonX, left.y(0.7)],
      ]);
      write(drawing.part("left-label", "text"), `1 % after ${steps(horizon(f))} steps`);
      for (let i = 0; i <= PARTS; i++) {
        const tick = (end * i) / PARTS;
        write(drawing.part(`left-tick-${i}`, "text"), tick.toLocaleString("en"));
      }
    }
  },
);
