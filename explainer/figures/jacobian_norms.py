"""The bound ‖W‖ᵏ never lies and never tells: the influence follows its own rate, far below.

Measured Jacobians of driven tanh networks beside the bound, the powers of W alone and the
rate of mean-field theory (see `longrange.lyapunov.mean_field`).
"""

import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.style import power_of_ten
from explainer.shared.driven import BURN_IN, INPUT_STD, D, geometric_mean, white
from longrange import jacobian, matrices
from longrange.lyapunov import mean_field
from longrange.recurrence import run

ALT = (
    "Three panels, gain {low[gain]}, {middle[gain]} and {high[gain]}, show the influence over k "
    "= 0 to {last} steps on logarithmic axes, at input strength {input_std}. In each, the bound "
    "leaves through the top and the powers of W lie below it. The measured Jacobians soon lie "
    "far below both and run parallel to the line of the theory, with a band over {seeds} seeds "
    "that widens. At gain {low[gain]} they fall steeply, to {low[end]:.0e} after {last} steps. "
    "At gain {middle[gain]}, where the spectral radius is {middle[radius]:.1f}, they rise to "
    "{middle[peak]:.1f} and then fall slowly, to {middle[end]:.1f}. At gain {high[gain]} they "
    "rise to {high[end]:.0f}."
)
TOLERANCE = {"rtol": 0.5}  # the last network is chaotic: its runs differ from machine to machine

SEEDS = 10
GAINS = {"low": 0.8, "middle": 1.5, "high": 2.0}
LAGS = np.array([0, 1, 2, 3, 4, 5, 7, *range(10, 61, 5)])
TIMES = np.arange(BURN_IN + LAGS[-1], BURN_IN + LAGS[-1] + 200, 10)


def compute() -> dict:
    """Return norms over lags for three gains: geometric means over times, then over seeds."""
    found = {name: _measure(gain) for name, gain in GAINS.items()}
    for one in found.values():
        # The finding: the bound, which `_measure` checks, says little; the slope is the theory's.
        assert one["bound"][-1] > 1e7 * one["measured"][-1]
        assert abs(one["slope"] - one["mean_field_rate"]) < 0.04
    assert found["middle"]["radius"] > 1.3
    assert found["middle"]["slope"] < 1 < found["high"]["slope"]
    assert found["middle"]["peak"] > 2 * found["middle"]["end"]
    table = {"k": LAGS.tolist()}
    for name, one in found.items():
        keys = ("measured", "lowest", "highest", "bound", "powers", "theory")
        table |= {f"{key} g={GAINS[name]}": one[key] for key in keys}
    return {
        "d": D,
        "input_std": INPUT_STD,
        "seeds": SEEDS,
        "times": len(TIMES),
        "burn_in": BURN_IN,
        "last": int(LAGS[-1]),
        "spread": max(one["spread"] for one in found.values()),
        **found,
        "table": table,
    }


def _measure(gain: float) -> dict:
    logs, bounds, powers, radii = [], [], [], []
    for seed in range(SEEDS):
        w = matrices.gaussian(D, gain, seed=seed)
        at = jacobian.norms(w, run(w, white(seed, TIMES[-1] + 1)), LAGS, times=TIMES, log=True)
        logs.append(at.mean(axis=1))
        bounds.append(np.log(matrices.spectral_norm(w)))
        assert (at <= LAGS[:, None] * bounds[-1] + 1e-9).all()
        powers.append(jacobian.power_norms(w, LAGS, log=True))
        radii.append(np.log(matrices.spectral_radius(w)))
    mean, rate = np.mean(logs, axis=0), mean_field(gain, INPUT_STD).rate
    far = LAGS >= 20
    slopes = np.exp(np.polyfit(LAGS[far], np.array(logs)[:, far].T, 1)[0])
    slope = float(np.exp(np.polyfit(LAGS[far], mean[far], 1)[0]))
    return {
        "gain": gain,
        "norm": float(geometric_mean(bounds)),
        "radius": float(geometric_mean(radii)),
        "mean_field_rate": float(np.exp(rate)),
        "slope": slope,
        "spread": float(np.abs(slopes - slope).max()),
        "measured": np.exp(mean).tolist(),
        "lowest": np.exp(np.min(logs, axis=0)).tolist(),
        "highest": np.exp(np.max(logs, axis=0)).tolist(),
        "bound": np.exp(LAGS * np.mean(bounds)).tolist(),
        "powers": geometric_mean(powers).tolist(),
        "theory": np.exp(LAGS * rate).tolist(),
        "peak": float(np.exp(mean.max())),
        "peak_at": int(LAGS[np.argmax(mean)]),
        "end": float(np.exp(mean[-1])),
        "orders": float((LAGS[-1] * np.mean(bounds) - mean[-1]) / np.log(10)),
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw one panel a gain."""
    figure, axes = style.panels(wide, 3, 380, 620, sharex=True)
    lags = data["table"]["k"]
    limits = {"low": (1e-12, 1e6), "middle": (1e-3, 1e9), "high": (1e-1, 1e11)}
    for ax, name in zip(axes, limits, strict=True):
        one = data[name]
        ax.set_gid(name)
        ax.set_yscale("log")
        ax.set_ylim(limits[name])
        ax.set_xlim(0, data["last"])
        ax.plot(lags, one["bound"], ls=":", color=LIGHT["bound"])
        ax.plot(lags, one["powers"], ls=(0, (5, 2)), lw=1.2, color=LIGHT["muted"])
        ax.fill_between(lags, one["lowest"], one["highest"], alpha=0.25, lw=0,
                        color=LIGHT["measured"])  # fmt: skip
        ax.plot(lags, one["measured"], lw=2.4, color=LIGHT["measured"])
        ax.plot(lags, one["theory"], ls=(0, (2, 1.5)), lw=1.4, color=LIGHT["theory"])
        ax.set_title(f"influence at gain {one['gain']}")
        ax.yaxis.set_major_formatter(power_of_ten)
    for ax in axes if wide else axes[-1:]:
        ax.set_xlabel("steps k")
    axes[0].text(33, 2e3, "bound ‖W‖ᵏ", color=LIGHT["bound"])
    axes[0].text(59, 1e-2, "W alone, ‖Wᵏ‖", ha="right", color=LIGHT["muted"])
    axes[0].text(59, 2e-6, "measured ‖J‖", ha="right", color=LIGHT["measured"])
    axes[0].text(25, 3e-9, "theory", ha="right", color=LIGHT["theory"])
    return figure
