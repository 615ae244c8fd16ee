"""Sixteen times the examples of a long link alone move a plain network's wall by a few words.

Number agreement with attractors, the plain tanh network trained at one distance alone with 1, 4
and 16 times the examples, each seen once: ``scripts/run_experiments.py``.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.scores import scale_of_answers
from explainer.shared.trained import SOLVED, by_k, columns, fixed, results, solved

ALT = (
    "Right answers of {seeds} seeds of the plain tanh network at 8, 10 and 12 words between "
    "subject and verb, for three amounts of data: {examples:,} examples, {times[1]} times and "
    "{times[2]} times as many. So many seeds learn the link: at 8 words {at[k8][x1][solved]}, "
    "{at[k8][x4][solved]} and {at[k8][x16][solved]}; at 10 words {at[k10][x1][solved]}, "
    "{at[k10][x4][solved]} and {at[k10][x16][solved]}; at 12 words {at[k12][x1][solved]}, "
    "{at[k12][x4][solved]} and {at[k12][x16][solved]}. The others are at chance, from "
    "{others[low]:.0%} to {others[high]:.0%}."
)


def compute() -> dict:
    """Return the score of each seed at each distance and amount of data."""
    cells = results("first/data.json")
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
    others = [score for *_, score in rows if score < SOLVED]
    # The longest distance that all seeds learn, and the next one tried, which they do not.
    nearer = {
        f"k{one['longest']}": {"x1": {"solved": solved(one["test"][one["longest"]])}}
        for one in results("first/agreement.json", network="tanh")
        if fixed(one)
    }
    wall = {times: _wall(nearer | found, times, len(cells[0]["seeds"])) for times in ("x1", "x16")}
    wall["most"] = wall["x16"]["beyond"] - wall["x1"]["all"]
    # The finding, in bands that hold on any machine.
    assert found["k8"]["x16"]["solved"] > found["k8"]["x1"]["solved"]
    assert found["k12"]["x16"]["solved"] <= 2 < found["k8"]["x16"]["solved"]
    assert wall["x1"]["all"] < wall["x16"]["all"]
    assert wall["most"] < 10
    return {
        "seeds": len(cells[0]["seeds"]),
        "chance": 1 / 2,
        "examples": least * cells[0]["batch"],
        "distances": sorted({row[0] for row in rows}),
        "times": sorted({row[1] for row in rows}),
        "at": found,
        "wall": wall,
        "others": {"low": min(others), "high": max(others)},
        "table": columns(("k", "times", "seed", "score"), rows),
    }


def _wall(found: dict, times: str, seeds: int) -> dict:
    """Return the longest distance that all seeds learn, and the shortest beyond it."""
    solved_at = {int(k[1:]): one[times]["solved"] for k, one in found.items() if times in one}
    last = max(k for k in solved_at if all(solved_at[j] == seeds for j in solved_at if j <= k))
    return {"all": last, "beyond": min(k for k in solved_at if k > last)}


def draw(data: dict, wide: bool) -> Figure:
    """Draw the score of each seed, and the mean, for each amount of data."""
    size = style.px(640, 340) if wide else style.px(328, 300)
    figure, ax = plt.subplots(figsize=size, layout="constrained")
    ax.set_gid("answers")
    ax.set_title("right answers", pad=32)  # below it stands how many times the examples
    scale_of_answers(ax, data["chance"], 0.36)
    spots = {k: place for place, k in enumerate(data["distances"])}
    for step, times in enumerate(data["times"]):
        found = by_k(data, times=times)
        look = {"color": LIGHT["measured"]}
        at = [spots[k] + 0.26 * (step - 1) for k in found]
        ax.bar(at, [np.mean(seeds) - data["chance"] for seeds in found.values()], 0.2,
               bottom=data["chance"], alpha=(0.18, 0.3, 0.45)[step], lw=0, **look)  # fmt: skip
        for x, (k, seeds) in zip(at, found.items(), strict=True):
            beside = 0.035 * (np.arange(len(seeds)) - len(seeds) // 2)
            ax.plot(x + beside, seeds, "o", ms=3.2, mew=0, **look)
            if k == data["distances"][0]:
                ax.text(x, 1.07, f"× {times}", ha="center", **look)
    ax.set_xticks(list(spots.values()), map(str, spots))
    ax.grid(axis="x", visible=False)
    ax.set_xlabel("words between, k")
    return figure
