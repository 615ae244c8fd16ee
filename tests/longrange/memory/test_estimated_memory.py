"""`longrange.estimated_memory` against the memory it estimates, and its bias and spread."""

import math

import numpy as np
import pytest
from small_networks import V3, W3, orthogonal, unit

from longrange import (
    delay_line,
    estimated_memory,
    gaussian,
    memory_function,
    symmetric,
    with_radius,
)

SIMULATED = {
    "orthogonal": (orthogonal(16, 0.95, seed=0), unit(16)),
    "gaussian": (with_radius(gaussian(16, seed=0), 0.95), unit(16)),
    "symmetric": (symmetric(16, 0.95, seed=0), unit(16)),
    "delay line": (delay_line(16), np.eye(16)[0]),
}


def simulated(W, v, lags, length, seeds, noise=0.1):
    options = {"length": length, "readout_noise": noise}
    return np.array([estimated_memory(W, v, lags, seed=s, **options) for s in range(seeds)])


@pytest.mark.parametrize("name", SIMULATED)
def test_simulation_finds_the_memory_where_plain_r_squared_has_no_bound(name):
    (W, v), d, length, seeds, lags = SIMULATED[name], 16, 500, 40, np.arange(500)
    exact = memory_function(W, v, lags, readout_noise=0.1)
    runs = simulated(W, v, lags, length, seeds)
    off, error = runs.mean(axis=0) - exact, runs.std(axis=0, ddof=1) / math.sqrt(seeds)
    totals, whole = runs.sum(axis=1), exact.sum()
    plain = (1 - (1 - runs) * (length - d) / length).sum(axis=1)
    print(f"\n{name}: Σ m_k = {whole:.2f}; {seeds} runs of {length} states:"
          f" {totals.mean():.2f}, spread {totals.std(ddof=1):.2f}; from plain R²"
          f" {plain.mean():.2f}; m_k: largest bias {abs(off).max():.4f}, largest spread"
          f" {runs.std(axis=0, ddof=1).max():.4f}")  # fmt: skip
    # States of one run are alike, hence a bias; it is below what the correction takes off.
    assert (off < 4.5 * error).all()
    assert (off > -4.5 * error - d / (length - d) * (1 - exact)).all()
    assert abs(off[exact < 1e-6] / error[exact < 1e-6]).max() < 4.5  # none where nothing is left
    assert abs(totals.mean() - whole) < 0.06 * whole
    assert (plain > d).all()
    assert plain.mean() - whole == pytest.approx((500 - whole) * d / length, rel=0.1)


def test_the_bias_of_a_simulation_falls_like_one_over_its_length():
    W, v, lags = orthogonal(8, 0.95, seed=1), unit(8), np.arange(60)
    whole = memory_function(W, v, lags, readout_noise=0.1).sum()
    biases = []
    for length in (100, 400, 1600):
        totals = simulated(W, v, lags, length, 100).sum(axis=1)
        biases.append(totals.mean() - whole)
        print(f"\n{length} states: bias of Σ m_k {biases[-1]:+.3f}, of Σ m_k = {whole:.2f};"
              f" standard error {totals.std() / 10:.3f}, spread {totals.std():.3f}")  # fmt: skip
        assert abs(biases[-1]) < totals.std()
    assert abs(biases[0]) > 2 * abs(biases[1]) > 3 * abs(biases[2])


def test_the_spread_of_an_estimate_is_that_of_a_correlation():
    """Of n independent pairs, r² has the variance 4 m (1-m)² / n, and 2/n² where m = 0."""
    length, noise, seeds = 400, 0.7, 200
    runs = simulated([[0.0]], [1.0], range(12), length, seeds, noise)
    m = 1 / (1 + noise**2)
    assert runs[:, 0].mean() == pytest.approx(m, abs=4 * runs[:, 0].std() / math.sqrt(seeds))
    assert runs[:, 0].std() == pytest.approx(2 * math.sqrt(m / length) * (1 - m), rel=0.15)
    assert runs[:, 1:].std() == pytest.approx(math.sqrt(2) / length, rel=0.15)
    assert abs(runs[:, 1:].mean()) < 4 * runs[:, 1:].std() / math.sqrt(11 * seeds)


def test_the_run_starts_in_the_stationary_state():
    """There the state is about 70 and the newest input hardly shows; from 0 it would."""
    found = simulated([[0.9999]], [1.0], [0], length=20, seeds=200, noise=1.0)
    assert found.std() < 0.12
    assert abs(found.mean()) < 0.03


def test_an_estimate_depends_on_its_seed_alone():
    W, v = gaussian(5, 0.6, seed=0), unit(5)
    options = {"length": 100, "readout_noise": 0.1}
    first, again, other = (estimated_memory(W, v, [0, 2], seed=s, **options) for s in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"length": 3}, "length must be a whole number >= 4, got 3"),
        ({"length": 9.5}, r"length must be a whole number >= 4, got 9\.5"),
        ({"length": None}, "length must be a whole number >= 4, got None"),
        ({"seed": -1}, "seed must be a whole number >= 0, got -1"),
        ({"seed": None}, "seed must be a whole number >= 0, got None"),
        ({"seed": 1.5}, r"seed must be a whole number >= 0, got 1\.5"),
    ],
)
def test_a_simulation_that_cannot_be_is_named(options, message):
    given = {"length": 9, "readout_noise": 0.1, "seed": 0} | options
    with pytest.raises(ValueError, match=message):
        estimated_memory(W3, V3, [0], **given)
