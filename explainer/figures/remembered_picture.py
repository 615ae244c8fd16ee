"""Decay eats a picture from its oldest row; a narrow state mixes every pixel with others.

A picture is read pixel by pixel into a linear state of width d, h = Σ_i r^{n-i} b_i u_i, and read
back by the linear readout that is best for independent pixels.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.pictures import pair, picture, show
from explainer.shared.pixels import PIXELS, N, errors, for_the_page, returned

ALT = (
    "Twelve returned pictures in a grid, three rows and four columns, of a cat's head of {side} by "
    "{side} pixels. At rate 1 and width {n} the cat comes back; at width 128 it is speckled from "
    "top to bottom, at 32 it is lost. At rate 0.99 the top rows are greyed even at width {n}; at "
    "0.95 only the bottom rows are left at any width. Below, the cat as it was read, and as it "
    "comes back at rate {reader[r]} and width {reader[d]}."
)

RATES, WIDTHS = (1.0, 0.99, 0.95), (32, 64, 128, 256)
RANGE = {"r": [0.8, 1.0, 0.005], "d": [16, 256, 16], "noise": [0.001, 0.2, 0.001]}
READER = {"r": 0.99, "d": 128, "noise": 0.05}


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
    return for_the_page() | {
        "range": RANGE,
        "reader": READER | errors(**READER),
        "grid": grid,
        "table": table,
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw the grid of returned pictures, and the pair that moves beside it or below."""
    figure = plt.figure(figsize=style.px(900, 366) if wide else style.px(328, 510))
    table = data["table"]
    left, top, side, step = (64, 32, 96, 104) if wide else (56, 24, 82, 90)
    for row, r in enumerate(RATES):
        for column, d in enumerate(WIDTHS if wide else WIDTHS[1:]):  # a phone has room for three
            ax = picture(figure, left + step * column, top + step * row, side)
            show(ax, table[f"r={r:g} d={d}"])
            if row == 0:
                ax.set_title(f"d = {d}", loc="center", pad=6)
            if column == 0:
                ax.set_ylabel(f"r = {r:g}", labelpad=8, rotation=0, ha="right", va="center")
    pair(figure, table, (500, 702, 88, 196) if wide else (4, 172, 338, 152))
    return figure
