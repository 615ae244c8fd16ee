"""`longrange.memory` against closed forms, many digits, brute force and simulation."""

import math

import mpmath
import numpy as np
import pytest
import scipy.linalg

from longrange import (
    capacity,
    delay_line,
    estimated_memory,
    fisher_memory,
    gaussian,
    mean_field_recall,
    memory_function,
    orthogonal,
    recall_error,
    recall_readout,
    ring_chain,
    run,
    symmetric,
    triangular,
    with_radius,
)

FAMILIES = {  # d, radius, seed; a delay line has radius 0 and takes it as its link
    "orthogonal": lambda d, r, s: orthogonal(d, r, seed=s),
    "gaussian": lambda d, r, s: with_radius(gaussian(d, seed=s), r),
    "symmetric": lambda d, r, s: symmetric(d, r, seed=s),
    "triangular": lambda d, r, s: triangular(d, r, 0.2, seed=s),
    "ring chain": lambda d, r, _: ring_chain(d, 1.05 * r, r),
    "delay line": lambda d, r, _: delay_line(d, r),
}


def unit(d, seed=0, n=None):
    """Return a random unit vector, or n of them as rows."""
    drawn = np.random.default_rng([seed, 7]).normal(size=(n or 1, d))
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    return drawn if n else drawn[0]


def krylov(W, v, terms):
    columns = [v]
    for _ in range(terms - 1):
        columns.append(W @ columns[-1])
    return np.stack(columns, axis=1)


def by_covariance(W, v, lags, noise):
    """Return m_k and Σ m_k from the covariance of the state: right while the noise is large."""
    covariance = scipy.linalg.solve_discrete_lyapunov(W, np.outer(v, v))
    read = np.linalg.inv(covariance + noise**2 * np.eye(len(v)))
    x = krylov(W, v, max(lags) + 1)[:, lags]
    return np.einsum("ik,ij,jk->k", x, read, x), np.trace(covariance @ read)


def in_many_digits(W, v, lags, noise, digits=60):
    """Return m_k and Σ m_k from the covariance of the state, in numbers of many digits."""
    with mpmath.workdps(digits):
        power = np.array([[mpmath.mpf(x) for x in row] for row in W.tolist()])
        written = np.array([mpmath.mpf(x) for x in v.tolist()])
        step, covariance, columns = power, np.outer(written, written), []
        while max(abs(power).flat) > mpmath.mpf(10) ** (-digits // 2):
            covariance = covariance + power @ covariance @ power.T
            power = power @ power
        for _ in range(max(lags) + 1):
            columns.append(written)
            written = step @ written
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
    assert min(naive, naive_total) > 5e-3


def drawn_networks(count=240):
    """Yield `count` random networks of all families, d = 2...128, radii and noises."""
    rng = np.random.default_rng(0)
    for seed in range(count):
        family = list(FAMILIES)[seed % len(FAMILIES)]
        d = [2, 128][seed // 6] if seed < 12 else int(2 ** rng.uniform(1, 7))
        radius, noise = rng.uniform(0.3, 0.99), 10 ** rng.uniform(-8, 0)
        if seed < 24:
            noise = [1e-8, 1.0][seed // 6 % 2]
        yield family, FAMILIES[family](d, radius, seed), unit(d, seed), radius, noise


def test_memory_adds_up_to_the_capacity_and_never_to_more_than_the_width():
    wide, excess, gap, seen = dict.fromkeys(FAMILIES, 0), -np.inf, 0, []
    for family, W, v, radius, noise in drawn_networks():
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
    assert len(seen) >= 200
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


def test_lags_come_back_in_the_order_asked():
    W, v = gaussian(6, 0.5, seed=0), unit(6)
    whole = memory_function(W, v, range(10), readout_noise=0.1)
    lags = [7, 0, 9, 7]
    np.testing.assert_array_equal(memory_function(W, v, lags, readout_noise=0.1), whole[lags])
    assert memory_function(W, v, 4, readout_noise=0.1) == whole[4]
    options = {"readout_noise": 0.1, "length": 50, "seed": 3}
    # The latest lag says how much is read before: with it, the run is the same.
    estimated = estimated_memory(W, v, range(10), **options)
    np.testing.assert_array_equal(estimated_memory(W, v, lags, **options), estimated[lags])
    assert memory_function(W, v, [], readout_noise=0.1).shape == (0,)
    assert estimated_memory(W, v, [], **options).shape == (0,)


@pytest.mark.parametrize("radius", [0.999, 1 - 1e-6, 1 - 1e-9])
def test_even_a_very_long_past_is_not_cut_off(radius):
    variance = 1 / (1 - radius) / (1 + radius)
    noise = math.sqrt(variance)
    assert capacity([[radius]], [1.0], readout_noise=noise) == pytest.approx(0.5, rel=1e-6)


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
    (W, v), d, length, seeds, lags = SIMULATED[name], 16, 500, 60, np.arange(600)
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
    assert plain.mean() - whole == pytest.approx((600 - whole) * d / length, rel=0.1)


def test_the_bias_of_a_simulation_falls_like_one_over_its_length():
    (W, v), lags = SIMULATED["orthogonal"], np.arange(100)
    whole = memory_function(W, v, lags, readout_noise=0.1).sum()
    biases = []
    for length in (200, 800, 3200):
        totals = simulated(W, v, lags, length, 100).sum(axis=1)
        biases.append(totals.mean() - whole)
        print(f"\n{length} states: bias of Σ m_k {biases[-1]:+.3f}, of Σ m_k = {whole:.2f};"
              f" standard error {totals.std() / 10:.3f}, spread {totals.std():.3f}")  # fmt: skip
        assert abs(biases[-1]) < totals.std()
    assert abs(biases[0]) > 2 * abs(biases[1]) > 3 * abs(biases[2])


def test_the_spread_of_an_estimate_is_that_of_a_correlation():
    """Of n independent pairs, r² has the variance 4 m (1-m)² / n, and 2/n² where m = 0."""
    length, noise, seeds = 400, 0.7, 300
    runs = simulated([[0.0]], [1.0], range(12), length, seeds, noise)
    m = 1 / (1 + noise**2)
    assert runs[:, 0].mean() == pytest.approx(m, abs=4 * runs[:, 0].std() / math.sqrt(seeds))
    assert runs[:, 0].std() == pytest.approx(2 * math.sqrt(m / length) * (1 - m), rel=0.15)
    assert runs[:, 1:].std() == pytest.approx(math.sqrt(2) / length, rel=0.15)
    assert abs(runs[:, 1:].mean()) < 4 * runs[:, 1:].std() / math.sqrt(11 * seeds)


def test_the_run_starts_in_the_stationary_state():
    """There the state is about 70 and the newest input hardly shows; from 0 it would."""
    found = simulated([[0.9999]], [1.0], [0], length=20, seeds=400, noise=1.0)
    assert found.std() < 0.12
    assert abs(found.mean()) < 0.03


def test_an_estimate_depends_on_its_seed_alone():
    W, v = gaussian(5, 0.6, seed=0), unit(5)
    options = {"length": 100, "readout_noise": 0.1}
    first, again, other = (estimated_memory(W, v, [0, 2], seed=s, **options) for s in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).all()


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


RATIOS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4]


@pytest.mark.parametrize("d", [16, 64, 256])
def test_recall_fails_by_what_exceeds_the_width_and_by_no_less(d):
    W, worst = orthogonal(d, seed=d), 0
    for ratio in RATIOS:
        n = int(ratio * d)
        found = recall_error(W, unit(d, seed=n, n=n))
        assert found.shape == (n,)
        worst = max(worst, abs(found.mean() - max(0, 1 - d / n)))
        if n <= d:
            assert (found < 1e-9).all()
        else:
            assert (found > 0).all()
    print(f"\nd={d}: largest deviation of the mean recall error from max(0, 1 - d/n): {worst:.1e}")
    assert worst < 1e-9


@pytest.mark.parametrize("n", [1, 2, 10, 500])
def test_without_turning_one_direction_stores_one_number(n):
    for d in (1, 3):
        writes = np.tile(unit(d), (n, 1))
        np.testing.assert_allclose(recall_error(np.eye(d), writes), 1 - 1 / n, atol=1e-12)
        noisy = recall_error(np.eye(d), writes, noise=0.5)
        np.testing.assert_allclose(noisy, 1 - 1 / (n + 0.25), atol=1e-12)


def test_items_of_one_direction_share_it_and_the_others_are_whole():
    writes = np.array([[1.0, 0, 0], [0, 2, 0], [3, 0, 0], [0, 0, 0]])
    np.testing.assert_allclose(recall_error(np.eye(3), writes), [0.9, 0, 0.1, 1], atol=1e-14)
    noisy = recall_error(np.eye(3), writes, noise=2.0)
    np.testing.assert_allclose(noisy, [13 / 14, 1 / 2, 5 / 14, 1], atol=1e-14)


@pytest.mark.parametrize("noise", [0.0, 1e-9, 0.1, 3.0])
def test_one_item(noise):
    found = recall_error(gaussian(4, 5, seed=0), [[0.0, 3, 0, 4]], noise=noise)
    np.testing.assert_allclose(found, [noise**2 / (25 + noise**2)], rtol=1e-12)
    assert recall_error([[7.0]], [[0.0]], noise=noise) == 1


def arrived(W, writes):
    """Return W^{n-i} b_i as columns, one product a step."""
    columns = []
    for i, b in enumerate(writes):
        for _ in range(len(writes) - 1 - i):
            b = W @ b
        columns.append(b)
    return np.transpose(columns)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("n", [3, 5, 11])
@pytest.mark.parametrize("noise", [0.0, 1e-4, 0.1, 1.0])
def test_recall_error_is_what_the_best_readout_leaves(family, n, noise):
    """A readout a has the error |Aᵀ a - e_i|² + σ² |a|²: a least-squares problem."""
    W, writes = FAMILIES[family](5, 0.9, 4), unit(5, seed=n, n=n)
    stacked = np.vstack([arrived(W, writes).T, noise * np.eye(5)])
    expected = []
    for i in range(n):
        wanted = np.eye(n + 5)[i]
        readout = np.linalg.lstsq(stacked, wanted)[0]
        expected.append(np.sum((stacked @ readout - wanted) ** 2))
    np.testing.assert_allclose(recall_error(W, writes, noise=noise), expected, atol=1e-10)


@pytest.mark.parametrize("noise", [1e-6, 1e-3, 0.2])
def test_recall_error_agrees_with_the_conditional_variance_in_many_digits(noise):
    d, n = 6, 10
    W, writes = orthogonal(d, 0.5, seed=2), unit(d, n=n)
    with mpmath.workdps(50):
        high, columns = mpmath.matrix(W.tolist()), []
        for i in range(n):
            columns.append(high ** (n - 1 - i) * mpmath.matrix(writes[i].tolist()))
        covariance = mpmath.mpf(noise) ** 2 * mpmath.eye(d)
        for a in columns:
            covariance += a * a.T
        expected = [float(1 - (a.T * mpmath.lu_solve(covariance, a))[0]) for a in columns]
    np.testing.assert_allclose(recall_error(W, writes, noise=noise), expected, rtol=1e-7)


@pytest.mark.parametrize("noise", [0.01, 0.3])
def test_reading_a_simulated_network_leaves_the_error_that_is_foretold(noise):
    d, n, runs = 12, 18, 40_000
    W, writes = orthogonal(d, 0.9, seed=0), unit(d, n=n)
    rng = np.random.default_rng(3)
    u = rng.normal(size=(n, runs))
    # The readout is learnt from half of the runs by least squares and tried on the other half.
    h = run(W, u[:, :, None] * writes[:, None], activation="linear")[-1]
    h = h + rng.normal(0, noise, h.shape)
    half = runs // 2
    readout = np.linalg.lstsq(h[:half], u.T[:half])[0]
    squared = (h[half:] @ readout - u.T[half:]) ** 2
    error = squared.std(axis=0) / math.sqrt(half)
    z = (squared.mean(axis=0) - recall_error(W, writes, noise=noise)) / error
    print(
        f"\nnoise {noise}: simulated recall error off by at most {abs(z).max():.1f} standard errors"
    )
    assert abs(z).max() < 4


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("n", [1, 3, 5, 11])
@pytest.mark.parametrize("noise", [0.0, 1e-4, 0.3])
def test_the_readout_leaves_that_error_and_no_readout_near_it_leaves_less(family, n, noise):
    d = 5
    W, writes = FAMILIES[family](d, 0.9, 1), unit(d, seed=2, n=n)
    columns = np.stack(
        [np.linalg.matrix_power(W, n - 1 - i) @ b for i, b in enumerate(writes)], axis=1
    )

    def left(readout):
        missed = np.eye(n) - readout @ columns
        return (missed**2).sum(axis=1) + noise**2 * (readout**2).sum(axis=1)

    readout = recall_readout(W, writes, noise=noise)
    assert readout.shape == (n, d)
    found = left(readout)
    np.testing.assert_allclose(found, recall_error(W, writes, noise=noise), atol=1e-12)
    rng = np.random.default_rng(3)
    for size in (1e-3, 0.1):
        other = left(readout + rng.normal(0, size, readout.shape))
        assert (other > found - 1e-12).all()


@pytest.mark.parametrize("n", [10, 40, 64, 80, 128])
def test_without_noise_decay_moves_the_error_to_the_old_and_adds_none(n):
    d = 64
    writes = unit(d, n=n)
    even, decayed = (recall_error(orthogonal(d, r, seed=0), writes) for r in (1.0, 0.9))
    assert even.sum() == pytest.approx(max(0, n - d), abs=1e-9)
    assert decayed.sum() == pytest.approx(max(0, n - d), abs=1e-9)
    if n > d:
        assert decayed[: n // 4].mean() > 1.5 * even[: n // 4].mean()
        assert decayed[-n // 4 :].mean() < 0.5 * even[-n // 4 :].mean()


def test_with_noise_decay_takes_more_than_it_gives():
    d, shown = 64, []
    for ratio in (0.25, 0.5, 1, 2, 4):
        n = int(ratio * d)
        writes = unit(d, n=n)
        found = [
            recall_error(orthogonal(d, r, seed=0), writes, noise=noise)
            for r, noise in ((1.0, 0.0), (1.0, 0.01), (0.9, 0.0), (0.9, 0.01))
        ]
        shown.append(
            f"n/d = {ratio}: {', '.join(f'{e.mean():.4f}' for e in found)};"
            f" of the oldest item {', '.join(f'{e[0]:.4f}' for e in found)}"
        )
        assert found[3].sum() > found[1].sum() + 1e-6
        assert found[3].sum() > found[2].sum() + 1e-6
    print("\nd=64, mean recall error for r, noise = 1, 0 | 1, 1 % | 0.9, 0 | 0.9, 1 %:")
    print("\n".join(shown))


@pytest.mark.parametrize("n", [8, 20, 50])
def test_recall_error_grows_with_noise_item_by_item_and_with_decay_in_all(n):
    writes = unit(20, n=n)
    by_noise = [recall_error(orthogonal(20, 0.9, seed=0), writes, noise=s)
                for s in (0.0, 1e-4, 0.01, 0.1, 1.0, 100.0)]  # fmt: skip
    assert (np.diff(by_noise, axis=0) >= -1e-13).all()
    assert (by_noise[-1] > 0.99).all()
    by_decay = [recall_error(orthogonal(20, r, seed=0), writes, noise=0.05).sum()
                for r in (1.1, 1.0, 0.99, 0.9, 0.5, 0.1)]  # fmt: skip
    assert (np.diff(by_decay) > 0).all()


def test_recall_depends_only_on_the_ratio_of_noise_to_writes():
    """Even where the square of either leaves the range of a float."""
    W, writes = orthogonal(6, 0.9, seed=0), unit(6, n=9)
    for noise in (0.0, 0.1):
        expected = recall_error(W, writes, noise=noise)
        for size in (1e-200, 1e200):
            found = recall_error(W, size * writes, noise=size * noise)
            np.testing.assert_allclose(found, expected, atol=1e-12)


def test_what_is_below_the_rounding_of_the_largest_counts_as_lost():
    W, writes = np.diag([1.0, 0.1]), np.array([[0, 1.0], *[[0, 0]] * 40, [1.0, 0]])
    found = recall_error(W, writes)
    assert found[0] == 1
    assert found[-1] == 0
    assert (recall_error(np.eye(2), [[0, 1e-13], [1, 0]]) == 0).all()


def test_the_mean_field_of_equal_items_without_noise_is_what_exceeds_the_width():
    for d, n in ((10, 11), (10, 40), (100, 125), (1, 3)):
        found = mean_field_recall(np.full(n, 0.7), d, noise=0)
        np.testing.assert_allclose(found, 1 - d / n, rtol=1e-12)
    assert (mean_field_recall([1.0, 0.5, 1e-200], 3, noise=0) == 0).all()
    assert mean_field_recall([1.0, 0.0, 0.5], 2, noise=0).tolist() == [0, 1, 0]
    assert mean_field_recall([0.0, 0.0], 2, noise=0.1).tolist() == [1, 1]


def test_the_mean_field_of_equal_items_with_noise_solves_a_quadratic_equation():
    """With e = 1/(1 + η): σ² η² + (σ² + n/d - 1) η - 1 = 0, from η σ² + (n/d) η/(1 + η) = 1."""
    for d, n, noise in ((10, 5, 0.3), (10, 10, 0.01), (10, 35, 0.1), (4, 1, 2.0)):
        b = noise**2 + n / d - 1
        eta = (-b + math.sqrt(b * b + 4 * noise**2)) / (2 * noise**2)
        found = mean_field_recall(np.ones(n), d, noise=noise)
        np.testing.assert_allclose(found, 1 / (1 + eta), rtol=1e-9)


@pytest.mark.parametrize("noise", [1e-3, 0.05, 1.0])
@pytest.mark.parametrize(("n", "d", "r"), [(30, 40, 0.95), (80, 40, 0.95), (80, 40, 1.0)])
def test_the_mean_field_takes_up_the_state(n, d, r, noise):
    strengths = r ** np.arange(n)[::-1]
    found = mean_field_recall(strengths, d, noise=noise)
    eta = 1.0
    for _ in range(100_000):
        before, eta = eta, 1 / (noise**2 + (strengths**2 / (1 + strengths**2 * eta)).sum() / d)
        if abs(eta / before - 1) < 1e-15:
            break
    np.testing.assert_allclose(found, 1 / (1 + strengths**2 * eta), rtol=1e-8)
    scaled = mean_field_recall(1e-200 * strengths, d, noise=1e-200 * noise)
    np.testing.assert_allclose(scaled, found, rtol=1e-9)


def test_the_mean_field_bears_extreme_strengths():
    for strengths, d, noise in (([1e200] * 2, 1, 1.0), ([1.0] * 2, 4, 1e-200), ([1.0], 1, 1e200)):
        found = mean_field_recall(strengths, d, noise=noise)
        expected = {1: 0.5, 4: 0.0}[d] if noise < 1e200 else 1.0
        np.testing.assert_allclose(found, expected, atol=1e-12)
    found = mean_field_recall(0.5 ** np.arange(1000), 900, noise=0)
    assert found.sum() == pytest.approx(100, rel=1e-9)
    assert (np.diff(found) >= 0).all()


@pytest.mark.parametrize(("r", "noise"), [(1.0, 0.2), (0.97, 0.02)])
def test_recall_approaches_its_mean_field_as_the_state_grows(r, noise):
    gaps = []
    for d, seeds in ((16, 60), (64, 20), (256, 4)):
        n, factor = int(1.5 * d), r ** (16 / d)  # the same decay over the whole text
        found = [
            recall_error(orthogonal(d, factor, seed=s), unit(d, seed=s, n=n), noise=noise)
            for s in range(seeds)
        ]
        expected = mean_field_recall(factor ** np.arange(n)[::-1], d, noise=noise)
        single = np.sqrt(np.mean((np.array(found) - expected) ** 2))
        mean = np.sqrt(np.mean((np.mean(found, axis=1) - expected.mean()) ** 2))
        gaps.append((single, mean))
        print(f"\nr={r}, noise={noise}, d={d}: rms gap of an item {single:.4f}, of the"
              f" mean {mean:.5f}")  # fmt: skip
    single, mean = np.transpose(gaps)
    assert single[0] > 1.7 * single[1] > 1.7**2 * single[2]
    assert mean[0] > 2 * mean[1] > 4 * mean[2]
    assert mean[2] < 0.002


def test_nothing_passed_is_written_to():
    W, v, writes = 0.5 * orthogonal(4, seed=0), unit(4), unit(4, n=9)
    strengths = np.linspace(0.1, 1, 9)
    for given in (W, v, writes, strengths):
        given.flags.writeable = False
    memory_function(W, v, [0, 3], readout_noise=0.1)[...] = 0
    estimated_memory(W, v, [0, 3], readout_noise=0.1, length=20, seed=0)[...] = 0
    recall_error(W, writes)[...] = 0
    mean_field_recall(strengths, 4, noise=0.1)[...] = 0
    fisher_memory(W, v, noise=1.0)


W3, V3 = 0.5 * np.eye(3), np.ones(3)
OF_A_NETWORK = {
    "memory_function": lambda W, v: memory_function(W, v, [0], readout_noise=0.1),
    "capacity": lambda W, v: capacity(W, v, readout_noise=0.1),
    "estimated_memory": lambda W, v: estimated_memory(
        W, v, [0], length=99, readout_noise=0.1, seed=0
    ),
    "fisher_memory": lambda W, v: fisher_memory(W, v, noise=0.1),
}
BAD_MATRICES = [
    (np.zeros((2, 3)), r"W must be square with N >= 1, got shape \(2, 3\)"),
    (np.zeros((0, 0)), r"W must be square with N >= 1, got shape \(0, 0\)"),
    (0.5, r"W must have shape \(N, N\), got \(\)"),
    (W3 * 1j, r"W must hold real numbers of shape \(N, N\)"),
    (np.full((3, 3), math.nan), r"W must be finite, got nan at \(0, 0\)"),
]


@pytest.mark.parametrize("function", OF_A_NETWORK)
@pytest.mark.parametrize(
    ("W", "v", "message"),
    [
        *((W, V3, message) for W, message in BAD_MATRICES),
        (W3, np.ones(2), r"v must have shape \(3,\), got \(2,\)"),
        (W3, np.ones((3, 1)), r"v must have shape \(3,\), got \(3, 1\)"),
        (W3, 1.0, r"v must have shape \(3,\), got \(\)"),
        (W3, [1, math.inf, 0], r"v must be finite, got inf at \(1,\)"),
        (W3, [1j, 0, 0], r"v must hold real numbers of shape \(3,\)"),
        (W3, None, r"v must hold real numbers of shape \(3,\)"),
    ],
)
def test_a_network_that_does_not_fit_is_named(function, W, v, message):
    with pytest.raises(ValueError, match=message):
        OF_A_NETWORK[function](W, v)


@pytest.mark.parametrize("function", OF_A_NETWORK)
@pytest.mark.parametrize(
    "W",
    [
        [[1.0]], [[-1.0]], [[1.5]], [[1e200]], np.diag([0.5, 1.0]), [[0.0, 1.0], [1.0, 0.0]],
        [[1.0, 1.0], [0.0, 1.0]], orthogonal(8, seed=1), orthogonal(2, seed=0),
        orthogonal(64, 1.01, seed=0), symmetric(8, 1.0, seed=0), ring_chain(5, 1.5, 1.0),
        delay_line(40, 1e9),
    ],
)  # fmt: skip
def test_a_past_that_adds_up_without_end_is_refused(function, W):
    with pytest.raises(ValueError, match="W must have a spectral radius below 1"):
        OF_A_NETWORK[function](W, np.ones(len(W)))


@pytest.mark.parametrize("d", [2, 3, 8, 64])
def test_an_orthogonal_matrix_is_refused_whatever_way_rounding_goes(d):
    for seed in range(12):
        with pytest.raises(ValueError, match="W must have a spectral radius below 1"):
            capacity(orthogonal(d, seed=seed), unit(d), readout_noise=1.0)


@pytest.mark.parametrize("noise", [0, -0.1, math.nan, math.inf, "1", None, 1j, [0.1]])
def test_a_noise_that_is_none_is_named(noise):
    for function in (
        lambda s: memory_function(W3, V3, [0], readout_noise=s),
        lambda s: capacity(W3, V3, readout_noise=s),
        lambda s: estimated_memory(W3, V3, [0], length=9, readout_noise=s, seed=0),
    ):
        with pytest.raises(ValueError, match="readout_noise must be finite and > 0, got"):
            function(noise)
    with pytest.raises(ValueError, match=r"^noise must be finite and > 0, got"):
        fisher_memory(W3, V3, noise=noise)
    if noise != 0:
        for function in (
            lambda s: recall_error(W3, W3, noise=s),
            lambda s: mean_field_recall(V3, 2, noise=s),
        ):
            with pytest.raises(ValueError, match=r"^noise must be finite and >= 0, got"):
                function(noise)


def test_a_noise_that_rounding_hides_is_refused_with_the_least_that_is_not():
    for function in (
        lambda s: memory_function(W3, V3, [0], readout_noise=s),
        lambda s: capacity(W3, V3, readout_noise=s),
        lambda s: estimated_memory(W3, V3, [0], length=9, readout_noise=s, seed=0),
    ):
        with pytest.raises(ValueError, match=r"readout_noise must be at least 1e-15 here, .*1e-17"):
            function(1e-17)
        function(2e-15)
    with pytest.raises(ValueError, match=r"readout_noise must be at least 1e-05 here"):
        capacity(W3, 1e10 * V3, readout_noise=1e-8)


@pytest.mark.parametrize(
    ("lags", "message"),
    [
        ([-1], "lags must be whole, from 0 to 2147483647, got -1"),
        ([0, 0.5], r"lags must be whole, from 0 to 2147483647, got 0\.5"),
        (2**31, "lags must be whole, from 0 to 2147483647, got 2147483648"),
        ([math.nan], r"lags must be finite, got nan at \(0,\)"),
        ([[1, 2]], r"lags must have shape \(K,\) or \(\), got \(1, 2\)"),
        ([1j], r"lags must hold real numbers of shape \(K,\)"),
        (["1"], r"lags must hold real numbers of shape \(K,\)"),
        ([True], "lags must be whole numbers, got a mask"),
    ],
)
def test_lags_that_are_none_are_named(lags, message):
    with pytest.raises(ValueError, match=message):
        memory_function(W3, V3, lags, readout_noise=0.1)
    with pytest.raises(ValueError, match=message):
        estimated_memory(W3, V3, lags, length=9, readout_noise=0.1, seed=0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"length": 3}, "length must be a whole number >= 4, got 3"),
        ({"length": 9.0}, r"length must be a whole number >= 4, got 9\.0"),
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


@pytest.mark.parametrize(
    ("W", "writes", "message"),
    [
        *((W, np.ones((4, 3)), message) for W, message in BAD_MATRICES),
        (W3, np.ones((4, 2)), r"writes must have shape \(n, 3\), got \(4, 2\)"),
        (W3, np.ones(3), r"writes must have shape \(n, 3\), got \(3,\)"),
        (W3, np.ones((1, 4, 3)), r"writes must have shape \(n, 3\), got \(1, 4, 3\)"),
        (W3, np.zeros((0, 3)), "writes must hold at least one item"),
        (W3, [[1, math.nan, 0]], r"writes must be finite, got nan at \(0, 1\)"),
        (W3, [[1j, 0, 0]], r"writes must hold real numbers of shape \(n, 3\)"),
        (W3, None, r"writes must hold real numbers of shape \(n, 3\)"),
        (4 * W3, np.ones((1100, 3)), "what was written overflows"),
    ],
)
def test_what_cannot_be_recalled_is_named(W, writes, message):
    for function in (recall_error, recall_readout):
        with pytest.raises(ValueError, match=message):
            function(W, writes)


@pytest.mark.parametrize(
    ("strengths", "d", "message"),
    [
        ([], 2, "strengths must be >= 0 and at least one"),
        ([1, -0.5], 2, "strengths must be >= 0 and at least one"),
        (1.0, 2, r"strengths must have shape \(n,\), got \(\)"),
        ([[1.0]], 2, r"strengths must have shape \(n,\), got \(1, 1\)"),
        ([1, math.nan], 2, r"strengths must be finite, got nan at \(1,\)"),
        ([1j], 2, r"strengths must hold real numbers of shape \(n,\)"),
        ([1.0], 0, "d must be a whole number >= 1, got 0"),
        ([1.0], 2.0, r"d must be a whole number >= 1, got 2\.0"),
        ([1.0], None, "d must be a whole number >= 1, got None"),
    ],
)
def test_a_mean_field_that_cannot_be_is_named(strengths, d, message):
    with pytest.raises(ValueError, match=message):
        mean_field_recall(strengths, d, noise=0.1)
