"""Networks that a browser builds and runs again, bit for bit, from the same few settings.

In a chaotic run rounding errors grow until two programs follow different runs, unless each step
gives the same bits. So everything here is made of operations that IEEE 754 rounds in one way
(+, −, ×, ÷, √), in a fixed order; ``docs/elements/network.js`` does the same.
"""

import numpy as np
from numpy.typing import ArrayLike

from longrange import arguments, matrices, recurrence

FAMILIES = ("gaussian", "orthogonal", "symmetric", "triangular", "ring-chain", "cancelling")
LINK = 1.2  # of the ring-chain, times its gain
STEPS, BURN_IN = 600, 100  # of the tanh network
LINEAR_STEPS = 62  # its Jacobian is the same everywhere, and its states grow
_MATRIX, _DRIVE, _START, _TANGENT = range(4)  # streams of random numbers


def normal(seed: int, stream: int, count: int) -> np.ndarray:
    """Return standard normal numbers, rounded to 20 binary places.

    A counter is hashed to 32 bits: multiplied by 0x9E3779B9, shifted to where the stream begins,
    and mixed by the finisher of MurmurHash3. Two such numbers u, v in (0, 1) give two normal ones,
    √(-2 ln u) times cos 2πv and sin 2πv. The rounding hides the last bits of logarithm, sine and
    cosine, which differ between machines.

    Parameters
    ----------
    seed : int
        0 <= seed < 2^16.
    stream : int
        Other numbers of the same seed, 0 <= stream < 2^16.
    count : int
        >= 0.

    Returns
    -------
    ndarray of shape (count,)

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    seed, stream = _short("seed", seed), _short("stream", stream)
    count = arguments.size("count", count, least=0)
    u = uniform(seed, stream, 2 * ((count + 1) // 2))
    radius, angle = np.sqrt(-2 * np.log(u[::2])), 2 * np.pi * u[1::2]
    pairs = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return np.floor(pairs.ravel()[:count] * 2**20 + 0.5) / 2**20


def uniform(seed: int, stream: int, count: int, *, skip: int = 0) -> np.ndarray:
    """Return numbers uniform on (0, 1): the hashes of `normal`, and a half, divided by 2^32.

    Parameters
    ----------
    seed, stream, count : int
        As in `normal`.
    skip : int
        How many numbers of the stream are left out first, 0 <= skip < 2^32 - count.

    Returns
    -------
    ndarray of shape (count,)

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    seed, stream = _short("seed", seed), _short("stream", stream)
    count = arguments.size("count", count, least=0)
    skip = arguments.size("skip", skip, least=0, most=2**32 - 1 - count)
    x = np.arange(skip + 1, skip + count + 1, dtype=np.uint32) * np.uint32(0x9E3779B9)
    x += _mix(np.array([seed << 16 | stream], dtype=np.uint32))
    return (_mix(x).astype(float) + 0.5) / 2**32


def _mix(x: np.ndarray) -> np.ndarray:
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        x = (x ^ (x >> np.uint32(shift))) * np.uint32(factor)
    return x ^ (x >> np.uint32(16))


def tanh(x: ArrayLike) -> np.ndarray:
    """Return the hyperbolic tangent by Lambert's continued fraction and four doublings.

    x/16 / (1 + q/(3 + q/(5 + …))) with q = (x/16)² is tanh(x/16), and tanh 2y =
    2 tanh y / (1 + tanh² y). Exact to a few units in the last place.

    Parameters
    ----------
    x : array_like

    Returns
    -------
    ndarray of the shape of `x`

    Raises
    ------
    ValueError
        If `x` holds anything but real numbers.
    """
    y = np.clip(arguments.real("x", x), -1000, 1000) / 16  # the fraction fails beyond 2000
    q = y * y
    fraction: np.ndarray | float = 25.0
    for odd in range(23, 0, -2):
        fraction = odd + q / fraction
    t = y / fraction
    for _ in range(4):
        t = 2 * t / (1 + t * t)
    return t


def matrix(family: str, d: int, gain: float, *, seed: int) -> np.ndarray:
    """Return W of one family: `gain` times a matrix of spectral radius 1 (at large d), or 0.

    - ``"gaussian"``: independent entries N(0, gain²/d)
    - ``"orthogonal"``: `gain` times a uniform orthogonal matrix
    - ``"symmetric"``: Gaussian, symmetric
    - ``"triangular"``: ±`gain` on the diagonal, N(0, gain²/d) above
    - ``"ring-chain"``: W[i+1, i] = 1.2 `gain`, closed so that all eigenvalues have modulus `gain`
    - ``"cancelling"``: W² = 0; pairs of units get `gain` times the same Gaussian sum of the
      differences of pairs

    Parameters
    ----------
    family : str
        One of `FAMILIES`.
    d : int
        Width, >= 2; even for the cancelling family.
    gain : float
        g >= 0.
    seed : int
        0 <= seed < 2^16; the ring-chain has nothing random.

    Returns
    -------
    ndarray of shape (d, d)

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    family = arguments.choice("family", family, FAMILIES)
    d, gain = arguments.size("d", d, least=2), arguments.number("gain", gain)
    seed = _short("seed", seed)
    if family == "ring-chain":
        return gain * _ring_chain(d)
    if family == "cancelling":
        return gain * _cancelling(d, seed)
    n = normal(seed, _MATRIX, d * d).reshape(d, d)
    if family == "orthogonal":
        return gain * _orthonormal(n)
    if family == "symmetric":
        return gain * ((n + n.T) / np.sqrt(8 * d))
    if family == "triangular":
        return gain * (np.triu(n / np.sqrt(d), 1) + np.diag(np.where(np.diag(n) < 0, -1.0, 1.0)))
    return gain * (n / np.sqrt(d))


def _ring_chain(d: int) -> np.ndarray:
    w, closing = np.zeros((d, d)), 1.0
    for i in range(d - 1):
        w[i + 1, i] = LINK
        closing /= LINK
    w[0, -1] = closing
    return w


def _cancelling(d: int, seed: int) -> np.ndarray:
    if d % 2:
        raise ValueError(f"d must be even for the cancelling family, got {d}")
    pairs = normal(seed, _MATRIX, d * d // 4).reshape(d // 2, d // 2) / np.sqrt(d // 2)
    return np.kron(pairs, [[1.0, -1.0], [1.0, -1.0]])


def _orthonormal(n: np.ndarray) -> np.ndarray:
    """Make the rows of `n` orthonormal, one after the other (Gram and Schmidt, twice)."""
    q = n.copy()
    for i, row in enumerate(q):
        for other in (*q[:i], *q[:i]):
            row -= _dot(row, other) * other
        row /= np.sqrt(_dot(row, row))
    return q


def _dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the inner products along the last axis, summed from left to right."""
    return np.cumsum(a * b, axis=-1)[..., -1]


def states(
    W: ArrayLike, *, input_std: float, seed: int, activation: str = "tanh", steps: int | None = None
) -> np.ndarray:
    """Return the states of h_t = φ(W h_{t-1} + u_t), u_t ~ N(0, s² I), from a random start.

    Parameters
    ----------
    W : array_like of shape (N, N)
    input_std : float
        s >= 0, the standard deviation of the drive, independent for each unit and step.
    seed : int
        0 <= seed < 2^16.
    activation : {"tanh", "linear"}
    steps : int, optional
        T >= 2; `STEPS` unless given, `LINEAR_STEPS` for the linear network.

    Returns
    -------
    ndarray of shape (T, N)
        The last is what the laboratory looks back from.

    Raises
    ------
    ValueError
        If an argument is out of range, or the states of a linear network overflow.
    """
    W, input_std = arguments.square("W", W), arguments.number("input_std", input_std)
    activation = arguments.choice("activation", activation, ("tanh", "linear"))
    squash, usual = (tanh, STEPS) if activation == "tanh" else (np.asarray, LINEAR_STEPS)
    steps, d = arguments.size("steps", usual if steps is None else steps, least=2), len(W)
    h, found = normal(seed, _START, d), np.empty((steps, d))
    with np.errstate(over="ignore", invalid="ignore"):
        drive = input_std * normal(seed, _DRIVE, steps * d).reshape(steps, d)
        for t, u in enumerate(drive):
            found[t] = h = squash(_dot(W, h) + u)
    if not np.isfinite(found[-1]).all():
        raise ValueError("the states overflow: the linear network grows without limit")
    return found


def radius(W: ArrayLike) -> float:
    """Return `longrange.spectral_radius`, which is 0 for the cancelling family.

    Parameters
    ----------
    W : array_like of shape (N, N)

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `W` is not square and finite.
    """
    return matrices.spectral_radius(W)


def rate(W: ArrayLike, states: ArrayLike, *, seed: int, activation: str = "tanh") -> float:
    """Return λ₁, nats per step: how fast a small difference grows along `states`.

    One tangent vector is carried along and made of length 1 at each step; λ₁ is the mean of the
    logarithms, without the first `BURN_IN` (Benettin, Galgani, Giorgilli & Strelcyn 1980). Of a
    linear network it is ln ρ.

    Parameters
    ----------
    W : array_like of shape (N, N)
    states : array_like of shape (T, N)
        Of `states`, T > `BURN_IN` + 1 unless linear.
    seed : int
        Of the vector's start.
    activation : {"tanh", "linear"}

    Returns
    -------
    float
        -inf if the vector is lost.

    Raises
    ------
    ValueError
        If shapes do not fit or an argument is out of range.
    """
    W, seed = arguments.square("W", W), _short("seed", seed)
    activation = arguments.choice("activation", activation, ("tanh", "linear"))
    if activation == "linear":
        with np.errstate(divide="ignore"):
            return float(np.log(radius(W)))
    states = arguments.sequence("states", states, len(W))
    if len(states) < BURN_IN + 2:
        raise ValueError(f"states must have at least {BURN_IN + 2} steps, got {len(states)}")
    vector, total = normal(seed, _TANGENT, len(W)), 0.0
    for t, slope in enumerate(recurrence.slopes(states, activation)[1]):
        with np.errstate(over="ignore", invalid="ignore"):
            vector = slope * _dot(W, vector)  # in order: what cancels leaves no rounding error
            length = np.linalg.norm(vector)
        if length == 0:
            return -np.inf
        if not np.isfinite(length):
            raise ValueError("W is beyond what a step can hold: scale it down")
        vector /= length
        total += np.log(length) if t >= BURN_IN else 0
    return float(total / (len(states) - 1 - BURN_IN))


def _short(name: str, value: int) -> int:
    return arguments.size(name, value, least=0, most=2**16 - 1)
