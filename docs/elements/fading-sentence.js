// Sentences whose words the style sheet fills to r^k; one is the reader's own.
import { onKeys, STEPS } from "./keys.js";
import { figures, influence, SAID } from "./rates.js";
import { slider } from "./slider.js";
import { Voice, within, write } from "./stage.js";
import { current, subscribe } from "./state.js";

const MOST = 60; // words

/** The words of a text; a dash that stands alone goes with the word before. */
const split = (text) =>
  text.replace(/\s+/g, " ").match(/(?<!\S)\p{P}*[^\p{P} ]\S*( \p{P}+(?!\S))*/gu) ?? [];
const bare = (word) => word.textContent.replace(/^\p{P}+|[\p{P} ]+$/gu, "");

customElements.define("fading-sentence", class extends HTMLElement {
  connectedCallback() {
    this.voice = new Voice(this);
    this.parts = [...this.querySelectorAll("[data-sentence]")];
    this.own = this.parts.at(-1);
    this.box = this.own.querySelector("textarea");
    this.row = this.own.querySelector(".lr-words");
    this.picks = JSON.parse(this.own.dataset.picks);

    slider(this, "r", SAID.r);
    this.box.addEventListener("input", () => this.take());
    this.row.addEventListener("click", ({ target }) => target !== this.row && this.pick(target));
    onKeys(this.row, STEPS, (steps, { target }) => this.walk(target, steps));
    subscribe((state) => this.render(state));
  }

  /** Take the words in the box. */
  take() {
    const all = split(this.box.value);
    const words = all.slice(0, MOST);
    // Picked words stay so while they stand where they stood.
    if (this.picks?.some((i) => words[i] !== (this.words ?? words)[i])) this.picks = null;
    this.words = words;
    this.excess = all.length > MOST ? `The first ${MOST} of ${all.length} words. ` : "";
    this.row.replaceChildren(...words.flatMap((word) =>
      [Object.assign(document.createElement("button"), { type: "button", textContent: word }), " "]));
    this.mark();
  }

  /** Pick a word: the second of a pair that was begun, or the first of a new one. */
  pick(word) {
    const i = [...this.row.children].indexOf(word);
    const begun = this.picks?.length === 1 && this.picks[0] !== i;
    this.picks = begun ? [this.picks[0], i].sort((a, b) => a - b) : [i];
    this.mark();
    word.focus();
  }

  /** Mark what is picked, or the first and the last word, and count back from there. */
  mark() {
    const picks = this.picks ?? [0, this.words.length - 1];
    for (const [i, word] of [...this.row.children].entries()) {
      word.ariaPressed = picks.includes(i);
      word.tabIndex = i === picks[0] ? 0 : -1;
      const back = picks.at(-1) - i;
      if (back < 0) word.removeAttribute("style");
      else word.style.setProperty("--k", back);
    }
    this.render(current(), true);
  }

  /** Walk from a word to another, or as far as there are words. */
  walk(from, steps) {
    const words = [...this.row.children];
    const to = words[within(words.indexOf(from) + steps, 0, words.length - 1)];
    [from.tabIndex, to.tabIndex] = [-1, 0];
    to.focus();
  }

  /** Show what is set; numbers are written again only if they have `changed`. */
  render({ r, sentence }, changed = this.dataset.r !== r.toFixed(2)) {
    if (sentence === "own" && !this.words) return this.take();
    if (changed) this.style.setProperty("--r", this.dataset.r = r.toFixed(2));
    for (const part of this.parts) {
      const line = part.querySelector(".lr-left");
      const shown = part.classList.toggle("lr-chosen", part.dataset.sentence === sentence);
      if (changed) write(line, this.told(part, r));
      const text = line.textContent;
      if (!shown || text === this.heard) continue;
      if (this.heard) this.voice.announce(text); // the beginning is not news
      this.heard = text;
    }
  }

  told(part, r) {
    if (part !== this.own || !this.words) return left(r, ...part.querySelectorAll("mark, .lr-trap"));
    if (this.words.length < 2) return "Type two words or more.";
    const picked = part.querySelectorAll("[aria-pressed=true]");
    if (picked.length === 2) return this.excess + left(r, ...picked);
    return `Picked: “${bare(picked[0])}”. Now pick the other word.`;
  }
});

/** What is left of all `words` but the last one, which must be chosen. */
function left(r, ...words) {
  return words.slice(0, -1).map((word) => {
    const k = +word.style.getPropertyValue("--k");
    const value = influence(r, k);
    const share = r === 1 ? "all" : value < 0.001 ? figures(value) : value.toPrecision(2);
    return `${k} word${k > 1 ? "s" : ""}: ` + (value > 1
      ? `“${bare(word)}” counts ${figures(value)} times.` : `${share} of “${bare(word)}” is left.`);
  }).join(" ");
}
