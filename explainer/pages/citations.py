"""``[@key]``: cite an entry of ``docs/references.bib``; ``[@one; @two]`` cites several.

A citation reads as author and year. It is a footnote underneath, so the reference list, the
way back and the note on hover are those of the footnotes extension, which must be on too
(``USE_DEFINITION_ORDER: true`` lists them by author).
"""

import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from html import unescape
from pathlib import Path
from string import ascii_lowercase
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.extensions.toc import render_inner_html, strip_tags, unique
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString
from pybtex.database import BibliographyData, parse_file
from pybtex.exceptions import PybtexError

from explainer.pages.extension import (
    ASIDE,
    CITATIONS,
    HEADINGS,
    PageError,
    PageExtension,
    error_at,
    texts,
)
from explainer.pages.references import Line, author_year, reference

_KEY = r"@[^\s\[\](){};,\"#%'=~\\@`<>]+"  # what BibTeX takes as a key, and Markdown not as its own
CITATION = re.compile(rf"{ASIDE}|\[\s*(?P<keys>{_KEY}(?:\s*;\s*{_KEY})*)\s*\](?!\()")
_NEARLY = re.compile(r"\[(?:[^\]]*[\s;])?-?@[\w-][^\]]*\](?!\()")
_BARE = re.compile(rf"(?<![\w@./]){_KEY}")
_AFTER_INLINE, _BEFORE_TOC = 15, 6  # attributes, which may give a heading its id, come at 8


class CitationsExtension(PageExtension):
    """Turn citations into named footnotes, or fail naming file and line."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Write footnotes when it is known what is text; name them once inline text is parsed."""
        super().extendMarkdown(md)
        md.treeprocessors.register(_ToFootnotes(self), "explainer_citations", CITATIONS)
        md.treeprocessors.register(_Name(self), "explainer_names", _AFTER_INLINE)
        md.treeprocessors.register(_Headings(self), "explainer_headings", _BEFORE_TOC)

    @property
    def bibliography(self) -> BibliographyData:
        """The entries of ``references.bib``, read when the first citation needs them."""
        path = self.docs / "references.bib"
        try:
            return _parse(path, path.stat().st_mtime_ns)
        except (OSError, PybtexError) as problem:
            raise error_at(path, None, str(problem)) from None

    def problem(self, key: str, what: object) -> PageError:
        """Return the error for the citation of `key`."""
        found = re.compile(rf"@{re.escape(key)}(?![\w:./+-]*\w)", re.IGNORECASE)
        return self.error(f"[@{key}]: {what}", found)


class _ToFootnotes(Treeprocessor):
    def __init__(self, extension: CitationsExtension) -> None:
        super().__init__(extension.md)
        self.extension = extension

    def run(self, root: ET.Element) -> None:
        notes = self.md.treeprocessors["footnote"].footnotes
        self.extension.labels, cited = {}, {}
        if lost := next((name for name in self.md.references if name.startswith("@")), None):
            message = f"[{lost}]: with one word after it is no citation, but names a link's address"
            raise self.extension.error(message, re.compile(rf"\[{lost}\]:", re.IGNORECASE))
        for element, name in texts(root):
            text = getattr(element, name)
            if "@" in text and not isinstance(text, AtomicString):
                setattr(element, name, self._footnotes(text, cited))
        for key, text in notes.footnotes.items():
            notes.footnotes[key] = self._footnotes(text, cited)
        for key, (label, work) in self._listed(cited).items():
            if key in notes.footnotes:
                raise self.extension.error(
                    f"[^{key}]: a footnote and a work of one name", f"[^{key}]:"
                )
            self.extension.labels[key] = label
            # Its HTML is put aside: what is a star or a bracket in a title is not Markdown.
            parts = [part if is_tex else self.md.htmlStash.store(part) for part, is_tex in work]
            notes.setFootnote(key, "".join(parts))

    def _footnotes(self, text: str, cited: dict[str, None]) -> str:
        def footnote(match: re.Match) -> str:
            if match["aside"]:
                return match["aside"]
            keys = []
            for key in re.split(r"\s*;\s*", match["keys"]):
                try:  # BibTeX does not tell capitals from small letters in keys
                    keys.append(entries[key[1:]].key)
                except KeyError:
                    raise self.extension.problem(
                        key[1:], "no such entry in references.bib"
                    ) from None
            cited.update(dict.fromkeys(keys))
            return f"({'; '.join(f'[^{key}]' for key in keys)})"

        rest = CITATION.sub("", text)
        if slip := _NEARLY.search(rest):
            message = f"{slip[0]}: not a citation; write [@key] or [@one; @two]"
            raise self.extension.error(message, slip[0])
        bares = list(_BARE.finditer(rest))
        is_cited = any(match["keys"] for match in CITATION.finditer(text))
        entries = self.extension.bibliography.entries if bares or is_cited else {}
        for bare in bares:
            if bare[0][1:].rstrip(".:!?") in entries:
                message = f"{bare[0]}: not a citation; write [{bare[0]}]"
                raise self.extension.error(message, bare[0])
        return CITATION.sub(footnote, text)

    def _listed(self, cited: dict[str, None]) -> dict[str, tuple[str, Line]]:
        """Return label and reference of each of `cited`, in the order of the list."""
        bibliography, works = self.extension.bibliography if cited else None, []
        for key in cited:
            try:
                entry = bibliography.entries[key]
                works.append((author_year(entry), str(reference(entry, bibliography)), entry))
            except (PybtexError, ValueError) as problem:
                raise self.extension.problem(key, problem) from None
        works.sort(key=lambda work: (work[0].lower(), work[1]))
        alike, letters, listed = Counter(label for label, *_ in works), {}, {}
        for label, _, entry in works:
            letter = ""
            if alike[label] > 1:  # the same names and year: 2024a, 2024b
                letter = next(letters.setdefault(label, _letters()))
            listed[entry.key] = (
                author_year(entry, letter), reference(entry, bibliography, letter)
            )  # fmt: skip
        return listed


def _letters() -> Iterator[str]:
    """Yield a, b, … z, aa, ab, …."""
    for first in ("", *ascii_lowercase):
        yield from (first + letter for letter in ascii_lowercase)


class _Name(Treeprocessor):
    """Let the footnote of a citation read as author and year."""

    def __init__(self, extension: CitationsExtension) -> None:
        super().__init__(extension.md)
        self.extension = extension

    def run(self, root: ET.Element) -> None:
        shown = Counter()
        for element in root.iter("sup"):
            link = element.find("a")
            if link is None or link.get("class") != "footnote-ref":
                continue
            key = link.get("href").removeprefix("#fn:")
            shown[key] += 1
            if label := self.extension.labels.get(key):
                element.tag = "span"
                link.text = label
        made = self.md.treeprocessors["footnote"].footnotes.found_refs
        for key in self.extension.labels:
            if shown[key] != made[f"fnref:{key}"]:
                what = "cited in the name of a picture or link, where it leads nowhere"
                raise self.extension.problem(key, what)


class _Headings(Treeprocessor):
    """Make the address of a heading, and its place in the contents, from its words alone.

    The toc extension leaves out ordinary footnotes; citations it would take for words.
    """

    def __init__(self, extension: CitationsExtension) -> None:
        super().__init__(extension.md)
        self.extension = extension

    def run(self, root: ET.Element) -> None:
        if "toc" not in self.md.treeprocessors:
            return
        toc = self.md.treeprocessors["toc"]
        taken = {e.get("id") for e in root.iter() if "id" in e.attrib}
        for heading in (e for e in root.iter() if e.tag in HEADINGS):
            if not any(map(_is_citation, heading.iter())):
                continue
            name = strip_tags(render_inner_html(_without_citations(heading), self.md)).strip()
            if not name:
                cited = heading.find(".//a").get("href").removeprefix("#fn:")
                raise self.extension.problem(cited, "a heading of citations alone; use words")
            if "id" not in heading.attrib:
                heading.set("id", unique(toc.slugify(unescape(name), toc.sep), taken))
            heading.attrib.setdefault("data-toc-label", name)


def _is_citation(element: ET.Element) -> bool:
    return element.tag == "span" and element.get("id", "").startswith("fnref")


def _without_citations(heading: ET.Element) -> ET.Element:
    """Return a copy of `heading` without citations and their brackets."""

    def told(text: str) -> str:
        return re.sub(r"\s*\(\0(?:; \0)*\)|\0", "", text)

    heading = deepcopy(heading)
    for parent in heading.iter():
        before = None
        for child in list(parent):
            if not _is_citation(child):
                before = child
                continue
            text = "\0" + (child.tail or "")
            parent.remove(child)
            if before is None:
                parent.text = (parent.text or "") + text
            else:
                before.tail = (before.tail or "") + text
    for element, name in texts(heading):
        setattr(element, name, told(getattr(element, name)))
    return heading


@cache
def _parse(path: Path, _changed: int) -> BibliographyData:
    return parse_file(path)


def makeExtension(**options: object) -> CitationsExtension:
    """Return the extension (Python-Markdown's entry point)."""
    return CitationsExtension(**options)
