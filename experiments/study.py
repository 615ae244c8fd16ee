"""What the study trains: every cell, as plain data."""

import hashlib
import json
from pathlib import Path

from experiments.tasks import row_length
from explainer.making.digests import meaning

DECIDING = ("cores", "linear", "attention", "networks", "tasks", "learning")  # modules
WIDTH, BATCH = 32, 16
# What races: rates in half decades, on two seeds. The rate that wins trains five others, or ten.
RATES = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)
RACING = (10, 11)
SEEDS, MORE_SEEDS = (0, 1, 2, 3, 4), (5, 6, 7, 8, 9)
SOLVED = 0.9  # the score from which on a seed has solved a cell
CHECK = 250  # steps between two looks at the validation data
PATIENCE = 2000  # steps after which training ends if neither score nor loss are better
MOST = 8000  # steps; the first study had 1000
HALVINGS = (1000, 2000, 4000)  # steps after which the worse half of the rates leaves a race
EXAMPLES = {"validation": 400, "test": 400, "lags": 32}

NETWORKS = ("tanh", "orthogonal", "small_inputs", "identity", "leaky", "gru", "lstm", "lstm_chrono",
            "ssm", "mingru", "rglru", "selective", "linear_attention", "deltanet",
            "gated_deltanet", "attention", "attention_rotary", "attention_alibi",
            "attention_bag")  # fmt: skip
# On some tasks: those with factors down to −1, those that see four tokens at once, those with
# matrices as wide as the width (the widest, gated, would take the study beyond 100 minutes).
SIGNED = ("selective_signed", "deltanet_signed")
CONVOLVED = ("mingru_convolved", "rglru_convolved", "selective_convolved", "deltanet_convolved")
WIDE = ("linear_attention_wide", "deltanet_wide")
FIXED = (4, 8, 16, 32, 64)
LONGEST, SHORT = 64, 16
# Who is not right within the distances of training is not asked beyond them.
VOTING = ("mingru", "rglru", "selective", "linear_attention", "attention_alibi", "attention_bag")
TESTED = (1, 2, 4, 8, 16, 32, 64, 128, 256)
ADDED = 50
ITEMS, COUNTS, HALF = 16, (8, 16, 32), WIDTH // 2
COUNTED = ("ssm", "attention")  # at all counts
OF_WIDTHS = ("gru", "ssm")  # and at half the width
RANKED = ("leaky", "lstm", "gru", "lstm_chrono")  # ten seeds at once, at
RANKED_AT = 32
TRACKED = 40
TRACKED_TO = (1, 2, 4, 8, 16, 40, 64, 128, 256)
# Who cannot say whether a permutation is odd cannot say which it is: of the networks that do not
# follow parity only a few are asked.
PERMUTED = ("tanh", "gru", "lstm", "selective", "deltanet", "attention", *SIGNED)
PAIRED = ("lstm", "ssm", "selective", "linear_attention", "deltanet", "gated_deltanet",
          "attention", *WIDE)  # whose states are compared  # fmt: skip
NEAR, PATIENT = (8, 10, 12), 16000  # more data: distances, and steps
MATCHED = (("tanh", 64),)  # about as many parameters as the LSTM
GAINS, CLIPS = (1, 2, 4), (1, None)
CUTS, CUT_AT = (1, 4, 16, 64), 8
GROWING = 500  # steps at each distance, when starting small
GROWN = ("tanh", "orthogonal", "gru", "lstm", "ssm")


def cell(
    task: str,
    network: str,
    longest: int,
    *,
    shortest: int | None = None,
    most: int = MOST,
    patience: int = PATIENCE,
    d: int = WIDTH,
    test: tuple[int, ...] | None = None,
    lags: bool = False,
    ten: bool = False,
    gain: float | None = None,
    clip: float | None = 1,
    cut: int | None = None,
    growing: int | None = None,
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
    most : int
        Training steps at most, each on a batch of new examples.
    patience : int
        Steps after which training ends if neither score nor loss on validation data are better.
    d : int
        Width.
    test : tuple of int, optional
        Distances to test at; default `longest`. Those up to `longest` are validated.
    lags : bool
        Measure the gradient by lag before and after training.
    ten : bool
        Train ten seeds even where five agree: where networks are ranked.
    gain : float, optional
        Let W begin orthogonal, times this.
    clip : float or None
        Longest gradient.
    cut : int, optional
        Tokens after which backpropagation is truncated.
    growing : int, optional
        Start small: so many steps at distance 1, then 2, 4, … up to `longest`.
    """
    return {
        "task": task,
        "network": network,
        "d": d,
        "shortest": shortest or longest,
        "longest": longest,
        "growing": growing,
        "gain": gain,
        "clip": clip,
        "cut": cut,
        "batch": BATCH,
        "rates": list(RATES),
        "racing": list(RACING),
        "seeds": list(SEEDS + MORE_SEEDS if ten else SEEDS),
        "more_seeds": [] if ten else list(MORE_SEEDS),
        "solved": SOLVED,
        "check": CHECK,
        "patience": patience,
        "most": most,
        "halvings": list(HALVINGS),
        "test": list(test or (longest,)),
        "examples": EXAMPLES,
        "lags": lags,
    }


def study(scale: int = 1) -> dict[str, list[dict]]:
    """Return the cells of each part of the study.

    Parameters
    ----------
    scale : int
        Factor on widths, and on the examples of training.
    """
    parts = {
        "agreement": [
            *(
                cell("agreement", name, k, ten=name in RANKED and k == RANKED_AT)
                for name in NETWORKS
                for k in FIXED
            ),
            *(_mixture("agreement", name, lags=True) for name in NETWORKS + CONVOLVED),
            *(_mixture("agreement", name, SHORT) for name in NETWORKS if name not in VOTING),
        ],
        "remember": [_mixture("remember", name) for name in NETWORKS],
        "adding": [cell("adding", name, ADDED, most=12000) for name in NETWORKS],
        "items": [
            *(
                cell("items", name, n)
                for name in NETWORKS
                for n in (COUNTS if name in COUNTED else (ITEMS,))
            ),
            *(cell("items", name, ITEMS, d=HALF) for name in OF_WIDTHS),
        ],
        "pairs": [cell("pairs", name, ITEMS) for name in PAIRED],
        "parity": [_tracking("parity", name) for name in NETWORKS + SIGNED],
        "permutations": [_tracking("permutations", name) for name in PERMUTED],
        "data": [cell("agreement", "tanh", k, most=PATIENT, patience=PATIENT) for k in NEAR],
        "matched": [
            one
            for name, d in MATCHED
            for one in [
                *(cell("agreement", name, k, d=d) for k in (16, 32)),
                _mixture("agreement", name, d=d),
            ]
        ],
        "clipping": [
            make("agreement", "tanh", *at, gain=gain, clip=clip)
            for gain in GAINS
            for clip in CLIPS
            for make, at in ((cell, (CUT_AT,)), (_mixture, ()))
        ],
        "truncation": [
            make("agreement", name, *at, cut=cut)
            for name in ("tanh", "lstm")
            for cut in CUTS
            for make, at in ((cell, (CUT_AT,)), (_mixture, ()))
        ],
        "growing": [_mixture("agreement", name, growing=GROWING) for name in GROWN],
    }
    for one in [one for cells in parts.values() for one in cells]:
        one["d"] *= scale
        for key in ("most", "patience", "growing"):
            one[key] = one[key] and one[key] * scale
        one["halvings"] = [scale * steps for steps in one["halvings"]]
    return parts


def smoke() -> dict[str, list[dict]]:
    """Return a small cell of each part: whether all runs, not what it finds."""
    cells = {
        "agreement": _mixture("agreement", "tanh", 8, lags=True),
        "remember": cell("remember", "tanh", 8),
        "adding": cell("adding", "attention", 8),
        "items": cell("items", "tanh", 8),
        "pairs": cell("pairs", "deltanet_convolved", 8),
        "parity": cell("parity", "tanh", 8),
        "permutations": cell("permutations", "tanh", 8),
        "data": cell("agreement", "tanh", 8),
        "matched": cell("agreement", "tanh", 8),
        "clipping": cell("agreement", "tanh", 8, gain=2, clip=None),
        "truncation": cell("agreement", "tanh", 8, cut=4),
        "growing": cell("agreement", "tanh", 8, shortest=1, growing=5),
    }
    small = {"d": 8, "rates": [0.003], "racing": [0], "seeds": [0], "more_seeds": [1], "check": 5,
             "patience": 10, "most": 10, "halvings": [5], "test": [8],
             "examples": {"validation": 20, "test": 20, "lags": 4}}  # fmt: skip
    found = {part: [one | small] for part, one in cells.items()}
    found["agreement"][0] |= {"rates": [0.003, 0.01, 0.03]}  # a race
    return found


def _mixture(task: str, network: str, longest: int = LONGEST, **more: object) -> dict:
    """Return a cell trained on distances from 1 on and tested beyond them."""
    return cell(task, network, longest, shortest=1, test=TESTED, **more)


def _tracking(task: str, network: str) -> dict:
    """Return a cell that follows a state over 1 to `TRACKED` moves and is tested beyond."""
    return cell(task, network, TRACKED, shortest=1, test=TRACKED_TO)


def name(config: dict) -> str:
    """Return what a cell is, in a few words."""
    shortest, longest = config["shortest"], config["longest"]
    at = f"{shortest} to {longest}" if shortest < longest else str(longest)
    told = [f"{config['network']}, width {config['d']}, k = {at}"]
    told += [f"{key} {config[key]}" for key in ("gain", "cut", "growing") if config[key]]
    return ", ".join([*told, *([] if config["clip"] else ["not clipped"])])


# Microseconds of one core a token, forwards and backwards, at width 32; see `cost`.
WORK = {"gru": 1.4, "lstm": 2.5, "lstm_chrono": 2.5, "rglru": 1.0, "selective": 0.75,
        "selective_signed": 0.75, "linear_attention_wide": 2.0, "deltanet_wide": 4.5,
        "gated_deltanet": 0.7, "gated_deltanet_wide": 9.0, "attention": 0.8,
        "attention_rotary": 1.3}  # fmt: skip


def cost(config: dict) -> float:
    """Return about how many seconds a cell takes on one core.

    For progress, to begin with the long ones, and to plan larger studies. Products of matrices
    grow with the square of the width, what a wide state needs too.
    """
    tokens = row_length(config["task"], config["longest"])
    work = WORK.get(config["network"], 0.5) * (config["d"] / WIDTH) ** 2
    lanes = 1.5 * len(config["rates"]) * len(config["racing"])
    return 8 + 0.4 * config["most"] * config["batch"] * lanes * tokens * work / 1e6


def fingerprint(cells: list[dict]) -> str:
    """Return a short SHA-256 of what is trained, and of the code that decides what comes out."""
    folder = Path(__file__).parent
    code = [meaning((folder / f"{name}.py").read_text("utf-8")) for name in DECIDING]
    return hashlib.sha256(json.dumps([cells, code], sort_keys=True).encode()).hexdigest()[:16]
