"""Six bars r^k at r = 0.75: the further back, the less is left.

The site's icon, computed like every other figure.
"""

from itertools import pairwise

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from longrange.rates import influence

ALT = "Six bars, each {ratio} times as tall as the one to its right."


def compute() -> dict:
    """Return the heights of the bars, the most recent token last."""
    ratio, lags = 0.75, [5, 4, 3, 2, 1, 0]
    heights = [float(influence(ratio, k)) for k in lags]
    assert all(a < b for a, b in pairwise(heights))
    return {"ratio": ratio, "table": {"k": lags, "influence": heights}}


def draw(data: dict, wide: bool) -> Figure:
    """Draw the bars on a rounded-off square, 64 pixels wide as PNG."""
    del wide  # it stands in no page
    figure = plt.figure(figsize=style.px(32, 32))
    ax = figure.add_axes((0.08, 0.08, 0.84, 0.84))
    ax.axis("off")
    heights = data["table"]["influence"]
    ax.bar(range(len(heights)), heights, width=0.78, color=LIGHT["reader"])
    ax.set_ylim(0, 1)
    return figure
