"""What the study trains: every cell, as plain data."""

import hashlib
import json
from pathlib import Path

from explainer.making.digests import meaning

DECIDING = ("networks", "tasks", "learning")  # modules
WIDTH, BATCH = 32, 16
SEEDS = (0, 1, 2, 3, 4)
RATES = (0.001, 0.003, 0.01, 0.03)
EXAMPLES = {"validation": 400, "test": 400, "lags": 32}

NETWORKS = ("tanh", "orthogonal", "small_inputs", "identity", "leaky", "gru", "lstm", "ssm",
            "attention")  # fmt: skip
EXTRA = ("lstm_chrono", "attention_bag")  # for agreement alone
FIXED = (4, 8, 16, 32, 64)
LONGEST, SHORT = 64, 16
TESTED = (1, 2, 4, 8, 16, 32, 64, 128, 256)
ADDED = (20, 50)
COUNTS = (2, 4, 8, 16, 32)
# Of what is asked to recall items: widths, and networks of one width for two counts only.
WIDTHS = {"tanh": (32,), "gru": (8, 16, 32, 64), "lstm": (32,), "ssm": (8, 16, 32, 64),
          "attention": (32,)}  # fmt: skip
SOME = (8, 16)
DATA, NEAR = (1, 4, 16), (8, 10, 12)
MATCHED = (("tanh", 64), ("gru", 36))  # about as many numbers as the LSTM


def cell(
    task: str,
    network: str,
    longest: int,
    *,
    shortest: int | None = None,
    steps: int = 1000,
    d: int = WIDTH,
    test: tuple[int, ...] | None = None,
    lags: bool = False,
) -> dict:
    """Return the configuration of one cell: what `experiments.learning.cell` needs, as JSON.

    Parameters
    ----------
    task : str
        A key of `experiments.tasks.TASKS`.
    network : str
        A key of `experiments.networks.CORES`.
    longest, shortest : int
        Training distances: a mixture, or one distance if `shortest` is not given.
    steps : int
        Training steps, each on a batch of new examples. A multiple of 100, or less than that.
    d : int
        Width.
    test : tuple of int, optional
        Distances to test at; default `longest`.
    lags : bool
        Measure the gradient by lag before and after training.
    """
    return {
        "task": task,
        "network": network,
        "d": d,
        "shortest": shortest or longest,
        "longest": longest,
        "steps": steps,
        "batch": BATCH,
        "rates": list(RATES),
        "seeds": list(SEEDS),
        "test": list(test or (longest,)),
        "examples": EXAMPLES,
        "lags": lags,
    }


def study() -> dict[str, list[dict]]:
    """Return the cells of each part of the study."""
    return {
        "agreement": [
            one
            for name in NETWORKS + EXTRA
            for one in [
                *(cell("agreement", name, k) for k in FIXED),
                _mixture("agreement", name, LONGEST, lags=True),
                _mixture("agreement", name, SHORT),
            ]
        ],
        "remember": [
            one
            for name in NETWORKS
            for one in [
                *(cell("remember", name, k) for k in (SHORT, LONGEST)),
                _mixture("remember", name, LONGEST),
            ]
        ],
        "adding": [cell("adding", name, k, steps=1500) for name in NETWORKS for k in ADDED],
        "items": [
            cell("items", name, k, d=d)
            for name in NETWORKS
            for d in WIDTHS.get(name, (WIDTH,))
            for k in (COUNTS if name in WIDTHS else SOME)
        ],
        "data": [cell("agreement", "tanh", k, steps=1000 * times) for k in NEAR for times in DATA],
        "matched": [
            one
            for name, d in MATCHED
            for one in [
                *(cell("agreement", name, k, d=d) for k in (16, 32)),
                _mixture("agreement", name, LONGEST, d=d),
            ]
        ],
    }


def smoke() -> dict[str, list[dict]]:
    """Return a small cell of each part, of many networks: whether all runs, not what it finds."""
    cells = {
        "agreement": _mixture("agreement", "gru", 8, lags=True),
        "remember": cell("remember", "leaky", 8),
        "adding": cell("adding", "attention", 8),
        "items": cell("items", "ssm", 8),
        "data": cell("agreement", "tanh", 8),
        "matched": cell("agreement", "tanh", 8),
    }
    small = {"d": 8, "steps": 10, "rates": [0.003, 0.01], "seeds": [0, 1],
             "examples": {"validation": 20, "test": 20, "lags": 4}}  # fmt: skip
    small |= {"test": [8]}
    return {part: [one | small] for part, one in cells.items()}


def _mixture(task: str, network: str, longest: int, **more: object) -> dict:
    """Return a cell trained on distances from 1 on and tested beyond them."""
    return cell(task, network, longest, shortest=1, test=TESTED, **more)


def name(config: dict) -> str:
    """Return what a cell is, in a few words."""
    shortest, longest = config["shortest"], config["longest"]
    at = f"{shortest} to {longest}" if shortest < longest else str(longest)
    return f"{config['network']}, width {config['d']}, k = {at}, {config['steps']} steps"


def cost(config: dict) -> float:
    """Return about how long a cell takes, for progress and to begin with the long ones."""
    work = {"gru": 3, "lstm": 4, "lstm_chrono": 4, "attention": 0.3, "attention_bag": 0.3}
    tokens = config["longest"] * (2 if config["task"] == "items" else 1) + 3
    share = work.get(config["network"], 1) * (config["d"] / WIDTH) ** 1.5
    networks = len(config["rates"]) * len(config["seeds"])
    return 2.5 + config["steps"] * config["batch"] * networks * tokens * share / 3e6


def fingerprint(cells: list[dict]) -> str:
    """Return a short SHA-256 of what is trained, and of the code that decides what comes out."""
    folder = Path(__file__).parent
    code = [meaning((folder / f"{name}.py").read_text("utf-8")) for name in DECIDING]
    return hashlib.sha256(json.dumps([cells, code], sort_keys=True).encode()).hexdigest()[:16]
