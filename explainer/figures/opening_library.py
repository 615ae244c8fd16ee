"""Four functions lead from a matrix to the rate at which its network forgets.

A Gaussian matrix, the states of its network under noise, one Jacobian of that run, and the norms of
its Jacobians by lag, with the Lyapunov rate.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.cells import shade
from explainer.drawing.palette import LIGHT
from explainer.drawing.style import power_of_ten
from longrange import jacobian, lyapunov, matrices, recurrence

ALT = (
    "Four small pictures in a row, each named by a function. gaussian: a matrix of {d} rows and "
    "columns. run: the states of {d} units over {steps} steps. lagged: the Jacobian over {lag} "
    "steps, paler than the matrix. norms: the size of the Jacobian falls over {last} steps, to "
    "{left:.0e}, along the line of effective_rate, {rate:.2f} a step."
)

D, GAIN, STEPS, LAG, LAST = 12, 0.9, 400, 2, 20


def compute() -> dict:
    """Return entries of the matrix, states, entries of a Jacobian, norms and the rate."""
    w = matrices.gaussian(D, gain=GAIN, seed=1)
    drive = np.random.default_rng(2).normal(0, 0.5, (STEPS, D))
    states = recurrence.run(w, drive)
    lags, times = np.arange(LAST + 1), np.arange(100, STEPS, 20)
    logs = jacobian.norms(w, states, lags, times=times, log=True)
    norms, rate = np.exp(logs.mean(axis=1)), lyapunov.effective_rate(w, drive)
    # The finding: what is measured goes along the rate.
    assert abs((norms[LAST] / norms[LAST // 2]) ** (2 / LAST) - rate) < 0.05
    return {
        "d": D,
        "steps": 2 * D,
        "lag": LAG,
        "last": LAST,
        "rate": rate,
        "left": float(norms[-1]),
        "matrix": w.tolist(),
        "states": states[100 : 100 + 2 * D].tolist(),
        "jacobian": jacobian.lagged(w, states, 100 + LAG, LAG).tolist(),
        "table": {"k": lags.tolist(), "norm": norms.tolist(), "law": (rate**lags).tolist()},
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw the four in a row on a screen, two by two on a phone."""
    size = (1160, 250) if wide else (328, 320)
    figure, axes = plt.subplots(*((1, 4) if wide else (2, 2)), figsize=style.px(*size))
    figure.subplots_adjust(
        left=0.02 if wide else 0.05, right=0.97, top=0.83 if wide else 0.92,
        bottom=0.13 if wide else 0.09, wspace=0.22 if wide else 0.3, hspace=0.42,
    )  # fmt: skip
    maps = {
        "gaussian": (np.array(data["matrix"]), "ink", "W"),
        "run": (np.array(data["states"]).T, "forward", "h, step by step"),
        "lagged": (np.array(data["jacobian"]), "backward", f"J over {data['lag']} steps"),
    }
    most = np.abs(np.array(data["matrix"])).max()
    for ax, (name, (entries, colour, what)) in zip(axes.flat, maps.items(), strict=False):
        sizes = np.abs(entries) / (1 if name == "run" else most)
        _map(ax, np.clip(sizes, 0, 1), LIGHT[colour], "auto" if name == "run" else "equal")
        ax.set_gid(name)
        ax.set_title(name, size=17 if wide else 13, loc="center")
        ax.set_xlabel(what, color=LIGHT["muted"])
    last, table = axes.flat[3], data["table"]
    last.set_gid("norms")
    last.set_yscale("log")
    last.plot(table["k"], table["law"], color=LIGHT["theory"])
    last.plot(table["k"], table["norm"], "o", ms=4, color=LIGHT["measured"])
    last.set_title("norms", size=17 if wide else 13, loc="center")
    last.set_xticks([0, 10, 20])
    last.yaxis.set_major_formatter(power_of_ten)
    last.tick_params(axis="y", pad=1)
    last.text(0.96, 0.92, "effective_rate", transform=last.transAxes, ha="right", va="top",
              size=15 if wide else 12, color=LIGHT["theory"])  # fmt: skip
    return figure


def _map(ax: Axes, strength: np.ndarray, colour: str, aspect: str) -> None:
    rows, columns = strength.shape
    shade(ax, np.arange(columns), np.arange(rows), strength, colour, full=1)
    ax.set_xlim(-0.5, columns - 0.5)
    ax.set_ylim(rows - 0.5, -0.5)
    ax.set_aspect(aspect)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set_visible(True)
        spine.set_color(LIGHT["grid"])
