"""The probe: what one network does with what it read long ago, each number with its error bar."""

import json
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from longrange import arguments
from longrange.nets import gradients, intervals, products, readout
from longrange.nets.network import Net, NetRun
from longrange.nets.run import Part, Run
from longrange.rates import half_life, horizon

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Progress = Callable[[str, float], None]

LEVELS = (0.1, 0.01)
SHOWN = (1, 10, 100)  # lags whose directions are counted
LONGEST = 100  # lag, unless others are asked for
SAME = 1e-2  # how far states may be from the original's: bfloat16 leaves some thousandths
ROUNDING = 1e-9  # what rounding makes of a rate of exactly 1
SPREAD = 512  # state from which sixteen lags are looked at, and not all
WORK = 1e11  # operations that norms, directions and gradients may each take: some ten seconds
LARGE = 2048  # state up to which all eigenvalues of a step are found, dense


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
        not seen.
    bound : float
        Geometric mean of ‖J_t‖, the norms of single steps: on average no product grows faster.
    radius : float
        Geometric mean of the largest |eigenvalue| of single steps: the rate only if all steps
        were one and the same.
    distance : float or None
        How far the states are from those of the original, where these were given.
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
    distance: float | None
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


def measure(
    net: Net | Run,
    inputs: ArrayLike | None = None,
    *,
    batch_first: bool | None = None,
    lags: ArrayLike | int | None = None,
    loss: ArrayLike | None = None,
    states: ArrayLike | None = None,
    start: ArrayLike | None = None,
    burn_in: int | None = None,
    progress: Progress | None = None,
) -> Measurement:
    """Measure a network along inputs: how far it reaches, how fast it forgets, what it holds.

    Parameters
    ----------
    net : Net or Run
        A network, as `longrange.nets` makes them from weights; or a run, which has its inputs.
    inputs : array_like of shape (T, I), (T, B, I), or (B, T, I) with `batch_first`
        What the recurrent cell reads, of the kind that it is used on: dynamics depend on it.
    batch_first : bool
        Whether the batch comes first; must be said where there is one.
    lags : array_like of int, or int, optional
        At which lags; an int n stands for 1 ... n, or for sixteen of these where the state has
        512 numbers or more. Unless given 100, or half of T.
    loss : array_like of shape (B, N) or (T, B, N), or (B, T, N) with `batch_first`, optional
        dL/dh, where your loss looks at the outputs: of the last step alone, or of every step; S in
        place of N for all that is carried. Unless given the loss looks at all outputs at every
        step, with weights drawn anew from a normal distribution.
    states : array_like of shape (T, B, N) or (T, B, S), optional
        States of the original, in the order of `inputs`: how far ours are from them is reported.
    start : array_like, optional
        As in `longrange.nets.Net.run`.
    burn_in : int, optional
        Steps left out of the rate while its vector turns; a fifth of T, at most 100, unless given.
    progress : callable, optional
        Called with what is done and the share of it.

    Returns
    -------
    Measurement

    Raises
    ------
    ValueError
        If an argument does not fit.
    """
    tell = progress or (lambda _name, _share: None)
    if batch_first is not None:
        batch_first = arguments.flag("batch_first", batch_first)
    if isinstance(net, Run):
        if not (inputs is None and start is None):
            raise ValueError("inputs and start belong to a net; a run has its own")
        run = net
    elif isinstance(net, Net):
        if inputs is None:
            raise ValueError(
                "inputs must be given: what a network forgets depends on what it reads"
            )
        tell("run", 0.0)
        run = net.run(inputs, batch_first=batch_first, start=start)
    else:
        raise ValueError(f"net must be a Net or a Run of longrange.nets, not {_kind(net)}")
    chosen = _lags(run, lags)
    last = int(chosen[-1])
    burn = min(100, run.steps // 5) if burn_in is None else burn_in
    if loss is not None:
        given = arguments.real("loss", loss)
        if batch_first and given.ndim == 3:
            given = given.swapaxes(0, 1)
        elif given.ndim == 2 and run.sequences == 1 and len(given) == run.steps:
            given = given[:, None]  # inputs without a batch have a loss without one
        loss = given
    gradient_of_loss = None if loss is None else gradients.on_states(run, loss)
    distance = None
    if states is not None:
        if run.inputs is None:
            raise ValueError("states cannot be compared: the run is its Jacobians alone")
        distance = run.distance(states, batch_first=batch_first)

    notes: list[str] = []
    tell("rate", 0.0)
    growth = run.growth(1)[..., 0]
    burn = arguments.size("burn_in", burn, least=0, most=len(growth) - 1)
    rate = intervals.interval(growth[burn:])
    low, middle, high = _exp(rate.low, rate.value, rate.high)

    norms, bound, pairs = _norms(run, chosen, tell)
    names = {level: _crossing(norms, chosen, level) for level in LEVELS}
    if pairs < run.steps * run.sequences:
        notes.append(
            f"norms are taken at {pairs} of {run.steps * run.sequences} pairs of a step and a "
            "sequence"
        )
    directions = _directions(run, last, notes, tell)
    radius = _radius(run, notes, tell)
    shares = _gradient(run, last, gradient_of_loss, notes, tell)
    recalled = _recalled(run, chosen, notes, tell)
    tell("done", 1.0)
    return Measurement(
        network=repr(net).strip("<>") if isinstance(net, Net | NetRun) else type(run).__name__,
        steps=run.steps,
        sequences=run.sequences,
        size=run.size,
        rate=float(middle),
        rate_low=float(low),
        rate_high=float(high),
        over=rate.over,
        lags=chosen,
        norms=_exp(norms.value)[0],
        norms_low=_exp(norms.low)[0],
        norms_high=_exp(norms.high)[0],
        products=pairs,
        first_below=names,
        directions=directions,
        gradient=None if shares is None else shares.value[chosen],
        gradient_low=None if shares is None else shares.low[chosen],
        gradient_high=None if shares is None else shares.high[chosen],
        gradient_now=None if shares is None else float(shares.value[0]),
        loss="a random reading of the outputs" if loss is None else "your loss",
        recalled=recalled,
        bound=bound,
        radius=radius,
        distance=distance,
        notes=tuple(notes),
    )


def sentences(found: Measurement) -> list[tuple[str, str]]:
    """Return the lines of the report, each with its name."""
    of = "" if found.sequences == 1 else f" of {found.sequences} sequences"
    lines = [
        ("network", f"{found.network}; its state has {found.size}"),
        ("inputs", f"{found.steps} steps{of}"),
        ("rate", f"{_pm(found.rate, found.rate_error)} a step, {_meaning(found)}"),
        ("", f"(an interval of 95 %, over {found.over})"),
    ]
    lines.append(("norm", "the largest influence " + _crossed(found)))
    if 0 < found.rate < 1 and not found.at_the_edge:
        ten, one = (f"{horizon(found.rate, level):.0f}" for level in LEVELS)
        lines.append(("", f"(the rate to the power of the lag would be at lags {ten} and {one})"))
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
            f"{found.radius:.3g} a step, the largest eigenvalue of single steps: not the rate",
        ),
    ]
    if found.distance is not None:
        far = ": NOT THE SAME NETWORK" if found.distance > SAME else ""
        lines.append(("original", f"states differ by {found.distance:.1e} of the largest{far}"))
    lines += [("note", note) for note in found.notes]
    return lines


def _meaning(found: Measurement) -> str:
    if found.at_the_edge:
        return "not told from the edge: it may fade or grow"
    if found.rate > 1:
        return "small changes grow: gradients explode, what is far is lost in them"
    if found.rate == 0:
        return "nothing is left: a step loses all directions"
    return f"fades: half is left after {half_life(found.rate):.3g} steps"


def _crossed(found: Measurement) -> str:
    parts: list[str] = []
    for level in LEVELS:
        at, *ends = found.first_below[level]
        if at is None:
            return ", and ".join([*parts, f"stays above {level:.0%} to lag {found.lags[-1]}"])
        first, last = (f"beyond {found.lags[-1]}" if one is None else str(one) for one in ends)
        span = "" if first == last else f" ({first} to {last})"
        parts.append(f"is below {level:.0%} at lag {at}{span}")
    return ", and ".join(parts)


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


def _pm(value: float, error: float) -> str:
    """Return value ± error with as many digits as the error has two."""
    if not np.isfinite(error) or error == 0:
        return f"{value:.4g} ± {error:.2g}"
    digits = int(np.clip(1 - np.floor(np.log10(error)), 0, 6))
    return f"{value:.{digits}f} ± {error:.{digits}f}"


def _lags(run: Run, lags: ArrayLike | int | None) -> Indices:
    """Return the lags in order, each once."""
    most = run.steps - 1
    if most < 1:
        raise ValueError(f"inputs must have at least 2 steps, got {run.steps}")
    if lags is None:
        lags = max(1, min(LONGEST, run.steps // 2))
    if np.ndim(lags) == 0:
        longest = arguments.size("lags", lags)
        if longest > most:
            raise ValueError(f"lags must be at most T - 1 = {most}, got {longest}")
        if run.size < SPREAD:
            return np.arange(1, longest + 1)
        spread = np.rint(np.geomspace(1, longest, 16)).astype(int)
        return np.unique([*spread, *(k for k in SHOWN if k <= longest)])
    chosen = np.unique(arguments.indices("lags", lags, most))
    chosen = chosen[chosen > 0]
    if not chosen.size:
        raise ValueError("lags must hold one of at least 1")
    return chosen


def _weights(run: Run) -> int:
    """Return how many numbers a row meets in one step."""
    if not isinstance(run, NetRun):
        return run.size**2
    above = sum(layer.U.size for layer in run.layers[1:] if layer.U is not None)
    return above + sum(layer.W.size + layer.size for layer in run.layers)


def _some(run: Run, first: int, cost: float) -> tuple[Run, Indices]:
    """Return as many sequences and times from `first` on as the work allows, evenly spread.

    `cost` is how many operations one pair of a sequence and a time takes.
    """
    pairs = max(intervals.BLOCKS, int(WORK / cost))  # fewer would tell no error
    if pairs >= run.steps * run.sequences:
        return run, np.arange(run.steps)
    some = run
    if run.sequences > pairs:
        some = Part(run, _spread(0, run.sequences, pairs))
    times = _spread(first, run.steps, -(-pairs // some.sequences))
    return some, np.union1d(times, [run.steps - 1])  # the one step that has every lag


def _spread(first: int, end: int, count: int) -> Indices:
    """Return `count` whole numbers from `first` to below `end`, drawn one from each equal stretch.

    Evenly spaced ones would meet an input that repeats itself always at the same place.
    """
    count = min(count, end - first)
    drawn = np.arange(count) + np.random.default_rng(0).random(count)
    return np.unique((first + drawn * (end - first) / count).astype(int))


def _directions(
    run: Run, last: int, notes: list[str], tell: Progress
) -> dict[int, tuple[float, float, float]]:
    """Return how many directions carry 1 % or more, at some lags."""
    tell("directions", 0.0)
    shown = np.array([k for k in SHOWN if k <= last])
    # All rows of a product go through all steps, and all its singular values are found.
    cost = 2.0 * run.size * _weights(run) * shown[-1] + 25.0 * run.size**3 * shown.size
    if cost > 5 * WORK:
        notes.append(f"directions of a state of {run.size} numbers were not counted: it takes long")
        return {}
    some, times = _some(run, last, cost)
    counted = some.directions(shown, times=times)
    return _by_lag(shown, intervals.interval(np.moveaxis(counted, 0, -1)))


def _norms(run: Run, lags: Indices, tell: Progress) -> tuple[intervals.Interval, float, int]:
    """Return ln ‖J_{t,k}‖ with its error bar, the bound, and over how many products they are."""
    asked, lags = lags, np.union1d([1], lags)
    last = int(lags[-1])
    rows, steps = run.size, last + 5 * lags.size  # the norm of a product takes about five steps
    if products.saves(run, lags):  # some rounds with few vectors, in place of a whole matrix
        rows, steps = 24, 2 * int(lags.sum())
    some, times = _some(run, 1, 2.0 * rows * _weights(run) * steps)
    logs = np.empty((lags.size, times.size, some.sequences))
    for m, t in enumerate(times):
        tell("norms", m / times.size)
        logs[:, m] = np.nan
        reached = lags <= t
        if reached.any():
            logs[reached, m] = some.norms(lags[reached], times=[t], log=True)[:, 0]
    found = intervals.interval(np.moveaxis(logs, 0, -1))
    here = np.isin(lags, asked)
    value, low, high = (one[here] for one in found[:3])
    bound = float(_exp(found.value[0])[0])
    return intervals.Interval(value, low, high, found.over), bound, times.size * some.sequences


def _crossing(
    norms: intervals.Interval, lags: Indices, level: float
) -> tuple[int | None, int | None, int | None]:
    found = [products.first_below(one, lags, level) for one in (norms.value, norms.low, norms.high)]
    return found[0], found[1], found[2]


def _radius(run: Run, notes: list[str], tell: Progress) -> float:
    """Return the geometric mean of the spectral radius of some single steps."""
    tell("single steps", 0.0)
    found = []
    for i, t in enumerate(_spread(int(run.start is None), run.steps, 16 if run.size < 512 else 4)):
        place = np.array([t]), np.array([i % run.sequences])
        if run.size <= LARGE:
            step = run.vjp(np.eye(run.size)[None], *place)[0]
            found.append(np.abs(np.linalg.eigvals(step)).max())
            continue
        operator = scipy.sparse.linalg.LinearOperator(
            (run.size, run.size),
            matvec=lambda v, place=place: run.jvp(v.reshape(1, 1, -1), *place).ravel(),
            dtype=float,
        )
        first = np.random.default_rng(0).normal(size=run.size)
        try:
            values = scipy.sparse.linalg.eigs(
                operator, k=1, v0=first, tol=1e-6, return_eigenvectors=False
            )
        except scipy.sparse.linalg.ArpackError as error:
            notes.append(f"no radius: the largest eigenvalue of a step was not found ({error})")
            return float("nan")
        found.append(np.abs(values).max())
    with np.errstate(divide="ignore"):
        return float(np.exp(np.mean(np.log(found))))


def _gradient(
    run: Run, last: int, loss: Floats | None, notes: list[str], tell: Progress
) -> intervals.Interval | None:
    """Return the share of the gradient on the inputs that comes from each lag 0 ... `last`."""
    tell("gradient", 0.0)
    if not isinstance(run, NetRun) and type(run).pullback is Run.pullback:
        notes.append("no gradient by lag: the run does not know how it depends on its inputs")
        return None
    some, times = _some(run, last, 4.0 * _weights(run) * (last + 1))
    times = times[times >= last]
    if loss is None:
        drawn = np.random.default_rng(0).normal(
            size=(times.size, some.sequences, some.outputs.shape[-1])
        )
        loss = some.on_states(drawn, times)
    elif len(loss) == 1:
        some, times = run, np.array([run.steps - 1])
    else:
        some, times = run, np.arange(last, run.steps)
        loss = loss[times]
    sizes = np.zeros((times.size, some.sequences, last + 1))
    try:
        for k, part in gradients.by_lag(some, loss, last, times):
            tell("gradient", k / (last + 1))
            place = np.searchsorted(times, part.times + k)
            sizes[place, part.sequences, k] = part.sizes()
    except ValueError as error:
        notes.append(f"no gradient by lag: {error}")
        return None
    sizes /= sizes.max() or 1
    whole = sizes.sum(axis=-1, keepdims=True)
    if not whole.any():
        notes.append(f"no gradient by lag: within {last + 1} steps it is zero")
        return None
    with np.errstate(invalid="ignore"):
        return intervals.interval(np.where(whole > 0, sizes / whole, np.nan))


def _recalled(
    run: Run, lags: Indices, notes: list[str], tell: Progress
) -> dict[int, tuple[float, float, float]] | None:
    tell("recall", 0.0)
    if run.inputs is None:
        notes.append("nothing on recall: the run does not know its inputs")
        return None
    # 1, 2, 5, 10, … of the lags, so that a readout is fitted to few.
    wanted = [k for k in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if k in set(lags.tolist())]
    wanted = wanted or [int(lags[0]), int(lags[-1])]
    while wanted:
        try:
            found = readout.recall(run.states, run.inputs, wanted, batch_first=False)
        except ValueError as error:
            if "needs at least" not in str(error):
                raise
            wanted, why = wanted[:-1], str(error)
            continue
        return _by_lag(np.array(wanted), found)
    notes.append(f"nothing on recall: {why}")
    return None


def _by_lag(lags: Indices, found: intervals.Interval) -> dict[int, tuple[float, float, float]]:
    return {
        int(k): (float(v), float(low), float(high))
        for k, v, low, high in zip(lags, found.value, found.low, found.high, strict=True)
    }


def _exp(*values: Floats) -> list[Floats]:
    with np.errstate(over="ignore"):
        return [np.exp(one) for one in values]


def _kind(value: object) -> str:
    return type(value).__name__


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
