"""`longrange.lab` against plain Python numbers, many digits, eigenvalues and the other modules."""

import inspect
import json
import math
import re
from functools import cache

import mpmath
import numpy as np
import pytest
from scipy.special import ndtr

from explainer.making.files import ROOT
from longrange import (
    delay_line,
    exponents,
    lab,
    lagged,
    ring_chain,
    run,
    spectral_norm,
    spectral_radius,
)

SEEDED = [family for family in lab.FAMILIES if family != "ring-chain"]


# ── The same in plain Python: no arrays, no vectorised sums ─────────────────


def mixed(x):
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        x = (x ^ x >> shift) * factor % 2**32
    return x ^ x >> 16


def uniforms(seed, stream, count):
    """Return exact fractions over 2^33, as integers."""
    start = mixed(seed * 2**16 + stream)
    return [2 * mixed((i * 0x9E3779B9 + start) % 2**32) + 1 for i in range(1, count + 1)]


def plain_normal(seed, stream, count):
    found, u = [], [n / 2**33 for n in uniforms(seed, stream, count + 1)]
    for i in range(0, count, 2):
        size, angle = math.sqrt(-2 * math.log(u[i])), 2 * math.pi * u[i + 1]
        found += [size * math.cos(angle), size * math.sin(angle)]
    return [math.floor(x * 2**20 + 0.5) / 2**20 for x in found[:count]]


def is_normal(x):
    """Whether Kolmogorov's test holds at the level 0.001, at which √n D is 1.95."""
    place, n = ndtr(np.sort(x)), len(x)
    off = max((np.arange(1, n + 1) / n - place).max(), (place - np.arange(n) / n).max())
    return math.sqrt(n) * off < 1.95


def plain_tanh(x):
    y = x / 16
    fraction = 25.0
    for odd in range(23, 0, -2):
        fraction = odd + y * y / fraction
    t = y / fraction
    for _ in range(4):
        t = 2 * t / (1 + t * t)
    return t


def dot(a, b):
    total = a[0] * b[0]
    for x, y in zip(a[1:], b[1:], strict=True):
        total += x * y
    return total


def plain_matrix(family, d, gain, seed):
    n = plain_normal(seed, 0, d * d)
    rows = [n[i * d : (i + 1) * d] for i in range(d)]
    if family == "orthogonal":
        for i, row in enumerate(rows):
            for other in rows[:i] + rows[:i]:
                share = dot(row, other)
                row[:] = [a - share * b for a, b in zip(row, other, strict=True)]
            length = math.sqrt(dot(row, row))
            row[:] = [a / length for a in row]
        return [[gain * a for a in row] for row in rows]
    found = [[0.0] * d for _ in range(d)]
    for i in range(d):
        for j in range(d):
            if family == "gaussian":
                found[i][j] = gain * (rows[i][j] / math.sqrt(d))
            elif family == "symmetric":
                found[i][j] = gain * ((rows[i][j] + rows[j][i]) / math.sqrt(8 * d))
            elif family == "triangular" and j == i:
                found[i][j] = -gain if rows[i][i] < 0 else gain
            elif family == "triangular" and j > i:
                found[i][j] = gain * (rows[i][j] / math.sqrt(d))
            elif family == "ring-chain" and i == j + 1:
                found[i][j] = gain * 1.2
            elif family == "cancelling":
                pair = n[i // 2 * (d // 2) + j // 2] / math.sqrt(d // 2)
                found[i][j] = gain * (-pair if j % 2 else pair)
    if family == "ring-chain":
        closing = 1.0
        for _ in range(d - 1):
            closing /= 1.2
        found[0][-1] = gain * closing
    return found


def plain_states(W, std, seed, steps, squash):
    d = len(W)
    drive, h, found = plain_normal(seed, 1, steps * d), plain_normal(seed, 2, d), []
    for t in range(steps):
        h = [squash(dot(W[i], h) + std * drive[t * d + i]) for i in range(d)]
        found.append(h)
    return found


@pytest.mark.parametrize("family", lab.FAMILIES)
@pytest.mark.parametrize(("d", "gain", "seed"), [(2, 0.75, 0), (8, 3.0, 1), (14, 2.35, 65535)])
def test_plain_numbers_give_the_same_bits_also_in_chaos(family, d, gain, seed):
    W = lab.matrix(family, d, gain, seed=seed)
    assert W.tolist() == plain_matrix(family, d, gain, seed)
    states = lab.states(W, input_std=0.35, seed=seed, steps=200)
    assert states.tolist() == plain_states(W.tolist(), 0.35, seed, 200, plain_tanh)
    linear = lab.states(W, input_std=0.35, seed=seed, activation="linear", steps=40)
    assert linear.tolist() == plain_states(W.tolist(), 0.35, seed, 40, float)


# ── Random numbers ──────────────────────────────────────────────────────────


def test_the_finisher_gives_the_published_hashes_of_nothing():
    """MurmurHash3 of no bytes is the finisher of its seed."""
    seeds = np.array([0, 1, 0xFFFFFFFF], dtype=np.uint32)
    assert lab._mix(seeds).tolist() == [0, 0x514E28B7, 0x81F16F39]


@pytest.mark.parametrize(("seed", "stream"), [(0, 0), (7, 1), (65535, 3), (65535, 65535)])
def test_normal_numbers_are_those_of_the_uniform_ones_in_many_digits(seed, stream):
    found, u = lab.normal(seed, stream, 400), uniforms(seed, stream, 400)
    exact = []
    with mpmath.workdps(40):
        for first, second in zip(u[::2], u[1::2], strict=True):
            size = mpmath.sqrt(-2 * mpmath.log(mpmath.mpf(first) / 2**33))
            angle = 2 * mpmath.pi * second / 2**33
            exact += [size * mpmath.cos(angle), size * mpmath.sin(angle)]
        # Not one lies so near the middle of two grid points that it would round the other way.
        wanted = [int(mpmath.floor(x * 2**20 + 0.5)) for x in exact]
    assert (found * 2**20).tolist() == wanted


@pytest.mark.parametrize("stream", range(4))
def test_normal_numbers_are_normal_and_do_not_depend_on_each_other(stream):
    count = 60_000
    x = lab.normal(3, stream, count)
    assert is_normal(x)
    assert not is_normal(1.05 * x)
    error = 1 / math.sqrt(count)
    for power, moment, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        assert (x**power).mean() == pytest.approx(moment, abs=4.5 * error * math.sqrt(variance))
    others = [x[k:] for k in (1, 2, 64)] + [lab.normal(3, stream + 1, count)]
    others += [lab.normal(seed, stream, count) for seed in (2, 4, 259)]
    for other in others:
        for one, two in ((x, other), (x**2 - 1, other**2 - 1), (abs(x), other)):
            one = one[: len(two)]
            assert abs(np.corrcoef(one, two)[0, 1]) < 4.5 * error


def test_the_streams_of_one_seed_never_meet():
    """All streams walk one circle of 2^32 numbers: each needs its own piece of it."""
    lengths, back = (64 * 64, 600 * 64, 64, 64), pow(0x9E3779B9, -1, 2**32)
    for seed in range(1000):
        starts = [mixed(seed * 2**16 + stream) * back % 2**32 for stream in range(4)]
        for i, length in enumerate(lengths):
            others = [(start - starts[i]) % 2**32 for j, start in enumerate(starts) if j != i]
            assert min(others) >= length, seed


@pytest.mark.parametrize("count", [0, 1, 2, 7, 100])
def test_fewer_numbers_are_the_first_of_more(count):
    assert lab.normal(5, 1, count).tolist() == lab.normal(5, 1, 1000)[:count].tolist()


# ── tanh ────────────────────────────────────────────────────────────────────


def test_tanh_is_exact_to_a_few_units_in_the_last_place():
    rng = np.random.default_rng(0)
    x = np.concatenate([10.0 ** rng.uniform(-300, 3, 800), rng.uniform(0, 40, 1200), [5e-324, 40]])
    found = lab.tanh(x)
    with mpmath.workdps(40):
        exact = [mpmath.tanh(mpmath.mpf(float(one))) for one in x]
        off = [
            abs(a - b) / np.spacing(float(b)) for a, b in zip(found.tolist(), exact, strict=True)
        ]
    print(f"\ntanh: at most {float(max(off)):.1f} units in the last place")
    assert max(off) < 4
    assert found.max() <= 1
    assert (lab.tanh(-x) == -found).all()


def test_tanh_of_an_array_has_the_bits_of_plain_numbers():
    x = np.random.default_rng(1).uniform(-1000, 1000, 8000) * np.repeat([1, 1e-2, 1e-3, 1e-5], 2000)
    assert lab.tanh(x).tolist() == [plain_tanh(one) for one in x.tolist()]


@pytest.mark.parametrize("x", [1000, 1001, 1e4, 1e9, 1e300, math.inf])
def test_tanh_of_large_numbers_is_one(x):
    assert lab.tanh([x, -x]).tolist() == [1, -1]


def test_tanh_keeps_shape_and_zero():
    assert lab.tanh(0.0).shape == ()
    assert lab.tanh([[0, -0.0]]).tolist() == [[0, 0]]
    assert np.signbit(lab.tanh(-0.0))


# ── Matrices ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("family", lab.FAMILIES)
def test_a_matrix_is_its_gain_times_that_of_gain_one(family):
    one = lab.matrix(family, 12, 1, seed=4)
    for gain in (0, 0.25, 1.37, 3):
        assert (lab.matrix(family, 12, gain, seed=4) == gain * one).all()


@pytest.mark.parametrize("family", SEEDED)
def test_another_seed_gives_another_matrix(family):
    assert (lab.matrix(family, 8, 1, seed=0) != lab.matrix(family, 8, 1, seed=1)).any()


def test_gaussian_entries_have_variance_gain_squared_over_d():
    d, gain = 64, 1.5
    entries = np.concatenate([lab.matrix("gaussian", d, gain, seed=s).ravel() for s in range(20)])
    assert is_normal(entries * math.sqrt(d) / gain)


@pytest.mark.parametrize("d", [2, 9, 64])
def test_the_orthogonal_matrix_is_that_of_a_qr_with_positive_diagonal(d):
    """Of Gaussian rows that is the uniform one (Haar measure)."""
    W = lab.matrix("orthogonal", d, 1, seed=2)
    np.testing.assert_allclose(W @ W.T, np.eye(d), atol=1e-14)
    q, r = np.linalg.qr(lab.normal(2, 0, d * d).reshape(d, d).T)
    np.testing.assert_allclose(W, (q * np.sign(np.diag(r))).T, atol=1e-12)


def test_the_symmetric_matrix_has_a_semicircle_of_radius_gain():
    values = []
    for seed in range(10):
        W = lab.matrix("symmetric", 64, 1.5, seed=seed)
        assert (W == W.T).all()
        values.append(np.linalg.eigvalsh(W) / 1.5)
    assert np.abs(values).max(axis=1) == pytest.approx(1, abs=0.12)
    assert np.mean(np.square(values)) == pytest.approx(1 / 4, rel=0.02)  # of a semicircle
    assert np.mean(np.power(values, 4)) == pytest.approx(1 / 8, rel=0.05)


@pytest.mark.parametrize(
    ("family", "seeds"), [("gaussian", 30), ("symmetric", 10), ("orthogonal", 2), ("triangular", 2)]
)
def test_the_radius_is_about_the_gain(family, seeds):
    radii = [lab.radius(lab.matrix(family, 64, 1.5, seed=seed)) for seed in range(seeds)]
    assert np.mean(radii) == pytest.approx(1.5, rel=0.08 if seeds > 2 else 1e-12)


def test_the_triangular_matrix_has_eigenvalues_of_modulus_gain_and_both_signs():
    W = lab.matrix("triangular", 64, 0.9, seed=0)
    assert (np.tril(W, -1) == 0).all()
    assert set(np.diag(W)) == {-0.9, 0.9}
    assert is_normal(W[np.triu_indices(64, 1)] * 8 / 0.9)


@pytest.mark.parametrize("d", [2, 8, 64])
def test_the_ring_chain_returns_after_d_steps_scaled_by_gain_to_the_d(d):
    W = lab.matrix("ring-chain", d, 0.9, seed=0)
    np.testing.assert_allclose(np.linalg.matrix_power(W, d), 0.9**d * np.eye(d), rtol=1e-13)
    np.testing.assert_allclose(W, ring_chain(d, 1.2 * 0.9, 0.9), rtol=1e-13)
    assert spectral_norm(W) == pytest.approx(1.08)
    assert lab.radius(W) == pytest.approx(0.9)


@pytest.mark.parametrize("d", [2, 10, 64])
@pytest.mark.parametrize("gain", [0.3, 1, 2.7])
def test_the_cancelling_matrix_has_a_square_of_zeros(d, gain):
    W = lab.matrix("cancelling", d, gain, seed=3)
    square = [[dot(row, column) for column in W.T.tolist()] for row in W.tolist()]
    assert square == np.zeros((d, d)).tolist()
    assert (W[::2] == W[1::2]).all()
    assert (W[:, ::2] == -W[:, 1::2]).all()
    pairs = W[::2, ::2]  # twice the norm of the small matrix: √2 in, √2 out
    assert spectral_norm(W) == pytest.approx(2 * spectral_norm(pairs))


def test_the_radius_of_a_cancelling_matrix_is_zero_where_eigenvalues_are_rounding_errors():
    W = lab.matrix("cancelling", 64, 3, seed=0)
    assert np.abs(np.linalg.eigvals(W)).max() > 1e-9
    assert lab.radius(W) == spectral_radius(W) == 0
    assert lab.radius(np.zeros((3, 3))) == 0


@pytest.mark.parametrize("family", SEEDED[:-1])
def test_other_radii_are_those_of_the_eigenvalues(family):
    W = lab.matrix(family, 20, 1.2, seed=6)
    assert lab.radius(W) == pytest.approx(np.abs(np.linalg.eigvals(W)).max(), rel=1e-12)


# ── States ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("shape", [(1,), (7,), (64,), (5, 9), (64, 64)])
def test_inner_products_are_summed_from_left_to_right(shape):
    a, b = np.random.default_rng(1).normal(size=(2, *shape))
    rows = zip(a.reshape(-1, shape[-1]).tolist(), b.reshape(-1, shape[-1]).tolist(), strict=True)
    assert lab._dot(a, b).ravel().tolist() == [dot(*row) for row in rows]


@cache
def driven(family, d, gain, std, seed, activation="tanh", steps=600):
    """Return W, its states in the laboratory, and those of `run` under the same numbers."""
    W = lab.matrix(family, d, gain, seed=seed)
    found = lab.states(W, input_std=std, seed=seed, activation=activation, steps=steps)
    drive = std * lab.normal(seed, 1, steps * d).reshape(steps, d)
    start = lab.normal(seed, 2, d)
    return W, found, drive, run(W, drive, h0=start, activation=activation)


# Family, d, gain, input: in none of them do rounding errors grow.
CALM = [
    ("gaussian", 64, 0.58, 0.5),
    ("orthogonal", 64, 1, 0.5),
    ("symmetric", 32, 1.2, 1),
    ("triangular", 16, 0.9, 0.5),
    ("ring-chain", 64, 0.9, 0.5),
    ("cancelling", 32, 0.5, 2),
]


@pytest.mark.parametrize(("family", "d", "gain", "std"), CALM)
def test_states_are_those_of_the_recurrence(family, d, gain, std):
    _, found, _, expected = driven(family, d, gain, std, seed=3)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("family", lab.FAMILIES)
def test_in_chaos_the_first_states_are_those_of_the_recurrence(family):
    _, found, _, expected = driven(family, 64, 3, 0.2, seed=3, steps=12)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("family", lab.FAMILIES)
def test_linear_states_are_those_of_the_recurrence(family):
    _, found, _, expected = driven(family, 20, 1.02, 0.7, seed=1, activation="linear", steps=90)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12 * np.abs(expected).max())


def test_fewer_steps_are_the_first_of_more():
    W = lab.matrix("gaussian", 10, 2.5, seed=0)
    few, many = (lab.states(W, input_std=0.5, seed=0, steps=steps) for steps in (50, 400))
    assert (few == many[:50]).all()


# ── The rate ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("family", "d", "gain", "std"), CALM)
def test_the_rate_is_the_first_exponent_of_the_same_drive(family, d, gain, std):
    W, states, drive, _ = driven(family, d, gain, std, seed=3)
    found = lab.rate(W, states, seed=3)
    start = lab.normal(3, 2, d)
    expected = exponents(W, drive, h0=start, count=1, burn_in=lab.BURN_IN)[0]
    # Two vectors that start apart lie along each other only in the end.
    assert found == pytest.approx(expected, abs=0.004)


@pytest.mark.parametrize("family", lab.FAMILIES)
@pytest.mark.parametrize(("gain", "std"), [(0.58, 0.5), (3, 0.25)])
def test_the_rate_is_the_growth_of_one_vector_under_the_jacobian(family, gain, std):
    W = lab.matrix(family, 16, gain, seed=2)
    states = lab.states(W, input_std=std, seed=2, steps=301)
    vector, total = lab.normal(2, 3, 16), 0.0
    for t in range(20, 301, 20):
        vector = lagged(W, states, t, 20) @ vector
        length = np.linalg.norm(vector)
        vector, total = vector / length, total + (math.log(length) if t > lab.BURN_IN else 0)
    assert lab.rate(W, states, seed=2) == pytest.approx(total / 200, abs=1e-9)


def test_chaos_has_a_rate_above_zero_and_doubles_a_last_bit_until_it_is_seen():
    W = lab.matrix("cancelling", 64, 3, seed=0)
    states = lab.states(W, input_std=1.5, seed=0)
    assert lab.rate(W, states, seed=0) > 0.1
    other = driven("cancelling", 64, 3, 1.5, seed=0)[3]  # another tanh, another order of sums
    apart = np.abs(states - other).max(axis=1)
    assert apart[0] < 1e-13
    assert apart[-100:].max() > 0.1


@pytest.mark.parametrize("family", [*SEEDED[:-1], "ring-chain"])
def test_the_rate_of_a_linear_network_is_the_logarithm_of_its_radius(family):
    W = lab.matrix(family, 16, 0.8, seed=2)
    states = lab.states(W, input_std=1, seed=2, activation="linear")
    expected = math.log(np.abs(np.linalg.eigvals(W)).max())
    assert lab.rate(W, states, seed=2, activation="linear") == pytest.approx(expected, abs=1e-12)


def test_a_network_that_forgets_everything_has_minus_infinity():
    W = lab.matrix("cancelling", 16, 3, seed=0)
    states = lab.states(W, input_std=1, seed=0, activation="linear")
    assert lab.rate(W, states, seed=0, activation="linear") == -math.inf
    states = lab.states(W, input_std=0, seed=0)  # then both units of a pair have one slope
    assert lab.rate(W, states, seed=0) == -math.inf
    W = delay_line(8, 0.5)
    states = lab.states(W, input_std=0.3, seed=0)
    assert lab.rate(W, states, seed=0) == -math.inf


# ── The page ────────────────────────────────────────────────────────────────


def test_the_example_of_the_page_measures_the_network_of_the_figure():
    page = (ROOT / "docs/lab.md").read_text("utf-8")
    code, found = re.search(r"```python\n(.*?)```", page, re.DOTALL)[1], {}
    exec(code, found)
    shown = json.loads((ROOT / "docs/figures/lab_settings.json").read_text("utf-8"))
    for name in ("norm", "radius", "rate"):
        value = found["bound" if name == "norm" else name]
        assert value == pytest.approx(shown["edge"][name], rel=1e-6)
    assert found["measured"][:, 0] == pytest.approx(shown["table"]["edge measured"], rel=1e-6)
    assert found["stretched"][0] == pytest.approx(found["measured"][30, 0], rel=1e-9)


# ── What does not fit ───────────────────────────────────────────────────────

W3 = 0.5 * np.eye(3)
STATES = np.zeros((102, 3))
GOOD = {
    lab.matrix: {"family": "gaussian", "d": 4, "gain": 1, "seed": 0},
    lab.states: {"W": W3, "input_std": 1, "seed": 0},
    lab.rate: {"W": W3, "states": STATES, "seed": 0},
    lab.radius: {"W": W3},
    lab.normal: {"seed": 0, "stream": 0, "count": 3},
}


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (lab.matrix, {"family": "sparse"}, "family must be one of gaussian, .*, got 'sparse'"),
        (lab.matrix, {"d": 1}, "d must be a whole number >= 2, got 1"),
        (lab.matrix, {"d": 4.5}, r"d must be a whole number >= 2, got 4\.5"),
        (lab.matrix, {"family": "cancelling", "d": 5}, "d must be even .* got 5"),
        (lab.matrix, {"gain": -1}, "gain must be finite and >= 0, got -1"),
        (lab.matrix, {"gain": math.nan}, "gain must be finite and >= 0, got nan"),
        (lab.matrix, {"seed": -1}, "seed must be a whole number >= 0, got -1"),
        (lab.matrix, {"seed": 65536}, "seed must be a whole number from 0 to 65535, got 65536"),
        (lab.matrix, {"seed": None}, "seed must be a whole number >= 0, got None"),
        (lab.states, {"W": W3[:2]}, r"W must be square with N >= 1, got shape \(2, 3\)"),
        (lab.states, {"W": W3 * math.nan}, r"W must be finite, got nan at \(0, 0\)"),
        (lab.states, {"input_std": -1}, "input_std must be finite and >= 0, got -1"),
        (lab.states, {"seed": 65536}, "seed must be a whole number from 0 to 65535, got 65536"),
        (
            lab.states,
            {"activation": "leaky"},
            "activation must be one of tanh, linear, got 'leaky'",
        ),
        (lab.states, {"steps": 1}, "steps must be a whole number >= 2, got 1"),
        (lab.states, {"W": 20 * W3, "activation": "linear", "steps": 600}, "the states overflow"),
        (lab.rate, {"W": W3[:2]}, r"W must be square with N >= 1, got shape \(2, 3\)"),
        (lab.rate, {"states": STATES[:, :2]}, r"states must have shape \(T, 3\)"),
        (lab.rate, {"states": STATES[1:]}, "states must have at least 102 steps, got 101"),
        (lab.rate, {"states": STATES + 2}, "states must be those of a run with activation 'tanh'"),
        (lab.rate, {"seed": 65536}, "seed must be a whole number from 0 to 65535, got 65536"),
        (lab.rate, {"activation": "relu"}, "activation must be one of tanh, linear, got 'relu'"),
        (lab.rate, {"activation": "leaky"}, "activation must be one of tanh, linear, got 'leaky'"),
        (lab.normal, {"seed": 65536}, "seed must be a whole number from 0 to 65535, got 65536"),
        (lab.normal, {"stream": 65536}, "stream must be a whole number from 0 to 65535, got 65536"),
        (lab.normal, {"count": -1}, "count must be a whole number >= 0, got -1"),
        (lab.radius, {"W": W3[0]}, r"W must have shape \(N, N\), got \(3,\)"),
    ],
)
def test_what_does_not_fit_is_named(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(**GOOD[function] | arguments)


def test_what_fits_passes():
    for function, arguments in GOOD.items():
        assert set(arguments) <= set(inspect.signature(function).parameters)
        function(**arguments)
