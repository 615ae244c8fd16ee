"""Latches learned over 16 words held over 256; linear states and attention did not reach so far.

Number agreement with attractors, trained on 1 to 16 words between subject and verb and tested up
to 256 (``scripts/run_experiments.py``). A latch holds what it was put into for as long as it is
left alone (Bengio, Simard & Frasconi 1994); under noise that is not certain (`latched_bit`).
"""

from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.scores import (
    EVERY,
    label_ends,
    scale_of_answers,
    scale_of_k,
    seeds_and_mean,
)
from explainer.shared.trained import by_k, columns, fixed, results, summary

ALT = (
    "Two panels, right answers against 1 to {farthest} words between subject and verb; all "
    "networks were trained on 1 to {longest}. Left, networks whose next state squashes the last: "
    "{told[squashed]}. Right, linear states and attention: {told[others]}. The numbers are those "
    "at {farthest} words."
)

SHORT = 16
LATCHES = ("tanh", "orthogonal", "small_inputs", "leaky", "gru", "lstm", "lstm_chrono")
PANELS = {
    "squashed": ("squashed states", (*LATCHES, "identity")),
    "others": (
        "linear states, attention",
        ("ssm", "deltanet", "gated_deltanet", "attention", "attention_rotary"),
    ),
}
TOLD = ("tanh", "identity", "ssm", "attention", "attention_rotary")  # in colour, and named


def compute() -> dict:
    """Return the score of each seed of each network at each distance of the test."""
    cells = results("agreement.json", longest=SHORT)
    found, rows = {}, []
    for one in cells:
        if not fixed(one):
            name, tests = one["network"], one["test"]
            found[name] = {f"k{k}": summary(seeds) for k, seeds in tests.items()}
            rows += [
                (name, k, seed, score)
                for k, seeds in tests.items()
                for seed, score in enumerate(seeds)
            ]
    farthest = max(tests)
    # The finding: latches hold beyond training, a linear state and attention do not so far.
    at = {name: one[f"k{farthest}"]["mean"] for name, one in found.items()}
    assert min(at[name] for name in LATCHES) > 0.9
    assert max(at[name] for name in PANELS["others"][1]) < 0.7
    return {
        "seeds": len(cells[0]["seeds_asked"]),
        "chance": 1 / 2,
        "longest": SHORT,
        "farthest": farthest,
        "least": min(one["mean"] for name in LATCHES for one in found[name].values()),
        "distances": list(tests),
        "told": {
            gid: ", ".join(f"{EVERY[name][0]} {found[name][f'k{farthest}']['mean']:.0%}"
                           for name in names)
            for gid, (_, names) in PANELS.items()
        },
        "networks": found,
        "table": columns(("network", "k", "seed", "score"), rows),
    }  # fmt: skip


def draw(data: dict, wide: bool) -> Figure:
    """Draw squashed states beside linear ones and attention; the rest is grey."""
    figure, axes = style.panels(wide, 2, 380, 600, sharex=True, sharey=True)
    for ax, (gid, (title, names)) in zip(axes, PANELS.items(), strict=True):
        ax.set_gid(gid)
        ax.set_title(f"right answers, {title}")
        scale_of_k(ax, data["distances"][::2])
        scale_of_answers(ax, data["chance"], 0)
        ax.axvspan(1 / 1.35, data["longest"] * 1.2, color=LIGHT["grid"], alpha=0.5, lw=0)
        for name in names:
            told = name in TOLD
            _, colour, kind = EVERY[name]
            look = {"color": LIGHT[colour if told else "muted"], "zorder": 3 if told else 2}
            found = by_k(data, network=name)
            seeds_and_mean(ax, found, 0, lw=2.2 if told else 0.9,
                           ls=kind if told else "-", **look)  # fmt: skip
        ends = {name: data["networks"][name][f"k{data['farthest']}"]["mean"]
                for name in names if name in TOLD}  # fmt: skip
        label_ends(ax, data["farthest"] * 1.35, ends, EVERY, 0.08)
    axes[0].text(0.85, 0.2, "trained here", color=LIGHT["muted"])
    axes[0].text(0.85, 0.43, "chance", color=LIGHT["bound"])
    for ax in axes if wide else axes[1:]:
        ax.set_xlabel("words between, k")
    return figure
