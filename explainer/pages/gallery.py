"""``<!-- figures -->`` alone in its paragraph: a table of all figures, made from the pages.

Each figure stands where it first comes in the navigation: its picture, small; its finding, which is
the bold beginning of its caption; how long it takes; and what can be taken of it, the file, the
line that embeds this, and the code. So a figure that comes, goes or changes does so here, too.
"""

import html
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.util import HTML_PLACEHOLDER_RE
from mkdocs.utils import yaml_load

from explainer.pages import controls, figures, links
from explainer.pages.extension import PageExtension, error_at, line_of

MARK = "<!-- figures -->"
# Minutes of a figure: some to look, one more for whatever can be set, and no more than so many.
LOOKING, SETTING, MOST = 1, 1, 5
_PAD = 'class="lr-pad"'  # one more thing to set: what is drawn by hand
_FINDING = re.compile(r"\*\*(?P<finding>.+?)\*\*", re.DOTALL)
_TITLE = re.compile(r"<title[^>]*>(?P<title>.*?)</title>", re.DOTALL)
_SMALL = 120  # px across a small picture
# Pixels down that a file takes in a frame: for its picture, which is about so wide there, for each
# control, for each letter of its caption, and for all else. A rule of thumb: frames can scroll.
_ACROSS, _CONTROL, _LETTER, _REST = 430, 90, 0.4, 240
_BEFORE_PARAGRAPHS = 96


class Piece(NamedTuple):
    """A figure as it stands in the table, on the page in the file `page`."""

    stem: str
    caption: str
    page: str


class GalleryExtension(PageExtension):
    """Make the table, or fail naming file and line."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Work before paragraphs are made, so that findings pass through all that follows."""
        super().extendMarkdown(md)
        md.parser.blockprocessors.register(
            _Gallery(md.parser, self), "explainer_gallery", _BEFORE_PARAGRAPHS
        )


class _Gallery(BlockProcessor):
    def __init__(self, parser: object, extension: GalleryExtension) -> None:
        super().__init__(parser)
        self.extension = extension

    def test(self, _parent: ET.Element, block: str) -> bool:
        aside = HTML_PLACEHOLDER_RE.fullmatch(block.strip())
        stored = self.parser.md.htmlStash.rawHtmlBlocks[int(aside[1])] if aside else ""
        return isinstance(stored, str) and stored.strip() == MARK

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        blocks.pop(0)
        docs = self.extension.docs
        settings = yaml_load((docs.parent / "mkdocs.yml").read_text("utf-8"))
        home = settings.get("site_url") or ""
        note = ET.SubElement(parent, "p")
        note.text = rule()
        seen: set[str] = set()
        for title, name in pages(settings["nav"]):
            pieces = [one for one in pieces_of(docs, name) if one.stem not in seen]
            seen |= {one.stem for one in pieces}
            if pieces:
                _shelf(parent, docs, title, pieces, home)


def rule() -> str:
    """Return how minutes are estimated, in words."""
    return (
        f"The minutes are a rule, not a measurement: {LOOKING} to look, {SETTING} more for each "
        f"thing that can be set, {MOST} at most. What belongs to a figure is on its page."
    )


def minutes(docs: Path, stem: str) -> int:
    """Return how many minutes a figure takes, by the rule."""
    return min(LOOKING + SETTING * _settable(docs, stem), MOST)


def _settable(docs: Path, stem: str) -> int:
    around = figures.element_file(docs, stem)
    pads = around.read_text("utf-8").count(_PAD) if around.is_file() else 0
    return len(controls.of_figure(docs, stem)) + pads


def pages(nav: list) -> Iterator[tuple[str, str]]:
    """Yield title and file of each page, in the order of the navigation `nav` of ``mkdocs.yml``."""
    for entry in nav:
        for title, inside in entry.items():
            if isinstance(inside, list):
                yield from pages(inside)
            else:
                yield title, inside


def pieces_of(docs: Path, name: str) -> Iterator[Piece]:
    """Yield the figures of a page, in its order.

    Raises
    ------
    PageError
        If a caption does not begin with its finding.
    """
    for match in figures.of_text(links.source(docs / name)):
        if not _FINDING.match(match["caption"]):
            text = (docs / name).read_text("utf-8")
            line = line_of(text, max(text.find(f"figures/{match['stem']}.svg"), 0))
            raise error_at(docs / name, line, "a caption begins with its finding in bold")
        yield Piece(match["stem"], match["caption"], name)


def _shelf(parent: ET.Element, docs: Path, title: str, pieces: list[Piece], home: str) -> None:
    """Add the figures of one page, folded."""
    fold = ET.SubElement(parent, "details", {"class": "exact lr-shelf"})
    figures_told = "1 figure" if len(pieces) == 1 else f"{len(pieces)} figures"
    ET.SubElement(fold, "summary").text = f"{title}: {figures_told}"
    table = ET.SubElement(fold, "table")
    head = ET.SubElement(ET.SubElement(table, "thead"), "tr")
    for name in ("figure", "finding", "minutes", "to take along"):
        ET.SubElement(head, "th").text = name
    body = ET.SubElement(table, "tbody")
    for piece in pieces:
        _row(ET.SubElement(body, "tr"), docs, piece, home)


def _row(row: ET.Element, docs: Path, piece: Piece, home: str) -> None:
    stem, folder = piece.stem, docs / "figures"
    data = json.loads((folder / f"{stem}.json").read_text("utf-8"))
    width, height = data["stage"]["wide"]["size"]
    ET.SubElement(ET.SubElement(row, "td"), "img", {
        "src": f"figures/{stem}.svg",
        "alt": "",  # its finding is beside it
        "loading": "lazy",
        "width": str(_SMALL),
        "height": f"{_SMALL * height / width:.0f}",
    })  # fmt: skip
    finding = _FINDING.match(piece.caption)["finding"]
    ET.SubElement(ET.SubElement(row, "td"), "a", {"href": f"{piece.page}#{stem}"}).text = finding
    ET.SubElement(row, "td").text = str(minutes(docs, stem))
    taken = ET.SubElement(row, "td")
    # What stands in a link is not yet made when this one is: see `links`.
    file = ET.SubElement(taken, "a", {"href": f"figures/{stem}.json", links.TAKEN: stem})
    file.text, file.tail = "File", " "
    ET.SubElement(taken, "a", {"href": f"figures/{stem}.py"}).text = "Code"
    title = _TITLE.search((folder / f"{stem}.svg").read_text("utf-8"))["title"]
    ET.SubElement(taken, "input", {
        "type": "text",
        "readonly": "",
        "class": "lr-embed",
        "aria-label": f"Line that embeds {stem}",
        "value": embedding(docs, piece, html.unescape(title), home),
    })  # fmt: skip


def embedding(docs: Path, piece: Piece, title: str, home: str) -> str:
    """Return the line that shows the file of a figure in another page.

    The file lies below the site's address `home`, or beside that page where the site has none.
    """
    data = json.loads((docs / "figures" / f"{piece.stem}.json").read_text("utf-8"))
    width, height = data["stage"]["narrow"]["size"]
    room = (
        _ACROSS * height / width
        + _CONTROL * _settable(docs, piece.stem)
        + _LETTER * len(piece.caption)
        + _REST
    )
    address = f"{home}take/{piece.stem}.html" if home else f"{piece.stem}.html"
    return (
        f'<iframe src="{html.escape(address)}" title="{html.escape(title)}" width="100%" '
        f'height="{10 * math.ceil(room / 10)}" style="border:0" loading="lazy"></iframe>'
    )


def makeExtension(**options: object) -> GalleryExtension:
    """Return the extension (Python-Markdown's entry point)."""
    return GalleryExtension(**options)
