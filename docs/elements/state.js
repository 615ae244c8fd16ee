// What the reader has set, once for the page, and kept in its address (#r=0.93&k=40).

/** What the page's controls can set. */
export const KEYS = { __proto__: null };
const inputs = [...document.querySelectorAll(".lr-controls input[name]")];
for (const input of inputs) {
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
const figures = (key) =>
  inputs.filter(({ name }) => name === key).map((input) => input.closest("figure"));
const NUMBER = /^[-+]?\d*\.?\d+(e[-+]?\d+)?$/i;
const QUIET = 300; // ms after which a movement is done

const listeners = [];
const waiting = new Set(); // keys that changed since the last frame
let state = { ...START };
let frame = 0;
let moving = 0;

/** What is set now. */
export const current = () => state;

/** The value of `key` as text: a number with all its digits. */
export const text = (key) => (KEYS[key].step ? state[key].toFixed(KEYS[key].digits) : state[key]);

/** Call `listener(state)` now and, once a frame, after changes of any of `keys`. */
export function subscribe(listener, keys = Object.keys(KEYS)) {
  listeners.push({ listener, keys });
  listener(state);
}

/** Change values, clamped to their range; nonsense is ignored. */
export function set(changes) {
  if (!merge(changes)) return;
  if (!moving) keep("push"); // once for each movement: Back undoes it whole
  clearTimeout(moving);
  moving = setTimeout(settle, QUIET);
}

/** Move the number `key` by so many `steps`. */
export const nudge = (key, steps) => set({ [key]: state[key] + steps * KEYS[key].step });

/** Back to the beginning of `keys`, in one step. */
export function reset(keys) {
  settle();
  const start = Object.fromEntries(keys.map((key) => [key, START[key]]));
  if (merge(start) || location.hash) keep("push");
}

function settle() {
  if (!moving) return;
  clearTimeout(moving);
  moving = 0;
  keep("replace");
}

/** Note what is set in the history; where `url` is null, the address stays. */
const keep = (how, url = address()) => history[`${how}State`]({ longrange: state }, "", url);

function merge(changes) {
  const next = { ...state, ...sound(changes) };
  const changed = Object.keys(KEYS).filter((key) => next[key] !== state[key]);
  if (!changed.length) return false;
  state = next;
  for (const key of changed) waiting.add(key);
  frame ||= requestAnimationFrame(() => {
    const news = [...waiting];
    waiting.clear();
    frame = 0;
    for (const { listener, keys } of listeners) {
      if (news.some((key) => keys.includes(key))) listener(state);
    }
  });
  return true;
}

function sound(values) {
  const good = {};
  for (const [key, value] of Object.entries(values)) {
    const { values: allowed, pattern, min, max, step, digits } = KEYS[key] ?? {};
    if (allowed?.includes(value) || pattern?.test(value)) good[key] = value;
    if (!step || !NUMBER.test(value)) continue;
    const clamped = Math.min(max, Math.max(min, +value));
    good[key] = +(Math.round(clamped / step) * step).toFixed(digits);
  }
  return good;
}

/** The address: what differs from the start, and all numbers of its figures. */
function address(asked = []) {
  const changed = Object.keys(KEYS).filter((key) => state[key] !== START[key]);
  const touched = [...changed, ...asked].flatMap(figures);
  const shown = Object.entries(KEYS).filter(([key, { step }]) =>
    step ? figures(key).some((one) => touched.includes(one)) : changed.includes(key));
  shown.sort(([, one], [, other]) => !other.values - !one.values); // choices last
  if (!shown.length) return location.pathname + location.search;
  return "#" + shown.map(([key]) => `${key}=${text(key)}`).join("&");
}

function fromAddress(kept) {
  const given = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  const asked = Object.keys(given).filter((key) => key in KEYS);
  if (kept) merge(kept);
  else if (asked.length || !location.hash) merge({ ...START, ...sound(given) });
  // Nonsense is corrected; a link to a heading changes no value.
  keep("replace", asked.length ? address(asked) : null);
  return asked;
}

/** The figure where most of `keys` are set; of equals, the first of the page. */
function home(keys) {
  const count = (one) => keys.filter((key) => figures(key).includes(one)).length;
  return keys.flatMap(figures).reduce((best, one) => (count(one) > count(best) ? one : best));
}

// A control sets its key; half a number sets nothing.
addEventListener("input", ({ target: { name, value, validity } }) =>
  validity?.valid && set({ [name]: value }));
addEventListener("submit", (event) => event.target.matches(".lr-controls") && event.preventDefault());
addEventListener("click", settle, { capture: true }); // ends a movement
addEventListener("popstate", (event) => {
  clearTimeout(moving);
  moving = 0;
  fromAddress(event.state?.longrange);
});

const asked = fromAddress(history.state?.longrange);
const radios = inputs.filter(({ type }) => type === "radio");
subscribe(() => radios.forEach((one) => (one.checked = one.value === state[one.name])));

// Who was sent here, sees this; a reload or the way back has its own place.
const [{ type }] = performance.getEntriesByType("navigation");
if (type === "navigate" && asked.length) {
  const shown = home(asked);
  if (shown.offsetHeight <= innerHeight) shown.scrollIntoView();
  else shown.querySelector(".lr-controls").scrollIntoView({ block: "end" }); // and what is above
}
