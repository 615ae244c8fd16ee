"""`explainer.drawing.paths`, read back by fontTools, which owes nothing to it."""

import numpy as np
import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path

from explainer.drawing.paths import relative


def drawn(data):
    """Return the pen strokes of path data: what is drawn, and where."""
    pen = RecordingPen()
    parse_path(data, pen)
    return [(how, np.array(points).round(6).tolist()) for how, points in pen.value]


@pytest.mark.parametrize(
    "data",
    [
        "M0 0L3 4",
        "M34.6 186.8L34.6 21.3L-5 21.3",
        "M1.5 2.5L1.5 2.5L0.1 0.2",
        "M0 3.5C0.9 3.5 1.8 3.1 2.5 2.5C3.1 1.8 3.5 0.9 3.5 0z",
        "M1 1Q2 3 4 5L6 6",
        "M10 10L20 10L20 20zM30 30L40 45.5z",
    ],
)
def test_the_same_is_drawn(data):
    made = relative(data)
    assert drawn(made) == drawn(data)


def test_rounding_does_not_add_up():
    points = np.cumsum(np.random.default_rng(0).normal(0, 3, (500, 2)), axis=0).round(1)
    data = "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
    made = relative(data)
    assert drawn(made) == drawn(data)
    assert len(made) < 0.8 * len(data)


@pytest.mark.parametrize("data", ["", "M1 2A3 3 0 0 1 4 4", "M1 2L3", "m1 2l3 4"])
def test_what_it_does_not_know_stays(data):
    assert relative(data) == data
