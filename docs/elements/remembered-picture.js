// The picture as it comes back for the reader's r, d and noise; and the reader's own picture.
import { drag } from "./drag.js";
import { N, recall, SIDE, steadyError } from "./recall.js";
import { slider } from "./slider.js";
import { Stage } from "./stage.js";
import { current, reset, START, subscribe } from "./state.js";

const OURS = ["r", "d", "noise"];
const GREYS = Array.from({ length: 16 }, (_, i) => `rgb(${17 * i},${17 * i},${17 * i})`);
const [INK, PAPER] = [1, 14];
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const share = (value) => `${(100 * value).toFixed(1)}%`;
const within = (value, last) => Math.max(0, Math.min(last, value));
const mean = (values) => values.reduce((sum, value) => sum + value) / values.length;

customElements.define("remembered-picture", class extends HTMLElement {
  connectedCallback() {
    const { pixels, signs, draws } = this.dataset;
    this.cat = this.pixels = [...pixels].map((digit) => parseInt(digit, 16));
    this.signs = [...signs].map((sign) => Number(`${sign}1`));
    this.draws = draws.split(" ").map(Number);
    this.stage = new Stage(this);

    slider(this, "r", (state) => `r ${state.r.toFixed(3)}: ${this.lost(state)}`);
    slider(this, "d", (state) => `d ${state.d}: ${this.lost(state)}`);
    slider(this, "noise", (state) => `noise ${state.noise.toFixed(3)}: ${this.lost(state)}`);
    this.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
    const click = (name, act) =>
      this.querySelector(`button[name=${name}]`).addEventListener("click", act);
    click("draw", () => this.open(Array(N).fill(PAPER)));
    click("cat", () => this.open(this.cat));
    click("reset", () => {
      this.open(this.cat);
      reset(OURS);
    });
    this.pad = this.makePad();
    subscribe((state) => this.render(state));
  }

  /** Begin with `pixels`: the cat, which is only shown, or an empty sheet to draw on. */
  open(pixels) {
    this.pixels = pixels;
    this.pad.hidden = pixels === this.cat;
    this.cursor = [SIDE / 2, SIDE / 2];
    this.render(current());
    if (!this.pad.hidden) this.pad.focus();
  }

  /** The sheet lies over the picture that was read. */
  makePad() {
    const pad = this.querySelector(".lr-pad");
    const { x, y } = this.stage.axes.read;
    const { width, height } = this.stage.svg.viewBox.baseVal;
    const side = x(SIDE - 0.5) - x(-0.5);
    pad.style = `left: ${(100 * x(-0.5)) / width}%; top: ${(100 * y(-0.5)) / height}%; `
      + `width: ${(100 * side) / width}%; height: ${(100 * side) / height}%`;
    this.stage.svg.after(pad);
    let grey, box, began;
    drag(pad, (event, start) => {
      if (began !== start) box = pad.getBoundingClientRect();
      this.cursor = [event.clientX - box.left, event.clientY - box.top].map((at) =>
        within(Math.floor((at / box.width) * SIDE), SIDE - 1));
      if (began !== start) grey = this.opposite();
      began = start;
      this.paint(grey);
    }, true);
    pad.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const by = ARROWS[event.key];
      if (by) this.cursor = this.cursor.map((at, axis) => within(at + by[axis], SIDE - 1));
      else if (event.key !== " " && event.key !== "Enter") return;
      event.preventDefault();
      if (by) this.render(current());
      else this.paint(this.opposite());
    });
    return pad;
  }

  /** The grey of a stroke that begins at the cursor. */
  opposite() {
    return this.pixels[this.at()] > PAPER / 2 ? INK : PAPER;
  }

  at() {
    return SIDE * this.cursor[1] + this.cursor[0];
  }

  paint(grey) {
    this.pixels = this.pixels.with(this.at(), grey);
    this.render(current());
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
      total, width, decay: total - steady, noisy: steady - width,
      top: mean(errors.slice(0, SIDE)), bottom: mean(errors.slice(-SIDE)) });
  }

  lost(state) {
    const { total, width, decay } = this.recall(state);
    return `${share(total)} lost: ${share(width)} by width, decay adds ${share(decay)}`;
  }

  render(state) {
    const { back, width, decay, noisy, top, bottom } = this.recall(state);
    if (this.pixels !== this.cat || OURS.some((key) => state[key] !== START[key]) || this.squares) {
      this.squares ??= { read: this.replace("read"), returned: this.replace("returned") };
      fill(this.squares.read, this.pixels);
      fill(this.squares.returned, back);
    }
    let words = `Width alone loses ${share(width)}, noise adds ${share(noisy)}, decay then ${share(decay)}. `
      + `Of the top row ${share(top)} is lost, of the bottom row ${share(bottom)}.`;
    if (!this.pad.hidden) {
      const [column, row] = this.cursor;
      this.pad.style.setProperty("--column", column);
      this.pad.style.setProperty("--row", row);
      const dark = this.pixels[this.at()] <= PAPER / 2;
      words = `Row ${row + 1}, column ${column + 1}: ${dark ? "dark" : "light"}. ${words}`;
    }
    this.stage.say(words);
  }

  /** Put 256 squares in the place of a picture that Python drew; they can change at once. */
  replace(panel) {
    const picture = this.stage.part(`${panel}-pixels`);
    const { x, y } = this.stage.axes[panel];
    const size = x(1) - x(0);
    const squares = Array.from({ length: N }, (_, i) => {
      const square = document.createElementNS(picture.namespaceURI, "rect");
      const place = { x: x((i % SIDE) - 0.5), y: y(Math.floor(i / SIDE) - 0.5) };
      for (const [name, value] of Object.entries({ ...place, width: size, height: size }))
        square.setAttribute(name, value.toFixed(2));
      square.setAttribute("shape-rendering", "crispEdges");
      return square;
    });
    picture.replaceWith(...squares);
    return squares;
  }
});

function fill(squares, pixels) {
  squares.forEach((square, i) => square.setAttribute("fill", GREYS[Math.round(pixels[i])]));
}
