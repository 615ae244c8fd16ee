"""The table of the networks: a row for each part and each way it is run."""

import csv
import io
import math
from dataclasses import dataclass

from experiments.wild.catalogue import kind
from experiments.wild.packages import PACKAGES
from experiments.wild.recurrent import Network, Part

LAGS = (1, 3, 10, 30, 100)
COLUMNS = (
    "network", "version", "licence", "part", "kind", "width", "layers", "input", "run", "steps",
    "sequences", "rate", "rate_low", "rate_high", "rate_growth", *(f"norm_{k}" for k in LAGS),
    "first_below_0.01", "recalled", "radius", "bound", "task", "task_score", "chance",
    "score_misread",
)  # fmt: skip


@dataclass(frozen=True)
class Dynamics:
    """What was measured of one part along one kind of input.

    Attributes
    ----------
    rate, rate_low, rate_high : float
        Factor a step by which a small change grows, by products of Jacobians, and its interval.
    rate_growth : float
        The same by running the network twice from nearly the same state.
    norms : mapping of int to float
        Geometric mean of the norm of the Jacobian over a lag; a lag longer than the input is left
        out, and its field empty.
    first_below : float
        First lag whose norm is below 0.01; infinite if none is.
    recalled : float
        Steps whose input a linear reader of the states recalls: the sum of R² over lags.
    radius, bound : float
        Spectral radius and norm of one step's Jacobian, as the mean over steps.
    """

    rate: float
    rate_low: float
    rate_high: float
    rate_growth: float
    norms: dict[int, float]
    first_below: float
    recalled: float
    radius: float
    bound: float


def row(one: Network, part: Part, how: str, found: Dynamics) -> dict[str, str]:
    """Return one row of the table.

    Raises
    ------
    ValueError
        If a number is not finite, other than `first_below`.
    """
    package, read = PACKAGES[one.package], part.read[how]
    numbers = {
        "rate": found.rate,
        "rate_low": found.rate_low,
        "rate_high": found.rate_high,
        "rate_growth": found.rate_growth,
        **{f"norm_{lag}": norm for lag, norm in found.norms.items() if lag in LAGS},
        "recalled": found.recalled,
        "radius": found.radius,
        "bound": found.bound,
        "task_score": one.score.value,
        "chance": one.score.chance,
        "score_misread": one.score.wrong,
    }
    for name, value in numbers.items():
        if not math.isfinite(value):
            raise ValueError(f"{one.package}, {part.name}, {how}: {name} is {value}")
    words = {
        "network": one.package,
        "version": package.version,
        "licence": package.licence,
        "part": part.name,
        "kind": kind(part),
        "width": str(part.layers[0].width),
        "layers": str(len(part.layers)),
        "input": part.what,
        "run": how,
        "steps": str(int(read.lengths.max())),
        "sequences": str(len(read.lengths)),
        "first_below_0.01": f"{found.first_below:.6g}" if math.isfinite(found.first_below) else "",
        "task": one.score.task,
    }
    every = words | {name: f"{value:.6g}" for name, value in numbers.items()}
    return {name: every.get(name, "") for name in COLUMNS}


def table(rows: list[dict[str, str]]) -> str:
    """Return the table as CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
