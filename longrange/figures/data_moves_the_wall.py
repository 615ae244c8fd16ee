"""More examples of a long link alone move the wall of a plain network by a few words.

Number agreement with attractors, the plain tanh network trained at one distance alone with 1, 4
and 16 times the examples, each seen once: ``scripts/run_experiments.py``.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from longrange.drawing.palette import LIGHT
from longrange.figures._results import (
    by_k,
    columns,
    results,
    scale_of_k,
    seeds_and_mean,
    solved,
)

ALT = "TODO"


def compute() -> dict:
    """Return the score of each seed at each distance and amount of data."""
    cells = results("data.json")
    least = min(one["steps"] for one in cells)
    rows, found = [], {}
    for one in cells:
        k, times = one["longest"], one["steps"] // least
        seeds = one["test"][k]
        found.setdefault(f"k{k}", {})[f"x{times}"] = {
            "solved": solved(seeds),
            "mean": float(np.mean(seeds)),
            "rate": one["rate"],
        }
        rows += [(k, times, seed, score) for seed, score in enumerate(seeds)]
    return {
        "seeds": 5,
        "chance": 1 / 2,
        "examples": least * cells[0]["batch"],
        "distances": sorted({row[0] for row in rows}),
        "times": sorted({row[1] for row in rows}),
        "at": found,
        "table": columns(("k", "times", "seed", "score"), rows),
    }


def draw(data: dict) -> Figure:
    """Draw the score against the distance for each amount of data."""
    figure, ax = plt.subplots(figsize=(6.4, 3.6))
    figure.subplots_adjust(left=0.14, right=0.97, top=0.95, bottom=0.16)
    scale_of_k(ax, data["distances"])
    ax.set_ylim(0.36, 1.04)
    ax.set_yticks([0.5, 0.75, 1], ["50 %", "75 %", "100 %"])
    ax.axhline(data["chance"], color=LIGHT["bound"], lw=1.2, ls=":")
    for place, times in enumerate(data["times"]):
        seeds_and_mean(ax, by_k(data, times=times), 2 * (place - 1),
                       color=LIGHT["measured"], lw=0.9 + 0.8 * place)  # fmt: skip
    ax.set_ylabel("right answers", labelpad=8)
    ax.set_xlabel("words between, k")
    return figure
