"""What the tables need of each document: the distances of its links, series by series."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from longrange.language.agreement import agreement_links
from longrange.language.coreference import coreference_links
from longrange.language.corpus import LAYERS, Document, Link, dependency_links
from longrange.language.discourse import discourse_links, shallow_discourse_links

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
    layers : frozenset of str
        Its layers of annotation.
    links : mapping from kind to list of tuple
        For each link its group, words, tokens, and number of attractors.
    """

    name: str
    genre: str
    sentences: int
    words: int
    tokens: int
    letters: int
    layers: frozenset[str]
    links: dict[str, list[tuple[str, int, int, int]]]


def measure(document: Document) -> Measured:
    """Return the distances of all links of `document`.

    Raises
    ------
    ValueError
        If its annotation is malformed; it names file and line.
    """
    links = {
        kind: [(link.group, link.words, link.tokens, len(link.attractors)) for link in of(document)]
        for kind, of in KINDS.items()
    }
    forms = [word.form for word in document.words if not word.is_punctuation]
    sizes = document.sentences, len(forms), len(document.words), sum(map(len, forms))
    return Measured(document.name, document.genre, *sizes, document.layers, links)


def missing(measured: list[Measured]) -> dict[str, int]:
    """Return for each layer of annotation how many documents lack it."""
    return {layer: sum(layer not in m.layers for m in measured) for layer in LAYERS}


def counts(
    documents: list[Measured], kind: str, groups: frozenset[str], unit: str, *, lured: bool = False
) -> np.ndarray:
    """Return how many links of each distance each document has, shape (documents, distances).

    Parameters
    ----------
    documents : list of Measured
    kind : str
        One of `KINDS`.
    groups : frozenset of str
        Only links of these groups count; empty for all.
    unit : {"words", "tokens"}
    lured : bool
        Only links with an attractor count, in an array as wide as that of all.
    """
    column = UNITS.index(unit)
    kept = [
        [
            (link[1:3][column], link[3])
            for link in document.links[kind]
            if not groups or link[0] in groups
        ]
        for document in documents
    ]
    longest = max((distance for links in kept for distance, _ in links), default=1)
    found = np.zeros((len(documents), longest + 1))
    for row, links in zip(found, kept, strict=True):
        np.add.at(row, [distance for distance, lures in links if lures or not lured], 1)
    return found
