"""`longrange.rounding` against exact ranks and eigenvalues."""

from fractions import Fraction

import numpy as np
import pytest
from small_networks import orthogonal

from longrange import delay_line, gaussian, ring_chain, triangular
from longrange.rounding import blocks, is_nilpotent, lasting, rank, residue


def rng(*seed):
    return np.random.default_rng([41, *seed])


def sheared(w, condition, seed):
    """Return S W S⁻¹, S of that condition."""
    one, other = (orthogonal(len(w), seed=2 * seed + i) for i in (0, 1))
    sizes = np.geomspace(1, 1 / condition, len(w))
    return (one * sizes) @ other @ w @ (other.T / sizes) @ one.T


def no_cycle(d, seed):
    """Return a matrix of random whole numbers, strictly triangular in a random order of units."""
    order = rng(d, seed).permutation(d)
    return np.triu(rng(d, seed, 1).integers(-3, 4, (d, d)), 1)[np.ix_(order, order)] * 1.0


def unimodular(d, seed):
    """Return U N U⁻¹ in whole numbers, exactly: both of U and its inverse are."""
    lower = np.tril(rng(d, seed).integers(-1, 2, (d, d)), -1) + np.eye(d)
    inverse = np.rint(np.linalg.inv(lower))
    assert (lower @ inverse == np.eye(d)).all()
    return lower @ np.triu(rng(d, seed, 1).integers(-2, 3, (d, d)), 1) @ inverse


ZERO = {
    "no cycle": no_cycle,
    "whole numbers": unimodular,
    "rotated block": lambda d, s: sheared(delay_line(d), 1, s),
    "rotated sums": lambda d, s: sheared(np.triu(rng(d, s).normal(size=(d, d)), 1), 1, s),
    "rotated graded": lambda d, s: sheared(np.diag(np.geomspace(1, 1e-6, d - 1), 1), 1, s),
    "sheared block": lambda d, s: sheared(delay_line(d), 100, s),
    "sheared sums": lambda d, s: sheared(np.triu(rng(d, s).normal(size=(d, d)), 1), 100, s),
    "two blocks": lambda d, s: sheared(np.kron(np.diag([1, 1e-3]), delay_line(d)), 1, s),
    "rank one": lambda d, s: sheared(np.eye(d)[:, :1] * (np.arange(d) > 0), 10, s),
}


@pytest.mark.parametrize("d", [2, 3, 4, 7, 16, 33, 64])
@pytest.mark.parametrize("kind", ZERO)
def test_what_has_no_eigenvalue_but_zero_is_nilpotent_in_any_frame_order_and_scale(kind, d):
    for seed in range(4):
        w = ZERO[kind](d, seed)
        scales = 2.0 ** rng(d, seed, 2).integers(-30, 31, len(w))
        order = rng(d, seed, 3).permutation(len(w))
        for one in (w, -1e-200 * w, w.T, w * scales[:, None] / scales, w[np.ix_(order, order)]):
            assert is_nilpotent(one), seed


OTHER = {  # radius beside the norm: all of them are far from what rounding makes
    "gaussian": lambda d, s: gaussian(d, seed=s),
    "one row lost": lambda d, s: gaussian(d, seed=s) * (np.arange(d) > 0)[:, None],
    "no diagonal": lambda d, s: gaussian(d, seed=s) * (1 - np.eye(d)),
    "orthogonal": lambda d, s: orthogonal(d, seed=s),
    "turn": lambda d, _: np.roll(np.eye(d), 1, 0),
    "odd": lambda d, s: gaussian(d, seed=s) - gaussian(d, seed=s).T,
    "ring chain": lambda d, _: ring_chain(d, 1.5, 0.9),
    "ring chain, closed by next to nothing": lambda d, _: ring_chain(d, 1.5, 0.1),
    "rotated ring chain": lambda d, s: sheared(ring_chain(d, 1.1, 0.9), 1, s),
    "triangular": lambda d, s: triangular(d, 0.9, 3, seed=s),
    "triangular, small": lambda d, s: triangular(d, 1e-6, 1, seed=s),
    "rotated triangular": lambda d, s: sheared(triangular(d, 0.9, 0.5, seed=s), 1, s),
    "small beside its norm": lambda d, _: delay_line(d) + 1e-20 * np.eye(d),
    "one unit of many": lambda d, _: (
        np.diag([1e-3, *[0.0] * (d - 1)]) + np.diag([1.0] * (d - 1), 1)
    ),
}


@pytest.mark.parametrize("d", [2, 3, 4, 7, 16, 33, 64, 128])
@pytest.mark.parametrize("kind", OTHER)
def test_what_has_another_eigenvalue_is_not(kind, d):
    for seed in range(2):
        w = OTHER[kind](d, seed)
        scales = 2.0 ** rng(d, seed, 2).integers(-30, 31, len(w))
        for one in (w, 1e200 * w, w.T, w * scales[:, None] / scales):
            assert not is_nilpotent(one), seed


def test_what_lasts_is_counted_block_by_block():
    block, turn = sheared(delay_line(6), 1, 0), sheared(np.diag([1, 0.5, 0, 0]), 1, 1)
    w = np.zeros((11, 11))
    w[:6, :6], w[6:10, 6:10], w[10, 10] = block, turn, 1e-30
    w[:6, 6:], w[6:10, 10] = 1, 1  # what one part hands to the next changes no eigenvalue
    order = rng(1).permutation(11)
    assert lasting(w[np.ix_(order, order)]) == 2 + 1
    assert lasting(block) == lasting(np.zeros((3, 3))) == 0
    assert sorted(map(len, blocks(w))) == [1, 4, 6]


def exact_rank(w):
    """Return the rank by Gauss's elimination in fractions."""
    rows, found = [[Fraction(x) for x in row] for row in w.tolist()], 0
    for column in range(len(w[0])):
        if pivot := next((row for row in rows if row[column]), None):
            found += 1
            rows.remove(pivot)
            for row in rows:
                share = row[column] / pivot[column]
                row[:] = [a - share * b for a, b in zip(row, pivot, strict=True)]
    return found


@pytest.mark.parametrize("d", [1, 2, 3, 8])
def test_the_rank_is_that_of_exact_elimination_whatever_the_scale_of_rows_and_columns(d):
    for seed in range(12):
        kept = seed % (d + 1)
        w = rng(d, seed).integers(-3, 4, (d, kept)) @ rng(d, seed, 1).integers(-3, 4, (kept, d))
        expected, scales = exact_rank(w), 10.0 ** rng(d, seed, 2).integers(-9, 10, (2, d))
        assert rank(w * 1.0) == rank(w * scales[0][:, None] * scales[1]) == expected


@pytest.mark.parametrize("d", [2, 5, 16, 64])
def test_what_rounding_leaves_of_a_lost_direction_is_not_counted(d):
    for kept in {0, 1, d // 2, d - 1}:
        sizes = np.where(np.arange(d) < kept, np.linspace(1, 0.1, d), 0)
        assert rank((orthogonal(d, seed=1) * sizes) @ orthogonal(d, seed=2)) == kept
    assert rank(ring_chain(d, 1.5, 0.5)) == d
    assert rank(np.diag(np.geomspace(1, 1e-300, d))) == d


def test_what_is_left_of_zero_grows_with_what_was_added():
    assert residue(3.0, 10) == 30 * 2.0**-52
    assert residue(0.0, 10) == 0
