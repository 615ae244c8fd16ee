"""`longrange.recall_error` and `recall_readout` against closed forms and other readouts."""

import math

import mpmath
import numpy as np
import pytest
from small_networks import BAD_MATRICES, FAMILIES, W3, unit

from longrange import gaussian, orthogonal, recall_error, recall_readout, run

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
