"""`<recoverable-bits>`: Python's arithmetic, what is shown and said of it, its controls."""

import json

import numpy as np
import pytest
from acting import (
    FRAME,
    announced,
    go,
    hash_of,
    move_often,
    moved,
    place,
    record_announcements,
    reload,
    said,
    values,
)

from explainer.making.files import FIGURES
from longrange import bits_read_back, recovery_rate
from longrange.precision import FORMATS

PAGE = "bottleneck/"
BOX = "recoverable-bits input[name=bits]"
RADIO = "recoverable-bits input[name=format][value={}]"
BUTTON = "recoverable-bits button[value='{}']"
START = "1011001110001101"
ALTERNATING = "10" * 32


def data():
    return json.loads((FIGURES / "recoverable_bits.json").read_text("utf-8"))


def module(page, name):
    return f"{page.url.split('#')[0].removesuffix(PAGE)}assets/elements/{name}.js"


def digits(text):
    return np.array([int(bit) for bit in text])


def text(bits):
    return "".join(map(str, bits))


def readout(page):
    return said(page, "recoverable-bits")


def shown(page):
    """Return what stands in the two lines of bits, and the places of those underlined below."""
    return page.evaluate("""() => {
      const lines = ["", ""], marked = [];
      for (const group of document.querySelectorAll(".lr-bits span")) {
        let line = 0;
        for (const node of group.childNodes) {
          if (node.localName === "br") { line = 1; continue; }
          if (line && node.localName === "u") marked.push(lines[1].length + 1);
          lines[line] += node.textContent;
        }
      }
      return { lines, marked };
    }""")


@pytest.fixture
def bits(open_page):
    page = open_page(PAGE)
    page.locator("recoverable-bits").scroll_into_view_if_needed()
    yield page
    assert page.problems == []


def test_state_and_figure_have_one_beginning_and_one_range(bits):
    kept, keys = data(), bits.evaluate(
        "async (path) => (await import(path)).KEYS", module(bits, "state")
    )  # fmt: skip
    for key in ("format", "bits"):
        assert keys[key]["start"] == kept["reader"][key]
    assert sorted(keys["format"]["values"]) == sorted(FORMATS)
    assert len(shown(bits)["lines"][0]) == kept["longest"]


# ── What is shown and said ──────────────────────────────────────────────────


@pytest.mark.parametrize("name", FORMATS)
def test_bits_marker_and_words_follow(bits, name):
    kept = data()
    for message in (START, "1", "0" * 40 + "1" * 9, "1" * 60, ALTERNATING):
        go(bits, f"#format={name}&bits={message}")
        written = digits(message)
        back = bits_read_back(name, written)
        wrong = [int(i) for i in np.flatnonzero(back != written) + 1]

        seen = shown(bits)
        assert [line.rstrip("·") for line in seen["lines"]] == [message, text(back)]
        assert seen["marked"] == wrong

        told, found = readout(bits), values(bits, "recoverable-bits")
        n = len(message)
        held, older = (n - wrong[-1], wrong[-1]) if wrong else (n, 0)
        assert found["held"] == f"{held} of {n}"
        assert found["wrong"] == (f"{len(wrong)} of {older}" if wrong else "none")
        assert found["count"] == f"{n}-bit messages"
        if wrong:
            assert told.startswith(
                f"{name}: the newest {n - wrong[-1]} of {n} bits come back. Of the {wrong[-1]} "
                f"older ones {len(wrong)} {'is' if len(wrong) == 1 else 'are'} wrong."
            )
        else:
            all_of_them = f"all {n} bits come back." if n > 1 else "the bit comes back."
            assert told.startswith(f"{name}: {all_of_them}")

        share = kept["table"][name][n - 1]
        assert share == recovery_rate(name, n)
        percent = f"{100 * share:.0f}%" if share >= 0.005 else "under 1%"
        assert told.endswith(f"Of all {n}-bit messages {percent} come back whole.")
        assert found["share"] == percent
        for kind, prefix in (("wide", ""), ("narrow", "narrow-")):
            axes = kept["stage"][kind]["axes"]["share"]
            dot = bits.locator(f"#recoverable_bits-{prefix}live-dot use")
            assert float(dot.get_attribute("x")) == pytest.approx(place(axes["x"], n), abs=0.06)
            expected = place(axes["y"], share)
            assert float(dot.get_attribute("y")) == pytest.approx(expected, abs=0.06)


def test_the_number_is_said_in_decimals(bits):
    for address, number in (("#bits=11", "h = 0.75."), ("#bits=000", "h = 0."),
                          (f"#format=float64&bits=1{'0' * 40}",
                           "h = 4.547473508864641 × 10⁻¹³.")):  # fmt: skip
        go(bits, address)  # the last is 2^-41
        assert number in readout(bits)
        assert values(bits, "recoverable-bits")["number"].endswith(f": {number.removesuffix('.')}")


def test_the_result_is_announced_once_after_the_typing(bits):
    record_announcements(bits, "recoverable-bits")
    bits.locator(BOX).focus()
    typed = [{"bits": START + "0110"[:n]} for n in range(1, 5)]
    move_often(bits, "recoverable-bits", typed)
    heard = announced(bits)
    assert heard == [readout(bits)]
    assert " of 20 bits come back" in heard[0]


def test_the_description_of_the_picture_follows(bits):
    picture = bits.locator("recoverable-bits .lr-for-wide svg")
    described = "(svg) => document.getElementById(svg.getAttribute('aria-describedby')).textContent"
    assert picture.evaluate(described).startswith("Four curves show")
    bits.locator(RADIO.format("float64")).check()
    bits.evaluate(FRAME)
    assert "16 of 16" in picture.evaluate(described)


# ── The controls ────────────────────────────────────────────────────────────


def test_by_keyboard(bits):
    bits.locator(BOX).focus()
    bits.keyboard.press("Control+A")
    bits.keyboard.type("1101 0")
    assert readout(bits).startswith("float16: all 5 bits come back.")
    assert bits.locator(BOX).input_value() == "1101 0"  # what is typed is not written over
    for expected in ("1101 00", "1101 001"):
        bits.keyboard.press("Tab")
        bits.keyboard.press("Enter")
        assert bits.locator(BOX).input_value() == expected
    bits.keyboard.press("Tab")
    bits.keyboard.press("Space")
    random = bits.locator(BOX).input_value()
    assert len(random) == 64
    assert 10 < random.count("1") < 54
    bits.keyboard.press("Tab")
    bits.keyboard.press("Tab")
    for key, name in (("ArrowRight", "float32"), ("ArrowRight", "float64"), ("Home", "float64"),
                      ("ArrowLeft", "float32")):  # fmt: skip
        bits.keyboard.press(key)
        assert readout(bits).startswith(f"{name}: ")
    bits.keyboard.press("Shift+Tab")
    bits.keyboard.press("Enter")
    assert bits.locator(BOX).input_value() == START
    assert readout(bits).startswith("float16: the newest 12 of 16")


def test_every_control_has_a_name(bits):
    tree = bits.locator("recoverable-bits form").aria_snapshot()
    for control in ('textbox "bits"', 'button "Add 0"', 'button "Add 1"', 'button "Random"',
                    'button "Reset"', 'group "Number format"', 'radio "bfloat16"',
                    'radio "float64"'):  # fmt: skip
        assert control in tree
    assert "·" not in tree


def test_by_pointer(bits):
    bits.locator(BUTTON.format(1)).click()
    bits.locator("recoverable-bits label", has_text="bfloat16").click()
    written = digits(START + "1")
    newest = 16 - np.flatnonzero(bits_read_back("bfloat16", written) != written)[-1]
    assert readout(bits).startswith(f"bfloat16: the newest {newest} of 17 bits come back.")


def test_by_touch(open_page):
    page = open_page(PAGE, width=360, height=740, has_touch=True, is_mobile=True)
    page.locator(BUTTON.format("random")).tap()
    page.locator("recoverable-bits label", has_text="float64").tap()
    assert " bits come back" in readout(page)
    assert readout(page).startswith("float64: ")
    assert len(page.locator(BOX).input_value()) == 64
    page.locator(BUTTON.format("reset")).tap()
    assert readout(page).startswith("float16: the newest 12 of 16")
    assert page.problems == []


def test_what_are_no_bits_is_said_and_changes_nothing(bits):
    before, box = readout(bits), bits.locator(BOX)
    hint = bits.locator("#lr-bits-note").inner_text()
    for typed, complaint in (
        ("1012", "Only 0 and 1 are bits: “2” is not."),
        ("10a1", "Only 0 and 1 are bits: “a” is not."),
        ("1😀", "Only 0 and 1 are bits: “😀” is not."),
        ("<img src=x onerror=alert(1)>", "Only 0 and 1 are bits: “<” is not."),
        ("", "Type a bit, 0 or 1."),
        ("   ", "Type a bit, 0 or 1."),
        ("1" * 65, "At most 64 bits: these are 65."),
    ):
        box.fill(typed)
        assert box.get_attribute("aria-invalid") == "true"
        assert box.get_attribute("aria-describedby") == "lr-bits-note"
        assert bits.locator("#lr-bits-note").inner_text() == complaint
        assert (readout(bits), box.input_value()) == (before, typed)
    assert hash_of(bits) == ""
    box.fill("1 0")
    assert box.get_attribute("aria-invalid") == "false"
    assert bits.locator("#lr-bits-note").inner_text() == hint
    assert readout(bits).startswith("float16: all 2 bits come back.")


def test_what_are_no_bits_is_announced_and_outlives_another_format(bits):
    record_announcements(bits, "recoverable-bits")
    bits.locator(BOX).fill("1012")
    assert announced(bits) == ["Only 0 and 1 are bits: “2” is not."]
    bits.locator(RADIO.format("float32")).check()
    assert bits.locator(BOX).input_value() == "1012"  # no reason to write over it


def test_a_slip_taken_back_is_not_announced_late(bits):
    record_announcements(bits, "recoverable-bits")
    bits.locator(BOX).focus()
    move_often(bits, "recoverable-bits", [{"bits": f"{START}2"}, {"bits": START}])
    assert [one.split(":")[0] for one in announced(bits)] == ["float16"]


def test_one_bit_too_many_is_refused(bits):
    bits.locator(BUTTON.format("random")).click()
    full = readout(bits)
    bits.locator(BUTTON.format(1)).click()
    assert bits.locator("#lr-bits-note").inner_text() == "64 bits is the most."
    assert readout(bits) == full
    assert len(bits.locator(BOX).input_value()) == 64
    bits.locator(BUTTON.format("reset")).click()
    assert bits.locator(BOX).get_attribute("aria-invalid") == "false"
    assert bits.locator(BOX).input_value() == START


# ── The address ─────────────────────────────────────────────────────────────


def test_the_address_holds_what_was_changed_and_survives_a_reload(bits):
    bits.locator(RADIO.format("bfloat16")).check()
    assert hash_of(bits) == "#format=bfloat16"
    bits.locator(BOX).fill("1100101")
    assert hash_of(bits) == "#bits=1100101&format=bfloat16"
    reload(bits)
    assert bits.locator(BOX).input_value() == "1100101"
    assert readout(bits).startswith("bfloat16: all 7 bits come back.")
    bits.locator(BUTTON.format("reset")).click()
    assert hash_of(bits) == ""
    assert not bits.url.endswith("#")


def test_back_undoes_what_was_typed_and_mends_what_is_no_bits(bits):
    bits.locator(BOX).fill("101")
    assert hash_of(bits) == "#bits=101"
    bits.locator(BOX).fill("101x")
    bits.go_back()
    bits.evaluate(FRAME)
    assert bits.locator(BOX).input_value() == START
    assert bits.locator(BOX).get_attribute("aria-invalid") == "false"
    bits.go_forward()
    bits.evaluate(FRAME)
    assert bits.locator(BOX).input_value() == "101"


def test_what_is_set_back_by_hand_leaves_the_address(bits):
    bits.locator(BOX).fill("101")
    assert hash_of(bits) == "#bits=101"
    bits.locator(BOX).fill(START)
    assert hash_of(bits) == ""
    assert not bits.url.endswith("#")


def test_any_address_gives_a_sound_state(bits):
    for address, starts in (
        ("#format=float8", "float16: the newest 12 of 16"),
        ("#bits=12&format=float32", "float32: all 16"),
        (f"#bits={'1' * 65}", "float16: the newest 12 of 16"),
        ("#bits=", "float16: the newest 12 of 16"),
        ("#bits=1&bits=00", "float16: all 2"),
        ("#k=3&scale=log&bits=111", "float16: all 3"),
        ("#bits=<img src=x onerror=alert(1)>", "float16: the newest 12 of 16"),
    ):
        go(bits, "")
        go(bits, address)
        assert readout(bits).startswith(starts), address
        assert "k=" not in bits.evaluate("location.hash")


def test_a_shared_address_opens_at_the_figure(open_page):
    page = open_page(f"{PAGE}#bits=101", height=500)
    page.evaluate(FRAME)
    box = page.locator("recoverable-bits .lr-bits").bounding_box()
    assert 0 < box["y"] < box["y"] + box["height"] <= 500


def test_the_first_page_knows_nothing_of_it(open_page):
    page = open_page("#format=float32&bits=101")
    assert page.evaluate("scrollY") == 0
    page.locator("input[name=scale][value=log]").check()
    assert hash_of(page) == "#r=0.80&k=30&scale=log"


# ── The page around it ──────────────────────────────────────────────────────


@pytest.mark.parametrize("options", [{"java_script_enabled": False}, {}], ids=["still", "print"])
def test_still_and_in_print_the_figure_stands_alone(open_page, options):
    page = open_page(PAGE, **options)
    if not options:
        page.emulate_media(media="print")
    assert page.locator("recoverable-bits .lr-for-wide svg").bounding_box()["height"] > 200
    assert page.locator("#recoverable_bits-live-dot use").bounding_box()["width"] > 5
    hidden = "recoverable-bits :is(.lr-controls, .lr-bits, .lr-note):visible"
    assert not page.locator(hidden).count()
    # What the dot is stands on paper too; without JavaScript the caption says it.
    assert page.locator("recoverable-bits .lr-readout").is_visible() == (not options)


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_moves_under_the_hand(open_page, width):
    page = open_page(PAGE, width=width)
    typed = ("1", START, ALTERNATING, f"1{'0' * 63}", "x", "1" * 99)
    settings = [{"bits": text, "format": name} for text in typed for name in FORMATS]
    marks = ["recoverable-bits .lr-row:nth-of-type(2)", "recoverable-bits .lr-bits",
             "#recoverable_bits figcaption"]  # fmt: skip
    assert moved(page, "recoverable-bits", settings, marks) < 1
