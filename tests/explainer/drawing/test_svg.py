"""`explainer.drawing.svg` on figures made for the purpose."""

import base64
import io
import re

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from explainer.drawing import svg
from explainer.drawing.palette import LIGHT
from explainer.drawing.style import power_of_ten, site_style

mpl.use("agg")


@pytest.fixture
def figure():
    with site_style("probe"):
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
    assert "calc(10.5px * var(--lr-text))" in page


@pytest.mark.parametrize(
    ("value", "text"), [(1, "1"), (10, "10"), (100, "10²"), (1e-6, "10⁻⁶"), (1e12, "10¹²")]
)
def test_powers_of_ten(value, text):
    assert power_of_ten(value) == text


def test_a_figure_brings_no_style_sheet_into_the_page(figure):
    text = svg.render(figure, "probe", "A title.", "A line.")
    assert "<style" not in text
    assert 'stroke-linejoin="round"' in text


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
