"""Three things that are easily believed of a recurrent network, and what it does.

A word does not fade by equal steps, h_t = r h_{t-1}; the norm of W does not tell the rate of a
driven tanh network; and one unit, h <- tanh(w h), holds a side whose derivative has vanished.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.style import power_of_ten
from explainer.shared.driven import BURN_IN, D, white
from longrange import jacobian, matrices
from longrange.rates import influence
from longrange.recurrence import run

ALT = (
    "Three panels, each with a dashed line for what is believed and a bold one for what is so. "
    "It fades by equal steps: a straight line to 0 at {last} words; but at r = {r} half is left "
    "after {half} words, and {end:.1%} at the end. The norm tells how fast: the powers of the norm "
    "{norm:.2f} leave through the top; the measured influence falls to {measured:.2f} at {last} "
    "steps. No gradient, no memory: the derivative falls to {derivative:.0e}, and the state stands "
    "at {state:.2f}."
)

LAST = 30  # steps, or words
R = 0.8
GAIN, SEED = 1.2, 0
W, START = 2.0, 0.4  # of the one unit


def compute() -> dict:
    """Return, for each belief, what would follow from it and what is so."""
    lags = np.arange(LAST + 1)
    left = influence(R, lags)
    w = matrices.gaussian(D, GAIN, seed=SEED)
    times = np.arange(BURN_IN + LAST, BURN_IN + LAST + 200, 20)
    states = run(w, white(SEED, times[-1] + 1))
    measured = np.exp(jacobian.norms(w, states, lags, times=times, log=True).mean(axis=1))
    norm = matrices.spectral_norm(w)
    state, slope, held, derivative = START, 1.0, [START], [1.0]
    for _ in range(LAST):
        state = float(np.tanh(W * state))
        slope *= W * (1 - state**2)
        held.append(state)
        derivative.append(slope)
    # The findings: most is gone early; what may grow fades; the side outlives its derivative.
    assert left[LAST // 6] < 0.5 < 1 - (LAST // 6) / LAST
    assert norm > 1 > 10 * measured[-1]
    assert held[-1] > START > 1e6 * abs(derivative[-1])
    return {
        "r": R,
        "last": LAST,
        "half": int(np.argmax(left < 0.5)),
        "end": float(left[-1]),
        "norm": float(norm),
        "measured": float(measured[-1]),
        "state": held[-1],
        "derivative": derivative[-1],
        "table": {
            "k": lags.tolist(),
            "equal steps": (1 - lags / LAST).tolist(),
            "left": left.tolist(),
            "powers of the norm": (norm**lags).tolist(),
            "influence": measured.tolist(),
            "derivative": derivative,
            "state": held,
        },
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw the three beliefs side by side on a screen, one below another on a phone."""
    size = (1160, 290) if wide else (328, 580)
    figure, axes = plt.subplots(*((1, 3) if wide else (3, 1)), figsize=style.px(*size))
    figure.subplots_adjust(
        left=0.04 if wide else 0.12, right=0.98 if wide else 0.95, top=0.87 if wide else 0.95,
        bottom=0.21 if wide else 0.1, wspace=0.2, hspace=0.6,
    )  # fmt: skip
    (fades, norm, forgets), table = axes.flat, data["table"]
    _panel(fades, "fades", "“It fades by equal steps”", table["equal steps"], table["left"])
    fades.set(ylim=(0, 1.05), yticks=[0, 0.5, 1])
    fades.text(10.5, 0.7, "believed", color=LIGHT["muted"])
    fades.text(4, 0.46, f"r = {data['r']}", color=LIGHT["theory"])
    _panel(
        norm, "norm", "“The norm tells how fast”", table["powers of the norm"], table["influence"]
    )
    norm.set(yscale="log", ylim=(1e-3, 1e3), yticks=[1e-3, 1, 1e3])
    norm.text(7.5, 60, "powers of the norm", color=LIGHT["muted"])
    norm.text(9, 0.02, "measured", color=LIGHT["theory"])
    _panel(forgets, "forgets", "“No gradient, no memory”", table["derivative"], table["state"])
    forgets.set(yscale="log", ylim=(1e-26, 1e5), yticks=[1e-20, 1e-10, 1])
    forgets.text(14, 1e-8, "gradient", color=LIGHT["muted"])
    forgets.text(14, 30, "state", color=LIGHT["theory"])
    for ax in (norm, forgets):
        ax.minorticks_off()
        ax.yaxis.set_major_formatter(power_of_ten)
    return figure


def _panel(ax: Axes, name: str, title: str, believed: list[float], true: list[float]) -> None:
    ax.set_gid(name)
    ax.set_title(title)
    ax.plot(believed, "--", color=LIGHT["muted"], lw=1.8)
    ax.plot(true, color=LIGHT["theory"], lw=2.6)
    ax.set(xlim=(0, len(true) - 1), xlabel="steps")
