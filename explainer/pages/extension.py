"""Where a page comes from, so that an error can name its file and line."""

import re
from pathlib import Path

import click
from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from explainer.making.files import ROOT

# What stands in backticks: left alone by tokens and citations.
CODE = r"(?P<code>(?P<ticks>`+)[^`].*?(?P=ticks))"
# Priorities of preprocessors: after fenced code is put aside, before raw HTML is (20).
AFTER_FENCED_CODE = 24


class PageError(click.ClickException):
    """Something in a page that must stop the build; MkDocs prints it without a traceback."""


class _Keep(Preprocessor):
    """Keep the text as it came in, before anything moves its lines."""

    def run(self, lines: list[str]) -> list[str]:
        self.text = "\n".join(lines)
        return lines


class PageExtension(Extension):
    """Base of the site's extensions: remembers the page, reports errors in it.

    The option ``file`` names the page where no site generator does.
    """

    def __init__(self, **options: object) -> None:
        self.config = {
            "file": ["", "path of the page"],
            "docs": [str(ROOT / "docs"), "folder of the pages"],
            **getattr(self, "config", {}),
        }
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the keeper of the text once, whichever extension comes first."""
        self.md = md
        if "explainer_page" not in md.preprocessors:
            md.preprocessors.register(_Keep(md), "explainer_page", 1000)

    @property
    def docs(self) -> Path:
        """Folder of the pages."""
        return Path(self.getConfig("docs"))

    @property
    def path(self) -> Path | None:
        """Path of the page being rendered, as MkDocs, Zensical or the option ``file`` give it."""
        if self.getConfig("file"):
            return Path(self.getConfig("file"))
        if "relpath" in self.md.treeprocessors:  # MkDocs
            return Path(self.md.treeprocessors["relpath"].file.abs_src_path)
        if "rendering_context" in self.md.preprocessors:  # Zensical
            return self.docs / self.md.preprocessors["rendering_context"].page.path
        return None

    def text(self) -> str:
        """Return the page as it stands in its file, front matter included."""
        path = self.path
        if path and path.is_file():
            return path.read_text("utf-8")
        return self.md.preprocessors["explainer_page"].text

    def error(self, message: str, fragment: str | re.Pattern) -> PageError:
        """Return an error that names the file and the line where `fragment` first stands."""
        text = self.text()
        pattern = re.escape(fragment) if isinstance(fragment, str) else fragment
        found = re.search(pattern, text)
        return error_at(self.path, line_of(text, found.start()) if found else None, message)


def error_at(path: Path | None, line: int | None, message: str) -> PageError:
    """Return an error that reads ``file:line: message``."""
    if path and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    place = path.as_posix() if path else "<markdown>"
    return PageError(f"{place}:{line}: {message}" if line else f"{place}: {message}")


def line_of(text: str, at: int) -> int:
    """Return the number of the line, from 1, that the offset `at` is on."""
    return text.count("\n", 0, at) + 1
