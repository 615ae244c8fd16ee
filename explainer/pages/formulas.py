"""Formulas set by KaTeX at build time: HTML for the eye, MathML for everything else.

``pymdownx.arithmatex`` (``generic: true``) finds the formulas; this replaces what it found.
The reader's browser gets no KaTeX program, only its style sheet and fonts.
"""

import re
from html import unescape
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from explainer.pages import katex
from explainer.pages.extension import PageExtension
from explainer.pages.tokens import TOKEN

_AFTER_INLINE = 14
_HEADINGS = {f"h{level}" for level in range(1, 7)}
_CLOSING = ".,;:!?)’”"
WORD_JOINER = "\u2060"  # keeps what closes off the start of a line: to browsers a formula is a box


class FormulasExtension(PageExtension):
    """Render every formula of a page in one call, or fail naming file and line."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Work on the finished tree, captions included."""
        super().extendMarkdown(md)
        md.treeprocessors.register(_Render(self), "explainer_formulas", _AFTER_INLINE)


class _Render(Treeprocessor):
    def __init__(self, extension: FormulasExtension) -> None:
        super().__init__(extension.md)
        self.extension = extension

    def run(self, root: ET.Element) -> None:
        for heading in (e for e in root.iter() if e.tag in _HEADINGS):
            if any(e.get("class") == "arithmatex" for e in heading.iter()):
                message = "a formula in a heading cannot be linked to or listed; use words"
                raise self.extension.error(message, re.compile(r"^ *#+ .*\$", re.MULTILINE))
        for element in root.iter():
            texts = (element.text, *(child.tail for child in element))
            if element.tag not in ("code", "pre") and any("$$" in (t or "") for t in texts):
                raise self.extension.error("$$ without its other half", re.compile(r"\$\$"))
        found = [e for e in root.iter() if e.get("class") == "arithmatex"]
        # arithmatex escapes & and < for HTML; KaTeX wants them as they were written.
        formulas = [(unescape(e.text[2:-2]).strip(), e.text.startswith("\\[")) for e in found]
        for element, (tex, _), result in zip(found, formulas, katex.render(formulas), strict=True):
            if "error" in result:
                message = f"formula {' '.join(tex.split())}: {result['error']}"
                raise self.extension.error(message, self._as_written(tex))
            # For the search index one of the two forms is enough. HTML knows the namespace.
            html = re.sub(r'<math xmlns="[^"]*"', "<math data-search-exclude", result["html"])
            element.text = self.md.htmlStash.store(html)
            if element.tail and element.tail[0] in _CLOSING:
                element.tail = WORD_JOINER + element.tail

    def _as_written(self, tex: str) -> str:
        """Return the formula as it stands in the page, where it may hold tokens."""
        for match in katex.FORMULA.finditer(self.extension.text()):
            written = (match[1] or match[2]).strip()
            parts = TOKEN.split(written)[:: TOKEN.groups + 1]
            if re.fullmatch(".+?".join(map(re.escape, parts)), tex, re.DOTALL):
                return match[0].strip()
        return tex


def makeExtension(**options: object) -> FormulasExtension:
    """Return the extension (Python-Markdown's entry point)."""
    return FormulasExtension(**options)
