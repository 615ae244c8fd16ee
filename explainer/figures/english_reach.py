"""Agreement in English ends before the horizon; a part of coreference and discourse lies beyond.

Shares of links longer than k words in UD English GUM (Zeldes 2017), as
``scripts/measure_language.py`` measures them, and the horizon ln 0.01 / ln r of one linear unit.
"""

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.figures.influence_curves import READER
from explainer.shared.measured import corpus, rows
from longrange.rates import horizon

ALT = (
    "Three falling curves: the share of links longer than k words, k from 1 to {longest} on a "
    "logarithmic axis. Agreement is gone before the line that marks the horizon at r = {r}, "
    "{horizon:.1f} words; beyond it lie {beyond[agreement]:.1%} of it, {beyond[discourse]:.0%} of "
    "discourse and {beyond[coreference]:.0%} of coreference."
)

# What the tables call them, and their colours, as in `link_distances`.
SERIES = {"agreement": "agreement", "discourse": "discourse_erst", "coreference": "coreference"}
COLOURS = {"agreement": "forward", "discourse": "backward", "coreference": "measured"}


def compute() -> dict:
    """Return the curves, and the share of each kind of link beyond the horizon."""
    curves = rows("link_survival.csv", unit="words")
    table = {"k": [row["k"] for row in curves]}
    table |= {name: [row[key] for row in curves] for name, key in SERIES.items()}
    reach = float(horizon(READER["r"]))
    beyond = {name: table[name][table["k"].index(int(reach))] for name in SERIES}
    # The finding, and that the curve agrees with the table of statistics.
    assert beyond["agreement"] < 0.01 < 0.1 < beyond["discourse"] < beyond["coreference"]
    for name, key in SERIES.items():
        (row,) = rows("link_distances.csv", series=key, unit="words")
        assert beyond[name] == row[f"beyond_{READER['r']}"]
    return {
        "r": READER["r"],
        "horizon": reach,
        "documents": corpus()["documents"],
        "longest": table["k"][-1],
        "beyond": beyond,
        "table": table,
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw the three curves, each with its name, and the horizon across them."""
    size = style.px(640, 300) if wide else style.px(328, 270)
    figure, ax = plt.subplots(figsize=size, layout="constrained")
    table = data["table"]
    ax.set_gid("reach")
    ax.set_title("links longer than k words")
    ax.set_xscale("log")
    ax.set_xlim(1, data["longest"])
    ax.set_xticks([1, 3, 10, 30, 100, 300], ["1", "3", "10", "30", "100", "300"])
    ax.minorticks_off()
    ax.set_xlabel("distance k, words")
    ax.set_ylim(0, 1)
    ax.set_yticks([0, 0.5, 1], ["0", "50 %", "100 %"])
    ax.axvline(data["horizon"], color=LIGHT["theory"], lw=1.6, ls=(0, (4, 3)))
    ax.annotate(f"horizon at r = {data['r']}", (data["horizon"], 0.93), (6, 0),
                textcoords="offset points", color=LIGHT["theory"])  # fmt: skip
    # Each name beside its curve: to the right of it, and to the left of the lower of two.
    heights = {"agreement": 0.18, "discourse": 0.4, "coreference": 0.3}
    for name, colour in COLOURS.items():
        ax.plot(table["k"], table[name], lw=2.4, color=LIGHT[colour])
        lag = next(k for k, share in zip(table["k"], table[name], strict=True)
                   if share < heights[name])  # fmt: skip
        side, aside = ("right", -8) if name == "discourse" else ("left", 8)
        ax.annotate(name, (lag, heights[name]), (aside, 0), textcoords="offset points",
                    ha=side, color=LIGHT[colour])  # fmt: skip
    return figure
