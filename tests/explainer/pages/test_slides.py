"""`![3 minutes](figures/stem.svg)` becomes a slide: its title is taken, its setting is checked."""

import pytest
from bs4 import BeautifulSoup

from explainer.pages.extension import PageError
from explainer.pages.slides import as_set

CONTROLS = """<probe-it><!-- stage --><form class="lr-controls">
<label>rate <input id="r" type="range" name="r" min="0.5" max="1" step="0.05" value="0.8"></label>
<label><input type="radio" name="scale" value="linear" checked> linear</label>
<label><input type="radio" name="scale" value="log"> log</label>
<input type="hidden" name="own" value="" data-pattern="[a-z~]*"></form></probe-it>"""
SLIDE = "![3 minutes](figures/probe.svg)\n\n**Ask:** Why?\n\nSay this.\n\nAnd this."


@pytest.fixture
def shown(docs):
    """Have a page that shows the figure, with a finding, and an element with controls."""
    caption = "**It falls\nlike $r^k$, to {{ probe.count }}.** How it was drawn."
    text = f"![**Not this.** x](figures/other.svg)\n\n![{caption}](figures/probe.svg)\n"
    (docs / "shows.md").write_text(text, "utf-8")
    (docs / "elements/probe.html").write_text(CONTROLS, "utf-8")


def slides(html):
    return BeautifulSoup(html, "html.parser").find_all("section", class_="lr-slide")


@pytest.mark.usefixtures("shown")
def test_a_slide_has_the_finding_of_its_figure_its_minutes_and_what_is_said(convert):
    (slide,) = slides(convert(f"Before.\n\n{SLIDE}\n\n## After\n\nText."))
    finding, station, *notes = slide.find_all("p")
    for shown_twice in finding.find_all(class_="katex-html"):
        shown_twice.decompose()
    assert finding.strong.text.startswith("It falls like ")
    assert finding.strong.text.endswith(", to 12.")
    assert finding.math is not None
    assert station.text == "3 minutes · the figure · the slide"
    assert [a["href"] for a in station.find_all("a")] == [
        "shows.md#probe",
        "deck.html#/slide-1",
    ]
    assert [note.text for note in notes] == ["Ask: Why?", "Say this.", "And this."]
    assert (slide["data-figure"], slide["data-minutes"]) == ("probe", "3")
    assert slide.find("svg") is None


@pytest.mark.usefixtures("shown")
def test_a_slide_ends_where_the_next_begins(convert, docs):
    for suffix in ("svg", "narrow.svg", "json"):
        text = (docs / f"figures/probe.{suffix}").read_text("utf-8")
        (docs / f"figures/other.{suffix}").write_text(text.replace("probe", "other"), "utf-8")
    found = slides(
        convert(f"{SLIDE}\n\n![1 minute](figures/other.svg)\n\n**Ask:** No?\n\nAt last.")
    )
    assert [slide["id"] for slide in found] == ["slide-1", "slide-2"]
    assert [slide.find_all("p")[-1].text for slide in found] == ["And this.", "At last."]
    assert found[1].find("p").strong.text == "Not this."


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (f"One.\n\n{SLIDE}".replace("probe", "prob"), 3, "no page shows a figure 'prob'"),
        ("![3 minutes](figures/probe.svg)", 1, "below slide 'probe' stands first **Ask:**"),
        ("![3 minutes](figures/probe.svg)\n\n## Next", 1, "slide 'probe' stands first **Ask:**"),
        ("![3 minutes](figures/probe.svg)\n\nSay.\n\nSay.", 1, "'probe' stands first **Ask:**"),
        ("![3 minutes](figures/probe.svg)\n\n**Ask:** Why?", 1, "stands first **Ask:**, then"),
        (f"{SLIDE}\n\n{SLIDE}", 9, "figure 'probe' has two slides"),
        ("\n\n![3 minutes](figures/probe.svg)\nSay.", 3, "a slide is alone in its paragraph"),
        (
            SLIDE.replace(".svg", ".svg#q=1"),
            1,
            "figure 'probe': there is no 'q' to set",
        ),
        (SLIDE.replace(".svg", ".svg#r=2"), 1, "r goes from 0.5 to 1 in steps of 0.05"),
        (SLIDE.replace(".svg", ".svg#r=0.81"), 1, "not to 0.81"),
        (SLIDE.replace(".svg", ".svg#scale=log"), 1, "figure 'probe' has more to set: r"),
        (SLIDE.replace(".svg", ".svg#r=nan"), 1, "'nan' is no number"),
        (SLIDE.replace(".svg", ".svg#r=inf"), 1, "'inf' is no number"),
        (SLIDE.replace(".svg", ".svg#scale=cubic"), 1, "scale is one of linear, log"),
    ],
)
def test_what_is_wrong_with_a_slide_is_told_with_file_and_line(convert, text, line, told):
    with pytest.raises(PageError) as error:
        convert(text)
    assert error.value.message.startswith(f"page.md:{line}: ")
    assert told in error.value.message


@pytest.mark.usefixtures("shown")
def test_another_page_has_a_table_of_the_slides(convert, docs):
    second = "![1 minute](figures/probe.svg#r=0.9)\n\n**Ask:** *Who?*\n\nSay."
    (docs / "slides.md").write_text(f"# Slides\n\n{SLIDE}\n\n{second}\n", "utf-8")
    made = BeautifulSoup(convert("Before.\n\n<!-- slides -->\n\nAfter."), "html.parser")
    rows = [row.select("td") for row in made.select("tbody tr")]
    assert [[cell.text for cell in (row[0], row[2])] for row in rows] == [
        ["3", "Why?"],
        ["1", "Who?"],
    ]
    assert [row[1].a["href"] for row in rows] == ["shows.md#probe", "shows.md#r=0.9"]
    assert rows[0][1].a.get_text().startswith("It falls like")
    assert made.find_all("p")[-1].text == "After."


def test_a_figure_without_a_finding_is_no_slide(convert, docs):
    (docs / "shows.md").write_text("![Just a picture.](figures/probe.svg)", "utf-8")
    with pytest.raises(PageError, match=r"page\.md:1: no page shows a figure 'probe' with a find"):
        convert(SLIDE)


def test_controls_are_set_and_nothing_else_changes():
    html = as_set(CONTROLS, "r=0.95&scale=log&own=a~b")
    slider, linear, log, own = BeautifulSoup(html, "html.parser").find_all("input")
    assert slider["value"] == "0.95"
    assert not linear.has_attr("checked")
    assert log.has_attr("checked")
    assert own["value"] == "a~b"
    assert as_set(CONTROLS, "") == CONTROLS
    back = as_set(html, "r=0.8&scale=linear&own=")
    assert BeautifulSoup(back, "html.parser") == BeautifulSoup(CONTROLS, "html.parser")
