// One line at the foot of the window: says what the page could not read, or did otherwise than it
// was asked. It lies over the page, so that nothing moves, and goes with the next change.

let line; // made for the first notice: most readers never need it

/** Say `text`; an empty one takes away what was said. */
export function notice(text) {
  if (!line && !text) return;
  line ??= make();
  // A moment later: what changes as it comes is not read aloud.
  clearTimeout(line.timer);
  line.timer = setTimeout(
    () => {
      line.textContent = text;
      // Not by :has(p:empty): that has browsers look anew at every button with every change.
      line.parentElement.classList.toggle("lr-silent", !text);
    },
    text ? 50 : 0,
  );
}

function make() {
  const box = document.createElement("div");
  box.className = "lr-notice lr-silent";
  const status = document.createElement("p");
  status.role = "status";
  const button = Object.assign(document.createElement("button"), {
    type: "button",
    textContent: "Close",
  });
  button.addEventListener("click", () => notice(""));
  box.append(status, button);
  // A figure that is a file by itself has no article.
  document.querySelector("article, main").append(box);
  return status;
}
