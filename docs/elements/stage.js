// The SVGs that Python drew, and where data lies in them. Elements move marks; they draw nothing new.
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

/** One drawing of a figure: its marks by name, and its axes. */
class Drawing {
  /**
   * @param {Element} holder what holds the SVG
   * @param {string} prefix of the ids in it
   * @param {{size: [number, number], axes: object}} stage what `stage` of explainer/drawing/svg.py
   *   wrote: the size of the picture and, for each axes, domain and range of x and y
   */
  constructor(holder, prefix, { size, axes }) {
    this.holder = holder;
    this.svg = holder.querySelector("svg");
    this.prefix = prefix;
    this.width = size[0];
    /** By the gid of each axes: x and y, from data to SVG units; bottom and top in SVG units. */
    this.axes = {};
    for (const [name, { x, y }] of Object.entries(axes)) {
      const [bottom, top] = y.range;
      this.axes[name] = { x: scaleOf(x), y: scaleOf(y), bottom, top };
    }
  }

  /** The group of the artist, or of the axes, whose gid in the figure module is `gid`. */
  group(gid) {
    return document.getElementById(`${this.prefix}-${gid}`);
  }

  /** That artist: the first `tag` in its group, or, where matplotlib made none, the artist itself. */
  part(gid, tag = "path") {
    const group = this.group(gid);
    return group.querySelector(tag) ?? group;
  }

  /** Whether it is the one that is seen. */
  get isShown() {
    return this.holder.getClientRects().length > 0;
  }
}

/**
 * A figure's picture, its readout, its announcements. Python drew it twice, for a screen and for a
 * phone, and the style sheet shows one: an element moves the marks of both `drawings`, so that the
 * other one is right when a window is made narrow, a phone turned, or the page printed.
 */
export class Stage extends Voice {
  /** @param {HTMLElement} host holds the SVGs and, as JSON, where data lies in each */
  constructor(host) {
    super(host);
    this.readout = host.querySelector(".lr-readout");
    const stages = JSON.parse(host.querySelector("[data-stage]").textContent);
    this.drawings = Object.entries(stages).map(([kind, stage]) => {
      const prefix = kind === "wide" ? this.figure.id : `${this.figure.id}-${kind}`;
      return new Drawing(host.querySelector(`.lr-for-${kind}`), prefix, stage);
    });
  }

  /** The drawing that is seen. */
  get shown() {
    return this.drawings.find((drawing) => drawing.isShown) ?? this.drawings[0];
  }

  /** Write what is seen now, in a sentence, and announce it; the beginning is not news. */
  say(text) {
    write(this.readout, text);
    this.news(text);
  }

  /**
   * Write the values of the readout, and announce the `sentence` that says them in words.
   *
   * @param {Object<string, string>} values by the `data-value` of the element that shows each
   * @param {string} sentence
   */
  tell(values, sentence) {
    for (const [name, text] of Object.entries(values)) {
      write(this.readout.querySelector(`[data-value=${name}]`), text);
    }
    this.news(sentence);
  }

  /** Announce what became of the figure, but for the beginning. */
  news(sentence) {
    if (this.said) {
      this.describe();
      this.announce(sentence);
    }
    this.said = sentence;
  }

  /** Let the readout describe the picture: what Python wrote is true of its first state only. */
  describe() {
    for (const { svg } of this.drawings) svg.setAttribute("aria-describedby", this.readout.id);
  }

  /**
   * Lay the figure's pad, or what is given, over the axes `name` of the drawing that is shown, and
   * return it.
   */
  cover(name, pad = this.figure.querySelector(".lr-pad")) {
    const lay = () => {
      const { svg, axes } = this.shown;
      const { x, bottom, top } = axes[name];
      const [left, right] = x.range;
      const { width, height } = svg.viewBox.baseVal;
      // Shares of the picture, so that it stays there when the picture grows.
      pad.style.inset = [top / height, 1 - right / width, 1 - bottom / height, left / width]
        .map((share) => `${100 * share}%`)
        .join(" ");
      svg.after(pad);
    };
    lay();
    // The other drawing is shown: the first one has lost its place, or got it back.
    let seen = this.shown;
    new ResizeObserver(() => {
      if (this.shown === seen) return;
      seen = this.shown;
      lay();
    }).observe(this.drawings[0].holder);
    return pad;
  }

  /**
   * Call `act([x, y], [fromX, fromY], drawing)`, both in SVG units, while a pointer is dragged on a
   * drawing from one point to the other.
   */
  onDrag(act) {
    for (const drawing of this.drawings) {
      let box, began;
      drag(drawing.svg, (event, start) => {
        // Once a drag: to ask for it in each move would lay out the page again and again.
        if (began !== start) box = drawing.svg.getBoundingClientRect();
        began = start;
        const unit = drawing.width / box.width;
        const at = ({ clientX, clientY }) => [
          unit * (clientX - box.left),
          unit * (clientY - box.top),
        ];
        act(at(event), at(start), drawing);
      });
    }
  }
}

/** `value`, or the end of the range that it is beyond. */
export const within = (value, low, high) => Math.max(low, Math.min(high, value));

/** Put a mark, the `<use>` of a marker, at a point in SVG units. */
export function move(mark, x, y) {
  mark.setAttribute("x", x.toFixed(2));
  mark.setAttribute("y", y.toFixed(2));
}

/** The size of a text that Python drew, in SVG units. */
export const sizeOf = (text) => parseFloat(text.getAttribute("font-size"));

/** Put a name beside a point in SVG units: it begins at x, and y is in the middle of its height. */
export const name = (text, x, y) => move(text, x, y + 0.35 * sizeOf(text));

/** Whether a mark, or a name, is to be seen. */
export const show = (part, isSeen) =>
  part.setAttribute("visibility", isSeen ? "visible" : "hidden");

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
 * A function from data to SVG units along one axis; its `invert` leads back, and `over` gives the
 * same axis with other data at its ends.
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
  map.domain = domain;
  map.over = (other) => scaleOf({ domain: other, range, log });
  return map;
}
