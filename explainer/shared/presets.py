"""The networks of the walk of "Train one here": what they are, and what twenty starts of each do.

``scripts/measure_training.py`` trains them.
"""

import numpy as np

from explainer.shared.measured import rows
from longrange.training import LEARNED, Training

__all__ = ["LEARNED", "MOST", "NAMES", "PRESETS", "RULE", "START", "address", "runs", "training_of"]

# What the page begins with, under the names that its controls and its address have.
START = {"net": "tanh", "diet": "mixture", "k": 32, "d": 16, "rate": 0.01, "clip": "on", "bias": 1,
         "seed": 0}  # fmt: skip
# What each preset has instead.
PRESETS = {
    "far": {"diet": "alone"},
    "sixteen": {"diet": "alone", "k": 16},
    "mixture": {},
    "gates": {"net": "lstm", "diet": "alone"},
    "wide": {"net": "lstm", "diet": "alone", "d": 32},
    "expecting": {"net": "lstm", "diet": "alone", "bias": 5},
    "gates_mixture": {"net": "lstm"},
    "large": {"rate": 0.1, "clip": "off"},
    "clipped": {"rate": 0.1},
}
NAMES = {  # of those that are drawn
    "far": "plain tanh, 32 words alone",
    "mixture": "plain tanh, a mixture up to 32",
    "gates": "LSTM, bias 1, 32 words alone",
    "expecting": "LSTM, bias 5, 32 words alone",
    "large": "plain tanh, mixture, rate 0.1",
    "clipped": "the same, clipped",
}
RULE = 18  # starts of twenty that must do what is said, to call it a rule
MOST = 4096  # steps of a run in the page


def training_of(setting: dict) -> Training:
    """Return the run of a setting, at its start."""
    return Training(
        setting["net"],
        setting["diet"],
        distance=setting["k"],
        d=setting["d"],
        rate=setting["rate"],
        clip=setting["clip"] == "on",
        bias=setting["bias"],
        seed=setting["seed"],
    )


def address(setting: dict) -> str:
    """Return what the page's address has after # for a setting."""
    return "&".join(f"{name}={value}" for name, value in setting.items())


def runs(preset: str) -> dict[str, np.ndarray]:
    """Return what was measured of a preset: ``sentences`` read (M,), and arrays of (seeds, M).

    These are ``right``, the share of right answers over the distance trained for, ``right_twice``
    over twice that, ``subject``, the share of the gradient that lies on the subject, and ``long``,
    the share of the gradients so far that were longer than 1.
    """
    found = rows("training.csv", preset=preset)
    sentences = np.unique([row["sentences"] for row in found])
    shape = -1, len(sentences)
    return {"sentences": sentences} | {
        name: np.array([row[name] for row in found]).reshape(shape)
        for name in ("right", "right_twice", "subject", "long")
    }
