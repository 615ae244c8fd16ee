"""``![3 minutes](figures/stem.svg)``, alone in a paragraph: a slide; below it stands what to say.

::

    ![3 minutes](figures/influence_curves.svg#r=0.95&k=20)

    **Ask:** What the speaker asks.

    What the speaker says to it.

The figure stands on some page, and the finding in its caption there is the title of the slide.
After ``#`` stands how it is set, as in an address of the site: every number of the figure, so that
one that comes later is not overlooked. Below it stands first what to ask, ``**Ask:** …``. The page
with the slides lists them; the deck is made of that list (`deck`), and ``<!-- slides -->``, alone
in a paragraph of another page, becomes a table of it. A forge shows the pictures.
"""

import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor

from explainer.pages.controls import complaints, of_figure
from explainer.pages.extension import Made, PageExtension, table
from explainer.pages.figures import finding_of, of_text

DECK = "deck.html"
_SLIDE = re.compile(
    r"!\[(?P<minutes>\d+) minutes?\]"
    r"\((?P<folder>(?:[\w.-]+/)*figures/)(?P<stem>\w+)\.svg(?:#(?P<setting>[^)\s]+))?\)"
)
_ASK = re.compile(r"\*\*Ask:\*\*\s+(?P<question>.+)", re.DOTALL)
_INPUT = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')
_BEFORE_FIGURES = 96


class SlidesExtension(PageExtension):
    """Turn each slide into a section, or fail naming file and line."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Work before figures are made: these pictures are not shown here."""
        super().extendMarkdown(md)
        md.parser.blockprocessors.register(
            _Slides(md.parser, self), "explainer_slides", _BEFORE_FIGURES
        )
        md.parser.blockprocessors.register(_Route(self), "explainer_route", _BEFORE_FIGURES)


class _Slides(BlockProcessor):
    def __init__(self, parser: object, extension: SlidesExtension) -> None:
        super().__init__(parser)
        self.extension = extension

    def test(self, _parent: ET.Element, block: str) -> bool:
        return bool(_SLIDE.match(block.lstrip()))

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        block = blocks.pop(0).strip()
        match = _SLIDE.fullmatch(block)
        if not match:
            raise self.extension.error("a slide is alone in its paragraph", block.split("\n")[0])
        notes = []
        while blocks and not self.test(parent, blocks[0]) and not blocks[0].startswith("#"):
            notes.append(blocks.pop(0))
        before = parent.findall("section[@class='lr-slide']")
        try:
            section = self._section(match, notes, before)
        except ValueError as problem:
            place = rf"\]\({re.escape(match['folder'])}{match['stem']}\.svg"
            place = re.compile(rf"{place}(?!(?s:.*){place})")  # the last, where there are two
            raise self.extension.error(str(problem), place) from None
        parent.append(section)
        self.parser.parseBlocks(section, notes)

    def _section(self, match: re.Match, notes: list[str], before: list[ET.Element]) -> ET.Element:
        """Return a slide, without its notes; `before` are those before it.

        Raises
        ------
        ValueError
            If it lacks something.
        """
        docs, stem, setting = self.extension.docs, match["stem"], match["setting"] or ""
        said = [block.strip() for block in notes if block.strip()]
        if len(said) < 2 or not _ASK.fullmatch(said[0]):
            raise ValueError(f"below slide {stem!r} stands first **Ask:**, then what to say")
        if any(one.get("data-figure") == stem for one in before):
            raise ValueError(f"figure {stem!r} has two slides")
        page, finding = _shown(docs, stem)
        _check(docs, stem, setting)
        number = len(before) + 1
        section = ET.Element("section", {
            "class": "lr-slide", "id": f"slide-{number}", "data-figure": stem,
            "data-page": page, "data-setting": setting, "data-minutes": match["minutes"],
        })  # fmt: skip
        ET.SubElement(section, "p", {"class": "lr-finding"}).text = f"{number} · **{finding}**"
        unit = "minute" if match["minutes"] == "1" else "minutes"
        ET.SubElement(section, "p", {"class": "lr-station"}).text = (
            f"{match['minutes']} {unit} · [the figure]({page}#{setting or stem}) · "
            f'<a href="{DECK}#/slide-{number}">the slide</a>'
        )
        return section


class _Route(Made):
    mark = "slides"

    def make(self, parent: ET.Element) -> None:
        """Add a table of the slides that the page Slides lists."""
        docs = self.extension.docs
        body = table(parent, "minutes", "show", "ask")
        blocks = re.split(r"\n\s*\n", (docs / "slides.md").read_text("utf-8"))
        for block, below in pairwise(blocks):
            if match := _SLIDE.fullmatch(block.strip()):
                page, finding = _shown(docs, match["stem"])
                place = match["setting"] or match["stem"]
                question = _ASK.fullmatch(below.strip())["question"]
                row = ET.SubElement(body, "tr")
                for cell in (match["minutes"], f"[{finding}]({page}#{place})", question):
                    ET.SubElement(row, "td").text = cell


def _check(docs: Path, stem: str, setting: str) -> None:
    """Raise `ValueError` if a figure cannot be set so, or if a number of it is not said."""
    if not setting:
        return
    settable = of_figure(docs, stem)
    if wrong := "; ".join(complaints(settable, setting)):
        raise ValueError(f"figure {stem!r}: {wrong}")
    said = {part.partition("=")[0] for part in setting.split("&")}
    if missing := [name for name, one in settable.items() if one.span and name not in said]:
        raise ValueError(f"figure {stem!r} has more to set: {', '.join(missing)}")


def _shown(docs: Path, stem: str) -> tuple[str, str]:
    """Return the first page that shows the figure `stem`, and the finding in its caption there.

    Raises
    ------
    ValueError
        If there is none.
    """
    for path in sorted(docs.glob("*.md"), key=lambda path: (path.stem != "index", path.name)):
        for match in of_text(path.read_text("utf-8")):
            if match["stem"] == stem and (finding := finding_of(match["caption"])):
                return path.name, finding
    raise ValueError(
        f"no page shows a figure {stem!r} with a finding, which a slide takes from there"
    )


def as_set(html: str, setting: str) -> str:
    """Return the markup of a figure with its controls set as `setting` says: ``r=0.9&k=4``."""
    for name, _, value in (part.partition("=") for part in setting.split("&") if part):
        html = _INPUT.sub(lambda match, n=name, v=value: _input_as_set(match[0], n, v), html)
    return html


def _input_as_set(tag: str, name: str, value: str) -> str:
    given = dict(_ATTRIBUTE.findall(tag[len("<input") :]))
    if given.get("name") != name:
        return tag
    if given.get("type") == "radio":
        tag = re.sub(r"\s+checked\b(?:=\"[^\"]*\")?", "", tag)
        return tag.replace("<input", "<input checked", 1) if given["value"] == value else tag
    tag = re.sub(r'\bvalue="[^"]*"', f'value="{value}"', tag)
    return re.sub(r'\baria-valuenow="[^"]*"', f'aria-valuenow="{value}"', tag)


def makeExtension(**options: object) -> SlidesExtension:
    """Return the extension (Python-Markdown's entry point)."""
    return SlidesExtension(**options)
