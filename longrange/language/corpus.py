"""Documents of a CoNLL-U treebank, and links between two of their words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from conllu.exceptions import ParseException
from conllu.models import Token
from conllu.parser import DEFAULT_FIELDS, parse_comment_line, parse_line

LAYERS = ("Entity", "Discourse", "PDTB")


@dataclass(frozen=True, slots=True)
class Word:
    """One syntactic word, or punctuation mark, of a document.

    Parameters
    ----------
    form, lemma, upos, xpos : str
        As in the file.
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
    feats: Mapping[str, str]
    head: int | None
    deprel: str
    antecedents: tuple[int, ...]
    misc: Mapping[str, str]
    line: int

    @property
    def is_punctuation(self) -> bool:
        """Whether it is a token, but no word."""
        return self.upos == "PUNCT"


@dataclass(frozen=True, slots=True)
class Link:
    """Two linked words of a document and how far apart they are; neighbours are 1 apart.

    Parameters
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

    Parameters
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
    """

    name: str
    genre: str
    path: Path
    words: tuple[Word, ...] = field(repr=False)
    sentences: int
    entity_fields: tuple[str, ...]

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
        children = [[] for _ in self.words]
        for index, word in enumerate(self.words):
            if word.head is not None:
                children[word.head].append(index)
        return tuple(map(tuple, children))

    @cached_property
    def layers(self) -> frozenset[str]:
        """Which of the layers ``Entity``, ``Discourse`` and ``PDTB`` it is annotated with."""
        return frozenset(key for word in self.words for key in LAYERS if key in word.misc)

    def link(self, a: int, b: int, group: str, attractors: tuple[int, ...] = ()) -> Link:
        """Return the link between the words at `a` and `b`, given in any order."""
        first, second = sorted((a, b))
        words = self.places[second] - self.places[first]
        where = self.name, self.genre, group
        return Link(*where, first, second, words, second - first, attractors)

    def first_word(self, indices: range | list[int]) -> int | None:
        """Return the first of `indices` that is no punctuation, None if all are."""
        return next((i for i in indices if not self.words[i].is_punctuation), None)

    def error(self, index: int, message: str) -> ValueError:
        """Return an error that names the file and the line of the token at `index`."""
        return ValueError(f"{self.path}:{self.words[index].line}: {message}")


def conllu_files(path: Path | str) -> list[Path]:
    """Return the ``*.conllu`` files of a folder, sorted by name, or the one file given.

    Folders inside are not searched: a treebank keeps copies of its documents there.

    Parameters
    ----------
    path : Path or str

    Returns
    -------
    list of Path

    Raises
    ------
    ValueError
        If there is no such file.
    """
    path = Path(path)
    files = sorted(path.glob("*.conllu")) if path.is_dir() else [path]
    if not files:
        raise ValueError(f"{path}: no CoNLL-U file (*.conllu) in this folder")
    if not files[0].is_file():
        raise ValueError(f"{path}: no such file or folder")
    return files


def read(path: Path | str) -> Iterator[Document]:
    """Yield the documents of a folder of CoNLL-U files, or of one file.

    Lines of multiword tokens and empty nodes are skipped; the words of the former have
    lines of their own.

    Parameters
    ----------
    path : Path or str

    Yields
    ------
    Document

    Raises
    ------
    ValueError
        If there is no such file, a line is malformed, or a file holds no sentence; it names
        file and line.
    """
    for file in conllu_files(path):
        yield from _documents(file)


def _documents(path: Path) -> Iterator[Document]:
    words, sentences, about = [], 0, {}

    def finish() -> Document:
        name = about.get("newdoc id") or about.get("newpar id") or path.stem
        fields = tuple(about.get("global.Entity", "").split("-"))
        return Document(
            name, about.get("meta::genre", "unknown"), path, tuple(words), sentences, fields
        )

    for comments, rows in _sentences(path):
        if words and comments.keys() & {"newdoc", "newdoc id"}:
            yield finish()
            # What holds for all of a file is said once, at its beginning.
            about = {key: about[key] for key in about if key.startswith("global.")}
            words, sentences = [], 0
        about |= comments
        words += _words(path, rows, len(words))
        sentences += 1
    if not words:
        raise ValueError(f"{path}:1: no sentence in this file")
    yield finish()


def _sentences(path: Path) -> Iterator[tuple[dict, list[tuple[int, Token]]]]:
    """Yield the comments and the numbered lines of each sentence."""
    comments, rows = {}, []
    with path.open(encoding="utf-8") as file:
        number = 0
        try:
            for number, text in enumerate(file, 1):
                line = text.rstrip("\n")
                if line.startswith("#"):
                    comments.update(parse_comment_line(line))
                elif line.strip():
                    if line.count("\t") != len(DEFAULT_FIELDS) - 1:
                        raise ParseException(
                            f"a line has {len(DEFAULT_FIELDS)} columns between tabs, "
                            f"this one {line.count(chr(9)) + 1}"
                        )
                    rows.append((number, parse_line(line, DEFAULT_FIELDS)))
                elif rows:
                    yield comments, rows
                    comments, rows = {}, []
        except ParseException as error:
            raise ValueError(f"{path}:{number}: {error}") from None
        except UnicodeDecodeError as error:
            raise ValueError(f"{path}:{number + 1}: not UTF-8: {error.reason}") from None
    if rows:
        yield comments, rows


def _words(path: Path, rows: list[tuple[int, Token]], offset: int) -> list[Word]:
    """Return the words of a sentence that begins at `offset` in its document."""
    rows = [(line, token) for line, token in rows if isinstance(token["id"], int)]
    words = []
    for index, (line, token) in enumerate(rows):
        ident, head, edges = token["id"], token["head"], token["deps"] or []
        if ident != index + 1:
            raise ValueError(f"{path}:{line}: word {ident} stands where {index + 1} is due")
        if not isinstance(edges, list):
            raise ValueError(f"{path}:{line}: no list of enhanced relations: {edges}")
        refs = [at for name, at in edges if name == "ref" and isinstance(at, int)]
        for at in (head, *refs):
            if at is None or not 0 <= at <= len(rows) or at == ident:
                raise ValueError(f"{path}:{line}: word {ident} cannot depend on {at}")
        words.append(
            Word(
                token["form"], token["lemma"], token["upos"], token["xpos"], token["feats"] or {},
                offset + head - 1 if head else None, token["deprel"],
                tuple(offset + at - 1 for at in refs), token["misc"] or {}, line,
            )
        )  # fmt: skip
    return words


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
