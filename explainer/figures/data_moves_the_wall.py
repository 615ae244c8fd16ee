"""Sixteen times the examples of a long link alone move the wall of a plain network a little.

Number agreement with attractors, the plain tanh network trained at one distance alone on up to
sixteen times as many examples as in the first study, each seen once
(``scripts/run_experiments.py``).
"""

import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.scores import scale_of_answers
from explainer.shared.trained import SOLVED, columns, fixed, results, solved

ALT = (
    "Three panels, right answers of a plain tanh network while it trains at one distance alone, a "
    "line for each seed, on up to {times[2]} times {examples:,} examples. Seeds that have solved "
    "it after {times[0]}, {times[1]} and {times[2]} times as many: {told}."
)

FIRST = 1000  # training steps of the first study
TIMES = (1, 4, 16)


def compute() -> dict:
    """Return the learning curve of each seed at each distance, and how many had solved it when."""
    cells = results("data.json")
    found, rows = {}, []
    for one in cells:
        k, batch = one["longest"], one["batch"]
        found[f"k{k}"] = {"rate": one["rate"], "of": len(one["seeds"])} | {
            f"x{times}": _solved_by(one, times * FIRST) for times in TIMES
        }
        for seed, curve in zip(one["seeds"], one["curves"], strict=True):
            rows += [(k, seed, (i + 1) * one["check"] * batch, score)
                     for i, score in enumerate(curve)]  # fmt: skip
    tried = {one["longest"]: one for one in results("agreement.json", network="tanh") if fixed(one)}
    for one in cells:
        # Seeds that the study gave up at that distance, as they had not improved for long.
        k, ended = one["longest"], tried.get(one["longest"])
        if ended:
            scores = zip(one["test"][k], ended["test"][k], strict=False)
            found[f"k{k}"]["given_up"] = sum(late >= SOLVED > early for late, early in scores)
    # The longest distance that most seeds learn, and the next one tried, which they do not.
    tried |= {one["longest"]: one for one in cells}
    wall = {f"x{times}": _wall(tried, times * FIRST) for times in TIMES}
    wall["most"] = wall["x16"]["beyond"] - wall["x1"]["all"]
    assert 0 < wall["most"] < 16
    return {
        "chance": 1 / 2,
        "examples": FIRST * cells[0]["batch"],
        "distances": [one["longest"] for one in cells],
        "times": list(TIMES),
        "at": found,
        "wall": wall,
        "told": "; ".join(
            f"{k[1:]} words: {one['x1']}, {one['x4']} and {one['x16']} of {one['of']}"
            for k, one in found.items()
        ),
        "table": columns(("k", "seed", "examples", "score"), rows),
    }


def _wall(tried: dict[int, dict], steps: int) -> dict[str, int]:
    """Return the longest distance that most seeds learn in so many steps, and the next one."""
    last = 0
    for k, one in sorted(tried.items()):
        if 2 * _solved_by(one, steps) <= len(one["seeds"]):
            return {"all": last, "beyond": k}
        last = k
    raise ValueError("most seeds learn every distance that was tried")


def _solved_by(one: dict, steps: int) -> int:
    """Return how many seeds were right often enough at some look up to so many steps."""
    return solved([max(curve[: steps // one["check"]]) for curve in one["curves"]])


def draw(data: dict, wide: bool) -> Figure:
    """Draw a panel for each distance, a line for each seed; those that learn it in colour."""
    figure, axes = style.panels(wide, len(data["distances"]), 320, 620, sharex=True, sharey=True)
    table = {key: np.array(column) for key, column in data["table"].items()}
    for ax, k in zip(axes, data["distances"], strict=True):
        ax.set_gid(f"words-{k}")
        ax.set_title(f"right answers, {k} words")
        scale_of_answers(ax, data["chance"], 0.36)
        ax.set_xscale("log")
        for times in data["times"]:
            ax.axvline(times * data["examples"], color=LIGHT["grid"], lw=1.2)
        for seed in np.unique(table["seed"][table["k"] == k]):
            mine = (table["k"] == k) & (table["seed"] == seed)
            learned = table["score"][mine].max() >= SOLVED
            look = {"lw": 1.6, "color": LIGHT["measured" if learned else "muted"]}
            ax.plot(table["examples"][mine], table["score"][mine], **look)
            ax.plot(table["examples"][mine][-1], table["score"][mine][-1], "o", ms=4,
                    color=look["color"])  # fmt: skip
        ax.set_xticks([times * data["examples"] for times in data["times"]],
                      [f"× {times}" for times in data["times"]])  # fmt: skip
        ax.minorticks_off()
    for ax in axes if wide else axes[-1:]:
        ax.set_xlabel("examples read")
    return figure
