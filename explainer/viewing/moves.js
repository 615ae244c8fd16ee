// What moves.py does in a page: it moves controls and tells when the picture shows it.
globalThis.moves = (() => {
  const moves = { find, next, reveal, watch };
  const [NOTHING, NEVER] = [1000, 10000]; // ms without any change, and without the asked one

  // An element whose picture comes later, from a worker, says so.
  const isShown = (host) => !host.querySelector("[aria-busy=true]");

  const KINDS = {
    choice: "input[type=radio]",
    slider: "input[type=range]",
    box: "input[role=spinbutton]",
    text: "input[type=text]:not([role]), textarea",
    pad: ".lr-pad",
    keys: "[role=application]:not(.lr-pad)",
    button: ".lr-controls button:not(nav *)", // Material's copy buttons stand in a nav
  };
  const WALK = ["ArrowRight", "ArrowDown", "ArrowRight", "ArrowUp"];
  const controls = [];

  /** The custom element that `one` is in, or null. */
  const hostOf = (one) => (!one || one.localName.includes("-") ? one : hostOf(one.parentElement));
  const frames = () =>
    new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

  /** Find the controls of all custom elements that have `.lr-controls`, and of questions. */
  function find() {
    const hosts = new Set([...document.querySelectorAll(".lr-controls, .lr-quiz")].map(hostOf));
    const met = {};
    hosts.delete(null);
    for (const one of hosts) {
      const count = (met[one.localName] = (met[one.localName] ?? 0) + 1);
      const element = count > 1 ? `${one.localName} ${count}` : one.localName;
      for (const [kind, selector] of Object.entries(KINDS)) {
        const groups = Map.groupBy(one.querySelectorAll(selector), (part) =>
          kind === "button" ? part.textContent.trim() : part.name || part.id,
        );
        for (const [name, parts] of groups) {
          // What a button reads makes no picture when it is typed.
          const read = kind === "text" && parts[0].form?.querySelector("button:not([type=button])");
          controls.push({
            element,
            host: one,
            kind: read ? "answer" : kind,
            parts,
            turn: 0,
            control: kind === "button" ? name : `${name} ${kind}`.trim(),
          });
        }
      }
    }
    return controls.map(({ element, control, kind }, at) => ({ at, element, control, kind }));
  }

  /** Bring a control into view, by a choice or a button if it is hidden; is it there? */
  async function reveal(at) {
    const {
      host,
      parts: [part],
    } = controls[at];
    const others = host.querySelectorAll(`${KINDS.choice}, ${KINDS.button}`);
    for (const other of [null, ...others]) {
      other?.click();
      await frames();
      if (!part.checkVisibility({ visibilityProperty: true })) continue;
      part.scrollIntoView({ block: "center" });
      return true;
    }
    return false;
  }

  /** What moves a control now, or moves it back: a key, or a point to drag to. */
  function next([at, back]) {
    const control = controls[at];
    const { kind, parts } = control;
    const turn = control.turn++;
    const part = parts.find((one) => one.checked) ?? parts[0];
    part.focus();
    if (kind === "choice") return "ArrowRight"; // after the last comes the first
    if (kind === "button") return "Enter";
    if (kind === "text" || kind === "answer") return turn % 2 ? "Backspace" : "1";
    if (kind === "keys") return WALK[turn % WALK.length];
    if (kind === "pad") {
      const { left, top, width, height } = part.getBoundingClientRect();
      return [
        left + width * (0.5 - 0.4 * Math.cos(turn / 4)),
        top + height * (0.5 + 0.3 * Math.sin(turn)),
      ];
    }
    const [min, max] =
      kind === "slider" ? [part.min, part.max] : [part.ariaValueMin, part.ariaValueMax];
    control.down ??= +part.value === +max;
    let down = control.down !== back;
    if (+part.value === +(down ? min : max)) down = !down;
    if (kind === "slider") return down ? "ArrowLeft" : "ArrowRight";
    return down ? "ArrowDown" : "ArrowUp";
  }

  /** Is there anything to see in what was changed? */
  const visible = ({ type, target, attributeName, oldValue }) => {
    const element = target.closest ? target : target.parentElement;
    if (element?.closest("[role=status]")) return false; // read aloud, later
    if (type === "childList") return true;
    if (type === "characterData") return target.data !== oldValue;
    if (/^(aria-|tabindex)/.test(attributeName)) return false;
    return target.getAttribute(attributeName) !== oldValue;
  };

  /** Wait for the next input; `shown` becomes the ms from then to the picture, or null. */
  function watch(at) {
    const { host } = controls[at];
    let changed = false;
    const observer = new MutationObserver((list) => (changed ||= list.some(visible)));
    observer.observe(host, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeOldValue: true,
      characterData: true,
      characterDataOldValue: true,
    });

    moves.shown = new Promise((done) => {
      const given = new AbortController();
      const end = (ms) => {
        given.abort();
        observer.disconnect();
        done(ms);
      };
      setTimeout(end, 2 * NEVER, null); // no input came
      const begin = ({ timeStamp }) => {
        given.abort();
        const look = () => {
          // The page may ask for this frame after us. Observers of size are called when all
          // scripts of a frame have run and the layout is done; a message sent then comes when
          // the frame is painted.
          new ResizeObserver((_, sizes) => {
            sizes.disconnect();
            const there = changed && isShown(host);
            const over = performance.now() > timeStamp + (changed ? NEVER : NOTHING);
            if (!there && !over) return requestAnimationFrame(look);
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => end(there ? performance.now() - timeStamp : null);
            port2.postMessage(null);
          }).observe(document.body);
        };
        requestAnimationFrame(look);
      };
      for (const type of ["keydown", "pointermove"])
        addEventListener(type, begin, { capture: true, signal: given.signal });
    });
  }

  return moves;
})();
