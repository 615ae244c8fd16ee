"""How many items a recurrent network learns to name grows with its width; attention names all.

n of 8 symbols are read, then named in order: ``scripts/run_experiments.py``. What this training
reached, which is not what the states could hold.
"""

import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.scores import NETWORKS, scale_of_answers, scale_of_k, seeds_and_mean
from explainer.shared.trained import by_k, columns, results

ALT = (
    "Two panels, the share of items named right against their number n, {counts[0]} to "
    "{counts[4]}, for widths {widths[0]}, {widths[1]}, {widths[2]} and {widths[3]}. "
    "The GRU: at n = 8 the widths reach "
    "{networks[gru][d8][n8][mean]:.0%}, {networks[gru][d16][n8][mean]:.0%}, "
    "{networks[gru][d32][n8][mean]:.0%} and {networks[gru][d64][n8][mean]:.0%}; at n = 32 the "
    "widest names {networks[gru][d64][n32][mean]:.0%}. The diagonal linear state-space "
    "model: it names at least {half:.1%} of the items up to n = half its width, and "
    "{networks[ssm][d8][n8][mean]:.0%}, {networks[ssm][d16][n16][mean]:.0%} and "
    "{networks[ssm][d32][n32][mean]:.0%} where n is its width. In both, "
    "attention of width 32 names {networks[attention][d32][n32][mean]:.0%} of 32."
)

CHANCE = 1 / 8
PANELS = {"gru": "GRU", "ssm": "diagonal linear SSM"}
SIGNIFICAND = 24  # binary digits of a number of single precision, in which all were trained
# By how much the name of a line is moved from its end, to keep off others.
LIFTS = {("gru", 8): -0.04, ("gru", 32): 0.07, ("gru", 64): 0.075, ("ssm", 64): -0.06}


def compute() -> dict:
    """Return the share of items named right by each seed, for networks, widths and counts."""
    cells = results("first/items.json")
    found, rows = {}, []
    for one in cells:
        name, d, n = one["network"], one["d"], one["longest"]
        seeds = one["test"][n]
        found.setdefault(name, {}).setdefault(f"d{d}", {})[f"n{n}"] = {
            "mean": float(np.mean(seeds)),
            "low": min(seeds),
            "high": max(seeds),
        }
        rows += [(name, d, n, seed, score) for seed, score in enumerate(seeds)]
    # The finding, in bands that hold on any machine.
    ssm = [(one["d"], one["longest"], np.mean(one["test"][one["longest"]]))
           for one in cells if one["network"] == "ssm"]  # fmt: skip
    half = min(mean for d, n, mean in ssm if n <= d // 2)
    assert half > 0.85
    assert max(mean for d, n, mean in ssm if n == d) < 0.75
    assert found["gru"]["d64"]["n32"]["mean"] < 0.5
    assert found["attention"]["d32"]["n32"]["mean"] > 0.9
    # It is not for want of room: what 32 items are, and what 32 numbers hold, in bits.
    items = 32 * np.log2(1 / CHANCE)
    assert items < 32 * SIGNIFICAND / 4
    assert all(one["rate"] == max(one["rates"]) for one in cells
               if one["network"] == "ssm" and one["d"] == one["longest"])  # fmt: skip
    return {
        "seeds": len(cells[0]["seeds"]),
        "chance": CHANCE,
        "room": {"items": items, "numbers": 32 * SIGNIFICAND, "significand": SIGNIFICAND},
        "widths": sorted({d for d, *_ in ssm}),
        "half": float(half),
        "counts": sorted({row[2] for row in rows}),
        "networks": found,
        "table": columns(("network", "d", "k", "seed", "score"), rows),
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw a panel for each kind of state, a line for each width, attention in both."""
    figure, axes = style.panels(wide, 2, 400, 600, sharex=True, sharey=True)
    end = data["counts"][-1] * 1.35
    for ax, (name, title) in zip(axes, PANELS.items(), strict=True):
        scale_of_k(ax, data["counts"])
        ax.set_gid(name)
        ax.set_title(f"items named right, {title}")
        scale_of_answers(ax, data["chance"], 0)
        look = {"color": LIGHT[NETWORKS[name][1]]}
        for place, d in enumerate(data["widths"], -2):
            found = by_k(data, network=name, d=d)
            seeds_and_mean(ax, found, place, lw=1.0 + 0.5 * (place + 2), **look)
            last = list(found.values())[-1]
            height = np.mean(last) + LIFTS.get((name, d), 0)
            style.label_end(ax, end, height, f"d = {d}", **look)
        attention = {"color": LIGHT["backward"]}
        seeds_and_mean(ax, by_k(data, network="attention", d=32), 2, lw=1.4, **attention)
        style.label_end(ax, end, 1.02, "attention", **attention)
    for ax in axes if wide else axes[1:]:
        ax.set_xlabel("items, n")
    return figure
