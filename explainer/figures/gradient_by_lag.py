"""A vanishing gradient need not be small, it hears only the last few words.

The gradient of a loss at the last of 200 steps, taken apart by how many steps back W was used
(Pascanu, Mikolov & Bengio 2013, eqs. 3 to 5).
"""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.shared.driven import BURN_IN, INPUT_STD, D, geometric_mean, white
from longrange import matrices
from longrange.bptt import gradient_by_lag
from longrange.lyapunov import critical_gain, exponents
from longrange.recurrence import run

ALT = (
    "The share of the gradient that comes from the last n words, n from 1 to {steps} on a "
    "logarithmic axis. Gain {half[gain]}: nine tenths come from the last {half[ninety]:.0f} "
    "words. Gain {one[gain]:.0f}: from the last {one[ninety]:.0f}. Orthogonal with tanh: from "
    "the last {orthogonal_tanh[ninety]:.0f}. At the critical gain the curve rises slowly, "
    "{critical[ninety]:.0f} words. Orthogonal without squashing rises almost in proportion to "
    "n, {orthogonal_linear[ninety]:.0f} words. At gain {two[gain]:.0f} the curve stays near "
    "zero until the oldest words: half of the gradient comes from the first "
    "{two[oldest_half]:.0f} words."
)
TOLERANCE = {"rtol": 0.5, "atol": 0.02}  # one network is chaotic: see jacobian_norms

SEEDS, STEPS = 10, 200


def compute() -> dict:
    """Return medians over seeds of the share from the last n words."""
    critical = critical_gain(INPUT_STD)
    gains = {"half": 0.5, "one": 1.0, "critical": critical, "two": 2.0}
    found = {}
    for name, gain in gains.items():
        found[name] = {"gain": gain} | _shares(lambda s, g=gain: matrices.gaussian(D, g, seed=s))
    found["orthogonal_tanh"] = _shares(lambda s: matrices.orthogonal(D, seed=s))
    found["orthogonal_linear"] = _shares(lambda s: matrices.orthogonal(D, seed=s), "linear")
    # The finding, and its two exceptions.
    assert found["half"]["ninety"] < found["one"]["ninety"] < 15
    assert found["orthogonal_tanh"]["ninety"] < 15
    assert abs(found["orthogonal_tanh"]["ninety"] - found["one"]["ninety"]) <= 2
    assert abs(found["orthogonal_tanh"]["rate"] - found["one"]["rate"]) < 0.03
    assert found["critical"]["ninety"] > 50
    assert found["critical"]["ninety_most"] > 2 * found["critical"]["ninety_least"]
    assert found["one"]["beyond_thirty"] < 0.01
    assert found["half"]["size"] > 10
    assert abs(found["half"]["loss"] / np.sqrt(D) - 1) < 0.1  # the scale of it
    assert found["two"]["oldest_half"] < 20
    assert 140 < found["orthogonal_linear"]["ninety"] < 180
    columns = {name: one.pop("share") for name, one in found.items()}
    return {
        "d": D,
        "input_std": INPUT_STD,
        "seeds": SEEDS,
        "burn_in": BURN_IN,
        "steps": STEPS,
        **found,
        "table": {"last_words": list(range(1, STEPS + 1))} | columns,
    }


def _shares(matrix: Callable, activation: str = "tanh") -> dict:
    """Return the cumulated share of Σ‖G_k‖, G_k being the part of the gradient from lag k."""
    shares, rates, whole, at_end = [], [], [], []
    for seed in range(SEEDS):
        w, drive = matrix(seed), white(seed, BURN_IN + STEPS)
        rates.append(exponents(w, drive, count=1, burn_in=BURN_IN, activation=activation)[0])
        states = run(w, drive, activation=activation)
        before, states = states[BURN_IN - 1], states[BURN_IN:]
        loss = np.random.default_rng([seed, 2]).normal(size=D)
        parts = gradient_by_lag(w, states, loss, h0=before, activation=activation)
        whole.append(np.log(np.linalg.norm(parts.sum(axis=0))))
        at_end.append(np.log(np.linalg.norm(loss)))
        sizes = np.linalg.norm(parts, axis=(1, 2))
        shares.append(np.cumsum(sizes) / sizes.sum())
    shares = np.array(shares)
    words = {level: np.argmax(shares >= level, axis=1) + 1 for level in (0.1, 0.5, 0.9)}
    return {
        "share": np.median(shares, axis=0).tolist(),
        "size": float(geometric_mean(whole)),
        "loss": float(geometric_mean(at_end)),
        "beyond_thirty": float(1 - np.median(shares[:, 29])),
        "ninety": float(np.median(words[0.9])),
        "ninety_least": int(words[0.9].min()),
        "ninety_most": int(words[0.9].max()),
        "rate": float(np.exp(np.mean(rates))),
        "oldest_half": float(np.median(STEPS + 1 - words[0.5])),
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw one line a network."""
    size = style.px(640, 380) if wide else style.px(328, 320)
    figure, ax = plt.subplots(figsize=size, layout="constrained")
    ax.set_gid("shares")
    ax.set_title("share of the gradient")
    ax.set_xscale("log")
    ax.set_xlim(1, data["steps"])
    ax.set_ylim(0, 1.02)
    ax.set_xticks([1, 2, 5, 10, 20, 50, 100, 200], ["1", "2", "5", "10", "20", "50", "100", "200"])
    ax.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])
    ax.set_xlabel("the last n words")
    dashed = (0, (5, 2))
    styles = {"orthogonal_tanh": dashed, "orthogonal_linear": dashed}
    for name in ("half", "one", "critical", "two", "orthogonal_tanh", "orthogonal_linear"):
        colour = LIGHT["theory" if name in styles else "backward"]
        ax.plot(data["table"]["last_words"], data["table"][name], lw=2,
                ls=styles.get(name, "-"), color=colour)  # fmt: skip
    gaussian, orthogonal = {"color": LIGHT["backward"]}, {"color": LIGHT["theory"]}
    ax.text(1.1, 0.94, f"g = {data['half']['gain']}", **gaussian)
    ax.text(4.6, 0.55, f"g = {data['one']['gain']:.0f} and", **gaussian)
    ax.text(4.6, 0.48, "orthogonal, tanh", **orthogonal)
    ax.text(62, 0.7, f"g = {data['critical']['gain']:.2f}", ha="right", **gaussian)
    ax.text(60, 0.15, "orthogonal,\nlinear", **orthogonal)
    ax.text(148, 0.03, f"g = {data['two']['gain']:.0f}", ha="right", **gaussian)
    return figure
