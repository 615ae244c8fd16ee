"""Two libraries start differently; the bound is exact for one and misleads about the other.

PyTorch's nn.RNN draws the entries of W uniformly from ±1/√d: its norm is above 1, so the bound
allows growth. Keras's SimpleRNN draws W orthogonal: its norm is 1.
"""

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.style import power_of_ten
from explainer.shared.driven import BURN_IN, INPUT_STD, geometric_mean, white
from longrange import matrices
from longrange.jacobian import norms, power_norms
from longrange.rates import horizon
from longrange.recurrence import run

ALT = (
    "Two panels over widths {widths[0]} to {widths[2]}. In the panel of one step, the W of "
    "PyTorch has norm {pytorch[norm][2]:.2f} and spectral radius {pytorch[radius][2]:.2f} at the "
    "largest width; that of Keras has 1 for both. In the panel of {lag} steps, on a logarithmic "
    "axis, the bound for PyTorch is about {pytorch[bound][2]:.0f}, the norm of the power of W "
    "{pytorch[power][2]:.0e}; for Keras both are 1."
)

WIDTHS, LAG, SEEDS = (128, 256, 512), 30, 3
LAGS = (*range(1, 16), LAG)


def compute() -> dict:
    """Return norm, radius, power and bound for each width, geometric means over seeds."""
    pytorch, keras = _library(matrices.uniform), _library(matrices.orthogonal)
    # The finding: one bound grows while the thing itself is all but gone, the other is exact.
    for i in range(len(WIDTHS)):
        assert pytorch["bound"][i] > 10 > 1e-5 > pytorch["power"][i]
        assert abs(pytorch["radius"][i] - 3**-0.5) < 0.03
        assert np.allclose([keras[key][i] for key in ("norm", "radius", "bound", "power")], 1)
    columns = {f"{name} {key}": one[key] for name, one in (("PyTorch", pytorch), ("Keras", keras))
               for key in ("norm", "radius", "bound", "power")}  # fmt: skip
    driven_at = _driven(WIDTHS[1])
    assert driven_at <= pytorch["percent_at"][1]
    return {
        "widths": list(WIDTHS),
        "lag": LAG,
        "seeds": SEEDS,
        "gain": 3**-0.5,
        "horizon": float(horizon(3**-0.5)),
        "input_std": INPUT_STD,
        "driven_at": driven_at,
        "pytorch": pytorch,
        "keras": keras,
        "table": {"d": list(WIDTHS)} | columns,
    }


def _library(matrix: Callable) -> dict:
    logs, percent_at = [], []
    for d in WIDTHS:
        drawn = [matrix(d, seed=seed) for seed in range(SEEDS)]
        norm = np.log([matrices.spectral_norm(w) for w in drawn])
        radius = np.log([matrices.spectral_radius(w) for w in drawn])
        left = np.mean([power_norms(w, LAGS, log=True) for w in drawn], axis=0)
        power, gone = left[-1], np.flatnonzero(left < np.log(0.01))
        percent_at += [LAGS[i] for i in gone[:1]]
        logs.append([np.mean(x) for x in (norm, radius, LAG * norm, power)])
    found = np.exp(np.array(logs).T).tolist()
    keys = ("norm", "radius", "bound", "power")
    # Between the last two lags the step is not known.
    assert LAG not in percent_at
    return dict(zip(keys, found, strict=True)) | {"percent_at": percent_at}


def _driven(d: int) -> int:
    """Return the first lag at which ‖J‖ of PyTorch's network under white input is below 1 %."""
    times, logs = np.arange(BURN_IN, BURN_IN + 100, 20), []
    for seed in range(SEEDS):
        w = matrices.uniform(d, seed=seed)
        states = run(w, white(seed, times[-1] + 1, d))
        logs.append(norms(w, states, LAGS, times=times, log=True).mean(axis=1))
    return LAGS[np.flatnonzero(geometric_mean(logs) < 0.01)[0]]  # raises if it never is


def draw(data: dict, wide: bool) -> Figure:
    """Draw the factor per step beside what it comes to."""
    figure, (step, power) = style.panels(wide, 2, 340, 480)
    at = range(len(data["widths"]))
    colours = {"bound": LIGHT["bound"], "measured": LIGHT["measured"], "theory": LIGHT["theory"]}
    names = {step: ("‖W‖", "ρ", "both"), power: ("‖W‖ᵏ", "‖Wᵏ‖", "both")}
    for ax, keys in ((step, ("norm", "radius")), (power, ("bound", "power"))):
        lines = [("PyTorch", data["pytorch"][keys[0]], "o:"),
                 ("PyTorch", data["pytorch"][keys[1]], "o-"),
                 ("Keras", data["keras"][keys[1]], "s-")]  # fmt: skip
        for (library, values, look), name, colour in zip(
            lines, names[ax], colours.values(), strict=True
        ):
            ax.plot(at, values, look, color=colour, clip_on=False)
            style.label_end(ax, at[-1], values[-1], f"{library}, {name}", color=colour)
        ax.set_xticks(at, [str(d) for d in data["widths"]])
        ax.set_xlabel("width d")
        ax.set_xlim(-0.2, at[-1])
    step.set_gid("step")
    step.set_title("one step")
    step.set_ylim(0, 1.4)
    step.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
    power.set_gid("power")
    power.set_title(f"k = {data['lag']} steps")
    power.set_yscale("log")
    power.set_ylim(1e-8, 1e4)
    power.set_yticks([1e-8, 1e-4, 1, 1e4])
    power.yaxis.set_major_formatter(power_of_ten)
    return figure
