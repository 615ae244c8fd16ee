"""Slopes below 1 can make the influence grow: squashed, a network that forgets turns chaotic.

W = 3 [[1, -1], [1, -1]] has W² = 0, so the linear network forgets all in two steps. Unequal
slopes undo the cancelling: W diag(a, b) W = 3 (a - b) W.
"""

import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.style import power_of_ten
from longrange import jacobian, lyapunov, matrices
from longrange.recurrence import run

ALT = (
    "Two panels. One, the influence over k steps on a logarithmic axis: the linear network "
    "rises to {norm:.0f} at k = 1 and is exactly 0 from k = 2 on; with tanh the influence grows "
    "steadily, by a factor of {rate:.2f} a step. The other, the first unit of the squashed network "
    "over {shown} steps from two starts that differ by {apart:.0e}: the two runs look the same "
    "for about {together} steps, then they go their own ways and touch only in passing."
)
TOLERANCE = {"rtol": 0.2, "atol": 0.5}  # chaotic: late states differ from machine to machine

WEIGHTS, DRIVE = 3.0 * np.array([[1, -1], [1, -1]]), np.array([-1.5, -4.5])
APART, SHOWN, STEPS, BURN_IN = 1e-9, 70, 20_000, 100
LAGS = np.arange(31)


def compute() -> dict:
    """Return geometric means of ‖J‖ over times, the exponent, and two runs that part."""
    drive = np.tile(DRIVE, (STEPS, 1))
    assert (WEIGHTS @ WEIGHTS == 0).all()
    rate = lyapunov.exponents(WEIGHTS, drive, count=1, burn_in=BURN_IN)[0]
    states = run(WEIGHTS, drive[:3000])
    times = np.arange(BURN_IN + LAGS[-1], len(states), 7)
    logs = jacobian.norms(WEIGHTS, states, LAGS, times=times, log=True).mean(axis=1)
    linear = jacobian.power_norms(WEIGHTS, LAGS)
    # The finding: growth where the linear network has nothing left.
    assert (linear[2:] == 0).all()
    assert rate > 0.4
    assert abs((logs[-1] - logs[10]) / 20 - rate) < 0.05

    # From the first state: later ones are another machine's own, and so would be the picture.
    start = states[0]
    runs = [run(WEIGHTS, drive[:SHOWN], h0=h)[:, 0] for h in (start, start + np.array([APART, 0]))]
    assert np.abs(runs[0] - runs[1]).max() > 0.5
    return {
        "norm": matrices.spectral_norm(WEIGHTS),
        "exponent": float(rate),
        "rate": float(np.exp(rate)),
        "steps": STEPS - BURN_IN - 1,
        "times": len(times),
        "apart": APART,
        "shown": SHOWN,
        "together": int(np.argmax(np.abs(runs[0] - runs[1]) > 0.05)),
        "runs": [one.tolist() for one in runs],
        "table": {"k": LAGS.tolist(), "tanh": np.exp(logs).tolist(), "linear": linear.tolist()},
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw the influence beside the two runs."""
    figure, (influence, runs) = style.panels(wide, 2, 360, 520)
    lags = data["table"]["k"]
    influence.set_gid("influence")
    influence.set_title("influence over k steps")
    influence.set_yscale("log")
    influence.set_ylim(1e-2, 1e7)
    influence.set_xlim(0, lags[-1])
    influence.set_yticks([1e-2, 1, 1e2, 1e4, 1e6])
    influence.yaxis.set_major_formatter(power_of_ten)
    influence.set_xlabel("steps k")
    influence.plot(lags, data["table"]["tanh"], lw=2.4, color=LIGHT["measured"])
    influence.plot(
        [0, 1, 2], [*data["table"]["linear"][:2], 1e-9], lw=2, ls=(0, (5, 2)), color=LIGHT["muted"]
    )
    influence.text(
        15, 3e4, f"tanh: times {data['rate']:.2f} a step", ha="right", color=LIGHT["measured"]
    )
    influence.text(2.5, 3e-2, "linear: exactly 0 from k = 2", color=LIGHT["muted"])

    runs.set_gid("runs")
    runs.set_title("first unit, in two runs")
    runs.set_xlim(0, data["shown"] - 1)
    runs.set_ylim(-1.1, 1.1)
    runs.set_yticks([-1, 0, 1], ["−1", "0", "1"])
    runs.set_xlabel("step")
    runs.plot(data["runs"][0], lw=2.6, alpha=0.45, color=LIGHT["measured"])
    runs.plot(data["runs"][1], lw=1.1, color=LIGHT["ink"])
    return figure
