"""Clipping scales the gradient of all lags alike; cutting takes away what lies beyond.

Clipping: Pascanu, Mikolov & Bengio (2013), algorithm 1. Truncated backpropagation: Williams & Peng
(1990). The gradient by lag is that of the figure ``gradient_by_lag``.
"""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.shared.driven import BURN_IN, INPUT_STD, D, geometric_mean, white
from longrange import matrices
from longrange.bptt import gradient_by_lag
from longrange.lyapunov import critical_gain
from longrange.recurrence import run

ALT = (
    "Two panels of the gradient by lag, 0 to {last} steps back. Left, gain {explodes[gain]:.0f}, "
    "on a logarithmic axis: the gradient grows with the lag, from {explodes[newest]:.1f} to "
    "{explodes[oldest]:.0e}. Clipped to size {threshold:.0f}, the curve has the same shape, lower "
    "by one factor, {explodes[factor]:.0e}. Right, at the critical gain {edge[gain]:.2f}: the part "
    "falls slowly with the lag; cut after {kept} steps, the lags beyond get nothing, "
    "{edge[lost]:.0%} of the whole."
)
TOLERANCE = {"rtol": 0.5, "atol": 0.02}  # one network is chaotic: see jacobian_norms

SEEDS, STEPS, KEPT, THRESHOLD, GAIN = 10, 100, 10, 1.0, 2.0


def compute() -> dict:
    """Return the gradient by lag as it is, clipped, and cut; geometric means over seeds."""
    critical = critical_gain(INPUT_STD)
    exploding = [_parts(GAIN, seed) for seed in range(SEEDS)]
    factors = [min(1, THRESHOLD / np.linalg.norm(one.sum(axis=0))) for one in exploding]
    clipped = [factor * one for factor, one in zip(factors, exploding, strict=True)]
    for before, after in zip(exploding, clipped, strict=True):
        # The finding: the whole has the size that is allowed, and each lag its share of before.
        assert np.isclose(np.linalg.norm(after.sum(axis=0)), THRESHOLD)
        assert np.allclose(_shares(after), _shares(before))
    edge = [_parts(critical, seed) for seed in range(SEEDS)]
    for seed, one in enumerate(edge):
        # Cut: as if the state before the last steps had come from nowhere.
        assert np.allclose(_parts(critical, seed, KEPT).sum(axis=0), one[:KEPT].sum(axis=0))
    as_it_is, clipped = _sizes(exploding), _sizes(clipped)
    sizes = _sizes(edge)
    old = float(np.median([_shares(one)[STEPS // 2 :].sum() for one in exploding]))
    lost = float(np.median([_shares(one)[KEPT:].sum() for one in edge]))
    assert as_it_is[-1] > 1e3 * as_it_is[0]
    assert old > 0.9
    assert 0.3 < lost < 0.95
    return {
        "d": D,
        "input_std": INPUT_STD,
        "seeds": SEEDS,
        "steps": STEPS,
        "last": STEPS - 1,
        "kept": KEPT,
        "threshold": THRESHOLD,
        "explodes": {
            "gain": GAIN,
            "newest": float(as_it_is[0]),
            "oldest": float(as_it_is[-1]),
            "factor": float(geometric_mean(np.log(factors))),
            "older_half": old,
        },
        "edge": {"gain": float(critical), "lost": lost},
        "table": {
            "lag": list(range(STEPS)),
            "exploding": as_it_is.tolist(),
            "clipped": clipped.tolist(),
            "at the edge": sizes.tolist(),
            "cut": np.where(np.arange(STEPS) < KEPT, sizes, 0).tolist(),
        },
    }


def _parts(gain: float, seed: int, steps: int = STEPS) -> np.ndarray:
    """Return the gradient on W by lag, shape (steps, D, D), of a loss that looks at the end."""
    w = matrices.gaussian(D, gain, seed=seed)
    states = run(w, white(seed, BURN_IN + STEPS))
    loss = np.random.default_rng([seed, 2]).normal(size=D)
    return gradient_by_lag(w, states[-steps:], loss, h0=states[-steps - 1])


def _shares(parts: np.ndarray) -> np.ndarray:
    sizes = np.linalg.norm(parts, axis=(1, 2))
    return sizes / sizes.sum()


def _sizes(networks: list[np.ndarray]) -> np.ndarray:
    """Return the size of the part of each lag, the geometric mean over networks."""
    return geometric_mean([np.log(np.linalg.norm(parts, axis=(1, 2))) for parts in networks])


def draw(data: dict, wide: bool) -> Figure:
    """Draw the exploding gradient and the clipped one, and beside them the one that is cut."""
    figure, (clip, cut) = style.panels(wide, 2, 360, 540)
    table, back = data["table"], {"color": LIGHT["backward"]}
    lags, kept, muted = np.array(table["lag"]), data["kept"], {"color": LIGHT["muted"]}
    clip.set_gid("clip")
    clip.set_title("clip it: where it explodes")
    clip.set_yscale("log")
    clip.yaxis.set_minor_locator(NullLocator())
    clip.yaxis.set_major_formatter(style.power_of_ten)
    clip.plot(lags, table["exploding"], lw=2.4, **muted)
    clip.plot(lags, table["clipped"], lw=2.8, **back)
    at = 55 if wide else 45
    up, down = ({"textcoords": "offset points", "ha": side} for side in ("right", "left"))
    clip.annotate("as it is", (at, table["exploding"][at]), (-8, 10), **up, **muted)
    clip.annotate("clipped", (at, table["clipped"][at]), (6, -18), **down, **back)
    cut.set_gid("cut")
    cut.set_title("cut it: near the edge")
    sizes = np.array(table["at the edge"])
    edges = np.arange(len(sizes) + 1) - 0.5
    cut.stairs(sizes[:kept], edges[: kept + 1], fill=True, lw=0, **back)
    cut.stairs(sizes[kept:], edges[kept:], fill=True, lw=0, alpha=0.35, **muted)
    cut.axvline(kept - 0.5, lw=1.2, ls=(0, (4, 3)), color=LIGHT["ink"])
    cut.set_ylim(0, 1.1 * sizes.max())
    cut.annotate(f"cut after {kept} steps", (kept, 0.98 * sizes.max()), (4, 0),
                 textcoords="offset points", va="center", color=LIGHT["ink"])  # fmt: skip
    cut.annotate("gets nothing", (kept + 14, sizes[kept + 14]), (4, 22),
                 textcoords="offset points", **muted)  # fmt: skip
    for ax in (clip, cut):
        ax.set_xlim(-1, data["last"] + 1)
        ax.set_xticks(range(0, 101, 25))
        ax.set_xlabel("lag, steps back")
        ax.set_ylabel("part of the gradient", labelpad=8)
    return figure
