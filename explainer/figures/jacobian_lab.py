"""At gain 1 the bound and the radius let the influence grow; the network forgets.

The laboratory's first setting: the norm of one run's Jacobian J_{t,k} over the lag k with the
bound ‖W‖ᵏ, the radius ρᵏ and the network's own rate (see `longrange.lab`), its singular values at
one lag, and the place of the setting on the map of `edge_map`.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.cells import shade
from explainer.drawing.palette import LIGHT
from explainer.drawing.style import power_of_ten
from explainer.figures import edge_map, fading_sentence
from longrange import jacobian, lab, matrices, rates

ALT = (
    "Three panels. Above, the influence over k = 0 to {last} steps on a logarithmic axis: the "
    "bound ‖W‖ᵏ leaves through the top, the radius ρᵏ rises to {radius_end:.0f}, and the "
    "measured norm falls beside the network's own rate to {at_end:.0e}. Below on the left, the "
    "singular values at lag {start[k]}, strongest first: from {strongest:.0e} they drop below "
    "{lowest:.0e}. On the right, a map of gain and input strength with a mark at gain "
    "{start[g]:g}, input {start[s]:g}, where influence vanishes."
)
TOLERANCE = edge_map.TOLERANCE  # the map's runs differ from machine to machine

START = {"family": "gaussian", "g": 1.0, "s": 0.5, "activation": "tanh", "d": 64, "seed": 0,
         "k": 30}  # fmt: skip
RANGE = {"g": (0.25, 3, 0.01), "s": (0, 2, 0.01), "d": (8, 64, 8), "seed": (0, 99, 1),
         "k": (0, 60, 1)}  # fmt: skip
LOWEST, HIGHEST = 1e-9, 1e6
# The laws of the influence, as the laboratory tells of them; lab-results.js has all this from here.
LAWS = {"bound": "the bound", "radius": "the radius", "rate": "its own rate"}
WITHIN = 0.005  # laws nearer to each other, in the logarithm of their factor per step, are one
LEVEL = 0.01  # nearer to 0 one run cannot tell λ₁: see lab_settings, where it scatters so much


def compute() -> dict:
    """Return norms over lags with the three laws, singular values, and the map."""
    lags, seed = np.arange(RANGE["k"][1] + 1), START["seed"]
    w = matrix_of(START)
    states = lab.states(w, input_std=START["s"], seed=seed)
    t = len(states) - 1
    norms = jacobian.norms(w, states, lags, times=[t])[:, 0]
    values = jacobian.singular_values(w, states, t, START["k"])
    norm, radius = matrices.spectral_norm(w), lab.radius(w)
    rate = lab.rate(w, states, seed=seed)
    # The finding: what both laws of W let grow is lost.
    assert norm > radius > 1
    assert np.exp(rate) < 0.85
    assert norms[-1] < 1e-4
    assert values[-1] < LOWEST < values[0]
    factors = {"bound": norm, "radius": radius, "rate": float(np.exp(rate))}
    near = nearest(factors, norms)
    assert near == ["rate"]
    assert abs(rate) > LEVEL
    edges = edge_map.compute()
    return {
        "start": START,
        "range": RANGE,
        "lowest": LOWEST,
        "last": int(lags[-1]),
        "norm": norm,
        "radius": radius,
        "rate": rate,
        "laws": LAWS,
        "nearest": ", ".join(LAWS[law] for law in near),
        "within": WITHIN,
        "level": LEVEL,
        "loss": -rate,
        "r": factors["rate"],
        "radius_end": float(radius ** lags[-1]),
        "half_life": rates.half_life(np.exp(rate)),
        "horizon": rates.horizon(np.exp(rate)),
        "at_k": float(norms[START["k"]]),
        "at_gap": float(norms[fading_sentence.compute()["cat"]["gap"]]),
        "at_end": float(norms[-1]),
        "strongest": float(values[0]),
        "values": values[values > LOWEST**2].tolist(),
        "map": {key: edges[key] for key in ("gains", "inputs", "rates", "edge")},
        "table": {
            "k": lags.tolist(),
            "measured": norms.tolist(),
            "bound": (norm**lags).tolist(),
            "radius": (radius**lags).tolist(),
            "rate": np.exp(rate * lags).tolist(),
        },
    }


def nearest(factors: dict[str, float], norms: np.ndarray) -> list[str]:
    """Return the law nearest to the mean factor per step over the second half of `norms`.

    Nearest in ratio; with it those that are as near but for `WITHIN`. Empty if nothing is left.
    """
    half = (len(norms) - 1) // 2
    if not norms[-1]:
        return []
    slope = np.log(norms[-1] / norms[half]) / half
    with np.errstate(divide="ignore"):  # a radius of 0 is infinitely far
        miss = {name: abs(np.log(factor) - slope) for name, factor in factors.items()}
    return [name for name in factors if miss[name] < min(miss.values()) + WITHIN]


def matrix_of(setting: dict) -> np.ndarray:
    """Return W of a setting of the laboratory."""
    return lab.matrix(setting["family"], setting["d"], setting["g"], seed=setting["seed"])


def draw(data: dict, wide: bool) -> Figure:
    """Draw the norms, the singular values and the map, side by side or the norms above."""
    figure = plt.figure(
        figsize=style.px(900, 300) if wide else style.px(328, 316), layout="constrained"
    )
    if wide:
        grid = figure.add_gridspec(1, 3, width_ratios=(2.3, 1, 1.1))
        places = (grid[0], grid[1], grid[2])
    else:
        grid = figure.add_gridspec(2, 2, height_ratios=(1.25, 1))
        places = (grid[0, :], grid[1, 0], grid[1, 1])
    norms, spectrum, plane = (figure.add_subplot(at) for at in places)
    _draw_norms(norms, data)
    _draw_spectrum(spectrum, data)
    _draw_map(plane, data)
    return figure


def _draw_norms(ax: Axes, data: dict) -> None:
    table, k = data["table"], data["start"]["k"]
    _scale(ax, "norms", "influence")
    ax.set_xlim(0, data["last"])
    ax.set_xlabel("steps back, k")
    styles = {"bound": ":", "radius": (0, (5, 2)), "rate": (0, (2, 1.5)), "measured": "-"}
    colours = {"bound": "bound", "radius": "muted", "rate": "theory", "measured": "measured"}
    (lag,) = ax.plot([k, k], [LOWEST, HIGHEST], lw=1, color=LIGHT["reader"])
    lag.set_gid("lag")
    for name, line in styles.items():
        width = 2.4 if name == "measured" else 1.5
        (curve,) = ax.plot(table["k"], table[name], ls=line, lw=width, color=LIGHT[colours[name]])
        curve.set_gid(name)
    (dot,) = ax.plot(k, data["at_k"], "o", ms=7, color=LIGHT["reader"])
    dot.set_gid("dot")
    # Lines are named at their ends; the page moves the names along and keeps them apart.
    for name, text, aside in (("bound", "bound ‖W‖ᵏ", 0), ("radius", "radius ρᵏ", 0),
                              ("measured", "measured", 8), ("rate", "own rate", -8)):  # fmt: skip
        end = min(table[name][-1], HIGHEST)
        ax.annotate(text, (data["last"], end), (6, aside), textcoords="offset points", va="center",
                    annotation_clip=False, gid=f"{name}-name",
                    color=LIGHT[colours[name]])  # fmt: skip


def _draw_spectrum(ax: Axes, data: dict) -> None:
    values, d = data["values"], data["start"]["d"]
    _scale(ax, "spectrum", "singular values")
    ax.set_xlim(0, 1)
    ax.set_xticks([0, 0.5, 1], ["0", "½", "1"])
    ax.set_xlabel("share of directions")
    (curve,) = ax.plot([(i + 0.5) / d for i in range(len(values))], values,
                       lw=2.4, color=LIGHT["measured"])  # fmt: skip
    curve.set_gid("values")


def _draw_map(ax: Axes, data: dict) -> None:
    found, start = data["map"], data["start"]
    gains, inputs, rates = (np.array(found[key]) for key in ("gains", "inputs", "rates"))
    ax.set_gid("map")
    ax.set_title("the map")
    ax.grid(False)
    for name, side in (("vanish", -rates), ("explode", rates)):
        strength = np.clip(side / edge_map.FULL, 0, 1)
        shade(ax, gains, inputs, strength, LIGHT[name], full=0.75)
    ax.plot(found["edge"]["gain"], found["edge"]["input"], lw=2, color=LIGHT["theory"])
    ax.set_xlim(gains[0], gains[-1])
    ax.set_ylim(0, inputs[-1])
    ax.set_xticks([1, 2, 3], ["1", "2", "3"])
    ax.set_yticks([0, 1, 2], ["0", "1", "2"])
    ax.set_xlabel("gain g")
    ax.set_ylabel("input s")
    (point,) = ax.plot(start["g"], start["s"], "o", ms=10, color=LIGHT["reader"],
                       mec=LIGHT["paper"], mew=1.5, clip_on=False)  # fmt: skip
    point.set_gid("point")


def _scale(ax: Axes, name: str, title: str) -> None:
    ax.set_gid(name)
    ax.set_title(title)
    ax.set_yscale("log")
    ax.set_ylim(LOWEST, HIGHEST)
    ax.set_yticks([1e-9, 1e-6, 1e-3, 1, 1e3, 1e6])
    ax.minorticks_off()
    ax.yaxis.set_major_formatter(power_of_ten)
