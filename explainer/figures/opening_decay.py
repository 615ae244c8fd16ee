"""The norm allows growth, the spectral radius foretells it, and the influence fades.

Measured Jacobians of driven tanh networks, beside the powers of the norm and of the radius.
"""

import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.shared.driven import BURN_IN, INPUT_STD, D, geometric_mean, white
from longrange import jacobian, matrices
from longrange.recurrence import run

ALT = (
    "Three lines over k = 0 to {last} steps on a logarithmic axis, for networks of gain {gain}. "
    "The powers of the norm, {norm:.2f}, leave through the top at once; those of the spectral "
    "radius, {radius:.2f}, rise. The measured influence rises for a few steps and falls to "
    "{end:.0e}."
)

GAIN, SEEDS = 1.2, 10
LAGS = np.arange(0, 61, 2)
TIMES = np.arange(BURN_IN + LAGS[-1], BURN_IN + LAGS[-1] + 200, 20)


def compute() -> dict:
    """Return the influence over lags, a geometric mean over times and seeds, and the two bases."""
    logs, norms, radii = [], [], []
    for seed in range(SEEDS):
        w = matrices.gaussian(D, GAIN, seed=seed)
        states = run(w, white(seed, TIMES[-1] + 1))
        logs.append(jacobian.norms(w, states, LAGS, times=TIMES, log=True).mean(axis=1))
        norms.append(matrices.spectral_norm(w))
        radii.append(matrices.spectral_radius(w))
    measured = geometric_mean(logs)
    norm, radius = (float(geometric_mean(np.log(values))) for values in (norms, radii))
    # The finding: what grows by both, fades.
    assert norm > radius > 1 > 100 * measured[-1]
    table = {
        "k": LAGS.tolist(),
        "measured": measured.tolist(),
        "norm": (norm**LAGS).tolist(),
        "radius": (radius**LAGS).tolist(),
    }
    return {
        "d": D,
        "gain": GAIN,
        "input_std": INPUT_STD,
        "seeds": SEEDS,
        "last": int(LAGS[-1]),
        "norm": norm,
        "radius": radius,
        "end": float(measured[-1]),
        "table": table,
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw the three lines, each named where it ends."""
    figure, ax = style.opening(wide)
    table, last = data["table"], data["last"]
    top = 1e8
    ax.plot(table["k"], table["norm"], ls=":", lw=2, color=LIGHT["bound"])
    ax.plot(table["k"], table["radius"], ls=(0, (6, 2)), lw=2, color=LIGHT["theory"])
    ax.plot(table["k"], table["measured"], lw=3.5, color=LIGHT["measured"])
    ax.set_yscale("log")
    ax.set_ylim(1e-5, top)
    ax.set_yticks([1e-4, 1, 1e4, 1e8])
    ax.yaxis.set_major_formatter(style.power_of_ten)
    ax.set_xlim(0, last)
    ax.set_xlabel("steps k")
    ax.set_title("how much of a small change is left after k steps")
    leaves = next(k for k, value in zip(table["k"], table["norm"], strict=True) if value > top / 30)
    ax.text(leaves + 2, top / 30, "the norm allows", color=LIGHT["bound"], va="center")
    style.label_end(ax, last, table["radius"][-1], "the radius foretells", color=LIGHT["theory"])
    style.label_end(ax, last, table["measured"][-1], "measured", color=LIGHT["measured"])
    return figure
