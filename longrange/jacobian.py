"""The Jacobian over k steps, J_{t,k} = dh_t/dh_{t-k}: one product, newest factor on the left.

J_{t,k} = D_t W D_{t-1} W ··· D_{t-k+1} W with D_t = diag(1 - h_t²) for tanh
(Pascanu, Mikolov & Bengio 2013, eq. 5).
"""

from collections.abc import Iterator

import numpy as np
import scipy
from numpy.typing import ArrayLike

from longrange import arguments, recurrence, rounding

_WALK = 128  # lags apart that are walked step by step: squaring saves nothing there
_BLOCK = 2**18  # numbers of a block of products: it stays in the processor's cache


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
    activation : {"tanh", "linear", "leaky"}
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
    W, states = _checked(W, states)
    t = arguments.index("t", t, len(states) - 1)
    k = arguments.index("k", k, t)
    product = np.broadcast_to(np.eye(len(W)), (*states.shape[1:-1], *W.shape)).copy()
    with np.errstate(over="ignore", invalid="ignore"):
        for factor in _factors(W, *recurrence.slopes(states[t - k : t + 1], activation, leak)):
            product = factor @ product
    if not np.isfinite(product).all():
        raise ValueError(
            f"the product over k = {k} steps overflows; `norms` with log=True does not"
        )
    return product


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
    matrices for each step up to the largest lag, and one SVD for each lag that is asked for.

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
    activation : {"tanh", "linear", "leaky"}
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
    W, states = _checked(W, states)
    last = len(states) - 1
    log, lags = arguments.flag("log", log), arguments.indices("lags", lags, last)
    times = np.arange(last + 1) if times is None else arguments.indices("times", times, last)
    keep, slopes = recurrence.slopes(states, activation, leak)
    batches = int(np.prod(states.shape[1:-1]))
    slopes = slopes.reshape(last, batches, len(W))
    logs = np.full((lags.size, times.size, batches), np.nan)
    # One row of `pairs` for each product: which time, which batch.
    pairs = np.argwhere(np.ones((times.size, batches), dtype=bool))
    pairs = pairs[np.argsort(-times[pairs[:, 0]], kind="stable")]  # those that last come first
    count = max(1, _BLOCK // W.size)
    for block in (pairs[i : i + count] for i in range(0, len(pairs), count)):
        _block_norms(W, keep, slopes, lags, times[block[:, 0]], block, logs)
    logs = logs.reshape(lags.size, times.size, *states.shape[1:-1])
    with np.errstate(over="ignore"):
        return logs if log else np.exp(logs)


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
    activation : {"tanh", "linear", "leaky"}
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
    W, states = _checked(W, states)
    if states.ndim != 2:
        raise ValueError(f"states must have shape (T, {len(W)}), got {states.shape}")
    t = arguments.index("t", t, len(states) - 1)
    k, log = arguments.index("k", k, t), arguments.flag("log", log)
    # From a random frame, the same each time: unit vectors may lie in invariant subspaces of W.
    frame = np.linalg.qr(np.random.default_rng(0).normal(size=W.shape))[0]
    triangle, size = np.eye(len(W))[None], np.zeros(1)
    keep, slopes = recurrence.slopes(states[t - k : t + 1], activation, leak)
    for factor in _factors(W, keep, slopes):
        with np.errstate(over="ignore", invalid="ignore"):
            frame, step = np.linalg.qr(factor @ frame)
            triangle = step @ triangle
        _rescale(triangle, size)
    # Transposed, so that the grading is one of columns: joba=0 is accurate for those.
    values, _, _, scale, _, info = scipy.linalg.lapack.dgejsv(
        triangle[0].T, joba=0, jobu=3, jobv=3, jobr=0, jobp=0
    )
    if info:
        raise ValueError("the singular values did not converge")
    with np.errstate(divide="ignore", over="ignore"):
        logs = size + np.log(values * (scale[0] / scale[1]))
        if k and not keep:
            logs[rounding.rank(W) :] = -np.inf
        return logs if log else np.exp(logs)


def _block_norms(
    W: np.ndarray,
    keep: float,
    slopes: np.ndarray,
    lags: np.ndarray,
    times: np.ndarray,
    block: np.ndarray,
    logs: np.ndarray,
) -> None:
    """Fill in `logs` for the products of one block, grown towards older steps lag by lag."""
    products = np.broadcast_to(np.eye(len(W)), (len(block), *W.shape)).copy()
    sizes = np.zeros(len(block))
    for k in range(min(lags.max(initial=0), times.max()) + 1):
        alive = int((times >= k).sum())
        if alive < len(products):
            products, sizes = products[:alive], sizes[:alive]
        if k:
            oldest = slopes[times[:alive] - k, block[:alive, 1]][:, None]
            with np.errstate(over="ignore", invalid="ignore"):
                grown = ((products * oldest).reshape(-1, len(W)) @ W).reshape(products.shape)
            products = grown + keep * products if keep else grown
            _rescale(products, sizes)
        if (here := np.flatnonzero(lags == k)).size:
            with np.errstate(divide="ignore"):
                found = sizes + np.log(np.linalg.norm(products, 2, axis=(1, 2)))
            logs[here[:, None], block[:alive, 0], block[:alive, 1]] = found


def _rescale(products: np.ndarray, sizes: np.ndarray) -> None:
    """Divide each product by its largest entry and add the logarithm of that to its size."""
    largest = np.abs(products).max(axis=(1, 2))
    if not np.isfinite(largest).all():
        raise ValueError("a step of the Jacobian is beyond the range of a float: scale W down")
    with np.errstate(divide="ignore"):
        sizes += np.log(largest)
    products /= np.where(largest > 0, largest, 1)[:, None, None]


def _scaled(matrix: np.ndarray, size: float = 0.0) -> tuple[np.ndarray, float]:
    """Return the matrix e^size `matrix` as one whose largest entry is 1, and its new size."""
    largest = np.abs(matrix).max()
    with np.errstate(divide="ignore"):
        return matrix / (largest or 1), size + np.log(largest)


def _factors(W: np.ndarray, keep: float, slopes: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the one-step Jacobians that `recurrence.slopes` describes, oldest first."""
    for slope in slopes:
        yield keep * np.eye(len(W)) + slope[..., None] * W


def _checked(W: ArrayLike, states: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    W = arguments.square("W", W)
    return W, arguments.sequence("states", states, len(W))
