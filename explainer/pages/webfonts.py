"""The site's own type as the reader downloads it: faces cut to the characters the site uses.

Each comes as one WOFF2 file of 5 to 14 kB. What text and figures are set in has all signs that are
used, Greek and small figures too; italics and the bold ones have letters and punctuation. Pairs
are kerned in text and headings, where it is seen. The style sheet shows a face only if it is there
by the first paint (``font-display: optional``): nothing moves when one comes late. What a reader
types in other characters is shown in a face of the system.
"""

import io
from collections.abc import Iterable
from pathlib import Path

from fontTools.ttLib import TTFont

from explainer.drawing.faces import SANS, SERIF, Face, kept_at, licence, static, woff2
from explainer.making.files import write
from explainer.pages.katex import ranges

# What pages are set in, and how the style sheet asks for each: family, weight, style.
FACES = (
    Face(SERIF, 400, size=16),
    Face(SERIF, 400, italic=True, size=16),
    Face(SERIF, 600, size=24),
    Face(SANS, 400),
    Face(SANS, 600),
)
_TEXT, _, _HEADINGS, _FIGURES, _ = FACES
_WHOLE, _KERNED = {_TEXT, _FIGURES}, {_TEXT, _HEADINGS}
_ASCII = set(range(0x20, 0x7F))
_LETTERS = {*range(0x180), *map(ord, "–—‘’“”…−")}


def write_assets(folder: Path, texts: Iterable[str]) -> str:
    """Write a WOFF2 file of each face to `folder`, and return the style sheet that names them.

    The files hold ASCII and what else of a face stands in `texts`. What is there already stays.
    """
    used = _ASCII | {ord(sign) for text in texts for sign in text}
    made_from = " ".join(kept_at(face).stem for face in FACES)
    stamp = f"/* {made_from}: {ranges(used)} */\n"
    sheet = folder / "faces.css"
    wanted = [folder / f"{face.name}.woff2" for face in FACES]
    if sheet.is_file() and all(path.is_file() for path in wanted):
        css = sheet.read_text("utf-8")
        if css.startswith(stamp):
            return css
    folder.mkdir(parents=True, exist_ok=True)
    rules = []
    for face in FACES:
        points = used & set(TTFont(io.BytesIO(static(face))).getBestCmap())
        if face not in _WHOLE:
            points &= _LETTERS
        features = ["tnum", *(["kern", "liga"] if face in _KERNED else [])]
        write(folder / f"{face.name}.woff2", woff2(face, points, features))
        rules.append(
            f'@font-face{{font-family:"{face.family}";font-weight:{face.weight};'
            f"font-style:{'italic' if face.italic else 'normal'};font-display:optional;"
            f'src:url(faces/{face.name}.woff2) format("woff2");unicode-range:{ranges(points)}}}'
        )
    for family in (SANS, SERIF):
        licence_at = folder / f"{family.replace(' ', '')}-licence.txt"
        write(licence_at, licence(family).encode())
    css = stamp + "\n".join(rules) + "\n"
    write(sheet, css.encode())
    return css
