"""`explainer.drawing.svg` on figures made for the purpose."""

import base64
import io
import re
from xml.etree import ElementTree as ET

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from explainer.drawing import svg
from explainer.drawing.palette import LIGHT
from explainer.drawing.style import power_of_ten, px, site_style

mpl.use("agg")


@pytest.fixture
def figure():
    with site_style("probe", wide=True):
        figure, ax = plt.subplots()
        ax.set_gid("main")
        ax.set_yscale("log")
        ax.yaxis.set_major_formatter(power_of_ten)
        ax.set_xlim(0, 10)
        ax.set_ylim(1e-3, 10)
        (line,) = ax.plot([0, 10], [1, 0.01], color=LIGHT["reader"])
        line.set_gid("live")
        ax.set_xlabel("steps, rᵏ")
        yield figure
        plt.close(figure)


def test_text_stays_text_and_the_picture_has_a_name(figure):
    text = svg.render(figure, "probe", "The finding & more.", "What is seen.")
    assert ">steps, rᵏ</text>" in text
    assert '<title id="probe-title">The finding &amp; more.</title>' in text
    assert "<metadata" not in text
    assert 'id="probe-live"' in text


def test_the_same_figure_gives_the_same_bytes(figure):
    assert svg.render(figure, "probe", "a", "b") == svg.render(figure, "probe", "a", "b")


def test_mathtext_is_refused_with_the_remedy(figure):
    figure.axes[0].set_title("$r^k$")
    with pytest.raises(ValueError, match="use Unicode"):
        svg.render(figure, "probe", "a", "b")


def test_stage_maps_data_to_the_drawn_path(figure):
    axes = svg.stage(figure)["axes"]["main"]
    path = re.search(r'id="probe-live">\s*<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)',
                     svg.render(figure, "probe", "a", "b"))  # fmt: skip
    x0, y0, x1, y1 = map(float, path.groups())
    assert axes["y"]["log"]
    assert [x0, x1] == pytest.approx(axes["x"]["range"], abs=0.06)
    bottom, top = axes["y"]["range"]
    assert y0 == pytest.approx(bottom + (top - bottom) * 3 / 4, abs=0.06)  # 1 in 1e-3 … 10
    assert y1 == pytest.approx(bottom + (top - bottom) * 1 / 4, abs=0.06)


def test_an_inlined_picture_follows_the_page(figure):
    page = svg.themed(svg.render(figure, "probe", "Named.", "What is seen."))
    assert "stroke: var(--lr-reader)" in page
    assert not re.search(
        r"#[0-9a-f]{6}\b(?!-)", re.sub(r'(?:id|href)="[^"]*"|url\([^)]*\)', "", page)
    )
    assert 'aria-label="Named."' in page
    assert "<title" not in page  # it would show as a tooltip
    assert 'aria-describedby="probe-desc"' in page
    assert "font-size: 14px" in page
    assert "<style" not in page  # the page has the face


@pytest.mark.parametrize(
    ("value", "text"), [(1, "1"), (10, "10"), (100, "10²"), (1e-6, "10⁻⁶"), (1e12, "10¹²")]
)
def test_powers_of_ten(value, text):
    assert power_of_ten(value) == text


def test_the_style_sheet_of_a_figure_is_its_face_alone_cut_to_its_labels(figure):
    text = svg.render(figure, "probe", "A title.", "A line.")
    (sheet,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert re.sub(r"@font-face\{[^}]*\}", "", sheet).strip() == ""
    (data,) = re.findall(r"base64,([^)\"]+)", sheet)
    points = TTFont(io.BytesIO(base64.b64decode(data))).getBestCmap().keys()
    assert {ord(sign) for sign in "steps, r"} <= points
    assert ord("ß") not in points
    assert 'stroke-linejoin="round"' in text


def test_a_figure_with_bold_labels_brings_both_faces(figure):
    figure.axes[0].set_title("Bold", fontweight="semibold")
    text = svg.render(figure, "probe", "A title.", "A line.")
    assert re.findall(r"font-weight:(\d+)", text) == ["400", "600"]


@pytest.mark.parametrize(("wide", "text", "ticks"), [(True, "14", "13"), (False, "12", "12")])
def test_a_unit_is_a_pixel_and_text_is_as_large_as_the_style_says(wide, text, ticks):
    with site_style("probe", wide):
        figure, ax = plt.subplots(figsize=px(400, 300))
        ax.set_gid("main")
        ax.set_title("a title")
        ax.set_xticks([0, 1], ["low", "high"])
        root = ET.fromstring(svg.render(figure, "probe", "a", "b"))
        assert svg.stage(figure)["size"] == [400, 300]
        plt.close(figure)
    assert (root.get("width"), root.get("height")) == ("400", "300")
    assert [float(v) for v in root.get("viewBox").split()] == [0, 0, 400, 300]
    sizes = {
        one.text: re.search(r"font-size: (\d+)px", one.get("style"))[1]
        for one in root.iter("{http://www.w3.org/2000/svg}text")
    }
    assert sizes["a title"] == text
    assert sizes["low"] == ticks


def test_nothing_is_named_twice_and_every_name_that_is_used_is_there(figure):
    figure.axes[0].plot([1, 2], [1, 2], "o")
    figure.axes[0].plot([1, 2], [2, 1], "s")
    text = svg.render(figure, "probe", "a", "b")
    names = re.findall(r' id="([^"]+)"', text)
    used = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', text))
    assert len(names) == len(set(names))
    assert len(used) > 4
    assert {a or b for a, b in used} <= set(names)


@pytest.mark.parametrize(("colours", "mode"), [("gray", "L"), ("viridis", "RGBA")])
def test_a_picture_keeps_its_colours_and_is_written_as_grey_if_it_is(figure, colours, mode):
    pixels = np.random.default_rng(0).random((16, 16))
    figure.clear()
    figure.add_subplot().imshow(pixels, cmap=colours, vmin=0, vmax=1, interpolation="none")
    text = svg.render(figure, "probe", "a", "b")
    data = re.search(r'data:image/png;base64, ?([^"]+)"', text)[1]
    picture = Image.open(io.BytesIO(base64.b64decode(data)))
    assert picture.mode == mode
    expected = mpl.colormaps[colours](pixels, bytes=True)
    np.testing.assert_array_equal(picture.convert("RGBA"), expected)
