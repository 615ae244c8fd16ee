// Bits that the reader types, written into one number and read back: shows which come back.

import { pointsOf } from "./axes.js";
import { readBack, written } from "./precision.js";
import { raised } from "./rates.js";
import { move, Stage, write } from "./stage.js";
import { current, reset, set, subscribe } from "./state.js";

const OURS = ["format", "bits"]; // keys of the state
const MOST = 64; // bits, as the pattern of the box says
const GROUP = 8; // bits that stand together

const percent = (share) => (share < 0.005 ? "under 1%" : `${Math.round(100 * share)}%`);
const randomBits = () => Array.from({ length: MOST }, () => Math.round(Math.random())).join("");

customElements.define(
  "recoverable-bits",
  class extends HTMLElement {
    connectedCallback() {
      this.stage = new Stage(this);
      this.box = this.querySelector("input[name=bits]");
      this.note = this.querySelector(".lr-note");
      this.hint = this.note.textContent;
      this.groups = [...this.querySelectorAll(".lr-bits span")];

      this.box.addEventListener("input", () => this.take());
      for (const button of this.querySelectorAll("button")) {
        button.addEventListener("click", () => this.press(button.value));
      }
      subscribe((state) => this.render(state), OURS);
    }

    /** Do what a button says: add the bit that is its value, or write anew. */
    press(value) {
      let text = this.box.value + value;
      if (value === "random") text = randomBits();
      if (value === "reset") {
        reset(OURS);
        text = current().bits;
      }
      if (text.length > MOST) {
        this.complain(`${MOST} bits is the most.`);
        return;
      }
      this.box.value = text;
      this.take();
    }

    /** Take what stands in the box, if it is bits. */
    take() {
      const bits = this.box.value.replace(/\s/g, "");
      const wrong = complaint(bits);
      this.complain(wrong);
      if (wrong) return;
      this.taken = bits;
      set({ bits });
    }

    /** Say what is wrong with the box, or that nothing is any more: an empty text. */
    complain(wrong) {
      const wasWrong = this.box.ariaInvalid === "true";
      this.box.ariaInvalid = String(Boolean(wrong));
      write(this.note, wrong || this.hint);
      if (wrong || wasWrong) this.stage.announce(wrong || this.stage.said);
    }

    render({ format, bits }) {
      if (bits !== this.taken) {
        // Not from the box: from the address, say.
        this.box.value = this.taken = bits;
        this.complain("");
      }
      const back = readBack(format, bits);
      this.show(bits, back);

      // The dot goes along the curve that Python drew, which has a point for each length.
      let share;
      for (const drawing of this.stage.drawings) {
        const curve = pointsOf(drawing.part(`share-${format}`).getAttribute("d"));
        const [x, y] = curve[bits.length - 1];
        move(drawing.part("live-dot", "use"), x, y);
        share ??= percent(drawing.axes.share.y.invert(y));
      }
      const { held, older, wrong } = compare(bits, back);
      const value = `h\u00a0=\u00a0${raised(written(format, bits))}`;
      this.stage.tell(
        {
          held: `${held} of ${bits.length}`,
          wrong: older ? `${wrong} of ${older}` : "none",
          count: `${bits.length}-bit messages`,
          share,
          number: `${format}: ${value}`,
        },
        `${format}: ${result(bits, back)} ${value}. ` +
          `Of all ${bits.length}-bit messages ${share} come back whole.`,
      );
    }

    /** Write bits in groups, what was written above what came back; wrong ones are underlined. */
    show(bits, back) {
      const lines = [bits, back].map((text) =>
        // Dots for what is not there, so that the groups keep their width.
        [...text.padEnd(MOST, "·")].map((bit, i) => (bits[i] === back[i] ? bit : `<u>${bit}</u>`)),
      );
      this.groups.forEach((group, i) => {
        const parts = lines.map((line) => line.slice(GROUP * i, GROUP * (i + 1)).join(""));
        group.innerHTML = parts.join("<br>");
      });
    }
  },
);

/** What is wrong with a text that should be bits; empty if nothing is. */
function complaint(bits) {
  const strange = bits.match(/[^01]/u);
  if (strange) return `Only 0 and 1 are bits: “${strange[0]}” is not.`;
  if (!bits) return "Type a bit, 0 or 1.";
  return bits.length > MOST ? `At most ${MOST} bits: these are ${bits.length}.` : "";
}

/**
 * How many of the newest bits came back, how many older ones there are, and how many of these are
 * wrong. The bits from the newest to the first wrong one are what is held; of the older ones some
 * agree by chance.
 */
function compare(bits, back) {
  const held = bits.length - 1 - [...bits].findLastIndex((bit, i) => bit !== back[i]);
  const wrong = [...bits].filter((bit, i) => bit !== back[i]).length;
  return { held, older: bits.length - held, wrong };
}

/** What came back, in words. */
function result(bits, back) {
  const { held, older, wrong } = compare(bits, back);
  if (!older) return held > 1 ? `all ${held} bits come back.` : "the bit comes back.";
  return (
    `the newest ${held} of ${bits.length} bits come back. ` +
    `Of the ${older} older ones ${wrong} ${wrong === 1 ? "is" : "are"} wrong.`
  );
}
