"""Where all directions fade alike, what reaches further leaves less to the newest input.

Driven tanh networks: an orthogonal W (Saxe, McClelland & Ganguli 2014, for deep linear networks),
the same with small inputs, an identity W (Le, Jaitly & Hinton 2015, who use ReLU) and a leak. In
the linear network of r times an orthogonal W under white input, the newest input makes up exactly
1 - r² of the state's variance, and the horizon is ln ε / ln r: the curve.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.style import power_of_ten
from explainer.shared.driven import BURN_IN, INPUT_STD, D, geometric_mean, white
from longrange import matrices, recurrence
from longrange.jacobian import norms, singular_values
from longrange.rates import measured_horizon

ALT = (
    "Two panels over steps from 1 to {last}, logarithmic. Reach: the norm of the Jacobian of five "
    "driven tanh networks of width {d}. It falls to 1% after {default[horizon]:.0f} steps from "
    "the default start, {orthogonal[horizon]:.0f} from an orthogonal one, "
    "{identity[horizon]:.0f} from the identity, {small[horizon]:.0f} from an orthogonal one with "
    "inputs times {scale}, and {leaky[horizon]:.0f} with a leak of {leak}. Price: a dot for each: "
    "that horizon, and the share of the state that the newest input makes up, "
    "{default[newest]:.0%}, {orthogonal[newest]:.0%}, {identity[newest]:.0%}, "
    "{small[newest]:.0%} and {leaky[newest]:.0%}. The dots lie above a falling curve, up "
    "to twice as high: that of linear networks which fade by one rate."
)

LEVEL, SEEDS, SCALE, LEAK, LAST, APART = 0.01, 10, 0.1, 0.05, 400, 20
LAGS = sorted({*range(1, 11), *np.geomspace(10, LAST, 28).round().astype(int).tolist(), 30, 100})


class Start(NamedTuple):
    """One way to start: the matrix of a seed, the factor on the inputs, and the leak."""

    matrix: Callable
    scale: float = 1.0
    leak: float | None = None


STARTS = {
    "default": Start(lambda seed: matrices.uniform(D, seed=seed)),
    "orthogonal": Start(lambda seed: matrices.orthogonal(D, seed=seed)),
    "identity": Start(lambda _: np.eye(D)),
    "small": Start(lambda seed: matrices.orthogonal(D, seed=seed), scale=SCALE),
    "leaky": Start(lambda seed: matrices.uniform(D, seed=seed), leak=LEAK),
}


def compute() -> dict:
    """Return norms of Jacobians, their horizons, and what the newest input comes to."""
    found, table = {}, {"k": LAGS}
    for name, start in STARTS.items():
        runs = [_measure(start, seed) for seed in range(SEEDS)]
        logs = np.array([run.pop("logs") for run in runs])
        found[name] = {key: float(np.mean([run[key] for run in runs])) for key in runs[0]}
        *each, horizon = (measured_horizon(one, LAGS, LEVEL) for one in [*logs, logs.mean(axis=0)])
        found[name] |= {"horizon": horizon, "low": min(each), "high": max(each)}
        table[name] = geometric_mean(logs).tolist()
        found[name]["over"] = found[name]["newest"] / (1 - LEVEL ** (2 / found[name]["horizon"]))
        # The finding: none is far above the curve.
        assert 1 < found[name]["over"] < 2.5
    order = sorted(found, key=lambda name: found[name]["horizon"])
    assert order == list(STARTS)
    assert found["small"]["horizon"] > 5 * found["orthogonal"]["horizon"]
    assert max(found[name]["newest"] for name in ("small", "leaky")) < 0.15
    assert found["small"]["slope"] > 0.95 > 0.85 > found["leaky"]["slope"]
    steps = np.geomspace(2, LAST, 24)
    return {
        "d": D,
        "input_std": INPUT_STD,
        "seeds": SEEDS,
        "level": LEVEL,
        "scale": SCALE,
        "leak": LEAK,
        "last": LAST,
    } | found | {
        "curve": {"steps": steps, "newest": 1 - LEVEL ** (2 / steps)},
        "table": table,
    }  # fmt: skip


def _measure(start: Start, seed: int) -> dict:
    w, last = start.matrix(seed), BURN_IN + LAST + 2 * APART
    how = {"activation": "leaky" if start.leak else "tanh", "leak": start.leak or 1.0}
    drive, other = (start.scale * white(number, last + 1) for number in (seed, SEEDS + seed))
    states = recurrence.run(w, drive, **how)
    times = [last - i * APART for i in range(3)]
    keep, slopes = recurrence.slopes(states, **how)
    settled = states[BURN_IN:]
    # The same past with another newest input: half of the squared difference is its variance.
    again = recurrence.run(w, other[None, BURN_IN + 1 :], h0=settled[:-1], **how)[0]
    shares = ((settled[1:] - again) ** 2).mean() / 2 / (settled[1:] ** 2).mean()
    kept = {f"kept{k}": (singular_values(w, states, last, k, log=True, **how)
                         > np.log(LEVEL)).sum() for k in (30, 100)}  # fmt: skip
    return {
        "logs": norms(w, states, LAGS, times=times, log=True, **how).mean(axis=1),
        "newest": shares,
        "reached": start.scale * np.sqrt((slopes[BURN_IN:] ** 2).mean()),
        "slope": slopes[BURN_IN:].mean() / (1 - keep),
        "size": np.sqrt((settled**2).mean()),
    } | kept


def draw(data: dict, wide: bool) -> Figure:
    """Draw how far each reaches beside what the newest input comes to, on one axis of steps."""
    figure, (reach, price) = style.panels(wide, 2, 420, 620)
    measured = {"color": LIGHT["measured"]}
    lines = {"default": "-", "orthogonal": "-", "identity": (0, (4, 2)), "small": "-",
             "leaky": (0, (4, 2))}  # fmt: skip
    for name, line in lines.items():
        some = [i for i, value in enumerate(data["table"][name]) if value > 3e-4]
        reach.plot([data["table"]["k"][i] for i in some],
                   [data["table"][name][i] for i in some], ls=line, **measured)  # fmt: skip
        price.plot(data[name]["horizon"], data[name]["newest"], "o", ms=6, **measured)
    reach.axhline(data["level"], lw=1.2, ls=":", color=LIGHT["muted"])
    price.plot(data["curve"]["steps"], data["curve"]["newest"], lw=1.6, color=LIGHT["theory"])
    reach.text(1.25, 0.02, "default", **measured)
    reach.text(38, 0.0022, "orthogonal,\nidentity", **measured)
    reach.text(100, 0.028, "small inputs", ha="right", **measured)
    reach.text(130, 0.16, "leaky", **measured)
    price.text(9.8, 0.82, "default", **measured)
    price.text(25, 0.53, "orthogonal", **measured)
    price.text(29, 0.41, "identity", **measured)
    price.text(140, 0.041, "small inputs", ha="right", **measured)
    price.text(215, 0.105, "leaky", **measured)
    price.text(3, 0.25, "one rate, linear", color=LIGHT["theory"])
    reach.set_gid("reach")
    for ax in (reach, price):
        ax.set_yscale("log")
    reach.set_title("reach: ‖J‖ over k steps")
    reach.set_ylim(1e-3, 2)
    reach.set_yticks([1e-3, 1e-2, 1e-1, 1])
    reach.yaxis.set_major_formatter(power_of_ten)
    price.set_gid("price")
    price.set_title("price: share of the newest input")
    price.set_ylim(0.02, 1.1)
    price.set_yticks([0.02, 0.05, 0.1, 0.2, 0.5, 1],
                     ["2 %", "5 %", "10 %", "20 %", "50 %", "100 %"])  # fmt: skip
    for ax, label in ((reach, "steps back k"), (price, "horizon at 1 %, in steps")):
        ax.set_xscale("log")
        ax.set_xlim(1, data["last"] * 1.1)
        ax.set_xticks([1, 3, 10, 30, 100, 300], ["1", "3", "10", "30", "100", "300"])
        ax.set_xlabel(label)
    return figure
