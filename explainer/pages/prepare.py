"""What must lie in ``docs/`` before a page is rendered: figures, fonts, style sheet, scripts.

MkDocs calls it as a hook before each build, `mkdocs serve` before each rebuild. A site
generator without hooks runs ``python -m explainer.pages.prepare`` first.
"""

import importlib
import sys
from collections.abc import Iterator, MutableMapping
from pathlib import Path

import click

from explainer.drawing import palette, svg
from explainer.making import make
from explainer.making.digests import stems
from explainer.making.files import ROOT, update
from explainer.making.writable import check_writable
from explainer.pages import colours, katex, minify, notebooks, webfonts

DOCS = ROOT / "docs"
ASSETS = DOCS / "assets"
# Elements whose looks every page has at once: they stand on most, or need a line or two.
_COMMON = {
    "check-answer", "full-screen", "influence-curves", "live-value", "quiz-question",
    "scrub-number", "two-valleys", "unrolled-network",
}  # fmt: skip


def on_config(config: MutableMapping) -> None:
    """Leave out a style sheet that mkdocstrings adds to every page; ours says it all."""
    config["extra_css"] = [css for css in config["extra_css"] if "_mkdocstrings" not in str(css)]


def on_pre_build(config: MutableMapping | None = None, **_: object) -> None:
    """Make what is missing or stale; stop the build if that cannot be, before work where known."""
    needed = [] if ASSETS.exists() else [ASSETS]
    try:
        for folder in [*needed, Path(config["site_dir"])] if config else needed:
            check_writable(folder)
        _make()
    except OSError as error:
        told = f"{error.filename}: cannot be written to: {error.strerror}"
        raise click.ClickException(told) from None


def _make() -> None:
    for module in (palette, svg, colours):  # `mkdocs serve` lives longer than a choice of colours
        importlib.reload(module)
    pages = [page.read_text("utf-8") for page in sorted(DOCS.rglob("*.md"))]
    pages += [notebooks.prose(notebooks.read(path)) for path in notebooks.paths()]
    katex.write_assets(ASSETS / "katex", pages)
    minify.write_all(DOCS / "page", ASSETS / "page")
    minify.write_all(DOCS / "elements", ASSETS / "elements", own_sheets())
    problems = make.make(stems())
    if problems:
        raise click.ClickException("figures could not be made\n" + "\n".join(problems))
    cut = (
        ASSETS / "faces" / "faces.css",
        webfonts.write_assets(ASSETS / "faces", [*pages, *_texts()]),
    )
    update(ASSETS / "site.css", minify.style([cut, *_sheets()]).encode())


def _texts() -> Iterator[str]:
    """Yield what stands in pages and is not written there: of elements, figures, docstrings.

    Of scripts what the reader gets: signs in their comments need no face.
    """
    for folder, pattern in (
        (DOCS, "elements/*.html"),
        (ASSETS, "elements/*.js"),
        (DOCS, "figures/*.svg"),
        (DOCS, "references.bib"),
        (ROOT, "overrides/**/*.html"),
        (ROOT, "longrange/**/*.py"),
    ):
        for path in sorted(folder.glob(pattern)):
            yield path.read_text("utf-8")


def own_sheets() -> list[Path]:
    """Return the style sheets of elements that few pages have: overrides/main.html names them.

    That of a dialog, take-figure.css, is fetched when it opens.
    """
    sheets = sorted((DOCS / "elements").glob("*.css"))
    return [sheet for sheet in sheets if sheet.stem not in _COMMON]


def _sheets() -> list[tuple[Path, str]]:
    """Return path and text of what every page has, in the order they may overrule each other."""
    common = [DOCS / "stylesheets" / f"{name}.css" for name in ("ground", "text", "figures")]
    common += sorted({*(DOCS / "elements").glob("*.css")} - {*own_sheets()})
    common.append(DOCS / "stylesheets" / "print.css")
    return [
        (Path(colours.__file__).with_suffix(".css"), colours.css()),
        *((sheet, sheet.read_text("utf-8")) for sheet in common),
    ]


if __name__ == "__main__":
    try:
        on_pre_build()
    except click.ClickException as error:
        sys.exit(f"error: {error.message}")
