"""The probe: what one network does with what it read long ago, each number with its error bar."""

from collections.abc import Callable

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from longrange import arguments
from longrange.measurement import FIRST, LEVELS, ROUNDING, Measurement
from longrange.nets import gradients, growth, intervals, products, readout
from longrange.nets.network import Net, NetRun
from longrange.nets.run import Part, Run

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Progress = Callable[[str, float], None]

SHOWN = (1, 10, 100)  # lags whose directions are counted
RECALLED = (1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000)  # lags of which a readout tells
LISTED = 12  # lags named one by one, of which it tells all
LONGEST = 100  # lag, unless others are asked for
SPREAD = 512  # state from which sixteen lags are looked at, and not all
WORK = 1e11  # operations that norms, directions and gradients may each take: some ten seconds
PARTS = 20  # of the work, after each of which progress is told
FEW = 50  # steps, of which fewer tell of the beginning alone
LARGE = 2048  # state up to which all eigenvalues of a step are found, dense


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
    if not (progress is None or callable(progress)):
        raise ValueError(
            "progress must be a function of what is done and the share of it, got "
            f"{arguments.shown(progress)}"
        )
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
        raise ValueError(
            f"net must be a Net or a Run of longrange.nets, not {_kind(net)}: make one with "
            "nets.from_state_dict or nets.from_file"
        )
    chosen = _lags(run, lags)
    last = int(chosen[-1])
    burn = growth.burn_in(run, min(100, run.steps // 5) if burn_in is None else burn_in)
    gradient_of_loss = None
    if loss is not None:
        gradient_of_loss = gradients.on_states(run, _loss(run, loss, batch_first))
    distance = distance_first = None
    if states is not None:
        if run.inputs is None:
            raise ValueError("states cannot be compared: the run is its Jacobians alone")
        distance = run.distance(states, batch_first=batch_first)
        first = min(FIRST, run.steps)
        distance_first = run.distance(states, batch_first=batch_first, steps=first)

    notes = _short(run)
    tell("rate", 0.0)
    growing = run.growth(1, own_frames=True)[burn:, :, 0]
    rate = intervals.interval(growing)
    low, middle, high = _exp(rate.low, rate.value, rate.high)
    _settled(growing, notes)

    norms, bound, pairs = _norms(run, chosen, tell)
    names = {level: _crossing(norms, chosen, level) for level in LEVELS}
    if pairs < run.steps * run.sequences:
        notes.append(
            f"norms are taken at {pairs} of {run.steps * run.sequences} pairs of a step and a "
            "sequence"
        )
    directions = _directions(run, last, notes, tell)
    radius, radius_steps = _radius(run, notes, tell)
    shares = _gradient(run, last, gradient_of_loss, notes, tell)
    recalled = _recalled(run, chosen, lags is not None and np.ndim(lags) > 0, notes, tell)
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
        radius_steps=radius_steps,
        distance=distance,
        distance_first=distance_first,
        notes=tuple(notes),
    )


def _loss(run: Run, loss: ArrayLike, batch_first: bool | None) -> Floats:
    """Return the gradient of a loss with time first, in one of the shapes that `measure` names."""
    given = arguments.numbers("loss", loss)
    T, B, N = run.steps, run.sequences, run.outputs.shape[-1]
    every = (B, T) if batch_first else (T, B)
    alone = B == 1 and batch_first is None  # inputs without a batch have a loss without one
    *places, width = given.shape or (0,)
    if width in (N, run.size) and tuple(places) in ((), (B,), every):
        return given.swapaxes(0, 1) if batch_first and given.ndim == 3 else given
    if width in (N, run.size) and B == 1 and places == [T]:
        return given[:, None]
    shapes = ((N,), (T, N)) if alone else ((B, N), (*every, N))
    hidden = "" if run.size == N else f", or {run.size} in place of {N} for all that is carried"
    raise ValueError(
        f"loss must have shape {shapes[0]}, of the last step, or {shapes[1]}, of every step"
        f"{hidden}, got {given.shape}"
    )


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


def _short(run: Run) -> list[str]:
    """Say so where there are few steps, or where these look like sequences."""
    notes = []
    if run.steps < FEW:
        notes.append(f"{run.steps} steps are few: rate and intervals need {FEW} or more")
    if run.sequences > run.steps:
        notes.append(
            f"{run.steps} steps of {run.sequences} sequences: were time and batch taken for each "
            "other?"
        )
    return notes


def _settled(growing: Floats, notes: list[str]) -> None:
    """Say so where the rate of the second half of the steps is not that of the first."""
    half = len(growing) // 2
    early, late = growing[:half], growing[len(growing) - half :]
    change = intervals.change(early, late)
    if change.low > ROUNDING or change.high < -ROUNDING:
        rates = _exp(*(intervals.mean(part.ravel()) for part in (early, late)))
        # As many digits as tell them apart: the change, of logarithms, is that of the ratio.
        digits = int(np.clip(1 - np.floor(np.log10(abs(change.value))), 2, 6))
        first, second = (f"{one:.{digits}g}" for one in rates)
        notes.append(
            f"the rate is not settled: {first} in the first half of these steps, {second} in the "
            "second: give more steps"
        )


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
    shown = np.array([k for k in SHOWN if k <= last])
    # All rows of a product go through all steps, and all its singular values are found.
    cost = 2.0 * run.size * _weights(run) * shown[-1] + 25.0 * run.size**3 * shown.size
    some, times = _some(run, last, cost)
    # Of a large state even the fewest pairs that tell an error are too many: this is more than half
    # a minute.
    if cost * times.size * some.sequences > 10 * WORK:
        notes.append(f"directions of a state of {run.size} numbers were not counted: it takes long")
        return {}
    counted = []
    parts = np.array_split(times, min(times.size, PARTS))
    for i, part in enumerate(parts):
        tell("directions", i / len(parts))
        counted.append(some.directions(shown, times=part))
    return _by_lag(shown, intervals.interval(np.moveaxis(np.concatenate(counted, 1), 0, -1)))


def _norms(run: Run, lags: Indices, tell: Progress) -> tuple[intervals.Interval, float, int]:
    """Return ln ‖J_{t,k}‖ with its error bar, the bound, and over how many products they are."""
    asked, lags = lags, np.union1d([1], lags)
    # Each lag at all steps that have it: its norm does not depend on which others are asked for.
    some, times = _some(run, 1, 2.0 * _weights(run) * products.vectors(run, lags))
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


def _radius(run: Run, notes: list[str], tell: Progress) -> tuple[float, int]:
    """Return the geometric mean of the spectral radius of some single steps, and of how many."""
    tell("single steps", 0.0)
    found = []
    times = _spread(int(run.start is None), run.steps, 16 if run.size < 512 else 4)
    for i, t in enumerate(times):
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
            return float("nan"), times.size
        found.append(np.abs(values).max())
    with np.errstate(divide="ignore"):
        return float(np.exp(np.mean(np.log(found)))), times.size


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
    run: Run, lags: Indices, named: bool, notes: list[str], tell: Progress
) -> dict[int, tuple[float, float, float]] | None:
    tell("recall", 0.0)
    if run.inputs is None:
        notes.append("nothing on recall: the run does not know its inputs")
        return None
    # Of a short list of lags that are `named` it tells all, otherwise of 1, 2, 3, 5, 10, …: each is
    # a readout to be fitted, and a number to be read.
    named = named and lags.size <= LISTED
    few = lags if named else lags[np.isin(lags, RECALLED)]
    wanted, why = few.tolist() or [int(lags[0]), int(lags[-1])], ""
    while wanted:
        try:
            found = readout.recall(run.states, run.inputs, wanted, batch_first=False)
        except ValueError as error:
            if "needs at least" not in str(error):
                raise
            wanted, why = wanted[:-1], str(error)
            continue
        if why and named:
            notes.append(f"nothing on recall beyond lag {wanted[-1]}: {why}")
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
