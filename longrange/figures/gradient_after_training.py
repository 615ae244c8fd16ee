"""After training the gradient over long links has vanished, and the network still knows.

The share of the gradient of the answer at each lag (‖∂L/∂x_{T−k}‖ over its sum over all lags),
before and after training on a mixture of distances, and the score at that distance:
``scripts/run_experiments.py``. Bengio, Simard & Frasconi (1994) on why holding a fact firmly makes
its gradient faint.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from longrange.drawing.palette import LIGHT
from longrange.figures._results import NETWORKS, results, seeds_and_mean

ALT = "TODO"

SHOWN = ("tanh", "gru", "lstm", "ssm", "attention")


def compute() -> dict:
    """Return shares of the gradient by lag, logarithms to base 10, and scores."""
    found, table = {}, {}
    for one in results("agreement.json", lags=True):
        name = one["network"]
        flat = one["before"].pop("flat"), one["after"].pop("flat")
        table["k"] = [int(k) for k in one["after"]]
        found[name] = {"k64": {"score": float(np.mean(one["test"][64]))}}
        for when in ("before", "after"):
            logs = {k: float(np.mean(seeds)) for k, seeds in one[when].items()}
            found[name]["k64"] |= {when: logs["64"], f"{when}_share": 10 ** logs["64"]}
            table[f"{name} {when}"] = list(logs.values())
        found[name]["flat"] = float(np.mean(flat[1]))
        if name == "tanh":
            plain = {k: seeds for k, seeds in one["test"].items() if k <= 64}
    return {
        "seeds": 5,
        "plain": {"k": list(plain), "seeds": list(plain.values())},
        "networks": found,
        "table": table,
    }


def draw(data: dict) -> Figure:
    """Draw scores of the plain network above, shares of gradients below."""
    figure, (above, below) = plt.subplots(
        2, figsize=(6.4, 6.2), sharex=True, height_ratios=[1, 2.6]
    )
    figure.subplots_adjust(left=0.16, right=0.78, top=0.95, bottom=0.09, hspace=0.16)
    plain = dict(zip(data["plain"]["k"], data["plain"]["seeds"], strict=True))
    above.set_xscale("symlog", base=2, linthresh=1)
    seeds_and_mean(above, plain, 0, color=LIGHT["measured"], lw=1.6)
    above.set_ylim(0.42, 1.06)
    above.set_yticks([0.5, 1], ["50 %", "100 %"])
    above.axhline(0.5, color=LIGHT["bound"], lw=1.2, ls=":")
    above.set_title("right answers of the plain network, k words between")
    table = data["table"]
    for name in SHOWN:
        _, colour, _ = NETWORKS[name]
        for when, style in (("before", (0, (4, 2))), ("after", "-")):
            below.plot(table["k"], table[f"{name} {when}"], color=LIGHT[colour],
                       lw=1.3 + 0.9 * (name == "tanh"), ls=style)  # fmt: skip
        below.text(
            70, table[f"{name} after"][-1], NETWORKS[name][0], color=LIGHT[colour], va="center"
        )
    below.set_xticks([0, 1, 2, 4, 8, 16, 32, 64], ["0", "1", "2", "4", "8", "16", "32", "64"])
    below.set_xlim(-0.1, 66)
    below.set_title("share of the gradient at lag k (dashed: before training)")
    below.set_xlabel("lag k")
    return figure
