"""Products of the Jacobians of a run, and their singular values."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from longrange import arguments
from longrange.nets import krylov

if TYPE_CHECKING:
    from longrange.nets.run import Run

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_BLOCK = 2**17  # numbers of a block of products: it stays in the processor's cache
_STEPS = 12  # of Lanczos: more are not needed where it is sure at all
_MANY = 2**20  # from here on these steps take less time than LAPACK
METHODS = ("auto", "dense", "matrix-free")
LARGE = 1024  # size from which "auto" may multiply no matrices


def dense(run: "Run", t: int, k: int, sequences: Indices) -> Floats:
    """Return J_{t,k} of some sequences, shape (P, S, S)."""
    rows = np.broadcast_to(np.eye(run.size), (len(sequences), run.size, run.size))
    with np.errstate(over="ignore", invalid="ignore"):
        for s in range(t, t - k, -1):
            rows = run.vjp(rows, np.full(len(sequences), s), sequences)
    if not np.isfinite(rows).all():
        raise ValueError(
            f"the product over k = {k} steps overflows; `norms` with log=True does not"
        )
    return rows.copy()


def norms(
    run: "Run",
    lags: ArrayLike,
    times: ArrayLike | None,
    *,
    log: bool,
    method: str = "dense",
    tolerance: float = 1e-3,
) -> Floats:
    """Return ‖J_{t,k}‖ as `longrange.nets.run.Run.norms` describes."""
    log = arguments.flag("log", log)
    lags, times = checked(run, lags, times)
    method = arguments.choice("method", method, METHODS)
    tolerance = arguments.share("tolerance", tolerance)
    if method == "matrix-free" or (method == "auto" and saves(run, lags)):
        logs = krylov.norms(run, lags, times, tolerance)
    else:
        logs = np.full((lags.size, times.size, run.sequences), np.nan)
        for k, pairs, rows, sizes in grown(run, lags, times):
            here = np.flatnonzero(lags == k)[:, None]
            with np.errstate(divide="ignore"):
                logs[here, pairs[:, 0], pairs[:, 1]] = sizes + np.log(largest(rows))
    with np.errstate(over="ignore"):
        return logs if log else np.exp(logs)


def saves(run: "Run", lags: Indices) -> bool:
    """Whether it is less work to multiply no matrices: for large states and few lags it is."""
    with_matrices, without = _vectors(run, lags)
    return run.size >= LARGE and without < with_matrices


def vectors(run: "Run", lags: Indices) -> int:
    """Return how many vectors are taken through one step for the norms at one time: the work."""
    with_matrices, without = _vectors(run, lags)
    return without if saves(run, lags) else with_matrices


def _vectors(run: "Run", lags: Indices) -> tuple[int, int]:
    """Return the work with matrices and without.

    With them a time costs S vectors for each step to the largest lag, and an eigenvalue that takes
    as long as four steps for each lag; without, a lag of k steps costs 2 k in each of about six
    rounds.
    """
    distinct = np.unique(lags)
    with_matrices = run.size * int(distinct.max(initial=0) + 4 * distinct.size)
    return with_matrices, 12 * krylov.WIDTH * int(distinct.sum())


def grown(
    run: "Run", lags: Indices, times: Indices, first: Floats | None = None
) -> Iterator[tuple[int, Indices, Floats, Floats]]:
    """Yield the products of Jacobians at each of `lags`, each made from the one of the lag before.

    They are rescaled at each step, so nothing overflows, and grow towards older steps, so those of
    one time share no work: a block of them is carried that stays in the processor's cache.

    Parameters
    ----------
    run : Run
    lags : ndarray of int, shape (K,)
    times : ndarray of int, shape (M,)
    first : ndarray of shape (R, S), optional
        The rows that are multiplied; all, the identity, unless given.

    Yields
    ------
    k : int
        The lag.
    pairs : ndarray of int, shape (P, 2)
        Which of `times`, and which sequence.
    rows : ndarray of shape (P, R, S)
        The products, the largest entry of each about 1.
    sizes : ndarray of shape (P,)
        The logarithm of what each must be multiplied by.
    """
    first = np.eye(run.size) if first is None else first
    pairs = np.argwhere(np.ones((times.size, run.sequences), dtype=bool))
    pairs = pairs[np.argsort(-times[pairs[:, 0]], kind="stable")]  # those that last come first
    count = max(1, _BLOCK // first.size)
    wanted = set(lags.tolist())
    for block in (pairs[i : i + count] for i in range(0, len(pairs), count)):
        rows = np.broadcast_to(first, (len(block), *first.shape)).copy()
        ends, sizes = times[block[:, 0]], np.zeros(len(block))
        for k in range(min(lags.max(initial=0), ends.max()) + 1):
            alive = int((ends >= k).sum())
            block, ends, rows, sizes = block[:alive], ends[:alive], rows[:alive], sizes[:alive]
            if k:
                with np.errstate(over="ignore", invalid="ignore"):
                    rows = run.vjp(rows, ends - k + 1, block[:, 1])
                rescale(rows, sizes)
            if k in wanted:
                yield k, block, rows, sizes


def rescale(rows: Floats, sizes: Floats) -> None:
    """Divide each product by its largest entry and add the logarithm of that to its size."""
    largest = np.maximum(rows.max(axis=(1, 2)), -rows.min(axis=(1, 2)))
    if not np.isfinite(largest).all():
        raise ValueError("a step of the Jacobian is beyond the range of a float: scale W down")
    with np.errstate(divide="ignore"):
        sizes += np.log(largest)
    rows /= np.where(largest > 0, largest, 1)[:, None, None]


def largest(rows: Floats) -> Floats:
    """Return the largest singular value of each of P matrices, shape (P,)."""
    # From J Jᵀ: squaring costs the small singular values their accuracy, not the largest.
    squares = rows @ rows.transpose(0, 2, 1)
    values, sure = np.zeros(len(squares)), np.zeros(len(squares), dtype=bool)
    if squares.size * squares.shape[1] >= _MANY:
        values, sure = _leading(squares)
    values[~sure] = np.linalg.eigvalsh(squares[~sure])[:, -1]
    return np.sqrt(np.maximum(values, 0))


def _leading(squares: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the largest eigenvalue of each of P matrices A = J Jᵀ, and whether it is sure.

    After some steps of Lanczos (Golub & Van Loan 2013, section 10.1) A q = θ q + r. The squares of
    all eigenvalues add up to those of all entries, so every other one is at most
    (‖A‖_F² - θ²)^½, and where that is less than θ, θ is the largest, but for |r|² / gap. Products
    of more than a few steps are so far from isometries that it is.
    """
    count, size = squares.shape[:2]
    whole = np.linalg.norm(squares, axis=(1, 2))
    start = np.random.default_rng(0).normal(size=size)
    v = np.broadcast_to(start / np.linalg.norm(start), (count, size))
    old, band = np.zeros((count, size)), np.zeros((count, _STEPS, _STEPS))
    beta: Floats = np.zeros(count)
    for i in range(_STEPS):
        new = (squares @ v[:, :, None])[:, :, 0]
        alpha = (new * v).sum(axis=1)
        band[:, i, i] = alpha
        new -= alpha[:, None] * v + beta[:, None] * old
        beta = np.linalg.norm(new, axis=1)
        beta = np.where(beta > 1e-14 * whole, beta, 0)  # what is left is rounding: all is found
        if i + 1 < _STEPS:
            band[:, i, i + 1] = beta
            band[:, i + 1, i] = beta
        old, v = v, new * np.divide(1, beta, out=np.zeros(count), where=beta > 0)[:, None]
    values, vectors = np.linalg.eigh(band)
    value, residual = values[:, -1], beta * vectors[:, -1, -1]
    others = whole**2 - value**2
    gap = value - np.sqrt(np.maximum(others, 0))
    return value, (gap > 0) & (residual**2 <= 1e-16 * value * gap)


def singular_values(run: "Run", t: int, k: int, sequence: int, *, log: bool) -> Floats:
    """Return the singular values of J_{t,k} as `longrange.nets.run.Run` describes."""
    # From a random frame, the same each time: unit vectors may lie in invariant subspaces of W.
    normal = np.random.default_rng(0).normal(size=(run.size, run.size))
    frame = np.linalg.qr(normal)[0]
    triangle, size = np.eye(run.size)[None], np.zeros(1)
    for s in range(t - k + 1, t + 1):
        with np.errstate(over="ignore", invalid="ignore"):
            carried = run.jvp(frame.T[None], np.array([s]), np.array([sequence]))
            frame, step = np.linalg.qr(carried[0].T)
            triangle = step @ triangle
        rescale(triangle, size)
    # Transposed, so that the grading is one of columns: joba=0 is accurate for those.
    values, _, _, scale, _, info = scipy.linalg.lapack.dgejsv(
        triangle[0].T, joba=0, jobu=3, jobv=3, jobr=0, jobp=0
    )
    if info:
        raise ValueError("the singular values did not converge")
    with np.errstate(divide="ignore", over="ignore"):
        logs = size + np.log(values * (scale[0] / scale[1]))
        return logs if log else np.exp(logs)


def directions(run: "Run", lags: ArrayLike, times: ArrayLike | None, level: float) -> Floats:
    """Return how many singular values are at least `level`, as `Run.directions` describes."""
    level = np.log(arguments.share("level", level))
    lags, times = checked(run, lags, times)
    found = np.full((lags.size, times.size, run.sequences), np.nan)
    for k, pairs, rows, sizes in grown(run, lags, times):
        here = np.flatnonzero(lags == k)[:, None]
        with np.errstate(divide="ignore"):
            logs = np.log(np.linalg.svd(rows, compute_uv=False)) + sizes[:, None]
        found[here, pairs[:, 0], pairs[:, 1]] = (logs >= level).sum(axis=1)
    return found


def first_below(logs: Floats, lags: Indices, level: float) -> int | None:
    """Return the least of `lags` at which e^`logs` lies below `level`."""
    below = lags[logs < np.log(arguments.share("level", level))]
    return int(below.min()) if below.size else None


def checked(run: "Run", lags: ArrayLike, times: ArrayLike | None) -> tuple[Indices, Indices]:
    """Return lags and times as whole numbers that the run has."""
    last = run.steps - 1
    lags = arguments.indices("lags", lags, last)
    every = np.arange(last + 1)
    return lags, every if times is None else arguments.indices("times", times, last)
