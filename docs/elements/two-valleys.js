// A ball in the landscape of the latch h ← tanh(wh): the reader places it, pushes it and lets it
// roll. Beside it its state, step by step, and the derivative by its start.

import { figures } from "./rates.js";
import { slider } from "./slider.js";
import { move, Stage, trace, write } from "./stage.js";
import { current, reset, set, START, subscribe } from "./state.js";
import { GRID, landscape, MOVES, PUSH, roll, valley } from "./valleys.js";

const OURS = ["start", "push", "w"]; // keys of the state
const LAST = MOVES.length - 1;
const PACE = 180; // ms for each move of a ball that rolls
const BALL = 10; // SVG units, its radius

const side = (h) => (h < 0 ? "left" : "right");
const signed = (h) => h.toFixed(2).replace("-", "−");

/** What becomes of the side, in words. */
function kept(setting) {
  const { states } = roll(setting);
  if (setting.w <= 1) return "one valley, no side is held";
  if (!states[LAST]) return "the ball stays on the hill";
  return `${side(states[LAST])} side after ${MOVES[LAST]} steps`;
}

const SAID = {
  start: (state) => `start ${signed(state.start)}: ${kept(state)}`,
  push: (state) => `push ${signed(state.push)} at step ${MOVES[PUSH]}: ${kept(state)}`,
  w: (state) => {
    const at = valley(state.w);
    return `w ${state.w.toFixed(1)}: ${at ? `valleys at ±${at.toFixed(2)}` : "one valley, at 0"}`;
  },
};

/** The same in a sentence. */
const told = ({ step, side: held, state, derivative }) =>
  `Step ${step}. Side: ${held}. State: ${state}. Derivative: ${derivative}.`;

customElements.define(
  "two-valleys",
  class extends HTMLElement {
    connectedCallback() {
      this.stage = new Stage(this);
      for (const key of OURS) slider(this, key, SAID[key]);
      this.stage.onDrag(([x], [fromX, fromY], drawing) => {
        const { x: scale, bottom } = drawing.axes.landscape;
        const isIn = fromX <= scale.range[1] && fromY <= bottom;
        if (!isIn) return;
        set({ start: scale.invert(x) });
        if (this.at) this.put(0); // taken up, though it may lie where it started
      });
      this.at = LAST; // the ball's move; between two of them while it rolls
      this.start = START.start;
      const acts = {
        step: () => this.step(),
        roll: () => this.roll(),
        reset: () => {
          reset(OURS);
          this.start = START.start;
          this.put(LAST);
        },
      };
      for (const button of this.querySelectorAll("button")) {
        button.addEventListener("click", () => {
          cancelAnimationFrame(this.frame); // of a ball that rolls
          acts[button.name]();
        });
      }
      subscribe((state) => this.render(state), OURS);
    }

    disconnectedCallback() {
      cancelAnimationFrame(this.frame);
    }

    /** Put the ball where it is at a move. */
    put(at) {
      this.at = at;
      this.render(current());
    }

    /** One move on; from the last one, to the start. No push is no move. */
    step() {
      const next = Math.floor(this.at) + 1;
      if (next > LAST) this.put(0);
      else this.put(next === PUSH && !current().push ? next + 1 : next);
    }

    /** Roll to the last step, from the start if the ball is there; at once where motion is unwanted. */
    roll() {
      const from = this.at < LAST ? this.at : 0;
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
        this.put(this.at < LAST ? LAST : 0);
        return;
      }
      let began;
      const go = (now) => {
        began ??= now;
        this.put(Math.min(LAST, from + (now - began) / PACE));
        if (this.at < LAST) this.frame = requestAnimationFrame(go);
      };
      this.frame = requestAnimationFrame(go);
    }

    render(state) {
      if (state.start !== this.start) {
        // The ball was taken up: it has not rolled yet.
        cancelAnimationFrame(this.frame);
        this.start = state.start;
        this.at = 0;
      }
      const way = roll(state);
      for (const drawing of this.stage.drawings) draw(drawing, state, way, this.at);
      const values = seen(state, way, Math.floor(this.at));
      this.stage.tell(values, told(values));
    }
  },
);

/** What is seen at a move, as the readout has it. */
function seen({ w, start }, { states, derivatives }, at) {
  const h = states[at];
  let held = `${side(h)}, ${side(h) === side(start) ? "kept" : "not kept"}`;
  if (!h) held = "none, on the hill";
  if (w <= 1) held = "none, one valley";
  return {
    step: `${MOVES[at]}${at === PUSH ? ", pushed" : ""}`,
    side: held,
    state: h.toFixed(3).replace("-", "−"),
    derivative: figures(derivatives[at]),
  };
}

/** Move all marks of a drawing. */
function draw(drawing, { w, push }, { states, derivatives }, at) {
  const { landscape: plane } = drawing.axes;
  const height = landscape(w);
  const point = (h) => [plane.x(h), plane.y(height(h))];
  const curve = GRID.map(point);
  const done = Math.floor(at);
  // While it rolls it is on its way to the next move.
  const ahead = states[Math.min(done + 1, LAST)];
  const ball = states[done] + (at - done) * (ahead - states[done]);

  trace(drawing.part("curve"), curve);
  const [[left], [right]] = [curve[0], curve.at(-1)];
  trace(drawing.part("ground"), [[left, plane.bottom], ...curve, [right, plane.bottom]]);
  const ring = point(states[0]);
  move(drawing.part("start", "use"), ...ring);
  // Its name stands where the ground is low: away from the hill, and from the rim.
  const label = drawing.part("start-label", "text");
  const isLeft = states[0] < 0 === Math.abs(states[0]) < 0.95;
  label.setAttribute("x", (ring[0] + (isLeft ? -12 : 12)).toFixed(2));
  label.setAttribute("y", (ring[1] + 4.5).toFixed(2));
  label.style.textAnchor = isLeft ? "end" : "start";
  show(label, done > 0); // the ball lies there
  drawing
    .group("trail")
    .querySelectorAll("use")
    .forEach((dot, i) => {
      move(dot, ...point(states[i]));
      show(dot, i <= done);
    });
  // It lies on the ground: its middle is a radius from there, straight out.
  const [[x0, y0], [x1, y1]] = [point(ball - 1e-3), point(ball + 1e-3)];
  const out = BALL / Math.hypot(x1 - x0, y1 - y0);
  const [x, y] = point(ball);
  move(drawing.part("ball", "use"), x + (y1 - y0) * out, y - (x1 - x0) * out);

  for (const [name, values] of Object.entries({ state: states, derivative: derivatives })) {
    const axes = drawing.axes[name];
    const line = values.map((value, i) => [axes.x(MOVES[i]), axes.y(value)]);
    trace(drawing.part(`${name}-ahead`), line);
    trace(drawing.part(`${name}-path`), line.slice(0, done + 1));
    move(drawing.part(`${name}-dot`, "use"), ...line[done]);
    show(drawing.group(`${name}-push`), push > 0);
  }
  write(drawing.part("push-label", "text"), `push ${push.toFixed(2)}`);
  show(drawing.group("push-label"), push > 0);
}

/** Show or hide a mark. */
function show(mark, visible) {
  mark.setAttribute("visibility", visible ? "visible" : "hidden");
}
