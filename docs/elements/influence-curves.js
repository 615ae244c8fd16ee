// r^k with the reader's r and k.
import { fate, figures, horizon, influence, remains, SAID } from "./rates.js";
import { slider } from "./slider.js";
import { line, move, Stage, write } from "./stage.js";
import { KEYS, reset, set, subscribe } from "./state.js";

const LAGS = [...Array(KEYS.k.max + 1).keys()];

const show = (part, visible) => part.setAttribute("visibility", visible ? "visible" : "hidden");

/** The lag at which the curve leaves through the top of the panel; infinite if it does not. */
const exit = ({ highest }, r) => horizon(1 / r, 1 / highest);

customElements.define("influence-curves", class extends HTMLElement {
  connectedCallback() {
    this.stage = new Stage(this);
    slider(this, "r", SAID.r);
    slider(this, "k", SAID.k);
    this.stage.onDrag(([x]) => set({ k: this.stage.axes.linear.x.invert(x) })); // as in the other
    this.querySelector("button").addEventListener("click", () => reset(["r", "k", "scale"]));
    subscribe((state) => this.render(state));
  }

  render({ r, k, scale }) {
    this.dataset.scale = scale;
    const { axes } = this.stage;
    for (const panel in axes) this.draw(panel, r, k);
    const leaves = exit(axes[scale], r);
    this.stage.say(`r = ${r.toFixed(2)}: ${fate(r)}. At k = ${k}: ${remains(r, k)}.`
      + (leaves <= KEYS.k.max ? ` Off the top after ${Math.ceil(leaves)} words.` : ""));
  }

  draw(panel, r, k) {
    const axes = this.stage.axes[panel];
    const { x, y, top, bottom } = axes;
    const part = (gid, tag) => this.stage.part(`${panel}-${gid}`, tag);
    const left = influence(r, k);
    const [at, height] = [x(k), y(left)];
    part("curve").setAttribute("d", line(LAGS.map((j) => [x(j), y(influence(r, j))])));
    part("lag").setAttribute("d", line([[at, bottom], [at, top]]));
    const dot = part("dot", "use");
    move(dot, at, height);
    show(dot, height >= top - 0.5 && height <= bottom + 0.5);
    write(part("label", "text"),
      `${left > 1 ? `× ${figures(left)}` : `${figures(left)} left`} at k = ${k}`);

    // A growing curve leaves through the top: say where.
    const lags = exit(axes, r);
    const leaves = lags <= KEYS.k.max;
    const [arrow, words] = [part("arrow", "use"), part("exit", "text")];
    for (const mark of [arrow, words]) {
      mark.style.opacity = mark.style.fillOpacity = mark.style.strokeOpacity = 1; // drawn unseen
      show(mark, leaves);
    }
    if (!leaves) return;
    move(arrow, x(lags), top);
    write(words, `off the top after ${Math.ceil(lags)} words`);
  }
});
