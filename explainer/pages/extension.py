"""Where a page comes from, and what in it is text, so that an error can name its file and line."""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import click
from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.util import HTML_PLACEHOLDER_RE

from explainer.making.files import ROOT

# What is no text of a paragraph: code in backticks, and comments.
ASIDE = (
    r"(?P<aside>(?<![`\\])(?P<ticks>`+)(?!`)(?:(?!\n\s*\n)(?s:.))+?(?<!`)(?P=ticks)(?!`)"
    r"|<!--(?s:.*?)-->)"
)
_FENCED = re.compile(r"^([ >#]*)(`{3,}|~{3,}).*?(?:^\1\2|\Z)", re.MULTILINE | re.DOTALL)
_CODE = {"code", "pre", "script", "style"}
HEADINGS = {f"h{level}" for level in range(1, 7)}
# Priorities of what works on the tree: before the text of footnotes enters it (50), where words
# are still as they were written, numbers before what may hold them.
TOKENS, CITATIONS = 60, 55
_BEFORE_CODE = 191


class PageError(click.ClickException):
    """Something in a page that must stop the build; MkDocs prints it without a traceback."""


class _Keep(Preprocessor):
    """Keep the text as it came in, before anything moves its lines."""

    def run(self, lines: list[str]) -> list[str]:
        self.text = "\n".join(lines)
        return lines


class _Comment(InlineProcessor):
    """Put a comment within a paragraph aside: what it says is not text. Code is for another."""

    def handleMatch(self, match: re.Match, _data: str) -> tuple[str | None, int | None, int | None]:
        if match["ticks"]:
            return None, None, None
        return self.md.htmlStash.store(match[0]), match.start(), match.end()


class Made(BlockProcessor):
    """A comment alone in its paragraph becomes what is made of sources: `mark` and `make`."""

    mark = ""

    def __init__(self, extension: "PageExtension") -> None:
        super().__init__(extension.md.parser)
        self.extension = extension

    def test(self, _parent: ET.Element, block: str) -> bool:
        """Whether the block is the comment, which Python-Markdown has put aside as HTML."""
        aside = HTML_PLACEHOLDER_RE.fullmatch(block.strip())
        stored = self.parser.md.htmlStash.rawHtmlBlocks[int(aside[1])] if aside else ""
        return isinstance(stored, str) and stored.strip() == f"<!-- {self.mark} -->"

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        """Make it."""
        blocks.pop(0)
        self.make(parent)

    def make(self, parent: ET.Element) -> None:
        """Add to `parent` what stands in place of the comment; text is Markdown."""
        raise NotImplementedError


def table(parent: ET.Element, *head: str) -> ET.Element:
    """Add a table with these names of columns, and return its body."""
    made = ET.SubElement(parent, "table")
    row = ET.SubElement(ET.SubElement(made, "thead"), "tr")
    for name in head:
        ET.SubElement(row, "th").text = name
    return ET.SubElement(made, "tbody")


class PageExtension(Extension):
    """Base of the site's extensions: remembers the page, reports errors in it.

    The option ``file`` names the page where no site generator does.
    """

    def __init__(self, **options: object) -> None:
        self.config = {
            "file": ["", "path of the page"],
            "docs": [str(ROOT / "docs"), "folder of the pages"],
            **getattr(self, "config", {}),
        }
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:
        """Register what all of them need once, whichever extension comes first."""
        self.md = md
        if "explainer_page" not in md.preprocessors:
            md.preprocessors.register(_Keep(md), "explainer_page", 1000)
            md.inlinePatterns.register(_Comment(ASIDE, md), "explainer_comment", _BEFORE_CODE)

    @property
    def docs(self) -> Path:
        """Folder of the pages."""
        return Path(self.getConfig("docs"))

    @property
    def path(self) -> Path | None:
        """Path of the page being rendered, as MkDocs, Zensical or the option ``file`` give it."""
        if self.getConfig("file"):
            return Path(self.getConfig("file"))
        if "relpath" in self.md.treeprocessors:  # MkDocs
            return Path(self.md.treeprocessors["relpath"].file.abs_src_path)
        if "rendering_context" in self.md.preprocessors:  # Zensical
            return self.docs / self.md.preprocessors["rendering_context"].page.path
        return None

    @property
    def meta(self) -> dict:
        """The front matter of the page, as the templates of MkDocs or Zensical will have it."""
        if "relpath" in self.md.treeprocessors:
            return self.md.treeprocessors["relpath"].file.page.meta
        if "rendering_context" in self.md.preprocessors:
            return self.md.preprocessors["rendering_context"].page.meta
        return {}

    def text(self) -> str:
        """Return the page as it stands in its file, front matter included."""
        path = self.path
        if path and path.is_file():
            return path.read_text("utf-8")
        return self.md.preprocessors["explainer_page"].text

    def error(self, message: str, fragment: str | re.Pattern) -> PageError:
        """Return an error that names the file and the line where `fragment` first stands."""
        text = self.text()
        pattern = fragment if isinstance(fragment, re.Pattern) else as_written(fragment)
        found = pattern.search(without_asides(text)) or pattern.search(text)
        return error_at(self.path, line_of(text, found.start()) if found else None, message)


def as_written(fragment: str) -> re.Pattern:
    """Return a pattern for `fragment` in a source, where it may be wrapped, quoted or escaped."""
    words = (re.sub(r"\W", lambda sign: rf"\\?{re.escape(sign[0])}", w) for w in fragment.split())
    return re.compile(r"\s+(?:[>#]\s*)*".join(words))


def without_asides(text: str) -> str:
    """Return the source `text` with code and comments blank, all else where it was."""
    for pattern in (_FENCED, re.compile(ASIDE)):
        text = pattern.sub(lambda match: re.sub(r"\S", " ", match[0]), text)
    return text


def texts(element: ET.Element) -> Iterator[tuple[ET.Element, str]]:
    """Yield where text stands in `element`, as (element, name of its attribute); not in code."""
    if element.tag not in _CODE:
        if element.text:
            yield element, "text"
        for child in element:
            yield from texts(child)
            if child.tail:
                yield child, "tail"


def error_at(path: Path | None, line: int | None, message: str) -> PageError:
    """Return an error that reads ``file:line: message``."""
    if path and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    place = path.as_posix() if path else "<markdown>"
    return PageError(f"{place}:{line}: {message}" if line else f"{place}: {message}")


def line_of(text: str, at: int) -> int:
    """Return the number of the line, from 1, that the offset `at` is on."""
    return text.count("\n", 0, at) + 1
