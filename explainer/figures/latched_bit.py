"""A vanished gradient is not a lost memory: the sign stays when the derivative is long gone.

One unit, h ← tanh(2h + sξ), with noise ξ ~ N(0, 1): the latch of Bengio, Simard & Frasconi (1994).
"""

import numpy as np
from matplotlib.figure import Figure
from scipy.optimize import brentq

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.style import power_of_ten
from longrange.rates import horizon
from longrange.recurrence import run, slopes

ALT = (
    "Two panels share one logarithmic axis of time, 1 to {steps} steps. In the panel of trials "
    "that hold, the share of {trials} trials that have the sign they began with: at noise "
    "{quiet[noise]} nearly all keep it to the end; at noise {loud[noise]} the share falls to "
    "{loud[holding]:.0%}, hardly better than chance. In the panel of what is left of the "
    "derivative with respect to the start: at noise {quiet[noise]} it is about "
    "{quiet[after_ten]:.0e} after ten steps. Beside it weight 1 without noise: a straight line, "
    "a power law, still {edge[end]:.0e} after {steps} steps."
)
TOLERANCE = {"rtol": 0.01}  # sums of many logarithms

WEIGHT, TRIALS, STEPS, SEED = 2.0, 4000, 1000, 0
NOISES = {"quiet": 0.3, "loud": 0.5}


def compute() -> dict:
    """Return, for each step, the share of trials that hold and the derivative that is left."""
    start = brentq(lambda h: np.tanh(WEIGHT * h) - h, 0.5, 1)
    found = {name: {"noise": noise} | _trials(noise, start) for name, noise in NOISES.items()}
    # Weight 1, no noise, same start: h decays like √(3/2k), the derivative like k^-3/2.
    h = np.concatenate([[[start]], run([[1.0]], np.zeros((STEPS, 1)), h0=[start])])
    edge = np.cumprod(slopes(h)[1][:, 0])
    exponent = np.log(edge[-1] / edge[STEPS // 4 - 1]) / np.log(4)
    # The finding: the memory holds while the derivative vanishes, up to a size of noise.
    assert found["quiet"]["holding"] > 0.999
    for one in found.values():  # the trials agree with the exact share
        share = one["wrong"]
        assert abs(one["fallen"] / TRIALS - share) < 4 * np.sqrt(share * (1 - share) / TRIALS)
    assert found["quiet"]["after_ten"] < 1e-6
    assert found["loud"]["holding"] < 0.7
    assert found["loud"]["held"]["k16"] > 0.95 > 0.85 > found["loud"]["held"]["k256"]
    assert abs(exponent + 1.5) < 0.02
    step = list(range(1, STEPS + 1))
    held = {name: one.pop("shares") for name, one in found.items()}
    seen = {name: one.pop("logs") for name, one in found.items()}
    return {
        "weight": WEIGHT,
        "start": start,
        "factor": WEIGHT * (1 - start**2),
        "horizon": float(horizon(WEIGHT * (1 - start**2))),
        "trials": TRIALS,
        "steps": STEPS,
        **found,
        "edge": {"exponent": float(exponent), "end": float(edge[-1])},
        "table": {
            "step": step,
            **{f"holding {name}": shares for name, shares in held.items()},
            **{f"log10 derivative {name}": logs for name, logs in seen.items()},
            "derivative weight 1": edge.tolist(),
        },
    }


def _trials(noise: float, start: float) -> dict:
    drive = np.random.default_rng(SEED).normal(0, noise, (STEPS, TRIALS, 1))
    states = run([[WEIGHT]], drive, h0=[start])[..., 0]
    logs = np.cumsum(np.log(WEIGHT * (1 - states) * (1 + states)), axis=0) / np.log(10)
    shares, typical = (states > 0).mean(axis=1), logs.mean(axis=1)
    return {
        "shares": shares.tolist(),
        "logs": typical.tolist(),
        "holding": float(shares[-1]),
        "held": {f"k{k}": float(shares[k - 1]) for k in (16, 256)},
        "fallen": int((states[-1] <= 0).sum()),
        "wrong": _exactly_wrong(noise, start),
        "after_ten": float(10 ** typical[9]),
        "percent_at": int(np.argmax(typical < -2)) + 1,
    }


def _exactly_wrong(noise: float, start: float) -> float:
    """Return the probability of the wrong sign after STEPS steps, by the density of the drive.

    y = WEIGHT h + noise ξ has the density p(y') = ∫ N(y'; WEIGHT tanh y, noise²) p(y) dy.
    """
    y, step = np.linspace(-5, 5, 1001, retstep=True)  # five noises and more beyond the rest
    inner = WEIGHT * np.array([*np.tanh(y), start])
    kernel = np.exp(-(((y[:, None] - inner) / noise) ** 2) / 2) * step / noise / np.sqrt(2 * np.pi)
    density = kernel[:, -1]
    for _ in range(STEPS - 1):
        density = kernel[:, :-1] @ density
    return float(density[y < 0].sum() + density[y == 0].sum() / 2)


def draw(data: dict, wide: bool) -> Figure:
    """Draw what is held beside what the gradient sees, on the same axis of time."""
    figure, (held, seen) = style.panels(wide, 2, 380, 560, sharex=True)
    table = data["table"]
    steps = np.array(table["step"])
    # A step on a logarithmic axis is narrower the later: some of the points are enough.
    some = np.unique(np.geomspace(1, len(steps), 120).round().astype(int)) - 1
    for name, line in (("quiet", "-"), ("loud", (0, (5, 2)))):
        shares = np.array(table[f"holding {name}"])
        held.plot(steps[some], shares[some], lw=2.4, ls=line, color=LIGHT["forward"])
        style.label_end(held, steps[-1], shares[-1], f"noise {data[name]['noise']}",
                        color=LIGHT["forward"])  # fmt: skip
        logs = np.array(table[f"log10 derivative {name}"])
        near = some[logs[some] > -40]
        seen.plot(steps[near], 10 ** logs[near], lw=2.4, ls=line, color=LIGHT["backward"])
    edge = np.array(table["derivative weight 1"])
    seen.plot(steps[some], edge[some], lw=1.8, color=LIGHT["theory"])
    style.label_end(seen, steps[-1], edge[-1], "weight 1,\nno noise", color=LIGHT["theory"])
    quiet, loud = data["quiet"]["noise"], data["loud"]["noise"]
    seen.text(26, 1e-13, f"weight {data['weight']:.0f}, noise {quiet}", color=LIGHT["backward"])
    seen.text(26, 1e-16, f"and {loud}", color=LIGHT["backward"])
    held.set_gid("held")
    held.set_title("trials that hold")
    held.set_ylim(0.48, 1.03)
    held.set_yticks([0.5, 0.75, 1], ["50 %", "75 %", "100 %"])
    seen.set_gid("seen")
    seen.set_title("derivative left")
    seen.set_yscale("log")
    seen.set_ylim(1e-30, 10)
    seen.set_yticks([1e-30, 1e-20, 1e-10, 1])
    seen.yaxis.set_major_formatter(power_of_ten)
    seen.set_xscale("log")
    seen.set_xlim(1, data["steps"])
    seen.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
    for ax in (held, seen) if wide else (seen,):
        ax.set_xlabel("steps")
    return figure
