"""Pictures in pages bring no styles: every declaration is an attribute, and none is lost."""

import base64
import io
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from explainer.drawing import svg
from explainer.making.files import FIGURES
from explainer.pages.attributes import unstyled

# Attributes of SVG that style sheets know too; others would do nothing.
PRESENTATION = {
    "fill", "fill-opacity", "font-size", "font-style", "font-weight", "image-rendering", "opacity",
    "stroke", "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin",
    "stroke-opacity", "stroke-width", "text-anchor",
}  # fmt: skip


def test_each_declaration_becomes_an_attribute():
    styled = '<path d="M0 0" style="fill: none; stroke: var(--lr-ink); stroke-width: 0.6" />'
    assert unstyled(styled) == (
        '<path d="M0 0" fill="none" stroke="var(--lr-ink)" stroke-width="0.6" />'
    )
    text = '<text style="font-size: 14px; ">a</text><g style=""></g>'
    assert unstyled(text) == '<text font-size="14px">a</text><g></g>'


def test_no_picture_keeps_a_style_or_loses_a_colour():
    for path in FIGURES.glob("*.svg"):
        picture = svg.themed(path.read_text("utf-8"))
        declared = ";".join(re.findall(r'style="([^"]*)"', picture))
        assert set(re.findall(r"([a-z-]+):", declared)) <= PRESENTATION, path.name
        plain = unstyled(picture)
        assert ' style="' not in plain
        ET.fromstring(plain.replace("xlink:", ""))  # no attribute stands twice
        assert plain.count("var(--lr-") == picture.count("var(--lr-")
        assert "<image" not in plain


def image(rows, mode="L", size=None):
    pixels = Image.fromarray(np.array(rows, dtype=np.uint8), mode)
    raw = io.BytesIO()
    pixels.save(raw, format="png")
    width, height = size or pixels.size
    data = base64.b64encode(raw.getvalue()).decode()
    return (
        f'<image xlink:href="data:image/png;base64,{data}" id="a-b" width="{width}" '
        f'height="{height}" transform="matrix(2 0 0 2 1 1)" style="image-rendering:pixelated" />'
    )


def test_an_image_becomes_paths_of_its_colours():
    assert unstyled(image([[0, 0, 255], [255, 0, 255]])) == (
        '<g id="a-b" transform="matrix(2 0 0 2 1 1)" shape-rendering="crispEdges">'
        '<path fill="#000000" d="M0 0h2v1h-2zM1 1h1v1h-1z" />'
        '<path fill="#ffffff" d="M2 0h1v1h-1zM0 1h1v1h-1zM2 1h1v1h-1z" /></g>'
    )


@pytest.mark.parametrize(
    "wrong", [image([[0, 0]], size=(20, 10)), image([[[0, 0, 0, 128]]], mode="RGBA")]
)
def test_an_image_that_is_scaled_or_clear_is_refused(wrong):
    with pytest.raises(ValueError, match="opaque"):
        unstyled(wrong)
