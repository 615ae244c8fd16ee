"""A vanished gradient is not a lost memory: a ball keeps its valley when the gradient is gone.

One unit, h ← tanh(wh), the latch of Bengio, Simard & Frasconi (1994): each step leads downhill on
V(h) = h²/2 - ln cosh(wh)/w, for V'(h) = h - tanh(wh).
"""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.optimize import brentq

from explainer.drawing.palette import LIGHT
from explainer.drawing.style import power_of_ten, px

ALT = (
    "Three panels. A landscape with two valleys, at h = −{valley:.2f} and h = +{valley:.2f}, and a "
    "hill between them at 0. A ball starts at h = {reader[start]}, on the right side, and rolls "
    "into the right valley. After {pushed_at} steps it is pushed by {reader[push]} towards the "
    "other side, and rolls back. The state over {steps} steps is above 0 throughout. Below it, on "
    "a logarithmic axis, the derivative of the state with respect to the start falls to "
    "{reader[derivative]:.0e}."
)

STEPS, PUSHED_AT = 20, 10
READER = {"w": 2.0, "start": 0.4, "push": 0.5}
RANGE = {"w": [0.5, 3.0, 0.1], "start": [-1.5, 1.5, 0.05], "push": [0, 1.5, 0.05]}
EDGE, POINTS = 1.6, 81  # where the landscape ends on either side; points of its curve
BALL = 10  # pixels, its radius


def compute() -> dict:
    """Return the way of the ball, the derivative along it, and the landscape it is in."""
    w, start, push = READER.values()
    valley = brentq(lambda h: np.tanh(w * h) - h, 0.5, 1)
    states, left = roll(w, start, push)
    _check_landscape()
    for setting in (tuple(READER.values()), (w, -1.5, 0), (1.2, 0.3, 0.2), (0.8, 1, 0.5)):
        _check_derivative(*setting)
    # The finding: on whichever side it starts, the side stays and the derivative does not.
    for h in (-1.5, -start, -0.1, 0.1, start, 1.5):
        path, factors = roll(w, h, push)
        assert abs(path[-1] - np.sign(h) * valley) < 1e-6
        assert factors[-1] < 1e-6
    # A push over the hill changes the side. Where there is one valley, everything is forgotten.
    assert roll(w, start, valley - 0.05)[0][-1] > 0.9
    assert roll(w, start, valley + 0.05)[0][-1] < -0.9
    alone = roll(0.8, start, 0)[0]
    assert abs(alone[-1]) < 0.01
    return {
        "w": w,
        "reader": READER | {"state": float(states[-1]), "derivative": float(left[-1])},
        "range": RANGE,
        "steps": STEPS,
        "pushed_at": PUSHED_AT,
        "valley": valley,
        "factor": float(w * (1 - valley**2)),
        "alone": {"w": 0.8, "state": float(alone[-1])},
        "landscape": {"h": GRID.tolist(), "height": height(w, GRID).tolist()},
        "table": {"step": MOVES, "state": states.tolist(), "derivative": left.tolist()},
    }


GRID = np.linspace(-EDGE, EDGE, POINTS)
# The step at each move of the ball: the push is a move of its own, and takes no step.
MOVES = [*range(PUSHED_AT + 1), *range(PUSHED_AT, STEPS + 1)]


def roll(w: float, start: complex, push: float) -> tuple[np.ndarray, np.ndarray]:
    """Return where the ball is at each of `MOVES`, and the derivative of that by its start.

    The push is towards the other side; from the hill, to the left.
    """
    h, left, states, derivatives = start, 1.0, [start], [1.0]
    for before, step in pairwise(MOVES):
        if step == before:
            h = h - push * (1 if np.real(h) >= 0 else -1)
        else:
            h = np.tanh(w * h)
            left = left * w * (1 - h) * (1 + h)
        states.append(h)
        derivatives.append(left)
    return np.array(states), np.array(derivatives)


def potential(w: float, h: np.ndarray) -> np.ndarray:
    """Return V(h) = h²/2 - ln cosh(wh)/w."""
    size = np.abs(w * h)  # cosh overflows, its logarithm does not
    return h**2 / 2 - (size + np.log1p(np.exp(-2 * size)) - np.log(2)) / w


def height(w: float, h: np.ndarray) -> np.ndarray:
    """Return V(h) on the scale of the picture: the landscape goes from 0 to 1 for each w."""
    low, high = np.min(potential(w, GRID)), np.max(potential(w, GRID))
    return (potential(w, h) - low) / (high - low)


def _check_landscape() -> None:
    """Assert that a step leads downhill: against V, by differences, and never up."""
    step = 1e-5
    for w in (0.5, 1.0, 2.0, 3.0):
        slope = (potential(w, GRID + step) - potential(w, GRID - step)) / (2 * step)
        assert np.allclose(slope, GRID - np.tanh(w * GRID), atol=1e-9)
        assert (potential(w, np.tanh(w * GRID)) <= potential(w, GRID) + 1e-15).all()


def _check_derivative(w: float, start: float, push: float) -> None:
    """Assert that the product of slopes is the derivative: by differences, and by a complex step.

    Differences of states that agree to the last digit are none, so they hold for some steps only.
    """
    product = roll(w, start, push)[1]
    ahead, behind = (roll(w, start + h, push)[0] for h in (1e-5, -1e-5))
    assert np.allclose((ahead - behind)[:7] / 2e-5, product[:7], rtol=1e-4)
    assert np.allclose(roll(w, start + 1e-200j, push)[0].imag / 1e-200, product, rtol=1e-9)


def draw(data: dict, wide: bool) -> Figure:
    """Draw the ball in its landscape, and over the steps its state and the derivative."""
    width, tall = size = (900, 380) if wide else (328, 558)
    figure = plt.figure(figsize=px(*size))
    places = {
        "landscape": (8, 30, 430, 296) if wide else (4, 28, 320, 164),
        "state": (530, 30, 356, 92) if wide else (48, 258, 270, 84),
        "derivative": (530, 160, 356, 166) if wide else (48, 376, 270, 136),
    }
    axes = {
        name: figure.add_axes((x / width, 1 - (y + h) / tall, w / width, h / tall), gid=name)
        for name, (x, y, w, h) in places.items()
    }
    _landscape(axes["landscape"], data, places["landscape"][3])
    _time(axes["state"], "state", data)
    _time(axes["derivative"], "derivative", data)
    _name(axes["landscape"], "each step leads downhill", LIGHT["muted"])
    _name(axes["state"], "state h", LIGHT["forward"])
    _name(axes["derivative"], "derivative of the state by its start", LIGHT["backward"])
    axes["state"].tick_params(labelbottom=False)
    axes["derivative"].set_xlabel("step")
    return figure


def _name(ax: Axes, text: str, colour: str) -> None:
    ax.annotate(text, (0, 1), (0, 8), xycoords="axes fraction", textcoords="offset points",
                color=colour)  # fmt: skip


def _landscape(ax: Axes, data: dict, tall: float) -> None:
    """Draw the ground, the ball's way over it, and the ball; the panel is `tall` pixels."""
    h, heights = data["landscape"]["h"], data["landscape"]["height"]
    states, low = np.array(data["table"]["state"]), -0.12
    ax.set_xlim(h[0], h[-1])
    ax.set_ylim(low, 1.12)
    ax.set_xticks([-1, 0, 1], ["−1", "0", "1"])
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("state h")
    ax.grid(visible=False)
    ax.fill([h[0], *h, h[-1]], [low, *heights, low], color=LIGHT["grid"], lw=0, gid="ground")
    ax.plot(h, heights, color=LIGHT["muted"], lw=1.6, gid="curve")
    for x, side in ((-0.95, "left side"), (0.95, "right side")):
        ax.text(x, 1, side, ha="center", va="center_baseline", color=LIGHT["muted"])
    on_curve = np.interp(states, h, heights)
    live = {"color": LIGHT["reader"], "clip_on": False}
    ax.plot(states, on_curve, "o", ms=5, color=LIGHT["forward"], gid="trail", clip_on=False)
    ax.plot(states[0], on_curve[0], "o", ms=11, mfc="none", mew=1.6, gid="start", **live)
    ax.annotate("start", (states[0], on_curve[0]), (12, 0), textcoords="offset points",
                va="center_baseline", color=LIGHT["reader"], gid="start-label")  # fmt: skip
    # The ball lies on the ground: in a valley its middle is a radius above.
    unit = (1.12 - low) / tall
    ax.plot(states[-1], on_curve[-1] + BALL * unit, "o", ms=2 * BALL, gid="ball", **live)


def _time(ax: Axes, name: str, data: dict) -> None:
    """Draw a column of the table over the steps: what was, what is to come, where the ball is."""
    steps, values = data["table"]["step"], data["table"][name]
    colour = LIGHT["forward" if name == "state" else "backward"]
    ax.set_xlim(0, data["steps"])
    ax.set_xticks([0, 5, 10, 15, 20])
    if name == "state":
        ax.set_ylim(-EDGE, EDGE)
        ax.set_yticks([-1, 0, 1], ["−1", "0", "1"])
        ax.axhline(0, color=LIGHT["muted"], lw=0.8)
    else:
        ax.set_yscale("log")
        ax.set_ylim(1e-32, 1e10)
        ax.set_yticks([1e-30, 1e-20, 1e-10, 1, 1e10])
        ax.yaxis.set_major_formatter(power_of_ten)
    live = {"color": LIGHT["reader"], "clip_on": False}
    ax.plot(
        [data["pushed_at"]] * 2, ax.get_ylim(), lw=1, ls=(0, (4, 3)), gid=f"{name}-push", **live
    )
    if name == "state":
        top = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points"}
        ax.annotate(f"push {data['reader']['push']:.2f}", (data["pushed_at"], 1), (0, 8), **top,
                    ha="center", color=LIGHT["reader"], gid="push-label")  # fmt: skip
    ax.plot(steps, values, lw=1.4, color=colour, ls=(0, (1, 1.6)), gid=f"{name}-ahead")
    ax.plot(steps, values, lw=2.4, color=colour, gid=f"{name}-path")
    ax.plot(steps[-1], values[-1], "o", ms=8, gid=f"{name}-dot", **live)
