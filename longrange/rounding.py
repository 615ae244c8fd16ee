"""Zero among rounded numbers: one relative test, for all that ask whether something is 0.

What is 0 in exact arithmetic comes out of a computation as some rounding errors: small beside what
went into it, and anything beside 0. So no number is compared with 0, but with its own error bound.
"""

from collections.abc import Iterator

import numpy as np
import scipy
from numpy.typing import NDArray

EPS = float(np.finfo(float).eps)
# Of a matrix that was itself computed, in units of EPS: S N S⁻¹ carries about the condition of S.
_GIVEN = 1000


def residue(size: float, terms: int) -> float:
    """Return the most that rounding leaves of 0, summed over `terms` numbers as large as `size`."""
    return terms * EPS * size


def rank(W: NDArray[np.float64]) -> int:
    """Return how many directions `W` keeps, those not counted that rounding may have left.

    It does not depend on the scale of rows and columns: each is first made as large as the others.

    Parameters
    ----------
    W : ndarray of shape (M, N)

    Returns
    -------
    int
        How many singular values exceed 2e-13 of the largest.
    """
    for axis in (1, 0):
        largest = np.abs(W).max(axis, keepdims=True)
        W = W / np.where(largest > 0, largest, 1)
    sizes = np.linalg.svd(W, compute_uv=False)
    return int((sizes > residue(sizes[0], _GIVEN)).sum())


def blocks(W: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    """Yield what stands on the diagonal of `W`, its units ordered so that 0 stands below.

    All eigenvalues of `W` are those of its blocks, units that reach each other (Tarjan 1972).

    Parameters
    ----------
    W : ndarray of shape (N, N)

    Yields
    ------
    ndarray of shape (M, M)
        Balanced: scaled by powers of 2 until rows are as large as columns (Parlett & Reinsch
        1969), for the scale of units does not change eigenvalues.
    """
    label = np.zeros(len(W), dtype=int)
    if not W.all():
        label = scipy.sparse.csgraph.connected_components(W != 0, connection="strong")[1]
    for one in range(label.max() + 1):
        inside = np.flatnonzero(label == one)
        yield scipy.linalg.lapack.dgebal(W[np.ix_(inside, inside)], scale=1)[0]


def is_nilpotent(W: NDArray[np.float64]) -> bool:
    """Whether all eigenvalues of `W` are 0, as far as rounding lets that be seen.

    Computed eigenvalues do not tell: those of a Jordan block of size N are off by the N-th root of
    a rounding error (Golub & Wilkinson 1976). But W^N = 0 moves by no more than its terms do. So
    each of the `blocks` is squared until its power is at least its size, and with each square goes
    a bound on its error, entry by entry and in norm: what W comes with, at most 2e-13 of the
    block's norm along a row and none where it is 0, and what each product adds (Higham 2002,
    sections 3.5 and 18.1). All eigenvalues are 0 once a power is within its bound, and are not
    once a trace is beyond.

    Parameters
    ----------
    W : ndarray of shape (N, N)

    Returns
    -------
    bool
    """
    return all(vanishes(block) for block in blocks(W))


def lasting(W: NDArray[np.float64]) -> int:
    """Return how many eigenvalues of `W` may be other than 0: those of blocks that do not vanish.

    Parameters
    ----------
    W : ndarray of shape (N, N)

    Returns
    -------
    int
        Of such a block, as many as its rank.
    """
    return sum(rank(block) for block in blocks(W) if not vanishes(block))


def vanishes(block: NDArray[np.float64]) -> bool:
    """Whether one of the `blocks` is nilpotent: see `is_nilpotent`."""
    if len(block) == 1:
        return block.item() == 0
    power = block / np.abs(block).max()
    size, terms = float(np.linalg.norm(power, 2)), len(power)
    error = residue(size, _GIVEN) / terms
    errors = np.where(power == 0, 0, error)
    for doubled in range((terms - 1).bit_length() + 1):
        if doubled:
            sizes, size = np.abs(power), float(np.linalg.norm(power, 2))
            power = power @ power
            error = (2 * size + error) * error + residue(size**2, terms)
            errors = sizes @ errors + errors @ (sizes + errors) + residue(1, terms) * sizes @ sizes
            errors = np.minimum(errors, error)
            scale = max(np.abs(power).max(), errors.max())
            power, errors, error = power / scale, errors / scale, error / scale
        if (np.abs(power) <= errors).all():
            return True
        if abs(np.trace(power)) > np.trace(errors):
            return False
    return False
