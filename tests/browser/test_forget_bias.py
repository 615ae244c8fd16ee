"""`<forget-bias>`: its marks and words against closed forms, at every setting."""

import json
import math
import re

import pytest
from acting import FRAME, go, place

from explainer.making.files import FIGURES

DATA = json.loads((FIGURES / "forget_bias.json").read_text("utf-8"))
RANGE = "forget-bias input[type=range]"
DRAWINGS = {"wide": "forget_bias", "narrow": "forget_bias-narrow"}


@pytest.fixture
def page(open_page):
    return open_page("remedies/")


def closed_form(bias):
    """Return the gate, and after how many steps 1 % is left."""
    f = 1 / (1 + math.exp(-bias))
    return f, math.log(0.01) / math.log(f)


def written(page, gid):
    return page.locator(f"#{gid} text").text_content()


def points(page, gid):
    drawn = page.locator(f"#{gid} path").get_attribute("d")
    numbers = [float(n) for n in re.findall(r"-?[\d.]+", drawn)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def test_both_drawings_follow_and_no_setting_leaves_the_picture(page):
    for bias in (-2, 0, 1, 3.3, 5, 8):
        go(page, f"#bias={bias}")
        f, reach = closed_form(bias)
        for kind, prefix in DRAWINGS.items():
            axes = DATA["stage"][kind]["axes"]
            gate, left = axes["gate"], axes["left"]
            dot = page.locator(f"#{prefix}-gate-dot use")
            at = [float(dot.get_attribute(name)) for name in "xy"]
            expected = [place(gate["x"], bias), place(gate["y"], f)]
            assert at == pytest.approx(expected, abs=0.01)
            end = float(written(page, f"{prefix}-left-tick-5").replace(",", ""))
            assert reach < end < 4 * reach
            start, stop = left["x"]["range"]

            def steps(x, start=start, stop=stop, end=end):
                return end * (x - start) / (stop - start)

            for x, y in points(page, f"{prefix}-left-curve"):
                # a hundredth of a unit, in which the page writes, is this much of a steep curve
                assert y == pytest.approx(place(left["y"], f ** steps(x)), abs=0.06)
            for x, _ in points(page, f"{prefix}-left-mark"):
                assert steps(x) == pytest.approx(reach, rel=2e-3)


def test_the_horizon_is_the_large_number_and_said_in_words(page):
    page.locator(RANGE).fill("3")
    page.evaluate(FRAME)
    f, reach = closed_form(3)
    assert page.locator("[data-value=horizon]").text_content() == f"{reach:.1f} steps"
    assert page.locator("[data-value=gate]").text_content() == f"{f:.4f}"
    assert page.locator("[data-value=after]").text_content() == f"{f**30:.3f}"
    assert page.locator(RANGE).get_attribute("aria-valuetext") == (
        f"bias 3.0: gate {f:.4f}, 1 % after {reach:.1f} steps"
    )
    described = page.locator("#forget_bias .lr-for-wide svg").get_attribute("aria-describedby")
    assert page.locator(f"#{described} [data-value=horizon]").count() == 1


def test_the_whole_range_by_keys_and_back(page):
    slider = page.locator(RANGE)
    slider.focus()
    for key, expected in (("End", 8), ("PageDown", 7), ("Home", -2), ("ArrowUp", -1.9)):
        page.keyboard.press(key)
        page.evaluate(FRAME)
        assert float(slider.input_value()) == pytest.approx(expected)
    page.locator("forget-bias button").click()
    page.evaluate(FRAME)
    assert float(slider.input_value()) == DATA["reader"]["bias"]


def test_the_horizon_is_there_without_javascript(open_page):
    page = open_page("remedies/", java_script_enabled=False)
    label = page.locator("#forget_bias-left-label text")
    assert label.text_content() == f"1 % after {closed_form(1)[1]:.1f} steps"
    assert label.is_visible()
    assert page.locator("forget-bias .lr-controls").is_hidden()


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_moves_while_the_slider_is_dragged(open_page, width):
    page = open_page("remedies/", width=width)
    places = set()
    for bias in (-2, 0.5, 1, 4, 6, 8):
        page.locator(RANGE).fill(str(bias))
        page.evaluate(FRAME)
        places.add(page.locator("#forget_bias").bounding_box()["height"])
    assert len(places) == 1
