"""``<!-- figures -->`` alone in its paragraph: a table of all figures, made from the pages.

``<!-- controls -->`` becomes one of what can be set in them, and left out of their files.

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
from mkdocs.utils import yaml_load

from explainer.pages import controls, figures, links
from explainer.pages.extension import Made, PageExtension, error_at, line_of, table

# Minutes of a figure: some to look, one more for whatever can be set, and no more than so many.
LOOKING, SETTING, MOST = 1, 1, 5
_PAD = 'class="lr-pad"'  # one more thing to set: what is drawn by hand
_TITLE = re.compile(r"<title[^>]*>(?P<title>.*?)</title>", re.DOTALL)
_SMALL = 120  # px across a small picture
# Pixels down that a file takes in a frame 700 across: for its picture, which is as wide as it says,
# for each letter of its caption, for the edges; and where something can be set, for the readout and
# for each control, line of text and fold. A rule of thumb, for no browser is here: frames scroll,
# and those that listen take the height that the file needs.
_ACROSS, _LETTER, _EDGES, _READOUT, _CONTROL, _LINE = 480, 0.27, 70, 90, 40, 30
_PANELS = re.compile(r'data-panels="(?P<count>\d+)"')
_TEXT = re.compile(r"<(?:li|details)\b|<p class=\"lr-(?:note|try|aside|left)\"")
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
        for made in (_Gallery, _Names):
            md.parser.blockprocessors.register(
                made(self), f"explainer_made_{made.mark}", _BEFORE_PARAGRAPHS
            )


class _Gallery(Made):
    mark = "figures"

    def make(self, parent: ET.Element) -> None:
        docs = self.extension.docs
        settings = yaml_load((docs.parent / "mkdocs.yml").read_text("utf-8"))
        home = (settings.get("site_url") or "").rstrip("/")
        note = ET.SubElement(parent, "p")
        note.text = rule()
        seen: set[str] = set()
        for title, name in pages(settings["nav"]):
            pieces = [one for one in pieces_of(docs, name) if one.stem not in seen]
            seen |= {one.stem for one in pieces}
            if pieces:
                _shelf(parent, docs, title, pieces, home)


class _Names(Made):
    mark = "controls"

    def make(self, parent: ET.Element) -> None:
        docs = self.extension.docs
        body = table(parent, "figure", "can be set", "can be left out as well")
        for path in sorted((docs / "figures").glob("*.json")):
            settable = controls.of_figure(docs, path.stem)
            names = controls.hideable(docs, path.stem)
            if not (settable or names):
                continue
            row = ET.SubElement(body, "tr")
            told = [f"`{name}` {control.told()}" for name, control in settable.items()]
            rest = [f"`{name}`" for name in names if name not in settable]
            for cell in (path.stem, "; ".join(told), ", ".join(rest)):
                ET.SubElement(row, "td").text = cell


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
        if not figures.finding_of(match["caption"]):
            text = (docs / name).read_text("utf-8")
            line = line_of(text, max(text.find(f"figures/{match['stem']}.svg"), 0))
            raise error_at(docs / name, line, "a caption begins with its finding in bold")
        yield Piece(match["stem"], match["caption"], name)


def _shelf(parent: ET.Element, docs: Path, title: str, pieces: list[Piece], home: str) -> None:
    """Add the figures of one page, folded."""
    fold = ET.SubElement(parent, "details", {"class": "exact lr-shelf"})
    figures_told = "1 figure" if len(pieces) == 1 else f"{len(pieces)} figures"
    ET.SubElement(fold, "summary").text = f"{title}: {figures_told}"
    body = table(fold, "figure", "finding", "minutes", "to take along")
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
    finding = figures.finding_of(piece.caption)
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
    room = _EDGES + _LETTER * len(piece.caption)
    around = figures.element_file(docs, piece.stem)
    markup = around.read_text("utf-8") if around.is_file() else ""
    if "<!-- no stage -->" not in markup:
        panels = _PANELS.search(markup)  # so many lie one above the other, and one shows
        room += _ACROSS * height / width / (int(panels["count"]) if panels else 1)
    if markup:
        room += (
            _READOUT + _CONTROL * _settable(docs, piece.stem) + _LINE * len(_TEXT.findall(markup))
        )
    address = f"{home}/take/{piece.stem}.html" if home else f"{piece.stem}.html"
    return (
        f'<iframe src="{html.escape(address)}" title="{html.escape(title)}" width="100%" '
        f'height="{10 * math.ceil(room / 10)}" style="border:0" loading="lazy"></iframe>'
    )


def makeExtension(**options: object) -> GalleryExtension:
    """Return the extension (Python-Markdown's entry point)."""
    return GalleryExtension(**options)
