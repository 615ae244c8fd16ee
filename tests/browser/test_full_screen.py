"""A figure on the whole screen: for a projector, and the way back to where one was."""

import pytest
from acting import FRAME

BUTTON = "#{}-full"
LARGE = 20  # px: text that is read from the last row
PAGES = ["", "lab/", "bottleneck/", "experiments/", "language/", "decay/", "remedies/"]

# Of each figure in sight: the least text of its picture and of what stands beside it, in pixels,
# and how far the picture is out of the window.
MEASURE = """(figure) => {
  const svg = [...figure.querySelectorAll(".lr-stage svg")].find((one) =>
    one.getClientRects().length);
  const box = svg?.closest(".lr-stage").getBoundingClientRect(); // of two panels one shows
  const unit = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 0;
  const size = (one) => parseFloat(getComputedStyle(one).fontSize);
  const drawn = svg ? [...svg.querySelectorAll("text")].map((one) => unit * size(one)) : [];
  const beside = ".lr-controls, .lr-readout, .lr-values dt, .lr-caption, .lr-aside, .lr-try";
  const words = [...figure.querySelectorAll(beside)]
    .filter((one) => one.getClientRects().length).map(size);
  return {
    least: Math.min(...drawn, ...words),
    out: svg ? Math.max(-box.left, -box.top, box.right - innerWidth, box.bottom - innerHeight) : 0,
    wide: figure.scrollWidth,
  };
}"""


@pytest.fixture
def projector(open_page):
    return lambda path: open_page(path, width=1920, height=1080)


def full(page):
    """Return the ids of figures on the whole screen, and whether the browser shows one."""
    page.evaluate(FRAME)
    return page.evaluate(
        "[[...document.querySelectorAll('.lr-full-screen')].map((one) => one.id),"
        " Boolean(document.fullscreenElement)]"
    )


@pytest.mark.parametrize("path", PAGES)
def test_every_figure_can_be_read_from_the_last_row(projector, path):
    page = projector(path)
    page.wait_for_selector(".lr-full")
    tried = 0
    for figure in page.locator("figure.lr-figure").all():
        button = page.locator(BUTTON.format(figure.get_attribute("id")))
        if not button.is_visible():
            continue  # in a fold that is closed
        button.evaluate("(one) => one.click()")
        page.wait_for_selector(".lr-full-screen")
        page.evaluate(FRAME)
        found, stem = figure.evaluate(MEASURE), figure.get_attribute("id")
        assert full(page)[0] == [stem]
        assert found["least"] >= LARGE, stem
        assert found["out"] <= 0, stem
        assert found["wide"] <= 1920, stem
        page.keyboard.press("Escape")
        assert full(page) == [[], False]
        tried += 1
    assert tried
    assert page.problems == []


@pytest.mark.parametrize("forbidden", [False, True], ids=["browser's", "over the page"])
def test_escape_leads_back_to_the_same_place(projector, forbidden):
    page = projector("lab/")
    page.wait_for_selector(".lr-full")
    if forbidden:  # as in a frame that may not
        page.evaluate("""() => {
          Element.prototype.requestFullscreen = () => Promise.reject(new TypeError());
        }""")
    button = page.locator(BUTTON.format("jacobian_lab"))
    button.scroll_into_view_if_needed()
    page.evaluate(FRAME)
    before = page.evaluate("scrollY")
    for leave in ("Escape", "Enter"):
        button.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(".lr-full-screen")
        page.wait_for_function(
            f"Boolean(document.fullscreenElement) === {str(not forbidden).lower()}"
        )
        assert full(page)[0] == ["jacobian_lab"]
        assert button.inner_text() == "Close (Esc)"
        # The keyboard stays in the figure.
        inside = "document.activeElement.closest('#jacobian_lab') !== null"
        for _ in range(5):
            page.keyboard.press("Shift+Tab")
            assert page.evaluate(inside)
        button.focus()
        page.keyboard.press(leave)
        page.wait_for_function("!document.documentElement.style.overflowAnchor")  # all is settled
        page.evaluate(FRAME)
        assert full(page) == [[], False]
        assert page.evaluate("document.activeElement.id") == "jacobian_lab-full"
        assert abs(page.evaluate("scrollY") - before) <= 1
        assert page.locator("[inert], .lr-room").count() == 0
        assert button.inner_text() == "Full screen"
    assert page.problems == []


def test_the_browsers_own_way_back_is_ours_too(projector):
    page = projector("")
    page.wait_for_selector(".lr-full")
    page.locator(BUTTON.format("influence_curves")).click()
    page.wait_for_function("document.fullscreenElement")
    page.evaluate("document.exitFullscreen()")
    page.wait_for_function("!document.querySelector('.lr-full-screen')")
    assert page.evaluate("document.activeElement.id") == "influence_curves-full"


def test_controls_move_the_picture_there(projector):
    page = projector("")
    page.wait_for_selector(".lr-full")
    page.locator(BUTTON.format("influence_curves")).click()
    page.wait_for_selector(".lr-full-screen")
    curve = "document.querySelector('#influence_curves-linear-curve path').getAttribute('d')"
    before = page.evaluate(curve)
    page.locator("influence-curves input[type=range][name=r]").focus()
    page.keyboard.press("PageUp")
    page.evaluate(FRAME)
    assert page.evaluate(curve) != before
    page.keyboard.press("Escape")


def test_each_button_has_the_finding_in_its_name(open_page):
    page = open_page("lab/")
    page.wait_for_selector(".lr-full")
    tree = page.locator("#jacobian_lab figcaption").aria_snapshot()
    assert 'button "Full screen All four views show one network, and all follow the dials.' in tree


def test_there_is_none_in_print_or_without_javascript(open_page):
    page = open_page("lab/", java_script_enabled=False)
    assert page.locator(".lr-full").count() == 0
    page = open_page("lab/")
    page.wait_for_selector(".lr-full")
    page.emulate_media(media="print")
    assert not page.locator(".lr-full:visible").count()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_whole_screen(projector, axe, scheme):
    page = projector("")
    page.emulate_media(color_scheme=scheme)
    page.wait_for_selector(".lr-full")
    page.locator(BUTTON.format("influence_curves")).click()
    page.wait_for_selector(".lr-full-screen")
    page.evaluate(axe)
    found = page.evaluate(
        "axe.run('#influence_curves').then((result) => result.violations.map((v) => v.id))"
    )
    assert found == []
    page.keyboard.press("Escape")
