"""What reaches far need not hold much: each network that was trained, against both walls.

To the right how far it learns a link from examples of that distance alone, upwards how many of 16
items it names: ``scripts/run_experiments.py``, as the figures ``accuracy_by_distance`` and
``recall_by_count`` count them. What one step can compute, `parity_by_length` shows.
"""

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.scores import EVERY, apart
from explainer.shared.trained import alone, reach, results, summary

ALT = (
    "{count} networks of width {d} as dots: to the right the longest link learned from far "
    "examples alone, upwards the share of {items} items named right. {told}."
)

ITEMS, D = 16, 32
DOT = 0.1  # where dots stand in their column; names stand to the right


def compute() -> dict:
    """Return, for each network, its reach and its share of items, means and spreads over seeds."""
    links, found = results("agreement.json", d=D), {}
    longest = max(one["longest"] for one in links)
    (tracked,) = {one["longest"] for one in results("parity.json")}
    for name in EVERY:
        far = dict(sorted(alone([one for one in links if one["network"] == name]).items()))
        (mixture,) = (one for one in links if one["network"] == name
                      and (one["shortest"], one["longest"]) == (1, longest))  # fmt: skip
        (items,) = results("items.json", d=D, longest=ITEMS, network=name)
        (parity,) = results("parity.json", network=name)
        each = [_reach_of(far, seed) for seed in range(len(mixture["seeds_asked"]))]
        found[name] = {
            "parameters": mixture["parameters"],
            "state": mixture["state"],
            "link": reach(far),
            "least_link": min(each),
            "most_link": max(each),
            "mixture": summary(mixture["test"][longest]),
            "items": summary(items["test"][ITEMS]),
            "parity": summary(parity["test"][max(parity["test"])]),
        }
        found[name] |= {
            "state_told": str(mixture["state"] or "grows"),
            "link_told": _range(found[name]["link"], min(each), max(each)),
        }
    # The finding: of those that name all items one has learned the longest link in all seeds.
    named = [name for name, one in found.items() if one["items"]["low"] > 0.95]
    assert len(named) == 3
    assert [name for name in named if found[name]["least_link"] == longest] == ["ssm"]
    return {
        "count": len(found),
        "d": D,
        "items": ITEMS,
        "longest": longest,
        "tracked": tracked,
        "farthest": max(parity["test"]),
        "distances": sorted(far),
        "networks": found,
        "told": "; ".join(
            f"{EVERY[name][0]} {one['link'] or 'no'} words, {one['items']['mean']:.0%}"
            for name, one in found.items()
        ),
        "table": {
            "network": list(found),
            "longest link": [one["link"] for one in found.values()],
            "items named right": [one["items"]["mean"] for one in found.values()],
        },
    }


def _reach_of(far: dict[int, list[float]], seed: int) -> int:
    """Return the longest distance that one seed solves, as it does all shorter ones."""
    return reach({k: [seeds[seed]] for k, seeds in far.items()})


def _range(value: int, least: int, most: int) -> str:
    return f"{value} ({least}–{most})" if least < most else f"{value}"


def draw(data: dict, wide: bool) -> Figure:
    """Draw a dot for each network: on a screen a map, on a phone a list."""
    return _map(data) if wide else _list(data)


def _map(data: dict) -> Figure:
    """Draw a column for each longest link, dots in it by items; seeds as thin lines."""
    figure, ax = plt.subplots(figsize=style.px(900, 520), layout="constrained")
    levels = [0, *data["distances"]]
    columns = {k: i for i, k in enumerate(levels)}
    ax.set_xlim(-0.25, len(levels) - 0.05)
    ax.set_xticks([i + DOT for i in range(len(levels))], ["none", *map(str, data["distances"])])
    ax.set_xlabel("longest link learned from far examples alone, in words")
    ax.set_ylim(0, 1.06)
    ax.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])
    ax.set_title(f"of {data['items']} items named right")
    ax.grid(visible=False, axis="x")
    for edge in range(1, len(levels)):
        ax.axvline(edge - 0.1, color=LIGHT["grid"], lw=1)
    ax.set_gid("map")
    for link in levels:
        here = {name: one for name, one in data["networks"].items() if one["link"] == link}
        order = sorted(here, key=lambda name: here[name]["items"]["mean"])
        places = apart([here[name]["items"]["mean"] for name in order], 0.054, 1.02)
        for name, height in zip(order, places, strict=True):
            one, (title, colour, _) = here[name], EVERY[name]
            look, y = {"color": LIGHT[colour]}, one["items"]["mean"]
            x = columns[link] + DOT
            ax.plot([x, x], [one["items"]["low"], one["items"]["high"]], lw=1.4, **look)
            ends = [columns[one[key]] + DOT for key in ("least_link", "most_link")]
            ax.plot(ends, [y, y], lw=0.9, ls=(0, (1, 1.5)), **look)
            ax.plot(x, y, "o", ms=8, **look)
            ax.plot([x + 0.05, x + 0.1], [y, height], lw=0.7, **look)
            ax.annotate(title, (x + 0.11, height), va="center", size=13,
                        bbox={"color": LIGHT["paper"], "pad": 1}, **look)  # fmt: skip
    return figure


def _list(data: dict) -> Figure:
    """Draw a row for each network, farthest link and most items first: items as dots."""
    figure, ax = plt.subplots(figsize=style.px(328, 560), layout="constrained")
    networks = data["networks"]
    order = sorted(networks, key=lambda name: (networks[name]["link"],
                                               networks[name]["items"]["mean"]))  # fmt: skip
    for row, name in enumerate(order):
        one, (_, colour, _) = networks[name], EVERY[name]
        look = {"color": LIGHT[colour]}
        ax.plot([one["items"]["low"], one["items"]["high"]], [row, row], lw=1.4, **look)
        ax.plot(one["items"]["mean"], row, "o", ms=7, **look)
        ax.annotate(str(one["link"] or "none"), (1.24, row), va="center", ha="right",
                    annotation_clip=False, **look)  # fmt: skip
    ax.set_gid("map")
    ax.set_yticks(range(len(order)), [EVERY[name][0] for name in order])
    for label, name in zip(ax.get_yticklabels(), order, strict=True):
        label.set_color(LIGHT[EVERY[name][1]])
    ax.grid(visible=False, axis="y")
    ax.set_xlim(0, 1.26)
    ax.set_xticks([0, 0.5, 1], ["0", "50 %", "100 %"])
    ax.set_title(f"of {data['items']} items named right; longest link")
    return figure
