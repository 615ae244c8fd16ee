"""`longrange.associative` against exact fractions, closed forms, optimality and simulation."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from small_networks import orthogonal

from longrange import (
    delta_rule_memory,
    least_squares_memory,
    outer_product_accuracy,
    outer_product_error,
    outer_product_memory,
    recall_accuracy,
    recall_error,
    relative_error,
    softmax_recall,
)

KEYS = [[3, 4, 0], [0, 5, 12], [8, 0, 6], [2, 3, 6], [1, 4, 8]]
VALUES = [[1, -2], [0, 3], [4, 1], [-1, 2], [5, 0]]


def directions(rng, n, d):
    drawn = rng.normal(size=(n, d))
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def exact_memory(strength):
    """Return S in fractions, pair by pair: added if `strength` is None, else by the delta rule."""
    memory = [[Fraction(0)] * 3 for _ in range(2)]
    for key, value in zip(KEYS, VALUES, strict=True):
        for row, wanted in zip(memory, value, strict=True):
            told = sum(s * k for s, k in zip(row, key, strict=True))
            step = wanted if strength is None else strength * (wanted - told)
            row[:] = [s + step * k for s, k in zip(row, key, strict=True)]
    return [[float(s) for s in row] for row in memory]


def test_the_outer_products_add_up_as_fractions_do():
    assert outer_product_memory(KEYS, VALUES).tolist() == exact_memory(None)


@pytest.mark.parametrize("strength", [Fraction(1, 100), Fraction(1, 7), Fraction(1)])
def test_the_delta_rule_corrects_as_fractions_do(strength):
    found = delta_rule_memory(KEYS, VALUES, strength=float(strength))
    np.testing.assert_allclose(found, exact_memory(strength), rtol=1e-12)


@pytest.mark.parametrize("memory", [outer_product_memory, delta_rule_memory, least_squares_memory])
def test_orthogonal_keys_do_not_disturb_each_other(memory):
    keys, values = orthogonal(8, seed=0)[:6], np.random.default_rng(1).normal(size=(6, 3))
    found = memory(keys, values)
    np.testing.assert_allclose(keys @ found.T, values, atol=1e-14)
    np.testing.assert_allclose(found @ orthogonal(8, seed=0)[6:].T, 0, atol=1e-14)


def test_a_key_written_again_is_replaced_by_the_delta_rule_and_added_to_by_the_sum():
    keys = np.concatenate([orthogonal(4, seed=2)] * 2)
    values = np.random.default_rng(3).normal(size=(8, 5))
    np.testing.assert_allclose(keys[4:] @ delta_rule_memory(keys, values).T, values[4:], atol=1e-14)
    both = values[:4] + values[4:]
    np.testing.assert_allclose(keys[4:] @ outer_product_memory(keys, values).T, both, atol=1e-14)


@pytest.mark.parametrize("strength", [0.3, 1.0])
def test_what_the_delta_rule_forgets_is_what_the_averages_say(strength):
    """E|S k - v|² at age a, from the averages over one more random key at a time.

    With b = strength, s = E|S|², q = E|S k|², p = E[v · S k]; a fresh unit key x has
    E[(x·k)²] = 1/d and E[(x·k)² |S x|²] = (s + 2 q) / (d (d + 2)).
    """
    d, n, runs, b = 6, 20, 2500, strength
    rng = np.random.default_rng(5)
    errors = np.empty((runs, n))
    for run in range(runs):
        keys, values = directions(rng, n, d), directions(rng, n, d)
        answers = keys @ delta_rule_memory(keys, values, strength=b).T
        errors[run] = ((answers - values) ** 2).sum(axis=1)
    expected, s = [], 0.0
    for written in range(n):
        # Just after its own write: S k is (1 - b) of what was there, plus b v.
        q, p = (1 - b) ** 2 * s / d + b**2, b
        s = s * (1 - (2 * b - b**2) / d) + b**2
        size = s
        for _ in range(n - 1 - written):
            q += b**2 / d - 2 * b * q / d + b**2 * (size + 2 * q) / (d * (d + 2))
            p -= b * p / d
            size = size * (1 - (2 * b - b**2) / d) + b**2
        expected.append(q - 2 * p + 1)
    margin = 5 * errors.std(axis=0) / math.sqrt(runs) + 1e-12
    assert (abs(errors.mean(axis=0) - expected) < margin).all()
    assert expected[0] > expected[-1]


@pytest.mark.parametrize(("n", "d", "width"), [(3, 3, 2), (7, 3, 2), (40, 10, 1), (5, 9, 4)])
def test_least_squares_solve_the_normal_equations_and_nothing_near_is_better(n, d, width):
    rng = np.random.default_rng(n)
    keys, values = rng.normal(size=(n, d)), rng.normal(size=(n, width))
    best = least_squares_memory(keys, values)
    np.testing.assert_allclose((best @ keys.T - values.T) @ keys, 0, atol=1e-12)
    lowest = relative_error(keys @ best.T, values)
    if n <= d:
        assert lowest < 1e-25
        # Of all that are exact the smallest: nothing outside the span of the keys.
        beyond = np.eye(d) - np.linalg.pinv(keys) @ keys
        np.testing.assert_allclose(best @ beyond, 0, atol=1e-12)
        return
    for _ in range(5):
        other = best + 1e-3 * rng.normal(size=best.shape)
        assert relative_error(keys @ other.T, values) > lowest


@pytest.mark.parametrize(("n", "d"), [(12, 16), (16, 16), (20, 16), (48, 16), (160, 16)])
def test_least_squares_lose_what_a_state_of_that_width_must(n, d):
    """Each entry of the values is a list of n numbers recalled from d: `recall_error`."""
    rng, found = np.random.default_rng(n), []
    for _ in range(40):
        keys, values = directions(rng, n, d), rng.normal(size=(n, 30))
        found.append(relative_error(keys @ least_squares_memory(keys, values).T, values))
    margin = 5 * np.std(found) / math.sqrt(len(found)) + 1e-12
    assert abs(np.mean(found) - max(0, 1 - d / n)) < margin
    assert recall_error(np.eye(d), keys).mean() == pytest.approx(max(0, 1 - d / n), abs=1e-12)


@pytest.mark.parametrize(("n", "d"), [(1, 4), (2, 2), (9, 4), (33, 16)])
@pytest.mark.parametrize("words", [3, None])
def test_the_error_of_the_sum_is_the_number_of_other_keys_over_the_width(n, d, words):
    rng, found = np.random.default_rng([n, d]), []
    for _ in range(800):
        keys = directions(rng, n, d)
        values = directions(rng, words or n, 5)[rng.integers(words or n, size=n)]
        found.append(relative_error(keys @ outer_product_memory(keys, values).T, values))
    margin = 5 * np.std(found) / math.sqrt(len(found)) + 1e-12
    assert abs(np.mean(found) - outer_product_error(n, d)) < margin


@pytest.mark.parametrize("sharpness", [0, 1, 7.5, 700, 5000])
def test_attention_over_orthogonal_keys_is_a_mean_that_leans_to_one(sharpness):
    n = 6
    keys, values = orthogonal(n, seed=4), np.random.default_rng(6).normal(size=(n, 3))
    with mpmath.workdps(30):
        own = float(mpmath.exp(sharpness) / (mpmath.exp(sharpness) + n - 1))
    others = (values.sum(axis=0) - values) / (n - 1)
    expected = own * values + (1 - own) * others
    found = softmax_recall(keys, values, keys, sharpness=sharpness)
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_attention_is_the_same_for_many_queries_as_for_one(monkeypatch):
    rng = np.random.default_rng(7)
    keys, values, queries = (rng.normal(size=s) for s in ((50, 4), (50, 3), (23, 4)))
    whole = softmax_recall(keys, values, queries, sharpness=2)
    monkeypatch.setattr("longrange.associative._BLOCK", 150)  # three queries a block
    np.testing.assert_allclose(
        softmax_recall(keys, values, queries, sharpness=2), whole, rtol=1e-13
    )
    for query, answer in zip(queries, whole, strict=True):
        weights = [math.exp(2 * math.fsum(k * query)) for k in keys]
        expected = [math.fsum(weights * column) / math.fsum(weights) for column in values.T]
        np.testing.assert_allclose(answer, expected, rtol=1e-12)


@pytest.mark.parametrize("size", [1e-310, 1e-170, 1e170, 1e307])
def test_the_relative_error_does_not_depend_on_the_size(size):
    """Squares of such numbers are beyond a float."""
    values, answers = np.array([[1.0, -2.0], [3.0, 0.5]]), np.array([[1.5, -2.0], [2.0, 1.0]])
    expected = relative_error(answers, values)
    assert relative_error(size * answers, size * values) == pytest.approx(expected, rel=1e-12)
    with pytest.raises(ValueError, match="beyond the range of a float"):
        relative_error([[1e200]], [[1e-200]])


def test_the_relative_error_of_nothing_is_one_and_of_twice_the_value_too():
    values = np.random.default_rng(8).normal(size=(5, 3))
    assert relative_error(0 * values, values) == 1
    assert relative_error(2 * values, values) == 1
    assert relative_error(values, values) == 0
    assert relative_error([[1, 0], [0, 3]], [[1, 1], [1, 1]]) == (1 + 1 + 4) / 4


def test_the_nearest_word_counts_and_not_the_longest():
    vocabulary = [[1, 0], [10, 0], [0, 1]]
    answers = [[2, 0], [6, 0], [0.1, 0.2], [-5, -4]]
    assert recall_accuracy(answers, [0, 1, 2, 2], vocabulary) == 1
    assert recall_accuracy(answers, [0, 1, 0, 0], vocabulary) == 0.5
    assert recall_accuracy([[0.5, 0.5]], [0], vocabulary) == 1  # a tie: the first


@pytest.mark.parametrize(("n", "d"), [(32, 16), (128, 16), (64, 32), (128, 32), (512, 32)])
def test_accuracy_is_as_computed_for_gaussian_interference(n, d):
    m, rng, found, ideal = 256, np.random.default_rng([n, d]), [], []
    spread = math.sqrt((n - 1) / d * (1 / d + 1 / m))
    for _ in range(40):
        vocabulary = directions(rng, m, d)
        words = rng.integers(m, size=n)
        keys, values = directions(rng, n, d), vocabulary[words]
        answers = keys @ outer_product_memory(keys, values).T
        found.append(recall_accuracy(answers, words, vocabulary))
        ideal.append(
            recall_accuracy(values + rng.normal(0, spread, values.shape), words, vocabulary)
        )
    expected = outer_product_accuracy(n, d, m)
    print(f"\nn={n}, d={d}: {np.mean(found):.4f}, Gaussian {np.mean(ideal):.4f}, {expected:.4f}")
    # For interference that is Gaussian the expression is exact.
    assert abs(np.mean(ideal) - expected) < 5 * np.std(ideal) / math.sqrt(40)
    assert abs(np.mean(found) - expected) < 5 * np.std(found) / math.sqrt(40) + 0.015


@pytest.mark.parametrize(("n", "m"), [(2, 2), (5, 2), (40, 2), (9, 6)])
def test_accuracy_in_the_plane_is_an_integral_over_angles(n, m):
    """A wrong word must keep further from the answer than the right one, at the angle θ."""
    sigma = math.sqrt((n - 1) / 2 * (1 / 2 + 1 / m))
    cells, most = 500, 1 + 10 * sigma
    angle = (np.arange(cells)[:, None] + 0.5) * math.pi / cells  # the middles of the cells
    r = (np.arange(cells) + 0.5) * most / cells
    distance = (r * np.cos(angle) - 1) ** 2 + (r * np.sin(angle)) ** 2
    density = np.exp(-distance / (2 * sigma**2)) / (2 * math.pi * sigma**2)
    area = r * most / cells * math.pi / cells
    assert 2 * (density * area).sum() == pytest.approx(1, abs=1e-4)
    expected = 2 * ((1 - angle / math.pi) ** (m - 1) * density * area).sum()
    assert outer_product_accuracy(n, 2, m) == pytest.approx(expected, abs=2e-3)


def test_half_of_the_words_come_back_at_the_number_of_entries_over_a_logarithm():
    """For m = 4 d the variance is 5/4 n/d², and must be 1/(2 ln m); the limit is from above."""
    ratios = []
    for d in (2**10, 2**20, 2**40):
        low, high = 0.5, 2.5
        for _ in range(9):  # to 1/256
            middle = (low + high) / 2
            n = round(middle * d**2 / (5 / 4 * 2 * math.log(4 * d)))
            half = outer_product_accuracy(n, d, 4 * d) > 0.5
            low, high = (middle, high) if half else (low, middle)
        ratios.append(low)
    assert ratios[0] > ratios[1] > ratios[2]
    assert 1 < ratios[-1] < 1.12


def test_one_pair_or_one_word_is_always_right():
    assert outer_product_accuracy(1, 16, 256) == 1
    assert outer_product_accuracy(1000, 16, 1) == 1


MEMORIES = {
    "outer_product_memory": outer_product_memory,
    "delta_rule_memory": delta_rule_memory,
    "least_squares_memory": least_squares_memory,
    "softmax_recall": lambda k, v: softmax_recall(k, v, [[1.0, 0.0]], sharpness=1),
}
K2, V2 = np.eye(2), np.ones((2, 3))


@pytest.mark.parametrize("function", MEMORIES)
@pytest.mark.parametrize(
    ("keys", "values", "message"),
    [
        (np.ones(2), V2, r"keys must have shape \(n, N\), got \(2,\)"),
        (K2 * 1j, V2, r"keys must hold real numbers of shape \(n, N\)"),
        ([[math.nan, 0], [0, 1]], V2, r"keys must be finite, got nan at \(0, 0\)"),
        (K2, np.ones((2, 3, 1)), r"values must have shape \(n, M\), got \(2, 3, 1\)"),
        (K2, [[math.inf], [0]], r"values must be finite, got inf at \(0, 0\)"),
        (K2, None, r"values must hold real numbers of shape \(n, M\)"),
        (K2, np.ones((3, 3)), "keys and values must be as many, got 2 and 3"),
        (np.ones((0, 2)), np.ones((0, 3)), r"there must be pairs, got shapes \(0, 2\) and \(0, 3"),
        (np.ones((2, 0)), V2, r"there must be pairs, got shapes \(2, 0\) and \(2, 3\)"),
        (K2, np.ones((2, 0)), r"there must be pairs, got shapes \(2, 2\) and \(2, 0\)"),
    ],
)
def test_pairs_that_are_none_are_named(function, keys, values, message):
    with pytest.raises(ValueError, match=message):
        MEMORIES[function](keys, values)


@pytest.mark.parametrize(
    "call",
    [
        lambda: outer_product_memory(1e200 * K2, 1e200 * V2),
        lambda: delta_rule_memory(np.full((400, 1), 10.0), np.ones((400, 1))),
        lambda: least_squares_memory(1e-200 * K2, 1e200 * V2),
        lambda: softmax_recall(1e200 * K2, V2, 1e200 * K2, sharpness=1),
    ],
)
def test_what_is_beyond_a_float_is_refused(call):
    with pytest.raises(ValueError, match="the result is beyond the range of a float"):
        call()


@pytest.mark.parametrize("bad", [-0.1, math.nan, math.inf, "1", None, 1j, [0.5]])
def test_a_strength_or_sharpness_that_is_none_is_named(bad):
    with pytest.raises(ValueError, match="strength must be finite and >= 0, got"):
        delta_rule_memory(K2, V2, strength=bad)
    with pytest.raises(ValueError, match="sharpness must be finite and >= 0, got"):
        softmax_recall(K2, V2, K2, sharpness=bad)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: softmax_recall(K2, V2, np.ones((1, 3)), sharpness=1),
         r"queries must have shape \(Q, 2\), got \(1, 3\)"),
        (lambda: relative_error(K2, V2), r"answers must have shape \(2, 3\), got \(2, 2\)"),
        (lambda: relative_error(0 * V2, 0 * V2), "values must not all be 0"),
        (lambda: relative_error(np.ones((0, 2)), np.ones((0, 2))), "values must not all be 0"),
        (lambda: recall_accuracy(V2, [0, 1], K2), r"answers must have shape \(n, 2\), got \(2, 3"),
        (lambda: recall_accuracy(K2, [0, 2], K2), "words must be whole, from 0 to 1, got 2"),
        (lambda: recall_accuracy(K2, [0, 0.5], K2), "words must be whole, from 0 to 1, got 0.5"),
        (lambda: recall_accuracy(K2, [0], K2), "words must be 2 >= 1, one an answer, got 1"),
        (lambda: recall_accuracy(K2[:0], [], K2), "words must be 0 >= 1, one an answer, got 0"),
        (lambda: outer_product_error(0, 4), "n must be a whole number >= 1, got 0"),
        (lambda: outer_product_error(4, 0), "d must be a whole number >= 1, got 0"),
        (lambda: outer_product_accuracy(0, 4, 9), "n must be a whole number >= 1, got 0"),
        (lambda: outer_product_accuracy(4, 1, 9), "d must be a whole number >= 2, got 1"),
        (lambda: outer_product_accuracy(4, 4, 0), "words must be a whole number >= 1, got 0"),
        (lambda: outer_product_accuracy(4, 4, 2.5), r"words must be a whole number >= 1, got 2\.5"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
