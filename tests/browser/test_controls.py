"""Every control, moved as readers move it: by key, pointer, touch and number box."""

import json

import pytest
from acting import BOX, FRAME, RANGE, drag, go, inside, rest, touch, value

from explainer.making.files import FIGURES


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
    page.evaluate("""(window.seen = []) && document.activeElement.addEventListener(
      "input", ({ target }) => seen.push(target.valueAsNumber))""")
    for _ in range(91):
        page.keyboard.press("ArrowRight")
    assert value(page, "r") == 1.20
    assert page.evaluate("seen") == [n / 100 for n in range(31, 121)]  # 1.00 included
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
        for text in page.locator(f"#influence_curves-{panel} text:not([opacity='0'])").all():
            assert inside(page, text) is within, text.text_content()


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
    assert inside[6:12] == ["r", "r", "k", "k", "scale", "reset"]
    tree = page.locator("influence-curves form").aria_snapshot()
    for control in ('slider "rate r"', 'spinbutton "rate r"', 'slider "distance k"',
                    'spinbutton "distance k"', 'radio "linear"', 'radio "logarithmic"',
                    'button "Reset"', 'group "Vertical scale"'):  # fmt: skip
        assert control in tree


def test_dragging_the_slider(page):
    drag(page, page.locator(RANGE.format("r")).bounding_box(), 0.5, 0.9)
    assert 1.05 < value(page, "r") < 1.15


def test_dragging_in_the_picture_moves_the_distance(page):
    box = page.locator("#influence_curves-linear").bounding_box()
    stage = json.loads((FIGURES / "influence_curves.json").read_text("utf-8"))["stage"]["wide"]
    x = stage["axes"]["linear"]["x"]["range"]
    picture = page.locator("influence-curves .lr-for-wide svg").bounding_box()
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


@pytest.fixture
def phone(open_page):
    page = open_page(width=390, height=844, has_touch=True, is_mobile=True, fresh=True)
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
    rest(phone, 310)
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


def test_typing_a_rate(page):
    box = page.locator(BOX.format("r"))
    for typed, result in (("0.93", 0.93), ("1", 1.0), ("7", 1.2), ("-3", 0.3), ("0.915", 0.92),
                          ("", 0.8), ("e", 0.8)):  # fmt: skip
        go(page, "")
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
