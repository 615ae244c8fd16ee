"""`<influence-curves>` moved as readers move it: by key, pointer, touch, box and address."""

import json
import math
import re

import numpy as np
import pytest

from longrange import half_life, horizon, influence, making

RANGE = "influence-curves input[type=range][name={}]"
BOX = "influence-curves input[type=number][name={}]"
STATUS = "influence-curves [role=status]"
FRAME = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def value(page, name):
    page.evaluate(FRAME)
    return float(page.locator(RANGE.format(name)).input_value())


def part(page, name, attribute):
    return page.evaluate(
        """([id, attribute]) => {
          const group = document.getElementById(`influence_curves-${id}`);
          const mark = group.querySelector("path[clip-path], use, text") ?? group;
          return attribute === "text" ? mark.textContent : mark.getAttribute(attribute);
        }""",
        [name, attribute],
    )


def hash_of(page):
    page.wait_for_timeout(450)  # a movement counts as done after 300 ms of quiet
    return page.evaluate("location.hash")


@pytest.fixture
def page(open_page):
    page = open_page()
    page.locator("influence-curves").scroll_into_view_if_needed()
    yield page
    assert page.problems == []


# ── The same numbers as Python ──────────────────────────────────────────────


def test_rates_agree_with_python(page):
    r = np.round(np.arange(0.3, 1.2001, 0.01), 2).tolist()
    k = list(range(61))
    got = page.evaluate(
        """async ([rs, ks, path]) => {
          const { influence, horizon, halfLife } = await import(path);
          return rs.map((r) => ({ powers: ks.map((k) => influence(r, k)),
            horizon: String(horizon(r)), half: String(halfLife(r)) }));
        }""",
        [r, k, page.url + "elements/rates.js"],
    )
    for rate, row in zip(r, got, strict=True):
        np.testing.assert_allclose(row["powers"], influence(rate, k), rtol=1e-12)
        for text, expected in ((row["horizon"], horizon(rate)), (row["half"], half_life(rate))):
            assert float(text.replace("Infinity", "inf")) == pytest.approx(expected, rel=1e-12)


def test_numbers_are_said_in_three_figures(page):
    said = page.evaluate(
        "async (path) => { const { figures } = await import(path);"
        "return [0.00123794, 0.2097, 17.449, 56347.5, 5.6e-8, 1].map(figures) }",
        page.url + "elements/rates.js",
    )
    assert said == ["0.00124", "0.210", "17.4", "5.6 × 10⁴", "5.6 × 10⁻⁸", "1.00"]


def test_slider_and_state_have_the_range_of_the_figure(page):
    data = json.loads((making.FOLDER / "influence_curves.json").read_text("utf-8"))
    for name, (low, high) in data["range"].items():
        for selector in (RANGE, BOX):
            box = page.locator(selector.format(name))
            assert float(box.get_attribute("min")) == low
            assert float(box.get_attribute("max")) == high
        key = page.evaluate(
            "async ([path, key]) => (await import(path)).KEYS[key]",
            [page.url + "elements/state.js", name],
        )
        assert [key["min"], key["max"]] == [low, high]
        assert key["start"] == data["reader"][name]


@pytest.mark.parametrize(("r", "k"), [(0.8, 30), (0.3, 60), (0.93, 12), (1, 45), (1.02, 20)])
def test_the_curve_and_the_marker_lie_on_the_numbers(open_page, r, k):
    page = open_page(f"#r={r}&k={k}")
    data = json.loads((making.FOLDER / "influence_curves.json").read_text("utf-8"))
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


def place(axis, number):
    unit = math.log10 if axis["log"] else float
    low, high = (unit(v) for v in axis["domain"])
    start, end = axis["range"]
    return start + (unit(number) - low) / (high - low) * (end - start)


def test_above_one_it_leaves_through_the_top_and_says_so(open_page):
    page = open_page("#r=1.10&k=30")
    after = math.ceil(math.log(1.5) / math.log(1.1))
    assert part(page, "linear-exit", "text") == f"off the top after {after} words"
    for name in ("linear-exit", "linear-arrow"):
        assert part(page, name, "visibility") == "visible"
    assert part(page, "linear-dot", "visibility") == "hidden"
    page = open_page("#r=0.90&k=30")
    for name in ("linear-exit", "linear-arrow", "log-exit"):
        assert part(page, name, "visibility") == "hidden"


def test_the_arrow_can_be_seen(open_page):
    page = open_page("#r=1.10&k=30")
    seen = page.evaluate("""() => {
      const { style } = document.querySelector("#influence_curves-linear-arrow use");
      return [style.opacity, style.fillOpacity, style.strokeOpacity];
    }""")
    assert seen == ["1", "1", "1"]


# ── By keyboard ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", [RANGE, BOX])
def test_arrow_and_page_keys(page, kind):
    page.locator(kind.format("r")).focus()
    for key, expected in [
        ("ArrowUp", 0.81), ("ArrowDown", 0.80), ("PageUp", 0.90), ("PageDown", 0.80),
        ("PageDown", 0.70),
    ]:  # fmt: skip
        page.keyboard.press(key)
        assert value(page, "r") == expected
    assert page.locator(BOX.format("r")).input_value() in ("0.70", "0.7")


def test_home_end_and_the_whole_range(page):
    page.locator(RANGE.format("r")).focus()
    page.keyboard.press("Home")
    assert value(page, "r") == 0.30
    seen = {0.30}
    for _ in range(90):
        page.keyboard.press("ArrowRight")
        seen.add(value(page, "r"))
    assert len(seen) == 91  # every hundredth, 1.00 included
    assert max(seen) == 1.20
    page.keyboard.press("ArrowRight")
    assert value(page, "r") == 1.20
    page.keyboard.press("Home")
    page.keyboard.press("End")
    assert value(page, "r") == 1.20
    page.locator(RANGE.format("k")).focus()
    page.keyboard.press("End")
    page.keyboard.press("PageDown")
    assert value(page, "k") == 50


def test_the_scale_by_keyboard(page):
    page.locator("input[name=scale][value=linear]").focus()
    page.keyboard.press("ArrowRight")
    page.evaluate(FRAME)
    assert page.locator("influence-curves").get_attribute("data-scale") == "log"
    for panel, within in (("log", True), ("linear", False)):
        for text in page.locator(
            f"#influence_curves-{panel} text:not([style*='opacity: 0'])"
        ).all():
            assert inside(page, text) is within, text.text_content()


def inside(page, mark):
    outer = page.locator("influence-curves .lr-stage").bounding_box()
    inner = mark.bounding_box()
    return outer["y"] <= inner["y"] and inner["y"] + inner["height"] <= outer["y"] + outer["height"]


def test_numbers_in_the_sentence_by_keyboard(page):
    number = page.locator("scrub-number[name=r]")
    assert number.get_attribute("role") == "slider"
    number.focus()
    for key, expected in [("ArrowRight", 0.81), ("PageUp", 0.91), ("Home", 0.3), ("End", 1.2)]:
        page.keyboard.press(key)
        assert value(page, "r") == expected
    assert number.inner_text() == "1.20"


def test_every_control_is_reached_by_tab_and_has_a_name(page):
    page.locator("scrub-number[name=r]").focus()
    names = []
    for _ in range(30):
        page.keyboard.press("Tab")
        names.append(page.evaluate(
            "[document.activeElement.name || document.activeElement.textContent.trim(),"
            " !!document.activeElement.closest('influence-curves')]"))  # fmt: skip
    inside = [name for name, within in names if within]
    assert inside[:6] == ["the cat and its verb", "a few clauses later", "a larger r", "r = 1",
                          "r above 1", "a small r, logarithmic"]  # fmt: skip
    assert inside[6:12] == ["r", "r", "k", "k", "scale", "Reset"]
    tree = page.locator("influence-curves form").aria_snapshot()
    for control in ('slider "rate r"', 'spinbutton "rate r"', 'slider "distance k"',
                    'spinbutton "distance k"', 'radio "linear"', 'radio "logarithmic"',
                    'button "Reset"', 'group "Vertical scale"'):  # fmt: skip
        assert control in tree


# ── By pointer and touch ────────────────────────────────────────────────────


def drag(page, box, start, end, steps=8):
    page.mouse.move(box["x"] + start * box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + end * box["width"], box["y"] + box["height"] / 2, steps=steps)
    page.mouse.up()


def test_dragging_the_slider(page):
    drag(page, page.locator(RANGE.format("r")).bounding_box(), 0.5, 0.9)
    assert 1.05 < value(page, "r") < 1.15


def test_dragging_in_the_picture_moves_the_distance(page):
    box = page.locator("#influence_curves-linear").bounding_box()
    stage = json.loads((making.FOLDER / "influence_curves.json").read_text("utf-8"))["stage"]
    x = stage["axes"]["linear"]["x"]["range"]
    picture = page.locator("influence-curves svg").bounding_box()
    unit = picture["width"] / stage["size"][0]
    y = box["y"] + box["height"] / 2
    page.mouse.move(picture["x"] + x[0] * unit, y)
    page.mouse.down()
    for share, expected in ((0.25, 15), (0.75, 45), (2, 60), (-1, 0), (0.5, 30)):
        page.mouse.move(picture["x"] + (x[0] + share * (x[1] - x[0])) * unit, y, steps=3)
        assert value(page, "k") == expected
    page.mouse.up()
    page.mouse.move(picture["x"] + x[0] * unit, y)
    assert value(page, "k") == 30  # released


def test_dragging_a_number_in_the_sentence(page):
    page.evaluate("document.querySelector('.lr-live').scrollIntoView({ block: 'center' })")
    box = page.locator("scrub-number[name=k]").bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 45, box["y"] + 5, steps=5)
    page.mouse.up()
    assert value(page, "k") == 40


def touch(page, points, fingers=1):
    """Send one finger, or two a little apart, along `points` of the linear panel (0 … 1)."""
    box = page.locator("#influence_curves-linear").bounding_box()
    wire = page.context.new_cdp_session(page)

    def at(x, y):
        place = {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
        other = {"x": place["x"] + 60, "y": place["y"] + 30}
        return [{**place, "id": 0}, {**other, "id": 1}][:fingers]

    wire.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": at(*points[0])})
    for point in points[1:]:
        wire.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": at(*point)})
        page.wait_for_timeout(30)
    wire.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.evaluate(FRAME)


@pytest.fixture
def phone(open_page):
    page = open_page(width=390, height=844, has_touch=True, is_mobile=True)
    page.locator("#influence_curves").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('#influence_curves').scrollIntoView({ block: 'center' })")
    return page


def test_a_tap_moves_the_distance(phone):
    touch(phone, [(0.9, 0.5)])
    assert value(phone, "k") > 45


def test_a_finger_that_goes_sideways_moves_the_distance(phone):
    touch(phone, [(0.5, 0.5), (0.4, 0.5), (0.3, 0.5), (0.2, 0.5)])
    assert value(phone, "k") < 15


def test_a_finger_that_scrolls_past_leaves_the_figure_alone(phone):
    before = phone.evaluate("[scrollY, history.length]")
    touch(phone, [(0.9, 0.9)] + [(0.9, 0.9 - step / 10) for step in range(1, 9)])
    phone.wait_for_timeout(300)
    after = phone.evaluate("[scrollY, history.length]")
    assert value(phone, "k") == 30
    assert after[0] > before[0]
    assert after[1] == before[1]


def test_a_second_finger_does_not_take_over(phone):
    touch(phone, [(0.2, 0.5), (0.25, 0.5), (0.3, 0.5)], fingers=2)
    assert value(phone, "k") <= 30  # pinched or followed the first, never jumped
    assert phone.problems == []


def test_the_right_button_moves_nothing(page):
    page.evaluate("document.querySelector('.lr-live').scrollIntoView({ block: 'center' })")
    number = page.locator("scrub-number[name=k]").bounding_box()
    picture = page.locator("#influence_curves-linear").bounding_box()
    for box in (number, picture):
        page.mouse.move(box["x"] + 5, box["y"] + box["height"] / 2)
        page.mouse.down(button="right")
        page.mouse.move(box["x"] + 60, box["y"] + box["height"] / 2, steps=4)
        page.mouse.up(button="right")
        page.mouse.move(box["x"] + 90, box["y"] + box["height"] / 2, steps=2)
        assert value(page, "k") == 30
    page.keyboard.press("Escape")


def test_dragging_selects_no_text(page):
    drag(page, page.locator("#influence_curves-linear").bounding_box(), 0.1, 0.9)
    assert page.evaluate("String(getSelection())") == ""


def test_keys_with_modifiers_stay_the_browsers(page):
    for selector in ("scrub-number[name=r]", RANGE.format("r")):
        page.locator(selector).focus()
        prevented = page.evaluate("""() => ["ArrowLeft", "PageUp", "Home"].map((key) => {
          const event = new KeyboardEvent("keydown", { key, altKey: true, cancelable: true,
            bubbles: true });
          document.activeElement.dispatchEvent(event);
          return event.defaultPrevented;
        })""")
        assert prevented == [False, False, False]
    assert value(page, "r") == 0.8


# ── The number box ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "result"),
    [("0.93", 0.93), ("1", 1.0), ("7", 1.2), ("-3", 0.3), ("0.915", 0.92), ("", 0.8), ("e", 0.8)],
)
def test_typing_a_rate(page, typed, result):
    box = page.locator(BOX.format("r"))
    box.focus()
    box.press("Control+A")
    page.keyboard.press("Backspace")
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    page.locator("influence-curves button").focus()
    assert value(page, "r") == result
    assert box.input_value() == f"{result:.2f}"


def test_typing_is_not_disturbed(page):
    box = page.locator(BOX.format("r"))
    box.focus()
    box.press("Control+A")
    page.keyboard.type("0.9")
    page.evaluate(FRAME)
    page.keyboard.type("7")
    assert value(page, "r") == 0.97


# ── The address ─────────────────────────────────────────────────────────────


def test_the_state_is_in_the_address_and_survives_a_reload(page):
    page.locator(RANGE.format("r")).fill("0.93")
    page.locator(RANGE.format("k")).fill("40")
    assert hash_of(page) == "#r=0.93&k=40"
    page.reload(wait_until="networkidle")
    assert (value(page, "r"), value(page, "k")) == (0.93, 40)


def test_back_undoes_a_movement_whole_and_forward_redoes_it(page):
    page.locator(RANGE.format("r")).focus()
    for _ in range(7):
        page.keyboard.press("ArrowUp")
    assert hash_of(page) == "#r=0.87&k=30"
    page.locator("input[name=scale][value=log]").check()
    assert hash_of(page) == "#r=0.87&k=30&scale=log"
    page.go_back()
    assert page.locator("input[name=scale][value=linear]").is_checked()
    assert value(page, "r") == 0.87
    page.go_back()
    assert value(page, "r") == 0.80
    assert page.evaluate("location.hash") == ""
    page.go_forward()
    assert value(page, "r") == 0.87


def test_a_link_to_a_heading_keeps_the_state_and_so_does_the_way_back(page):
    page.locator(RANGE.format("r")).fill("0.93")
    assert hash_of(page) == "#r=0.93&k=30"
    page.evaluate("location.hash = 'summary'")
    assert value(page, "r") == 0.93
    page.locator(RANGE.format("r")).fill("0.5")
    assert hash_of(page) == "#r=0.50&k=30"
    page.go_back()
    assert value(page, "r") == 0.93
    assert page.evaluate("location.hash") == "#summary"


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844)])
def test_a_link_sets_the_figure_beside_it_and_scrolls_nothing(open_page, width, height):
    page = open_page(width=width, height=height)
    link = page.locator("state-link[to='r=1.10&k=30'] a")
    link.scroll_into_view_if_needed()
    page.evaluate("document.querySelector('.lr-try').scrollIntoView({ block: 'end' })")
    before = page.evaluate("scrollY")
    link.click()
    assert (value(page, "r"), value(page, "k")) == (1.1, 30)
    assert page.evaluate("scrollY") == before
    picture = page.locator(".lr-stage").bounding_box()
    assert picture["y"] > 40  # the whole picture is in sight, below the header
    page.go_back()
    assert value(page, "r") == 0.8


def test_a_shared_address_opens_at_the_figure_and_a_reload_stays_where_it_is(open_page):
    page = open_page("#r=0.9&k=10")
    page.wait_for_timeout(300)
    top = page.locator("#influence_curves").bounding_box()["y"]
    assert 0 < top < 400
    page.evaluate("scrollTo(0, 200)")
    page.wait_for_timeout(300)
    page.reload(wait_until="networkidle")
    assert page.evaluate("scrollY") == 200
    assert open_page().evaluate("scrollY") == 0


def test_nonsense_in_the_address_is_replaced_by_what_is_shown(open_page):
    assert open_page("#r=9&k=-5").evaluate("location.hash") == "#r=1.20&k=0"


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_label_overlaps_another_or_is_cut_off(open_page, width):
    page = open_page(width=width)
    hits = page.evaluate("""async ([state, frame]) => {
      const { set } = await import(state);
      const stage = document.querySelector("influence-curves .lr-stage");
      const hits = [];
      for (const scale of ["linear", "log"]) for (const k of [0, 1, 7, 29, 31, 59, 60])
        for (const r of [0.3, 0.7, 0.8, 0.9, 0.99, 1, 1.01, 1.1, 1.2]) {
          set({ r, k, scale });
          await eval(frame);
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
    }""", [page.url.split("#")[0] + "elements/state.js", FRAME])  # fmt: skip
    assert hits == []


@pytest.mark.parametrize(
    ("address", "state"),
    [
        ("#r=0.93&k=40", (0.93, 40, "linear")),
        ("#k=12", (0.8, 12, "linear")),
        ("#r=99&k=-5", (1.2, 0, "linear")),
        ("#r=-1&k=1e9", (0.3, 60, "linear")),
        ("#r=abc&k=", (0.8, 30, "linear")),
        ("#r=NaN&k=Infinity", (0.8, 30, "linear")),
        ("#r=0x1&k=0b11", (0.8, 30, "linear")),
        ("#r=0.9377&k=7.6", (0.94, 8, "linear")),
        ("#r=0.5&r=0.6", (0.6, 30, "linear")),
        ("#scale=log", (0.8, 30, "log")),
        ("#scale=cubic&r=0.4", (0.4, 30, "linear")),
        ("#x=1&__proto__=2&constructor=3", (0.8, 30, "linear")),
        ("#%E0%A4%A", (0.8, 30, "linear")),
        ("#r=<img src=x onerror=alert(1)>", (0.8, 30, "linear")),
    ],
)
def test_any_address_gives_a_sound_state(open_page, address, state):
    page = open_page(address)
    scale = page.locator("influence-curves").get_attribute("data-scale")
    assert (value(page, "r"), value(page, "k"), scale) == state
    assert page.problems == []


def test_reset_is_one_step_that_back_undoes(page):
    page.locator(RANGE.format("r")).fill("0.93")
    page.locator("input[name=scale][value=log]").check()
    page.locator("influence-curves button").click()
    assert (value(page, "r"), value(page, "k")) == (0.8, 30)
    assert page.locator("influence-curves").get_attribute("data-scale") == "linear"
    assert page.evaluate("location.hash") == ""
    page.go_back()
    assert value(page, "r") == 0.93


def test_a_long_movement_does_not_flood_the_history(page):
    before = page.evaluate("history.length")
    drag(page, page.locator(RANGE.format("r")).bounding_box(), 0.1, 0.9, steps=60)
    assert hash_of(page)
    assert page.evaluate("history.length") == before + 1


def test_back_reaches_the_number_box_too(page):
    box = page.locator(BOX.format("r"))
    box.focus()
    box.press("Control+A")
    page.keyboard.type("0.93")
    page.wait_for_timeout(450)
    page.go_back()
    page.evaluate(FRAME)
    assert box.input_value() == "0.80"
    page.locator("influence-curves button").focus()
    assert value(page, "r") == 0.8


def test_a_movement_cut_short_by_a_link_is_kept(page):
    page.locator(RANGE.format("r")).focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("PageUp")
    page.evaluate("document.querySelector('a[href=\"#summary\"]').click()")
    page.go_back()
    assert value(page, "r") == 0.91


def test_reset_cleans_a_nonsense_address(open_page):
    page = open_page("#r=abc")
    page.locator("influence-curves button").click()
    assert page.evaluate("location.hash") == ""


def test_opened_as_a_file_it_reads_as_without_javascript(browser, site):
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto((site / "index.html").as_uri())
    assert not page.locator(".lr-controls:visible").count()
    stage = page.locator(".lr-stage").bounding_box()
    panel = page.locator("#influence_curves-log").bounding_box()
    assert panel["y"] + panel["height"] <= stage["y"] + stage["height"] + 3
    page.close()


# ── In words ────────────────────────────────────────────────────────────────


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


def test_the_result_is_announced_once_after_the_movement(page):
    page.evaluate("""(selector) => {
      window.said = [];
      const status = document.querySelector(selector);
      new MutationObserver(() => said.push(status.textContent))
        .observe(status, { characterData: true, subtree: true, childList: true });
    }""", STATUS)  # fmt: skip
    page.locator(RANGE.format("r")).focus()
    for _ in range(10):
        page.keyboard.press("ArrowUp")
    page.wait_for_timeout(800)
    assert page.evaluate("said") == [
        f"r = 0.90: half left after {half_life(0.9):.1f} words, 1 % after {horizon(0.9):.1f}. "
        f"At k = 30: {float(influence(0.9, 30)):.3g} left."
    ]


def test_the_sentence_follows_and_is_right_without_javascript(open_page):
    sentence = ".lr-live"
    still = open_page(java_script_enabled=False).locator(sentence).inner_text()
    assert "r = 0.80 and distance k = 30, the influence is 0.00124 left." in still
    assert "Drag" not in still
    page = open_page("#r=0.50&k=7")
    assert "r = 0.50 and distance k = 7, the influence is 0.00781 left." in page.locator(
        sentence).inner_text()  # fmt: skip


# ── Work for the browser ────────────────────────────────────────────────────


def test_a_move_makes_no_node_and_is_drawn_once_a_frame(page):
    counted = page.evaluate("""async ([selector, frame]) => {
      const seen = { nodes: 0, curves: 0 };
      new MutationObserver((list) => { for (const m of list) {
        if (m.type === "childList") seen.nodes += m.addedNodes.length;
        if (m.attributeName === "d" && m.target.closest("#influence_curves-linear-curve"))
          seen.curves += 1;
      } }).observe(document.body, { subtree: true, childList: true, attributes: true });
      const range = document.querySelector(selector);
      for (let i = 0; i < 20; i++) { range.value = 0.5 + i / 100;
        range.dispatchEvent(new Event("input", { bubbles: true })); }
      await eval(frame);
      return seen;
    }""", [RANGE.format("r"), FRAME])  # fmt: skip
    assert counted == {"nodes": 0, "curves": 1}


def test_a_move_is_quick(page):
    """The script's share of a frame; no layout is forced in it."""
    times = page.evaluate("""async (path) => {
      const { set } = await import(path);
      const times = [];
      for (let i = 0; i < 100; i++) {
        set({ r: 0.3 + 0.009 * i, k: i % 60 });
        // Asked after the page asked: runs in the same frame, when its work is done.
        await new Promise((done) => requestAnimationFrame((start) => {
          times.push(performance.now() - start);
          done();
        }));
      }
      return times.sort((a, b) => a - b);
    }""", page.url.split("#")[0] + "elements/state.js")  # fmt: skip
    median, late = times[50], times[95]
    print(f"\nframe to end of our work: median {median:.2f} ms, 95th percentile {late:.2f} ms")
    assert median < 8


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_moves_under_the_hand(open_page, width):
    page = open_page(width=width)
    slider = page.locator(RANGE.format("r"))
    after = page.locator("#influence_curves figcaption")
    tops = set()
    for r in (0.3, 0.8, 0.99, 1, 1.01, 1.2):
        for k in (0, 30, 60):
            page.evaluate("([r, k]) => (location.hash = `r=${r}&k=${k}`)", [r, k])
            page.evaluate(FRAME)
            top = page.evaluate("scrollY")
            tops.add(tuple(round(e.bounding_box()["y"] + top) for e in (slider, after)))
    assert len(tops) == 1, tops


# ── Search, print, reduced motion ───────────────────────────────────────────


def test_search_finds_a_word_and_waits_until_it_is_asked(open_page):
    page = open_page()
    asked = []
    page.on("request", lambda r: asked.append(r.url))
    page.locator("h1").hover()
    assert not asked
    page.locator("input[name=query]").click()
    page.keyboard.type("backpropagation")
    page.locator(".md-search-result__link").first.wait_for()
    assert any(a.endswith("search_index.json") for a in asked)
    assert "Wall one" in page.locator(".md-search-result").inner_text()


def test_print_shows_both_panels_and_every_fold_and_no_controls(open_page):
    page = open_page("#scale=log")
    page.emulate_media(media="print")
    page.evaluate(FRAME)
    for panel in ("linear", "log"):
        assert page.locator(f"#influence_curves-{panel}").bounding_box()["height"] > 50
    stage = page.locator("influence-curves .lr-stage").bounding_box()
    linear = page.locator("#influence_curves-linear").bounding_box()
    assert linear["y"] >= stage["y"] - 1
    assert not page.locator(".lr-controls:visible, .md-header:visible").count()
    fold = page.locator("details.exact").first
    assert fold.locator("p").first.is_visible()


def test_citations_show_their_reference_on_hover(open_page):
    page = open_page()
    page.locator("a.footnote-ref").first.hover()
    page.locator(".md-tooltip2--active, .md-tooltip2").first.wait_for(state="visible")
    assert "Finding Structure in Time" in page.locator(".md-tooltip2").first.inner_text()
