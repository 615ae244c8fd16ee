"""What a linear readout of any states still tells of the inputs k steps back, on held-out data."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longrange import arguments
from longrange.nets.intervals import Interval, of_groups

Floats = NDArray[np.float64]

FOLDS = 5
# Ridges that are tried, relative to the largest variance of the state. The least one says what
# counts as lost: a direction 1e-6 as large as the largest is what float32 leaves of 0.
RIDGES = 10.0 ** np.arange(-12, 1)


def recall(
    states: ArrayLike, inputs: ArrayLike, lags: ArrayLike, *, batch_first: bool | None = None
) -> Interval:
    """Return the share of the variance of the inputs k steps back that the states still tell.

    The memory function of any network (Jaeger 2002): a linear readout of h_t is fitted to x_{t-k}
    by ridge regression on four fifths of the data and judged on the fifth that it has not seen, in
    turns; the ridge is chosen within the four. The fifths are sequences where there are five,
    otherwise blocks of time, with the longest lag left out between them.

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
        If shapes do not fit, an entry is not finite, or there are fewer than two states for each
        number of the state.
    """
    from longrange.nets.network import timed

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
    count = sum(fold.rows for fold in folds)
    if count < 2 * h.shape[-1] or min(fold.rows for fold in folds) < 2:
        raise ValueError(
            f"recall over {last} steps from {h.shape[-1]} numbers needs at least "
            f"{2 * h.shape[-1]} states, got {count}: pass more steps or sequences, or shorter lags"
        )
    groups = np.stack([_held_out(folds, i) for i in range(FOLDS)])
    return of_groups(groups, f"{FOLDS} parts, each held out in turn")


class _Fold(NamedTuple):
    """A part of the data: rows (h_t, 1) and what was read k steps before, for all lags."""

    h: Floats
    x: Floats
    square: Floats
    product: Floats

    @property
    def rows(self) -> int:
        """How many states it has."""
        return len(self.h)


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
    t, b = (one.ravel() for one in np.meshgrid(times, sequences, indexing="ij"))
    rows = np.concatenate([h[t, b], np.ones((t.size, 1))], axis=1)
    read = np.concatenate([x[t - k, b] for k in lags.tolist()], axis=1).reshape(
        t.size, lags.size, x.shape[-1]
    )
    return _Fold(rows, read, rows.T @ rows, np.tensordot(rows.T, read, 1))


def _held_out(folds: list[_Fold], judged: int) -> Floats:
    """Return the share told of one part by a readout of the others, for each lag."""
    chosen = (judged + 1) % len(folds)
    trial = [fold for i, fold in enumerate(folds) if i not in (judged, chosen)]
    shares = np.stack([_share(folds[chosen], trial, one) for one in _readouts(trial)])
    best = np.where(np.isnan(shares), -np.inf, shares).argmax(axis=0)
    rest = [fold for i, fold in enumerate(folds) if i != judged]
    found = np.stack([_share(folds[judged], rest, one) for one in _readouts(rest)])
    return found[best, np.arange(best.size)]


def _readouts(folds: list[_Fold]) -> Iterator[Floats]:
    """Yield for each ridge the readout fitted to some parts, shape (S + 1, K, I).

    The intercept bears no ridge: states and inputs are centred first.
    """
    square, product, count = _sums(folds)
    mean = square[-1, :-1] / count
    centred = square[:-1, :-1] - count * np.outer(mean, mean)
    level = product[-1] / count
    covariance = product[:-1] - count * mean[:, None, None] * level
    values, vectors = np.linalg.eigh(centred)
    turned = np.tensordot(vectors.T, covariance, 1)
    largest = max(values[-1], np.finfo(float).tiny)
    for ridge in RIDGES * largest:
        slopes = np.tensordot(vectors, turned / (np.maximum(values, 0) + ridge)[:, None, None], 1)
        yield np.concatenate([slopes, (level - np.tensordot(mean, slopes, 1))[None]])


def _share(fold: _Fold, fitted: list[_Fold], readout: Floats) -> Floats:
    """Return 1 - (what the readout leaves) / (what the mean of the fitted parts leaves)."""
    _, product, count = _sums(fitted)
    left = ((fold.x - np.tensordot(fold.h, readout, 1)) ** 2).sum(axis=(0, 2))
    whole = ((fold.x - product[-1] / count) ** 2).sum(axis=(0, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, 1 - left / whole, np.nan)


def _sums(folds: list[_Fold]) -> tuple[Floats, Floats, int]:
    square = np.sum([fold.square for fold in folds], axis=0)
    return square, np.sum([fold.product for fold in folds], axis=0), sum(f.rows for f in folds)
