"""The laboratory: its numbers are the library's, and every way to set it works."""

import contextlib
import io
import itertools
import re

import numpy as np
import pytest
from acting import (
    FRAME,
    announced,
    go,
    hash_of,
    moved,
    place,
    record_announcements,
    said,
    values,
)
from laboratory import DATA, LAGS, compare, python
from playwright.sync_api import expect

from longrange import lab, matrices

SHOWN = "jacobian-lab .lr-stage:visible svg"  # the drawing for screens, or that for phones
FOUND = "document.querySelector('jacobian-lab').found"


@pytest.fixture
def laboratory(open_page):
    page = open_page("lab/", height=720)
    settled(page)
    yield page
    assert page.problems == []


def settled(page):
    """Wait until what is shown is what is set."""
    page.evaluate(FRAME)  # an address just set is read by then
    page.wait_for_selector("jacobian-lab .lr-screen[aria-busy=false]")
    page.evaluate(FRAME)


def test_what_is_shown_first_is_what_python_drew(laboratory):
    found = laboratory.evaluate(FOUND)
    assert np.allclose(found["norms"], DATA["table"]["measured"], rtol=1e-9)
    assert found["setting"]["k"] == DATA["start"]["k"]
    told, seen = said(laboratory, "jacobian-lab"), values(laboratory, "jacobian-lab")
    laws = f"‖W‖ {DATA['norm']:.2f}, ρ {DATA['radius']:.2f}, λ₁ −{-DATA['rate']:.3f}"
    assert laws in told
    assert "Nearest: its own rate." in told
    assert laws in seen["rest"]
    assert seen["rate"] == f"{np.exp(DATA['rate']):.3f}"
    assert seen["nearest"] == "its own rate"
    assert float(seen["measured"]) == pytest.approx(DATA["at_k"], rel=5e-3)


def test_the_snippet_gives_what_is_on_the_screen(laboratory):
    for where in ("", "#g=1.5&k=10", "#family=ring-chain&activation=linear&g=0.9&d=32&k=31",
                  "#family=cancelling&g=3&s=1.5&seed=4&k=20",
                  "#family=orthogonal&d=8&s=0&k=60"):  # fmt: skip
        go(laboratory, where)
        settled(laboratory)
        code = laboratory.locator("jacobian-lab pre code").text_content()
        names = {}
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(code, "snippet", "exec"), names)
        compare(laboratory.evaluate(FOUND), {
            "norm": matrices.spectral_norm(names["W"]), "radius": lab.radius(names["W"]),
            **{key: names[key] for key in ("rate", "norms", "values")},
        })  # fmt: skip
        assert len(printed.getvalue().split()) == 5


def test_the_snippet_is_copied(open_page):
    page = open_page("lab/#g=1.25", permissions=("clipboard-read", "clipboard-write"))
    settled(page)
    page.locator("jacobian-lab [name=copy]").click()
    assert (
        page.evaluate("navigator.clipboard.readText()")
        == page.locator("jacobian-lab pre code").text_content()
    )
    assert (
        'lab.matrix("gaussian", 64, 1.25, seed=0)'
        in page.locator("jacobian-lab pre code").inner_text()
    )


def test_a_refused_copy_is_told_and_the_lines_are_there(laboratory):
    page = laboratory
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()) }")
    page.locator("jacobian-lab [name=copy]").click()
    told = "Not copied: the lines stand below"
    expect(page.locator("jacobian-lab [name=copy]")).to_have_text(told)
    expect(page.locator("jacobian-lab [role=status]")).to_have_text(told)
    expect(page.locator("jacobian-lab pre code")).to_be_visible()
    page.locator("#lr-lab-g").press("ArrowRight")
    expect(page.locator("jacobian-lab [name=copy]")).to_have_text("Copy as Python")


def test_a_rate_that_one_run_cannot_tell_from_zero_is_no_horizon(laboratory):
    page, told = laboratory, "level, as far as one run tells"
    for where, vague in (("g=1.59", True), ("g=1.4", False), ("g=1.8", False),
                         ("activation=linear&family=orthogonal", False)):  # fmt: skip
        go(page, f"#{where}")
        settled(page)
        rate = page.evaluate(FOUND)["rate"]
        assert (abs(rate) < 0.01) == (vague or "linear" in where)
        assert (told in said(page, "jacobian-lab")) == vague


@pytest.mark.parametrize("kind", ["wide", "narrow"])
def test_the_curves_lie_where_the_numbers_say(laboratory, kind):
    laboratory.evaluate("location.hash = '#g=1.5&k=20'")
    settled(laboratory)
    found, prefix = laboratory.evaluate(FOUND), "narrow-" * (kind == "narrow")
    axes = DATA["stage"][kind]["axes"]

    def points(name):
        d = laboratory.evaluate(
            "(id) => { const part = document.getElementById(id);"
            " return (part.querySelector('path') ?? part).getAttribute('d') }",
            f"jacobian_lab-{prefix}{name}",
        )  # fmt: skip
        return np.array([point.split() for point in d[1:].split("L")], dtype=float)

    laws = {"measured": found["norms"], "bound": found["norm"] ** LAGS,
            "radius": found["radius"] ** LAGS, "rate": np.exp(found["rate"] * LAGS)}  # fmt: skip
    for name, curve in laws.items():
        expected = [(place(axes["norms"]["x"], k), place(axes["norms"]["y"], v))
                    for k, v in enumerate(curve)]  # fmt: skip
        assert np.abs(points(name) - expected).max() < 0.02, name
    assert np.abs(points("lag")[:, 0] - place(axes["norms"]["x"], 20)).max() < 0.02
    first = points("values")[0]
    assert abs(first[1] - place(axes["spectrum"]["y"], found["norms"][20])) < 0.02
    point = laboratory.evaluate(
        """(id) => {
          const mark = document.querySelector(`#${id} use`);
          return [+mark.getAttribute("x"), +mark.getAttribute("y")];
        }""",
        f"jacobian_lab-{prefix}point",
    )
    assert np.allclose(
        point, [place(axes["map"]["x"], 1.5), place(axes["map"]["y"], 0.5)], atol=0.02
    )
    words = laboratory.evaluate(
        "[...document.querySelectorAll('.lr-screen .lr-words > [style]')].map((word) =>"
        " +getComputedStyle(word).getPropertyValue('--r'))"
    )
    assert np.allclose(words[::-1], found["norms"][: len(words)], rtol=1e-5)


@pytest.mark.parametrize("width", [390, 1280])
def test_no_name_of_a_curve_lies_over_another_or_out_of_the_picture(open_page, width):
    page = open_page("lab/", width=width)
    for where in ("", "g=3&s=0", "g=1.5", "activation=linear&family=orthogonal", "g=0.25",
                  "family=cancelling&g=2", "family=ring-chain"):  # fmt: skip
        go(page, f"#{where}")
        settled(page)
        picture = page.locator(SHOWN).evaluate("(one) => one.getBoundingClientRect().toJSON()")
        boxes = page.locator(f"{SHOWN} [id$=-name] text").evaluate_all(
            """(names) => names.map((one) => {
              const { x, y, width, height } = one.getBBox(), { a, e, f } = one.getScreenCTM();
              return { x: a * x + e, y: a * y + f, width: a * width, height: a * height };
            })"""
        )  # of the letters; their white edge may touch
        boxes.sort(key=lambda box: box["y"])
        assert len(boxes) == 4
        for one, below in itertools.pairwise(boxes):
            assert one["y"] + one["height"] <= below["y"] + 3, where
        assert boxes[0]["y"] >= picture["y"] - 1
        assert boxes[-1]["y"] + boxes[-1]["height"] <= picture["y"] + picture["height"]
        assert max(one["x"] + one["width"] for one in boxes) <= picture["x"] + picture["width"] + 1


def test_no_rounding_errors_are_drawn_as_singular_values(laboratory):
    page = laboratory
    go(page, "#g=3&s=0&k=60")
    settled(page)
    d = page.evaluate(
        "document.querySelector('#jacobian_lab-values path, path#jacobian_lab-values')"
        ".getAttribute('d')"
    )
    drawn = np.array([point.split()[1] for point in d[1:].split("L")], dtype=float)
    scale = DATA["stage"]["wide"]["axes"]["spectrum"]["y"]
    values = python("gaussian", 3, 0, "tanh", 64, 0, 60)["values"]
    exact = [place(scale, value or 1e-300) for value in values]
    seen = drawn < scale["range"][0]  # above the bottom
    assert 8 < seen.sum() < len(seen)
    np.testing.assert_allclose(drawn[seen], np.array(exact)[seen], atol=0.5)


def test_a_cursor_that_is_held_says_the_value_where_it_stops(laboratory):
    laboratory.evaluate("location.hash = '#g=1.5&k=30'")
    settled(laboratory)
    record_announcements(laboratory, "jacobian-lab")
    laboratory.locator(".lr-cursor").focus()
    for _ in range(20):
        laboratory.keyboard.press("ArrowRight")
    settled(laboratory)
    told = announced(laboratory)[-1]
    assert told == f"measured, lag 50: {laboratory.evaluate(FOUND)['norms'][50]:.2f}"


def spot(page, panel, x, y):
    """Return where a point of a panel lies on the screen."""
    picture = page.locator(SHOWN).bounding_box()
    stage = DATA["stage"]["wide" if page.viewport_size["width"] >= 960 else "narrow"]
    unit = picture["width"] / stage["size"][0]
    axes = stage["axes"][panel]
    return picture["x"] + place(axes["x"], x) * unit, picture["y"] + place(axes["y"], y) * unit


def test_the_point_on_the_map_is_dragged(laboratory):
    laboratory.locator("jacobian-lab").scroll_into_view_if_needed()
    laboratory.mouse.move(*spot(laboratory, "map", 1, 0.5))
    laboratory.mouse.down()
    laboratory.mouse.move(*spot(laboratory, "map", 2, 1.5), steps=5)
    laboratory.mouse.up()
    settled(laboratory)
    assert float(laboratory.locator("#lr-lab-g").input_value()) == pytest.approx(2, abs=0.011)
    assert float(laboratory.locator("#lr-lab-s").input_value()) == pytest.approx(1.5, abs=0.011)
    laboratory.mouse.move(*spot(laboratory, "norms", 5, 1))
    laboratory.mouse.down()
    laboratory.mouse.move(*spot(laboratory, "norms", 42, 1), steps=5)
    laboratory.mouse.up()
    settled(laboratory)
    assert laboratory.locator("#lr-lab-k").input_value() == "42"
    assert "g=2.0" in hash_of(laboratory)


def test_a_finger_drags_it_too(open_page):
    page = open_page("lab/", width=390, height=844, has_touch=True, is_mobile=True)
    settled(page)
    page.locator(".lr-screen").scroll_into_view_if_needed()
    wire = page.context.new_cdp_session(page)
    for kind, at in (("touchStart", (1, 0.5)), ("touchMove", (1.6, 0.5)), ("touchMove", (2, 0.6)),
                     ("touchMove", (2.5, 1)), ("touchEnd", None)):  # fmt: skip
        points = [] if at is None else [dict(zip("xy", spot(page, "map", *at), strict=True))]
        wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        page.wait_for_timeout(30)
    settled(page)
    assert float(page.locator("#lr-lab-g").input_value()) == pytest.approx(2.5, abs=0.03)
    assert float(page.locator("#lr-lab-s").input_value()) == pytest.approx(1, abs=0.03)
    assert page.problems == []


def test_the_map_is_shown_where_it_was_measured_and_nowhere_else(laboratory):
    page = laboratory
    for family in lab.FAMILIES:
        for activation in ("tanh", "linear"):
            go(page, f"#family={family}&activation={activation}")
            settled(page)
            on_map = (family, activation) == ("gaussian", "tanh")
            assert page.locator(".lr-nomap").is_visible() is not on_map, (family, activation)
            assert page.locator("#jacobian_lab-map text").first.is_visible() is on_map
            assert page.locator("#jacobian_lab-point use").is_visible() is on_map
    text, panel = page.locator(".lr-nomap").bounding_box(), spot(page, "map", 1, 1)
    assert text["x"] < panel[0] < text["x"] + text["width"]
    page.mouse.move(*panel)
    page.mouse.down()
    page.mouse.move(*spot(page, "map", 2, 1.5), steps=3)
    page.mouse.up()
    settled(page)
    assert page.evaluate(FOUND)["setting"]["g"] == DATA["start"]["g"]


def test_a_control_that_cannot_act_is_disabled_and_says_why(laboratory):
    page, note = laboratory, laboratory.locator("#lr-lab-idle")
    for where, disabled in (("", set()), ("#activation=linear", {"s"}), ("#s=0", set()),
                            ("#activation=linear&family=ring-chain", {"s", "seed"}),
                            ("#family=ring-chain", set())):  # fmt: skip
        go(page, where)
        settled(page)
        for key in ("g", "s", "k", "d", "seed"):
            for one in page.locator(f"jacobian-lab .lr-slider input[name={key}]").all():
                assert one.is_disabled() is (key in disabled), (where, key)
                described = one.get_attribute("aria-describedby")
                assert described == ("lr-lab-idle" if key in disabled else None)
        assert bool(note.inner_text().strip()) is bool(disabled)
    go(page, "#activation=linear")
    settled(page)
    assert note.inner_text().startswith("Input s changes nothing: linear,")
    tree = page.locator("jacobian-lab form").aria_snapshot()
    assert 'slider "input s" [disabled]' in tree


def test_nothing_moves_when_a_control_is_disabled(open_page):
    page = open_page("lab/", width=360)
    settings = [{"activation": "tanh"}, {"activation": "linear"}, {"family": "ring-chain"}]
    assert moved(page, "jacobian-lab", settings, ["jacobian-lab [name=reset]"]) < 1


@pytest.mark.parametrize("key", ["g", "s", "k", "d", "seed"])
def test_each_dial_moves_over_its_whole_range_by_keyboard(laboratory, key):
    dial = laboratory.locator(f"#lr-lab-{key}")
    low, high, step = DATA["range"][key]
    dial.focus()
    laboratory.keyboard.press("Home")
    assert float(dial.input_value()) == low
    laboratory.keyboard.press("ArrowRight")
    laboratory.evaluate(FRAME)
    assert float(dial.input_value()) == pytest.approx(low + step)
    laboratory.keyboard.press("End")
    assert float(dial.input_value()) == high
    settled(laboratory)
    told = dial.get_attribute("aria-valuetext")
    assert re.fullmatch(
        rf"(\w+ )?{key} {high:g}: (by its rate (half left|doubles)|.* measured).*", told
    )


def test_a_data_cursor_walks_the_curves_and_says_values(laboratory):
    record_announcements(laboratory, "jacobian-lab")
    laboratory.locator(".lr-cursor").focus()
    laboratory.keyboard.press("ArrowRight")
    settled(laboratory)
    found = laboratory.evaluate(FOUND)
    assert announced(laboratory)[-1] == f"measured, lag 31: {found['norms'][31]:.5f}"
    laboratory.keyboard.press("ArrowDown")
    laboratory.keyboard.press("ArrowDown")
    assert announced(laboratory)[-1] == f"the radius, lag 31: {found['radius'] ** 31:.1f}"
    laboratory.keyboard.press("Home")
    settled(laboratory)
    assert announced(laboratory)[-1] == "the radius, lag 0: 1.00"


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844)])
def test_a_link_in_the_text_moves_the_picture_and_nothing_else(open_page, width, height):
    page = open_page("lab/", width=width, height=height)
    settled(page)
    links = page.locator(".lr-walk state-link")
    for i in range(links.count()):
        link = links.nth(i)
        link.locator("a").evaluate("(one) => one.scrollIntoView({ block: 'end' })")
        before = page.evaluate("scrollY")
        link.locator("a").click()
        settled(page)
        assert page.evaluate("scrollY") == before
        wanted = dict(part.split("=") for part in link.get_attribute("to").split("&"))
        for key in ("g", "s", "d", "k"):
            if key in wanted:
                assert float(page.locator(f"#lr-lab-{key}").input_value()) == float(wanted[key])
        screen = page.locator(SHOWN).bounding_box()
        at = link.bounding_box()
        assert screen["y"] >= 0
        assert screen["y"] + screen["height"] <= height
        assert screen["y"] + screen["height"] <= at["y"] or screen["x"] + screen["width"] <= at["x"]
        assert at["y"] + at["height"] <= height + 1
    assert page.problems == []


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844)])
def test_each_dial_and_the_picture_are_seen_together(open_page, width, height):
    page = open_page("lab/", width=width, height=height)
    for key in ("g", "s", "k", "d", "seed"):
        dial = page.locator(f"#lr-lab-{key}")
        if width < 1000:
            dial.evaluate("(one) => one.scrollIntoView({ block: 'end' })")
        else:
            page.evaluate("document.querySelector('#jacobian_lab').scrollIntoView()")
        page.evaluate(FRAME)
        screen, at = page.locator(SHOWN).bounding_box(), dial.bounding_box()
        assert screen["y"] >= 40
        assert at["y"] + at["height"] <= height
        assert screen["y"] + screen["height"] <= height
        assert screen["y"] + screen["height"] <= at["y"] or screen["x"] + screen["width"] <= at["x"]


def test_back_undoes_and_reset_resets(laboratory):
    laboratory.locator("#lr-lab-g").focus()
    laboratory.keyboard.press("PageUp")
    laboratory.locator("input[name=family][value=symmetric]").check()
    settled(laboratory)
    assert "family=symmetric" in hash_of(laboratory)
    laboratory.locator("jacobian-lab [name=reset]").click()
    settled(laboratory)
    assert hash_of(laboratory) == ""
    laboratory.go_back()
    settled(laboratory)
    assert laboratory.locator("input[name=family]:checked").get_attribute("value") == "symmetric"
    laboratory.go_back()
    settled(laboratory)
    assert laboratory.locator("input[name=family]:checked").get_attribute("value") == "gaussian"


def test_the_last_of_many_settings_is_shown(laboratory):
    laboratory.locator("#lr-lab-g").focus()
    for _ in range(40):
        laboratory.keyboard.press("ArrowRight")
    settled(laboratory)
    assert laboratory.evaluate(FOUND)["setting"]["g"] == 1.4


def test_without_javascript_the_pictures_stand_alone(open_page):
    page = open_page("lab/", java_script_enabled=False)
    assert page.locator("#jacobian_lab .lr-for-wide svg").is_visible()
    assert page.locator("#lab_settings .lr-for-wide svg").is_visible()
    assert not page.locator("jacobian-lab form").is_visible()
    assert not page.locator(".lr-walk").is_visible()
