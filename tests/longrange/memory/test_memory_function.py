"""`longrange.memory_function` and `capacity` against closed forms and many digits."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import scipy.linalg
from small_networks import FAMILIES, drawn_networks, krylov, orthogonal, unit

from longrange import (
    capacity,
    delay_line,
    estimated_memory,
    gaussian,
    memory_function,
    ring_chain,
)


def by_covariance(W, v, lags, noise):
    """Return m_k and Σ m_k from the covariance of the state: right while the noise is large."""
    covariance = scipy.linalg.solve_discrete_lyapunov(W, np.outer(v, v))
    read = np.linalg.inv(covariance + noise**2 * np.eye(len(v)))
    x = krylov(W, v, max(lags) + 1)[:, lags]
    return np.einsum("ik,ij,jk->k", x, read, x), np.trace(covariance @ read)


def in_many_digits(W, v, lags, noise, bits=240):
    """Return m_k and Σ m_k from the covariance of the state, in numbers of many digits.

    Sums and products are of whole multiples of 2^-bits: Python's whole numbers are quick.
    """
    whole = np.vectorize(lambda x: int(Fraction(x) * 2**bits), otypes=[object])
    power, written = whole(W), whole(v)
    step, covariance, columns = power, np.outer(written, written) >> bits, []
    while abs(power).max() > 2 ** (bits // 2):
        covariance = covariance + ((power @ covariance >> bits) @ power.T >> bits)
        power = power @ power >> bits
    for _ in range(max(lags) + 1):
        columns.append(written)
        written = step @ written >> bits
    with mpmath.workprec(bits):
        exact = np.vectorize(lambda x: mpmath.ldexp(int(x), -bits), otypes=[object])
        covariance, columns = exact(covariance), exact(np.array(columns))
        squared = mpmath.mpf(noise) ** 2
        noisy = mpmath.matrix((covariance + squared * np.eye(len(v), dtype=int)).tolist())
        read = np.array(mpmath.inverse(noisy).tolist()).reshape(covariance.shape)
        found = [float(columns[k] @ read @ columns[k]) for k in lags]
        return np.array(found), float(len(v) - squared * np.trace(read))


@pytest.mark.parametrize("link", [0.6, 1.0, 1.3])
@pytest.mark.parametrize("noise", [1e-8, 0.01, 0.5])
def test_a_delay_line_holds_each_input_in_a_unit_of_its_own(link, noise):
    d, v = 7, np.eye(7)[0]
    sizes = link ** np.arange(d)
    expected = np.append(sizes**2 / (sizes**2 + noise**2), np.zeros(5))
    W = delay_line(d, link)
    found = memory_function(W, v, range(12), readout_noise=noise)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert capacity(W, v, readout_noise=noise) == pytest.approx(expected.sum(), rel=1e-12)


@pytest.mark.parametrize("w", [-0.95, 0.0, 0.5, 0.999])
@pytest.mark.parametrize("noise", [1e-6, 0.3, 4.0])
def test_one_unit(w, noise):
    lags = np.arange(20)
    variance = 4 / (1 - w * w)
    found = memory_function([[w]], [2.0], lags, readout_noise=noise)
    expected = 4 * w ** (2.0 * lags) / (variance + noise**2)
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-300)
    total = capacity([[w]], [2.0], readout_noise=noise)
    assert total == pytest.approx(variance / (variance + noise**2), rel=1e-11)


@pytest.mark.parametrize("noise", [1e-7, 0.01, 1.0])
def test_a_turning_state_adds_up_what_comes_round(noise):
    """A ring of equal links is the radius times a permutation: W^k v = r^k e_{k mod d}."""
    d, r, lags = 6, 0.93, np.arange(40)
    variance = r ** (2 * np.arange(d)) / (1 - r ** (2 * d))
    expected = r ** (2 * lags) / (variance + noise**2)[lags % d]
    found = memory_function(ring_chain(d, r, r), np.eye(d)[0], lags, readout_noise=noise)
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_a_diagonal_network_has_a_cauchy_matrix_for_its_covariance():
    rates, v, noise, lags = np.array([0.9, -0.5, 0.2]), np.array([0.6, 0.64, 0.48]), 0.2, range(9)
    covariance = np.outer(v, v) / (1 - np.outer(rates, rates))
    x = v[:, None] * rates[:, None] ** np.array(lags)
    expected = np.sum(x * np.linalg.solve(covariance + noise**2 * np.eye(3), x), axis=0)
    found = memory_function(np.diag(rates), v, lags, readout_noise=noise)
    np.testing.assert_allclose(found, expected, rtol=1e-13)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(("d", "radius", "noise"), [(2, 0.9, 0.3), (5, 0.5, 0.1), (24, 0.97, 0.05)])
def test_memory_is_what_the_covariance_says_where_noise_is_large(family, d, radius, noise):
    W, v, lags = FAMILIES[family](d, radius, 3), unit(d), [0, 1, 2, 5, 11, 40]
    expected, total = by_covariance(W, v, lags, noise)
    found = memory_function(W, v, lags, readout_noise=noise)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
    assert capacity(W, v, readout_noise=noise) == pytest.approx(total, rel=1e-10)


@pytest.mark.parametrize(
    ("family", "d", "radius"),
    [
        ("symmetric", 8, 0.5), ("symmetric", 16, 0.9), ("symmetric", 24, 0.9),
        ("gaussian", 16, 0.5), ("gaussian", 24, 0.5), ("gaussian", 24, 0.9),
        ("triangular", 16, 0.9),
    ],
)  # fmt: skip
def test_memory_is_accurate_where_the_covariance_drowns_in_rounding(family, d, radius):
    noise, lags = 1e-8, [0, 1, 3, 7, 15, 30, 60]
    W, v = FAMILIES[family](d, radius, d), unit(d)
    expected, total = in_many_digits(W, v, lags, noise)
    found = abs(memory_function(W, v, lags, readout_noise=noise) - expected).max()
    found_total = abs(capacity(W, v, readout_noise=noise) - total)
    naive, naive_total = by_covariance(W, v, lags, noise)
    naive, naive_total = abs(naive - expected).max(), abs(naive_total - total)
    condition = np.linalg.cond(krylov(W, v, 300)) ** 2
    print(f"\n{family}, d={d}, radius {radius}: condition number {condition:.0e}, capacity"
          f" {total:.4f}; errors of m_k and capacity: {found:.0e}, {found_total:.0e},"
          f" from the covariance {naive:.0e}, {naive_total:.0e}")  # fmt: skip
    assert condition > 1e15
    assert max(found, found_total) < 1e-8
    # By how much the covariance errs is a matter of its roundings, other ones on each machine.
    assert max(naive, naive_total) > 1e-4


def test_memory_adds_up_to_the_capacity_and_never_to_more_than_the_width():
    wide, excess, gap, seen = dict.fromkeys(FAMILIES, 0), -np.inf, 0, []
    reached = "orthogonal", orthogonal(40, 0.99, seed=0), unit(40), 0.99, 1e-8
    for family, W, v, radius, noise in (*drawn_networks(100), reached):
        d = len(W)
        # Three times what r^k takes to drop far below the noise: triangular W grow at first.
        enough = 3 * (d + int(math.log(1e-4 * noise) / math.log(radius)))
        total = memory_function(W, v, range(enough), readout_noise=noise).sum()
        whole = capacity(W, v, readout_noise=noise)
        excess = max(excess, total / d - 1)
        gap = max(gap, abs(total - whole) / whole)
        if d >= 32:
            wide[family] = max(wide[family], total / d)
        seen.append((d, noise))
    widths, noises = np.transpose(seen)
    shares = ", ".join(f"{family} {share:.6f}" for family, share in wide.items())
    print(f"\n{len(seen)} W, d = {min(widths):.0f}...{max(widths):.0f}, noise {min(noises):.0e}"
          f"...{max(noises):.0e}: largest Σ m_k / d - 1 = {excess:.1e};"
          f" largest gap of Σ m_k and capacity {gap:.1e}, relative\n"
          f"largest Σ m_k / d with d >= 32: {shares}")  # fmt: skip
    assert len(seen) >= 100
    assert excess < 1e-12
    assert gap < 1e-9
    assert wide["orthogonal"] > 0.99  # the width is reached
    assert wide["symmetric"] < 0.8


@pytest.mark.parametrize("family", FAMILIES)
def test_only_the_ratio_of_noise_to_writing_matters(family):
    W, v, lags = FAMILIES[family](12, 0.9, 1), unit(12), range(20)
    expected = memory_function(W, v, lags, readout_noise=0.01)
    whole = capacity(W, v, readout_noise=0.01)
    for factor in (-7.0, 1e-200, 1e200):
        noise = abs(factor) * 0.01
        found = memory_function(W, factor * v, lags, readout_noise=noise)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-15)
        assert capacity(W, factor * v, readout_noise=noise) == pytest.approx(whole, rel=1e-10)


@pytest.mark.parametrize("family", FAMILIES)
def test_memory_does_not_depend_on_the_axes(family):
    W, v, turn = FAMILIES[family](12, 0.9, 1), unit(12), orthogonal(12, seed=5)
    expected = memory_function(W, v, range(20), readout_noise=0.01)
    found = memory_function(turn @ W @ turn.T, turn @ v, range(20), readout_noise=0.01)
    np.testing.assert_allclose(found, expected, atol=1e-11)


@pytest.mark.parametrize("family", FAMILIES)
def test_more_noise_leaves_less_memory_down_to_none(family):
    W, v = FAMILIES[family](12, 0.9, 1), unit(12)
    totals = [capacity(W, v, readout_noise=10.0**k) for k in range(-8, 5)]
    assert (np.diff(totals) < 0).all()
    assert totals[-1] < 1e-6


def test_a_direction_that_is_never_written_holds_nothing():
    W, v = np.diag([0.9, 0.5, 0.8]), np.array([1.0, 0.0, 0.0])
    assert capacity(W, v, readout_noise=1e-8) == pytest.approx(1, rel=1e-12)
    assert capacity(W, np.zeros(3), readout_noise=0.1) == 0
    assert (memory_function(W, np.zeros(3), [0, 4], readout_noise=0.1) == 0).all()


@pytest.mark.parametrize("lag", [4096, 4097, 10**6, 2**31 - 1])
def test_lags_that_no_loop_reaches_are_reached(lag):
    """One unit: m_k = w^2k v² / (v²/(1 - w²) + σ²)."""
    w, noise = 1 - 1e-7, 0.1
    (found, near) = memory_function([[w]], [1.0], [lag, 3], readout_noise=noise)
    whole = 1 / (1 - w * w) + noise**2
    assert found == pytest.approx(math.exp(2 * lag * math.log(w)) / whole, rel=1e-6, abs=1e-300)
    assert near == pytest.approx(w**6 / whole, rel=1e-6)


def test_lags_come_back_in_the_order_asked():
    W, v = gaussian(6, 0.5, seed=0), unit(6)
    whole = memory_function(W, v, range(10), readout_noise=0.1)
    lags = [7, 0, 9, 7]
    some = memory_function(W, v, lags, readout_noise=0.1)
    np.testing.assert_allclose(some, whole[lags], rtol=1e-12)
    assert memory_function(W, v, 4, readout_noise=0.1) == pytest.approx(whole[4], rel=1e-12)
    options = {"readout_noise": 0.1, "length": 50, "seed": 3}
    # The latest lag says how much is read before: with it, the run is the same.
    estimated = estimated_memory(W, v, range(10), **options)
    # A fit to other columns may round otherwise.
    np.testing.assert_allclose(estimated_memory(W, v, lags, **options), estimated[lags], atol=1e-12)
    assert memory_function(W, v, [], readout_noise=0.1).shape == (0,)
    assert estimated_memory(W, v, [], **options).shape == (0,)


@pytest.mark.parametrize("radius", [0.999, 1 - 1e-6, 1 - 1e-9])
def test_even_a_very_long_past_is_not_cut_off(radius):
    variance = 1 / (1 - radius) / (1 + radius)
    noise = math.sqrt(variance)
    assert capacity([[radius]], [1.0], readout_noise=noise) == pytest.approx(0.5, rel=1e-6)
