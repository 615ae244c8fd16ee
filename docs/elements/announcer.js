// The line of words under a figure, and the same said to those who hear it, once all is quiet.
import { write } from "./stage.js";

const QUIET = 500; // ms

/** Return `say(words)` for the `.lr-readout` and the `[role=status]` of `host`, which shows `svg`. */
export function announcer(host, svg) {
  const readout = host.querySelector(".lr-readout");
  const status = host.querySelector("[role=status]");
  let moved = false;
  let quiet = 0;
  return (words) => {
    write(readout, words);
    clearTimeout(quiet);
    if (moved) {
      // What Python wrote of the picture is true of its first state only.
      svg.setAttribute("aria-describedby", readout.id);
      quiet = setTimeout(() => write(status, words), QUIET);
    }
    moved = true;
  };
}
