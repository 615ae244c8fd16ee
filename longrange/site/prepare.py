"""What must lie in ``docs/`` before a page is rendered: figures, fonts, the style sheet.

MkDocs calls it as a hook before each build, `mkdocs serve` before each rebuild. A site
generator without hooks runs ``python -m longrange.site.prepare`` first.
"""

import importlib
import re
import sys
from collections.abc import MutableMapping
from pathlib import Path

import click

from longrange import making
from longrange.drawing import palette, svg
from longrange.site import katex, notebooks
from longrange.sources import ROOT, stems

DOCS = ROOT / "docs"
ASSETS = DOCS / "assets"


def on_config(config: MutableMapping) -> None:
    """Leave out a style sheet that mkdocstrings adds to every page; ours says it all."""
    config["extra_css"] = [css for css in config["extra_css"] if "_mkdocstrings" not in str(css)]


def on_pre_build(**_: object) -> None:
    """Make what is missing or stale; stop the build if a figure cannot be made."""
    for module in (palette, svg):  # `mkdocs serve` lives longer than a choice of colours
        importlib.reload(module)
    pages = [page.read_text("utf-8") for page in sorted(DOCS.rglob("*.md"))]
    pages += [notebooks.prose(notebooks.read(path)) for path in notebooks.paths()]
    katex.write_assets(ASSETS / "katex", pages)
    formulas = (ASSETS / "katex" / "katex.css").read_text("utf-8").replace("url(", "url(katex/")
    own = (DOCS / "stylesheets" / "site.css").read_text("utf-8")
    style = re.sub(r"/\*.*?\*/\s*", "", "\n".join([palette.css(), formulas, own]), flags=re.DOTALL)
    _write_if_changed(ASSETS / "site.css", re.sub(r"\s*([{};\n])\s*", r"\1", style))
    problems = making.make(stems())
    if problems:
        raise click.ClickException("figures could not be made\n" + "\n".join(problems))


def _write_if_changed(path: Path, text: str) -> None:
    """Leave an unchanged file alone: `mkdocs serve` watches it."""
    if not path.is_file() or path.read_text("utf-8") != text:
        making.write(path, text.encode())


if __name__ == "__main__":
    try:
        on_pre_build()
    except click.ClickException as error:
        sys.exit(f"error: {error.message}")
