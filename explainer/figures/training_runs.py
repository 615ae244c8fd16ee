"""What twenty starts of each network of the walk do: right answers over 32 words on the way.

Runs of `longrange.training`: ``scripts/measure_training.py``.
"""

from collections import Counter

import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.shared import presets
from longrange.training import BATCH

TURNED = 0.25  # share right below which answers are the wrong way round

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
    told: dict[str, dict] = {}
    for preset, changes in presets.PRESETS.items():
        found = presets.runs(preset)
        sentences = found["sentences"]
        for seed, line in enumerate(found["right"] if preset in presets.NAMES else []):
            table["preset"] += [preset] * len(line)
            table["seed"] += [seed] * len(line)
            table["sentences"] += sentences.tolist()
            table["right"] += line.tolist()
        one = _told(found)
        setting = presets.START | changes | {"seed": one.pop("typical")}
        one["to"] = presets.address(setting)
        for name, value in one.items():
            told.setdefault(name, {})[preset] = value
    _check(told)
    return {
        "seeds": len(found["right"]),
        "distance": presets.START["k"],
        "half": presets.PRESETS["sixteen"]["k"],
        "last": int(sentences[-1]),
        "half_way": int(sentences[_half_way(sentences)]),
        "longer": presets.MOST * BATCH // int(sentences[-1]),
        "rule": presets.RULE,
        **told,
        "table": table,
    }


def _half_way(sentences: np.ndarray) -> int:
    return int(np.searchsorted(sentences, sentences[-1] / 2))


def _told(found: dict[str, np.ndarray]) -> dict:
    """Return what the page tells of the starts of a preset."""
    right, twice, subject = found["right"], found["right_twice"][:, -1], found["subject"]
    done = right >= presets.LEARNED
    ends = list(zip(done[:, -1], twice >= presets.LEARNED, strict=True))
    half_way = done[:, _half_way(found["sentences"])]
    return {
        "learned": int(done[:, -1].sum()),
        "learned_half_way": int(half_way.sum()),
        "lost": int((half_way & ~done[:, -1]).sum()),
        "twice": int((twice >= presets.LEARNED).sum()),
        "turned": int((done[:, -1] & (twice < TURNED)).sum()),
        "typical": ends.index(Counter(ends).most_common(1)[0][0]),  # the first that ends as most do
        "subject": {
            "start": float(np.median(subject[:, 0])),
            "most": float(np.median(subject.max(axis=1))),
            "end": float(np.median(subject[:, -1])),
        },
        "long": float(np.median(found["long"][:, -1])),
    }


def _check(told: dict[str, dict]) -> None:
    """Check what the page says in words."""
    learned, twice, subject = told["learned"], told["twice"], told["subject"]
    # The finding: far examples alone teach a plain network nothing, and a mixture all.
    assert learned["far"] == 0
    assert learned["mixture"] == twice["mixture"] == 20
    assert learned["gates"] == learned["wide"] == learned["clipped"] == 0
    assert learned["large"] <= 2
    assert learned["expecting"] >= presets.RULE <= learned["gates_mixture"]
    assert told["learned_half_way"]["expecting"] == 20 > learned["expecting"]
    assert learned["sixteen"] > 10 > twice["sixteen"]
    assert subject["gates"]["start"] > subject["sixteen"]["start"]
    assert subject["mixture"]["end"] < 1e-10 * subject["mixture"]["start"]


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
