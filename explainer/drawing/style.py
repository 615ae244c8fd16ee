"""matplotlib set up for this site, and the few helpers figures share."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
import matplotlib.style
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation

from explainer.drawing import faces
from explainer.drawing.notation import ten_to_the
from explainer.drawing.palette import LIGHT

# Size of the picture, and text in units of the SVG, of axes' ticks and of all else: for a screen,
# for a phone, and for both at once.
_SIZE = {True: (640, 360), False: (328, 260), None: (440, 310)}
_TICKS, _TEXT = {True: 13, False: 12, None: 16}, {True: 14, False: 12, None: 16}
_POINTS_PER_INCH = 72


def px(width: float, height: float) -> tuple[float, float]:
    """Return the ``figsize`` of a picture of `width` by `height` pixels, at its natural size.

    For screens (``wide``) that is 900 pixels across, or 640 where one panel wants no more, and
    up to 540 down; for a phone 328 across.
    """
    return width / _POINTS_PER_INCH, height / _POINTS_PER_INCH


@contextmanager
def site_style(stem: str, wide: bool | None = None) -> Iterator[None]:
    """Draw in the site's style, for a screen (`wide`), for a phone, or once for both.

    Once for both is how notebooks draw: a cell has one picture. `stem` makes the hashed ids of the
    SVG repeatable.
    """
    faces.for_matplotlib()
    own = {
        "figure.figsize": px(*_SIZE[wide]),
        "font.size": _TEXT[wide],
        "axes.labelsize": _TEXT[wide],
        "axes.titlesize": _TEXT[wide],
        "xtick.labelsize": _TICKS[wide],
        "ytick.labelsize": _TICKS[wide],
        "figure.facecolor": LIGHT["paper"],
        "savefig.facecolor": LIGHT["paper"],
        "axes.facecolor": "none",
        "axes.edgecolor": LIGHT["muted"],
        "axes.labelcolor": LIGHT["ink"],
        "axes.titlecolor": LIGHT["ink"],
        "text.color": LIGHT["ink"],
        "xtick.color": LIGHT["muted"],
        "ytick.color": LIGHT["muted"],
        "grid.color": LIGHT["grid"],
        "axes.prop_cycle": cycler(color=[LIGHT["ink"]]),  # what is given no colour means nothing
        "svg.hashsalt": stem,
    }
    with mpl.style.context(["default", Path(__file__).with_name("style.mplstyle"), own]):
        yield


def panels(
    wide: bool, count: int, height: float, narrow_height: float, **options: object
) -> tuple[Figure, np.ndarray]:
    """Return a figure with `count` panels, side by side on a screen, stacked on a phone.

    Heights in pixels, of the whole picture; `options` are those of ``plt.subplots``.
    """
    import matplotlib.pyplot as plt

    return plt.subplots(
        *((1, count) if wide else (count, 1)),
        figsize=px(900, height) if wide else px(328, narrow_height),
        layout="constrained",
        **options,
    )


def opening(wide: bool) -> tuple[Figure, Axes]:
    """Return a figure of one panel across a whole page: what a page opens with."""
    import matplotlib.pyplot as plt

    figsize = px(1160, 280) if wide else px(328, 280)
    return plt.subplots(figsize=figsize, layout="constrained")


def label_end(ax: Axes, x: float, y: float, text: str, **look: object) -> Annotation:
    """Name a line at its right end, (x, y) in data units, outside the axes if it must be."""
    options = {"va": "center", "annotation_clip": False} | look
    return ax.annotate(text, (x, y), (6, 0), textcoords="offset points", **options)


def power_of_ten(value: float, _position: int = 0) -> str:
    """Return `value` as text for a tick on a logarithmic axis: 1, 10, 10⁻³."""
    exponent = round(math.log10(value))
    return {0: "1", 1: "10"}.get(exponent, ten_to_the(exponent))
