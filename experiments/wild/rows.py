"""The tables of the networks: a row for each part and each way it is run, and its curves."""

import csv
import io
import math

from experiments.wild.catalogue import kind, rounded
from experiments.wild.dynamics import RECALLED, TOLD, Dynamics
from experiments.wild.packages import PACKAGES
from experiments.wild.recurrent import Network, Part
from longrange.nets.intervals import Interval

ENDS = ("", "_low", "_high")
COLUMNS = (
    "network", "version", "licence", "part", "kind", "width", "layers", "state", "input", "mode",
    "steps", "sequences", "burn_in",
    *(f"rate{way}{end}" for way in ("", "_growth") for end in ENDS),
    "rate_early",
    *(f"norm_{lag}{end}" for lag in TOLD for end in ENDS),
    "longest_lag", "first_below", "first_below_low", "first_below_high",
    *(name for lag in RECALLED for name in
      (*(f"recalled_{lag}{end}" for end in ENDS), f"by_input_{lag}")),
    "directions_10", "radius", "bound", "gradient_half", "gradient_ninety",
    "task", "task_score", "chance", "wrong_layout",
)  # fmt: skip
CURVES = ("network", "part", "mode", "lag", "norm", "norm_low", "norm_high", "gradient",
          "gradient_low", "gradient_high")  # fmt: skip
MAY_BE_ENDLESS = ("first_below", "first_below_low", "first_below_high")


def row(one: Network, part: Part, mode: str, found: Dynamics) -> dict[str, str]:
    """Return one row of the table; what its input has not is left empty.

    Raises
    ------
    ValueError
        If a number that must be there is not finite.
    """
    package = PACKAGES[one.package]
    misread = mode.startswith("misread")
    read = part.read[mode.removeprefix("misread, ")]
    words = {
        "network": one.package,
        "version": package.version,
        "licence": package.licence,
        "part": part.name,
        "kind": kind(part),
        "input": part.what,
        "mode": mode,
        "task": one.score.task,
    }
    numbers: dict[str, float | None] = {
        "width": part.layers[0].width,
        "layers": len(part.layers),
        "state": found.size,
        "steps": found.steps,
        "sequences": len(read.lengths),
        "burn_in": found.burn_in,
        **_ends("rate", found.rate),
        **_ends("rate_growth", found.rate_growth),
        "rate_early": found.rate_early,
        "longest_lag": found.lags[-1],
        "directions_10": _told(float(found.directions.value)),
        "radius": found.radius,
        "bound": found.bound,
        "gradient_half": found.half,
        "gradient_ninety": found.ninety,
        # In another layout it is the network that scores so.
        "task_score": one.score.wrong if misread else one.score.value,
        "chance": one.score.chance,
        "wrong_layout": one.score.wrong,
    }
    numbers |= dict(zip(MAY_BE_ENDLESS, found.first_below, strict=True))
    for i, lag in enumerate(found.lags):
        if lag in TOLD:
            numbers |= _ends(f"norm_{lag}", at(found.norms, i))
    for lag, told in found.recalled.items():
        numbers |= _ends(f"recalled_{lag}", told)
        numbers[f"by_input_{lag}"] = found.by_input[lag]
    return _row(COLUMNS, words, numbers, f"{one.package}, {part.name}, {mode}")


def curves(one: Network, part: Part, mode: str, found: Dynamics) -> list[dict[str, str]]:
    """Return the rows of one part's curves, lag 0 first."""
    words = {"network": one.package, "part": part.name, "mode": mode}
    made = []
    for i, lag in enumerate((0, *found.lags)):
        here = at(found.norms, i - 1) if i else Interval(*(1.0,) * 3, "")
        numbers = _ends("norm", here) | _ends("gradient", at(found.gradient, i)) | {"lag": lag}
        made.append(_row(CURVES, words, numbers, f"{one.package}, {part.name}, {mode}"))
    return made


def table(columns: tuple[str, ...], rows: list[dict[str, str]]) -> str:
    """Return rows as CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def at(found: Interval, place: int) -> Interval:
    """Return one of several means with its interval."""
    return Interval(found.value[place], found.low[place], found.high[place], found.over)


def _ends(name: str, found: Interval) -> dict[str, float | None]:
    values = (found.value, found.low, found.high)
    return {f"{name}{end}": float(one) for end, one in zip(ENDS, values, strict=True)}


def _told(value: float) -> float | None:
    return None if math.isnan(value) else value


def _row(
    columns: tuple[str, ...], words: dict[str, str], numbers: dict[str, float | None], where: str
) -> dict[str, str]:
    for name, value in numbers.items():
        if value is not None and not math.isfinite(value):
            raise ValueError(f"{where}: {name} is {value}")
    written = {
        name: "" if value is None else f"{rounded(float(value)):g}"
        for name, value in numbers.items()
    }
    every = words | written
    return {name: every.get(name, "") for name in columns}
