"""One number returns as many bits as its significand has digits, and no more.

Each bit b is written by halving, h ← (h + b) / 2, in the arithmetic of a number format.
In exact arithmetic there would be no limit: the idea is of Siegelmann & Sontag (1995).
"""

import matplotlib.pyplot as plt
import ml_dtypes
import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from longrange.precision import (
    EXHAUSTIVE,
    FORMATS,
    SAMPLES,
    bits_read_back,
    recoverable_bits,
    recovery_rate,
)

ALT = (
    "Four curves show the share of messages of 1 to {longest} bits that come back whole from one "
    "number. Each stays at 100% up to its limit and then falls steeply. The limits are "
    "{limit[bfloat16]} bits in bfloat16, {limit[float16]} in float16, {limit[float32]} in float32 "
    "and {limit[float64]} in float64. One bit beyond it, {beyond[float16]:.0%} come back whole in "
    "float16. A dot on that curve marks messages of {reader[length]} bits: {reader[share]:.0%}."
)

LONGEST = 64
WIDTH, VOCABULARY = 100, 1024  # for the prose: what a state of so many numbers holds
READER = {"format": "float16", "bits": "1011001110001101"}


def compute() -> dict:
    """Return the share of messages that come back whole, by length and format, and the limits."""
    lengths = range(1, LONGEST + 1)
    shares = {name: [recovery_rate(name, bits) for bits in lengths] for name in FORMATS}
    limit = {name: recoverable_bits(name) for name in FORMATS}
    for name, kind in FORMATS.items():  # the finding
        assert limit[name] == ml_dtypes.finfo(kind).nmant + 1  # the hidden bit is one more
        assert min(shares[name][: limit[name]]) == 1 > max(shares[name][limit[name] :])
    written = np.array([int(bit) for bit in READER["bits"]])
    wrong = np.flatnonzero(bits_read_back(READER["format"], written) != written)
    return {
        "longest": LONGEST,
        "exhaustive": EXHAUSTIVE,
        "samples": SAMPLES,
        "limit": limit,
        "beyond": {name: shares[name][limit[name]] for name in FORMATS},
        "width": WIDTH,
        "held": {name: WIDTH * limit[name] for name in FORMATS},
        "vocabulary": VOCABULARY,
        "words": {name: WIDTH * limit[name] / float(np.log2(VOCABULARY)) for name in FORMATS},
        "reader": READER
        | {
            "length": len(written),
            "newest": int(len(written) - 1 - wrong[-1]),
            "older": int(wrong[-1] + 1),
            "wrong": len(wrong),
            "share": shares[READER["format"]][len(written) - 1],
        },
        "table": {"bits": list(lengths), **shares},
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw a curve for each format, its limit as a pole with its name, and the reader's dot."""
    figure, ax = plt.subplots(
        figsize=style.px(900, 360) if wide else style.px(328, 330), layout="constrained"
    )
    ax.set_gid("share")
    ax.set_title("messages that come back whole")
    ax.set_xlim(1, data["longest"])
    ax.set_ylim(0, 1.66)
    ax.set_xticks([1, 16, 32, 48, 64])
    ax.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
    ax.spines["left"].set_bounds(0, 1)
    ax.set_xlabel("bits written into one number")
    ax.grid(visible=False, axis="x")
    table, reader = data["table"], data["reader"]
    # Names like flags, one below the other: there is no room for them between the curves.
    for row, (name, limit) in enumerate(sorted(data["limit"].items(), key=lambda item: item[1])):
        top = 1.57 - 0.15 * row
        last = limit > data["longest"] / 2
        ax.plot([limit, limit], [1, top + 0.05], lw=1, ls=(0, (1, 3)), color=LIGHT["theory"])
        ax.text(limit + (-0.8 if last else 0.8), top, f"{name}: {limit} bits", va="center",
                ha="right" if last else "left", color=LIGHT["theory"])  # fmt: skip
        (curve,) = ax.plot(table["bits"], table[name], lw=2, color=LIGHT["measured"])
        curve.set_gid(f"share-{name}")
        curve.get_path().should_simplify = False  # all points: the reader's dot goes along them
    (dot,) = ax.plot(reader["length"], reader["share"], "o", ms=8, clip_on=False, zorder=5,
                     color=LIGHT["reader"])  # fmt: skip
    dot.set_gid("live-dot")
    return figure
