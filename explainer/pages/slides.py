"""``![3 minutes](figures/stem.svg)``, alone in a paragraph: a slide; below it stands what to say.

::

    ![3 minutes](figures/influence_curves.svg#r=0.95&k=20)

    What the speaker says to it.

The figure stands on some page, and the finding in its caption there is the title of the slide.
After ``#`` stands how it is set, as in an address of the site. The page with the slides lists
them; the deck is made of that list (`deck`). A forge shows the pictures.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor

from explainer.pages.extension import PageExtension
from explainer.pages.figures import FIGURE
from explainer.pages.tokens import filled, value_of

DECK = "deck.html"
_SLIDE = re.compile(
    r"!\[(?P<minutes>\d+) minutes?\]"
    r"\((?P<folder>(?:[\w.-]+/)*figures/)(?P<stem>\w+)\.svg(?:#(?P<setting>[^)\s]+))?\)"
)
_FINDING = re.compile(r"\*\*(?P<finding>.+?)\*\*", re.DOTALL)
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
        if not any(block.strip() for block in notes):
            raise ValueError(f"slide {stem!r} has no notes: below it stands what to say")
        if any(one.get("data-figure") == stem for one in before):
            raise ValueError(f"figure {stem!r} has two slides")
        page, finding = _shown(docs, stem)
        as_set(element_of(docs, stem), stem, setting)
        number = len(before) + 1
        section = ET.Element("section", {
            "class": "lr-slide", "id": f"slide-{number}", "data-figure": stem,
            "data-page": page, "data-setting": setting, "data-minutes": match["minutes"],
        })  # fmt: skip
        ET.SubElement(section, "p", {"class": "lr-finding"}).text = f"{number} · **{finding}**"
        unit = "minute" if match["minutes"] == "1" else "minutes"
        ET.SubElement(section, "p", {"class": "lr-station"}).text = (
            f"{match['minutes']} {unit} · [the figure]({page}#{stem}) · "
            f'<a href="{DECK}#/slide-{number}">the slide</a>'
        )
        return section


def _shown(docs: Path, stem: str) -> tuple[str, str]:
    """Return the first page that shows the figure `stem`, and the finding in its caption there.

    Raises
    ------
    ValueError
        If there is none.
    """
    for path in sorted(docs.glob("*.md"), key=lambda path: (path.stem != "index", path.name)):
        for block in re.split(r"\n\s*\n", path.read_text("utf-8")):
            match = FIGURE.fullmatch(block.strip())
            if match and match["stem"] == stem and (finding := _FINDING.match(match["caption"])):
                return path.name, " ".join(finding["finding"].split())
    raise ValueError(
        f"no page shows a figure {stem!r} with a finding, which a slide takes from there"
    )


def element_of(docs: Path, stem: str) -> str:
    """Return the markup of the element around the figure `stem`, empty if it stands still."""
    path = docs / "elements" / f"{stem.replace('_', '-')}.html"
    if not path.is_file():
        return ""
    folder = docs / "figures"
    return filled(
        path.read_text("utf-8"),
        lambda token: value_of(folder, token["stem"], token["key"], token["format"]),
    )


def as_set(html: str, stem: str, setting: str) -> str:
    """Return the markup of the figure `stem` with its controls set: ``r=0.9&k=4``.

    Raises
    ------
    ValueError
        If it has no such control, or that has no such value.
    """
    for name, value in _pairs(setting):
        known = sorted({given["name"] for given in _inputs(html) if "name" in given})
        if name not in known:
            there = ", ".join(known) or "none"
            raise ValueError(f"figure {stem!r} has no control {name!r} to set; it has {there}")
        own = [given for given in _inputs(html) if given.get("name") == name]
        if not any(_takes(given, value) for given in own):
            raise ValueError(f"control {name!r} of figure {stem!r} cannot be {value!r}")
        html = _INPUT.sub(lambda match, n=name, v=value: _input_as_set(match[0], n, v), html)
    return html


def _pairs(setting: str) -> Iterator[tuple[str, str]]:
    for part in filter(None, setting.split("&")):
        name, _, value = part.partition("=")
        yield name, value


def _inputs(html: str) -> Iterator[dict[str, str]]:
    for match in _INPUT.finditer(html):
        yield dict(_ATTRIBUTE.findall(match[0][len("<input") :]))


def _takes(given: dict[str, str], value: str) -> bool:
    """Whether the input with these attributes can have this value."""
    if given.get("type") == "radio":
        return given["value"] == value
    if given.get("type") != "range":
        return given.get("type") == "hidden"  # its element reads it
    try:
        number, low, high, step = (
            float(x) for x in (value, *map(given.get, ("min", "max", "step")))
        )
    except (KeyError, ValueError):
        return False
    steps = (number - low) / step
    return low <= number <= high and abs(steps - round(steps)) < 1e-6


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
