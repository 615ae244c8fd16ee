"""How many of twenty starts have learned a link of 32 words, as they read on.

Runs of `longrange.training`: ``scripts/measure_training.py``.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.shared import presets

ALT = (
    "How many of {seeds} starts are right over {distance} words, against the sentences read, "
    "on a logarithmic axis to {last:,}. A plain network on a mixture: all within {within:,}. An "
    "LSTM whose bias expects long links, on far examples alone: {expecting} in the end. A plain "
    "network on far examples alone: none."
)
SHOWN = ("mixture", "expecting", "far")


def compute() -> dict:
    """Return how many starts have learned at each moment."""
    table: dict[str, list] = {key: [] for key in ("preset", "sentences", "learned")}
    ends = {}
    for preset in SHOWN:
        found = presets.runs(preset)
        sentences, right = found["sentences"], found["right"]
        counts = (right >= presets.LEARNED).sum(axis=0)
        table["preset"] += [preset] * len(counts)
        table["sentences"] += sentences.tolist()
        table["learned"] += counts.tolist()
        ends[preset] = int(counts[-1])
        if preset == "mixture":
            within = int(sentences[np.argmax(counts == len(right))])
            assert (counts[np.argmax(counts == len(right)) :] >= presets.RULE).all()
    # The finding.
    assert ends["far"] == 0
    assert min(ends["mixture"], ends["expecting"]) >= presets.RULE
    return {
        "seeds": len(right),
        "distance": presets.START["k"],
        "last": int(sentences[-1]),
        "within": within,
        "expecting": ends["expecting"],
        "ends": ends,
        "table": table,
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw a line for each of three ways to learn."""
    figure = plt.figure(figsize=style.px(1160, 280) if wide else style.px(328, 300))
    ax = figure.add_axes((0.05, 0.2, 0.93, 0.7) if wide else (0.13, 0.17, 0.83, 0.72))
    table = {name: np.array(column) for name, column in data["table"].items()}
    size = 16 if wide else 12
    looks = {  # colour, width, name, where it stands, and to which side
        "mixture": ("measured", 4, "plain,\na mixture", (1700, 13), "right"),
        "expecting": ("forward", 2.6, "LSTM, bias 5,\nfar examples alone", (4500, 12), "left"),
        "far": ("ink", 2.6, "plain, far examples alone", (4500, 1), "left"),
    }
    for preset, (colour, width, name, place, side) in looks.items():
        here = (table["preset"] == preset) & (table["sentences"] > 0)
        ax.plot(table["sentences"][here], table["learned"][here], color=LIGHT[colour], lw=width,
                clip_on=False)  # fmt: skip
        ax.text(*place, name, ha=side, va="bottom", color=LIGHT[colour], size=size)
    ax.set_xscale("log")
    ax.set_xlim(500, data["last"])
    ax.set_xticks([1000, 10_000], ["1,000", "10,000"])
    ax.minorticks_off()
    ax.set_ylim(-0.5, data["seeds"] + 0.5)
    ax.set_yticks([0, data["seeds"] // 2, data["seeds"]])
    ax.set_xlabel("sentences read")
    title = f"starts of {data['seeds']} that are right over {data['distance']} words"
    ax.set_title(title, pad=8)
    return figure
