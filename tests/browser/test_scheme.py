"""Light and dark: the system's, unless the reader chose the other one with the button."""

import io
import re

import pytest
from acting import FRAME, READY, reload
from PIL import Image

KEY = "longrange-scheme"
LUMINANCE = """(node) => getComputedStyle(node).backgroundColor.match(/[\\d.]+/g).slice(0, 3)
  .reduce((sum, channel) => sum + channel / 3 / 255, 0)"""
# What a browser does that lets no page store anything.
NO_STORAGE = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("denied", "SecurityError") } })"""


def scheme(page):
    """Return what the page is in, as its paper, its pictures and its button agree."""
    page.evaluate(FRAME)
    paper = page.locator("body").evaluate(LUMINANCE)
    found = "dark" if paper < 0.2 else "light"
    assert found == "dark" or paper > 0.9
    button = page.locator("#scheme")
    assert button.get_attribute("aria-pressed") == str(found == "dark").lower()
    shown = button.locator("svg").evaluate_all(
        "(all) => all.map((one) => getComputedStyle(one).fill !== 'rgba(0, 0, 0, 0)')"
    )
    assert shown == [found == "light", found == "dark"]  # the moon, the sun
    text = page.locator(".lr-stage text")
    if text.count():
        ink = text.first.evaluate("(node) => getComputedStyle(node).fill")
        assert (min(map(int, re.findall(r"\d+", ink))) > 128) == (found == "dark")
    return found


def stored(page):
    return page.evaluate("(key) => localStorage.getItem(key)", KEY)


def press(page):
    page.get_by_role("button", name="Dark colours").click()


@pytest.fixture
def new_page(browser, url):
    """Return a function that opens a page in a context of its own."""
    contexts = []

    def new_page(path="", script="", **options):
        context = browser.new_context(reduced_motion="reduce", **options)
        contexts.append(context)
        page = context.new_page()
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        if script:
            page.add_init_script(script)
        page.goto(url + path)
        if options.get("java_script_enabled", True):
            page.wait_for_function(READY)
        return page

    yield new_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("system", ["light", "dark"])
def test_it_is_the_systems_from_the_start_and_when_that_changes(open_page, system):
    page = open_page(color_scheme=system)
    assert scheme(page) == system
    other = "dark" if system == "light" else "light"
    page.emulate_media(color_scheme=other)
    assert scheme(page) == other
    assert stored(page) is None


@pytest.mark.parametrize("system", ["light", "dark"])
def test_a_choice_is_remembered_until_it_is_what_the_system_has(open_page, url, system):
    other = "dark" if system == "light" else "light"
    page = open_page(color_scheme=system)
    press(page)
    assert scheme(page) == other
    reload(page)
    assert scheme(page) == other
    page.goto(f"{url}library/")
    page.wait_for_function(READY)
    assert scheme(page) == other
    page.emulate_media(color_scheme=other)  # the system comes round to it, and leaves again
    page.emulate_media(color_scheme=system)
    assert scheme(page) == other
    press(page)
    assert scheme(page) == system
    assert stored(page) is None
    page.emulate_media(color_scheme=other)
    assert scheme(page) == other


def test_other_tabs_and_the_page_before_follow(new_page, url):
    page = new_page("about/")
    other = page.context.new_page()
    other.goto(f"{url}lab/")
    other.wait_for_function(READY)
    press(page)
    other.wait_for_function("document.documentElement.style.colorScheme === 'dark'")
    assert scheme(other) == "dark"
    page.goto(f"{url}library/")
    page.wait_for_function(READY)
    press(page)
    page.go_back()
    page.wait_for_function(READY)
    assert scheme(page) == "light"


def test_without_storage_a_choice_holds_on_its_page(new_page, url):
    page = new_page("about/", NO_STORAGE)
    assert scheme(page) == "light"
    for expected in ("dark", "light", "dark"):
        press(page)
        assert scheme(page) == expected
    page.goto(f"{url}library/")
    page.wait_for_function(READY)
    assert scheme(page) == "light"
    assert page.problems == []


@pytest.mark.parametrize("system", ["light", "dark"])
def test_without_javascript_it_is_the_systems_and_no_button_is_there(new_page, system):
    page = new_page("library/", java_script_enabled=False, color_scheme=system)
    paper = page.locator("body").evaluate(LUMINANCE)
    assert (paper < 0.2) == (system == "dark")
    assert not page.locator("#scheme").is_visible()


@pytest.mark.parametrize(("system", "chosen"), [("light", "dark"), ("dark", "light")])
def test_no_frame_shows_the_other_scheme(new_page, system, chosen):
    """From the first frame on which there is any of the page, whatever else is still to come."""
    page = new_page("about/", color_scheme=system)
    press(page)
    page.route(
        re.compile(r"\.js(\?|$)"),
        lambda route: route.continue_() if "early" in route.request.url else route.abort(),
    )
    page.add_init_script(f"""
      window.frames_ = [];
      const look = () => {{
        if (document.body) frames_.push(({LUMINANCE})(document.body));
        if (frames_.length < 10) requestAnimationFrame(look);
      }};
      requestAnimationFrame(look);
    """)
    page.reload()
    page.wait_for_function("frames_.length === 10")
    assert {(paper < 0.2) for paper in page.evaluate("frames_")} == {chosen == "dark"}
    corner = page.screenshot(clip={"x": 2, "y": 400, "width": 1, "height": 1})
    red, *_ = Image.open(io.BytesIO(corner)).convert("RGB").getpixel((0, 0))
    assert (red < 64) == (chosen == "dark")


@pytest.mark.parametrize("key", ["Enter", " "])
def test_the_button_is_reached_and_pressed_by_keys(open_page, key):
    page = open_page("about/", fresh=True)
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "scheme":
            break
    page.keyboard.press(key)
    assert scheme(page) == "dark"
    assert page.evaluate("document.activeElement.id") == "scheme"


def test_a_finger_presses_the_button_on_a_phone(open_page):
    page = open_page("about/", width=360, has_touch=True, is_mobile=True)
    button = page.locator("#scheme")
    box = button.bounding_box()
    assert min(box["width"], box["height"]) >= 24
    button.tap()
    assert scheme(page) == "dark"


def test_paper_is_light_whatever_was_chosen(open_page):
    page = open_page("library/", color_scheme="dark")
    for _ in range(2):
        page.emulate_media(media="print")
        assert page.locator("body").evaluate(LUMINANCE) > 0.9
        keyword = page.locator(".highlight .k, .highlight .kn, .highlight .n").first
        ink = keyword.evaluate("(node) => getComputedStyle(node).color")
        assert min(map(int, re.findall(r"\d+", ink))) < 128
        page.emulate_media(media="null")
        press(page)  # light, and the system's again


def test_forced_colours_keep_the_icon(open_page):
    page = open_page("about/", color_scheme="dark")
    page.emulate_media(forced_colors="active", color_scheme="dark")
    fills = page.locator("#scheme svg").evaluate_all(
        "(all) => all.map((one) => getComputedStyle(one).fill !== 'rgba(0, 0, 0, 0)')"
    )
    assert fills.count(True) == 1
    page.emulate_media(forced_colors="none")
