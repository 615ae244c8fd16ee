"""An address shows somebody else what you see: your own sentence, and the picture you drew."""

import re

import pytest
from acting import FRAME, go, hash_of, rest

from explainer.making.files import ROOT

OWN = "[data-sentence=own]"
WORDS = [
    "One two three four five",
    "Größe – zählt “nicht”, 50% & a=b + c#d!",
    "<img src=x onerror=alert(1)> <b>bold</b> ~41~ a_b",
    "שלום עולם one 😀 two ünïcode",
    "猫 犬 鳥",
    " ".join(f"w{i}" for i in range(80)),
]


def sentence(page):
    page.evaluate(FRAME)
    part = page.locator(OWN)
    return {
        "words": part.locator("button").all_inner_texts(),
        "picked": part.locator("[aria-pressed=true]").all_inner_texts(),
        "said": re.sub("^The first 60 of 80 words. ", "", part.locator(".lr-left").inner_text()),
    }


def put(page, text, picks):
    page.locator("input[name=sentence][value=own]").check()
    page.locator("#lr-own").fill(text)
    for i in picks:
        page.locator(f"{OWN} button").nth(i).click()


@pytest.mark.parametrize("text", WORDS)
@pytest.mark.parametrize("picks", [(), (0, 2)])
def test_ones_own_sentence_comes_along(open_page, text, picks):
    page = open_page(fresh=True)
    put(page, text, picks)
    shared = hash_of(page)
    other = open_page(shared, fresh=True)
    assert sentence(other) == sentence(page)
    assert len(shared) < 1100
    assert other.locator(f"{OWN} .lr-words img, {OWN} .lr-words b").count() == 0
    assert other.locator(".lr-notice").count() == 0
    encoded = re.sub("[=&%]", lambda sign: f"%{ord(sign[0]):X}", shared)  # as mailers do
    go(page, "")
    go(page, encoded)
    assert sentence(page) == sentence(other)
    assert other.problems == page.problems == []


def test_the_way_back_has_the_sentence_before(open_page):
    page = open_page(fresh=True)
    put(page, "One two three", ())
    hash_of(page)
    page.locator("#lr-own").fill("Four five six")
    hash_of(page)
    page.go_back()
    page.evaluate(FRAME)
    assert page.locator("#lr-own").input_value() == "One two three"
    page.go_forward()
    page.evaluate(FRAME)
    assert sentence(page)["words"] == ["Four", "five", "six"]


def test_a_sentence_too_long_for_an_address_is_said_to_be(open_page):
    page = open_page(fresh=True)
    put(page, " ".join("猫" * 20 for _ in range(30)), ())
    assert "own=" not in hash_of(page)
    assert page.locator(f"{OWN} .lr-left").inner_text().startswith("Too long for the address. ")
    page.locator("#lr-own").fill("Short enough")
    assert "own=Short_enough~~0-1" in hash_of(page)
    assert "Too long" not in page.locator(f"{OWN} .lr-left").inner_text()


@pytest.mark.parametrize(
    "nonsense",
    ["own=a", "own=a~~", "own=~~0-1", "own=a~~x", "own=a~~-1", f"own={'a' * 2000}~~0",
     "own=a b~~0-1~~", "picture=12", f"picture={'g' * 64}", f"picture={'0' * 65}"],
)  # fmt: skip
def test_what_is_no_sentence_or_picture_is_said(open_page, nonsense):
    page = open_page(("bottleneck/" if "picture" in nonsense else "") + f"#{nonsense}")
    rest(page, 80)
    assert "cannot be" in page.locator(".lr-notice p").inner_text()
    assert page.problems == []


@pytest.mark.parametrize("own", ["a_b~~5-9", "a~~0-1", "~110000~a_b~~0-1", "~d800~_b~~0-1"])
def test_places_and_codes_beyond_what_is_there_do_no_harm(open_page, own):
    page = open_page(f"#sentence=own&own={own}")
    assert sentence(page)["words"]
    assert page.problems == []


PIXELS = """() => [...document.querySelectorAll("remembered-picture g:has(> rect)")].map(
  (panel) => [...panel.children].map((one) => one.getAttribute("fill")).join())"""


def test_a_drawn_picture_comes_along(open_page):
    page = open_page("bottleneck/", fresh=True)
    page.locator("remembered-picture [name=draw]").click()
    for key in ("Space", "ArrowRight", "Space", "ArrowDown", "Space"):
        page.keyboard.press(key)
    assert "Row 10, column 10: dark." in page.locator("#lr-picture-readout").inner_text()
    page.evaluate(FRAME)
    assert "Row 10, column 10: dark." in page.locator("#lr-picture-readout").inner_text()
    shared = hash_of(page)
    assert len(re.search("picture=([0-9a-f]*)", shared)[1]) == 64
    other = open_page(f"bottleneck/{shared}", fresh=True)
    other.evaluate(FRAME)
    assert other.evaluate(PIXELS) == page.evaluate(PIXELS)
    assert len(page.evaluate(PIXELS)) == 4  # two panels in each drawing
    said = other.locator("#lr-picture-r").get_attribute("aria-valuetext")
    assert said == page.locator("#lr-picture-r").get_attribute("aria-valuetext")
    other.locator("remembered-picture [name=cat]").click()
    assert "picture" not in hash_of(other)
    other.go_back()
    other.evaluate(FRAME)
    assert other.evaluate(PIXELS) == page.evaluate(PIXELS)
    other.locator("remembered-picture [name=reset]").click()
    assert hash_of(other) == ""
    assert page.problems == other.problems == []


def test_about_claims_no_more():
    about = (ROOT / "docs/about.md").read_text("utf-8")
    assert "your own sentence and picture with them; only a guessed curve is not" in about
