"""The networks of the walk of "Train one here", as `longrange.training` takes them."""

import math

PRESETS = {
    "far": {"network": "tanh", "diet": "alone", "distance": 32},
    "mixture": {"network": "tanh", "diet": "mixture", "distance": 32},
    "gates": {"network": "lstm", "diet": "alone", "distance": 32, "bias": 1},
    "expecting": {"network": "lstm", "diet": "alone", "distance": 32, "bias": 5},
    "large_rate": {
        "network": "tanh",
        "diet": "mixture",
        "distance": 32,
        "clip": False,
        "rate": 0.1,
    },
}
LEARNED = 0.95  # share of right answers from which a distance counts as learned
RULE = 18  # seeds of twenty in which a preset must do what is said, to be called a rule


def address(preset: str) -> str:
    """Return what the page's address has after # for a preset, at seed 0."""
    setting = {"network": "tanh", "diet": "mixture", "distance": 16, "rate": 0.01, "clip": True,
               "bias": 1} | PRESETS[preset]  # fmt: skip
    values = {
        "net": setting["network"],
        "diet": setting["diet"],
        "k": setting["distance"],
        "rate": setting["rate"],
        "clip": "on" if setting["clip"] else "off",
        "bias": setting["bias"],
        "d": 16,
        "seed": 0,
    }
    return "&amp;".join(f"{name}={value}" for name, value in values.items())


def solved(share: float) -> bool:
    """Whether so many right answers count as learned."""
    return not math.isnan(share) and share >= LEARNED
