"""The narrower the state that a picture is read into, the less of it comes back.

The picture of `remembered_picture`, without decay, at five widths.
"""

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.pictures import show
from explainer.figures.remembered_picture import READER
from explainer.shared.pixels import PIXELS, errors, returned

ALT = (
    "A cat's head of {n} pixels, and what comes back of it from states of width 256, 128, 64, 32 "
    "and 16. At 256 it is whole; at 128, where {lost[d128]:.0%} is lost, it is speckled; at 64 it "
    "can hardly be made out, at 16 not at all."
)

WIDTHS = (256, 128, 64, 32, 16)


def compute() -> dict:
    """Return what comes back without decay at each width, and which share is lost."""
    noise, table, lost = READER["noise"], {"read": PIXELS.tolist()}, {}
    for d in WIDTHS:
        table[f"d={d}"] = returned(PIXELS, 1.0, d, noise).round(2).tolist()
        lost[f"d{d}"] = errors(1.0, d, noise)["total"]
    shares = list(lost.values())
    assert shares == sorted(shares)  # the finding …
    assert all(share >= 1 - d / len(PIXELS) for share, d in zip(shares, WIDTHS, strict=True))
    return {"n": len(PIXELS), "noise": noise, "lost": lost, "table": table}


def draw(data: dict, wide: bool) -> Figure:
    """Draw the six pictures in a row; on a phone three of them."""
    names = {"read": "what is read"} | {f"d={d}": f"{d} numbers" for d in WIDTHS}
    shown = list(names) if wide else ["read", "d=128", "d=32"]
    size = style.px(1160, 240) if wide else style.px(328, 165)
    figure, axes = plt.subplots(1, len(shown), figsize=size, layout="constrained")
    for ax, key in zip(axes, shown, strict=True):
        name, pixels = names[key], data["table"][key]
        show(ax, pixels)
        ax.grid(False)
        for spine in ax.spines.values():
            spine.set(visible=True, color=LIGHT["grid"])
        ax.set_title(name)
        if key != "read":
            share = data["lost"][f"d{name.split()[0]}"]
            ax.set_xlabel(f"{share:.0%} lost".replace("%", " %"), loc="left", color=LIGHT["muted"])
    return figure
