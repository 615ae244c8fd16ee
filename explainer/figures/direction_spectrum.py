"""A gradient does not only fade with distance, it loses dimensions.

Singular values of the Jacobian over k steps: by how much each of d directions is stretched.
Saxe, McClelland & Ganguli (2014) look at the same spectrum over the layers of deep networks.
"""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.style import power_of_ten
from explainer.shared.driven import BURN_IN, INPUT_STD, D, geometric_mean, white
from longrange import matrices
from longrange.jacobian import singular_values
from longrange.lyapunov import critical_gain
from longrange.recurrence import run

ALT = (
    "Four panels show the {d} singular values of the Jacobian, largest first, at k = 1, 5, 10 "
    "and 30 on logarithmic axes. Orthogonal and linear: flat at 1 for every k. Orthogonal with "
    "tanh: the curves sink and tilt; at k = 30 the largest is {orthogonal_tanh[top][k30]:.4f} "
    "and {orthogonal_tanh[kept][k30]:.0f} of {d} values lie within a factor {factor} of it. "
    "Gaussian at the critical gain and at gain {chaotic_gain:.0f}: the largest value grows, "
    "somewhat or much, and the others fall ever more steeply; at k = 30, "
    "{critical[kept][k30]:.0f} and {chaotic[kept][k30]:.0f} of {d} are left within a factor "
    "{factor} of the largest."
)
TOLERANCE = {"rtol": 0.5}  # chaotic runs differ from machine to machine

SEEDS, FACTOR = 10, 100
CHAOTIC_GAIN = 2.0
LAGS = (1, 5, 10, 30)


def compute() -> dict:
    """Return geometric means over seeds of the ordered singular values."""
    gain = critical_gain(INPUT_STD)
    found = {
        "orthogonal_linear": _spectra(lambda seed: matrices.orthogonal(D, seed=seed), "linear"),
        "orthogonal_tanh": _spectra(lambda seed: matrices.orthogonal(D, seed=seed)),
        "gaussian_tanh": _spectra(lambda seed: matrices.gaussian(D, seed=seed)),
        "critical": _spectra(lambda seed: matrices.gaussian(D, gain, seed=seed)),
        "chaotic": _spectra(lambda seed: matrices.gaussian(D, CHAOTIC_GAIN, seed=seed)),
    }
    # The finding: only without slopes do all directions survive.
    assert np.allclose(found["orthogonal_linear"]["values"]["k30"], 1, atol=1e-10)
    for name in ("orthogonal_tanh", "gaussian_tanh", "critical", "chaotic"):
        kept = list(found[name]["kept"].values())
        assert (np.diff(kept) < 0).all()
        assert kept[-1] < D / 2
    assert found["orthogonal_tanh"]["kept"]["k30"] > 2 * found["gaussian_tanh"]["kept"]["k30"]
    assert found["chaotic"]["top"]["k30"] > 10  # it grows, and still loses dimensions
    table = {"index": list(range(1, D + 1))}
    for name, one in found.items():
        table |= {f"{name} k={k}": one["values"][f"k{k}"] for k in LAGS}
    setting = {
        "factor": FACTOR,
        "d": D,
        "input_std": INPUT_STD,
        "seeds": SEEDS,
        "critical_gain": gain,
        "chaotic_gain": CHAOTIC_GAIN,
    }
    return setting | found | {"table": table}


def _spectra(matrix: Callable, activation: str = "tanh") -> dict:
    logs = {k: [] for k in LAGS}
    for seed in range(SEEDS):
        w = matrix(seed)
        states = run(w, white(seed, BURN_IN + LAGS[-1]), activation=activation)
        for k in LAGS:
            last = len(states) - 1
            logs[k].append(singular_values(w, states, last, k, log=True, activation=activation))
    values = {f"k{k}": geometric_mean(logs[k]) for k in LAGS}
    return {
        "values": {k: v.tolist() for k, v in values.items()},
        "top": {k: float(v[0]) for k, v in values.items()},
        # Mean over seeds of the number within the factor of the largest.
        "kept": {
            f"k{k}": float(np.mean([(one > one[0] - np.log(FACTOR)).sum() for one in logs[k]]))
            for k in LAGS
        },
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw four panels; the further back, the darker the line."""
    figure, axes = plt.subplots(
        *((1, 4) if wide else (2, 2)),
        figsize=style.px(900, 340) if wide else style.px(328, 480),
        sharex=True,
        sharey=True,
        layout="constrained",
    )
    figure.suptitle("each direction is stretched by", x=0.01, ha="left",
                    fontsize=plt.rcParams["font.size"])  # fmt: skip
    figure.get_layout_engine().set(wspace=0.05)
    names = {
        "orthogonal_linear": "orthogonal, linear",
        "orthogonal_tanh": "orthogonal, tanh",
        "critical": f"Gaussian, g = {data['critical_gain']:.2f}",
        "chaotic": f"Gaussian, g = {data['chaotic_gain']:.0f}",
    }
    index = data["table"]["index"]
    panels = dict(zip(names, axes.flat, strict=True))
    for name, ax in panels.items():
        ax.set_gid(name)
        ax.set_yscale("log")
        ax.set_ylim(1e-6, 1e3)
        ax.set_xlim(1, data["d"])
        ax.set_xticks([1, 32, 64])
        ax.set_yticks([1e-6, 1e-3, 1, 1e3])
        ax.yaxis.set_major_formatter(power_of_ten)
        ax.set_title(names[name])
        for k, values in data[name]["values"].items():
            alpha = {"k1": 0.4, "k5": 0.6, "k10": 0.8, "k30": 1}[k]
            ax.plot(index, values, lw=2.2, alpha=alpha, color=LIGHT["backward"])
    back = {"ha": "right", "color": LIGHT["backward"]}
    panels["orthogonal_linear"].text(62, 3, "all k: 1", **back)
    for x, y, label in (
        (19, 2e-6, "k = 30"),
        (39, 2e-6, "10"),
        (51, 2e-6, "5"),
        (62, 2, "k = 1"),
    ):
        panels["critical"].text(x, y, label, **back)
    for ax in axes.flat if wide else axes[1]:
        ax.set_xlabel("direction")
    return figure
