"""What reaches far need not hold much: a leaky network does the one, an orthogonal start the other.

The longest link that most seeds learn from examples of that length alone, beside the share of 16
items named right, as the figures ``accuracy_by_distance`` and ``recall_by_count`` count them.
"""

import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.scores import EVERY
from explainer.shared.trained import alone, fixed, reach, results

ALT = (
    "{count} trained networks as dots. To the right: the longest link learned from examples of "
    "that length alone, {distances[0]} to {distances[4]} words. Upwards: the share of {items} "
    "items named right. {told}."
)

ITEMS, D = 16, 32
# Those of the first study; all stand in `remedies_map`.
SHOWN = ("tanh", "orthogonal", "small_inputs", "leaky", "identity", "gru", "lstm", "lstm_chrono",
         "ssm", "attention")  # fmt: skip
# Where each name stands beside its dot, in units of the picture: right and up.
BESIDE, PLACES = (13, 0), {
    "leaky": (11, 8), "identity": (11, -9), "ssm": (-13, 0), "attention": (-13, 0),
    "small_inputs": (-10, -14), "lstm_chrono": (11, 4),
}  # fmt: skip
SHORT = {"orthogonal": "orthogonal", "identity": "identity", "ssm": "SSM", "lstm_chrono": "chrono"}


def compute() -> dict:
    """Return, for each network tried on both, its longest link and its share of items."""
    links, found = results("agreement.json", d=D), {}
    for one in results("items.json", d=D, longest=ITEMS):
        name = one["network"]
        if name in SHOWN:
            mine = [cell for cell in links if cell["network"] == name]
            found[name] = {
                "link": reach(alone(mine)),
                "items": float(np.mean(one["test"][ITEMS])),
            }
    # The finding: to reach farther is not to name more, nor less.
    leaky, orthogonal, linear = (found[name] for name in ("leaky", "orthogonal", "ssm"))
    assert orthogonal["link"] < leaky["link"] == linear["link"]
    assert leaky["items"] < 0.75 < 0.95 < min(orthogonal["items"], linear["items"])
    assert found["attention"]["items"] > 0.95
    order = [name for name in EVERY if name in found]
    return {
        "count": len(order),
        "d": D,
        "items": ITEMS,
        "seeds": len(links[0]["seeds_asked"]),
        "distances": sorted({one["longest"] for one in links if fixed(one)}),
        "networks": found,
        "told": "; ".join(
            f"{EVERY[name][0]} {found[name]['link']} words, {found[name]['items']:.0%}"
            for name in order
        ),
        "table": {
            "network": order,
            "longest link": [found[name]["link"] for name in order],
            "items named right": [found[name]["items"] for name in order],
        },
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw a dot for each network, with its name."""
    figure, ax = style.opening(wide)
    ax.set_xscale("log", base=2)
    ax.set_xticks(data["distances"], map(str, data["distances"]))
    ax.minorticks_off()
    ax.set_xlim(3.2, 85)
    ax.set_ylim(0, 1.15)
    ax.set_yticks([0, 0.5, 1], ["0", "50 %", "100 %"])
    ax.set_xlabel("longest link learned from far examples alone, in words")
    ax.set_title(f"of {data['items']} items named right")
    for name, one in data["networks"].items():
        title, colour, _ = EVERY[name]
        look = {"color": LIGHT[colour]}
        ax.plot(one["link"], one["items"], "o", ms=13 if wide else 9, clip_on=False, **look)
        right, up = PLACES.get(name, BESIDE)
        if name == "attention" and not wide:  # no room beside the SSM
            right, up = -8, 16
        ax.annotate(SHORT.get(name, title), (one["link"], one["items"]), (right, up),
                    textcoords="offset points", va="center", size=16 if wide else 12,
                    ha="left" if right > 0 else "right", **look)  # fmt: skip
    return figure
