"""``[@key]``: cite an entry of ``docs/references.bib``; ``[@one; @two]`` cites several.

A citation reads as author and year. It is a footnote underneath, so the reference list, the
way back and the note on hover are those of the footnotes extension, which must be on too
(``USE_DEFINITION_ORDER: true`` lists them by author).
"""

import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from pybtex.backends.html import Backend
from pybtex.database import BibliographyData, Entry, parse_file
from pybtex.exceptions import PybtexError
from pybtex.style.formatting.plain import Style
from pybtex.style.template import field, first_of, optional, sentence

from explainer.pages.extension import (
    AFTER_FENCED_CODE,
    CODE,
    PageError,
    PageExtension,
    error_at,
)

CITATION = re.compile(CODE + r"|\[(?P<keys>@[\w:.-]+(?: *; *@[\w:.-]+)*)\]")
_NEARLY = re.compile(r"\[(?:[^\]]*[\s;])?@[\w-][^\]]*\](?!\()")
_AFTER_INLINE = 15


class CitationsExtension(PageExtension):
    """Turn citations into named footnotes, or fail naming file and line."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Write footnotes before blocks are parsed; name them once inline text is."""
        super().extendMarkdown(md)
        md.preprocessors.register(_ToFootnotes(self), "explainer_citations", AFTER_FENCED_CODE)
        md.treeprocessors.register(_Name(self), "explainer_citations", _AFTER_INLINE)

    @property
    def bibliography(self) -> BibliographyData:
        """The entries of ``references.bib``, read when the first citation needs them."""
        path = self.docs / "references.bib"
        try:
            return _parse(path, path.stat().st_mtime_ns)
        except (OSError, PybtexError) as problem:
            raise error_at(path, None, str(problem)) from None


class _ToFootnotes(Preprocessor):
    def __init__(self, extension: CitationsExtension) -> None:
        self.extension = extension

    def run(self, lines: list[str]) -> list[str]:
        cited: dict[str, None] = {}

        def footnote(match: re.Match) -> str:
            if match["code"]:
                return match["code"]
            keys = [key.strip().removeprefix("@") for key in match["keys"].split(";")]
            for key in keys:
                if key not in self.extension.bibliography.entries:
                    raise problem(key, "no such entry in references.bib")
            cited.update(dict.fromkeys(keys))
            return f"({'; '.join(f'[^{key}]' for key in keys)})"

        def problem(key: str, what: object) -> PageError:
            return self.extension.error(f"[@{key}]: {what}", re.compile(rf"@{re.escape(key)}\b"))

        for line in lines:
            slip = _NEARLY.search(CITATION.sub("", line))
            if slip:
                message = f"{slip[0]}: not a citation; write [@key] or [@one; @two]"
                raise self.extension.error(message, slip[0])
        lines = [CITATION.sub(footnote, line) for line in lines]
        listed = []
        for key in cited:
            entry = self.extension.bibliography.entries[key]
            try:
                listed.append((author_year(entry).lower(), f"[^{key}]: {reference(entry)}"))
            except PybtexError as missing:
                raise problem(key, missing) from None
            except KeyError as missing:
                raise problem(key, f"missing {missing.args[0]} in {key}") from None
        return [*lines, *(line for _, note in sorted(listed) for line in ("", note))]


class _Name(Treeprocessor):
    """Let the footnote of a citation read as author and year."""

    def __init__(self, extension: CitationsExtension) -> None:
        self.extension = extension

    def run(self, root: ET.Element) -> None:
        for element in root.iter("sup"):
            link = element.find("a")
            if link is None or link.get("class") != "footnote-ref":
                continue
            entry = self.extension.bibliography.entries.get(link.get("href").removeprefix("#fn:"))
            if entry:
                element.tag = "span"
                link.text = author_year(entry)


class _References(Style):
    """Titles as their authors wrote them, and one address each, the most lasting one."""

    def format_title(self, _entry: Entry, which_field: str, as_sentence: bool = True) -> object:
        title = field(which_field)
        return sentence[title] if as_sentence else title

    def format_web_refs(self, entry: Entry) -> object:
        return sentence[
            first_of[
                optional[self.format_doi(entry)],
                optional[self.format_eprint(entry)],
                optional[self.format_url(entry)],
            ]
        ]


def reference(entry: Entry) -> str:
    """Return the line of the reference list for `entry`, as HTML."""
    text = next(iter(_style().format_entries([entry]))).text.render(Backend())
    return " ".join(re.sub(r"</?span[^>]*>", "", text).split())


def author_year(entry: Entry) -> str:
    """Return the short name of `entry`: Olah, 2015; White et al., 2004."""
    people = entry.persons.get("author") or entry.persons["editor"]
    names = [" ".join(str(part) for part in (*p.rich_prelast_names, *p.rich_last_names))
             for p in people]  # fmt: skip
    names = [names[0] + " et al."] if len(names) > 2 else names
    return f"{' & '.join(names)}, {entry.fields['year']}"


@cache  # it looks through all that is installed for the parts of its style
def _style() -> _References:
    return _References(name_style="lastfirst")


@cache
def _parse(path: Path, _changed: int) -> BibliographyData:
    return parse_file(path)


def makeExtension(**options: object) -> CitationsExtension:
    """Return the extension (Python-Markdown's entry point)."""
    return CitationsExtension(**options)
