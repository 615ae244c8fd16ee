"""`longrange.jacobian` against complex steps, differences and many digits."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from small_networks import orthogonal

from longrange import (
    delay_line,
    gaussian,
    lagged,
    norms,
    power_norms,
    ring_chain,
    run,
    singular_values,
    spectral_norm,
    spectral_radius,
    symmetric,
    triangular,
)

LEAK = 0.3
ACTIVATIONS = ["tanh", "linear", "leaky"]
SIZES = [(1, 3), (2, 7), (8, 30), (32, 12), (64, 30)]  # d, k
FAMILIES = {
    "gaussian": lambda d: gaussian(d, 1.2, seed=2),
    "orthogonal": lambda d: orthogonal(d, 0.9, seed=2),
    "symmetric": lambda d: symmetric(d, 0.9, seed=2),
    "triangular": lambda d: triangular(d, 0.9, 0.5, seed=2),
    "ring chain": lambda d: ring_chain(d, 1.5, 0.9),
}


def driven(d, steps=40, *, gain=1.2, seed=0, activation="tanh", batch=()):
    """Return W, a drive and the states of a network of width d."""
    W = gaussian(d, gain, seed=seed)
    drive = np.random.default_rng([seed, 9]).normal(0, 0.5, (steps, *batch, d))
    return W, drive, run(W, drive, activation=activation, leak=LEAK)


def steps_from(h, W, drive, activation):
    """Return the state after `drive`."""
    for u in drive:
        inner = W @ h + u
        if activation == "linear":
            h = inner
        elif activation == "tanh":
            h = np.tanh(inner)
        else:
            h = (1 - LEAK) * h + LEAK * np.tanh(inner)
    return h


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("d", "k"), [(2, 30), (32, 12)])
def test_lagged_is_what_complex_steps_find(activation, d, k):
    """Im f(h + i·step e_j) / step: no difference is taken, so rounding is all that is left."""
    W, drive, states = driven(d, seed=d, activation=activation)
    t, step = 35, 1e-30
    ours = lagged(W, states, t, k, activation=activation, leak=LEAK)
    begun = states[t - k][:, None] + 1j * step * np.eye(d)
    ended = steps_from(begun, W, drive[t - k + 1 : t + 1, :, None], activation)
    theirs = ended.imag / step
    assert abs(ours - theirs).max() < 1e-12 * abs(theirs).max()


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_lagged_is_what_central_differences_find(activation):
    worst = 0
    for seed, (d, k) in enumerate(SIZES):
        W, drive, states = driven(d, seed=seed, activation=activation)
        t, step = 35, 1.0 if activation == "linear" else 1e-5
        ours = lagged(W, states, t, k, activation=activation, leak=LEAK)
        ahead, behind = (
            steps_from(
                (states[t - k] + sign * step * np.eye(d)).T,
                W, drive[t - k + 1 : t + 1, :, None], activation,
            ) for sign in (1, -1)
        )  # fmt: skip
        error = abs(ours - (ahead - behind) / (2 * step)).max()
        worst = max(worst, error / max(1, abs(ours).max()))
    print(f"\n{activation}: largest error against central differences: {worst:.1e}")
    assert worst < 1e-9


def test_the_newest_factor_stands_on_the_left():
    W, _, states = driven(16, gain=1.5)
    t, k = 30, 6
    right, wrong = np.eye(16), np.eye(16)
    for h in states[t - k + 1 : t + 1]:
        factor = np.diag(1 - h**2) @ W
        right, wrong = factor @ right, wrong @ factor
    ours = lagged(W, states, t, k)
    np.testing.assert_allclose(ours, right, atol=1e-13)
    assert np.linalg.norm(ours - wrong) > 0.5 * np.linalg.norm(ours)
    assert norms(W, states, k, times=t) == pytest.approx(np.linalg.norm(right, 2), rel=1e-13)
    assert abs(np.linalg.norm(wrong, 2) / np.linalg.norm(right, 2) - 1) > 0.02


def test_lag_zero_is_the_identity_and_lag_one_a_step():
    W, _, states = driven(5)
    assert (lagged(W, states, 7, 0) == np.eye(5)).all()
    np.testing.assert_allclose(lagged(W, states, 7, 1), np.diag(1 - states[7] ** 2) @ W, rtol=1e-12)


def test_lags_add_up_along_the_chain_rule():
    W, _, states = driven(12)
    product = lagged(W, states, 30, 8) @ lagged(W, states, 22, 13)
    np.testing.assert_allclose(lagged(W, states, 30, 21), product, atol=1e-13)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("batch", [(), (3,)])
def test_norms_are_those_of_the_lagged_jacobians(activation, batch):
    W, _, states = driven(7, 10, batch=batch, activation=activation)
    options = {"activation": activation, "leak": LEAK}
    found = norms(W, states, range(10), **options)
    assert found.shape == (10, 10, *batch)
    for k, t in np.ndindex(10, 10):
        if t < k:
            assert np.isnan(found[k, t]).all()
        else:
            jacobian = lagged(W, states, t, k, **options)
            expected = np.linalg.norm(jacobian, 2, axis=(-2, -1))
            np.testing.assert_allclose(found[k, t], expected, rtol=1e-12)


def test_a_batch_is_its_sequences_one_by_one():
    W, _, states = driven(6, 20, batch=(4,))
    together = lagged(W, states, 15, 9)
    assert together.shape == (4, 6, 6)
    for b in range(4):
        np.testing.assert_allclose(together[b], lagged(W, states[:, b], 15, 9), atol=1e-14)
        np.testing.assert_allclose(
            norms(W, states, [0, 3, 9])[:, :, b], norms(W, states[:, b], [0, 3, 9]), rtol=1e-12
        )


def test_norms_of_wide_networks_do_not_depend_on_how_they_are_cut_into_blocks():
    W, _, states = driven(200, 12)  # a block holds six products of this width
    found = norms(W, states, [11, 4], leak=LEAK)
    for k, t in ((11, 11), (4, 4), (4, 8), (4, 11)):
        expected = np.linalg.norm(lagged(W, states, t, k), 2)
        assert found[int(k == 4), t] == pytest.approx(expected, rel=1e-12)


def test_lags_and_times_come_back_in_the_order_asked():
    W, _, states = driven(5, 20)
    whole = norms(W, states, range(20))
    lags, times = [7, 0, 19, 7], [19, 3, 3, 12]
    some = norms(W, states, lags, times=times)
    np.testing.assert_allclose(some, whole[np.ix_(lags, times)], rtol=1e-12)
    assert norms(W, states, 4, times=9) == pytest.approx(whole[4, 9], rel=1e-12)


def test_no_lags_and_no_times_give_nothing():
    W, _, states = driven(5, 20)
    assert norms(W, states, []).shape == (0, 20)
    assert norms(W, states, [1, 2], times=[]).shape == (2, 0)
    assert power_norms(W, []).shape == (0,)


def test_the_logarithm_is_that_of_the_norm():
    W, _, states = driven(9)
    plain, logs = (norms(W, states, [0, 1, 17], log=log) for log in (False, True))
    np.testing.assert_allclose(np.log(plain), logs, atol=1e-13)


@pytest.mark.parametrize("gain", [0.5, 1.0, 2.0])
def test_twelve_hundred_orthogonal_steps_neither_overflow_nor_underflow(gain):
    W, still = orthogonal(12, gain, seed=0), np.zeros((1201, 12))
    lags = np.array([1, 100, 1200])
    logs = norms(W, still, lags, times=1200, log=True, activation="linear")[:, 0]
    np.testing.assert_allclose(logs, lags * np.log(gain), rtol=1e-12, atol=1e-9)
    plain = norms(W, still, 1200, times=1200, activation="linear")
    assert plain == (pytest.approx(1, rel=1e-9) if gain == 1 else 0 if gain < 1 else np.inf)


@pytest.mark.parametrize("radius", [0.5, 2.0])
def test_a_ring_chain_comes_round_every_d_steps_beyond_the_range_of_a_float(radius):
    rounds = np.array([1, 7, 20])
    logs = power_norms(ring_chain(64, 1.5, radius), 64 * rounds, log=True)
    np.testing.assert_allclose(logs, 64 * rounds * np.log(radius), rtol=1e-11)


@pytest.mark.parametrize("weight", [-1.7, 0.4, 3.0])
def test_one_unit_for_a_thousand_steps(weight):
    drive = np.random.default_rng(0).normal(0, 0.5, (1001, 1))
    states = run([[weight]], drive)
    factors = np.log(abs(weight)) + np.log1p(-(states[1:, 0] ** 2))
    found = norms([[weight]], states, [1, 500, 1000], times=1000, log=True)[:, 0]
    expected = [math.fsum(factors[-k:]) for k in (1, 500, 1000)]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_a_product_that_is_zero_has_the_logarithm_minus_infinity():
    found = power_norms(delay_line(5, 2.0), range(8), log=True)
    np.testing.assert_allclose(found, [*(np.log(2) * np.arange(5)), *[-np.inf] * 3], atol=1e-14)
    plain = power_norms(delay_line(5, 2.0), range(8))
    np.testing.assert_allclose(plain, [1, 2, 4, 8, 16, 0, 0, 0], rtol=1e-14)


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_single_steps_far_from_one_are_no_trouble(size):
    found = power_norms(size * np.array([[1.0, 1.0], [0.0, 1.0]]), [1, 2, 40], log=True)
    for k, value in zip((1, 2, 40), found, strict=True):
        norm = (k + math.sqrt(k * k + 4)) / 2  # of [[1, k], [0, 1]]
        assert value == pytest.approx(k * np.log(size) + np.log(norm), rel=1e-13)


@pytest.mark.parametrize("lag", [129, 1000, 4097, 10**6, 2**31 - 1])
@pytest.mark.parametrize("gain", [0.5, 1.0, 2.0])
def test_far_lags_are_reached_by_squaring(gain, lag):
    """Of orthogonal W: ‖W^k‖ = gain^k, to about k N rounding errors."""
    found = power_norms(orthogonal(8, gain, seed=1), [lag, 3], log=True)
    np.testing.assert_allclose(found, np.array([lag, 3]) * math.log(gain), rtol=0, atol=lag * 1e-15)


@pytest.mark.parametrize("lag", [2, 200, 3001, 10**6])
def test_far_powers_are_those_of_whole_numbers(lag):
    """Of [[1, 1], [1, 0]]: the golden ratio to the k, for W is symmetric."""
    with mpmath.workdps(40):
        expected = lag * mpmath.log(mpmath.phi)
    found = power_norms([[1, 1], [1, 0]], lag, log=True)
    assert found == pytest.approx(float(expected), rel=1e-13)


@pytest.mark.parametrize("lag", [500, 10**6])
@pytest.mark.parametrize("value", [0.999, 1.0, 3.0])
def test_far_powers_of_a_defective_matrix_are_those_of_the_closed_form(value, lag):
    """[[a, 1], [0, a]]^k = a^k [[1, k/a], [0, 1]]."""
    with mpmath.workdps(40):
        a = mpmath.mpf(value)
        slant = lag / a
        norm = (slant + mpmath.sqrt(slant**2 + 4)) / 2
        expected = float(lag * mpmath.log(a) + mpmath.log(norm))
    found = power_norms([[value, 1], [0, value]], lag, log=True)
    assert found == pytest.approx(expected, rel=1e-14, abs=lag * 1e-15)


@pytest.mark.parametrize("family", FAMILIES)
def test_far_powers_are_those_in_many_digits(family):
    W, lags = FAMILIES[family](6), [129, 700, 5000]
    found = power_norms(W, lags[::-1], log=True)[::-1]
    with mpmath.workdps(60):
        for lag, log in zip(lags, found.tolist(), strict=True):
            power = mpmath.matrix(W.tolist()) ** lag
            expected = mpmath.log(mpmath.svd_r(power, compute_uv=False)[0])
            assert log == pytest.approx(float(expected), abs=lag * 1e-14)


def test_far_lags_and_near_ones_are_the_same_powers():
    W = FAMILIES["gaussian"](16)
    every = power_norms(W, range(1001), log=True)
    for lags in ([1000, 0, 400, 130, 400], [1000], [871, 1000]):
        np.testing.assert_allclose(power_norms(W, lags, log=True), every[lags], atol=1e-11)


def test_from_the_width_on_powers_of_a_nilpotent_matrix_are_zero_though_rounding_hides_it():
    W = orthogonal(6, seed=1) @ delay_line(6) @ orthogonal(6, seed=1).T
    found = power_norms(W, [5, 6, 7, 10**6], log=True)
    np.testing.assert_allclose(found, [0, *[-np.inf] * 3], atol=1e-13)


def exact_powers(W, most):
    """Yield W^k for k = 0 ... most in fractions."""
    rows = [[Fraction(x) for x in row] for row in W.tolist()]
    power = [[Fraction(int(i == j)) for j in range(len(W))] for i in range(len(W))]
    for _ in range(most + 1):
        yield power
        columns = list(zip(*power, strict=True))
        power = [[sum(a * b for a, b in zip(r, c, strict=True)) for c in columns] for r in rows]


@pytest.mark.parametrize("family", ["gaussian", "symmetric", "ring chain"])
def test_power_norms_are_those_of_the_exact_powers(family):
    W = FAMILIES[family](5)
    found = power_norms(W, range(9))
    with mpmath.workdps(40):
        for k, power in enumerate(exact_powers(W, 8)):
            high = mpmath.matrix(
                [[mpmath.mpf(x.numerator) / x.denominator for x in row] for row in power]
            )
            expected = mpmath.svd_r(high, compute_uv=False)[0]
            assert abs(found[k] / float(expected) - 1) < 1e-12


@pytest.mark.parametrize("family", FAMILIES)
def test_power_norms_lie_between_radius_and_norm_and_their_roots_tend_to_the_radius(family):
    W = FAMILIES[family](32)
    lags = np.array([0, 1, 2, 5, 20, 100, 1200])
    logs = power_norms(W, lags, log=True)
    assert (logs >= lags * (np.log(spectral_radius(W)) - 1e-11)).all()
    assert (logs <= lags * (np.log(spectral_norm(W)) + 1e-13)).all()
    assert np.exp(logs[-1] / lags[-1]) == pytest.approx(spectral_radius(W), rel=0.04)
    gaps = logs[1:] / lags[1:] - np.log(spectral_radius(W))
    assert gaps[-1] <= gaps[-2] + 1e-9


@pytest.mark.parametrize("family", ["orthogonal", "symmetric"])
def test_powers_of_normal_matrices_are_as_large_as_the_radius_says(family):
    logs = power_norms(FAMILIES[family](32), range(60), log=True)
    np.testing.assert_allclose(logs, np.arange(60) * np.log(0.9), atol=1e-11)


def exact_singular_values(W, states, k, activation, digits=100):
    """Return the singular values of the last k factors, multiplied in many digits."""
    with mpmath.workdps(digits):
        high, product = mpmath.matrix(W.tolist()), mpmath.eye(len(W))
        for old, new in zip(states[-k - 1 : -1].tolist(), states[-k:].tolist(), strict=True):
            if activation == "linear":
                factor = high
            else:
                keep = 1 - mpmath.mpf(LEAK) if activation == "leaky" else 0
                squashed = [(y - keep * x) / (1 - keep) for x, y in zip(old, new, strict=True)]
                slopes = [(1 - keep) * (1 - mpmath.mpf(y) ** 2) for y in squashed]
                factor = mpmath.diag(slopes) * high + keep * mpmath.eye(len(W))
            product = factor * product
        found = mpmath.svd_r(product, compute_uv=False)
        return [mpmath.mpf(x) for x in found]


@pytest.mark.parametrize(
    ("family", "d", "k", "activation"),
    [
        *((family, 6, 40, "tanh") for family in ("gaussian", "symmetric", "orthogonal")),
        *((family, 8, 12, "linear") for family in ("symmetric", "ring chain")),
        *((family, 7, 25, "leaky") for family in ("gaussian", "triangular")),
    ],
)
def test_even_the_smallest_singular_value_is_accurate(family, d, k, activation):
    W = FAMILIES[family](d)
    drive = np.random.default_rng(4).normal(0, 0.5, (k + 3, d))
    states = run(W, drive, activation=activation, leak=LEAK)
    found = singular_values(W, states, k + 2, k, activation=activation, leak=LEAK)
    expected = exact_singular_values(W, states, k, activation)
    errors = [abs(float(a / b) - 1) for a, b in zip(found.tolist(), expected, strict=True)]
    spread = float(expected[-1] / expected[0])
    print(
        f"\n{family}, {activation}, d={d}, k={k}: smallest/largest {spread:.0e},"
        f" largest relative error {max(errors):.1e}, of the smallest {errors[-1]:.1e}"
    )
    assert max(errors) < 1e-9


@pytest.mark.parametrize(("d", "k"), [(4, 100), (16, 60), (64, 30)])
def test_logarithms_of_the_singular_values_add_up_to_that_of_the_determinant(d, k):
    W, _, states = driven(d, k + 5)
    found = singular_values(W, states, k + 2, k)
    slopes = 1 - states[3 : k + 3] ** 2
    expected = k * np.linalg.slogdet(W)[1] + np.log(slopes).sum()
    assert np.log(found).sum() == pytest.approx(expected, rel=1e-11)
    assert (np.diff(found) <= 0).all()
    assert found[0] == pytest.approx(norms(W, states, k, times=k + 2)[0, 0], rel=1e-12)


def test_orthogonal_products_have_all_singular_values_one():
    W, still = orthogonal(32, seed=0), np.zeros((201, 32))
    found = singular_values(W, still, 200, 200, activation="linear")
    np.testing.assert_allclose(found, 1, atol=1e-10)


def test_singular_values_of_few_steps_are_those_of_the_finished_product():
    W, _, states = driven(20)
    for k in (0, 1, 3):
        expected = np.linalg.svd(lagged(W, states, 30, k))[1]
        np.testing.assert_allclose(singular_values(W, states, 30, k), expected, rtol=1e-9)


def test_what_is_lost_altogether_has_the_singular_value_zero():
    still = np.zeros((9, 5))
    found = singular_values(delay_line(5, 2.0), still, 8, 3, activation="linear")
    np.testing.assert_allclose(found, [8, 8, 0, 0, 0], atol=1e-13)
    assert (singular_values(delay_line(5, 2.0), still, 8, 6, activation="linear") < 1e-13).all()


@pytest.mark.parametrize("activation", ["tanh", "linear"])
def test_what_the_matrix_loses_has_the_singular_value_zero_though_rounding_hides_it(activation):
    W = (orthogonal(5, seed=1) * np.array([1.2, 0.9, 0.7, 0, 0])) @ orthogonal(5, seed=2)
    states = run(W, np.random.default_rng(0).normal(size=(30, 5)) / 4, activation=activation)
    for k in (1, 2, 25):
        logs = singular_values(W, states, 29, k, activation=activation, log=True)
        assert (np.isfinite(logs) == [True, True, True, False, False]).all()
    assert (singular_values(W, states, 29, 0, activation=activation) == 1).all()


def test_nothing_passed_is_written_to():
    W, _, states = driven(5)
    lags = np.array([3, 1])
    for given in (W, states, lags):
        given.flags.writeable = False
    lagged(W, states, 5, 3)[...] = 0
    norms(W, states, lags)[...] = 0
    singular_values(W, states, 5, 3)[...] = 0


W3, STATES = 0.5 * np.eye(3), np.zeros((6, 3))
STATE_SHAPES = r"states must have shape \(T, 3\) or \(T, B, 3\), got "
BAD_NETWORKS = [
    (np.zeros((2, 3)), STATES, r"W must be square with N >= 1, got shape \(2, 3\)"),
    (W3 * 1j, STATES, r"W must hold real numbers of shape \(N, N\)"),
    (np.full((3, 3), math.nan), STATES, r"W must be finite, got nan at \(0, 0\)"),
    (W3, STATES[:, :2], STATE_SHAPES + r"\(6, 2\)"),
    (W3, STATES[0], STATE_SHAPES + r"\(3,\)"),
    (W3, STATES[:0], r"states must not be empty, got shape \(0, 3\)"),
    (W3, np.full((6, 3), math.inf), r"states must be finite, got inf at \(0, 0\)"),
]


@pytest.mark.parametrize(("W", "states", "message"), BAD_NETWORKS)
def test_a_network_that_does_not_fit_is_named(W, states, message):
    for function in (
        lambda: lagged(W, states, 0, 0),
        lambda: norms(W, states, [0]),
        lambda: singular_values(W, states, 0, 0),
    ):
        with pytest.raises(ValueError, match=message):
            function()


@pytest.mark.parametrize("function", [lagged, singular_values])
@pytest.mark.parametrize(
    ("t", "k", "message"),
    [
        (6, 1, "t must be whole, from 0 to 5, got 6"),
        (-1, 0, "t must be whole, from 0 to 5, got -1"),
        (1.5, 1, r"t must be whole, from 0 to 5, got 1\.5"),
        (math.nan, 1, "t must be whole, from 0 to 5, got nan"),
        ("4", 1, "t must be whole, from 0 to 5, got '4': convert text first"),
        ([3, 4], 1, r"t must be whole, from 0 to 5, got \[3, 4\]: pass one number"),
        ([], 1, r"t must be whole, from 0 to 5, got \[\]: pass one number"),
        (3, 4, "k must be whole, from 0 to 3, got 4"),
        (3, -1, "k must be whole, from 0 to 3, got -1"),
        (3, 0.5, r"k must be whole, from 0 to 3, got 0\.5"),
        (3, [1, 2], r"k must be whole, from 0 to 3, got \[1, 2\]: pass one number"),
        (3, None, r"k must be whole, from 0 to 3, got None"),
    ],
)
def test_a_step_that_is_none_is_named(function, t, k, message):
    with pytest.raises(ValueError, match=message):
        function(W3, STATES, t, k)


@pytest.mark.parametrize(
    ("lags", "message"),
    [
        ([0, 6], "lags must be whole, from 0 to 5, got 6"),
        ([-1], "lags must be whole, from 0 to 5, got -1"),
        ([1, 1.5], r"lags must be whole, from 0 to 5, got 1\.5"),
        ([1, math.nan], r"lags must be finite, got nan at \(1,\)"),
        ([[1, 2]], r"lags must have shape \(K,\) or \(\), got \(1, 2\)"),
        (["1"], r"lags must hold real numbers of shape \(K,\)"),
        ([1j], r"lags must hold real numbers of shape \(K,\)"),
        ([True, False], "lags must be whole numbers, got a mask"),
    ],
)
def test_lags_and_times_that_are_none_are_named(lags, message):
    with pytest.raises(ValueError, match=message):
        norms(W3, STATES, lags)
    with pytest.raises(ValueError, match=message.replace("lags", "times")):
        norms(W3, STATES, [0], times=lags)


@pytest.mark.parametrize("lags", [[-1], [0.5], [2**31], [math.inf]])
def test_powers_that_are_none_are_named(lags):
    with pytest.raises(ValueError, match=r"lags must be (whole|finite)"):
        power_norms(W3, lags)


def test_singular_values_are_for_one_sequence():
    with pytest.raises(ValueError, match=r"states must have shape \(T, 3\), got \(6, 2, 3\)"):
        singular_values(W3, np.zeros((6, 2, 3)), 3, 1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"activation": "gelu"}, "activation must be one of tanh, linear, leaky, relu, got 'gelu'"),
        ({"activation": "leaky", "leak": -0.1}, r"leak must be finite and > 0, got -0\.1"),
        ({"activation": "leaky", "leak": 2}, r"leak must be at most 1, got 2"),
    ],
)
def test_an_unknown_network_is_named(options, message):
    for function in (
        lambda: lagged(W3, STATES, 3, 1, **options),
        lambda: norms(W3, STATES, [1], **options),
        lambda: singular_values(W3, STATES, 3, 1, **options),
    ):
        with pytest.raises(ValueError, match=message):
            function()


def test_singular_values_over_a_thousand_growing_steps_as_logarithms():
    w, still = orthogonal(4, 2.0, seed=0), np.zeros((1081, 4))
    logs = singular_values(w, still, 1080, 1080, log=True, activation="linear")
    np.testing.assert_allclose(logs, 1080 * math.log(2), rtol=1e-12)
    assert np.isinf(singular_values(w, still, 1080, 1080, activation="linear")).all()


def test_a_product_that_overflows_is_refused():
    still = np.zeros((1101, 2))
    with pytest.raises(ValueError, match=r"the product over k = 1100 steps overflows; `norms`"):
        lagged(2 * np.eye(2), still, 1100, 1100, activation="linear")
