"""What the tables need of each document: the distances of its links, series by series."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import scipy

from longrange.language.agreement import agreement_links
from longrange.language.coreference import coreference_links
from longrange.language.corpus import LAYERS, Document, Link, dependency_links
from longrange.language.discourse import discourse_links, shallow_discourse_links
from longrange.language.gaps import gaps

UNITS = ("words", "tokens")
KINDS: dict[str, Callable[[Document], list[Link]]] = {
    "agreement": agreement_links,
    "coreference": coreference_links,
    "discourse_erst": discourse_links,
    "discourse_erst_chained": partial(discourse_links, chained=True),
    "discourse_gdtb": shallow_discourse_links,
    "any_dependency": dependency_links,
}
# Each series is a kind, or some groups of one.
SERIES: dict[str, tuple[str, frozenset[str]]] = {
    "agreement": ("agreement", frozenset()),
    "agreement_noun": ("agreement", frozenset({"noun"})),
    "agreement_pronoun": ("agreement", frozenset({"pronoun"})),
    "coreference": ("coreference", frozenset()),
    "coreference_third_person": ("coreference", frozenset({"third_person"})),
    "coreference_names_nouns": ("coreference", frozenset({"name", "noun"})),
    "discourse_erst": ("discourse_erst", frozenset()),
    "discourse_erst_chained": ("discourse_erst_chained", frozenset()),
    "discourse_gdtb": ("discourse_gdtb", frozenset()),
    "any_dependency": ("any_dependency", frozenset()),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What the tables need of one document.

    Attributes
    ----------
    name, genre : str
    sentences, words, tokens, letters : int
        How many; words are the tokens but punctuation, letters all characters of the words.
    gaps : frozenset of str
        What it lacks, of `longrange.language.gaps.GAPS`.
    file : str
        Name of the file it stands in.
    links : mapping from kind to list of tuple
        For each link its group, words, tokens, and number of attractors.
    """

    name: str
    genre: str
    sentences: int
    words: int
    tokens: int
    letters: int
    gaps: frozenset[str]
    file: str
    links: dict[str, list[tuple[str, int, int, int]]]


def measure(document: Document) -> Measured:
    """Return the distances of all links of `document`.

    Raises
    ------
    ValueError
        If its annotation is malformed; it names file and line.
    """
    links = {}
    for kind, of in KINDS.items():
        found = of(document) if kind != "coreference" or "Entity" in document.layers else []
        links[kind] = [(one.group, one.words, one.tokens, len(one.attractors)) for one in found]
    forms = [word.form for word in document.words if not word.is_punctuation]
    lacking = gaps(document)
    letters = 0 if "text" in lacking else sum(map(len, forms))
    sizes = document.sentences, len(forms), len(document.words), letters
    where = lacking, document.path.name
    return Measured(document.name, document.genre, *sizes, *where, links)


def missing(measured: list[Measured]) -> dict[str, int]:
    """Return for each layer of annotation how many documents lack it."""
    return {layer: sum(layer in m.gaps for m in measured) for layer in LAYERS}


@dataclass(frozen=True)
class Counts:
    """How many links of each distance each document has: only distances that occur are held.

    Attributes
    ----------
    at : ndarray of int, shape (K,)
        The distances, rising.
    found : sparse array of shape (documents, K)
    lured : sparse array of shape (documents, K)
        Of these, the links with an attractor.
    """

    at: np.ndarray
    found: "scipy.sparse.csr_array"
    lured: "scipy.sparse.csr_array"

    @property
    def total(self) -> np.ndarray:
        """How many links of each distance all documents have, shape (K,)."""
        return self.found.sum(axis=0)


def counts(documents: list[Measured], kind: str, groups: frozenset[str], unit: str) -> Counts:
    """Return how many links of each distance each document has.

    Parameters
    ----------
    documents : list of Measured
    kind : str
        One of `KINDS`.
    groups : frozenset of str
        Only links of these groups count; empty for all.
    unit : {"words", "tokens"}

    Returns
    -------
    Counts
    """
    column = UNITS.index(unit)
    kept = np.array(
        [
            (row, link[1:3][column], link[3] > 0)
            for row, document in enumerate(documents)
            for link in document.links[kind]
            if not groups or link[0] in groups
        ],
        dtype=np.int64,
    ).reshape(-1, 3)
    at, places = np.unique(kept[:, 1], return_inverse=True)
    shape = len(documents), len(at)
    found, lured = (
        scipy.sparse.csr_array((weights, (kept[:, 0], places)), shape)
        for weights in (np.ones(len(kept)), kept[:, 2].astype(float))
    )
    return Counts(at, found, lured)
