"""A picture as a careful host allows it in a page: no styles, no images in data addresses."""

import base64
import io
import re
from itertools import groupby

from PIL import Image

_STYLE = re.compile(r' style="([^"]*)"')
_IMAGE = re.compile(
    r'<image xlink:href="data:image/png;base64,(?P<data>[^"]*)"(?P<rest>[^>]*?) ?/>'
)
_KEPT = re.compile(r' (?:id|transform)="[^"]*"')


def unstyled(picture: str) -> str:
    """Return the SVG fragment `picture` with each declaration as a presentation attribute.

    Where ``style`` is forbidden, all that has its colour from there would be black. The pixels of
    an image become paths, one for each colour.

    Raises
    ------
    ValueError
        If an image is not drawn a unit a pixel, or its pixels are not opaque.
    """

    def attributes(style: re.Match) -> str:
        declared = (one.split(":", 1) for one in style[1].split(";") if one.strip())
        # Of two of one name the last holds.
        last = {name.strip(): value.strip() for name, value in declared}
        return "".join(f' {name}="{value}"' for name, value in last.items())

    return _STYLE.sub(attributes, _IMAGE.sub(_cells, picture))


def _cells(image: re.Match) -> str:
    pixels = Image.open(io.BytesIO(base64.b64decode(image["data"])))
    width, height = pixels.size
    if f' width="{width}" height="{height}"' not in image["rest"] or "A" in pixels.getbands():
        raise ValueError("an image must be opaque, and drawn a unit a pixel")
    paths: dict[tuple, str] = {}
    colours = pixels.convert("RGB")
    for y in range(height):
        row = [(colours.getpixel((x, y)), x) for x in range(width)]
        for colour, run in groupby(row, key=lambda cell: cell[0]):
            xs = [x for _, x in run]
            paths[colour] = paths.get(colour, "") + f"M{xs[0]} {y}h{len(xs)}v1h-{len(xs)}z"
    kept = "".join(_KEPT.findall(image["rest"]))
    drawn = (f'<path fill="#{bytes(rgb).hex()}" d="{d}" />' for rgb, d in sorted(paths.items()))
    # No light between neighbours.
    return f'<g{kept} shape-rendering="crispEdges">{"".join(drawn)}</g>'
