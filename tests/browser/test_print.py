"""Pages on paper: with their answers and without, the worksheet, and how full a sheet is."""

import io

import pytest
from pypdf import PdfReader

A4 = {"format": "A4", "margin": dict.fromkeys(("top", "right", "bottom", "left"), "15mm")}
LEAST = 0.25  # of a sheet that another follows
# What only the answers say: to a question, to an exercise, to a guess.
QUESTION = "Tanh keeps each entry between"
EXERCISE = "half an item more"
GUESS = "Half is gone after 3.1 words"


def printed(page, **options):
    """Return the sheets of a page as a reader prints it."""
    return PdfReader(io.BytesIO(page.pdf(**(A4 | options)))).pages


def words(page):
    """Return what a page says on paper."""
    return " ".join(" ".join(sheet.extract_text() for sheet in printed(page)).split())


def control(page):
    """Return what is set at the foot of a page."""
    return page.get_by_role("checkbox", name="Print this page with the answers")


def test_answers_are_printed_unless_the_reader_says_no_by_keys(open_page):
    page = open_page()
    assert control(page).is_checked()
    assert QUESTION in words(page)
    control(page).focus()
    page.keyboard.press("Space")
    without = words(page)
    assert QUESTION not in without
    assert "What can explode?" in without
    assert "It is tempting to add that slopes below 1" in without  # other folds are no answers
    page.keyboard.press("Space")
    assert QUESTION in words(page)
    page.keyboard.press("Space")
    page.reload()  # it is remembered for this visit alone
    assert control(page).is_checked()
    assert page.problems == []


def test_a_guess_is_printed_as_it_stands_on_the_screen_and_never_without_answers(open_page):
    page = open_page()
    assert GUESS not in words(page)
    page.locator("#guess_decay button[name=show]").click()
    assert GUESS in words(page)
    control(page).uncheck()
    without = words(page)
    assert GUESS not in without
    assert "share left" in without  # the grid is there
    page.emulate_media(media="print")
    assert page.locator("#guess_decay-answer-curve").is_hidden()


def test_answers_of_exercises_can_be_left_out_without_javascript_too(open_page):
    page = open_page("bottleneck/", java_script_enabled=False)
    assert EXERCISE in words(page)
    control(page).uncheck()
    assert EXERCISE not in words(page)


def test_a_page_that_asks_nothing_has_nothing_to_choose(open_page):
    assert control(open_page("library/")).count() == 0


def test_the_control_keeps_nobody_out(open_page, axe):
    page = open_page("decay/", width=360, color_scheme="dark")
    page.evaluate(axe)
    assert page.evaluate("axe.run('.lr-print').then((found) => found.violations)") == []
    assert page.locator(".lr-print label").bounding_box()["height"] >= 24
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("scripts", [True, False])
def test_the_worksheet_is_two_sheets_and_the_answers_on_a_third(open_page, scripts, paper):
    page = open_page("worksheet/", java_script_enabled=scripts)
    sheets = printed(page, format=paper)
    one, two, three = (" ".join(sheet.extract_text().split()) for sheet in sheets)
    assert "A word fades" in one
    assert "share left" in one
    assert "A cat comes back" in two
    assert "Answers" in three
    assert "The first is B, the second C, the third A." in three
    for sheet in (one, two):
        assert "Half is gone" not in sheet
        assert "0.8ᵏ" not in sheet  # the label of the curve
        assert "15 minutes" not in sheet
    control(page).uncheck()
    assert len(printed(page, format=paper)) == 2
    assert "The first is B" not in words(page)


def test_folds_go_on_overleaf_and_no_figure_is_blown_up(open_page):
    page = open_page("notebooks/measure_the_decay/")
    page.emulate_media(media="print")
    folds = "[...document.querySelectorAll('details.exact')].map((one) => getComputedStyle(one)"
    assert set(page.evaluate(f"{folds}.breakInside)")) <= {"auto"}
    widths = page.evaluate("""[...document.querySelectorAll(".lr-figure:not([id^=opening])")].map(
      (one) => [one.querySelector(".lr-picture").offsetWidth, parseFloat(
        getComputedStyle(one).getPropertyValue("--width"))])""")
    assert widths
    for shown, drawn in widths:
        assert shown <= drawn


def lowest(sheet):
    """Return how far down a sheet its words go, as a share of it."""
    heights = []

    def visit(text, cm, tm, *_):
        if text.strip():
            heights.append(tm[4] * cm[1] + tm[5] * cm[3] + cm[5])

    sheet.extract_text(visitor_text=visit)
    top = float(sheet.mediabox.height)
    return 1 - min(heights, default=top) / top


@pytest.mark.parametrize("path", ["", "language/", "lab/", "teach/", "worksheet/"])
def test_no_sheet_is_three_quarters_blank(open_page, path):
    *sheets, _ = printed(open_page(path))
    assert sheets
    assert min(map(lowest, sheets)) > LEAST
