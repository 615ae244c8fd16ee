// Sentences whose words stand on columns of what is left of them, r^k; one is the reader's own. The
// style sheet draws the columns, from --r, which this element sets, and from each word's --k, which
// Python wrote for the moment at which the second linked word is read. The reader may read up to
// that moment word by word: then k counts back from the word that has just been read.

import { onKeys, STEPS } from "./keys.js";
import { influence, SAID, share } from "./rates.js";
import { slider } from "./slider.js";
import { Voice, within, write } from "./stage.js";
import { current, set, subscribe } from "./state.js";

const MOST = 60; // words of the reader's own
const PACE = 500; // ms a word, when they are read
const TALLEST = 1.3; // of a full column: what is taller is torn off, and says how tall it is
const ROOM = 1000; // characters of the address for them: chats and mailers cut longer ones

/** The words of a text; a dash that stands alone goes with the word before it. */
const split = (text) =>
  text.replace(/\s+/g, " ").match(/(?<!\S)\p{P}*[^\p{P} ]\S*( \p{P}+(?!\S))*/gu) ?? [];

/** A rate in per cent. */
const percent = (r) => `${Math.round(100 * r)}\u00a0%`;

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

      this.at = null; // the place of the word that has just been read; null at rest

      const box = this.querySelector("[role=spinbutton]");
      box.ariaLabel = "rate r"; // its label says the share, which is another number
      this.rate = this.querySelector(`label[for="${box.previousElementSibling.id}"] b`);
      slider(this, "r", (state) => `${percent(state.r)} kept per word, ${SAID.r(state)}`);
      this.listen();
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

    /** Read when asked to: by a button all words in turn, by another or by keys one after the other. */
    listen() {
      const [read, next] = ["read", "next"].map((name) => this.querySelector(`[name=${name}]`));
      read.addEventListener("click", () => (this.timer ? this.stop() : this.read()));
      next.addEventListener("click", () => {
        this.stop();
        this.step(1);
      });
      this.button = read;
      for (const button of [read, next]) {
        onKeys(button, STEPS, (steps) => {
          this.stop();
          this.step(steps);
        });
      }
    }

    disconnectedCallback() {
      this.stop();
    }

    /** Read on by itself, from the beginning or from where the reader is, to the second linked word. */
    read() {
      this.timer = setInterval(() => this.step(1), PACE);
      this.step(1);
    }

    /** Read no further by itself. */
    stop() {
      clearInterval(this.timer);
      this.timer = 0;
      this.sayOnButton();
    }

    /** Read on, or back, by so many words. At rest the next one is the first. */
    step(steps) {
      if (this.linkedOf(this.chosen).length < 2) return; // nothing to read up to
      const last = this.last(this.chosen);
      const from = this.at ?? (steps > 0 ? -1 : last);
      const to = within(from + steps, 0, last);
      this.at = to === last ? null : to;
      if (this.at === null) this.stop();
      this.sayOnButton();
      this.show(this.chosen, current());
    }

    sayOnButton() {
      let word = this.at === null ? "Read" : "Read on";
      if (this.timer) word = "Pause";
      write(this.button, word);
      this.classList.toggle("lr-reading", this.timer > 0);
    }

    /** The sentence that is shown. */
    get chosen() {
      return this.parts.find((part) => part.classList.contains("lr-chosen"));
    }

    /** The elements of its words; a translation puts others between them. */
    wordsOf(part) {
      return [...part.querySelectorAll(".lr-words > :is(span, mark, button)")];
    }

    /** Words of a sentence of which is told how much is left, and at last the one that ends it. */
    linkedOf(part) {
      return this.wordsOf(part).filter((word) =>
        word.matches("mark, .lr-trap, [aria-pressed=true]"),
      );
    }

    /** The place of the word that is read at rest: the second linked one. */
    last(part) {
      const linked = this.linkedOf(part);
      return this.wordsOf(part).indexOf(linked.at(-1));
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
      const i = this.wordsOf(this.own).indexOf(word);
      const isSecond = this.picks?.length === 1 && this.picks[0] !== i;
      this.picks = isSecond ? [this.picks[0], i].sort((a, b) => a - b) : [i];
      this.mark();
      word.focus();
    }

    /** Mark what is picked, or the first and the last word. */
    mark() {
      const picks = this.picks ?? [0, this.words.length - 1];
      this.packed = pack(this.words, picks);
      for (const [i, word] of this.wordsOf(this.own).entries()) {
        word.ariaPressed = picks.includes(i);
        word.tabIndex = i === picks[0] ? 0 : -1; // a toolbar is one stop; arrows go on from there
      }
      this.at = null;
      this.stop();
      this.show(this.own, current());
    }

    /** Walk from a word to another, or as far as there are words. */
    walk(from, steps) {
      const words = this.wordsOf(this.own);
      const to = words[within(words.indexOf(from) + steps, 0, words.length - 1)];
      from.tabIndex = -1;
      to.tabIndex = 0;
      to.focus();
    }

    /** Show what is set. */
    render({ r, sentence, own }) {
      const part = this.parts.find((one) => one.dataset.sentence === sentence);
      if (part !== this.chosen) {
        this.at = null;
        this.stop();
        for (const one of this.parts) one.classList.toggle("lr-chosen", one === part);
      }
      if (this.dataset.r !== r.toFixed(2)) {
        this.dataset.r = r.toFixed(2);
        this.style.setProperty("--r", this.dataset.r);
        write(this.rate, percent(r));
        this.isStale = true; // what is hidden shows on paper
      }
      if (part === this.own && (!this.words || own !== this.kept)) this.restore(own);
      else this.show(part, { r });
      if (!this.isStale) return;
      this.isStale = false;
      for (const one of this.parts) if (one !== part) this.show(one, { r });
    }

    /** Show a sentence at the moment at which a word has just been read, and tell what is left. */
    show(part, { r }) {
      const words = this.wordsOf(part);
      const last = this.last(part);
      const at = (part === this.chosen ? this.at : null) ?? last;
      const [first] = this.linkedOf(part);
      for (const [i, word] of words.entries()) {
        const back = at - i;
        if (i > last) word.removeAttribute("style");
        else word.style.setProperty("--k", Math.max(0, back));
        word.classList.toggle("lr-unread", back < 0 && i <= last);
        const left = influence(r, back);
        const isTorn = back >= 0 && left > TALLEST;
        if (!isTorn) delete word.dataset.times;
        else word.dataset.times = word === first ? share(left) : "";
      }
      const { when, left } = this.told(part, words, at, r);
      const [moment, ...places] = part.querySelectorAll(".lr-left > span");
      write(moment, when);
      for (const [i, place] of places.entries()) {
        const [what, value] = left[i] ?? ["", ""];
        write(place.querySelector("span"), what);
        write(place.querySelector("b"), value);
      }
      if (part !== this.chosen) return;
      const said = [when, ...left.flat()].join(" ").trim();
      if (said === this.heard) return;
      if (this.heard) this.voice.announce(said); // the beginning is not news
      this.heard = said;
    }

    /** The moment in words, and how much is then left of which words. */
    told(part, words, at, r) {
      let note = "";
      if (part === this.own && this.words) {
        if (this.words.length < 2) return { when: "Type two words or more.", left: [] };
        const [one, other] = this.linkedOf(part);
        if (!other) return { when: `Picked: “${bare(one)}”. Now pick the other word.`, left: [] };
        note = this.excess + (this.packed ? "" : "Too long for the address. ");
      }
      const left = this.linkedOf(part)
        .slice(0, -1)
        .map((word) => {
          const k = at - words.indexOf(word);
          if (k < 0) return [`“${bare(word)}”, not read yet`, ""];
          const back = k ? `${k} word${k > 1 ? "s" : ""} back` : "just read";
          return [`“${bare(word)}”, ${back},`, share(influence(r, k))];
        });
      return { when: `${note}When “${bare(words[at])}” is read:`, left };
    }
  },
);
