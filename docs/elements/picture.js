// The picture of a figure as the reader has set it, as a file: SVG or PNG, as it stands or 16:9, with
// title, source and licence in it. For take-figure.js.

import { settingOf } from "./state.js";

const WIDE = [1600, 900]; // px
const MARGIN = 40;
const [TITLE, SMALL] = [34, 20]; // px, sizes of letters
const SCALE = 2; // of a PNG, for projectors with many pixels
// What a style sheet may say of a mark.
const SAID = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-opacity",
  "stroke-width",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "font-style",
  "visibility",
  "display",
];

const NS = "http://www.w3.org/2000/svg";

/** An element of SVG. */
function make(name, attributes, text) {
  const element = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text) element.textContent = text;
  return element;
}
