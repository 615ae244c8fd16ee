"""A network that never errs over 64 words, and whose gradient hears the last ones alone.

An LSTM that was trained on number agreement in PyTorch, read from its checkpoint and measured by
the probe (`longrange.measure`): norms of its Jacobian by lag, and the share of the gradient of its
own loss, *is* against *are* after the last word, on each word before.
"""

import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.shared import agreement_lstm

ALT = (
    "Two curves over the steps back, 1 to {last}. Left, the norm of the Jacobian of a trained LSTM "
    "of {size} numbers: it rises to {largest:.1f}, falls below 1 at {one} steps, and is {end:.2f} "
    "at {last}. "
    "The rate alone, {rate:.3f} to the power k, lies below it; the bound, {bound:.2f} to the power "
    "k, and the radius, {radius:.2f} to the power k, rise. Right, on a logarithmic axis, the share "
    "of the gradient: {first:.0%} on the last word, below a thousandth from {thousandth} words on, "
    "and {subject:.0e} on the subject."
)


def compute() -> dict:
    """Return the report of the probe, and what the network gets right."""
    found = agreement_lstm.measured()
    right = agreement_lstm.right()
    gradient = np.array([found.gradient_now, *found.gradient])
    # The finding: all answers are right, and the gradient of each is that of the last words.
    assert min(right.values()) > 0.99
    assert gradient[0] > 0.5
    assert gradient[-1] < 1e-3
    # And neither bound nor radius is the rate: both say that influence grows, and it fades.
    assert found.rate_high < 1 < found.radius < found.bound
    logs = agreement_lstm.norms(found.lags)
    norms, low, high = (np.exp(one) for one in logs[:3])
    assert norms.min() > 0.1  # one direction lasts
    distance = agreement_lstm.distance()
    assert distance < 1e-5
    shares = np.cumsum(gradient)
    return {
        "rate": found.rate,
        "rate_error": found.rate_error,
        "half_life": float(np.log(0.5) / np.log(found.rate)),
        "bound": found.bound,
        "radius": found.radius,
        "size": found.size,
        "steps": found.steps,
        "sequences": found.sequences,
        "last": int(found.lags[-1]),
        "end": float(norms[-1]),
        "one": int(found.lags[norms < 1][0]),
        "thousandth": int(np.flatnonzero(gradient < 1e-3)[0]),
        "trained": min(k for k in right if k > 4),
        "largest": float(norms.max()),
        "horizon": float(np.log(0.1) / np.log(found.rate)),
        "first": float(gradient[0]),
        "subject": float(gradient[-1]),
        "ninety": int(np.searchsorted(shares, 0.9) + 1),
        "directions": {str(k): value for k, (value, _, _) in found.directions.items()},
        "recalled": {str(k): value for k, (value, _, _) in found.recalled.items()},
        "distance": distance,
        "right": {str(k): share for k, share in right.items()},
        "table": {
            "k": [0, *found.lags.tolist()],
            "norm": [1.0, *norms.tolist()],
            "norm_low": [1.0, *low.tolist()],
            "norm_high": [1.0, *high.tolist()],
            "gradient": gradient.tolist(),
        },
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw both curves side by side, or one above the other."""
    figure, (norms, gradient) = style.panels(wide, 2, 300, 520)
    if wide:
        figure.set_size_inches(style.px(1160, 300))
    table = {name: np.array(column) for name, column in data["table"].items()}
    ks, last = table["k"], data["last"]
    low, high = table["norm_low"], table["norm_high"]
    norms.fill_between(ks, low, high, color=LIGHT["measured"], alpha=0.2, lw=0)
    norms.plot(ks, table["norm"], color=LIGHT["measured"], lw=3)
    norms.plot(ks, data["rate"] ** ks, color=LIGHT["theory"], lw=2)
    inside = data["radius"] ** ks < 10
    radius = data["radius"] ** ks[inside]
    norms.plot(ks[inside], radius, color=LIGHT["muted"], ls=(0, (1, 1.5)), lw=2)
    seen = data["bound"] ** ks < 12
    norms.plot(ks[seen], (data["bound"] ** ks)[seen], color=LIGHT["bound"], ls=(0, (5, 2)), lw=2)
    norms.set_yscale("log")
    norms.set_ylim(0.2, 12)
    norms.set_yticks([0.3, 1, 3, 10], ["0.3", "1", "3", "10"])
    norms.minorticks_off()
    norms.set_title("what lasts best of a small change")
    size = 14 if wide else 12
    norms.text(3.5, 8, "bound", color=LIGHT["bound"], size=size)
    norms.text(ks[inside][-1], radius[-1], " radius", color=LIGHT["muted"], va="top", size=size)
    norms.text(0.6 * last, 1.15, "measured", color=LIGHT["measured"], size=size)
    norms.text(0.3 * last, 0.36, "rate, from 1 on", color=LIGHT["theory"], size=size)
    gradient.plot(ks, table["gradient"], color=LIGHT["backward"], lw=2.4)
    gradient.set_yscale("log")
    gradient.set_yticks([1, 1e-2, 1e-4, 1e-6])
    gradient.yaxis.set_major_formatter(style.power_of_ten)
    gradient.minorticks_off()
    gradient.set_title("share of the gradient of its loss")
    gradient.plot(last, data["subject"], "o", color=LIGHT["backward"], ms=8, clip_on=False)
    gradient.annotate("the subject", (last, data["subject"]), (-4, 12 if wide else 34),
                      ha="right", textcoords="offset points", size=size)  # fmt: skip
    for ax in (norms, gradient):
        ax.set_xlim(0, last)
        ax.set_xlabel("words back")
    return figure
