"""From far examples alone network after network fails; a mixture teaches most of them all.

Number agreement with attractors, k words after the subject, as ``scripts/run_experiments.py``
trained it. That a long link is hard to learn from far examples alone is the point of Bengio,
Simard & Frasconi (1994).
"""

from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.scores import (
    CONVOLVED,
    EVERY,
    SOLID,
    scale_of_answers,
    scale_of_k,
    seeds_and_mean,
)
from explainer.shared.trained import (
    SOLVED,
    alone,
    by_k,
    chance,
    columns,
    fixed,
    reach,
    results,
    solved,
    summary,
    told,
)

ALT = (
    "Two panels, the share of right answers against the words between subject and verb, "
    "{distances[0]} to {longest}, for {count} networks. Left, trained at one distance alone. The "
    "longest distance that most seeds learn: {reaches}. Of {failed[seeds]} seeds that fail, "
    "{failed[guess]} are within 10 points of {chance:.0%}. Right, trained on 1 to {longest} words. "
    "At {longest} words {mixture[right]} networks are right in 90 % or more, on the mean of their "
    "seeds. The others: {mixture[others]}."
)

CHANCE = 1 / 2
# In colour; the others wait until one asks for them.
TOLD = {"tanh": "measured", "lstm": "forward"}
WITHIN = 0.1  # how far from the sum an answer of adding may be
PAIRS = (("leaky", "lstm"),)  # whose counts the page compares
FILES = ("agreement.json", "remember.json", "adding.json", "items.json", "pairs.json",
         "parity.json", "permutations.json", "data.json", "matched.json", "clipping.json",
         "truncation.json", "growing.json")  # fmt: skip
RUNS = ("agreement.run.json", "remember.run.json", "adding.run.json", "items.run.json",
        "pairs.run.json", "parity.run.json", "permutations.run.json", "data.run.json",
        "matched.run.json", "clipping.run.json", "truncation.run.json",
        "growing.run.json")  # fmt: skip
FIRST = ("first/agreement.json", "first/remember.json", "first/adding.json", "first/items.json",
         "first/data.json", "first/matched.json")  # fmt: skip
REGIMES = {"fixed": "trained at k alone", "mixed": "trained on 1 to {longest}"}


def compute() -> dict:
    """Return the score of each seed of each network at each distance, and how many solved it."""
    cells = results("agreement.json")
    longest = max(one["longest"] for one in cells)
    distances = sorted({one["longest"] for one in cells if fixed(one)})
    found, rows, every = {}, [], {}
    for name, (title, *_) in EVERY.items():
        mine = [one for one in cells if one["network"] == name]
        (mixture,) = (one for one in mine if not fixed(one) and one["longest"] == longest)
        every[name] = regimes = {
            "fixed": dict(sorted(alone(mine).items())),
            "mixed": {k: mixture["test"][k] for k in distances},
        }
        found[name] = {
            regime: {f"k{k}": summary(scores) for k, scores in by_distance.items()}
            for regime, by_distance in regimes.items()
        } | {
            "parameters": mixture["parameters"],
            "state": mixture["state"],
            "reach": reach(regimes["fixed"]),
            "outvoted": summary(mixture["outvoted"])["mean"],
            "far": summary(mixture["test"][max(mixture["test"])]),
            "told": f"{title[0].upper()}{title[1:]}, seeds that solve it. "
            f"{_told(regimes, longest)}.",
        }
        rows += [
            (name, regime, k, seed, score)
            for regime, by_distance in regimes.items()
            for k, scores in by_distance.items()
            for seed, score in enumerate(scores)
        ]
    reaches = ", ".join(f"{EVERY[name][0]} {found[name]['reach'] or 'none'}" for name in found)
    at_longest = {name: one["mixed"][f"k{longest}"] for name, one in found.items()}
    low = {name: one["mean"] for name, one in at_longest.items() if one["mean"] < SOLVED}
    failed = [score for _, regime, *_, score in rows if regime == "fixed" and score < SOLVED]
    # The finding, in bands that hold on any machine: a cliff alone, none from a mixture.
    plain = found["tanh"]
    assert max(plain["fixed"][f"k{k}"]["mean"] for k in (16, 32, longest)) < 0.6
    assert min(one["mean"] for one in plain["mixed"].values()) > 0.95
    assert sum(one["reach"] < longest for one in found.values()) > len(found) / 2 > len(low)
    return {
        "d": cells[0]["d"],
        "seeds": len(cells[0]["seeds_asked"]),
        "count": len(found),
        "chance": CHANCE,
        "solved_from": SOLVED,
        "longest": longest,
        "distances": distances,
        "failed": {
            "seeds": len(failed),
            "guess": sum(abs(score - CHANCE) <= 0.1 for score in failed),
            "least": min(failed),
        },
        "networks": found,
        # How likely counts as different as those of two networks are, by Fisher's exact test.
        "chances": {
            f"k{k}": {
                f"{one}_{other}": chance(every[one]["fixed"][k], every[other]["fixed"][k])
                for one, other in PAIRS
            }
            for k in distances
        },
        "remember": _others("remember.json"),
        "adding": _others("adding.json"),
        "added": results("adding.json")[0]["longest"],
        # The best constant answer is 1; the sum of two uniform numbers has a triangular density.
        "sums": {"within": WITHIN, "constant": 1 - (1 - WITHIN) ** 2},
        "matched": _others("matched.json"),
        "study": _study(cells[0]),
        "mixture": {
            "right": len(found) - len(low),
            "low": len(low),
            "others": ", ".join(f"{EVERY[name][0]} {mean:.0%}" for name, mean in low.items()),
        },
        "convolved": {
            name: summary(one["test"][longest]) | {"far": summary(one["test"][max(one["test"])])}
            for one in cells
            if (name := one["network"]) in CONVOLVED
        },
        "reaches": reaches,
        "told": f"Most seeds learn {longest} words alone in "
        f"{sum(one['reach'] == longest for one in found.values())} of {len(found)} networks.",
        "first": _first(),
        "table": columns(("network", "regime", "k", "seed", "score"), rows),
    }


def _first() -> dict:
    """Return what the first study found, which what is told now is held against."""
    d, items = 32, 16
    found = {}
    for one in results("first/agreement.json", d=d):
        found.setdefault(one["network"], []).append(one)
    named = {one["network"]: summary(one["test"][items])
             for one in results("first/items.json", d=d, longest=items)}  # fmt: skip
    edges = [one["rate"] in (min(one["rates"]), max(one["rates"]))
             for name in FIRST for one in results(name)]  # fmt: skip
    return {
        "edge": {"cells": sum(edges), "of": len(edges), "share": sum(edges) / len(edges)},
        "networks": {
            name: {
                "alone": {f"k{k}": summary(seeds) for k, seeds in alone(mine).items()},
                "items": named.get(name),
            }
            for name, mine in found.items()
        },
    }


def _study(cell: dict) -> dict:
    """Return sizes of the study, what its run took, and what larger ones would take."""
    runs = [told(name) for name in RUNS]
    whole = runs[0]["run"]
    assert whole["resumed_with"] == 0  # in one go
    assert len(whole["parts"]) == len(FILES)
    every = [one for name in FILES for one in results(name)]
    assert len(every) == whole["cells"]
    raced = [len(one["validation"]) * len(one["racing"]) for one in every]
    fewest = min(len(one["seeds"]) for one in every)
    edge = [one for one in every if one["edge"]]
    still = [one for one in every if max(one["steps"]) >= one["most"]]
    hours = sum(one["cells_cpu_seconds"] for one in runs) / 3600
    keys = ("batch", "rates", "examples", "patience", "most", "check")
    return {key: cell[key] for key in keys} | {
        "most_examples": cell["batch"] * cell["most"],
        "patient_examples": cell["batch"] * cell["patience"],
        "cells": len(every),
        "networks": sum(raced) + sum(len(one["seeds"]) for one in every),
        "ten": sum(len(one["seeds"]) > fewest for one in every),
        "edge": {
            "cells": len(edge),
            "share": len(edge) / len(every),
            "named": ", ".join(f"{one['task']} {one['network']} {one['longest']}" for one in edge),
        },
        # Whose training ended at the most, with a score that may still have risen.
        "still": {"cells": len(still), "share": len(still) / len(every)},
        "minutes": whole["wall_seconds"] / 60,
        "core_hours": hours,
        # Products of matrices grow with the square of the width, and examples grow with it.
        "larger": {f"x{scale}": hours * scale**3 for scale in (10, 100)},
        "versions": runs[0]["versions"],
    }


def _others(name: str) -> dict:
    """Return scores of another part: of each network, alone at k, and of mixtures at k."""
    found = {}
    for one in results(name):
        mine = found.setdefault(one["network"], {"parameters": one["parameters"], "d": one["d"]})
        regime = mine.setdefault("fixed" if fixed(one) else "mixed", {})
        for k, seeds in one["test"].items():
            regime[f"k{k}"] = summary(seeds)
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
        for place, (name, (*_, kind)) in enumerate(EVERY.items(), -(len(EVERY) // 2)):
            look = {"color": LIGHT[TOLD.get(name, "muted")], "lw": 1.3, "ls": kind}
            if name in TOLD:
                look |= {"lw": 2.2, "ls": SOLID, "zorder": 3}
            found = by_k(data, network=name, regime=regime)
            drawn = seeds_and_mean(ax, found, 0.5 * place, **look)
            for what, artist in zip(("mean", "seeds"), drawn, strict=True):
                artist.set_gid(f"net-{name}-{regime}-{what}")
                if name not in TOLD:
                    artist.set_alpha(0.45)
    # Named where they part: at their ends on the left both guess, on the right they are one line.
    for name, at, va in (("tanh", (7.5, 0.43), "top"), ("lstm", (23, 0.78), "baseline")):
        axes[0].annotate(EVERY[name][0], at, va=va, color=LIGHT[TOLD[name]])
    return figure
