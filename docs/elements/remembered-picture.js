// The picture as it comes back for the reader's r, d and noise; and the reader's own picture.
import { ARROWS, drag } from "./drag.js";
import { N, recall, SIDE, steadyError } from "./recall.js";
import { slider } from "./slider.js";
import { Stage } from "./stage.js";
import { current, reset, START, subscribe } from "./state.js";

const OURS = ["r", "d", "noise"];
const GREYS = Array.from({ length: 16 }, (_, i) => `rgb(${17 * i},${17 * i},${17 * i})`);
const [INK, PAPER] = [1, 14];

const share = (value) => `${(100 * value).toFixed(1)}%`;
const within = (value, last) => Math.max(0, Math.min(last, value));
const tone = (grey) => (grey < 5 ? "dark" : grey < 10 ? "grey" : "light");
const mean = (values) => values.reduce((sum, value) => sum + value) / values.length;

customElements.define("remembered-picture", class extends HTMLElement {
  connectedCallback() {
    const { pixels, signs, draws } = this.dataset;
    this.cat = this.pixels = [...pixels].map((digit) => parseInt(digit, 16));
    this.signs = [...signs].map((sign) => +`${sign}1`);
    this.draws = draws.split(" ").map(Number);
    this.stage = new Stage(this);

    slider(this, "r", (state) => `r ${state.r.toFixed(3)}: ${this.lost(state)}`);
    slider(this, "d", (state) => `d ${state.d}: ${this.lost(state)}`);
    slider(this, "noise", (state) => `noise ${state.noise.toFixed(3)}: ${this.lost(state)}`);
    this.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
    const click = (name, act) =>
      this.querySelector(`button[name=${name}]`).addEventListener("click", act);
    click("draw", () => {
      this.open(this.own ??= Array(N).fill(PAPER));
      this.stage.say("Draw with the mouse, a finger, or the arrow keys and space.");
    });
    click("cat", () => this.open(this.cat));
    click("reset", () => {
      this.own = undefined;
      this.open(this.cat);
      reset(OURS);
    });
    this.pad = this.makePad();
    subscribe((state) => this.render(state));
  }

  /** Begin with `pixels`: the cat, which is only shown, or the reader's sheet. */
  open(pixels) {
    this.pixels = pixels;
    this.pad.hidden = pixels === this.cat;
    this.render(current());
    if (!this.pad.hidden) this.go(SIDE / 2, SIDE / 2);
    if (!this.pad.hidden) this.pad.focus();
  }

  /** The sheet lies over the picture that was read. */
  makePad() {
    const pad = this.stage.cover("read");
    let grey;
    drag(pad, (event, start) => {
      const first = event === start;
      const to = [event.offsetX, event.offsetY].map((at) =>
        Math.floor((at / pad.clientWidth) * SIDE));
      if (first) this.go(...to);
      if (first) grey = this.opposite();
      // Pointers jump: all squares on the way are painted.
      const from = this.cursor;
      const steps = Math.max(1, ...from.map((at, axis) => Math.abs(to[axis] - at)));
      for (let i = 1; i <= steps; i++) {
        this.go(...from.map((at, axis) => Math.round(at + ((to[axis] - at) * i) / steps)));
        this.paint(grey);
      }
      this.render(current(), true);
    }, true);
    pad.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const by = ARROWS[event.key];
      if (by) this.go(...this.cursor.map((at, axis) => at + by[axis]));
      else if (event.key === " " || event.key === "Enter") this.paint(this.opposite());
      else return;
      event.preventDefault();
      this.render(current(), true);
    });
    return pad;
  }

  go(...to) {
    this.cursor = to.map((at) => within(at, SIDE - 1));
    this.pad.style.setProperty("--column", this.cursor[0]);
    this.pad.style.setProperty("--row", this.cursor[1]);
  }

  /** The grey of a stroke that begins at the cursor. */
  opposite() {
    return this.pixels[this.at()] > PAPER / 2 ? INK : PAPER;
  }

  at() {
    return SIDE * this.cursor[1] + this.cursor[0];
  }

  paint(grey) {
    this.pixels = this.own = this.pixels.with(this.at(), grey);
  }

  /** What comes back, and the errors; computed once for a state and a picture. */
  recall(state) {
    const { found, pixels, dataset } = this;
    if (found?.state === state && found.pixels === pixels) return found;
    const [middle, spread] = [+dataset.mean, +dataset.spread];
    const items = pixels.map((grey) => (grey - middle) / spread);
    const { back, errors } = recall(items, state, this.signs, this.draws);
    const [total, steady, width] = [mean(errors), steadyError(state.d, state.noise), 1 - state.d / N];
    return (this.found = { state, pixels,
      back: Array.from(back, (item) => within(item * spread + middle, GREYS.length - 1)),
      total, width, noisy: steady - width,
      decay: Math.max(0, total - steady), // r = 1: 0 but for rounding
      top: mean(errors.slice(0, SIDE)), bottom: mean(errors.slice(-SIDE)) });
  }

  lost(state) {
    return `${share(this.recall(state).total)} lost`;
  }

  /** Show all, and say what is lost, or what comes back `here`, under the cursor. */
  render(state, here = false) {
    const { back, total, width, noisy, decay, top, bottom } = this.recall(state);
    if (this.pixels !== this.cat || OURS.some((key) => state[key] !== START[key]) || this.squares) {
      this.squares ??= { read: this.replace("read"), returned: this.replace("returned") };
      fill(this.squares.read, this.pixels);
      fill(this.squares.returned, back);
    }
    const { r, d, noise } = state;
    this.stage.say(here
      ? `Row ${this.cursor[1] + 1}, column ${this.cursor[0] + 1}: `
        + `${tone(this.pixels[this.at()])}. It comes back ${tone(back[this.at()])}.`
      : `r = ${r.toFixed(3)}, d = ${d}, σ = ${noise.toFixed(3)}: ${share(total)} lost, `
        + `${share(width)} to width, ${share(noisy)} to noise, ${share(decay)} to decay. `
        + `Top row ${share(top)}, bottom row ${share(bottom)}.`);
  }

  /** Put 256 squares in the place of a picture that Python drew; they can change at once. */
  replace(panel) {
    const picture = this.stage.part(`${panel}-pixels`);
    const { x, y } = this.stage.axes[panel];
    const squares = document.createElementNS(picture.namespaceURI, "g");
    squares.setAttribute("shape-rendering", "crispEdges");
    squares.setAttribute("transform",
      `translate(${x(-0.5)} ${y(-0.5)}) scale(${x(1) - x(0)})`);
    squares.innerHTML = this.cat.map((_, i) =>
      `<rect x="${i % SIDE}" y="${Math.floor(i / SIDE)}" width="1" height="1"/>`).join("");
    picture.replaceWith(squares);
    return [...squares.children];
  }
});

function fill(squares, pixels) {
  squares.forEach((square, i) => square.setAttribute("fill", GREYS[Math.round(pixels[i])]));
}
