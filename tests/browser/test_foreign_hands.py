"""What others do to a page — translate it, recolour it, add to it, copy from it — does no harm."""

import io
import re

import pytest
from acting import FRAME, READY, TRANSLATE, go, rest
from PIL import Image

from explainer.making.files import ROOT

# What is written while something moves.
LIVE = (
    ".lr-readout, .lr-left, .lr-note, .lr-bits, .lr-stage text, live-value, scrub-number, "
    "pre code, [name=copy], [role=status]"
)
READ = """(selector) => [...document.querySelectorAll(selector)].map((one) => one.textContent)"""
SETTINGS = {
    "": ["#r=0.93&k=40", "#r=1.20&k=60&scale=log", "#sentence=keys&r=0.7"],
    "bottleneck/": ["#format=bfloat16&bits=111", "#r=0.9&d=64&noise=0.1"],
    "language/": ["#r=0.99", "#r=1.00"],
    "lab/": ["#g=1.5&k=10", "#activation=linear&family=ring-chain&k=20"],
    "experiments/": ["#network=lstm"],
}


def texts(page):
    rest(page, 20)
    if page.locator("jacobian-lab").count():
        page.wait_for_selector("jacobian-lab .lr-screen[aria-busy=false]")
        page.evaluate(FRAME)
    before, now = None, page.evaluate(READ, LIVE)
    while now != before:  # what is told for ears comes later
        rest(page, 510)
        before, now = now, page.evaluate(READ, LIVE)
    return now


@pytest.mark.parametrize("path", SETTINGS)
def test_a_translated_page_stays_alive(open_page, path):
    said = []
    for translated in (False, True):
        page = open_page(path)
        if translated:
            page.evaluate(TRANSLATE)
        said.append([])
        go(page, SETTINGS[path][-1])  # what a page begins with is not told for ears
        texts(page)
        for setting in SETTINGS[path]:
            go(page, setting)
            said[-1].append(texts(page))
        assert page.problems == []
    assert said[0] == said[1]
    assert len({str(one) for one in said[0]}) == len(SETTINGS[path])


def test_words_of_a_translated_sentence_can_be_picked(open_page):
    page = open_page("#sentence=own")
    page.locator("#lr-own").fill("One two three four five")
    page.evaluate(TRANSLATE)
    words = page.locator("[data-sentence=own] .lr-words button")
    words.nth(1).click()
    words.nth(4).click()
    assert "“two”, 3 words back" in page.locator("[data-sentence=own] .lr-left").inner_text()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.textContent") == "two"


def contrast(page, selector):
    """Return the span of lightness, 0 to 255, in the picture of an element, and its mean."""
    raw = page.locator(selector).first.screenshot()
    grey = Image.open(io.BytesIO(raw)).convert("L")
    low, high = grey.getextrema()
    return high - low


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("chosen", [None, "light", "dark"])
def test_forced_colours_leave_words_and_marks_to_be_read(browser, url, scheme, chosen):
    context = browser.new_context(color_scheme=scheme, forced_colors="active")
    page = context.new_page()
    if chosen:
        page.add_init_script(f"localStorage.setItem('longrange-scheme', '{chosen}')")
    page.goto(f"{url}#sentence=own")
    page.wait_for_function(READY)
    page.locator("fading-sentence").scroll_into_view_if_needed()
    for word in ("[data-sentence=own] [aria-pressed=true]", "[data-sentence=own] button"):
        assert contrast(page, word) > 180
    go(page, "#sentence=cat&r=0.9")
    page.locator("fading-sentence").scroll_into_view_if_needed()
    for word in ("[data-sentence=cat] mark", "[data-sentence=cat] [style]"):
        assert contrast(page, word) > 180
    full, faded = (
        page.evaluate("""(i) => {
          const word = document.querySelectorAll("[data-sentence=cat] mark")[i];
          const { height, backgroundColor } = getComputedStyle(word, "::after");
          return [parseFloat(height), backgroundColor];
        }""", i)
        for i in (1, 0)
    )  # fmt: skip
    # Its column is seen on its ground, and shorter than a full one.
    assert full[0] > 1.5 * faded[0]
    assert full[1] != page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("influence-curves .lr-for-wide").scroll_into_view_if_needed()
    for mark in ("#influence_curves-linear-curve", "#influence_curves-linear-dot"):
        assert contrast(page, mark) > 60
    context.close()


def test_elements_that_others_add_are_not_ours_to_load(browser, url):
    page = browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script("""addEventListener("DOMContentLoaded", () => {
      for (const name of ["grammarly-card", "deepl-input-controller", "x-y"])
        document.body.append(document.createElement(name));
    })""")
    page.goto(url)
    page.wait_for_function("customElements.get('influence-curves') && window.component$")
    assert [one for one in asked if "grammarly" in one or "deepl" in one or "x-y" in one] == []
    page.context.close()


def test_main_knows_every_element_of_ours():
    folder = ROOT / "docs/elements"
    defines = re.compile(r'define\(\s*"([\w-]+)"')
    defined = [name for path in folder.glob("*.js")
               for name in defines.findall(path.read_text("utf-8"))]  # fmt: skip
    named = re.search(r"OURS = \[(.*?)\]", (folder / "main.js").read_text("utf-8"), re.DOTALL)[1]
    assert re.findall(r'"([\w-]+)"', named) == sorted(defined)


SELECT = """([first, last]) => {
  const [from, to] = [first, last].map((one) => document.querySelectorAll("article p")[one]);
  getSelection().setBaseAndExtent(from, 0, to, to.childNodes.length);
}"""


@pytest.fixture
def reader(open_page):
    page = open_page("decay/", permissions=("clipboard-read", "clipboard-write"))
    # It comes when somebody selects, and is there before a hand has come to copy.
    page.evaluate("""import(document.querySelector("script[type=module]").src
      .replace("main.js", "copy-formulas.js"))""")
    return page


def paragraphs_with_formulas(page):
    return page.evaluate("""() => [...document.querySelectorAll("article p")].map((p, i) =>
      p.querySelector(".arithmatex:not(div)") && p.closest("details, figure, li") === null ? i : -1)
      .filter((i) => i >= 0)""")


def test_a_formula_is_copied_once_as_it_was_written(reader):
    for i in paragraphs_with_formulas(reader)[:8]:
        reader.evaluate(SELECT, [i, i])
        sources = reader.evaluate("""(i) => [...document.querySelectorAll("article p")[i]
          .querySelectorAll("annotation")].map((one) => one.textContent)""", i)  # fmt: skip
        reader.keyboard.press("Control+C")
        copied = reader.evaluate("navigator.clipboard.readText()")
        assert [copied.count("$"), "\u2060" in copied] == [2 * len(sources), False]
        for tex in sources:
            assert f"${tex}$" in copied
        assert "\n" not in copied


def test_a_formula_is_selected_once(reader):
    """What is selected is what would be if the formulas stood in the page for the eye alone."""
    selected = []
    for script in (
        "",
        "for (const one of document.querySelectorAll('.katex-mathml')) one.remove()",
    ):
        reader.evaluate(script)
        reader.evaluate("getSelection().selectAllChildren(document.querySelector('article'))")
        selected.append(reader.evaluate("String(getSelection()).replace(/\\s/g, '')"))
    assert len(selected[1]) > 5000
    assert selected[0] == selected[1]


def test_paragraphs_and_displayed_formulas_are_copied_apart(reader):
    first, *_ = paragraphs_with_formulas(reader)
    reader.evaluate(SELECT, [first, first + 2])
    reader.keyboard.press("Control+C")
    copied = reader.evaluate("navigator.clipboard.readText()")
    assert copied.count("\n") >= 2
    html = reader.evaluate("""navigator.clipboard.read().then(([item]) => item.getType("text/html"))
      .then((blob) => blob.text())""")
    assert "katex" not in html
    assert html.count("$") == copied.count("$")


def test_half_a_formula_is_copied_whole_and_text_alone_is_the_browsers(reader):
    tex = reader.evaluate("""() => {
      const formula = document.querySelector("p .katex");
      const letters = formula.querySelectorAll(".katex-html .mord");
      getSelection().selectAllChildren(letters[0]);
      return formula.querySelector("annotation").textContent;
    }""")
    reader.keyboard.press("Control+C")
    assert reader.evaluate("navigator.clipboard.readText()") == f"${tex}$"
    reader.evaluate("getSelection().selectAllChildren(document.querySelector('h1'))")
    handled = reader.evaluate("""() => {
      let prevented;
      addEventListener("copy", (event) => (prevented = event.defaultPrevented), { once: true });
      document.execCommand("copy");
      return prevented;
    }""")
    assert handled is False
