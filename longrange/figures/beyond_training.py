"""What a network learns over a few words it keeps over hundreds, if what it learned is a latch.

Number agreement with attractors, trained on 1 to 16 words between subject and verb and tested up
to 256 (``scripts/run_experiments.py``). A latch holds what it was put into for as long as it is
left alone (Bengio, Simard & Frasconi 1994).
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from longrange.drawing.palette import LIGHT
from longrange.figures._results import CHANCE, NETWORKS, fixed, results, scores

ALT = "TODO"
SHORT = 16
PANELS = (("tanh", "orthogonal", "small_inputs", "leaky", "identity"),
          ("gru", "lstm", "lstm_chrono", "ssm", "attention"))  # fmt: skip


def compute() -> dict:
    """Return the score of each seed of each network at each distance of the test."""
    cells = [one for one in results("agreement.json", longest=SHORT) if not fixed(one)]
    distances = cells[0]["test"]
    found, rows = {}, []
    for one in cells:
        name = one["network"]
        distances = [int(k) for k in one["test"]]
        found[name] = {
            f"k{k}": {"mean": float(np.mean(scores(one, k))), "low": min(scores(one, k))}
            for k in distances
        }
        rows += [(name, k, s, x) for k in distances for s, x in enumerate(scores(one, k))]
    keys = ("network", "k", "seed", "score")
    return {
        "seeds": 5,
        "chance": CHANCE["agreement"],
        "longest": SHORT,
        "distances": distances,
        "networks": found,
        "table": dict(zip(keys, map(list, zip(*rows, strict=True)), strict=True)),
    }
