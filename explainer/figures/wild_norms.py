"""The influence of what was read rises first, in all nine networks; then few of them let it fade.

Norms of products of Jacobians by lag, geometric means with their intervals of 95 %, as each
network is used and along input without an end: ``scripts/measure_wild.py``.
"""

import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.shared import deployed

ALT = (
    "Two panels with nine curves each of influence over the steps back, on logarithmic axes. All "
    "are above 1 after one step, at {first_least:.1f} to {first_most:.0f}. Along input without an "
    "end {lasting} of nine are still above one per cent after 100 steps; those of g2pM are below "
    "it from step {g2pm}. As used, on words and windows, most curves end before they fall."
)

TOLD = {"textgenrnn": "measured", "g2pM": "backward"}
MODES = {"used": deployed.USED, "stream": deployed.STREAM}


def compute() -> dict:
    """Return the curves of all networks, as used and without an end."""
    table: dict[str, list] = {key: [] for key in ("mode", "network", "k", "norm", "low", "high")}
    below = {}
    for mode, name_of_mode in MODES.items():
        for name, row in deployed.shown(name_of_mode).items():
            below[mode, name] = row["first_below"]
            for at in deployed.curve(row):
                if at["lag"]:
                    values = (mode, name, at["lag"], at["norm"], at["norm_low"], at["norm_high"])
                    for key, value in zip(table, values, strict=True):
                        table[key].append(value)
    first = [n for k, n in zip(table["k"], table["norm"], strict=True) if k == 1]
    above = [
        n for mode, k, n in zip(*(table[key] for key in ("mode", "k", "norm")), strict=True)
        if mode == "stream" and k == 100 and n > 1
    ]  # fmt: skip
    lasting = [name for (mode, name), at in below.items() if mode == "stream" and at == ""]
    # The finding: all rise at the first step; most never fall below 1 % in what was looked at.
    assert min(first) > 1
    assert len(lasting) >= 5
    assert "g2pM" not in lasting
    assert "textgenrnn" in lasting
    return {
        "first_least": min(first),
        "first_most": max(first),
        "above": len(above),
        "lasting": len(lasting),
        "lasting_used": sum(at == "" for (mode, _), at in below.items() if mode == "used"),
        "g2pm": below["stream", "g2pM"],
        "table": table,
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw both ways to read: two networks in colour, the others grey."""
    figure, axes = style.panels(wide, 2, 380, 640, sharey=True)
    table = {name: np.array(column) for name, column in data["table"].items()}
    titles = {"used": "as its makers use it", "stream": "without an end"}
    for ax, (mode, title) in zip(axes, titles.items(), strict=True):
        ax.set_title(title)
        ax.axhline(1, color=LIGHT["ink"], lw=1)
        ax.axhline(0.01, color=LIGHT["bound"], lw=1.2, ls=":")
        for name in deployed.NETWORKS:
            here = (table["mode"] == mode) & (table["network"] == name)
            ks, norm, low, high = (table[key][here] for key in ("k", "norm", "low", "high"))
            colour = LIGHT[TOLD.get(name, "muted")]
            told = name in TOLD
            ax.fill_between(ks, low, high, color=colour, alpha=0.2, lw=0)
            ax.plot(ks, norm, color=colour, lw=2.6 if told else 1.3, zorder=3 if told else 2)
        ax.set_xscale("log")
        ax.set_yscale("log")
        ax.set_xlim(1, 100)
        ax.set_ylim(2e-3, 200)
        ax.set_xticks([1, 3, 10, 30, 100], ["1", "3", "10", "30", "100"])
        ax.set_yticks([0.01, 0.1, 1, 10, 100], ["0.01", "0.1", "1", "10", "100"])
        ax.minorticks_off()
        ax.set_xlabel("steps back")
        ax.text(1.1, 0.011, "1 %", color=LIGHT["bound"], va="bottom")
        ax.text(5, 105, "textgenrnn", color=LIGHT["measured"], ha="center")
        ax.text(11, 0.05, "g2pM", color=LIGHT["backward"], ha="right")
    return figure
