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
READ, NEXT = (f"{HERE} [name={name}]" for name in ("read", "next"))
TALLEST = 1.3  # of a full column


def told(r, back, word, moment):
    """Return what is said when `moment` is read, `back` words after `word`."""
    left = float(influence(r, back))
    number = f"×{left:.{3 if left < 2 else 2}g}" if left > 1 else f"{100 * left:.2g} %"
    words = "words" if back > 1 else "word"
    return f"When “{moment}” is read: “{word}”, {back} {words} back, {number}"


def data():
    return json.loads((FIGURES / "fading_sentence.json").read_text("utf-8"))


def said(page):
    page.evaluate(FRAME)
    return plain(page.locator(f"{CHOSEN} .lr-left").inner_text())


def plain(text):
    """Return what is said in one line, with spaces that may be broken."""
    return " ".join(text.split())


def filled(page, part=CHOSEN):
    """Return each word with how long its column is, as a share; None for a word without one."""
    return page.evaluate(
        """(part) => [...document.querySelectorAll(`${part} .lr-words > *`)].map((word) => {
          const [room, bar] = ["::before", "::after"].map((one) => getComputedStyle(word, one));
          const column = parseFloat(getComputedStyle(word).getPropertyValue("--lr-column"));
          const isSeen = bar.content !== "none" && bar.visibility === "visible";
          return [word.textContent, isSeen ? parseFloat(bar.height) / column : null];
        })""",
        part,
    )


def expected(text, chosen, r):
    """Return what `filled` has to be when the word at the place `chosen` is read."""
    return [
        [word, pytest.approx(min(TALLEST, r ** (chosen - i)), abs=2e-3) if i <= chosen else None]
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
    for r in (0.5, 0.8, 0.97, 1.0, 1.01, 1.2):
        go(sentence, f"#r={r}&sentence={name}")
        assert filled(sentence) == expected(kept["text"], kept["places"][1], r)
        found = re.match(r"When “(.+)” is read: “(.+?)”, (\d+) words back, (\S+)( %)?( |$)",
                         said(sentence))  # fmt: skip
        assert [*found.groups()[:2], int(found[3])] == [*kept["linked"][::-1], kept["gap"]]
        number = float(found[4].removeprefix("×")) / (100 if found[5] else 1)
        assert number == pytest.approx(float(influence(r, kept["gap"])), rel=0.05)
        assert found[4].startswith("×") is (r > 1)


def test_above_one_columns_are_torn_off_and_the_first_linked_word_says_how_long(sentence):
    go(sentence, "#r=1.2&sentence=hands")
    labels = sentence.evaluate("""() => [...document.querySelectorAll(
      "[data-sentence=hands] .lr-words > [style]")].map((word) => word.dataset.times ?? null)""")
    last = data()["hands"]["places"][1]
    # 1.2² = 1.44 is the first that is longer than there is room for.
    assert labels == ["×18" if i == 2 else "" if i <= last - 2 else None for i in range(last + 1)]
    label = sentence.evaluate("""() => {
      const word = document.querySelector("[data-sentence=hands] mark");
      const { content, top } = getComputedStyle(word, "::before");
      const column = parseFloat(getComputedStyle(word).getPropertyValue("--lr-column"));
      return [content, (parseFloat(top) - word.offsetHeight) / column];
    }""")
    assert label[0] == '"×18"'
    assert label[1] > TALLEST  # below the column
    go(sentence, "#r=1.01&sentence=hands")
    assert not sentence.locator(f"{CHOSEN} [data-times]").count()


def test_the_trap_is_said_too(open_page):
    page = open_page("#sentence=keys")
    assert said(page) == (
        "When “are” is read: “keys”, 4 words back, 41 % “cabinet”, 1 word back, 80 %"
    )
    assert page.locator(f"{CHOSEN} .lr-trap").inner_text() == "cabinet"


def test_without_javascript_all_sentences_stand_with_their_numbers(open_page):
    page = open_page(java_script_enabled=False)
    kept = data()
    lines = page.locator(f"{HERE} .lr-left:visible").all_inner_texts()
    assert len(lines) == len(SENTENCES)
    for name, line in zip(SENTENCES, lines, strict=True):
        one = kept[name]
        assert plain(line).startswith(told(0.8, one["gap"], *one["linked"]))
        part = f"[data-sentence={name}]"
        assert filled(page, part) == expected(one["text"], one["places"][1], 0.8)
        assert page.locator(f"{part} .lr-words").inner_text() == one["text"]
        assert page.locator(f"{part} mark").all_inner_texts() == one["linked"]
    assert not page.locator(f"{HERE} :is(input, textarea, button):visible").count()


def test_what_python_wrote_is_what_the_page_says_at_first(open_page):
    lines = f"{HERE} .lr-left"
    still = open_page(java_script_enabled=False).locator(lines).all_text_contents()
    assert open_page().locator(lines).all_text_contents() == still


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
        (word) => [rgb(getComputedStyle(word).color), getComputedStyle(word).backgroundImage]);
      return { fill: rgb("var(--lr-fill)"), paper: rgb("var(--lr-paper)"),
        room: rgb("var(--lr-grid)"), ink };
    }""")

    def light(colour):
        parts = [c / 255 for c in colour]
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    def contrast(a, b):
        low, high = sorted((light(a), light(b)))
        return (high + 0.05) / (low + 0.05)

    assert contrast(colours["fill"], colours["room"]) > 1.5
    for ink, behind in colours["ink"]:
        assert contrast(ink, colours["paper"]) >= 4.5
        assert behind == "none"  # columns stand below the letters, never behind them


# ── Read word by word ───────────────────────────────────────────────────────


def test_it_is_read_word_by_word_up_to_the_second_linked_word(sentence):
    one = data()["cat"]
    last = one["places"][1]
    for at in range(last + 1):
        sentence.locator(NEXT).click()
        words = filled(sentence)
        assert words == expected(one["text"], at, 0.8)
        moment = one["text"].split()[at]
        back = at - one["places"][0]
        left = ["not read yet", "just read, 100 %"][back + 1] if back < 1 else None
        assert said(sentence) == (
            f"When “{moment}” is read: “cat”, {left}" if left else told(0.8, back, "cat", moment)
        )
    sentence.locator(NEXT).click()  # at rest, it begins again
    assert filled(sentence) == expected(one["text"], 0, 0.8)
    sentence.locator(RADIO.format("keys")).check()  # and another one is at rest
    assert said(sentence).startswith(told(0.8, 4, "keys", "are"))


def test_arrow_keys_on_the_button_read_on_and_back(sentence):
    record_announcements(sentence, HERE)
    sentence.locator(NEXT).focus()
    for key, moment in (("ArrowLeft", "afternoon"), ("ArrowLeft", "all"), ("Home", "The"),
                        ("ArrowLeft", "The"), ("ArrowRight", "cat"), ("End", "was")):  # fmt: skip
        sentence.keyboard.press(key)
        assert said(sentence).startswith(f"When “{moment}” is read")
    sentence.keyboard.press("Enter")
    assert announced(sentence)[-1] == "When “The” is read: “cat”, not read yet"
    go(sentence, "#r=0.90")  # the moment stays when the rate is moved
    assert said(sentence).startswith("When “The” is read")


def test_it_plays_when_asked_to_pauses_and_ends_where_it_rests(sentence):
    sentence.emulate_media(reduced_motion="no-preference")
    read = sentence.locator(READ)
    rest(sentence, 1100)
    assert said(sentence) == told(0.8, 7, "cat", "was")  # not by itself
    read.click()
    assert said(sentence).startswith("When “The” is read")
    assert read.inner_text() == "Pause"
    sentence.wait_for_function("document.querySelector('.lr-left').textContent.includes('“dog”')")
    read.click()
    assert read.inner_text() == "Read on"
    paused = said(sentence)
    rest(sentence, 1100)
    assert said(sentence) == paused
    read.click()
    sentence.wait_for_function("document.querySelector('[name=read]').textContent === 'Read'")
    assert said(sentence) == told(0.8, 7, "cat", "was")
    assert sentence.evaluate("location.hash") == ""


def test_who_wants_no_motion_has_the_step_alone(sentence):
    assert not sentence.locator(READ).is_visible()
    assert sentence.locator(NEXT).is_visible()


def test_the_readers_own_sentence_is_read_too(sentence):
    choose_own(sentence, "One two three four five")
    sentence.locator(WORD).nth(1).click()
    sentence.locator(WORD).nth(3).click()
    sentence.locator(NEXT).click()
    assert filled(sentence) == expected("One two three four five", 0, 0.8)
    sentence.locator(WORD).nth(4).click()  # another pair is begun: nothing is read
    sentence.locator(NEXT).click()
    assert said(sentence) == "Picked: “five”. Now pick the other word."
    choose_own(sentence, "")
    sentence.locator(NEXT).click()
    assert said(sentence) == "Type two words or more."


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_moves_while_it_is_read(open_page, width):
    page = open_page("#sentence=hands", width=width)
    place = "document.querySelector('fading-sentence .lr-slider').offsetTop"
    before = page.evaluate(place)
    for _ in range(data()["hands"]["places"][1]):
        page.locator(NEXT).click()
        page.evaluate(FRAME)
        assert page.evaluate(place) == before


# ── The rate, shared by the page ────────────────────────────────────────────


def test_the_rate_moves_here_and_elsewhere_together(sentence):
    sentence.locator(RANGE.format("r")).fill("0.9")
    assert said(sentence) == told(0.9, 7, "cat", "was")
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
    assert sentence.locator(SLIDER).get_attribute("aria-valuetext") == (
        "120\xa0% kept per word, r 1.20: doubles every 3.8 words"
    )


@pytest.mark.parametrize(("used", "quiet"), [(SLIDER, "influence-curves"),
                                             (RANGE.format("r"), HERE),
                                             ("scrub-number[name=r]", HERE)])  # fmt: skip
def test_what_is_set_elsewhere_is_not_announced_here(sentence, used, quiet):
    record_announcements(sentence, quiet)
    sentence.locator(used).focus()
    sentence.keyboard.press("ArrowUp")
    assert announced(sentence) == []
    assert said(sentence) == told(0.81, 7, "cat", "was")


def test_the_result_is_announced_once_after_the_movement(sentence):
    record_announcements(sentence, HERE)
    sentence.locator(SLIDER).focus()
    move_often(sentence, HERE, [{"r": 0.8 + n / 100} for n in range(1, 11)])
    assert announced(sentence) == ["When “was” is read: “cat”, 7 words back, 48 %"]
    sentence.locator(RADIO.format("committee")).check()
    assert announced(sentence)[1:] == ["When “It” is read: “committee”, 8 words back, 43 %"]


# ── The reader's own sentence ───────────────────────────────────────────────


def test_it_begins_with_a_sentence_that_has_its_link(sentence):
    choose_own(sentence)
    own = data()["own"]
    assert sentence.locator(OWN).input_value() == own["text"]
    assert pressed(sentence) == own["linked"]
    assert filled(sentence) == expected(own["text"], own["places"][1], 0.8)
    assert said(sentence) == told(0.8, 5, "books", "are")


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
    assert said(sentence) == told(0.8, 3, "Ann", "she")
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
        "When “doors” is read: “open”, 1 word back, 80 %",
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
    assert said(page) == told(0.8, 4, "my", "are")
    box = page.locator(WORD).nth(2).bounding_box()
    assert min(box["width"], box["height"]) >= 24
    assert page.problems == []


ODD = [
    ("", [], "Type two words or more."),
    (" \n ", [], "Type two words or more."),
    ("— …", [], "Type two words or more."),
    ("cat", ["cat"], "Type two words or more."),
    ("  the   cat\n\tsat ", ["the", "cat", "sat"], told(0.8, 2, "the", "sat")),
    ("one — two … three", ["one —", "two …", "three"], told(0.8, 2, "one", "three")),
    ("“Yes,” (she) said!", ["“Yes,”", "(she)", "said!"], told(0.8, 2, "Yes", "said")),
    ("I 😀 you 👩‍👧", ["I", "😀", "you", "👩‍👧"], told(0.8, 3, "I", "👩‍👧")),
    ("猫 と 犬", ["猫", "と", "犬"], told(0.8, 2, "猫", "犬")),
    ("don’t e-mail 3.5 %", ["don’t", "e-mail", "3.5 %"], told(0.8, 2, "don’t", "3.5")),
    (
        "<img src=x onerror=alert(1)> <b>bold</b>",
        ["<img", "src=x", "onerror=alert(1)>", "<b>bold</b>"],
        told(0.8, 3, "<img", "<b>bold</b>"),
    ),
]


def test_odd_input_is_text(sentence):
    for typed, words, line in ODD:
        choose_own(sentence, typed)
        assert sentence.locator(WORD).all_inner_texts() == words
        assert said(sentence) == line
        assert not sentence.locator(f"{HERE} .lr-words :is(img, b)").count()
        assert sentence.locator(OWN).input_value() == typed
        choose_own(sentence, "two words")  # and back
        assert said(sentence) == told(0.8, 1, "two", "words")


def test_of_a_long_text_the_first_sixty_words_are_taken(sentence):
    text = " ".join(f"w{i}" for i in range(200))
    choose_own(sentence, text)
    assert sentence.locator(WORD).count() == 60
    assert f"{0.8**59:.1e}" == "1.9e-06"
    assert said(sentence).startswith(
        "The first 60 of 200 words. When “w59” is read: “w0”, 59 words"
    )
    assert said(sentence).endswith("back, 1.9 × 10⁻⁴ %")
    choose_own(sentence, " ".join(text.split()[:60]))
    assert said(sentence).startswith("When “w59” is read")


def test_a_word_without_end_stays_in_its_place(open_page):
    page = open_page(width=360)
    choose_own(page, f"{'long' * 200} word")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_every_control_has_a_name(sentence):
    choose_own(sentence)
    tree = sentence.locator(HERE).aria_snapshot()
    for control in ('group "Sentence"', 'radio "the cat"', 'radio "your own"',
                    'slider "kept per word: 80 %"',
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
    assert said(sentence).startswith("When “other” is read: “one”, 16 words")
    sentence.go_back()
    assert said(sentence) == told(0.8, 7, "cat", "was")
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
        ("#r=0.90&k=12", "unrolled_network"),
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
        assert said(sentence) == told(0.8, 7, "cat", "was"), address


def test_reset_beside_the_curve_leaves_the_sentence(sentence):
    sentence.locator(RADIO.format("keys")).check()
    sentence.locator(SLIDER).fill("0.9")
    sentence.locator("influence-curves button").click()
    assert said(sentence).startswith(told(0.8, 4, "keys", "are"))
    assert hash_of(sentence) == "#r=0.80&sentence=keys"


# ── The page around it ──────────────────────────────────────────────────────


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_moves_under_the_hand(open_page, width):
    page = open_page(width=width)
    marks = [f"{HERE} .lr-slider", "#fading_sentence figcaption"]
    for name in (*SENTENCES, "own"):  # each has its own room
        settings = [{"sentence": name, "r": r} for r in (0.3, 0.8, 0.97, 1, 1.2)]
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
    for name, line in zip(SENTENCES, lines, strict=True):
        one = data()[name]
        assert plain(line).startswith(told(0.9, one["gap"], *one["linked"]))
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
