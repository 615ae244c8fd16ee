"""A random LSTM reaches further than its forget gates alone: what it writes carries on, too.

Product of gates f^k (Gers, Schmidhuber & Cummins 2000; forget bias 1: Jozefowicz, Zaremba &
Sutskever 2015), and the direct path ∏f beside the total dc_t/dc_{t-k} of random LSTMs.
"""

import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.style import power_of_ten
from explainer.shared.driven import INPUT_STD, D, geometric_mean, white
from longrange import associative, gated, gates, jacobian, matrices
from longrange.rates import horizon, influence, measured_horizon
from longrange.recurrence import run

ALT = (
    "Three panels. Gates that stand still: what is left after k steps, on a logarithmic axis. "
    "Their products are straight lines: forget bias 0 falls fastest, then 1, 3 and 5; with bias 5,"
    " {bias[b5][left]:.0%} is left after {last} steps. A plain RNN falls about as fast as bias 0, "
    "to one per cent after {rnn[horizon]:.0f} steps; attention spread evenly falls slowly, like "
    "1/n. The 1 % horizon of such gates against the bias, {bias[b0][horizon]:.1f} steps at 0, "
    "{bias[b1][horizon]:.1f} at 1, {bias[b3][horizon]:.0f} at 3, {bias[b5][horizon]:.0f} at 5. In "
    "random LSTMs that run the total derivative lies above the direct product of gates, and the "
    "gap widens. After 30 steps it is {bias[b1][ratio][k30]:.0f}-fold with bias 1 and "
    "{bias[b3][ratio][k30]:.0f}-fold with bias 3. With bias 3 the direct path falls to "
    "{bias[b3][direct_left]:.2f} over {last} steps; the total one stands at "
    "{bias[b3][total_left]:.1f}."
)

BIASES, SEEDS, BURN_IN = (0, 1, 3, 5), 10, 500  # a gate of bias 5 settles in 150 steps
LAGS = np.array([0, 1, 2, 3, 5, 7, *range(10, 101, 5)])
TIMES = BURN_IN + LAGS[-1] * np.array([1, 2])
RUNNING = ("b1", "b3")  # of which the last panel shows both paths
NEEDED = (10, 30, 100, 1000)
LOUD = 2.0
LONG = {"seeds": 3, "bias": 5, "from": 200, "steps": 2000}


def compute() -> dict:
    """Return gates that stand still beside an RNN, and both paths of networks that run."""
    table = {"k": LAGS.tolist()}
    found, tied = {}, {}
    for bias in BIASES:
        still = influence(gates.gate(bias), LAGS)
        name = f"b{bias}"
        one, curves = _measure("lstm", bias)
        table |= {f"gate {name}": still.tolist()}
        if name in RUNNING:
            table |= {f"{key} {name}": values for key, values in curves.items()}
        found[name] = {
            "bias": bias,
            "gate": float(gates.gate(bias)),
            "horizon": float(horizon(gates.gate(bias))),
            "after_30": float(influence(gates.gate(bias), 30)),
            "left": float(still[-1]),
        } | one
        if bias:
            tied[name] = _measure("gru", bias)[0]
    loud = {"input_std": LOUD} | _measure("lstm", 3, LOUD)[0]
    # With bias 1: only what is written reads the state, or only the gates do.
    parts = {
        name: _measure("lstm", 1, blocks=blocks)[0]["ratio"]
        for name, blocks in (("written", [2]), ("gates", [0, 1, 3]))
    }
    long = _long()
    rnn = _plain()
    # The finding: above the product of gates from the first step on, in each network.
    assert min(one["least_ratio"] for one in (*found.values(), *tied.values(), loud)) > 1
    for name, one in tied.items():  # where a GRU keeps more it writes less
        assert one["ratio"]["k30"] < 0.5 * found[name]["ratio"]["k30"]
    assert found["b1"]["ratio"]["k30"] > 10
    assert found["b3"]["total_left"] > 1 > 10 * found["b3"]["direct_left"]
    assert parts["written"]["k30"] > 10 > 1.2 > parts["gates"]["k30"]
    assert loud["total_left"] < 0.01  # what the total path does depends on the input
    assert 1 < long["least"] < long["most"] < found["b5"]["total_rate"]
    assert rnn["horizon"] < found["b1"]["horizon"]
    table |= {"rnn": rnn.pop("norms"), "attention": associative.attention_share(LAGS + 1).tolist()}
    biases = np.linspace(-1, 6, 29)
    return {
        "d": D,
        "input_std": INPUT_STD,
        "seeds": SEEDS,
        "times": len(TIMES),
        "last": int(LAGS[-1]),
        "bias": found,
        "gru": tied,
        "loud": loud,
        "long": LONG | long,
        "parts": parts,
        "rnn": rnn,
        "attention": {"horizon": 99},  # with the token itself, 100 positions
        "needed": {f"k{k}": float(gates.gate_bias(k)) for k in NEEDED},
        "horizons": {"bias": biases.tolist(), "steps": horizon(gates.gate(biases)).tolist()},
        "table": table,
    }


def _measure(
    kind: str, bias: float, input_std: float = INPUT_STD, blocks: list | None = None
) -> tuple[dict, dict]:
    """Return numbers and curves of both paths: geometric means over times, then over seeds."""
    logs = []
    for seed in range(SEEDS):
        w = gated.gate_weights(D, kind, seed=seed)
        if blocks is not None:  # the others do not read the state
            w[~np.isin(np.arange(len(w)) // D, blocks)] = 0
        drive = white(seed, TIMES[-1] + 1, len(w), input_std)
        ran = gated.run_gated(w, drive, keep_bias=bias)
        logs.append(np.mean(gated.path_norms(ran, LAGS, times=TIMES, log=True), axis=2))
    logs = np.array(logs)
    direct, total = geometric_mean(logs)
    ratios, far = total / direct, LAGS >= 30
    rates = np.exp(np.polyfit(LAGS[far], np.log([direct, total]).T[far], 1)[0])
    numbers = {
        "ratio": {f"k{k}": float(ratios[k == LAGS][0]) for k in (1, 10, 30, 100)},
        "least_ratio": float(np.exp((logs[:, 1] - logs[:, 0])[:, 1:].min())),
        "direct_rate": float(rates[0]),
        "total_rate": float(rates[1]),
        "direct_left": float(direct[-1]),
        "total_left": float(total[-1]),
        "total_least": float(np.exp(logs[:, 1, -1].min())),
        "total_most": float(np.exp(logs[:, 1, -1].max())),
    }
    if total[-1] < 0.01:
        numbers |= {"direct_horizon": measured_horizon(np.log(direct), LAGS),
                    "total_horizon": measured_horizon(np.log(total), LAGS)}  # fmt: skip
    curves = {
        "direct": direct,
        "total": total,
        "lowest": np.exp(logs[:, 1].min(axis=0)),
        "highest": np.exp(logs[:, 1].max(axis=0)),
    }
    return numbers, {name: curve.tolist() for name, curve in curves.items()}


def _long() -> dict:
    """Return the factor per step of the total path over many steps: of each seed, and in all."""
    logs, first, last = [], LONG["from"], LONG["from"] + LONG["steps"]
    for seed in range(LONG["seeds"]):
        w = gated.gate_weights(D, "lstm", seed=seed)
        ran = gated.run_gated(w, white(seed, BURN_IN + last + 1, len(w)), keep_bias=LONG["bias"])
        total = gated.path_norms(ran, [first, last], times=[BURN_IN + last], log=True)[1][:, 0]
        logs.append((total[1] - total[0]) / LONG["steps"])
    rates = np.exp(logs)
    return {"rate": float(geometric_mean(logs)), "least": float(rates.min()),
            "most": float(rates.max())}  # fmt: skip


def _plain() -> dict:
    """Return the norms of the Jacobians of PyTorch's plain RNN, and where they reach 1 %."""
    logs = []
    for seed in range(SEEDS):
        w = matrices.uniform(D, seed=seed)
        states = run(w, white(seed, TIMES[-1] + 1))
        logs.append(jacobian.norms(w, states, LAGS, times=TIMES, log=True).mean(axis=1))
    norms = geometric_mean(logs)
    return {"norms": norms.tolist(), "horizon": measured_horizon(np.log(norms), LAGS)}


def draw(data: dict, wide: bool) -> Figure:
    """Draw standing gates, their horizons, and the two paths of networks that run."""
    figure, (still, far, ran) = style.panels(wide, 3, 380, 620)
    table = data["table"]
    lags, green, red = table["k"], LIGHT["theory"], LIGHT["backward"]
    for (name, one), alpha in zip(data["bias"].items(), (0.4, 0.6, 0.8, 1), strict=True):
        still.plot(lags, table[f"gate {name}"], lw=2.2, alpha=alpha, color=green)
        far.plot(one["bias"], one["horizon"], "o", color=green)
    still.plot(lags, table["rnn"], lw=2.2, color=red)
    still.plot(lags, table["attention"], lw=2.2, ls=(0, (1, 1.2)), color=LIGHT["ink"])
    far.plot(data["horizons"]["bias"], data["horizons"]["steps"], lw=2.4, color=green)
    far.axhline(data["rnn"]["horizon"], lw=2.2, color=red)
    far.axhline(data["attention"]["horizon"], lw=2.2, ls=(0, (1, 1.2)), color=LIGHT["ink"])
    for name in RUNNING:
        ran.fill_between(lags, table[f"lowest {name}"], table[f"highest {name}"], alpha=0.25,
                         lw=0, color=LIGHT["measured"])  # fmt: skip
        ran.plot(lags, table[f"total {name}"], lw=2.4, color=LIGHT["measured"])
        ran.plot(lags, table[f"direct {name}"], lw=1.8, ls=(0, (4, 2)), color=green)
    for ax, name, ticks in ((still, "still", (1e-4, 1e-2, 1)), (ran, "ran", (1e-4, 1e-2, 1, 1e2))):
        ax.set_gid(name)
        ax.set_yscale("log")
        ax.set_ylim(ticks[0], 3 * ticks[-1])
        ax.set_xlim(0, data["last"])
        ax.set_xticks([0, 50, 100])
        ax.set_yticks(ticks)
        ax.yaxis.set_major_formatter(power_of_ten)
        ax.set_xlabel("steps k")
    far.set_gid("far")
    far.set_yscale("log")
    far.set_xlim(-1, 6)
    far.set_ylim(1, 3000)
    far.set_yticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
    far.set_xticks(range(-1, 7), ["−1", *map(str, range(7))])
    far.set_xlabel("forget bias b")
    still.set_title("influence: gates that stand still")
    far.set_title("1 % horizon of such gates")
    ran.set_title("influence: LSTMs that run")
    left, right = ({"ha": side, "color": green} for side in ("left", "right"))
    still.text(48, 1.3e-4, "steepest: b = 0", **left)
    still.text(27.5, 5e-4, "b = 1", **left)
    still.text(56, 0.12, "b = 3", **left)
    still.text(99, 1.1, "b = 5", **right)
    still.text(48, 5e-4, "plain RNN", color=red)
    still.text(58, 3e-3, "attention, 1/n", color=LIGHT["ink"])
    far.text(5.95, 11, "plain RNN", ha="right", color=red)
    far.text(-0.9, 140, "attention, 1/n", color=LIGHT["ink"])
    ran.text(24, 2e-4, "direct,\nb = 1" if wide else "direct, b = 1", **right)
    ran.text(99, 5e-3, "direct, b = 3", **right)
    for x, y, bias in ((48, 1e-3, 1), (99, 22, 3)):
        ran.text(x, y, f"total, b = {bias}", ha="right" if bias == 3 else "left",
                 color=LIGHT["measured"])  # fmt: skip
    return figure
