"""Along the cell there is nothing but a product and a sum: nothing squashes what is kept.

One step of an LSTM (Hochreiter & Schmidhuber 1997; forget gate: Gers, Schmidhuber & Cummins 2000),
with the numbers of one of its units at the wires.
"""

import math
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from explainer.drawing.palette import LIGHT
from explainer.drawing.style import px
from longrange import gated

ALT = (
    "A drawing of one LSTM unit. Across the top the path of the cell runs straight from its old "
    "value {unit[c_old]:.2f} to its new one, {unit[c]:.2f}: first it is multiplied by the forget "
    "gate f = {unit[f]:.2f}, then the product of the input gate i = {unit[i]:.2f} and the new "
    "content g = {unit[g]:.2f} is added. Below, the old state and the input lead into four "
    "boxes: f, i and o by the logistic function, g by tanh. At the right the new cell is squashed "
    "by tanh and multiplied by the output gate o = {unit[o]:.2f}. That is the new state, "
    "{unit[h]:.2f}."
)

D, STEPS, SEED, UNIT, BIAS = 4, 12, 26, 1, 1.0


def compute() -> dict:
    """Return the numbers of the last step, for one unit, and of all units as the table."""
    rng = np.random.default_rng([SEED, 1])
    w = gated.gate_weights(D, seed=SEED)
    drive = rng.normal(0, 1, (STEPS, 4 * D))
    ran = gated.run_gated(w, drive, keep_bias=BIAS)
    found = _by_hand(w.tolist(), drive.tolist())
    # What is drawn, the equations written out, is what the library runs.
    assert np.allclose([one["c"] for one in found], ran.memory, rtol=1e-12)
    assert np.allclose([one["h"] for one in found], ran.states, rtol=1e-12)
    assert np.allclose([one["f"] for one in found], ran.keep, rtol=1e-12)
    last = found[-1] | {"c_old": found[-2]["c"]}
    unit = {name: values[UNIT] for name, values in last.items()}
    kept, written = unit["f"] * unit["c_old"], unit["i"] * unit["g"]
    unit |= {"kept": kept, "written": written, "squashed": math.tanh(unit["c"])}
    return {
        "d": D,
        "steps": STEPS,
        "bias": BIAS,
        "unit": unit,
        "table": {"unit": list(range(D))} | last,
    }


def _by_hand(w: list[list[float]], drive: list[list[float]]) -> list[dict[str, list[float]]]:
    """Return gates, cell and state of each step, unit by unit, in plain arithmetic."""
    h, c, found = [0.0] * D, [0.0] * D, []
    for u in drive:
        inner = [
            sum(weight * one for weight, one in zip(row, h, strict=True)) + given
            for row, given in zip(w, u, strict=True)
        ]
        i, f, g, o = (inner[block * D : (block + 1) * D] for block in range(4))
        i, o = ([_logistic(a) for a in gate] for gate in (i, o))
        f, g = [_logistic(a + BIAS) for a in f], [math.tanh(a) for a in g]
        c = [f[n] * c[n] + i[n] * g[n] for n in range(D)]
        h = [o[n] * math.tanh(c[n]) for n in range(D)]
        found.append({"i": i, "f": f, "g": g, "o": o, "c": c, "h": h})
    return found


def _logistic(a: float) -> float:
    return 1 / (1 + math.exp(-a))


class _Layout(NamedTuple):
    """Where things stand, in pixels from the upper left corner."""

    size: tuple[int, int]
    ends: tuple[int, int]  # of the path of the cell, and of what is read
    f: int
    i: int
    add: int
    g: int
    o: int
    out: int  # where the new cell leaves for the state
    cell: int  # heights: of the path of the cell,
    join: int  # of the product below it,
    boxes: int  # of the four boxes,
    read: int  # of what they read
    box: tuple[int, int]
    names: int  # sizes of letters, numbers, and what stands below a letter
    numbers: int
    node: int


_WIDE = _Layout((900, 410), (40, 860), 210, 370, 455, 540, 690, 770, 96, 206, 298, 368, (66, 40),
                18, 16, 30)  # fmt: skip
_NARROW = _Layout((328, 450), (6, 322), 62, 120, 156, 192, 250, 296, 94, 216, 326, 402, (42, 34),
                  15, 12, 22)  # fmt: skip
_KEPT, _READ = {"color": LIGHT["theory"]}, {"color": LIGHT["forward"]}


def draw(data: dict, wide: bool) -> Figure:
    """Draw the path of the cell, what is written to it, and what is shown of it."""
    at, unit = _WIDE if wide else _NARROW, data["unit"]
    figure = plt.figure(figsize=px(*at.size))
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set_xlim(0, at.size[0])
    ax.set_ylim(at.size[1], 0)
    ax.axis("off")
    left, right = at.ends
    half, low = at.box[1] / 2, at.boxes + at.box[1] / 2

    # What the boxes read: the old state and the input.
    _wire(ax, (left, at.read), (at.o, at.read), head=False, **_READ)
    for x in (at.f, at.i, at.g, at.o):
        _wire(ax, (x, at.read), (x, low), **_READ)
    # What is written: i times g, added to the cell.
    for x, side in ((at.i, -1), (at.g, 1)):
        _wire(ax, (x, at.boxes - half), (x, at.join), head=False, **_READ)
        _wire(ax, (x, at.join), (at.add + side * at.node / 2, at.join), **_READ)
    _wire(ax, (at.add, at.join), (at.add, at.cell + at.node / 2), **_READ)
    # What is shown: the new cell, squashed, times o.
    _wire(ax, (at.out, at.cell), (at.out, at.join - at.node / 2), **_KEPT)
    _wire(ax, (at.o, at.boxes - half), (at.o, at.join), head=False, **_READ)
    _wire(ax, (at.o, at.join), (at.out - at.node / 2, at.join), **_READ)
    shown = (right, at.join) if wide else (at.out, at.boxes - half)
    start = (at.out + at.node / 2, at.join) if wide else (at.out, at.join + at.node / 2)
    _wire(ax, start, shown, **_READ)
    # What is kept: straight through.
    _wire(ax, (at.f, at.boxes - half), (at.f, at.cell + at.node / 2), **_READ)
    _wire(ax, (left, at.cell), (right, at.cell), lw=4.5, **_KEPT)

    for x, name, what in (
        (at.f, "f", "σ"),
        (at.i, "i", "σ"),
        (at.g, "g", "tanh"),
        (at.o, "o", "σ"),
    ):
        _box(ax, at, (x, at.boxes), what)
        place = (x + 6, at.boxes - half - (34 if wide else 30))
        _value(ax, at, place, name, "t", unit[name])
    tanh = (at.out, (at.cell + at.join) / 2)
    _box(ax, at, tanh, "tanh")
    for x, y, sign in ((at.f, at.cell, "×"), (at.add, at.cell, "+"), (at.add, at.join, "×"),
                       (at.out, at.join, "×")):  # fmt: skip
        _node(ax, at, (x, y), sign)

    up = at.cell - (42 if wide else 50)
    _value(ax, at, (left, up), "c", "t−1", unit["c_old"], **_KEPT)
    _value(ax, at, (right - (48 if wide else 32), up), "c", "t", unit["c"], **_KEPT)
    between = (at.f + at.add) / 2 if wide else (at.f + at.add) / 2 - 4
    for x, y, number in ((between, at.cell + 24, unit["kept"]),
                         (at.add + 10, (at.cell + at.join) / 2, unit["written"])):  # fmt: skip
        centred = x == between
        ax.text(x, y, f"{number:.2f}".replace("-", "−"), size=at.numbers, weight=600,
                va="center_baseline", ha="center" if centred else "left",
                **(_KEPT if centred else _READ))  # fmt: skip
    place = (right - 46, at.join - 42) if wide else (at.out - 14, at.boxes - half + 16)
    _value(ax, at, place, "h", "t", unit["h"], **_READ)
    ax.text(left, at.read + (24 if wide else 20), "reads the old state and the input",
            va="center_baseline", **_READ)  # fmt: skip
    ax.text(left, 16, "the cell: kept, and added to", va="center_baseline", **_KEPT)
    return figure


def _wire(ax: Axes, tail: tuple, tip: tuple, *, head: bool = True, lw: float = 1.8,
          color: str) -> None:  # fmt: skip
    style = f"-|>,head_width={1.6 + lw},head_length={4 + 1.5 * lw}" if head else "-"
    ax.annotate("", tip, tail, arrowprops={"arrowstyle": style, "mutation_scale": 1, "shrinkA": 0,
                                           "shrinkB": 0, "lw": lw, "color": color})  # fmt: skip


def _box(ax: Axes, at: _Layout, middle: tuple, what: str) -> None:
    """Draw a box with the function that squashes."""
    width, height = at.box
    corner = (middle[0] - width / 2, middle[1] - height / 2)
    ax.add_patch(FancyBboxPatch(corner, width, height, boxstyle="round,pad=0,rounding_size=6",
                                fc=LIGHT["paper"], ec=LIGHT["ink"], lw=1.4, zorder=3))  # fmt: skip
    ax.text(*middle, what, ha="center", va="center_baseline", size=at.numbers, zorder=4)


def _node(ax: Axes, at: _Layout, middle: tuple, sign: str) -> None:
    """Draw a circle in which two numbers are multiplied, or added."""
    ax.plot(*middle, "o", ms=at.node, mfc=LIGHT["paper"], mec=LIGHT["ink"], mew=1.4, zorder=3)
    ax.text(*middle, sign, ha="center", va="center_baseline", size=at.names + 2, zorder=4)


def _value(ax: Axes, at: _Layout, place: tuple, name: str, below: str, number: float,
           color: str = LIGHT["ink"]) -> None:  # fmt: skip
    """Write a letter of the equations, its index, and below both its number."""
    x, y = place
    # The index has the size of the numbers' smallest: no face of ours has a lowered t.
    ax.text(x + 10, y, name, ha="right", va="baseline", size=at.names, color=color)
    ax.text(x + 12, y + 3, below, va="baseline", size=13 if at is _WIDE else 12, color=color)
    ax.text(x, y + at.numbers + 8, f"{number:.2f}".replace("-", "−"), va="baseline",
            size=at.numbers, weight=600, color=color)  # fmt: skip
