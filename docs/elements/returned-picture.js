// What remembered-picture and remembered-cat have in common: a picture that is read into a state, as
// it comes back for the reader's rate, width and noise.

import { N, recall, SIDE, steadyError } from "./recall.js";
import { slider } from "./slider.js";
import { Stage, within } from "./stage.js";
import { START, subscribe, text } from "./state.js";

const WHITE = 15; // greys, from 0 (black) to 15
const SIGNS = { noise: "σ", rate: "r" }; // keys that are not what formulas call them

const percent = (value) => `${(100 * value).toFixed(1)}%`;
const mean = (values) => values.reduce((sum, value) => sum + value) / values.length;

/** A grey in a word, for those who draw without seeing. */
function tone(grey) {
  if (grey < 5) return "dark";
  return grey < 10 ? "grey" : "light";
}

export class ReturnedPicture extends HTMLElement {
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
    this.begin(); // first, for what the sliders say is of the picture too
    for (const key of this.keys) {
      slider(this, key, (state) => {
        return `${key} ${text(key)}: ${percent(this.recall(state).total)} lost`;
      });
    }
    subscribe((state) => this.render(state), this.keys);
  }

  /** What a kind of its own does before all else. */
  begin() {}

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
    const isMoved = this.pixels !== this.cat || this.keys.some((key) => state[key] !== START[key]);
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
}
