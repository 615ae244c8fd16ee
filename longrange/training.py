"""A small recurrent network learns to agree: the run that the page "Train one here" shows.

It reads sentences such as "the *dog* near the old trees …" word by word and chooses *is* or *are*
after the last one, as the subject asks, k words before. It is trained by backpropagation through
time (`longrange.nets`) and Adam (Kingma & Ba 2015). All random numbers are those of
`longrange.lab`, so that a browser reads the same sentences and starts from the same weights;
``docs/elements/training.js`` does the same, and rounding errors alone lie between them.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from longrange import arguments, lab, nets
from longrange.nets.network import Net

Floats = NDArray[np.float64]
Tokens = NDArray[np.intp]
Weights = dict[str, Floats]

NETWORKS = ("tanh", "small_inputs", "leaky", "lstm", "gru")
DIETS = ("alone", "mixture", "growing")

# ── Sentences ────────────────────────────────────────────────────────────────

_ADVERBS = ("really", "often", "now")
_PREPOSITIONS = ("near", "behind", "beside", "under", "above", "with")
_ADJECTIVES = ("old", "small", "green", "quiet", "tall", "bright", "heavy", "round")
_NOUNS = ("dog", "tree", "key", "bird", "house", "boat", "door", "river", "stone", "lamp", "table",
          "garden")  # fmt: skip
VOCABULARY = (
    "<s>", "the", *_ADVERBS, *_PREPOSITIONS, *_ADJECTIVES,
    *(form for noun in _NOUNS for form in (noun, f"{noun}s")),
)  # fmt: skip
"""The words by their number. Of nouns both forms, the singular even-numbered from the first on."""

START, THE = 0, 1
# Half-open ranges of words, one class after the other.
_ENDS = 2 + np.cumsum([0, len(_ADVERBS), len(_PREPOSITIONS), len(_ADJECTIVES), 2 * len(_NOUNS)])
ADVERBS, PREPOSITIONS, ADJECTIVES, NOUNS = ((low, high) for low, high in pairwise(_ENDS.tolist()))
# The classes of words of each phrase, shortest first: an adverb; "near the trees"; "near the old
# trees".
PHRASES = (
    (ADVERBS,),
    (PREPOSITIONS, (THE, THE + 1), NOUNS),
    (PREPOSITIONS, (THE, THE + 1), ADJECTIVES, NOUNS),
)
BEFORE = 3  # "<s> the SUBJECT"
SUBJECT = 2  # its place
LONGEST = 128  # distance of sentences that are tested on

# Streams of random numbers; those of `longrange.lab` are below 16.
_WEIGHTS, _TRAINED, _DISTANCES, _TESTED = 16, 32, 33, 1024


class Sentences(NamedTuple):
    """n sentences of one length, and what is right after each.

    Attributes
    ----------
    tokens : ndarray of int, shape (n, 3 + k)
        Numbers of words in `VOCABULARY`.
    plural : ndarray of bool, shape (n,)
        Whether *are* is right.
    """

    tokens: Tokens
    plural: NDArray[np.bool_]


def sentences(
    distance: int,
    count: int,
    *,
    seed: int,
    stream: int = _TRAINED,
    skip: int = 0,
    balanced: bool = False,
) -> Sentences:
    """Return sentences whose subject is read `distance` words before the answer is due.

    Between them stand phrases, each drawn from those that still fit. The number of the subject, and
    of every noun after it, is a fair coin.

    Parameters
    ----------
    distance : int
        k >= 1.
    count : int
        n >= 1.
    seed : int
        0 <= seed < 2^16.
    stream : int
        Other sentences of the same seed, 0 <= stream < 2^16.
    skip : int
        How many random numbers of the stream are left out: those that earlier sentences took, of
        which each takes 1 + 2 k.
    balanced : bool
        Whether subjects are singular and plural by turns, so that whoever always answers alike is
        right in a half.

    Returns
    -------
    Sentences

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    k = arguments.size("distance", distance)
    n = arguments.size("count", count)
    skip = arguments.size("skip", skip, least=0)
    u = lab.uniform(seed, stream, n * (1 + 2 * k), skip=skip).reshape(n, 1 + 2 * k)
    tokens = np.empty((n, BEFORE + k), dtype=np.intp)
    tokens[:, 0], tokens[:, 1] = START, THE
    subject = _drawn(u[:, 0], *NOUNS)
    if arguments.flag("balanced", balanced):
        singular = subject - (subject - NOUNS[0]) % 2
        subject = singular + np.arange(n) % 2
    tokens[:, SUBJECT] = subject
    sizes = np.array([len(words) for words in PHRASES])
    classes = np.array([[*words, *[(0, 1)] * (sizes[-1] - len(words))] for words in PHRASES])
    phrase, place = np.zeros(n, dtype=np.intp), np.zeros(n, dtype=np.intp)
    for j in range(k):
        fitting = int((sizes <= k - j).sum())
        phrase = np.where(place == 0, _drawn(u[:, 1 + 2 * j], 0, fitting), phrase)
        low, high = classes[phrase, place].T
        tokens[:, BEFORE + j] = _drawn(u[:, 2 + 2 * j], low, high)
        place = (place + 1) % sizes[phrase]
    return Sentences(tokens, (subject - NOUNS[0]) % 2 == 1)


def _drawn(u: Floats, low: ArrayLike, high: ArrayLike) -> Tokens:
    """Return whole numbers from `low` to below `high` for u in (0, 1)."""
    return (low + np.floor(u * np.subtract(high, low))).astype(np.intp)


# ── The network ──────────────────────────────────────────────────────────────

_BLOCKS = {"tanh": 1, "small_inputs": 1, "leaky": 1, "lstm": 4, "gru": 3}
SMALL = 0.1  # the factor on small inputs
LEAK = 0.05


def start(network: str, d: int, *, seed: int, bias: float = 1.0) -> Weights:
    """Return the weights that training begins with, as the study's networks begin.

    W, U and b are uniform on ±1/√d, as PyTorch draws them. Small inputs: W is orthogonal, U and b
    a tenth as large. LSTM: the forget gates' biases are `bias`.

    Parameters
    ----------
    network : str
        One of `NETWORKS`.
    d : int
        N, the width.
    seed : int
        0 <= seed < 2^16.
    bias : float
        Of the forget gates of an LSTM; the others have none.

    Returns
    -------
    dict of str to ndarray
        ``W`` (G N, N), ``U`` (G N, V) with a column for each word, ``b`` (G N,), of a GRU ``c``
        (N,), the bias inside its reset; ``v`` (N,) and ``a`` (1,), which read the answer.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    network = arguments.choice("network", network, NETWORKS)
    d, bias = arguments.size("d", d, least=2), arguments.number("bias", bias, least=-np.inf)
    rows, words = _BLOCKS[network] * d, len(VOCABULARY)
    shapes = {"W": (rows, d), "U": (rows, words), "b": (rows,), "c": (d,), "v": (d,)}
    weights = {}
    for stream, (name, shape) in enumerate(shapes.items(), _WEIGHTS):
        u = lab.uniform(seed, stream, int(np.prod(shape)))
        weights[name] = (2 * u - 1).reshape(shape) / np.sqrt(d)
    if network != "gru":
        del weights["c"]
    weights["a"] = np.zeros(1)
    if network == "small_inputs":
        weights["W"] = lab.matrix("orthogonal", d, 1, seed=seed)
        weights["U"], weights["b"] = SMALL * weights["U"], SMALL * weights["b"]
    if network == "lstm":
        weights["b"][d : 2 * d] = bias
    return weights


def net(network: str, weights: Mapping[str, Floats]) -> Net:
    """Return the recurrent part of a network, which reads each word as one 1 among zeros.

    Parameters
    ----------
    network : str
        One of `NETWORKS`.
    weights : mapping of str to ndarray
        As `start` gives them.

    Returns
    -------
    Net
    """
    W, U, b = (weights[name] for name in "WUb")
    if network == "lstm":
        return nets.lstm(W, U, b)
    if network == "gru":
        inside = np.concatenate([np.zeros(2 * len(weights["c"])), weights["c"]])
        return nets.gru(W, U, b, recurrent_bias=inside)
    if network == "leaky":
        return nets.leaky(W, U, b, leak=LEAK)
    return nets.tanh(W, U, b)


def log_odds(network: str, weights: Mapping[str, Floats], tokens: ArrayLike) -> Floats:
    """Return how strongly *are* is believed after each word, against *is*: v · h_t + a.

    Parameters
    ----------
    network : str
        One of `NETWORKS`.
    weights : mapping of str to ndarray
        As `start` gives them.
    tokens : array_like of int, shape (n, T)

    Returns
    -------
    ndarray of shape (n, T)
        Above 0 where the answer would be *are*.
    """
    run = net(network, weights).run(_one_hot(tokens), batch_first=True)
    return (run.outputs @ weights["v"] + weights["a"]).T


class Gradient(NamedTuple):
    """The loss on some sentences and its gradient.

    Attributes
    ----------
    loss : float
        Cross-entropy of the answers, nats.
    right : float
        Share of right answers.
    weights : dict of str to ndarray
        dL/d of each array of weights.
    by_lag : ndarray of shape (T,)
        Share of the gradient on the words that each lag has, the last word's first: of each
        sentence the norms as shares of their sum, and of these the median over sentences. One
        sentence in doubt has nearly all of a batch's gradient, so a mean would show that one.
    """

    loss: float
    right: float
    weights: Weights
    by_lag: Floats


def gradient(network: str, weights: Mapping[str, Floats], read: Sentences) -> Gradient:
    """Return the loss on sentences, and its gradient by backpropagation through time.

    Parameters
    ----------
    network : str
        One of `NETWORKS`.
    weights : mapping of str to ndarray
        As `start` gives them.
    read : Sentences

    Returns
    -------
    Gradient

    Raises
    ------
    ValueError
        If states or gradient overflow.
    """
    run = net(network, weights).run(_one_hot(read.tokens), batch_first=True)
    h, n = run.outputs[-1], len(read.tokens)
    sign = np.where(read.plural, 1, -1)
    odds = h @ weights["v"] + weights["a"]
    with np.errstate(over="ignore"):
        loss = np.logaddexp(0, -sign * odds).mean()
        # d/dz ln(1 + e^-z) = -1 / (1 + e^z)
        owed = -sign * scipy.special.expit(-sign * odds) / n
    found = run.gradient_by_lag(owed[:, None] * weights["v"])
    parts = dict(found.total)
    if network == "gru":
        parts["c"] = parts.pop("recurrent_bias")[2 * len(weights["c"]) :]
    parts |= {"v": owed @ h, "a": np.array([owed.sum()])}
    whole = found.inputs.sum(axis=0)
    known = whole > 0
    shares = found.inputs[:, known] / whole[known]
    by_lag = np.median(shares, axis=1) if known.any() else np.full(len(found.lags), np.nan)
    right = float(((odds > 0) == read.plural).mean())
    return Gradient(float(loss), right, {name: parts[name] for name in weights}, by_lag)


def _one_hot(tokens: ArrayLike) -> Floats:
    """Return words as rows with one 1 among zeros, shape (n, T, V)."""
    given = arguments.array("tokens", tokens, ("n", "T"))
    last = len(VOCABULARY) - 1
    if not ((given >= 0) & (given <= last) & (given == np.floor(given))).all():
        raise ValueError(f"tokens must be whole, from 0 to {last}")
    return np.eye(last + 1)[given.astype(np.intp)]


# ── Training ─────────────────────────────────────────────────────────────────

BATCH = 32
TESTED = (1, 2, 4, 8, 16, 32, 64)  # distances that are tested, beside the one trained for
TESTS = 200  # new sentences for each
CLIP = 1.0  # longest gradient
DECAY, DECAY_OF_SQUARES, TINY = 0.9, 0.999, 1e-8
LEARNED, MEMORY = 0.95, 0.9  # share right at which the distance grows; of the past in that share


class Training:
    """One run: a network, what it is fed, and where it has come.

    Parameters
    ----------
    network : str
        One of `NETWORKS`.
    diet : {"alone", "mixture", "growing"}
        Each step reads `BATCH` sentences of one distance: always `distance`; drawn from 1 ...
        `distance`, most of them short, with P(at most k) = ln(k + 1) / ln(`distance` + 1); or as
        long as has been learned, up to `distance`: a quarter longer, at least by 1, when of late
        95 % were right.
    distance : int
        Words between subject and answer, 1 <= k <= 128.
    d : int
        Width of the network.
    rate : float
        Step size of Adam.
    clip : bool
        Whether gradients longer than 1 are shortened to 1.
    bias : float
        As in `start`.
    seed : int
        0 <= seed < 2^16, of weights and sentences.

    Attributes
    ----------
    weights : dict of str to ndarray
    steps : int
        How many have been made; each read `BATCH` sentences.
    reach : int
        The distance of the next sentences, where it grows.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """

    def __init__(
        self,
        network: str = "tanh",
        diet: str = "mixture",
        *,
        distance: int = 16,
        d: int = 16,
        rate: float = 0.01,
        clip: bool = True,
        bias: float = 1.0,
        seed: int = 0,
    ) -> None:
        self.weights = start(network, d, seed=seed, bias=bias)
        self.network, self.seed = network, seed
        self.diet = arguments.choice("diet", diet, DIETS)
        self.distance = arguments.size("distance", distance, most=LONGEST)
        self.rate = arguments.number("rate", rate, above=True)
        self.clip = arguments.flag("clip", clip)
        self.steps, self.reach = 0, 1
        self._used = 0  # random numbers of the sentences read so far
        self._of_late = 0.5  # share right, where the distance grows
        self._means = {name: np.zeros_like(one) for name, one in self.weights.items()}
        self._squares = {name: np.zeros_like(one) for name, one in self.weights.items()}

    @property
    def tested(self) -> tuple[int, ...]:
        """The distances of `TESTED` up to twice `distance`, and `distance`."""
        return tuple(sorted({self.distance, *(k for k in TESTED if k <= 2 * self.distance)}))

    def step(self) -> Gradient:
        """Read `BATCH` sentences and take one step; return what was found before it.

        Raises
        ------
        ValueError
            If numbers overflow: the weights stay as they were.
        """
        k = self._next_distance()
        read = sentences(k, BATCH, seed=self.seed, skip=self._used)
        try:
            with np.errstate(over="ignore", invalid="ignore"):  # that is told below
                found = gradient(self.network, self.weights, read)
                length = np.sqrt(sum((part**2).sum() for part in found.weights.values()))
            if not np.isfinite(length):
                raise ValueError("the gradient overflows")
        except ValueError as error:
            raise ValueError(
                f"numbers overflowed at step {self.steps + 1}: the rate is too large"
            ) from error
        self._used += BATCH * (1 + 2 * k)
        self.steps += 1
        factor = CLIP / length if self.clip and length > CLIP else 1.0
        self._adam({name: factor * part for name, part in found.weights.items()})
        if self.diet == "growing":
            self._of_late = MEMORY * self._of_late + (1 - MEMORY) * found.right
            if self._of_late > LEARNED and self.reach < self.distance:
                self.reach = min(self.distance, self.reach + max(1, self.reach // 4))
                self._of_late = 0.5
        return found

    def _next_distance(self) -> int:
        if self.diet == "alone":
            return self.distance
        if self.diet == "growing":
            return self.reach
        (u,) = lab.uniform(self.seed, _DISTANCES, 1, skip=self.steps)
        return min(self.distance, int(np.exp(u * np.log(self.distance + 1))))

    def _adam(self, parts: Weights) -> None:
        """Take a step of Adam (Kingma & Ba 2015, algorithm 1)."""
        for name, g in parts.items():
            m, v = self._means[name], self._squares[name]
            m += (1 - DECAY) * (g - m)
            v += (1 - DECAY_OF_SQUARES) * (g * g - v)
            mean = m / (1 - DECAY**self.steps)
            square = v / (1 - DECAY_OF_SQUARES**self.steps)
            self.weights[name] = self.weights[name] - self.rate * mean / (np.sqrt(square) + TINY)

    def tests(self, distance: int) -> Sentences:
        """Return the `TESTS` sentences of a distance that it is tested on, half of them plural.

        They are drawn apart from those that it trains on. Over up to five words there are so few
        sentences that a long run trains on many of them, too.
        """
        stream = _TESTED + distance
        return sentences(distance, TESTS, seed=self.seed, stream=stream, balanced=True)

    def right(self, distance: int) -> float:
        """Return the share of right answers over a distance, on its `tests`."""
        read = self.tests(distance)
        odds = log_odds(self.network, self.weights, read.tokens)[:, -1]
        return float(((odds > 0) == read.plural).mean())

    def by_lag(self) -> Floats:
        """Return the share of the gradient of each lag, 0 first, over `distance`: of 32 tests.

        As in `Gradient`.
        """
        tokens, plural = self.tests(self.distance)
        some = Sentences(tokens[:BATCH], plural[:BATCH])
        return gradient(self.network, self.weights, some).by_lag
