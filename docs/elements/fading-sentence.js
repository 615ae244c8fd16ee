// Sentences whose words are filled to r^k, one of them the reader's own. The style sheet fills them,
// from --r, which this element sets, and from each word's --k, which Python wrote.

import { onKeys, STEPS } from "./keys.js";
import { figures, influence, SAID } from "./rates.js";
import { slider } from "./slider.js";
import { Voice, within, write } from "./stage.js";
import { current, set, subscribe } from "./state.js";

const MOST = 60; // words of the reader's own
const ROOM = 1000; // characters of the address for them: chats and mailers cut longer ones

/** The words of a text; a dash that stands alone goes with the word before it. */
const split = (text) =>
  text.replace(/\s+/g, " ").match(/(?<!\S)\p{P}*[^\p{P} ]\S*( \p{P}+(?!\S))*/gu) ?? [];

/** A word without what stands around it. */
const bare = (word) => word.textContent.replace(/^\p{P}+|[\p{P} ]+$/gu, "");

/**
 * Words and the places of those picked, as the address has them: `One_two,_three.~~0-2`. What an
 * address may not hold, or loses on its way, is written as its code: `~26~`. Empty if there are no
 * words, or too many for the address.
 */
function pack(words, picks) {
  const code = (sign) => `~${sign.codePointAt(0).toString(16)}~`;
  const text = words.join(" ").replace(/[^\p{L}\p{M}\p{N}.,;:!?'’“”„«»–—… -]/gu, code);
  const packed = `${text.replaceAll(" ", "_")}~~${picks.join("-")}`;
  return words.length && encodeURI(packed).length <= ROOM ? packed : "";
}

/** The text of what was packed, and its picks; places where no word is are none. */
function unpack(packed) {
  const [, text, places] = /^(.*)~~([\d-]+)$/su.exec(packed);
  const signs = text.replaceAll("_", " ").replace(/~([0-9a-f]{1,6})~/g, (_, hex) => {
    const code = parseInt(hex, 16);
    return code > 0x10ffff ? "" : String.fromCodePoint(code);
  });
  const count = Math.min(MOST, split(signs).length);
  const picks = places.split("-").map(Number);
  return { text: signs, picks: picks.every((i) => i < count) ? picks : null };
}

customElements.define(
  "fading-sentence",
  class extends HTMLElement {
    connectedCallback() {
      this.voice = new Voice(this);
      this.parts = [...this.querySelectorAll("[data-sentence]")];
      this.own = this.parts.at(-1);
      this.box = this.own.querySelector("textarea");
      this.row = this.own.querySelector(".lr-words");
      // Places of the words that are picked: two that are linked, one of a pair that is begun, or
      // null where nothing is picked and the first and the last word count.
      this.picks = JSON.parse(this.own.dataset.picks);
      this.begin = { text: this.box.value, picks: this.picks };
      this.kept = ""; // what the page's state has of it

      slider(this, "r", SAID.r);
      this.box.addEventListener("input", () => {
        this.take();
        this.keep();
      });
      this.row.addEventListener("click", ({ target }) => {
        const word = target.closest("button"); // or what a translation put into it
        if (!word) return;
        this.pick(word);
        this.keep();
      });
      onKeys(this.row, STEPS, (steps, { target }) => this.walk(target, steps));
      subscribe((state) => this.render(state));
    }

    /** Keep words and picks in the page's state, and so in its address. */
    keep() {
      this.kept = this.packed;
      set({ own: this.kept });
    }

    /** Show what the state has, which was not set here: from the address, or on the way back. */
    restore(own) {
      const { text, picks } = own ? unpack(own) : this.begin;
      this.kept = own;
      this.box.value = text;
      this.picks = picks;
      this.words = undefined;
      this.take();
    }

    /** Take the words in the box: each becomes a button. */
    take() {
      const all = split(this.box.value);
      const words = all.slice(0, MOST);
      // Picked words stay so while they stand where they stood.
      const before = this.words ?? words;
      if (this.picks?.some((i) => words[i] !== before[i])) this.picks = null;
      this.words = words;
      this.excess = all.length > MOST ? `The first ${MOST} of ${all.length} words. ` : "";
      const buttons = words.map((word) =>
        Object.assign(document.createElement("button"), { type: "button", textContent: word }),
      );
      this.row.replaceChildren(...buttons.flatMap((button) => [button, " "]));
      this.mark();
    }

    /** Pick a word: the second of a pair that was begun, or the first of a new one. */
    pick(word) {
      const i = [...this.row.querySelectorAll("button")].indexOf(word);
      const isSecond = this.picks?.length === 1 && this.picks[0] !== i;
      this.picks = isSecond ? [this.picks[0], i].sort((a, b) => a - b) : [i];
      this.mark();
      word.focus();
    }

    /** Mark what is picked, or the first and the last word, and count back from there. */
    mark() {
      const picks = this.picks ?? [0, this.words.length - 1];
      this.packed = pack(this.words, picks);
      for (const [i, word] of [...this.row.querySelectorAll("button")].entries()) {
        word.ariaPressed = picks.includes(i);
        word.tabIndex = i === picks[0] ? 0 : -1; // a toolbar is one stop; arrows go on from there
        const back = picks.at(-1) - i;
        if (back < 0) word.removeAttribute("style");
        else word.style.setProperty("--k", back);
      }
      this.render(current(), true);
    }

    /** Walk from a word to another, or as far as there are words. */
    walk(from, steps) {
      const words = [...this.row.querySelectorAll("button")];
      const to = words[within(words.indexOf(from) + steps, 0, words.length - 1)];
      from.tabIndex = -1;
      to.tabIndex = 0;
      to.focus();
    }

    /** Show what is set; numbers are written again only if they have `changed`. */
    render({ r, sentence, own }, changed = this.dataset.r !== r.toFixed(2)) {
      if (sentence === "own" && (!this.words || own !== this.kept)) {
        this.restore(own); // and come back
        return;
      }
      if (changed) {
        this.dataset.r = r.toFixed(2);
        this.style.setProperty("--r", this.dataset.r);
      }
      for (const part of this.parts) {
        const said = part.querySelector(".lr-left");
        const isShown = part.classList.toggle("lr-chosen", part.dataset.sentence === sentence);
        if (changed) write(said, this.told(part, r));
        const text = said.textContent;
        if (!isShown || text === this.heard) continue;
        if (this.heard) this.voice.announce(text); // the beginning is not news
        this.heard = text;
      }
    }

    /** What is said below a sentence. */
    told(part, r) {
      if (part !== this.own || !this.words) {
        return left(r, [...part.querySelectorAll("mark, .lr-trap")]);
      }
      if (this.words.length < 2) return "Type two words or more.";
      const picked = [...part.querySelectorAll("[aria-pressed=true]")];
      const limit = this.packed ? "" : "Too long for the address. ";
      if (picked.length === 2) return this.excess + limit + left(r, picked);
      return `Picked: “${bare(picked[0])}”. Now pick the other word.`;
    }
  },
);

/** What is left of all `words` but the last one, which is read when that much is left. */
function left(r, words) {
  const sentences = words.slice(0, -1).map((word) => {
    const k = Number(word.style.getPropertyValue("--k"));
    const value = influence(r, k);
    const distance = `${k} word${k > 1 ? "s" : ""}`;
    if (value > 1) return `${distance}: “${bare(word)}” counts ${figures(value)} times.`;
    let share = value < 0.001 ? figures(value) : value.toPrecision(2);
    if (r === 1) share = "all";
    return `${distance}: ${share} of “${bare(word)}” is left.`;
  });
  return sentences.join(" ");
}
