"""What the trained networks did, for figures: the committed files of ``experiments/results/``.

Write the name of a file as one string: `longrange.sources` looks for it, and makes the figure stale
when the results change.
"""

import json

from longrange.sources import RESULTS

SOLVED = 0.9  # a seed has solved a cell of two answers from here on
CHANCE = {"agreement": 1 / 2, "remember": 1 / 8, "items": 1 / 8}
# Name and colour of each network, in the order in which they are told.
NETWORKS = {
    "tanh": ("plain tanh", "measured"),
    "orthogonal": ("orthogonal start", "measured"),
    "small_inputs": ("orthogonal, small inputs", "measured"),
    "leaky": ("leaky", "measured"),
    "identity": ("identity, ReLU", "measured"),
    "gru": ("GRU", "forward"),
    "lstm": ("LSTM", "forward"),
    "lstm_chrono": ("LSTM, chrono", "forward"),
    "ssm": ("diagonal linear SSM", "theory"),
    "attention": ("attention", "backward"),
    "attention_bag": ("attention, no positions", "backward"),
}


def results(name: str, **wanted: object) -> list[dict]:
    """Return the cells of a file whose configuration holds `wanted`, each with its results."""
    cells = json.loads((RESULTS / name).read_text("utf-8"))["cells"]
    found = [one["cell"] | one["result"] for one in cells]
    return [one for one in found if all(one[key] == value for key, value in wanted.items())]


def fixed(one: dict) -> bool:
    """Whether a cell was trained at one distance alone."""
    return one["shortest"] == one["longest"]


def scores(one: dict, k: int | None = None) -> list[float]:
    """Return the score of each seed at distance `k`, or at the longest of training."""
    return one["test"][str(k or one["longest"])]


def solved(seeds: list[float]) -> int:
    """Return how many seeds have solved a cell."""
    return sum(score >= SOLVED for score in seeds)
