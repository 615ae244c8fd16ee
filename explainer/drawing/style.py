"""matplotlib set up for this site, and the few helpers figures share."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
import matplotlib.style
from cycler import cycler

from explainer.drawing.notation import ten_to_the
from explainer.drawing.palette import LIGHT


@contextmanager
def site_style(stem: str) -> Iterator[None]:
    """Draw in the site's style; `stem` makes the hashed ids of its SVG repeatable."""
    colours = {
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
    with mpl.style.context(["default", Path(__file__).with_name("style.mplstyle"), colours]):
        yield


def power_of_ten(value: float, _position: int = 0) -> str:
    """Return `value` as text for a tick on a logarithmic axis: 1, 10, 10⁻³."""
    exponent = round(math.log10(value))
    return {0: "1", 1: "10"}.get(exponent, ten_to_the(exponent))
