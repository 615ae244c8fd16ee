"""The largest singular value of products of Jacobians, without multiplying matrices.

A product J of k steps takes a vector k steps back for Jᵀ v, and k forward for J v. So A = J Jᵀ is
known by what it does to vectors, and its largest eigenvalue is found in the space that a few of
them span when A is applied again and again.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from longrange.nets.run import Run

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

WIDTH = 4  # vectors a product: with two it takes more rounds, with eight more work
TOGETHER = 16  # products side by side, so that 64 rows meet W each time it is read from memory
SURE = 30  # times less than the tolerance: then one round is enough
ROUNDS = 200  # at most; a single step with a flat spectrum takes about 40


def norms(run: "Run", lags: Indices, times: Indices, tolerance: float) -> Floats:
    """Return ln ‖J_{t,k}‖, shape (K, M, B), NaN where t < k."""
    distinct, place = np.unique(lags, return_inverse=True)
    found = np.full((distinct.size, times.size, run.sequences), np.nan)
    found[distinct == 0] = 0  # the identity
    # The longest first: those that go side by side should take about as many steps.
    wanted = np.argwhere((distinct[:, None] <= times) & (distinct[:, None] > 0))[::-1]
    products = np.repeat(wanted, run.sequences, axis=0)
    sequences = np.tile(np.arange(run.sequences), len(wanted))
    for first in range(0, len(products), TOGETHER):
        chosen = slice(first, first + TOGETHER)
        k, m = products[chosen].T
        side_by_side = _Products(run, times[m], distinct[k], sequences[chosen])
        found[k, m, sequences[chosen]] = _largest(side_by_side, tolerance)
    return found[place]


class _Products:
    """Some J_{t,k} side by side, each step of each divided by a factor of its own.

    The factors are fixed when a step is first met, so that the products stay linear maps and their
    entries stay within the range of a float.

    Parameters
    ----------
    run : Run
    times, lags, sequences : ndarray of int, shape (P,)
        t, k and the sequence of each; the lags do not rise.
    """

    def __init__(self, run: "Run", times: Indices, lags: Indices, sequences: Indices) -> None:
        self.run, self.times, self.lags, self.sequences = run, times, lags, sequences
        self.scales = np.zeros((len(lags), lags.max()))
        self._met = False

    def pull(self, rows: Floats, chosen: Indices) -> Floats:
        """Return Jᵀ times `rows`, of shape (P', M, S), of the `chosen` products."""
        rows = rows.copy()
        for step in range(self.lags[chosen[0]]):
            alive = chosen[self.lags[chosen] > step]
            with np.errstate(over="ignore", invalid="ignore"):
                new = self.run.vjp(
                    rows[: len(alive)], self.times[alive] - step, self.sequences[alive]
                )
            if not self._met:
                self.scales[alive, step] = _sizes(new)
            rows[: len(alive)] = new * np.exp(-self.scales[alive, step])[:, None, None]
        self._met = True
        return rows

    def push(self, rows: Floats, chosen: Indices) -> Floats:
        """Return J times `rows`."""
        rows = rows.copy()
        for step in reversed(range(self.lags[chosen[0]])):
            alive = chosen[self.lags[chosen] > step]
            new = self.run.jvp(rows[: len(alive)], self.times[alive] - step, self.sequences[alive])
            rows[: len(alive)] = new * np.exp(-self.scales[alive, step])[:, None, None]
        return rows


def _sizes(rows: Floats) -> Floats:
    """Return the logarithm of the largest entry of each product's rows, 0 where all are 0."""
    largest = np.maximum(rows.max(axis=(1, 2)), -rows.min(axis=(1, 2)))
    if not np.isfinite(largest).all():
        raise ValueError("a step of the Jacobian is beyond the range of a float: scale W down")
    return np.log(np.where(largest > 0, largest, 1))


def _largest(products: _Products, tolerance: float) -> Floats:
    """Return the logarithm of the largest singular value of each product.

    Block Lanczos with full orthogonalisation (Golub & Van Loan 2013, section 10.3.6): within
    {Q, A Q, A² Q, …} A is a band matrix, whose largest eigenvalue θ is at most that of A, and the
    start at random has a part along every direction. With ‖A q - θ q‖ <= `tolerance` θ for its
    eigenvector q an eigenvalue of A lies as near to θ. It need not be the largest: one that stands
    a little above many that are nearly the same is seen a few rounds later. So this must hold in
    three rounds on end, or the residual be `SURE` times smaller. Over clusters of every width and
    shape with one above them by every distance the norm was then off by 0.63 `tolerance` at most.
    """
    size, count = products.run.size, len(products.lags)
    chosen, logs = np.arange(count), np.empty(count)
    start = np.random.default_rng(0).normal(size=(size, min(WIDTH, size)))
    block = np.broadcast_to(np.linalg.qr(start)[0].T, (count, start.shape[1], size))
    within = np.zeros(count, dtype=int)  # rounds on end
    basis, band, below = (np.zeros((count, 0, n)) for n in (size, 0, 0))
    for _ in range(ROUNDS):
        basis = np.concatenate([basis, block], axis=1)
        pulled = products.pull(block, chosen)
        band = _grown(band, below, pulled @ pulled.transpose(0, 2, 1))
        values, vectors = np.linalg.eigh(band)
        value, last = values[:, -1], vectors[:, -block.shape[1] :, -1:]
        block, below = _orthonormal(products.push(pulled, chosen), basis)
        # A maps the last block partly out of the space; all others it maps into it.
        residual = np.linalg.norm(below @ last, axis=(1, 2))
        within = np.where(residual <= tolerance * value, within + 1, 0)
        done = (within == 3) | (residual <= tolerance / SURE * value)
        with np.errstate(divide="ignore"):
            logs[chosen[done]] = np.log(np.maximum(value[done], 0)) / 2
        chosen, within, basis, band, block, below = (
            one[~done] for one in (chosen, within, basis, band, block, below)
        )
        if not chosen.size:
            return logs + products.scales.sum(axis=1)
    raise ValueError(
        f"the norm over k = {products.lags[chosen[0]]} steps did not come within {tolerance:g} in "
        f"{ROUNDS} rounds: ask for method='dense' or a larger tolerance"
    )


def _grown(band: Floats, below: Floats, corner: Floats) -> Floats:
    """Return symmetric band matrices with one block more."""
    m, (r, c) = band.shape[-1], below.shape[1:]
    size = m + corner.shape[-1]
    found = np.zeros((len(band), size, size))
    found[:, :m, :m] = band
    found[:, m:, m:] = corner
    found[:, m : m + r, m - c : m] = below
    found[:, m - c : m, m : m + r] = below.transpose(0, 2, 1)
    return found


def _orthonormal(rows: Floats, basis: Floats) -> tuple[Floats, Floats]:
    """Return what `rows` add to the space of `basis`, as orthonormal rows Q, and R.

    `rows` are Rᵀ Q and a part within the space. Where they add nothing a row of Q is any other
    direction, and that of R is 0; there are no more rows than the space has room for.
    """
    room = min(rows.shape[1], basis.shape[2] - basis.shape[1])
    factor = np.broadcast_to(np.eye(rows.shape[1]), (len(rows), *[rows.shape[1]] * 2))
    for _ in range(2):  # once leaves rounding errors of the size of what was taken away
        rows = rows - (rows @ basis.transpose(0, 2, 1)) @ basis
        frame, triangle = np.linalg.qr(rows.transpose(0, 2, 1))
        rows, factor = frame.transpose(0, 2, 1), triangle @ factor
    return rows[:, :room], factor[:, :room]
