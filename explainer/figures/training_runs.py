"""What twenty starts of each network of the walk do: right answers over 32 words on the way.

Runs of `longrange.training`: ``scripts/measure_training.py``.
"""

import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.shared import presets

ALT = (
    "Six panels, each with {seeds} thin lines of right answers over {distance} words against the "
    "sentences read, to {last:,}. Plain tanh on far examples alone: {learned[far]} of {seeds} "
    "learn them. On a mixture: {learned[mixture]}. LSTM with bias 1 alone: {learned[gates]}; with "
    "bias 5: {learned[expecting]}. Plain tanh at rate 0.1, not clipped: {learned[large]}; clipped: "
    "{learned[clipped]}."
)


def compute() -> dict:
    """Return the lines of each preset, how many of them end learned, and the subject's gradient."""
    table: dict[str, list] = {key: [] for key in ("preset", "seed", "sentences", "right")}
    learned, early, twice, subject, first = {}, {}, {}, {}, {}
    for preset in presets.PRESETS:
        found = presets.runs(preset)
        sentences = found["sentences"]
        for seed, line in enumerate(found["right"] if preset in presets.NAMES else []):
            table["preset"] += [preset] * len(line)
            table["seed"] += [seed] * len(line)
            table["sentences"] += sentences.tolist()
            table["right"] += line.tolist()
        done = found["right"] >= presets.LEARNED
        learned[preset] = int(done[:, -1].sum())
        half_way = int(np.searchsorted(sentences, sentences[-1] / 2))
        early[preset] = int(done[:, half_way].sum())
        twice[preset] = int((found["right_twice"][:, -1] >= presets.LEARNED).sum())
        first[preset] = int(done[:, -1].argmax())  # a start that does it, where one does
        shares = found["subject"]
        moments = {"start": shares[:, 0], "most": shares.max(axis=1), "end": shares[:, -1]}
        subject[preset] = {name: float(np.median(one)) for name, one in moments.items()}
    # The finding: far examples alone teach a plain network nothing, and a mixture all.
    assert learned["far"] == 0
    assert learned["mixture"] >= presets.RULE
    assert learned["expecting"] > learned["gates"]
    return {
        "seeds": len(done),
        "distance": presets.PRESETS["far"]["k"],
        "half": presets.PRESETS["sixteen"]["k"],
        "last": int(sentences[-1]),
        "half_way": int(sentences[half_way]),
        "learned": learned,
        "learned_half_way": early,
        "twice": twice,
        "subject": subject,
        "rule": presets.RULE,
        "to": {
            preset: presets.address(presets.START | presets.PRESETS[preset] | {"seed": seed})
            for preset, seed in first.items()
        },
        "table": table,
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw a panel for each preset."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(
        *((2, 3) if wide else (6, 1)), figsize=style.px(900, 380) if wide else style.px(328, 820),
        layout="constrained", sharex=True, sharey=True,
    )  # fmt: skip
    table = {name: np.array(column) for name, column in data["table"].items()}
    for ax, (preset, name) in zip(axes.ravel(), presets.NAMES.items(), strict=True):
        ax.set_title(name)
        ax.axhline(0.5, color=LIGHT["bound"], lw=1.2, ls=":")
        for seed in range(data["seeds"]):
            here = (table["preset"] == preset) & (table["seed"] == seed) & (table["sentences"] > 0)
            ax.plot(table["sentences"][here], table["right"][here], lw=1, alpha=0.6,
                    color=LIGHT["measured"])  # fmt: skip
        ax.set_xscale("log")
        ax.set_xticks([1000, 10_000], ["1,000", "10,000"])
        ax.minorticks_off()
        ax.set_ylim(0, 1.03)
        ax.set_yticks([0, 0.5, 1], ["0", "guess", "100 %"])
    for ax in axes[-1] if wide else axes[-1:]:
        ax.set_xlabel("sentences read")
    return figure
