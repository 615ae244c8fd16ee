"""Error bars of random networks that forget soon hold the rate about as often as they promise.

Networks of four kinds, each measured as the probe does and over a hundred times as many steps:
``scripts/measure_coverage.py``.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.shared import measured

ALT = (
    "{networks} vertical bars, one a network, in the order of their rates, {least:.2f} to "
    "{most:.2f} a step. Each is the interval of 95 % for the rate of that network, from which the "
    "rate over a hundred times as many steps is taken away: {held} contain 0, {missed} do not."
)

WITHIN = (0.90, 0.97)  # of 200 intervals of 95 %, nearly all of the time


def compute() -> dict:
    """Return the intervals less the truth, and how many hold it."""
    rows = sorted(measured.rows("coverage.csv"), key=lambda row: row["true_rate"])
    low, high, truth = (
        np.array([row[name] for row in rows]) for name in ("rate_low", "rate_high", "true_rate")
    )
    held = (low <= truth) & (truth <= high)
    # The finding: they hold it about as often as they say.
    assert WITHIN[0] <= held.mean() <= WITHIN[1]
    return {
        "networks": len(rows),
        "held": int(held.sum()),
        "missed": int((~held).sum()),
        "share": float(held.mean()),
        "steps": rows[0]["steps"],
        "least": float(truth.min()),
        "most": float(truth.max()),
        "table": {
            "rate": truth.tolist(),
            "low": (low - truth).tolist(),
            "high": (high - truth).tolist(),
        },
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw an interval a network; those that miss the truth stand out."""
    figure = plt.figure(figsize=style.px(1160, 280) if wide else style.px(328, 280))
    ax = figure.add_axes((0.06, 0.16, 0.92, 0.72) if wide else (0.17, 0.16, 0.8, 0.72))
    low, high = (np.array(data["table"][end]) for end in ("low", "high"))
    place, missed = np.arange(low.size), (low > 0) | (high < 0)
    for some, colour, width in ((~missed, "measured", 1), (missed, "explode", 1.8)):
        ax.vlines(place[some], low[some], high[some], color=LIGHT[colour],
                  lw=width * (2.4 if wide else 0.9))  # fmt: skip
    ax.axhline(0, color=LIGHT["ink"], lw=1)
    ax.set_gid("intervals")
    ax.set_xlim(-1, low.size)
    ax.set_xticks([])
    ax.grid(visible=False, axis="x")
    most = np.abs([low.min(), high.max()]).max() * 1.05
    ax.set_ylim(-most, most)
    ax.set_title("interval of 95 %, less the rate over a hundred times as much")
    if not wide:
        ax.set_title("interval, less the true rate")
    ends = (
        ", from those that fade fastest to those that grow"
        if wide
        else ", the fastest fading first"
    )
    ax.set_xlabel(f"networks{ends}")
    return figure
