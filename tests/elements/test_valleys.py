"""`valleys.js` against the figure `two_valleys`."""

import itertools

import numpy as np
import pytest
from javascript import javascript
from scipy.optimize import brentq

from explainer.figures import two_valleys as figure

SETTINGS = [
    {"w": w, "start": start, "push": push}
    for w, start, push in itertools.product(
        (0.5, 1.0, 1.3, 2.0, 3.0), (-1.5, -0.4, 0.0, 0.05, 1.5), (0, 0.5, 1.5)
    )
]


def test_states_and_derivatives_agree_with_python():
    got = javascript(
        """const { MOVES, PUSH, roll } = await import("./valleys.js");
        return { moves: MOVES, push: PUSH, ways: given.map(roll) };""",
        SETTINGS,
    )
    assert got["moves"] == figure.MOVES
    assert figure.MOVES[got["push"]] == figure.MOVES[got["push"] - 1] == figure.PUSHED_AT
    for setting, way in zip(SETTINGS, got["ways"], strict=True):
        states, derivatives = figure.roll(**setting)
        np.testing.assert_allclose(way["states"], states, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(way["derivatives"], derivatives, rtol=1e-9)


def test_the_landscape_agrees_with_python():
    weights = [0.5, 1.0, 2.0, 3.0]
    got = javascript(
        """const { GRID, landscape } = await import("./valleys.js");
        return { grid: GRID, heights: given.map((w) => GRID.map(landscape(w))) };""",
        weights,
    )
    np.testing.assert_allclose(got["grid"], figure.GRID, atol=1e-12)
    for w, heights in zip(weights, got["heights"], strict=True):
        np.testing.assert_allclose(heights, figure.height(w, figure.GRID), atol=1e-9)
        assert (min(heights), max(heights)) == (0, 1)


def test_valleys_are_where_a_step_leads_nowhere():
    weights = [round(0.5 + 0.1 * i, 1) for i in range(26)]
    got = javascript(
        'const { valley } = await import("./valleys.js"); return given.map(valley);', weights
    )
    for w, at in zip(weights, got, strict=True):
        exact = brentq(lambda h, w=w: np.tanh(w * h) - h, 1e-3, 1) if w > 1 else 0
        assert at == pytest.approx(exact, abs=1e-9)
