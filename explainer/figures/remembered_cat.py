"""A state narrower than the picture has pixels loses a part of it, the same at every row.

The pair that moves of `remembered_picture`, alone: a picture read pixel by pixel into a linear
state of width d, and read back by the best linear readout.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.pictures import pair
from explainer.shared.pixels import PIXELS, N, errors, for_the_page, returned

ALT = (
    "Two pictures of a cat's head, {side} by {side} pixels. On the left as it was read. On the "
    "right as it comes back from a state of {reader[d]} numbers at rate {reader[r]:g}: the cat is "
    "still seen, speckled from top to bottom. {reader[total]:.0%} is lost."
)

RANGE = {"r": [0.8, 1.0, 0.005], "d": [16, 256, 16]}
READER = {"r": 1.0, "d": 192}
NOISE = 0.05


def compute() -> dict:
    """Return both pictures, what is lost, and what the moving part needs."""
    lost = errors(**READER, noise=NOISE)
    # The finding: without decay what is lost is what the width cannot hold, at every row alike …
    assert abs(lost["width"] - (1 - READER["d"] / N)) < 1e-9
    assert abs(lost["top"] - lost["bottom"]) < 1e-9
    assert lost["decay"] < 1e-9
    assert lost["noisy"] < 0.01
    # … and half of the width is half of the picture.
    half = errors(r=1.0, d=N // 2, noise=NOISE)
    assert abs(half["total"] - 0.5) < 0.01
    back = returned(PIXELS, **READER, noise=NOISE)
    return for_the_page() | {
        "range": RANGE,
        "noise": NOISE,
        "reader": READER | lost,
        "half": half,
        "table": {
            "pixel": list(range(N)),
            "read": PIXELS.tolist(),
            "returned": np.round(back, 2).tolist(),
        },
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw what was read beside what comes back."""
    figure = plt.figure(figsize=style.px(640, 346) if wide else style.px(328, 186))
    pair(figure, data["table"], (4, 332, 34, 304) if wide else (4, 172, 28, 152))
    return figure
