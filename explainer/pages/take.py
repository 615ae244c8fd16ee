"""Every figure as one file: ``take/<stem>.html``, with all that it needs inside.

MkDocs calls this module as a hook. What a page shows of a figure is taken from the page itself,
with its style sheets, faces and scripts: nothing is drawn or set twice, and nothing is fetched.
"""

import base64
import json
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.parse import urljoin

import click
from bs4 import BeautifulSoup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from explainer.making.files import ROOT
from explainer.pages import links, minify, node, notebooks
from explainer.pages.figures import of_text

_SCRIPT = Path(__file__).with_name("bundle.mjs")
_LAYOUT = Path(__file__).with_suffix(".css")
_ELEMENTS = ROOT / "docs" / "elements"
_FIGURE = re.compile(r'<figure class="lr-figure" id="(?P<stem>\w+)".*?</figure>', re.DOTALL)
_TAG = re.compile(r"<([a-z]+(?:-[a-z]+)+)\b")
_FILES = re.compile(r'<span class="lr-files".*?</span></span>', re.DOTALL)
_LINK = re.compile(r'<a\b[^>]*?\bhref="(?P<to>[^"]*)"[^>]*>(?P<text>.*?)</a>', re.DOTALL)
_NEVER_SHOWN = {"favicon", "social_card"}
_RAISED = str.maketrans("0123456789+−kn", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵏⁿ")
_LICENCE = "https://creativecommons.org/licenses/by-sa/4.0/"


def on_config(config: MkDocsConfig) -> None:
    """Refuse a layout in which addresses of files would be wrong."""
    if not config["use_directory_urls"]:
        raise click.ClickException(
            "use_directory_urls must be true: take/ and the deck count on it"
        )


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Announce the files, so that pages may link to them: `on_post_build` writes them."""
    docs = Path(config["docs_dir"])
    texts = [links.source(page) for page in (*docs.glob("*.md"), *notebooks.paths())]
    shown = {match["stem"] for text in texts for match in of_text(text)}
    told = {stem for text in texts for stem in re.findall(r"\{\{\s*(\w+)\.", text)}
    made = {path.stem for path in (docs / "figures").glob("*.json")} - _NEVER_SHOWN
    if idle := sorted(made - shown - told):
        raise click.ClickException(
            f"no page shows the figure {' or '.join(idle)}, or a number of it"
        )
    for stem in sorted(shown):
        files.append(File.generated(config, f"take/{stem}.html", content=""))
    return files


def on_page_content(html: str, page: Page, **_: object) -> str:
    """Lead from each figure of a page to its file: elements/figure-buttons.js looks for that."""

    def with_link(match: re.Match) -> str:
        to = get_relative_url(f"take/{match['stem']}.html", page.url)
        files = f'<span>Whole <a href="{to}">HTML</a></span></span></figcaption>'
        return match[0].replace("</span></figcaption>", files)

    return _FIGURE.sub(with_link, html)


def on_post_build(config: MkDocsConfig, **_: object) -> None:
    """Write a file for each figure of the site."""
    site = Path(config["site_dir"])
    figures = {}
    for stem, found in _figures(site):
        figures.setdefault(stem, found)  # a worksheet shows it again
    entries = {stem: _modules(html) for stem, (html, _, _) in figures.items()}
    wanted = sorted(set(entries.values()))
    node.ensure("esbuild")
    given = json.dumps({"folder": str(_ELEMENTS), "entries": wanted})
    scripts = dict(zip(wanted, json.loads(node.run(_SCRIPT, given)), strict=True))
    folder = site / "take"
    styles = Styles(site)
    for stem, (html, title, address) in figures.items():
        page = _page(stem, html, title, address, config, styles, scripts[entries[stem]])
        (folder / f"{stem}.html").write_text(page, "utf-8")


def _figures(site: Path) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Yield the stem of each figure, its markup, the title of its page and where that lies."""
    for path in sorted(site.rglob("index.html"), key=lambda path: (path.parent != site, path)):
        text = path.read_text("utf-8")
        title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)[1]
        address = path.parent.relative_to(site).as_posix()
        for match in _FIGURE.finditer(text):
            yield match["stem"], (match[0], title, "" if address == "." else f"{address}/")


def _modules(html: str) -> tuple[str, ...]:
    """Return the names of the modules that a figure needs."""
    tags = sorted(tag for tag in set(_TAG.findall(html)) if (_ELEMENTS / f"{tag}.js").is_file())
    return ("taken", *tags)


class Styles:
    """The style sheets of the site, with the faces inside."""

    def __init__(self, site: Path) -> None:
        assets = site / "assets"
        (material,) = (assets / "stylesheets").glob("main.*.css")
        layout = minify.style([(_LAYOUT, _LAYOUT.read_text("utf-8"))])
        self._plain = _inside(material) + _inside(assets / "site.css") + layout
        self._formulas = _inside(assets / "katex" / "katex.css")
        self._own = {
            path.stem: path.read_text("utf-8") for path in (assets / "elements").glob("*.css")
        }

    def of(self, html: str) -> str:
        """Return what figures need of them."""
        formulas = self._formulas if 'class="katex"' in html else ""
        tags = sorted(set(_TAG.findall(html)) & self._own.keys())
        return self._plain + formulas + "".join(self._own[tag] for tag in tags)


def _inside(sheet: Path) -> str:
    """Return a style sheet whose faces stand in it; what it would fetch else is left out."""

    def address(match: re.Match) -> str:
        to = match["to"].strip("\"'")
        if to.startswith("data:"):
            return match[0]
        path = sheet.parent / to
        if path.suffix != ".woff2":
            raise ValueError(f"{sheet.name}: {to} cannot stand inside")
        return f"url(data:font/woff2;base64,{base64.b64encode(path.read_bytes()).decode()})"

    def face(match: re.Match) -> str:
        # Formulas have what they need in the sheet; more would be fetched only where it is missing.
        if "KaTeX" in match[0]:
            first, *_ = re.findall(r"url\(data:[^)]*\)", match[0]) or [""]
            return re.sub(r"src:[^;}]*", f'src:{first} format("woff2")', match[0]) if first else ""
        return re.sub(r"url\((?P<to>[^)]*)\)", address, match[0])

    text = sheet.read_text("utf-8")
    text = re.sub(r"@font-face\{.*?\}", face, text, flags=re.DOTALL)
    text = re.sub(r"/\*# sourceMappingURL.*?\*/", "", text)
    # The faces are here: nothing is gained by showing another one first.
    return re.sub(r"font-display: ?\w+", "font-display:block", text)


def _finding(figure: str) -> str:
    """Return the bold beginning of a caption as escaped text, formulas as browsers read them."""
    caption = BeautifulSoup(figure[figure.rindex("<figcaption") :], "html.parser")
    finding = caption.strong
    if finding is None:
        return ""
    for twice in finding.select(".katex-html, annotation"):
        twice.decompose()
    for power in finding.select("msup > :last-child"):
        power.string = power.get_text().translate(_RAISED)
    return escape(" ".join(finding.get_text().split()))


def _page(
    stem: str,
    html: str,
    title: str,
    address: str,
    config: MkDocsConfig,
    styles: Styles,
    script: str,
) -> str:
    """Return the file of a figure."""
    home = config["site_url"] or ""
    page = urljoin(home, address)

    def link(match: re.Match) -> str:
        if match["to"].startswith("#") and "footnote" not in match[0]:
            return match[0]  # it sets the figure
        # Without the site's address a link would lead nowhere.
        if not home and not re.match(r"https?:", match["to"]):
            return match["text"]
        return match[0].replace(f'"{match["to"]}"', f'"{urljoin(page, match["to"])}" target="_top"')

    figure = _LINK.sub(link, _FILES.sub("", html))
    source = f'<a href="{page}#{stem}" target="_top">{title}</a>' if home else title
    licence = f'<a href="{_LICENCE}" target="_top" rel="license">CC BY-SA 4.0</a>'
    heading = f"{_finding(figure) or stem} · {escape(config['site_name'])}"
    author = escape(config["site_author"])
    return f"""<!doctype html>
<html lang="en" class="js taken">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{heading}</title>
<style>{styles.of(figure)}</style>
</head>
<body dir="ltr">
<main class="md-typeset">
{figure}
<p class="lr-note lr-fixed" hidden></p>
<p class="lr-credit">{source} · {author} · text and figure {licence}, code MIT</p>
</main>
<script>{script}</script>
</body>
</html>
"""
