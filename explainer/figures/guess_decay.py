"""At rate 0.8 half of a word is gone after three more words, and nearly all of it after twenty.

The scalar linear network h_t = r h_{t-1} + u_t, for which dh_t/dh_{t-k} = r^k exactly
(Pascanu, Mikolov & Bengio 2013, section 2.1). The page lets its reader draw the curve first.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.places import shares
from longrange.rates import half_life, horizon, influence

ALT = (
    "One curve on linear axes: the share that is left of a word after k = 0 to {last} more words, "
    "at r = {r}. It falls from 1 at once and ever more slowly: half is left after "
    "{half_life:.1f} words, a tenth after {tenth:.1f}, one per cent after {horizon:.1f}."
)

R, LAST = 0.8, 30


def compute() -> dict:
    """Return the curve and the distances that the caption names."""
    lags = np.arange(LAST + 1)
    left = influence(R, lags)
    half, tenth, percent = (float(f) for f in (half_life(R), horizon(R, 0.1), horizon(R)))
    # The finding: half in the first three words or so, less than a fiftieth after twenty.
    assert left[3] > 0.5 > left[4]
    assert left[20] < 0.02
    return {
        "r": R,
        "last": LAST,
        "half_life": half,
        "tenth": tenth,
        "horizon": percent,
        "answer": " ".join(f"{share:.4g}" for share in left),
        "table": {"k": lags.tolist(), "left": left.tolist()},
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw the answer, and where the reader's own curve begins."""
    width, height = (640, 340) if wide else (328, 260)
    figure = plt.figure(figsize=style.px(width, height))
    left = 36  # room for a thumb that scrolls past
    ax = figure.add_axes(shares(figure, left, 50, width - left - 12, height - 76))
    ax.set_gid("plot")
    ax.set_title("share left")
    ax.set_xlim(0, data["last"])
    ax.set_ylim(0, 1)
    ax.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
    ax.set_xlabel("distance k (words back)")
    lags, left = data["table"].values()
    shown = {"color": LIGHT["theory"], "clip_on": False}
    ax.plot(lags, left, lw=2.4, gid="answer-curve", **shown)
    # The end of the curve lies on the axis; here there is room beside it.
    ax.text(6, 0.3, f"{data['r']}ᵏ", gid="answer-label", **shown)
    reader = {"color": LIGHT["reader"], "clip_on": False}
    ax.plot(lags[0], left[0], "o", ms=7, **reader)
    ax.plot(lags[:1] * 2, left[:1] * 2, lw=2.8, gid="guess", **reader)
    return figure
