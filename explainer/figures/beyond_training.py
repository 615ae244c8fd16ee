"""Latches learned over 16 words held over 256; a linear state and attention did not reach so far.

Number agreement with attractors, trained on 1 to 16 words between subject and verb and tested up
to 256 (``scripts/run_experiments.py``). A latch holds what it was put into for as long as it is
left alone (Bengio, Simard & Frasconi 1994); under noise that is not certain (`latched_bit`).
"""

import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.scores import NETWORKS, scale_of_answers, scale_of_k, seeds_and_mean
from explainer.shared.trained import by_k, columns, fixed, results

ALT = (
    "Two panels, right answers against 1 to {farthest} words between subject and verb; all "
    "networks were trained on 1 to {longest}. No gates: plain tanh, orthogonal start, small inputs "
    "and leaky stay right at every distance; the identity with ReLU overflows at 256 words, "
    "{networks[identity][k256][mean]:.0%} are right. Others: GRU and both LSTMs stay right. The "
    "least of those that do is {least:.2%}, at its worst distance. Attention falls from "
    "{networks[attention][k16][mean]:.0%} at 16 words to {networks[attention][k64][mean]:.0%} at "
    "64 and {networks[attention][k256][mean]:.0%} at 256. The linear state-space model is at "
    "{networks[ssm][k16][mean]:.0%} at 16 words and at {networks[ssm][k32][mean]:.0%} at 32."
)

SHORT = 16
PANELS = {
    "plain": ("no gates", ("orthogonal", "small_inputs", "leaky", "identity", "tanh")),
    "others": ("others", ("gru", "lstm", "lstm_chrono", "ssm", "attention")),
}
TOLD = ("tanh", "ssm", "attention")  # in colour: the plain network, and the two that fall
# What stands at the ends of the lines, below which height.
LABELS = {
    "plain": (
        (1.04, "plain tanh", "measured"),
        (0.94, "orthogonal start,\nsmall inputs,\nleaky", "muted"),
        (0.14, "identity, ReLU", "muted"),
    ),
    "others": (
        (1.04, "GRU and\nboth LSTMs", "muted"),
        (0.64, "attention", "backward"),
        (0.52, "diagonal SSM", "theory"),
    ),
}


def compute() -> dict:
    """Return the score of each seed of each network at each distance of the test."""
    cells = results("first/agreement.json", longest=SHORT)
    found, rows = {}, []
    for one in cells:
        if not fixed(one):
            name, tests = one["network"], one["test"]
            found[name] = {
                f"k{k}": {"mean": float(np.mean(seeds)), "low": min(seeds), "high": max(seeds)}
                for k, seeds in tests.items()
            }
            rows += [
                (name, k, seed, score)
                for k, seeds in tests.items()
                for seed, score in enumerate(seeds)
            ]
    # The finding, in bands that hold on any machine.
    latches = ("tanh", "orthogonal", "small_inputs", "leaky", "gru", "lstm", "lstm_chrono")
    least = min(one["mean"] for name in latches for one in found[name].values())
    assert least > 0.9
    assert max(found[name]["k256"]["mean"] for name in ("ssm", "attention")) < 0.75
    return {
        "seeds": len(cells[0]["seeds"]),
        "chance": 1 / 2,
        "longest": SHORT,
        "farthest": max(tests),
        "least": least,
        "distances": list(tests),
        "networks": found,
        "table": columns(("network", "k", "seed", "score"), rows),
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw networks without gates beside others: three are told, the rest is grey."""
    figure, axes = style.panels(wide, 2, 360, 560, sharex=True, sharey=True)
    for ax, (gid, (title, names)) in zip(axes, PANELS.items(), strict=True):
        ax.set_gid(gid)
        ax.set_title(f"right answers, {title}")
        scale_of_k(ax, data["distances"][::2])
        scale_of_answers(ax, data["chance"], 0)
        ax.axvspan(1 / 1.35, data["longest"] * 1.2, color=LIGHT["grid"], alpha=0.5, lw=0)
        for name in names:
            told = name in TOLD
            colour = LIGHT[NETWORKS[name][1] if told else "muted"]
            seeds_and_mean(ax, by_k(data, network=name), 0, color=colour,
                           lw=2.2 if told else 0.9, zorder=3 if told else 2)  # fmt: skip
        for y, label, colour in LABELS[gid]:
            style.label_end(ax, data["farthest"] * 1.35, y, label, color=LIGHT[colour], va="top")
    axes[0].text(0.85, 0.2, "trained here", color=LIGHT["muted"])
    axes[0].text(0.85, 0.43, "chance", color=LIGHT["bound"])
    for ax in axes if wide else axes[1:]:
        ax.set_xlabel("words between, k")
    return figure
