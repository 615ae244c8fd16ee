"""Pictures in pages bring no styles: every declaration is an attribute, and none is lost."""

import re
from xml.etree import ElementTree as ET

from explainer.drawing import svg
from explainer.making.files import FIGURES
from explainer.pages.attributes import unstyled

# Attributes of SVG that style sheets know too; others would do nothing.
PRESENTATION = {
    "fill", "fill-opacity", "font-size", "font-weight", "image-rendering", "opacity", "stroke",
    "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin",
    "stroke-opacity", "stroke-width", "text-anchor",
}  # fmt: skip


def test_each_declaration_becomes_an_attribute():
    styled = '<path d="M0 0" style="fill: none; stroke: var(--lr-ink); stroke-width: 0.6" />'
    assert unstyled(styled) == (
        '<path d="M0 0" fill="none" stroke="var(--lr-ink)" stroke-width="0.6" />'
    )
    text = '<text style="font-size: calc(10px * var(--lr-text)); ">a</text><g style=""></g>'
    assert unstyled(text) == '<text font-size="calc(10px * var(--lr-text))">a</text><g></g>'


def test_no_picture_keeps_a_style_or_loses_a_colour():
    for path in FIGURES.glob("*.svg"):
        picture = svg.themed(path.read_text("utf-8"))
        declared = ";".join(re.findall(r'style="([^"]*)"', picture))
        assert set(re.findall(r"([a-z-]+):", declared)) <= PRESENTATION, path.name
        plain = unstyled(picture)
        assert "style=" not in plain
        ET.fromstring(plain.replace("xlink:", ""))  # no attribute stands twice
        assert plain.count("var(--lr-") == picture.count("var(--lr-")
