// A network as a loop, and unrolled: the reader lets a word's trace pass on, state by state, and then
// the error back, for the page's r and k. A state is drawn as full as what is left of the word, an
// arrow as wide as what is left of the error.

import { onKeys } from "./keys.js";
import { influence, SAID } from "./rates.js";
import { slider } from "./slider.js";
import { Stage, trace, write } from "./stage.js";
import { current, subscribe } from "./state.js";
import { arrow, BAND, bounded, figures, GAP, power, shown, SLOTS } from "./unrolled.js";

const STATE = ["state", "input", "read", "time"]; // parts of every state that is shown
const TRACE = ["disc", "power", "value"]; // … and of one that the word has come to
const LINK = ["step", "w", "track"]; // the same of what leads from a state to the next
const ERROR = ["band", "back-power", "back-value"];
const ENTRY = ["error-in", "error-name", "error-one"];

/** All numbers in some attributes of a mark. */
const numbers = (mark, ...names) =>
  names.flatMap((name) =>
    mark
      .getAttribute(name)
      .match(/-?[\d.]+/g)
      .map(Number),
  );

/** When a state is, so many steps before the last one. */
const time = (back) => (back ? `t − ${back}` : "t");

const counted = (steps) => `${steps} ${steps === 1 ? "step" : "steps"}`;

customElements.define(
  "unrolled-network",
  class extends HTMLElement {
    connectedCallback() {
      this.stage = new Stage(this);
      this.places = this.stage.drawings.map(measure);
      slider(this, "r", SAID.r);
      slider(this, "k", SAID.k);
      // How many places the word and the error have come to: at first all, as Python drew it.
      this.forward = this.back = Infinity;
      const acts = {
        forward: () => this.go(this.goForward()),
        back: () => this.go(this.goBack()),
        again: () => this.go({ forward: 0, back: 0 }),
      };
      for (const button of this.querySelectorAll("button")) {
        button.addEventListener("click", acts[button.name]);
      }
      const row = this.querySelector(".lr-row");
      onKeys(row, { ArrowRight: "forward", ArrowLeft: "back" }, (name) => acts[name]());
      subscribe((state) => this.render(state), ["r", "k"]);
    }

    go({ forward, back }) {
      this.forward = forward;
      this.back = back;
      this.render(current());
    }

    /** The word, one state further; from the last one, or when all has been seen, in again. */
    goForward() {
      return { forward: this.next(this.forward), back: 0 };
    }

    /** The error, one state further back. It is known at the last state only: the word goes first. */
    goBack() {
      return { forward: Infinity, back: this.next(this.back) };
    }

    /** The count after `count`. Where there is one state alone, what has come leaves again. */
    next(count) {
      const { length } = shown(current().k);
      if (count >= length) return Math.min(1, length - 1);
      return count + 1 === length ? Infinity : count + 1; // all, also when k grows
    }

    render({ r, k }) {
      const steps = shown(k);
      const forward = Math.min(this.forward, steps.length);
      const back = Math.min(this.back, steps.length);
      this.stage.drawings.forEach((drawing, i) =>
        draw(drawing, this.places[i], { r, k, steps, forward, back }),
      );
      const now = { r, k, steps, forward, back };
      this.stage.tell(values(now), told(now));
    }
  },
);

/** Where a drawing has its marks, in SVG units: Python drew them for the first r and k. */
function measure(drawing) {
  const { x } = drawing.axes.radii;
  const slots = [...Array(SLOTS).keys()];
  const middle = (name) => numbers(drawing.part(`state-${name}`, "use"), "x", "y");
  const tracks = slots.slice(1).map((slot) => {
    const ends = numbers(drawing.part(`track-${slot - 1}`), "d");
    return [ends.slice(0, 2), ends.slice(2)];
  });
  // What stands at the gap was drawn unseen: for fewer steps a state is there.
  const unseen = [...STATE, ...TRACE].map((name) => drawing.group(`${name}-${GAP}`));
  for (const mark of unseen.flatMap((group) => [group, ...group.querySelectorAll("*")])) {
    for (const name of ["opacity", "fill-opacity", "stroke-opacity"]) {
      if (Number(mark.getAttribute(name)) > 0) mark.setAttribute(name, 1);
    }
  }
  return { radius: x(1) - x(0), states: slots.map(middle), loop: middle("loop"), tracks };
}

/** Show or hide parts, those of a slot if one is given. */
function show(drawing, names, slot, visible) {
  for (const name of names) {
    // The first state has no power: r⁰ is not written.
    const group = drawing.group(slot === undefined ? name : `${name}-${slot}`);
    group?.setAttribute("visibility", visible ? "visible" : "hidden");
  }
}

/** Make a path the circle of that radius around a point. */
function circle(path, [x, y], radius) {
  const size = radius.toFixed(2);
  const half = (way) => `a${size} ${size} 0 1 0 ${(way * 2 * radius).toFixed(2)} 0`;
  path.setAttribute("d", `M${(x - radius).toFixed(2)} ${y}${half(1)}${half(-1)}`);
}

/** Move all marks of a drawing to where the word and the error have come. */
function draw(drawing, { radius, states, loop, tracks }, { r, k, steps, forward, back }) {
  const put = (gid, words) => write(drawing.part(gid, "text"), words);
  const fill = (name, at, factor) =>
    circle(drawing.part(name), at, radius * Math.sqrt(bounded(factor)));
  const width = (factor) => radius * BAND * bounded(factor);
  const { length } = steps;

  put("length", k === 1 ? "unrolled over 1 step" : `unrolled over ${k} steps`);
  states.forEach((at, slot) => {
    const step = steps[slot];
    const isState = Number.isInteger(step);
    show(drawing, STATE, slot, isState);
    show(drawing, TRACE, slot, isState && slot < forward);
    if (slot >= length) return;
    show(drawing, ["time"], slot, true);
    put(`time-${slot}`, isState ? time(k - step) : `${k + 2 - SLOTS} more`);
    if (!isState) return;
    const left = influence(r, step);
    fill(`disc-${slot}`, at, left);
    if (slot) put(`power-${slot}`, power(step));
    put(`value-${slot}`, figures(left));
  });
  show(drawing, ["gap"], undefined, steps[GAP] === null);

  tracks.forEach(([tail, tip], slot) => {
    const isThere = slot + 1 < length;
    show(drawing, LINK, slot, isThere);
    show(drawing, ERROR, slot, isThere && back >= length - slot);
    if (!isThere) return;
    const exponent = steps[slot] === null ? k - steps[slot + 1] + 1 : k - steps[slot];
    const left = influence(r, exponent);
    trace(drawing.part(`band-${slot}`), arrow(tail, tip, width(left)));
    put(`back-power-${slot}`, power(exponent));
    put(`back-value-${slot}`, figures(left));
  });

  // The error enters at the last state that is shown.
  const [from, to] = [states[SLOTS - 1], states[length - 1]];
  for (const name of ENTRY) {
    drawing
      .group(name)
      .setAttribute("transform", `translate(${to[0] - from[0]} ${to[1] - from[1]})`);
  }
  show(drawing, ENTRY, undefined, back > 0);

  // The loop is the same network: it holds what the state that was come to holds.
  const last = forward && (steps[forward - 1] ?? k - (length - forward));
  fill("disc-loop", loop, forward ? influence(r, last) : 0);
}

/** What is left where the word and the error have come, as the readout has it. */
function values({ r, k, steps, forward, back }) {
  const at = forward ? steps[forward - 1] : 0;
  const to = back ? steps[steps.length - back] : k;
  const left = (isSeen, step) => (isSeen && step !== null ? figures(influence(r, step)) : "–");
  return {
    after: at === null ? "some steps" : counted(at),
    word: left(forward, at),
    before: to === null ? "some steps" : counted(k - to),
    error: left(back, to === null ? null : k - to),
  };
}

/** What is seen, in words: what has arrived of the word, and of the error. */
function told({ r, k, steps, forward, back }) {
  const { length } = steps;
  const left = (step) => figures(influence(r, step));
  const onward = `and so on, times ${r.toFixed(2)} at each step.`;
  if (!forward) return "Nothing has been read. Forward lets the word in.";
  if (forward < length) {
    const step = steps[forward - 1];
    if (step === null) return `Forward: ${onward}`;
    if (!step) return "Forward: the word is read, and all of it is in the state.";
    return `Forward: ${left(step)} of the word, ${counted(step)} after it was read.`;
  }
  if (!back) return `Forward: ${left(k)} of the word arrives, ${counted(k)} after it was read.`;
  if (back === length) {
    return `Forward, ${left(k)} of the word arrives. Back, ${left(k)} of the error: the same factors.`;
  }
  const step = steps[length - back];
  if (step === null) return `Back: ${onward}`;
  if (step === k) return "Back: the error is known, and all of it is at the last state.";
  return `Back: ${left(k - step)} of the error, ${counted(k - step)} before the end.`;
}
