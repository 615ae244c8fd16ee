// A network that learns in the page: set, started and stopped by the reader, trained by a worker, seen
// in four linked views. Its numbers become words in training-words.js.

import { PythonCode } from "./python-code.js";
import { slider } from "./slider.js";
import { Stage, trace, upright, write } from "./stage.js";
import { current, KEYS, set, subscribe } from "./state.js";
import {
  answered,
  counted,
  grouped,
  learned,
  named,
  numbered,
  percent,
  shareOf,
  sigmoid,
} from "./training-words.js";
import { hire } from "./worker.js";

const PAST = 4; // earlier runs that stay in sight
const GAP = 1.02; // at least by this factor are points of a curve of progress apart
const NEWS = 5000; // ms between what is said aloud while it trains
// What stands beside each choice.
const NETWORKS = {
  tanh: "Plain: each step squashes all that it keeps.",
  small_inputs: "Small inputs: at the start a step keeps all lengths, and words weigh a tenth.",
  leaky: "Leaky: each step keeps 95 % of the state.",
  lstm: "LSTM: gates decide what a cell keeps; their bias says how much at the start.",
  gru: "GRU: gates decide what is kept.",
};
const DIETS = {
  alone: "It reads sentences of k words alone.",
  mixture: "It reads sentences of 1 to k words, most of them short.",
  growing: "It reads one word at first, and more when it is right.",
};

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
      this.slots = Number(this.dataset.slots);
      this.most = Number(this.dataset.most); // steps of a run
      this.vocabulary = this.querySelector("[data-vocabulary]").textContent.split(" ");
      this.count = 0; // of what the worker has been asked
      this.spoke = 0; // when what it has learned was told
      this.past = []; // earlier runs: their curves, and their settings in words
      this.curve = []; // [sentences, share right] of this run
      this.hired = hire("training-worker", (picture) => this.take(picture));
      this.find();
      this.listen();
      this.read();
      subscribe((state) => {
        if (!this.hasBegun(state)) this.begin(state);
      }, Object.keys(KEYS));
    }

    /** Find what stands around the picture. */
    find() {
      for (const { textContent, control } of this.querySelectorAll(".lr-slider label")) {
        slider(this, control.name, (state) => `${textContent} ${state[control.name]}`);
      }
      this.readout = this.querySelector(".lr-readout");
      this.buttons = {};
      for (const name of ["train", "step", "again", "other"]) {
        this.buttons[name] = this.querySelector(`[name=${name}]`);
      }
      this.code = new PythonCode(this, this.stage);
      for (const name of ["own", "answer", "unknown", "note", "idle", "told", "runs"]) {
        this[name] = this.querySelector(`[data-${name}]`);
      }
    }

    /** Hear the buttons and the reader's sentence; stop when out of sight. */
    listen() {
      const acts = {
        train: () => this.go(!this.isGoing),
        step: () => this.go(1),
        again: () => this.begin(current()),
        other: () => set({ seed: (current().seed + 1) % (KEYS.seed.max + 1) }),
      };
      for (const [name, button] of Object.entries(this.buttons)) {
        button.addEventListener("click", acts[name]);
      }
      this.own.addEventListener("input", () => this.read());
      new IntersectionObserver((seen) => {
        const { isIntersecting } = seen.at(-1); // the newest
        if (!isIntersecting && this.isGoing) this.pause("Paused: it was out of sight.");
      }).observe(this);
      document.addEventListener("visibilitychange", () => {
        if (document.hidden && this.isGoing) this.pause("Paused: the page was out of sight.");
      });
    }

    disconnectedCallback() {
      this.go(false);
    }

    /** Tell the worker what to do, and return how often it was told. Pictures come when made. */
    tell(asked) {
      this.count++;
      this.readout.ariaBusy = "true"; // until a picture comes that knows of this
      this.hired({ ...asked, count: this.count });
      return this.count;
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
      this.picture = this.first = undefined; // now, and before training
      this.heard = undefined; // what was told aloud of it
      this.name = named(state);
      this.setting = settingOf(state);
      this.isLeft ||= this.isGoing; // until Train is pressed: a dial passes many runs
      write(this.note, this.isLeft ? "Another run: press Train." : "\u00a0");
      this.isGoing = false;
      this.press();
      this.disable(state);
      write(this.told, `${NETWORKS[state.net]} ${DIETS[state.diet]}`);
      write(this.stage.status, "");
      this.run = this.tell({ begin: this.setting, most: this.most });
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
      this.isLeft = false;
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
      this.remember(picture);
      // Where pictures follow each other, the one that is not seen waits for the last of them.
      const drawings = picture.isGoing ? [this.stage.shown] : this.stage.drawings;
      for (const drawing of drawings) this.draw(drawing);
      this.say();
      // A picture may have been made before the last press was heard.
      const isCurrent = picture.count === this.count;
      this.readout.ariaBusy = String(!isCurrent);
      if (isCurrent) this.isGoing = picture.isGoing;
      this.press();
      this.showCode();
    }

    /** Keep a picture, and its place on the curve of progress. */
    remember(picture) {
      this.picture = picture;
      if (!picture.steps) {
        this.first = picture;
        this.curve = [];
      }
      this.first ??= picture;
      this.k = this.setting.distance;
      this.right = picture.right[picture.tested.indexOf(this.k)];
      this.dataset.step = picture.steps;
      this.dataset.right = this.right;
      // The last point is where the run is; those before it stay.
      const [before] = this.curve.at(-2) ?? [-1];
      if (this.curve.length && this.curve.at(-1)[0] <= GAP * before) this.curve.pop();
      this.curve.push([picture.examples, this.right]);
      const share = picture.byLag[this.k];
      if (!picture.steps || share > this.peak.share) this.peak = { share, at: picture.examples };
    }

    /** Write in words what the picture shows. */
    say() {
      const { picture, k, stage } = this;
      const told = learned(picture);
      stage.describe(); // what Python wrote is of a network that has been trained
      stage.tell(
        {
          examples: grouped(picture.examples),
          k: counted(k),
          right: percent(this.right),
          subject: shareOf(picture.byLag[k]),
          learned: told,
          peak: `Highest on the subject so far: ${shareOf(this.peak.share)}, after ${grouped(this.peak.at)} sentences.`,
          setting: `${this.name}.`,
        },
        told,
      );
      const word = this.tokens.length > 1 ? `After “${this.wordAt(-1)}”` : "Before any word";
      write(this.answer, `${word} it answers ${answered(picture.beliefs.at(-1))}.`);
      if (picture.isOver) {
        const read = grouped(picture.examples);
        write(this.note, `It has read all ${read} sentences: start again, or change a dial.`);
      }
      // Pictures come too often for the quiet after which figures speak: now and then one is told.
      if (picture.isGoing && told !== this.heard && performance.now() > this.spoke + NEWS) {
        this.heard = told;
        this.spoke = performance.now();
        write(stage.status, told);
      }
    }

    /** Show the picture in its four views. */
    draw(drawing) {
      this.drawDistances(drawing);
      this.drawLags(drawing);
      this.drawProgress(drawing);
      this.drawBeliefs(drawing);
    }

    drawDistances(drawing) {
      const { distances } = drawing.axes;
      const line = ({ tested, right }) =>
        tested.map((one, i) => [distances.x(one), distances.y(right[i])]);
      trace(drawing.part("right-now"), line(this.picture));
      trace(drawing.part("right-start"), line(this.first));
      upright(drawing.part("distance"), distances.x(this.k), distances);
    }

    drawLags(drawing) {
      const { k } = this;
      const { lags } = drawing.axes;
      const x = lags.x.over([0, k + 2]);
      const line = (shares) =>
        Array.from(shares, (share, lag) => [x(lag), lags.y(Math.max(share, Number.MIN_VALUE))]);
      trace(drawing.part("lag-now"), line(this.picture.byLag));
      trace(drawing.part("lag-start"), line(this.first.byLag));
      upright(drawing.part("subject"), x(k), lags);
      const tick = drawing.part("lag-tick", "text");
      write(tick, String(k));
      tick.setAttribute("x", x(k).toFixed(2));
    }

    drawProgress(drawing) {
      const { progress } = drawing.axes;
      const line = (curve) =>
        curve.map(([sentences, right]) => [
          progress.x(Math.max(sentences, progress.x.domain[0])),
          progress.y(right),
        ]);
      trace(drawing.part("progress-now"), line(this.curve));
      for (let i = 0; i < PAST; i++) {
        const path = drawing.part(`past-${i}`);
        if (this.past[i]) trace(path, line(this.past[i].curve));
        path.style.strokeOpacity = this.past[i] ? 1 - i / (PAST + 1) : 0; // Python drew it unseen
      }
    }

    drawBeliefs(drawing) {
      const { beliefs } = drawing.axes;
      for (let i = 0; i < this.slots; i++) {
        const label = drawing.part(`word-${i}`, "text");
        write(label, i < this.tokens.length ? this.wordAt(i) : "");
        label.style.opacity = label.style.fillOpacity = 1;
        const row = beliefs.y(i);
        // From −1, sure of “is”, to 1, sure of “are”.
        const belief = 2 * sigmoid(this.picture.beliefs[i] ?? 0) - 1;
        trace(drawing.part(`belief-${i}`), [
          [beliefs.x(0), row],
          [beliefs.x(belief), row],
        ]);
      }
    }

    /** The word at a place of the sentence that is read. */
    wordAt(i) {
      const word = this.tokens.at(i);
      return word ? this.vocabulary[word - 1] : "<s>"; // word 0 begins each sentence
    }

    /** Say which runs the thin lines are. */
    list() {
      this.runs.hidden = false;
      this.runs.querySelector("ol").replaceChildren(
        ...this.past.map(({ name, curve }) => {
          const item = document.createElement("li");
          item.textContent = `${name}: ${percent(curve.at(-1)[1])} after ${grouped(curve.at(-1)[0])} sentences`;
          return item;
        }),
      );
    }

    showCode() {
      const state = current();
      this.code.show({
        ...state,
        clipped: state.clip === "on" ? "True" : "False",
        steps: this.picture.steps,
      });
    }
  },
);
