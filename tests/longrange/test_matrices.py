"""`longrange.matrices` against its definitions, exact arithmetic and closed forms."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from scipy import stats

from longrange import (
    delay_line,
    gaussian,
    orthogonal,
    ring_chain,
    spectral_norm,
    spectral_radius,
    symmetric,
    triangular,
    uniform,
    with_norm,
    with_radius,
)
from longrange.lab import matrix

SEEDED = {
    "gaussian": lambda d, seed: gaussian(d, 1.3, seed=seed),
    "orthogonal": lambda d, seed: orthogonal(d, 1.3, seed=seed),
    "symmetric": lambda d, seed: symmetric(d, 0.9, seed=seed),
    "triangular": lambda d, seed: triangular(d, 0.9, 0.5, seed=seed),
    "uniform": lambda d, seed: uniform(d, seed=seed),
}
FIVE_SIGMA = 5


def fair(heads, tosses):
    """Whether a fair coin gives so many heads within five standard deviations."""
    return abs(heads - tosses / 2) < FIVE_SIGMA * math.sqrt(tosses) / 2


def exact(W):
    return [[Fraction(x) for x in row] for row in W.tolist()]


def exact_power(W, k):
    d = len(W)
    entries = [(row, [i for i, x in enumerate(row) if x]) for row in exact(W)]  # most are 0
    power = [[Fraction(int(i == j)) for j in range(d)] for i in range(d)]
    for _ in range(k):
        columns = list(zip(*power, strict=True))
        power = [[sum(r[i] * c[i] for i in used) for c in columns] for r, used in entries]
    return power


@pytest.mark.parametrize("family", SEEDED)
def test_the_same_seed_gives_the_same_bytes_and_another_another_matrix(family):
    for d in (1, 2, 7, 64):
        make = SEEDED[family]
        assert make(d, 5).shape == (d, d)
        assert make(d, 5).tobytes() == make(d, 5).tobytes()
    assert all((make(7, 5) != make(7, seed)).any() for seed in range(5))


@pytest.mark.parametrize(("d", "gain"), [(4, 1.0), (16, 0.5), (64, 3.0)])
def test_gaussian_entries_are_normal_with_variance_gain_squared_over_d(d, gain):
    entries = np.concatenate([gaussian(d, gain, seed=s).ravel() for s in range(25600 // d**2)])
    scaled = entries * np.sqrt(d) / gain
    n = len(scaled)
    assert abs(scaled.mean()) < FIVE_SIGMA / np.sqrt(n)
    assert abs(scaled.var() - 1) < FIVE_SIGMA * np.sqrt(2 / n)
    assert stats.kstest(scaled, "norm").pvalue > 1e-4


@pytest.mark.parametrize("d", [4, 64])
def test_uniform_entries_are_those_that_pytorch_documents(d):
    entries = np.concatenate([uniform(d, seed=s).ravel() for s in range(25600 // d**2)])
    bound = 1 / math.sqrt(d)
    assert abs(entries).max() <= bound
    assert stats.kstest(entries, "uniform", (-bound, 2 * bound)).pvalue > 1e-4
    # As long as those of a Gaussian matrix of gain 1/√3.
    assert abs(3 * d * (entries**2).mean() - 1) < FIVE_SIGMA * math.sqrt(0.8 / len(entries))


def test_gaussian_entries_of_a_matrix_are_uncorrelated():
    draws = np.array([gaussian(3, np.sqrt(3), seed=s).ravel() for s in range(2000)])
    correlations = np.corrcoef(draws.T)[np.triu_indices(9, 1)]
    assert abs(correlations).max() < FIVE_SIGMA / np.sqrt(2000)


@pytest.mark.parametrize("d", [1, 2, 3, 64, 256])
@pytest.mark.parametrize("gain", [0.0, 0.5, 1.0, 2.0])
def test_orthogonal_rows_are_orthogonal_and_as_long_as_the_gain(d, gain):
    W = orthogonal(d, gain, seed=3)
    np.testing.assert_allclose(W @ W.T, gain**2 * np.eye(d), atol=1e-12)


@pytest.mark.parametrize("d", [1, 2, 3])
def test_orthogonal_matrices_reflect_half_of_the_time(d):
    draws = [orthogonal(d, seed=s) for s in range(800)]
    assert fair(sum(np.linalg.det(q) > 0 for q in draws), 800)


def test_orthogonal_angles_in_the_plane_are_uniform():
    draws = [orthogonal(2, seed=s) for s in range(1000)]
    for sign in (1, -1):
        angles = [math.atan2(q[1, 0], q[0, 0]) for q in draws if np.linalg.det(q) * sign > 0]
        assert stats.kstest(angles, "uniform", args=(-np.pi, 2 * np.pi)).pvalue > 1e-4


def test_orthogonal_entries_in_space_are_uniform():
    """Archimedes: each coordinate of a uniform point of the sphere is uniform."""
    draws = np.array([orthogonal(3, seed=s) for s in range(1000)])
    for i, j in np.ndindex(3, 3):
        assert stats.kstest(draws[:, i, j], "uniform", args=(-1, 2)).pvalue > 1e-4


@pytest.mark.parametrize(("d", "fourth"), [(2, 3), (3, 3), (8, 3)])
def test_orthogonal_traces_have_the_moments_of_haar_measure(d, fourth):
    """E tr Q = 0, E tr² Q = 1, E tr⁴ Q = 3 (Diaconis & Shahshahani 1994)."""
    traces = np.array([np.trace(orthogonal(d, seed=s)) for s in range(1500)])
    for power, expected in ((1, 0), (2, 1), (4, fourth)):
        sample = traces**power
        assert abs(sample.mean() - expected) < FIVE_SIGMA * sample.std() / np.sqrt(len(sample))


@pytest.mark.parametrize("d", [1, 2, 5, 64])
@pytest.mark.parametrize("radius", [0.0, 0.9, 2.5])
def test_symmetric_is_symmetric_and_its_radius_is_its_norm(d, radius):
    W = symmetric(d, radius, seed=1)
    assert (W == W.T).all()
    assert abs(np.linalg.eigvalsh(W)).max() == pytest.approx(radius, rel=1e-12)
    assert np.linalg.svd(W)[1].max() == pytest.approx(radius, rel=1e-12)


def test_symmetric_spectrum_is_a_semicircle():
    """Half of the eigenvalues of a wide one lie where Wigner's law puts half of them."""
    eigenvalues = np.linalg.eigvalsh(symmetric(400, 1.0, seed=2))
    assert np.mean(abs(eigenvalues) < 0.40397) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(("d", "radius", "strength"), [(1, 0.9, 0.5), (6, 0.9, 2), (64, 1.1, 0.5)])
def test_triangular_eigenvalues_are_plus_and_minus_the_radius(d, radius, strength):
    W = triangular(d, radius, strength, seed=4)
    assert (np.triu(W) == W).all()
    assert set(abs(np.diag(W))) == {radius}


def test_triangular_entries_have_the_variance_and_signs_they_should():
    above, signs = [], []
    for seed in range(400):
        W = triangular(12, 0.9, 0.5, seed=seed)
        above.append(W[np.triu_indices(12, 1)])
        signs.append(np.sign(np.diag(W)))
    above, signs = np.array(above), np.array(signs)
    n = above.size
    assert abs(above.var() / (0.25 / 12) - 1) < FIVE_SIGMA * np.sqrt(2 / n)
    assert fair((signs > 0).sum(), signs.size)
    crossed = np.array([np.corrcoef(s, a)[0, 1] for s in signs.T for a in above.T])
    assert abs(crossed).max() < FIVE_SIGMA / np.sqrt(400), "the diagonal knows of the rest"


def test_triangular_diagonal_does_not_depend_on_the_strength():
    mild, strong = (triangular(9, 0.9, strength, seed=7) for strength in (0.5, 3))
    assert (np.diag(mild) == np.diag(strong)).all()
    np.testing.assert_allclose(np.triu(strong, 1), 6 * np.triu(mild, 1), rtol=1e-15)


def test_triangular_of_radius_zero_is_nilpotent_and_of_strength_zero_diagonal():
    assert not any(map(any, exact_power(triangular(6, 0, 0.5, seed=0), 6)))
    assert any(map(any, exact_power(triangular(6, 0, 0.5, seed=0), 5)))
    W = triangular(6, 0.9, 0, seed=0)
    assert (np.diag(np.diag(W)) == W).all()


@pytest.mark.parametrize("d", [1, 2, 3, 8, 20])
@pytest.mark.parametrize(("link", "radius"), [(1.5, 0.5), (1.1, 0.9), (0.25, 0.75), (2, 0)])
def test_once_round_the_ring_chain_is_the_radius_to_the_d_exactly(d, link, radius):
    power = exact_power(ring_chain(d, link, radius), d)
    for i, j in np.ndindex(d, d):
        if i != j:
            assert power[i][j] == 0
        else:
            assert abs(power[i][j] - Fraction(radius) ** d) <= Fraction(radius) ** d * d / 2**50


def test_ring_chain_entries_and_eigenvalues():
    W = ring_chain(5, 1.5, 0.9)
    expected = np.zeros((5, 5))
    for i in range(4):
        expected[i + 1, i] = 1.5
    expected[0, 4] = 0.9**5 / 1.5**4
    np.testing.assert_allclose(W, expected, rtol=1e-15)
    turns = 0.9 * np.exp(2j * np.pi * np.arange(5) / 5)
    found = np.linalg.eigvals(W)
    assert abs(found[:, None] - turns).min(axis=0).max() < 1e-13


def test_ring_chain_does_not_underflow_on_the_way():
    """0.5^400 and 1.5^399 taken one by one are far apart; their ratio is a float."""
    expected = mpmath.mpf("0.5") ** 400 / mpmath.mpf("1.5") ** 399
    assert float(ring_chain(400, 1.5, 0.5)[0, -1] / expected) == pytest.approx(1, rel=1e-12)
    assert ring_chain(3, 1e200, 1e200)[0, -1] == pytest.approx(1e200)


@pytest.mark.parametrize("d", [1, 2, 3, 10])
def test_the_delay_line_forgets_after_d_steps_and_not_before(d):
    W = delay_line(d, 1.5)
    assert not any(map(any, exact_power(W, d)))
    last = exact_power(W, d - 1)
    entries = {(i, j): last[i][j] for i, j in np.ndindex(d, d) if last[i][j]}
    assert entries == {(d - 1, 0): Fraction(3, 2) ** (d - 1)}


def test_a_delay_line_is_an_open_ring_chain():
    assert (delay_line(6, 1.5) == ring_chain(6, 1.5, 0)).all()


def rotation(angle):
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def rotated(w):
    q = np.linalg.qr(np.random.default_rng(3).normal(size=w.shape))[0]
    return q @ w @ q.T


def sheared(w):
    s = np.random.default_rng(4).normal(size=w.shape)
    return s @ w @ np.linalg.inv(s)


U, V = np.array([1.0, -2.0, 0.5]), np.array([3.0, 1.0, 2.0])
CLOSED_FORMS = {  # W, radius, norm
    "one number": ([[-3]], 3, 3),
    "zero": (np.zeros((3, 3)), 0, 0),
    "nilpotent": ([[0, 2], [0, 0]], 0, 2),
    "delay line": (delay_line(9, 1.7), 0, 1.7),
    "diagonal": (np.diag([1.0, -4, 2]), 4, 4),
    "rotation": (1.3 * rotation(0.7), 1.3, 1.3),
    "rank one": (np.outer(U, V), abs(U @ V), np.sqrt((U @ U) * (V @ V))),
    "jordan block": ([[0.9, 5], [0, 0.9]], 0.9, (5 + np.sqrt(25 + 4 * 0.81)) / 2),
    "ring chain": (ring_chain(6, 1.5, 0.9), 0.9, 1.5),
    "whole numbers": ([[1, 2], [3, 4]], (5 + np.sqrt(33)) / 2, np.sqrt(15 + np.sqrt(221))),
}


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_radius_and_norm_are_those_of_the_closed_form(name):
    W, radius, norm = CLOSED_FORMS[name]
    assert spectral_radius(W) == pytest.approx(radius, rel=1e-13, abs=1e-15)
    assert spectral_norm(W) == pytest.approx(norm, rel=1e-13)
    assert type(spectral_radius(W)) is type(spectral_norm(W)) is float


@pytest.mark.parametrize("seed", range(3))
def test_radius_and_norm_agree_with_fifty_digits(seed):
    W = gaussian(7, 1.2, seed=seed)
    with mpmath.workdps(50):
        values = mpmath.eig(mpmath.matrix(W.tolist()), left=False, right=False)
        radius = float(max(abs(x) for x in values))
        norm = float(mpmath.svd_r(mpmath.matrix(W.tolist()), compute_uv=False)[0])
    assert spectral_radius(W) == pytest.approx(radius, rel=1e-13)
    assert spectral_norm(W) == pytest.approx(norm, rel=1e-14)


@pytest.mark.parametrize("wanted", [0.0, 0.9, 3])
def test_scaling_changes_the_size_and_not_the_shape(wanted):
    W = gaussian(20, seed=0)
    before = W.copy()
    by_radius, by_norm = with_radius(W, wanted), with_norm(W, wanted)
    for scaled in (by_radius, by_norm):
        np.testing.assert_allclose(scaled * W[0, 0], W * scaled[0, 0], atol=1e-13)
    assert abs(np.linalg.eigvals(by_radius)).max() == pytest.approx(wanted, rel=1e-13)
    assert np.linalg.svd(by_norm)[1][0] == pytest.approx(wanted, rel=1e-13)
    assert (before == W).all()


def test_matrices_of_whole_numbers_are_scaled_too():
    np.testing.assert_allclose(with_radius([[2, 0], [0, 1]], 1), [[1, 0], [0, 0.5]])


D_RULE, NOT_NUMBER = r"d must be a whole number >= 1, got ", r" must be finite and >= 0, got "


@pytest.mark.parametrize(
    ("d", "message"),
    [(0, "0"), (-3, "-3"), (2.5, r"2\.5"), (math.inf, "inf"), ("3", "'3'"), (None, "None")],
)
def test_a_width_that_is_none_is_named(d, message):
    for make in (
        lambda d: gaussian(d, seed=0),
        lambda d: uniform(d, seed=0),
        lambda d: orthogonal(d, seed=0),
        lambda d: symmetric(d, 1, seed=0),
        lambda d: triangular(d, 1, 1, seed=0),
        lambda d: ring_chain(d, 1, 1),
        delay_line,
    ):
        with pytest.raises(ValueError, match=D_RULE + message):
            make(d)


@pytest.mark.parametrize("value", [-0.1, math.nan, math.inf, "1", None, 1j, [1.0, 2.0]])
@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("gain", lambda x: gaussian(3, x, seed=0)),
        ("gain", lambda x: orthogonal(3, x, seed=0)),
        ("radius", lambda x: symmetric(3, x, seed=0)),
        ("radius", lambda x: triangular(3, x, 1, seed=0)),
        ("strength", lambda x: triangular(3, 1, x, seed=0)),
        ("radius", lambda x: ring_chain(3, 1, x)),
        ("link", lambda x: delay_line(3, x)),
        ("radius", lambda x: with_radius(np.eye(2), x)),
        ("norm", lambda x: with_norm(np.eye(2), x)),
    ],
)
def test_a_size_out_of_range_is_named(name, make, value):
    with pytest.raises(ValueError, match=name + NOT_NUMBER):
        make(value)


@pytest.mark.parametrize("link", [0, -1, math.nan])
def test_a_ring_needs_links(link):
    with pytest.raises(ValueError, match="link must be finite and > 0, got"):
        ring_chain(3, link, 1)


def test_a_ring_that_no_float_closes_is_refused():
    with pytest.raises(ValueError, match=r"outside the range of a float for d = 4, link = 1e-200"):
        ring_chain(4, 1e-200, 1)


@pytest.mark.parametrize("seed", [-1, 1.5, None, "0", np.random.default_rng(0)])
@pytest.mark.parametrize("family", SEEDED)
def test_a_seed_that_is_none_is_named(family, seed):
    with pytest.raises(ValueError, match="seed must be a whole number >= 0, got"):
        SEEDED[family](3, seed)


@pytest.mark.parametrize(
    ("W", "message"),
    [
        (np.zeros((2, 3)), r"W must be square with N >= 1, got shape \(2, 3\)"),
        (np.zeros((0, 0)), r"W must be square with N >= 1, got shape \(0, 0\)"),
        (5, r"W must have shape \(N, N\), got \(\)"),
        ([1, 2], r"W must have shape \(N, N\), got \(2,\)"),
        ([[1, 2], [math.nan, 4]], r"W must be finite, got nan at \(1, 0\)"),
        ([[1, math.inf], [3, 4]], r"W must be finite, got inf at \(0, 1\)"),
        ([[1j, 0], [0, 1]], r"W must hold real numbers of shape \(N, N\), got \[\[1j"),
        ([[1, 2], [3]], r"W must hold real numbers of shape \(N, N\), got \[\[1, 2\], \[3\]\]"),
        ([["1"]], r"W must hold real numbers of shape \(N, N\), got \[\['1'\]\]"),
    ],
)
def test_a_matrix_that_is_none_is_named(W, message):
    for function in (
        spectral_radius,
        spectral_norm,
        lambda W: with_radius(W, 1),
        lambda W: with_norm(W, 1),
    ):
        with pytest.raises(ValueError, match=message):
            function(W)


def test_a_matrix_of_size_zero_cannot_be_scaled():
    with pytest.raises(ValueError, match="W has spectral radius 0, which no factor changes to 2"):
        with_radius(delay_line(4), 2)
    with pytest.raises(ValueError, match="W has spectral norm 0, which no factor changes to 2"):
        with_norm(np.zeros((2, 2)), 2)


def test_a_closing_link_below_the_range_of_a_float_is_refused():
    with pytest.raises(ValueError, match="outside the range of a float for d = 1500"):
        ring_chain(1500, 1.5, 0.9)
    assert ring_chain(1500, 1.5, 0.0)[0, -1] == 0


@pytest.mark.parametrize("size", [1e-310, 1e300])
def test_matrices_of_extreme_size_are_scaled_too(size):
    w = size * np.array([[0.0, 2.0], [1.0, 0.0]])
    np.testing.assert_allclose(with_norm(w, 1.0), [[0, 1], [0.5, 0]])
    np.testing.assert_allclose(with_radius(w, 1.0), [[0, 2**0.5], [0.5**0.5, 0]])


@pytest.mark.parametrize("size", [1e20, 1e200, 1e300])
def test_rows_and_columns_of_very_different_size_have_the_radius_they_have(size):
    w = np.array([[0, size], [1 / size, 0]])
    assert spectral_radius(w) == pytest.approx(1, rel=1e-14)
    assert spectral_radius(w + np.eye(2)) == pytest.approx(2, rel=1e-14)


def test_a_hidden_part_without_eigenvalues_does_not_hide_the_others():
    w = np.kron(np.diag([1.0, 0.0]), rotated(delay_line(12))) + np.kron(
        [[0, 1], [0, 0]], np.eye(12)
    )
    w[-1, -1] = -1e-3
    order = np.random.default_rng(0).permutation(24)
    assert spectral_radius(w[np.ix_(order, order)]) == 1e-3


@pytest.mark.parametrize(
    "w",
    [[[1e-18, 1], [0, -1e-18]], [[0, 1e20], [1e-20, 0]], [[0, 1], [1e-40, 0]], [[1, 1e17], [0, 1]]],
)
def test_a_radius_that_is_nothing_beside_the_norm_cannot_be_scaled(w):
    with pytest.raises(ValueError, match="W has spectral radius 0, which no factor changes"):
        with_radius(w, 0.9)


@pytest.mark.parametrize("small", [1e-3, 1e-9, 1e-14])
def test_a_small_radius_that_rounding_leaves_alone_can(small):
    w = np.array([[small, 1], [0, -small]])
    np.testing.assert_allclose(with_radius(w, 0.9), w * 0.9 / small, rtol=1e-14)


@pytest.mark.parametrize(("d", "radius"), [(16, 0.5), (64, 0.9), (200, 0.9)])
def test_the_ring_chain_can_though_it_is_almost_open(d, radius):
    w = ring_chain(d, 1.2, radius)
    np.testing.assert_allclose(with_radius(w, 0.3), w * 0.3 / radius, rtol=1e-3)


def test_what_no_float_holds_is_refused():
    with pytest.raises(ValueError, match=r"W scaled to radius 1e\+308 is beyond the range of a fl"):
        with_radius([[1, 100], [1e-3, 1]], 1e308)


HIDDEN = {  # all eigenvalues are 0; what computed ones seem to be
    "two": ([[1, -1], [1, -1]], 0),
    "whole numbers": ([[5, -3, 2], [15, -9, 6], [10, -6, 4]], 0),
    "permuted": (np.triu(np.ones((9, 9)), 1)[np.ix_(*[np.arange(9) * 4 % 9] * 2)], 0),
    "rotated": (rotated(delay_line(5)), 1e-4),
    "rotated and wide": (rotated(delay_line(64)), 0.5),
    "rotated sum": (rotated(np.triu(np.ones((12, 12)), 1)), 1e-3),
    "sheared": (sheared(delay_line(6)), 1e-4),
    "rotated and scaled": (
        rotated(delay_line(8)) * 10.0 ** np.subtract.outer(*[np.arange(8)] * 2),
        0,
    ),
    "cancelling": (matrix("cancelling", 32, 1.0, seed=0), 0),
    "zero": (np.zeros((2, 2)), 0),
}


@pytest.mark.parametrize("size", [1e-300, 1, 1e300])
@pytest.mark.parametrize("name", HIDDEN)
def test_that_all_eigenvalues_are_zero_is_seen_relative_to_the_norm(name, size):
    w, seems = HIDDEN[name]
    w = np.asarray(w) * size
    assert np.abs(np.linalg.eigvals(w)).max() >= seems * size
    assert spectral_radius(w) == 0
    with pytest.raises(
        ValueError, match=r"W has spectral radius 0, which no factor changes to 0\.9"
    ):
        with_radius(w, 0.9)
