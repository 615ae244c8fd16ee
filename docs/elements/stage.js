// The SVG that Python drew, and where data lies in it.

import { drag } from "./drag.js";

const QUIET = 500; // ms before the result is announced

/** What is announced of a figure, when it has rested. */
export class Voice {
  /** `host` stands in a figure and holds its status line. */
  constructor(host) {
    this.figure = host.closest("figure");
    this.status = host.querySelector("[role=status]");
  }

  /** Announce `text` after a moment of rest. */
  announce(text) {
    clearTimeout(this.quiet);
    const { activeElement: at, body } = document;
    if (at && at !== body && !this.figure.contains(at)) return; // said there
    this.quiet = setTimeout(() => write(this.status, text), QUIET);
  }
}

export class Stage extends Voice {
  /** `host` holds the SVG too and, as JSON, what `explainer.drawing.svg.stage` wrote. */
  constructor(host) {
    super(host);
    this.svg = host.querySelector(".lr-stage svg");
    this.readout = host.querySelector(".lr-readout");
    this.stem = this.figure.id;
    const { size, axes } = JSON.parse(host.querySelector("[data-stage]").textContent);
    this.width = size[0];
    this.axes = Object.fromEntries(Object.entries(axes).map(([name, { x, y }]) =>
      [name, { x: scale(x), y: scale(y), bottom: y.range[0], top: y.range[1],
               highest: y.domain[1] }]));
  }

  /** The artist whose gid in the figure module is `gid`, or the first `tag` in it. */
  part(gid, tag = "path") {
    const group = document.getElementById(`${this.stem}-${gid}`);
    return group.querySelector(tag) ?? group;
  }

  /** Write and announce what is seen; the beginning is not news. */
  say(text) {
    write(this.readout, text);
    if (this.said) {
      // Python's words are true of its first state only.
      this.svg.setAttribute("aria-describedby", this.readout.id);
      this.announce(text);
    }
    this.said = true;
  }

  /** Lay the pad of the figure over the axes `name`. */
  cover(name) {
    const pad = this.figure.querySelector(".lr-pad");
    const { x: { range: [left, right] }, bottom, top } = this.axes[name];
    const { width, height } = this.svg.viewBox.baseVal;
    pad.style.inset = [top / height, 1 - right / width, 1 - bottom / height, left / width]
      .map((share) => `${100 * share}%`).join(" ");
    this.svg.after(pad);
    return pad;
  }

  /** Call `move([x, y], start)` with SVG units while a pointer is dragged from `start`. */
  onDrag(move) {
    let box, began;
    drag(this.svg, (event, start) => {
      if (began !== start) box = this.svg.getBoundingClientRect(); // once a drag: no layout in it
      began = start;
      const scale = this.width / box.width;
      const at = ({ clientX, clientY }) => [clientX - box.left, clientY - box.top].map((v) => v * scale);
      move(at(event), at(start));
    });
  }
}

export const within = (value, low, high) => Math.max(low, Math.min(high, value));

/** Change the words of an element without making a node. */
export const write = (element, text) => {
  if (element.firstChild.data !== text) element.firstChild.data = text;
};

/** Put a mark, the `<use>` of a marker, at a point in SVG units. */
export function move(mark, x, y) {
  mark.setAttribute("x", x.toFixed(2));
  mark.setAttribute("y", y.toFixed(2));
}

/** The `d` of a line through points in SVG units. */
export const line = (points) =>
  "M" + points.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`).join("L");

function scale({ domain, range, log }) {
  const unit = log ? Math.log10 : (v) => v;
  const [from, to] = domain.map(unit);
  const [start, end] = range;
  const reach = 3 * Math.abs(end - start); // far outside is far enough, and still a number
  const map = (value) => {
    const at = start + ((unit(value) - from) / (to - from)) * (end - start);
    return Math.max(-reach, Math.min(reach + Math.max(start, end), at));
  };
  map.invert = (at) => {
    const value = from + ((at - start) / (end - start)) * (to - from);
    return log ? 10 ** value : value;
  };
  map.range = range;
  return map;
}
