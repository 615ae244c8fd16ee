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

/** A copy of a drawing that looks in a file as it does here. */
function dressed(svg) {
  const copy = svg.cloneNode(true);
  const marks = [svg, ...svg.querySelectorAll("*")];
  const copies = [copy, ...copy.querySelectorAll("*")];
  marks.forEach((mark, i) => {
    if (mark.closest("defs")) return; // it looks as what uses it says
    const style = getComputedStyle(mark);
    for (const look of LOOKS) copies[i].style.setProperty(look, style.getPropertyValue(look));
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
  return {
    x: x + unit * (from[0] - box.left),
    y: y + unit * (from[1] - box.top),
    width: unit * (to[0] - from[0]),
    height: unit * (to[1] - from[1]),
  };
}

/** The finding of a figure, with which its caption begins; of a formula what is read, once. */
export function findingOf(figure) {
  const finding = figure.querySelector(".lr-caption strong")?.cloneNode(true);
  finding?.querySelectorAll(".katex-mathml").forEach((one) => one.remove());
  return (finding?.textContent ?? figure.id).trim();
}

/** The faces of the page, as rules with the fonts inside. */
async function faces() {
  const rules = [...document.styleSheets]
    .flatMap(({ cssRules }) => [...cssRules])
    .filter((rule) => rule instanceof CSSFontFaceRule && rule.style.fontFamily.includes(FAMILY));
  const inside = rules.map(async ({ cssText, parentStyleSheet }) => {
    const [, address] = /url\("?([^")]+)"?\)/.exec(cssText);
    if (address.startsWith("data:")) return cssText;
    const response = await fetch(new URL(address, parentStyleSheet.href));
    const bytes = new Uint8Array(await response.arrayBuffer());
    const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    return cssText.replace(address, `data:font/woff2;base64,${text}`);
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

/** Where the figure stands, for whoever sees the picture. */
const sourceOf = (figure) => `${location.host}${location.pathname}#${figure.id}`;

/**
 * The picture of a figure.
 *
 * @param {HTMLElement} figure
 * @param {{format: string, isWide: boolean}} how format "svg" or "png"
 * @returns {Promise<Blob>}
 */
export async function picture(figure, { format, isWide }) {
  const svg = [...figure.querySelectorAll("svg")].find((one) => one.getClientRects().length);
  const drawing = inSight(svg);
  const width = isWide ? WIDE[0] : drawing.width;
  const [size, small] = [SIZE, SMALL].map((share) => Math.max(LEAST, share * width));
  const edge = 0.02 * width;
  const said = lines(findingOf(figure), size, width - 2 * edge);
  const top = edge + 1.3 * size * said.length;
  const bottom = 1.8 * small + edge;
  const room = isWide ? WIDE[1] - top - bottom : drawing.height;
  const scale = Math.min((width - (isWide ? 2 * edge : 0)) / drawing.width, room / drawing.height);
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
  const copy = dressed(svg);
  const shown = [scale * drawing.width, scale * drawing.height];
  Object.entries({
    x: (width - shown[0]) / 2,
    y: top + (room - shown[1]) / 2,
    width: shown[0],
    height: shown[1],
    viewBox: [drawing.x, drawing.y, drawing.width, drawing.height].join(" "),
  }).forEach(([key, value]) => copy.setAttribute(key, value));
  copy.style.removeProperty("width");
  whole.append(
    make("style", {}, await faces()),
    make("rect", { width, height, fill: backgroundColor }),
    ...said.map((line, i) => text(line, edge + size * (0.9 + 1.3 * i), size, 600)),
    copy,
    text(`${sourceOf(figure)} · CC BY-SA 4.0`, height - edge, small, 400),
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
  const setting = settingOf(figure).slice(1).replaceAll("=", "").replaceAll("&", "-");
  const suffix = blob.type === "image/png" ? "png" : "svg";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${[figure.id, setting].filter(Boolean).join("-")}.${suffix}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
