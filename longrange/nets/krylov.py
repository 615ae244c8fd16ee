"""The largest singular value of a product of Jacobians, without multiplying matrices."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from longrange.nets.run import Run

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

COLUMNS = 8  # of a block: eight vectors cost little more than one, W is read once for all
ROUNDS = 60  # at most; a product of one step with a flat spectrum took about 20


def norms(run: "Run", lags: Indices, times: Indices, tolerance: float) -> Floats:
    """Return ln ‖J_{t,k}‖, shape (K, M, B), NaN where t < k."""
    logs = np.full((lags.size, times.size, run.sequences), np.nan)
    for m, t in enumerate(times.tolist()):
        for sequence in range(run.sequences):
            logs[:, m, sequence] = _of_one_time(run, lags, t, sequence, tolerance)
    return logs


def _of_one_time(run: "Run", lags: Indices, t: int, sequence: int, tolerance: float) -> Floats:
    """Return ln ‖J_{t,k}‖ of one time and sequence for all lags, the shorter ones first."""
    rng = np.random.default_rng(0)
    width = min(COLUMNS, run.size)
    logs = np.full(lags.size, np.nan)
    found = np.zeros((0, run.size))
    scales = np.zeros(0)
    for k in np.unique(lags[lags <= t]).tolist():
        # Half of the block begins where the lag before ended, for the directions of the new state
        # that last are nearly the same; half at random, for the largest one may be another.
        block = np.concatenate([found[: width // 2], rng.normal(size=(width, run.size))])[:width]
        product = _Product(run, t, k, sequence, scales)
        value, found = _largest(product, block, tolerance)
        scales = product.scales
        with np.errstate(divide="ignore"):
            logs[lags == k] = scales.sum() + np.log(value) / 2
    return logs


class _Product:
    """J_{t,k} / e^(sum of `scales`): each step is divided by a factor of its own.

    The factors are fixed when a step is first met, so that the product stays one linear map and
    its entries stay within the range of a float.
    """

    def __init__(self, run: "Run", t: int, k: int, sequence: int, scales: Floats) -> None:
        self.run, self.t, self.k, self.sequence = run, t, k, np.array([sequence])
        self.scales = scales

    def pull(self, rows: Floats) -> Floats:
        """Return Jᵀ times each of `rows`."""
        for step in range(self.k):
            with np.errstate(over="ignore", invalid="ignore"):
                rows = self.run.vjp(rows[None], np.array([self.t - step]), self.sequence)[0]
            if step == len(self.scales):
                largest = np.linalg.norm(rows, axis=1).max()
                if not np.isfinite(largest):
                    raise ValueError(
                        "a step of the Jacobian is beyond the range of a float: scale W down"
                    )
                self.scales = np.append(self.scales, np.log(largest or 1))
            rows = rows * np.exp(-self.scales[step])
        return rows

    def push(self, rows: Floats) -> Floats:
        """Return J times each of `rows`."""
        for step in reversed(range(self.k)):
            rows = self.run.jvp(rows[None], np.array([self.t - step]), self.sequence)[0]
            rows = rows * np.exp(-self.scales[step])
        return rows


def _largest(product: _Product, block: Floats, tolerance: float) -> tuple[float, Floats]:
    """Return the largest eigenvalue of A = J Jᵀ, and its leading eigenvectors as rows.

    Block Lanczos with full orthogonalisation (Golub & Van Loan 2013, section 10.3.6): the block's
    Krylov space {Q, A Q, A² Q, …} is grown by one block a round, and A is looked at within it. It
    stops once ‖A q - θ q‖ <= `tolerance` θ for the leading pair, so that an eigenvalue lies within
    that of θ; a start at random has a part along every direction, so it is the largest.
    """
    width = len(block)
    basis, images, square = (np.zeros((0, block.shape[1])) for _ in range(3))
    for _ in range(ROUNDS):
        block = _orthonormal(block, basis)
        if not len(block):
            break
        pulled = product.pull(block)
        square = np.concatenate([square, pulled])
        basis = np.concatenate([basis, block])
        # Within the space A is (Jᵀ Q)ᵀ (Jᵀ Q), symmetric whatever rounding does.
        values, vectors = np.linalg.eigh(square @ square.T)
        image = product.push(pulled)
        images = np.concatenate([images, image])
        leading = vectors[:, ::-1][:, :width].T
        found = leading @ basis
        residual = leading[0] @ images - values[-1] * found[0]
        if np.linalg.norm(residual) <= tolerance * values[-1]:
            return float(values[-1]), found
        block = image
    else:
        raise ValueError(
            f"the norm over k = {product.k} steps did not come within {tolerance:g} in {ROUNDS} "
            "rounds: ask for method='dense' or a larger tolerance"
        )
    return float(values[-1]), found


def _orthonormal(block: Floats, basis: Floats) -> Floats:
    """Return what `block` adds to the space of `basis`, as orthonormal rows."""
    sizes = np.linalg.norm(block, axis=1, keepdims=True)
    block = block / np.where(sizes > 0, sizes, 1)
    for _ in range(2):  # once leaves rounding errors of the size of what was taken away
        block = block - (block @ basis.T) @ basis
        frame, triangle = np.linalg.qr(block.T)
        block = frame.T
    return block[np.abs(np.diagonal(triangle)) > 1e-8]
