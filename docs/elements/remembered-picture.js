// A picture as it comes back for the reader's rate, width and noise; and the reader's own picture,
// drawn on a pad over the first panel.

import { drag } from "./drag.js";
import { ARROWS, onKeys } from "./keys.js";
import { N, SIDE } from "./recall.js";
import { ReturnedPicture } from "./returned-picture.js";
import { within } from "./stage.js";
import { current, reset, set, subscribe } from "./state.js";

const [INK, PAPER] = [1, 14]; // greys, from 0 (black) to 15
const MOVES = { ...ARROWS, " ": null, Enter: null }; // null: paint

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
  class extends ReturnedPicture {
    /** Let the reader draw a picture of their own, on a pad and by buttons. */
    begin() {
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
  },
);
