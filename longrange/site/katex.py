"""KaTeX at build time, and what of it the reader downloads: a style sheet and cut-down fonts."""

import io
import json
import re
from functools import lru_cache
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from longrange import making
from longrange.site import node

_SCRIPT = Path(__file__).with_name("render_math.mjs")
# Letters, digits, Greek and the signs of ordinary formulas. A formula that needs another sign
# still works: the browser then fetches that font whole.
_COMMON = (
    "U+20-7E, U+A0, U+AC, U+B1, U+B7, U+D7, U+2C6-2DC, U+391-3F5, U+2016, U+2020-2026, U+2032, "
    "U+210E, U+2113, U+2190-2195, U+21D2, U+2200-220B, U+2211-221E, U+2223-222B, U+223C, "
    "U+2248, U+2260-2265, U+2282-2287, U+22A4-22A5, U+22C5, U+22EE-22F1, U+2308-230B, "
    "U+27E8-27E9"
)


def render(formulas: list[tuple[str, bool]]) -> list[dict]:
    """Return ``{"html": …}`` or ``{"error": …}`` for each (TeX, is display) of `formulas`."""
    return [dict(result) for result in _render(tuple(formulas))] if formulas else []


@lru_cache(maxsize=64)  # a page rendered again while its author works
def _render(formulas: tuple[tuple[str, bool], ...]) -> list[dict]:
    node.ensure("katex")
    asked = [{"tex": tex, "display": display} for tex, display in formulas]
    return json.loads(node.run(_SCRIPT, json.dumps(asked)))


def write_assets(folder: Path) -> None:
    """Write ``katex.css`` and its WOFF2 fonts to `folder`, unless they are of this version.

    Each font comes twice: whole, and cut down to `_COMMON`. The style sheet offers the cut-down
    one for those characters, so the whole one travels only when a formula needs more.
    """
    node.ensure("katex")
    source = node.MODULES / "katex"
    version = json.loads((source / "package.json").read_text("utf-8"))["version"]
    stamp = f"/* KaTeX {version}; fonts cut down to {_COMMON} */\n"
    target = folder / "katex.css"
    if target.is_file() and target.read_text("utf-8").startswith(stamp):
        return
    folder.mkdir(parents=True, exist_ok=True)
    css = (source / "dist" / "katex.min.css").read_text("utf-8")
    css = re.sub(r"@font-face\{.*?\}", lambda m: _faces(m[0], source / "dist", folder), css)
    making.write(target, (stamp + css).encode())


def _faces(rule: str, source: Path, folder: Path) -> str:
    name = re.search(r"url\(fonts/([\w-]+)\.woff2\)", rule)[1]
    whole = (source / "fonts" / f"{name}.woff2").read_bytes()
    making.write(folder / f"{name}.woff2", whole)
    making.write(folder / f"{name}-common.woff2", _cut(whole))

    def face(file: str, more: str = "") -> str:
        return re.sub(r"src:.*?(?=[;}])", f'src:url({file}.woff2) format("woff2"){more}', rule)

    return face(name) + face(f"{name}-common", f";unicode-range:{_COMMON}")


def _cut(font: bytes) -> bytes:
    options = subset.Options(flavor="woff2", layout_features=["*"], hinting=False, notdef_outline=True)
    face = TTFont(io.BytesIO(font), recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=subset.parse_unicodes(_COMMON.replace("U+", "")))
    cutter.subset(face)
    out = io.BytesIO()
    face.flavor = "woff2"
    face.save(out)
    return out.getvalue()
