"""Trained at one long distance networks fail one by one; on a mixture nearly all learn it.

Number agreement with attractors after k words, as ``scripts/run_experiments.py`` trained it:
default and remedies, five seeds each. The chance of Bengio, Simard & Frasconi (1994) to learn a
long link from far examples alone, beside what short examples teach.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from longrange.drawing.palette import LIGHT
from longrange.figures._results import CHANCE, NETWORKS, SOLVED, fixed, results, scores, solved

ALT = (
    "Two panels, the share of right answers against the words between subject and verb, from "
    "{distances[0]} to {distances[4]}. Left, trained at that distance alone: the plain tanh network "
    "solves {distances[0]} words in {networks[tanh][fixed][k4][solved]} of {seeds} seeds, "
    "{distances[1]} in {networks[tanh][fixed][k8][solved]}, {distances[2]} in "
    "{networks[tanh][fixed][k16][solved]}; from there on it stays at chance. At {distances[4]} words "
    "the LSTM is right in {networks[lstm][fixed][k64][solved]} seeds, with biases for long memory in "
    "{networks[lstm_chrono][fixed][k64][solved]}, the state-space model in "
    "{networks[ssm][fixed][k64][solved]} and attention in "
    "{networks[attention][fixed][k64][solved]}. Right, trained on distances from 1 to {longest}: "
    "the plain tanh network is right at every distance, {networks[tanh][mixed][k64][mean]:.1%} at "
    "{distances[4]} words. Attention without positions stays near chance on both sides."
)

STYLES = {"tanh": "-", "orthogonal": (0, (6, 2)), "small_inputs": (0, (1, 1.5)),
          "leaky": (0, (4, 1.5, 1, 1.5)), "identity": (0, (2.5, 1.5)), "gru": "-",
          "lstm": (0, (6, 2)), "lstm_chrono": (0, (1, 1.5)), "ssm": "-", "attention": "-",
          "attention_bag": (0, (1, 1.5))}  # fmt: skip
REGIMES = {"fixed": "trained at that distance", "mixed": "trained on a mixture"}


def compute() -> dict:
    """Return the score of each seed of each network at each distance, and how many solved it."""
    cells = results("agreement.json", d=32)
    longest = max(one["longest"] for one in cells)
    distances = sorted({one["longest"] for one in cells if fixed(one)})
    found, rows = {}, []
    for name, (title, _) in NETWORKS.items():
        mine = [one for one in cells if one["network"] == name]
        (mixture,) = (one for one in mine if not fixed(one) and one["longest"] == longest)
        by_regime = {
            "fixed": {one["longest"]: scores(one) for one in mine if fixed(one)},
            "mixed": {k: scores(mixture, k) for k in distances},
        }
        rows += [
            (name, regime, k, seed, score)
            for regime, by_distance in by_regime.items()
            for k, seeds in by_distance.items()
            for seed, score in enumerate(seeds)
        ]
        found[name] = {
            regime: {
                f"k{k}": {"solved": solved(seeds), "mean": float(np.mean(seeds))}
                for k, seeds in by_distance.items()
            }
            for regime, by_distance in by_regime.items()
        }
        found[name] |= {
            "title": title,
            "parameters": mixture["parameters"],
            "reach": _reach(by_regime["fixed"]),
            "outvoted": float(np.mean(mixture["outvoted"])),
            "told": f"{title[0].upper()}{title[1:]}. " + _told(by_regime, mixture),
        }
    # The finding: a cliff from far examples alone, none from a mixture.
    plain = found["tanh"]
    assert plain["fixed"]["k4"]["solved"] == 5
    assert plain["reach"] <= 8
    assert all(plain["fixed"][f"k{k}"]["mean"] < 0.6 for k in distances if k >= 16)
    assert plain["mixed"]["k64"]["mean"] > 0.95
    assert found["attention"]["reach"] == found["lstm_chrono"]["reach"] == longest
    assert found["attention_bag"]["outvoted"] < 0.5 < found["attention"]["outvoted"]
    keys = ("network", "regime", "k", "seed", "score")
    return {
        "seeds": 5,
        "chance": CHANCE["agreement"],
        "solved_from": SOLVED,
        "longest": longest,
        "distances": distances,
        "networks": found,
        "table": dict(zip(keys, map(list, zip(*rows, strict=True)), strict=True)),
    }


def _reach(by_distance: dict[int, list[float]]) -> int:
    """Return the longest distance that most seeds solve, as they do all shorter ones; or 0."""
    reach = 0
    for k, seeds in by_distance.items():
        if 2 * solved(seeds) <= len(seeds):
            break
        reach = k
    return reach


def _told(by_regime: dict, mixture: dict) -> str:
    """Return how many seeds solved which distance, in words."""
    parts = []
    for regime, by_distance in by_regime.items():
        counts = ", ".join(f"{solved(seeds)} at {k}" for k, seeds in by_distance.items())
        parts.append(f"{REGIMES[regime][0].upper()}{REGIMES[regime][1:]}: of 5 seeds {counts}")
    return ". ".join(parts) + f" words. Rate on the mixture {mixture['rate']}."


def draw(data: dict) -> Figure:
    """Draw both panels, a line for each network and a dot for each seed, and a key."""
    figure, axes = plt.subplots(1, 2, figsize=(6.4, 5.6), sharey=True)
    figure.subplots_adjust(left=0.125, right=0.985, top=0.71, bottom=0.11, wspace=0.08)
    table, distances = data["table"], data["distances"]
    points = list(zip(*table.values(), strict=True))
    for ax, (regime, title) in zip(axes, REGIMES.items(), strict=True):
        ax.set_xscale("log", base=2)
        ax.set_xticks(distances, map(str, distances))
        ax.minorticks_off()
        ax.set_xlim(distances[0] / 1.35, distances[-1] * 1.35)
        ax.set_ylim(0.36, 1.04)
        ax.set_yticks([0.5, 0.75, 1], ["50 %", "75 %", "100 %"])
        ax.axhline(data["chance"], color=LIGHT["bound"], lw=1.2, ls=":")
        ax.set_title(title, fontsize=10)
        ax.set_xlabel("words between, k")
        for place, (name, (_, colour)) in enumerate(NETWORKS.items()):
            # A little beside each other, so that lines and seeds of one height are seen.
            beside = 2 ** (0.05 * (place - len(NETWORKS) / 2))
            means = data["networks"][name][regime]
            (line,) = ax.plot(
                [k * beside for k in distances],
                [one["mean"] for one in means.values()],
                color=LIGHT[colour], lw=1.3, ls=STYLES[name],
            )  # fmt: skip
            mine = [(k, seed, score) for who, how, k, seed, score in points
                    if (who, how) == (name, regime)]  # fmt: skip
            (dots,) = ax.plot(
                [k * beside * 2 ** (0.02 * (seed - 2)) for k, seed, _ in mine],
                [score for *_, score in mine],
                "o", ms=2.4, mew=0, color=LIGHT[colour],
            )  # fmt: skip
            line.set_gid(f"net-{name}-{regime}")
            dots.set_gid(f"net-{name}-{regime}-seeds")
    axes[0].set_ylabel("right answers", labelpad=8)
    axes[0].text(distances[0] / 1.25, data["chance"] - 0.045, "chance", color=LIGHT["bound"])
    columns = (list(NETWORKS)[:5], list(NETWORKS)[5:8], list(NETWORKS)[8:])
    for x, column in zip((0.03, 0.43, 0.66), columns, strict=True):
        for row, name in enumerate(column):
            title, colour = NETWORKS[name]
            y = 0.955 - 0.042 * row
            look = {"color": LIGHT[colour], "lw": 1.6, "ls": STYLES[name]}
            figure.add_artist(Line2D([x, x + 0.055], [y + 0.011] * 2, **look))
            figure.text(x + 0.07, y, title, color=LIGHT[colour], size=9.5)
    return figure
