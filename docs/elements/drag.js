// Follow one pointer (mouse, pen or finger) that is held down on an element. For stage.js, the
// pads of remembered-picture and guess-curve, and scrub-number.

const SIDEWAYS = 6; // px that a finger goes before it is known where to

/**
 * Call `move(event, start)` while a pointer drags on `element`; `start` is the event it began with,
 * the same object for the whole drag.
 *
 * A mouse or a pen moves at once. A finger moves once it goes sideways, and on a tap; what goes up
 * or down is the browser's, to scroll (`touch-action: pan-y` in the style sheet), unless every way
 * is `ours` (`touch-action: none`).
 *
 * @param {Element} element
 * @param {function(PointerEvent, PointerEvent): void} move
 * @param {boolean} [ours]
 */
export function drag(element, move, ours = false) {
  let start = null; // the event a drag began with; null while there is none
  let moves = false; // whether it is known to be ours
  const isSame = (event) => start?.pointerId === event.pointerId;

  element.addEventListener("pointerdown", (event) => {
    // A second finger, or another button of the mouse, begins nothing.
    if (start || event.button || !event.isPrimary) return;
    start = event;
    moves = ours || event.pointerType !== "touch";
    element.setPointerCapture(event.pointerId); // follow it off the element too
    if (moves) move(event, start);
  });
  element.addEventListener("pointermove", (event) => {
    if (!isSame(event)) return;
    const x = Math.abs(event.clientX - start.clientX);
    const y = Math.abs(event.clientY - start.clientY);
    moves ||= x > SIDEWAYS && x > y;
    if (moves) move(event, start);
  });
  element.addEventListener("pointerup", (event) => {
    if (isSame(event) && !moves) move(event, start); // a tap
  });
  // Whatever ends it: where the browser begins to scroll, it cancels.
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    element.addEventListener(end, (event) => {
      if (isSame(event)) start = null;
    });
  }
}
