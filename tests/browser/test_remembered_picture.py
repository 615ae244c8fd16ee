"""`<remembered-picture>`: Python's recall in the browser, its controls, the reader's drawing."""

import numpy as np
import pytest
from acting import FRAME, go, hash_of, said, values

from explainer.figures import remembered_cat
from explainer.figures import remembered_picture as figure
from explainer.shared import pixels as recalled

PLACE = "remembered-picture"
RANGE = PLACE + " input[type=range][name={}]"
READOUT = PLACE + " .lr-readout"
NOTE = READOUT + " [data-value=note]"
STATUS = PLACE + " [role=status]"
PAD = PLACE + " .lr-pad"
DRAW = PLACE + " button[name=draw]"


@pytest.fixture
def picture(open_page):
    page = open_page("bottleneck/")
    page.locator(PLACE).scroll_into_view_if_needed()
    yield page
    assert page.problems == []


def pixels(page, panel):
    """Return the greys of the squares of one panel, from 0 to 15; none while Python's stand."""
    fills = page.evaluate(
        "(id) => [...document.querySelectorAll(`#remembered_picture-${id} rect`)]"
        ".map((square) => square.getAttribute('fill') ?? '')",
        panel,
    )
    return np.array([int(fill[4:].split(",")[0]) / 17 for fill in fills if fill])


def words(settings):
    lost = recalled.errors(**settings)
    return (
        f"r = {settings['r']:.3f}, d = {settings['d']}, σ = {settings['noise']:.3f}: "
        f"{lost['total']:.1%} lost, {lost['width']:.1%} to width, {lost['noisy']:.1%} to noise, "
        f"{lost['decay']:.1%} to decay. Top row {lost['top']:.1%}, bottom row "
        f"{lost['bottom']:.1%}."
    )


def test_what_python_drew_stands_until_something_is_moved(picture):
    assert pixels(picture, "read").size == 0
    assert said(picture, PLACE) == words(figure.READER)
    picture.locator(RANGE.format("d")).fill("64")
    picture.evaluate(FRAME)
    np.testing.assert_array_equal(pixels(picture, "read"), recalled.PIXELS)
    settings = figure.READER | {"d": 64}
    expected = np.round(recalled.returned(recalled.PIXELS, **settings))
    np.testing.assert_array_equal(pixels(picture, "returned"), expected)
    assert said(picture, PLACE) == words(settings)


def test_values_are_the_errors_of_python(picture):
    for settings in (figure.READER, {"r": 0.95, "d": 64, "noise": 0.1}):
        go(picture, "#" + "&".join(f"{key}={value}" for key, value in settings.items()))
        lost, found = recalled.errors(**settings), values(picture, PLACE)
        for name in ("total", "width", "noisy", "decay"):
            assert found[name] == f"{lost[name]:.1%}"
        assert found["note"] == f"Top row {lost['top']:.1%}, bottom row {lost['bottom']:.1%}."


def test_the_cat_of_the_first_page_has_its_own_rate(open_page):
    page = open_page()
    cat, noise = "remembered-cat", remembered_cat.NOISE
    assert page.locator(f"{cat} :is(button, .lr-pad)").count() == 0
    start = float(page.locator("influence-curves input[type=range][name=r]").input_value())
    for r, d in ((1, 192), (0.99, 128), (0.8, 16)):
        go(page, f"#rate={r}&d={d}")
        lost, found = recalled.errors(r, d, noise), values(page, cat)
        for name in ("total", "width", "noisy", "decay"):
            assert found[name] == f"{lost[name]:.1%}"
        if (r, d) != (1, 192):  # at the start Python's picture stands
            fills = page.evaluate(
                "[...document.querySelectorAll('#remembered_cat-returned rect[fill^=rgb]')]"
                ".map((one) => parseInt(one.getAttribute('fill').slice(4)) / 17)"
            )
            back = recalled.returned(recalled.PIXELS, r, d, noise)
            np.testing.assert_array_equal(fills, np.round(back))
        assert float(page.locator(
            "influence-curves input[type=range][name=r]").input_value()) == start  # fmt: skip
    assert page.problems == []


def test_both_drawings_show_the_same(picture):
    go(picture, "#r=0.9&d=64")
    wide, narrow = (pixels(picture, f"{kind}returned") for kind in ("", "narrow-"))
    assert wide.size == 256
    np.testing.assert_array_equal(wide, narrow)


def test_the_squares_lie_where_the_picture_was(picture):
    def box(selector):
        return picture.evaluate(
            """(selector) => {
              const all = [...document.querySelectorAll(selector)];
              const [first, last] = [all[0], all.at(-1)].map((one) => one.getBoundingClientRect());
              return [first.left, first.top, last.right, last.bottom];
            }""",
            selector,
        )

    image = box("#remembered_picture-read-pixels")
    picture.locator(RANGE.format("r")).fill("0.9")
    picture.evaluate(FRAME)
    assert box("#remembered_picture-read rect[fill^=rgb]") == pytest.approx(image, abs=0.1)


@pytest.mark.parametrize("name", ["r", "d", "noise"])
def test_sliders_move_over_their_whole_range_by_keyboard(picture, name):
    low, high, step = figure.RANGE[name]
    slider = picture.locator(RANGE.format(name))
    slider.focus()
    picture.keyboard.press("Home")
    assert float(slider.input_value()) == low
    for n in range(1, 4):
        picture.keyboard.press("ArrowRight")
        assert float(slider.input_value()) == pytest.approx(low + n * step)
    picture.keyboard.press("End")
    assert float(slider.input_value()) == pytest.approx(high)
    picture.evaluate(FRAME)
    total = recalled.errors(**figure.READER | {name: high})["total"]
    assert slider.get_attribute("aria-valuetext").endswith(f": {total:.1%} lost")
    picture.wait_for_function(
        f"document.querySelector('{STATUS}').textContent.includes('to decay')"
    )


def test_the_setting_is_in_the_address_and_back_undoes_it(picture):
    page = picture
    go(page, "#r=0.95&d=192&noise=0.1")
    settings = {"r": 0.95, "d": 192, "noise": 0.1}
    assert said(page, PLACE) == words(settings)
    page.locator(RANGE.format("d")).fill("256")
    assert hash_of(page) == "#r=0.950&d=256&noise=0.100"
    page.go_back()
    page.evaluate(FRAME)
    assert said(page, PLACE) == words(settings)
    page.locator(PLACE + " button[name=reset]").click()
    page.evaluate(FRAME)
    assert said(page, PLACE) == words(figure.READER)
    assert page.evaluate("location.hash") == ""


def test_without_decay_nothing_is_lost_to_decay(picture):
    for d in (64, 96, 128, 256):
        go(picture, f"#r=1&d={d}&noise=0.1")
        assert " 0.0% to decay" in said(picture, PLACE)


def test_a_shared_address_shows_what_it_sets(open_page):
    for height in (720, 844):
        page = open_page("bottleneck/#r=0.95&d=192&noise=0.1", height=height)
        for selector in ("#remembered_picture-returned", PLACE + " form", READOUT):
            box = page.locator(selector).bounding_box()
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= height


def test_each_reset_leaves_the_other_figure_alone(picture):
    page = picture
    go(page, "#d=64&bits=101")
    page.locator("recoverable-bits button[value=reset]").click()
    assert hash_of(page) == "#r=0.990&d=64&noise=0.050"
    page.go_back()
    page.evaluate(FRAME)
    page.locator(PLACE + " button[name=reset]").click()
    assert hash_of(page) == "#bits=101"


def middle(page, column, row):
    box = page.locator(PAD).bounding_box()
    size = box["width"] / recalled.SIDE
    return box["x"] + (column + 0.5) * size, box["y"] + (row + 0.5) * size


def test_the_reader_draws_by_pointer(picture):
    picture.locator(DRAW).click()
    picture.mouse.move(*middle(picture, 2, 3))
    picture.mouse.down()
    picture.mouse.move(*middle(picture, 9, 3), steps=2)  # what the pointer skips is painted too
    picture.mouse.up()
    dark = set(np.flatnonzero(pixels(picture, "read") < 8))
    assert dark == {3 * 16 + column for column in range(2, 10)}
    # Back from the state it was read into, as Python has it.
    expected = recalled.returned(pixels(picture, "read"), **figure.READER)
    np.testing.assert_array_equal(pixels(picture, "returned"), np.round(expected))
    picture.mouse.click(*middle(picture, 5, 3))  # a dark square becomes light again
    assert pixels(picture, "read")[3 * 16 + 5] > 8
    picture.locator("button[name=cat]").click()
    np.testing.assert_array_equal(pixels(picture, "read"), recalled.PIXELS)
    assert picture.locator(PAD).is_hidden()
    picture.locator(DRAW).click()  # the drawing is still there, until Reset
    assert (pixels(picture, "read") < 8).sum() == 7
    picture.locator(PLACE + " button[name=reset]").click()
    picture.locator(DRAW).click()
    assert (pixels(picture, "read") < 8).sum() == 0
    assert "Draw with the mouse" in said(picture, PLACE)


def test_the_reader_draws_by_keyboard_and_is_told_where(picture):
    button = picture.locator(DRAW)
    button.focus()
    picture.keyboard.press("Enter")  # the sheet takes the focus, in its middle
    for key in ("ArrowRight", "Space", "ArrowUp", "Enter", "Enter", "ArrowUp"):
        picture.keyboard.press(key)
    assert set(np.flatnonzero(pixels(picture, "read") < 8)) == {8 * 16 + 9}
    back = recalled.returned(pixels(picture, "read"), **figure.READER)[6 * 16 + 9]
    tone = "dark" if back < 5 else "grey" if back < 10 else "light"
    told = f"Row 7, column 10: light. It comes back {tone}."
    assert picture.locator(NOTE).inner_text() == told
    for _ in range(20):
        picture.keyboard.press("ArrowLeft")
    assert picture.locator(NOTE).inner_text().startswith("Row 7, column 1: light.")
    picture.wait_for_function(f"document.querySelector('{STATUS}').textContent.startsWith('Row')")


def test_the_reader_draws_by_touch_up_and_down_too(open_page):
    page = open_page("bottleneck/", width=360, has_touch=True)
    page.locator(DRAW).tap()
    page.locator(PAD).scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    wire = page.context.new_cdp_session(page)
    for kind, row in (("touchStart", 2), ("touchMove", 3), ("touchMove", 4), ("touchMove", 5)):
        x, y = middle(page, 7, row)
        wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        page.wait_for_timeout(30)
    wire.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert set(np.flatnonzero(pixels(page, "read") < 8)) == {16 * row + 7 for row in (2, 3, 4, 5)}
    assert page.evaluate("scrollY") == before
    assert page.problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_drawing(open_page, axe, scheme):
    page = open_page("bottleneck/", color_scheme=scheme)
    page.locator(DRAW).click()
    page.evaluate(axe)
    found = page.evaluate(
        "axe.run('remembered-picture').then((result) => result.violations.map((v) => v.id))"
    )
    assert found == []


def test_without_javascript_and_on_paper_the_pictures_are_there(open_page):
    page = open_page("bottleneck/", java_script_enabled=False)
    assert (
        page.locator("#remembered_picture svg g[shape-rendering]").count() == 14 + 11
    )  # a phone has fewer
    assert page.locator(PAD).is_hidden()
    page = open_page("bottleneck/")
    page.locator(DRAW).click()
    page.emulate_media(media="print")
    assert page.locator(PAD).is_hidden()
