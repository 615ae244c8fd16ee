"""Nine networks that people use: bounds and radii allow growth without end, and rates are near 1.

The rate of each by products of Jacobians along input of its own kind, with its interval of 95 %,
beside radius and norm of single steps, and the rate of the same weights read in a wrong layout:
``scripts/measure_wild.py``.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.shared import deployed

ALT = (
    "Nine rows, one for each network, on a logarithmic axis of factors a step. Near the line at 1, "
    "left of it or on it, lie the measured rates, {least:.2f} to {most:.3f}. To the right lie the "
    "radii of single steps, up to {radius:.1f}, and the bounds, their norms, {bound_least:.1f} to "
    "{bound_most:.0f}."
)


TICKS = {True: (0.7, 1, 1.5, 2, 3, 5, 10, 20, 30), False: (0.5, 1, 2, 5, 10, 30)}


def compute() -> dict:
    """Return rate, radius and bound of each network, read without an end."""
    found, wrong = deployed.shown(deployed.STREAM), deployed.misread()
    kept = ("rate", "rate_low", "rate_high", "rate_growth", "radius", "bound")
    table = {"network": list(found)}
    table |= {key: [float(row[key]) for row in found.values()] for key in kept}
    table["misread"] = [float(wrong[name]["rate"]) for name in found]
    used = deployed.shown(deployed.USED)
    # The finding: every single step may stretch, and nearly no network lets influence grow.
    assert min(table["bound"]) > 1.3
    assert max(table["rate"]) < 1.01
    grown = [name for name, high in zip(found, table["rate_low"], strict=True) if high > 1]
    assert len(grown) <= 2
    assert wrong["textgenrnn"]["rate_low"] > 1.1  # the same weights, read in a wrong layout
    early = {name: row["rate_early"] for name, row in found.items()}
    assert early["chars2vec"] > found["chars2vec"]["rate"] > 1  # as where a cell only adds
    assert early["textgenrnn"] < found["textgenrnn"]["rate"] < 1
    score = found["textgenrnn"]
    assert score["task_score"] > 0.5 > 0.01 > score["wrong_layout"]
    ways = ("rate", "rate_growth")
    told = [all(_apart(row, way) for way in ways) for row in found.values()]
    every = deployed.table()
    later = deployed.scores()["g2p-en"]
    ratio = [b / r for b, r in zip(table["bound"], table["rate"], strict=True)]
    return {
        "networks": {
            deployed.IDS.get(name, name): deployed.numbers(row)
            | {"used": deployed.numbers(used[name])}
            for name, row in found.items()
        },
        "wrong": {
            deployed.IDS.get(name, name): deployed.numbers(row) for name, row in wrong.items()
        },
        "grown": len(grown),
        "untold": told.count(False),
        "rows": len(every),
        "agree": sum(_overlap(row) for row in every),
        "smooth": deployed.scores()["chars2vec"]["with_smooth_gates"],
        "g2p_later": {
            "count": later["words_added_to_the_dictionary_later"],
            "right": later["of_these_with_stress"],
        },
        "radius_above": sum(radius > 1 for radius in table["radius"]),
        "near": sum(rate > 0.97 for rate in table["rate"]),
        "ratio_least": min(ratio),
        "ratio_most": max(ratio),
        "least": min(table["rate"]),
        "most": max(table["rate"]),
        "radius": max(table["radius"]),
        "bound_least": min(table["bound"]),
        "bound_most": max(table["bound"]),
        "table": table,
    }


def _apart(row: dict, way: str) -> bool:
    """Whether a rate is told from 1."""
    return row[f"{way}_low"] > 1 or row[f"{way}_high"] < 1


def _overlap(row: dict) -> bool:
    """Whether both methods' intervals of the rate have something in common."""
    return row["rate_low"] <= row["rate_growth_high"] and row["rate_growth_low"] <= row["rate_high"]


def draw(data: dict, wide: bool) -> Figure:
    """Draw a row for each network: rate, radius, bound, and the rate of what was misread."""
    figure = plt.figure(figsize=style.px(1160, 350) if wide else style.px(328, 430))
    ax = figure.add_axes((0.1, 0.17, 0.88, 0.68) if wide else (0.29, 0.12, 0.68, 0.76))
    table, size = data["table"], 15 if wide else 12
    ys = np.arange(len(table["network"]))[::-1]
    ax.axvline(1, color=LIGHT["ink"], lw=1.2)
    for y, name in zip(ys, table["network"], strict=True):
        ax.annotate(deployed.NETWORKS[name][0], (0, y), (-8, 0), xycoords=("axes fraction", "data"),
                    textcoords="offset points", ha="right", va="center", size=size)  # fmt: skip
    ax.hlines(ys, table["rate"], table["bound"], color=LIGHT["grid"], lw=2, zorder=1)
    ax.plot(table["bound"], ys, "D", ms=7, color=LIGHT["bound"], mfc=LIGHT["paper"], mew=2)
    ax.plot(table["radius"], ys, "|", ms=13, mew=2.4, color=LIGHT["muted"])
    ax.plot(table["misread"], ys, "x", ms=7, mew=2, color=LIGHT["explode"])
    ax.hlines(ys, table["rate_low"], table["rate_high"], color=LIGHT["measured"], lw=3)
    ax.plot(table["rate"], ys, "o", ms=10, color=LIGHT["measured"])
    ax.set_xscale("log")
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.grid(visible=False)
    ax.set_xticks(*zip(*[(x, f"{x:g}") for x in TICKS[wide]], strict=True))
    ax.minorticks_off()
    ax.set_ylim(-0.6, len(ys) + (0.4 if wide else 0.7))
    ax.set_xlim(0.66 if wide else 0.4, 50)
    top = len(ys) - 1
    names = {"radius": ("muted", table["radius"][0]), "bound": ("bound", table["bound"][0])}
    for name, (colour, x) in names.items():
        ax.annotate(name, (x, top), (0, 8), textcoords="offset points", va="bottom",
                    ha="center" if wide or name == "bound" else "left", color=LIGHT[colour],
                    size=size)  # fmt: skip
    ax.annotate("rate", (1, top), (-9, 0), textcoords="offset points", ha="right", va="center",
                color=LIGHT["measured"], size=size)  # fmt: skip
    crossed = table["network"].index("chars2vec")
    ax.annotate("misread", (table["misread"][crossed], ys[crossed]), (0, 6),
                textcoords="offset points", ha="center", va="bottom", color=LIGHT["explode"],
                size=size, bbox={"fc": LIGHT["paper"], "lw": 0, "pad": 1})  # fmt: skip
    ax.set_xlabel("factor a step")
    return figure
