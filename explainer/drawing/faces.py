"""The site's two type families, Source Sans 3 and Source Serif 4, in the cuts that are used.

They come as variable fonts with two packages of PyPI (SIL Open Font License 1.1). matplotlib
draws with static ones only, and pages are lighter with them.
"""

import base64
import io
import logging
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from explainer.making import files

SANS, SERIF = "Source Sans 3", "Source Serif 4"
_CACHE = files.ROOT / ".cache" / "faces"
# Latin, Greek, raised and lowered letters, punctuation, arrows, mathematical signs: what this site
# may write. Without the rest a cut is made in a second, not in ten.
_CHARACTERS = [
    *range(0x20, 0x250), *range(0x300, 0x400), *range(0x1D00, 0x1DC0), *range(0x2000, 0x2300)
]  # fmt: skip
_FEATURES = ["kern", "liga", "mark", "mkmk", "tnum"]  # tnum: figures of one width


class Face(NamedTuple):
    """One cut of a family: where it stands on the axes of its variable font."""

    family: str
    weight: int
    italic: bool = False
    size: int = 0  # in points: letters for small sizes are wider and sturdier; serif only

    @property
    def name(self) -> str:
        """The face's name as a file's: ``SourceSans3-600``."""
        style = "Italic" if self.italic else ""
        return f"{self.family.replace(' ', '')}-{self.weight}{style}"


def static(face: Face) -> bytes:
    """Return `face` as a TrueType font, made once and kept in ``.cache/faces``.

    Raises
    ------
    ModuleNotFoundError
        If the package that brings the family is not installed.
    """
    kept = kept_at(face)
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        files.write(kept, _made(face))
    return kept.read_bytes()


def kept_at(face: Face) -> Path:
    """Return where `static` keeps the face."""
    return _CACHE / f"{face.name}-{face.size or 'any'}-{version(_package(face))}.ttf"


@cache
def for_matplotlib() -> None:
    """Let matplotlib draw with the sans, regular and semibold."""
    from matplotlib import font_manager

    # Of the face behind ours, which has the signs that ours lacks, it would say that it is no
    # semibold one.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    for weight in (400, 600):
        face = Face(SANS, weight)
        static(face)
        font_manager.fontManager.addfont(kept_at(face))


def cut(font: TTFont, points: Iterable[int], hinting: bool = True) -> None:
    """Leave of `font` what shows the code points `points`."""
    cutter = subset.Subsetter(subset.Options(hinting=hinting, layout_features=_FEATURES))
    cutter.populate(unicodes=points)
    cutter.subset(font)


def woff2(face: Face, points: Iterable[int]) -> bytes:
    """Return a WOFF2 font of what of `face` shows the code points `points`."""
    font = TTFont(io.BytesIO(static(face)), recalcTimestamp=False)
    cut(font, points, hinting=False)
    out = io.BytesIO()
    font.flavor = "woff2"
    font.save(out)
    return out.getvalue()


def in_sheet(face: Face, text: str) -> str:
    """Return the ``@font-face`` rule that holds what of `face` shows `text`."""
    data = base64.b64encode(woff2(face, {ord(sign) for sign in text})).decode()
    return (
        f'@font-face{{font-family:"{face.family}";font-weight:{face.weight};'
        f'src:url(data:font/woff2;base64,{data}) format("woff2")}}'
    )


def _made(face: Face) -> bytes:
    places = {"wght": face.weight} | ({"opsz": face.size} if face.size else {})
    font = TTFont(_variable(face), recalcTimestamp=False)
    cut(font, _CHARACTERS)
    font = instancer.instantiateVariableFont(font, places, updateFontNames=False)
    font["OS/2"].usWeightClass = face.weight
    for record in font["name"].names:  # by which matplotlib knows it
        if record.nameID in (1, 16):
            record.string = face.family
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _package(face: Face) -> str:
    return "fontpkg_" + face.family.lower().replace(" ", "_")


def _variable(face: Face) -> Path:
    package = _package(face)
    found = find_spec(package)
    if found is None:
        raise ModuleNotFoundError(f"{face.family} comes with the package {package}", name=package)
    (path,) = [
        path
        for path in Path(found.origin).with_name("files").glob("*.ttf")
        if ("Italic" in path.name) == face.italic
    ]
    return path
