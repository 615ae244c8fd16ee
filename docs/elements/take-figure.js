// What can be taken along of a figure: the file, its address and the line that embeds it, as the
// figure is set and with the controls that somebody wants, and the picture as it is seen.

import { namedControls } from "./named-controls.js";
import { findingOf, picture, save } from "./picture.js";
import { write } from "./stage.js";
import { settingOf } from "./state.js";

const ACROSS = 700; // px of the frame for which the height is measured, about a column of text

const escaped = (text) => text.replace(/[&"<>]/g, (sign) => `&#${sign.codePointAt(0)};`);

/** How the dialog looks, fetched once. */
const looks = new Promise((done) => {
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = new URL("take-figure.css", import.meta.url);
  sheet.onload = sheet.onerror = done;
  document.head.append(sheet);
});

/** Show what can be taken along of a figure. */
export async function press(figure) {
  await looks;
  if (figure.querySelector("dialog")) return; // pressed twice
  const dialog = document.createElement("dialog");
  dialog.className = "lr-take";
  dialog.setAttribute("aria-label", "Take this figure");
  dialog.append(formOf(figure));
  dialog.addEventListener("close", () => dialog.remove());
  figure.append(dialog);
  dialog.showModal();
}

function formOf(figure) {
  const form = document.createElement("form");
  form.method = "dialog";
  form.innerHTML = `<h2>Take this figure</h2>
    <p><a download>The figure as one file</a>, for a learning platform, a mail, or no net at all.</p>
    <fieldset data-hide><legend>Leave out, fixed as it is set</legend></fieldset>
    <fieldset><legend>Colours</legend>
      <label><input type="radio" name="scheme" value="" checked> as the reader has them</label>
      <label><input type="radio" name="scheme" value="light"> light</label>
      <label><input type="radio" name="scheme" value="dark"> dark</label>
    </fieldset>
    <p data-row="address">Address, as it is set</p>
    <p data-row="line">Line that embeds it, with the height it needs at ${ACROSS} px</p>
    <fieldset data-pictures><legend>Picture, as it is set</legend>
      <label><input type="checkbox" name="wide" checked> 16:9</label>
    </fieldset>
    <p role="status"></p>
    <iframe title="" aria-hidden="true" tabindex="-1"></iframe>
    <p><button>Close</button></p>`;
  const { href } = figure.querySelector(".lr-files a[href$='.html']");
  form.querySelector("a").href = href;
  const left = [...namedControls(figure)].map(([name, { label }]) => choice(name, label));
  form.querySelector("[data-hide]").append(...left);
  form.querySelector("[data-hide]").hidden = !left.length;
  const address = copied(form, "address");
  const line = copied(form, "line");
  const frame = form.querySelector("iframe");
  frame.width = ACROSS;
  let height = figure.offsetHeight;
  let framed = "";

  const tell = () => {
    const hide = [...form.querySelectorAll("[data-hide] :checked")].map(({ value }) => value);
    const scheme = form.elements.scheme.value;
    const asked = [hide.length && `hide=${hide}`, scheme && `scheme=${scheme}`].filter(Boolean);
    address.value = href + (asked.length ? `?${asked.join("&")}` : "") + settingOf(figure);
    line.value =
      `<iframe src="${escaped(address.value)}" title="${escaped(findingOf(figure))}" ` +
      `width="100%" height="${height}" style="border:0" loading="lazy"></iframe>`;
    if (framed !== address.value) frame.src = framed = address.value;
  };
  // The file itself says how high it is.
  const hear = ({ source, data }) => {
    if (!form.isConnected) removeEventListener("message", hear);
    else if (source === frame.contentWindow && data.subject === "lti.frameResize") {
      height = data.height;
      tell();
    }
  };
  addEventListener("message", hear);
  form.addEventListener("change", tell);
  form
    .querySelector("[data-pictures]")
    .append(saving(figure, "svg", form), " ", saving(figure, "png", form));
  tell();
  return form;
}

/** A box to tick for a control that may be left out. */
function choice(name, text) {
  const label = document.createElement("label");
  const box = document.createElement("input");
  Object.assign(box, { type: "checkbox", value: name });
  label.append(box, ` ${text}`);
  return label;
}

/** Put a text that can be copied into a row of the form. */
function copied(form, name) {
  const row = form.querySelector(`[data-row=${name}]`);
  const label = document.createElement("label");
  const box = document.createElement("input");
  const button = document.createElement("button");
  Object.assign(box, { type: "text", readOnly: true });
  box.addEventListener("focus", () => box.select());
  Object.assign(button, { type: "button", textContent: "Copy" });
  button.addEventListener("click", async () => {
    box.select();
    try {
      await navigator.clipboard.writeText(box.value);
      write(button, "Copied");
    } catch {
      write(button, "Press Ctrl C");
    }
  });
  label.append(row.textContent, " ", box);
  row.replaceChildren(label, " ", button);
  return box;
}

/** A button that saves a picture. */
function saving(figure, format, form) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", textContent: format.toUpperCase() });
  button.addEventListener("click", async () => {
    button.ariaBusy = "true";
    try {
      await save(figure, await picture(figure, { format, isWide: form.elements.wide.checked }));
    } catch (error) {
      write(form.querySelector("[role=status]"), `No picture: ${error.message}`);
    }
    button.ariaBusy = "false";
  });
  return button;
}
