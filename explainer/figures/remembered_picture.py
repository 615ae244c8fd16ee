"""Decay eats a picture from its oldest row; a narrow state mixes every pixel with others.

A picture is read pixel by pixel into a linear state of width d, h = Σ_i r^{n-i} b_i u_i, and read
back by the linear readout that is best for independent pixels.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.places import shares
from longrange.recall import recall_error, recall_readout
from longrange.recurrence import run

ALT = (
    "Twelve returned pictures in a grid, three rows and four columns, of a cat's head of {side} by "
    "{side} pixels. At rate 1 and width {n} the cat comes back; at width 128 it is speckled from "
    "top to bottom, at 32 it is lost. At rate 0.99 the top rows are greyed even at width {n}; at "
    "0.95 only the bottom rows are left at any width. Below, the cat as it was read, and as it "
    "comes back at rate {reader[r]} and width {reader[d]}."
)

# Darkness of each pixel from light (f) to black (0). Drawn for this site.
CAT = """
fffffffffffffffe
ff2eeeeeeeeee2ff
fe42eeeeeeee24ee
fe4724eeee4274ee
ee47a422224a74ee
ee446643346644ee
ed555534435555de
ed455555555554dd
d56e1e5555e1e65d
d55e0e6666e0e55d
cd455569965554dc
2c3b54a00a45b3c2
c2b2bba99abb2b2c
bb3c5b9449b5c3bb
b99b44bbbb44b99b
aaaaa344443aaaaa
"""
SIDE = 16
GREYS = plt.get_cmap("gray", 16)
N = SIDE**2
RATES, WIDTHS = (1.0, 0.99, 0.95), (32, 64, 128, 256)
RANGE = {"r": [0.8, 1.0, 0.005], "d": [16, 256, 16], "noise": [0.001, 0.2, 0.001]}
READER = {"r": 0.99, "d": 128, "noise": 0.05}

PIXELS = np.array([int(digit, 16) for digit in "".join(CAT.split())])
MEAN, SPREAD = float(PIXELS.mean().round(2)), float(PIXELS.std().round(2))
_rng = np.random.default_rng(4)
SIGNS, DRAWS = _rng.choice([-1, 1], N), _rng.normal(size=N).round(2)


def compute() -> dict:
    """Return the pictures, the errors of the grid, and what the moving part needs."""
    noise, grid, table = READER["noise"], {}, {"pixel": list(range(N)), "read": PIXELS.tolist()}
    for r in RATES:
        for d in WIDTHS:
            grid[f"r{round(100 * r)}_d{d}"] = found = errors(r, d, noise)
            back = returned(PIXELS, r, d, noise)
            table[f"r={r:g} d={d}"] = back.round(2).tolist()
            found["cat"] = float(np.mean((back - PIXELS) ** 2) / np.var(PIXELS))
            # The finding: at radius 1 every row suffers alike, below 1 the oldest row most.
            if r == 1:
                assert abs(found["top"] - found["bottom"]) < 1e-9
            else:
                assert found["top"] > found["total"] > found["bottom"]
            assert abs(found["width"] - (1 - d / N)) < 1e-9
    assert grid["r100_d256"]["total"] < 0.01
    assert grid["r95_d256"]["decay"] > 0.5
    table["returned"] = returned(PIXELS, **READER).round(2).tolist()
    return {
        "side": SIDE,
        "n": N,
        "range": RANGE,
        "reader": READER | errors(**READER),
        "grid": grid,
        "pixels": "".join(CAT.split()),
        "mean": MEAN,
        "spread": SPREAD,
        "signs": "".join("-+"[int(sign > 0)] for sign in SIGNS),
        "draws": " ".join(f"{draw:g}" for draw in DRAWS),
        "table": table,
    }


def returned(pixels: np.ndarray, r: float, d: int, noise: float) -> np.ndarray:
    """Return the 256 `pixels` (0 dark … 15 light) as they come back from a state of width d."""
    u, b, w = (pixels - MEAN) / SPREAD, writes(d), r * np.eye(d)
    state = run(w, u[:, None] * b, activation="linear")[-1] + noise * DRAWS[:d]
    return (recall_readout(w, b, noise=noise) @ state * SPREAD + MEAN).clip(0, 15)


def errors(r: float, d: int, noise: float) -> dict:
    """Return what is lost of independent pixels of variance 1, as a share, and to what."""
    decayed = recall_error(r * np.eye(d), writes(d), noise=noise)
    steady = recall_error(np.eye(d), writes(d), noise=noise).mean()
    width = recall_error(np.eye(d), writes(d)).mean()
    return {
        "width": float(width),
        "noisy": float(steady - width),
        "decay": float(decayed.mean() - steady),
        "total": float(decayed.mean()),
        "top": float(decayed[:SIDE].mean()),
        "bottom": float(decayed[-SIDE:].mean()),
    }


def writes(d: int) -> np.ndarray:
    """Return the direction in which each pixel is written, shape (256, d), d a multiple of 16.

    The units form 16 groups. Each group takes one pixel of every row, from scrambled columns, in
    directions that are rows of a Hadamard matrix: of length 1, evenly spread, quick to invert.
    """
    per_group = d // SIDE
    chosen = [(7 * j + 3) % SIDE for j in range(per_group)]  # in scrambled order
    directions = np.zeros((N, d))
    for i in range(N):
        y, x = divmod(i, SIDE)
        group = (x + 5 * y) % SIDE
        row = [SIGNS[i] * (-1) ** (y & j).bit_count() for j in chosen]
        directions[i, group * per_group : (group + 1) * per_group] = row / np.sqrt(per_group)
    return directions


def draw(data: dict, wide: bool) -> Figure:
    """Draw the grid of returned pictures, and the pair that moves beside it or below."""
    figure = plt.figure(figsize=style.px(900, 366) if wide else style.px(328, 444))
    table = data["table"]
    left, top, side, step = (64, 32, 96, 104) if wide else (56, 24, 62, 68)
    for row, r in enumerate(RATES):
        for column, d in enumerate(WIDTHS):
            ax = picture(figure, left + step * column, top + step * row, side)
            show(ax, table[f"r={r:g} d={d}"])
            if row == 0:
                ax.set_title(f"d = {d}", loc="center", pad=6)
            if column == 0:
                ax.set_ylabel(f"r = {r:g}", labelpad=8, rotation=0, ha="right", va="center")
    pair(figure, table, (500, 702, 88, 196) if wide else (4, 172, 272, 152))
    return figure


def pair(figure: Figure, table: dict, places: tuple[float, float, float, float]) -> None:
    """Draw what was read beside what comes back, as `remembered-picture.js` moves it.

    `places` are both lefts, the top they share and the side, in pixels.
    """
    *lefts, top, side = places
    names = {"read": "what was read", "returned": "what comes back"}
    for left, (gid, label) in zip(lefts, names.items(), strict=True):
        ax = picture(figure, left, top, side)
        ax.set_gid(gid)
        show(ax, table[gid]).set_gid(f"{gid}-pixels")
        ax.set_title(label, pad=8)


def picture(figure: Figure, left: float, top: float, side: float) -> Axes:
    """Add square axes for one picture, in pixels from the top left."""
    x, y, width, height = shares(figure, left, top + side, side, side)
    ax = figure.add_axes((x, 1 - y, width, height))
    ax.grid(False)
    for spine in ax.spines.values():
        spine.set(visible=True, color=LIGHT["grid"])
    return ax


def show(ax: Axes, greys: list) -> AxesImage:
    """Show 256 greys, 0 dark … 15 light."""
    pixels = np.reshape(greys, (SIDE, SIDE))
    image = ax.imshow(pixels, cmap=GREYS, vmin=-0.5, vmax=15.5, interpolation="none", clip_on=False)
    ax.set_xticks([])
    ax.set_yticks([])
    return image
