"""What one step can compute decides who follows a state: that is neither wall.

Parity and permutations of three, trained on 1 to 40 moves and tested up to 256
(``scripts/run_experiments.py``). Factors from 0 to 1 cannot follow parity at every length, factors
down to −1 can (Grazzi et al. 2025); transformers and such SSMs of a fixed number of layers cannot
follow permutations of five, under a standard assumption (Merrill et al. 2024).
"""

from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.scores import (
    EVERY,
    SIGNED,
    label_ends,
    scale_of_answers,
    scale_of_k,
    seeds_and_mean,
)
from explainer.shared.trained import by_k, columns, results, summary

ALT = (
    "Two panels, right answers against 1 to {farthest} moves, trained on 1 to {longest}; the "
    "numbers are those at {longest} and at {farthest} moves. Parity: {told[parity]}. Permutations "
    "of three: {told[permutations]}."
)

PANELS = {
    "parity": ("parity: odd or even?", 1 / 2),
    "permutations": ("permutations of three", 1 / 6),
}
TITLES = EVERY | SIGNED
TICKS = (1, 4, 16, 40, 256)  # more would touch on a phone
DRAWN = ("tanh", "lstm", "selective", "selective_signed", "deltanet", "deltanet_signed",
         "attention")  # fmt: skip


def compute() -> dict:
    """Return the score of each seed of each network at each number of moves."""
    found, rows = {}, []
    for task in PANELS:
        for one in results(f"{task}.json"):
            mine = found.setdefault(one["network"], {"state": one["state"]})
            mine[task] = {f"k{k}": summary(seeds) for k, seeds in one["test"].items()}
            rows += [
                (task, one["network"], k, seed, score)
                for k, seeds in one["test"].items()
                for seed, score in enumerate(seeds)
            ]
    longest, farthest = one["longest"], max(one["test"])
    # The finding: a state that bends follows; of linear ones only those with negative factors do.
    at = {name: [one["parity"][f"k{k}"]["mean"] for k in (longest, farthest)]
          for name, one in found.items()}  # fmt: skip
    assert min(at["tanh"] + at["lstm"]) > 0.9
    for name in ("selective", "deltanet"):
        assert at[name][0] < 0.6
        assert at[f"{name}_signed"][0] > 0.9 > at[f"{name}_signed"][1]
    return {
        "longest": longest,
        "farthest": farthest,
        "distances": list(one["test"]),
        "chance": {task: chance for task, (_, chance) in PANELS.items()},
        "networks": found,
        "told": {
            task: ", ".join(
                f"{TITLES[name][0]} {found[name][task][f'k{longest}']['mean']:.0%}, "
                f"{found[name][task][f'k{farthest}']['mean']:.0%}"
                for name in DRAWN
            )
            for task in PANELS
        },
        "table": columns(("task", "network", "k", "seed", "score"), rows),
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw a panel for each task, a line for each network that is told."""
    figure, axes = style.panels(wide, 2, 400, 640, sharex=True, sharey=True)
    for ax, (task, (title, chance)) in zip(axes, PANELS.items(), strict=True):
        ax.set_gid(task)
        ax.set_title(f"right answers, {title}")
        scale_of_k(ax, data["distances"])
        ax.set_xticks(TICKS, map(str, TICKS))
        scale_of_answers(ax, chance, 0)
        ax.axvspan(1 / 1.35, data["longest"] * 1.2, color=LIGHT["grid"], alpha=0.5, lw=0)
        ends = {}
        for place, name in enumerate(DRAWN, -(len(DRAWN) // 2)):
            _, colour, kind = TITLES[name]
            found = by_k(data, task=task, network=name)
            seeds_and_mean(ax, found, 0.5 * place, color=LIGHT[colour], ls=kind, lw=1.8)
            ends[name] = data["networks"][name][task][f"k{data['farthest']}"]["mean"]
        label_ends(ax, data["farthest"] * 1.35, ends, TITLES, 0.06)
    for ax in axes if wide else axes[1:]:
        ax.set_xlabel("moves, k")
    return figure
