"""What a linear readout of any states still tells of the inputs k steps back, on held-out data."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longrange import arguments
from longrange.nets.intervals import Interval, of_groups
from longrange.nets.run import timed

Floats = NDArray[np.float64]

FOLDS = 5
STATES = 5  # for each number of the state: from fewer a readout finds nothing, and says so
# Ridges that are tried, relative to the largest variance of the state. The least one says what
# counts as lost: a direction 1e-6 as large as the largest is what float32 leaves of 0.
RIDGES = np.append(10.0 ** np.arange(-12, 1), np.inf)  # with the last it tells the mean alone


def recall(
    states: ArrayLike, inputs: ArrayLike, lags: ArrayLike, *, batch_first: bool | None = None
) -> Interval:
    """Return the share of the variance of the inputs k steps back that the states still tell.

    The memory function of any network (Jaeger 2002): a linear readout of h_t is fitted to x_{t-k}
    by ridge regression on four fifths of the data and judged on the fifth that it has not seen, in
    turns; the ridge is chosen within the four. The fifths are sequences where there are five,
    otherwise blocks of time, with the longest lag left out between them. It is about changes within
    a sequence: the mean of each is taken away.

    What follows from later inputs counts too: where inputs are alike from step to step, as in
    speech or in text, some of x_{t-k} can be told from x_t alone.

    Parameters
    ----------
    states : array_like of shape (T, S), (T, B, S), or (B, T, S) with `batch_first`
        h_t, of any network; ``states[t]`` is the one after ``inputs[t]``.
    inputs : array_like of shape (T, I), (T, B, I), or (B, T, I) with `batch_first`
        x_t, as numbers; letters as one 1 among zeros.
    lags : array_like of int, shape (K,)
        0 <= k <= T - 1, in any order.
    batch_first : bool
        Whether the batch comes first; must be said where there is one.

    Returns
    -------
    Interval
        ``value``, ``low`` and ``high`` of shape (K,): 1 for all, 0 for none; a little below 0
        where there is nothing to be found, for the readout is judged on what it has not seen.

    Raises
    ------
    ValueError
        If shapes do not fit, an entry is not finite, or there are fewer than five states for each
        number of the state.
    """
    widths = [np.shape(one)[-1] if np.ndim(one) else 0 for one in (states, inputs)]
    h = timed("states", states, widths[0], batch_first)
    x = timed("inputs", inputs, widths[1], batch_first)
    if h.shape[:2] != x.shape[:2]:
        raise ValueError(
            f"states and inputs must have the same steps and sequences, got {h.shape[:2]} and "
            f"{x.shape[:2]}"
        )
    lags = arguments.indices("lags", lags, len(h) - 1)
    last = int(lags.max(initial=0))
    folds = [_fold(h, x, lags, *where) for where in _places(h.shape[0], h.shape[1], last)]
    count, least = sum(fold.rows for fold in folds), min(fold.rows for fold in folds)
    needed = STATES * h.shape[-1]
    if count < needed or least < 2:
        got = (
            f"got {count}" if count < needed else "in each of five parts, got one of " + str(least)
        )
        raise ValueError(
            f"recall up to lag {last} from {h.shape[-1]} numbers needs at least {needed} states, "
            f"{got}: pass more steps or sequences, or shorter lags"
        )
    groups = np.stack([_held_out(folds, i) for i in range(FOLDS)])
    return of_groups(groups, f"{FOLDS} parts, each held out in turn")


class _Fold(NamedTuple):
    """A part of the data: states and what was read k steps before, less the mean of each sequence.

    Their products alone are kept: what a readout leaves follows from these.

    Attributes
    ----------
    rows : int
        n, the number of states.
    square : ndarray of shape (S, S)
        hᵀ h.
    product : ndarray of shape (S, K, I)
        hᵀ x.
    whole : ndarray of shape (K,)
        The squares of x.
    """

    rows: int
    square: Floats
    product: Floats
    whole: Floats


def _places(T: int, B: int, last: int) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yield the times and the sequences of each part of the data."""
    times, sequences = np.arange(last, T), np.arange(B)
    for i in range(FOLDS):
        if B >= FOLDS:
            yield times, np.array_split(sequences, FOLDS)[i]
        else:
            # The states of the first `last` steps of a block read what the block before does.
            block = np.array_split(times, FOLDS)[i]
            yield (block[last:] if i else block), sequences


def _fold(
    h: Floats,
    x: Floats,
    lags: NDArray[np.intp],
    times: NDArray[np.intp],
    sequences: NDArray[np.intp],
) -> _Fold:
    states = h[times][:, sequences]
    read = np.stack([x[times - k][:, sequences] for k in lags.tolist()], axis=2)
    if times.size:
        # Sequences may lie about states of their own, as those of a network with a latch do. A
        # readout that has not seen such a state would be judged on where it lies, and not on what
        # it tells of the inputs.
        states, read = states - states.mean(axis=0), read - read.mean(axis=0)
    states, read = states.reshape(-1, h.shape[-1]), read.reshape(-1, *read.shape[2:])
    return _Fold(
        len(states),
        states.T @ states,
        np.tensordot(states.T, read, 1),
        (read**2).sum(axis=(0, 2)),
    )


def _held_out(folds: list[_Fold], judged: int) -> Floats:
    """Return the share told of one part by a readout of the others, for each lag."""
    rest = [fold for i, fold in enumerate(folds) if i != judged]
    # The ridge that leaves least of the others, each judged by a readout of what is left of them.
    left = np.zeros((RIDGES.size, rest[0].whole.size))
    for fold in rest:
        trial = [one for one in rest if one is not fold]
        left += np.stack([_left(fold, readout) for readout in _readouts(trial)])
    best = left.argmin(axis=0)
    found = np.stack([_left(folds[judged], readout) for readout in _readouts(rest)])
    whole = folds[judged].whole
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, 1 - found[best, np.arange(best.size)] / whole, np.nan)


def _readouts(folds: list[_Fold]) -> Iterator[Floats]:
    """Yield for each ridge the readout fitted to some parts, shape (S, K, I)."""
    square = np.sum([fold.square for fold in folds], axis=0)
    product = np.sum([fold.product for fold in folds], axis=0)
    values, vectors = np.linalg.eigh(square)
    turned = np.tensordot(vectors.T, product, 1)
    largest = max(values[-1], np.finfo(float).tiny)
    for ridge in RIDGES * largest:
        kept = turned / (np.maximum(values, 0) + ridge)[:, None, None]
        yield np.tensordot(vectors, kept, 1)


def _left(fold: _Fold, readout: Floats) -> Floats:
    """Return the squares that a readout R leaves of what was read, for each lag.

    Σ (x - Rᵀ h)² = Σ x² - 2 Σ R ∘ hᵀx + Σ R ∘ (hᵀh R).
    """
    told = np.tensordot(fold.square, readout, 1) - 2 * fold.product
    return fold.whole + (readout * told).sum(axis=(0, 2))
