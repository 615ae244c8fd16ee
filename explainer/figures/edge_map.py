"""The edge of explosion is a curve, not r = 1, and input pushes it to larger weights.

Measured largest Lyapunov exponents over gain and input strength; the curve where the mean-field
exponent is 0, the discrete-time form of a theory of Sompolinsky, Crisanti & Sommers (1988); on
noise see Molgedey, Schuchhardt & Schuster (1992).
"""

from functools import cache

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.cells import shade
from explainer.drawing.palette import LIGHT
from explainer.shared.driven import D, white
from longrange import lyapunov, matrices

ALT = (
    "A map of the largest Lyapunov exponent, gain from {gains[0]} to {gains[22]} to the right, "
    "input strength from 0 to {inputs[16]:.0f} upwards. Left of a curve the exponent is "
    "negative, right of it positive. The curve of mean-field theory begins at gain 1 without "
    "input and bends right: {critical[half]:.2f} at input 0.5, {critical[one]:.2f} at 1, "
    "{critical[two]:.2f} at 2. A dotted vertical line at gain 1 meets it only where there is no "
    "input. The measured zeros lie to the right of the curve, by up to {largest_gap:.2f} over "
    "inputs from 0.5 to {inputs[16]:.0f}."
)
TOLERANCE = {"rtol": 0.3, "atol": 0.03}  # chaotic runs differ from machine to machine

FULL = 0.6  # the exponent that has the full colour
SEEDS, STEPS, BURN_IN = 4, 551, 150
GAINS = np.linspace(0.25, 3, 23)
INPUTS = np.linspace(0, 2, 17)
NAMED = {"half": 0.5, "one": 1.0, "two": 2.0}
STILL_GAINS, STILL_SEEDS = (1.25, 1.5, 2.0, 3.0), 20


def compute() -> dict:
    """Return exponents (inputs by gains), the theory's edge, and chaos without input by seeds."""
    rates = np.mean([_rates(seed) for seed in range(SEEDS)], axis=0)
    edge_inputs = np.linspace(0, INPUTS[-1], 41)
    edge = [lyapunov.critical_gain(s) for s in edge_inputs]
    gaps = {s: _zero(rates[i]) - lyapunov.critical_gain(s)
            for i, s in enumerate(INPUTS) if s >= 0.5}  # fmt: skip
    # The finding: the measured edge follows the curve, which input pushes to the right.
    assert all(0 < gap < 0.2 for gap in gaps.values())
    assert (np.diff(edge) > 0).all()
    assert all(_zero(rates[i]) > 1.3 for i, s in enumerate(INPUTS) if s >= 0.5)
    still = {str(g): _share_of_chaos(g) for g in STILL_GAINS}
    assert still["1.25"] < 0.3
    assert still["3.0"] > 0.9
    columns, rows = np.meshgrid(GAINS, INPUTS)
    return {
        "d": D,
        "seeds": SEEDS,
        "steps": STEPS - BURN_IN - 1,
        "burn_in": BURN_IN,
        "gains": GAINS.tolist(),
        "inputs": INPUTS.tolist(),
        "rates": rates.tolist(),
        "edge": {"input": edge_inputs.tolist(), "gain": edge},
        "critical": {name: lyapunov.critical_gain(s) for name, s in NAMED.items()},
        "measured": {name: _zero(rates[list(INPUTS).index(s)]) for name, s in NAMED.items()},
        "largest_gap": max(gaps.values()),
        "still": {"seeds": STILL_SEEDS, "chaotic": still},
        "table": {
            "gain": columns.ravel().tolist(),
            "input_std": rows.ravel().tolist(),
            "exponent": rates.ravel().tolist(),
        },
    }


@cache  # this and what follows: `jacobian_lab` shows the same map
def _rates(seed: int) -> np.ndarray:
    """Return the exponent for each input (rows) and gain, one W and one noise for all."""
    drive = INPUTS[:, None] * white(seed, STEPS, std=1)[:, None]
    # Without input, the state zero would stay zero.
    start = np.random.default_rng([seed, 2]).normal(0, 0.5, D)
    options = {"h0": start, "count": 1, "burn_in": BURN_IN}
    w = matrices.gaussian(D, seed=seed)
    return np.stack([lyapunov.exponents(g * w, drive, **options)[:, 0] for g in GAINS], axis=1)


def _zero(rates: np.ndarray) -> float:
    """Return the gain at which a row of the map crosses 0, by straight lines between cells."""
    i = int(np.argmax(rates > 0))
    assert i > 0
    return float(np.interp(0, rates[i - 1 : i + 1], GAINS[i - 1 : i + 1]))


@cache
def _share_of_chaos(gain: float) -> float:
    """Return the share of seeds whose network, without input, has an exponent above 0.01."""
    count = 0
    for seed in range(STILL_SEEDS):
        w = matrices.gaussian(D, gain, seed=100 + seed)
        start = np.random.default_rng([seed, 2]).normal(0, 0.5, D)
        rate = lyapunov.exponents(w, np.zeros((1200, D)), h0=start, count=1, burn_in=600)[0]
        count += int(rate > 0.01)
    return count / STILL_SEEDS


def draw(data: dict, wide: bool) -> Figure:
    """Draw one cell a setting: the stronger the colour, the further the exponent from 0."""
    size = style.px(640, 460) if wide else style.px(328, 400)
    figure, (ax, key) = plt.subplots(2, figsize=size, height_ratios=(20, 1), layout="constrained")
    ax.set_gid("map")
    ax.grid(False)
    gains, inputs, rates = (np.array(data[key]) for key in ("gains", "inputs", "rates"))
    _colour(ax, gains, inputs, rates)
    scale = np.linspace(-FULL, FULL, 13)
    _colour(key, scale, np.array([0, 1]), np.stack([scale, scale]))
    key.set_gid("key")
    key.grid(False)
    key.set_xlim(-FULL, FULL)
    key.set_ylim(0, 1)
    key.set_yticks([])
    key.set_xticks([-0.6, -0.3, 0, 0.3, 0.6], ["−0.6", "−0.3", "0", "0.3", "0.6"])
    key.set_xlabel("largest Lyapunov exponent λ₁, per step")
    ax.plot(data["edge"]["gain"], data["edge"]["input"], lw=2.6, color=LIGHT["theory"])
    ax.plot([1, 1], [0, inputs[-1]], ls=(0, (1, 2)), lw=1.4, color=LIGHT["ink"])
    ax.set_xlim(gains[0], gains[-1])
    ax.set_ylim(0, inputs[-1])
    ax.set_xticks([0.5, 1, 1.5, 2, 2.5, 3], ["0.5", "1", "1.5", "2", "2.5", "3"])
    ax.set_yticks([0, 0.5, 1, 1.5, 2], ["0", "0.5", "1", "1.5", "2"])
    ax.set_xlabel("gain g (about the spectral radius of W)")
    # Between title and map stand the names of the two lines, above their ends.
    ax.set_title("input strength s", pad=24)
    over = {"textcoords": "offset points", "xytext": (0, 5), "ha": "center"}
    ax.annotate("g = 1, ρ ≈ 1", (1, inputs[-1]), color=LIGHT["ink"], **over)
    end = data["edge"]["gain"][-1]
    ax.annotate("λ₁ = 0, theory", (end, inputs[-1]), color=LIGHT["theory"], **over)
    ax.text(0.37, 1.02, "vanishes", color=LIGHT["ink"])
    ax.text(2.95, 0.45, "explodes", ha="right", color=LIGHT["ink"])
    return figure


def _colour(ax: Axes, xs: np.ndarray, ys: np.ndarray, rates: np.ndarray) -> None:
    """Give each cell the colour of its side, weaker towards 0, where the paper shows."""
    for name, side in (("vanish", -rates), ("explode", rates)):
        shade(ax, xs, ys, np.clip(side / FULL, 0, 1), LIGHT[name], full=0.75)
