// A figure alone, with its controls and its caption, on the whole screen: for a projector. Escape, or
// the button of figure-buttons.js that led here, leads back. Where the browser has no full
// screen for a page, or forbids it, the figure lies over the page instead. How it is laid out there
// is in full-screen.css.

import { write } from "./stage.js";

const [OPEN, CLOSE] = ["Full screen", "Close (Esc)"];
const SETTLING = 3; // frames

let shown = null; // the figure that fills the screen, with what is to be restored

/** What stands around `figure`, up to the page: everything that is not in it. */
function around(figure) {
  const others = [];
  for (let node = figure; node !== document.body; node = node.parentElement) {
    others.push(...[...node.parentElement.children].filter((one) => one !== node && !one.inert));
  }
  return others;
}

/** Show `figure` on the whole screen. */
async function open(figure, button) {
  const others = around(figure);
  // Its room in the page stays as it was, so that nothing there moves.
  const room = document.createElement("div");
  room.className = "lr-room";
  room.style.height = `${figure.offsetHeight}px`;
  figure.before(room);
  // Nor does the browser scroll to keep in sight what it takes to have moved.
  document.documentElement.style.overflowAnchor = "none";
  shown = { figure, button, others, room, top: scrollY };
  figure.classList.add("lr-full-screen");
  write(button, CLOSE);
  for (const other of others) other.inert = true; // the keyboard stays in the figure
  button.ariaBusy = "true"; // browsers take their time, and hear no key meanwhile
  try {
    await figure.requestFullscreen();
    if (shown?.figure !== figure) document.exitFullscreen(); // closed before it came
  } catch {
    // None here, or not allowed: over the page it fills the window.
  }
  button.ariaBusy = "false";
}

/** Back to the page, as it was, with the focus where it was. */
async function close() {
  if (!shown) return;
  const { figure, button, others, room, top } = shown;
  shown = null;
  // First the browser's own full screen ends: when it does, the page is laid out again.
  if (document.fullscreenElement) await document.exitFullscreen();
  figure.classList.remove("lr-full-screen");
  room.remove();
  write(button, OPEN);
  for (const other of others) other.inert = false;
  button.focus({ preventScroll: true });
  // Now and for some frames to come, as long as browsers make up for what they take to have moved.
  for (let frame = 0; frame < SETTLING; frame++) {
    scrollTo({ top, behavior: "instant" });
    await new Promise(requestAnimationFrame);
  }
  document.documentElement.style.overflowAnchor = "";
}

/** Show a figure on the whole screen, or lead back. */
export function press(figure, button) {
  if (shown) close();
  else open(figure, button);
}
addEventListener("keydown", ({ key }) => {
  if (key === "Escape") close();
});
// The browser's own way back.
document.addEventListener("fullscreenchange", () => {
  if (!document.fullscreenElement) close();
});
