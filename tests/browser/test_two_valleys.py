"""`<two-valleys>`: where the ball is, what is said of it, its controls."""

import json

import numpy as np
import pytest
from acting import FRAME, announced, go, hash_of, moved, place, press_often, record_announcements

from explainer.figures import two_valleys as figure
from explainer.making.files import FIGURES

HOST = "two-valleys"
BUTTON = "two-valleys button[name={}]"
PREFIXES = {"wide": "two_valleys", "narrow": "two_valleys-narrow"}
SETTINGS = [(2.0, 0.4, 0.5), (2.0, -1.2, 1.1), (3.0, 1.5, 0.0), (1.3, 0.05, 0.3), (0.5, 1.5, 1.5),
            (2.0, 0.0, 0.0)]  # fmt: skip
LAST = len(figure.MOVES) - 1


@pytest.fixture
def valleys(open_page):
    page = open_page()
    page.locator(HOST).scroll_into_view_if_needed()
    yield page
    assert page.problems == []


def axes(kind="wide"):
    return json.loads((FIGURES / "two_valleys.json").read_text("utf-8"))["stage"][kind]["axes"]


def readout(page):
    """Return what is said of the picture, once the values shown are known to be those."""
    page.evaluate(FRAME)
    said = page.evaluate("document.querySelector('two-valleys').stage.said")
    shown = page.locator(f"{HOST} .lr-values dd").all_text_contents()
    step, side, state, derivative = shown
    assert said == f"Step {step}. Side: {side}. State: {state}. Derivative: {derivative}."
    return said.replace("\u00a0", " ")


def point(page, gid, kind="wide"):
    """Return where a mark is, in SVG units."""
    page.evaluate(FRAME)
    return page.evaluate(
        """(id) => {
          const mark = document.getElementById(id).querySelector("use");
          return ["x", "y"].map((name) => Number(mark.getAttribute(name)));
        }""",
        f"{PREFIXES[kind]}-{gid}",
    )


def path(page, gid, kind="wide"):
    return page.evaluate(
        """(id) => document.getElementById(id).querySelector("path").getAttribute("d")
          .match(/-?[\\d.]+/g).map(Number)""",
        f"{PREFIXES[kind]}-{gid}",
    )


def press(page, *names):
    for name in names:
        page.locator(BUTTON.format(name)).click()
    page.evaluate(FRAME)


# ── What is drawn ───────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", PREFIXES)
@pytest.mark.parametrize(("w", "start", "push"), SETTINGS)
def test_ball_landscape_and_lines_lie_on_the_numbers(valleys, kind, w, start, push):
    go(valleys, f"#start={start}&push={push}&w={w}")
    stage, (states, left) = axes(kind), figure.roll(w, start, push)
    plane = stage["landscape"]
    drawn = np.reshape(path(valleys, "curve", kind), (-1, 2))
    expected = [[place(plane["x"], h), place(plane["y"], figure.height(w, h))] for h in figure.GRID]
    np.testing.assert_allclose(drawn, expected, atol=0.06)
    for name, values in (("state", states), ("derivative", left)):
        line = np.reshape(path(valleys, f"{name}-ahead", kind), (-1, 2))
        expected = [[place(stage[name]["x"], step), place(stage[name]["y"], value)]
                    for step, value in zip(figure.MOVES, values, strict=True)]  # fmt: skip
        np.testing.assert_allclose(line, expected, atol=0.06)
        low, high = sorted(stage[name]["y"]["range"])
        assert line[:, 1].min() >= low - 0.06  # no setting leaves the picture
        assert line[:, 1].max() <= high + 0.06
    x, y = point(valleys, "start", kind)
    assert (x, y) == pytest.approx(
        (place(plane["x"], start), place(plane["y"], figure.height(w, start))), abs=0.06
    )
    # Wherever the ball is, it touches the ground and is not in it.
    for _ in range(4):
        ball = np.array(point(valleys, "ball", kind))
        fine = np.linspace(-1.6, 1.6, 4001)
        ground = np.transpose([np.vectorize(lambda h: place(plane["x"], h))(fine),
                               np.vectorize(lambda h: place(plane["y"], h))(
                                   figure.height(w, fine))])  # fmt: skip
        near = np.hypot(*(ground - ball).T).min()
        assert near == pytest.approx(figure.BALL, abs=1.2)
        press(valleys, "step")


def test_at_first_it_is_what_python_drew(open_page):
    still, live = open_page(java_script_enabled=False), open_page()
    read = """([id, tag]) => ["x", "y", "d"].map((name) =>
      document.getElementById(id).querySelector(tag).getAttribute(name))
      .join(" ").match(/-?[\\d.]+/g).map(Number)"""
    for prefix in PREFIXES.values():
        for gid, tag in (("ball", "use"), ("start", "use"), ("state-dot", "use"),
                         ("derivative-dot", "use"), ("curve", "path"), ("ground", "path"),
                         ("state-path", "path"), ("derivative-path", "path")):  # fmt: skip
            mark = [f"{prefix}-{gid}", tag]
            before, after = still.evaluate(read, mark), live.evaluate(read, mark)
            if gid == "ground":
                before = before[: len(after)]  # matplotlib comes back to where it began
            assert before == pytest.approx(after, abs=0.6), gid


# ── What happens ────────────────────────────────────────────────────────────


def test_the_derivative_vanishes_and_the_side_stays(valleys):
    assert readout(valleys) == (
        "Step 20. Side: right, kept. State: 0.958. Derivative: 1.5 × 10⁻¹³."
    )
    go(valleys, "#start=-0.4")
    press(valleys, "roll")
    assert readout(valleys).startswith("Step 20. Side: left, kept. State: −0.958.")


@pytest.mark.parametrize(("push", "said"), [
    (0.9, "right, kept"), (1.05, "left, not kept"),
])  # fmt: skip
def test_a_small_push_is_forgotten_and_one_over_the_hill_is_not(valleys, push, said):
    go(valleys, f"#push={push}")
    assert f"Side: {said}." in readout(valleys)


def test_in_one_valley_no_side_is_held(valleys):
    go(valleys, "#w=0.8&push=0")
    assert "Side: none, one valley. State: 0.004." in readout(valleys)
    go(valleys, "#w=2&push=0&start=0")
    assert "Side: none, on the hill." in readout(valleys)


def test_step_by_step_through_the_push_and_round(valleys):
    go(valleys, "#start=0.5")
    states, _ = figure.roll(2.0, 0.5, 0.5)
    x, y = (axes()["state"][name] for name in "xy")
    for i, step in enumerate(figure.MOVES):
        expected = (place(x, step), place(y, states[i]))
        assert point(valleys, "state-dot") == pytest.approx(expected, abs=0.06)
        assert len(path(valleys, "state-path")) == 2 * (i + 1)
        pushed = ", pushed" if i == figure.PUSHED_AT + 1 else ""
        assert readout(valleys).startswith(f"Step {step}{pushed}. ")
        press(valleys, "step")
    assert readout(valleys).startswith("Step 0. ")
    go(valleys, "#start=0.5&push=0")  # then the push is no move
    press(valleys, *["step"] * 11)
    assert readout(valleys).startswith("Step 11. ")


def test_it_rolls_when_asked_and_jumps_where_motion_is_unwanted(open_page):
    page = open_page("#start=0.3")
    assert readout(page).startswith("Step 0. ")
    press(page, "roll")  # the tests' readers want no motion
    assert readout(page).startswith("Step 20. ")
    page.emulate_media(reduced_motion="no-preference")
    go(page, "#start=0.35")
    assert readout(page).startswith("Step 0. ")
    press(page, "roll")
    page.wait_for_function("document.querySelector('two-valleys').stage.said.startsWith('Step 2')")
    press(page, "step")  # what else is asked for ends it
    before = readout(page)
    page.wait_for_timeout(400)
    assert readout(page) == before
    press(page, "roll")
    page.wait_for_function("document.querySelector('two-valleys').stage.said.startsWith('Step 20')")
    assert page.problems == []


# ── The controls ────────────────────────────────────────────────────────────


@pytest.mark.parametrize("width", [360, 1280])
def test_the_ball_is_dragged(open_page, width):
    page = open_page(width=width)
    kind = "narrow" if width == 360 else "wide"
    page.locator(f"{HOST} .lr-for-{kind}").evaluate("(one) => one.scrollIntoView()")
    page.evaluate("scrollBy(0, -120)")
    svg = page.locator(f"{HOST} .lr-for-{kind} svg")
    box, size = svg.bounding_box(), svg.evaluate("(one) => one.viewBox.baseVal.width")
    unit = box["width"] / size
    x, y = point(page, "ball", kind)
    page.mouse.move(box["x"] + unit * x, box["y"] + unit * y)
    page.mouse.down()
    to = place(axes(kind)["landscape"]["x"], -1.2)
    page.mouse.move(box["x"] + unit * to, box["y"] + unit * y, steps=5)
    page.mouse.up()
    assert hash_of(page) == "#start=-1.20&push=0.50&w=2.0"
    assert readout(page).startswith("Step 0. Side: left, kept. State: −1.200.")
    assert point(page, "start", kind)[0] == pytest.approx(to, abs=0.06)
    # What is dragged elsewhere is not the ball.
    x, y = point(page, "state-dot", kind)
    page.mouse.move(box["x"] + unit * (x + 60), box["y"] + unit * y)
    page.mouse.down()
    page.mouse.move(box["x"] + unit * (x + 90), box["y"] + unit * y, steps=3)
    page.mouse.up()
    assert hash_of(page) == "#start=-1.20&push=0.50&w=2.0"
    assert page.problems == []


def test_by_keyboard(valleys):
    valleys.locator(f"{HOST} input[type=range][name=start]").focus()
    for key, start in (("ArrowLeft", "0.350"), ("Home", "−1.500"), ("End", "1.500")):
        valleys.keyboard.press(key)
        assert f"State: {start}." in readout(valleys)
    valleys.locator(BUTTON.format("step")).focus()
    valleys.keyboard.press("Enter")
    assert readout(valleys).startswith("Step 1. ")
    valleys.keyboard.press("Tab")
    valleys.keyboard.press("Space")
    assert readout(valleys).startswith("Step 20. ")
    valleys.keyboard.press("Tab")
    valleys.keyboard.press("Enter")
    assert readout(valleys).endswith("State: 0.958. Derivative: 1.5 × 10⁻¹³.")
    assert hash_of(valleys) == ""


def test_every_control_says_its_value_in_words(valleys):
    tree = valleys.locator(f"{HOST} form").aria_snapshot()
    for control in ('button "Step"', 'button "Roll"', 'button "Reset"', 'slider "start h₀"',
                    'slider "push"', 'slider "weight w"'):  # fmt: skip
        assert control in tree
    says = {
        "start": "start 0.40: right side after 20 steps",
        "push": "push 0.50 at step 10: right side after 20 steps",
        "w": "w 2.0: valleys at ±0.96",
    }
    for name, text in says.items():
        slider = valleys.locator(f"{HOST} input[type=range][name={name}]")
        assert slider.get_attribute("aria-valuetext") == text


def test_the_result_is_announced_once(valleys):
    record_announcements(valleys, HOST)
    valleys.locator(BUTTON.format("step")).focus()
    press_often(valleys, HOST, ["step", "step", "step"])
    assert announced(valleys) == [readout(valleys)]


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_moves_under_the_hand(open_page, width):
    page = open_page(width=width)
    settings = [{"w": w, "start": h, "push": p} for w, h, p in SETTINGS]
    marks = [f"{HOST} .lr-row", f"{HOST} .lr-readout", "#two_valleys figcaption"]
    assert moved(page, HOST, settings, marks) < 1
