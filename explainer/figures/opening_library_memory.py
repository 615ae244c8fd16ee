"""A gate fades like any factor, and a state, read linearly, holds no more items than numbers.

What `longrange.gate` leaves over steps; `longrange.recall_error` of many items in an orthogonal
network; `longrange.capacity` of networks that fade.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.shared.items import directions
from longrange import gates, matrices, memory, recall

ALT = (
    "Three small pictures, each named by a function. gate: what a forget gate leaves over {last} "
    "steps falls at once at bias {biases[0]} and slowly at bias {biases[2]}. recall_error: a state "
    "of {d} numbers returns up to {d} items with no error; with {most} the error is "
    "{error:.2f}. capacity: the number of inputs that are held rises with the rate, towards {d}, "
    "the width, and is {held:.0f} at r = {low}."
)

D, BIASES, LAST, NOISE = 32, (1, 3, 5), 30, 0.01
COUNTS = (8, 16, 24, 32, 40, 48, 64, 80, 96)
RATES = (*np.linspace(0.5, 0.95, 19).round(3).tolist(), 0.96, 0.97, 0.98, 0.99)


def compute() -> dict:
    """Return what is left behind gates, errors by count, and capacities by rate."""
    w, ks = matrices.orthogonal(D, seed=0), np.arange(LAST + 1)
    kept = {bias: gates.gate(bias) ** ks for bias in BIASES}
    errors = [float(recall.recall_error(w, directions(n, D, 0)).mean()) for n in COUNTS]
    feed = directions(1, D, 1)[0]
    held = [memory.capacity(r * w, feed, readout_noise=NOISE) for r in RATES]
    # The finding: nothing lost up to d items, then no more than d of them held.
    assert max(error for n, error in zip(COUNTS, errors, strict=True) if n <= D) < 1e-9
    assert all(n * (1 - e) <= D + 1e-9 for n, e in zip(COUNTS, errors, strict=True))
    assert sorted(held) == held
    assert held[-1] <= D
    rows = [("gate", f"bias {b}", int(k), float(kept[b][k])) for b in BIASES for k in ks]
    rows += [("recall_error", f"d = {D}", n, e) for n, e in zip(COUNTS, errors, strict=True)]
    rows += [("capacity", f"d = {D}", r, c) for r, c in zip(RATES, held, strict=True)]
    names = ("function", "of", "x", "y")
    return {
        "d": D,
        "biases": BIASES,
        "last": LAST,
        "most": COUNTS[-1],
        "error": errors[-1],
        "low": RATES[0],
        "held": held[0],
        "table": dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)),
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw the three in a row on a screen, stacked on a phone."""
    size = (1160, 270) if wide else (328, 420)
    figure, axes = plt.subplots(*((1, 3) if wide else (3, 1)), figsize=style.px(*size))
    figure.subplots_adjust(
        left=0.035 if wide else 0.13, right=0.955 if wide else 0.8, top=0.85 if wide else 0.92,
        bottom=0.24 if wide else 0.08, wspace=0.3, hspace=0.85,
    )  # fmt: skip
    labels = {"gate": "steps", "recall_error": "items", "capacity": "rate r"}
    table = data["table"]
    for ax, (name, below) in zip(axes, labels.items(), strict=True):
        ax.set_gid(name)
        ax.set_title(name, size=17 if wide else 13)
        ax.set_ylim(bottom=0)
        for one in dict.fromkeys(
            of for of, f in zip(table["of"], table["function"], strict=True) if f == name
        ):
            rows = [
                i for i, f in enumerate(table["function"]) if (f, table["of"][i]) == (name, one)
            ]
            xs, ys = ([table[c][i] for i in rows] for c in ("x", "y"))
            dots = {} if name != "recall_error" else {"marker": "o", "ms": 5 if wide else 3.5}
            ax.plot(xs, ys, color=LIGHT["theory" if name == "gate" else "measured"], lw=2.2, **dots)
            if name == "gate":
                style.label_end(ax, xs[-1], ys[-1], one, color=LIGHT["theory"])
        if wide:
            ax.set_xlabel(below)
        else:
            ax.set_title(below, loc="right", color=LIGHT["muted"])
    gate, error, capacity = axes
    gate.set(xlim=(0, data["last"]), ylim=(0, 1), yticks=[0, 1], xticks=[0, 10, 20, 30])
    error.set(xlim=(0, data["most"]), ylim=(0, 1), yticks=[0, 1], xticks=[0, data["d"], 64, 96])
    capacity.set(xlim=(0.44, 1), ylim=(0, 1.15 * data["d"]), yticks=[0, data["d"]],
                 xticks=[0.5, 0.75, 1])  # fmt: skip
    error.axvline(data["d"], color=LIGHT["bound"], lw=1.4, ls=":")
    capacity.axhline(data["d"], color=LIGHT["bound"], lw=1.4, ls=":")
    error.text(data["d"] + 2, 0.8, f"d = {data['d']}", color=LIGHT["bound"])
    style.label_end(capacity, 1, data["d"], "d", color=LIGHT["bound"])
    return figure
