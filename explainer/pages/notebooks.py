"""Notebooks, ``docs/notebooks/*.py``: mkdocs-jupyter runs them, the site's Markdown shows them.

mkdocs-jupyter's own page brings JupyterLab's style sheets and programs along and leaves formulas
as TeX. Of its page only what the cells put out is kept. Prose, code and output then go through
the same extensions as every page. `explainer.pages.kernel` is the hook that does it.
"""

import base64
import binascii
import re
from html import escape
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

import jupytext
import yaml
from bs4 import BeautifulSoup, Tag
from mkdocs.utils.meta import get_data
from nbformat import NotebookNode

from explainer.drawing import palette, svg
from explainer.making.files import ROOT
from explainer.pages import leftovers
from explainer.pages.attributes import unstyled
from explainer.pages.extension import PageError, error_at, line_of

FOLDER = ROOT / "docs" / "notebooks"
_FINDING = re.compile(r"\*\*([^*$]+)\*\*")
_NO_CAPTION = "after a picture comes prose that begins with its finding in bold: **It falls.** …"
_NO_PICTURE = (
    "no picture came, but prose that begins with a finding in bold follows, as a caption does"
)
_NO_TITLE = "the first cell begins with the title, # in a line of its own"
_DOWNLOADS = (
    '<p class="lr-files" markdown="span">Download this notebook: '
    "[Python]({stem}/{stem}.py) [Jupyter]({stem}/{stem}.ipynb)</p>"
)


class Notebook(NamedTuple):
    """A notebook as its author wrote it: front matter as in a page, and cells."""

    path: Path
    meta: dict
    cells: list[NotebookNode]

    def error(self, message: str, fragment: str = "") -> PageError:
        """Return an error that names the file and the line where `fragment` stands."""
        text = self.path.read_text("utf-8")
        at = text.find(fragment) if fragment else -1
        return error_at(self.path, line_of(text, at) if at >= 0 else None, message)


class Output(NamedTuple):
    """What a cell put out: its media type and the text or SVG itself."""

    kind: str
    content: str


def paths() -> list[Path]:
    """Return the files of all notebooks."""
    return sorted(FOLDER.glob("*.py"))


def read(path: Path) -> Notebook:
    """Return the notebook in the file `path`.

    Raises
    ------
    PageError
        If its front matter is missing or broken, or its name is none for addresses.
    """
    if not re.fullmatch(r"[\w-]+", path.stem):
        raise error_at(path, None, "the name of a notebook is letters, digits, - and _")
    try:
        cells = jupytext.read(path, fmt="py:percent").cells
        head = cells.pop(0).source if cells and cells[0].cell_type == "raw" else ""
    except (ValueError, yaml.YAMLError) as problem:
        raise error_at(path, None, f"the notebook cannot be read: {problem}") from None
    meta = get_data(f"{head}\n")[1]
    if not meta:
        raise error_at(path, 1, "a notebook begins with front matter: title, description, hide")
    return Notebook(path, meta, cells)


def prose(notebook: Notebook) -> str:
    """Return the Markdown of `notebook` without its code."""
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def as_ipynb(notebook: Notebook) -> str:
    """Return `notebook` for Jupyter, not run; the same bytes each time."""
    cells = [NotebookNode(cell, id=f"cell-{i}") for i, cell in enumerate(notebook.cells, 1)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    node = NotebookNode(cells=cells, metadata={"kernelspec": kernel}, nbformat=4, nbformat_minor=5)
    return jupytext.writes(node, fmt="ipynb") + "\n"


def outputs(html: str) -> list[list[Output]]:
    """Return what each code cell put out, from the page that mkdocs-jupyter made."""
    page, found = BeautifulSoup(html, "html.parser"), []
    for cell in page.select('.jp-CodeCell[id^="cell-id="]'):
        found.append(one := [])
        for put_out in map(_output, cell.select(".jp-OutputArea-output")):
            if one and put_out.kind == one[-1].kind == "text/plain":
                # What a cell prints comes in as many pieces as the kernel happened to send.
                one[-1] = Output("text/plain", one[-1].content + put_out.content)
            else:
                one.append(put_out)
    return found


def _output(area: Tag) -> Output:
    kind, image = area.get("data-mime-type", "output of no type"), area.find("img")
    if image is None:
        return Output(kind, (area.pre or area).get_text())
    try:
        return Output(kind, base64.b64decode(image["src"].partition("base64,")[2]).decode())
    except (binascii.Error, UnicodeDecodeError):
        return Output(kind, "")


def compose(notebook: Notebook, put_out: list[list[Output]]) -> tuple[str, dict[str, str]]:
    """Return the Markdown of the page, and the HTML for each mark that stands for an output.

    A picture takes its caption from the first paragraph after it, which begins with the finding
    in bold; the finding is also the name of the picture for those who cannot see it.

    Raises
    ------
    PageError
        If there is no title, a picture has no caption, or a cell puts out what no page shows.
    """
    kinds = [cell.cell_type for cell in notebook.cells]
    if set(kinds) - {"markdown", "code"}:
        raise notebook.error("a cell is neither prose nor code", "# %% [raw]")
    if kinds.count("code") != len(put_out):
        raise notebook.error(f"{kinds.count('code')} code cells gave {len(put_out)} outputs")
    parts, shown, left = [], {}, iter(put_out)
    picture = drawn = code = None
    for cell in notebook.cells:
        text = cell.source.strip()
        if not parts:
            title, _, text = text.partition("\n\n")
            if cell.cell_type != "markdown" or not title.startswith("# "):
                raise notebook.error(_NO_TITLE)
            parts += [title, _DOWNLOADS.format(stem=notebook.path.stem)]
        if picture is not None:
            caption, _, text = text.partition("\n\n")
            finding = _FINDING.match(caption)
            if cell.cell_type != "markdown" or not finding:
                raise notebook.error(_NO_CAPTION, drawn)
            parts.append(_figure(notebook, picture, finding[1], caption, shown))
            picture = None
        elif code and cell.cell_type == "markdown" and _FINDING.match(text):
            raise notebook.error(_NO_PICTURE, code)
        code = None
        if cell.cell_type == "markdown":
            parts.append(text)
            continue
        code = text
        fence = "`" * max(4, 1 + max(map(len, re.findall("`+", text)), default=0))
        parts.append(f"{fence}python\n{text}\n{fence}")
        for kind, content in next(left):
            if kind not in ("text/plain", "image/svg+xml") or picture is not None:
                wrote = "a warning or error" if kind.endswith("stderr") else kind
                message = f"a cell puts out text, then at most one picture; here {wrote}"
                raise notebook.error(f"{message}: {content:.200}", text)
            if kind == "image/svg+xml":
                picture, drawn = content, text
            else:
                mark = f"lr-output-{len(shown) + 1}"
                said = escape(content.rstrip())
                shown[mark] = f'<pre class="lr-output" tabindex="0"><samp>{said}</samp></pre>'
                parts.append(f"<div>{mark}</div>")
    if picture is not None:
        raise notebook.error(_NO_CAPTION, drawn)
    if not parts:
        raise notebook.error(_NO_TITLE)
    return "\n\n".join(parts), shown


def _figure(
    notebook: Notebook, picture: str, finding: str, caption: str, shown: dict[str, str]
) -> str:
    """Return the Markdown of a figure and put its picture into `shown`."""
    mark = f"lr-output-{len(shown) + 1}"
    stem = f"{notebook.path.stem}-{len(shown) + 1}"
    try:
        inside = unstyled(svg.inlined(picture, stem, finding, f"{stem}-caption"))
        if strange := svg.strange_colours(picture):
            raise ValueError(f"a picture uses the colour {', '.join(strange)}: {palette.ONLY}")
        if left := leftovers.leftovers(inside):
            raise ValueError(left[0].message())
    except (ValueError, ET.ParseError) as problem:
        raise notebook.error(str(problem), finding) from None
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', inside)
    if not size:
        raise notebook.error("a picture without a size (viewBox)", finding)
    width, height = map(float, size.groups())
    aspect = f"--aspect:{width / height:.4f}"
    shown[mark] = f'<div class="lr-stage" data-search-exclude style="{aspect}">{inside}</div>'
    return (
        f'<figure class="lr-figure" id="{stem}" style="--width:{width:.0f}px" markdown="1">\n'
        f'<div class="lr-picture"><div>{mark}</div></div>\n'
        f'<figcaption class="lr-caption" id="{stem}-caption" markdown="span">{caption}</figcaption>'
        "\n</figure>"
    )
