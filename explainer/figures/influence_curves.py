"""Below r = 1 influence falls by the same factor at each step; above 1 it grows.

The scalar linear network h_t = r h_{t-1} + u_t, for which dh_t/dh_{t-k} = r^k exactly.
Pascanu, Mikolov & Bengio (2013), section 2.1, treat the general linear case.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.places import shares
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
# Where both axes end at the reader's first rate. The page rescales them, so that no rate leaves
# them: the linear one ends at TOPS times a power of ten, the other at both ends to one of POWERS.
ENDS = {"linear": [0, 1.5], "log": [1e-6, 1e2]}
TOPS, POWERS = (1.5, 3, 6), (1, 2, 3, 4, 6)
NAMES_AT = (0.7, 0.07), (12.5, 0.33)  # where on the linear panel the faint curves are named


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

    # No rate leaves the picture: some end of each axis is far enough.
    for rate in RANGE["r"]:
        end = influence(rate, lags[-1])
        assert end <= TOPS[-1] * 10 ** int(np.log10(end))
        low, high = np.array(ENDS["log"]) ** POWERS[-1]
        assert low <= end <= high

    words = SENTENCE.split()
    gap = words.index(LINKED[1]) - words.index(LINKED[0])
    return {
        "range": RANGE,
        "references": list(REFERENCES),
        "ends": ENDS,
        "tops": TOPS,
        "powers": POWERS,
        "names_at": NAMES_AT,
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


def draw(data: dict, wide: bool) -> Figure:
    """Draw the linear panel above the logarithmic one, each exactly half of the picture."""
    width, height = (900, 340) if wide else (328, 264)
    figure = plt.figure(figsize=style.px(width, 2 * height))
    left, right, top, bottom = (70, 62, 34, 56) if wide else (46, 38, 42, 50)
    for gid, below in (("linear", height), ("log", 0)):
        box = (left, below + bottom, width - left - right, height - top - bottom)
        _panel(figure.add_axes(shares(figure, *box)), gid, data, wide)
    return figure


def _panel(ax: plt.Axes, gid: str, data: dict, wide: bool) -> None:
    log, (lowest, top), last = gid == "log", data["ends"][gid], data["range"]["k"][1]
    lags, table, reader = data["lags"], data["table"], data["reader"]
    muted = {"color": LIGHT["muted"]}
    ax.set_gid(gid)
    ax.set_title(f"influence left, rᵏ{', logarithmic' if log else ''}", pad=10 if wide else 20)
    ax.set_yscale(gid)
    ax.set_ylim(lowest, top)
    ax.set_xlim(data["range"]["k"])
    ax.set_xlabel("distance k (words back)")
    # Ticks at fixed shares of the axis: the page writes other numbers there for other rates.
    if log:
        ax.set_yticks(np.geomspace(lowest, top, 5))
        ax.yaxis.set_major_formatter(power_of_ten)
    else:
        ax.set_yticks(np.linspace(lowest, top, 4), ["0", "0.5", "1", "1.5"])
    for place, tick in enumerate(ax.get_yticklabels()):
        tick.set_gid(f"{gid}-tick-{place}")

    (even,) = ax.plot(lags, table["r=1.00"], lw=1, ls=(0, (1, 3)), **muted)
    even.set_gid(f"{gid}-even")
    style.label_end(ax, last, 1, "r = 1", gid=f"{gid}-even-name", **muted)
    for place, rate in enumerate(data["references"]):
        curve = table[f"r={rate:.2f}"]
        ax.plot(lags, curve, lw=1.2, alpha=0.75, gid=f"{gid}-faint-{place}", **muted)
        # A straight line is named at its end, or where it leaves; a curve within its bend.
        end = max(k for k, left in enumerate(curve) if left >= lowest)
        at, aside = (end, curve[end]), (6, 0 if end == last else 8)
        if not log:
            at, aside = data["names_at"][place], (0, 0)
        ax.annotate(f"{rate}", at, aside, textcoords="offset points", va="center",
                    annotation_clip=False, gid=f"{gid}-faint-{place}-name", **muted)  # fmt: skip

    live = {"color": LIGHT["reader"]}
    (lag,) = ax.plot([reader["k"]] * 2, ax.get_ylim(), lw=1, ls=(0, (4, 3)), **live)
    (curve,) = ax.plot(lags, table[f"r={reader['r']:.2f}"], lw=2.8, **live)
    (dot,) = ax.plot(reader["k"], reader["influence"], "o", ms=7, clip_on=False, **live)
    label = ax.annotate(
        f"{reader['influence']:.3g} at k = {reader['k']}", (1, 1), (0, 10 if wide else 6),
        xycoords="axes fraction", textcoords="offset points", ha="right", **live,
    )  # fmt: skip
    for name, artist in {"lag": lag, "curve": curve, "dot": dot, "label": label}.items():
        artist.set_gid(f"{gid}-{name}")
