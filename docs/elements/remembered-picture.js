// A picture as it comes back for the reader's rate, width and noise; and the reader's own picture,
// drawn on a pad over the first panel. Of remembered-cat it is the pair alone: a rate of its own, a
// width, noise that is given, and nothing to draw on.

import { drag } from "./drag.js";
import { ARROWS, onKeys } from "./keys.js";
import { N, recall, SIDE, steadyError } from "./recall.js";
import { slider } from "./slider.js";
import { Stage, within } from "./stage.js";
import { current, reset, set, START, subscribe, text } from "./state.js";

const [INK, PAPER, WHITE] = [1, 14, 15]; // greys, from 0 (black) to 15
const SIGNS = { noise: "σ", rate: "r" }; // keys that are not what formulas call them
const MOVES = { ...ARROWS, " ": null, Enter: null }; // null: paint

const percent = (value) => `${(100 * value).toFixed(1)}%`;
const mean = (values) => values.reduce((sum, value) => sum + value) / values.length;

/** A grey in a word, for those who draw without seeing. */
function tone(grey) {
  if (grey < 5) return "dark";
  return grey < 10 ? "grey" : "light";
}

/** A drawn picture as the address has it: a bit a pixel, dark or not, four in a hexadecimal digit. */
const pack = (pixels) =>
  pixels
    .map((grey) => Number(grey === INK))
    .join("")
    .replace(/.{4}/g, (bits) => parseInt(bits, 2).toString(16));

const unpack = (packed) =>
  [...packed].flatMap((digit) => {
    const bits = parseInt(digit, 16).toString(2).padStart(4, "0");
    return [...bits].map((bit) => (bit === "1" ? INK : PAPER));
  });

customElements.define(
  "remembered-picture",
  class extends HTMLElement {
    connectedCallback() {
      // What Python computed with: a hexadecimal digit a pixel, + and - for the signs.
      const { pixels, signs, draws, mean: middle, spread, noise } = this.dataset;
      this.cat = [...pixels].map((digit) => parseInt(digit, 16));
      this.signs = [...signs].map((sign) => Number(`${sign}1`));
      this.draws = draws.split(" ").map(Number);
      [this.middle, this.spread, this.noise] = [middle, spread, noise].map(Number);
      this.pixels = this.cat; // what is read; never changed in place, so that it can be compared
      this.stage = new Stage(this);
      this.squares = {}; // by panel, where Python's pictures have been replaced: those of both drawings

      // Keys of the state: the rate, under whatever name this page has it, the width, the noise.
      this.keys = [...this.querySelectorAll("input[type=range]")].map(({ name }) => name);
      // First, for what the sliders say is of the picture too.
      if (this.querySelector(".lr-pad")) this.letDraw();
      for (const key of this.keys) {
        slider(this, key, (state) => {
          return `${key} ${text(key)}: ${percent(this.recall(state).total)} lost`;
        });
      }
      subscribe((state) => this.render(state), this.keys);
    }

    /** Let the reader draw a picture of their own, on a pad and by buttons. */
    letDraw() {
      this.kept = ""; // what the page's state has of the reader's own
      this.pad = this.makePad();
      subscribe(({ picture }) => this.restore(picture), ["picture"]);
      const acts = {
        draw: () => {
          this.own ??= Array(N).fill(PAPER);
          this.open(this.own);
          const how = "Draw with the mouse, a finger, or the arrow keys and space.";
          this.stage.tell({ note: how }, how);
        },
        cat: () => this.open(this.cat),
        reset: () => {
          this.own = undefined;
          this.show(this.cat);
          this.kept = "";
          reset([...this.keys, "picture"]);
          this.render(current());
        },
      };
      for (const button of this.querySelectorAll("button")) {
        button.addEventListener("click", acts[button.name]);
      }
    }

    /** Begin with `pixels`: the cat, which is only shown, or the reader's sheet. */
    open(pixels) {
      this.show(pixels);
      this.keep();
      this.render(current());
      if (!this.pad.hidden) this.pad.focus();
    }

    /** Have `pixels` as what is read. */
    show(pixels) {
      this.pixels = pixels;
      this.pad.hidden = pixels === this.cat;
      if (!this.pad.hidden) this.go(SIDE / 2, SIDE / 2);
    }

    /** Keep the reader's own picture, if that is shown, in the page's state and so in its address. */
    keep() {
      this.kept = this.pad.hidden ? "" : pack(this.pixels);
      set({ picture: this.kept });
    }

    /** Show the picture of the state, if it was not set here: from the address, or on the way back. */
    restore(picture) {
      if (picture === this.kept) return;
      this.kept = picture;
      if (picture) this.own = unpack(picture);
      this.show(picture ? this.own : this.cat);
      if (this.stage.said) this.render(current()); // not at the beginning, which is to come
    }

    /** Lay the sheet over the picture that was read, to be drawn on by pointer and keys. */
    makePad() {
      const pad = this.stage.cover("read");
      let grey; // of the stroke that is being drawn
      const stroke = (event, start) => {
        const to = [event.offsetX, event.offsetY].map((at) =>
          Math.floor((at / pad.clientWidth) * SIDE),
        );
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
        this.keep();
        this.render(current(), true);
      };
      drag(pad, stroke, true);
      onKeys(pad, MOVES, (by) => {
        if (by) this.go(this.cursor[0] + by[0], this.cursor[1] + by[1]);
        else this.paint(this.opposite());
        this.keep();
        this.render(current(), true);
      });
      return pad;
    }

    /** Put the cursor on a square, or on the nearest one of the sheet. */
    go(column, row) {
      this.cursor = [column, row].map((at) => within(at, 0, SIDE - 1));
      this.pad.style.setProperty("--column", this.cursor[0]);
      this.pad.style.setProperty("--row", this.cursor[1]);
      this.at = SIDE * this.cursor[1] + this.cursor[0];
    }

    /** The grey of a stroke that begins at the cursor. */
    opposite() {
      return this.pixels[this.at] > PAPER / 2 ? INK : PAPER;
    }

    /** Paint the square at the cursor. */
    paint(grey) {
      this.pixels = this.own = this.pixels.with(this.at, grey);
    }

    /**
     * What comes back, and the errors with what each is due to. The sliders' words and the picture
     * ask for the same: it is computed once for a state and a picture.
     */
    recall(state) {
      const { found, pixels, middle, spread } = this;
      if (found?.state === state && found.pixels === pixels) return found;
      const items = pixels.map((grey) => (grey - middle) / spread);
      const [r, d, noise = this.noise] = this.keys.map((key) => state[key]);
      const { back, errors } = recall(items, { r, d, noise }, this.signs, this.draws);
      const total = mean(errors);
      const steady = steadyError(d, noise); // without decay
      const width = 1 - d / N; // without noise too
      this.found = {
        state,
        pixels,
        total,
        width,
        noisy: steady - width,
        decay: Math.max(0, total - steady), // r = 1: 0 but for rounding
        top: mean(errors.slice(0, SIDE)),
        bottom: mean(errors.slice(-SIDE)),
        back: Array.from(back, (item) => within(item * spread + middle, 0, WHITE)),
      };
      return this.found;
    }

    /** Show all, and say what is lost, or what comes back `here`, under the cursor. */
    render(state, here = false) {
      const { back, total, width, noisy, decay, top, bottom } = this.recall(state);
      // What Python drew stands until something is moved.
      const isMoved =
        this.pixels !== this.cat || this.keys.some((key) => state[key] !== START[key]);
      if (this.squares.read || isMoved) {
        this.fill("read", this.pixels);
        this.fill("returned", back);
      }
      if (here) {
        const [column, row] = this.cursor;
        const [drawn, returned] = [this.pixels[this.at], back[this.at]].map(tone);
        const note = `Row ${row + 1}, column ${column + 1}: ${drawn}. It comes back ${returned}.`;
        this.stage.tell({ note }, note);
        return;
      }
      const setting = this.keys.map((key) => `${SIGNS[key] ?? key} = ${text(key)}`).join(", ");
      const [all, byWidth, byNoise, byDecay] = [total, width, noisy, decay].map(percent);
      const note = `Top row ${percent(top)}, bottom row ${percent(bottom)}.`;
      this.stage.tell(
        { total: all, width: byWidth, noisy: byNoise, decay: byDecay, note },
        `${setting}: ${all} lost, ` +
          `${byWidth} to width, ${byNoise} to noise, ${byDecay} to decay. ${note}`,
      );
    }

    /** Show pixels, greys from 0 to 15, in a panel. */
    fill(panel, pixels) {
      this.squares[panel] ??= this.stage.drawings.map((drawing) => this.replace(drawing, panel));
      for (const squares of this.squares[panel]) {
        squares.forEach((square, i) => {
          const level = 17 * Math.round(pixels[i]); // 0 to 255
          square.setAttribute("fill", `rgb(${level},${level},${level})`);
        });
      }
    }

    /** Put 256 squares in the place of a picture that Python drew, which is a path for each grey. */
    replace(drawing, panel) {
      const picture = drawing.group(`${panel}-pixels`);
      const { x, y } = drawing.axes[panel];
      const squares = document.createElementNS(picture.namespaceURI, "g");
      squares.setAttribute("shape-rendering", "crispEdges"); // no light between neighbours
      // Pixel 0 is drawn around 0: it begins at -0.5.
      squares.setAttribute("transform", `translate(${x(-0.5)} ${y(-0.5)}) scale(${x(1) - x(0)})`);
      squares.innerHTML = this.cat
        .map((_, i) => {
          return `<rect x="${i % SIDE}" y="${Math.floor(i / SIDE)}" width="1" height="1"/>`;
        })
        .join("");
      picture.replaceWith(squares);
      return [...squares.children];
    }
  },
);
