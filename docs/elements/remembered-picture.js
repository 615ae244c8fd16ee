// A picture as it comes back for the reader's r, d and noise.
import { drag } from "./drag.js";
import { ARROWS, onKeys } from "./keys.js";
import { N, recall, SIDE, steadyError } from "./recall.js";
import { slider } from "./slider.js";
import { Stage, within } from "./stage.js";
import { current, reset, START, subscribe, text } from "./state.js";

const OURS = ["r", "d", "noise"];
const [INK, PAPER, WHITE] = [1, 14, 15];
const MOVES = { ...ARROWS, " ": null, Enter: null }; // null: paint

const share = (value) => `${(100 * value).toFixed(1)}%`;
const tone = (grey) => (grey < 5 ? "dark" : grey < 10 ? "grey" : "light");
const mean = (values) => values.reduce((sum, value) => sum + value) / values.length;

customElements.define("remembered-picture", class extends HTMLElement {
  connectedCallback() {
    const { pixels, signs, draws } = this.dataset;
    this.cat = this.pixels = [...pixels].map((digit) => +`0x${digit}`);
    this.signs = [...signs].map((sign) => +`${sign}1`);
    this.draws = draws.split(" ").map(Number);
    this.stage = new Stage(this);
    this.squares = {};

    for (const key of OURS) slider(this, key, (state) =>
      `${key} ${text(key)}: ${share(this.recall(state).total)} lost`);
    const acts = {
      draw: () => {
        this.open(this.own ??= Array(N).fill(PAPER));
        this.stage.say("Draw with the mouse, a finger, or the arrow keys and space.");
      },
      cat: () => this.open(this.cat),
      reset: () => {
        this.own = undefined;
        this.open(this.cat);
        reset(OURS);
      },
    };
    for (const button of this.querySelectorAll("button"))
      button.addEventListener("click", acts[button.name]);
    this.pad = this.makePad();
    subscribe((state) => this.render(state), OURS);
  }

  /** Begin with `pixels`: the cat or the reader's sheet. */
  open(pixels) {
    this.pixels = pixels;
    this.pad.hidden = pixels === this.cat;
    this.render(current());
    if (this.pad.hidden) return;
    this.go(SIDE / 2, SIDE / 2);
    this.pad.focus();
  }

  /** The sheet lies over the picture that was read. */
  makePad() {
    const pad = this.stage.cover("read");
    let grey;
    drag(pad, (event, start) => {
      const to = [event.offsetX, event.offsetY].map((at) =>
        Math.floor((at / pad.clientWidth) * SIDE));
      if (event === start) {
        this.go(...to);
        grey = this.opposite();
      }
      // Pointers jump: all squares on the way are painted.
      const from = this.cursor;
      const steps = Math.max(1, ...from.map((at, axis) => Math.abs(to[axis] - at)));
      for (let i = 1; i <= steps; i++) {
        this.go(...from.map((at, axis) => Math.round(at + ((to[axis] - at) * i) / steps)));
        this.paint(grey);
      }
      this.render(current(), true);
    }, true);
    onKeys(pad, MOVES, (by) => {
      if (by) this.go(...this.cursor.map((at, axis) => at + by[axis]));
      else this.paint(this.opposite());
      this.render(current(), true);
    });
    return pad;
  }

  go(...to) {
    this.cursor = to.map((at) => within(at, 0, SIDE - 1));
    const [column, row] = this.cursor;
    this.pad.style.setProperty("--column", column);
    this.pad.style.setProperty("--row", row);
    this.at = SIDE * row + column;
  }

  /** The grey of a stroke that begins at the cursor. */
  opposite() {
    return this.pixels[this.at] > PAPER / 2 ? INK : PAPER;
  }

  paint(grey) {
    this.pixels = this.own = this.pixels.with(this.at, grey);
  }

  /** What comes back, and the errors. */
  recall(state) {
    const { found, pixels, dataset } = this;
    if (found?.state === state && found.pixels === pixels) return found;
    const [middle, spread] = [+dataset.mean, +dataset.spread];
    const items = pixels.map((grey) => (grey - middle) / spread);
    const { back, errors } = recall(items, state, this.signs, this.draws);
    const [total, steady, width] = [mean(errors), steadyError(state.d, state.noise), 1 - state.d / N];
    return (this.found = {
      state, pixels, total, width, noisy: steady - width,
      decay: Math.max(0, total - steady), // r = 1: 0 but for rounding
      top: mean(errors.slice(0, SIDE)), bottom: mean(errors.slice(-SIDE)),
      back: Array.from(back, (item) => within(item * spread + middle, 0, WHITE)),
    });
  }

  /** Show all; say what is lost, or what comes back `here`, at the cursor. */
  render(state, here = false) {
    const { back, total, width, noisy, decay, top, bottom } = this.recall(state);
    // What Python drew stands until something is moved.
    if (this.squares.read || this.pixels !== this.cat || OURS.some((key) => state[key] !== START[key])) {
      this.fill("read", this.pixels);
      this.fill("returned", back);
    }
    const { r, d, noise } = state;
    this.stage.say(here
      ? `Row ${this.cursor[1] + 1}, column ${this.cursor[0] + 1}: `
        + `${tone(this.pixels[this.at])}. It comes back ${tone(back[this.at])}.`
      : `r = ${r.toFixed(3)}, d = ${d}, σ = ${noise.toFixed(3)}: ${share(total)} lost, `
        + `${share(width)} to width, ${share(noisy)} to noise, ${share(decay)} to decay. `
        + `Top row ${share(top)}, bottom row ${share(bottom)}.`);
  }

  fill(panel, pixels) {
    this.squares[panel] ??= this.replace(panel);
    this.squares[panel].forEach((square, i) => {
      const level = 17 * Math.round(pixels[i]);
      square.setAttribute("fill", `rgb(${level},${level},${level})`);
    });
  }

  /** Put squares in the place of Python's picture. */
  replace(panel) {
    const picture = this.stage.part(`${panel}-pixels`);
    const { x, y } = this.stage.axes[panel];
    const squares = document.createElementNS(picture.namespaceURI, "g");
    squares.setAttribute("shape-rendering", "crispEdges");
    squares.setAttribute("transform", `translate(${x(-0.5)} ${y(-0.5)}) scale(${x(1) - x(0)})`);
    squares.innerHTML = this.cat.map((_, i) =>
      `<rect x="${i % SIDE}" y="${Math.floor(i / SIDE)}" width="1" height="1"/>`).join("");
    picture.replaceWith(squares);
    return [...squares.children];
  }
});
