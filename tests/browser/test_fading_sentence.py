"""`<fading-sentence>`: Python's numbers, what is filled and said, the reader's own sentence."""

import json
import re

import pytest
from acting import (
    BOX,
    FRAME,
    RANGE,
    READY,
    WATCH_SHIFTS,
    announced,
    go,
    hash_of,
    move_often,
    moved,
    record_announcements,
    reload,
    rest,
    value,
)

from explainer.making.files import FIGURES
from longrange import influence

HERE = "fading-sentence"
SENTENCES = ("cat", "keys", "committee", "hands")
RADIO = HERE + " input[name=sentence][value={}]"
SLIDER = HERE + " input[type=range][name=r]"
NUMBER = HERE + " input[role=spinbutton][name=r]"
OWN = HERE + " textarea"
WORD = HERE + " [role=toolbar] button"
CHOSEN = HERE + " .lr-chosen"


def data():
    return json.loads((FIGURES / "fading_sentence.json").read_text("utf-8"))


def said(page):
    page.evaluate(FRAME)
    return page.locator(f"{CHOSEN} .lr-left").inner_text()


def filled(page, part=CHOSEN):
    """Return each word with how high it is filled, as a share; None for a word not filled."""
    return page.evaluate(
        """(part) => [...document.querySelectorAll(`${part} .lr-words > *`)].map((word) => {
          const { backgroundImage, backgroundSize } = getComputedStyle(word);
          return [word.textContent, backgroundImage === "none" ? null
            : parseFloat(backgroundSize.split(" ")[1]) / 100];
        })""",
        part,
    )


def expected(text, chosen, r):
    """Return what `filled` has to be when the word at the place `chosen` is to be chosen."""
    return [
        [word, pytest.approx(min(1, influence(r, chosen - i)), abs=1e-5) if i <= chosen else None]
        for i, word in enumerate(text.split())
    ]


def choose_own(page, text=None):
    page.locator(RADIO.format("own")).check()
    if text is not None:
        page.locator(OWN).fill(text)
    page.evaluate(FRAME)


def pressed(page):
    return page.locator(f"{WORD}[aria-pressed=true]").all_inner_texts()


@pytest.fixture
def sentence(open_page):
    page = open_page()
    yield page
    assert page.problems == []


# ── What is filled and said ─────────────────────────────────────────────────


@pytest.mark.parametrize("name", SENTENCES)
def test_words_and_numbers_agree_with_python(sentence, name):
    kept = data()[name]
    word = kept["linked"][0]
    for r in (0.3, 0.8, 0.97, 1.0, 1.2):
        go(sentence, f"#r={r}&sentence={name}")
        assert filled(sentence) == expected(kept["text"], kept["places"][1], r)
        left = float(influence(r, kept["gap"]))
        line = re.match(r"(\d+) words: (.+?)\.(?= |$)", said(sentence))
        assert line[1] == str(kept["gap"])
        if r > 1:
            times = re.fullmatch(f"“{word}” counts ([\\d.]+) times", line[2])[1]
            assert float(times) == float(f"{left:.3g}")
        elif r == 1:
            assert line[2] == f"all of “{word}” is left"
        else:
            share, rest_of_it = line[2].split(" of ")
            assert rest_of_it == f"“{word}” is left"
            power = re.fullmatch(r"([\d.]+)\xa0×\xa010⁻([⁰¹²³⁴⁵⁶⁷⁸⁹]+)", share)
            digits = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
            number = float(f"{power[1]}e-{power[2].translate(digits)}") if power else float(share)
            assert number == pytest.approx(left, rel=0.05)
            assert number == float(f"{left:.2g}")


def test_the_trap_is_said_too(open_page):
    page = open_page("#sentence=keys")
    assert said(page) == "4 words: 0.41 of “keys” is left. 1 word: 0.80 of “cabinet” is left."
    assert page.locator(f"{CHOSEN} .lr-trap").inner_text() == "cabinet"


def test_without_javascript_all_sentences_stand_with_their_numbers(open_page):
    page = open_page(java_script_enabled=False)
    kept = data()
    lines = page.locator(f"{HERE} .lr-left:visible").all_inner_texts()
    assert len(lines) == len(SENTENCES)
    for name, line in zip(SENTENCES, lines, strict=True):
        one = kept[name]
        assert line.startswith(f"{one['gap']} words: {0.8 ** one['gap']:.2g} of “")
        part = f"[data-sentence={name}]"
        assert filled(page, part) == expected(one["text"], one["places"][1], 0.8)
        assert page.locator(f"{part} .lr-words").inner_text() == one["text"]
        assert page.locator(f"{part} mark").all_inner_texts() == one["linked"]
    assert not page.locator(f"{HERE} :is(input, textarea, button):visible").count()


def test_what_python_wrote_is_what_the_page_says_at_first(open_page):
    lines = f"{HERE} .lr-left"
    still = open_page(java_script_enabled=False).locator(lines).all_text_contents()
    assert open_page().locator(lines).all_text_contents()[:4] == still[:4]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_can_be_read_on_every_ground(open_page, scheme):
    page = open_page("#sentence=keys", color_scheme=scheme)
    colours = page.evaluate("""() => {
      const probe = document.createElement("i");
      document.querySelector(".lr-words").append(probe);
      const pen = document.createElement("canvas").getContext("2d");
      const rgb = (colour) => {
        probe.style.color = colour;
        pen.fillStyle = getComputedStyle(probe).color;
        pen.fillRect(0, 0, 1, 1);
        return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
      };
      const ink = [...document.querySelectorAll("[data-sentence=keys] .lr-words > *")].map(
        (word) => [rgb(getComputedStyle(word).color), word.hasAttribute("style")]);
      return { fill: rgb("var(--lr-fill)"), paper: rgb("var(--lr-paper)"), ink };
    }""")

    def light(colour):
        parts = [c / 255 for c in colour]
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    def contrast(a, b):
        low, high = sorted((light(a), light(b)))
        return (high + 0.05) / (low + 0.05)

    assert colours["fill"] != colours["paper"]
    for ink, counted in colours["ink"]:
        assert contrast(ink, colours["paper"]) >= 4.5
        assert contrast(ink, colours["fill"]) >= 4.5 or not counted


# ── The rate, shared by the page ────────────────────────────────────────────


def test_the_rate_moves_here_and_elsewhere_together(sentence):
    sentence.locator(RANGE.format("r")).fill("0.9")
    assert said(sentence) == f"7 words: {0.9**7:.2g} of “cat” is left."
    assert sentence.locator(SLIDER).input_value() == "0.9"
    assert sentence.locator(NUMBER).input_value() == "0.90"
    sentence.locator(SLIDER).focus()
    sentence.keyboard.press("PageDown")
    assert value(sentence, "r") == 0.8
    assert sentence.locator(BOX.format("r")).input_value() == "0.80"
    assert sentence.locator("scrub-number[name=r]").inner_text() == "0.80"
    sentence.locator("scrub-number[name=r]").press("End")
    sentence.evaluate(FRAME)
    assert sentence.locator(SLIDER).input_value() == "1.2"
    assert sentence.locator(SLIDER).get_attribute("aria-valuetext").startswith("r 1.20: doubles")


@pytest.mark.parametrize(("used", "quiet"), [(SLIDER, "influence-curves"),
                                             (RANGE.format("r"), HERE),
                                             ("scrub-number[name=r]", HERE)])  # fmt: skip
def test_what_is_set_elsewhere_is_not_announced_here(sentence, used, quiet):
    record_announcements(sentence, quiet)
    sentence.locator(used).focus()
    sentence.keyboard.press("ArrowUp")
    assert announced(sentence) == []
    assert said(sentence) == f"7 words: {0.81**7:.2g} of “cat” is left."


def test_the_result_is_announced_once_after_the_movement(sentence):
    record_announcements(sentence, HERE)
    sentence.locator(SLIDER).focus()
    move_often(sentence, HERE, [{"r": 0.8 + n / 100} for n in range(1, 11)])
    assert announced(sentence) == ["7 words: 0.48 of “cat” is left."]
    sentence.locator(RADIO.format("committee")).check()
    assert announced(sentence)[1:] == ["8 words: 0.43 of “committee” is left."]


# ── The reader's own sentence ───────────────────────────────────────────────


def test_it_begins_with_a_sentence_that_has_its_link(sentence):
    choose_own(sentence)
    own = data()["own"]
    assert sentence.locator(OWN).input_value() == own["text"]
    assert pressed(sentence) == own["linked"]
    assert filled(sentence) == expected(own["text"], own["places"][1], 0.8)
    assert said(sentence) == f"5 words: {0.8**5:.2g} of “books” is left."


def test_two_words_are_picked_by_pointer_in_either_order(sentence):
    choose_own(sentence, "Ann said that she, too, would come.")
    assert pressed(sentence) == ["Ann", "come."]  # the first and the last, until picked
    word = sentence.locator(WORD)
    word.nth(3).click()
    assert said(sentence) == "Picked: “she”. Now pick the other word."
    assert pressed(sentence) == ["she,"]
    word.nth(3).click()
    assert pressed(sentence) == ["she,"]
    word.nth(0).click()
    assert pressed(sentence) == ["Ann", "she,"]
    assert said(sentence) == "3 words: 0.51 of “Ann” is left."
    assert filled(sentence) == expected("Ann said that she, too, would come.", 3, 0.8)
    word.nth(6).click()
    assert pressed(sentence) == ["come."]


def test_two_words_are_picked_by_keyboard_and_announced(sentence):
    sentence.locator(RADIO.format("own")).check()
    sentence.locator(OWN).focus()
    sentence.keyboard.press("Control+A")
    sentence.keyboard.type("Keys open doors")
    record_announcements(sentence, HERE)
    sentence.keyboard.press("Tab")
    focused = "document.activeElement.textContent"
    assert sentence.evaluate(focused) == "Keys"
    for key, at in (("ArrowRight", "open"), ("End", "doors"), ("ArrowRight", "doors"),
                    ("Home", "Keys"), ("ArrowLeft", "Keys"), ("ArrowRight", "open")):  # fmt: skip
        sentence.keyboard.press(key)
        assert sentence.evaluate(focused) == at
        assert sentence.locator(f"{WORD}[tabindex='0']").count() == 1
    sentence.keyboard.press("Space")
    rest(sentence, 510)
    sentence.keyboard.press("ArrowRight")
    sentence.keyboard.press("Enter")
    assert sentence.evaluate(focused) == "doors"
    assert pressed(sentence) == ["open", "doors"]
    assert announced(sentence)[-2:] == [
        "Picked: “open”. Now pick the other word.",
        "1 word: 0.80 of “open” is left.",
    ]
    sentence.keyboard.press("Tab")
    assert sentence.evaluate("document.activeElement.name") == "sentence"
    sentence.keyboard.press("Shift+Tab")
    assert sentence.evaluate(focused) in ("open", "doors")


def test_keys_with_modifiers_stay_the_browsers(sentence):
    choose_own(sentence)
    sentence.locator(WORD).nth(1).focus()
    assert not sentence.evaluate("""() => {
      const event = new KeyboardEvent("keydown", { key: "ArrowRight", altKey: true,
        cancelable: true, bubbles: true });
      document.activeElement.dispatchEvent(event);
      return event.defaultPrevented;
    }""")


def test_picked_words_stay_picked_while_they_stand_there(sentence):
    choose_own(sentence, "The bird that sings is small")
    sentence.locator(WORD).nth(1).click()
    sentence.locator(WORD).nth(4).click()
    sentence.locator(OWN).fill("The bird that sings is very small")
    assert pressed(sentence) == ["bird", "is"]
    sentence.locator(OWN).fill("The birds that sing are small")
    assert pressed(sentence) == ["The", "small"]


def test_by_touch(open_page):
    page = open_page(width=360, height=740, has_touch=True, is_mobile=True)
    page.locator(f"{HERE} label", has_text="your own").tap()
    page.locator(WORD).nth(2).tap()
    page.locator(WORD).nth(6).tap()
    assert said(page) == "4 words: 0.41 of “my” is left."
    box = page.locator(WORD).nth(2).bounding_box()
    assert min(box["width"], box["height"]) >= 24
    assert page.problems == []


ODD = [
    ("", [], "Type two words or more."),
    (" \n ", [], "Type two words or more."),
    ("— …", [], "Type two words or more."),
    ("cat", ["cat"], "Type two words or more."),
    ("  the   cat\n\tsat ", ["the", "cat", "sat"], "2 words: 0.64 of “the” is left."),
    ("one — two … three", ["one —", "two …", "three"], "2 words: 0.64 of “one” is left."),
    ("“Yes,” (she) said!", ["“Yes,”", "(she)", "said!"], "2 words: 0.64 of “Yes” is left."),
    ("I 😀 you 👩‍👧", ["I", "😀", "you", "👩‍👧"], "3 words: 0.51 of “I” is left."),
    ("猫 と 犬", ["猫", "と", "犬"], "2 words: 0.64 of “猫” is left."),
    ("don’t e-mail 3.5 %", ["don’t", "e-mail", "3.5 %"], "2 words: 0.64 of “don’t” is left."),
    (
        "<img src=x onerror=alert(1)> <b>bold</b>",
        ["<img", "src=x", "onerror=alert(1)>", "<b>bold</b>"],
        "3 words: 0.51 of “<img” is left.",
    ),
]


def test_odd_input_is_text(sentence):
    for typed, words, line in ODD:
        choose_own(sentence, typed)
        assert sentence.locator(WORD).all_inner_texts() == words
        assert said(sentence) == line
        assert not sentence.locator(f"{HERE} .lr-sentences :is(img, b)").count()
        assert sentence.locator(OWN).input_value() == typed
        choose_own(sentence, "two words")  # and back
        assert said(sentence) == "1 word: 0.80 of “two” is left."


def test_of_a_long_text_the_first_sixty_words_are_taken(sentence):
    text = " ".join(f"w{i}" for i in range(200))
    choose_own(sentence, text)
    assert sentence.locator(WORD).count() == 60
    assert f"{0.8**59:.1e}" == "1.9e-06"
    left = "1.9\xa0×\xa010⁻⁶"
    assert said(sentence).startswith(f"The first 60 of 200 words. 59 words: {left} of “w0”")
    choose_own(sentence, " ".join(text.split()[:60]))
    assert said(sentence).startswith("59 words: ")


def test_a_word_without_end_stays_in_its_place(open_page):
    page = open_page(width=360)
    choose_own(page, f"{'long' * 200} word")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_every_control_has_a_name(sentence):
    choose_own(sentence)
    tree = sentence.locator(HERE).aria_snapshot()
    for control in ('group "Sentence"', 'radio "the cat"', 'radio "your own"', 'slider "rate r"',
                    'spinbutton "rate r"', 'textbox "Type, then pick two linked words below."',
                    'toolbar "Your words: pick two that are linked"', 'button "books" [pressed]',
                    'button "my"'):  # fmt: skip
        assert control in tree
    assert "committee met" not in tree  # what is not shown is not read


# ── The address ─────────────────────────────────────────────────────────────


def test_the_sentence_is_in_the_address_and_back_undoes_it(sentence):
    sentence.locator(RADIO.format("hands")).check()
    assert hash_of(sentence) == "#r=0.80&sentence=hands"
    reload(sentence)
    assert said(sentence).startswith("16 words: ")
    sentence.go_back()
    assert said(sentence).startswith("7 words: 0.21 of “cat”")
    assert sentence.evaluate("location.hash") == ""


def test_a_rate_set_here_is_in_the_address_with_all_that_belongs_to_it(sentence):
    sentence.locator(SLIDER).fill("0.93")
    assert hash_of(sentence) == "#r=0.93&k=30"


@pytest.mark.parametrize(
    ("address", "figure"),
    [
        ("#sentence=keys", "fading_sentence"),
        ("#r=0.90&sentence=keys", "fading_sentence"),
        ("#r=0.90&k=12&sentence=keys", "fading_sentence"),
        ("#r=0.90&k=12", "influence_curves"),
        ("#r=0.90&k=12&sentence=keys&scale=log", "influence_curves"),
    ],
)
def test_a_shared_address_opens_at_the_figure_it_speaks_of(open_page, address, figure):
    page = open_page(address)
    page.evaluate(FRAME)
    assert 0 < page.locator(f"#{figure}").bounding_box()["y"] < 400


def test_any_address_gives_a_sentence(sentence):
    for address in ("#sentence=dog", "#sentence=", "#sentence=<b>", "#__proto__=1"):
        go(sentence, "#sentence=keys")
        go(sentence, "")
        go(sentence, address)
        assert said(sentence).startswith("7 words: 0.21 of “cat”"), address


def test_reset_beside_the_curve_leaves_the_sentence(sentence):
    sentence.locator(RADIO.format("keys")).check()
    sentence.locator(SLIDER).fill("0.9")
    sentence.locator("influence-curves button").click()
    assert said(sentence).startswith("4 words: 0.41 of “keys”")
    assert hash_of(sentence) == "#r=0.80&sentence=keys"


# ── The page around it ──────────────────────────────────────────────────────


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_moves_under_the_hand(open_page, width):
    page = open_page(width=width)
    settings = [{"sentence": name, "r": r} for name in (*SENTENCES, "own")
                for r in (0.3, 0.97, 1, 1.2)]  # fmt: skip
    marks = [f"{HERE} .lr-slider", "#fading_sentence figcaption"]
    assert moved(page, HERE, settings, marks) < 1


@pytest.mark.parametrize("address", ["#sentence=hands", "#sentence=own", "#sentence=keys&r=1.2"])
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_shifts_when_a_shared_address_opens(browser, url, width, address):
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.add_init_script(WATCH_SHIFTS)
    page.goto(url + address)
    page.wait_for_function(READY)
    page.evaluate(FRAME)
    assert page.evaluate("shift") < 0.01
    context.close()


def test_in_print_all_sentences_stand_at_the_rate_that_is_set(open_page):
    page = open_page("#r=0.90&sentence=keys")
    page.emulate_media(media="print")
    lines = page.locator(f"{HERE} .lr-left:visible").all_inner_texts()
    assert [line.split(" of ")[0] for line in lines] == [
        f"{data()[name]['gap']} words: {0.9 ** data()[name]['gap']:.2g}" for name in SENTENCES
    ]
    tops = [one.bounding_box()["y"] for one in page.locator(f"{HERE} .lr-words:visible").all()]
    assert tops == sorted(set(tops))
    assert not page.locator(f"{HERE} input:visible").count()


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_axe_finds_nothing_while_a_sentence_is_typed(open_page, axe, scheme, width):
    page = open_page("#r=0.90&k=12", width=width, color_scheme=scheme)
    choose_own(page, "The songs that <b>she</b> wrote were never heard 😀 again — or sung.")
    page.locator(WORD).nth(1).click()
    page.evaluate(axe)
    for second in (None, 5):
        if second:
            page.locator(WORD).nth(second).click()
        found = page.evaluate("axe.run('fading-sentence').then((result) => result.violations)")
        assert [f"{v['id']}: {n['html'][:120]}" for v in found for n in v["nodes"]] == []
