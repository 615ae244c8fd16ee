"""Below r = 1 influence falls by the same factor at each step; above 1 it grows.

The scalar linear network h_t = r h_{t-1} + u_t, for which dh_t/dh_{t-k} = r^k exactly.
Pascanu, Mikolov & Bengio (2013), section 2.1, treat the general linear case.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from explainer.drawing.palette import LIGHT
from explainer.drawing.style import power_of_ten
from longrange.rates import half_life, horizon, influence

ALT = (
    "Two panels, linear and logarithmic, show the influence r to the power k that is left of a "
    "token k = 0 to {lags[60]} words back. At r = {references[0]} and r = {references[1]} the "
    "curves are faint. The bold curve has r = {reader[r]:.2f}: half is left after "
    "{reader[half_life]:.1f} words, one per cent after {reader[horizon]:.1f}, and "
    "{reader[influence]:.3g} after {reader[k]}. A flat line marks r = 1. On the logarithmic scale "
    "every curve is a straight line."
)

SENTENCE = "The cat that the dog chased all afternoon was tired"
LINKED = ("cat", "was")
REFERENCES = (0.7, 0.9)
READER = {"r": 0.8, "k": 30}
RANGE = {"r": [0.3, 1.2], "k": [0, 60]}
TOP = {"linear": 1.5, "log": 1e2}  # where a growing curve leaves the picture


def compute() -> dict:
    """Return the curves, the reader's starting point and what the prose says of them."""
    lags = np.arange(RANGE["k"][1] + 1)
    r, k = READER["r"], READER["k"]
    # The finding: one factor for each step, on either side of 1 …
    for rate in (*REFERENCES, r, 1.1):
        curve = influence(rate, lags)
        assert np.allclose(curve[1:] / curve[:-1], rate)
    # … and the horizon separates the lags that keep 1 % from those that do not.
    reach = float(horizon(r))
    assert influence(r, int(reach)) > 0.01 > influence(r, int(reach) + 1)

    words = SENTENCE.split()
    gap = words.index(LINKED[1]) - words.index(LINKED[0])
    return {
        "range": RANGE,
        "references": list(REFERENCES),
        "top": TOP,
        "lags": lags.tolist(),
        "reader": {
            "r": r,
            "k": k,
            "influence": float(influence(r, k)),
            "one_in": float(1 / influence(r, k)),
            "half_life": float(half_life(r)),
            "horizon": reach,
        },
        "sentence": {
            "text": SENTENCE,
            "gap": gap,
            "influence": float(influence(r, gap)),
            "before": float(influence(r, gap - 1)),
        },
        "settings": {
            "cat": _setting(r, gap),
            "far": _setting(r, k),
            "near": _setting(0.9, k),
            "slow": _setting(0.97, k),
            "edge": _setting(1.0, RANGE["k"][1]),
            "growing": _setting(1.1, k),
            "fast": _setting(0.5, k),
        },
        "table": {
            "k": lags.tolist(),
            **{f"r={ref:.2f}": influence(ref, lags).tolist() for ref in (0.7, r, 0.9, 1.0)},
        },
    }


def _setting(r: float, k: int) -> dict:
    """Return what the page says of one setting of the sliders; no horizon where none is."""
    left = float(influence(r, k))
    values = {"r": r, "k": k, "influence": left, "one_in": 1 / left}
    return values if r >= 1 else values | {"horizon": float(horizon(r))}


def draw(data: dict) -> Figure:
    """Draw the linear panel above the logarithmic one, each exactly half of the picture."""
    figure = plt.figure(figsize=(6.4, 7.6))
    for gid, bottom in (("linear", 0.5), ("log", 0.0)):
        _panel(figure.add_axes((0.15, bottom + 0.085, 0.745, 0.37)), gid, data)
    return figure


def _panel(ax: plt.Axes, gid: str, data: dict) -> None:
    log, top, last = gid == "log", data["top"][gid], data["range"]["k"][1]
    lags, table, reader = data["lags"], data["table"], data["reader"]
    muted = {"color": LIGHT["muted"]}
    ax.set_gid(gid)
    ax.set_yscale(gid)
    ax.set_ylim(1e-6 if log else 0, top)
    ax.set_xlim(data["range"]["k"])
    ax.set_xlabel("distance k (words back)")
    ax.set_ylabel("influence left, rᵏ", labelpad=12)
    if log:
        ax.set_yticks([1e-6, 1e-4, 1e-2, 1, 1e2])
        ax.yaxis.set_major_formatter(power_of_ten)
    else:
        ax.set_yticks([0, 0.5, 1, 1.5], ["0", "0.5", "1", "1.5"])

    ax.plot(lags, table["r=1.00"], lw=1, ls=(0, (1, 3)), **muted)
    ax.text(last + 1, 1, "r = 1", va="center", **muted)
    where = {0.7: (19, 1.6e-4) if log else (1, 0.03), 0.9: (32, 0.06) if log else (12, 0.32)}
    for ref in data["references"]:
        ax.plot(lags, table[f"r={ref:.2f}"], lw=1.2, alpha=0.75, **muted)
        below = log and ref < reader["r"]
        ax.text(*where[ref], f"{ref}", ha="right" if below else "left", **muted)

    live = {"color": LIGHT["reader"]}
    above = {"textcoords": "offset points", "xytext": (0, 8)}  # a line of its own: covers nothing
    (lag,) = ax.plot([reader["k"]] * 2, ax.get_ylim(), lw=1, ls=(0, (4, 3)), **live)
    (curve,) = ax.plot(lags, table[f"r={reader['r']:.2f}"], lw=2.8, **live)
    (dot,) = ax.plot(reader["k"], reader["influence"], "o", ms=7, clip_on=False, **live)
    label = f"{reader['influence']:.3g} left at k = {reader['k']}"
    label = ax.annotate(label, (0, top), **above, **live)
    scale = "logarithmic scale" if log else "linear scale"
    scale = ax.annotate(scale, (last, top), (0, -14), ha="right", textcoords="offset points",
                        **muted)  # fmt: skip
    # Shown by the page when the reader's curve grows.
    (arrow,) = ax.plot(last / 2, top, "^", ms=9, clip_on=False, alpha=0, **live)
    leaves = ax.annotate("off the top", (last, top), ha="right", alpha=0, **above, **live)
    parts = {"lag": lag, "curve": curve, "dot": dot, "label": label, "scale": scale}
    for name, artist in (parts | {"arrow": arrow, "exit": leaves}).items():
        artist.set_gid(f"{gid}-{name}")
