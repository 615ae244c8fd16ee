"""`<guess-curve>`: drawing by hand and by key, the answer kept back, the gap in words."""

import itertools
import json
import math
import re

import numpy as np
import pytest
from acting import FRAME, announced, place, record_announcements, said, values

from explainer.making.files import FIGURES

STEMS = ("guess_decay", "guess_law")
LAWS = {"to the bound": "bound", "to the radius": "radius", "to its own rate": "rate"}


class Guess:
    """One figure in the page, with what Python knows of it."""

    def __init__(self, page, stem):
        self.page, self.stem = page, stem
        self.data = json.loads((FIGURES / f"{stem}.json").read_text("utf-8"))
        self.figure = page.locator(f"figure#{stem}")
        self.pad, self.readout = self.figure.locator(".lr-pad"), self.figure.locator(".lr-readout")
        self.log = stem == "guess_law"
        self.kind = "wide" if page.viewport_size["width"] >= 960 else "narrow"
        self.axes = self.data["stage"][self.kind]["axes"]["plot"]
        self.host = f"#{stem} guess-curve"
        exact = self.data["table"]["measured" if self.log else "left"]
        self.answer = np.array([float(f"{value:.4g}") for value in exact])  # as the page has it
        self.pad.scroll_into_view_if_needed()

    def note(self):
        return values(self.page, self.host)["note"]

    def said(self):
        return said(self.page, self.host)

    def press(self, name):
        self.figure.locator(f"button[name={name}]").click()

    def keys(self, *keys):
        self.pad.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def at(self, k, value):
        """Return where a point of the plot lies in the window."""
        box = self.pad.bounding_box()
        (left, right), (bottom, top) = self.axes["x"]["range"], self.axes["y"]["range"]
        x = (place(self.axes["x"], k) - left) / (right - left)
        y = (place(self.axes["y"], value) - top) / (bottom - top)
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    def draw(self, points):
        mouse = self.page.mouse
        mouse.move(*self.at(*points[0]))
        mouse.down()
        for point in points[1:]:
            mouse.move(*self.at(*point))
        mouse.up()

    def sketch(self):
        """Return the value at each lag of the drawn line, read from its path."""
        path = self.page.evaluate(
            "(id) => document.getElementById(id).querySelector('path').getAttribute('d')",
            f"{self.stem}{'-narrow' * (self.kind == 'narrow')}-guess",
        )
        points = np.reshape([float(n) for n in re.findall(r"-?[\d.]+", path)], (-1, 2))
        np.testing.assert_allclose(
            points[:, 0], [place(self.axes["x"], k) for k in range(len(points))], atol=0.01
        )
        (low, high), (bottom, top) = self.axes["y"]["domain"], self.axes["y"]["range"]
        low, high = self.units([low, high])
        units = low + (points[:, 1] - bottom) / (top - bottom) * (high - low)
        return 10**units if self.log else units

    def units(self, values):
        return np.log10(values) if self.log else np.array(values)

    def gap(self, sketch):
        """Return what is to be said of `sketch`, or of the answer alone."""
        says = self.nearest if self.log else self.half
        says = ("‖J‖ is nearest " if self.log else "Less than half is left ", says)
        if len(sketch) == 1:
            return f"{says[0]}{says[1](self.answer)}."
        off = np.abs(self.units(sketch) - self.units(self.answer[: len(sketch)]))
        k = int(np.argmax(off))
        drew, there = sketch[k], self.answer[k]
        words = (
            f"{says[0]}{says[1](self.answer)}; in your sketch, {says[1](sketch)}. "
            f"You drew {few(drew)} at k = {k}; it is {few(there)}"
        )
        bottom, top = self.axes["y"]["range"]
        apart = abs(place(self.axes["y"], drew) - place(self.axes["y"], there))
        if apart < 0.02 * (bottom - top):
            return f"{words}."
        side = "much" if drew > there else "little"
        return f"{words}: {few(max(drew / there, there / drew))} times too {side}."

    def half(self, values):
        less = np.flatnonzero(np.array(values) < 0.5)
        return f"after {less[0] if less.size else 'even more'} words"

    def nearest(self, values):
        lags = np.arange(len(values))
        off = {
            words: np.abs(
                np.log(values)
                - np.clip(lags * np.log(self.data["laws"][law]),
                          *np.log(self.axes["y"]["domain"]))
            ).mean()
            for words, law in LAWS.items()
        }  # fmt: skip
        return min(off, key=off.get)


def plain(text):
    """Return `text` with spaces that may be broken."""
    return text.replace("\xa0", " ")


def few(value):
    """Write a number in two figures, as people do."""
    if value < 1000:
        return f"{float(f'{value:.1e}'):g}"
    mantissa, exponent = f"{value:.1e}".split("e")
    power = str(int(exponent)).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa}\xa0×\xa010{power}"


@pytest.fixture
def open_guess(open_page):
    """Return a function that opens the page of one of the figures, and shows it."""
    opened = []

    def open_guess(stem="guess_decay", **options):
        page = open_page({"guess_law": "lab/"}.get(stem, ""), **options)
        opened.append(page)
        return Guess(page, stem)

    yield open_guess
    assert [problem for page in opened for problem in page.problems] == []


# Where a hand goes, as (lag, value); the last two stop before the end, or come back.
STROKES = {
    "guess_decay": [
        [(0, 1), (30, 0.1)],
        [(0, 1), (2, 0.2), (12, 0.05)],
        [(0, 1), (15, 0.95), (30, 0.8)],
        [(12, 0.6), (20, 0.3), (5, 0.9)],
        [(k, 0.8**k) for k in range(31)],
    ],
    "guess_law": [
        [(0, 1), (60, 1e11)],
        [(0, 1), (24, 1e11), (60, 5e11)],
        [(0, 1), (60, 0.2)],
        [(30, 0.01), (40, 1e-3), (10, 10)],
        [(0, 1), (3, 3), (40, 3), (60, 6)],
    ],
}


@pytest.mark.parametrize("stem", STEMS)
def test_the_gap_is_said_as_python_finds_it(open_guess, stem):
    guess = open_guess(stem)
    for stroke in STROKES[stem]:
        guess.draw(stroke)
        guess.press("show")
        assert guess.said() == plain(guess.gap(guess.sketch()))
        guess.press("clear")


def test_the_words_of_one_gap_in_full(open_guess):
    guess = open_guess()
    step = ["ArrowRight", *["ArrowDown"] * 8]
    guess.keys(*step, *step)  # straight from 1 to k = 10
    guess.press("show")
    heights = [1 - 8 * k / 5 / 32 for k in range(11)]
    drew, half = heights[7], "even more"  # half is not gone by k = 10
    assert guess.said() == (
        f"Less than half is left after 4 words; in your sketch, after {half} words. "
        f"You drew {drew:.2f} at k = 7; it is {0.8**7:.2f}: {few(drew / 0.8**7)} times too much."
    )


@pytest.mark.parametrize("stem", STEMS)
def test_the_sketch_goes_where_the_pointer_went(open_guess, stem):
    guess = open_guess(stem)
    stroke = [(0, 1), (6, 0.7), (8, 0.3), (20, 0.2)]
    guess.draw(stroke)  # pointers jump: lags between are drawn too
    lags, drawn = zip(*stroke, strict=True)
    expected = np.interp(range(21), lags, guess.units(drawn))
    domain = guess.units(guess.axes["y"]["domain"])
    pixel = (domain[1] - domain[0]) / guess.pad.bounding_box()["height"]
    np.testing.assert_allclose(guess.units(guess.sketch()), expected, atol=1.5 * pixel)
    told = re.fullmatch(r"k = 20: ([\d.]+)\.", guess.note())
    assert float(told[1]) == pytest.approx(guess.sketch()[20], rel=0.06)  # in two figures


def test_a_second_stroke_changes_what_it_passes_and_no_more(open_guess):
    guess = open_guess()
    guess.draw([(0, 1), (30, 0.4)])
    before = guess.sketch()
    guess.draw([(10, 0.2), (14, 0.2)])
    after = guess.sketch()
    np.testing.assert_allclose(after[10:15], 0.2, atol=0.01)
    np.testing.assert_array_equal(np.delete(after, range(10, 15)),
                                  np.delete(before, range(10, 15)))  # fmt: skip


def test_a_stroke_out_of_the_plot_stays_in_it(open_guess):
    guess = open_guess()
    guess.draw([(0, 1), (10, 1.4), (25, -0.5), (33, 0.5), (-5, 0.5)])
    sketch = guess.sketch()
    assert len(sketch) == 31
    assert sketch[0] == pytest.approx(1, abs=1e-3)
    assert sketch.min() >= 0
    assert sketch.max() <= 1.0001


def test_the_reader_draws_by_keyboard_and_is_told_where(open_guess):
    guess = open_guess()
    page = guess.page
    record_announcements(page, "#guess_decay guess-curve")
    guess.keys("ArrowRight", *["ArrowDown"] * 5)
    step = (1 - guess.sketch()[5]) / 5
    np.testing.assert_allclose(guess.sketch(), 1 - step * np.arange(6), atol=1e-3)
    guess.keys("ArrowRight")
    assert guess.note() == "k = 10: nothing yet."
    guess.keys(*["ArrowDown"] * 3)
    expected = [1 - step * min(k, 5) - 0.6 * step * max(k - 5, 0) for k in range(11)]
    np.testing.assert_allclose(guess.sketch(), expected, atol=1e-3)
    # A place in the middle is joined straight to those beside it.
    guess.keys("ArrowLeft", "ArrowUp", "ArrowUp")
    middle, end = 1 - 3 * step, 1 - 8 * step
    np.testing.assert_allclose(
        guess.sketch(), np.interp(range(11), [0, 5, 10], [1, middle, end]), atol=1e-3
    )
    assert guess.note() == f"k = 5: {few(guess.sketch()[5])}."
    assert announced(page)[-1].strip() == f"k = 5: {few(guess.sketch()[5])}."
    guess.keys(*["ArrowRight"] * 9)  # no farther than the next place to draw
    assert guess.note() == "k = 15: nothing yet."
    guess.keys(*["ArrowUp", "ArrowRight"] * 9)
    assert len(guess.sketch()) == 31
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "show"
    page.keyboard.press("Enter")
    assert announced(page)[-1] == guess.gap(guess.sketch())


def test_the_chosen_lag_is_marked_for_those_who_use_keys(open_guess):
    guess = open_guess()
    marks = "(pad) => getComputedStyle(pad, '::before').display"
    assert guess.pad.evaluate(marks) == "none"
    guess.keys(*["ArrowRight", "ArrowDown"] * 3)
    assert guess.pad.evaluate(marks) == "block"
    left = guess.pad.evaluate("(pad) => parseFloat(getComputedStyle(pad, '::before').left)")
    assert left == pytest.approx(guess.pad.bounding_box()["width"] / 2, abs=1)


def finger(page, points):
    wire = page.context.new_cdp_session(page)
    for i, (x, y) in enumerate(points):
        kind = "touchMove" if i else "touchStart"
        wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        page.wait_for_timeout(30)
    wire.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.evaluate(FRAME)


@pytest.mark.parametrize("stem", STEMS)
def test_the_reader_draws_by_touch_up_and_down_too(open_guess, stem):
    guess = open_guess(stem, width=360, height=780, has_touch=True, is_mobile=True)
    before = guess.page.evaluate("scrollY")
    finger(guess.page, [guess.at(k, v) for k, v in [(0, 1), (1, 0.6), (2, 0.3), (20, 0.1)]])
    assert guess.page.evaluate("scrollY") == before
    assert len(guess.sketch()) == 21
    assert guess.sketch()[[1, 2, 20]] == pytest.approx([0.6, 0.3, 0.1], rel=0.15)


def test_the_page_scrolls_from_beside_the_plot(open_guess):
    guess = open_guess(width=360, height=780, has_touch=True, is_mobile=True)
    pad, before = guess.pad.bounding_box(), guess.page.evaluate("scrollY")
    assert pad["x"] > 44  # room for a thumb
    y = pad["y"] + pad["height"] - 5
    finger(guess.page, [(pad["x"] - 20, y - 15 * i) for i in range(8)])
    assert guess.page.evaluate("scrollY") > before + 50
    assert len(guess.sketch()) == 1


ANSWER = """(figure) => [...figure.querySelectorAll('[id*="-answer"], .lr-told')]
  .map((one) => getComputedStyle(one).visibility)"""


def test_the_answer_is_kept_back_from_the_first_paint_on(browser, url):
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.route("**/guess-curve.js", lambda _: None)  # it is on its way, and does not come
    page.goto(url)
    seen = page.locator("#guess_decay").evaluate(ANSWER)
    assert len(seen) == 5  # in each drawing a curve and its name, and the words of the caption
    assert set(seen) == {"hidden"}
    page.context.close()


@pytest.mark.parametrize("stem", STEMS)
def test_it_is_shown_to_those_who_draw_nothing(open_guess, stem):
    guess = open_guess(stem)
    picture = guess.figure.locator(".lr-for-wide svg")
    assert set(guess.figure.evaluate(ANSWER)) == {"hidden"}
    assert picture.get_attribute("aria-hidden") == "true"  # nor is it told
    guess.press("show")
    assert set(guess.figure.evaluate(ANSWER)) == {"visible"}
    assert picture.get_attribute("aria-hidden") == "false"
    assert guess.said() == plain(guess.gap(guess.sketch()))
    assert len(guess.sketch()) == 1


def test_the_sketch_stays_and_can_be_drawn_on_until_it_is_cleared(open_guess):
    guess = open_guess()
    hint = guess.note()
    guess.draw([(0, 1), (30, 0.5)])
    drawn = guess.sketch()
    guess.press("show")
    np.testing.assert_array_equal(guess.sketch(), drawn)
    guess.draw([(4, 0.3), (20, 0.02)])
    assert (guess.sketch() != drawn).sum() == 17
    assert guess.said() == (f"k = 20: {few(guess.sketch()[20])}. {guess.gap(guess.sketch())}")
    guess.press("clear")
    assert len(guess.sketch()) == 1
    assert set(guess.figure.evaluate(ANSWER)) == {"hidden"}
    assert guess.note() == hint


def test_the_answer_is_the_librarys(open_guess):
    for stem in STEMS:
        guess = open_guess(stem)
        given = guess.figure.locator("guess-curve").get_attribute("data-answer").split()
        np.testing.assert_array_equal([float(v) for v in given], guess.answer)
    law = guess.figure.locator("guess-curve").get_attribute("data-laws")
    assert {one["name"]: one["factor"] for one in json.loads(law).values()} == {
        words: guess.data["laws"][name] for words, name in LAWS.items()
    }


def test_a_law_is_chosen_as_the_guess_and_then_compared(open_page):
    page = open_page("lab/")
    guess = Guess(page, "guess_law")
    top = guess.axes["y"]["domain"][1]
    assert set(guess.figure.evaluate(ANSWER)) == {"hidden"}
    for name in ("bound", "radius", "rate"):
        law = guess.figure.locator(f"#guess_law-law-{name}")
        assert law.is_visible()  # drawn before anything is shown
        guess.figure.locator(f"input[name=law][value={name}]").check()
        sketch, factor = guess.sketch(), guess.data["laws"][name]
        # As far as the law is in the picture.
        expected = factor ** np.arange(len(sketch))
        np.testing.assert_allclose(np.log(sketch[1:]), np.log(expected[1:]), atol=0.02)
        assert len(sketch) == min(61, int(np.log(top) / np.log(factor)) + 1 if factor > 1 else 61)
        assert set(guess.figure.evaluate(ANSWER)) == {"hidden"}
    guess.press("show")
    found = values(page, guess.host)
    assert found["truth"] == found["sketch"] == "to its own rate"
    guess.figure.locator("input[name=law][value=bound]").check()
    assert values(page, guess.host)["sketch"] == "to the bound"
    # Who draws has chosen to draw.
    guess.draw([(0, 1), (60, 1e3)])
    assert guess.figure.locator("input[name=law][value=own]").is_checked()
    assert len(guess.sketch()) == 61
    guess.press("clear")
    assert len(guess.sketch()) == 1
    assert page.problems == []


def test_without_javascript_the_answer_is_there(open_page):
    page = open_page(java_script_enabled=False)
    for media in ("screen", "print"):
        page.emulate_media(media=media)
        assert page.locator("#guess_decay-answer-curve").is_visible()
        assert page.locator("#guess_decay .lr-told").is_visible()
        assert page.locator("#guess_decay .lr-pad").is_hidden()


def test_on_paper_the_answer_is_there_if_it_was_shown(open_page):
    page = open_page()
    answers = page.locator("#guess_decay-answer-curve, #guess_decay .lr-told")
    for shown in (False, True):
        if shown:
            page.locator("#guess_decay button[name=show]").click()
        page.emulate_media(media="print")
        assert [one.is_visible() for one in answers.all()] == [shown, shown]
        assert page.locator("#guess_decay .lr-pad").is_hidden()
        page.emulate_media(media="screen")


@pytest.mark.parametrize(("width", "stem"), list(itertools.product([360, 768, 1280], STEMS)))
def test_nothing_moves_when_it_is_drawn_and_shown(open_guess, width, stem):
    guess = open_guess(stem, width=width)
    caption = guess.figure.locator("figcaption")
    tops = [caption.bounding_box()["y"]]
    guess.draw(STROKES[stem][0])
    tops.append(caption.bounding_box()["y"])
    guess.press("show")
    tops.append(caption.bounding_box()["y"])
    guess.keys("ArrowLeft")
    tops.append(caption.bounding_box()["y"])
    assert max(tops) - min(tops) < 0.5
    assert guess.page.evaluate("document.documentElement.scrollWidth") <= width
    (left, right), box = guess.axes["x"]["range"], guess.pad.bounding_box()
    svg = guess.figure.locator(".lr-stage:visible svg").bounding_box()
    scale = svg["width"] / guess.data["stage"][guess.kind]["size"][0]
    assert math.isclose(box["x"], svg["x"] + left * scale, abs_tol=0.5)
    assert math.isclose(box["width"], (right - left) * scale, abs_tol=0.5)


@pytest.mark.parametrize(("scheme", "stem"), [("light", STEMS[0]), ("dark", STEMS[1])])
def test_axe_finds_nothing_before_and_after(open_guess, axe, scheme, stem):
    guess = open_guess(stem, color_scheme=scheme)
    guess.page.evaluate(axe)
    find = "axe.run('guess-curve').then((result) => result.violations.map((v) => v.id))"
    assert guess.page.evaluate(find) == []
    guess.draw(STROKES[stem][0])
    guess.press("show")
    guess.pad.focus()
    assert guess.page.evaluate(find) == []
