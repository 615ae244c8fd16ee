"""How long pages are to read, that they say so, and how they open."""

import math
import re

import pytest

from explainer.making.files import ROOT
from explainer.viewing import length as viewed

PAGES = sorted((ROOT / "docs").glob("*.md"))
MOST_WORDS, MOST_SCREENS = 1900, 2  # of the first page
# On others three.
QUESTIONS = {"about": 0, "library": 0, "library_memory": 0, "library_nets": 0, "index": 6}
# The slides show the figures of the other pages, in a file of their own; a worksheet only asks.
WITH_PICTURES = [page for page in PAGES if page.stem not in ("slides", "worksheet")]
MOST_NUMBERS = 3  # in a paragraph of main text


@pytest.fixture(scope="module")
def length(browser, url):
    """Return a function that measures a page once, on a phone."""
    known = {}

    def length(path):
        if path not in known:
            known[path] = viewed.of_page(browser, url + path)
        return known[path]

    return length


def test_the_first_page_reads_in_twelve_minutes_and_shows_something_on_every_other_screen(length):
    found = length("")
    assert found["words"] <= MOST_WORDS
    assert found["gap"] <= MOST_SCREENS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_says_how_long_it_takes(page, length):
    path = "" if page.stem == "index" else f"{page.stem}/"
    (said,) = re.findall(r'class="lr-needs"[^>]*><b>(\d+) minutes?\.</b>', page.read_text("utf-8"))
    # At 200 words a minute, and formulas, figures and questions take time as well.
    least = math.ceil(length(path)["minutes"])
    assert least <= int(said) <= 1.3 * least + 2


@pytest.mark.parametrize("page", WITH_PICTURES, ids=lambda page: page.stem)
def test_a_page_opens_with_its_argument_and_asks(page):
    text = page.read_text("utf-8")
    opening = "fading_sentence" if page.stem == "index" else f"opening_{page.stem}"
    figure = text.index(f"(figures/{opening}.svg)")
    assert figure == min(match.start() for match in re.finditer(r"\(figures/\w+\.svg\)", text))
    assert text.index("\n# ") < figure < text.index('class="lr-needs"') < text.index("\n## ")
    assert text.count("**Question.**") >= QUESTIONS.get(page.stem, 3)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_paragraph_has_three_computed_numbers_at_most(page):
    """More stand in tables, captions and folds."""
    text = re.sub(
        r"<details.*?</details>|\$\$.*?\$\$", "", page.read_text("utf-8"), flags=re.DOTALL
    )
    text = re.sub(r'<div class="lr-summary".*?</div>', "", text, flags=re.DOTALL)
    lines = [line for line in text.split("\n") if not line.startswith(("|", "![", "<", "    -"))]
    assert [line for line in lines if line.count("{{") > MOST_NUMBERS] == []
