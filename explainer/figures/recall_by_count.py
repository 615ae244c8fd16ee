"""How many items a recurrent network learns to name grows with its width; attention names all.

n of 8 symbols are read, then named in order: ``scripts/run_experiments.py``. What this training
reached, which is not what the states could hold.
"""

import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.scores import (
    EVERY,
    label_ends,
    scale_of_answers,
    scale_of_k,
    seeds_and_mean,
)
from explainer.shared.trained import columns, results, summary

ALT = (
    "Two panels, the share of items named right. Left, against their number at width 32, for 8, "
    "16 and 32 items: attention {networks[attention][d32][n8][mean]:.0%}, "
    "{networks[attention][d32][n16][mean]:.0%} and {networks[attention][d32][n32][mean]:.0%}; "
    "diagonal SSM {networks[ssm][d32][n8][mean]:.0%}, {networks[ssm][d32][n16][mean]:.0%} and "
    "{networks[ssm][d32][n32][mean]:.0%}. Right, 16 items against the width, {widths[0]} and "
    "{widths[1]}: diagonal SSM {networks[ssm][d16][n16][mean]:.0%} and "
    "{networks[ssm][d32][n16][mean]:.0%}; GRU {networks[gru][d16][n16][mean]:.0%} and "
    "{networks[gru][d32][n16][mean]:.0%}."
)

CHANCE = 1 / 8
PANELS = {"counts": ("attention", "ssm"), "widths": ("ssm", "gru")}
D, N = 32, 16
SIGNIFICAND = 24  # binary digits of a number of single precision, in which all were trained


def compute() -> dict:
    """Return the share of items named right by each seed, for networks, widths and counts."""
    cells = results("items.json")
    found, rows = {}, []
    for one in cells:
        name, d, n = one["network"], one["d"], one["longest"]
        seeds = one["test"][n]
        found.setdefault(name, {}).setdefault(f"d{d}", {})[f"n{n}"] = summary(seeds)
        rows += [(name, d, n, seed, score) for seed, score in enumerate(seeds)]
    pairs = {
        one["network"]: summary(one["test"][N]) | {key: one[key] for key in ("state", "parameters")}
        for one in results("pairs.json")
    }
    # It is not for want of room: what 32 items are, and what 32 numbers hold, in bits.
    items = 32 * np.log2(1 / CHANCE)
    assert items < 32 * SIGNIFICAND / 4
    # The finding: twice as wide, more items; what looks back at all of them names all.
    for name in PANELS["widths"]:
        assert found[name]["d32"]["n16"]["low"] > found[name]["d16"]["n16"]["mean"]
    assert min(one["low"] for one in found["attention"]["d32"].values()) > 0.95
    return {
        "seeds": len(cells[0]["seeds_asked"]),
        "chance": CHANCE,
        "room": {"items": items, "numbers": 32 * SIGNIFICAND, "significand": SIGNIFICAND},
        "widths": sorted({one["d"] for one in cells if one["network"] == "ssm"}),
        "counts": sorted({row[2] for row in rows}),
        "networks": found,
        "pairs": pairs,
        "table": columns(("network", "d", "k", "seed", "score"), rows),
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw items by their number beside items by the width, a line for each network."""
    figure, axes = style.panels(wide, 2, 400, 600, sharey=True)
    table = data["table"]
    labels = {"counts": f"items, n, at width {D}", "widths": f"width, of {N} items"}
    for ax, (gid, names) in zip(axes, PANELS.items(), strict=True):
        ends = {}
        for place, name in enumerate(names):
            _, colour, kind = EVERY[name]
            along, other, held = ("k", "d", D) if gid == "counts" else ("d", "k", N)
            found: dict[int, list[float]] = {}
            rows = zip(*(table[key] for key in ("network", other, along, "score")), strict=True)
            for network, fixed, at, score in rows:
                if (network, fixed) == (name, held):
                    found.setdefault(at, []).append(score)
            seeds_and_mean(ax, found, place, color=LIGHT[colour], lw=2, ls=kind)
            ends[name] = np.mean(found[max(found)])
        ticks = data[gid]
        scale_of_k(ax, ticks)
        ax.set_gid(gid)
        ax.set_title("items named right")
        scale_of_answers(ax, data["chance"], 0)
        ax.set_xlabel(labels[gid])
        label_ends(ax, ticks[-1] * 1.35, ends, EVERY, 0.08)
    return figure
