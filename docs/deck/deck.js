// The slides: reveal.js, with the figures that move in frames of their own. The build puts it, with
// all that it imports, into slides/deck.html (explainer/pages/deck.py).

import Reveal from "reveal.js";
import Notes from "reveal.js/plugin/notes";

const WIDE = [1280, 720]; // px of a slide, at least; all lengths of deck.css are of these
const TALL = 400; // px across a slide where the window is far higher than wide: a phone
const SWIPE = 60; // px of a finger that turn a slide
// What has keys and ways of a finger of its own.
const CONTROL = "input, textarea, select, summary, a[href], [role=slider], .lr-pad, [tabindex]";

const root = document.documentElement;
const deck = document.querySelector(".deck");
const isPrinted = /print-pdf/.test(location.search);

// ── Light or dark: ?scheme=dark, the key D, or as the system has it ──────────────────────────
const scheme = new URLSearchParams(location.search).get("scheme");
if (scheme === "light" || scheme === "dark") root.style.colorScheme = scheme;

const isDark = () =>
  (root.style.colorScheme || (matchMedia("(prefers-color-scheme: dark)").matches && "dark")) ===
  "dark";

function changeScheme() {
  root.style.colorScheme = isDark() ? "light" : "dark";
  for (const frame of document.querySelectorAll("iframe.figure")) {
    frame.contentDocument.documentElement.style.colorScheme = root.style.colorScheme;
  }
}

// ── Figures that move ────────────────────────────────────────────────────────────────────────
const FRAMES = JSON.parse(document.getElementById("frames").textContent);
const STYLE = document.getElementById("figures").textContent;
// Of a frame, in px: all show the drawing for screens. The wider, the smaller is what is in it.
const WIDTHS = [960, 1080, 1192, 1300, 1420, 1560, 1700, 1900];
const SCROLLED = 1420; // where none of these has room for all
const ASIDE = 290; // px of the column of controls, where they stand beside the picture
// Who holds the slides on paper has not guessed yet.
const GUESSED = "guess-curve [id*='-answer'] { visibility: hidden }";
const IN_FRAME = `
  ${isPrinted ? GUESSED : ""}
  figcaption, .lr-credit, .lr-fixed, .lr-try { display: none !important }
  body { margin: 0; min-height: 100vh; display: grid; align-content: safe center }
  .taken main { padding: 0 24px; min-width: 0; max-width: none; margin: 0 }
  .md-typeset .lr-figure { margin: 0; display: block }
  .lr-picture { margin: 0 auto; max-width: none }
  .beside {
    .lr-picture > * {
      display: grid;
      grid-template: repeat(20, min-content) 1fr / minmax(0, 1fr) ${ASIDE}px;
      column-gap: 30px;
    }
    .lr-picture > * > * { grid-column: 2 }
    .lr-picture > * > .lr-stage { grid-area: 1 / 1 / -1 / 2; align-self: start }
    .lr-slider { grid-template-columns: 1fr 5.4em }
    .lr-slider label { grid-column: 1 / -1; margin-bottom: -0.6em }
    .lr-values { grid-template-columns: 1fr 1fr !important }
  }
`;
/** A figure as large as its box, once its slide shows and so has a size. */
function fit(frame) {
  const box = frame.parentElement;
  const inside = frame.contentDocument;
  const main = inside?.querySelector("main");
  if (!box.clientWidth || !main) return;
  const [width, height] = [box.clientWidth, box.clientHeight];
  if (root.classList.contains("tall")) {
    // On a phone it is as high as it is, and the slide is scrolled.
    main.classList.remove("beside");
    frame.style.cssText = `width: ${width}px; height: 0`;
    frame.style.height = box.style.height = `${inside.documentElement.scrollHeight}px`;
    return;
  }
  box.style.height = "";
  const lay = ({ across, isBeside }) => {
    const scale = width / across;
    main.classList.toggle("beside", isBeside);
    frame.style.cssText = `width: ${across}px; height: ${height / scale}px; scale: ${scale}`;
    return scale;
  };
  // Controls below the picture, or beside it: whichever lets both be larger, and the picture counts
  // for more. Where nothing fits, the frame is scrolled.
  const stages = [...main.querySelectorAll(".lr-stage")];
  const area = (stage) => stage.offsetWidth * stage.offsetHeight;
  const pictured = () => Math.sqrt(Math.max(...stages.map(area)));
  let best = { across: SCROLLED, isBeside: stages.length > 0 };
  let most = 0;
  for (const isBeside of stages.length ? [false, true] : [false]) {
    for (const across of WIDTHS) {
      const scale = lay({ across, isBeside });
      const score = stages.length ? scale * pictured() * Math.cbrt(scale) : scale;
      const { scrollHeight, clientHeight } = inside.documentElement;
      if (scrollHeight > clientHeight + 1 || score <= most) continue;
      most = score;
      best = { across, isBeside };
    }
  }
  lay(best);
}

/**
 * What is printed looks on the screen as it will on paper, so that it is fitted as it will be. It is
 * the picture that Python drew, which shows what the title says: nothing runs.
 */
const onPaper = (text) =>
  text
    .replaceAll("@media print", "@media all")
    .replaceAll("@media screen", "@media tty")
    .replace(/<script>.*<\/script>/s, "");

/** Show the file of a figure in place of the figure; resolved when it is there. */
function frameOf(box) {
  if (box.querySelector("iframe")) return null;
  const frame = document.createElement("iframe");
  frame.className = "figure";
  frame.title = box.closest("section").querySelector("h2").textContent;
  const { moves } = box.dataset;
  const file = isPrinted ? onPaper(FRAMES[moves]) : FRAMES[moves];
  frame.srcdoc = file
    .replace("/*style*/", () => (isPrinted ? onPaper(STYLE) : STYLE) + IN_FRAME)
    .replace("<!--figure-->", () => box.innerHTML);
  const loaded = new Promise((resolve) => {
    frame.addEventListener("load", () => {
      const inside = frame.contentDocument;
      inside.documentElement.style.colorScheme = root.style.colorScheme;
      const seen = new ResizeObserver(() => fit(frame));
      seen.observe(box);
      listen(inside);
      fit(frame);
      resolve();
    });
  });
  box.append(frame); // without JavaScript, and on paper, the figure before it is seen
  return loaded;
}

/** The frames of a slide and of those beside it. */
function frameNear(slide) {
  for (const near of [slide, slide.nextElementSibling, slide.previousElementSibling]) {
    near?.querySelectorAll("[data-moves]").forEach(frameOf);
  }
}

// ── Keys and fingers, in the page and in the frames ──────────────────────────────────────────

/** Keys pressed in a figure turn slides, too, unless a control of it wants them. */
function onKey(event) {
  const { key, target } = event;
  // What presenters hold in their hand sends these two, wherever the focus is.
  const turns = key === "PageDown" || key === "PageUp";
  const control = target.closest?.(`${CONTROL}, button`);
  if (key === "Escape" && control) {
    control.blur();
    window.focus(); // from here on the keys are the deck's
  } else if (turns || !control) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    Reveal.triggerKey(event.keyCode);
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

/** A finger that goes across turns a slide. */
function onSwipe(where) {
  let from = null;
  where.addEventListener(
    "touchstart",
    ({ touches, target }) => {
      from = touches.length === 1 && !target.closest?.(CONTROL) ? touches[0] : null;
    },
    { passive: true },
  );
  where.addEventListener("touchend", ({ changedTouches: [to] }) => {
    if (!from) return;
    const [across, down] = [to.screenX - from.screenX, to.screenY - from.screenY];
    from = null;
    if (Math.abs(across) < SWIPE || Math.abs(across) < 2 * Math.abs(down)) return;
    if (across < 0) Reveal.next();
    else Reveal.prev();
  });
}

/** Whoever pressed something with a pointer goes on by keys, and these are the deck's again. */
function onPress({ type, detail, target }) {
  if (type === "click" && !detail) return; // by a key
  if (!target.closest("button, summary, label, input:not([type=text]), .lr-pad")) return;
  target.ownerDocument.activeElement.blur();
  window.focus();
}

function listen(inside) {
  for (const type of ["pointerup", "click"]) inside.addEventListener(type, onPress);
  inside.addEventListener("keydown", onKey, { capture: true });
  onSwipe(inside);
}

// ── The deck ─────────────────────────────────────────────────────────────────────────────────

/** How large a slide is, for the shape of the window. */
function size() {
  const isTall = innerWidth < 0.8 * innerHeight && !isPrinted;
  root.classList.toggle("tall", isTall);
  const width = isTall ? TALL : WIDE[0];
  const height = isPrinted ? 0 : Math.round((width * innerHeight) / innerWidth);
  return { width, height: isTall ? height : Math.max(height, WIDE[1]) };
}

async function start() {
  // Speakers read formulas once: what is set for eyes is of no use without its style sheet.
  for (const shown of document.querySelectorAll("aside .katex-html")) shown.remove();
  root.classList.add("live");
  deck.classList.add("reveal");
  const { width, height } = size();
  if (isPrinted) {
    root.style.colorScheme = "light";
    // Not earlier: a frame that is moved begins again, and reveal.js moves all slides.
    Reveal.on("pdf-ready", async () => {
      await Promise.all([...document.querySelectorAll("[data-moves]")].map(frameOf));
      root.classList.add("printable"); // for programs that print
    });
  }
  await Reveal.initialize({
    width,
    height,
    margin: 0,
    center: false,
    display: "flex",
    hash: true,
    slideNumber: "c/t",
    transition: "none",
    backgroundTransition: "none",
    scrollActivationWidth: null, // phones have slides that fit them
    touch: false, // ours reaches into frames
    totalTime: 60 * deck.dataset.minutes,
    pdfMaxPagesPerSlide: 1,
    plugins: [Notes],
  });
  Reveal.addKeyBinding({ keyCode: 68, key: "D", description: "Light or dark" }, changeScheme);
  if (isPrinted) return;
  onSwipe(deck);
  frameNear(Reveal.getCurrentSlide());
  Reveal.on("slidechanged", ({ currentSlide }) => frameNear(currentSlide));
  addEventListener("resize", () => Reveal.configure(size()));
}
start();
