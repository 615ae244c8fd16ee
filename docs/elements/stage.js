// The SVG that Python drew, and where data lies in it. Elements move marks; they draw nothing new.
// Every element that stands around a picture has a Stage; one without a picture has a Voice.

import { drag } from "./drag.js";

const QUIET = 500; // ms without news after which the result is announced

/**
 * Changes the words of an element, if they are others. Its text is never remembered: programs that
 * translate pages put nodes of their own in its place.
 */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Announces what became of a figure, once it has come to rest. */
export class Voice {
  /** @param {HTMLElement} host stands in a figure and holds its status line */
  constructor(host) {
    this.figure = host.closest("figure");
    this.status = host.querySelector("[role=status]");
  }

  /**
   * Say `text` when nothing else has been said for a moment: nobody wants to hear of every step
   * on the way.
   */
  announce(text) {
    clearTimeout(this.quiet);
    // Several figures of a page show one r. Where the reader sets it, it is said; not by all.
    const { activeElement, body } = document;
    const elsewhere = activeElement && activeElement !== body;
    if (elsewhere && !this.figure.contains(activeElement)) return;
    this.quiet = setTimeout(() => write(this.status, text), QUIET);
  }
}

/** A figure's picture: its marks by name, its axes, its readout, its announcements. */
export class Stage extends Voice {
  /**
   * @param {HTMLElement} host holds the SVG and, as JSON, what `stage` of explainer/drawing/svg.py
   *   wrote: the size of the picture and, for each axes, domain and range of x and y
   */
  constructor(host) {
    super(host);
    this.svg = host.querySelector(".lr-stage svg");
    this.readout = host.querySelector(".lr-readout");
    this.stem = this.figure.id;
    const { size, axes } = JSON.parse(host.querySelector("[data-stage]").textContent);
    this.width = size[0];
    /** By the gid of each axes: x and y, from data to SVG units; bottom and top in SVG units. */
    this.axes = {};
    for (const [name, { x, y }] of Object.entries(axes)) {
      const [bottom, top] = y.range;
      this.axes[name] = { x: scaleOf(x), y: scaleOf(y), bottom, top, highest: y.domain[1] };
    }
  }

  /** The group of the artist, or of the axes, whose gid in the figure module is `gid`. */
  group(gid) {
    return document.getElementById(`${this.stem}-${gid}`);
  }

  /** That artist: the first `tag` in its group, or, where matplotlib made none, the artist itself. */
  part(gid, tag = "path") {
    const group = this.group(gid);
    return group.querySelector(tag) ?? group;
  }

  /** Write what is seen now, and announce it; the beginning is not news. */
  say(text) {
    write(this.readout, text);
    if (this.said) {
      // What Python wrote of the picture is true of its first state only.
      this.svg.setAttribute("aria-describedby", this.readout.id);
      this.announce(text);
    }
    this.said = true;
  }

  /** Lay the figure's pad, or what is given, over the axes `name`, and return it. */
  cover(name, pad = this.figure.querySelector(".lr-pad")) {
    const { x, bottom, top } = this.axes[name];
    const [left, right] = x.range;
    const { width, height } = this.svg.viewBox.baseVal;
    // Shares of the picture, so that it stays there when the picture grows.
    pad.style.inset = [top / height, 1 - right / width, 1 - bottom / height, left / width]
      .map((share) => `${100 * share}%`)
      .join(" ");
    this.svg.after(pad);
    return pad;
  }

  /**
   * Call `act([x, y], [fromX, fromY])`, both in SVG units, while a pointer is dragged on the
   * picture from one point to the other.
   */
  onDrag(act) {
    let box, began;
    drag(this.svg, (event, start) => {
      // Once a drag: to ask for it in each move would lay out the page again and again.
      if (began !== start) box = this.svg.getBoundingClientRect();
      began = start;
      const unit = this.width / box.width;
      const at = ({ clientX, clientY }) => [
        unit * (clientX - box.left),
        unit * (clientY - box.top),
      ];
      act(at(event), at(start));
    });
  }
}

/** `value`, or the end of the range that it is beyond. */
export const within = (value, low, high) => Math.max(low, Math.min(high, value));

/** Put a mark, the `<use>` of a marker, at a point in SVG units. */
export function move(mark, x, y) {
  mark.setAttribute("x", x.toFixed(2));
  mark.setAttribute("y", y.toFixed(2));
}

/**
 * Lead a `<path>` along points in SVG units.
 *
 * @param {SVGPathElement} path
 * @param {Array<[number, number]>} points
 */
export function trace(path, points) {
  const d = points.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`).join("L");
  path.setAttribute("d", `M${d}`);
}

/** Put an upright line at x, through the whole height of its axes. */
export const upright = (path, x, { bottom, top }) =>
  trace(path, [
    [x, bottom],
    [x, top],
  ]);

/**
 * A function from data to SVG units along one axis; its `invert` leads back.
 *
 * @param {{domain: [number, number], range: [number, number], log: boolean}} axis
 */
function scaleOf({ domain, range, log }) {
  const unit = log ? Math.log10 : (value) => value;
  const [from, to] = domain.map(unit);
  const [start, end] = range;
  // The logarithm of 0 is no place in a picture: far outside is far enough, and still a number.
  const reach = 3 * Math.abs(end - start);
  const map = (value) => {
    const at = start + ((unit(value) - from) / (to - from)) * (end - start);
    return within(at, -reach, reach + Math.max(start, end));
  };
  map.invert = (at) => {
    const value = from + ((at - start) / (end - start)) * (to - from);
    return log ? 10 ** value : value;
  };
  map.range = range;
  return map;
}
