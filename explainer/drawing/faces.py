"""The site's two type families: Source Sans 3 and Source Serif 4, in the cuts that are used.

They come as variable fonts with two packages of PyPI. matplotlib draws with static ones only, and
pages are lighter with them. The SIL Open Font License 1.1 lets nobody give out such cuts under the
name Source, which is reserved: ours are called Longrange Sans and Longrange Serif.
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

SANS, SERIF = "Longrange Sans", "Longrange Serif"
_PACKAGES = {SANS: "fontpkg_source_sans_3", SERIF: "fontpkg_source_serif_4"}
_CACHE = files.ROOT / ".cache" / "faces"
# Latin, Greek, raised and lowered letters, punctuation, arrows, mathematical signs: what this site
# may write. Without the rest a cut is made in a second, not in ten.
_CHARACTERS = [
    *range(0x20, 0x250), *range(0x300, 0x400), *range(0x1D00, 0x1DC0), *range(0x2000, 0x2300)
]  # fmt: skip
_FEATURES = ("kern", "liga", "mark", "mkmk", "tnum")  # tnum: figures of one width


class Face(NamedTuple):
    """One cut of a family: where it stands on the axes of its variable font."""

    family: str
    weight: int
    italic: bool = False
    size: int = 0  # in points: letters for small sizes are wider and sturdier; serif only

    @property
    def name(self) -> str:
        """The face's name as a file's: ``LongrangeSans-600``."""
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
    return _CACHE / f"{face.name}-{face.size or 'any'}-{version(_PACKAGES[face.family])}.ttf"


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


def cut(
    font: TTFont,
    points: Iterable[int],
    features: Iterable[str] = _FEATURES,
    hinting: bool = True,
) -> None:
    """Leave of `font` what shows the code points `points`, with `features` of its layout."""
    cutter = subset.Subsetter(
        subset.Options(hinting=hinting, layout_features=[*features], name_IDs=["*"])
    )
    cutter.populate(unicodes=points)
    cutter.subset(font)


def licence(family: str) -> str:
    """Return the licence of a family, which goes wherever its cuts go."""
    return Path(find_spec(_PACKAGES[family]).origin).with_name("LICENSE").read_text("utf-8")


def woff2(face: Face, points: Iterable[int], features: Iterable[str] = ()) -> bytes:
    """Return a WOFF2 font of what of `face` shows the code points `points`."""
    font = TTFont(io.BytesIO(static(face)), recalcTimestamp=False)
    cut(font, points, features, hinting=False)
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
    copyright_and_licence = [one for one in font["name"].names if one.nameID in (0, 13, 14)]
    font["name"].names = copyright_and_licence
    font["name"].addMultilingualName({"en": face.family}, font, nameID=1)
    for number, told in ((2, "Regular"), (4, face.name), (6, face.name)):
        font["name"].addMultilingualName({"en": told}, font, nameID=number)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _variable(face: Face) -> Path:
    package = _PACKAGES[face.family]
    found = find_spec(package)
    if found is None:
        raise ModuleNotFoundError(f"{face.family} comes with the package {package}", name=package)
    (path,) = [
        path
        for path in Path(found.origin).with_name("files").glob("*.ttf")
        if ("Italic" in path.name) == face.italic
    ]
    return path
