"""The further a verb stands from its subject, the likelier a noun of the other number between.

Agreement links of UD English GUM (Zeldes 2017) by distance, as ``scripts/measure_language.py``
measures them. Such a noun is an attractor, after Bock & Miller (1991).
"""

from itertools import pairwise

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.shared.measured import corpus, rows

ALT = (
    "Rows for the distance from subject to verb, 1 word at the top to 31 and more at the bottom; "
    "dots show the share of agreement links with an attractor, bars its 95% interval. The share "
    "is 0 for neighbours, {at[d2][share]:.1%} at 2 words, {at[d3][share]:.0%} at 3, "
    "{at[d5][share]:.0%} at 5, {at[d9][share]:.0%} at 9 and {at[d21][share]:.0%} from 21 to 30. "
    "Of all {all[N]:,} links {all[share]:.1%} have one. Only {far[N]} links span {far[from]} words "
    "or more, and they hold {far[of_attractors]:.0%} of those with an attractor."
)

FAR, FEW = 5, 10
SERIES = ("agreement", "agreement_noun", "agreement_pronoun")


def compute() -> dict:
    """Return for each bin of distances the links, those with an attractor, and the share."""
    bins = {name: rows("link_attractors.csv", series=name) for name in SERIES}
    totals = {name: found.pop(0) for name, found in bins.items()}  # the first row has them all
    every, total = bins["agreement"], totals["agreement"]
    assert sum(row["N"] for row in every) == total["N"]
    assert sum(row["with_attractor"] for row in every) == total["with_attractor"]
    # The finding: the share grows, by more than its intervals leave open.
    at = {f"d{row['from']}": row for row in every}
    for near, next_one in pairwise(("d2", "d3", "d4", "d5", "d9")):
        assert at[near]["high"] < at[next_one]["low"]
    assert at["d2"]["high"] < 0.02
    assert min(row["share"] for row in every[8:]) > 0.5
    distant = [row for row in every if row["from"] >= FAR]
    links, lured = (sum(row[key] for row in distant) for key in ("N", "with_attractor"))
    return {
        "corpus": corpus(),
        "few": FEW,
        "all": total,
        "noun": totals["agreement_noun"],
        "pronoun": totals["agreement_pronoun"],
        "far": {
            "from": FAR,
            "N": links,
            "with_attractor": lured,
            "share": lured / links,
            "of_links": links / total["N"],
            "of_attractors": lured / total["with_attractor"],
        },
        "at": at,
        "table": {
            key: [row[key] for name in SERIES for row in bins[name]]
            for key in ("series", "from", "to", "N", "with_attractor", "share", "low", "high")
        },
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw a row for each distance, the count of links at its right end."""
    size = style.px(640, 420) if wide else style.px(328, 400)
    figure, ax = plt.subplots(figsize=size, layout="constrained")
    ax.set_gid("share")
    ax.set_title("words from subject to verb")
    bins = list(data["at"].values())
    ink = {"color": LIGHT["measured"], "clip_on": False}
    beside = {"ha": "right", "annotation_clip": False, "color": LIGHT["muted"],
              "textcoords": "offset points"}  # fmt: skip
    aside = 100 if wide else 88
    for i, row in enumerate(bins):
        few = row["N"] < data["few"]
        if not few:
            ax.plot([row["low"], row["high"]], [i, i], lw=2.4, alpha=0.45, **ink)
        ax.plot(row["share"], i, "o", ms=6, mfc=LIGHT["paper" if few else "measured"], **ink)
        ax.annotate(
            f"{row['with_attractor']} of {row['N']:,}", (1, i), (aside, 0), va="center", **beside
        )
    ax.annotate("links", (1, -0.6), (aside, 6), **beside)
    ax.set_xlim(0, 1)
    ax.set_ylim(len(bins) - 0.4, -0.6)
    names = [f"{row['from']}" if row["from"] == row["to"] else f"{row['from']}–{row['to']}"
             for row in bins]  # fmt: skip
    ax.set_yticks(range(len(bins)), names)
    ax.tick_params(axis="y", length=0, pad=9)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    ax.set_xlabel("links with an attractor")
    return figure
