"""Maps whose cells are paths of one colour, so that they follow the page's colours."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path


def shade(
    ax: Axes, xs: np.ndarray, ys: np.ndarray, strength: np.ndarray, colour: str, *, full: float
) -> None:
    """Fill the cells of a map with one colour, in steps of a tenth: 0 leaves the paper.

    Parameters
    ----------
    ax : Axes
    xs, ys : ndarray of shape (X,), (Y,)
        Where the cells have their middles, in data units, rising. A cell ends halfway to the
        next one, on a logarithmic axis halfway as it is seen.
    strength : ndarray of shape (Y, X)
        From 0 to 1.
    colour : str
        A colour of the palette.
    full : float
        How opaque the colour is at strength 1.
    """
    xs, ys = _edges(xs, ax.get_xscale()), _edges(ys, ax.get_yscale())
    levels = np.round(strength, 1)
    for level in np.unique(levels[levels > 0]):
        path = _outline(xs, ys, levels == level)
        ax.add_patch(PathPatch(path, fc=colour, alpha=full * level, lw=0, aa=False))


def _edges(middles: np.ndarray, scale: str) -> np.ndarray:
    if scale == "log":
        return np.exp(_edges(np.log(middles), "linear"))
    half = np.diff(middles) / 2
    between = middles[:-1] + half
    return np.concatenate([[middles[0] - half[0]], between, [middles[-1] + half[-1]]])


def _outline(xs: np.ndarray, ys: np.ndarray, mask: np.ndarray) -> Path:
    """Return one rectangle for each run of cells of `mask` along a row."""
    found = []
    for row, low, high in zip(mask, ys, ys[1:], strict=False):
        ends = np.flatnonzero(np.diff(np.pad(row.astype(int), 1)))
        for x0, x1 in xs[ends].reshape(-1, 2):
            found.append(Path([(x0, low), (x1, low), (x1, high), (x0, high), (x0, low)],
                              closed=True))  # fmt: skip
    return Path.make_compound_path(*found)
