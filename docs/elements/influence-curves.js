// r^k with the reader's r and k: moves the bold curve, the marker and their labels.
import { choice } from "./choice.js";
import { fate, figures, influence, remains } from "./rates.js";
import { slider } from "./slider.js";
import { line, move, Stage, write } from "./stage.js";
import { KEYS, reset, set, subscribe } from "./state.js";

const LAGS = Array.from({ length: KEYS.k.max + 1 }, (_, k) => k);
const PARTS = { curve: "path", lag: "path", dot: "use", label: "text", arrow: "use", exit: "text" };

customElements.define("influence-curves", class extends HTMLElement {
  connectedCallback() {
    this.stage = new Stage(this);
    this.panels = Object.entries(this.stage.axes).map(([name, axes]) => {
      const find = ([part, tag]) => [part, this.stage.part(`${name}-${part}`, tag)];
      return { name, ...axes, ...Object.fromEntries(Object.entries(PARTS).map(find)) };
    });
    for (const panel of this.panels) for (const { style } of [panel.arrow, panel.exit])
      style.opacity = style.fillOpacity = style.strokeOpacity = 1; // drawn unseen, placed below

    slider(this, "r", ({ r }) => `r ${r.toFixed(2)}: ${fate(r)}`);
    slider(this, "k", ({ r, k }) => `k ${k}: ${remains(r, k)}`);
    choice(this, "scale");
    this.stage.onDrag(([x]) => set({ k: this.panels[0].x.invert(x) }));
    this.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
    this.querySelector("button").addEventListener("click", () => reset(["r", "k", "scale"]));
    subscribe((state) => this.render(state));
  }

  render({ r, k, scale }) {
    this.dataset.scale = scale;
    for (const panel of this.panels) draw(panel, r, k);
    const leaves = exit(this.panels.find((panel) => panel.name === scale), r);
    this.stage.say(`r = ${r.toFixed(2)}: ${fate(r)}. At k = ${k}: ${remains(r, k)}.`
      + (leaves <= KEYS.k.max ? ` Off the top after ${Math.ceil(leaves)} words.` : ""));
  }
});

function draw(panel, r, k) {
  const { x, y, top, bottom, curve, lag, dot, label, arrow, exit: farewell } = panel;
  const at = x(k);
  const height = y(influence(r, k));
  curve.setAttribute("d", line(LAGS.map((j) => [x(j), y(influence(r, j))])));
  lag.setAttribute("d", line([[at, bottom], [at, top]]));
  move(dot, at, height);
  show(dot, height >= top - 0.5 && height <= bottom + 0.5);
  const left = influence(r, k);
  write(label, `${left > 1 ? `× ${figures(left)}` : `${figures(left)} left`} at k = ${k}`);

  // A growing curve leaves through the top: say where.
  const lags = exit(panel, r);
  const leaves = lags <= KEYS.k.max;
  for (const part of [arrow, farewell]) show(part, leaves);
  if (!leaves) return;
  move(arrow, x(lags), top);
  write(farewell, `off the top after ${Math.ceil(lags)} words`);
}

/** The lag at which the curve leaves through the top of the panel; infinite if it does not. */
function exit({ highest }, r) {
  return r > 1 ? Math.log(highest) / Math.log(r) : Infinity;
}

function show(part, visible) {
  part.setAttribute("visibility", visible ? "visible" : "hidden");
}
