"""The tasks, as generators of examples.

Every example is a row of tokens, filled up on the left with `PAD` where rows differ in length, and
is answered at its last tokens. A row of `adding` has a number beside each token.
"""

import itertools
from typing import NamedTuple

import numpy as np

PAD = 0


class Examples(NamedTuple):
    """n examples of at most T tokens, each with Q answers, given at the last Q tokens."""

    tokens: np.ndarray
    """(n, T) int: `PAD` before an example begins, and nowhere else."""
    values: np.ndarray
    """(n, T) float: the number beside each token; 0 in all tasks but `Adding`."""
    targets: np.ndarray
    """(n, Q): the right answers, classes as int or numbers as float."""


class Agreement:
    """Choose *is* or *are* after ``<s> the SUBJECT`` and k words more.

    The k words are adverbs and prepositional phrases, some with an adjective. The number of the
    subject and of every noun in a phrase is a fair coin. The subject is read k steps before the
    answer is given.
    """

    START, THE = 1, 2
    ADVERBS = (3, 6)  # half-open ranges of tokens
    PREPOSITIONS = (6, 12)
    ADJECTIVES = (12, 20)
    NOUNS = (20, 44)  # even: singular, odd: plural
    vocabulary = 44
    answers = 2
    before = 3  # tokens of an example beside the k
    # The classes of words of each phrase, and its share where it fits; what is left is adverbs.
    PHRASES = ((ADVERBS,), (PREPOSITIONS, (2, 3), NOUNS), (PREPOSITIONS, (2, 3), ADJECTIVES, NOUNS))

    def draw(self, rng: np.random.Generator, distances: np.ndarray, length: int) -> Examples:
        """Return an example for each of `distances` (n,), in rows of `length` tokens."""
        n = len(distances)
        tokens = np.full((n, length), PAD)
        rows, first = np.arange(n), length - distances
        subject = rng.integers(*self.NOUNS, n)
        for back, token in ((3, self.START), (2, self.THE), (1, subject)):
            tokens[rows, first - back] = token
        phrase, place = np.zeros(n, int), np.zeros(n, int)
        sizes = np.array([len(words) for words in self.PHRASES])
        classes = np.array([[*words, *[(0, 1)] * (4 - len(words))] for words in self.PHRASES])
        for column in range(length - distances.max(), length):
            # Where a phrase begins, draw one of those that still fit.
            fitting = (sizes <= length - column).sum()
            phrase = np.where(place == 0, rng.integers(0, fitting, n), phrase)
            low, high = classes[phrase, place].T
            word = rng.integers(low, high)
            inside = column >= first
            tokens[inside, column] = word[inside]
            place = np.where(inside, (place + 1) % sizes[phrase], 0)
        return Examples(tokens, np.zeros(tokens.shape), (subject % 2)[:, None])

    def attractors(self, tokens: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return how many nouns follow the subject in each row, and how many of them differ."""
        noun = tokens >= self.NOUNS[0]
        first = noun.argmax(1)
        subject = tokens[np.arange(len(tokens)), first]
        later = noun & (np.arange(tokens.shape[1]) > first[:, None])
        return later.sum(1), (later & (tokens % 2 != subject[:, None] % 2)).sum(1)


class Remember:
    """Name the first token, one of 8 symbols, after k tokens of noise."""

    SYMBOLS = (1, 9)
    NOISE = (9, 25)
    vocabulary = 25
    answers = 8
    before = 1

    def draw(self, rng: np.random.Generator, distances: np.ndarray, length: int) -> Examples:
        """Return an example for each of `distances` (n,), in rows of `length` tokens."""
        n = len(distances)
        tokens = rng.integers(*self.NOISE, (n, length))
        first = length - distances - 1
        tokens[np.arange(length) < first[:, None]] = PAD
        symbol = rng.integers(*self.SYMBOLS, n)
        tokens[np.arange(n), first] = symbol
        return Examples(tokens, np.zeros(tokens.shape), (symbol - self.SYMBOLS[0])[:, None])


class Adding:
    """Add the two marked numbers of k, one from each half.

    The numbers are uniform on [0, 1], so the best constant answer, 1, has the mean squared error
    1/6. After Hochreiter & Schmidhuber (1997), section 5.4, with fixed length and another scale.
    """

    PLAIN, MARKED = 1, 2
    vocabulary = 3
    answers = None  # a number
    before = 0

    def draw(self, rng: np.random.Generator, distances: np.ndarray, length: int) -> Examples:
        """Return an example of `length` numbers for each of `distances`, all equal to it."""
        n, half = len(distances), length // 2
        if (distances != length).any():
            raise ValueError("adding has one length: all distances must equal it")
        values = rng.uniform(0, 1, (n, length))
        tokens = np.full((n, length), self.PLAIN)
        rows = np.arange(n)
        places = rng.integers(0, half, n), rng.integers(half, length, n)
        for place in places:
            tokens[rows, place] = self.MARKED
        total = sum(values[rows, place] for place in places)
        return Examples(tokens, values, total[:, None])


class Items:
    """Read k of 8 symbols, then name them in order, one for each of k question marks."""

    SYMBOLS = (1, 9)
    QUESTION = 9
    vocabulary = 10
    answers = 8
    before = 0

    def draw(self, rng: np.random.Generator, distances: np.ndarray, length: int) -> Examples:
        """Return an example of `length` = 2 k tokens for each of `distances`, all equal to k."""
        n = len(distances)
        if (2 * distances != length).any():
            raise ValueError("items has one count: all rows must be twice as long as it")
        symbols = rng.integers(*self.SYMBOLS, (n, length // 2))
        tokens = np.concatenate([symbols, np.full_like(symbols, self.QUESTION)], axis=1)
        return Examples(tokens, np.zeros(tokens.shape), symbols - self.SYMBOLS[0])


class Pairs:
    """Read k pairs of a name and a value, then say the value of each name that is asked for.

    A token tells both of a pair, or a name alone. Names are k of 64 and differ, values are of 8;
    names are asked for in another order. Unlike items, which must be found by when they were
    read, a pair is found by what it says: no network needs a clock for it.
    """

    NAMES, VALUES = 64, 8
    vocabulary = 1 + NAMES * VALUES + NAMES
    answers = VALUES
    before = 0

    def draw(self, rng: np.random.Generator, distances: np.ndarray, length: int) -> Examples:
        """Return an example of `length` = 2 k tokens for each of `distances`, all equal to k."""
        n, k = len(distances), length // 2
        if (2 * distances != length).any() or k > self.NAMES:
            raise ValueError(f"pairs has one count, at most {self.NAMES}: all rows have twice it")
        names = rng.permuted(np.tile(np.arange(self.NAMES), (n, 1)), axis=1)[:, :k]
        values = rng.integers(0, self.VALUES, (n, k))
        order = rng.permuted(np.tile(np.arange(k), (n, 1)), axis=1)
        asked = np.take_along_axis(names, order, axis=1)
        read = 1 + names * self.VALUES + values
        tokens = np.concatenate([read, 1 + self.NAMES * self.VALUES + asked], axis=1)
        return Examples(tokens, np.zeros(tokens.shape), np.take_along_axis(values, order, axis=1))


class Tracking:
    """Follow a state that every token changes: ``<s>`` and k moves, name where they lead.

    Each move is drawn evenly from a group; the answer is the product of all moves, which is evenly
    distributed too. Nothing is far away and nothing must be held but the product so far: neither
    decay nor room is asked for, but steps that compute.
    """

    START = 1
    before = 1  # tokens of an example beside the k

    def __init__(self, product: np.ndarray):
        """Take the table of the group: its element 0 changes nothing."""
        self.product = product
        self.answers = len(product)
        self.vocabulary = 2 + self.answers

    def draw(self, rng: np.random.Generator, distances: np.ndarray, length: int) -> Examples:
        """Return an example of k moves for each k of `distances` (n,), in rows of `length`."""
        n = len(distances)
        moves = rng.integers(0, self.answers, (n, length))
        first = length - distances
        column = np.arange(length)
        inside = column >= first[:, None]
        moves[~inside] = 0
        state = np.zeros(n, int)
        for move in moves.T:
            state = self.product[move, state]
        tokens = np.where(inside, moves + 2, PAD)
        tokens[np.arange(n), first - 1] = self.START
        return Examples(tokens, np.zeros(tokens.shape), state[:, None])


def _permutations(n: int) -> np.ndarray:
    """Return the table of the permutations of n things: entry (a, b) is a after b."""
    every = list(itertools.permutations(range(n)))
    return np.array([[every.index(tuple(a[i] for i in b)) for b in every] for a in every])


TASKS = {
    "agreement": Agreement(),
    "remember": Remember(),
    "adding": Adding(),
    "items": Items(),
    # Is the number of ones odd? Their order does not matter.
    "parity": Tracking(np.array([[0, 1], [1, 0]])),
    # Six ways to order three things; the order of the moves matters.
    "permutations": Tracking(_permutations(3)),
    "pairs": Pairs(),
}
ASKED_AFTER = ("items", "pairs")  # the k that were read, one by one
# One stream of random numbers for each use: no two share any.
STREAMS = {"training": 0, "validation": 1, "test": 2}


def row_length(task: str, distance: int) -> int:
    """Return how many tokens an example of `task` at `distance` has."""
    return 2 * distance if task in ASKED_AFTER else TASKS[task].before + distance


def stream(use: str, task: str, seed: int, *part: int) -> np.random.Generator:
    """Return the random numbers of one part of one stream, the same for every network."""
    return np.random.default_rng([STREAMS[use], list(TASKS).index(task), seed, *part])


def mixed(rng: np.random.Generator, longest: int, n: int) -> np.ndarray:
    """Return n distances k, from 1 to K = `longest`, most of them short.

    P(at most k) = log(k + 1) / log(K + 1): short links are the most frequent in language too.
    """
    return np.exp(rng.uniform(0, np.log(longest + 1), n)).astype(int)
