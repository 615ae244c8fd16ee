// Follow one pointer that is held down on an element.

const SIDEWAYS = 6; // px a finger goes before it is known where to

/**
 * Call `move(event, start)` while a pointer drags on `element`; `start` is the event it began
 * with. A mouse or pen moves at once. A finger moves once it goes sideways, and on a tap; what
 * goes up or down is the browser's to scroll (`touch-action: pan-y`).
 */
export function drag(element, move) {
  let start = null;
  let moves = false;
  const ours = (event) => start?.pointerId === event.pointerId;
  element.addEventListener("pointerdown", (event) => {
    if (start || event.button || !event.isPrimary) return;
    start = event;
    moves = event.pointerType !== "touch";
    element.setPointerCapture(event.pointerId);
    if (moves) move(event, start);
  });
  element.addEventListener("pointermove", (event) => {
    if (!ours(event)) return;
    const [x, y] = [event.clientX - start.clientX, event.clientY - start.clientY].map(Math.abs);
    moves ||= x > SIDEWAYS && x > y;
    if (moves) move(event, start);
  });
  element.addEventListener("pointerup", (event) => ours(event) && !moves && move(event, start));
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    element.addEventListener(end, (event) => ours(event) && (start = null));
  }
}
