// A box that says whether an answer is right, within two per cent: <check-answer answer="8.38">
// around a form with an <input> and an <output>, in the exercises of the pages.

const WITHIN = 0.02; // who reads a number off a figure is not wrong

/**
 * What is said of an answer.
 *
 * @param {string} typed a decimal comma is as good as a point
 * @param {number} answer
 */
function judge(typed, answer) {
  const value = Number(typed.trim().replace(",", "."));
  if (!typed.trim() || !Number.isFinite(value)) return "Type a number, such as 12.5.";
  if (Math.abs(value - answer) <= WITHIN * Math.abs(answer)) {
    return `Right: ${Number(answer.toFixed(1))}.`; // 20, not 20.0
  }
  return `Too ${value > answer ? "large" : "small"}. Try again, or open the answer.`;
}

customElements.define(
  "check-answer",
  class extends HTMLElement {
    connectedCallback() {
      this.addEventListener("submit", (event) => {
        event.preventDefault();
        const typed = this.querySelector("input").value;
        this.querySelector("output").textContent = judge(typed, +this.getAttribute("answer"));
      });
    }
  },
);
