// What can be taken along of a figure: the file, the line that embeds it, the address as it is set,
// and the picture as it is seen. Loaded when somebody asks for it.

import { findingOf, picture, save } from "./picture.js";
import { settingOf } from "./state.js";
import { write } from "./stage.js";

const ROOM = 80; // px that a figure needs more in its file than in the page

/** The address of the file of a figure, as the figure is set. */
const fileOf = (figure) => {
  const { href } = figure.querySelector(".lr-files a[href$='.html']");
  return href + settingOf(figure);
};

const escaped = (text) => text.replace(/[&"<>]/g, (sign) => `&#${sign.codePointAt(0)};`);

/** A row with a text that can be copied. */
function row(label, text) {
  const line = document.createElement("p");
  const name = document.createElement("label");
  const box = document.createElement("input");
  const button = document.createElement("button");
  Object.assign(box, { type: "text", readOnly: true, value: text });
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
  name.append(`${label} `, box);
  line.append(name, " ", button);
  return line;
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

/** Fetch how the dialog looks, once. */
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
  const dialog = document.createElement("dialog");
  dialog.className = "lr-take";
  const address = fileOf(figure);
  const height = figure.offsetHeight + ROOM;
  const line =
    `<iframe src="${escaped(address)}" title="${escaped(findingOf(figure))}" width="100%" ` +
    `height="${height}" style="border:0" loading="lazy"></iframe>`;
  const form = document.createElement("form");
  form.method = "dialog";
  form.innerHTML = `<h2>Take this figure</h2>
    <p><a download>The figure as one file</a>, for a learning platform, a mail, or no net at all.</p>
    <div data-rows></div>
    <p data-pictures>Picture, as it is set: <label><input type="checkbox" name="wide" checked> 16:9</label> </p>
    <p role="status"></p>
    <p><button>Close</button></p>`;
  form.querySelector("a").href = address;
  form
    .querySelector("[data-rows]")
    .append(row("Address, as it is set", address), row("Line that embeds it", line));
  form
    .querySelector("[data-pictures]")
    .append(saving(figure, "svg", form), " ", saving(figure, "png", form));
  dialog.append(form);
  dialog.addEventListener("close", () => dialog.remove());
  figure.append(dialog);
  dialog.showModal();
}
