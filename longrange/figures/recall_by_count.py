"""Every state of fixed width runs out of items to name; a cache that grows does not.

n of 8 symbols are read, then named in order: ``scripts/run_experiments.py``. What this training
reached, which is not what the states could hold.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from longrange.drawing.palette import LIGHT
from longrange.figures._results import (
    NETWORKS,
    by_k,
    columns,
    results,
    scale_of_k,
    seeds_and_mean,
)

ALT = "TODO"

CHANCE = 1 / 8
PANELS = {"gru": "GRU", "ssm": "diagonal linear SSM"}


def compute() -> dict:
    """Return the share of items named right by each seed, for networks, widths and counts."""
    found, rows = {}, []
    for one in results("items.json"):
        name, d, n = one["network"], one["d"], one["longest"]
        seeds = one["test"][n]
        found.setdefault(name, {}).setdefault(f"d{d}", {})[f"n{n}"] = {
            "mean": float(np.mean(seeds)),
            "low": min(seeds),
            "high": max(seeds),
        }
        rows += [(name, d, n, seed, score) for seed, score in enumerate(seeds)]
    return {
        "seeds": 5,
        "chance": CHANCE,
        "counts": sorted({row[2] for row in rows}),
        "networks": found,
        "table": columns(("network", "d", "k", "seed", "score"), rows),
    }


def draw(data: dict) -> Figure:
    """Draw a panel for each kind of state, a line for each width, attention in both."""
    figure, axes = plt.subplots(1, 2, figsize=(6.4, 4.2), sharey=True)
    figure.subplots_adjust(left=0.14, right=0.98, top=0.92, bottom=0.14, wspace=0.08)
    for ax, (name, title) in zip(axes, PANELS.items(), strict=True):
        scale_of_k(ax, data["counts"])
        ax.set_title(title)
        ax.set_ylim(0, 1.04)
        ax.axhline(data["chance"], color=LIGHT["bound"], lw=1.2, ls=":")
        ax.set_xlabel("items, n")
        widths = [int(d[1:]) for d in data["networks"][name]]
        for place, d in enumerate(widths, -2):
            found = by_k(data, network=name, d=d)
            seeds_and_mean(ax, found, place, color=LIGHT[NETWORKS[name][1]],
                           lw=0.8 + 0.5 * (place + 2))  # fmt: skip
        seeds_and_mean(ax, by_k(data, network="attention"), 2, color=LIGHT["backward"], lw=1.4)
    axes[0].set_ylabel("items named right", labelpad=8)
    return figure
