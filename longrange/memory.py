"""What a linear network still holds of an input without end, and how much of it.

h_t = W h_{t-1} + v u_t, with u white and of variance 1, read by the best linear readout: Jaeger
(2002), White, Lee & Sompolinsky (2004), Ganguli, Huh & Sompolinsky (2008). All is done with
singular values of what was written, never with its covariance: squared, they drown in rounding.
"""

import numpy as np
import scipy
from numpy.typing import ArrayLike

from longrange import arguments, recurrence, rounding
from longrange.precision import recoverable_bits as recoverable_bits
from longrange.precision import recovery_rate as recovery_rate
from longrange.recall import mean_field_recall as mean_field_recall
from longrange.recall import recall_error as recall_error
from longrange.recall import recall_readout as recall_readout

_WALK = 2**12  # lags that are walked to, step by step
_ROUNDS = 47  # of doubling: with more, rounding decides whether powers of an orthogonal W vanish


def memory_function(
    W: ArrayLike, v: ArrayLike, lags: ArrayLike, *, readout_noise: float
) -> np.ndarray:
    """Return m_k, the share of the variance of u_{t-k} that a linear readout of h_t recovers.

    With the Krylov matrix K = [v, Wv, W²v, …] = U S Vᵀ and noise σ on what is read,
    m_k = Σ_i V_ki² s_i² / (s_i² + σ²): a sum over independent directions of the state.
    The endless K is brought to N columns by doubling, so no past is cut off.

    Parameters
    ----------
    W : array_like of shape (N, N)
        Recurrent matrix of spectral radius below 1, by 1e-12 at least.
    v : array_like of shape (N,)
        Direction in which the input is written.
    lags : array_like of int, shape (K,)
        k >= 0, in any order.
    readout_noise : float
        σ > 0, standard deviation of the noise on each unit when it is read, in units of the
        input. Below about N × 1e-16 of the largest s_i rounding hides it, and it is refused.

    Returns
    -------
    ndarray of shape (K,)
        From 0 to 1.

    Raises
    ------
    ValueError
        If shapes do not fit, an argument is out of range, or the past adds up without end.
    """
    W, v = _network(W, v)
    lags = arguments.indices("lags", lags)
    left, sizes, _, noise = _directions(W, v, readout_noise)
    far, sizes = lags > _WALK, np.hypot(sizes, noise)
    found, written = np.zeros(lags.size), v
    for k in range(int(lags[~far].max(initial=-1)) + 1):
        found[lags == k] = ((left.T @ written / sizes) ** 2).sum()
        written = W @ written
    columns = recurrence.carried(W, np.tile(v[:, None], far.sum()), lags[far])
    found[far] = ((left.T @ columns / sizes[:, None]) ** 2).sum(axis=0)
    return found


def capacity(W: ArrayLike, v: ArrayLike, *, readout_noise: float) -> float:
    """Return Σ_k m_k, the memory capacity, at most N (Jaeger 2002).

    It is Σ_i s_i² / (s_i² + σ²), see `memory_function`: a direction of the state counts as much
    as it stands out from the noise.

    Parameters
    ----------
    W : array_like of shape (N, N)
    v : array_like of shape (N,)
    readout_noise : float
        As in `memory_function`.

    Returns
    -------
    float
        In items.

    Raises
    ------
    ValueError
        As `memory_function`.
    """
    _, sizes, _, noise = _directions(*_network(W, v), readout_noise)
    return float(((sizes / np.hypot(sizes, noise)) ** 2).sum())


def estimated_memory(
    W: ArrayLike,
    v: ArrayLike,
    lags: ArrayLike,
    *,
    length: int,
    readout_noise: float,
    seed: int,
) -> np.ndarray:
    """Return m_k estimated from a simulation: adjusted R² of a least-squares readout.

    The run starts from the stationary distribution. R² itself is too large by up to N / `length`
    at each lag, so that its sum has no bound; 1 - (1 - R²) length / (length - N) is not. Where
    m_k = 0 that leaves no bias, elsewhere one of order 1 / `length`: downwards, and at worst
    (1 - m_k) N / (length - N), since the states of one run are alike.

    Parameters
    ----------
    W : array_like of shape (N, N)
    v : array_like of shape (N,)
    lags : array_like of int, shape (K,)
        As in `memory_function`.
    length : int
        Number of states the readout is fitted to, > N.
    readout_noise : float
        As in `memory_function`.
    seed : int
        Seed of input and noise.

    Returns
    -------
    ndarray of shape (K,)
        Around m_k: an estimate may lie a little below 0.

    Raises
    ------
    ValueError
        As `memory_function`, or if `length` is too short.
    """
    W, v = _network(W, v)
    lags = arguments.indices("lags", lags)
    length = arguments.size("length", length, least=len(v) + 1)
    rng = np.random.default_rng(arguments.seed("seed", seed))
    _, _, past, noise = _directions(W, v, readout_noise)
    last = int(lags.max(initial=0))
    start = past @ rng.normal(size=past.shape[1])
    u = rng.normal(size=last + length)
    states = recurrence.run(W, u[:, None] * v, h0=start, activation="linear")[last:]
    noisy = states + rng.normal(0, noise, states.shape)
    frame = scipy.linalg.qr(noisy, mode="economic", overwrite_a=True, check_finite=False)[0]
    if not np.isfinite(frame).all():
        raise ValueError(f"readout_noise must leave states in the range of a float, got {noise:g}")
    wanted = u[last - lags + np.arange(length)[:, None]]
    unexplained = 1 - ((frame.T @ wanted) ** 2).sum(axis=0) / (wanted**2).sum(axis=0)
    return 1 - unexplained * length / (length - len(v))


def fisher_memory(W: ArrayLike, v: ArrayLike, *, noise: float) -> float:
    """Return the total Fisher memory J_tot = Σ_k J_k of a network with noise in its state.

    h_t = W h_{t-1} + v u_t + z_t with white z of standard deviation ε on each unit. J_k is the
    Fisher information of h_t on u_{t-k}: (W^k v)ᵀ C⁻¹ W^k v with C = ε² Σ_j W^j W^jᵀ (Ganguli, Huh
    & Sompolinsky 2008). For a normal W and |v| = 1 the total is 1/ε² whatever the width; no W
    exceeds N/ε².

    Parameters
    ----------
    W : array_like of shape (N, N)
        Recurrent matrix of spectral radius below 1, by 1e-12 at least.
    v : array_like of shape (N,)
        Direction in which the input is written.
    noise : float
        ε > 0, standard deviation of the noise that each unit gets at each step.

    Returns
    -------
    float
        In units of 1 / variance of the input.

    Raises
    ------
    ValueError
        If shapes do not fit, an argument is out of range, or the past adds up without end.
    """
    W, v = _network(W, v)
    noise = arguments.number("noise", noise, above=True)
    signal, scatter = _endless(W, v[:, None]), _endless(W, np.eye(len(v)))
    ratio = scipy.linalg.solve_triangular(scatter, signal, lower=True)
    with np.errstate(over="ignore"):
        total = float(((ratio / noise) ** 2).sum())
    if total == np.inf:
        raise ValueError(f"noise must leave a memory within the range of a float, got {noise:g}")
    return total


def _network(W: ArrayLike, v: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    W = arguments.square("W", W)
    return W, arguments.array("v", v, (len(W),))


def _directions(
    W: np.ndarray, v: np.ndarray, readout_noise: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Return U and s of the endless Krylov matrix, its N-column form, and the noise as a float."""
    noise = arguments.number("readout_noise", readout_noise, above=True)
    past = _endless(W, v[:, None])
    left, sizes, _ = np.linalg.svd(past)
    least = rounding.residue(sizes[0], len(v))
    if noise < least:
        raise ValueError(
            f"readout_noise must be at least {least:.0e} here, since rounding hides what is "
            f"smaller, got {noise:g}"
        )
    return left, sizes, past, noise


def _endless(W: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return a lower triangular L with L Lᵀ = Σ_k W^k F Fᵀ W^kᵀ over all k >= 0, F = `first`.

    L is [F, WF, W²F, …] turned by orthogonal columns. Each round doubles the number of terms.
    """
    d = len(W)
    past, power = first, W
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(_ROUNDS):
            both = np.concatenate([past, power @ past], axis=1)
            if not (np.isfinite(both).all() and np.isfinite(power).all()):
                break
            # NumPy declares the pair (Q, R), whatever the mode.
            past = np.linalg.qr(both.T, mode="r").T  # type: ignore[attr-defined]
            # With p = ‖W^T‖, what comes after T terms is at most p²/(1 - p²) of the whole.
            if np.linalg.norm(power) <= rounding.residue(1, 1):
                return np.pad(past, ((0, 0), (0, d - past.shape[1])))
            power = power @ power
    raise ValueError(
        "W must have a spectral radius below 1 and powers within the range of a float, "
        "or the past adds up without end"
    )
