"""`longrange.fisher_memory` against closed forms and the covariance written out."""

import math

import numpy as np
import pytest
from small_networks import drawn_networks, krylov, unit

from longrange import (
    delay_line,
    fisher_memory,
    gaussian,
    orthogonal,
    ring_chain,
    symmetric,
    triangular,
    with_radius,
)

NORMAL = {
    "orthogonal": orthogonal(30, 0.9, seed=0),
    "symmetric": symmetric(30, 0.95, seed=0),
    "diagonal": np.diag(np.linspace(-0.99, 0.9, 30)),
    "turning": 0.8 * np.array([[0.6, -0.8], [0.8, 0.6]]),
    "one unit": np.array([[0.7]]),
    "zero": np.zeros((4, 4)),
}


@pytest.mark.parametrize("name", NORMAL)
@pytest.mark.parametrize("noise", [0.01, 1.0, 5.0])
def test_the_fisher_memory_of_a_normal_network_is_that_of_one_unit(name, noise):
    W = NORMAL[name]
    found = fisher_memory(W, unit(len(W)), noise=noise)
    assert found == pytest.approx(1 / noise**2, rel=1e-9)


@pytest.mark.parametrize("d", [1, 2, 10, 100])
def test_the_fisher_memory_of_a_delay_line_is_a_harmonic_number(d):
    """Unit k holds u_{t-k} and k + 1 steps of noise: J_k = 1 / ((k + 1) ε²)."""
    expected = math.fsum(1 / k for k in range(1, d + 1)) / 0.2**2
    assert fisher_memory(delay_line(d), np.eye(d)[0], noise=0.2) == pytest.approx(
        expected, rel=1e-12
    )


@pytest.mark.parametrize("link", [0.5, 1.5, 4.0, 100.0])
def test_a_delay_line_that_amplifies_comes_near_the_bound(link):
    """Unit k has the signal link^k and the noise Σ_{j<=k} link^2j; for strong links all is 1."""
    d = 20
    powers = link ** (2.0 * np.arange(d))
    expected = (powers / np.cumsum(powers)).sum()
    found = fisher_memory(delay_line(d, link), np.eye(d)[0], noise=1.0)
    assert found == pytest.approx(expected, rel=1e-10)
    assert found <= d
    if link == 100:
        assert found > 0.999 * d


NOT_NORMAL = {
    "gaussian": with_radius(gaussian(6, seed=2), 0.9),
    "triangular": triangular(6, 0.8, 2, seed=1),
    "ring chain": ring_chain(6, 1.5, 0.9),
    "delay line": delay_line(6, 1.2),
}


@pytest.mark.parametrize("name", NOT_NORMAL)
def test_fisher_memory_is_the_sum_over_lags_with_the_covariance_written_out(name):
    W, v, noise, terms = NOT_NORMAL[name], unit(6), 0.3, 400
    covariance, power = np.zeros((6, 6)), np.eye(6)
    for _ in range(terms):
        covariance += noise**2 * power @ power.T
        power = W @ power
    x = krylov(W, v, terms)
    expected = np.sum(x * np.linalg.solve(covariance, x))
    assert fisher_memory(W, v, noise=noise) == pytest.approx(expected, rel=1e-9)
    assert expected != pytest.approx(1 / noise**2, rel=0.01)


@pytest.mark.parametrize("name", NOT_NORMAL)
def test_fisher_memory_of_all_directions_is_one_each_so_that_none_exceeds_the_width(name):
    """Summed over a basis of v, J is the trace of C⁻¹ Σ W^k W^kᵀ, hence N/ε² for every W."""
    basis = orthogonal(6, seed=1)
    each = np.array([fisher_memory(NOT_NORMAL[name], v, noise=0.5) for v in basis])
    assert each.sum() == pytest.approx(6 / 0.5**2, rel=1e-10)
    assert (each > 0).all()


def test_the_fisher_memory_does_not_exceed_the_width():
    for family, W, v, _, _ in drawn_networks(48):
        found = fisher_memory(W, v, noise=0.1)
        assert found <= len(W) / 0.1**2 * (1 + 1e-10)
        if family in ("orthogonal", "symmetric"):
            assert found == pytest.approx(1 / 0.1**2, rel=1e-9)


def test_fisher_memory_scales_with_the_power_of_the_writing_over_that_of_the_noise():
    W, v = NOT_NORMAL["gaussian"], unit(6)
    expected = fisher_memory(W, v, noise=1.0)
    assert fisher_memory(W, -3 * v, noise=0.5) == pytest.approx(36 * expected, rel=1e-12)
    for size in (1e-200, 1e200):
        assert fisher_memory(W, size * v, noise=size) == pytest.approx(expected, rel=1e-12)
    assert fisher_memory(W, 0 * v, noise=1.0) == 0
