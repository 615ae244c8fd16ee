"""What readers do to the moving figures, and what they see of them, for the browser tests."""

import math

RANGE = "influence-curves input[type=range][name={}]"
BOX = "influence-curves input[role=spinbutton][name={}]"
# Everything has come: the elements of the page work, and Material's program too.
READY = """() => document.readyState === "complete"
  && !document.querySelector(":not(:defined)") && window.component$"""
# Before a page is loaded: `shift` sums up how far its parts are moved.
WATCH_SHIFTS = """
  window.shift = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) shift += entry.value })
    .observe({ type: "layout-shift", buffered: true });
"""
# As translations of pages do: every piece of text in two <font>.
TRANSLATE = """() => {
  const walk = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walk.nextNode()) texts.push(walk.currentNode);
  for (const text of texts) {
    if (text.parentElement.closest("svg, script, style, textarea, math")) continue;
    const [outer, inner] = [document.createElement("font"), document.createElement("font")];
    text.replaceWith(outer);
    outer.append(inner);
    inner.append(text);
  }
}"""
FRAME = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def reload(page):
    """Load the page again and wait until everything has come."""
    page.reload()
    page.wait_for_function(READY)


def go(page, fragment):
    """Set the address to `fragment`, as one who follows a link; no page is loaded."""
    page.evaluate("(fragment) => (location.hash = fragment)", fragment)
    page.evaluate(FRAME)


def value(page, name):
    page.evaluate(FRAME)
    return float(page.locator(RANGE.format(name)).input_value())


def part(page, name, attribute):
    return page.evaluate(
        """([id, attribute]) => {
          const group = document.getElementById(`influence_curves-${id}`);
          const mark = group.querySelector("path[clip-path], use, text") ?? group;
          return attribute === "text" ? mark.textContent : mark.getAttribute(attribute);
        }""",
        [name, attribute],
    )


def place(axis, number):
    """Return where `number` lies on an axis of a figure's stage, in SVG units."""
    unit = math.log10 if axis["log"] else float
    low, high = (unit(v) for v in axis["domain"])
    start, end = axis["range"]
    return start + (unit(number) - low) / (high - low) * (end - start)


def record_announcements(page, element):
    """Keep all that the status line of `element` says from now on, in `said`."""
    page.evaluate("""(selector) => {
      window.said = [];
      const status = document.querySelector(selector);
      new MutationObserver(() => said.push(status.textContent))
        .observe(status, { characterData: true, subtree: true, childList: true });
    }""", f"{element} [role=status]")  # fmt: skip


def move_often(page, host, values):
    """Set a control of `host` to each of `values` in turn, faster than any hand: one movement."""
    page.evaluate(
        "([set, host, all]) => { for (const values of all) eval(set)(host, values) }",
        [SET, host, values],
    )


def press_often(page, host, names):
    """Press buttons of `host` one after the other, faster than any hand: one movement."""
    page.evaluate(
        """([host, names]) => {
          for (const name of names) document.querySelector(`${host} button[name=${name}]`).click();
        }""",
        [host, names],
    )


def rest(page, milliseconds):
    """Wait by the clock of the page: what its timers do sooner is done, on a busy machine too."""
    page.evaluate(FRAME)
    page.evaluate("(ms) => new Promise((done) => setTimeout(done, ms))", milliseconds)


def announced(page):
    """Return all that has been said since `record_announcements`, when nothing is left to say."""
    rest(page, 510)  # it is said after 500 ms of rest
    return [one.replace("\u00a0", " ") for one in page.evaluate("said")]


def hash_of(page):
    """Return the address after a movement: that counts as done after 300 ms of rest."""
    rest(page, 310)
    return page.evaluate("location.hash")


# Set controls of an element, by name, as readers do: choose one, or move or type.
SET = """(host, values) => {
  for (const [name, value] of Object.entries(values)) {
    const all = [...document.querySelector(host).querySelectorAll(`[name="${name}"]`)];
    if (all[0].type === "radio") all.find((one) => one.value === value).click();
    else {
      all[0].value = value;
      all[0].dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}"""


def moved(page, host, settings, marks):
    """Return by how many pixels the tops of `marks` move over all `settings` of `host`.

    Infinite, if the page becomes wider than its window.
    """
    tops = page.evaluate(
        """async ([set, host, settings, marks]) => {
          const tops = [];
          for (const values of settings) {
            eval(set)(host, values);
            await new Promise(requestAnimationFrame);
            const { scrollWidth } = document.documentElement;
            if (scrollWidth > innerWidth) return null;
            tops.push(marks.map((mark) =>
              document.querySelector(mark).getBoundingClientRect().top + scrollY));
          }
          return tops;
        }""",
        [SET, host, settings, marks],
    )
    if tops is None:
        return math.inf
    return max(max(top) - min(top) for top in zip(*tops, strict=True))


def drag(page, box, start, end, steps=8):
    page.mouse.move(box["x"] + start * box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + end * box["width"], box["y"] + box["height"] / 2, steps=steps)
    page.mouse.up()


def touch(page, points, fingers=1):
    """Send one finger, or two well apart, along `points` of the linear panel (0 … 1)."""
    box = page.locator("#influence_curves-narrow-linear").bounding_box()
    wire = page.context.new_cdp_session(page)

    def at(x, y):
        place = {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
        other = {"x": place["x"] + 150, "y": place["y"] + 30}
        return [{**place, "id": 0}, {**other, "id": 1}][:fingers]

    wire.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": at(*points[0])})
    for point in points[1:]:
        wire.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": at(*point)})
        page.wait_for_timeout(30)
    wire.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.evaluate(FRAME)


def inside(page, mark):
    outer = page.locator("influence-curves .lr-stage:visible").bounding_box()
    inner = mark.bounding_box()
    return outer["y"] <= inner["y"] and inner["y"] + inner["height"] <= outer["y"] + outer["height"]


def said(page, host):
    """Return what `host` says of its figure now, in a sentence: what is announced at rest."""
    page.evaluate(FRAME)
    return page.evaluate("(host) => document.querySelector(host).stage.said", host).replace(
        "\u00a0", " "
    )


def values(page, host):
    """Return what stands in the readout of `host`, by the name of each value."""
    page.evaluate(FRAME)
    found = page.evaluate(
        """(host) => [...document.querySelectorAll(`${host} .lr-readout [data-value]`)].map(
          (one) => [one.dataset.value, one.innerText])""",
        host,
    )
    return {name: text.replace("\u00a0", " ") for name, text in found}
