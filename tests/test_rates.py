"""`longrange.rates` against exact arithmetic and against search."""

import math
from fractions import Fraction

import numpy as np
import pytest

from longrange import half_life, horizon, influence


@pytest.mark.parametrize(("r", "k"), [("4/5", 30), ("4/5", 7), ("3/10", 60), ("6/5", 60), ("1", 9)])
def test_influence_is_the_exact_power(r, k):
    exact = Fraction(r) ** k
    assert influence(float(Fraction(r)), k) == pytest.approx(float(exact), rel=1e-13)


def test_known_values():
    assert influence(0.8, 30) == pytest.approx(1.23794e-3, rel=1e-5)
    assert horizon(0.9) == pytest.approx(43.7087, abs=1e-4)


def test_influence_is_the_derivative_of_a_linear_recurrence():
    r, k, step = 0.83, 25, 1e-6

    def run(h):
        for j in range(k):
            h = r * h + math.sin(j)
        return h

    assert influence(r, k) == pytest.approx((run(step) - run(-step)) / (2 * step), rel=1e-7)


@pytest.mark.parametrize("r", [0.3, 0.5, 0.8, 0.97, 0.999])
@pytest.mark.parametrize("level", [0.5, 0.01, 1e-6])
def test_horizon_is_where_a_search_finds_the_level(r, level):
    low, high = 0.0, 1e6
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if r**middle > level else (low, middle)
    assert horizon(r, level) == pytest.approx(low, rel=1e-9)


def test_half_life_halves():
    assert influence(0.8, 2 * half_life(0.8)) == pytest.approx(0.25)


def test_nothing_is_lost_at_one_or_above():
    assert np.isinf(horizon([1.0, 1.2])).all()


def test_arrays_broadcast():
    table = influence(np.array([[0.5], [0.9]]), np.arange(4))
    assert table.shape == (2, 4)
    assert table[1, 3] == pytest.approx(0.9**3)
    assert horizon([0.5, 1.1]).shape == (2,)


@pytest.mark.parametrize("r", [0, -0.5, math.nan, math.inf, [0.5, -1]])
def test_a_rate_out_of_range_is_named(r):
    for function in (lambda: influence(r, 1), lambda: horizon(r), lambda: half_life(r)):
        with pytest.raises(ValueError, match=r"r must be finite and > 0 per step, got"):
            function()


@pytest.mark.parametrize("k", [-1, math.nan, math.inf])
def test_a_lag_out_of_range_is_named(k):
    with pytest.raises(ValueError, match="k must be finite and >= 0 steps"):
        influence(0.5, k)


@pytest.mark.parametrize("level", [0, 1, -0.1, 2, math.nan])
def test_a_level_out_of_range_is_named(level):
    with pytest.raises(ValueError, match="level must lie strictly between 0 and 1"):
        horizon(0.5, level)
