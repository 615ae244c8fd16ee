// Lines of Python that compute what a figure shows, with the reader's values in them, and the button
// that copies them.

import { write } from "./stage.js";

const COPY = "Copy as Python";

/** The code of a figure: in a fold, with <name> where a value goes. */
export class PythonCode {
  /**
   * @param {HTMLElement} host holds the fold and the button named copy
   * @param {Voice} voice says whether that went well
   */
  constructor(host, voice) {
    this.code = host.querySelector("pre code");
    this.lines = this.code.textContent;
    this.button = host.querySelector("[name=copy]");
    this.button.addEventListener("click", () => this.copy());
    this.voice = voice;
  }

  /** Write the lines with these values. */
  show(values) {
    write(this.button, COPY);
    write(
      this.code,
      this.lines.replace(/<(\w+)>/g, (_, name) => values[name]),
    );
  }

  /** Copy the lines, and say on the button whether that went well. */
  async copy() {
    this.code.closest("details").open = true;
    let said = "Copied";
    try {
      await navigator.clipboard.writeText(this.code.textContent);
    } catch {
      said = "Not copied: the lines stand below";
    }
    write(this.button, said);
    this.voice.announce(said);
  }
}
