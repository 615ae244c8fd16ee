"""The budgets that every page keeps: a visit on a phone, one on a desk, and all is counted."""

import json
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from acting import FRAME, READY, WATCH_SHIFTS

from explainer.making.files import ROOT

# Bytes that a visit fetches by itself, as transferred: 200 kB, and a tenth more since every figure
# is there twice, for a screen and for a phone, and the type is ours.
WEIGHT = 220_000
# Bytes of our own JavaScript on a page, as transferred. The first page has six figures that move.
OWN_SCRIPTS = {"": 24_000}
OWN_SCRIPTS_ELSEWHERE = 20_000
# The window when a page is opened, and what it is then drawn to.
WIDTHS = {360: (360,), 1280: (1280, 768)}
PATHS = ["", *sorted(
    f"{path.relative_to(ROOT / 'docs').with_suffix('').as_posix()}/"
    for path in (*(ROOT / "docs").glob("*.md"), *(ROOT / "docs/notebooks").glob("*.py"))
    if path.stem != "index"
)]  # fmt: skip

UNFOLD = "for (const fold of document.querySelectorAll('details')) fold.open = true"
AXE = """(options) => axe.run(document, options).then(({ violations }) => violations.flatMap(
  ({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`)))"""
# The button in the header, until every colour has changed. Nothing but colours does.
TO_DARK = """() => {
  document.getElementById("scheme").click();
  return Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
}"""
# Labels that are cut off, or lie over one another.
LABELS = """() => [...document.querySelectorAll(".lr-stage svg")].flatMap((svg) => {
  const outer = svg.getBoundingClientRect(), name = svg.closest("figure").id, hits = [];
  const seen = [...svg.querySelectorAll("text")].filter(
    (t) => getComputedStyle(t).opacity !== "0" && t.getBoundingClientRect().width);
  const boxes = seen.map((t) => [t.textContent, t.getBoundingClientRect()]);
  for (const [i, [text, a]] of boxes.entries()) {
    if (a.left < outer.left - 1 || a.right > outer.right + 1 || a.top < outer.top - 1
        || a.bottom > outer.bottom + 1) hits.push(`${name}: ${text} is cut off`);
    for (const [other, b] of boxes.slice(i + 1))
      if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3
          && b.top < a.bottom - 3) hits.push(`${name}: ${text} lies over ${other}`);
  }
  return hits;
})"""
# The smallest text of each figure that is shown, in pixels, if it is smaller than it should be.
SMALL = """(least) => [...document.querySelectorAll(".lr-stage svg")].flatMap((svg) => {
  const unit = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  const texts = [...svg.querySelectorAll("text")];
  const smallest = unit * Math.min(...texts.map((t) => parseFloat(getComputedStyle(t).fontSize)));
  return smallest < least ? [`${svg.closest("figure").id}: ${smallest.toFixed(1)}`] : [];
}).filter((one) => !one.endsWith(" 0.0"))"""
LEAST_TEXT = {360: 11.5, 1280: 13}
# How many characters the fullest line of each paragraph has.
LINES = """() => [...document.querySelectorAll(".md-content__inner > p:not([class])")].map((p) => {
  const lines = new Map(), range = document.createRange();
  const walk = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) for (let i = 0; i < walk.currentNode.length; i++) {
    range.setStart(walk.currentNode, i); range.setEnd(walk.currentNode, i + 1);
    const { top, width } = range.getBoundingClientRect();
    const line = Math.round(top / 12);
    if (width) lines.set(line, (lines.get(line) ?? 0) + 1);
  }
  return lines.size > 1 && !p.querySelector(".katex") ? Math.max(...lines.values()) : null;
}).filter(Boolean)"""
# Range, step and start of every slider of the page, by name.
SLIDERS = """() => [...document.querySelectorAll(".lr-controls [type=range][name]")].map(
  ({ name, min, max, step, defaultValue }) => [name, [min, max, step, defaultValue].map(Number)])"""


@dataclass
class Visit:
    """What one visit of a page found."""

    path: str
    width: int
    hosts: set = field(default_factory=set)
    weight: int = 0
    own: int = 0
    problems: list = field(default_factory=list)
    shift: float = 0
    styled: int = 0
    elements: int = 0
    scroll_width: dict = field(default_factory=dict)  # this and two more: for each width
    labels: dict = field(default_factory=dict)
    small: dict = field(default_factory=dict)
    lines: dict = field(default_factory=dict)
    sliders: list = field(default_factory=list)
    axe: list = field(default_factory=list)
    axe_dark: list = field(default_factory=list)


@pytest.fixture(scope="module")
def reader(browser):
    """Return a tab in a context of its own: nothing that others fetched or chose is there."""
    context = browser.new_context(color_scheme="light", reduced_motion="reduce")
    page = context.new_page()
    page.add_init_script(WATCH_SHIFTS)
    yield page
    context.close()


@pytest.fixture(
    scope="module",
    params=[(path, width) for path in [*PATHS, "no/such/page"] for width in WIDTHS],
    ids=lambda param: f"/{param[0]}-{param[1]}",
)
def visit(request, browser, reader, url, axe):
    """Return what a first visit found: nothing is in the browser's cache."""
    path, width = request.param
    seen, responses, page = Visit(path, width), [], reader
    heard = {
        # What is asked for, whether it is answered or not.
        "request": lambda r: seen.hosts.add(urlsplit(r.url.removeprefix("blob:")).netloc),
        "response": lambda response: responses.append(response),
        "pageerror": lambda error: seen.problems.append(str(error)),
        "console": lambda m: m.type == "error" and seen.problems.append(m.text),
    }
    for event, hear in heard.items():
        page.on(event, hear)
    page.bring_to_front()
    page.set_viewport_size({"width": width, "height": 800})
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    try:
        page.goto(url + path)
        page.wait_for_function(READY)
        page.evaluate("document.fonts.ready")
    finally:  # a browser has one trace: the next page needs it
        events = json.loads(browser.stop_tracing())["traceEvents"]
    seen.shift = page.evaluate("new Promise(requestAnimationFrame).then(() => shift)")
    seen.elements = page.evaluate("document.querySelectorAll('*').length")
    seen.styled = sum(
        event["args"].get("elementCount", 0)
        for event in events
        if event["name"] == "UpdateLayoutTree" and event["ph"] == "X"
    )
    fetched = [r for r in responses if not r.url.startswith("data:")]
    sizes = [(r.url, r.request.sizes()["responseBodySize"]) for r in fetched]
    seen.weight = sum(size for _, size in sizes)
    seen.own = sum(
        size for address, size in sizes if re.search(r"/(elements|page)/.*\.js$", address)
    )

    page.evaluate(UNFOLD)
    seen.sliders = page.evaluate(SLIDERS)
    page.evaluate(axe)
    seen.axe = page.evaluate(AXE, {"resultTypes": ["violations"]})
    for drawn_to in WIDTHS[width]:
        page.set_viewport_size({"width": drawn_to, "height": 800})
        page.evaluate(FRAME)
        seen.scroll_width[drawn_to] = page.evaluate("document.documentElement.scrollWidth")
        seen.labels[drawn_to] = page.evaluate(LABELS)
        if drawn_to in LEAST_TEXT:
            seen.small[drawn_to] = page.evaluate(SMALL, LEAST_TEXT[drawn_to])
        if drawn_to >= 768:  # a phone is narrower than the measure
            seen.lines[drawn_to] = page.evaluate(LINES)
    if width == 1280:
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(TO_DARK)
        assert page.locator("#scheme").get_attribute("aria-pressed") == "true"
        rules = {"runOnly": ["color-contrast", "link-in-text-block"]}
        seen.axe_dark = page.evaluate(AXE, rules | {"resultTypes": ["violations"]})
    page.evaluate("localStorage.clear()")
    for event, hear in heard.items():
        page.remove_listener(event, hear)
    page.goto("about:blank")
    return seen


def test_the_pages_visited_are_those_of_the_site(pages):
    assert sorted(PATHS) == sorted(pages[:-1])


def test_it_is_light_and_comes_from_here_alone(visit, url):
    assert visit.hosts - {""} == {urlsplit(url).netloc}  # data have no host
    assert visit.weight <= WEIGHT
    assert visit.own <= OWN_SCRIPTS.get(visit.path, OWN_SCRIPTS_ELSEWHERE)


def test_it_says_no_error(visit):
    expected = 1 if visit.path == "no/such/page" else 0  # Chromium reports the 404 itself
    assert len(visit.problems) == expected, visit.problems


def test_nothing_shifts_while_it_loads(visit):
    assert visit.shift < 0.01


def test_loading_styles_few_elements_twice(visit):
    """What decides how soon a page can be used, counted: no machine is too slow for this."""
    assert 0.5 * visit.elements < visit.styled < 2.5 * visit.elements


def test_nothing_overflows(visit):
    for width, scroll_width in visit.scroll_width.items():
        assert scroll_width <= width


def test_axe_finds_nothing_light_or_dark(visit):
    assert visit.axe == []
    assert visit.axe_dark == []


def test_labels_of_figures_are_whole_and_apart(visit):
    assert visit.labels == {width: [] for width in WIDTHS[visit.width]}


def test_text_in_figures_is_large_enough(visit):
    assert visit.small == {visit.width: []}


def test_lines_have_a_comfortable_measure(visit):
    """60 to 78 characters in the fullest line of most paragraphs, whatever the face."""
    for width, lines in visit.lines.items():
        assert visit.path or len(lines) >= 3  # the first page has some
        if len(lines) < 3:
            continue  # a paragraph or two may happen to end early
        middle = sorted(lines)[len(lines) // 2]
        assert 60 <= middle <= 78, (width, lines)


def test_controls_of_one_name_have_one_range_and_one_start(visit):
    for name, says in visit.sliders:
        assert says == next(first for other, first in visit.sliders if other == name), name


def test_without_javascript_every_formula_and_figure_is_there(open_page, pages, site):
    for path in pages[:-1]:
        page = open_page(path, java_script_enabled=False)
        html = (site / path / "index.html").read_text("utf-8")
        formulas = html.count('class="arithmatex"')
        seen = page.evaluate("""() => {
          // As a reader opens them, who has no JavaScript either.
          for (const fold of document.querySelectorAll("details.exact")) fold.open = true;
          const count = (selector) => document.querySelectorAll(selector).length;
          const figures = [...document.querySelectorAll("figure.lr-figure")].map((figure) => {
            const words = figure.querySelector(".lr-sentences");
            const drawings = [...figure.querySelectorAll("svg")];
            const picture = words ?? drawings.find((one) => one.checkVisibility());
            const { width, height } = picture.getBoundingClientRect();
            return { width, height, named: words !== null || picture.hasAttribute("aria-label") };
          });
          const dead = [...document.querySelectorAll(".lr-controls, .lr-readout")].filter(
            (one) => one.checkVisibility()).length;
          return { html: count(".arithmatex .katex-html"), mathml: count(".arithmatex math"),
                   figures, dead };
        }""")
        assert seen["html"] == seen["mathml"] == formulas
        for figure in seen["figures"]:
            assert figure["width"] > 300
            assert figure["height"] > 200
            assert figure["named"]
        assert seen["dead"] == 0
