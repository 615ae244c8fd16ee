"""`longrange.lyapunov` against determinants, eigenvalues, quadrature and simulation."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from small_networks import orthogonal

from longrange import (
    critical_gain,
    delay_line,
    effective_rate,
    exponents,
    gaussian,
    lab,
    mean_field,
    norms,
    ring_chain,
    run,
    triangular,
)


def drive_of(*shape, seed=0, std=0.5):
    return np.random.default_rng([seed, 7]).normal(0, std, shape)


@pytest.mark.parametrize("d", [4, 16, 64])
@pytest.mark.parametrize("gain", [0.8, 1.5])
@pytest.mark.parametrize("burn_in", [0, 100])
def test_exponents_add_up_to_determinant_and_slopes(d, gain, burn_in):
    W, drive = gaussian(d, gain, seed=d), drive_of(300, d)
    states = run(W, drive)
    found = exponents(W, drive, burn_in=burn_in)
    # The Jacobian of the first step would need the state before it: the mean begins one later.
    slopes = np.log1p(-(states[burn_in + 1 :] ** 2)).sum(axis=1).mean()
    expected = np.linalg.slogdet(W)[1] + slopes
    print(f"\nd={d}, gain={gain}: sum of exponents off by {abs(found.sum() - expected):.1e}")
    assert found.sum() == pytest.approx(expected, abs=1e-10)
    assert (np.diff(found) <= 0).all()


def test_exponents_of_a_leaky_network_add_up_to_the_determinants_of_its_steps():
    W, drive, leak = gaussian(9, 1.5, seed=0), drive_of(200, 9), 0.3
    states = run(W, drive, activation="leaky", leak=leak)
    found = exponents(W, drive, burn_in=20, activation="leaky", leak=leak)
    steps = []
    for t in range(21, 200):
        slope = 1 - np.tanh(W @ states[t - 1] + drive[t]) ** 2
        steps.append(np.linalg.slogdet((1 - leak) * np.eye(9) + leak * slope[:, None] * W)[1])
    assert found.sum() == pytest.approx(np.mean(steps), abs=1e-10)


SPECTRA = {
    "diagonal": (np.diag([0.3, -0.9, 1.01, 0.5]), [1.01, 0.9, 0.5, 0.3]),
    "triangular": (np.array([[0.5, 3, 1], [0, 0.9, -2], [0, 0, -0.2]]), [0.9, 0.5, 0.2]),
    "orthogonal": (orthogonal(5, 0.8, seed=0), [0.8] * 5),
    "ring chain": (ring_chain(6, 1.5, 0.9), [0.9] * 6),
    "one unit": ([[-0.7]], [0.7]),
    "equal diagonal": (triangular(4, 0.9, 0.5, seed=0), [0.9] * 4),
}


@pytest.mark.parametrize("name", SPECTRA)
def test_exponents_of_a_linear_network_are_the_logarithms_of_its_eigenvalues(name):
    W, eigenvalues = SPECTRA[name]
    drive = drive_of(801, len(W))  # 600 steps in the mean, whole rounds of the ring
    found = exponents(W, drive, burn_in=200, activation="linear")
    # Equal eigenvalues of a matrix that is not normal are approached like (ln k)/k.
    slack = 0.02 if name == "equal diagonal" else 1e-9
    np.testing.assert_allclose(found, np.log(eigenvalues), atol=slack)


@pytest.mark.parametrize(("gain", "activation"), [(0.8, "tanh"), (2, "tanh"), (1.5, "leaky")])
def test_the_first_exponent_is_the_slope_of_the_norm_over_long_lags(gain, activation):
    W, drive = gaussian(16, gain, seed=1), drive_of(1501, 16)
    states = run(W, drive, activation=activation)
    lags = np.array([200, 1400])
    logs = norms(W, states, lags, times=1500, log=True, activation=activation)[:, 0]
    slope = (logs[1] - logs[0]) / 1200
    found = exponents(W, drive[:1301], burn_in=100, count=1, activation=activation)[0]
    # Both are over the same steps; at their two ends the vectors lie apart: a few units in 1200.
    assert found == pytest.approx(slope, abs=7 / 1200)


def test_the_first_exponents_are_the_first_of_all():
    W, drive = gaussian(12, 1.5, seed=0), drive_of(1250, 12)
    every = exponents(W, drive)
    for count in (1, 3, 12):
        found = exponents(W, drive, count=count)
        assert found.shape == (count,)
        np.testing.assert_allclose(found, every[:count], atol=0.01)


def test_a_batch_is_its_sequences_one_by_one():
    W, drive = gaussian(6, 1.1, seed=0), drive_of(120, 3, 6)
    together = exponents(W, drive, burn_in=10, count=4)
    assert together.shape == (3, 4)
    for b in range(3):
        alone = exponents(W, drive[:, b], burn_in=10, count=4)
        np.testing.assert_allclose(together[b], alone, atol=1e-10)


def test_a_negative_exponent_draws_two_runs_together_at_its_rate():
    W, drive = gaussian(16, 1.6, seed=3), drive_of(300, 16)
    start = 1e-5 * np.random.default_rng(0).normal(size=16)
    shifted = run(W, drive, h0=start) - run(W, drive)
    logs = np.log(np.linalg.norm(shifted, axis=1))
    found = exponents(W, drive, burn_in=20, count=1)[0]
    assert found < -0.04
    assert (logs[299] - logs[20]) / 279 == pytest.approx(found, abs=0.02)


@pytest.mark.parametrize("d", [1, 20, 64])
@pytest.mark.parametrize(("burn_in", "steps"), [(0, 70), (100, 103), (100, 250)])
def test_a_network_that_forgets_everything_has_minus_infinity(d, burn_in, steps):
    W, drive = delay_line(d), np.zeros((steps, d))
    found = exponents(W, drive, burn_in=burn_in, activation="linear")
    assert (found == -np.inf).all()
    assert effective_rate(W, drive, burn_in=burn_in, activation="linear") == 0


def test_directions_that_are_lost_have_minus_infinity_and_the_others_their_rate():
    found = exponents(np.diag([0.9, 0, 0.5, 0]), np.zeros((300, 4)), activation="linear")
    np.testing.assert_allclose(found, [np.log(0.9), np.log(0.5), -np.inf, -np.inf], atol=1e-12)
    # A unit that is driven far into saturation passes nothing on.
    found = exponents(np.eye(2), np.tile([50.0, 0.0], (300, 1)))
    np.testing.assert_allclose(found, [0, -np.inf], atol=1e-12)


@pytest.mark.parametrize(
    "W",
    [
        [[1, -1], [1, -1]], [[2, -4], [1, -2]], lab.matrix("cancelling", 16, 1.0, seed=0),
        orthogonal(6, seed=1) @ delay_line(6) @ orthogonal(6, seed=1).T,
    ],
)  # fmt: skip
def test_a_linear_network_that_forgets_has_minus_infinity_also_where_rounding_hides_it(W):
    drive = drive_of(150, len(W))
    assert (exponents(W, drive, activation="linear") == -np.inf).all()
    assert effective_rate(W, drive, activation="linear") == 0


def test_a_linear_network_keeps_the_rates_of_what_does_not_forget():
    W = np.zeros((7, 7))
    W[:6, :6] = orthogonal(6, seed=1) @ delay_line(6) @ orthogonal(6, seed=1).T
    W[:6, 6], W[6, 6] = 1, 0.9
    found = exponents(W, np.zeros((400, 7)), activation="linear")
    np.testing.assert_allclose(found, [np.log(0.9), *[-np.inf] * 6], atol=1e-3)


@pytest.mark.parametrize("activation", ["tanh", "linear"])
def test_as_many_directions_are_lost_as_the_matrix_loses_though_rounding_hides_it(activation):
    sizes = np.array([1.2, 0.9, 0.7, 0, 0])
    W = (orthogonal(5, seed=1) * sizes) @ orthogonal(5, seed=2)
    found = exponents(W, drive_of(300, 5), activation=activation)
    assert (np.isfinite(found) == (sizes > 0)).all()
    leaky = exponents(W, drive_of(300, 5), activation="leaky")  # keeps a share of all
    assert np.isfinite(leaky).all()


@pytest.mark.parametrize("gain", [2.0, 1e200])
def test_a_linear_network_that_grows_has_its_rate_though_its_states_overflow(gain):
    W = gain * orthogonal(4, seed=0)
    with pytest.raises(ValueError, match="the states overflow"):
        run(W, drive_of(1500, 4), activation="linear")
    found = exponents(W, drive_of(1500, 2, 4), activation="linear")
    np.testing.assert_allclose(found, np.full((2, 4), np.log(gain)), rtol=1e-13)
    assert effective_rate(W, drive_of(1500, 4), activation="linear") == pytest.approx(gain)


def average(function, q):
    """Return E function(√q z) by adaptive quadrature."""

    def integrand(z):
        return function(math.sqrt(q) * z) * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)

    bends = [x / max(1, math.sqrt(q)) for x in (1, 3, 8)]
    return 2 * quad(integrand, 0, 38, points=bends, epsabs=1e-14, epsrel=1e-12, limit=400)[0]


def sech4(x):
    return math.cosh(x) ** -4 if x < 100 else 0.0


def variance_left(gain, std, q):
    return gain**2 * average(lambda x: math.tanh(x) ** 2, q) + std**2 - q


GAINS, STDS = [0.3, 0.9, 1.0, 1.1, 2, 5, 15, 50], [0, 0.1, 0.5, 2, 5]


def test_mean_field_agrees_with_quadrature():
    residual = rate_error = 0
    for gain in GAINS:
        for std in STDS:
            q, rate = mean_field(gain, std)
            residual = max(residual, abs(variance_left(gain, std, q)) / max(1, q))
            expected = math.log(gain) + math.log(average(sech4, q)) / 2
            rate_error = max(rate_error, abs(rate - expected))
    print(f"\nlargest residual of q {residual:.1e}, largest error of the rate {rate_error:.1e}")
    assert residual < 1e-12
    assert rate_error < 1e-10


@pytest.mark.parametrize(("gain", "std"), [(1.1, 0), (1.1, 0.1), (2, 0), (2, 2), (15, 0), (50, 5)])
def test_mean_field_takes_the_largest_variance(gain, std):
    most = gain**2 + std**2
    q = mean_field(gain, std).q
    expected = brentq(lambda q: variance_left(gain, std, q), q / 2, most, xtol=1e-13)
    assert q == pytest.approx(expected, rel=1e-9)
    assert all(variance_left(gain, std, x) < 0 for x in np.linspace(1.001 * q, most, 20))


@pytest.mark.parametrize("gain", [0.01, 0.5, 0.999, 1.0])
def test_without_input_a_small_gain_leaves_silence(gain):
    q, rate = mean_field(gain, 0)
    assert q == 0
    assert rate == pytest.approx(math.log(gain), abs=1e-15)


def test_just_above_one_without_input_the_variance_grows_like_the_gain():
    """Q = g² (q - 2q² + 17/3 q³) gives q ≈ g - 1 and a rate of (2/3) (g - 1)²."""
    for excess in (1e-2, 1e-3, 1e-4):
        q, rate = mean_field(1 + excess, 0)
        assert q == pytest.approx(excess, rel=3 * excess)
        assert rate == pytest.approx(2 / 3 * excess**2, rel=10 * excess)


def test_simulated_networks_approach_mean_field_as_they_grow():
    gain, std, gaps = 1.6, 0.5, []
    expected = mean_field(gain, std).rate
    for d, seeds, steps in ((16, 24, 300), (64, 12, 300), (512, 4, 300)):
        found = [
            exponents(gaussian(d, gain, seed=s), drive_of(steps, d, seed=s, std=std), count=1)[0]
            for s in range(seeds)
        ]
        gaps.append(np.sqrt(np.mean((np.array(found) - expected) ** 2)))
        print(f"\nd={d}: rms gap {gaps[-1]:.4f}, gap of the mean {np.mean(found) - expected:+.4f}")
    assert gaps[0] > gaps[1] > gaps[2]
    assert gaps[2] < 0.02


def test_the_critical_gain_is_one_without_input_and_grows_with_it():
    assert critical_gain(0) == 1
    gains = [critical_gain(std) for std in (0, 1e-6, 0.01, 0.1, 0.5, 1, 2, 5, 20)]
    assert (np.diff(gains) > 0).all()


@pytest.mark.parametrize("std", [1e-3, 0.1, 0.5, 2, 5, 50])
def test_the_rate_at_the_critical_gain_is_zero(std):
    gain = critical_gain(std)
    assert mean_field(gain, std).rate == pytest.approx(0, abs=1e-10)
    assert mean_field(gain * 0.99, std).rate < 0 < mean_field(gain * 1.01, std).rate


def test_a_little_input_moves_the_edge_by_its_size_to_two_thirds():
    """To lowest order λ = ln g - q + 5/2 q² and q³ = 3/4 s², hence g - 1 ≈ (3/4 s²)^(1/3)."""
    for std in (1e-4, 1e-5, 1e-6):
        expected = (0.75 * std**2) ** (1 / 3)
        assert critical_gain(std) - 1 == pytest.approx(expected, rel=3 * expected)


W3, DRIVE = 0.5 * np.eye(3), np.zeros((6, 3))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"W": W3[:2]}, r"W must be square with N >= 1, got shape \(2, 3\)"),
        ({"W": W3 * 1j}, r"W must hold real numbers of shape \(N, N\)"),
        ({"drive": DRIVE[:, :2]}, r"drive must have shape \(T, 3\) or \(T, B, 3\), got \(6, 2\)"),
        ({"drive": np.full((6, 3), math.nan)}, r"drive must be finite, got nan at \(0, 0\)"),
        ({"burn_in": 100}, "burn_in must be less than T - 1 = 5, got 100, which it is unless"),
        ({"burn_in": 5}, "burn_in must be less than T - 1 = 5, got 5"),
        ({"burn_in": 0, "drive": DRIVE[:1]}, "burn_in must be less than T - 1 = 0, got 0"),
        ({"burn_in": -1}, "burn_in must be a whole number >= 0, got -1"),
        ({"burn_in": 1.5}, r"burn_in must be a whole number >= 0, got 1\.5"),
        ({"count": 0}, "count must be a whole number >= 1, got 0"),
        ({"count": 4}, "count must be at most N = 3, got 4"),
        ({"count": 1.5}, r"count must be a whole number >= 1, got 1\.5"),
        ({"activation": "gelu"}, "activation must be one of tanh, linear, leaky, relu, got 'gelu'"),
        ({"activation": "leaky", "leak": 0}, "leak must be finite and > 0, got 0"),
        ({"activation": "leaky", "leak": 1.1}, r"leak must be at most 1, got 1\.1"),
        ({"W": np.full((3, 3), 1e308), "activation": "linear"}, "a step of the Jacobian is beyond"),
        ({"h0": [1, 2], "activation": "linear"}, r"h0 must have shape \(3,\), got \(2,\)"),
    ],
)
def test_what_does_not_fit_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        exponents(**{"W": W3, "drive": DRIVE, "burn_in": 1} | arguments)


@pytest.mark.parametrize("gain", [0, -1, math.nan, math.inf, "1", None])
def test_a_gain_out_of_range_is_named(gain):
    with pytest.raises(ValueError, match="gain must be finite and > 0, got"):
        mean_field(gain, 1)


@pytest.mark.parametrize("std", [-1, math.nan, math.inf, "1", None])
def test_an_input_out_of_range_is_named(std):
    for function in (lambda s: mean_field(1, s), critical_gain):
        with pytest.raises(ValueError, match="input_std must be finite and >= 0, got"):
            function(std)


def test_mean_field_of_an_enormous_network_is_refused():
    for gain, input_std in ((1e200, 0), (1, 1e200)):
        with pytest.raises(ValueError, match="must be at most 1e100"):
            mean_field(gain, input_std)
