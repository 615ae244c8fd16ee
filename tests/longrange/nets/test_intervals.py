"""Error bars against the law they claim, on noise whose mean is known."""

import numpy as np
import pytest
import scipy

from longrange.nets import intervals


def autoregressive(phi, steps, sequences, seed):
    """Return noise in which each value keeps `phi` of the one before; its mean is 0."""
    rng = np.random.default_rng(seed)
    start = rng.normal(0, 1 / np.sqrt(1 - phi**2), (1, sequences))
    noise = rng.normal(size=(steps, sequences))
    return scipy.signal.lfilter([1], [1, -phi], noise, axis=0, zi=phi * start)[0]


@pytest.mark.parametrize(
    ("phi", "sequences"), [(0.0, 1), (0.8, 1), (0.8, 3), (0.8, 20), (0.98, 20)]
)
def test_intervals_hold_the_mean_as_often_as_they_say(phi, sequences):
    held = []
    for seed in range(400):
        found = intervals.interval(autoregressive(phi, 600, sequences, seed))
        held.append(found.low <= 0 <= found.high)
    # 95 % of 400 is 380 ± 4.4; blocks of time of a slow noise are not quite independent.
    assert 0.91 <= np.mean(held) <= 0.985, np.mean(held)


@pytest.mark.parametrize(("phi", "sequences"), [(0.0, 1), (0.8, 3), (0.8, 20)])
def test_two_halves_of_one_law_are_told_apart_as_seldom_as_they_say(phi, sequences):
    told, seen = [], []
    for seed in range(400):
        values = autoregressive(phi, 600, sequences, seed)
        found = intervals.change(values[:300], values[300:])
        told.append(not found.low <= 0 <= found.high)
        # A step of one standard deviation of the noise, which sequences of their own do not hide.
        lasting = 100 * np.arange(sequences)
        found = intervals.change(values[:300] + lasting, values[300:] + lasting + 1)
        seen.append(found.low > 0)
    # 5 % of 400 is 20 ± 4.4.
    assert 0.015 <= np.mean(told) <= 0.09, np.mean(told)
    assert np.mean(seen) > 0.8, np.mean(seen)


def test_halves_of_which_nothing_is_known_differ_by_nothing_known():
    for half in (np.zeros((0, 2)), np.full((9, 2), -np.inf)):
        found = intervals.change(half, half)
        assert not found.low > 0
        assert not found.high < 0


def test_treating_every_step_as_independent_would_not_hold():
    """The check above can fail: without groups the interval is far too narrow."""
    held = []
    for seed in range(200):
        values = autoregressive(0.8, 600, 1, seed)[:, 0]
        found = intervals.of_groups(values, "steps")
        held.append(found.low <= 0 <= found.high)
    assert np.mean(held) < 0.7


@pytest.mark.parametrize(
    ("sequences", "over", "groups"),
    [
        (1, "12 blocks of time", 12),
        (2, "6 blocks of time in each of 2 sequences", 12),
        (5, "3 blocks of time in each of 5 sequences", 15),
        (7, "2 blocks of time in each of 7 sequences", 14),
        (8, "8 sequences", 8),
        (30, "30 sequences", 30),
    ],
)
def test_what_it_is_taken_over_is_said(sequences, over, groups):
    values = np.random.default_rng(0).normal(size=(60, sequences, 2))
    found, said = intervals.grouped(values)
    assert (said, found.shape) == (over, (groups, 2))
    np.testing.assert_allclose(found.mean(axis=0), values.mean(axis=(0, 1)), rtol=1e-12)


def test_the_interval_is_students():
    values = np.random.default_rng(1).normal(3, 2, 10)
    found = intervals.of_groups(values, "groups")
    expected = scipy.stats.t.interval(0.95, 9, values.mean(), values.std(ddof=1) / np.sqrt(10))
    np.testing.assert_allclose([found.low, found.high], expected, rtol=1e-12)


def test_what_is_missing_is_left_out_and_one_group_tells_no_error():
    values = np.full((4, 8, 3), np.nan)
    values[:, :, 0] = np.arange(8)
    values[2:, 3, 1] = 5
    found = intervals.interval(values)
    np.testing.assert_array_equal(found.value, [3.5, 5, np.nan])
    np.testing.assert_array_equal(found.low[1:], [-np.inf, np.nan])
    np.testing.assert_array_equal(found.high[1:], [np.inf, np.nan])


def test_the_logarithm_of_nothing_stays():
    values = np.zeros((4, 8, 2))
    values[1, 2, 0] = -np.inf
    found = intervals.interval(values)
    assert [one.tolist() for one in found[:3]] == [[-np.inf, 0], [-np.inf, 0], [-np.inf, 0]]
