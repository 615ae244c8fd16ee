"""Far examples alone teach a plain network nothing beyond a few words; a mixture teaches all.

Number agreement with attractors, as ``scripts/run_experiments.py`` trained the plain tanh network.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.shared.trained import alone, by_k, columns, fixed, results

ALT = (
    "The share of right answers of a plain tanh network against the words between subject and "
    "verb, {least} to {longest}. Trained on a mixture of all distances it is right everywhere, "
    "{ends[mixed]:.0%} at {longest} words. Trained at one distance alone it is right at "
    "{shortest_alone} words, falls, and is at chance, {chance:.0%}, from {lost} words on."
)

CHANCE = 1 / 2


def compute() -> dict:
    """Return the score of each seed by distance: trained at that one alone, and on the mixture."""
    cells = results("agreement.json", network="tanh")
    longest = max(one["longest"] for one in cells)
    (mixture,) = (one for one in cells if not fixed(one) and one["longest"] == longest)
    far = alone(cells)
    mixed = {k: seeds for k, seeds in mixture["test"].items() if k <= longest}
    means = {k: float(np.mean(seeds)) for k, seeds in sorted(far.items())}
    lost = min(k for k, mean in means.items() if abs(mean - CHANCE) < 0.05)
    # The finding: a cliff alone, none from a mixture.
    assert means[min(means)] > 0.9
    assert all(abs(mean - CHANCE) < 0.05 for k, mean in means.items() if k >= lost)
    assert min(np.mean(seeds) for seeds in mixed.values()) > 0.95
    return {
        "chance": CHANCE,
        "least": min(mixed),
        "longest": longest,
        "shortest_alone": min(means),
        "lost": lost,
        "ends": {"fixed": means[longest], "mixed": float(np.mean(mixed[longest]))},
        "table": columns(
            ("regime", "k", "seed", "score"),
            [
                (regime, k, seed, score)
                for regime, by_distance in (("fixed", far), ("mixed", mixed))
                for k, seeds in sorted(by_distance.items())
                for seed, score in enumerate(seeds)
            ],
        ),
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw both lines, each named at its end."""
    figure = plt.figure(figsize=style.px(1160, 300) if wide else style.px(328, 300))
    ax = figure.add_axes((0.05, 0.19, 0.765, 0.72) if wide else (0.13, 0.16, 0.83, 0.7))
    size = 17 if wide else 13
    looks = {
        "mixed": {"color": LIGHT["measured"], "lw": 4 if wide else 3, "marker": "o", "ms": 7},
        "fixed": {"color": LIGHT["ink"], "lw": 2.4, "marker": "o", "ms": 6, "mfc": LIGHT["paper"]},
    }
    for regime, look in looks.items():
        found = by_k(data, regime=regime)
        ax.plot(list(found), [np.mean(seeds) for seeds in found.values()], clip_on=False, **look)
    ax.axhline(data["chance"], color=LIGHT["bound"], lw=1.2, ls=":")
    ax.set_gid("answers")
    ax.set_xscale("log", base=2)
    ks = sorted({*data["table"]["k"]})
    ax.set_xticks(ks, map(str, ks))
    ax.minorticks_off()
    ax.set_xlim(0.93, data["longest"] * 1.07)
    ax.set_ylim(0.42, 1.05)
    ax.set_yticks([0.5, 0.75, 1], ["50 %", "75 %", "100 %"])
    ax.grid(visible=False, axis="x")
    ax.set_xlabel("words between subject and verb")
    ax.set_title("right answers")
    names = {"mixed": "trained on a mixture\nof all distances",
             "fixed": "trained at one\ndistance alone"}  # fmt: skip
    for regime, name in names.items():
        look = {"size": size, "color": looks[regime]["color"]}
        end = data["longest"], data["ends"][regime]
        if wide:
            style.label_end(ax, *end, f"  {name}", **look)
        else:
            place = {"mixed": (0, -9, "top"), "fixed": (0, 8, "bottom")}[regime]
            ax.annotate(name, end, place[:2], textcoords="offset points", ha="right",
                        va=place[2], **look)  # fmt: skip
    ax.text(1, data["chance"] - 0.015, "chance", va="top", color=LIGHT["bound"])
    return figure
