"""Places in a picture, counted in its pixels."""

from matplotlib.figure import Figure

_POINTS_PER_INCH = 72  # one point is one pixel at natural size: see style.px


def shares(figure: Figure, *pixels: float) -> list[float]:
    """Return x, y, x, y, …, counted in pixels of the picture from its bottom left, as shares of it.

    So matplotlib wants them for ``figure.text`` and ``figure.add_axes``.
    """
    size = figure.get_size_inches() * _POINTS_PER_INCH
    return [float(at / size[i % 2]) for i, at in enumerate(pixels)]
