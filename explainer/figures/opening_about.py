"""One module gives a page its picture, its numbers and its control, all from the same data.

The influence r^k of this very module: as a curve, in a sentence, on a slider.
"""

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.notation import ten_to_the
from explainer.drawing.palette import LIGHT
from longrange.rates import influence

ALT = (
    "On the left a module, opening_about.py, which computes {r} to the power k. Three lines lead "
    "from it: to a curve that falls to {left:.2f} at {k} steps, to the sentence that {left:.2f} is "
    "left after {k} words, and to a slider from {range[0]} to {range[1]} that stands at {r}."
)

R, K, LAST, RANGE = 0.8, 7, 15, (0.5, 1.0)


def compute() -> dict:
    """Return the curve, the number of the sentence, and the range of the control."""
    curve = [float(influence(R, k)) for k in range(LAST + 1)]
    assert abs(min(curve[: K + 1]) - R**K) < 1e-12  # what the sentence says is on the curve
    return {
        "r": R,
        "k": K,
        "left": curve[K],
        "power": f"{R}{ten_to_the(K).removeprefix('10')}",
        "range": RANGE,
        "table": {"k": list(range(LAST + 1)), "influence": curve},
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw the module and what it gives, side by side on a screen, one below another on a phone."""
    figure = plt.figure(figsize=style.px(1160, 260) if wide else style.px(328, 320))
    page = figure.add_axes((0, 0, 1, 1))
    page.set(xlim=(0, 1), ylim=(0, 1))
    page.set_axis_off()
    # Where the module stands, where its lines end, and where the picture and the others are.
    if wide:
        home, ends = (0.01, 0.5, 0.135), [(0.34, 0.81), (0.34, 0.45), (0.34, 0.16)]
        curve, words, slider = (0.38, 0.67, 0.6, 0.28), (0.37, 0.45), (0.38, 0.13, 0.36)
    else:
        home, ends = (0.02, 0.9, 0.6), [(0.14, 0.62), (0.14, 0.34), (0.14, 0.12)]
        curve, words, slider = (0.2, 0.52, 0.76, 0.24), (0.19, 0.335), (0.2, 0.1, 0.5)
    size = 17 if wide else 13
    x, y, width = home
    page.text(x + 0.01, y, "opening_about.py", size=size, va="center", bbox={
        "boxstyle": "square,pad=0.6", "fc": "none", "ec": LIGHT["muted"]})  # fmt: skip
    for ex, ey in ends:
        xs, ys = ([x + width, 0.26, 0.26, ex], [y, y, ey, ey]) if wide else (
            [0.07, 0.07, ex], [y - 0.075, ey, ey])  # fmt: skip
        page.plot(xs, ys, color=LIGHT["muted"], lw=1.4, solid_joinstyle="round")
    _curve(figure.add_axes(curve), data)
    page.text(*words, f"After {data['k']} words {data['power']} ≈ {data['left']:.2f} is left.",
              size=size + 2 if wide else size + 1, va="center")  # fmt: skip
    x, y, width = slider
    low, high = data["range"]
    at = x + width * (data["r"] - low) / (high - low)
    page.plot([x, x + width], [y + 0.03] * 2, color=LIGHT["muted"], lw=4)
    page.plot([x, at], [y + 0.03] * 2, color=LIGHT["ink"], lw=4)
    page.plot([at], [y + 0.03], "o", ms=15, color=LIGHT["ink"])
    page.text(x + width + 0.03, y + 0.03, f"r = {data['r']:.2f}", size=size, va="center")
    return figure


def _curve(ax: Axes, data: dict) -> None:
    table = data["table"]
    ax.set_gid("curve")
    ax.plot(table["k"], table["influence"], color=LIGHT["theory"], lw=2.4)
    ax.plot([data["k"]], [data["left"]], "o", ms=8, color=LIGHT["theory"])
    ax.set(xlim=(0, table["k"][-1]), ylim=(0, 1.05), yticks=[0, 1], xticks=[0, data["k"]])
    ax.grid(visible=False)
