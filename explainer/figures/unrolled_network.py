"""One matrix serves every step: forward and back, what is carried shrinks by the same factors.

The scalar linear network h_t = r h_{t-1} + u_t, drawn as a loop and unrolled. The word enters as an
impulse; the error goes back by the chain rule, step by step, as Werbos (1990) has it.
"""

from itertools import pairwise
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, Polygon
from matplotlib.path import Path

from explainer.drawing.palette import LIGHT
from explainer.drawing.style import px
from explainer.figures.influence_curves import RANGE, READER
from longrange.rates import influence
from longrange.recurrence import run

ALT = (
    "At the left a recurrent network as a loop: one state h, an arrow W from it back to itself, "
    "and the input x, which enters by U. At the right the same network unrolled over {reader[k]} "
    "steps: a row of states with the same W on every arrow. A word enters at the first. Its "
    "trace, a disc in each state, is multiplied by r = {reader[r]} at each step: 1, {factors[1]}, "
    "{factors[2]}, and at last {reader[left]:.3g}. An error enters at the last state. Its arrow "
    "leads back from state to state, narrower by the same factors: {reader[left]:.3g} of it comes "
    "to the first."
)

SLOTS = 8  # places for states
OLDEST, NEWEST = 4, 3  # where there are more states than places: these, and a gap between


def compute() -> dict:
    """Return, step by step, what is left of a word going forward and of an error going back."""
    r, k = READER["r"], READER["k"]
    last = RANGE["k"][1]
    for rate in (0.3, r, 1.0, 1.2):  # the finding
        forward, backward = _forward(rate, last), _backward(rate, last)
        exact = influence(rate, np.arange(last + 1))
        assert np.allclose(forward, exact, rtol=1e-12)
        assert np.allclose(backward[::-1], exact, rtol=1e-12)
        assert np.allclose(forward * backward, exact[-1], rtol=1e-12)  # wherever the two meet
    forward, backward = _forward(r, k), _backward(r, k)
    return {
        "reader": {"r": r, "k": k, "left": forward[-1].item()},
        "shown": shown(k),
        "factors": [figures(left) for left in forward.tolist()],
        "table": {
            "step": list(range(k + 1)),
            "trace of the word": forward.tolist(),
            "error going back": backward.tolist(),
        },
    }


def _forward(r: float, k: int) -> np.ndarray:
    """Return the states h_0 … h_k of a network that reads an impulse at step 0, nothing after."""
    drive = np.zeros((k + 1, 1))
    drive[0] = 1
    return run([[r]], drive, activation="linear")[:, 0]


def _backward(r: float, k: int) -> np.ndarray:
    """Return ∂h_k/∂h_j for j = 0 … k, from the last state back by the chain rule."""
    gradient = np.zeros(k + 1)
    gradient[k] = 1
    for j in range(k, 0, -1):
        gradient[j - 1] = r * gradient[j]
    return gradient


def shown(k: int) -> list[int | None]:
    """Return which steps after the word stand in the picture; None is the gap between them."""
    if k < SLOTS:
        return list(range(k + 1))
    return [*range(OLDEST), None, *range(k + 1 - NEWEST, k + 1)]


def bounded(factor: float) -> float:
    """Return how large a mark is for `factor`: up to 1 to scale, above ever larger, below 1.65."""
    return factor if factor <= 1 else 1.65 - 0.65 / factor


def figures(factor: float) -> str:
    """Return `factor` in at most three figures; above 1 as what it multiplies by."""
    return f"{factor:.3g}" if factor <= 1 else f"×{factor:.3g}"


def power(exponent: int) -> str:
    """Return r to the power `exponent` as it is written; 1 is not."""
    if exponent < 2:
        return "r" * exponent
    return "r" + str(exponent).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


class _Layout(NamedTuple):
    """Where the parts of a drawing are, in pixels from its upper left corner.

    The unrolled network goes `along` one direction; `across` leads to the side of the error.
    """

    size: tuple[float, float]
    loop: tuple[float, float]
    first: tuple[float, float]
    along: tuple[float, float]
    across: tuple[float, float]
    gap: float  # from state to state
    radius: float  # of a state

    def at(self, slot: float, along: float = 0, across: float = 0) -> np.ndarray:
        """Return the point `along` and `across` from the state in a slot."""
        forth = np.multiply(self.along, slot * self.gap + along)
        return self.first + forth + np.multiply(self.across, across)


_WIDE = _Layout((900, 250), (74, 124), (286, 124), (1, 0), (0, 1), 77, 25)
_NARROW = _Layout((328, 566), (46, 136), (206, 84), (0, 1), (1, 0), 60, 18)
BAND = 0.45  # of the radius of a state: how wide the arrow of the whole error is
_LANES = {"forward": -7, "back": 13}  # pixels across, of the arrows between two states


def draw(data: dict, wide: bool) -> Figure:
    """Draw the loop, and both passes through the unrolled network."""
    place = _WIDE if wide else _NARROW
    figure = plt.figure(figsize=px(*place.size))
    # The stage: one unit is the radius of a state, as the page needs it.
    radii = figure.add_axes((0, 0, 1, 1), gid="radii")
    ax = figure.add_axes((0, 0, 1, 1))
    for axes, unit in ((radii, place.radius), (ax, 1)):
        axes.set_xlim(0, place.size[0] / unit)
        axes.set_ylim(place.size[1] / unit, 0)
        axes.axis("off")
    steps, k = data["shown"], data["reader"]["k"]
    left = data["table"]["trace of the word"]
    _loop(ax, place, left[-1])
    _names(ax, place, wide, k)
    for slot, step in enumerate(steps):
        _state(ax, place, wide, slot, k, step, left)
    for slot, (step, after) in enumerate(pairwise(steps)):
        back = k - step if step is not None else k - after + 1
        _link(ax, place, wide, slot, back, left[back])
    last = len(steps) - 1
    tail, tip = (place.at(last, place.radius + ahead, _LANES["back"]) for ahead in (38, -2))
    _band(ax, place, tail, tip, 1, "error-in")
    look = {"color": LIGHT["backward"]} | ({} if wide else {"ha": "left"})
    name, one = ((24, -8), (24, 58.5)) if wide else ((10, 36), (29, 36))
    _text(ax, place.at(last, place.radius + name[0], name[1]), "error", "error-name", **look)
    _text(ax, place.at(last, place.radius + one[0], one[1]), "1", "error-one", weight=600, **look)
    return figure


def _text(ax: Axes, at: np.ndarray, text: str, gid: str | None = None, **look: object) -> None:
    ax.text(*at, text, **{"ha": "center", "va": "center_baseline", "gid": gid} | look)


def _arrow(ax: Axes, gid: str | None, **course: object) -> None:
    ax.add_patch(FancyArrowPatch(arrowstyle="-|>,head_width=2.6,head_length=5", mutation_scale=1,
                                 shrinkA=0, shrinkB=0, lw=1.2, color=LIGHT["ink"], gid=gid,
                                 **course))  # fmt: skip


def _disc(ax: Axes, at: np.ndarray, radius: float, factor: float, gid: str, **look: object) -> None:
    """Draw the trace: as large an area of the state as `factor` says, above 1 beyond its edge."""
    size = radius * bounded(factor) ** 0.5
    ax.add_patch(Circle(at, size, lw=0, color=LIGHT["forward"], zorder=0.5, gid=gid, **look))


def _band(
    ax: Axes, place: _Layout, tail: np.ndarray, tip: np.ndarray, factor: float, gid: str
) -> None:
    """Draw the error's arrow, as wide as `factor` says."""
    corners = arrow(tail, tip, BAND * place.radius * bounded(factor))
    ax.add_patch(Polygon(corners, lw=0, color=LIGHT["backward"], zorder=2, gid=gid))


def arrow(tail: np.ndarray, tip: np.ndarray, width: float) -> np.ndarray:
    """Return the outline of an arrow of that width; its head grows with it."""
    forth = np.subtract(tip, tail)
    length = np.hypot(*forth)
    head = min(1.6 * width, 0.6 * length)
    aside = np.array([-forth[1], forth[0]]) / length
    neck = tip - forth * head / length
    half = [(tail, width / 2), (neck, width / 2), (neck, width)]
    return np.array([
        *(at + w * aside for at, w in half), tip, *(at - w * aside for at, w in half[::-1])
    ])  # fmt: skip


def _loop(ax: Axes, place: _Layout, left: float) -> None:
    """Draw the network as it is: one state, which leads back to itself."""
    at, radius = np.array(place.loop), place.radius
    _disc(ax, at, radius, left, "disc-loop")
    ax.plot(*at, "o", ms=2 * radius, mfc="none", mec=LIGHT["ink"], mew=1.4, gid="state-loop")
    _text(ax, at, "h")
    unit = radius / 24
    course = [(19, -21), (58, -82), (-58, -82), (-19, -21)]
    codes = [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4]
    _arrow(ax, None, path=Path([at + np.multiply(c, unit) for c in course], codes))
    x, y = place.loop
    _text(ax, (x, y - 79 * unit), "W", weight=600)
    _arrow(ax, None, posA=(x, y + radius + 42), posB=(x, y + radius + 4))
    _text(ax, (x + 12, y + radius + 24), "U")
    _text(ax, (x, y + radius + 54), "x")


def _names(ax: Axes, place: _Layout, wide: bool, k: int) -> None:
    """Say what is what: the loop, the unrolled network, the two passes."""
    muted, start = {"color": LIGHT["muted"], "ha": "left"}, place.first[0] - place.radius
    forward, back = {"color": LIGHT["forward"]}, {"color": LIGHT["backward"]}
    y = 14 if wide else 12
    _text(ax, (12 if wide else 4, y), "the network", **muted)
    _text(ax, (start if wide else 150, y), f"unrolled over {k} steps", "length", **muted)
    if wide:
        _text(ax, (180, place.loop[1]), "=", size=26, color=LIGHT["muted"])
        _text(ax, place.at(0, -40, -place.radius - 20), "forward →", ha="right", **forward)
        _text(ax, place.at(0, -40, 58.5), "← back", ha="right", **back)
    else:
        _text(ax, place.at(0, -50, -58), "forward ↓", ha="right", **forward)
        _text(ax, place.at(0, -50, 36), "back ↑", ha="left", **back)


def _state(
    ax: Axes, place: _Layout, wide: bool, slot: int, k: int, step: int | None, left: list[float]
) -> None:
    """Draw a state, `step` steps after the word, and what it reads; None is the gap."""
    at, radius = place.at(slot), place.radius
    muted, forward = {"color": LIGHT["muted"]}, {"color": LIGHT["forward"]}
    is_gap = step is None
    # Where the gap is, the page shows a state for a smaller k: it is there, and not seen. At 0
    # matplotlib would leave out its colours.
    unseen = {"alpha": 0.002} if is_gap else {}
    factor = 1 if is_gap else left[step]
    _disc(ax, at, radius, factor, f"disc-{slot}", **unseen)
    ax.plot(*at, "o", ms=2 * radius, mfc="none", mec=LIGHT["ink"], mew=1.4, gid=f"state-{slot}",
            **unseen)  # fmt: skip
    if is_gap:
        _text(ax, at, "⋯" if wide else "⋮", "gap", size=22, **muted)
    tail, head, word = (radius + 42, radius + 4, radius + 54) if wide else (
        -radius - 24, -radius - 4, -radius - 30)  # fmt: skip
    if slot or wide:
        course = [place.at(slot, across=tail), place.at(slot, across=head)]
        name = place.at(slot, across=word)
    else:
        course = [place.at(slot, -radius - 24), place.at(slot, -radius - 4)]
        name = place.at(slot, -radius - 32)
    _arrow(ax, f"input-{slot}", posA=course[0], posB=course[1], **unseen)
    look = muted | unseen if slot else forward
    _text(ax, name, "x" if slot else "word", f"read-{slot}", **look)
    when = f"{k + 2 - SLOTS} more" if is_gap else time(k - step)
    if wide:
        _text(ax, place.at(slot, across=radius + 74), when, f"time-{slot}", **muted)
        ends = [place.at(slot, across=-radius - y) for y in (38.5, 20)]
    else:
        _text(ax, place.at(slot, across=radius + 10), when, f"time-{slot}", ha="left", **muted)
        ends = [place.at(slot, y, -radius - 40) for y in (-9, 9 if slot else 0)]
    look = forward | unseen | ({} if wide else {"ha": "right"})
    if slot:
        _text(ax, ends[0], power(step or 1), f"power-{slot}", **look)
    _text(ax, ends[1], figures(factor), f"value-{slot}", weight=600, **look)


def time(back: int) -> str:
    """Return when a state is, `back` steps before the last one."""
    return f"t − {back}" if back else "t"


def _link(ax: Axes, place: _Layout, wide: bool, slot: int, exponent: int, factor: float) -> None:
    """Draw what goes between a state and the next: W forward, the error back."""
    start, end = place.radius + 2, place.gap - place.radius - 2
    lane, back = _LANES["forward"], _LANES["back"]
    _arrow(ax, f"step-{slot}", posA=place.at(slot, start, lane), posB=place.at(slot, end, lane))
    middle = place.gap / 2
    _text(ax, place.at(slot, middle, lane - (11 if wide else 10)), "W", f"w-{slot}", weight=600)
    tail, tip = place.at(slot, end + 3, back), place.at(slot, start - 3, back)
    ax.plot(*np.transpose([tail, tip]), lw=0.8, ls=(0, (2, 2)), color=LIGHT["backward"],
            gid=f"track-{slot}")  # fmt: skip
    _band(ax, place, tail, tip, factor, f"band-{slot}")
    look = {"color": LIGHT["backward"]} | ({} if wide else {"ha": "left"})
    ends = [(middle, 40), (middle, 58.5)] if wide else [(middle - 9, 36), (middle + 9, 36)]
    _text(ax, place.at(slot, *ends[0]), power(exponent), f"back-power-{slot}", **look)
    _text(ax, place.at(slot, *ends[1]), figures(factor), f"back-value-{slot}", weight=600, **look)
