"""Formulas set by KaTeX at build time: HTML for the eye, MathML for everything else.

``pymdownx.arithmatex`` (``generic: true``) finds the formulas; this replaces what it found.
The reader's browser gets no KaTeX program, only its style sheet and fonts.
"""

import re
from html import unescape
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from longrange.site import katex
from longrange.site.numbers import TOKEN
from longrange.site.source import SourceExtension

_AFTER_INLINE = 14


class MathExtension(SourceExtension):
    """Render every formula of a page in one call, or fail naming file and line."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Work on the finished tree, captions included."""
        super().extendMarkdown(md)
        md.treeprocessors.register(_Render(self), "longrange_math", _AFTER_INLINE)


class _Render(Treeprocessor):
    def __init__(self, extension: MathExtension) -> None:
        super().__init__(extension.md)
        self.extension = extension

    def run(self, root: ET.Element) -> None:
        found = [e for e in root.iter() if e.get("class") == "arithmatex"]
        # arithmatex escapes & and < for HTML; KaTeX wants them as they were written.
        formulas = [(unescape(e.text[2:-2]).strip(), e.text.startswith("\\[")) for e in found]
        for element, (tex, _), result in zip(found, formulas, katex.render(formulas), strict=True):
            if "error" in result:
                raise self.extension.error(
                    f"formula {' '.join(tex.split())}: {result['error']}", *self._as_written(tex)
                )
            # For the search index one of the two forms is enough.
            html = result["html"].replace("<math ", "<math data-search-exclude ", 1)
            element.text = self.md.htmlStash.store(html)

    def _as_written(self, tex: str) -> list[str]:
        """Return pieces of the page to look for: the formula, with tokens if it had any."""
        text = self.extension.text()
        pieces = [tex]
        for match in katex.FORMULA.finditer(text):
            written = match[1] or match[2]
            parts = TOKEN.split(written.strip())[:: TOKEN.groups + 1]
            pattern = ".+?".join(re.escape(part) for part in parts)
            if len(parts) > 1 and re.fullmatch(pattern, tex, re.DOTALL):
                pieces.append(written)
        return [*pieces, *tex.splitlines()[:1]]


def makeExtension(**options: object) -> MathExtension:  # noqa: N802
    """Return the extension (Python-Markdown's entry point)."""
    return MathExtension(**options)
