"""A driven network keeps near its own rate; bound and radius lie many powers of ten above it.

‖J‖ of h_t = tanh(W h_{t-1} + u_t) beside ‖W‖^k (Pascanu, Mikolov & Bengio 2013, section 2.1),
ρ(W)^k and e^{λ₁k}, with λ₁ by Benettin, Galgani, Giorgilli & Strelcyn (1980); one network of
`longrange.lab`. The page lets its reader draw the curve first.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from explainer.drawing.palette import LIGHT
from explainer.drawing.style import power_of_ten
from longrange import jacobian, lab, matrices

ALT = (
    "Four curves on a logarithmic axis against the lag k = 0 to {last}. The bound grows by "
    "{laws[bound]:.2f} a step and the power of the radius by {laws[radius]:.2f}, which makes "
    "{ends[bound]:.0e} and {ends[radius]:.0e} at the end. The measured norm of the Jacobian rises "
    "to {peak:.1f} and is {ends[measured]:.1f} at the end. So it stays near the line of the "
    "network's own rate, {laws[rate]:.3f} a step, which ends at {ends[rate]:.2f}."
)
FAMILY, D, GAIN, INPUT_STD, SEED, LAST = "gaussian", 64, 1.5, 0.5, 0, 60


def compute() -> dict:
    """Return the measured norms and the three laws, by their factors per step."""
    w, lags = lab.matrix(FAMILY, D, GAIN, seed=SEED), np.arange(LAST + 1)
    states = lab.states(w, input_std=INPUT_STD, seed=SEED)
    measured = jacobian.norms(w, states, lags, times=[len(states) - 1])[:, 0]
    laws = {
        "bound": matrices.spectral_norm(w),
        "radius": lab.radius(w),
        "rate": float(np.exp(lab.rate(w, states, seed=SEED))),
    }
    curves = {"measured": measured} | {name: factor**lags for name, factor in laws.items()}
    # The finding: never above the bound; of the three lines the own rate is by far the nearest.
    assert (measured <= curves["bound"] * (1 + 1e-9)).all()
    off = {name: np.abs(np.log(measured / curves[name])).mean() for name in laws}
    assert off["rate"] < off["radius"] / 5
    assert off["radius"] < off["bound"]
    return {
        "d": D,
        "gain": GAIN,
        "input_std": INPUT_STD,
        "last": LAST,
        "laws": laws,
        "answer": " ".join(f"{norm:.4g}" for norm in measured),
        "peak": float(measured.max()),
        "ends": {name: float(curve[-1]) for name, curve in curves.items()},
        "table": {"k": lags.tolist()} | {name: curve.tolist() for name, curve in curves.items()},
    }


def draw(data: dict) -> Figure:
    """Draw the answer over the three laws, and where the reader's own curve begins."""
    figure = plt.figure(figsize=(6.4, 4.1))
    ax = figure.add_axes((0.15, 0.135, 0.82, 0.835))
    ax.set_gid("plot")
    ax.set_yscale("log")
    ax.set_xlim(0, data["last"])
    ax.set_ylim(1e-4, 1e12)
    ax.set_yticks([1e-4, 1, 1e4, 1e8, 1e12])
    ax.yaxis.set_major_formatter(power_of_ten)
    ax.tick_params(pad=6)
    ax.set_xlabel("lag k (steps back)")
    ax.set_ylabel("size of the Jacobian, ‖J‖", labelpad=12)
    table = data["table"]
    ends = slice(None, None, data["last"])  # straight lines
    for name, label, colour, place in (
        ("bound", "bound ‖W‖ᵏ", "bound", (25.5, 1.3e11)),
        ("radius", "radius ρᵏ", "muted", (41, 1e7)),
        ("rate", "its own rate", "theory", (36, 8e-3)),
    ):
        ax.plot(table["k"][ends], table[name][ends], lw=1.2, ls=(0, (4, 3)), color=LIGHT[colour],
                gid=f"answer-{name}")  # fmt: skip
        ax.text(*place, label, color=LIGHT[colour], gid=f"answer-{name}-label")
    ax.plot(table["k"], table["measured"], lw=2.4, color=LIGHT["measured"], gid="answer-curve")
    ax.text(36, 60, "measured ‖J‖", color=LIGHT["measured"], gid="answer-label")
    start, reader = [table[name][:1] for name in ("k", "measured")], LIGHT["reader"]
    ax.plot(*start, "o", ms=7, color=reader, clip_on=False)
    ax.plot(*(value * 2 for value in start), lw=2.8, color=reader, clip_on=False, gid="guess")
    return figure
