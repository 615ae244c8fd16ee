"""``[words](page.md#place)`` leads somewhere, and ``[words](page.md#r=0.9&k=40)`` sets a figure.

A link to a page that is not there, to a place that the page does not have (a section, a figure, a
question), or with a setting that its figures cannot have stops the build, with file and line.
Site generators would take a setting for a place: they leave alone what stands after ``#``.
"""

import re
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from pkgutil import resolve_name
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from mkdocs.utils.meta import get_data

from explainer.making.files import ROOT
from explainer.pages import controls, figures, notebooks
from explainer.pages.controls import Control
from explainer.pages.extension import PageExtension
from explainer.pages.questions import QuestionsExtension

TAKEN = "data-taken"
# When links are made of their words, and after the generator has made addresses of files' names.
_AFTER_INLINE, _AFTER_ADDRESSES = 12, -5
_GENERATED = re.compile(r"^::: ", re.MULTILINE)  # the docstrings of a module
_NOTES = ("fn:", "fnref")  # of footnotes, which are not written yet
_PLACE = re.compile(r'\bid="([^"]+)"')


class LinksExtension(PageExtension):
    """Follow every link to a page, or fail naming file and line."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Look when a link has its words and numbers, and the name of its file still."""
        super().extendMarkdown(md)
        md.treeprocessors.register(_Follow(self), "explainer_links", _AFTER_INLINE)
        md.treeprocessors.register(_LeadToFiles(md), "explainer_addresses", _AFTER_ADDRESSES)


class _Follow(Treeprocessor):
    def __init__(self, extension: LinksExtension) -> None:
        super().__init__(extension.md)
        self.extension = extension
        self.settable: dict[
            Path, dict[str, Control]
        ] = {}  # of pages, for as long as this one takes

    def run(self, root: ET.Element) -> None:
        page = self.extension.path
        if page is None or not page.is_file():  # a docstring, say: not ours to follow
            return
        for link in root.iter("a"):
            address = link.get("href", "")
            if urlsplit(address).netloc:
                continue
            name, _, place = address.partition("#")
            path = Path(page.parent, name) if name else page
            if not _is_page(path) or place.startswith(_NOTES):
                continue
            if wrong := self._complaint(path, name, place):
                raise self.extension.error(f"{address}: {wrong}", self._written(address))

    def _complaint(self, path: Path, name: str, place: str) -> str:
        """Return what is wrong with a link to a place of the page in the file `path`."""
        if not path.is_file():
            return f"there is no page {name}"
        if "=" in place:
            if path not in self.settable:
                self.settable[path] = controls.of_page(self.extension.docs, source(path))
            return "; ".join(controls.complaints(self.settable[path], place))
        known = _places(path, path.stat().st_mtime_ns)
        if not place or place in known or _is_documented(path, place):
            return ""
        near = get_close_matches(place, known, cutoff=0)
        return f"{path.name} has no #{place}; it has {', '.join(near) or 'no places'}"

    def _written(self, address: str) -> re.Pattern:
        """Return a pattern for a link in a source, where an address may have numbers in it."""
        text, name = self.extension.text(), re.escape(address.partition("#")[0])
        if f"({address})" in text:
            return re.compile(re.escape(f"({address})"))
        return re.compile(rf"\({name}#[^)]*\{{\{{")


class _LeadToFiles(Treeprocessor):
    """Lead links to files that are made when all pages are: so far they lead to figures' data."""

    def run(self, root: ET.Element) -> None:
        for link in root.iter("a"):
            if stem := link.attrib.pop(TAKEN, ""):
                address = link.get("href").replace(f"figures/{stem}.json", f"take/{stem}.html")
                link.set("href", address)


def source(path: Path) -> str:
    """Return the Markdown of the page in the file `path`, a notebook's too."""
    if path.suffix == ".py":
        return notebooks.prose(notebooks.read(path))
    return get_data(path.read_text("utf-8"))[0]


def _is_page(path: Path) -> bool:
    """Return whether a name is that of a page, there or not."""
    return path.suffix == ".md" or path.resolve() in notebooks.paths()


def _is_documented(path: Path, name: str) -> bool:
    """Return whether the page in the file `path` may have the name of a thing of the library."""
    if "." not in name or not _GENERATED.search(source(path)):
        return False
    try:
        return bool(resolve_name(name))
    except (ImportError, AttributeError):
        return False


@cache
def _places(path: Path, _changed: int) -> set[str]:
    """Return the places of a page: its headings, figures, questions and what else has an id."""
    text = source(path)
    md = Markdown(extensions=[
        "attr_list", "fenced_code", "md_in_html", "tables", "toc",
        QuestionsExtension(file=str(path), docs=str(ROOT / "docs")),
    ])  # fmt: skip
    return {*_PLACE.findall(md.convert(text)), *(one["stem"] for one in figures.of_text(text))}


def makeExtension(**options: object) -> LinksExtension:
    """Return the extension (Python-Markdown's entry point)."""
    return LinksExtension(**options)
