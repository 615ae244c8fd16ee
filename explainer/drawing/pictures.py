"""Pictures of pixels, and the pair of them that the page moves."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from explainer.drawing.palette import LIGHT
from explainer.drawing.places import shares

GREYS = plt.get_cmap("gray", 16)


def pair(figure: Figure, table: dict, places: tuple[float, float, float, float]) -> None:
    """Draw what was read beside what comes back, as `remembered-picture.js` moves it.

    `places` are both lefts, the top they share and the side, in pixels.
    """
    *lefts, top, side = places
    names = {"read": "what was read", "returned": "what comes back"}
    for left, (gid, label) in zip(lefts, names.items(), strict=True):
        ax = picture(figure, left, top, side)
        ax.set_gid(gid)
        show(ax, table[gid]).set_gid(f"{gid}-pixels")
        ax.set_title(label, pad=8)


def picture(figure: Figure, left: float, top: float, side: float) -> Axes:
    """Add square axes for one picture, in pixels from the top left."""
    x, y, width, height = shares(figure, left, top + side, side, side)
    ax = figure.add_axes((x, 1 - y, width, height))
    ax.grid(False)
    for spine in ax.spines.values():
        spine.set(visible=True, color=LIGHT["grid"])
    return ax


def show(ax: Axes, greys: list) -> AxesImage:
    """Show the greys of a square, 0 dark … 15 light, row by row."""
    side = round(len(greys) ** 0.5)
    pixels = np.reshape(greys, (side, side))
    image = ax.imshow(pixels, cmap=GREYS, vmin=-0.5, vmax=15.5, interpolation="none", clip_on=False)
    ax.set_xticks([])
    ax.set_yticks([])
    return image
