"""The Jacobian over k steps, J_{t,k} = dh_t/dh_{t-k}: one product, newest factor on the left.

J_{t,k} = D_t W D_{t-1} W ··· D_{t-k+1} W with D_t = diag(1 - h_t²) for tanh
(Pascanu, Mikolov & Bengio 2013, eq. 5).
"""

import numpy as np
from numpy.typing import ArrayLike

from longrange import arguments, recurrence, rounding
from longrange.nets import layers, network, products

_WALK = 128  # lags apart that are walked step by step: squaring saves nothing there


def lagged(
    W: ArrayLike,
    states: ArrayLike,
    t: int,
    k: int,
    *,
    activation: str = "tanh",
    leak: float = 0.5,
) -> np.ndarray:
    """Return J_{t,k} = d states[t] / d states[t-k].

    Parameters
    ----------
    W : array_like of shape (N, N)
    states : array_like of shape (T, N) or (T, B, N)
        States of `longrange.recurrence.run`.
    t : int
        Later step, 0 <= t < T.
    k : int
        Lag, 0 <= k <= t; at 0 the Jacobian is the identity.
    activation : {"tanh", "linear", "leaky", "relu"}
    leak : float
        As in `longrange.recurrence.run`.

    Returns
    -------
    ndarray of shape (N, N) or (B, N, N)
        Entry [i, j] is the derivative of unit i at t with respect to unit j at t - k.

    Raises
    ------
    ValueError
        If shapes do not fit, an entry is not finite, the lag reaches before the sequence, or the
        product overflows.
    """
    run, batch = _along(W, states, activation, leak)
    t = arguments.index("t", t, run.steps - 1)
    k = arguments.index("k", k, t)
    found = products.dense(run, t, k, np.arange(run.sequences))
    return found.reshape(*batch, run.size, run.size)


def norms(
    W: ArrayLike,
    states: ArrayLike,
    lags: ArrayLike,
    *,
    times: ArrayLike | None = None,
    log: bool = False,
    activation: str = "tanh",
    leak: float = 0.5,
) -> np.ndarray:
    """Return the spectral norms ‖J_{t,k}‖ for each lag k and every t that has one.

    Each product is made from the one of the lag before and rescaled at each step, so nothing
    overflows: with ``log=True`` lags of many thousand steps work. A time costs one product of
    matrices for each step up to the largest lag, and the largest eigenvalue of one for each lag
    that is asked for.

    Parameters
    ----------
    W : array_like of shape (N, N)
    states : array_like of shape (T, N) or (T, B, N)
        States of `longrange.recurrence.run`.
    lags : array_like of int, shape (K,)
        0 <= k <= T - 1, in any order.
    times : array_like of int, shape (M,), optional
        Which t; all 0 ... T - 1 unless given.
    log : bool
        Return natural logarithms, -inf for a product that is exactly 0, as where every unit is
        saturated to the last bit. Without it, norms beyond the range of a float become 0 or inf.
    activation : {"tanh", "linear", "leaky", "relu"}
    leak : float
        As in `longrange.recurrence.run`.

    Returns
    -------
    ndarray of shape (K, M) or (K, M, B)
        NaN where t < k, since the lag reaches before the sequence.

    Raises
    ------
    ValueError
        If shapes do not fit, an entry is not finite, or a lag or time lies outside.
    """
    run, batch = _along(W, states, activation, leak)
    found = products.norms(run, lags, times, log=log)
    return found.reshape(*found.shape[:2], *batch)


def power_norms(W: ArrayLike, lags: ArrayLike, *, log: bool = False) -> np.ndarray:
    """Return ‖W^k‖ for each lag k: the Jacobians of the linear network.

    They lie between ρ(W)^k and ‖W‖^k, and ‖W^k‖^{1/k} tends to ρ(W) (Gelfand 1941). Far lags are
    reached by squaring: k = 10⁶ takes twenty to forty products of matrices. The relative error is
    about k N × 1e-16 where W is normal, as of the rounded entries themselves; where it is not, as
    much larger as products of ‖W^i‖ and ‖W^{k-i}‖ are than ‖W^k‖ (Higham 2002, section 18.1).

    Parameters
    ----------
    W : array_like of shape (N, N)
    lags : array_like of int, shape (K,)
        k >= 0, in any order.
    log : bool
        Return natural logarithms, which neither over- nor underflow: -inf for a power that is 0,
        as from k = N on if all eigenvalues of `W` are 0 (`longrange.rounding.is_nilpotent`).

    Returns
    -------
    ndarray of shape (K,)

    Raises
    ------
    ValueError
        If `W` is not square and finite, or a lag is negative or not whole.
    """
    W = arguments.square("W", W)
    lags, log = arguments.indices("lags", lags), arguments.flag("log", log)
    logs = np.full(lags.size, -np.inf)
    here, power, size = 0, np.eye(len(W)), 0.0
    largest = np.abs(W).max()
    squares = [(W, 0.0) if 1e-150 < largest < 1e150 else _scaled(W)]
    for lag in np.unique(lags).tolist():
        if lag >= len(W) > here and rounding.is_nilpotent(W):
            break
        gap = lag - here
        digits = [0] * gap if gap <= _WALK else [i for i in range(gap.bit_length()) if gap >> i & 1]
        for digit in digits:
            while digit >= len(squares):
                half, half_size = _scaled(*squares[-1])
                squares.append(_scaled(half @ half, 2 * half_size))
            power, size = _scaled(power @ squares[digit][0], size + squares[digit][1])
        here = lag
        with np.errstate(divide="ignore"):
            logs[lags == lag] = size + np.log(np.linalg.norm(power, 2))
    with np.errstate(over="ignore"):
        return logs if log else np.exp(logs)


def singular_values(
    W: ArrayLike,
    states: ArrayLike,
    t: int,
    k: int,
    *,
    log: bool = False,
    activation: str = "tanh",
    leak: float = 0.5,
) -> np.ndarray:
    """Return all singular values of J_{t,k}, the small ones accurate too.

    The SVD of the finished product is noise below 1e-16 of the largest value. Here the product
    is kept as Q R, one QR step a factor; R is graded, and a Jacobi SVD of a graded matrix finds
    small values to high relative accuracy (LAPACK's xGEJSV, Drmač & Veselić 2008). What is more
    than 1e300 times smaller than the largest becomes 0, and so do as many values as `W` itself
    loses (`longrange.rounding.rank`; with leak none); another value that is exactly 0 comes out
    as 0 or as about 1e-16 of the largest. QR itself rounds by 1e-16 of what the steps' norms
    allow: where the product of those is 1e16 times the largest value, as for a saturated
    ring-chain, trust `norms`.

    Parameters
    ----------
    W : array_like of shape (N, N)
    states : array_like of shape (T, N)
    t : int
        As in `lagged`.
    k : int
        As in `lagged`.
    log : bool
        Return natural logarithms, -inf for 0; nothing overflows then.
    activation : {"tanh", "linear", "leaky", "relu"}
    leak : float
        As in `longrange.recurrence.run`.

    Returns
    -------
    ndarray of shape (N,)
        Largest first.

    Raises
    ------
    ValueError
        As in `lagged`.
    """
    run, batch = _along(W, states, activation, leak)
    if batch:
        raise ValueError(
            f"states must have shape (T, {run.size}), got {(run.steps, *batch, run.size)}"
        )
    logs = run.singular_values(t, k, log=True)
    # What W itself loses comes out as rounding; its rank says how much that is.
    if k and not recurrence.kept(activation, leak):
        logs[rounding.rank(run.layers[0].W) :] = -np.inf
    with np.errstate(over="ignore"):
        return logs if arguments.flag("log", log) else np.exp(logs)


def _scaled(matrix: np.ndarray, size: float = 0.0) -> tuple[np.ndarray, float]:
    """Return the matrix e^size `matrix` as one whose largest entry is 1, and its new size."""
    largest = np.abs(matrix).max()
    with np.errstate(divide="ignore"):
        return matrix / (largest or 1), size + np.log(largest)


def _along(
    W: ArrayLike, states: ArrayLike, activation: str, leak: float
) -> tuple[network.NetRun, tuple[int, ...]]:
    """Return the run of a plain network from its states, and the shape of their batch."""
    W = arguments.square("W", W)
    states = arguments.sequence("states", states, len(W))
    layer = layers.Elman(W, None, np.zeros(len(W)), activation, leak)
    return network.along(layer, states.reshape(len(states), -1, len(W))), states.shape[1:-1]
