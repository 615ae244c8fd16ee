"""A state of width d holds at most d items, and the shape of W decides how many it does hold.

Linear networks h_t = W h_{t-1} + v u_t: the memory function m_k of Jaeger (2002), for kinds of W;
on the orthogonal see White, Lee & Sompolinsky (2004), on normal and others Ganguli, Huh &
Sompolinsky (2008). The delay line has links ρ in place of a radius: all its eigenvalues are 0.
"""

import itertools

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.shared.items import directions, most_held
from longrange import matrices, memory
from longrange.rates import horizon

ALT = (
    "Two panels for linear networks, readout noise {noise:.0%}. Orthogonal, Gaussian and "
    "symmetric matrices have spectral radius {radius}, the delay line has links {radius}. Memory, "
    "at width {d}: the share of an input that can be read back k steps later. The delay line holds "
    "nearly all of each of the last {d} inputs, and nothing older. Orthogonal falls slowly and is "
    "at {half[orthogonal]} steps down to one half, Gaussian at {half[gaussian]}, symmetric at "
    "{half[symmetric]}. Dots from a simulation lie on the curves, at most {gap:.3f} off. Capacity: "
    "the sum over all lags against the width, on logarithmic axes. No curve passes the dotted "
    "line where it is the width. At width {d} the sums are {capacity[delay_line][mean]:.1f}, "
    "{capacity[orthogonal][mean]:.1f}, {capacity[gaussian][mean]:.1f} and "
    "{capacity[symmetric][mean]:.1f}. The symmetric curve is flat from there on; delay line and "
    "orthogonal turn flat below a second dotted line at {decay_bound:.0f}, set by decay. It bounds "
    "every W that stretches nothing beyond {radius} at any step: all but the Gaussian."
)

D, RADIUS, NOISE, LAST, SEEDS = 64, 0.95, 0.01, 120, 10
WIDTHS = (2, 4, 8, 16, 32, 64, 128)
LENGTH, SOME_LAGS = 4000, (0, 4, 8, 12, 16, 20, 30, 40, 50, 60, 63, 64, 70, 80, 90, 100)
NAMES = ("delay_line", "orthogonal", "gaussian", "symmetric")
NORMAL = ("orthogonal", "symmetric")


def network(name: str, d: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return W and the unit vector v through which it is written to."""
    if name == "delay_line":
        return matrices.delay_line(d, RADIUS), np.eye(d)[0]
    if name == "orthogonal":
        w = matrices.orthogonal(d, RADIUS, seed=seed)
    elif name == "symmetric":
        w = matrices.symmetric(d, RADIUS, seed=seed)
    else:
        w = matrices.with_radius(matrices.gaussian(d, seed=seed), RADIUS)
    return w, directions(1, d, seed)[0]


def compute() -> dict:
    """Return memory functions, exact and simulated, capacities, and Fisher memory."""
    lags, some = np.arange(LAST + 1), np.array(SOME_LAGS)
    table, half, simulated, gaps = {"k": lags.tolist()}, {}, {"k": SOME_LAGS}, []
    capacities, fisher = {"d": WIDTHS}, {}
    decay_bound = most_held(RADIUS, NOISE)  # where no step makes anything longer than RADIUS does
    for name in NAMES:
        here = [network(name, D, seed) for seed in range(SEEDS)]
        exact = [memory.memory_function(w, v, lags, readout_noise=NOISE) for w, v in here]
        run = {"length": LENGTH, "readout_noise": NOISE}
        dots = [memory.estimated_memory(w, v, some, seed=seed, **run)
                for seed, (w, v) in enumerate(here)]  # fmt: skip
        table |= {f"{name} {key}": values for key, values in _spread(exact).items()}
        half[name] = int(np.argmax(np.mean(exact, axis=0) < 0.5))
        simulated[name] = np.mean(dots, axis=0).tolist()
        gaps.append(np.abs(np.mean(dots, axis=0) - np.mean(exact, axis=0)[some]).max())
        sums = np.array([[memory.capacity(*network(name, d, seed), readout_noise=NOISE)
                          for d in WIDTHS] for seed in range(SEEDS)])  # fmt: skip
        capacities[name] = _spread(sums)
        fisher[name] = _at(_spread([[memory.fisher_memory(w, v, noise=1)] for w, v in here]), 0)
        # The finding: at most d; at most what decay leaves; and W decides what it is.
        assert (sums < WIDTHS).all()
        assert name == "gaussian" or (sums < decay_bound).all()
        assert name not in NORMAL or np.isclose(fisher[name]["low"], fisher[name]["high"])
    capacity = {name: _at(capacities[name], WIDTHS.index(D)) for name in NAMES}
    for better, worse in itertools.pairwise(NAMES):
        assert capacity[better]["low"] > capacity[worse]["high"]
    symmetric = capacities["symmetric"]["mean"]
    assert symmetric[-1] < 1.2 * symmetric[-3]  # a state four times as wide holds no more
    assert max(gaps) < 0.01
    line = memory.fisher_memory(matrices.delay_line(D), np.eye(D)[0], noise=1)
    assert np.isclose(line, (1 / np.arange(1, D + 1)).sum())
    return {
        "d": D,
        "radius": RADIUS,
        "noise": NOISE,
        "seeds": SEEDS,
        "last": LAST,
        "length": LENGTH,
        "gap": float(max(gaps)),
        "half": half,
        "capacity": capacity,
        "decay_bound": decay_bound,
        "horizon": float(horizon(RADIUS, NOISE)),
        "fisher": fisher | {"delay_line_link_1": float(line)},
        "simulated": simulated,
        "capacities": capacities,
        "table": table,
    }


def _spread(values: list | np.ndarray) -> dict:
    """Return the mean over seeds (the first axis), the lowest and the highest."""
    kinds = {"mean": np.mean, "low": np.min, "high": np.max}
    return {key: kind(values, axis=0).tolist() for key, kind in kinds.items()}


def _at(spread: dict, index: int) -> dict:
    return {key: values[index] for key, values in spread.items()}


def draw(data: dict, wide: bool) -> Figure:
    """Draw the memory functions beside their sums."""
    figure, (functions, sums) = style.panels(
        wide, 2, 420, 600, width_ratios=(1.25, 1) if wide else None
    )
    table, simulated, capacities = data["table"], data["simulated"], data["capacities"]
    theory, bound = {"color": LIGHT["theory"]}, {"color": LIGHT["bound"]}
    # Where no curve is steep, every third lag is enough.
    some = [k for k in table["k"] if k < 10 or k % 3 == 0 or k == data["d"]]
    styles = {"delay_line": "-", "orthogonal": (0, (8, 2)), "gaussian": (0, (4, 2, 1, 2)),
              "symmetric": (0, (2, 1.5))}  # fmt: skip
    for name, line in styles.items():
        one = {key: [table[f"{name} {key}"][k] for k in some] for key in ("mean", "low", "high")}
        _line(functions, some, one, line)
        functions.plot(simulated["k"], simulated[name], "o", ms=3.6, color=LIGHT["measured"])
        _line(sums, capacities["d"], capacities[name], line)
    functions.set_gid("functions")
    functions.set_title("memory mₖ")
    functions.set_xlim(0, data["last"])
    functions.set_ylim(0, 1.04)
    functions.set_xticks([0, 40, 80, 120])
    functions.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "¼", "½", "¾", "1"])
    functions.set_xlabel("lag k")
    functions.text(66, 0.93, "delay line", **theory)
    functions.text(71, 0.42, "orthogonal", **theory)
    functions.text(27, 0.5, "Gaussian", **theory)
    functions.text(9.5, 0.58, "symmetric", rotation=90, ha="center", va="center", **theory)
    functions.text(82, 0.2, "dots: simulated", color=LIGHT["measured"])

    sums.set_gid("sums")
    sums.set_title("capacity Σ mₖ")
    sums.set_xscale("log", base=2)
    sums.set_yscale("log", base=2)
    widths = capacities["d"]
    sums.set_xlim(widths[0], widths[-1])
    sums.set_ylim(widths[0], widths[-1])
    sums.plot(widths, widths, lw=1.4, ls=":", **bound)
    sums.plot([widths[0], widths[-1]], [data["decay_bound"]] * 2, lw=1.4, ls=":", **bound)
    for axis in (sums.xaxis, sums.yaxis):
        axis.set_ticks(widths, [str(d) for d in widths])
    sums.set_xlabel("width d")
    sums.text(2.2, 97, f"decay leaves {data['decay_bound']:.0f}", **bound)
    sums.text(9, 13, "at most d", ha="right", **bound)
    ends = {name: capacities[name]["mean"][-1] for name in styles}
    apart = {"delay_line": 1.08, "orthogonal": 0.88}  # which end close together
    for name, end in ends.items():
        label = {"delay_line": "delay line", "gaussian": "Gaussian"}.get(name, name)
        style.label_end(sums, widths[-1], end * apart.get(name, 1), label, **theory)
    return figure


def _line(ax: Axes, xs: list, one: dict, line: str | tuple) -> None:
    ax.plot(xs, one["mean"], lw=1.8, ls=line, color=LIGHT["theory"])
    if one["low"] != one["high"]:
        ax.fill_between(xs, one["low"], one["high"], lw=0, alpha=0.18, color=LIGHT["theory"])
