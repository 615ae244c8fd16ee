"""Which part of a picture is lost tells what took it: decay its old rows, width all rows alike.

The picture of `remembered_picture`, as it comes back from three linear states: one that decays, one
that is narrow, one that does both. The worksheet asks which is which.
"""

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.pictures import picture, show
from explainer.shared.pixels import PIXELS, N, errors, for_the_page, returned

ALT = (
    "Three pictures of a cat's head, {side} by {side} pixels, as they come back. A: the rows at "
    "the top are grey, those at the bottom clear. B: the whole cat is speckled, from top to "
    "bottom. C: the top is grey, and the bottom is speckled."
)

NOISE = 0.05
SETTINGS = {"a": {"r": 0.98, "d": 256}, "b": {"r": 1.0, "d": 192}, "c": {"r": 0.99, "d": 64}}


def compute() -> dict:
    """Return the three pictures, and what is lost in each."""
    lost = {name: errors(**setting, noise=NOISE) for name, setting in SETTINGS.items()}
    # The finding: where influence decays the oldest row has lost more than the newest …
    for name in "ac":
        assert lost[name]["top"] > lost[name]["bottom"] + 0.3
    # … and where nothing decays, all have lost what the width cannot hold.
    assert abs(lost["b"]["top"] - lost["b"]["bottom"]) < 1e-9
    assert abs(lost["b"]["width"] - (1 - SETTINGS["b"]["d"] / N)) < 1e-9
    # A wide state that decays keeps its newest row; a narrow one does not.
    assert lost["a"]["bottom"] < 0.05 < lost["c"]["bottom"]
    table = {
        name.upper(): returned(PIXELS, **setting, noise=NOISE).round(2).tolist()
        for name, setting in SETTINGS.items()
    }
    return {
        "side": for_the_page()["side"],
        "n": N,
        "noise": NOISE,
        **{name: setting | lost[name] for name, setting in SETTINGS.items()},
        "table": {"pixel": list(range(N)), "read": PIXELS.tolist(), **table},
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw the three side by side."""
    width, side, step = (640, 200, 220) if wide else (328, 100, 114)
    figure = plt.figure(figsize=style.px(width, side + 32))
    for place, name in enumerate("ABC"):
        ax = picture(figure, step * place, 28, side)
        show(ax, data["table"][name])
        ax.set_title(name, pad=6)
    return figure
