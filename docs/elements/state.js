// What the reader has set, once for the whole page, and kept in its address (#r=0.93&k=40). Every
// element that can be set, or that shows what is set, takes it from here. Values live under the
// `name` of their control, so that two figures with a slider r share one r.

import { notice } from "./notice.js";
import { read } from "./numbers.js";

/**
 * What can be set, by name: what the page's controls say, with ranges and starts that Python wrote.
 * A number has min, max, step and digits; a choice, its values; a text, the pattern it must match,
 * also where its element sets it by other means: it then has a hidden input. Each has its start.
 */
export const KEYS = { __proto__: null }; // so that #toString=1 is nothing
const inputs = [...document.querySelectorAll(".lr-controls input[name]")];
for (const input of inputs) {
  const { name, type, min, max, step, pattern, defaultValue: start } = input;
  if (type === "range") {
    const digits = (step.split(".")[1] ?? "").length; // after the point
    KEYS[name] = { min: +min, max: +max, step: +step, digits, start: +start };
  } else if (type === "radio") {
    KEYS[name] ??= { values: [] };
    KEYS[name].values.push(start);
    if (input.defaultChecked) KEYS[name].start = start;
  } else if (pattern || type === "hidden") {
    KEYS[name] = { pattern: RegExp(`^(${pattern || input.dataset.pattern})$`, "u"), start };
  }
}
const names = Object.keys(KEYS);

/** What is set at the beginning. */
export const START = Object.fromEntries(names.map((key) => [key, KEYS[key].start]));

/** The figures in which `key` can be set. */
const figuresOf = (key) =>
  inputs.filter(({ name }) => name === key).map((input) => input.closest("figure"));

const QUIET = 300; // ms without a change after which a movement counts as done
const MOST = 40; // characters of what could not be read, when that is said

const listeners = [];
const fixed = new Set(); // keys that nobody may change any more
const waiting = new Set(); // keys that changed since the last frame
let state = { ...START };
let frame = 0; // that is asked for; 0 if none is
let moving = 0; // timer that ends a movement; 0 if nothing moves

/** What is set now. */
export const current = () => state;

/** The value of `key` as text: a number with all its digits. */
export const text = (key) => (KEYS[key].step ? state[key].toFixed(KEYS[key].digits) : state[key]);

/**
 * Call `listener(state)` now and, at most once a frame, after changes.
 *
 * @param {function(Object): void} listener
 * @param {string[]} [keys] of whose changes it wants to hear
 */
export function subscribe(listener, keys = names) {
  listeners.push({ listener, keys });
  listener(state);
}

/**
 * Change some values. What is out of range is clamped, what makes no sense is ignored.
 *
 * @param {Object<string, number|string>} changes
 */
export function set(changes) {
  if (!merge(changes)) return;
  if (!moving) keep("push"); // once for each movement: Back undoes it whole
  clearTimeout(moving);
  moving = setTimeout(settle, QUIET);
}

/** From now on nobody changes these. */
export const fix = (keys) => keys.forEach((key) => fixed.add(key));

/** What the address has after # for the setting of a figure. */
export function settingOf(figure) {
  const own = names.filter((key) => text(key) && figuresOf(key).includes(figure));
  return own.length ? `#${own.map((key) => `${key}=${text(key)}`).join("&")}` : "";
}

/** Move the number `key` by so many `steps`. */
export const nudge = (key, steps) => set({ [key]: state[key] + steps * KEYS[key].step });

/** Back to the beginning of `keys`, as one step that Back undoes. */
export function reset(keys) {
  settle();
  const start = Object.fromEntries(keys.map((key) => [key, START[key]]));
  if (merge(start) || location.hash) keep("push");
}

/** End a movement: only now does the address say where it went, for browsers limit its changes. */
function settle() {
  if (!moving) return;
  clearTimeout(moving);
  moving = 0;
  keep("replace");
}

/** Note what is set in the history ("push" or "replace"); where `url` is null, the address stays. */
function keep(how, url = address()) {
  try {
    history[`${how}State`]({ longrange: state }, "", url);
  } catch {
    // A frame without an origin may not: the figures follow, the address does not.
  }
}

/** Take what is sound of `changes`, and tell the listeners in the next frame; false if no news. */
function merge(changes) {
  const next = { ...state, ...sound(changes) };
  const changed = names.filter((key) => next[key] !== state[key]);
  if (!changed.length) return false;
  notice(""); // it was of what was set before
  state = next;
  for (const key of changed) waiting.add(key);
  frame ||= requestAnimationFrame(tell);
  return true;
}

function tell() {
  const news = [...waiting];
  waiting.clear();
  frame = 0;
  for (const { listener, keys } of listeners) {
    if (news.some((key) => keys.includes(key))) listener(state);
  }
}

/** Those of `values` that can be set, as they can be set: numbers on their steps, in range. */
function sound(values) {
  const good = {};
  for (const [key, value] of Object.entries(values)) {
    const { values: allowed, pattern, step } = (!fixed.has(key) && KEYS[key]) || {};
    if (allowed?.includes(value) || pattern?.test(value)) good[key] = value;
    const number = step ? numberFor(key, value) : NaN;
    if (Number.isFinite(number)) good[key] = onStep(key, number);
  }
  return good;
}

/** What `value`, a number or a text, says for `key`; 85 % is 0.85 where there are such numbers. */
function numberFor(key, value) {
  if (typeof value === "number") return value;
  const { value: number, isPercent } = read(value);
  if (!isPercent) return number;
  return KEYS[key].digits ? number / 100 : NaN;
}

/** The number nearest to `number` that `key` can have. */
function onStep(key, number) {
  const { min, max, step, digits } = KEYS[key];
  const clamped = Math.min(max, Math.max(min, number));
  return +(Math.round(clamped / step) * step).toFixed(digits); // 0.93, not 0.9300000001
}

/**
 * What is wrong with a text for `key`, and what is set instead, in words; empty if nothing is.
 *
 * @param {string} key
 * @param {string} value
 */
export function complaint(key, value) {
  const quoted = value.length > MOST ? `${value.slice(0, MOST)}…` : value;
  const { step, min, max, digits } = KEYS[key];
  if (!step) return key in sound({ [key]: value }) ? "" : `${key} cannot be “${quoted}”.`;
  const number = numberFor(key, value);
  if (Number.isNaN(number)) return `“${quoted}” is not read as a number: ${key} is ${text(key)}.`;
  if (number >= min && number <= max) return "";
  const [low, high, nearest] = [min, max, onStep(key, number)].map((one) => one.toFixed(digits));
  return `${key} goes from ${low} to ${high}: it is ${nearest}.`;
}

/**
 * The address of what is set: what differs from the start, with all numbers of its figures, so that
 * whoever reads it sees the whole setting.
 *
 * @param {string[]} [asked] keys that the address had: they stay, though they are at their start
 */
function address(asked = []) {
  const changed = names.filter((key) => state[key] !== START[key]);
  const touched = [...changed, ...asked].flatMap(figuresOf);
  const isShown = (key) =>
    KEYS[key].step
      ? figuresOf(key).some((figure) => touched.includes(figure))
      : changed.includes(key);
  const shown = names.filter(isShown);
  if (!shown.length) return location.pathname + location.search;
  const isChoice = (key) => Boolean(KEYS[key].values);
  shown.sort((one, other) => isChoice(one) - isChoice(other)); // choices last
  return `#${shown.map((key) => `${key}=${text(key)}`).join("&")}`;
}

/** A text without percent-encoding, as far as it is sound. */
const decoded = (part) =>
  part.replace(/(%[0-9a-f]{2})+/gi, (codes) => {
    try {
      return decodeURIComponent(codes);
    } catch {
      return codes; // not of ours
    }
  });

/**
 * Names and values in the fragment of an address. Mailers and chats encode it, separators and all,
 * some of them twice: it is decoded as long as there is something to decode.
 */
function fields(fragment) {
  let plain = fragment;
  for (let last = ""; last !== plain; plain = decoded(plain)) last = plain;
  const parts = plain.replaceAll("&amp;", "&").split("&");
  const pairs = parts.filter((part) => part.includes("="));
  return pairs.map((part) => part.split(/=(.*)/s, 2).map((side) => side.trim()));
}

/**
 * Set what the address says, and say what of it could not be read.
 *
 * @param {Object} [kept] what the history says instead: the state as it was on this page
 * @returns {string[]} the keys that the address has
 */
function fromAddress(kept) {
  const given = fields(location.hash.slice(1));
  const asked = given.map(([key]) => key).filter((key) => key in KEYS);
  if (kept) merge(kept);
  else {
    if (asked.length || !location.hash) merge({ ...START, ...sound(Object.fromEntries(given)) });
    const wrong = given.map(([key, value]) =>
      key in KEYS ? complaint(key, value) : `there is no “${key.slice(0, MOST)}” to set here.`,
    );
    const said = wrong.filter(Boolean).slice(0, 3).join(" ");
    notice(said && `From the address: ${said}`);
  }
  // Say what is set, also where nonsense was asked for; a link to a heading changes no value.
  keep("replace", asked.length ? address(asked) : null);
  return asked;
}

/** The figure where most of `keys` are set; of equals, the first of the page. */
function home(keys) {
  const count = (figure) => keys.filter((key) => figuresOf(key).includes(figure)).length;
  const all = keys.flatMap(figuresOf);
  return all.reduce((best, figure) => (count(figure) > count(best) ? figure : best));
}

/** Whether a third of a figure is in the window, or a third of the window shows it. */
function isSeen(figure) {
  const { top, bottom, height } = figure.getBoundingClientRect();
  return Math.min(bottom, innerHeight) - Math.max(top, 0) >= Math.min(height, innerHeight) / 3;
}

/** Bring a figure into the window: whole, or its controls with what is next to them. */
function show(figure) {
  const header = parseFloat(getComputedStyle(figure).scrollMarginTop);
  const controls = figure.querySelector(".lr-controls");
  const picture = [...figure.querySelectorAll("svg")].find((svg) => svg.getClientRects().length);
  // The picture is below the controls, or beside them.
  const isNext =
    picture && controls.getBoundingClientRect().top < picture.getBoundingClientRect().bottom;
  if (isNext || header + figure.offsetHeight <= innerHeight) figure.scrollIntoView();
  else controls.scrollIntoView({ block: "end" }); // and what is above
}

// A control sets its key; what is no control, or half a number, sets nothing.
addEventListener("input", ({ target: { name, value, validity, role } }) => {
  const isHalf = role === "spinbutton" && complaint(name, value);
  if (validity?.valid && !isHalf) set({ [name]: value });
});
addEventListener("submit", (event) => {
  if (event.target.matches(".lr-controls")) event.preventDefault(); // Enter in a box
});
addEventListener("click", settle, { capture: true }); // a link, say: ends a movement first
addEventListener("popstate", (event) => {
  clearTimeout(moving);
  moving = 0;
  const asked = fromAddress(event.state?.longrange);
  // Without a state somebody followed a link, or typed an address, and wants to see what it sets.
  if (!event.state && asked.length && !asked.flatMap(figuresOf).some(isSeen)) {
    const figure = home(asked);
    show(figure);
    const first = figure.querySelector(".lr-controls :is(button, input)");
    first.focus({ preventScroll: true }); // whoever came by key goes on from here
  }
});

const asked = fromAddress(history.state?.longrange);
const radios = inputs.filter(({ type }) => type === "radio");
subscribe(() => {
  for (const radio of radios) radio.checked = radio.value === state[radio.name];
});

// Who was sent here by an address with values sees their figure; a reload, or the way back, has its
// own place.
const [navigation] = performance.getEntriesByType("navigation");
if (navigation?.type === "navigate" && asked.length) show(home(asked));
