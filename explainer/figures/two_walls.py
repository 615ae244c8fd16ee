"""Fixing one wall leaves the other standing: a text comes through when both are fixed.

A text of n items is read by W = r times an orthogonal matrix into a state of width d, each item in
a random direction, and read back by the best linear readout under noise. Theory: the limit of a
wide state (`longrange.recall.mean_field_recall`).
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from scipy.optimize import brentq

from explainer.drawing import style
from explainer.drawing.cells import shade
from explainer.drawing.palette import LIGHT
from explainer.shared.items import directions, mean_error, strengths
from longrange import matrices, recall
from longrange.rates import horizon

ALT = (
    "A map of the mean recall error of {n} items at noise {noise:.0%}: items per unit, n / d, "
    "from {loads[0]} to {loads[8]:.0f} to the right, decay rate r from {rates[0]} to "
    "{rates[15]:.0f} upwards. Only the upper left corner is pale. Fix neither, at r = {rates[0]} "
    "and d = {widths[8]}: error {corner[neither]:.2f}. Fix decay only: {corner[decay]:.2f}. Fix "
    "width only: {corner[width]:.2f}. Fix both, r = 1 and d = {widths[0]}: {corner[both]:.0e}. "
    "Curves of equal error, 0.05, ¼ and ½, run level from the left, which is the wall of decay, "
    "and turn straight up, which is the wall of width."
)

N, NOISE, SEEDS = 64, 0.01, 3
WIDTHS = (256, 181, 128, 91, 64, 45, 32, 23, 16)
RATES = np.linspace(0.7, 1, 16)
LEVELS, POINTS = {"twentieth": 0.05, "quarter": 0.25, "half": 0.5}, 30


def compute() -> dict:
    """Return mean errors (rates by widths), their corners, and curves of equal error."""
    errors = np.mean([_errors(seed) for seed in range(SEEDS)], axis=0)
    theory = [[mean_error(r, N, d, NOISE) for d in WIDTHS] for r in RATES]
    corner = {"neither": errors[0, -1], "decay": errors[-1, -1], "width": errors[0, 0],
              "both": errors[-1, 0]}  # fmt: skip
    # The finding: both or nothing.
    assert corner["both"] < 0.001
    assert min(corner["decay"], corner["width"]) > 0.9 * corner["neither"] > 0.7
    assert np.abs(errors - theory).max() < 0.02
    curves = {name: _curve(level) for name, level in LEVELS.items()}
    columns, rows = np.meshgrid(WIDTHS, RATES)
    return {
        "n": N,
        "noise": NOISE,
        "seeds": SEEDS,
        "widths": WIDTHS,
        "loads": [N / d for d in WIDTHS],
        "rates": RATES.tolist(),
        "corner": corner,
        "held": {name: N * (1 - error) for name, error in corner.items()},
        "horizon": float(horizon(RATES[0], NOISE)),
        "gap": float(np.abs(errors - theory).max()),
        "curves": curves,
        "table": {
            "rate": rows.ravel().tolist(),
            "d": columns.ravel().tolist(),
            "load": (N / columns).ravel().tolist(),
            "error": errors.ravel().tolist(),
            "theory": np.ravel(theory).tolist(),
        },
    }


def _errors(seed: int) -> np.ndarray:
    """Return the mean error for each rate (rows) and width."""
    found = np.empty((len(RATES), len(WIDTHS)))
    for j, d in enumerate(WIDTHS):
        w, b = matrices.orthogonal(d, seed=seed), directions(N, d, seed)
        found[:, j] = [recall.recall_error(r * w, b, noise=NOISE).mean() for r in RATES]
    return found


def _curve(level: float) -> dict:
    """Return where the theory's mean error is `level`, as loads n/d and rates r.

    With the share t = ησ² of the state that the noise takes, the equation of `mean_field_recall`
    is n (1 - level) = d (1 - t): t gives the width, and the rate follows.
    """
    shares = np.geomspace(NOISE**2 * (1 / level - 1), 1 - (1 - level) * N / WIDTHS[0], POINTS)
    loads = (1 - shares) / (1 - level)

    def excess(r: float, share: float) -> float:
        return (1 / (1 + strengths(r, N) ** 2 * share / NOISE**2)).mean() - level

    rates = np.array([brentq(excess, 0.5, 1.001, args=(share,)) for share in shares])
    for load, r in zip(loads[5:], rates[5:], strict=True):
        wide = int(N / load)
        near = [mean_error(r, N, d, NOISE) for d in (wide, wide + 1)]
        assert near[0] + 1e-9 > level > near[1] - 1e-9
    return {"load": loads.tolist(), "rate": rates.tolist()}


def draw(data: dict, wide: bool) -> Figure:
    """Draw one cell a setting, the stronger the more is lost; curves of theory and corners."""
    size = style.px(640, 470) if wide else style.px(328, 430)
    figure, (ax, key) = plt.subplots(2, figsize=size, height_ratios=(20, 1), layout="constrained")
    loads, rates, corner = data["loads"], data["rates"], data["corner"]
    ax.set_gid("map")
    ax.set_title("decay rate r")
    ax.grid(False)
    ax.set_xscale("log", base=2)
    cells = {"colour": LIGHT["measured"], "full": 0.55}
    errors = np.reshape(data["table"]["error"], (len(rates), len(loads)))
    shade(ax, np.array(loads), np.array(rates), errors, **cells)
    for curve in data["curves"].values():
        ax.plot(curve["load"], curve["rate"], lw=2.2, color=LIGHT["theory"])
    ax.set_xlim(loads[0], loads[-1])
    ax.set_ylim(rates[0], rates[-1])
    ax.set_xticks([0.25, 0.5, 1, 2, 4], ["¼", "½", "1", "2", "4"])
    ax.set_yticks([0.7, 0.8, 0.9, 1], ["0.7", "0.8", "0.9", "1"])
    ax.set_xlabel("items per unit, n / d")
    # One text a line: what is set in one piece would not stay aligned when text grows.
    left, right, low, high = 0.27, 3.7, rates[0] + 0.012, rates[-1] - 0.018
    places = {"both": (left, high, ("fix both",)),
              "decay": (right, high, ("fix decay", "only")),
              "width": (left, low + 0.018, ("fix width only",)),
              "neither": (right, low + 0.018, ("fix neither",))}  # fmt: skip
    for name, (x, y, words) in places.items():
        for i, line in enumerate((*words, f"{corner[name]:.2f}")):
            ax.text(x, y - 0.018 * i, line, ha="left" if x == left else "right",
                    color=LIGHT["ink"])  # fmt: skip
    for x, y, words in ((0.5, 0.948, "0.05"), (0.5, 0.92, "¼"), (0.5, 0.876, "error ½")):
        ax.text(x, y, words, color=LIGHT["theory"])
    scale = np.linspace(0, 1, 11)
    shade(key, scale, np.array([0, 1]), np.stack([scale, scale]), **cells)
    key.set_gid("key")
    key.grid(False)
    key.set_xlim(0, 1)
    key.set_ylim(0, 1)
    key.set_yticks([])
    key.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "¼", "½", "¾", "1"])
    key.set_xlabel("mean squared error per item")
    return figure
