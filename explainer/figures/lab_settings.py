"""Squashed networks follow their Lyapunov rate; a linear one the norm at first, then the radius.

Five single networks of `longrange.lab`: the norms of their Jacobians, looked back from the last
step, beside ‖W‖ᵏ, ρᵏ and the exponential of λ₁k. Linear, ρᵏ ≤ ‖J‖ ≤ ‖W‖ᵏ.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.style import power_of_ten
from longrange import jacobian, lab, matrices

ALT = (
    "Five panels show the influence over k = 0 to {last} steps on one logarithmic scale, each with "
    "three straight lines: the powers of the norm, those of the radius, and the Lyapunov rate. "
    "PyTorch's default: the norm rises, the radius falls, and the influence falls faster, to "
    "{default[end]:.0e}, along the rate. Orthogonal: norm and radius stay at 1; the influence "
    "falls to {orthogonal[end]:.0e}, along the rate. Edge of chaos: norm and radius leave through "
    "the top at once, the rate is level, and the influence wavers above it, between "
    "{edge[least]:.0f} and {edge[most]:.0f}. Non-normal hump, linear: the influence rises with the "
    "norm to {hump[most]:.0f} at k = {hump[most_at]}, drops to the radius, {hump[returned]:.2f}, "
    "and rises again. Squashing makes it grow: the radius is 0, and the influence grows along the "
    "rate, to {grows[end]:.0e}."
)

# The settings that the laboratory has names for.
_FIRST = {"family": "gaussian", "gain": 0.58, "input_std": 0.5, "activation": "tanh", "d": 64,
          "seed": 0}  # fmt: skip
PRESETS = {
    "default": _FIRST,  # 1/√3: U(-1/√d, 1/√d) has the variance 1/(3d)
    "orthogonal": _FIRST | {"family": "orthogonal", "gain": 1.0},
    "edge": _FIRST | {"gain": 1.59},  # the gain at which its rate is nearest to 0
    "hump": _FIRST | {"family": "ring-chain", "gain": 0.9, "activation": "linear", "d": 32},
    "grows": _FIRST | {"family": "cancelling", "gain": 3.0, "input_std": 1.5},
}
LAGS = np.arange(61)
SEEDS = 10  # for how far the rate of one run scatters
# Later ones lie over earlier ones where they are equal.
_LOOKS = {
    "radius": {"lw": 1.6, "ls": (0, (5, 2)), "color": LIGHT["muted"]},
    "rate": {"lw": 1.8, "ls": (0, (2.5, 1.2)), "color": LIGHT["theory"]},
    "bound": {"lw": 1.6, "ls": (0, (1, 2)), "color": LIGHT["bound"]},
    "measured": {"lw": 2.6, "color": LIGHT["measured"]},
}


def compute() -> dict:
    """Return the influence of each network by lag, and what the three laws say."""
    found = {name: _measure(**preset) for name, preset in PRESETS.items()}
    curves = {name: one.pop("curves") for name, one in found.items()}
    # The finding: squashed, the rate is right within a factor of 50, where others miss by 10⁵.
    squashed = ("default", "orthogonal", "edge", "grows")
    for name in squashed:
        ratio = curves[name]["measured"] / curves[name]["rate"]
        assert ratio.min() > 0.9
        found[name]["apart"] = float(ratio.max())
    apart = max(one.get("apart", 1) for one in found.values())
    assert apart < 50
    default, orthogonal, edge, hump, grows = found.values()
    assert default["radius_end"] > 1e5 * default["end"]
    assert default["norm"] > 1
    assert abs(orthogonal["norm"] - 1) + abs(orthogonal["radius"] - 1) < 1e-9
    assert orthogonal["end"] < 1e-6
    assert 1 < edge["least"] < edge["most"] < 100
    assert edge["radius_end"] > 1e12
    gains = np.arange(140, 176) / 100
    rates = [_network(**PRESETS["edge"] | {"gain": gain})[2] for gain in gains]
    assert gains[np.argmin(np.abs(rates))] == PRESETS["edge"]["gain"]
    scatter = _scatter()
    level = gains[np.abs(rates) < scatter["drives"]]
    assert scatter["drives"] > 5 * abs(edge["rate"])  # 0 within what one run can tell
    assert scatter["one"] > 2 * scatter["drives"]
    assert grows["radius"] == 0
    assert grows["end"] > 1e4
    # Linear: the bound exactly while the chain lasts, then the radius exactly.
    d, measured = PRESETS["hump"]["d"], curves["hump"]["measured"]
    assert np.allclose(measured[:d], curves["hump"]["bound"][:d], rtol=1e-9)
    assert np.isclose(measured[d], curves["hump"]["radius"][d], rtol=1e-9)
    hump["returned"] = float(measured[d])
    grows |= _parting(grows["rate"])
    assert 0.5 < grows["parted_at"] / grows["lost_after"] < 2

    # By how many orders of magnitude the other laws end too high; least and most.
    over = {
        law: [np.log10(found[name][f"{law}_end"] / found[name]["end"]) for name in names]
        for law, names in (("bound", squashed), ("radius", squashed[:-1]))
    }
    assert min(*over["bound"], *over["radius"]) > 5
    table = {"k": LAGS.tolist()}
    for name, columns in curves.items():
        table |= {f"{name} {kind}": column.tolist() for kind, column in columns.items()}
    return {
        "presets": PRESETS,
        "steps": lab.STEPS,
        "burn_in": lab.BURN_IN,
        "link": lab.LINK,
        "last": int(LAGS[-1]),
        "apart": apart,
        "seeds": SEEDS,
        "scatter": scatter,
        "level": [float(level[0]), float(level[-1])],
        "over": {law: [min(orders), max(orders)] for law, orders in over.items()},
        **found,
        "table": table,
    }


def _measure(**preset) -> dict:
    w, states, rate = _network(**preset)
    activation, last = preset["activation"], len(states) - 1
    measured = jacobian.norms(w, states, LAGS, times=last, activation=activation)[:, 0]
    norm, radius = matrices.spectral_norm(w), lab.radius(w)
    curves = {
        "measured": measured,
        "bound": norm**LAGS,
        "radius": radius**LAGS,
        "rate": np.exp(rate * LAGS),
    }
    return {
        "norm": norm,
        "radius": radius,
        "rate": rate,
        "factor": float(np.exp(rate)),
        "end": float(measured[-1]),
        "bound_end": float(curves["bound"][-1]),
        "radius_end": float(curves["radius"][-1]),
        "least": float(measured[1:].min()),
        "most": float(measured.max()),
        "most_at": int(measured.argmax()),
        "curves": curves,
    }


def _network(
    family: str, gain: float, input_std: float, activation: str, d: int, seed: int
) -> tuple[np.ndarray, np.ndarray, float]:
    w = lab.matrix(family, d, gain, seed=seed)
    states = lab.states(w, input_std=input_std, seed=seed, activation=activation)
    return w, states, lab.rate(w, states, seed=seed, activation=activation)


def _scatter() -> dict:
    """Return standard deviations of λ₁: over seeds at gain 1 and at the edge, over drives there."""
    edge = PRESETS["edge"]
    w = lab.matrix(edge["family"], edge["d"], edge["gain"], seed=edge["seed"])
    runs = [lab.states(w, input_std=edge["input_std"], seed=seed) for seed in range(SEEDS)]
    rates = {
        "one": [_network(**edge | {"gain": 1.0, "seed": seed})[2] for seed in range(SEEDS)],
        "edge": [_network(**edge | {"seed": seed})[2] for seed in range(SEEDS)],
        "drives": [lab.rate(w, states, seed=seed) for seed, states in enumerate(runs)],
    }
    return {name: float(np.std(found, ddof=1)) for name, found in rates.items()}


def _parting(rate: float) -> dict:
    """Return when the last bit of one weight is seen: by the rate, and in two runs."""
    preset = PRESETS["grows"]
    seed = preset["seed"]
    w = lab.matrix(preset["family"], preset["d"], preset["gain"], seed=seed)
    other = w.copy()
    other[0, 0] = np.nextafter(w[0, 0], np.inf)
    one, two = (lab.states(m, input_std=preset["input_std"], seed=seed) for m in (w, other))
    return {
        "doubling": float(np.log(2) / rate),
        "lost_after": float(53 * np.log(2) / rate),  # from 2⁻⁵³ to 1
        "parted_at": int(np.argmax(np.abs(one - two).max(axis=1) > 1)) + 1,
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw a panel for each network; in the sixth place stands the key."""
    figure, axes = plt.subplots(
        *((2, 3) if wide else (3, 2)),
        figsize=style.px(900, 520) if wide else style.px(328, 620),
        sharey=True,
        layout="constrained",
    )
    figure.suptitle("influence", x=0.01, ha="left", fontsize=plt.rcParams["font.size"])
    one = f"{data['orthogonal']['radius']:.0f}"
    titles = {
        "default": "PyTorch’s default\nfollows λ₁, not ρ",
        "orthogonal": f"Orthogonal, ρ = {one}:\nstill follows λ₁",
        "edge": "At the edge of chaos\nλ₁ is 0: it stays",
        "hump": "A non-normal hump\nfollows ‖W‖, then ρ",
        "grows": "Squashed, it grows\nby λ₁, though ρ is 0",
    }
    lags = data["table"]["k"]
    *shown, last = axes.flat
    for ax, (name, title) in zip(shown, titles.items(), strict=True):
        ax.set_gid(name)
        ax.set_yscale("log")
        ax.set_ylim(1e-7, 1e6)
        ax.set_xlim(0, lags[-1])
        ax.set_xticks([0, 20, 40, 60])
        ax.set_yticks([1e-6, 1e-3, 1, 1e3, 1e6])
        ax.yaxis.set_major_formatter(power_of_ten)
        ax.set_title(title)
        for kind, look in _LOOKS.items():
            values = data["table"][f"{name} {kind}"]
            ends = slice(None) if kind == "measured" else [0, -1]
            ax.plot(np.array(lags)[ends], np.array(values)[ends], **look)
    for ax in shown[2 if wide else 3 :]:  # below which stands no other
        ax.set_xlabel("steps k")
    _key(last)
    return figure


def _key(ax: Axes) -> None:
    ax.set_axis_off()
    ax.set_xlim(0, 1)
    labels = {
        "measured": "measured, ‖J‖",
        "bound": "bound, ‖W‖ᵏ",
        "radius": "radius, ρᵏ",
        "rate": "rate, exp(λ₁k)",
    }
    for (kind, label), y in zip(labels.items(), (1e5, 3e2, 1, 3e-3), strict=True):
        ax.plot([0.08, 0.26], [y, y], **_LOOKS[kind])
        ax.text(0.34, y, label, va="center", color=_LOOKS[kind]["color"])
