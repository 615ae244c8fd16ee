// A box that says whether an answer is right, within two per cent: <check-answer answer="8.38">
// around a form with an <input> and an <output>, in the exercises of the pages. With the attribute
// `percent` the answer is in per cent, and the share is as right: 20, 20 % and 0.2.

import { read } from "./numbers.js";

const WITHIN = 0.02; // who reads a number off a figure is not wrong

/**
 * What is said of an answer.
 *
 * @param {string} typed
 * @param {number} answer
 * @param {boolean} [inPercent] whether `answer` is in per cent
 */
export function judge(typed, answer, inPercent = false) {
  const { value, isPercent } = read(typed);
  // What cannot be read is not wrong; nor is a share where nothing has parts.
  if (Number.isNaN(value) || (isPercent && !inPercent)) return "Type a number, such as 12.5.";
  const isShare = inPercent && !isPercent && Math.abs(value) < 1;
  const given = isShare ? 100 * value : value;
  if (Math.abs(given - answer) <= WITHIN * Math.abs(answer)) {
    return `Right: ${Number(answer.toFixed(1))}.`; // 20, not 20.0
  }
  return `Too ${given > answer ? "large" : "small"}. Try again, or open the answer.`;
}

// In Node, where judge is tested, there are no elements.
globalThis.customElements?.define(
  "check-answer",
  class extends HTMLElement {
    connectedCallback() {
      const answer = Number(this.getAttribute("answer"));
      this.addEventListener("submit", (event) => {
        event.preventDefault();
        const typed = this.querySelector("input").value;
        const said = judge(typed, answer, this.hasAttribute("percent"));
        this.querySelector("output").textContent = said;
      });
    }
  },
);
