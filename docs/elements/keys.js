// Keys that move something by so many steps, and those that an element has a use for.
export const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: -1e9, End: 1e9 };
export const PAGES = { PageUp: 10, PageDown: -10 };
export const ARROWS = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
};

/** Call `act(keys[key], event)` for every key of the table `keys` that is pressed on `element`. */
export function onKeys(element, keys, act) {
  element.addEventListener("keydown", (event) => {
    const { key, altKey, ctrlKey, metaKey } = event;
    if (!Object.hasOwn(keys, key) || altKey || ctrlKey || metaKey) return;
    event.preventDefault();
    act(keys[key], event);
  });
}
