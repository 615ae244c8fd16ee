// The picture of a figure as the reader has set it, as a file: SVG or PNG, as it stands or 16:9, with
// title, source and licence in it. For take-figure.js.

import { settingOf } from "./state.js";

const WIDE = [1600, 900]; // px, for a projector
const SCALE = 2; // of a PNG: projectors have many pixels
const SIZE = 0.028; // of the title's letters, as a share of the picture's width
const SMALL = 0.017; // of those of source and licence
const LEAST = 13; // px of any letters
const NS = "http://www.w3.org/2000/svg";
const FAMILY = "Longrange Sans";
const MUCH = 1.15; // times as large
const LONGEST = 80; // letters of a setting in the name of a file
const COLUMN = 4; // px from a word to its column
const RAISED = Object.fromEntries([..."0123456789−k"].map((sign, i) => [sign, "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵏ"[i]]));
// What style sheets say of marks. A file has none.
const LOOKS = [
  "display",
  "fill",
  "fill-opacity",
  "font-family",
  "font-size",
  "font-style",
  "font-weight",
  "opacity",
  "paint-order",
  "stroke",
  "stroke-dasharray",
  "stroke-linejoin",
  "stroke-opacity",
  "stroke-width",
  "visibility",
];

/** An element of SVG with attributes and text. */
function make(name, attributes, text = "") {
  const element = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
}

/** A colour as every program that reads SVG knows it: browsers compute newer ways to write one. */
function plain(colour) {
  if (!/^(color|oklab|oklch|lab|lch)\(/.test(colour)) return colour;
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${(alpha / 255).toFixed(3)})`;
}

/** A copy of a drawing that looks in a file as it does here. */
function dressed(svg) {
  const copy = svg.cloneNode(true);
  const marks = [svg, ...svg.querySelectorAll("*")];
  const copies = [copy, ...copy.querySelectorAll("*")];
  marks.forEach((mark, i) => {
    if (mark.closest("defs")) return; // it looks as what uses it says
    const style = getComputedStyle(mark);
    for (const look of LOOKS) {
      copies[i].style.setProperty(look, plain(style.getPropertyValue(look)));
    }
  });
  return copy;
}

/** What of a drawing is in sight, in its own units: some have more than their stage shows. */
function inSight(svg) {
  const box = svg.getBoundingClientRect();
  const stage = svg.parentElement.getBoundingClientRect();
  const { x, y, width } = svg.viewBox.baseVal;
  const unit = width / box.width;
  const from = [Math.max(box.left, stage.left), Math.max(box.top, stage.top)];
  const to = [Math.min(box.right, stage.right), Math.min(box.bottom, stage.bottom)];
  return new DOMRect(
    x + unit * (from[0] - box.left),
    y + unit * (from[1] - box.top),
    unit * (to[0] - from[0]),
    unit * (to[1] - from[1]),
  );
}

/** What a figure shows, as an SVG that needs no style sheet, and where in its units that lies. */
function drawingOf(figure, isWide) {
  const all = [...figure.querySelectorAll(".lr-stage svg")];
  const shown = all.find((one) => one.getClientRects().length);
  if (!shown) return ofWords(figure);
  const part = inSight(shown);
  const { width, height } = shown.viewBox.baseVal;
  const isWhole = part.width > 0.9 * width && part.height > 0.9 * height;
  // On a slide the other drawing, for a screen or for a phone, may have much larger letters.
  const letters = (one) => {
    const box = one.viewBox.baseVal;
    return Math.min(WIDE[0] / box.width, (0.8 * WIDE[1]) / box.height);
  };
  const larger = all.find((one) => letters(one) > MUCH * letters(shown));
  if (!isWide || !isWhole || !larger) return { drawing: dressed(shown), part };
  return { drawing: dressed(larger), part: larger.viewBox.baseVal };
}

/** The words of a figure that has no drawing, each on its column, as they stand on the page. */
function ofWords(figure) {
  const seen = (one) => one.getClientRects().length;
  const words = [...figure.querySelectorAll(".lr-words > :is(span, mark, button)")].filter(seen);
  const told = [...figure.querySelectorAll(".lr-left > span")].filter(seen);
  const drawing = make("svg", {});
  for (const word of words) {
    const { left, top, width, bottom } = word.getBoundingClientRect();
    const style = getComputedStyle(word);
    // The room of a column, and what of it is full.
    for (const name of ["::before", "::after"]) {
      const { content, backgroundColor, height, visibility } = getComputedStyle(word, name);
      if (content === "none" || visibility === "hidden") continue;
      const y = bottom + COLUMN;
      if (content === '""') {
        const fill = plain(backgroundColor);
        drawing.append(make("rect", { x: left, y, width, height: parseFloat(height), fill }));
      } else {
        // Above all that there is room for: how many times.
        const at = { x: left + width / 2, y: bottom + 60, "text-anchor": "middle" };
        drawing.append(make("text", { ...at, ...lettersOf(word, name) }, content.slice(1, -1)));
      }
    }
    if (style.outlineStyle !== "none") {
      const look = { fill: "none", stroke: plain(style.outlineColor), "stroke-width": 2 };
      if (style.outlineStyle === "dashed") look["stroke-dasharray"] = "5 4";
      drawing.append(make("rect", { x: left, y: top, width, height: bottom - top, ...look }));
    }
    drawing.append(lineOf(word));
  }
  drawing.append(...told.map(lineOf));
  const boxes = [...words, ...told].map((one) => one.getBoundingClientRect());
  const x = Math.min(...boxes.map(({ left }) => left));
  const y = Math.min(...boxes.map(({ top }) => top));
  const width = Math.max(...boxes.map(({ right }) => right)) - x;
  const height = Math.max(...boxes.map(({ bottom }) => bottom)) - y;
  return { drawing, part: new DOMRect(x - 2, y - 2, width + 4, height + 4) };
}

/** The letters of an element, as attributes. */
function lettersOf(element, part) {
  const { color, fontFamily, fontSize, fontWeight } = getComputedStyle(element, part);
  return {
    fill: plain(color),
    "font-family": fontFamily,
    "font-size": parseFloat(fontSize),
    "font-weight": fontWeight,
  };
}

/** The text of an element in one line, where it stands. */
function lineOf(element) {
  const { left, top, width, height } = element.getBoundingClientRect();
  const at = { x: left + width / 2, y: top + height / 2, "text-anchor": "middle" };
  const text = element.textContent.trim().replace(/\s+/g, " ");
  return make("text", { ...at, dy: "0.35em", ...lettersOf(element) }, text);
}

/** The finding of a figure, with which its caption begins; its formulas in one line. */
export function findingOf(figure) {
  const finding = figure.querySelector(".lr-caption strong")?.cloneNode(true);
  for (const formula of finding?.querySelectorAll(".katex") ?? []) {
    formula.replaceWith(inLine(formula.querySelector("math")));
  }
  return (finding?.textContent ?? figure.id).trim();
}

/** A formula as a line of text: d² for what is raised, d_1 or d^(k−n) where there is no such sign. */
function inLine(node) {
  if (!node.children.length) return node.textContent;
  const name = node.localName;
  if (name === "annotation" || name === "semantics") return inLine(node.firstElementChild);
  const parts = [...node.children].map(inLine);
  if (name === "mfrac") return parts.join("/");
  if (name === "msqrt") return `√${parts.join("")}`;
  if (name !== "msup" && name !== "msub") return parts.join("");
  const [base, small] = parts;
  const all = [...small];
  if (name === "msup" && all.every((sign) => sign in RAISED)) {
    return base + all.map((sign) => RAISED[sign]).join("");
  }
  const mark = name === "msup" ? "^" : "_";
  return base + mark + (all.length > 1 ? `(${small})` : small);
}

/** The faces of the page that a drawing, as text, has letters of: as rules with the fonts inside. */
async function faces(text) {
  const named = ({ style }) => style.fontFamily.replace(/["']/g, "");
  const rules = [...document.styleSheets]
    .flatMap(({ cssRules }) => [...cssRules])
    .filter((rule) => rule instanceof CSSFontFaceRule)
    .filter((rule) => named(rule) === FAMILY || text.includes(named(rule)));
  const inside = rules.map(async ({ cssText, parentStyleSheet }) => {
    const [, address] = /url\("?([^")]+)"?\)/.exec(cssText);
    if (address.startsWith("data:")) return cssText;
    const response = await fetch(new URL(address, parentStyleSheet.href));
    const bytes = new Uint8Array(await response.arrayBuffer());
    const packed = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    return cssText.replace(address, `data:font/woff2;base64,${packed}`);
  });
  return (await Promise.all(inside)).join("\n");
}

/** The lines of a text that is no wider than `width` in letters of a size. */
function lines(text, size, width) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `600 ${size}px "${FAMILY}"`;
  const found = [""];
  for (const word of text.split(/\s+/)) {
    const longer = `${found.at(-1)} ${word}`.trim();
    if (found.at(-1) && pen.measureText(longer).width > width) found.push(word);
    else found[found.length - 1] = longer;
  }
  return found;
}

/** Where the figure stands, as it is set, for whoever sees the picture. */
function sourceOf(figure) {
  const { href } = document.querySelector("link[rel=canonical]") ?? location;
  const page = href.replace(/#.*/, "").replace(/^https?:\/\//, "");
  return page + (settingOf(figure) || `#${figure.id}`);
}

/**
 * The picture of a figure.
 *
 * @param {HTMLElement} figure
 * @param {{format: string, isWide: boolean}} how format "svg" or "png"
 * @returns {Promise<Blob>}
 */
export async function picture(figure, { format, isWide }) {
  const { drawing, part } = drawingOf(figure, isWide);
  const width = isWide ? WIDE[0] : part.width;
  const [size, small] = [SIZE, SMALL].map((share) => Math.max(LEAST, share * width));
  const edge = 0.02 * width;
  const said = lines(findingOf(figure), size, width - 2 * edge);
  const top = edge + 1.3 * size * said.length;
  const bottom = 1.8 * small + edge;
  const room = isWide ? WIDE[1] - top - bottom : part.height;
  const scale = Math.min((width - (isWide ? 2 * edge : 0)) / part.width, room / part.height);
  const height = top + room + bottom;

  const { color, backgroundColor } = getComputedStyle(document.body);
  const whole = make("svg", { xmlns: NS, width, height, viewBox: `0 0 ${width} ${height}` });
  const text = (line, y, letters, weight) =>
    make(
      "text",
      {
        x: edge,
        y,
        fill: color,
        "font-family": `${FAMILY}, sans-serif`,
        "font-size": letters,
        "font-weight": weight,
      },
      line,
    );
  const shown = [scale * part.width, scale * part.height];
  const place = {
    x: (width - shown[0]) / 2,
    y: top + (room - shown[1]) / 2,
    width: shown[0],
    height: shown[1],
    viewBox: [part.x, part.y, part.width, part.height].join(" "),
  };
  for (const [name, value] of Object.entries(place)) drawing.setAttribute(name, value);
  drawing.style.removeProperty("width");
  whole.append(
    make("style", {}, await faces(new XMLSerializer().serializeToString(drawing))),
    make("rect", { width, height, fill: backgroundColor }),
    ...said.map((line, i) => text(line, edge + size * (0.9 + 1.3 * i), size, 600)),
    drawing,
    text(`longrange · ${sourceOf(figure)} · CC BY-SA 4.0`, height - edge, small, 400),
  );
  const file = new XMLSerializer().serializeToString(whole);
  if (format === "svg") return new Blob([file], { type: "image/svg+xml" });
  return drawn(file, width, height);
}

/** An SVG as a PNG. */
async function drawn(file, width, height) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(file)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: SCALE * width, height: SCALE * height });
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, fail) => {
    canvas.toBlob((blob) => (blob ? done(blob) : fail(Error("the browser made none"))));
  });
}

/** Hand a picture to the reader, the setting in its name. */
export function save(figure, blob) {
  const set = settingOf(figure).slice(1).replaceAll("=", "").replaceAll("&", "-");
  const setting = set.slice(0, LONGEST); // a sentence of one's own may be long
  const suffix = blob.type === "image/png" ? "png" : "svg";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${[figure.id, setting].filter(Boolean).join("-")}.${suffix}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
