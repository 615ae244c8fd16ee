"""A picture of `figures/` becomes a figure, with Python-Markdown alone."""

import json
import re

import markdown
import pytest
from bs4 import BeautifulSoup

from explainer.pages.extension import PageError
from explainer.pages.figures import FiguresExtension
from explainer.pages.formulas import FormulasExtension


def convert(docs, text):
    options = {"docs": str(docs), "file": "page.md"}
    extensions = ["pymdownx.arithmatex", "md_in_html", FiguresExtension(**options),
                  FormulasExtension(**options)]  # fmt: skip
    return markdown.markdown(
        text, extensions=extensions, extension_configs={"pymdownx.arithmatex": {"generic": True}}
    )


def test_the_picture_is_in_the_page_in_its_colours_with_a_name(docs):
    html = convert(docs, "Before.\n\n![It falls.](figures/probe.svg)\n\nAfter.")
    assert '<figure class="lr-figure" id="probe" style="--width:100px">' in html
    assert 'aria-label="It falls."' in html
    assert 'stroke="var(--lr-reader)"' in html
    assert html.startswith("<p>Before.</p>")
    assert html.endswith("<p>After.</p>")


def test_both_drawings_are_in_the_page_each_with_names_and_room_of_its_own(docs):
    figure = BeautifulSoup(convert(docs, "![x](figures/probe.svg)"), "html.parser").figure
    wide, narrow = figure.find_all("div", class_="lr-stage")
    for stage, kind, prefix, aspect in (
        (wide, "lr-for-wide", "probe", "2.0000"),
        (narrow, "lr-for-narrow", "probe-narrow", "0.5000"),
    ):
        assert kind in stage["class"]
        assert f"--aspect:{aspect}" in stage["style"]
        assert stage.svg["aria-describedby"] == f"{prefix}-desc"
        assert stage.find(id=f"{prefix}-live") is not None
    ids = [one["id"] for one in figure.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert figure.find("style") is None  # the page has the face


def test_the_caption_is_markdown_with_formulas(docs):
    html = convert(
        docs, "![**It falls** like $r^k$ (so\n[the page](page.md) says).](figures/probe.svg)"
    )
    assert "<strong>It falls</strong>" in html
    assert '<a href="page.md">the page</a>' in html
    assert "<math" in html


def test_links_lead_to_data_picture_and_code(docs):
    html = convert(docs, "![x](../figures/probe.svg)")
    links = re.findall(r'<a href="([^"]+)">(\w+)</a>', html)
    assert links == [
        ("../figures/probe.csv", "CSV"),
        ("../figures/probe.json", "JSON"),
        ("../figures/probe.svg", "SVG"),
        ("../figures/probe.png", "PNG"),
        ("../figures/probe.py", "Python"),
    ]


def test_other_pictures_stay_pictures(docs):
    assert "<img" in convert(docs, "![x](photo.svg)")
    assert "<img" in convert(docs, "In a line ![x](pictures/probe.svg) of text.")


def test_an_element_of_that_name_goes_around_the_picture(docs):
    (docs / "elements/probe.html").write_text(
        '<probe-it><!-- stage --><input max="{{ probe.count }}"></probe-it>', "utf-8"
    )
    html = convert(docs, "![x](figures/probe.svg)")
    assert html.index("<probe-it>") < html.index("<svg") < html.index('max="12"')
    stage = re.search(r"<script[^>]*data-stage>(.*?)</script>", html)[1]
    assert json.loads(stage) == {
        "wide": {"size": [100, 50], "axes": {}},
        "narrow": {"size": [40, 80], "axes": {}},
    }


def test_an_unknown_figure_fails_with_file_and_line(docs):
    with pytest.raises(PageError) as error:
        convert(docs, "One.\n\n![x](figures/prob.svg)")
    assert error.value.message.startswith("page.md:3: figure 'prob' cannot be read")
    assert error.value.message.endswith("there are probe")


def test_a_bad_token_in_an_element_fails_with_its_file_and_line(docs):
    path = docs / "elements/probe.html"
    path.write_text("<probe-it><!-- stage -->\n{{ probe.no }}</probe-it>", "utf-8")
    with pytest.raises(PageError) as error:
        convert(docs, "![x](figures/probe.svg)")
    assert error.value.message.startswith(f"{path.as_posix()}:2: {{{{ probe.no }}}}: probe has no")


def test_two_pictures_in_one_paragraph_are_refused(docs):
    with pytest.raises(PageError, match=r"^page\.md:1: a figure is .* alone in its paragraph"):
        convert(docs, "![a](figures/probe.svg)\n![b](figures/probe.svg)")


@pytest.mark.parametrize(
    "text",
    [
        '![a](figures/probe.svg "title")',
        "![](figures/probe.svg)",
        "In a line ![a](figures/probe.svg) of text.",
        "![a](figures/half-life.svg)",
    ],
)
def test_what_is_almost_a_figure_is_refused(docs, text):
    with pytest.raises(PageError, match="alone in its paragraph"):
        convert(docs, text)


def test_the_same_figure_twice_is_refused(docs):
    with pytest.raises(PageError, match="figure 'probe' stands twice"):
        convert(docs, "![a](figures/probe.svg)\n\nText.\n\n![b](figures/probe.svg)")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("svg", ""),
        ("svg", "<svg/>"),
        ("narrow.svg", ""),
        ("json", "{}"),
        ("json", '{"stage": {"wide": {"size": [100, 50]}}}'),
    ],
)
def test_a_broken_file_of_a_figure_is_named(docs, name, text):
    (docs / f"figures/probe.{name}").write_text(text, "utf-8")
    with pytest.raises(PageError, match=r"^page\.md:1: figure 'probe' cannot be read"):
        convert(docs, "![a](figures/probe.svg)")


def test_an_element_without_a_place_for_the_picture_is_refused(docs):
    (docs / "elements/probe.html").write_text("<probe-it></probe-it>", "utf-8")
    with pytest.raises(PageError, match=r"probe\.html: <!-- stage --> is missing"):
        convert(docs, "![a](figures/probe.svg)")


def test_an_element_may_be_the_picture_itself(docs):
    (docs / "elements/probe.html").write_text(
        "<probe-it><!-- no stage -->{{ probe.count }} words</probe-it>", "utf-8"
    )
    html = convert(docs, "![It falls.](figures/probe.svg)")
    assert "<probe-it><!-- no stage -->12 words</probe-it>" in html
    assert "<svg" not in html
    assert "data-stage" not in html
    assert 'href="figures/probe.svg"' in html


def test_a_range_in_its_label_becomes_a_slider_with_a_number_box(docs):
    (docs / "elements/probe.html").write_text(
        '<probe-it><!-- stage --><form><label>rate <i>r</i> <input id="lr-probe" type="range" '
        'name="r" min="0" max="{{ probe.count }}" step="0.01" value="{{ probe.reader.r }}">'
        "</label></form></probe-it>",
        "utf-8",
    )
    html = convert(docs, "![x](figures/probe.svg)")
    assert re.search(r"<form>(.*)</form>", html)[1] == (
        '<div class="lr-slider"><label for="lr-probe">rate <i>r</i></label>'
        '<input id="lr-probe" type="range" name="r" min="0" max="12" step="0.01" value="0.8">'
        '<input type="text" role="spinbutton" aria-label="rate r" aria-valuemin="0" '
        'aria-valuemax="12" aria-valuenow="0.8" inputmode="decimal" autocomplete="off" '
        'name="r" value="0.80"></div>'
    )


def test_a_slider_that_lacks_something_fails_with_file_and_line(docs):
    path = docs / "elements/probe.html"
    path.write_text(
        '<probe-it><!-- stage -->\n<label>r <input type="range" name="r" min="0" max="1" step="1" '
        'value="0"></label></probe-it>',
        "utf-8",
    )
    with pytest.raises(PageError) as error:
        convert(docs, "![x](figures/probe.svg)")
    assert error.value.message == f"{path.as_posix()}:2: a slider without 'id'"
