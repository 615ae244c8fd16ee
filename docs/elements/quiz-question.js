// A question with a reason for each choice. explainer/pages/questions.py makes it of a list in the
// page: radio buttons, and a fold with the reasons, which is for those without JavaScript. Here each
// reason goes to its choice, and shows when that is chosen. Nothing is scored or kept.

customElements.define(
  "quiz-question",
  class extends HTMLElement {
    connectedCallback() {
      const fold = this.querySelector("details");
      if (!fold) return; // it was here before
      const places = [...this.querySelectorAll("[aria-live]")];
      for (const [i, reason] of [...fold.querySelectorAll(".lr-reason")].entries()) {
        reason.hidden = true;
        places[i].append(reason); // the node itself: its formulas, links and translated words
      }
      fold.remove();

      // What comes to sight in its place is read aloud: that is a live region.
      this.addEventListener("change", ({ target }) => {
        for (const place of places) {
          place.querySelector(".lr-reason").hidden = !place.parentElement.contains(target);
        }
      });
      // Enter on a radio button would send the form.
      this.addEventListener("submit", (event) => event.preventDefault());
    }
  },
);
