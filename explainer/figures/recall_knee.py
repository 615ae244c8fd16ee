"""A state of width d has perfect memory of length and none of count: past d items all recall fades.

h_n = Σ_i W^{n-i} b_i u_i, each item written in a random direction of its own and read back by the
best linear readout. Without noise the errors of the n items add up to n less the rank of what was
written. With decay and noise, theory is the limit of a wide state (`recall.mean_field_recall`).
"""

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.shared.items import directions, mean_error, most_held
from longrange import matrices, recall
from longrange.rates import horizon

ALT = (
    "Two panels, the mean squared error of an item against items per unit, n / d, from 0 to "
    "{most:.0f}, for widths {widths[0]}, {widths[1]} and {widths[2]}. In the panel of r = 1, "
    "without noise, all widths lie on one curve, 0 up to n = d, then 1 − d / n, {over:.1f} at "
    "n / d = 1.25. With one direction for all items, 1 − 1 / n: it is near 1 almost at once. In "
    "the panel of r = {rate} and noise {noise} each width has its own curve. At n = d the error "
    "is {full[d16]:.2f}, {full[d64]:.2f} and {full[d256]:.2f}. In all, {held[d16]:.1f}, "
    "{held[d64]:.1f} and {held[d256]:.1f} items are held, and no width holds more than "
    "{held[endless]:.1f}."
)

WIDTHS, LOADS = (16, 64, 256), (0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3, 4)
RATE, NOISE, SEEDS = 0.9, 0.01, 2
ONE_D = 64


def compute() -> dict:
    """Return mean errors over the load n/d, without decay, with one direction, with decay."""
    rows = []
    for d in WIDTHS:
        for load in LOADS:
            n = int(load * d)
            perfect, fading = np.mean([_errors(d, n, seed) for seed in range(SEEDS)], axis=0)
            theory = mean_error(RATE, n, d, NOISE)
            rows.append((d, n, load, perfect, fading, theory, n * (1 - fading)))
            # The finding: the wall stands at n = d for every d, and one direction holds one.
            assert np.isclose(perfect, max(0, 1 - d / n), rtol=0, atol=1e-9)
            assert abs(fading - theory) < 0.02
    ones = np.ones((int(max(LOADS) * ONE_D), ONE_D)) / np.sqrt(ONE_D)
    loads = np.array(LOADS)
    single = [recall.recall_error(np.eye(ONE_D), ones[: int(x * ONE_D)]).mean() for x in LOADS]
    assert np.allclose(single, 1 - 1 / (loads * ONE_D), rtol=0, atol=1e-9)
    table = dict(zip(("d", "n", "load", "perfect", "fading", "theory", "held"),
                     map(list, zip(*rows, strict=True)), strict=True))  # fmt: skip
    at = {(row[0], row[2]): row for row in rows}
    endless = most_held(RATE, NOISE)
    held = {f"d{d}": at[d, max(LOADS)][-1] for d in WIDTHS}
    assert all(row[-1] < min(row[0], endless) for row in rows)
    assert held["d256"] > 0.95 * endless  # four times the width of 64 for a tenth more
    assert held["d256"] < 1.15 * held["d64"]
    return {
        "widths": WIDTHS,
        "seeds": SEEDS,
        "rate": RATE,
        "noise": NOISE,
        "most": max(LOADS),
        "over": float(at[ONE_D, 1.25][3]),
        "full": {f"d{d}": at[d, 1][4] for d in WIDTHS},
        "held": held | {"endless": endless},
        "horizon": float(horizon(RATE, NOISE)),
        "single": {"d": ONE_D, "load": LOADS, "error": single},
        "curves": {
            "perfect": _curve(ONE_D, lambda n: max(0, 1 - ONE_D / n)),
            "single": _curve(ONE_D, lambda n: 1 - 1 / n),
            **{f"d{d}": _curve(d, _limit(d)) for d in WIDTHS},
        },
        "table": table,
    }


def _limit(d: int) -> Callable:
    return lambda n: mean_error(RATE, n, d, NOISE)


def _curve(d: int, error: Callable) -> dict:
    """Return loads n/d, closer to each other where curves bend, and the error at each."""
    bend, last = 1.5 * d, max(LOADS) * d
    counts = np.concatenate([np.geomspace(1, d / 8, 6), np.linspace(d / 8, bend, 28),
                             np.linspace(bend, last, 10)])  # fmt: skip
    counts = np.unique(counts.astype(int))
    return {"load": (counts / d).tolist(), "error": [float(error(int(n))) for n in counts]}


def _errors(d: int, n: int, seed: int) -> tuple[float, float]:
    """Return the mean error without decay and noise, and with both."""
    w, b = matrices.orthogonal(d, seed=seed), directions(n, d, seed)
    perfect = recall.recall_error(w, b).mean()
    return perfect, recall.recall_error(RATE * w, b, noise=NOISE).mean()


def draw(data: dict, wide: bool) -> Figure:
    """Draw the wall alone beside the wall that decay and noise move."""
    figure, (alone, both) = style.panels(wide, 2, 400, 600, sharex=True, sharey=True)
    curves, single, table = data["curves"], data["single"], data["table"]
    theory, measured = {"color": LIGHT["theory"]}, {"color": LIGHT["measured"]}
    # Rings around a dot, so that all are seen where they agree.
    sizes = dict(zip(data["widths"], (10, 6.5, 3), strict=True))
    alone.plot(*curves["perfect"].values(), lw=2, **theory)
    alone.plot(*curves["single"].values(), lw=1.4, ls=(0, (5, 2)), **theory)
    alone.plot(single["load"], single["error"], "s", ms=3.5, **measured)
    both.plot(*curves["perfect"].values(), lw=1.4, ls=":", color=LIGHT["bound"])
    for d, size in sizes.items():
        mine = [i for i, width in enumerate(table["d"]) if width == d]
        loads = [table["load"][i] for i in mine]
        both.plot(*curves[f"d{d}"].values(), lw=1.6, **theory)
        style.label_end(
            both, data["most"] + 0.08, curves[f"d{d}"]["error"][-1], f"d = {d}", **theory
        )
        for ax, key in ((alone, "perfect"), (both, "fading")):
            values = [table[key][i] for i in mine]
            face = LIGHT["measured"] if size == 3 else "none"
            ax.plot(loads, values, "o", ms=size, mfc=face, mew=1.1, **measured)
    alone.set_gid("alone")
    alone.set_title("error per item, r = 1, no noise")
    alone.text(2.15, 0.38, "1 − d / n", **theory)
    alone.text(0.35, 0.86, "one direction: 1 − 1 / n", **theory)
    both.set_gid("both")
    both.set_title(f"error per item, r = {data['rate']}, noise {data['noise']}")
    both.text(1.25, 0.03, f"dotted, under d = {data['widths'][0]}: 1 − d / n", color=LIGHT["bound"])
    for ax in (alone, both):
        ax.set_ylim(-0.03, 1.03)
        ax.set_xlim(0, data["most"] + 0.08)
        ax.set_xticks([0, 1, 2, 3, 4])
        ax.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "¼", "½", "¾", "1"])
    for ax in (alone, both) if wide else (both,):
        ax.set_xlabel("items per unit, n / d")
    return figure
