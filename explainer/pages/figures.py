"""``![caption](figures/stem.svg)`` alone in a paragraph: the figure with all that belongs to it.

Both drawings, for a screen and for a phone, are taken into the page and follow its colours; the
style sheet shows one. The caption is Markdown, formulas included; a line of small links leads to
data, picture and code. Where ``docs/elements/`` has a
file of the figure's name (``some-stem.html``), that is the custom element around it:
``<!-- stage -->`` in it stands for the drawings, ``<!-- no stage -->`` says that it needs none, and
a range in its label, ``<label>gain <input id="some-id" type="range" name="g" …></label>``, becomes
a slider with a number box.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.treeprocessors import Treeprocessor

from explainer.drawing import svg
from explainer.making.figure import DRAWINGS
from explainer.pages.attributes import unstyled
from explainer.pages.extension import PageExtension, error_at, line_of, without_asides
from explainer.pages.tokens import filled, value_of

FIGURE = re.compile(
    r"!\[(?P<caption>.+)\]\((?P<folder>(?:[\w.-]+/)*figures/)(?P<stem>\w+)\.svg\)\s*", re.DOTALL
)
_FINDING = re.compile(r"\*\*(?P<finding>.+?)\*\*", re.DOTALL)
_SLIDE = re.compile(r"\d+ minutes?")  # such a caption is one of explainer.pages.slides
_PICTURE = re.compile(r"\]\((?:[\w.-]+/)*figures/\w+\.svg")
_RULE = "a figure is ![caption](figures/stem.svg), alone in its paragraph"
_STAGE, _NO_STAGE = "<!-- stage -->", "<!-- no stage -->"
_SLIDER = re.compile(
    r'<label>(?P<words>(?:(?!</label>).)*?)\s*<input (?P<range>[^>]*type="range"[^>]*)></label>'
)
_BEFORE_PARAGRAPHS = 95
_AFTER_INLINE = 13
_FILES = (
    ("Data", (("CSV", "csv"), ("JSON", "json"))),
    ("Picture", (("SVG", "svg"), ("PNG", "png"))),
    ("Code", (("Python", "py"),)),
)


def of_text(text: str) -> Iterator[re.Match]:
    """Yield the figures of a page whose Markdown is `text`, as matches of `FIGURE`."""
    for block in re.split(r"\n\s*\n", without_asides(text)):
        match = FIGURE.fullmatch(block.strip())
        if match and not _SLIDE.fullmatch(match["caption"]):
            yield match


def finding_of(caption: str) -> str:
    """Return the bold beginning of a caption, in Markdown; empty if there is none."""
    match = _FINDING.match(caption)
    return " ".join(match["finding"].split()) if match else ""


class FiguresExtension(PageExtension):
    """Turn a picture of ``figures/`` that is a paragraph of its own into a figure."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Work before paragraphs are made, so that captions pass through all that follows."""
        super().extendMarkdown(md)
        md.parser.blockprocessors.register(
            _Figure(md.parser, self), "explainer_figures", _BEFORE_PARAGRAPHS
        )
        md.treeprocessors.register(_NoneInLine(self), "explainer_figures", _AFTER_INLINE)


class _Figure(BlockProcessor):
    def __init__(self, parser: object, extension: FiguresExtension) -> None:
        super().__init__(parser)
        self.extension = extension

    def test(self, _parent: ET.Element, block: str) -> bool:
        return block.lstrip().startswith("![") and bool(_PICTURE.search(block))

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        block = blocks.pop(0).strip()
        match = FIGURE.fullmatch(block)
        if not match or _PICTURE.search(match["caption"]):
            raise self.extension.error(_RULE, block.split("\n")[0])
        stem, store = match["stem"], self.parser.md.htmlStash.store
        if any(figure.get("id") == stem for figure in parent.iter("figure")):
            raise self.extension.error(
                f"figure {stem!r} stands twice on this page",
                re.compile(rf"figures/{stem}\.svg.*figures/{stem}\.svg", re.DOTALL),
            )
        picture, width = self._picture(stem, match)
        # What Python-Markdown calls the page itself, not a fold in it.
        is_first = parent.tag == "div" and not parent.attrib and parent.find("figure") is None
        # How wide it is drawn decides how wide a page shows it, at most.
        look = {"class": "lr-figure", "id": stem, "style": f"--width:{width:.0f}px"}
        figure = ET.SubElement(parent, "figure", look)
        ET.SubElement(figure, "div", {"class": "lr-picture"}).text = store(picture)
        caption = ET.SubElement(figure, "figcaption")
        ET.SubElement(caption, "span", {"class": "lr-caption"}).text = match["caption"]
        files = ET.SubElement(caption, "span", {"class": "lr-files", "data-search-exclude": ""})
        for what, kinds in _FILES:
            group = ET.SubElement(files, "span")
            group.text = f"{what} "
            for label, suffix in kinds:
                link = ET.SubElement(group, "a", {"href": f"{match['folder']}{stem}.{suffix}"})
                link.text = label
                link.tail = " "
        if is_first:  # beside what comes next overrides/main.html has the sections of the page
            ET.SubElement(parent, "div", {"data-contents": ""})
        blocks.insert(0, "")

    def _picture(self, stem: str, match: re.Match) -> tuple[str, float]:
        """Return the drawings, with the element around them, and how wide that for screens is."""
        folder = self.extension.docs / "figures"
        shown = ""
        try:
            data = json.loads((folder / f"{stem}.json").read_text("utf-8"))
            for kind, suffix in DRAWINGS.items():
                text = (folder / f"{stem}.{suffix}").read_text("utf-8")
                width, height = data["stage"][kind]["size"]
                shown += (
                    f'<div class="lr-stage lr-for-{kind}" data-search-exclude '
                    f'style="--aspect:{width / height:.4f}">{unstyled(svg.themed(text))}</div>'
                )
            wide = data["stage"]["wide"]["size"][0]
        except (OSError, ValueError, ET.ParseError, LookupError, TypeError) as problem:
            known = ", ".join(sorted(p.stem for p in folder.glob("*.json"))) or "none"
            raise self.extension.error(
                f"figure {stem!r} cannot be read ({problem}); there are {known}",
                f"({match['folder']}{stem}.svg)",
            ) from None
        around = element_file(self.extension.docs, stem)
        if not around.is_file():
            return shown, wide
        # No name among the data may end the script.
        stage = json.dumps(data["stage"], separators=(",", ":")).replace("<", r"\u003c")
        shown += f'<script type="application/json" data-stage>{stage}</script>'
        return element(around, folder).replace(_STAGE, shown), wide


def element_file(docs: Path, stem: str) -> Path:
    """Return where the element around the figure `stem` is, if it has one."""
    return docs / "elements" / f"{stem.replace('_', '-')}.html"


def element(around: Path, folder: Path) -> str:
    """Return the element in the file `around`, with its numbers from the figures in `folder`.

    Raises
    ------
    PageError
        If it has no place for the picture, or a number or slider that cannot be made.
    """

    def number(token: re.Match) -> str:
        try:
            return value_of(folder, token["stem"], token["key"], token["format"])
        except (LookupError, ValueError) as problem:
            line = line_of(text, token.start())
            raise error_at(around, line, f"{token[0]}: {problem.args[0]}") from None

    text = around.read_text("utf-8")
    if _STAGE not in text and _NO_STAGE not in text:
        raise error_at(
            around, None, f"{_STAGE} is missing: it says where the picture goes; "
            f"an element that is the picture itself says {_NO_STAGE}",
        )  # fmt: skip
    html = filled(text, number)

    def slider(match: re.Match) -> str:
        try:
            return _slider(match)
        except LookupError as problem:
            line = line_of(html, match.start())
            raise error_at(around, line, f"a slider without {problem}") from None

    return _SLIDER.sub(slider, html)


def _slider(match: re.Match) -> str:
    """Return a range with its label before it and a number box, which is the same, beside it.

    Only here stands the markup of a slider; ``slider.js`` binds both inputs. The box is one for
    text: in one for numbers some browsers make 085 of 0,85, and others nothing.
    """
    given = dict(re.findall(r'([\w-]+)="([^"]*)"', match["range"]))
    decimals = len(given["step"].partition(".")[2])
    box = {
        "type": "text",
        "role": "spinbutton",
        "aria-label": re.sub(r"<[^>]+>", "", match["words"]).replace('"', "&quot;"),
        "aria-valuemin": given["min"],
        "aria-valuemax": given["max"],
        "aria-valuenow": given["value"],
        "inputmode": "decimal" if decimals else "numeric",
        "autocomplete": "off",
        "name": given["name"],
        "value": f"{float(given['value']):.{decimals}f}",
    }
    attributes = " ".join(f'{name}="{value}"' for name, value in box.items())
    return (
        f'<div class="lr-slider"><label for="{given["id"]}">{match["words"]}</label>'
        f"<input {match['range']}><input {attributes}></div>"
    )


class _NoneInLine(Treeprocessor):
    """Refuse a figure that stands in the middle of something: it would come without its parts."""

    def __init__(self, extension: FiguresExtension) -> None:
        self.extension = extension

    def run(self, root: ET.Element) -> None:
        for picture in root.iter("img"):
            if picture.get("loading"):  # a small one of the gallery, which has its parts beside
                continue
            if re.fullmatch(r"(?:[\w.-]+/)*figures/[\w-]+\.svg", picture.get("src", "")):
                raise self.extension.error(_RULE, f"({picture.get('src')}")


def makeExtension(**options: object) -> FiguresExtension:
    """Return the extension (Python-Markdown's entry point)."""
    return FiguresExtension(**options)
