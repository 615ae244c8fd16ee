"""What reaches far need not hold much: of the networks that were trained, one does both best.

The longest link that most seeds learn from examples of that length alone, beside the share of 16
items named right, as the figures ``accuracy_by_distance`` and ``recall_by_count`` count them.
"""

import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.scores import NETWORKS
from explainer.shared.trained import fixed, reach, results

ALT = (
    "{count} trained networks as dots. To the right: the longest link learned from examples of "
    "that length alone, {distances[0]} to {distances[4]} words. Upwards: the share of {items} "
    "items named right. Plain tanh lies at the lower left, {networks[tanh][link]} words and "
    "{networks[tanh][items]:.0%}. GRU, LSTM, leaky and identity reach {networks[gru][link]} to "
    "{networks[leaky][link]} words and stay below {low:.0%}. Small inputs and the diagonal "
    "state-space model reach {networks[ssm][link]} words and {networks[small_inputs][items]:.0%} "
    "and {networks[ssm][items]:.0%}. Attention is at the upper right: {networks[attention][link]} "
    "words, {networks[attention][items]:.0%}."
)

ITEMS, D = 16, 32
LOW = 0.5  # the share of items that four networks of long or middling reach stay below
# Where each name stands beside its dot, in units of the picture: right and up.
BESIDE, PLACES = (13, 0), {
    "leaky": (11, 8), "identity": (11, -9), "ssm": (-13, 0), "attention": (-13, 0)
}  # fmt: skip
SHORT = {"orthogonal": "orthogonal", "identity": "identity", "ssm": "SSM"}


def compute() -> dict:
    """Return, for each network tried on both, its longest link and its share of items."""
    links, found = results("first/agreement.json"), {}
    for one in results("first/items.json", d=D, longest=ITEMS):
        name = one["network"]
        alone = {cell["longest"]: cell["test"][cell["longest"]]
                 for cell in links if cell["network"] == name and fixed(cell)}  # fmt: skip
        found[name] = {"link": reach(alone), "items": float(np.mean(one["test"][ITEMS]))}
    # The finding: the same reach, and three times the items; nothing else at the upper right.
    far = max(one["link"] for one in found.values())
    best = [name for name, one in found.items() if one["link"] == far and one["items"] > 0.95]
    assert best == ["attention"]
    assert found["leaky"]["link"] == found["ssm"]["link"] > found["lstm"]["link"]
    assert found["ssm"]["items"] > 0.95
    assert max(found[name]["items"] for name in ("gru", "lstm", "leaky", "identity")) < LOW
    order = [name for name in NETWORKS if name in found]
    return {
        "count": len(order),
        "d": D,
        "items": ITEMS,
        "low": LOW,
        "seeds": len(links[0]["seeds"]),
        "distances": sorted({one["longest"] for one in links if fixed(one)}),
        "networks": found,
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
        title, colour, _ = NETWORKS[name]
        look = {"color": LIGHT[colour]}
        ax.plot(one["link"], one["items"], "o", ms=13 if wide else 9, clip_on=False, **look)
        right, up = PLACES.get(name, BESIDE)
        if name == "attention" and not wide:  # no room beside the SSM
            right, up = -8, 16
        ax.annotate(SHORT.get(name, title), (one["link"], one["items"]), (right, up),
                    textcoords="offset points", va="center", size=16 if wide else 12,
                    ha="left" if right > 0 else "right", **look)  # fmt: skip
    return figure
