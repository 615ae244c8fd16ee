"""Reader of CoNLL-U files."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from longrange.language.corpus import Document, Empty, Word

try:
    from conllu.exceptions import ParseException
    from conllu.parser import DEFAULT_FIELDS, parse_comment_line, parse_id_value, parse_int_value
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError(
        "longrange.language reads treebanks with conllu: pip install 'longrange[language]'",
        name=missing.name,
    ) from None

_MARK = "\ufeff"  # byte order mark, where a file begins or two were joined


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
    if not isinstance(path, str | os.PathLike):
        raise ValueError(f"path must be that of a file or folder, got a {type(path).__name__}")
    path = Path(path)
    if not path.exists():
        raise ValueError(f"{path}: no such file or folder")
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.glob("*.conllu") if file.is_file())
    if not files:
        raise ValueError(f"{path}: no CoNLL-U file (*.conllu) in this folder")
    return files


def read(path: Path | str) -> Iterator[Document]:
    """Yield the documents of a folder of CoNLL-U files, or of one file.

    Lines of multiword tokens are skipped: their words have lines of their own. Empty nodes are no
    words; they are kept beside them, for mentions that begin or end there. A file without
    ``# newdoc`` is one document.

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


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of words: its number in the file, its id, and its ten columns."""

    line: int
    ident: int | tuple[int, str, int] | None
    columns: list[str]


def _documents(path: Path) -> Iterator[Document]:
    about: dict[str, str] = {}
    words: list[Word] = []
    empty: list[Empty] = []
    sentences, count = 0, 1

    def document() -> Document:
        name = (
            about.get("newdoc id")
            or about.get("newdoc")
            or (path.stem if count == 1 else f"{path.stem}-{count}")
        )
        genre, fields = about.get("meta::genre", "unknown"), about.get("global.Entity", "")
        announced = bool(about.keys() & {"newdoc", "newdoc id"})
        order = tuple(fields.split("-"))
        return Document(name, genre, path, tuple(words), sentences, order, tuple(empty), announced)

    for comments, rows in _sentences(path):
        if words and comments.keys() & {"newdoc", "newdoc id"}:
            yield document()
            # What is said of a document ends with it, what is said of the whole file does not.
            about = {key: about[key] for key in about if key.startswith("global.")}
            words, empty, sentences, count = [], [], 0, count + 1
        about |= comments
        found, beside = _nodes(path, rows, len(words))
        words += found
        empty += beside
        sentences += 1
    if not words:
        raise ValueError(f"{path}:1: no sentence in this file")
    yield document()


def _sentences(path: Path) -> Iterator[tuple[dict[str, str], list[_Row]]]:
    """Yield the comments and the lines of each sentence."""
    content = path.read_bytes()
    comments: dict[str, str] = {}
    rows: list[_Row] = []
    try:
        lines = content.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        number = 1 + content.count(b"\n", 0, error.start)
        raise ValueError(f"{path}:{number}: not UTF-8: {error.reason}") from None
    for number, text in enumerate(lines, 1):
        line = text.removeprefix(_MARK).rstrip("\r")
        if line.startswith("#"):
            comments |= {key: value or "" for key, value in parse_comment_line(line)}
        elif line.strip():
            rows.append(_row(path, number, line))
        elif rows:
            yield comments, rows
            comments, rows = {}, []
    if rows:
        yield comments, rows


def _row(path: Path, number: int, line: str) -> _Row:
    columns = line.split("\t")
    if len(columns) != len(DEFAULT_FIELDS):
        raise ValueError(
            f"{path}:{number}: a line has {len(DEFAULT_FIELDS)} columns between tabs, "
            f"this one {len(columns)}"
        )
    try:
        return _Row(number, parse_id_value(columns[0]), columns)
    except ParseException:
        raise ValueError(f"{path}:{number}: {columns[0]!r} is no id of a word") from None


def _nodes(path: Path, rows: list[_Row], offset: int) -> tuple[list[Word], list[Empty]]:
    """Return the words and the empty nodes of a sentence that begins at `offset`."""
    last = sum(isinstance(row.ident, int) for row in rows)
    words: list[Word] = []
    empty: list[Empty] = []
    for row in rows:
        where = f"{path}:{row.line}"
        if isinstance(row.ident, tuple):
            if row.ident[1] == ".":
                empty.append(Empty(offset + len(words), _pairs(row.columns[9]), row.line))
            continue
        if row.ident != len(words) + 1:
            raise ValueError(f"{where}: word {row.ident} stands where {len(words) + 1} is due")
        _, form, lemma, upos, xpos, feats, governor, deprel, deps, misc = row.columns
        try:
            head = parse_int_value(governor)
        except ParseException:
            raise ValueError(f"{where}: the head {governor!r} is no number") from None
        refs = _antecedents(where, deps)
        for at in refs if head == 0 else (head, *refs):
            if at is None:
                raise ValueError(f"{where}: word {row.ident} has no head: the tree is missing")
            if not 1 <= at <= last or at == row.ident:
                raise ValueError(
                    f"{where}: word {row.ident} depends on {at}, no other word of its sentence"
                )
        words.append(
            Word(
                form, lemma, upos, None if xpos == "_" else xpos, _pairs(feats),
                offset + head - 1 if head else None, deprel,
                tuple(offset + at - 1 for at in refs), _pairs(misc), row.line,
            )
        )  # fmt: skip
    return words, empty


def _antecedents(where: str, deps: str) -> list[int]:
    """Return the words that enhanced ``ref`` edges lead to; all other edges may be as they like."""
    found = []
    for edge in [] if deps == "_" else deps.split("|"):
        head, colon, relation = edge.partition(":")
        if not colon:
            raise ValueError(f"{where}: no list of enhanced relations: {deps}")
        if relation == "ref" and "." not in head:  # an empty node is no word
            if not head.isdecimal():
                raise ValueError(f"{where}: no list of enhanced relations: {deps}")
            found.append(int(head))
    return found


def _pairs(column: str) -> dict[str, str | None]:
    """Return what FEATS or MISC say, by name; a value may hold further equals signs."""
    if column == "_":
        return {}
    parts = (part.partition("=") for part in column.split("|"))
    return {key: None if value == "_" else value for key, _, value in parts if key not in ("", "_")}
