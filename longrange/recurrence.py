"""The recurrence h_t = φ(W h_{t-1} + u_t), run over a drive, and the slopes of its steps."""

import numpy as np
from numpy.typing import ArrayLike

from longrange import arguments

ACTIVATIONS = ("tanh", "linear", "leaky", "relu")


def run(
    W: ArrayLike,
    drive: ArrayLike,
    *,
    h0: ArrayLike | None = None,
    activation: str = "tanh",
    leak: float = 0.5,
) -> np.ndarray:
    """Return the states of a recurrent network along `drive`.

    - ``"tanh"``: h_t = tanh(W h_{t-1} + u_t) (Elman 1990)
    - ``"linear"``: h_t = W h_{t-1} + u_t
    - ``"leaky"``: h_t = (1 - a) h_{t-1} + a tanh(W h_{t-1} + u_t), with a = `leak`
    - ``"relu"``: h_t = max(0, W h_{t-1} + u_t)

    Time comes first, then the batch.

    Parameters
    ----------
    W : array_like of shape (N, N)
        Recurrent matrix.
    drive : array_like of shape (T, N) or (T, B, N)
        u_t = U x_t + b, what the input adds before the squashing.
    h0 : array_like of shape (N,) or (B, N), optional
        State before the first step, zero unless given.
    activation : {"tanh", "linear", "leaky", "relu"}
        Which of the four.
    leak : float
        a of the leaky network, 0 < a <= 1.

    Returns
    -------
    ndarray of the shape of `drive`
        ``states[t]`` is the state after ``drive[t]``.

    Raises
    ------
    ValueError
        If shapes do not fit, an entry is not finite, an argument is out of range, or the states
        of the linear or relu network grow past what a float holds.
    """
    W = arguments.square("W", W)
    drive = arguments.sequence("drive", drive, len(W))
    keep, leak = _memory(activation, leak)
    h = start("h0", h0, drive)
    states = np.empty_like(drive)
    with np.errstate(over="ignore", invalid="ignore"):
        for t, u in enumerate(drive):
            inner = h @ W.T + u
            if activation == "linear":
                h = inner
            elif activation == "relu":
                h = np.maximum(inner, 0)
            else:
                h = keep * h + leak * np.tanh(inner)
            states[t] = h
    if not np.isfinite(h).all():
        unbounded = activation in ("linear", "relu")
        why = f"the {activation} network grows without limit"
        raise ValueError(
            f"the states overflow: {why if unbounded else 'W and drive are too large'}"
        )
    return states


def start(name: str, h0: ArrayLike | None, drive: np.ndarray) -> np.ndarray:
    """Return the state before the first step of `drive`, zero if `h0` is None."""
    shape = drive.shape[1:]
    if h0 is None:
        return np.zeros(shape)
    return np.broadcast_to(arguments.array(name, h0, shape, shape[-1:]), shape)


def slopes(
    states: np.ndarray, activation: str = "tanh", leak: float = 0.5
) -> tuple[float, np.ndarray]:
    """Return (keep, s): the Jacobian of the step into ``states[t]`` is keep I + diag(s[t-1]) W.

    For tanh, keep = 0 and s = 1 - h². The step into ``states[0]`` is left out.

    Parameters
    ----------
    states : ndarray of shape (T, ..., N)
    activation : {"tanh", "linear", "leaky", "relu"}
    leak : float
        As in `longrange.recurrence.run`.

    Returns
    -------
    keep : float
        What the step keeps of the old state as it is; 1 - a for the leaky network.
    s : ndarray of shape (T - 1, ..., N)

    Raises
    ------
    ValueError
        If `activation` or `leak` is out of range, or the states are of another network.
    """
    keep, leak = _memory(activation, leak)
    if activation == "linear":
        return keep, np.ones_like(states[1:])
    if activation == "relu":
        return keep, (states[1:] > 0).astype(float)
    with np.errstate(over="ignore"):
        squashed = (states[1:] - keep * states[:-1]) / leak
    if np.abs(squashed).max(initial=0) > 1 + 1e-6:
        raise ValueError(f"states must be those of a run with activation {activation!r}: "
                         "a squashed value lies outside -1 ... 1")  # fmt: skip
    return keep, leak * (1 - squashed) * (1 + squashed)


def kept(activation: str, leak: float) -> float:
    """Return what a step keeps of the old state as it is: 1 - a for the leaky network, else 0."""
    return _memory(activation, leak)[0]


def _memory(activation: str, leak: float) -> tuple[float, float]:
    if arguments.choice("activation", activation, ACTIVATIONS) != "leaky":
        return 0.0, 1.0
    leak = arguments.number("leak", leak, above=True)
    if leak > 1:
        raise ValueError(f"leak must be at most 1, got {leak}")
    return 1 - leak, leak


def carried(W: np.ndarray, columns: np.ndarray, ages: np.ndarray) -> np.ndarray:
    """Return W^k b for each of `columns` b and its age k: one power of two for each binary digit.

    Parameters
    ----------
    W : ndarray of shape (N, N)
    columns : ndarray of shape (N, n)
    ages : ndarray of int, shape (n,)

    Returns
    -------
    ndarray of shape (N, n)
        Not finite where it overflows.
    """
    columns, power = columns.copy(), W
    with np.errstate(over="ignore", invalid="ignore"):
        for digit in range(int(ages.max(initial=0)).bit_length()):
            some = ages >> digit & 1 == 1
            columns[:, some] = power @ columns[:, some]
            power = power @ power
    return columns
