"""Statements of mathematics that the pages make without a figure, each checked on its own."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from scipy.linalg import solve_discrete_lyapunov
from scipy.stats import norm as normal
from small_networks import orthogonal as orthogonal_matrix

from longrange import (
    associative,
    capacity,
    estimated_memory,
    exponents,
    gate,
    gradient_by_lag,
    half_life,
    matrices,
    mean_field,
    norms,
    power_norms,
    recall_error,
    recovery_rate,
    run,
)


def slopes_of_product(weight, start, drive, steps):
    """Return h after `steps` and dh/dh_0 of the one-unit net h <- tanh(weight h + drive_t)."""
    h, derivative = start, 1.0
    for t in range(steps):
        h = np.tanh(weight * h + drive[t])
        derivative *= weight * (1 - h**2)
    return h, derivative


def test_the_latch_holds_its_sign_while_its_derivative_vanishes():
    for start in (0.1, -0.1):
        h, derivative = slopes_of_product(2.0, start, np.zeros(60), 60)
        assert np.sign(h) == np.sign(start)
        assert abs(h) > 0.95
        assert abs(derivative) < 1e-30


def test_at_the_edge_tanh_falls_like_k_to_the_minus_three_halves():
    logs = [np.log(slopes_of_product(1.0, 0.9, np.zeros(k), k)[1]) for k in (10_000, 40_000)]
    exponent = (logs[1] - logs[0]) / np.log(4)
    assert exponent == pytest.approx(-1.5, abs=0.01)


def test_at_the_edge_with_input_the_fall_is_exponential():
    drive = np.random.default_rng(0).normal(0, 0.5, 4000)
    logs = [np.log(slopes_of_product(1.0, 0.0, drive, k)[1]) for k in (500, 1000, 1500)]
    rates = np.diff(logs) / 500
    assert (rates < -0.1).all()
    assert rates[0] == pytest.approx(rates[1], rel=0.25)


def test_unequal_slopes_undo_a_cancellation():
    w = np.array([[1.0, -1.0], [1.0, -1.0]])
    assert (w @ w == 0).all()
    for a, b in ((1.0, 0.3), (0.2, 0.9)):
        np.testing.assert_allclose(w @ np.diag([a, b]) @ w, (a - b) * w, atol=1e-15)


def test_three_times_that_matrix_is_chaotic_under_a_constant_input():
    w, drive = 3 * np.array([[1.0, -1.0], [1.0, -1.0]]), np.array([-1.5, -4.5])
    h, tangent, growth = np.array([0.1, 0.2]), np.array([1.0, 0.0]), 0.0
    seen = set()
    for t in range(8000):
        h = np.tanh(w @ h + drive)
        if t == 100:  # past the transient; the first tangent may lie in the null space
            tangent, growth = np.array([0.6, -0.8]), 0.0
        tangent = (1 - h**2) * (w @ tangent)
        growth += np.log(np.linalg.norm(tangent))
        tangent /= np.linalg.norm(tangent)
        seen.add(tuple(np.round(h, 6)))
    assert growth / 7900 > 0.05  # a positive Lyapunov exponent
    assert len(seen) > 1000  # and no short cycle


def test_norm_two_and_radius_zero():
    w = np.array([[0.0, 2.0], [0.0, 0.0]])
    assert np.linalg.norm(w, 2) == 2
    assert max(abs(np.linalg.eigvals(w))) == 0
    assert (w @ w == 0).all()


def test_the_norm_of_a_large_gaussian_matrix_is_about_twice_its_radius():
    d = 300
    for seed in range(3):
        w = np.random.default_rng(seed).normal(0, 1 / np.sqrt(d), (d, d))
        ratio = np.linalg.norm(w, 2) / max(abs(np.linalg.eigvals(w)))
        assert ratio == pytest.approx(2, abs=0.15)


def test_norm_and_radius_agree_for_normal_matrices():
    rng = np.random.default_rng(0)
    a = rng.normal(size=(20, 20))
    for w in (a + a.T, np.linalg.qr(a)[0], a - a.T):
        assert np.linalg.norm(w, 2) == pytest.approx(max(abs(np.linalg.eigvals(w))))


def test_roots_of_the_norms_of_powers_tend_to_the_radius():
    w = np.array([[0.9, 5.0], [0.0, 0.9]])
    gaps = [np.linalg.norm(np.linalg.matrix_power(w, k), 2) ** (1 / k) - 0.9 for k in (1, 100, 800)]
    assert gaps[0] > 1
    assert 0 < gaps[2] < gaps[1] < 0.1


def test_a_product_of_slopes_and_matrices_never_exceeds_the_bound():
    rng = np.random.default_rng(1)
    w = rng.normal(0, 0.5, (8, 8))
    product, bound = np.eye(8), 1.0
    for _ in range(40):
        product = np.diag(rng.uniform(0, 1, 8)) @ w @ product
        bound *= np.linalg.norm(w, 2)
        assert np.linalg.norm(product, 2) <= bound


def test_slopes_times_w_preserve_lengths_for_one_set_of_slopes_only():
    rng = np.random.default_rng(2)
    orthogonal = np.linalg.qr(rng.normal(size=(6, 6)))[0]
    slopes = rng.uniform(0.2, 1, 6)
    w = np.diag(1 / slopes) @ orthogonal  # made for these slopes
    np.testing.assert_allclose(np.linalg.svd(np.diag(slopes) @ w)[1], 1)
    other = slopes * np.array([1, 1, 1, 0.9, 1, 1])
    assert np.linalg.svd(np.diag(other) @ w)[1].min() < 0.95


def test_an_orthogonal_linear_net_returns_d_items_and_no_more():
    rng = np.random.default_rng(3)
    d = 8
    w = np.linalg.qr(rng.normal(size=(d, d)))[0]
    writes = rng.normal(size=(12, d))
    for n in (d - 1, d, d + 1):
        carried = np.array([np.linalg.matrix_power(w, n - 1 - i) @ writes[i] for i in range(n)])
        assert np.linalg.matrix_rank(carried) == min(n, d)


def driven_product(w, std, steps, seed):
    """Return ln‖J‖ over `steps` of the tanh net with white input of standard deviation `std`."""
    rng = np.random.default_rng([seed, 1])  # not the numbers that W was drawn from
    d = len(w)
    h = np.zeros(d)
    product, log_size, slopes = np.eye(d), 0.0, []
    for t in range(100 + steps):
        h = np.tanh(w @ h + rng.normal(0, std, d))
        if t >= 100:
            slopes.append(1 - h**2)
            product = slopes[-1][:, None] * w @ product
            size = np.linalg.norm(product, 2)
            product, log_size = product / size, log_size + np.log(size)
    return log_size, np.sqrt(np.mean(np.square(slopes)))


def test_a_norm_above_one_need_not_explode_and_the_rate_is_gain_times_slope():
    d, gain, steps = 100, 1.2, 200
    for seed in range(3):
        w = np.random.default_rng(seed).normal(0, gain / np.sqrt(d), (d, d))
        assert np.linalg.norm(w, 2) > 2
        log_size, slope = driven_product(w, 0.5, steps, seed)
        assert log_size < -20  # vanished all the same
        assert np.exp(log_size / steps) == pytest.approx(gain * slope, rel=0.08)


def test_noise_moves_the_edge_to_larger_weights():
    d = 100
    w = np.random.default_rng(0).normal(0, 1.6 / np.sqrt(d), (d, d))
    quiet, noisy = (driven_product(w, std, 150, 0)[0] for std in (0.0001, 1.0))
    assert quiet > 0 > noisy


def rate_and_slope(w, drive, burn_in=100):
    """Return the factor per step along one tangent vector, and the root-mean-square slope."""
    h, tangent = np.zeros(len(w)), np.full(len(w), 1 / np.sqrt(len(w)))
    grown, slopes = 0.0, []
    for t, u in enumerate(drive):
        h = np.tanh(w @ h + u)
        tangent = (1 - h**2) * (w @ tangent)
        size = np.linalg.norm(tangent)
        tangent /= size
        if t >= burn_in:
            grown += np.log(size)
            slopes.append(1 - h**2)
    return np.exp(grown / len(slopes)), np.sqrt(np.mean(np.square(slopes)))


def test_gain_times_slope_is_the_rate_for_input_drawn_for_each_unit_and_not_for_common_input():
    """At g = 1.5, s = 3, d = 200: .59 for white input, .24 for common input, gain · slope .6."""
    d, gain = 200, 1.5
    for seed in range(2):
        rng = np.random.default_rng([seed, d])
        w = rng.normal(0, gain / np.sqrt(d), (d, d))
        white, common = rng.normal(0, 3, (600, d)), np.tile(rng.normal(0, 3, (600, 1)), d)
        rate, slope = rate_and_slope(w, white)
        assert rate == pytest.approx(gain * slope, rel=0.05)
        rate, slope = rate_and_slope(w, common)
        assert rate < 0.5 * gain * slope


def test_the_lyapunov_rate_may_depend_on_the_start():
    """The map h ← tanh(2h + 0.2), whose input never changes: .106 from above, .269 below."""
    rates = [exponents([[2.0]], np.full((400, 1), 0.2), h0=[h0])[0] for h0 in (1.0, -1.0)]
    for rate, start in zip(rates, (1.0, -1.0), strict=True):
        h = start
        for _ in range(200):
            h = np.tanh(2 * h + 0.2)
        assert np.exp(rate) == pytest.approx(2 * (1 - h**2), rel=1e-9)
    np.testing.assert_allclose(np.exp(rates), [0.1065, 0.2691], atol=1e-4)


def carried_items(radius, n, d, seed):
    """Return W^(n-1-i) b_i, the trace of item i in the state, for W = radius x orthogonal."""
    rng = np.random.default_rng(seed)
    w = radius * np.linalg.qr(rng.normal(size=(d, d)))[0]
    writes = rng.normal(size=(n, d)) / np.sqrt(d)
    return np.array([np.linalg.matrix_power(w, n - 1 - i) @ writes[i] for i in range(n)])


def test_without_decay_all_items_blur_alike_and_with_decay_the_old_are_lost():
    """Share of each of n = 2d unit-variance items that the best linear readout returns."""
    d, n = 64, 128
    for radius, old_share in ((1.0, 0.5), (0.95, 0.05)):
        carried = carried_items(radius, n, d, seed=4)
        covariance = carried.T @ carried + 1e-9 * np.eye(d)
        kept = np.einsum("id,de,ie->i", carried, np.linalg.inv(covariance), carried)
        assert kept.sum() == pytest.approx(d, rel=0.01)
        assert kept[: n // 2].mean() == pytest.approx(old_share, abs=0.06)


def test_under_noise_decay_leaves_fewer_than_d_to_be_read_back():
    d, noise = 32, 0.01
    for radius, least, most in ((1.0, 30, 32), (0.8, 5, 25)):
        s = np.linalg.svd(carried_items(radius, d, d, seed=5))[1] ** 2
        assert least <= (s / (s + noise**2)).sum() <= most


def test_the_powers_of_a_matrix_of_radius_one_may_grow():
    w = np.array([[1.0, 1.0], [0.0, 1.0]])
    assert max(abs(np.linalg.eigvals(w))) == pytest.approx(1)
    assert np.linalg.norm(np.linalg.matrix_power(w, 50), 2) > 50


def test_a_token_enters_one_factor_further_in():
    """dh_t/dx_{t-k} = J D_{t-k} U, against central differences."""
    rng = np.random.default_rng(6)
    d, k = 4, 5
    w, u = rng.normal(0, 0.6, (d, d)), rng.normal(0, 0.6, (d, d))
    tokens = rng.normal(size=(k + 1, d))

    def run(first):
        states, h = [], np.zeros(d)
        for x in (first, *tokens[1:]):
            h = np.tanh(w @ h + u @ x)
            states.append(h)
        return states

    states = run(tokens[0])
    product = np.eye(d)
    for h in states[1:]:
        product = np.diag(1 - h**2) @ w @ product  # the newest factor on the left
    expected = product @ np.diag(1 - states[0] ** 2) @ u
    step = 1e-6
    for j in range(d):
        shift = step * np.eye(d)[j]
        slope = (run(tokens[0] + shift)[-1] - run(tokens[0] - shift)[-1]) / (2 * step)
        np.testing.assert_allclose(expected[:, j], slope, atol=1e-8)


def test_the_latch_holds_under_noise():
    rng = np.random.default_rng(7)
    h = np.ones(2000)
    for _ in range(1000):
        h = np.tanh(2 * h + 0.3 * rng.normal(size=2000))
    assert (h > 0).mean() > 0.9985


def test_below_norm_one_any_two_pasts_come_nearer_at_each_step():
    """Two starts far apart are drawn together by ‖W‖ per step at least: tanh is 1-Lipschitz."""
    rng = np.random.default_rng(8)
    w = rng.normal(size=(10, 10))
    w *= 0.9 / np.linalg.norm(w, 2)
    a, b = np.full(10, 0.99), np.full(10, -0.99)
    gap = np.linalg.norm(a - b)
    for k in range(1, 60):
        x = rng.normal(size=10)
        a, b = np.tanh(w @ a + x), np.tanh(w @ b + x)
        assert np.linalg.norm(a - b) <= 0.9**k * gap


def test_below_norm_one_nothing_need_be_lost_without_noise():
    """The unit that halves has norm ½ and returns 500 of 500 bits, in exact fractions."""
    bits = np.random.default_rng(9).integers(0, 2, 500).tolist()
    h = Fraction(0)
    for bit in bits:
        h = (h + bit) / 2
    back = []
    for _ in bits:
        h *= 2
        back.append(int(h >= 1))
        h -= back[-1]
    assert back[::-1] == bits
    # With tanh, too: the images of the two maps tanh(h/2 ± c) of (-1, 1) are apart from c = ½ on,
    # so the sign of h tells the newest bit, and the map can be undone.
    for c, apart in ((0.4, False), (0.51, True), (1.0, True)):
        assert (np.tanh(c - 0.5) > np.tanh(0.5 - c)) == apart
    signs, h = 1 - 2 * np.array(bits[:12]), 0.0
    for sign in signs:
        h = np.tanh(h / 2 + sign)
    for sign in signs[::-1]:
        assert np.sign(h) == sign
        h = 2 * (np.arctanh(h) - sign)


def test_below_norm_one_steady_noise_takes_the_memory_whatever_reads_it():
    """The best of all guesses of a bit k steps back, from a reading with noise of a fixed size."""
    noise = 0.01
    for k, least, most in ((1, 0.999, 1), (20, 0.5, 0.5001)):
        gap = Fraction(1, 2) ** k  # two pasts that differ in that bit alone, for the halving unit
        right = normal.cdf(float(gap) / (2 * noise))
        assert least <= right <= most


def test_below_norm_one_rounding_alone_may_hold_a_sign_for_ever():
    """So the page says noise, not rounding: to the nearest whole number, 0.9 · 4 is 4 again."""
    for start, rest in ((100, 4), (-100, -4)):
        h = start
        for _ in range(100):
            h = round(Fraction(9, 10) * h)
        assert h == rest


def test_a_latch_that_holds_over_16_noisy_steps_need_not_hold_over_256():
    """The latch of the page at noise 0.5; by the exact density of what it adds up, on a grid."""
    y, step = np.linspace(-5, 5, 801, retstep=True)
    start = 0.9575  # where it rests
    inner = 2 * np.array([*np.tanh(y), start])
    kernel = normal.pdf(y[:, None], inner, 0.5) * step
    density, held = kernel[:, -1], {}
    for k in range(1, 1001):
        if k in (16, 256, 1000):
            held[k] = density[y > 0].sum() + density[y == 0].sum() / 2
        density = kernel[:, :-1] @ density
    assert held[16] > 0.98  # so it holds over 16,
    assert held[256] < 0.8  # and not over 256
    assert held[1000] < 0.57
    rng, h = np.random.default_rng(10), np.full(2000, start)
    for k in range(1, 257):
        h = np.tanh(2 * h + 0.5 * rng.normal(size=2000))
        if k in held:
            assert (h > 0).mean() == pytest.approx(held[k], abs=0.03)


# ── Wall one, measured ──────────────────────────────────────────────────────


def test_eigenvalues_of_the_ring_chain_are_fragile_and_its_powers_are_not():
    w = matrices.ring_chain(64, 1.1, 0.9)
    moved = w.copy()
    moved[0, -1] += 1e-3
    assert (abs(np.linalg.eigvals(moved)) > 0.98).all()
    lags = range(1, 60)
    np.testing.assert_allclose(power_norms(moved, lags), power_norms(w, lags), rtol=1e-3)


def test_stronger_input_lowers_the_mean_field_rate_by_larger_sums():
    for gain in (0.5, 1, 2, 3):
        found = [mean_field(gain, s) for s in np.linspace(0, 2, 9)]
        assert (np.diff([one.q for one in found]) > 0).all()
        assert (np.diff([one.rate for one in found]) < 0).all()


def test_with_a_loss_at_every_word_short_lags_weigh_more():
    w = orthogonal_matrix(16, seed=0)
    rng = np.random.default_rng(1)
    states = run(w, rng.normal(size=(60, 16)), activation="linear")
    losses = rng.normal(size=states.shape)
    shares = []
    for loss in (losses[-1], losses):
        sizes = np.linalg.norm(gradient_by_lag(w, states, loss, activation="linear"), axis=(1, 2))
        shares.append(sizes[:10].sum() / sizes.sum())
    assert shares[1] > shares[0]


def test_a_gradient_that_is_cut_is_that_of_a_state_from_nowhere():
    """By finite differences: the state before the last ten steps is held, as if it were given."""
    d, steps, kept, small = 5, 30, 10, 1e-6
    w, drive = (
        matrices.gaussian(d, 1.5, seed=0),
        np.random.default_rng(1).normal(0, 0.5, (steps, d)),
    )
    look = np.random.default_rng(2).normal(size=d)
    states = run(w, drive)
    parts = gradient_by_lag(w, states, look)
    for first, expected in ((0, parts.sum(axis=0)), (steps - kept, parts[:kept].sum(axis=0))):
        before = states[first - 1] if first else np.zeros(d)
        found = np.empty((d, d))
        for i in np.ndindex(d, d):
            change = np.zeros((d, d))
            change[i] = small
            ends = [run(w + sign * change, drive[first:], h0=before)[-1] for sign in (1, -1)]
            found[i] = look @ (ends[0] - ends[1]) / (2 * small)
        assert found == pytest.approx(expected, rel=1e-4, abs=1e-6)


def test_a_matrix_of_radius_one_half_whose_powers_stay_above_one_for_ten_steps():
    lags = np.arange(1, 11)
    for corner, stay in ((51.2, True), (45.0, False)):
        w = np.array([[0.5, corner], [0, 0.5]])
        assert (power_norms(w, lags) > 1).all() == stay
        assert power_norms(w, [30])[0] < 1


def test_one_unit_latches_if_and_only_if_its_weight_is_above_one():
    for weight in (0.5, 1.0, 1.01, 2.0):
        h = run([[weight]], np.zeros((4000, 1)), h0=[0.9])[-1, 0]
        assert (h > 0.1) == (weight > 1)


def test_even_weak_noise_makes_the_fall_at_weight_one_exponential():
    drive = np.random.default_rng(2).normal(0, 0.05, (12_000, 1))
    halves = [exponents([[1.0]], part)[0] for part in (drive[:6000], drive[6000:])]
    assert max(halves) < -0.01
    assert halves[0] == pytest.approx(halves[1], rel=0.3)


def test_a_product_with_slopes_may_fall_below_the_power_of_the_radius():
    w = matrices.gaussian(64, 0.8, seed=0)
    states = run(w, np.random.default_rng([0, 1]).normal(0, 0.5, (200, 64)))
    logs = norms(w, states, [60], times=[150, 199], log=True)
    assert (logs < 60 * np.log(matrices.spectral_radius(w)) - 5).all()


def test_no_network_beats_the_count_with_a_linear_readout():
    d, n, samples = 6, 15, 20_000
    rng = np.random.default_rng(0)
    items = rng.normal(size=(n, samples))
    writes = rng.normal(0, 0.5, (n, d))
    drive = items[:, :, None] * writes[:, None]
    for w in (orthogonal_matrix(d, seed=0), matrices.gaussian(d, 1.5, seed=1)):
        for activation in ("tanh", "linear"):
            state = run(w, drive, activation=activation)[-1]
            answers = state @ np.linalg.lstsq(state, items.T, rcond=None)[0]
            error = ((items.T - answers) ** 2).mean()
            # A fit to these samples is a little better than the best readout: by about d/samples.
            assert error > (1 - d / n) * (1 - 0.01)
            if activation == "linear":
                assert error == pytest.approx(1 - d / n, rel=0.02)


def least_error(items, state):
    """Return the mean error over items (n, samples) of the best readout of state (d, samples)."""
    answers = items @ np.linalg.pinv(state) @ state
    return ((items - answers) ** 2).mean()


def test_uncorrelated_items_obey_the_count_though_all_come_from_one_number():
    angle = 2 * np.pi * np.arange(4096) / 4096
    n, d = 20, 5
    items = np.stack([np.sqrt(2) * np.cos(j * angle) for j in range(1, n + 1)])
    np.testing.assert_allclose(items @ items.T / angle.size, np.eye(n), atol=1e-12)
    cosines = np.stack([np.cos(j * angle) for j in range(1, d + 1)])
    assert least_error(items, cosines) == pytest.approx(1 - d / n)
    for state in (np.random.default_rng(0).normal(size=(d, n)) @ items, np.tanh(items[:d])):
        assert least_error(items, state) > 1 - d / n - 1e-9


def test_correlated_items_lose_at_least_the_small_eigenvalues():
    rng = np.random.default_rng(1)
    n, d, m = 12, 4, 3
    mixed = rng.normal(size=(n, n)) @ rng.normal(size=(n, 5000))
    below = np.linalg.eigvalsh(mixed @ mixed.T / 5000)[: n - d].sum() / n
    for _ in range(5):
        state = np.tanh(0.1 * rng.normal(size=(d, n)) @ mixed)
        assert least_error(mixed, state) > below
    few = rng.normal(size=(n, m)) @ rng.normal(size=(m, 5000))
    assert least_error(few, rng.normal(size=(d, n)) @ few) < 1e-18


def test_bits_beyond_the_width_come_back_by_a_readout_that_is_not_linear():
    """14 bits from 8 noisy numbers, by trying all messages; linearly, 3/7 would be lost."""
    rng = np.random.default_rng(2)
    d, n = 8, 14
    writes = random_writes(d, n, 3).T
    messages = 1 - 2 * (np.arange(2**n)[:, None] >> np.arange(n) & 1)
    states = messages @ writes.T
    for sent in rng.integers(0, 2**n, 200):
        read = states[sent] + rng.normal(0, 0.05, d)
        assert np.argmin(((states - read) ** 2).sum(axis=1)) == sent


def test_rates_near_one_hold_little_if_they_are_real_and_much_if_they_turn():
    d, noise = 64, 0.01
    rates = np.linspace(0.99, 0.999, d)
    v = np.ones(d) / np.sqrt(d)
    real = capacity(np.diag(rates), v, readout_noise=noise)
    angles = np.random.default_rng(0).uniform(0, np.pi, d // 2)
    turning = np.zeros((d, d))
    for i, (rate, angle) in enumerate(zip(rates[::2], angles, strict=True)):
        cos, sin = rate * np.cos(angle), rate * np.sin(angle)
        turning[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = [[cos, -sin], [sin, cos]]
    assert real < 8
    assert capacity(turning, v, readout_noise=noise) > 40


@pytest.mark.parametrize(("r", "d", "error"), [(0.9, 64, 0.379), (0.99, 256, 0.00027)])
def test_with_a_direction_for_each_item_it_does_not_matter_whether_the_state_turns(r, d, error):
    """64 items, noise 0.01: W = r I and W = r Q lose the same; in one direction they do not."""
    n, noise = 64, 0.01
    own = random_writes(d, n, 10)
    still, turning = (r * w for w in (np.eye(d), orthogonal_matrix(d, seed=0)))
    for w in (still, turning):
        assert recall_error(w, own, noise=noise).mean() == pytest.approx(error, rel=0.05)
    one = np.tile(own[:1], (n, 1))
    assert recall_error(still, one, noise=noise).mean() > 0.98  # one of 64 numbers is left
    assert recall_error(turning, one, noise=noise).mean() < max(1.1 * error, 0.001)


def test_noise_in_the_state_of_an_orthogonal_network_acts_as_readout_noise():
    d, r, noise = 12, 0.9, 0.05
    w = orthogonal_matrix(d, r, seed=0)
    v = random_writes(d, 1, 1)[0]
    signal = solve_discrete_lyapunov(w, np.outer(v, v))
    carried = solve_discrete_lyapunov(w, noise**2 * np.eye(d))
    np.testing.assert_allclose(carried, noise**2 / (1 - r**2) * np.eye(d), atol=1e-12)
    held = np.trace(np.linalg.solve(signal + carried, signal))
    read = noise / np.sqrt(1 - r**2)
    assert capacity(w, v, readout_noise=read) == pytest.approx(held, abs=1e-9)


def random_writes(d, n, seed):
    writes = np.random.default_rng(seed).normal(size=(n, d))
    return writes / np.linalg.norm(writes, axis=1, keepdims=True)


@pytest.mark.parametrize(("r", "noise"), [(0.9, 0.01), (0.97, 0.1), (1.0, 0.3)])
def test_items_and_noise_fill_the_state(r, noise):
    """η σ² + Σ (1 - e_i) / d = 1, and e_i is what is left when item i is taken out of B."""
    d, n = 12, 30
    w, writes = r * orthogonal_matrix(d, seed=3), random_writes(d, n, 4)
    columns = np.stack([np.linalg.matrix_power(w, n - 1 - i) @ b for i, b in enumerate(writes)])
    errors = recall_error(w, writes, noise=noise)
    b = columns.T @ columns + noise**2 * np.eye(d)
    eta = np.trace(np.linalg.inv(b)) / d
    assert eta * noise**2 + (1 - errors).sum() / d == pytest.approx(1, abs=1e-9)
    for i, a in enumerate(columns):
        without = np.linalg.inv(b - np.outer(a, a))
        assert errors[i] == pytest.approx(1 / (1 + a @ without @ a), rel=1e-6)


@pytest.mark.parametrize("d", [4, 16, 64])
def test_what_is_held_is_below_the_width_and_below_the_horizon(d):
    for r, noise in ((0.9, 0.01), (0.95, 0.1), (0.7, 0.001)):
        kept = r ** (2.0 * np.arange(5000))
        bound = (kept / (kept + noise**2)).sum()
        # The sum as an integral from k = -1/2; half an item past the horizon for small noise.
        assert bound == pytest.approx(0.5 - np.log1p(noise**-2) / (2 * np.log(r)), abs=0.01)
        if noise <= 0.01:
            assert bound == pytest.approx(np.log(noise) / np.log(r) + 0.5, abs=0.01)
        n = 200
        for writes in (random_writes(d, n, 5), np.eye(d)[np.arange(n) % d]):
            for w in (orthogonal_matrix(d, seed=6), np.eye(d)):
                held = (1 - recall_error(r * w, writes, noise=noise)).sum()
                assert held < min(d, bound) + 1e-9


def confusable(a, b):
    """Whether two states may be read as the same: each of five values as itself or the next."""
    return all((x - y) % 5 in (0, 1, 4) for x, y in zip(a, b, strict=True))


def most_told_apart(states):
    """Return how many of the states can be told apart with certainty, by trying all."""
    if not states:
        return 0
    first, *others = states
    taken = 1 + most_told_apart([one for one in others if not confusable(first, one)])
    return taken if taken > len(others) else max(taken, most_told_apart(others))


def test_bits_that_one_entry_tells_for_certain_do_not_bound_what_two_tell():
    """Shannon's pentagon: two of five values can be told apart, and five pairs of them."""
    one, two = (most_told_apart(list(product(range(5), repeat=entries))) for entries in (1, 2))
    certain = np.log2(one)
    assert certain == 1  # p, if it meant the bits that can be read from each entry,
    assert two == 5 > 2 ** (2 * certain)  # and the bound 2^dp would fail
    # With p for the values that an entry takes it holds, and with p for its capacity under noise
    # that makes each value the next one half of the time, log2 5 - 1 bits, as well.
    for p in (np.log2(5), np.log2(5) - 1):
        assert np.log2(one) <= p
        assert np.log2(two) <= 2 * p


def test_with_little_noise_the_capacity_is_the_rank_of_what_is_written():
    w = np.diag([0.9, 0.9, 0.5, -0.3])
    for v, rank in (([1.0, 1, 1, 1], 3), ([1.0, 0, 0, 0], 1), ([1.0, -1, 1, 0], 2)):
        assert capacity(w, v, readout_noise=1e-7) == pytest.approx(rank, abs=1e-6)


def test_plain_r_squared_adds_up_to_more_than_the_width():
    d, steps, noise = 32, 400, 0.01
    w, v = orthogonal_matrix(d, 0.95, seed=0), np.ones(d) / np.sqrt(d)
    lags = np.arange(300)
    adjusted = estimated_memory(w, v, lags, length=steps, readout_noise=noise, seed=0)
    plain = 1 - (1 - adjusted) * (steps - d) / steps
    assert plain.sum() > d > adjusted.sum()
    late = lags > 150
    assert plain[late].mean() == pytest.approx(d / steps, rel=0.2)


@pytest.mark.parametrize(("name", "digits"), [("bfloat16", 8), ("float16", 11)])
def test_a_message_comes_back_if_its_ones_lie_within_the_significand(name, digits):
    """Only those of ones alone come back as well: rounded up to 1, which reads as ones."""
    for bits in range(1, 17):
        spans = [1 if span == 1 else 2 ** (span - 2) for span in range(1, bits + 1)]
        fit = 1 + sum((bits - i) * n for i, n in enumerate(spans[:digits]))
        assert recovery_rate(name, bits) * 2**bits == fit + (bits > digits)


def test_one_more_unit_of_forget_bias_multiplies_the_reach_by_e():
    for bias in (3, 5, 8):
        assert half_life(gate(bias + 1)) / half_life(gate(bias)) == pytest.approx(np.e, rel=0.03)
        # The e-fold reach is e^b + 1/2, but for what falls like e^-b.
        reach = half_life(gate(bias)) / np.log(2)
        assert reach == pytest.approx(np.exp(bias) + 0.5, abs=0.1 * np.exp(-bias) + 1e-8)


def test_a_chrono_bias_forgets_one_part_in_t():
    for t in (2, 30, 1000):
        assert gate(np.log(t - 1)) == pytest.approx(1 - 1 / t, rel=1e-14)
        left = gate(np.log(t - 1)) ** t
        assert left == pytest.approx(1 / np.e, abs=0.4 / t)


def test_gates_that_move_keep_less_on_average_than_one_at_their_mean():
    """The logarithm of σ is concave, so averaging it falls below it at the mean."""
    x, step = np.linspace(-12, 12, 4001, retstep=True)
    density = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi) * step
    for bias in (0, 1, 3, 5):
        for std in (0.5, 2.0):
            assert density @ np.log(gate(bias + std * x)) < np.log(gate(bias))


def test_a_random_lstm_of_bias_five_grows_by_thousandths_a_step_in_the_long_run():
    """By the distance of two runs, brought back to 1e-7 at each step; not by 1.011 a step."""
    d, steps, apart = 64, 2200, 1e-7

    def step(w, u, state):
        h, c = state
        i, f, g, o = (w @ h + u).reshape(4, d)
        c = gate(f + 5) * c + gate(i) * np.tanh(g)
        return np.array([gate(o) * np.tanh(c), c])

    for seed in range(2):
        rng = np.random.default_rng([seed, 1])
        w = np.random.default_rng(seed).uniform(-1, 1, (4 * d, d)) / np.sqrt(d)
        state, grown = np.zeros((2, d)), 0.0
        other = state + apart * np.ones((2, d)) / np.sqrt(2 * d)
        for t in range(steps):
            u = rng.normal(0, 0.5, 4 * d)
            state, other = step(w, u, state), step(w, u, other)
            distance = np.linalg.norm(other - state)
            other = state + (other - state) * apart / distance
            grown += np.log(distance / apart) * (t >= 200)
        assert 1.0005 < np.exp(grown / (steps - 200)) < 1.007


@pytest.mark.parametrize(("d", "share"), [(64, 0.0945), (256, 0.0619), (1024, 0.0251)])
def test_words_of_a_matrix_memory_are_half_right_at_a_share_of_its_entries_that_falls(d, share):
    """Out of 256 words. d²/(2 ln m) would be .0902 d² at each width."""
    words = 256
    below, above = (associative.outer_product_accuracy(round(by * share * d**2), d, words)
                    for by in (0.98, 1.02))  # fmt: skip
    assert below > 0.5 > above
    if d > 64:
        wrong = associative.outer_product_accuracy(round(d**2 / (2 * np.log(words))), d, words)
        assert wrong < 0.4
    # Where words are many beside d, the rule of thumb is right within a fifth.
    many = 10**5
    n = round(d**2 / (2 * np.log(many)))
    if d <= 256:
        assert associative.outer_product_accuracy(round(0.8 * n), d, many) > 0.5
        assert associative.outer_product_accuracy(round(1.2 * n), d, many) < 0.5


def test_at_as_many_numbers_as_words_a_matrix_memory_names_a_third_where_half_was_promised():
    """Simulated: d = 256, m = 256, n = d²/(2 ln m); as the theory of the library says."""
    d, words = 256, 256
    n = round(d**2 / (2 * np.log(words)))
    keys, vocabulary = random_writes(d, n, 0), random_writes(d, words, 1)
    right = np.random.default_rng(2).integers(0, words, n)
    memory = associative.outer_product_memory(keys, vocabulary[right])
    found = associative.recall_accuracy(keys @ memory.T, right, vocabulary)
    assert found == pytest.approx(associative.outer_product_accuracy(n, d, words), abs=0.03)
    assert found < 0.4
