"""The radius fixes the far future, the norm the next step, non-normality what lies between.

Powers of five matrices of the same spectral radius, which are the Jacobians of linear networks.
Gelfand (1941): the k-th root of the norm of the k-th power tends to the radius.
"""

import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.style import power_of_ten
from longrange import matrices
from longrange.jacobian import power_norms

ALT = (
    "Two panels over k = 0 to {last}, for matrices of width {d} and spectral radius {radius}. In "
    "one, the norm of the k-th power on a logarithmic axis. Orthogonal and symmetric fall on one "
    "straight line from 1. Gaussian rises to {gaussian[peak]:.1f} at k = {gaussian[peak_at]} "
    "before it falls. Triangular rises to {triangular[peak]:.0f} at k = {triangular[peak_at]}. The"
    " ring-chain rises to {ring_chain[peak]:.0f} at k = {ring_chain[peak_at]}, drops to "
    "{ring_chain[round]:.4f} one step later and rises again. Dotted lines, the norms to the power "
    "k, rise above all of them. In the other, the k-th roots of the same norms. Gaussian and "
    "triangular fall slowly towards {radius}. The ring-chain stays at {link} up to k = "
    "{ring_chain[peak_at]}, drops to {radius} and rises again."
)

D, RADIUS, LAST, SEED = 64, 0.9, 100, 0
STRENGTH, LINK, DRAWS = 0.5, 1.1, 20


def family(seed: int) -> dict[str, np.ndarray]:
    """Return the five matrices, all of width D and spectral radius RADIUS."""
    return {
        "orthogonal": matrices.orthogonal(D, RADIUS, seed=seed),
        "symmetric": matrices.symmetric(D, RADIUS, seed=seed),
        "gaussian": matrices.with_radius(matrices.gaussian(D, seed=seed), RADIUS),
        "triangular": matrices.triangular(D, RADIUS, STRENGTH, seed=seed),
        "ring_chain": matrices.ring_chain(D, LINK, RADIUS),
    }


def compute() -> dict:
    """Return the norms of the powers, and where each is largest."""
    lags = np.arange(LAST + 1)
    for seed in range(SEED, SEED + 5):
        for name, w in family(seed).items():
            # The finding: the radius below, the norm above, equal for normal matrices …
            assert np.isclose(matrices.spectral_radius(w), RADIUS)
            logs, low = power_norms(w, lags, log=True), lags * np.log(RADIUS)
            high = lags * np.log(matrices.spectral_norm(w))
            assert (low <= logs + 1e-6).all()
            assert (logs <= high + 1e-6).all()
            if name in ("orthogonal", "symmetric"):
                assert np.allclose(logs, low)
            else:  # … and in between a rise.
                assert logs.max() > 0.3
    found = {name: _powers(w, lags) for name, w in family(SEED).items()}
    norms = {name: one.pop("norms") for name, one in found.items()}
    assert all(one["last"] < one["peak"] for one in found.values())
    # The gap to the radius closes about like 1/k, so it is far from closed here.
    for name in ("gaussian", "triangular"):
        gaps = lags[1:] * (norms[name][1:] ** (1 / lags[1:]) - RADIUS)
        assert 0.5 < gaps[LAST - 1] / gaps[LAST // 2 - 1] < 2
    found["ring_chain"]["round"] = float(norms["ring_chain"][D])
    draws = [matrices.triangular(D, RADIUS, STRENGTH, seed=seed) for seed in range(DRAWS)]
    found["triangular"]["most"] = float(max(power_norms(w, lags).max() for w in draws))
    return {
        "d": D,
        "radius": RADIUS,
        "last": LAST,
        "seed": SEED,
        "strength": STRENGTH,
        "link": LINK,
        "draws": DRAWS,
        **found,
        "table": {"k": lags.tolist()} | {name: values.tolist() for name, values in norms.items()},
    }


def _powers(w: np.ndarray, lags: np.ndarray) -> dict:
    norms = power_norms(w, lags)
    peak = int(np.argmax(norms))
    return {
        "norm": matrices.spectral_norm(w),
        "norms": norms,
        "roots": (norms[1:] ** (1 / lags[1:])).tolist(),
        "peak": float(norms[peak]),
        "peak_at": peak,
        "last": float(norms[-1]),
        "last_root": float(norms[-1] ** (1 / lags[-1])),
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw the powers beside their roots."""
    figure, (powers, roots) = style.panels(
        wide, 2, 420, 600, width_ratios=(1.4, 1) if wide else None
    )
    figure.get_layout_engine().set(wspace=0.08)  # names stand between the panels
    lags, ends = data["table"]["k"], np.array([0.0, data["last"]])  # straight lines need two points
    measured, bound = {"color": LIGHT["measured"]}, {"color": LIGHT["bound"]}
    theory = {"color": LIGHT["theory"]}
    styles = {"gaussian": "-", "triangular": (0, (6, 2)), "ring_chain": (0, (6, 2, 1, 2))}

    powers.set_gid("powers")
    powers.set_title("size of Wᵏ, ‖Wᵏ‖")
    powers.set_yscale("log")
    powers.set_ylim(1e-5, 1e5)
    powers.set_yticks([1e-5, 1e-3, 1e-1, 10, 1e3, 1e5])
    powers.yaxis.set_major_formatter(power_of_ten)
    powers.plot(ends, data["radius"] ** ends, lw=2.4, **theory)
    for name, line in styles.items():
        powers.plot(lags, data["table"][name], ls=line, **measured)
        powers.plot(ends, data[name]["norm"] ** ends, lw=1.2, ls=":", **bound)
        roots.plot(lags[1:], data[name]["roots"], ls=line, **measured)
        roots.plot(ends, [data[name]["norm"]] * 2, lw=1.2, ls=":", **bound)
        style.label_end(
            powers, lags[-1], data["table"][name][-1], name.replace("_", "-"), **measured
        )
    powers.text(4, 1e-4, "orthogonal,\nsymmetric: ρᵏ", **theory)
    powers.text(38, 2e4, "dotted: ‖W‖ᵏ", **bound)

    roots.set_gid("roots")
    roots.set_title("its k-th root")
    roots.plot(ends, [data["radius"]] * 2, lw=2.4, **theory)
    roots.set_ylim(0.7, 1.9)
    roots.set_yticks([0.9, 1.1, 1.3, 1.5, 1.7])
    roots.text(98, 0.76, f"ρ = {data['radius']}", ha="right", **theory)
    roots.text(98, 1.6, "dotted: ‖W‖", ha="right", **bound)
    for ax in (powers, roots):
        ax.set_xlim(0, data["last"])
        ax.set_xlabel("steps k")
    return figure
