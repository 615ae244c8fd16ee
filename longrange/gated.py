"""Gated networks that run: what the gates keep over k steps by themselves, and in all.

In an LSTM (Hochreiter & Schmidhuber 1997; forget gate Gers, Schmidhuber & Cummins 2000) or a GRU
(Cho et al. 2014) the product of the gates of k steps is the *direct path* from the memory k steps
back to the memory now. The *total* derivative also runs through the state, which reads the memory,
into the gates and into what is written.
"""

from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import ArrayLike

from longrange import arguments
from longrange.nets import layers, network, products

_BLOCKS = {"lstm": 4, "gru": 3}


class Gated(NamedTuple):
    """The run of a gated network, as `run_gated` returns it.

    Attributes
    ----------
    W : ndarray of shape (4N, N) or (3N, N)
        Recurrent weights.
    inner : ndarray of shape (T, 4N) or (T, 3N)
        What is squashed at each step.
    states : ndarray of shape (T, N)
        h_t.
    memory : ndarray of shape (T, N)
        What the gates keep: c_t of the LSTM, h_t of the GRU.
    keep : ndarray of shape (T, N)
        The gates that keep it: f_t of the LSTM, z_t of the GRU.
    recurrent_bias : ndarray of shape (4N,) or (3N,)
        What is added to W h_{t-1}; of the GRU its last block stands inside the reset.
    """

    W: np.ndarray
    inner: np.ndarray
    states: np.ndarray
    memory: np.ndarray
    keep: np.ndarray
    recurrent_bias: np.ndarray


def gate_weights(d: int, kind: str = "lstm", *, seed: int) -> np.ndarray:
    """Return recurrent weights from U(-1/√d, 1/√d), as PyTorch draws them.

    Parameters
    ----------
    d : int
        Width, >= 1.
    kind : {"lstm", "gru"}
        Whose weights: 4 blocks of d rows or 3; see `run_gated`.
    seed : int
        Seed of the generator.

    Returns
    -------
    ndarray of shape (4d, d) or (3d, d)

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    d, seed = arguments.size("d", d), arguments.seed("seed", seed)
    blocks = _BLOCKS[arguments.choice("kind", kind, _BLOCKS)]
    return np.random.default_rng(seed).uniform(-1, 1, (blocks * d, d)) / np.sqrt(d)


def run_gated(
    W: ArrayLike,
    drive: ArrayLike,
    *,
    keep_bias: float = 0.0,
    recurrent_bias: ArrayLike | None = None,
) -> Gated:
    """Run a gated network along `drive`, from zero.

    With σ the logistic function and ⊙ the product unit by unit, the rows of `W` and `drive` in
    blocks of N in the order of PyTorch, and R = W h_{t-1} + b',

    - LSTM, four blocks i, f, g, o: c_t = f ⊙ c_{t-1} + i ⊙ g, h_t = o ⊙ tanh(c_t), with
      i, f, o = σ(R + u_t) and g = tanh(R + u_t);
    - GRU, three blocks r, z, n: h_t = z ⊙ h_{t-1} + (1 - z) ⊙ n, with r, z as above and
      n = tanh(r ⊙ R + u_t).

    Parameters
    ----------
    W : array_like of shape (4N, N) or (3N, N)
        Recurrent weights of an LSTM or a GRU, told apart by their shape.
    drive : array_like of shape (T, 4N) or (T, 3N)
        u_t = U x_t + b, what the input adds before the squashing.
    keep_bias : float
        Added to the gate that keeps: the forget gate f, or the update gate z.
    recurrent_bias : array_like of shape (4N,) or (3N,), optional
        b', zero unless given; PyTorch's ``bias_hh``. Of a GRU its last block stands inside the
        reset: added to the drive instead it makes another network.

    Returns
    -------
    Gated

    Raises
    ------
    ValueError
        If shapes do not fit or an entry is not finite.
    """
    W = arguments.array("W", W, ("GN", "N"))
    d = W.shape[1]
    if not d or len(W) not in (4 * d, 3 * d):
        raise ValueError(
            f"W must have shape (4N, N) for an LSTM or (3N, N) for a GRU, got {W.shape}"
        )
    drive = arguments.array("drive", drive, ("T", len(W)))
    if not drive.size:
        raise ValueError(f"drive must not be empty, got shape {drive.shape}")
    shifted = drive.copy()
    shifted[:, d : 2 * d] += arguments.number("keep_bias", keep_bias, -np.inf)
    bias = np.zeros(len(W))
    if recurrent_bias is not None:
        bias = arguments.array("recurrent_bias", recurrent_bias, (len(W),))
    layer = _layer(W, bias)
    states, local = layer.run(shifted[:, None], np.zeros((1, layer.size)))
    states, keep = states[:, 0], local[:, 0, 0]
    h, memory = states[:, :d], states[:, -d:]
    before = np.concatenate([np.zeros((1, d)), h[:-1]])
    read = before @ W.T + bias
    if isinstance(layer, layers.GRU):
        read[:, 2 * d :] *= local[:, 0, 4]
    return Gated(W, shifted + read, h, memory, keep, bias)


def total_path(run: Gated, t: int, k: int) -> np.ndarray:
    """Return the total derivative of memory[t] with respect to memory[t-k].

    For the LSTM this is dc_t/dc_{t-k} where h_{t-k} = o_{t-k} ⊙ tanh(c_{t-k}) *follows* its cell;
    the gate o_{t-k} and all that was read before stay as they were, and so do all inputs. It is
    what backpropagation brings to c_{t-k}. The joint Jacobians of (c, h) are multiplied, newest
    on the left; of the product the rows of c are kept. For the GRU it is dh_t/dh_{t-k}.

    Parameters
    ----------
    run : Gated
        Run of `run_gated`.
    t : int
        Later step, 0 <= t < T.
    k : int
        Lag, 0 <= k <= t; at 0 the derivative is the identity.

    Returns
    -------
    ndarray of shape (N, N)
        Entry [i, j] is the derivative of unit i at t with respect to unit j at t - k. Its norm,
        where it may under- or overflow: `path_norms`.

    Raises
    ------
    ValueError
        If `run` is none of `run_gated`, or the lag reaches before it.
    """
    run = _checked(run)
    t = arguments.index("t", t, len(run.states) - 1)
    k = arguments.index("k", k, t)
    along = _along(run)
    rows = np.eye(run.W.shape[1], along.size)
    rows = np.roll(rows, along.size - len(rows), axis=1)  # of the memory: c stands after h
    for s in range(t, t - k, -1):
        rows = along.vjp(rows[None], np.array([s]), np.array([0]))[0]
    return _enter(run, rows, t - k)


def direct_path(run: Gated, t: int, k: int) -> np.ndarray:
    """Return the product of the gates of the last `k` steps, one number for each unit.

    This is the derivative of memory[t] with respect to memory[t-k] if all gates and all that is
    written stay as they were (Gers, Schmidhuber & Cummins 2000): a diagonal matrix.

    Parameters
    ----------
    run : Gated
        Run of `run_gated`.
    t : int
        As in `total_path`.
    k : int
        As in `total_path`.

    Returns
    -------
    ndarray of shape (N,)
        The diagonal.

    Raises
    ------
    ValueError
        If `run` is none of `run_gated`, or the lag reaches before it.
    """
    run = _checked(run)
    t = arguments.index("t", t, len(run.states) - 1)
    k = arguments.index("k", k, t)
    return run.keep[t - k + 1 : t + 1].prod(axis=0)


def path_norms(
    run: Gated, lags: ArrayLike, *, times: ArrayLike | None = None, log: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Return the spectral norms of the direct and of the total path, for each lag and time.

    The norm of a diagonal matrix is its largest entry: of the direct path it is that of the unit
    that keeps most. Products are rescaled at each step, so nothing under- or overflows on the way.

    Parameters
    ----------
    run : Gated
        Run of `run_gated`.
    lags : array_like of int, shape (K,)
        0 <= k <= T - 1, in any order.
    times : array_like of int, shape (M,), optional
        Which t; all 0 ... T - 1 unless given.
    log : bool
        Return natural logarithms, -inf for a product that is exactly 0. Without it, norms beyond
        the range of a float become 0 or inf.

    Returns
    -------
    direct, total : ndarray of shape (K, M)
        NaN where t < k, since the lag reaches before the run.

    Raises
    ------
    ValueError
        If `run` is none of `run_gated`, or a lag or time lies outside.
    """
    log, last = arguments.flag("log", log), len(_checked(run).states) - 1
    lags = arguments.indices("lags", lags, last)
    times = np.arange(last + 1) if times is None else arguments.indices("times", times, last)
    found = np.full((2, lags.size, times.size), np.nan)
    along, d = _along(run), run.W.shape[1]
    memory = np.eye(along.size)[-d:]
    with np.errstate(divide="ignore"):
        gates = np.log(run.keep)
        for k, pairs, rows, sizes in products.grown(along, lags, times, memory):
            for (m, _), row, size in zip(pairs, rows, sizes, strict=True):
                t = times[m]
                direct = gates[t - k + 1 : t + 1].sum(axis=0).max()
                total = size + np.log(np.linalg.norm(_enter(run, row, t - k), 2))
                found[:, lags == k, m] = [[direct], [total]]
    with np.errstate(over="ignore"):
        direct, total = found if log else np.exp(found)
    return direct, total


def _checked(run: Gated) -> Gated:
    if not isinstance(run, Gated):
        raise ValueError(f"run must be what run_gated returns, got a {type(run).__name__}")
    return run


def _layer(W: np.ndarray, bias: np.ndarray) -> layers.LSTM | layers.GRU:
    """Return the layer of these weights; of an LSTM only the sum of its biases counts."""
    if len(W) == 4 * W.shape[1]:
        return layers.LSTM(W, None, bias)
    return layers.GRU(W, None, np.zeros(len(W)), bias)


def _along(run: Gated) -> network.NetRun:
    """Return the run as one of a net, its local derivatives worked out for all steps at once."""
    d = run.W.shape[1]
    layer = _layer(run.W, run.recurrent_bias)
    before = np.concatenate([np.zeros((1, d)), run.states[:-1]])
    if isinstance(layer, layers.GRU):
        r, z, _ = np.split(run.inner, 3, axis=1)
        read = before @ run.W[2 * d :].T + run.recurrent_bias[2 * d :]
        u = run.inner[:, 2 * d :] - scipy.special.expit(r) * read
        states, local = layer.step(r, z, u, read, before)
    else:
        old = np.concatenate([np.zeros((1, d)), run.memory[:-1]])
        i, f, g, o = np.split(run.inner, 4, axis=1)
        states, local = layer.step(i, f, g, o, old)
    start = np.zeros((1, layer.size))
    return network.NetRun([layer], states[:, None], [local[:, None]], None, start)


def _enter(run: Gated, rows: np.ndarray, t: int) -> np.ndarray:
    """Return the derivative with respect to memory[t], of which h_t follows, from that to both."""
    d = run.W.shape[1]
    if rows.shape[1] == d:
        return rows
    written = np.tanh(run.memory[t])
    output = scipy.special.expit(run.inner[t, 3 * d :])
    return rows[:, d:] + rows[:, :d] * output * (1 - written) * (1 + written)
