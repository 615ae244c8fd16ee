"""`<influence-curves>`: the numbers of Python, its words, its work for the browser."""

import json
import math
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
        for panel, axes in data["stage"]["axes"].items():
            numbers = [float(n) for n in re.findall(r"-?[\d.]+", part(page, f"{panel}-curve", "d"))]
            xs, ys = numbers[::2], numbers[1::2]
            assert len(xs) == 61
            for lag in (0, 1, k):
                assert xs[lag] == pytest.approx(place(axes["x"], lag), abs=0.01)
                expected = place(axes["y"], float(influence(r, lag)))
                if axes["y"]["range"][1] <= expected <= axes["y"]["range"][0]:
                    assert ys[lag] == pytest.approx(expected, abs=0.01)
            assert float(part(page, f"{panel}-dot", "x")) == pytest.approx(xs[k], abs=0.01)
            assert float(part(page, f"{panel}-dot", "y")) == pytest.approx(ys[k], abs=0.01)


def test_above_one_it_leaves_through_the_top_and_says_so(page):
    go(page, "#r=1.10&k=30")
    after = math.ceil(math.log(1.5) / math.log(1.1))
    assert part(page, "linear-exit", "text") == f"off the top after {after} words"
    for name in ("linear-exit", "linear-arrow"):
        assert part(page, name, "visibility") == "visible"
    assert part(page, "linear-dot", "visibility") == "hidden"
    seen = page.evaluate("""() => {
      const { style } = document.querySelector("#influence_curves-linear-arrow use");
      return [style.opacity, style.fillOpacity, style.strokeOpacity];
    }""")
    assert seen == ["1", "1", "1"]  # the arrow can be seen
    go(page, "#r=0.90&k=30")
    for name in ("linear-exit", "linear-arrow", "log-exit"):
        assert part(page, name, "visibility") == "hidden"


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
    picture = page.locator("influence-curves .lr-stage svg")
    described = "(svg) => document.getElementById(svg.getAttribute('aria-describedby')).textContent"
    assert "The bold curve has r = 0.80" in picture.evaluate(described)
    page.locator(RANGE.format("r")).fill("1.1")
    page.evaluate(FRAME)
    after = math.ceil(math.log(1.5) / math.log(1.1))
    assert picture.evaluate(described) == (
        f"r = 1.10: doubles every 7.3 words. At k = 30: {1.1**30:.3g} times as strong. "
        f"Off the top after {after} words."
    )


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
      const stage = document.querySelector("influence-curves .lr-stage");
      const hits = [];
      for (const scale of ["linear", "log"]) for (const k of [0, 1, 7, 29, 31, 59, 60])
        for (const r of [0.3, 0.7, 0.8, 0.9, 0.99, 1, 1.01, 1.1, 1.2]) {
          set({ r, k, scale });
          await new Promise(requestAnimationFrame);
          const outer = stage.getBoundingClientRect();
          const panel = document.getElementById(`influence_curves-${scale}`);
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
