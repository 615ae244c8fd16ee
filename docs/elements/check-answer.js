// Says whether an answer is right: <check-answer answer="8.38">.
const WITHIN = 0.02;

function judge(typed, answer) {
  const value = Number(typed.trim().replace(",", "."));
  if (!typed.trim() || !Number.isFinite(value)) return "Type a number, such as 12.5.";
  if (Math.abs(value - answer) <= WITHIN * Math.abs(answer)) return `Right: ${+answer.toFixed(1)}.`;
  return `Too ${value > answer ? "large" : "small"}. Try again, or open the answer.`;
}

customElements.define("check-answer", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => {
      event.preventDefault();
      const typed = this.querySelector("input").value;
      this.querySelector("output").textContent = judge(typed, +this.getAttribute("answer"));
    });
  }
});
