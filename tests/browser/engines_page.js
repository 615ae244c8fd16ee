// Stands first in every page that engines.mjs opens: notes errors, finds the controls, and tells
// whether a key moved what it should. Plain functions of the page: the same in every engine.
// `patience` is how long, in ms, a key may take to show; only what is broken takes so long.
window.lrWalk = (patience) => {
  const problems = [];
  addEventListener(
    "error",
    ({ message, target }) => problems.push(message ?? `not loaded: ${target.src ?? target.href}`),
    true,
  );
  addEventListener("unhandledrejection", ({ reason }) => problems.push(`rejected: ${reason}`));
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
    problems.push(`${violatedDirective} forbids ${blockedURI}`),
  );
  const { error } = console;
  console.error = (...said) => {
    problems.push(said.join(" "));
    error.apply(console, said);
  };

  // All that can be set, in the order it is tried: what others bring to sight comes after them,
  // and the way back (Reset) after what it takes back.
  const KINDS = {
    range: "input[type=range]",
    "number box": "input[role=spinbutton]",
    "scrub-number": "scrub-number",
    pad: "[role=application]",
    "radio group": "fieldset",
    "text box": "input[type=text]:not([name=query], [role]), textarea",
    toolbar: "[role=toolbar]",
    "state-link": "state-link a",
    "scheme button": "#scheme",
    "figure button": ".lr-full",
    button: "button",
    search: "[name=query]", // its results lie over the page
  };
  const RANKS = Object.keys(KINDS);
  const ANY = [
    "input:not([type=hidden]), select, textarea, button, [tabindex], [contenteditable]",
    ...Object.values(KINDS),
  ].join();
  // What a reader sees of a figure. Its controls are not in it: they move by themselves. Nor is
  // what is announced: that comes later.
  const SEEN =
    ".lr-stage, .lr-words, .lr-left, .lr-readout, .lr-note, .lr-bits, .lr-reason, output, button, " +
    ".md-search-result__link";
  // Material marks what has the focus, and an element what it waits for: no movement either.
  const MARKS =
    / class="(focus-visible)?"| focus-visible\b| data-focus-visible-added=""| aria-busy="\w+"/g;

  const tried = new Set();
  const known = new Set(); // names that the address has lost
  let control, root, seen;

  const all = (selector, node = document) => [...node.querySelectorAll(selector)];
  const isElement = (node) => node.localName.includes("-");
  const frame = () => new Promise((done) => requestAnimationFrame(done));

  /** Wait until `done()`; the value says whether it came to that. */
  async function until(done, most = patience) {
    const end = performance.now() + most;
    while (!done()) {
      if (performance.now() > end) return false;
      await frame();
    }
    return true;
  }

  /** The element whose controls are in `form`. */
  function hostOf(form) {
    while (!isElement(form)) form = form.parentElement;
    return form;
  }

  /** Every control of the page, radio buttons and the words of a toolbar as one. */
  function controls() {
    const hosts = all(".lr-controls, .lr-quiz").map(hostOf);
    const anywhere = all("#scheme, [name=query], scrub-number, state-link a, .lr-full");
    const found = [...anywhere, ...hosts.flatMap((host) => all(ANY, host))]
      .filter((one) => !one.matches("details:not([open]) .lr-full")) // with a figure that is folded
      .filter((one) => !one.closest("pre")) // Material makes code scroll, and puts a button on it
      .filter((one) => !one.disabled) // what it turns is not there now
      .map((one) => one.closest("fieldset, [role=toolbar]") ?? one);
    return [...new Set(found)];
  }

  const kindOf = (one) => RANKS.find((kind) => one.matches(KINDS[kind]));

  /** A control as a reader of the report finds it. */
  function nameOf(one) {
    const near = one.closest("figure, check-answer, quiz-question");
    const answer = near?.getAttribute("answer") ?? "";
    const place = near ? near.id || `${near.localName} ${answer}`.trim() : "text";
    const label = one.labels?.[0] ?? one.querySelector("legend") ?? one;
    const words = (one.ariaLabel || label.textContent).trim().replace(/\s+/g, " ").slice(0, 40);
    return `${place}: ${kindOf(one) ?? one.localName} “${words}”`;
  }

  /** Where the effect of a control is seen: its figure, or the one that has the same value. */
  function rootOf(one) {
    const near = one.closest("figure, check-answer, quiz-question, header");
    if (near) return near;
    const link = one.closest("state-link")?.getAttribute("to");
    const name = link ? link.split("=")[0] : one.getAttribute("name");
    return document.querySelector(`.lr-controls [name="${name}"]`).closest("figure");
  }

  /** What is seen in `root`, as text, and the colour of the paper. */
  const look = () =>
    [
      getComputedStyle(document.body).backgroundColor,
      ...all("*", root)
        .filter((one) => isElement(one) || one.matches("[data-sentence]"))
        .map((one) => one.cloneNode(false)),
      ...all(SEEN, root),
    ]
      .map((one) => one.outerHTML ?? one)
      .join("\n")
      .replace(MARKS, "");

  /** Whether the picture is that of the values set: an element that waits for it says so. */
  const isShown = () => !root.querySelector("[aria-busy=true]");

  /** Names, but for those known, whose controls show what the address does not say, or the link. */
  function astray() {
    const told = new URLSearchParams(location.hash.slice(1));
    const link = new URLSearchParams(control.closest("state-link")?.getAttribute("to") ?? "");
    const kept = all(".lr-controls input:is([type=range], [role=spinbutton], [pattern], :checked)");
    const wrong = kept.filter(({ name, value, type, role }) => {
      const starts = all(`.lr-controls input[name="${name}"]:not([role=spinbutton])`);
      const start = starts.find((one) => one.type !== "radio" || one.defaultChecked).defaultValue;
      const same = (text) => (type === "range" || role ? +text === +value : text === value);
      return !same(told.get(name) ?? start) || !same(link.get(name) ?? value);
    });
    return new Set(wrong.map(({ name }) => name)).difference(known);
  }

  const press = (...keys) => keys.map((key) => ({ key }));

  /** Keys that all must move a number with `room` steps above it; they do not end where it began. */
  const keysFor = (room) =>
    room < 2 ? press("ArrowDown", "PageDown", "PageUp") : press("ArrowUp", "PageUp", "PageDown");

  /**
   * What to do on the control: in each step a text to type, a key to press, or both; and what must
   * then stand there, if that is known.
   */
  function stepsFor(kind) {
    switch (kind) {
      case "range":
        return keysFor(Math.round((control.max - control.value) / control.step));
      case "number box":
      case "scrub-number": {
        const name = control.getAttribute("name");
        const { min, max, value, step } = document.querySelector(`[type=range][name=${name}]`);
        if (kind === "scrub-number") return keysFor(Math.round((max - value) / step));
        // Of all numbers one with a decimal comma, a step or two from the lowest.
        const digits = (step.split(".")[1] ?? "").length;
        const [one, two] = [1, 2].map((n) => (Number(min) + n * step).toFixed(digits));
        const next = control.value === one ? two : one;
        return [{ text: next.replace(".", ","), key: "Enter", value: next }, ...keysFor(2)];
      }
      case "radio group": {
        // to its last button and back to its first; not all engines go round
        const buttons = all("input", control);
        const at = buttons.findIndex((one) => one.checked); // -1: none is chosen yet
        const steps = buttons.slice(Math.max(at, 0) + 1).map(() => "ArrowRight");
        return press(...steps, ...(at ? buttons.slice(1).map(() => "ArrowLeft") : []));
      }
      case "pad":
        return press(
          "ArrowRight",
          "ArrowDown",
          ...(control.closest("remembered-picture") ? [" "] : []),
        ); // it paints
      case "text box":
        if (root.matches("check-answer")) {
          return [{ text: root.getAttribute("answer"), key: "Enter" }];
        }
        return [{ text: control.pattern ? "1011" : "One two, three four" }];
      case "search":
        return [{ text: "vanish" }];
      case "figure button":
        return press("Enter", "Escape");
      case "toolbar":
        return press("ArrowRight", "Enter", "ArrowRight", "Enter"); // two words, which are a pair
      default:
        return press("Enter");
    }
  }

  // Without a window manager a browser may take any time to fill the screen, and to come back. Here
  // the figure lies over the page, as where full screen is forbidden.
  Element.prototype.requestFullscreen = () => Promise.reject(new Error("not in a walk"));

  const fetched = () =>
    performance
      .getEntriesByType("resource")
      .map(({ name }) => name)
      .filter((name) => !/^(data|blob):/.test(name))
      .map((name) => `fetched ${name}`);

  return {
    /** Wait for the page; tell which elements never came. */
    async ready() {
      const undefinedOnes = () => all(":not(:defined)");
      await until(
        () => document.readyState === "complete" && !undefinedOnes().length,
        2 * patience,
      );
      for (const fold of all("details:has(input, button)")) fold.open = true; // as a reader would
      return [...new Set(undefinedOnes().map((one) => one.localName))];
    },

    /** Focus the next control that is in sight; tell its name and what to do on it. */
    async next() {
      const open = controls().filter(
        (one) =>
          !tried.has(one) && kindOf(one) && one.checkVisibility({ visibilityProperty: true }),
      );
      if (!open.length) return null;
      const rank = (one) => RANKS.indexOf(kindOf(one));
      control = open.reduce((best, one) => (rank(one) < rank(best) ? one : best));
      tried.add(control);
      root = rootOf(control);
      const kind = kindOf(control);
      const inner = {
        "radio group": "input:checked, fieldset:not(:has(:checked)) input",
        toolbar: "[tabindex='0']",
      }[kind];
      const aim = inner ? control.querySelector(inner) : control;
      aim.scrollIntoView({ block: "center" });
      aim.focus({ preventScroll: true });
      aim.select?.();
      const given = { name: nameOf(control), kind, steps: stepsFor(kind) };
      if (kind === "button" && root.matches("check-answer")) {
        root.querySelector("input").value = "1e9"; // another answer than the one that was judged
      }
      await until(isShown);
      seen = look();
      return { ...given, focused: document.activeElement === aim };
    },

    /** Wait until the last key shows, and the control has its `value`; tell what is wrong. */
    async moved(value) {
      // The index of the search is made at the first letter: on a busy machine that takes its time.
      const most = kindOf(control) === "search" ? 6 * patience : patience;
      if (!(await until(() => look() !== seen, most))) return "moved nothing";
      if (value && !(await until(() => control.value === value))) return `is not ${value}`;
      if (!(await until(isShown))) return "is not what the laboratory shows";
      seen = look();
      return "";
    },

    /** Wait until the address tells what the controls show; tell which names it does not. */
    async followed() {
      await until(() => !astray().size);
      const lost = [...astray()];
      lost.forEach((name) => known.add(name));
      return lost;
    },

    /** Errors so far, what was never tried, and what a page on a disk has fetched. */
    end: () => ({
      problems: [...problems, ...(location.protocol === "file:" ? fetched() : [])],
      untried: controls()
        .filter((one) => !tried.has(one))
        .map(
          (one) => `${nameOf(one)} ${kindOf(one) ? "never came to sight" : "is of no known kind"}`,
        ),
    }),
  };
};
