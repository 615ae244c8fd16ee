"""The palette can be read: contrast by the formula of WCAG 2.1, in both schemes."""

import pytest

from explainer.drawing.palette import PALETTE


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_formula_on_its_known_ends():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [n for n in PALETTE if n not in ("paper", "grid")])
def test_every_colour_is_legible_as_text(name, scheme):
    paper = getattr(PALETTE["paper"], scheme)
    assert contrast(getattr(PALETTE[name], scheme), paper) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_two_concepts_share_a_colour(scheme):
    colours = [getattr(colour, scheme) for colour in PALETTE.values()]
    assert len(set(colours)) == len(colours)
