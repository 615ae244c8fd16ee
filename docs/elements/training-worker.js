// Trains the network of "Train one here", for train-network.js: as a worker, off the page's thread,
// or, where the page may have no worker, imported by it. What it is told: { begin: setting } for a
// network at its start, with the `most` steps that it may take, { words } for a sentence to be read,
// { go: true } and { go: false } to train and to stop, { go: 1 } for one step. It posts a picture
// after each, and, while it trains, about ten a second, with the count of what it was told last.

import { Overflow, Training } from "./training.js";

const PICTURE = 90; // ms between pictures
const SLICE = 30; // ms of training before a look for messages
// New sentences of each distance, while it trains; at rest all that there are. Fewer where a picture
// takes long.
const [SEEN, FEW, SLOW] = [64, 32, 40];
const PACE = 1.05; // by this factor at most a picture has more steps behind it than the last one

let run; // the training that is under way
let most; // steps that it may take
let words = [];
let seen = SEEN;
let isGoing = false;
let count; // of what the page has asked
let resting; // the timer of a picture at rest
let isBusy = false; // whether the loop below is under way
let post = (picture) => postMessage(picture);

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * Do what the page asks.
 *
 * @param {Object} asked
 * @param {function(Object): void} [to] takes the pictures, where this is no worker
 */
export function ask(asked, to = post) {
  post = to;
  count = asked.count;
  if (asked.begin) {
    run = new Training(asked.begin);
    run.count = asked.count;
    most = asked.most;
    seen = SEEN;
    isGoing = false;
  }
  if (asked.words) words = asked.words;
  if (asked.go === 1) {
    isGoing = false;
    attempt();
  }
  if (typeof asked.go === "boolean") isGoing = asked.go;
  if (isGoing) loop();
  else {
    clearTimeout(resting);
    resting = setTimeout(show); // dials ask for one run after the other: the last one is shown
  }
}

if (typeof document === "undefined") globalThis.onmessage = ({ data }) => ask(data);

/** Train until stopped, if that is not under way. */
async function loop() {
  if (isBusy) return;
  isBusy = true;
  try {
    await train();
  } catch (error) {
    setTimeout(() => {
      throw error; // a fault is told, as everywhere
    });
  } finally {
    isBusy = false;
  }
}

/** Train until stopped, with pictures. */
async function train() {
  while (isGoing) {
    const began = performance.now();
    // On an axis of logarithms a run goes on evenly: slowly at first, where the most happens.
    const until = Math.min(most, Math.ceil(Math.max(run.steps + 1, run.steps * PACE)));
    const of = run;
    while (isGoing && run === of && run.steps < until && performance.now() < began + PICTURE) {
      const slice = performance.now();
      while (isGoing && run.steps < until && performance.now() < slice + SLICE) attempt();
      await pause(0); // messages come in between
    }
    if (run !== of) continue; // another has begun
    if (run.steps >= most) isGoing = false;
    show();
    await pause(Math.max(0, began + PICTURE - performance.now()));
  }
}

/** Take a step, or stop: where all have been taken, and where numbers overflow. */
function attempt() {
  if (run.steps >= most) return;
  try {
    run.latest = run.step();
  } catch (error) {
    if (!(error instanceof Overflow)) throw error;
    run.failed = error.message;
    isGoing = false;
  }
}

/** Post what the run is like now. */
function show() {
  if (!run) return;
  const began = performance.now();
  const tests = isGoing ? seen : undefined;
  post({
    run: run.count,
    count,
    steps: run.steps,
    examples: run.steps * run.batch,
    isGoing,
    isOver: run.steps >= most,
    failed: run.failed,
    reach: run.reach,
    loss: run.latest?.loss,
    tested: run.tested,
    right: run.tested.map((k) => run.right(k, tests)),
    byLag: run.byLag(),
    beliefs: run.beliefs(words),
  });
  if (isGoing && performance.now() > began + SLOW) seen = FEW;
}
