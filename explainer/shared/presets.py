"""The networks of the walk of "Train one here": what they are, and what twenty starts of each do.

``scripts/measure_training.py`` trains them.
"""

import numpy as np

from explainer.shared.measured import rows

# As `longrange.training.Training` takes them.
PRESETS = {
    "far": {"network": "tanh", "diet": "alone", "distance": 32},
    "sixteen": {"network": "tanh", "diet": "alone", "distance": 16},
    "mixture": {"network": "tanh", "diet": "mixture", "distance": 32},
    "gates": {"network": "lstm", "diet": "alone", "distance": 32, "bias": 1},
    "expecting": {"network": "lstm", "diet": "alone", "distance": 32, "bias": 5},
    "large": {"network": "tanh", "diet": "mixture", "distance": 32, "rate": 0.1, "clip": False},
    "clipped": {"network": "tanh", "diet": "mixture", "distance": 32, "rate": 0.1},
}
NAMES = {  # of those that are drawn
    "far": "plain tanh, 32 words alone",
    "mixture": "plain tanh, a mixture up to 32",
    "gates": "LSTM, bias 1, 32 words alone",
    "expecting": "LSTM, bias 5, 32 words alone",
    "large": "plain tanh, mixture, rate 0.1",
    "clipped": "the same, clipped",
}
LEARNED = 0.95  # share of right answers from which a distance counts as learned
RULE = 18  # starts of twenty that must do what is said, to call it a rule
DEFAULTS = {"network": "tanh", "diet": "mixture", "distance": 16, "d": 16, "rate": 0.01,
            "clip": True, "bias": 1}  # fmt: skip


def address(preset: str, seed: int = 0) -> str:
    """Return what the page's address has after # for a preset and a start."""
    setting = DEFAULTS | PRESETS[preset]
    names = {"net": "network", "diet": "diet", "k": "distance", "d": "d", "rate": "rate",
             "bias": "bias"}  # fmt: skip
    values = {short: setting[long] for short, long in names.items()}
    values |= {"clip": "on" if setting["clip"] else "off", "seed": seed}
    return "&".join(f"{name}={value}" for name, value in values.items())


def runs(preset: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return how many sentences had been read (M,), and shares of right answers (seeds, M).

    Over the distance trained for, and over twice that.
    """
    found = rows("training.csv", preset=preset)
    sentences = np.unique([row["sentences"] for row in found])
    shape = -1, len(sentences)
    return sentences, *(
        np.array([row[name] for row in found]).reshape(shape) for name in ("right", "right_twice")
    )
