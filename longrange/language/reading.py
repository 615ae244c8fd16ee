"""Reader of CoNLL-U files."""

from collections.abc import Iterator
from pathlib import Path

from longrange.language.corpus import Document, Word

try:
    from conllu.exceptions import ParseException
    from conllu.models import Token
    from conllu.parser import DEFAULT_FIELDS, parse_comment_line, parse_line
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError(
        "longrange.language reads treebanks with conllu: pip install 'longrange[language]'",
        name=missing.name,
    ) from None


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
    about: dict[str, str] = {}
    words: list[Word] = []
    sentences, count = 0, 1

    def document() -> Document:
        name = about.get("newdoc id") or (path.stem if count == 1 else f"{path.stem}-{count}")
        genre, fields = about.get("meta::genre", "unknown"), about.get("global.Entity", "")
        return Document(name, genre, path, tuple(words), sentences, tuple(fields.split("-")))

    for comments, rows in _sentences(path):
        if words and comments.keys() & {"newdoc", "newdoc id"}:
            yield document()
            # What is said of a document ends with it, what is said of the whole file does not.
            about = {key: about[key] for key in about if key.startswith("global.")}
            words, sentences, count = [], 0, count + 1
        about |= comments
        words += _words(path, rows, len(words))
        sentences += 1
    if not words:
        raise ValueError(f"{path}:1: no sentence in this file")
    yield document()


def _sentences(path: Path) -> Iterator[tuple[dict[str, str], list[tuple[int, Token]]]]:
    """Yield the comments and the numbered lines of each sentence."""
    content = path.read_bytes()
    comments: dict[str, str] = {}
    rows: list[tuple[int, Token]] = []
    try:
        lines = content.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        number = 1 + content.count(b"\n", 0, error.start)
        raise ValueError(f"{path}:{number}: not UTF-8: {error.reason}") from None
    for number, text in enumerate(lines, 1):
        line = text.rstrip("\r")
        try:
            if line.startswith("#"):
                comments |= {key: value or "" for key, value in parse_comment_line(line)}
            elif line.strip():
                rows.append((number, _token(line)))
            elif rows:
                yield comments, rows
                comments, rows = {}, []
        except ParseException as error:
            raise ValueError(f"{path}:{number}: {error}") from None
    if rows:
        yield comments, rows


def _token(line: str) -> Token:
    columns = 1 + line.count("\t")
    if columns != len(DEFAULT_FIELDS):
        raise ParseException(
            f"a line has {len(DEFAULT_FIELDS)} columns between tabs, this one {columns}"
        )
    if "  " in line:  # where conllu would begin a column, too
        raise ParseException("two spaces in a row")
    return parse_line(line, DEFAULT_FIELDS)


def _words(path: Path, rows: list[tuple[int, Token]], offset: int) -> list[Word]:
    """Return the words of a sentence that begins at `offset` in its document."""
    rows = [(line, token) for line, token in rows if not isinstance(token["id"], tuple)]
    words = []
    for index, (line, token) in enumerate(rows):
        ident, head, edges = token["id"], token["head"], token["deps"] or []
        if ident != index + 1:
            raise ValueError(f"{path}:{line}: word {ident} stands where {index + 1} is due")
        if not isinstance(edges, list):
            raise ValueError(f"{path}:{line}: no list of enhanced relations: {edges}")
        refs = [at for name, at in edges if name == "ref" and isinstance(at, int)]
        for at in refs if head == 0 else (head, *refs):
            if at is None or not 1 <= at <= len(rows) or at == ident:
                raise ValueError(
                    f"{path}:{line}: word {ident} depends on {at}, no other word of its sentence"
                )
        words.append(
            Word(
                token["form"], token["lemma"], token["upos"], token["xpos"], token["feats"] or {},
                offset + head - 1 if head else None, token["deprel"],
                tuple(offset + at - 1 for at in refs), token["misc"] or {}, line,
            )
        )  # fmt: skip
    return words
