"""`longrange.rates` against exact arithmetic, search and the Jacobians of a run."""

import math
from fractions import Fraction

import numpy as np
import pytest

from longrange import (
    delay_line,
    effective_rate,
    exponents,
    gaussian,
    half_life,
    horizon,
    influence,
    mean_field,
    norms,
    orthogonal,
    run,
)
from longrange.rates import measured_horizon


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


def test_what_no_float_holds_is_zero_or_infinite():
    assert influence([0.5, 2.0], 1e6).tolist() == [0, math.inf]


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


@pytest.mark.parametrize("wrong", ["a", 1j, None, [[1], [2, 3]]])
def test_what_is_no_number_is_named(wrong):
    for name, function in (("r", half_life), ("k", lambda k: influence(0.5, k))):
        with pytest.raises(ValueError, match=f"{name} must hold real numbers, got"):
            function(wrong)


@pytest.mark.parametrize("k", [-1, math.nan, math.inf])
def test_a_lag_out_of_range_is_named(k):
    with pytest.raises(ValueError, match="k must be finite and >= 0 steps"):
        influence(0.5, k)


@pytest.mark.parametrize(
    ("logs", "lags", "message"),
    [
        ([[0, -9]], [1, 2], r"logs must have shape \(K,\) with K >= 1, got \(1, 2\)"),
        ([], [], r"logs must have shape \(K,\) with K >= 1, got \(0,\)"),
        ([0, math.nan], [1, 2], "logs must be finite or -inf, got nan"),
        ([0, -9], [1, 2, 3], r"lags must have shape \(2,\), got \(3,\)"),
        ([0, -9], [2, 2], "lags must rise"),
    ],
)
def test_a_curve_that_is_none_is_named(logs, lags, message):
    with pytest.raises(ValueError, match=message):
        measured_horizon(logs, lags)


def test_a_curve_may_fall_to_nothing():
    assert measured_horizon([0, -np.inf], [3, 4]) == 3


@pytest.mark.parametrize("level", [0, 1, -0.1, 2, math.nan, "a"])
def test_a_level_out_of_range_is_named(level):
    with pytest.raises(ValueError, match="level must lie strictly between 0 and 1"):
        horizon(0.5, level)


def white(*shape):
    return np.random.default_rng(11).normal(0, 0.5, shape)


@pytest.mark.parametrize("gain", [0.3, 0.9, 1.0, 1.1])
def test_the_effective_rate_of_an_orthogonal_linear_network_is_its_gain(gain):
    W = orthogonal(16, gain, seed=0)
    assert effective_rate(W, white(300, 16), activation="linear") == pytest.approx(gain, rel=1e-12)


@pytest.mark.parametrize("gain", [0.8, 2.0])
def test_the_effective_rate_is_e_to_the_first_exponent(gain):
    W, drive = gaussian(16, gain, seed=0), white(400, 16)
    assert effective_rate(W, drive) == np.exp(exponents(W, drive, count=1)[0])
    quick = effective_rate(W, drive, burn_in=5, activation="leaky", leak=0.2)
    options = {"burn_in": 5, "activation": "leaky", "leak": 0.2}
    assert quick == np.exp(exponents(W, drive, count=1, **options)[0])


def test_the_effective_rate_is_the_root_of_the_norm_of_a_long_jacobian():
    W, drive = gaussian(32, 1.5, seed=0), white(2001, 32)
    log = norms(W, run(W, drive), 1900, times=2000, log=True)[0, 0]
    assert effective_rate(W, drive) == pytest.approx(np.exp(log / 1900), rel=0.005)


def test_the_effective_rate_is_less_than_the_gain_and_near_mean_field():
    rate = effective_rate(gaussian(256, 1.5, seed=0), white(400, 256))
    assert rate == pytest.approx(np.exp(mean_field(1.5, 0.5).rate), rel=0.03)
    assert rate < 1.2


def test_the_effective_rate_of_one_unit_is_the_geometric_mean_of_its_slopes():
    drive = white(501, 1)
    slopes = 0.9 * (1 - run([[0.9]], drive)[101:, 0] ** 2)
    expected = math.exp(math.fsum(map(math.log, slopes)) / 400)
    assert effective_rate([[0.9]], drive) == pytest.approx(expected, rel=1e-12)


def test_effective_rates_of_a_batch_and_of_one_sequence():
    W, drive = gaussian(8, seed=0), white(300, 3, 8)
    rates = effective_rate(W, drive)
    assert rates.shape == (3,)
    assert rates[1] == pytest.approx(effective_rate(W, drive[:, 1]), rel=1e-10)
    assert isinstance(effective_rate(W, drive[:, 1]), float)


def test_what_forgets_everything_has_the_effective_rate_zero():
    assert effective_rate(delay_line(5), white(300, 5), activation="linear") == 0


@pytest.mark.parametrize(
    ("W", "drive", "options", "message"),
    [
        (
            np.eye(2),
            white(9, 3),
            {},
            r"drive must have shape \(T, 2\) or .*, got \(9, 3\)",
        ),
        (np.ones((2, 3)), white(9, 3), {}, r"W must be square with N >= 1, got shape \(2, 3\)"),
        (
            np.eye(2),
            white(9, 2),
            {},
            "burn_in must be less than T - 1 = 8, got 100, which it is",
        ),
        (
            np.eye(2),
            white(900, 2),
            {"activation": "gelu"},
            "activation must be one of tanh, linear",
        ),
        (
            np.eye(2),
            white(900, 2),
            {"activation": "leaky", "leak": 2},
            "leak must be at most 1, got 2",
        ),
    ],
)
def test_a_network_that_does_not_fit_is_named(W, drive, options, message):
    with pytest.raises(ValueError, match=message):
        effective_rate(W, drive, **options)


@pytest.mark.parametrize("rate", [0.5, 0.9, 0.99])
def test_a_measured_horizon_is_that_of_the_rate_between_the_lags(rate):
    lags = np.array([1, 2, 5, 10, 50, 500])
    assert measured_horizon(lags * np.log(rate), lags) == pytest.approx(horizon(rate), rel=1e-12)


def test_a_measured_horizon_is_the_last_time_that_a_curve_comes_down():
    logs = np.log([1, 0.005, 1, 0.0001])  # down, up again, and down from 2 on
    assert measured_horizon(logs, [0, 1, 2, 3]) == pytest.approx(2.5, rel=1e-12)


@pytest.mark.parametrize("curve", [[1, 0.5, 0.02], [1, 0.001, 0.5], [0.009, 0.004, 0.001]])
def test_a_curve_that_never_comes_down_through_the_level_has_no_measured_horizon(curve):
    with pytest.raises(ValueError, match=r"no horizon at 0\.01"):
        measured_horizon(np.log(curve), [0, 1, 2])
