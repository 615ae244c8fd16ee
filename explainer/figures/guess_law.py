"""A driven network keeps near its own rate; bound and radius lie many powers of ten above it.

‖J‖ of h_t = tanh(W h_{t-1} + u_t) beside ‖W‖^k (Pascanu, Mikolov & Bengio 2013, section 2.1),
ρ(W)^k and e^{λ₁k}, with λ₁ by Benettin, Galgani, Giorgilli & Strelcyn (1980); one network of
`longrange.lab`. The page lets its reader draw the curve first.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
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
HEIGHTS = 1e-4, 1e12  # of the picture; what is beyond them leaves it


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


def draw(data: dict, wide: bool) -> Figure:
    """Draw the three laws, the answer among them, and where the reader's own curve begins."""
    figure, ax = plt.subplots(
        figsize=style.px(640, 400) if wide else style.px(328, 320), layout="constrained"
    )
    ax.set_gid("plot")
    ax.set_title("size of the Jacobian, ‖J‖")
    ax.set_yscale("log")
    ax.set_xlim(0, data["last"])
    ax.set_ylim(*HEIGHTS)
    ax.set_yticks([1e-4, 1, 1e4, 1e8, 1e12])
    ax.yaxis.set_major_formatter(power_of_ten)
    ax.set_xlabel("lag k (steps back)")
    table, last = data["table"], data["last"]
    ends = slice(None, None, last)  # straight lines
    # Where a law leaves through the top, or ends, it is named.
    for name, label, colour in (
        ("bound", "bound ‖W‖ᵏ", "bound"),
        ("radius", "radius ρᵏ", "muted"),
        ("rate", "own rate", "theory"),
    ):
        look = {"color": LIGHT[colour]}
        ax.plot(table["k"][ends], table[name][ends], lw=1.2, ls=(0, (4, 3)), gid=f"law-{name}",
                **look)  # fmt: skip
        if table[name][-1] < HEIGHTS[1]:
            style.label_end(ax, last, table[name][-1], label, **look)
        else:
            lag = next(k for k, norm in enumerate(table[name]) if norm > HEIGHTS[1])
            ax.annotate(label, (lag, HEIGHTS[1]), (6, -2), textcoords="offset points", va="top",
                        annotation_clip=False, **look)  # fmt: skip
    measured = {"color": LIGHT["measured"]}
    ax.plot(table["k"], table["measured"], lw=2.4, gid="answer-curve", **measured)
    style.label_end(ax, last, table["measured"][-1], "measured", gid="answer-label", **measured)
    start, reader = [table[name][:1] for name in ("k", "measured")], LIGHT["reader"]
    ax.plot(*start, "o", ms=7, color=reader, clip_on=False)
    ax.plot(*(value * 2 for value in start), lw=2.8, color=reader, clip_on=False, gid="guess")
    return figure
