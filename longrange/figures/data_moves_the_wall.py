"""More examples of a long link alone move the wall of a plain network by a few words.

Number agreement with attractors, the plain tanh network trained at one distance alone with 1, 4
and 16 times the examples, each seen once: ``scripts/run_experiments.py``.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from longrange.drawing.palette import LIGHT
from longrange.figures._results import CHANCE, results, scores, solved

ALT = "TODO"


def compute() -> dict:
    """Return the score of each seed at each distance and amount of data."""
    cells = results("data.json")
    least = min(one["steps"] for one in cells)
    rows, found = [], {}
    for one in cells:
        k, times = one["longest"], one["steps"] // least
        found.setdefault(f"k{k}", {})[f"x{times}"] = {
            "solved": solved(scores(one)),
            "mean": float(np.mean(scores(one))),
            "rate": one["rate"],
        }
        rows += [(k, times, seed, score) for seed, score in enumerate(scores(one))]
    keys = ("k", "times", "seed", "score")
    return {
        "seeds": 5,
        "chance": CHANCE["agreement"],
        "examples": least * cells[0]["batch"],
        "at": found,
        "table": dict(zip(keys, map(list, zip(*rows, strict=True)), strict=True)),
    }
