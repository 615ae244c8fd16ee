"""Five of six families have a radius of about 1, which tells neither their norm nor their rate.

Eigenvalues of the networks of the laboratory (`longrange.lab`) at one gain, with the norm and the
factor per step, exp λ₁, that was measured under tanh and noise.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from longrange import lab, matrices

ALT = (
    "The eigenvalues of six matrices in the complex plane, each with a circle of radius {gain:.0f}."
    " Gaussian: spread over the disc. Orthogonal: all on the circle. Symmetric: on the real line. "
    "Triangular: at plus and minus one. Ring-chain: evenly on the circle. Cancelling: all at zero. "
    "Below each its norm and the factor per step that was measured: {told}."
)

D, GAIN, INPUT_STD, SEED = 64, 1.0, 0.5, 0


def compute() -> dict:
    """Return eigenvalues, norm, radius and measured factor of each family."""
    found, rows = {}, []
    for family in lab.FAMILIES:
        w = lab.matrix(family, D, GAIN, seed=SEED)
        states = lab.states(w, input_std=INPUT_STD, seed=SEED)
        found[family.replace("-", "_")] = {
            "norm": matrices.spectral_norm(w),
            "radius": lab.radius(w),
            "factor": float(np.exp(lab.rate(w, states, seed=SEED))),
        }
        # A pair of units that cancels squares to zero; rounding would scatter its eigenvalues.
        zero = lab.radius(w) == 0
        values = np.zeros(D, complex) if zero else np.linalg.eigvals(w)
        assert abs(np.abs(values).max() - lab.radius(w)) < 1e-6
        # In an order, and to as many digits, as no kernel of the linear algebra changes.
        points = sorted((round(v.real, 6) + 0.0, round(v.imag, 6) + 0.0) for v in values.tolist())
        rows += [(family, *point) for point in points]
    radii = [one["radius"] for one in found.values()]
    # The finding: one radius (about one for the two that are drawn freely), and much else differs.
    assert all(0.9 < radius < 1.15 for radius in radii[:-1])
    assert radii[-1] == 0
    norms = [one["norm"] for one in found.values()]
    assert max(norms) > 3 * min(norms)
    told = ", ".join(
        f"{family} {one['norm']:.2f} and {one['factor']:.2f}"
        for family, one in zip(lab.FAMILIES, found.values(), strict=True)
    )
    names = ("family", "real", "imaginary")
    return {
        "d": D,
        "gain": GAIN,
        "input_std": INPUT_STD,
        "told": told,
        **found,
        "table": dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)),
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw a plane for each family; six in a row on a screen, two in a row on a phone."""
    size = (1160, 270) if wide else (328, 320)
    figure, axes = plt.subplots(*((1, 6) if wide else (2, 3)), figsize=style.px(*size))
    figure.subplots_adjust(
        left=0.01, right=0.99, wspace=0.1,
        top=0.88 if wide else 0.93, bottom=0.2 if wide else 0.13, hspace=0.55,
    )  # fmt: skip
    table = data["table"]
    for ax, family in zip(axes.flat, dict.fromkeys(table["family"]), strict=True):
        mine = [i for i, name in enumerate(table["family"]) if name == family]
        _plane(ax, [table["real"][i] for i in mine], [table["imaginary"][i] for i in mine], wide)
        ax.set_gid(family)
        ax.set_title(family, size=17 if wide else 13, loc="center")
        one = data[family.replace("-", "_")]
        words = {"norm": f"‖W‖ {one['norm']:.1f}", "factor": f"r {one['factor']:.2f}"}
        look = {"y": -1.62 if wide else -1.7, "size": 16 if wide else 12}
        ax.text(-0.12, s=words["norm"], ha="right", color=LIGHT["bound"], **look)
        ax.text(0.12, s=words["factor"], color=LIGHT["theory"], **look)
    return figure


def _plane(ax: Axes, real: list[float], imaginary: list[float], wide: bool) -> None:
    around = np.linspace(0, 2 * np.pi, 73)
    ax.plot(np.cos(around), np.sin(around), color=LIGHT["muted"], lw=1)
    ax.plot(real, imaginary, "o", ms=4 if wide else 2.6, mew=0, alpha=0.75,
            color=LIGHT["measured"])  # fmt: skip
    ax.set_aspect("equal")
    ax.set_xlim(-1.2, 1.2)
    ax.set_ylim(-1.2, 1.2)
    ax.set_axis_off()
