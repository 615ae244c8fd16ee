"""One number, the forget bias, sets how far a gate that stands still reaches.

f = σ(b), of which k steps leave f^k (Gers, Schmidhuber & Cummins 2000; bias 1: Jozefowicz, Zaremba
& Sutskever 2015). From bias 3 on, each further unit multiplies the horizon by about e.
"""

import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from longrange import gates
from longrange.rates import horizon, influence

ALT = (
    "Two panels. Left: the gate f against its bias b, an S from {gates[0]:.2f} at b = {range[0]} "
    "to nearly 1 at b = {range[1]}; a dot at b = {reader[bias]}, where f = {reader[gate]:.2f}. "
    "Right: what is left after k steps, f to the power k, which falls to one per cent after "
    "{reader[horizon]:.1f} steps. At b = {range[1]} that is {most:,.0f} steps."
)

RANGE, STEP, START = (-2, 8), 0.1, 1
AFTER = 30  # steps, as in the table of the page
# Where the axis of steps may end: the first that leaves the horizon a tenth of it to spare.
ENDS = [digit * 10**power for power in range(5) for digit in (1, 2, 5)]
PARTS = 5  # between the ticks of that axis
POINTS = 100  # of a curve, evenly spread over the axis


def compute() -> dict:
    """Return the gate and the horizon for each bias, and the curve the reader begins with."""
    biases = np.round(np.arange(RANGE[0], RANGE[1] + STEP / 2, STEP), 1)
    gate = gates.gate(biases)
    reach = horizon(gate)
    # The finding: the horizon is where 1 % is left, and the bias for it leads back.
    assert np.allclose(influence(gate, reach), 0.01)
    assert np.allclose(gates.gate_bias(reach), biases)
    far = biases >= 3
    units = reach[far][10:] / reach[far][:-10]  # one unit of the bias is ten of its steps
    assert np.abs(units / np.e - 1).max() < 0.04
    assert ENDS[0] < 1.1 * reach.min()
    assert 1.1 * reach.max() < ENDS[-1]  # no setting leaves the picture
    start = float(gates.gate(START))
    end = axis_end(float(horizon(start)))
    k = end * np.arange(POINTS + 1) / POINTS
    return {
        "range": RANGE,
        "step": STEP,
        "after": AFTER,
        "ends": ENDS,
        "parts": PARTS,
        "points": POINTS,
        "gates": [float(gate[0]), float(gate[-1])],
        "most": float(reach[-1]),
        "units": {"least": float(units.min()), "most": float(units.max())},
        "reader": {
            "bias": START,
            "gate": start,
            "horizon": float(horizon(start)),
            "after": float(influence(start, AFTER)),
            "end": end,
        },
        "curve": {"k": k.tolist(), "left": influence(start, k).tolist()},
        "table": {"bias": biases.tolist(), "gate": gate.tolist(), "horizon": reach.tolist()},
    }


def axis_end(reach: float) -> int:
    """Return where the axis of steps ends for a horizon of `reach` steps."""
    return next(end for end in ENDS if 1.1 * reach <= end)


def draw(data: dict, wide: bool) -> Figure:
    """Draw the gate beside what it leaves; the page moves marks and writes the ticks anew."""
    figure, (gate, left) = style.panels(
        wide, 2, 340, 500, width_ratios=(1, 1.7) if wide else None,
        height_ratios=None if wide else (1, 1.3),
    )  # fmt: skip
    figure.get_layout_engine().set(wspace=0.06, hspace=0.06)
    reader, curve = data["reader"], data["curve"]
    live, muted = {"color": LIGHT["reader"]}, {"color": LIGHT["muted"]}

    gate.set_gid("gate")
    gate.set_title("gate f, set by the bias")
    gate.set_xlim(*data["range"])
    gate.set_xticks(range(-2, 9, 2), ["−2", "0", "2", "4", "6", "8"])
    gate.set_xlabel("forget bias b")
    gate.plot(data["table"]["bias"], data["table"]["gate"], lw=2.4, color=LIGHT["theory"])
    (drop,) = gate.plot([reader["bias"]] * 2, [0, reader["gate"]], lw=1.2, ls=(0, (4, 3)), **live)
    (dot,) = gate.plot(reader["bias"], reader["gate"], "o", ms=9, clip_on=False, **live)

    left.set_gid("left")
    left.set_title("left after k steps, fᵏ")
    left.set_xlim(0, reader["end"])
    left.set_xlabel("steps k")
    ticks = [reader["end"] * i / data["parts"] for i in range(data["parts"] + 1)]
    left.set_xticks(ticks, [f"{tick:,.0f}" for tick in ticks])
    for i, label in enumerate(left.get_xticklabels()):
        label.set_gid(f"left-tick-{i}")
    # Bias 1 stays, as a measure: where the axis grows, it shrinks to the left.
    (start,) = left.plot(curve["k"], curve["left"], lw=1.4, alpha=0.8, **muted)
    (line,) = left.plot(curve["k"], curve["left"], lw=2.8, **live)
    (mark,) = left.plot([reader["horizon"]] * 2, [0, 0.7], lw=1.2, ls=(0, (4, 3)), **live)
    words = f"1 % after {reader['horizon']:.1f} steps"
    above = {"xycoords": "axes fraction", "textcoords": "offset points", "ha": "right"}
    label = left.annotate(words, (1, 1), (0, 6), **above, **live)
    left.annotate(f"grey: b = {reader['bias']}", (1, 1), (0, -20), **above, **muted)
    for ax in (gate, left):
        ax.set_ylim(0, 1)
        ax.set_yticks([0, 0.5, 1], ["0", "½", "1"])
    parts = {"gate-drop": drop, "gate-dot": dot, "left-start": start, "left-curve": line,
             "left-mark": mark, "left-label": label}  # fmt: skip
    for gid, artist in parts.items():
        artist.set_gid(gid)
    return figure
