"""The slides as a deck: from a server and from a disk, by keys and by touch, shown and printed."""

import io
import re
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from explainer.making.files import ROOT

MINUTES, FEWEST, MOST = 45, 12, 18
SOURCE = (ROOT / "docs/slides.md").read_text("utf-8")
STEMS = re.findall(r"^!\[\d+ minutes?\]\(figures/(\w+)\.svg", SOURCE, re.MULTILINE)
AT = "Number(document.querySelector('section.present').id.slice(6))"
FRAME = "section.present iframe.figure"


@pytest.fixture(scope="module")
def file(site):
    """Return the deck."""
    return site / "slides/deck.html"


@pytest.fixture
def opened(browser, file):
    """Return a function that opens the deck from the disk; nothing may go wrong or be fetched."""
    contexts = []

    def opened(ending="", *, width=1280, height=720, **options):
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        page = context.new_page()
        page.problems, page.fetched = [], []
        context.on("weberror", lambda error: page.problems.append(str(error.error)))
        page.on("console", lambda m: m.type == "error" and page.problems.append(m.text))
        page.on("request", lambda request: page.fetched.append(request.url))
        page.goto(file.as_uri() + ending)
        contexts.append((context, page))
        return page

    yield opened
    for context, page in contexts:
        assert page.problems == []
        own = (file.as_uri(), "data:", "blob:", "about:")
        assert [url for url in page.fetched if not url.startswith(own)] == []
        context.close()


def ready(page):
    page.wait_for_selector(".reveal.ready")
    page.wait_for_function(
        "[...document.querySelectorAll('section.present [data-moves]')].every((box) =>"
        " box.querySelector('iframe')?.contentDocument.querySelector('html.live'))"
    )


def click(page, locator):
    """Click where something is seen; Playwright itself knows nothing of frames that are scaled."""
    page.mouse.click(*locator.evaluate("""(element) => {
      const frame = element.ownerDocument.defaultView.frameElement;
      const outer = frame.getBoundingClientRect();
      const { left, top, width, height } = element.getBoundingClientRect();
      const scale = outer.width / frame.clientWidth;
      return [outer.left + scale * (left + width / 2), outer.top + scale * (top + height / 2)];
    }"""))  # fmt: skip


def test_it_is_the_lecture_of_45_minutes_with_a_finding_and_notes_on_each_slide(file, site):
    text = file.read_text("utf-8")
    sections = BeautifulSoup(text, "html.parser").select(".slides > section")
    assert FEWEST <= len(sections) <= MOST
    assert len(sections) == len(STEMS)
    assert sum(int(one["data-timing"]) for one in sections) == 60 * MINUTES
    pages = [path.read_text("utf-8") for path in site.rglob("index.html")]
    findings = re.findall(r"<h2>(.*?)</h2>", text, re.DOTALL)
    for section, stem, finding in zip(sections, STEMS, findings, strict=True):
        assert section.h2.get_text().strip()
        assert section.figure["id"] == stem
        notes = section.select_one("aside.notes")
        assert len([p for p in notes.find_all("p") if "legend" not in p.get("class", [])]) >= 1
        # The title is what the figure's caption begins with, on a page of the site.
        caption = f'<span class="lr-caption"><strong>{finding}</strong>'
        assert any(f'id="{stem}"' in page and caption in page for page in pages), stem
    # The licence of the program that is inside.
    assert "Hakim El Hattab" in text[:2000]


def test_every_slide_opens_from_a_disk_and_each_figure_that_moves_is_live(opened):
    page = opened()
    ready(page)
    for number, stem in enumerate(STEMS, 1):
        assert page.evaluate(AT) == number
        ready(page)
        moves = page.locator("section.present [data-moves]").count()
        alive = (ROOT / f"docs/elements/{stem.replace('_', '-')}.html").is_file()
        assert bool(moves) == alive, stem
        # What is shown lies within the slide, and is not small.
        box = page.locator(FRAME if moves else "section.present .lr-stage:visible").bounding_box()
        assert min(box["x"], box["y"]) >= 0, stem
        assert box["x"] + box["width"] <= 1280 + 1, stem
        assert box["y"] + box["height"] <= 720 + 1, stem
        assert max(box["width"] / 1280, box["height"] / 720) > 0.6, stem
        page.keyboard.press("ArrowRight")
    assert page.evaluate(AT) == len(STEMS)  # and no further
    for number in reversed(range(1, len(STEMS))):
        page.keyboard.press("PageUp")
        assert page.evaluate(AT) == number


def test_served_it_asks_for_nothing_but_itself(browser, url):
    context = browser.new_context()
    page = context.new_page()
    fetched, problems = [], []
    page.on("request", lambda request: fetched.append(request.url))
    context.on("weberror", lambda error: problems.append(str(error.error)))
    page.goto(f"{url}slides/deck.html")
    ready(page)
    for _ in STEMS:
        page.keyboard.press("n")
        ready(page)
    own = (f"{url}slides/deck.html", "data:", "blob:", "about:")
    assert [address for address in fetched if not address.startswith(own)] == []
    assert problems == []
    context.close()


def test_keys_are_the_figures_while_a_control_has_them_and_page_keys_always_turn(opened):
    number = STEMS.index("influence_curves") + 1
    page = opened(f"#/slide-{number}")
    ready(page)
    frame = page.frame_locator(FRAME)
    slider = frame.locator("input[type=range][name=r]")
    before = float(slider.input_value())
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert float(slider.input_value()) > before
    assert page.evaluate(AT) == number
    page.keyboard.press("PageDown")
    assert page.evaluate(AT) == number + 1
    page.keyboard.press("PageUp")
    slider.focus()
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(AT) == number + 1
    assert page.locator(".reveal.overview").count() == 0
    # Where no control was clicked, the keys are the deck's.
    page.keyboard.press("ArrowLeft")
    click(page, frame.locator("svg").first)
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(AT) == number - 1


def test_after_a_pointer_has_pressed_something_keys_turn_slides_again(opened):
    number = STEMS.index("influence_curves") + 1
    page = opened(f"#/slide-{number}")
    ready(page)
    frame = page.frame_locator(FRAME)
    for pressed in ("input[value=linear]", "input[type=range][name=r]", "button[name=reset]"):
        click(page, frame.locator(pressed))
        page.keyboard.press("ArrowRight")
        assert page.evaluate(AT) == number + 1, pressed
        page.keyboard.press("ArrowLeft")
        assert page.evaluate(AT) == number, pressed
    # A pad that was drawn on.
    page.evaluate(f"location.hash = '/slide-{STEMS.index('guess_decay') + 1}'")
    page.wait_for_function(f"{AT} === {STEMS.index('guess_decay') + 1}")
    ready(page)
    click(page, page.frame_locator(FRAME).locator(".lr-pad").first)
    page.keyboard.press("ArrowRight")
    assert page.evaluate(AT) == STEMS.index("guess_decay") + 2
    page.evaluate(f"location.hash = '/slide-{number}'")
    page.wait_for_function(f"{AT} === {number}")
    ready(page)
    # What was pressed stays so.
    click(page, frame.locator("input[value=linear]"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert frame.locator("input[value=linear]").is_checked()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_list_of_keys_can_be_read(opened, axe, scheme):
    page = opened(f"?scheme={scheme}")
    ready(page)
    page.keyboard.press("Shift+?")
    page.get_by_text("Keyboard Shortcuts").wait_for()
    page.evaluate(axe)
    contrast = "axe.run('.r-overlay', { runOnly: ['color-contrast'] })"
    found = page.evaluate(f"{contrast}.then((result) => result.violations.map((one) => one.id))")
    assert found == []
    table = page.locator(".r-overlay table").bounding_box()
    assert table["y"] >= 0


def test_a_slide_is_in_its_setting_and_figures_share_none(opened):
    settings = dict(re.findall(r"figures/(\w+)\.svg#([^)]+)\)", SOURCE))
    assert settings
    page = opened()
    ready(page)
    for stem, setting in settings.items():
        page.evaluate(f"location.hash = '/slide-{STEMS.index(stem) + 1}'")
        page.wait_for_function(f"{AT} === {STEMS.index(stem) + 1}")
        ready(page)
        for name, value in (part.split("=") for part in setting.split("&")):
            frame = page.frame_locator(FRAME)
            control = frame.locator(f"input[name={name}]:is([type=range], :checked)")
            shown = control.input_value()
            assert shown == value or float(shown) == float(value), stem
    # Two slides with a rate r: one is moved, the other stays.
    first, second = (STEMS.index(stem) + 1 for stem in ("unrolled_network", "influence_curves"))
    rate = "input[type=range][name=r]"
    page.evaluate(f"location.hash = '/slide-{first}'")
    page.wait_for_function(f"{AT} === {first}")
    ready(page)
    page.frame_locator(FRAME).locator(rate).press("Home")
    moved = page.frame_locator(FRAME).locator(rate).input_value()
    page.keyboard.press("PageDown")
    assert page.evaluate(AT) == second
    ready(page)
    assert page.frame_locator(FRAME).locator(rate).input_value() != moved


def test_a_network_learns_on_its_slide(opened):
    page = opened(f"#/slide-{STEMS.index('train_network') + 1}")
    ready(page)
    frame = page.frame_locator(FRAME)
    click(page, frame.get_by_role("button", name="One step"))
    frame.locator("[data-value=examples]", has_text=re.compile("[1-9]")).wait_for()


@pytest.mark.parametrize("asked", ["", "?scheme=dark", "?scheme=light"])
@pytest.mark.parametrize("system", ["light", "dark"])
def test_light_and_dark_as_the_system_has_it_as_asked_and_by_a_key(opened, asked, system):
    page = opened(asked, color_scheme=system)
    ready(page)
    wanted = asked.partition("=")[2] or system
    paper = "getComputedStyle(document.body).backgroundColor"

    def is_dark(colour):
        return sum(map(int, re.findall(r"\d+", colour)[:3])) < 3 * 128

    assert is_dark(page.evaluate(paper)) == (wanted == "dark")
    ink = "getComputedStyle(document.querySelector('section.present h2')).color"
    assert is_dark(page.evaluate(ink)) != (wanted == "dark")
    words = f"document.querySelector('{FRAME}').contentDocument.querySelector('.lr-words > *')"
    assert is_dark(page.evaluate(f"getComputedStyle({words}).color")) != (wanted == "dark")
    page.keyboard.press("d")
    assert is_dark(page.evaluate(paper)) == (wanted != "dark")
    assert is_dark(page.evaluate(f"getComputedStyle({words}).color")) == (wanted == "dark")


def test_on_a_phone_a_finger_turns_slides_and_nothing_is_cut_off(opened):
    page = opened(width=360, height=640, has_touch=True, is_mobile=True)
    ready(page)
    session = page.context.new_cdp_session(page)

    def wipe(from_x, to_x, y):
        points = [(from_x, y), ((from_x + to_x) / 2, y), (to_x, y)]
        session.send("Input.dispatchTouchEvent", {
            "type": "touchStart", "touchPoints": [{"x": points[0][0], "y": y}]})  # fmt: skip
        for x, _ in points[1:]:
            session.send("Input.dispatchTouchEvent", {
                "type": "touchMove", "touchPoints": [{"x": x, "y": y}]})  # fmt: skip
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    wipe(300, 60, 30)  # on the title
    page.wait_for_function(f"{AT} === 2")
    ready(page)
    wipe(60, 300, 30)
    page.wait_for_function(f"{AT} === 1")
    wipe(300, 60, 150)  # on the figure
    page.wait_for_function(f"{AT} === 2")
    for number in range(2, len(STEMS) + 1):
        page.wait_for_function(f"{AT} === {number}")
        ready(page)
        across = "document.querySelector('section.present').{0} "
        assert page.evaluate(
            across.format("scrollWidth") + "<=" + across.format("clientWidth") + "+ 1"
        )
        page.evaluate("document.querySelector('.navigate-right').click()")


def test_speakers_have_a_window_with_notes(opened):
    page = opened(f"#/slide-{STEMS.index('two_valleys') + 1}")
    ready(page)
    with page.context.expect_page() as opening:
        page.keyboard.press("s")
    notes = opening.value
    notes.wait_for_function(
        "document.querySelector('.speaker-controls-notes .value').textContent"
        ".includes('The side is kept while the derivative is gone.')"
    )
    assert page.evaluate(AT) == STEMS.index("two_valleys") + 1  # and the deck stays where it was


def test_printed_it_has_one_page_a_slide(opened):
    page = opened("?print-pdf", color_scheme="dark")
    page.wait_for_selector("html.printable")
    assert page.locator(".pdf-page").count() == len(STEMS)
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == len(STEMS)
    # Nothing on a page is cut off: every figure ends above its end.
    ends = page.evaluate("""[...document.querySelectorAll(".pdf-page")].map((page) => {
      const { bottom } = page.getBoundingClientRect();
      const frame = page.querySelector("iframe.figure");
      if (!frame) return bottom - page.querySelector(".lr-figure").getBoundingClientRect().bottom;
      const { scrollHeight } = frame.contentDocument.documentElement;
      return frame.clientHeight + 1 - scrollHeight;
    })""")
    assert min(ends) >= 0
    # Who holds them has not guessed yet.
    guess = page.frame_locator("iframe.figure[title='How fast does a word fade?']")
    seen = guess.locator("[id$='-answer-curve']").evaluate_all(
        "(all) => all.map((one) => getComputedStyle(one).visibility)"
    )
    assert set(seen) == {"hidden"}


def test_printed_with_notes_two_slides_share_a_sheet_where_there_is_room(opened):
    page = opened()
    ready(page)
    sheets = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    assert len(sheets) < len(STEMS)
    told = " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())
    for words in (
        "The further back a word",
        "Reaching far is one thing",
        "Draw what is left, on paper",
    ):
        assert words in told


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (1280, 720), (1600, 900)])
def test_a_slide_is_as_high_as_the_window(opened, width, height):
    page = opened(width=width, height=height)
    ready(page)
    box = page.locator("section.present").bounding_box()
    assert box["width"] == pytest.approx(width, abs=2)
    assert box["height"] == pytest.approx(height, abs=2)


def test_without_javascript_slides_stand_one_below_the_other(opened):
    page = opened(java_script_enabled=False, width=360, height=640)
    boxes = [one.bounding_box() for one in page.locator(".slides > section").all()]
    assert len(boxes) == len(STEMS)
    for above, below in pairwise(boxes):
        assert below["y"] >= above["y"] + above["height"] - 1
    assert max(box["x"] + box["width"] for box in boxes) <= 360
    for section in page.locator(".slides > section").all():
        assert section.locator("h2").is_visible()
        assert section.locator("aside p").first.is_visible()
        assert section.locator(".lr-stage:visible, .lr-words:visible").count()
        assert section.locator(".lr-controls:visible").count() == 0


def test_the_page_of_the_site_leads_to_the_deck_and_to_every_slide(open_page):
    page = open_page("slides/")
    assert page.locator(".lr-slide").count() == len(STEMS)
    page.get_by_role("link", name="the slide").nth(4).click()
    page.wait_for_selector(".reveal.ready")
    assert page.evaluate(AT) == 5
    page.go_back()
    page.get_by_role("link", name="Open the deck").click()
    page.wait_for_selector(".reveal.ready")
    assert page.evaluate(AT) == 1
    assert page.problems == []
