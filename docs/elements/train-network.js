// A network that learns in the page: set, started and stopped by the reader, trained by a worker, seen
// in four linked views. Its numbers become words in training-words.js.

import { figures } from "./rates.js";
import { slider } from "./slider.js";
import { Stage, trace, upright, write } from "./stage.js";
import { current, KEYS, set, subscribe } from "./state.js";
import { grouped, learned, named, numbered } from "./training-words.js";

const PAST = 4; // earlier runs that stay in sight
const SHOWN = 60; // points of a curve of progress, at most that many times two
const COPY = "Copy as Python";
const NEWS = 5000; // ms between what is said aloud while it trains
// What stands beside each choice.
const NETWORKS = {
  tanh: "Plain: each step squashes all that it keeps.",
  small_inputs: "Small inputs: W keeps lengths at the start, and words weigh a tenth.",
  leaky: "Leaky: each step keeps 95 % of the state.",
  lstm: "LSTM: gates decide what a cell keeps; their bias says how much at the start.",
  gru: "GRU: gates decide what is kept.",
};
const DIETS = {
  alone: "It reads sentences of k words alone.",
  mixture: "It reads sentences of 1 to k words, most of them short.",
  growing: "It reads one word at first, and more when it is right.",
};
const percent = (share) => `${Math.round(100 * share)} %`;

/** What a network is trained with: whoever changes it begins another run. */
const settingOf = ({ net, diet, k, d, rate, clip, bias, seed }) => ({
  network: net,
  diet,
  distance: k,
  d,
  rate,
  clip: clip === "on",
  bias,
  seed,
});

customElements.define(
  "train-network",
  class extends HTMLElement {
    connectedCallback() {
      this.stage = new Stage(this);
      const { slots, vocabulary } = this.dataset;
      this.slots = Number(slots);
      this.vocabulary = vocabulary.split(" ");
      this.count = 0; // of what the worker has been asked
      this.spoke = 0; // when what it has learned was told
      this.past = []; // earlier runs: their curves, and their settings in words
      this.curve = []; // [sentences, share right] of this run
      this.tell = this.start();

      for (const { textContent, control } of this.querySelectorAll(".lr-slider label")) {
        slider(this, control.name, (state) => `${textContent} ${state[control.name]}`);
      }
      const acts = {
        train: () => this.go(!this.isGoing),
        step: () => this.go(1),
        again: () => this.begin(current()),
        other: () => set({ seed: (current().seed + 1) % (KEYS.seed.max + 1) }),
        copy: () => this.copyCode(),
      };
      this.buttons = {};
      for (const button of this.querySelectorAll("button[name]")) {
        this.buttons[button.name] = button;
        button.addEventListener("click", acts[button.name]);
      }
      this.code = this.querySelector("pre code");
      this.python = this.code.textContent; // with <k> and the like where the values go
      this.own = this.querySelector("[data-own]");
      this.unknown = this.querySelector("[data-unknown]");
      this.note = this.querySelector("[data-note]");
      this.idle = this.querySelector("[data-idle]");
      this.told = this.querySelector("[data-told]");
      this.runs = this.querySelector(".lr-runs");
      this.own.addEventListener("input", () => this.read());

      // Out of sight it stops, and says so.
      new IntersectionObserver(([{ isIntersecting }]) => {
        if (!isIntersecting && this.isGoing) this.pause("Paused: it was out of sight.");
      }).observe(this);
      document.addEventListener("visibilitychange", () => {
        if (document.hidden && this.isGoing) this.pause("Paused: the page was out of sight.");
      });
      this.read();
      subscribe((state) => {
        if (!this.hasBegun(state)) this.begin(state);
      }, Object.keys(KEYS));
    }

    disconnectedCallback() {
      this.go(false);
    }

    /** A function that is given what to do; pictures come when they are made. */
    start() {
      const take = (picture) => this.take(picture);
      let latest = {}; // setting, sentence and what to do, for whoever takes the worker's place
      let instead;
      const here = async () => {
        const { ask } = await import("./training-worker.js");
        ask(latest, take);
        return ask;
      };
      let worker;
      try {
        worker = new Worker(new URL("training-worker.js", import.meta.url), { type: "module" });
      } catch {
        // A frame without an origin may have none: the page trains by itself.
      }
      worker?.addEventListener("message", ({ data }) => take(data));
      worker?.addEventListener("error", () => {
        worker = undefined; // forbidden, or it did not come
        instead = here();
      });
      return (asked) => {
        const one = { ...asked, count: ++this.count };
        latest = { ...latest, go: undefined, ...one };
        if (worker) worker.postMessage(one);
        else if (instead) instead.then((ask) => ask(one, take));
        else instead = here();
        return one.count;
      };
    }

    /** Begin a run with what is set, untrained; the one before stays in sight as a thin line. */
    begin(state) {
      if (this.curve.length > 2) {
        this.past = this.past.filter(({ name }) => name !== this.name); // the same run again
        this.past.unshift({ curve: this.curve, name: this.name });
        this.past.length = Math.min(this.past.length, PAST);
        this.list();
      }
      this.curve = [];
      this.first = undefined; // the picture before training
      this.name = named(state);
      this.setting = settingOf(state);
      write(this.note, this.isGoing ? "Another run: press Train." : "\u00a0");
      this.isGoing = false;
      this.disable(state);
      write(this.told, `${NETWORKS[state.net]} ${DIETS[state.diet]}`);
      write(this.stage.status, "");
      this.run = this.tell({ begin: this.setting });
    }

    /** Whether the run that is shown is that of what is set. */
    hasBegun(state) {
      const setting = settingOf(state);
      return (
        this.setting && Object.keys(setting).every((key) => setting[key] === this.setting[key])
      );
    }

    /** Disable the dial that has nothing to turn, and say why. */
    disable({ net }) {
      const idle = net !== "lstm";
      write(this.idle, idle ? "The forget bias is of the LSTM alone." : "\u00a0");
      for (const input of this.querySelectorAll("input[name=bias]")) {
        input.disabled = idle;
        if (idle) input.setAttribute("aria-describedby", this.idle.id);
        else input.removeAttribute("aria-describedby");
      }
    }

    /** Train, stop, or take one step. */
    go(how) {
      if (!this.hasBegun(current())) this.begin(current()); // set in this very frame
      write(this.note, "\u00a0");
      this.isGoing = how === true;
      this.tell({ go: how });
      this.press();
    }

    pause(why) {
      this.go(false);
      write(this.note, why);
    }

    press() {
      write(this.buttons.train, this.isGoing ? "Pause" : "Train");
      this.buttons.train.disabled = this.buttons.step.disabled = Boolean(
        this.picture?.isOver || this.picture?.failed,
      );
    }

    /** Take the sentence that is to be read, and say which words the network does not know. */
    read() {
      const { tokens, unknown } = numbered(this.own.value, this.vocabulary);
      this.tokens = tokens.slice(0, this.slots);
      const some = [...new Set(unknown)].slice(0, 3).join(", ");
      const told = some && `It skips what it does not know: ${some}.`;
      const long = tokens.length > this.slots ? `It reads the first ${this.slots - 1} words.` : "";
      write(this.unknown, `${told} ${long}`.trim() || "\u00a0");
      this.tell({ words: this.tokens });
    }

    /** A picture has come. */
    take(picture) {
      if (picture.run !== this.run) return; // of a run that has been left
      const k = this.setting.distance;
      const right = picture.right[picture.tested.indexOf(k)];
      this.picture = picture;
      if (!picture.steps) {
        this.first = picture;
        this.curve = [];
      }
      this.first ??= picture;
      this.dataset.step = picture.steps;
      this.dataset.right = right;
      const last = this.curve.at(-1);
      if (last?.[0] !== picture.examples) this.curve.push([picture.examples, right]);
      if (this.curve.length > 2 * SHOWN) this.curve = this.curve.filter((_, i) => i % 2 === 0);
      // Where pictures follow each other, the one that is not seen waits for the last of them.
      const drawings = picture.isGoing ? [this.stage.shown] : this.stage.drawings;
      for (const drawing of drawings) this.draw(drawing, picture, k);
      const subject = picture.byLag[k];
      const told = learned(picture);
      this.stage.tell(
        {
          examples: grouped(picture.examples),
          k: `${k} ${k === 1 ? "word" : "words"}`,
          right: percent(right),
          subject: subject > 0 ? figures(subject) : "0",
          learned: told,
          setting: `${this.name}.`,
        },
        told,
      );
      if (picture.isOver) {
        const read = grouped(picture.examples);
        write(this.note, `It has read all ${read} sentences: start again, or change a dial.`);
      }
      // Pictures come too often for the quiet after which figures speak: now and then one is told.
      if (picture.isGoing && told !== this.heard && performance.now() > this.spoke + NEWS) {
        this.heard = told;
        this.spoke = performance.now();
        write(this.stage.status, told);
      }
      // A picture may have been made before the last press was heard.
      if (picture.count === this.count) this.isGoing = picture.isGoing;
      this.press();
      write(this.buttons.copy, COPY);
      this.showCode();
    }

    draw(drawing, picture, k) {
      const { distances, lags, progress, beliefs } = drawing.axes;
      const byDistance = ({ tested, right }) =>
        tested.map((one, i) => [distances.x(one), distances.y(right[i])]);
      trace(drawing.part("right-now"), byDistance(picture));
      trace(drawing.part("right-start"), byDistance(this.first));
      upright(drawing.part("distance"), distances.x(k), distances);

      const x = lags.x.over([0, k + 2]);
      const byLag = (shares) =>
        Array.from(shares, (share, lag) => [x(lag), lags.y(Math.max(share, Number.MIN_VALUE))]);
      trace(drawing.part("lag-now"), byLag(picture.byLag));
      trace(drawing.part("lag-start"), byLag(this.first.byLag));
      upright(drawing.part("subject"), x(k), lags);
      const tick = drawing.part("lag-tick", "text");
      write(tick, String(k));
      tick.setAttribute("x", x(k).toFixed(2));

      const along = (curve) =>
        curve.map(([sentences, right]) => [
          progress.x(Math.max(sentences, progress.x.domain[0])),
          progress.y(right),
        ]);
      trace(drawing.part("progress-now"), along(this.curve));
      for (let i = 0; i < PAST; i++) {
        const line = drawing.group(`past-${i}`);
        const path = line.querySelector("path") ?? line;
        if (this.past[i]) trace(path, along(this.past[i].curve));
        path.style.strokeOpacity = this.past[i] ? 1 - i / (PAST + 1) : 0; // Python drew it unseen
      }

      for (let i = 0; i < this.slots; i++) {
        const label = drawing.part(`word-${i}`, "text");
        const word = this.tokens[i];
        write(label, word ? this.vocabulary[word - 1] : word === 0 ? "<s>" : "");
        label.style.opacity = label.style.fillOpacity = 1;
        const odds = picture.beliefs[i] ?? 0;
        const row = beliefs.y(i);
        trace(drawing.part(`belief-${i}`), [
          [beliefs.x(0), row],
          [beliefs.x(2 / (1 + Math.exp(-odds)) - 1), row],
        ]);
      }
    }

    /** Say which runs the thin lines are. */
    list() {
      this.runs.hidden = false;
      this.runs.replaceChildren(
        ...this.past.map(({ name, curve }) => {
          const item = document.createElement("li");
          item.textContent = `${name}: ${percent(curve.at(-1)[1])} after ${grouped(curve.at(-1)[0])} sentences`;
          return item;
        }),
      );
    }

    showCode() {
      const state = current();
      const values = {
        ...state,
        clipped: state.clip === "on" ? "True" : "False",
        steps: this.picture.steps,
      };
      write(
        this.code,
        this.python.replace(/<(\w+)>/g, (_, key) => values[key]),
      );
    }

    /** Copy the lines of Python, and say on the button whether that went well. */
    async copyCode() {
      this.code.closest("details").open = true;
      let said = "Copied";
      try {
        await navigator.clipboard.writeText(this.code.textContent);
      } catch {
        said = "Not copied: the lines stand below";
      }
      write(this.buttons.copy, said);
      this.stage.announce(said);
    }
  },
);
