// Long work off the page's thread: a module with a function `ask(asked, take)` runs as a worker, or,
// where the page may have none, in the page itself.

import { startWorker } from "./start-worker.js";

const MODULES = {
  "lab-worker": () => import("./lab-worker.js"),
  "training-worker": () => import("./training-worker.js"),
};

/**
 * Start a module at work.
 *
 * @param {string} name a key of MODULES
 * @param {function(Object): void} take is given what it finds
 * @returns {function(Object): void} asks it
 */
export function hire(name, take) {
  let early = []; // what was asked before anything came back; null afterwards
  let worker;
  let instead; // the `ask` of the module, imported
  const send = (asked) => {
    if (worker) worker.postMessage(asked);
    else instead.then((ask) => ask(asked, take));
  };
  const here = () => {
    instead = MODULES[name]().then(({ ask }) => ask);
    for (const asked of early) send(asked);
  };
  try {
    worker = startWorker(name);
    worker.addEventListener("message", ({ data }) => {
      early = null;
      take(data);
    });
    worker.addEventListener("error", () => {
      if (!worker || !early) return; // it told before; it works, and has a fault
      worker.terminate();
      worker = undefined; // forbidden, or it did not come
      here();
    });
  } catch {
    here(); // a frame without an origin may have none
  }
  return (asked) => {
    if (worker) early?.push(asked);
    send(asked);
  };
}
