"""Scores that several networks share."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import mannwhitneyu


def auc(yes: ArrayLike, no: ArrayLike) -> float:
    """Return how often one of `yes` is above one of `no`; ties count half.

    The area under the curve of hits against false alarms: 0.5 is chance.
    """
    yes, no = np.ravel(yes), np.ravel(no)
    return float(mannwhitneyu(yes, no).statistic / (len(yes) * len(no)))


def spans(words: list[str]) -> set[tuple[int, int]]:
    """Return where each word begins and ends in their text."""
    ends = np.cumsum([len(word) for word in words])
    return set(zip((ends - [len(word) for word in words]).tolist(), ends.tolist(), strict=True))


def word_f1(found: list[list[str]], due: list[list[str]]) -> float:
    """Return the F1 of words: the harmonic mean of precision and recall of whole words."""
    pairs = [(spans(one), spans(other)) for one, other in zip(found, due, strict=True)]
    common = sum(len(one & other) for one, other in pairs)
    return 2 * common / sum(len(one) + len(other) for one, other in pairs)
