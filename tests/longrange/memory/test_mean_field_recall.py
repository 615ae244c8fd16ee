"""`longrange.mean_field_recall` against a quadratic equation and networks that grow."""

import math

import numpy as np
import pytest
from small_networks import unit

from longrange import mean_field_recall, orthogonal, recall_error


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
        ([1.0], 2.5, r"d must be a whole number >= 1, got 2\.5"),
        ([1.0], None, "d must be a whole number >= 1, got None"),
    ],
)
def test_a_mean_field_that_cannot_be_is_named(strengths, d, message):
    with pytest.raises(ValueError, match=message):
        mean_field_recall(strengths, d, noise=0.1)
