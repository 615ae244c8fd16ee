"""Agreement reaches over a few words; much of coreference and discourse reaches far further.

Shares of links longer than k words in UD English GUM (Zeldes 2017), as
``scripts/measure_language.py`` measures them, and the horizon ln 0.01 / ln r of one linear mode.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.places import shares
from explainer.figures.influence_curves import RANGE, READER
from explainer.shared.measured import corpus, rows
from longrange.rates import half_life, horizon

ALT = (
    "Seven falling curves show the share of links that are longer than k words, k from 1 to "
    "{longest} on a logarithmic axis. Two lie far to the left: {agreement[p99]} words hold 99% of "
    "agreement, {any_dependency[p99]} of any dependency. The others fall to one half between "
    "{coreference_third_person[median]} and {coreference_names_nouns[median]} words. A vertical "
    "line marks the horizon at r = {reader[r]:.2f}, {reader[horizon]:.1f} words. Beyond it lie "
    "{agreement[beyond][r80]:.1%} of agreement, {any_dependency[beyond][r80]:.1%} of any "
    "dependency, {coreference_third_person[beyond][r80]:.0%} of third-person pronouns, "
    "{discourse_gdtb[beyond][r80]:.0%} of discourse by GDTB and "
    "{discourse_erst[beyond][r80]:.0%} by eRST, {coreference[beyond][r80]:.0%} of all "
    "coreference and {coreference_names_nouns[beyond][r80]:.0%} of names and nouns."
)

RATES = (0.5, 0.7, 0.8, 0.9, 0.95, 0.99)  # those the tables know
# In the order of the picture's key: colour, width and kind of line, name.
SHOWN = {
    "agreement": ("forward", 2.6, "-", "agreement"),
    "any_dependency": ("muted", 1.6, (0, (1, 2)), "any dependency"),
    "discourse_erst": ("backward", 2.6, "-", "discourse, eRST"),
    "discourse_gdtb": ("backward", 2.0, (0, (5, 2)), "discourse, GDTB"),
    "coreference": ("measured", 2.6, "-", "coreference, all"),
    "coreference_names_nouns": ("measured", 1.4, (0, (5, 2)), "– names and nouns"),
    "coreference_third_person": ("measured", 1.4, (0, (1, 2)), "– third person"),
}


def compute() -> dict:
    """Return statistics and intervals of all series, their curves, and the shares beyond r."""
    curves = rows("link_survival.csv", unit="words")
    table = {key: [row[key] for row in curves] for key in curves[0] if key != "unit"}
    series = [key for key in table if key != "k"]
    found = {name: _statistics(name, "words") for name in series}
    r = READER["r"]
    rates = np.arange(round(100 * RANGE["r"][0]), 100) / 100  # those that have a horizon
    beyond = {name: _beyond(table[name], rates) for name in series}
    for name in series:  # the two tables agree
        for rate in RATES:
            share = beyond[name][int(np.argmin(abs(rates - rate)))]
            assert share == found[name]["beyond"][f"r{100 * rate:.0f}"]
    # The finding: agreement is short, the rest is long, in this order at the reader's r.
    order = ("agreement", "any_dependency", "coreference_third_person", "discourse_gdtb",
             "discourse_erst", "coreference", "coreference_names_nouns")  # fmt: skip
    shares = [found[name]["beyond"]["r80"] for name in order]
    assert shares == sorted(shares)
    assert found["agreement"]["p99"] < horizon(r) < found["discourse_gdtb"]["p90"]
    assert found["coreference"]["p90"] > 100
    assert found["agreement"]["beyond"]["r90"] == 0  # as the page says in words
    at, reach = int(np.argmin(abs(rates - r))), float(horizon(r))
    lags, told = np.log(table["k"]), corpus()
    return {
        "corpus": told,
        "words_per": {name: told["words"] / told[f"{name}s"] for name in ("sentence", "document")},
        "letters_per_word": told["letters"] / told["words"],
        "in_letters": _in_letters(table["agreement"], told, r),
        "first_second_person": _nested(
            rows("link_groups.csv", kind="coreference", group="first_second_person", unit="words")[
                0
            ]
        ),
        "longest": table["k"][-1],
        "range": {"r": RANGE["r"]},
        "rates": list(RATES),
        "horizons": {f"r{100 * rate:.0f}": float(horizon(rate)) for rate in RATES},
        "reader": {
            "r": r,
            "half_life": float(half_life(r)),
            "horizon": reach,
            "beyond": {name: _percent(beyond[name][at]) for name in SHOWN},
            "height": {name: float(np.interp(np.log(reach), lags, table[name])) for name in SHOWN},
        },
        **found,
        "in_tokens": {name: _statistics(name, "tokens") for name in series},
        "by_rate": {name: " ".join(map(_percent, beyond[name])) for name in SHOWN},
        "table": table,
    }


def _in_letters(curve: list[float], told: dict, r: float) -> dict:
    """Return how many words the horizon is long if r is a rate per letter, a space included."""
    reach = float(horizon(r) / (told["letters"] / told["words"] + 1))
    return {"horizon": reach, "agreement": curve[int(reach) - 1]}


def _statistics(series: str, unit: str) -> dict:
    """Return what the tables say of a series; what has an interval stands again in low, high."""
    (row,) = rows("link_distances.csv", series=series, unit=unit)
    limits = rows("link_intervals.csv", series=series, unit=unit)
    return _nested(row) | {
        end: _nested({one["statistic"]: one[end] for one in limits}) for end in ("low", "high")
    }


def _nested(row: dict) -> dict:
    """Return statistics by name, those named beyond_0.8 as r80 in beyond."""
    found = {
        key: value for key, value in row.items() if key not in ("series", "unit", "kind", "group")
    }
    names = [key for key in found if key.startswith("beyond_")]
    beyond = {f"r{100 * float(key[7:]):.0f}": found.pop(key) for key in names}
    return found | {"beyond": beyond}


def _beyond(curve: list[float], rates: np.ndarray) -> list[float]:
    """Return P(distance > horizon) for each rate, of a curve that begins at k = 1."""
    return [curve[int(k) - 1] for k in horizon(rates)]


def _percent(share: float) -> str:
    """Return a share in per cent, in two figures or less; 0 only if there is none."""
    percent = 100 * share
    if 0 < percent < 0.05:
        return "<0.1"
    return f"{percent:.1f}" if 0 < percent < 9.95 else f"{percent:.0f}"


def draw(data: dict, wide: bool) -> Figure:
    """Draw the curves, the reader's horizon, and a key that says what lies beyond it."""
    figure = plt.figure(figsize=style.px(900, 400) if wide else style.px(328, 420))
    box = (56, 50, 540, 318) if wide else (48, 46, 266, 242)  # left, bottom, width, height
    ax = figure.add_axes(shares(figure, *box))
    reader, table = data["reader"], data["table"]
    ax.set_gid("share")
    ax.set_title("links longer than k words")
    ax.set_xscale("log")
    ax.set_xlim(1, data["longest"])
    ax.set_ylim(0, 1)
    ticks = [1, 2, 5, 10, 20, 50, 100, 200, 500] if wide else [1, 3, 10, 30, 100, 300]
    ax.set_xticks(ticks, map(str, ticks))
    ax.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    ax.set_xlabel("distance k (words)")
    # A word is narrower the later on a logarithmic axis: some of the points are enough.
    some = np.unique(np.geomspace(1, data["longest"], 90).round().astype(int)) - 1
    # The curves cross, and end on one line: a key names them, beside the picture or above it.
    if wide:
        places = [(624, 330 - 24 * i) for i in range(7)]
    else:
        places = [(4, 380 - 17 * i) for i in range(4)] + [(164, 380 - 17 * i) for i in range(3)]
    line, value, name_at = (30, 88, 98) if wide else (18, 58, 64)
    for (name, (colour, width, kind, title)), (x, y) in zip(SHOWN.items(), places, strict=True):
        look = {"color": LIGHT[colour], "lw": width, "ls": kind}
        (curve,) = ax.plot(np.array(table["k"])[some], np.array(table[name])[some], **look)
        curve.set_gid(f"curve-{name}")
        x0, y0, x1, _ = shares(figure, x, y, x + line, y)
        figure.add_artist(Line2D([x0, x1], [y0, y0], **look))
        text = {"va": "center_baseline"}
        found = figure.text(*shares(figure, x + value, y), f"{reader['beyond'][name]} %",
                            ha="right", color=LIGHT["reader"], **text)  # fmt: skip
        found.set_gid(f"live-{name}")
        figure.text(*shares(figure, x + name_at, y), title, color=LIGHT[colour], **text)
    live = {"color": LIGHT["reader"]}
    (pole,) = ax.plot([reader["horizon"]] * 2, [0, 1], lw=1.2, ls=(0, (4, 3)), **live)
    pole.set_gid("live-line")
    heights = list(reader["height"].values())
    (dots,) = ax.plot([reader["horizon"]] * len(heights), heights, "o", ms=5, clip_on=False, **live)
    dots.set_gid("live-dots")
    at = (624, 356) if wide else (4, 400)
    words = f"beyond {reader['horizon']:.1f} words"
    label = figure.text(*shares(figure, *at), words, **live)
    label.set_gid("live-label")
    return figure
