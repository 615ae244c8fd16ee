"""From far examples alone network after network fails; a mixture teaches all but two of them.

Number agreement with attractors, k words after the subject, as ``scripts/run_experiments.py``
trained it. That a long link is hard to learn from far examples alone is the point of Bengio,
Simard & Frasconi (1994).
"""

import numpy as np
from matplotlib.figure import Figure
from scipy.stats import fisher_exact

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.scores import NETWORKS, SOLID, scale_of_answers, scale_of_k, seeds_and_mean
from explainer.shared.trained import SOLVED, by_k, columns, fixed, reach, results, solved, told

ALT = (
    "Two panels, the share of right answers against the words between subject and verb, "
    "{distances[0]} to {longest}, for {count} networks. Left, trained at one distance alone. The "
    "longest that most of {seeds} seeds learn: plain tanh {networks[tanh][reach]} words, "
    "attention without positions {networks[attention_bag][reach]}, orthogonal start "
    "{networks[orthogonal][reach]}, GRU {networks[gru][reach]}, LSTM {networks[lstm][reach]}, "
    "small inputs {networks[small_inputs][reach]}, leaky {networks[leaky][reach]}, identity "
    "{networks[identity][reach]}, state-space model {networks[ssm][reach]}, LSTM with chrono "
    "biases {networks[lstm_chrono][reach]}, attention {networks[attention][reach]}. Of "
    "{failed[seeds]} seeds that fail, {failed[guess]} are within 10 points of {chance:.0%}. Right, "
    "trained on 1 to {longest} words: all but two networks are right at every distance, the "
    "least of them in {least:.1%}. At {longest} words the linear state-space model falls to "
    "{networks[ssm][mixed][k64][mean]:.0%}, attention without positions to "
    "{networks[attention_bag][mixed][k64][mean]:.0%}."
)

CHANCE = 1 / 2
# In colour; the others wait until one asks for them.
TOLD = {"tanh": "measured", "lstm": "forward"}
WITHIN = 0.1  # how far from the sum an answer of adding may be
REGIMES = {"fixed": "trained at k alone", "mixed": "trained on 1 to {longest}"}


def compute() -> dict:
    """Return the score of each seed of each network at each distance, and how many solved it."""
    cells = results("first/agreement.json")
    longest, seeds = max(one["longest"] for one in cells), len(cells[0]["seeds"])
    distances = sorted({one["longest"] for one in cells if fixed(one)})
    found, rows = {}, []
    for name, (title, *_) in NETWORKS.items():
        mine = [one for one in cells if one["network"] == name]
        (mixture,) = (one for one in mine if not fixed(one) and one["longest"] == longest)
        alone = {one["longest"]: one["test"][one["longest"]] for one in mine if fixed(one)}
        regimes = {"fixed": alone, "mixed": {k: mixture["test"][k] for k in distances}}
        found[name] = {
            regime: {
                f"k{k}": {"solved": solved(scores), "mean": float(np.mean(scores))}
                for k, scores in by_distance.items()
            }
            for regime, by_distance in regimes.items()
        } | {
            "parameters": mixture["parameters"],
            "reach": reach(alone),
            "outvoted": float(np.mean(mixture["outvoted"])),
            "far": float(np.mean(mixture["test"][max(mixture["test"])])),
            "told": f"{title[0].upper()}{title[1:]}, seeds of {seeds} that solve it. "
            f"{_told(regimes, longest)}.",
        }
        rows += [
            (name, regime, k, seed, score)
            for regime, by_distance in regimes.items()
            for k, scores in by_distance.items()
            for seed, score in enumerate(scores)
        ]
    failed = [score for _, regime, *_, score in rows if regime == "fixed" and score < SOLVED]
    low = {"ssm", "attention_bag"}
    least = min(
        one["mean"] for name in found if name not in low for one in found[name]["mixed"].values()
    )
    # The finding, in bands that hold on any machine: a cliff alone, none from a mixture.
    assert found["tanh"]["fixed"]["k4"]["mean"] > 0.9
    assert max(found["tanh"]["fixed"][f"k{k}"]["mean"] for k in (16, 32, 64)) < 0.6
    assert max(found[name]["mixed"][f"k{longest}"]["mean"] for name in low) < 0.9 < least
    assert found["tanh"]["reach"] < found["lstm"]["reach"] < found["lstm_chrono"]["reach"]
    assert found["attention_bag"]["outvoted"] < 0.4
    # A start decides: at 32 words a far simpler network than the LSTM learns it.
    count = {k: [found[name]["fixed"][f"k{k}"]["solved"] for name in ("leaky", "lstm")]
             for k in (32, longest)}  # fmt: skip
    assert count[32][0] > seeds / 2 > count[32][1]
    return {
        "d": cells[0]["d"],
        "seeds": seeds,
        "count": len(found),
        "chance": CHANCE,
        "solved_from": SOLVED,
        "longest": longest,
        "distances": distances,
        "least": least,
        "failed": {
            "seeds": len(failed),
            "guess": sum(abs(score - CHANCE) <= 0.1 for score in failed),
            "least": min(failed),
        },
        "networks": found,
        # How likely counts as different as those of leaky and LSTM are, by Fisher's exact test.
        "chances": {
            f"k{k}": float(fisher_exact([[n, seeds - n] for n in pair]).pvalue)
            for k, pair in count.items()
        },
        "remember": _others("first/remember.json"),
        "adding": _others("first/adding.json"),
        # The best constant answer is 1; the sum of two uniform numbers has a triangular density.
        "sums": {"within": WITHIN, "constant": 1 - (1 - WITHIN) ** 2},
        "matched": _others("first/matched.json"),
        "study": _study(cells[0]),
        "told": "The longest distance that most seeds learn from it alone. "
        + ", ".join(f"{NETWORKS[name][0]}: {found[name]['reach'] or 'none'}" for name in found)
        + ".",
        "table": columns(("network", "regime", "k", "seed", "score"), rows),
    }


def _study(cell: dict) -> dict:
    """Return sizes of the study, and what its last run took."""
    ran = told("first/agreement.run.json")
    assert ran["run"]["resumed_with"] == 0  # the whole study, in one go
    assert len(ran["run"]["parts"]) == 6
    keys = ("batch", "steps", "rates", "seeds", "examples")
    return {key: cell[key] for key in keys} | {
        "adding": results("first/adding.json")[0]["steps"] / cell["steps"],
        "training_examples": cell["batch"] * cell["steps"],
        "cells": ran["run"]["cells"],
        "networks": ran["run"]["cells"] * len(cell["rates"]) * len(cell["seeds"]),
        "edge": _edge(),
        "minutes": ran["run"]["wall_seconds"] / 60,
        "versions": ran["versions"],
    }


def _edge() -> float:
    """Return the share of all cells whose chosen rate is the least or the greatest tried."""
    files = ("first/agreement.json", "first/remember.json", "first/adding.json",
             "first/items.json", "first/data.json", "first/matched.json")  # fmt: skip
    cells = [one for name in files for one in results(name)]
    return sum(one["rate"] in (min(one["rates"]), max(one["rates"])) for one in cells) / len(cells)


def _others(name: str) -> dict:
    """Return mean scores of another part: of each network, alone at k, and of mixtures at k."""
    found = {}
    for one in results(name):
        mine = found.setdefault(one["network"], {"parameters": one["parameters"], "d": one["d"]})
        regime = mine.setdefault("fixed" if fixed(one) else "mixed", {})
        for k, seeds in one["test"].items():
            regime[f"k{k}"] = {"mean": float(np.mean(seeds)), "solved": solved(seeds)}
    return found


def _told(regimes: dict[str, dict], longest: int) -> str:
    """Return how many seeds solved which distance, in words."""
    return ". ".join(
        f"{REGIMES[regime].format(longest=longest).capitalize()}: "
        + ", ".join(f"{solved(seeds) or 'none'} at {k}" for k, seeds in by_distance.items())
        for regime, by_distance in regimes.items()
    )


def draw(data: dict, wide: bool) -> Figure:
    """Draw both panels, a line for each network and a dot for each seed; two are told in colour."""
    figure, axes = style.panels(wide, 2, 380, 520, sharey=True)
    for ax, (regime, title) in zip(axes, REGIMES.items(), strict=True):
        scale_of_k(ax, data["distances"])
        scale_of_answers(ax, data["chance"], 0.36)
        ax.set_title(title.format(longest=data["longest"]))
        if wide or ax is axes[-1]:
            ax.set_xlabel("words between, k")
        for place, (name, (*_, kind)) in enumerate(NETWORKS.items(), -5):
            look = {"color": LIGHT[TOLD.get(name, "muted")], "lw": 1.3, "ls": kind}
            if name in TOLD:
                look |= {"lw": 2.2, "ls": SOLID, "zorder": 3}
            drawn = seeds_and_mean(ax, by_k(data, network=name, regime=regime), place, **look)
            for what, artist in zip(("mean", "seeds"), drawn, strict=True):
                artist.set_gid(f"net-{name}-{regime}-{what}")
                if name not in TOLD:
                    artist.set_alpha(0.45)
    # Named where they part: at their ends on the left both guess, on the right they are one line.
    for name, at, va in (("tanh", (7.5, 0.43), "top"), ("lstm", (23, 0.78), "baseline")):
        axes[0].annotate(NETWORKS[name][0], at, va=va, color=LIGHT[TOLD[name]])
    return figure
