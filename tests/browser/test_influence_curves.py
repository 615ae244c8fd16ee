"""`<influence-curves>`: the numbers of Python, its words, its work for the browser."""

import itertools
import json
import re

import pytest
from acting import (
    BOX,
    FRAME,
    RANGE,
    announced,
    go,
    move_often,
    moved,
    part,
    place,
    record_announcements,
    values,
)

from explainer.making.files import FIGURES
from longrange import half_life, horizon, influence


def test_slider_and_state_have_the_range_of_the_figure(page):
    data = json.loads((FIGURES / "influence_curves.json").read_text("utf-8"))
    for name, (low, high) in data["range"].items():
        for selector, prefix in ((RANGE, ""), (BOX, "aria-value")):
            box = page.locator(selector.format(name))
            assert float(box.get_attribute(f"{prefix}min")) == low
            assert float(box.get_attribute(f"{prefix}max")) == high
        key = page.evaluate(
            "async ([path, key]) => (await import(path)).KEYS[key]",
            [page.url + "assets/elements/state.js", name],
        )
        assert [key["min"], key["max"]] == [low, high]
        assert key["start"] == data["reader"][name]


def test_the_curve_and_the_marker_lie_on_the_numbers(page):
    data = json.loads((FIGURES / "influence_curves.json").read_text("utf-8"))
    for r, k in [(0.8, 30), (0.3, 60), (0.93, 12), (1, 45), (1.02, 20)]:
        go(page, f"#r={r}&k={k}")
        for kind, panel in itertools.product(("wide", "narrow"), ("linear", "log")):
            axes = data["stage"][kind]["axes"][panel]
            prefix = panel if kind == "wide" else f"narrow-{panel}"
            # The axis is what stands at its ticks.
            vertical = axes["y"] | {"domain": list(ends(page, prefix, panel == "log"))}
            numbers = re.findall(r"-?[\d.]+", part(page, f"{prefix}-curve", "d"))
            xs, ys = ([float(n) for n in numbers[i::2]] for i in (0, 1))
            assert len(xs) == 61
            for lag in (0, 1, k, 60):
                assert xs[lag] == pytest.approx(place(axes["x"], lag), abs=0.01)
                expected = place(vertical, float(influence(r, lag)))
                assert ys[lag] == pytest.approx(expected, abs=0.02)
                assert axes["y"]["range"][1] - 0.01 <= ys[lag] <= axes["y"]["range"][0] + 0.01
            assert float(part(page, f"{prefix}-dot", "x")) == pytest.approx(xs[k], abs=0.01)
            assert float(part(page, f"{prefix}-dot", "y")) == pytest.approx(ys[k], abs=0.01)


def ends(page, prefix, log):
    """Return what stands at the first tick of a panel's upright axis, and at the last."""
    found = page.evaluate(
        "(prefix) => [...document.querySelectorAll("
        "`#${prefix}-tick-0 text, [id^='${prefix}-tick-'] text`)].map((one) => one.textContent)",
        f"influence_curves-{prefix}",
    )
    assert len(found) == (5 if log else 4)
    return (number(found[0]), number(found[-1]))


def number(text):
    """Return the number that a tick says: 0.5, 15 000, 10⁻⁶."""
    digits = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
    if text.startswith("10") and len(text) > 2 and text[2] in "⁰¹²³⁴⁵⁶⁷⁸⁹⁻":
        return 10.0 ** int(text[2:].translate(digits))
    return float(text.replace("\u202f", ""))


def test_no_rate_leaves_the_axes_and_every_rate_moves_the_picture(page):
    seen, before = [], None
    for step in range(30, 121):
        r = step / 100
        go(page, f"#r={r:.2f}&k=30")
        low, top = ends(page, "linear", log=False)
        assert low == 0
        assert top >= max(1, r**60)
        assert top == 1.5 or top <= 10 * r**60  # no larger than it needs to be
        low, high = ends(page, "log", log=True)
        assert low <= r**60 <= high
        seen.append((top, low, high))
        curve = part(page, "linear-curve", "d")
        assert curve != before, r
        before = curve
    # In a few steps: an axis that moved with every rate would make all curves look alike.
    assert 5 < len(set(seen)) < 25


def test_what_stands_still_follows_the_axes(page):
    """The faint curves and the line at 1 lie where the axis, as it is labelled, has them."""
    data = json.loads((FIGURES / "influence_curves.json").read_text("utf-8"))
    for r in (0.8, 0.4, 1.15):
        go(page, f"#r={r}&k=20")
        for panel in ("linear", "log"):
            axis = data["stage"]["wide"]["axes"][panel]["y"]
            axis |= {"domain": list(ends(page, panel, panel == "log"))}
            for name, rate in [("even", 1.0), *((f"faint-{i}", rate) for i, rate in
                                                enumerate(data["references"]))]:  # fmt: skip
                drawn = re.findall(r"-?[\d.]+", part(page, f"{panel}-{name}", "d"))
                for lag in (0, 3, 10):
                    expected = place(axis, rate**lag)
                    assert float(drawn[2 * lag + 1]) == pytest.approx(expected, abs=0.02)


def test_the_value_is_said_in_words(page):
    slider = page.locator(RANGE.format("r"))
    assert slider.get_attribute("aria-valuetext") == (
        f"r 0.80: half left after {half_life(0.8):.1f} words, 1 % after {horizon(0.8):.1f}"
    )
    slider.fill("1")
    page.evaluate(FRAME)
    assert slider.get_attribute("aria-valuetext") == "r 1.00: never changes"
    slider.fill("1.1")
    page.evaluate(FRAME)
    assert slider.get_attribute("aria-valuetext") == "r 1.10: doubles every 7.3 words"
    assert page.locator(BOX.format("r")).get_attribute("aria-valuetext") == (
        "r 1.10: doubles every 7.3 words"
    )


def test_the_description_of_the_picture_follows(page):
    picture = page.locator("influence-curves .lr-for-wide svg")
    described = "(svg) => document.getElementById(svg.getAttribute('aria-describedby')).textContent"
    assert "The bold curve has r = 0.80" in picture.evaluate(described)
    page.locator(RANGE.format("r")).fill("1.1")
    page.evaluate(FRAME)
    told = " ".join(picture.evaluate(described).split())
    assert told == f"doubles every7.3 words 1 % left afternever left at k = 30{1.1**30:.3g}"


def test_values_say_what_the_library_says(page):
    for r, k in [(0.8, 30), (0.3, 60), (0.93, 12)]:
        go(page, f"#r={r}&k={k}")
        assert values(page, "influence-curves") == {
            "long": "half left after",
            "half": f"{half_life(r):.1f} words",
            "percent": f"{horizon(r):.1f} words",
            "k": str(k),
            "left": readable(float(influence(r, k))),
        }
    go(page, "#r=1.00&k=3")
    found = values(page, "influence-curves")
    assert [found[name] for name in ("half", "percent", "left")] == ["never", "never", "1.00"]


def readable(value):
    """Write a number in three figures; below a thousandth in two, and a power of ten."""
    if value >= 0.001:
        return f"{value:#.3g}"
    mantissa, exponent = f"{value:.1e}".split("e")
    power = str(int(exponent)).translate(str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"))
    return f"{mantissa} × 10{power}"


def test_the_result_is_announced_once_after_the_movement(page):
    record_announcements(page, "influence-curves")
    page.locator(RANGE.format("r")).focus()
    move_often(page, "influence-curves", [{"r": 0.8 + n / 100} for n in range(1, 11)])
    assert announced(page) == [
        f"r = 0.90: half left after {half_life(0.9):.1f} words, 1 % after {horizon(0.9):.1f}. "
        f"At k = 30: {float(influence(0.9, 30)):.3g} left."
    ]


def test_the_sentence_follows_and_is_right_without_javascript(open_page):
    sentence = ".lr-live"
    still = open_page(java_script_enabled=False).locator(sentence).inner_text()
    assert "r = 0.80 and distance k = 30, 0.00124 of the influence arrives." in still
    assert "Drag" not in still
    page = open_page("#r=0.50&k=7")
    assert "r = 0.50 and distance k = 7, 0.00781 of the influence arrives." in page.locator(
        sentence).inner_text()  # fmt: skip


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_moves_under_the_hand(open_page, width):
    page = open_page(width=width)
    settings = [{"r": r, "k": k} for r in (0.3, 0.8, 0.99, 1, 1.01, 1.2) for k in (0, 30, 60)]
    marks = [RANGE.format("r"), "#influence_curves figcaption"]
    assert moved(page, "influence-curves", settings, marks) < 1


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_label_overlaps_another_or_is_cut_off(open_page, width):
    page = open_page(width=width)
    hits = page.evaluate("""async ([state]) => {
      const { set } = await import(state);
      const stage = [...document.querySelectorAll("influence-curves .lr-stage")]
        .find((one) => one.getClientRects().length);
      const hits = [];
      for (const scale of ["linear", "log"]) for (const k of [0, 1, 7, 29, 31, 59, 60])
        for (const r of [0.3, 0.7, 0.8, 0.9, 0.99, 1, 1.01, 1.1, 1.2]) {
          set({ r, k, scale });
          await new Promise(requestAnimationFrame);
          const outer = stage.getBoundingClientRect();
          const panel = stage.querySelector(`[id$="-${scale}"]`);
          const seen = [...panel.querySelectorAll("text")].filter((t) => {
            const { visibility, opacity } = getComputedStyle(t);
            return t.getBoundingClientRect().width && visibility === "visible" && opacity !== "0";
          });
          const boxes = seen.map((t) => [t.textContent, t.getBoundingClientRect()]);
          for (const [i, [text, a]] of boxes.entries()) {
            if (a.left < outer.left || a.right > outer.right || a.top < outer.top - 1
                || a.bottom > outer.bottom + 1) hits.push(`${r} ${k} ${scale}: ${text} cut off`);
            for (const [other, b] of boxes.slice(i + 1))
              if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3
                  && b.top < a.bottom - 3) hits.push(`${r} ${k} ${scale}: ${text} over ${other}`);
          }
        }
      return hits;
    }""", [page.url.split("#")[0] + "assets/elements/state.js"])  # fmt: skip
    assert hits == []
