"""A small change dies out in every unit, although norm and radius of the matrix are above 1.

The network of the notebook: W is Gaussian, of a hundred units, driven by noise. A small change of
one state is carried along by the Jacobians, dh_t = D_t W dh_(t-1).
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from longrange import jacobian, lyapunov, matrices, recurrence

ALT = (
    "Thin lines show how a small change of the state goes on in {shown} of {d} units, over {last} "
    "steps. They swing and die out: what is left of its length after {last} steps is "
    "{left:.2f}. Two pairs of curves open like funnels and leave the picture: the bound, "
    "{norm:.1f} to the power k, and the radius, {radius:.2f} to the power k. A third pair goes "
    "with the lines: the Lyapunov rate, {rate:.2f} to the power k."
)

D, GAIN, STRENGTH, SHOWN, LAST, START = 100, 1.2, 0.5, 40, 30, 300


def compute() -> dict:
    """Return a small change, unit by unit, over the steps after it, and the three factors."""
    w = matrices.gaussian(D, gain=GAIN, seed=1)
    drive = STRENGTH * np.random.default_rng(2).normal(size=(600, D))
    states = recurrence.run(w, drive)
    change = np.random.default_rng(3).normal(size=D)
    change /= np.linalg.norm(change)
    changes = np.array([jacobian.lagged(w, states, START + k, k) @ change for k in range(LAST + 1)])
    length = np.linalg.norm(changes, axis=1)
    found = {
        "norm": matrices.spectral_norm(w),
        "radius": matrices.spectral_radius(w),
        "rate": lyapunov.effective_rate(w, drive),
    }
    # The finding: both numbers that the matrix has say that it may grow; it fades.
    assert found["norm"] > found["radius"] > 1 > found["rate"]
    assert np.abs(changes[-1]).max() < 0.1 * np.abs(changes[0]).max()
    assert length[-1] < 0.2 < 1 < found["radius"] ** LAST
    largest = float(np.abs(changes[0]).max())
    units = np.argsort(-np.abs(changes[0]))[:SHOWN]
    return {
        "d": D,
        "shown": SHOWN,
        "last": LAST,
        "left": float(length[-1]),
        "largest": largest,
        **found,
        "table": {"k": list(range(LAST + 1)), "length": length.tolist()}
        | {f"unit {i}": changes[:, i].tolist() for i in sorted(units)},
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw the lines, and the three laws as envelopes from the largest of them on."""
    figure = plt.figure(figsize=style.px(1160, 300) if wide else style.px(328, 300))
    ax = figure.add_axes((0.01, 0.19, 0.83, 0.77) if wide else (0.02, 0.15, 0.96, 0.8))
    ks, size = np.array(data["table"]["k"]), 17 if wide else 13
    ax.set_gid("change")
    for name, values in data["table"].items():
        if name.startswith("unit"):
            ax.plot(ks, values, lw=0.9, alpha=0.6, color=LIGHT["measured"])
    fine, top = np.linspace(0, data["last"], 121), 2.6 * data["largest"]
    looks = {
        "norm": {"color": LIGHT["bound"], "ls": (0, (5, 2))},
        "radius": {"color": LIGHT["muted"], "ls": (0, (1, 1.5))},
        "rate": {"color": LIGHT["theory"], "ls": "-"},
    }
    for name, look in looks.items():
        curve = data["largest"] * data[name] ** fine
        inside = curve <= top
        for sign in (1, -1):
            ax.plot(fine[inside], sign * curve[inside], lw=2.2, **look)
    ax.set_xlim(0, data["last"])
    ax.set_ylim(-top, top)
    ax.set_yticks([])
    ax.grid(visible=False)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("steps after a small change of the state")
    at = {name: np.log(2.45) / np.log(data[name]) for name in ("norm", "radius")}
    ax.text(at["norm"] + 0.3, 0.9 * top, "‖W‖ᵏ", size=size, color=LIGHT["bound"])
    ax.text(
        at["radius"] + 0.6,
        (0.82 if wide else 0.68) * top,
        "ρᵏ, radius of W",
        size=size,
        color=LIGHT["muted"],
    )
    if wide:
        end = data["largest"] * data["rate"] ** data["last"]
        style.label_end(ax, data["last"], end, "  Lyapunov rate:\n  what happens", size=size,
                        color=LIGHT["theory"])  # fmt: skip
    else:
        ax.text(data["last"], 0.22 * top, "Lyapunov rate:\nwhat happens", ha="right", size=size,
                color=LIGHT["theory"])  # fmt: skip
    return figure
