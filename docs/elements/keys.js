// What keys do on sliders, pads, cursors and toolbars: tables of keys, and one way to listen.

/** Keys that move along a line by so many steps; Home and End go further than there is to go. */
export const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: -1e9, End: 1e9 };
export const PAGES = { PageUp: 10, PageDown: -10 };

/** Keys that move in a plane, as [columns, rows]; rows are counted downwards. */
export const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/**
 * Call `act(keys[key], event)` for every key of the table `keys` that is pressed on `element`,
 * and keep the browser from using it too. With Alt, Control or Meta a key is the browser's.
 *
 * @param {HTMLElement} element
 * @param {Object<string, *>} keys what each key means to `act`
 * @param {function(*, KeyboardEvent): void} act
 */
export function onKeys(element, keys, act) {
  element.addEventListener("keydown", (event) => {
    const { key, altKey, ctrlKey, metaKey } = event;
    if (!Object.hasOwn(keys, key) || altKey || ctrlKey || metaKey) return;
    event.preventDefault();
    act(keys[key], event);
  });
}
