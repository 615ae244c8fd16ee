"""A picture of `figures/` becomes a figure, with Python-Markdown alone."""

import json
import re

import markdown
import pytest

from longrange.site.figures import FiguresExtension
from longrange.site.math import MathExtension
from longrange.site.source import PageError


def convert(docs, text):
    options = {"docs": str(docs), "file": "page.md"}
    extensions = ["pymdownx.arithmatex", "md_in_html", FiguresExtension(**options),
                  MathExtension(**options)]  # fmt: skip
    return markdown.markdown(
        text, extensions=extensions, extension_configs={"pymdownx.arithmatex": {"generic": True}}
    )


def test_the_picture_is_in_the_page_in_its_colours_with_a_name(docs):
    html = convert(docs, "Before.\n\n![It falls.](figures/probe.svg)\n\nAfter.")
    assert '<figure class="lr-figure" id="probe">' in html
    assert 'aria-label="It falls."' in html
    assert "stroke: var(--lr-reader)" in html
    assert "--aspect:2.0000" in html
    assert html.startswith("<p>Before.</p>")
    assert html.endswith("<p>After.</p>")


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
    assert "<img" in convert(docs, "In a line ![x](figures/probe.svg) of text.")


def test_an_element_of_that_name_goes_around_the_picture(docs):
    (docs / "elements/probe.html").write_text(
        '<probe-it><!-- stage --><input max="{{ probe.count }}"></probe-it>', "utf-8"
    )
    html = convert(docs, "![x](figures/probe.svg)")
    assert html.index("<probe-it>") < html.index("<svg") < html.index('max="12"')
    stage = re.search(r"<script[^>]*data-stage>(.*?)</script>", html)[1]
    assert json.loads(stage) == {"size": [100, 50], "axes": {}}


def test_an_unknown_figure_fails_with_file_and_line(docs):
    with pytest.raises(PageError) as error:
        convert(docs, "One.\n\n![x](figures/prob.svg)")
    assert error.value.message.startswith("page.md:3: figure 'prob' cannot be read")
    assert error.value.message.endswith("there are probe")


def test_a_bad_token_in_an_element_fails_with_its_file_and_line(docs):
    path = docs / "elements/probe.html"
    path.write_text("<probe-it>\n{{ probe.no }}</probe-it>", "utf-8")
    with pytest.raises(PageError) as error:
        convert(docs, "![x](figures/probe.svg)")
    assert error.value.message.startswith(f"{path.as_posix()}:2: {{{{ probe.no }}}}: probe has no")
