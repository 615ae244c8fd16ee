"""The site's colours, one per concept, each with a light and a dark value.

Figures are drawn in the light values. When a page takes in a figure, every colour that
stands here becomes the CSS variable of its concept, so the picture follows the scheme.
"""

from typing import NamedTuple


class Colour(NamedTuple):
    """One concept's colour as #rrggbb in both schemes."""

    light: str
    dark: str


class _Concepts(dict):
    """What each concept has; asked for another one, it says which there are."""

    def __missing__(self, name: object) -> None:
        raise LookupError(f"no colour {name!r}; the palette has {', '.join(self)}")


PALETTE = _Concepts({
    "paper": Colour("#fffefb", "#15191f"),
    "ink": Colour("#20262e", "#e3e6ea"),
    "muted": Colour("#5b6570", "#a3adb8"),
    "grid": Colour("#e4e2db", "#2c333c"),
    "reader": Colour("#c03a0e", "#ff9a66"),  # whatever the reader moves
    "measured": Colour("#125ea8", "#74b3f2"),
    "theory": Colour("#0c6e5e", "#58c9b1"),
    "bound": Colour("#6d5a8e", "#bba8e0"),
    "forward": Colour("#8a5a00", "#e2b355"),
    "backward": Colour("#a02565", "#f08fc0"),
    "vanish": Colour("#2a6f97", "#79bfe3"),  # exponents below 0
    "explode": Colour("#b0413e", "#f28b82"),  # and above
})  # fmt: skip

LIGHT = _Concepts({name: colour.light for name, colour in PALETTE.items()})
ONLY = f"the palette has {', '.join(LIGHT)}; write LIGHT[name]"
