"""The slides as one file, ``slides/deck.html``: reveal.js, figures, faces and scripts inside.

MkDocs calls this module as a hook, after that which makes a file of each figure (`take`): the deck
holds these. Figures that stand still stand in their slides. One that moves does, too, for readers
without JavaScript and for no time longer: deck.js puts its file into a frame, where it has its
controls to itself. So no two of them share a setting because their controls have one name.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path

import click
from mkdocs.config.defaults import MkDocsConfig

from explainer.making.files import ROOT
from explainer.pages import minify, node, take
from explainer.pages.slides import DECK, as_set

_FOLDER = ROOT / "docs" / "deck"
_BUNDLE = Path(__file__).with_name("bundle.mjs")
_SECTION = re.compile(
    r'<section class="lr-slide"(?P<attributes>[^>]*)>'
    r'\s*<p class="lr-finding">\d+ · <strong>(?P<finding>.*?)</strong></p>'
    r'\s*<p class="lr-station">.*?</p>(?P<notes>.*?)</section>',
    re.DOTALL,
)
_LINK = re.compile(r"<a\b[^>]*>(.*?)</a>", re.DOTALL)  # from a file it would lead nowhere
_ATTRIBUTE = re.compile(r'data-(\w+)="([^"]*)"')
_FIGURE = re.compile(r'<figure class="lr-figure".*?</figure>', re.DOTALL)
_STYLE = re.compile(r"(?<=<style>).*?(?=</style>)", re.DOTALL)
_CAPTION = re.compile(r"<figcaption>(?P<words>.*)</figcaption>", re.DOTALL)
_LEGEND = re.compile(r"^\s*<span[^>]*>\s*<strong>.*?</strong>", re.DOTALL)
_WIDE = re.compile(r'lr-for-wide"[^>]*--aspect:(?P<aspect>[\d.]+)')
_STRIP = 3  # so many times as wide as high, a drawing leaves most of a slide empty, and is small
# Where deck.js puts style sheet and figure of the page back into the file of a figure.
_STYLE_HERE, _FIGURE_HERE = "/*style*/", "<!--figure-->"


@dataclass
class Slide:
    """A slide, in HTML: what it finds, its figure, what the lines in it mean, what to say."""

    stem: str
    page: str
    minutes: int
    finding: str
    figure: str
    legend: str
    notes: str
    frame: str

    @property
    def moves(self) -> bool:
        """Whether its figure has controls."""
        return 'class="lr-controls' in self.figure

    @property
    def is_strip(self) -> bool:
        """Whether its drawing for phones is the one for a slide."""
        found = _WIDE.search(self.figure)
        return bool(found) and float(found["aspect"]) > _STRIP


def on_post_build(config: MkDocsConfig, **_: object) -> None:
    """Write the deck of the slides that the page Slides lists."""
    site = Path(config["site_dir"])
    page = site / "slides" / "index.html"
    if not page.is_file():
        return
    text = page.read_text("utf-8")
    slides = list(_slides(text, site))
    if len(slides) != text.count('<section class="lr-slide"'):
        raise click.ClickException(
            "slides/index.html: a slide is not read; see _SECTION in deck.py"
        )
    if slides:
        title = re.search(r"<title>(.*?)</title>", (site / "index.html").read_text("utf-8"))[1]
        (page.parent / DECK).write_text(_deck(slides, title, config), "utf-8")


def _slides(page: str, site: Path) -> Iterator[Slide]:
    for match in _SECTION.finditer(page):
        given = {name: unescape(text) for name, text in _ATTRIBUTE.findall(match["attributes"])}
        stem = given["figure"]
        path = site / "take" / f"{stem}.html"
        if not path.is_file():
            raise click.ClickException(f"slide {stem!r}: the site has no file of this figure")
        text = path.read_text("utf-8")
        (style,), (figure,) = _STYLE.findall(text), _FIGURE.findall(text)
        caption = _CAPTION.search(figure)["words"]
        yield Slide(
            stem,
            given["page"],
            int(given["minutes"]),
            match["finding"],
            as_set(_CAPTION.sub("", figure), given["setting"]),
            _without_span(_LEGEND.sub("", caption)),
            _LINK.sub(r"\1", match["notes"]).strip(),
            text.replace(style, _STYLE_HERE).replace(figure, _FIGURE_HERE),
        )


def _without_span(caption: str) -> str:
    """Return what is left of a caption when its finding is gone."""
    return caption.strip().removesuffix("</span>").strip()


def _deck(slides: list[Slide], title: str, config: MkDocsConfig) -> str:
    """Return the page."""
    node.ensure("esbuild", "reveal.js")
    (script,) = json.loads(
        node.run(_BUNDLE, json.dumps({"folder": str(_FOLDER), "entries": [["deck"]]}))
    )
    site = Path(config["site_dir"])
    reveal = node.MODULES / "reveal.js"
    sheets = [reveal / "dist" / "reveal.css", _FOLDER / "deck.css"]
    style = minify.style([(sheet, sheet.read_text("utf-8")) for sheet in sheets])
    licence = (reveal / "LICENSE").read_text("utf-8").strip()
    shown = (slide.finding + slide.figure + slide.legend + slide.notes for slide in slides)
    figures = take.Styles(site).of("".join(shown))
    frames = json.dumps({slide.stem: slide.frame for slide in slides if slide.moves})
    frames = frames.replace("<", r"\u003c")  # no tag in it may end the script
    minutes = sum(slide.minutes for slide in slides)
    home = config["site_url"] or ""
    return f"""<!doctype html>
<!-- reveal.js, which is inside:
{licence}
-->
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{title}</title>
<style id="figures">{figures}</style>
<style>{style}</style>
</head>
<body dir="ltr">
<div class="deck md-typeset" data-minutes="{minutes}">
<div class="slides">
{"".join(_section(slide, number, home) for number, slide in enumerate(slides, 1))}
</div>
</div>
<script type="application/json" id="frames">{frames}</script>
<script>{script}</script>
</body>
</html>
"""


def _section(slide: Slide, number: int, home: str) -> str:
    """Return a slide as reveal.js wants it."""
    source = "" if slide.page == "index.md" else slide.page.replace(".md", "/")
    credit = f"longrange · {escape(slide.stem)} · CC BY-SA 4.0"
    if home:
        credit = f'<a href="{home}{source}#{slide.stem}">{credit}</a>'
    legend = f'<p class="legend">In the picture: {slide.legend}</p>' if slide.legend else ""
    moves = f' data-moves="{slide.stem}"' if slide.moves else ""
    shown = "shown strip" if slide.is_strip else "shown"
    return f"""<section id="slide-{number}" data-timing="{60 * slide.minutes}">
<h2>{slide.finding}</h2>
<div class="{shown}"{moves}>{slide.figure}</div>
<p class="credit">{credit}</p>
<aside class="notes">{slide.notes}
{legend}</aside>
</section>
"""
