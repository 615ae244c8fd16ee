"""What readers type and what addresses say is read, or the page says that it could not."""

import pytest
from acting import BOX, FRAME, go, rest, value

NOTICE = ".lr-notice p"

TYPED = {
    "0,85": (0.85, ""), ".85": (0.85, ""), "85 %": (0.85, ""), "85%": (0.85, ""),
    "1e-1": (0.3, "r goes from 0.30 to 1.20: it is 0.30."), "5e-1": (0.5, ""),
    " 0.9 ": (0.9, ""), "9 × 10⁻¹": (0.9, ""),
    "−0.5": (0.3, "r goes from 0.30 to 1.20: it is 0.30."),
    "7": (1.2, "r goes from 0.30 to 1.20: it is 1.20."),
    "nearly one": (0.8, "“nearly one” is not read as a number: r is 0.80."),
    "": (0.8, "“” is not read as a number: r is 0.80."),
    "0.9.3": (0.8, "“0.9.3” is not read as a number: r is 0.80."),
}  # fmt: skip


def noticed(page):
    """Return what the line at the foot of the window says; it comes after a moment."""
    rest(page, 80)
    line = page.locator(NOTICE)
    return line.inner_text() if line.count() else ""


def type_in(page, box, text):
    box.focus()
    box.press("Control+A")
    page.keyboard.press("Backspace")
    page.keyboard.insert_text(text)
    page.keyboard.press("Enter")
    page.evaluate(FRAME)


def test_a_number_box_reads_what_people_type_or_says_that_it_cannot(page):
    box = page.locator(BOX.format("r"))
    for typed, (number, said) in TYPED.items():
        go(page, "")
        type_in(page, box, typed)
        assert (value(page, "r"), box.input_value()) == (number, f"{number:.2f}"), typed
        assert noticed(page) == said, typed
        box.evaluate("(box) => box.blur()")  # nothing is taken twice
        assert noticed(page) == said, typed


def test_a_whole_number_is_no_share(page):
    box = page.locator(BOX.format("k"))
    type_in(page, box, "30 %")
    assert value(page, "k") == 30
    assert noticed(page) == "“30 %” is not read as a number: k is 30."
    type_in(page, box, "1e1")
    assert value(page, "k") == 10
    assert noticed(page) == ""


def test_the_box_is_a_spin_button_for_those_who_hear_it(page):
    box = page.locator(BOX.format("r"))
    box.focus()
    page.keyboard.press("ArrowUp")
    page.evaluate(FRAME)
    told = [box.get_attribute(f"aria-value{name}") for name in ("min", "max", "now", "text")]
    assert told[:3] == ["0.3", "1.2", "0.81"]
    assert told[3].startswith("r 0.81: half left after")


ADDRESSES = {
    "#r%3D0.85%26k%3D10": (0.85, 10, ""),
    "#r%253D0.85%2526k%253D10": (0.85, 10, ""),
    "#r=0.85%26k=10": (0.85, 10, ""),
    "#r=0.85&amp;k=10": (0.85, 10, ""),
    "#r=0,85&k=10": (0.85, 10, ""),
    "#r=0%2C85": (0.85, 30, ""),
    "#r=85%25": (0.85, 30, ""),
    "#r=85%": (0.85, 30, ""),
    "#r=+0.5": (0.5, 30, ""),
    "#k=%D9%A1%D9%A2": (0.8, 12, ""),  # Arabic digits
    "#r=9&k=-5": (
        1.2, 0, "From the address: r goes from 0.30 to 1.20: it is 1.20. "
        "k goes from 0 to 60: it is 0."),
    "#r=abc": (0.8, 30, "From the address: “abc” is not read as a number: r is 0.80."),
    "#speed=0.9": (0.8, 30, "From the address: there is no “speed” to set here."),
    "#R=0.9&k=12": (0.8, 12, "From the address: there is no “R” to set here."),
    "#scale=cubic": (0.8, 30, "From the address: scale cannot be “cubic”."),
    "#r=<img src=x onerror=alert(1)>": (
        0.8, 30, "From the address: “<img src=x onerror=alert(1)>” is not read as a number: "
        "r is 0.80."),
    "#summary": (0.8, 30, ""),
    "#%E0%A4%A": (0.8, 30, ""),
}  # fmt: skip


def test_an_address_is_read_or_what_could_not_be_read_is_said(page):
    for address, (r, k, said) in ADDRESSES.items():
        go(page, "#r=0.81&k=31")
        go(page, "")
        go(page, address)
        assert (value(page, "r"), value(page, "k")) == (r, k), address
        assert noticed(page) == said, address
    assert page.locator(".lr-notice img").count() == 0


@pytest.mark.parametrize("address", ["#r%3D0.85%26k%3D10", "#r=0%2C85", "#R=0.9&k=12"])
def test_a_page_that_is_opened_at_an_address_says_it_too(open_page, address):
    page = open_page(address)
    r, k, said = ADDRESSES[address]
    assert (value(page, "r"), value(page, "k"), noticed(page)) == (r, k, said)
    assert page.problems == []


def test_what_is_said_is_heard_seen_and_taken_away(open_page, axe):
    page = open_page(f"#r={'x' * 5000}", width=360)
    assert len(noticed(page)) < 120
    box = page.locator(".lr-notice").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert page.locator(NOTICE).get_attribute("role") == "status"
    page.evaluate(axe)
    found = page.evaluate(
        "axe.run('.lr-notice').then(({ violations }) => violations.map((v) => v.id))"
    )
    assert found == []
    page.locator(".lr-notice button").click()
    assert noticed(page) == ""
    go(page, "#r=7")
    assert noticed(page)
    page.locator(BOX.format("r")).press("ArrowDown")
    assert noticed(page) == ""
