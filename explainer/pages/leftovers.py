"""Nothing that was written as markup may come through as text: a check of the finished page.

What no extension knows passes through Markdown as it was written: a citation with a slip, a
formula that is not closed, a token of another form, a footnote without its note. Here the HTML of
the page is read, after all else and whoever made it, and what is left over outside of code stops
the build.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.postprocessors import Postprocessor
from markdown.treeprocessors import Treeprocessor

from explainer.making.files import ROOT
from explainer.pages.extension import (
    PageError,
    PageExtension,
    as_written,
    error_at,
    line_of,
    without_asides,
)

# $5, $1,000.50 and 5$ are money; $2n and $5 + x are formulas that are not closed.
_MONEY = r"\d+(?:[.,]\d+)*(?!\w|\s*[\^_\\{=<>+*−]|\s*[-/]\s*(?:[a-zA-Z]\b|\\))"
_MARKUP = re.compile(  # citations, footnotes, links, tokens, attributes, and so on
    r"\[@|\[\^|!\[|\]\(|\]\[|\{[{%]|[%}]\}|\{:|\{ ?[#.][a-zA-Z]"
    r"|(?<!\w)\*\*(?=\w)|(?<=\w)\*\*(?!\w)|```|<!--|:::|!!! |///Footnotes|\|\s*:?---"
    rf"|\\[\[\]()]|\\[a-zA-Z]+|(?<!\d)\$(?!{_MONEY})"
)
_IN_ADDRESS = re.compile(r"\{\{|\\[()]")  # or in any attribute
_CODE = {"code", "kbd", "pre", "samp", "script", "style", "math"}
_READ = {"alt", "aria-label", "label", "placeholder", "title"}  # attributes that are text
_VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}  # which Markdown writes itself
_LAST = -10


class Leftover(NamedTuple):
    """Markup in the text of a page, with what stands before and after it there."""

    before: str
    after: str

    def message(self) -> str:
        """Return what is told to whoever wrote it."""
        what = " ".join(self.after.split())
        return (
            f"{what:.40}: left as it was written, for no such markup is known; correct it, "
            "or put it in backticks if it is meant so (a dollar sign: &#36;)"
        )


class LeftoversExtension(PageExtension):
    """Look for markup in what readers see, or fail naming file and line."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Look when nothing more is done to the page."""
        super().extendMarkdown(md)
        page = _InPage(self)
        md.treeprocessors.register(page.finished, "explainer_leftovers", _LAST)
        md.postprocessors.register(page, "explainer_leftovers", _LAST)


class _Finished(Treeprocessor):
    """Tells that the tree is done: for headings, the toc extension calls postprocessors before."""

    done = False

    def run(self, _root: ET.Element) -> None:
        self.done = True


class _InPage(Postprocessor):
    def __init__(self, extension: LeftoversExtension) -> None:
        super().__init__(extension.md)
        self.extension, self.finished = extension, _Finished(extension.md)

    def run(self, text: str) -> str:
        found = leftovers(text) if self.finished.done else []
        if found:
            raise error(self.extension, found[0])
        return text


class _Reader(HTMLParser):
    """Collects markup in the text of a page and in attributes that are read; not in code."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[Leftover] = []
        self.text = ""
        self.within: list[str] = []  # of code, and of formulas: the tags that are open

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.close_text()
        if not self.within:
            for name, value in attributes:
                value = value or ""
                if name in _READ or _IN_ADDRESS.search(value):
                    self.found += in_text(value)
        if self.within or tag in _CODE or ("class", "katex") in attributes:
            self.within += [tag] if tag not in _VOID else []

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self.close_text()
        if tag in self.within:
            while self.within.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_entityref(self, name: str) -> None:
        self.text += _ENTITIES.get(name, " ")

    def handle_charref(self, _name: str) -> None:
        self.text += " "  # who writes &#36; means that sign

    def close_text(self) -> None:
        if not self.within:
            self.found += in_text(self.text)
        self.text = ""


def error(page: PageExtension, leftover: Leftover) -> PageError:
    """Return the error for `leftover`, with file and line: of the page, or what it is made of."""
    before, after = leftover
    # In the name of a link or picture, a formula has its signs exchanged by then.
    exchanged = [re.sub(r"\\[()]", "$", part) for part in leftover]
    for context in (
        leftover, ("", after), exchanged, ("", exchanged[1]), (before, after[:3]), ("", after[:9])
    ):  # fmt: skip
        patterns = (as_written(part).pattern for part in context)
        pattern = re.compile(r"{}\s*(?:[>#]\s*)*({})".format(*patterns))
        for path, text in _sources(page):
            found = pattern.search(text)
            if found and len(found[0]) > 2:
                return error_at(path, line_of(text, found.start(1)), leftover.message())
    return error_at(page.path, None, leftover.message())


def _sources(page: PageExtension) -> Iterator[tuple[Path | None, str]]:
    yield page.path, without_asides(page.text())
    yield page.path, page.text()
    for folder, pattern in (
        (page.docs / "elements", "*.html"),
        (page.docs, "*.bib"),
        (ROOT / "explainer/figures", "*.py"),  # names of figures
        (ROOT / "longrange", "**/*.py"),  # docstrings
    ):
        for path in sorted(folder.glob(pattern)):
            yield path, path.read_text("utf-8")


def leftovers(html: str) -> list[Leftover]:
    """Return what of `html` looks like markup that was not understood."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.close_text()
    return reader.found


def in_text(text: str) -> list[Leftover]:
    """Return what of the plain `text` looks like markup."""
    starts = (found.start() for found in _MARKUP.finditer(text))
    return [Leftover(text[max(0, at - 20) : at], text[at : at + 60]) for at in starts]


def makeExtension(**options: object) -> LeftoversExtension:
    """Return the extension (Python-Markdown's entry point)."""
    return LeftoversExtension(**options)
