// Follow one pointer that is held down on an element.

const SIDEWAYS = 6; // px before a finger's way is known

/**
 * Call `move(event, start)` while a pointer drags on `element`, from the event `start`. A finger
 * moves it sideways and by a tap; up and down is the browser's to scroll (`touch-action: pan-y`),
 * unless every way is `ours` (`touch-action: none`).
 */
export function drag(element, move, ours = false) {
  let start = null;
  let moves = false;
  const same = (event) => start?.pointerId === event.pointerId;
  element.addEventListener("pointerdown", (event) => {
    if (start || event.button || !event.isPrimary) return;
    start = event;
    moves = ours || event.pointerType !== "touch";
    element.setPointerCapture(event.pointerId);
    if (moves) move(event, start);
  });
  element.addEventListener("pointermove", (event) => {
    if (!same(event)) return;
    const [x, y] = [event.clientX - start.clientX, event.clientY - start.clientY].map(Math.abs);
    moves ||= x > SIDEWAYS && x > y;
    if (moves) move(event, start);
  });
  element.addEventListener("pointerup", (event) => same(event) && !moves && move(event, start));
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    element.addEventListener(end, (event) => same(event) && (start = null));
  }
}
