"""What one recurrent part does with what it read long ago, along input of its own kind.

Everything is taken where the part is used: of sequences that end, at their last step, so that a lag
is a distance from the end; of a few that go on, at several steps of each. A lag longer than a
sequence leaves that sequence out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.wild.recurrent import Array, Batch, Layer, net
from longrange import nets
from longrange.nets import readout
from longrange.nets.gradients import by_lag
from longrange.nets.intervals import BLOCKS, SEQUENCES, Interval, interval
from longrange.nets.readout import FOLDS
from longrange.nets.run import Part as SomeOf
from longrange.nets.run import Run

LAGS = (1, 2, 3, 4, 5, 7, 10, 14, 20, 30, 40, 50, 70, 100)
TOLD = (1, 3, 10, 30, 100)  # lags that the table has
RECALLED = (1, 3, 10, 30)
LARGE = 1000  # numbers of a state from which less is asked: some minutes a part
LAGS_OF_LARGE, RECALLED_OF_LARGE, DIRECTIONS_OF_LARGE = (1, 3, 10, 30, 100), (1, 10), 4
LEVEL = 0.01
BURN_IN = 100  # steps of a long sequence in which states and the direction that grows settle
STEPS = 800  # of a sequence that goes on, at most; of its rate, which settles late, more
STEPS_OF_RATE = 2000
LONG = 250  # steps from which a sequence is one that goes on
WORK, FEWEST, MOST = 1e11, 16, 128  # operations that products may take, and how many they are
ROWS = 8000  # states that a readout is fitted to and judged on, at most
LEAST = 12  # sequences that a lag must have to be told
NUDGE = 1e-6  # size of the small change of a state that is carried along


@dataclass(frozen=True)
class Dynamics:
    """What was measured of one part along one kind of input.

    Attributes
    ----------
    rate : Interval
        Factor a step by which a small change grows, by products of Jacobians.
    rate_growth : Interval
        The same by running the network twice from nearly the same state.
    rate_early : float or None
        By products, of the steps after `BURN_IN` that `burn_in` leaves out: where it is another,
        states were not yet settled.
    steps, burn_in : int
        Steps of each sequence that were looked at for both, and how many were left out first: half
        of a sequence that goes on.
    lags : tuple of int
        Those that the input has.
    norms : Interval
        Geometric mean of the norm of the Jacobian over each of `lags`.
    first_below : (int or None) three times
        First of `lags` whose norm is below `LEVEL`, and the same for the ends of the interval.
    gradient : Interval
        Share of the gradient of a random reading of the outputs at the end, on the input at lag 0
        and at each of `lags`.
    half, ninety : float
        How many of the last steps have half of that gradient, and 90 %; means over sequences.
    recalled : mapping of int to Interval
        Share of the variance of the input some steps back that a linear readout of the state tells.
    by_input : mapping of int to float
        The same from the present input alone, without a network: letters and sounds follow from
        each other.
    directions : Interval
        How many directions of the state carry `LEVEL` over ten steps.
    size : int
        Of the state.
    radius, bound : float
        Geometric means over steps of spectral radius and norm of one step's Jacobian.
    """

    rate: Interval
    rate_growth: Interval
    rate_early: float | None
    steps: int
    burn_in: int
    lags: tuple[int, ...]
    norms: Interval
    first_below: tuple[int | None, int | None, int | None]
    gradient: Interval
    half: float
    ninety: float
    recalled: dict[int, Interval]
    by_input: dict[int, float]
    directions: Interval
    size: int
    radius: float
    bound: float


def measure(layers: Sequence[Layer], read: Batch) -> Dynamics:
    """Measure a stack of layers along what it reads, of long sequences the first `STEPS` steps."""
    rate, rate_growth, rate_early, steps, burn_in = _rates(layers, _cut(read, STEPS_OF_RATE))
    read = _cut(read, STEPS)
    run = _run(layers, read)
    lags = _lags(read.lengths, LAGS_OF_LARGE if run.size >= LARGE else LAGS)
    norms = _norms(run, read, lags)
    with np.errstate(invalid="ignore"):
        below = [_first(lags, ends) for ends in (norms.value, norms.low, norms.high)]
    shares, half, ninety = _gradient(run, read, lags)
    recalled, by_input = _recall(run, read)
    return Dynamics(
        rate=rate,
        rate_growth=rate_growth,
        rate_early=rate_early,
        steps=steps,
        burn_in=burn_in,
        lags=lags,
        norms=_exp(norms),
        first_below=(below[0], below[1], below[2]),
        gradient=shares,
        half=half,
        ninety=ninety,
        recalled=recalled,
        by_input=by_input,
        directions=_directions(run, read),
        size=run.size,
        radius=_radius(run, [one.width * (2 if one.kind == "lstm" else 1) for one in layers], read),
        bound=float(np.exp(norms.value[0])),
    )


def _cut(read: Batch, steps: int) -> Batch:
    return Batch(read.inputs[:steps], np.minimum(read.lengths, steps), read.start)


def _run(layers: Sequence[Layer], read: Batch) -> Run:
    return net(layers).run(read.inputs, batch_first=False, start=_joint(read.start))


def _exp(logs: Interval) -> Interval:
    return Interval(*(np.exp(end) for end in logs[:3]), logs.over)


def _rates(
    layers: Sequence[Layer], read: Batch
) -> tuple[Interval, Interval, float | None, int, int]:
    """Return the rate by both methods, that of earlier steps, the steps, and those left out first.

    Of sequences that go on, the first half is left out: cells still fill after a thousand steps.
    """
    steps = int(read.lengths.max())
    short = min(BURN_IN, int(np.median(read.lengths)) // 5)
    burn_in = steps // 2 if read.lengths.min() >= LONG else short
    going = _going(read, burn_in)
    by_both = (_run(layers, read).growth(1, own_frames=True)[..., 0], growth(layers, read))
    rate, again = (_exp(interval(np.where(going, one, np.nan)[burn_in:])) for one in by_both)
    settling = by_both[0][BURN_IN:burn_in]
    early = float(np.exp(settling.mean())) if settling.size else None
    return rate, again, early, steps, burn_in


def _joint(start: tuple[Array, ...] | None) -> Array | None:
    """Return the state before the first step, h and what else there is, of a single layer."""
    return None if start is None else np.concatenate(start, axis=1)


def _going(read: Batch, burn_in: int) -> NDArray[np.bool_]:
    """Return at which steps (T, B) a sequence goes on; those that end in the burn-in are out."""
    times = np.arange(len(read.inputs))[:, None]
    return (times < read.lengths) & (read.lengths > burn_in)


def _lags(lengths: NDArray[np.int64], lags: tuple[int, ...]) -> tuple[int, ...]:
    """Return the lags that enough sequences have; of few that go on, each is cut in blocks."""
    enough = min(LEAST, len(lengths))
    return tuple(lag for lag in lags if int((lengths > lag).sum()) >= enough)


# ── The second method: a small change, carried by the network itself ─────────


def growth(layers: Sequence[Layer], read: Batch, seed: int = 7) -> Array:
    """Return the logarithm (T, B) by which each step stretches a small change of the state.

    The network runs twice, once from a state `NUDGE` away; after each step the difference is made
    `NUDGE` long again. No Jacobian is taken, and the network is the one in plain NumPy.

    Parameters
    ----------
    layers : sequence of Layer
        The lowest first.
    read : Batch
    seed : int
        Of the direction of the first change.
    """
    steps, count, _ = read.inputs.shape
    states = _at_rest(layers, read, count)
    sizes = [part.shape[1] for state in states for part in state]
    first = np.random.default_rng(seed).normal(size=(count, sum(sizes)))
    change = NUDGE * first / np.linalg.norm(first, axis=1, keepdims=True)
    found = np.empty((steps, count))
    for t in range(steps):
        nudged = _moved(states, change)
        states = _step(layers, states, read.inputs[t])
        nudged = _step(layers, nudged, read.inputs[t])
        change = _flat(nudged) - _flat(states)
        stretched = np.linalg.norm(change, axis=1, keepdims=True)
        found[t] = np.log(stretched[:, 0] / NUDGE)
        change *= NUDGE / stretched
    return found


State = tuple[tuple[Array, ...], ...]


def _at_rest(layers: Sequence[Layer], read: Batch, count: int) -> State:
    if read.start is not None:
        return (read.start,)
    return tuple(
        tuple(np.zeros((count, one.width)) for _ in range(2 if one.kind == "lstm" else 1))
        for one in layers
    )


def _step(layers: Sequence[Layer], states: State, x: Array) -> State:
    new = []
    for one, state in zip(layers, states, strict=True):
        new.append(one.step(state, x @ one.U.T + one.b))
        x = new[-1][0]
    return tuple(new)


def _flat(states: State) -> Array:
    return np.concatenate([part for state in states for part in state], axis=1)


def _moved(states: State, change: Array) -> State:
    new, place = [], 0
    for state in states:
        parts = []
        for part in state:
            parts.append(part + change[:, place : place + part.shape[1]])
            place += part.shape[1]
        new.append(tuple(parts))
    return tuple(new)


# ── Products of Jacobians ────────────────────────────────────────────────────


def _looks(run: Run, read: Batch, last: int, products: int) -> Iterator[tuple[Array, list[int]]]:
    """Yield where it is looked: sequences of one length, and steps of them.

    The last step of a sequence, or of few and long ones several, evenly spread after `last`.
    """
    chosen = np.unique(np.linspace(0, run.sequences - 1, min(products, run.sequences)).astype(int))
    for length in np.unique(read.lengths[chosen]).tolist():
        some = chosen[read.lengths[chosen] == length]
        count = 1
        if length >= LONG:
            each = products if run.sequences >= SEQUENCES else max(products, BLOCKS)
            count = max(1, each // len(chosen))
        first = min(last, length - 1)
        spread = np.linspace(length - 1, first, count) if count > 1 else [length - 1]
        yield some, sorted({int(t) for t in spread})


def _products(run: Run, last: int) -> int:
    """Return how many products of `last` steps are taken: fewer of large networks."""
    return int(np.clip(WORK / (last * float(run.size) ** 3), FEWEST, MOST))


def _norms(run: Run, read: Batch, lags: tuple[int, ...]) -> Interval:
    """Return ln ‖J_{t,k}‖ of each lag."""
    columns = []
    for some, times in _looks(run, read, lags[-1], _products(run, lags[-1])):
        there = [lag for lag in lags if lag <= times[-1]]
        if not there:
            continue
        logs = np.full((len(times), len(some), len(lags)), np.nan)
        found = SomeOf(run, some).norms(there, times=times, log=True)
        logs[..., : len(there)] = np.moveaxis(found, 0, -1)
        columns.append(logs)
    return interval(_side_by_side(columns))


def _side_by_side(columns: list[Array]) -> Array:
    """Return groups of sequences (T_i, B_i, ...) side by side, filled up with NaN."""
    steps = max(len(one) for one in columns)
    filled = []
    for one in columns:
        whole = np.full((steps, *one.shape[1:]), np.nan)
        whole[: len(one)] = one
        filled.append(whole)
    return np.concatenate(filled, axis=1)


def _first(lags: tuple[int, ...], logs: Array) -> int | None:
    return next((k for k, log in zip(lags, logs, strict=True) if log < np.log(LEVEL)), None)


def _directions(run: Run, read: Batch) -> Interval:
    """Return how many directions carry `LEVEL` over ten steps; NaN if sequences are shorter."""
    lag, columns = 10, []
    count = DIRECTIONS_OF_LARGE if run.size >= LARGE else FEWEST if run.size > 400 else 2 * FEWEST
    for some, times in _looks(run, read, lag, count):
        if times[-1] >= lag:
            late = [t for t in times if t >= lag]
            columns.append(SomeOf(run, some).directions([lag], times=late)[0])
    return interval(_side_by_side(columns or [np.full((1, 1), np.nan)]))


def _radius(run: Run, sizes: list[int], read: Batch) -> float:
    """Return the geometric mean of the spectral radius of single steps.

    A layer's new state depends on its own old one and those of layers below: the Jacobian of a
    stack is triangular in blocks, and its eigenvalues are those of the blocks.
    """
    ends = np.cumsum(sizes)
    logs = []
    for some, times in _looks(run, read, 1, FEWEST):
        for sequence in some.tolist():
            for t in times:
                if t == 0:
                    continue
                J = run.jacobian(t, 1, sequence=sequence)
                blocks = [
                    J[end - size : end, end - size : end]
                    for size, end in zip(sizes, ends, strict=True)
                ]
                logs.append(np.log(max(np.abs(np.linalg.eigvals(one)).max() for one in blocks)))
    return float(np.exp(np.mean(logs)))


# ── Gradient and recall ──────────────────────────────────────────────────────


def _gradient(run: Run, read: Batch, lags: tuple[int, ...]) -> tuple[Interval, float, float]:
    """Return the share of the gradient on the input at each lag, and how many steps have most."""
    rng, last = np.random.default_rng(0), lags[-1]
    columns, half, ninety = [], [], []
    for length in np.unique(read.lengths).tolist():
        some = np.flatnonzero(read.lengths == length)[: _products(run, last)]
        part, reach = SomeOf(run, some), min(last, length - 1)
        drawn = rng.normal(size=(1, len(some), run.outputs.shape[-1]))
        loss = part.on_states(drawn, np.array([length - 1]))
        sizes = np.array(
            [
                np.linalg.norm(owed.inputs, axis=1)
                for _, owed in by_lag(part, loss, reach, np.array([length - 1]))
            ]
        )
        shares = sizes / sizes.sum(axis=0)
        sums = np.cumsum(shares, axis=0)
        half += [int(np.searchsorted(one, 0.5)) + 1 for one in sums.T]
        ninety += [int(np.searchsorted(one, 0.9)) + 1 for one in sums.T]
        found = np.full((1, len(some), 1 + len(lags)), np.nan)
        there = [0, *(lag for lag in lags if lag <= reach)]
        found[0, :, : len(there)] = shares[there].T
        columns.append(found)
    return interval(_side_by_side(columns)), float(np.mean(half)), float(np.mean(ninety))


def _recall(run: Run, read: Batch) -> tuple[dict[int, Interval], dict[int, float]]:
    """Return what of the input some steps back is told by the state, and by the present input."""
    told, by_input = {}, {}
    for lag in RECALLED_OF_LARGE if run.size >= LARGE else RECALLED:
        sequences, times = _places(read, lag)
        if len(times) < readout.STATES * max(run.size, read.inputs.shape[-1]):
            continue
        wanted = read.inputs[times - lag, sequences]
        told[lag] = _readout(run.states[times, sequences], wanted)
        by_input[lag] = float(_readout(read.inputs[times, sequences], wanted).value)
    return told, by_input


def _places(read: Batch, lag: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return sequences and steps that have a step `lag` before, sequence by sequence."""
    first = max(lag, BURN_IN if read.lengths.min() >= LONG else lag)
    some = [(b, t) for b, n in enumerate(read.lengths.tolist()) for t in range(first, n)]
    chosen = np.unique(np.linspace(0, len(some) - 1, min(ROWS, len(some))).astype(int))
    pairs = np.array([some[i] for i in chosen], dtype=int).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _readout(states: Array, wanted: Array) -> Interval:
    """Return what a linear readout of states (R, S) tells of (R, I), each fifth in turn held out.

    Each fifth is given as a sequence of its own, and what is told as read at the same step.
    """
    rows = len(states) // FOLDS * FOLDS
    fifths = (
        one[:rows].reshape(FOLDS, rows // FOLDS, -1).transpose(1, 0, 2) for one in (states, wanted)
    )
    found = nets.recall(*fifths, [0], batch_first=False)
    return Interval(found.value[0], found.low[0], found.high[0], found.over)
