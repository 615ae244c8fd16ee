"""``{{ stem.key:format }}``: a number of a figure's data, in prose and in formulas.

A token is a path into ``docs/figures/<stem>.json`` and a Python format, nothing else. What
Python writes as 6e-07 becomes 6 × 10⁻⁷. A text among the data is taken as Markdown, or as HTML
where it stands in HTML; within a tag it is escaped. Code and comments keep a token as it stands.
"""

import json
import re
from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from explainer.drawing.notation import written
from explainer.pages.extension import ASIDE, HEADINGS, TOKENS, PageExtension, texts

_TOKEN = r"\{\{ *(?P<stem>[a-z]\w*)\.(?P<key>[\w.=-]+)(?: *: *(?P<format>[^{}]*?))? *\}\}"
TOKEN = re.compile(f"{ASIDE}|{_TOKEN}")
_NEARLY = re.compile(r"\{\{ +\S.*|\{\{ *[\w-]+\.[\w-]+.*")
_TAG = re.compile(r"""<[a-zA-Z](?:"[^"]*"|'[^']*'|[^"'<>])*>""")
_CODE_IN_HTML = re.compile(r"<!--.*?-->|<(pre|code|script|style)\b.*?</\1>", re.DOTALL)
_OWN_ADDRESS = re.compile(r"\{:? *#[\w-]+.*\} *$")
_AFTER_FENCED_CODE, _AFTER_HTML = 24, 19


class TokensExtension(PageExtension):
    """Replace every token, or fail naming file and line."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Work when it is known what is code, comment, tag, heading, formula or text."""
        super().extendMarkdown(md)
        html = _InHtml(self)
        md.preprocessors.register(html.before, "explainer_fenced", _AFTER_FENCED_CODE)
        md.preprocessors.register(html, "explainer_tokens", _AFTER_HTML)
        md.treeprocessors.register(_InText(self), "explainer_tokens", TOKENS)

    def fill(self, text: str) -> str:
        """Return `text` with the values of its tokens."""

        def value(token: re.Match) -> str:
            try:
                return value_of(self.docs / "figures", token["stem"], token["key"], token["format"])
            except (LookupError, ValueError) as problem:
                raise self.error(f"{token[0]}: {problem.args[0]}", token[0]) from None

        text = filled(text, value)
        figures = (self.docs / "figures").glob("*.json")
        bare = "|".join(path.stem for path in figures) or "(?!)"  # {{a}} may be TeX, a figure not
        nearly = re.compile(_NEARLY.pattern + rf"|\{{\{{(?:{bare})\b.*")
        if slip := nearly.search(TOKEN.sub("", text)):
            message = f"{slip[0]:.60}: not a token; write {{{{ stem.key:format }}}} on one line"
            raise self.error(message, slip[0])
        return text


class _InHtml(Preprocessor):
    """Fill the tokens of raw HTML: what was put aside after fenced code was."""

    def __init__(self, extension: TokensExtension) -> None:
        super().__init__(extension.md)
        self.extension, self.before = extension, _Count(extension.md)

    def run(self, lines: list[str]) -> list[str]:
        aside = self.md.htmlStash.rawHtmlBlocks
        for i in range(self.before.count, len(aside)):
            if isinstance(aside[i], str):
                aside[i] = _outside(_CODE_IN_HTML, aside[i], self.extension.fill)
        return lines


class _Count(Preprocessor):
    """Count what was put aside before raw HTML: fenced code."""

    def run(self, lines: list[str]) -> list[str]:
        self.count = self.md.htmlStash.html_counter
        return lines


class _InText(Treeprocessor):
    """Fill the tokens of what the parser has found to be text, or an attribute."""

    def __init__(self, extension: TokensExtension) -> None:
        super().__init__(extension.md)
        self.extension = extension

    def run(self, root: ET.Element) -> None:
        for heading in (e for e in root.iter() if e.tag in HEADINGS and "id" not in e.attrib):
            found = TOKEN.search(heading.text or "")
            if found and not found["aside"] and not _OWN_ADDRESS.search(heading.text):
                raise self.extension.error(
                    f"{found[0]}: a number in a heading would change its address; "
                    "use words, or give it one: ## … { #address }",
                    found[0],
                )
        for element, name in texts(root):
            text = getattr(element, name)
            if "{{" in text:  # of the same type: an atomic one is a formula, and no Markdown
                setattr(element, name, type(text)(self.extension.fill(text)))
        for element in root.iter():
            for name, value in element.attrib.items():
                if "{{" in value:
                    element.set(name, self.extension.fill(value))
        if "footnote" in self.md.treeprocessors:
            notes = self.md.treeprocessors["footnote"].footnotes.footnotes
            notes.update({key: self.extension.fill(text) for key, text in notes.items()})


def filled(text: str, value: Callable[[re.Match], str]) -> str:
    """Return `text` with ``value(token)`` for each token, escaped within a tag."""
    tags = [tag.span() for tag in _TAG.finditer(text)]

    def put(found: re.Match) -> str:
        if found["aside"]:
            return found["aside"]
        within = any(start < found.start() < end for start, end in tags)
        return escape(value(found)) if within else value(found)

    return TOKEN.sub(put, text)


def _outside(what: re.Pattern, text: str, work: Callable[[str], str]) -> str:
    """Return `text` with ``work(part)`` for each part outside of `what`."""
    parts, at = [], 0
    for found in what.finditer(text):
        parts += [work(text[at : found.start()]), found[0]]
        at = found.end()
    return "".join([*parts, work(text[at:])])


def value_of(folder: Path, stem: str, key: str, form: str | None) -> str:
    """Return the value at the dotted path `key` of figure `stem`, formatted.

    Raises
    ------
    LookupError
        If there is no such figure or key.
    ValueError
        If the format does not fit, or the path does not end at one value.
    """
    path = folder / f"{stem}.json"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in folder.glob("*.json"))) or "none"
        raise LookupError(f"no figure {stem!r}; there are {known}")
    value = _load(path, path.stat().st_mtime_ns)
    walked = stem
    for part in _split(key, value):
        try:
            value = value[_index(part)] if isinstance(value, list) else value[part]
        except (LookupError, TypeError, ValueError):
            there = ", ".join(value) if isinstance(value, dict) else f"{type(value).__name__}"
            raise LookupError(f"{walked} has no {part!r}; it has {there}") from None
        walked += f".{part}"
    if isinstance(value, dict | list):
        raise ValueError(f"{walked} is not one value")
    try:
        text = format(value, form or "")
    except (TypeError, ValueError) as problem:
        raise ValueError(f"format {form!r} does not fit {value!r}: {problem}") from None
    return text if isinstance(value, str) else written(text)


def _index(part: str) -> int:
    if not part.isdigit():
        raise ValueError(part)
    return int(part)


def _split(key: str, value: object) -> list[str]:
    """Split at dots; a key such as ``r=0.80`` that holds a dot itself is found whole."""
    parts, rest = [], key.split(".")
    while rest:
        for size in range(len(rest), 0, -1):
            whole = ".".join(rest[:size])
            if size == 1 or (isinstance(value, dict) and whole in value):
                break
        parts.append(whole)
        rest = rest[size:]
        value = value.get(whole) if isinstance(value, dict) else None
    return parts


@cache
def _load(path: Path, _changed: int) -> dict:
    return json.loads(path.read_text("utf-8"))


def makeExtension(**options: object) -> TokensExtension:
    """Return the extension (Python-Markdown's entry point)."""
    return TokensExtension(**options)
