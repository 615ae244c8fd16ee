// Bits the reader types, written into one number and read back.
import { readBack, written } from "./precision.js";
import { raised } from "./rates.js";
import { move, Stage, write } from "./stage.js";
import { current, reset, set, subscribe } from "./state.js";

const OURS = ["format", "bits"];
const MOST = 64;
const GROUP = 8; // bits that stand together

const percent = (share) => (share < 0.005 ? "under 1%" : `${Math.round(100 * share)}%`);

customElements.define("recoverable-bits", class extends HTMLElement {
  connectedCallback() {
    this.stage = new Stage(this);
    this.dot = this.stage.part("live-dot", "use");
    this.box = this.querySelector("input[name=bits]");
    this.note = this.querySelector(".lr-note");
    this.hint = this.note.textContent;
    this.groups = [...this.querySelectorAll(".lr-bits span")];

    this.box.addEventListener("input", () => this.take());
    const texts = {
      random: () => Array.from({ length: MOST }, () => Math.round(Math.random())).join(""),
      reset: () => (reset(OURS), current().bits),
    };
    for (const button of this.querySelectorAll("button")) {
      button.addEventListener("click", () => {
        const text = texts[button.value]?.() ?? this.box.value + button.value;
        if (text.length > MOST) return this.complain(`${MOST} bits is the most.`);
        this.box.value = text;
        this.take();
      });
    }
    subscribe((state) => this.render(state), OURS);
  }

  /** Take what stands in the box, if it is bits. */
  take() {
    const bits = this.box.value.replace(/\s/g, "");
    const wrong = complaint(bits);
    this.complain(wrong);
    if (!wrong) set({ bits: this.taken = bits });
  }

  complain(wrong) {
    const was = this.box.ariaInvalid === "true";
    this.box.ariaInvalid = String(!!wrong);
    write(this.note, wrong || this.hint);
    if (wrong || was) this.stage.announce(wrong || this.stage.readout.textContent);
  }

  render({ format, bits }) {
    if (bits !== this.taken) { // not from the box: from the address, say
      this.box.value = this.taken = bits;
      this.complain("");
    }
    const back = readBack(format, bits);
    const lines = [bits, back].map((line) => [...line.padEnd(MOST, "·")].map((bit, i) =>
      bits[i] === back[i] ? bit : `<u>${bit}</u>`));
    this.groups.forEach((group, i) => {
      const parts = lines.map((line) => line.slice(GROUP * i, GROUP * (i + 1)).join(""));
      group.innerHTML = parts.join("<br>");
    });
    // Python's curve has a point for each length.
    const drawn = this.stage.part(`share-${format}`).getAttribute("d").match(/[\d.]+/g);
    const [x, y] = drawn.slice(2 * bits.length - 2).map(Number);
    move(this.dot, x, y);
    const share = this.stage.axes.share.y.invert(y);
    this.stage.say(`${format}: ${result(bits, back)} h\u00a0=\u00a0${raised(written(format, bits))}. `
      + `Of all ${bits.length}-bit messages ${percent(share)} come back whole.`);
  }
});

function complaint(bits) {
  const strange = bits.match(/[^01]/u);
  if (strange) return `Only 0 and 1 are bits: “${strange[0]}” is not.`;
  if (!bits) return "Type a bit, 0 or 1.";
  return bits.length > MOST ? `At most ${MOST} bits: these are ${bits.length}.` : "";
}

/** The bits from the newest to the first wrong one are what is held; others agree by chance. */
function result(bits, back) {
  const held = bits.length - 1 - [...bits].findLastIndex((bit, i) => bit !== back[i]);
  if (held === bits.length) return held > 1 ? `all ${held} bits come back.` : "the bit comes back.";
  const older = bits.length - held;
  const wrong = [...bits].filter((bit, i) => bit !== back[i]).length;
  return `the newest ${held} of ${bits.length} bits come back. Of the ${older} older ones ${wrong} `
    + `${wrong === 1 ? "is" : "are"} wrong.`;
}
