"""Formulas set by KaTeX at build time: HTML for the eye, MathML for everything else.

``pymdownx.arithmatex`` (``generic: true``) finds the formulas; this replaces what it found. As in
Pandoc, no space follows the dollar sign that opens a formula, none stands before the one that
closes it, and no digit after: $5-$10 is money. In a cell of a table a formula may hold bars. The
reader's browser gets no KaTeX program, only its style sheet and fonts.
"""

import re
from html import unescape
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.extensions.tables import TableProcessor
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from pymdownx import arithmatex

from explainer.pages import katex
from explainer.pages.extension import ASIDE, HEADINGS, PageError, PageExtension
from explainer.pages.tokens import TOKEN

_DOLLARS = r"(?<!\\)\$(?!\s)(?:\\.|[^\\$])+?(?<!\s)\$(?!\d)"
_IN_A_CELL = re.compile(rf"{ASIDE}|{_DOLLARS}|{arithmatex.RE_BRACKET_INLINE}")
_BAR = "\x1f"  # stands for a bar of a formula while bars part cells
_AFTER_INLINE = 14
_CLOSING = ".,;:!?)’”"
WORD_JOINER = "\u2060"  # keeps what closes off the start of a line: to browsers a formula is a box


class FormulasExtension(PageExtension):
    """Render every formula of a page in one call, or fail naming file and line."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Work on the finished tree, captions included."""
        super().extendMarkdown(md)
        md.treeprocessors.register(_Render(self), "explainer_formulas", _AFTER_INLINE)
        inline = f"{arithmatex.RE_SMART_DOLLAR_INLINE}(?!\\d)|{arithmatex.RE_BRACKET_INLINE}"
        pattern = arithmatex.InlineArithmatexPattern(f"(?:{inline})", {"generic": True})
        md.inlinePatterns.register(pattern, "arithmatex-inline", 189.9)
        md.inlinePatterns.register(_NoFormula(self), "explainer_no_formula", 189)
        if "table" in md.parser.blockprocessors:
            md.parser.blockprocessors.register(_Table(self), "table", 75)


class _NoFormula(InlineProcessor):
    r"""Refuse ``\[`` and ``\(`` that open no formula: Markdown would show a bracket, not say so."""

    def __init__(self, extension: FormulasExtension) -> None:
        super().__init__(r"(?<!\\)(?:\\\\)*(\\[\[\]()])", extension.md)
        self.extension = extension

    def handleMatch(self, match: re.Match, _data: str) -> PageError:
        raise self.extension.error(
            f"{match[1]} is no formula here; write $…$, or $$…$$ in a paragraph of its own "
            "(and for a bracket as such, no backslash or &#91;)",
            match[1],
        )


class _Table(TableProcessor):
    """A table whose formulas may hold bars, and whose rows have a cell for each column."""

    def __init__(self, extension: FormulasExtension) -> None:
        super().__init__(extension.md.parser, {"use_align_attribute": False})
        self.extension = extension

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        # Material's program wraps tables, and all around is styled again: not inside a block.
        super().run(ET.SubElement(parent, "div"), blocks)

    def _split(self, row: str) -> list[str]:
        row = _IN_A_CELL.sub(lambda part: part[0].replace("|", _BAR), row)
        return [cell.replace(_BAR, "|") for cell in super()._split(row)]

    def _build_row(self, row: str, parent: ET.Element, align: list) -> None:
        if (cells := len(self._split_row(row))) != len(align):
            raise self.extension.error(
                f"{row}: {cells} cells in a table of {len(align)} columns; "
                r"a bar within a cell is written \|",
                row,
            )
        super()._build_row(row, parent, align)


class _Render(Treeprocessor):
    def __init__(self, extension: FormulasExtension) -> None:
        super().__init__(extension.md)
        self.extension = extension

    def run(self, root: ET.Element) -> None:
        for heading in (e for e in root.iter() if e.tag in HEADINGS):
            if any(e.get("class") == "arithmatex" for e in heading.iter()):
                message = "a formula in a heading cannot be linked to or listed; use words"
                raise self.extension.error(
                    message, re.compile(r"^ *#+ .*(?:\$|\\\()", re.MULTILINE)
                )
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
