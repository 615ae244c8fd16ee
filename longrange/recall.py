"""How well n items are read back from a state of width d into which a linear network wrote them.

All is done with singular values of what was written, never with its covariance: squared, they
drown in rounding.
"""

import numpy as np
import scipy
from numpy.typing import ArrayLike

from longrange import arguments, recurrence, rounding


def recall_error(W: ArrayLike, writes: ArrayLike, *, noise: float = 0.0) -> np.ndarray:
    """Return how badly each of n items is read back from h_n = Σ_i W^{n-i} b_i u_i.

    The items u_i are independent, of mean 0 and variance 1; the readout is the best linear one.
    With the columns a_i = W^{n-i} b_i and A = U S Vᵀ the error of item i is
    1 - Σ_j V_ij² s_j² / (s_j² + σ²). Without noise the errors add up to n less the rank of A.

    Parameters
    ----------
    W : array_like of shape (N, N)
    writes : array_like of shape (n, N)
        b_i, the direction in which item i is written, oldest first; n >= 1.
    noise : float
        σ >= 0, standard deviation of the noise on each unit when it is read.

    Returns
    -------
    ndarray of shape (n,)
        Mean squared error, from 0 to 1, where 1 is as bad as not having read it. A direction
        whose s_j is below max(n, N) × 2e-16 of the largest is taken as lost: it is rounding.

    Raises
    ------
    ValueError
        If shapes do not fit, an entry is not finite, `noise` is negative, or what was written
        overflows.
    """
    _, sizes, right, noise = _held(W, writes, noise)
    lost, held = np.ones(sizes.size), sizes > 0
    lost[held] = (noise / np.hypot(sizes[held], noise)) ** 2
    # Each item's part in directions of the state that are lost, and its part in none.
    outside = 1 - (right**2).sum(axis=0) if len(right) < right.shape[1] else 0
    return np.clip(lost @ right**2 + outside, 0, 1)


def recall_readout(W: ArrayLike, writes: ArrayLike, *, noise: float = 0.0) -> np.ndarray:
    """Return the best linear readout of n items from h_n: R h_n estimates (u_1, …, u_n).

    R = Aᵀ (A Aᵀ + σ² I)⁻¹ in the terms of `recall_error`, which is the mean squared error that
    it leaves.

    Parameters
    ----------
    W : array_like of shape (N, N)
    writes : array_like of shape (n, N)
    noise : float
        As in `recall_error`.

    Returns
    -------
    ndarray of shape (n, N)

    Raises
    ------
    ValueError
        As `recall_error`.
    """
    left, sizes, right, noise = _held(W, writes, noise)
    gains, held = np.zeros(sizes.size), sizes > 0
    total = np.hypot(sizes[held], noise)
    gains[held] = sizes[held] / total / total
    return right.T * gains @ left.T


def mean_field_recall(strengths: ArrayLike, d: int, *, noise: float) -> np.ndarray:
    """Return the recall error of items in random directions, in the limit of a wide state.

    Item i arrives with the length p_i in a direction of its own, drawn uniformly in d dimensions.
    For d → ∞ at fixed n/d its error is e_i = 1 / (1 + p_i² η), where η, the same for all, solves
    η σ² + Σ_i (1 - e_i) / d = 1: what the items take up and what the noise takes up is the state.

    Parameters
    ----------
    strengths : array_like of shape (n,)
        p_i >= 0, such as r^{n-i} for W = r times an orthogonal matrix; n >= 1.
    d : int
        Width of the state, >= 1.
    noise : float
        σ >= 0, as in `recall_error`.

    Returns
    -------
    ndarray of shape (n,)
        Mean squared error, from 0 to 1.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    strengths = arguments.array("strengths", strengths, ("n",))
    if not strengths.size or (strengths < 0).any():
        raise ValueError("strengths must be >= 0 and at least one")
    d, noise = arguments.size("d", d, most=arguments.COUNT), arguments.number("noise", noise)
    if not strengths.any():
        return np.ones(strengths.size)
    if noise == 0 and (strengths > 0).sum() <= d:
        return np.where(strengths > 0, 0.0, 1.0)
    with np.errstate(divide="ignore"):  # logarithms, since squares may leave the range of a float
        power, floor = 2 * np.log(strengths), 2 * np.log(noise)

    def excess(log_eta: float) -> float:
        return np.exp(floor + log_eta) + scipy.special.expit(power + log_eta).sum() / d - 1

    low = high = -max(power.max(), floor)
    while excess(low) > 0:
        low -= 10
    while excess(high) < 0:
        high += 10
    log_eta = scipy.optimize.brentq(excess, low, high, xtol=1e-13)
    return scipy.special.expit(-power - log_eta)


def _held(
    W: ArrayLike, writes: ArrayLike, noise: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Return U, s and Vᵀ of what has arrived, s = 0 where it is rounding, and the noise."""
    W = arguments.square("W", W)
    writes = arguments.array("writes", writes, ("n", len(W)))
    if not len(writes):
        raise ValueError("writes must hold at least one item")
    noise = arguments.number("noise", noise)
    arrived = recurrence.carried(W, writes.T, np.arange(len(writes))[::-1])
    if not np.isfinite(arrived).all():
        raise ValueError("what was written overflows: W makes it grow without limit")
    left, sizes, right = np.linalg.svd(arrived, full_matrices=False)
    sizes[sizes <= rounding.residue(sizes[0], max(writes.shape))] = 0
    return left, sizes, right, noise
