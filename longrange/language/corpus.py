"""Documents of a CoNLL-U treebank, and links between two of their words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

LAYERS = ("Entity", "Discourse", "PDTB")


@dataclass(frozen=True, slots=True)
class Word:
    """One syntactic word, or punctuation mark, of a document.

    Attributes
    ----------
    form, lemma, upos, xpos : str
        As in the file; `xpos` is None where that has ``_``.
    feats : mapping
        Features by name.
    head : int or None
        Index in the document of the word it depends on; None for a root.
    deprel : str
        Relation to `head`.
    antecedents : tuple of int
        Where the enhanced ``ref`` edges of a relative pronoun lead.
    misc : mapping
        What the last column says of it, by name.
    line : int
        Line of the file, from 1.
    """

    form: str
    lemma: str
    upos: str
    xpos: str | None
    feats: Mapping[str, str | None]
    head: int | None
    deprel: str
    antecedents: tuple[int, ...]
    misc: Mapping[str, str | None]
    line: int

    @property
    def is_punctuation(self) -> bool:
        """Whether it is a token, but no word."""
        return self.upos == "PUNCT"


@dataclass(frozen=True, slots=True)
class Empty:
    """An empty node, such as 8.1: nobody reads it, but a mention may begin or end at it.

    Attributes
    ----------
    before : int
        Index in the document of the word that follows.
    misc : mapping
        What the last column says of it, by name.
    line : int
        Line of the file, from 1.
    """

    before: int
    misc: Mapping[str, str | None]
    line: int


@dataclass(frozen=True, slots=True)
class Link:
    """Two linked words of a document and how far apart they are; neighbours are 1 apart.

    Attributes
    ----------
    document, genre : str
        Where it stands.
    group : str
        Subgroup of its kind.
    first, second : int
        Indices of the two words in the document, in the order of the text.
    words : int
        Distance without punctuation; the words between them are one fewer.
    tokens : int
        Distance with punctuation, `second` − `first`.
    attractors : tuple of int
        Indices of the nouns between them that have the other number (agreement only).
    """

    document: str
    genre: str
    group: str
    first: int
    second: int
    words: int
    tokens: int
    attractors: tuple[int, ...] = ()


@dataclass(frozen=True)
class Document:
    """One document.

    Attributes
    ----------
    name, genre : str
        From ``# newdoc id`` (or else the name of the file) and ``# meta::genre``.
    path : Path
        File it stands in.
    words : tuple of Word
        Its tokens in order, punctuation included, without empty nodes.
    sentences : int
        How many.
    entity_fields : tuple of str
        Order of the fields of a mention, from ``# global.Entity``.
    empty : tuple of Empty
        Its empty nodes in order.
    announced : bool
        Whether a comment ``# newdoc`` begins it.
    """

    name: str
    genre: str
    path: Path
    words: tuple[Word, ...] = field(repr=False)
    sentences: int
    entity_fields: tuple[str, ...]
    empty: tuple[Empty, ...] = field(default=(), repr=False)
    announced: bool = True

    @cached_property
    def nodes(self) -> tuple[tuple[int | None, Word | Empty], ...]:
        """Words and empty nodes in the order of the text; an empty node has no index."""
        nodes: list[tuple[int | None, Word | Empty]] = []
        rest = list(reversed(self.empty))
        for index, word in enumerate(self.words):
            while rest and rest[-1].before <= index:
                nodes.append((None, rest.pop()))
            nodes.append((index, word))
        return (*nodes, *((None, one) for one in reversed(rest)))

    @cached_property
    def places(self) -> tuple[int, ...]:
        """For each token, how many words (not punctuation) stand before it."""
        before, places = 0, []
        for word in self.words:
            places.append(before)
            before += not word.is_punctuation
        return tuple(places)

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """For each token, the indices of its dependents in the order of the text."""
        children: list[list[int]] = [[] for _ in self.words]
        for index, word in enumerate(self.words):
            if word.head is not None:
                children[word.head].append(index)
        return tuple(map(tuple, children))

    @cached_property
    def layers(self) -> frozenset[str]:
        """Which of the layers ``Entity``, ``Discourse`` and ``PDTB`` it is annotated with.

        ``Entity`` without a comment ``# global.Entity`` is something else, such as kinds of names.
        """
        found = {key for _, node in self.nodes for key in LAYERS if key in node.misc}
        return frozenset(found if {"GRP", "eid"} & {*self.entity_fields} else found - {"Entity"})

    def link(self, a: int, b: int, group: str, attractors: tuple[int, ...] = ()) -> Link:
        """Return the link between the words at `a` and `b`, given in any order."""
        first, second = sorted((a, b))
        words = self.places[second] - self.places[first]
        where = self.name, self.genre, group
        return Link(*where, first, second, words, second - first, attractors)

    def first_word(self, indices: range | list[int]) -> int | None:
        """Return the first of `indices` that is no punctuation, None if all are."""
        return next((i for i in indices if not self.words[i].is_punctuation), None)

    def error(self, node: int | Word | Empty, message: str) -> ValueError:
        """Return an error that names file and line of a node, or of the word at an index."""
        line = self.words[node].line if isinstance(node, int) else node.line
        return ValueError(f"{self.path}:{line}: {message}")


def dependency_links(document: Document) -> list[Link]:
    """Return the link between each word and its head, without punctuation and roots.

    Parameters
    ----------
    document : Document

    Returns
    -------
    list of Link
        Groups are the relations, without subtypes.
    """
    links = []
    for index, word in enumerate(document.words):
        if word.head is None or "PUNCT" in (word.upos, document.words[word.head].upos):
            continue
        if (relation := word.deprel.split(":")[0]) != "punct":
            links.append(document.link(index, word.head, relation))
    return links
