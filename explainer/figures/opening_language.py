"""Agreement reaches over a few words, coreference over more than a hundred.

Half and nine tenths of the links in UD English GUM (Zeldes 2017), and the horizon ln 0.01 / ln r
of a memory that keeps r = 0.8 of itself at each word.
"""

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.shared.measured import rows
from longrange.rates import horizon

ALT = (
    "A ruler of distances in words, logarithmic. Three bars start at its left. Half of the links "
    "of agreement reach {agreement[median]} word and nine in ten reach {agreement[p90]}; of "
    "discourse {discourse_gdtb[median]} and {discourse_gdtb[p90]} words by one count, "
    "{discourse_erst[p90]} by another; of coreference {coreference[median]} and "
    "{coreference[p90]}. A line marks the horizon at r = {r}, {horizon:.1f} words: agreement ends "
    "long before it, the two others reach far beyond."
)

R = 0.8
SERIES = ("agreement", "discourse_gdtb", "discourse_erst", "coreference")


def compute() -> dict:
    """Return medians and nine-tenths of the distances, in words, and the horizon."""
    found = {}
    for name in SERIES:
        (row,) = rows("link_distances.csv", series=name, unit="words")
        found[name] = {"median": row["median"], "p90": row["p90"]}
    reach = float(horizon(R))
    # The finding: nine in ten links of agreement end before the horizon; no other kind does so.
    assert 2 * found["agreement"]["p90"] < reach
    assert all(found[name]["p90"] > reach > found[name]["median"] for name in SERIES[1:])
    assert found["coreference"]["p90"] > 100
    return {
        "r": R,
        "horizon": reach,
        **found,
        "table": {
            "link": list(SERIES),
            "median": [found[name]["median"] for name in SERIES],
            "p90": [found[name]["p90"] for name in SERIES],
        },
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw a bar for each kind of link over the ruler, and the horizon across them."""
    figure = plt.figure(figsize=style.px(1160, 300) if wide else style.px(328, 310))
    ax = figure.add_axes((0.11, 0.21, 0.79, 0.65) if wide else (0.05, 0.18, 0.82, 0.71))
    size, tall = (17, 11) if wide else (13, 9)
    ax.set_gid("reach")
    ax.set_xscale("log")
    ax.set_xlim(0.8, 200)
    ax.set_ylim(-0.5, 2.6 if wide else 2.75)
    ax.set_xticks([1, 3, 10, 30, 100], ["1", "3", "10", "30", "100"])
    ax.minorticks_off()
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.grid(visible=False)
    ax.set_xlabel("words back")
    ax.axvline(data["horizon"], color=LIGHT["theory"], lw=1.6, ls=(0, (5, 3)))
    ax.annotate(f"at r = {data['r']} one per cent is left here", (data["horizon"], 1),
                (0, 6), xycoords=("data", "axes fraction"), textcoords="offset points",
                ha="center", color=LIGHT["theory"])  # fmt: skip
    shown = {"agreement": (2, "forward", "agreement"), "discourse_gdtb": (1, "backward", ""),
             "discourse_erst": (1, "backward", "discourse"),
             "coreference": (0, "measured", "coreference")}  # fmt: skip
    for name, (y, colour, title) in shown.items():
        one, look = data[name], {"color": LIGHT[colour], "solid_capstyle": "butt"}
        dashed = name == "discourse_erst"
        start = data["discourse_gdtb"]["p90"] if dashed else 0.8
        ax.plot([start, one["p90"]], [y, y], lw=2.4, ls=(0, (3, 1.5)) if dashed else "-", **look)
        if not dashed:
            ax.plot([0.8, one["median"]], [y, y], lw=tall, **look)
        if name == "discourse_gdtb":
            ax.annotate(f"{one['p90']}", (one["p90"], y), (0, 5), textcoords="offset points",
                        ha="center", size=size, color=LIGHT[colour])  # fmt: skip
        if title:
            style.label_end(ax, one["p90"], y, f"{one['p90']}", size=size, color=LIGHT[colour])
            if wide:
                ax.annotate(title, (0, y), (-12, 0), xycoords=("axes fraction", "data"),
                            textcoords="offset points", ha="right", va="center", size=size,
                            color=LIGHT[colour])  # fmt: skip
            else:
                ax.text(0.8, y + 0.2, title, size=size, color=LIGHT[colour])
    key = (
        "thick: half of the links\nthin: nine in ten" if wide else "thick: half,\nthin: nine in ten"
    )
    ax.text(25, 2, key, color=LIGHT["muted"], va="center")
    return figure
