"""``{{ stem.key:format }}``: a number of a figure's data, in prose and in formulas.

A token is a path into ``docs/figures/<stem>.json`` and a Python format, nothing else. What
Python writes as 6e-07 becomes 6 × 10⁻⁷.
Fenced code and `code` keep it as it stands.
"""

import json
import re
from functools import cache
from pathlib import Path

from markdown import Markdown
from markdown.preprocessors import Preprocessor

from explainer.drawing.notation import written
from explainer.pages.extension import AFTER_FENCED_CODE, CODE, PageExtension

TOKEN = re.compile(
    CODE + r"|\{\{ *(?P<stem>[a-z]\w*)\.(?P<key>[\w.=-]+)(?: *: *(?P<format>[^{}]*?))? *\}\}"
)
_NEARLY = re.compile(r"\{\{ +\S.*|\{\{ *[\w-]+\.[\w-]+.*")


class TokensExtension(PageExtension):
    """Replace every token, or fail naming file and line."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Work after fenced code was put aside and before raw HTML is."""
        super().extendMarkdown(md)
        md.preprocessors.register(_Tokens(self), "explainer_tokens", AFTER_FENCED_CODE)

    def replace(self, match: re.Match) -> str:
        """Return the text for one token."""
        if match["code"]:
            return match["code"]
        try:
            return value_of(self.docs / "figures", match["stem"], match["key"], match["format"])
        except (LookupError, ValueError) as problem:
            raise self.error(f"{match[0]}: {problem.args[0]}", match[0]) from None


class _Tokens(Preprocessor):
    def __init__(self, extension: TokensExtension) -> None:
        self.extension = extension

    def run(self, lines: list[str]) -> list[str]:
        lines = [TOKEN.sub(self.extension.replace, line) for line in lines]
        figures = (self.extension.docs / "figures").glob("*.json")
        bare = "|".join(path.stem for path in figures) or "(?!)"  # {{a}} may be TeX, a figure not
        nearly = re.compile(_NEARLY.pattern + rf"|\{{\{{(?:{bare})\b.*")
        for line in lines:
            if slip := nearly.search(TOKEN.sub("", line)):
                message = f"{slip[0]:.60}: not a token; write {{{{ stem.key:format }}}} on one line"
                raise self.extension.error(message, slip[0])
        return lines


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
