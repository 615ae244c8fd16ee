// What the reader has set, once for the whole page, and kept in its address (#r=0.93&k=40).

const figures = (key) => [...new Set(
  [...document.querySelectorAll(`.lr-controls [name=${key}]`)].map((one) => one.closest("figure")))];

/** What can be set: what the page's controls say, which Python wrote. */
export const KEYS = {};
for (const input of document.querySelectorAll(".lr-controls input[name]")) {
  const { name, type, min, max, step, pattern, defaultValue: start } = input;
  if (type === "range") {
    const digits = (step.split(".")[1] ?? "").length;
    KEYS[name] = { min: +min, max: +max, step: +step, digits, start: +start };
  } else if (type === "radio") {
    const key = (KEYS[name] ??= { values: [] });
    key.values.push(start);
    if (input.defaultChecked) key.start = start;
  } else if (pattern) {
    KEYS[name] = { pattern: RegExp(`^${pattern}$`), start };
  }
}

/** What is set at the beginning. */
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
  else history.pushState({ longrange: state }, "", address());
  moving = setTimeout(settle, QUIET);
}

/** Back to the beginning of `keys`, as one step that Back undoes. */
export function reset(keys) {
  settle();
  if (!merge(Object.fromEntries(keys.map((key) => [key, START[key]]))) && !location.hash) return;
  history.pushState({ longrange: state }, "", address());
}

function settle() {
  if (!moving) return;
  clearTimeout(moving);
  moving = 0;
  history.replaceState({ longrange: state }, "", address());
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
    const { values: allowed, pattern, min, max, step, digits } = KEYS[key] ?? {};
    if (allowed?.includes(value) || pattern?.test(value)) good[key] = value;
    if (step === undefined || !NUMBER.test(value)) continue;
    const clamped = Math.min(max, Math.max(min, +value));
    good[key] = +(Math.round(clamped / step) * step).toFixed(digits);
  }
  return good;
}

/** The address of what is set: what differs from the start, and all numbers of its figures. */
function address(asked = []) {
  const changed = Object.keys(KEYS).filter((key) => state[key] !== START[key]);
  const touched = new Set([...changed, ...asked].flatMap(figures));
  const shown = Object.entries(KEYS).filter(([key, { step }]) =>
    step ? figures(key).some((one) => touched.has(one)) : changed.includes(key));
  shown.sort(([, one], [, other]) => !other.values - !one.values); // choices last
  if (!shown.length) return clean();
  return "#" + shown.map(([key, { digits }]) =>
    `${key}=${digits === undefined ? state[key] : state[key].toFixed(digits)}`).join("&");
}

const clean = () => location.pathname + location.search;

function fromAddress(kept) {
  const given = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  const asked = Object.keys(given).filter((key) => Object.hasOwn(KEYS, key));
  if (kept) merge(kept);
  else if (asked.length || !location.hash) merge({ ...START, ...sound(given) });
  // Say what is set, also where the address asked for nonsense; a link to a heading leaves the
  // values alone, and they are noted for the way back.
  history.replaceState({ longrange: state }, "", asked.length ? address(asked) : undefined);
  return asked;
}

/** The figure where most of `keys` are set; of equals, the first of the page. */
function home(keys) {
  const all = keys.flatMap(figures);
  const count = (one) => all.filter((other) => other === one).length;
  return all.reduce((best, one) => (count(one) > count(best) ? one : best));
}

addEventListener("click", settle, { capture: true }); // a link, say: ends a movement first
addEventListener("popstate", (event) => {
  clearTimeout(moving);
  moving = 0;
  fromAddress(event.state?.longrange);
});

const asked = fromAddress(history.state?.longrange);
// Somebody was sent here to see this; a reload or the way back has its own place.
const [{ type }] = performance.getEntriesByType("navigation");
if (type === "navigate" && asked.length) {
  const shown = home(asked);
  if (shown.offsetHeight <= innerHeight) shown.scrollIntoView();
  else shown.querySelector(".lr-controls").scrollIntoView({ block: "end" }); // and what is above
}
