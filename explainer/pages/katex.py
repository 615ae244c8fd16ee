"""KaTeX at build time, and what of it the reader downloads: a style sheet and cut-down fonts."""

import base64
import io
import json
import re
from functools import lru_cache
from html import unescape
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from explainer.making import files
from explainer.pages import node
from explainer.pages.tokens import TOKEN

_SCRIPT = Path(__file__).with_name("render_math.mjs")
# Faces whose first part stands in the style sheet itself, and which early.js makes ready before
# anything is drawn. One that came later would move the text around its formulas: whichever shows on
# a first screen belongs here.
_IN_SHEET = {
    f"KaTeX_{name}"
    for name in (
        "Main-Regular", "Math-Italic",
        "Size1-Regular", "Size2-Regular", "Size3-Regular",
    )
}  # fmt: skip
FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$]+?)\$", re.DOTALL)


def render(formulas: list[tuple[str, bool]]) -> list[dict]:
    """Return ``{"html": …}`` or ``{"error": …}`` for each (TeX, is display) of `formulas`."""
    return [dict(result) for result in _render(tuple(formulas))] if formulas else []


@lru_cache(maxsize=64)  # a page rendered again while its author works
def _render(formulas: tuple[tuple[str, bool], ...]) -> list[dict]:
    node.ensure("katex")
    asked = [{"tex": tex, "display": display} for tex, display in formulas]
    return json.loads(node.run(_SCRIPT, json.dumps(asked)))


def characters(texts: list[str]) -> set[int]:
    """Return the code points KaTeX sets for the formulas in Markdown `texts`.

    An estimate: numbers still stand as tokens, and a dollar sign may be money. What it misses
    is shown all the same, at the price of a larger font; see `write_assets`.
    """
    tex = [a or b for text in texts for a, b in FORMULA.findall(text)]
    tex = [TOKEN.sub("0", formula) for formula in tex]
    shown = "".join(result.get("html", "") for result in render([(t, True) for t in tex]))
    text = unescape(re.sub(r"<math.*?</math>|<[^>]+>", "", shown))
    return {ord(c) for c in text + "0123456789.+−"}


def write_assets(folder: Path, texts: list[str]) -> None:
    """Write ``katex.css`` and WOFF2 fonts to `folder`, unless they are what `texts` need.

    Each font comes in two parts: what the formulas in `texts` use, a fifth of it or less, and
    the rest, which a browser fetches only for a formula that needs more. The first parts of
    some fonts stand in the style sheet.
    """
    node.ensure("katex")
    source = node.MODULES / "katex"
    version = json.loads((source / "package.json").read_text("utf-8"))["version"]
    used = characters(texts)
    inside = ", ".join(sorted(_IN_SHEET))
    stamp = f"/* KaTeX {version}; here and as files: {inside}; first fonts: {ranges(used)} */\n"
    target = folder / "katex.css"
    if target.is_file():
        css = target.read_text("utf-8")
        fonts = re.findall(r"url\(([\w.-]+)\)", css)
        if css.startswith(stamp) and all((folder / font).is_file() for font in fonts):
            return
    folder.mkdir(parents=True, exist_ok=True)
    css = (source / "dist" / "katex.min.css").read_text("utf-8")
    css = re.sub(r"@font-face\{.*?\}", lambda m: _faces(m[0], source / "dist", folder, used), css)
    files.write(target, (stamp + css).encode())


def _faces(rule: str, dist: Path, folder: Path, used: set[int]) -> str:
    name = re.search(r"url\(fonts/([\w-]+)\.woff2\)", rule)[1]
    font = (dist / "fonts" / f"{name}.woff2").read_bytes()
    has = set(TTFont(io.BytesIO(font)).getBestCmap())
    faces = ""
    for part, points in (("", has & used), ("-rest", has - used)):
        if points:
            address, data, display = f"{name}{part}.woff2", _cut(font, points), "swap"
            files.write(folder / address, data)
            source = f'url({address}) format("woff2")'
            if name in _IN_SHEET and not part:
                # The file is for where a host forbids faces in sheets.
                inside = f"data:font/woff2;base64,{base64.b64encode(data).decode()}"
                source = f'url({inside}) format("woff2"),{source}'
                display = "block"  # by this early.js knows them
            face = f"src:{source};unicode-range:{ranges(points)}"
            face = re.sub(r"src:.*?(?=[;}])", face, rule)
            faces += re.sub(r"(font-display):\w+", rf"\1:{display}", face)
    return faces


def ranges(points: set[int]) -> str:
    """Return `points` as a CSS unicode-range, neighbours joined."""
    runs: list[list[int]] = []
    for point in sorted(points):
        if runs and point == runs[-1][1] + 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in runs)


def _cut(font: bytes, points: set[int]) -> bytes:
    face = TTFont(io.BytesIO(font), recalcTimestamp=False)
    cutter = subset.Subsetter(subset.Options(hinting=False, layout_features=[]))
    cutter.populate(unicodes=points)
    cutter.subset(face)
    out = io.BytesIO()
    face.flavor = "woff2"
    face.save(out)
    return out.getvalue()
