"""Error bars: a mean over time and sequences, and where it lies with a probability of 95 %.

Values of one run that follow each other are alike, so they are first averaged in *groups* that are
independent, or nearly: whole sequences where there are enough of them, otherwise long blocks of
time. The interval is Student's, from how far the groups lie apart (batch means: Law 2015,
section 9.5.3).
"""

from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SEQUENCES = 8  # from here on sequences are the groups: fewer leave Student's factor too large
BLOCKS = 12  # groups where blocks of time are these, in all sequences together
LEVEL = 0.95


class Interval(NamedTuple):
    """A mean with its error bar.

    Attributes
    ----------
    value, low, high : ndarray
        The mean, and the ends of the interval of 95 %; NaN where there was nothing to average,
        and ends that are infinite where there was one group alone.
    over : str
        Which groups it was taken over, such as "32 sequences".
    """

    value: Floats
    low: Floats
    high: Floats
    over: str


def mean(values: Floats) -> Floats:
    """Return the mean over the first axis, NaN left out; NaN where nothing else is.

    -inf, the logarithm of a product that is exactly 0, makes it -inf.
    """
    known = ~np.isnan(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(known, values, 0).sum(axis=0) / known.sum(axis=0)


def interval(values: Floats) -> Interval:
    """Return the mean over time and sequences, with its error bar.

    Parameters
    ----------
    values : ndarray of shape (T, B, ...)
        In the order of time; NaN is left out, and -inf, the logarithm of 0, stays what it is.

    Returns
    -------
    Interval
        Of the shape of what follows T and B.
    """
    groups, over = grouped(values)
    # All values weigh alike in the mean, also where a group has fewer of them.
    return _around(mean(values.reshape(-1, *values.shape[2:])), groups, over)


def grouped(values: Floats, most: int = BLOCKS) -> tuple[Floats, str]:
    """Return means of groups that are nearly independent, shape (G, ...), and what they are.

    Where they are blocks of time these are about `most`, in all sequences together.
    """
    T, B = values.shape[:2]
    if B >= SEQUENCES:
        return mean(values), f"{B} sequences"
    count = max(1, min(-(-most // B), T))
    blocks = [mean(block) for block in np.array_split(values, count)]
    groups = np.stack(blocks).reshape(count * B, *values.shape[2:])
    each = "" if B == 1 else f" in each of {B} sequences"
    return groups, f"{count} blocks of time{each}"


def change(early: Floats, late: Floats) -> Interval:
    """Return by how much a mean differs between two stretches of time of one length, late - early.

    Each group is compared with itself, so that sequences that differ from each other for good do
    not hide what all of them do.

    Parameters
    ----------
    early, late : ndarray of shape (T, B, ...)

    Returns
    -------
    Interval
    """
    # Half as many blocks in each half: they stay as long as those of the whole.
    (before, over), (after, _) = (grouped(half, BLOCKS // 2) for half in (early, late))
    with np.errstate(invalid="ignore"):  # of -inf in both
        return of_groups(after - before, over)


def of_groups(groups: Floats, over: str) -> Interval:
    """Return the mean of G independent values and Student's interval, over the first axis."""
    return _around(mean(groups), groups, over)


def _around(value: Floats, groups: Floats, over: str) -> Interval:
    """Return Student's interval around a mean, from how far the groups lie apart."""
    known = np.isfinite(groups)
    count = known.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = np.where(known, groups, 0).sum(axis=0) / count
        spread = np.where(known, groups - middle, 0)
        error = np.sqrt((spread**2).sum(axis=0) / (count - 1) / count)
        half = scipy.special.stdtrit(np.maximum(count - 1, 1), (1 + LEVEL) / 2) * error
    half = np.where(count > 1, half, np.inf)
    # The logarithm of what is exactly 0 in one group is so on average, whatever the others are.
    half = np.where(np.isneginf(value), 0, half)
    return Interval(value, value - half, value + half, over)
