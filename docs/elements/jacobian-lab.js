// A network that the reader sets, measured by a worker.
import { onKeys, PAGES, STEPS } from "./keys.js";
import { fate, figures } from "./rates.js";
import { slider } from "./slider.js";
import { line, move, Stage, within, write } from "./stage.js";
import { KEYS, nudge, reset, set, subscribe } from "./state.js";

const LAWS = { bound: "the bound", radius: "the radius", rate: "its own rate" };
const CURVES = ["measured", ...Object.keys(LAWS)];

const said = (value) => (value ? figures(value) : "0");

customElements.define("jacobian-lab", class extends HTMLElement {
  connectedCallback() {
    this.stage = new Stage(this);
    this.curve = CURVES[0];
    this.words = [...this.querySelectorAll(".lr-words > [style]")].reverse();
    this.gap = this.words.findLastIndex((word) => word.matches("mark"));
    this.worker = new Worker(new URL("lab-worker.js", import.meta.url), { type: "module" });
    this.worker.onmessage = ({ data }) => this.show(data);

    this.labels = [...this.querySelectorAll(".lr-slider label")];
    for (const { textContent, control } of this.labels) {
      slider(this, control.name, (state) => `${textContent} ${state[control.name]}`);
    }
    this.querySelector("[name=reset]").addEventListener("click", () => reset(Object.keys(KEYS)));
    this.copy = this.querySelector("[name=copy]");
    this.copy.addEventListener("click", async () => {
      this.querySelector("details").open = true;
      let told = "Copied";
      try {
        await navigator.clipboard.writeText(this.code.textContent);
      } catch {
        told = "Not copied: the lines stand below";
      }
      write(this.copy, told);
      this.stage.announce(told);
    });
    this.code = this.querySelector("pre code");
    this.python = this.code.textContent;
    const { norms, map } = this.stage.axes;
    this.stage.onDrag(([x, y], [fromX, fromY]) => {
      if (fromY < (norms.bottom + map.top) / 2) set({ k: norms.x.invert(x) });
      else if (fromX > this.stage.width / 2) set({ g: map.x.invert(x), s: map.y.invert(y) });
    });
    this.cursor = this.querySelector(".lr-cursor");
    this.cursor.hidden = false;
    onKeys(this.cursor, { ...STEPS, ...PAGES }, (steps) => nudge("k", steps));
    onKeys(this.cursor, { ArrowUp: -1, ArrowDown: 1 }, (turn) => {
      this.curve = CURVES.at((CURVES.indexOf(this.curve) + turn) % CURVES.length);
      if (this.found) this.show(this.found);
    });
    subscribe((state) => this.ask(state));
  }

  ask(state) {
    const { map } = this.stage.axes;
    write(this.copy, "Copy as Python");
    write(this.code, this.python.replace(/<(\w+)>/g, (_, key) => state[key]));
    move(this.stage.part("point", "use"), map.x(state.g), map.y(state.s));
    this.worker.postMessage({ ...state, lags: KEYS.k.max });
  }

  /** Show what was found. */
  show(found) {
    this.found = found;
    const { k, network, norms, norm, radius, rate, values } = found;
    const { norms: { x, y, bottom, top }, spectrum } = this.stage.axes;
    const laws = { bound: norm, radius, rate: Math.exp(rate) };
    const at = (name, j) => (name in laws ? laws[name] ** j : norms[j]);
    const draw = (name, points) => this.stage.part(name).setAttribute("d", line(points));
    for (const name of CURVES) draw(name, norms.map((_, j) => [x(j), y(at(name, j))]));
    draw("lag", [[x(k), bottom], [x(k), top]]);
    draw("values", values.map((value, i) => [spectrum.x((i + 0.5) / values.length),
      spectrum.y(value < values[0] / 1e13 ? 0 : value)])); // not rounding errors
    const here = at(this.curve, k);
    move(this.stage.part("dot", "use"), x(k), within(y(here), top, bottom));
    for (const [j, word] of this.words.entries()) word.style.cssText = `--k:1;--r:${norms[j]}`;

    const half = KEYS.k.max / 2;
    const slope = (norms.at(-1) / norms[half]) ** (1 / half);
    const miss = Object.values(laws).map((law) => Math.abs(Math.log(law / slope)));
    const near = Object.values(LAWS).filter((_, i) => miss[i] < Math.min(...miss) + 0.005);
    const r = +laws.rate.toFixed(9);
    const vague = network.endsWith("tanh") && Math.abs(rate) < 0.01; // runs scatter so much
    const effect = vague ? "level, as far as one run tells" : r ? fate(r) : "all is lost";
    const log = rate.toFixed(3).replace("-0.000", "0.000").replace("-", "−").replace("Infinity", "∞");
    this.stage.say(`‖W‖ ${norm.toFixed(2)}, ρ ${radius.toFixed(2)}, λ₁ ${log}, effective r ${r.toFixed(3)}: `
      + `${effect}. Measured: ${said(norms[k])} at lag ${k}, ${said(norms[this.gap])} for “cat”. `
      + (slope ? `Nearest: ${near.join(", ")}.` : "Nothing is left."));
    for (const { control, textContent, parentNode } of this.labels) {
      const result = control.name === "k" ? `${said(norms[k])} measured` : effect;
      for (const input of parentNode.querySelectorAll("input")) {
        input.ariaValueText = `${textContent} ${input.value}: ${result}`;
      }
    }
    if (this.cursor.matches(":focus")) this.stage.announce(`${LAWS[this.curve] ?? this.curve}, lag ${k}: ${said(here)}`);
  }
});
