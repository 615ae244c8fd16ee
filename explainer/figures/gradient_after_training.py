"""After training the gradient over long links has vanished, and the network still knows.

The share of the gradient of the answer at each lag (‖∂L/∂x_{T−k}‖ over its sum over all lags),
before and after training on a mixture of distances, and the score at that distance:
``scripts/run_experiments.py``. Bengio, Simard & Frasconi (1994) on why holding a fact firmly makes
its gradient faint.
"""

import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.notation import ten_to_the
from explainer.drawing.palette import LIGHT
from explainer.drawing.scores import EVERY, seeds_and_mean
from explainer.shared.trained import alone, reach, results

ALT = (
    "Two panels over the lag k from 0 to 64. Right answers: the plain tanh network, trained on a "
    "mixture of distances; the worst of {seeds} seeds at its worst distance is right in "
    "{plain[least]:.1%}. The other panel: the share of the gradient that falls on the word k steps"
    " back, on a logarithmic axis, before and after training. In the plain network 1 part in 10 to"
    " the power {networks[tanh][k64][before_power]:.0f} is left at lag 64 before training and 1 in"
    " 10 to the power {networks[tanh][k64][after_power]:.0f} after. GRU "
    "{networks[gru][k64][after_power]:.1f} and LSTM {networks[lstm][k64][after_power]:.1f} powers "
    "after training, the state-space model {networks[ssm][k64][after_power]:.1f}, attention "
    "{networks[attention][k64][after_power]:.1f}."
)

SHOWN = ("tanh", "gru", "lstm", "ssm", "attention")
TOLD = ("tanh", "attention")  # in colour: whose gradient is gone, and whose is not
FAINT, CLEAR = 1e-6, 1e-5  # no network's share of the gradient at 64 steps lies between


def compute() -> dict:
    """Return shares of the gradient by lag, logarithms to base 10, and scores."""
    cells = results("agreement.json", lags=True)
    found, table = {}, {}
    for one in cells:
        name = one["network"]
        flat = one["before"].pop("flat"), one["after"].pop("flat")
        table["k"] = [int(k) for k in one["after"]]
        found[name] = {"k64": {"score": float(np.mean(one["test"][64]))}}
        for when in ("before", "after"):
            logs = {k: float(np.mean(seeds)) for k, seeds in one[when].items()}
            found[name]["k64"] |= {f"{when}_power": -logs["64"], f"{when}_share": 10 ** logs["64"]}
            table[f"{name} {when}"] = list(logs.values())
        found[name]["flat"] = float(np.mean(flat[1]))
        if name == "tanh":
            plain = {k: seeds for k, seeds in one["test"].items() if k <= 64}
    # The finding: right where the gradient is gone, and more so than before training.
    at = found["tanh"]["k64"]
    least = min(min(seeds) for seeds in plain.values())
    assert least > 0.95
    assert 10 < at["before_power"] < at["after_power"]
    # A start that sends hardly anything back over 64 steps learns no far link from far examples
    # alone. One that does may.
    sent = {name: found[name]["k64"]["before_share"] for name in EVERY}
    links = results("agreement.json")
    reaches = {name: reach(alone([one for one in links if one["network"] == name]))
               for name in sent}  # fmt: skip
    faint = [name for name in sent if sent[name] < FAINT]
    clear = [name for name in sent if name not in faint]
    assert min(sent[name] for name in clear) > CLEAR
    most = max(reaches[name] for name in faint)
    farther = [name for name in clear if reaches[name] > most]
    assert most < 64
    assert abs(2 * len(farther) - len(clear)) <= 2  # "half", on the page
    return {
        "seeds": len(cells[0]["seeds_asked"]),
        "faint": {"below": FAINT, "count": len(faint), "most": most},
        "clear": {
            "above": CLEAR,
            "count": len(clear),
            "farther": len(farther),
            "not": len(clear) - len(farther),
        },
        "plain": {"k": list(plain), "seeds": list(plain.values()), "least": least},
        "networks": found,
        "table": table,
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw scores of the plain network beside shares of gradients, one network in colour."""
    figure, (scores, shares) = style.panels(
        wide,
        2,
        420,
        620,
        width_ratios=(1, 2) if wide else None,
        height_ratios=None if wide else (1, 2.2),
    )
    plain = dict(zip(data["plain"]["k"], data["plain"]["seeds"], strict=True))
    for ax in (scores, shares):
        ax.set_xscale("symlog", base=2, linthresh=1)
        ax.set_xticks([0, 1, 2, 4, 8, 16, 32, 64], ["0", "1", "2", "4", "8", "16", "32", "64"])
        ax.set_xlim(-0.1, 66)
    seeds_and_mean(scores, plain, 0, color=LIGHT["measured"], lw=1.6)
    scores.set_gid("scores")
    scores.set_title("right answers, plain tanh")
    scores.set_ylim(0.42, 1.06)
    scores.set_yticks([0.5, 1], ["50 %", "100 %"])
    scores.axhline(0.5, color=LIGHT["bound"], lw=1.2, ls=":")
    scores.text(0, 0.53, "chance", color=LIGHT["bound"])
    scores.set_xlabel("words between, k")
    table, height = data["table"], 4.0
    ends = {name: table[f"{name} after"][-1] for name in SHOWN}
    for name in sorted(SHOWN, key=ends.get, reverse=True):
        # Two are told, the others lie behind them.
        told = name in TOLD
        look = {"color": LIGHT[EVERY[name][1] if told else "muted"], "zorder": 3 if told else 2}
        for when, line in (("before", (0, (4, 2))), ("after", "-")):
            shares.plot(table["k"], table[f"{name} {when}"], lw=2 if told else 0.9, ls=line, **look)
        height = min(height - 2.9, ends[name])  # labels keep apart
        style.label_end(shares, 66, height, EVERY[name][0], color=look["color"])
    shares.set_gid("shares")
    shares.set_title("share of the gradient at lag k")
    shares.text(0, -44, "dashed: before training", color=LIGHT["muted"])
    shares.set_yticks(range(0, -50, -10), ["1", *map(ten_to_the, range(-10, -50, -10))])
    shares.set_ylim(-46, 3)
    shares.set_xlabel("lag k")
    return figure
