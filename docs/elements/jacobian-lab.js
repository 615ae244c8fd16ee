// The laboratory: a recurrent network of the reader's choosing, measured by a worker while it is
// set, in four linked views. Its numbers become words in lab-results.js.

import { spread } from "./axes.js";
import { onKeys, PAGES, STEPS } from "./keys.js";
import { amount, effect, idle, laws, told, values } from "./lab-results.js";
import { PythonCode } from "./python-code.js";
import { slider } from "./slider.js";
import {
  move,
  name as place,
  show,
  sizeOf,
  Stage,
  trace,
  upright,
  within,
  write,
} from "./stage.js";
import { current, KEYS, nudge, reset, set, subscribe } from "./state.js";
import { hire } from "./worker.js";

const ROUNDING = 1e-13; // of the largest singular value: smaller ones are rounding errors
const ASIDE = 6; // SVG units from the end of a curve to its name
const REACH = 16; // SVG units beside a panel at which a finger still means it

/** Whether a point, in SVG units, lies in a panel or just beside it. */
const isOver = ({ x: { range }, top, bottom }, [x, y]) =>
  x > range[0] - REACH && x < range[1] + REACH && y > top - REACH && y < bottom + REACH;

customElements.define(
  "jacobian-lab",
  class extends HTMLElement {
    connectedCallback() {
      this.stage = new Stage(this);
      // What Python says: the names of the laws and when they are told.
      const { within: near, level, map: mapped, ...names } = this.dataset;
      this.mapped = mapped; // family and activation of the networks on the map
      this.curves = ["measured", ...Object.keys(names)];
      this.curve = this.curves[0]; // on which the cursor is
      // Word j is j steps back; the marked one is “cat”.
      this.words = [...this.querySelectorAll(".lr-words > [style]")].reverse();
      const gap = this.words.findLastIndex((word) => word.matches("mark"));
      this.limits = { names, within: Number(near), level: Number(level), gap };
      this.screen = this.querySelector(".lr-screen");
      this.measure = hire("lab-worker", (found) => {
        this.found = found;
        this.show();
      });

      this.labels = [...this.querySelectorAll(".lr-slider label")];
      for (const { textContent, control } of this.labels) {
        slider(this, control.name, (state) => `${textContent} ${state[control.name]}`);
      }
      this.querySelector("[name=reset]").addEventListener("click", () => reset(Object.keys(KEYS)));
      this.code = new PythonCode(this, this.stage);

      this.noMap = this.stage.cover("map", this.querySelector(".lr-nomap"));
      this.idle = this.querySelector(".lr-note");
      this.stage.onDrag(([x, y], from, { axes: { norms, map } }) => {
        // Along the curves, or the point on the map.
        if (isOver(norms, from)) set({ k: norms.x.invert(x) });
        else if (isOver(map, from) && this.noMap.hidden)
          set({ g: map.x.invert(x), s: map.y.invert(y) });
      });
      // Arrow keys walk along a curve, or to the next one.
      this.cursor = this.stage.cover("norms", this.querySelector(".lr-cursor"));
      this.cursor.hidden = false;
      onKeys(this.cursor, { ...STEPS, ...PAGES }, (steps) => nudge("k", steps));
      onKeys(this.cursor, { ArrowUp: -1, ArrowDown: 1 }, (turn) => {
        const at = this.curves.indexOf(this.curve) + turn;
        this.curve = this.curves.at(at % this.curves.length);
        if (this.found) this.show();
      });
      subscribe((state) => this.ask(state));
    }

    /** Show what is set, and ask the worker for the rest. */
    ask(state) {
      this.screen.ariaBusy = "true"; // until `show` has what belongs to it
      this.code.show(state);
      this.noMap.hidden = `${state.family} ${state.activation}` === this.mapped;
      for (const drawing of this.stage.drawings) {
        const { map } = drawing.axes;
        move(drawing.part("point", "use"), map.x(state.g), map.y(state.s));
        show(drawing.group("map"), this.noMap.hidden);
      }
      this.disable(idle(state));
      this.measure({ ...state, lags: KEYS.k.max });
    }

    /** Disable the controls that cannot act, and say why; all others are enabled. */
    disable(reasons) {
      write(this.idle, Object.values(reasons).join(" ") || "\u00a0");
      for (const input of this.querySelectorAll(".lr-slider input")) {
        input.disabled = input.name in reasons;
        if (input.disabled) input.setAttribute("aria-describedby", this.idle.id);
        else input.removeAttribute("aria-describedby");
      }
    }

    /** Show what was found. */
    show() {
      const { setting, norms, rate } = this.found;
      for (const drawing of this.stage.drawings) this.draw(drawing);
      for (const [lag, word] of this.words.entries()) {
        word.style.cssText = `--k:1;--r:${norms[lag]}`; // filled to r^k, as other sentences
      }
      this.stage.tell(values(this.found, this.limits), told(this.found, this.limits));
      this.sayOnSliders(effect(rate, setting.activation, this.limits.level));
      if (this.cursor.matches(":focus")) {
        const name = this.limits.names[this.curve] ?? this.curve;
        const value = amount(this.influence(this.curve, setting.k));
        this.stage.announce(`${name}, lag ${setting.k}: ${value}`);
      }
      // While a slider moves, pictures of older settings come too.
      const state = current();
      const isCurrent = Object.keys(state).every((key) => setting[key] === state[key]);
      this.screen.ariaBusy = String(!isCurrent);
    }

    /** What a curve says of the influence at a lag. */
    influence(curve, lag) {
      const factor = laws(this.found)[curve];
      return factor === undefined ? this.found.norms[lag] : factor ** lag;
    }

    /** Move the curves with their names, the cursor on one of them, and the singular values. */
    draw(drawing) {
      const { setting, norms, values: singular } = this.found;
      const { norms: axes, spectrum } = drawing.axes;
      const { x, y, top, bottom } = axes;
      for (const curve of this.curves) {
        const points = norms.map((_, lag) => [x(lag), y(this.influence(curve, lag))]);
        trace(drawing.part(curve), points);
      }
      const names = this.curves.map((curve) => drawing.part(`${curve}-name`, "text"));
      const ends = this.curves.map((curve) => y(this.influence(curve, norms.length - 1)));
      const line = 1.4 * sizeOf(names[0]);
      const heights = spread(ends, line, top, bottom);
      names.forEach((label, i) => place(label, x(norms.length - 1) + ASIDE, heights[i]));
      upright(drawing.part("lag"), x(setting.k), axes);
      const here = y(this.influence(this.curve, setting.k));
      move(drawing.part("dot", "use"), x(setting.k), within(here, top, bottom));
      const points = singular.map((value, i) => {
        const seen = value < singular[0] * ROUNDING ? 0 : value;
        return [spectrum.x((i + 0.5) / singular.length), spectrum.y(seen)];
      });
      trace(drawing.part("values"), points);
    }

    /** Let each slider say what came of it. */
    sayOnSliders(fate) {
      const { setting, norms } = this.found;
      for (const { control, textContent, parentNode } of this.labels) {
        const result =
          control.name === "k" ? `${amount(norms[setting.k])} measured` : `by its rate ${fate}`;
        for (const input of parentNode.querySelectorAll("input")) {
          input.ariaValueText = `${textContent} ${input.value}: ${result}`;
        }
      }
    }
  },
);
