"""Recall of pairs: given a key, return the value that was read with it.

A matrix S of fixed size holds all pairs in a sum: linear attention (Katharopoulos et al. 2020),
which is a fast weight memory (Schlag, Irie & Schmidhuber 2021). Softmax attention keeps every
pair instead (Vaswani et al. 2017). Keys have N entries, values M, and there are n pairs.
"""

import numpy as np
import scipy
from numpy.typing import ArrayLike

from longrange import arguments

_BLOCK = 2**22  # weights of a block of queries: 32 MB
_GRID = 200  # quantiles of the interference along the right word, and as many across


def outer_product_memory(keys: ArrayLike, values: ArrayLike) -> np.ndarray:
    """Return S = Σ_i v_i k_iᵀ, the state of linear attention after n pairs.

    S k_j returns v_j, and of every other value as much as its key has in common with k_j. This is
    the recurrent form in Katharopoulos et al. (2020), without feature map and normaliser.

    Parameters
    ----------
    keys : array_like of shape (n, N)
        k_i, one a row; of length 1 if v_i is to come back at its own size.
    values : array_like of shape (n, M)
        v_i, one a row; n >= 1.

    Returns
    -------
    ndarray of shape (M, N)
        Read by ``queries @ S.T``.

    Raises
    ------
    ValueError
        If shapes do not fit, an entry is not finite, or the result is not.
    """
    keys, values = _pairs(keys, values)
    with np.errstate(over="ignore", invalid="ignore"):
        return _finite(values.T @ keys)


def delta_rule_memory(keys: ArrayLike, values: ArrayLike, *, strength: float = 1.0) -> np.ndarray:
    """Return S after S ← S + β (v_i - S k_i) k_iᵀ for each pair in order, from S = 0.

    What S returns for the key is replaced, not added to (Schlag et al. 2021). With β = 1 and
    keys of length 1 the newest pair is exact, and older pairs lose where their keys overlap it.

    Parameters
    ----------
    keys : array_like of shape (n, N)
    values : array_like of shape (n, M)
        As in `outer_product_memory`, oldest first.
    strength : float
        β >= 0, share of the old answer that is replaced.

    Returns
    -------
    ndarray of shape (M, N)

    Raises
    ------
    ValueError
        As `outer_product_memory`, or if β is out of range. S grows without limit where β |k|²
        stays above 2.
    """
    keys, values = _pairs(keys, values)
    strength = arguments.number("strength", strength)
    memory = np.zeros((values.shape[1], keys.shape[1]))
    with np.errstate(over="ignore", invalid="ignore"):
        for key, value in zip(keys, values, strict=True):
            memory += strength * np.outer(value - memory @ key, key)
    return _finite(memory)


def least_squares_memory(keys: ArrayLike, values: ArrayLike) -> np.ndarray:
    """Return the S that minimises Σ_i |S k_i - v_i|², the smallest if there are several.

    No matrix of this shape has a smaller squared error. It is exact up to n = N independent
    keys; for independent random values of mean 0 the relative error is then 1 - N/n.

    Parameters
    ----------
    keys : array_like of shape (n, N)
    values : array_like of shape (n, M)
        As in `outer_product_memory`.

    Returns
    -------
    ndarray of shape (M, N)

    Raises
    ------
    ValueError
        As `outer_product_memory`.
    """
    keys, values = _pairs(keys, values)
    with np.errstate(over="ignore", invalid="ignore"):
        return _finite(np.linalg.lstsq(keys, values, rcond=None)[0].T)


def softmax_recall(
    keys: ArrayLike, values: ArrayLike, queries: ArrayLike, *, sharpness: float
) -> np.ndarray:
    """Return what softmax attention over all n pairs answers: Σ_i p_i v_i, p_i ∝ exp(β k_i · q).

    All pairs are kept, so the memory grows by N + M numbers a pair. Transformers have
    β = 1/√N and keys whose entries are about 1 (Vaswani et al. 2017); for keys and queries of
    length 1 that is β = √N. The larger β, the less each other pair dilutes the answer.

    Parameters
    ----------
    keys : array_like of shape (n, N)
    values : array_like of shape (n, M)
        As in `outer_product_memory`.
    queries : array_like of shape (Q, N)
        q, one a row.
    sharpness : float
        β >= 0, the inverse temperature; at 0 every answer is the mean of all values.

    Returns
    -------
    ndarray of shape (Q, M)

    Raises
    ------
    ValueError
        As `outer_product_memory`, or if β is out of range.
    """
    keys, values = _pairs(keys, values)
    queries = arguments.array("queries", queries, ("Q", keys.shape[1]))
    sharpness = arguments.number("sharpness", sharpness)
    answers, rows = np.empty((len(queries), values.shape[1])), max(1, _BLOCK // len(keys))
    for first in range(0, len(queries), rows):
        with np.errstate(over="ignore", invalid="ignore"):
            scores = _finite(sharpness * (queries[first : first + rows] @ keys.T))
        weights = np.exp(scores - scores.max(axis=1, keepdims=True))
        weights /= weights.sum(axis=1, keepdims=True)
        answers[first : first + rows] = weights @ values
    return answers


def attention_share(n: ArrayLike) -> np.ndarray | float:
    """Return 1/n, the weight of each of `n` positions if attention cannot tell them apart.

    Parameters
    ----------
    n : array_like
        Positions that are looked at, finite and >= 1.

    Returns
    -------
    float or ndarray
        Weight, shape of `n`.

    Raises
    ------
    ValueError
        If `n` is out of range.
    """
    return (1 / arguments.numbers("n", n, 1, unit=" positions"))[()]


def relative_error(answers: ArrayLike, values: ArrayLike) -> float:
    """Return Σ |answer - value|² / Σ |value|², which is 1 for answers that are all 0.

    Parameters
    ----------
    answers : array_like of shape (n, M)
    values : array_like of shape (n, M)
        What should have come back, not all 0.

    Returns
    -------
    float
        >= 0; an answer may be worse than none.

    Raises
    ------
    ValueError
        If shapes do not fit, an entry is not finite, all values are 0, or the result is not
        finite.
    """
    values = arguments.array("values", values, ("n", "M"))
    answers = arguments.array("answers", answers, values.shape)
    if not values.any():
        raise ValueError("values must not all be 0")
    shift = -np.frexp(np.abs(values).max())[1]  # a power of 2, so that no square underflows
    with np.errstate(over="ignore"):
        right, given = np.ldexp(values, shift), np.ldexp(answers, shift)
        return float(_finite(((given - right) ** 2).sum() / (right**2).sum()))


def recall_accuracy(answers: ArrayLike, words: ArrayLike, vocabulary: ArrayLike) -> float:
    """Return the share of answers to which the right word of the vocabulary is nearest.

    Parameters
    ----------
    answers : array_like of shape (n, M)
    words : array_like of int, shape (n,)
        Which row of `vocabulary` is right; n >= 1.
    vocabulary : array_like of shape (m, M)
        All values there are. Of several that are equally near, the first counts.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ValueError
        If shapes do not fit, an entry is not finite, or a word is not in the vocabulary.
    """
    vocabulary = arguments.array("vocabulary", vocabulary, ("m", "M"))
    answers = arguments.array("answers", answers, ("n", vocabulary.shape[1]))
    words = arguments.indices("words", words, len(vocabulary) - 1)
    if len(words) != len(answers) or not len(words):
        raise ValueError(f"words must be {len(answers)} >= 1, one an answer, got {len(words)}")
    largest = max(np.abs(vocabulary).max(), np.abs(answers).max())
    shift = -np.frexp(largest)[1]  # a power of 2, so that no square overflows
    near, far = np.ldexp(answers, shift), np.ldexp(vocabulary, shift)
    # |a - v|² less |a|², the same for all words.
    distances = (far**2).sum(axis=1) - 2 * near @ far.T
    return float((distances.argmin(axis=1) == words).mean())


def outer_product_error(n: int, d: int) -> float:
    """Return the expected relative error of `outer_product_memory`: (n - 1) / d, exactly.

    Each of the n - 1 other keys has a squared cosine of 1/d with the one that is asked for.

    Parameters
    ----------
    n : int
        Number of pairs, >= 1. Keys are independent, drawn uniformly from all directions, of
        length 1; values are independent of the keys, all of one length.
    d : int
        Number of entries of a key, >= 1.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    return (arguments.size("n", n, most=arguments.COUNT) - 1) / arguments.size(
        "d", d, most=arguments.COUNT
    )


def outer_product_accuracy(n: int, d: int, words: int) -> float:
    """Return the expected `recall_accuracy` of `outer_product_memory`, for Gaussian interference.

    The answer is the right word plus interference, of standard deviation σ along every word,
    σ² = (n - 1)/d · (1/d + 1/m). A wrong word is nearer if it falls into the cap around the
    answer that the right one is on the rim of. For a cap that takes the share p of all
    directions, all m - 1 miss it with probability (1 - p)^(m-1), averaged over the interference.
    For m much larger than d half of the answers are right at about n = d²/(2 ln m), within a
    fifth: the number of entries of S over a logarithm. At d near m or above it is fewer, since
    of the n pairs many have the same word: for m = 256, .094 d² at d = 64 and .062 d² at 256.

    Parameters
    ----------
    n : int
        Number of pairs, >= 1, with keys as in `outer_product_error`. Each value is drawn from
        the vocabulary.
    d : int
        Number of entries of a key and of a value, >= 2.
    words : int
        m >= 1, size of a vocabulary of random directions, each of length 1.

    Returns
    -------
    float
        From 0 to 1. The interference is Gaussian for many pairs; at n = 2 d and d >= 16 the
        result is within some hundredths of what is measured, and closer beyond.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    n, d = arguments.size("n", n, most=arguments.COUNT), arguments.size("d", d, 2, arguments.COUNT)
    m = arguments.size("words", words, most=arguments.COUNT)
    spread = np.sqrt((n - 1) / d * (1 / d + 1 / m))
    share = (np.arange(_GRID) + 0.5) / _GRID
    along = 1 + spread * scipy.special.ndtri(share)[:, None]
    across = spread * np.sqrt(2 * scipy.special.gammaincinv((d - 1) / 2, share))
    sine = across / np.hypot(along, across)
    cap = scipy.special.betainc((d - 1) / 2, 0.5, sine**2) / 2
    cap = np.where(along < 0, 1 - cap, cap)
    return float(((1 - cap) ** (m - 1)).mean())


def _pairs(keys: ArrayLike, values: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    keys = arguments.array("keys", keys, ("n", "N"))
    values = arguments.array("values", values, ("n", "M"))
    if len(keys) != len(values):
        raise ValueError(f"keys and values must be as many, got {len(keys)} and {len(values)}")
    if not (keys.size and values.size):
        raise ValueError(f"there must be pairs, got shapes {keys.shape} and {values.shape}")
    return keys, values


def _finite(result: np.ndarray) -> np.ndarray:
    if not np.isfinite(result).all():
        raise ValueError("the result is beyond the range of a float: scale keys or values down")
    return result
