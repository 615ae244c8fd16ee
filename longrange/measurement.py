"""What the probe found of one network: the record, and its numbers in words."""

import json
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from longrange.rates import half_life, horizon

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

LEVELS = (0.1, 0.01)
SAME = 1e-2  # how far states may be from the original's: bfloat16 leaves some thousandths
FIRST = 20  # steps over which the two are compared: later, rounding may have grown
ROUNDING = 1e-9  # what rounding makes of a rate of exactly 1
RISEN = 1.01  # a norm from which it is said to rise
LOPSIDED = 0.1  # how unlike the two halves of an interval may be to be told as one ±


@dataclass(frozen=True)
class Measurement:
    """What `measure` found. Print it: a dozen lines; `table` has its curves as columns.

    Every mean has an interval of 95 %, from `..._low` to `..._high`.

    Attributes
    ----------
    network : str
        What was measured.
    steps, sequences, size : int
        T, B and S.
    rate, rate_low, rate_high, rate_error : float
        r = e^λ₁, the factor per step by which small changes grow or fade, on average over the
        steps measured after the burn-in; the interval, and half its length.
    over : str
        Over which groups the interval of the rate is taken.
    lags : ndarray of int, shape (K,)
    norms, norms_low, norms_high : ndarray of shape (K,)
        ‖J_{t,k}‖, the geometric mean over times and sequences: what the change that lasts best
        leaves over k steps.
    products : int
        How many pairs of a time and a sequence the norms are taken over.
    first_below : mapping of float to (lag, low, high)
        For the levels 10 % and 1 % the first of `lags` at which `norms` lies below; the same for
        the ends of the interval; None where it does not.
    directions : mapping of int to (value, low, high)
        At some lags, how many of the S directions carry 1 % or more.
    gradient, gradient_low, gradient_high : ndarray of shape (K,) or None
        Share of a loss's gradient on the inputs that comes from each of `lags`, of what the steps
        up to the largest of them have together.
    gradient_now : float or None
        The share of lag 0, the step at which the loss looks.
    loss : str
        Whose gradient that is.
    recalled : mapping of int to (value, low, high), or None
        Share of the variance of the input at some lags that a linear readout tells of what it has
        not seen: at each that was named, of twelve or fewer, otherwise at 1, 2, 3, 5, 10 and so on.
    bound : float
        Geometric mean of ‖J_t‖, the norms of single steps: on average no product grows faster.
    radius : float
        Geometric mean of the largest |eigenvalue| of some single steps: the rate only if all steps
        were one and the same.
    radius_steps : int
        How many steps these are: 16, or 4 of a state of 512 numbers or more; all, of fewer.
    distance : float or None
        How far the states are from those of the original, where these were given: the largest
        difference over all steps, relative to the largest entry.
    distance_first : float or None
        The same over the first 20 steps, before rounding has grown: it tells whether this is the
        same network.
    notes : tuple of str
        What was left out, and why.
    """

    network: str
    steps: int
    sequences: int
    size: int
    rate: float
    rate_low: float
    rate_high: float
    over: str
    lags: Indices
    norms: Floats
    norms_low: Floats
    norms_high: Floats
    products: int
    first_below: Mapping[float, tuple[int | None, int | None, int | None]]
    directions: Mapping[int, tuple[float, float, float]]
    gradient: Floats | None
    gradient_low: Floats | None
    gradient_high: Floats | None
    gradient_now: float | None
    loss: str
    recalled: Mapping[int, tuple[float, float, float]] | None
    bound: float
    radius: float
    radius_steps: int
    distance: float | None
    distance_first: float | None
    notes: tuple[str, ...]

    @property
    def rate_error(self) -> float:
        """Half the length of the interval of the rate."""
        return (self.rate_high - self.rate_low) / 2

    @property
    def at_the_edge(self) -> bool:
        """Whether the rate cannot be told from 1, where influence neither fades nor grows."""
        return self.rate_low <= 1 + ROUNDING and self.rate_high >= 1 - ROUNDING

    @property
    def table(self) -> dict[str, Floats]:
        """The curves over lags, a column each."""
        columns = {
            "lag": self.lags.astype(float),
            "norm": self.norms,
            "norm_low": self.norms_low,
            "norm_high": self.norms_high,
        }
        if self.gradient is not None:
            parts = (self.gradient, self.gradient_low, self.gradient_high)
            for end, part in zip(("", "_low", "_high"), parts, strict=True):
                assert part is not None
                columns["gradient" + end] = part
        return columns

    def __str__(self) -> str:
        """Say it in a dozen lines."""
        wrap = textwrap.TextWrapper(width=88, subsequent_indent=" " * 12, break_long_words=False)
        return "\n".join(wrap.fill(f"{name:<11} {text}") for name, text in sentences(self))

    def to_json(self) -> str:
        """Return everything as JSON; numbers that are not finite are null."""
        found: dict[str, Any] = {
            name: getattr(self, name)
            for name in self.__dataclass_fields__
            if name not in ("first_below", "directions", "recalled")
        }
        found["rate_error"], found["at_the_edge"] = self.rate_error, self.at_the_edge
        ends = ("", "_low", "_high")
        for i, end in enumerate(ends):
            found["first_below" + end] = {str(k): v[i] for k, v in self.first_below.items()}
        for name in ("directions", "recalled"):
            values = getattr(self, name)
            for i, end in enumerate(ends):
                found[name + end] = values and {str(k): v[i] for k, v in values.items()}
        lines = (f'"{name}": {json.dumps(one)}' for name, one in _plain(found).items())
        return "{\n" + ",\n".join(lines) + "\n}\n"

    def plot(self) -> "Figure":
        """Return one figure: norms, rate and gradient by lag. Needs matplotlib."""
        from longrange.report import plot

        return plot(self)

    def to_html(self) -> str:
        """Return a report as one file of HTML; with a figure where matplotlib is installed."""
        from longrange.report import html

        return html(self)


def sentences(found: Measurement) -> list[tuple[str, str]]:
    """Return the lines of the report, each with its name."""
    of = "" if found.sequences == 1 else f" of {found.sequences} sequences"
    lines = [
        ("network", f"{found.network}; its state has {found.size}"),
        ("inputs", f"{found.steps} steps{of}"),
        ("rate", f"{_rate(found)} a step, {_meaning(found)}"),
        ("", f"(an interval of 95 %, over {found.over})"),
    ]
    lines.append(("norm", "the largest influence " + _course(found)))
    if 0 < found.rate < 1 and not found.at_the_edge:
        ten, one = (f"{horizon(found.rate, level):.0f}" for level in LEVELS)
        if ten != "0":
            told = f"(the rate to the power of the lag would be at lags {ten} and {one})"
            lines.append(("", told))
    if found.directions:
        kept = ", ".join(f"{v:.3g} at lag {k}" for k, (v, _, _) in found.directions.items())
        lines.append(("directions", f"of {found.size} that carry 1 % or more: {kept}"))
    if found.gradient is not None:
        lines.append(("gradient", _shares(found)))
    if found.recalled is not None:
        told = ", ".join(
            f"{max(v, 0):.0%} at lag {k}" for k, (v, _, _) in found.recalled.items() if v == v
        )
        told = told or "they do not change"
        lines.append(("recalled", f"of the inputs, by a linear readout: {told}"))
    lines += [
        ("bound", f"{found.bound:.3g} a step, the norm of single steps: a ceiling, not the rate"),
        (
            "radius",
            f"{found.radius:.3g} a step, the largest eigenvalue of {found.radius_steps} single "
            "steps: not the rate",
        ),
    ]
    if found.distance is not None:
        lines.append(("original", _original(found)))
    lines += [("note", note) for note in found.notes]
    return lines


def _meaning(found: Measurement) -> str:
    if found.at_the_edge:
        return "not told from the edge: it may fade or grow"
    if found.rate > 1:
        return "small changes grow: gradients explode, what is far is lost in them"
    if found.rate == 0:
        return "nothing is left: a step loses all directions"
    return f"fades: in the long run it halves every {half_life(found.rate):.3g} steps"


def _course(found: Measurement) -> str:
    """Say how the norms go: up, if they do, below the levels, or how much is left at the end."""
    parts: list[str] = []
    top, final = int(np.argmax(found.norms)), len(found.lags) - 1
    last_lag, end = found.lags[final], _large(found.norms[final])
    if found.norms[top] > RISEN and top < final:
        parts.append(f"rises to {_large(found.norms[top])} at lag {found.lags[top]}")
    crossed = np.inf
    for level in LEVELS:
        at, *ends = found.first_below[level]
        if at is None:
            if found.norms[top] > RISEN and top == final:
                parts.append(f"rises to {end} at lag {last_lag}, the last")
            else:  # what has been below a level may be above it again
                still = "still " if found.norms[final] < crossed else ""
                parts.append(f"is {still}{end} at lag {last_lag}")
            break
        crossed = level
        first, last = (f"beyond {last_lag}" if one is None else str(one) for one in ends)
        span = "" if first == last else f" ({first} to {last})"
        parts.append(f"is below {level:.0%} at lag {at}{span}")
    return ", ".join(parts[:-1]) + ", and " * (len(parts) > 1) + parts[-1]


def _large(norm: float) -> str:
    return f"{norm:.3g}" if np.isfinite(norm) else "more than 1e308"


def _original(found: Measurement) -> str:
    assert found.distance is not None
    assert found.distance_first is not None
    if found.distance_first > SAME:
        return f"states differ by {found.distance_first:.1e} of the largest: NOT THE SAME NETWORK"
    if found.distance <= SAME:
        return f"states differ by {found.distance:.1e} of the largest"
    why = (
        "rounding grows in this network"
        if found.rate_high > 1
        else "rounding does not grow at this rate, so something else happens there"
    )
    return (
        f"states differ by {found.distance_first:.1e} of the largest in the first {FIRST} steps, "
        f"by {found.distance:.1e} later: {why}"
    )


def _shares(found: Measurement) -> str:
    assert found.gradient is not None
    assert found.gradient_now is not None
    last, shares = int(found.lags[-1]), [found.gradient_now, *found.gradient.tolist()]
    of = f"of {found.loss}, within {last + 1} steps"
    if not np.array_equal(found.lags, np.arange(1, last + 1)):
        few = zip([0, *found.lags[:4].tolist()], shares, strict=False)
        return f"{of}: " + ", ".join(f"{one:.1%} from lag {k}" for k, one in few)
    sums = np.cumsum(shares)
    half, most = (int(np.searchsorted(sums, part * sums[-1])) + 1 for part in (0.5, 0.9))
    return f"{of}: half is from the last {_steps_of(half)}, 90 % from the last {_steps_of(most)}"


def _steps_of(count: int) -> str:
    return "step" if count == 1 else f"{count} steps"


def _rate(found: Measurement) -> str:
    """Return the rate with its interval, with as many digits as the error has two."""
    rate, error = found.rate, found.rate_error
    if not np.isfinite(error) or error == 0:
        return f"{rate:.4g} ± {error:.2g}"
    digits = int(np.clip(1 - np.floor(np.log10(error)), 0, 6))
    # The interval is even in the logarithm: a wide one is not so around the rate.
    if abs(found.rate_high + found.rate_low - 2 * rate) > LOPSIDED * error:
        return f"{rate:.{digits}f} ({found.rate_low:.{digits}f} to {found.rate_high:.{digits}f})"
    return f"{rate:.{digits}f} ± {error:.{digits}f}"


def _plain(value: Any) -> Any:
    """Return what JSON can hold."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, np.ndarray | list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value
