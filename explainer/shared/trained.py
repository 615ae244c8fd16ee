"""What the trained networks did, for figures: the committed files of ``experiments/results/``.

Write the name of a file as one string: `explainer.making.digests` looks for it, and makes
the figure stale when the results change. The files of the first study are ``"first/….json"``.
"""

import json

import numpy as np
from scipy.stats import fisher_exact

from explainer.making.files import RESULTS

SOLVED = 0.9  # the score from which on a seed has solved a cell


def results(name: str, **wanted: object) -> list[dict]:
    """Return the cells of a file whose configuration holds `wanted`, each with its results."""
    cells = json.loads((RESULTS / name).read_text("utf-8"))["cells"]
    # The seeds of the results are ten where the five that were asked for disagreed.
    found = [one["cell"] | {"seeds_asked": one["cell"]["seeds"]} | one["result"] for one in cells]
    for one in found:
        one["test"] = {int(k): seeds for k, seeds in one["test"].items()}
    return [one for one in found if all(one[key] == value for key, value in wanted.items())]


def told(name: str) -> dict:
    """Return who made the results of a part: its file of the run."""
    return json.loads((RESULTS / name).read_text("utf-8"))


def fixed(one: dict) -> bool:
    """Whether a cell was trained at one distance alone."""
    return one["shortest"] == one["longest"]


def alone(cells: list[dict]) -> dict[int, list[float]]:
    """Return the scores of the seeds at each distance that was trained alone, of those cells."""
    return {one["longest"]: one["test"][one["longest"]] for one in cells if fixed(one)}


def solved(seeds: list[float]) -> int:
    """Return how many seeds have solved a cell."""
    return sum(score >= SOLVED for score in seeds)


def summary(seeds: list[float]) -> dict:
    """Return mean, least and greatest score of the seeds, and how many of how many solved it."""
    return {
        "mean": float(np.mean(seeds)),
        "low": min(seeds),
        "high": max(seeds),
        "solved": solved(seeds),
        "of": f"{solved(seeds)} of {len(seeds)}",
        "cell": cell_of_table(seeds),
    }


def cell_of_table(seeds: list[float]) -> str:
    """Return the mean of the seeds, and in brackets the least and the greatest, in per cent."""
    # First to nine digits: what lies between two numbers in decimals lies so in binary, too.
    mean, low, high = (
        round(round(100 * one, 9)) for one in (np.mean(seeds), min(seeds), max(seeds))
    )
    return f"{mean} % ({low}–{high})" if low < high else f"{mean} %"


def chance(one: list[float], other: list[float]) -> float:
    """Return how likely counts of solved seeds as different as these are, by Fisher's test."""
    table = [[solved(seeds), len(seeds) - solved(seeds)] for seeds in (one, other)]
    return float(fisher_exact(table).pvalue)


def reach(alone: dict[int, list[float]]) -> int:
    """Return the longest distance that most seeds solve, as they do all shorter ones; or 0."""
    longest = 0
    for k, seeds in sorted(alone.items()):
        if 2 * solved(seeds) <= len(seeds):
            break
        longest = k
    return longest


def columns(names: tuple[str, ...], rows: list[tuple]) -> dict[str, list]:
    """Return rows as the table of a figure."""
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def by_k(data: dict, **wanted: object) -> dict[int, list[float]]:
    """Return the scores of all seeds at each k, of the rows of the table that hold `wanted`."""
    table, found = data["table"], {}
    for i, k in enumerate(table["k"]):
        if all(table[key][i] == value for key, value in wanted.items()):
            found.setdefault(k, []).append(table["score"][i])
    return found
