// The slides: reveal.js, with the figures that move in frames of their own. The build puts it, with
// all that it imports, into slides/deck.html (explainer/pages/deck.py).

import Reveal from "reveal.js";
import Notes from "reveal.js/plugin/notes";

const WIDE = [1280, 720]; // px of a slide; all lengths of deck.css are of these
const TALL = 400; // px across a slide where the window is higher than wide: a phone
const LEAST = 0.72; // a figure is made as small as that; what still has no room is scrolled to
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
const IN_FRAME = `
  figcaption, .lr-credit, .lr-fixed { display: none !important }
  body { margin: 0 }
  main { padding: 0 4px }
  .md-typeset .lr-figure { margin: 0; display: block }
  .lr-picture { margin: 0 auto }
`;

/** The box of a figure, when its slide has room: scaled so that it fits. */
function fit(frame) {
  const box = frame.parentElement;
  const [width, height] = [box.clientWidth, box.clientHeight];
  const page = frame.contentDocument?.querySelector("main");
  if (!width || !page) return;
  const isTall = root.classList.contains("tall");
  const across = isTall ? width : 1000; // of the window in the frame: the drawing for screens
  frame.style.width = `${across}px`;
  const high = Math.ceil(page.getBoundingClientRect().height);
  const scale = isTall ? 1 : Math.max(LEAST, Math.min(width / across, height / high));
  frame.style.transform = `scale(${scale})`;
  // On a phone the slide is scrolled, elsewhere what is in the frame.
  frame.style.height = `${isTall ? high : Math.min(high, height / scale)}px`;
  box.style.height = isTall ? `${high}px` : "";
}

/** Show the file of a figure in place of the figure. */
function frameOf(box) {
  if (box.querySelector("iframe")) return;
  const frame = document.createElement("iframe");
  frame.className = "figure";
  frame.title = box.closest("section").querySelector("h2").textContent;
  const figure = box.innerHTML;
  frame.srcdoc = FRAMES[box.dataset.moves]
    .replace("/*style*/", () => STYLE + IN_FRAME)
    .replace("<!--figure-->", () => figure);
  const loaded = new Promise((resolve) => {
    frame.addEventListener("load", () => {
      const inside = frame.contentDocument;
      inside.documentElement.style.colorScheme = root.style.colorScheme;
      const seen = new ResizeObserver(() => fit(frame));
      seen.observe(box);
      seen.observe(inside.querySelector("main"));
      listen(inside);
      fit(frame);
      resolve();
    });
  });
  box.replaceChildren(frame);
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

function listen(inside) {
  inside.addEventListener("keydown", onKey, { capture: true });
  onSwipe(inside);
}

// ── The deck ─────────────────────────────────────────────────────────────────────────────────

/** How large a slide is, for the shape of the window. */
function size() {
  const isTall = innerHeight > innerWidth && !isPrinted;
  root.classList.toggle("tall", isTall);
  const [width, height] = isTall ? [TALL, Math.round((TALL * innerHeight) / innerWidth)] : WIDE;
  return { width, height };
}

async function start() {
  // Speakers read formulas once: what is set for eyes is of no use without its style sheet.
  for (const shown of document.querySelectorAll("aside .katex-html")) shown.remove();
  root.classList.add("live");
  deck.classList.add("reveal");
  const { width, height } = size();
  if (isPrinted) await Promise.all([...document.querySelectorAll("[data-moves]")].map(frameOf));
  await Reveal.initialize({
    width,
    height,
    margin: 0,
    center: false,
    display: "flex",
    hash: true,
    hashOneBasedIndex: true,
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
