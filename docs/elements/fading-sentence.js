// Sentences whose words are filled to r^k, one of them the reader's own. The style sheet fills them,
// from --r, which this element sets, and from each word's --k, which Python wrote.

import { onKeys, STEPS } from "./keys.js";
import { figures, influence, SAID } from "./rates.js";
import { slider } from "./slider.js";
import { Voice, within, write } from "./stage.js";
import { current, subscribe } from "./state.js";

const MOST = 60; // words of the reader's own

/** The words of a text; a dash that stands alone goes with the word before it. */
const split = (text) =>
  text.replace(/\s+/g, " ").match(/(?<!\S)\p{P}*[^\p{P} ]\S*( \p{P}+(?!\S))*/gu) ?? [];

/** A word without what stands around it. */
const bare = (word) => word.textContent.replace(/^\p{P}+|[\p{P} ]+$/gu, "");

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

      slider(this, "r", SAID.r);
      this.box.addEventListener("input", () => this.take());
      this.row.addEventListener("click", ({ target }) => {
        const word = target.closest("button"); // or what a translation put into it
        if (word) this.pick(word);
      });
      onKeys(this.row, STEPS, (steps, { target }) => this.walk(target, steps));
      subscribe((state) => this.render(state));
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
    render({ r, sentence }, changed = this.dataset.r !== r.toFixed(2)) {
      if (sentence === "own" && !this.words) {
        this.take(); // and come back
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
      if (picked.length === 2) return this.excess + left(r, picked);
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
