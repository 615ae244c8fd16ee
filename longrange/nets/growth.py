"""Lyapunov exponents of a run: how fast small differences grow along it."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from longrange import arguments

if TYPE_CHECKING:
    from longrange.nets.run import Run

Floats = NDArray[np.float64]

BURN_IN = 100  # steps left out of exponents, unless others are named


def growth(run: "Run", count: int, *, own_frames: bool = False) -> Floats:
    """Return the logarithm of the growth of each vector at each step: `Run.growth`."""
    # Random frames, the same each time: unit vectors may lie in invariant subspaces of W. Drawn
    # vector by vector, so that the first ones do not depend on how many follow.
    every = np.arange(run.sequences)
    seeds = every.tolist() if own_frames else [0] * run.sequences
    drawn = [np.random.default_rng(seed).normal(size=(count, run.size)) for seed in seeds]
    rows = np.linalg.qr(np.stack(drawn).transpose(0, 2, 1))[0].transpose(0, 2, 1)
    first = int(run.start is None)
    found = np.empty((run.steps - first, run.sequences, count))
    for t in range(first, run.steps):
        with np.errstate(over="ignore", invalid="ignore"):
            carried = run.jvp(rows, np.full(run.sequences, t), every)
            frame, triangle = np.linalg.qr(carried.transpose(0, 2, 1))
        if not np.isfinite(triangle).all():
            raise ValueError("a step of the Jacobian is beyond the range of a float: scale W down")
        with np.errstate(divide="ignore"):
            found[t - first] = np.log(np.abs(np.diagonal(triangle, axis1=-2, axis2=-1)))
        rows = frame.transpose(0, 2, 1)
    # After the first lost direction the rank is used up, though QR puts others in their place.
    lost = np.logical_or.accumulate(np.isneginf(found), axis=-1)
    found[np.logical_or.accumulate(lost, axis=0)] = -np.inf
    return found


def burn_in(run: "Run", burn_in: int) -> int:
    """Return how many steps of `growth` are left out, if some remain.

    Raises
    ------
    ValueError
        If none do.
    """
    return arguments.size("burn_in", burn_in, least=0, most=_most(run))


def _most(run: "Run") -> int:
    """Return how many steps may be left out, so that one remains."""
    return run.steps - int(run.start is None) - 1


def exponents(run: "Run", count: int, left_out: int) -> Floats:
    """Return the means of the growth, of shape (B, count), largest first: `Run.exponents`."""
    most = _most(run)
    if left_out == BURN_IN > most:  # maybe nobody has named it
        raise ValueError(
            f"burn_in is {BURN_IN} steps unless given, and this run has {run.steps}: name one "
            f"from 0 to {most}"
        )
    left_out = burn_in(run, left_out)  # what is wrong with it comes before the work
    steps = growth(run, count)
    lost = np.isneginf(steps).any(axis=0)
    means = np.where(lost, -np.inf, steps[left_out:].mean(axis=0))
    return np.sort(means, axis=-1)[..., ::-1]
