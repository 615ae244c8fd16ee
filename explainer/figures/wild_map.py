"""A rate near 1 is no memory of what was read: over ten steps next to nothing is recalled.

The rate of each part, and the share of the variance of its input that a linear readout of its
state tells some steps back, beside what the present input tells alone: ``scripts/measure_wild.py``.
"""

import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.shared import deployed

ALT = (
    "Two panels, dots for parts of networks that read their input itself: across, on a logarithmic "
    "axis, how far the rate is from 1, nearer to the right; upwards the share recalled of what was "
    "read. Rates go from {least:.2f} to {most:.4f}. One step back the share reaches "
    "{one_most:.0%}. Ten steps back it is {text_most:.1%} at most in those that read letters, "
    "characters or amino acids, at any rate, and higher in those that hear, where the present "
    "sound tells of the past by itself."
)

LAGS = (1, 10)
WINDOW = 101  # steps of a stream over which gradients are shared out, the present one among them
HEAR = ("silero-vad", "Resemblyzer", "pyrnnoise")


def compute() -> dict:
    """Return rate and recall of every part that was read without an end."""
    keys = ("network", "part", "hears", "lower", "share", "rate", "recalled_1", "by_input_1",
            "recalled_10", "by_input_10")  # fmt: skip
    table: dict[str, list] = {key: [] for key in keys}
    shares = []
    for row in deployed.table():
        hears = row["network"] in HEAR
        if row["mode"] == (deployed.USED if row["network"] in HEAR[::2] else deployed.STREAM):
            # What an upper layer reads has been through the lower one, in both directions.
            lower = int("layer 2" not in row["part"])
            share = row["directions_10"] / row["state"]
            shares.append(share)
            if row["recalled_1"] == "":  # too few steps for a readout of so large a state
                continue
            values = {**row, "hears": int(hears), "lower": lower, "share": share}
            for key in keys:
                table[key].append(values[key])
    recalled = {lag: np.array(table[f"recalled_{lag}"], float) for lag in LAGS}
    hears, rates = np.array(table["hears"], bool), np.array(table["rate"])
    text = ~hears & np.array(table["lower"], bool)
    near = rates > 0.97
    assert {r["longest_lag"] for r in deployed.shown(deployed.STREAM).values()} == {WINDOW - 1}
    # The finding: a rate near 1, and nothing recalled over ten steps of text.
    assert (near & text).sum() >= 4
    assert recalled[10][text].max() < 0.05
    assert recalled[1].max() > 0.3
    return {
        "count": len(rates),
        "window": WINDOW,
        "least": float(rates[text | hears].min()),
        "most": float(rates.max()),
        "one_most": float(recalled[1].max()),
        "text_most": float(recalled[10][text].max()),
        "sound_most": float(recalled[10][hears].max()),
        "sound_least": float(recalled[10][hears].min()),
        "near": int((near & text).sum()),
        "one_text": float(recalled[1][text].max()),
        "directions_least": min(shares),
        "directions_most": max(shares),
        "table": table,
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw rate against recall one step and ten steps back."""
    figure, axes = style.panels(wide, 2, 340, 600, sharey=True)
    table = {name: np.array(column) for name, column in data["table"].items()}
    hears, text = table["hears"].astype(bool), ~table["hears"].astype(bool)
    shown = hears | table["lower"].astype(bool)
    away, above = np.abs(1 - table["rate"]), table["rate"] > 1
    for ax, lag in zip(axes, LAGS, strict=True):
        alone, told = (np.maximum(table[f"{way}_{lag}"], 0) for way in ("by_input", "recalled"))
        ax.vlines(away[shown], alone[shown], told[shown], color=LIGHT["grid"], lw=2)
        ax.plot(away[shown], alone[shown], "_", ms=10, color=LIGHT["muted"])
        for here, colour in ((text & shown, "measured"), (hears, "forward")):
            for some, face in ((here & ~above, LIGHT[colour]), (here & above, LIGHT["paper"])):
                ax.plot(away[some], told[some], "o", ms=7, mew=2, color=LIGHT[colour], mfc=face)
        ax.set_title("one step back" if lag == 1 else "ten steps back")
        ax.set_xscale("log")
        ax.set_xlim(0.5, 2.5e-4)  # towards the edge
        ax.set_xticks([0.3, 0.1, 0.03, 0.01, 0.003, 0.001],
                      ["0.3", "0.1", "0.03", "0.01", "0.003", "0.001"])  # fmt: skip
        ax.minorticks_off()
        ax.set_xlabel("how far the rate is from 1")
        ax.set_ylim(-0.03, 1)
        ax.set_yticks([0, 0.5, 1], ["0", "50 %", "100 %"])
    axes[1].text(0.02, 0.28, "sound", color=LIGHT["forward"], ha="right")
    axes[1].text(0.02, 0.06, "letters, characters,\namino acids", color=LIGHT["measured"],
                 ha="right")  # fmt: skip
    return figure
