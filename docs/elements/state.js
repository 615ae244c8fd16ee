// What the reader has set, once for the whole page, and kept in its address (#r=0.93&k=40).

/** What can be set: each slider of the page says its range, as Python wrote it. */
export const KEYS = {
  ...Object.fromEntries([...document.querySelectorAll("input[type=range][name]")].map(
    ({ name, min, max, step, defaultValue }) => [name, { min: +min, max: +max, step: +step,
      start: +defaultValue, digits: (step.split(".")[1] ?? "").length }])),
  scale: { values: ["linear", "log"], start: "linear" },
};

/** What is set when nothing is. */
export const START = Object.fromEntries(Object.entries(KEYS).map(([key, { start }]) => [key, start]));
const NUMBER = /^[-+]?\d*\.?\d+(e[-+]?\d+)?$/i;
const QUIET = 300; // ms without a change after which a movement counts as done

const listeners = new Set();
let state = { ...START };
let frame = 0;
let moving = 0;

/** What is set now. */
export const current = () => state;

/** Call `listener(state)` now and, at most once a frame, after every change. */
export function subscribe(listener) {
  listeners.add(listener);
  listener(state);
}

/** Change some values; what is out of range is clamped, what makes no sense is ignored. */
export function set(changes) {
  if (!merge(changes)) return;
  // One entry in the history for each movement: Back undoes it whole.
  if (moving) clearTimeout(moving);
  else history.pushState({ longrange: state }, "", hash());
  moving = setTimeout(settle, QUIET);
}

/** `keys`, or all, back to the beginning, as one step that Back undoes. */
export function reset(keys = Object.keys(KEYS)) {
  settle();
  if (!merge(Object.fromEntries(keys.map((key) => [key, START[key]]))) && !location.hash) return;
  const changed = Object.keys(KEYS).some((key) => state[key] !== START[key]);
  const address = changed ? hash() : location.pathname + location.search;
  history.pushState({ longrange: state }, "", address);
}

function settle() {
  if (!moving) return;
  clearTimeout(moving);
  moving = 0;
  history.replaceState({ longrange: state }, "", hash());
}

function merge(changes) {
  const next = { ...state, ...sound(changes) };
  if (Object.keys(KEYS).every((key) => next[key] === state[key])) return false;
  state = next;
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    for (const listener of listeners) listener(state);
  });
  return true;
}

function sound(values) {
  const good = {};
  for (const [key, value] of Object.entries(values)) {
    const { values: allowed, min, max, step, digits } = KEYS[key] ?? {};
    if (allowed?.includes(value)) good[key] = value;
    if (step === undefined || !NUMBER.test(value)) continue;
    const clamped = Math.min(max, Math.max(min, +value));
    good[key] = +(Math.round(clamped / step) * step).toFixed(digits);
  }
  return good;
}

function hash() {
  const shown = Object.entries(KEYS).filter(([key, { step }]) => step || state[key] !== START[key]);
  return "#" + shown.map(([key, { digits }]) =>
    `${key}=${digits === undefined ? state[key] : state[key].toFixed(digits)}`).join("&");
}

function fromAddress(kept) {
  const asked = [...new URLSearchParams(location.hash.slice(1))].filter(([key]) => Object.hasOwn(KEYS, key));
  if (kept) merge(kept);
  else if (asked.length || !location.hash) merge({ ...START, ...sound(Object.fromEntries(asked)) });
  // Say what is set, also where the address asked for nonsense; a link to a heading leaves the
  // values alone, and they are noted for the way back.
  history.replaceState({ longrange: state }, "", asked.length ? hash() : undefined);
  return asked.length > 0;
}

addEventListener("click", settle, { capture: true }); // a link, say: ends a movement first
addEventListener("popstate", (event) => {
  clearTimeout(moving);
  moving = 0;
  fromAddress(event.state?.longrange);
});

/** Whether the page was opened at an address that sets values. */
export const setByAddress = fromAddress(history.state?.longrange);
