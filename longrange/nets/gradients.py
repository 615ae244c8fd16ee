"""Backpropagation through time, taken apart: how much of a gradient comes from which lag."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from longrange import arguments

if TYPE_CHECKING:
    from longrange.nets.run import Run

Floats = NDArray[np.float64]


class GradientByLag(NamedTuple):
    """The gradient of a loss, lag by lag.

    The loss looks at states; the part of lag k is what it owes to the step that lies k steps
    before the state it looks at (Pascanu, Mikolov & Bengio 2013, eqs. 3 to 5).

    Attributes
    ----------
    lags : ndarray of int, shape (K,)
    inputs : ndarray of shape (K, B)
        The norm of dL_t/dx_{t-k}, over all t at which the loss looks and all I numbers read.
    weights : ndarray of shape (K,)
        The norm of the gradient on all weights together that comes from lag k; NaN for a step of
        yours that was given without its weights.
    total : mapping of str to ndarray
        The gradient on each array of weights, summed over `lags`: with all lags it is the whole
        gradient of the loss, with one the part of that lag.
    to_inputs : ndarray of shape (T, B, I)
        The gradient on the inputs, summed over `lags`.
    """

    lags: NDArray[np.intp]
    inputs: Floats
    weights: Floats
    total: Mapping[str, Floats]
    to_inputs: Floats


def gradient_by_lag(
    run: "Run", loss_gradient: ArrayLike, lags: ArrayLike | None = None
) -> GradientByLag:
    """Return a loss's gradient lag by lag: `longrange.nets.run.Run.gradient_by_lag`."""
    B, last = run.sequences, run.steps - 1
    chosen = np.arange(last + 1) if lags is None else arguments.indices("lags", lags, last)
    if run.start is None or run.inputs is None:
        raise ValueError("gradients by lag need a run of a net along inputs, not of states alone")
    inputs, weights = np.zeros((chosen.size, B)), np.full(chosen.size, np.nan)
    total: dict[str, Floats] = {}
    to_inputs = np.zeros_like(run.inputs)
    for k, part in by_lag(run, on_states(run, loss_gradient), int(chosen.max(initial=-1))):
        here = chosen == k
        if not here.any():
            continue
        sizes_of_rows = part.sizes()
        scale = sizes_of_rows.max(initial=0) or 1
        squares = np.bincount(part.sequences, (sizes_of_rows / scale) ** 2, minlength=B)
        inputs[here] = scale * np.sqrt(squares)
        if part.weights:
            sizes = [scipy.linalg.norm(one.ravel()) for one in part.weights.values()]
            weights[here] = np.hypot.reduce(sizes)
        np.add.at(to_inputs, (part.times, part.sequences), part.inputs)
        for name, one in part.weights.items():
            total[name] = total[name] + one if name in total else one
    return GradientByLag(chosen, inputs, weights, total, to_inputs)


class Part(NamedTuple):
    """What a gradient owes to the steps that lie k steps before the states the loss looks at.

    Attributes
    ----------
    times, sequences : ndarray of int, shape (P,)
        Which steps.
    inputs : ndarray of shape (P, I)
        The gradient on what each of them read.
    weights : mapping of str to ndarray
        The gradient on the weights, through all of them.
    """

    times: NDArray[np.intp]
    sequences: NDArray[np.intp]
    inputs: Floats
    weights: Mapping[str, Floats]

    def sizes(self) -> Floats:
        """Return the norm of the gradient on what each step read, shape (P,)."""
        # Squares of what is far from 1 are beyond the range of a float.
        scale = np.abs(self.inputs).max(axis=1, initial=0)
        scale = np.where(scale > 0, scale, 1)
        return scale * np.sqrt(((self.inputs / scale[:, None]) ** 2).sum(axis=1))


def by_lag(
    run: "Run", loss_gradient: Floats, last: int, times: NDArray[np.intp] | None = None
) -> Iterator[tuple[int, Part]]:
    """Yield the lags 0 ... `last`, and the part of the gradient that is owed to each.

    All states at which the loss looks go back side by side, so a lag costs one step backwards.

    Parameters
    ----------
    run : Run
    loss_gradient : ndarray of shape (M, B, S)
        dL/dh of the states at which the loss looks.
    last : int
    times : ndarray of int, shape (M,), optional
        The steps of these states, rising; the last M unless given.

    Raises
    ------
    ValueError
        If the gradient overflows.
    """
    B, looks = run.sequences, len(loss_gradient)
    times = np.arange(run.steps - looks, run.steps) if times is None else times
    ends, sequences = np.repeat(times, B), np.tile(np.arange(B), looks)
    rows = loss_gradient.reshape(-1, run.size)
    for k in range(last + 1):
        alive = ends >= k
        ends, sequences, rows = ends[alive], sequences[alive], rows[alive]
        with np.errstate(over="ignore", invalid="ignore"):
            rows, inputs, weights = run.pullback(rows, ends - k, sequences)
        if not all(np.isfinite(one).all() for one in (rows, inputs, *weights.values())):
            raise ValueError(
                "the gradient overflows: the influence grows too far over this many steps"
            )
        yield k, Part(ends - k, sequences, inputs, weights)


def on_states(run: "Run", loss_gradient: ArrayLike) -> Floats:
    """Return dL/dh of the whole state, shape (1, B, S) or (T, B, S)."""
    T, B = run.steps, run.sequences
    shown = run.outputs.shape[-1]
    widths = list(dict.fromkeys((shown, run.size)))
    shapes = [(w,) for w in widths] + [(B, w) for w in widths] + [(T, B, w) for w in widths]
    given = arguments.array("loss_gradient", loss_gradient, *shapes)
    given = np.broadcast_to(given, (1, B, given.shape[-1])) if given.ndim < 3 else given
    times = np.arange(run.steps - len(given), run.steps)
    return run.on_states(given, times) if given.shape[-1] == shown else np.array(given)
