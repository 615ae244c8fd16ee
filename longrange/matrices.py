"""Families of recurrent matrices W, each seeded, and their norm and spectral radius."""

from collections.abc import Callable

import numpy as np
import scipy
from numpy.typing import ArrayLike

from longrange import arguments, rounding


def gaussian(d: int, gain: float = 1.0, *, seed: int) -> np.ndarray:
    """Return W with independent entries W_ij ~ N(0, gain²/d).

    For large d the spectral radius tends to `gain` (circular law) and the norm to 2 `gain`.

    Parameters
    ----------
    d : int
        Width, >= 1.
    gain : float
        g >= 0, dimensionless (Sompolinsky, Crisanti & Sommers 1988).
    seed : int
        Seed of the generator.

    Returns
    -------
    ndarray of shape (d, d)

    Raises
    ------
    ValueError
        If `d`, `gain` or `seed` is out of range.
    """
    d, gain = arguments.size("d", d), arguments.number("gain", gain)
    seed = arguments.seed("seed", seed)
    return np.random.default_rng(seed).normal(0, gain / np.sqrt(d), (d, d))


def uniform(d: int, *, seed: int) -> np.ndarray:
    """Return W with independent entries W_ij ~ U(-1/√d, 1/√d): variance 1/(3d), hence gain 1/√3.

    What PyTorch gives the recurrent matrix of a layer.

    Parameters
    ----------
    d : int
        Width, >= 1.
    seed : int
        Seed of the generator.

    Returns
    -------
    ndarray of shape (d, d)

    Raises
    ------
    ValueError
        If `d` or `seed` is out of range.
    """
    d, seed = arguments.size("d", d), arguments.seed("seed", seed)
    return np.random.default_rng(seed).uniform(-1, 1, (d, d)) / np.sqrt(d)


def orthogonal(d: int, gain: float = 1.0, *, seed: int) -> np.ndarray:
    """Return `gain` times an orthogonal matrix drawn uniformly (Haar measure).

    Every singular value and the modulus of every eigenvalue is `gain`.

    Parameters
    ----------
    d : int
        Width, >= 1.
    gain : float
        Factor on every length, >= 0.
    seed : int
        Seed of the generator.

    Returns
    -------
    ndarray of shape (d, d)

    Raises
    ------
    ValueError
        If `d`, `gain` or `seed` is out of range.
    """
    d, gain = arguments.size("d", d), arguments.number("gain", gain)
    seed = arguments.seed("seed", seed)
    rng = np.random.default_rng(seed)
    if d == 1:  # SciPy leaves out the reflection of the line
        return gain * rng.choice([-1.0, 1.0], (1, 1))
    return gain * scipy.stats.ortho_group.rvs(d, random_state=rng)


def symmetric(d: int, radius: float, *, seed: int) -> np.ndarray:
    """Return a symmetric Gaussian matrix scaled to the spectral radius `radius`, also its norm.

    Parameters
    ----------
    d : int
        Width, >= 1.
    radius : float
        Spectral radius, >= 0.
    seed : int
        Seed of the generator.

    Returns
    -------
    ndarray of shape (d, d)

    Raises
    ------
    ValueError
        If `d`, `radius` or `seed` is out of range.
    """
    a = gaussian(d, seed=seed)
    return with_radius(a + a.T, radius)


def triangular(d: int, radius: float, strength: float, *, seed: int) -> np.ndarray:
    """Return an upper triangular matrix whose eigenvalues are all ±`radius`.

    The diagonal is ±`radius` with random signs; above it stand independent entries
    N(0, strength²/d). The larger `strength`, the further from normal.

    Parameters
    ----------
    d : int
        Width, >= 1.
    radius : float
        Spectral radius, >= 0; at 0 the matrix is nilpotent.
    strength : float
        Size of the part above the diagonal, >= 0.
    seed : int
        Seed of the generator.

    Returns
    -------
    ndarray of shape (d, d)

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    radius = arguments.number("radius", radius)
    strength = arguments.number("strength", strength)
    seed = arguments.seed("seed", seed)
    above = np.triu(gaussian(d, strength, seed=seed), 1)
    signs = np.random.default_rng([seed, 1]).choice([-1.0, 1.0], len(above))
    return above + np.diag(radius * signs)


def ring_chain(d: int, link: float, radius: float) -> np.ndarray:
    """Return a chain of `link` closed to a ring so that all eigenvalues have modulus `radius`.

    W[i+1, i] = link and W[0, d-1] = radius^d / link^(d-1), hence W^d = radius^d I. With
    link > radius a signal grows all along the chain and is cut down once a round.

    Parameters
    ----------
    d : int
        Width, >= 1.
    link : float
        Factor from one unit to the next, > 0.
    radius : float
        Spectral radius, >= 0; at 0 the ring is open.

    Returns
    -------
    ndarray of shape (d, d)

    Raises
    ------
    ValueError
        If an argument is out of range, or the closing link is outside the range of a float.
    """
    link = arguments.number("link", link, above=True)
    w, radius = delay_line(d, link), arguments.number("radius", radius)
    with np.errstate(over="ignore", under="ignore"):
        w[0, -1] = radius * np.float64(radius / link) ** (len(w) - 1)
    if radius and not np.finfo(float).tiny <= w[0, -1] < np.inf:
        raise ValueError(f"radius^d / link^(d-1) is outside the range of a float for d = {len(w)}, "
                         f"link = {link}, radius = {radius}")  # fmt: skip
    return w


def delay_line(d: int, link: float = 1.0) -> np.ndarray:
    """Return the open chain W[i+1, i] = link: nilpotent, W^d = 0.

    Parameters
    ----------
    d : int
        Width, >= 1.
    link : float
        Factor from one unit to the next, >= 0.

    Returns
    -------
    ndarray of shape (d, d)

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    d = arguments.size("d", d)
    return np.diag(np.full(d - 1, arguments.number("link", link)), -1)


def with_radius(W: ArrayLike, radius: float) -> np.ndarray:
    """Return `W` scaled to the spectral radius `radius`.

    Parameters
    ----------
    W : array_like of shape (N, N)
    radius : float
        Wanted spectral radius, >= 0.

    Returns
    -------
    ndarray of shape (N, N)

    Raises
    ------
    ValueError
        If `W` is not square and finite, `radius` is out of range, all eigenvalues are 0 or below
        N × 2e-16 of the norm, or the result is beyond the range of a float. That all are 0 is
        seen also where rounding hides it (`spectral_radius`).
    """
    W, radius = arguments.square("W", W), arguments.number("radius", radius)
    size = max(np.abs(block).max() for block in rounding.blocks(W))
    return _scaled(W, size, spectral_radius, "radius", radius)


def with_norm(W: ArrayLike, norm: float) -> np.ndarray:
    """Return `W` scaled to the spectral norm `norm`.

    Parameters
    ----------
    W : array_like of shape (N, N)
    norm : float
        Wanted largest singular value, >= 0.

    Returns
    -------
    ndarray of shape (N, N)

    Raises
    ------
    ValueError
        If `W` is not square and finite, `norm` is out of range, `W` is 0, or the result is beyond
        the range of a float.
    """
    W, norm = arguments.square("W", W), arguments.number("norm", norm)
    return _scaled(W, np.abs(W).max(), spectral_norm, "norm", norm)


def spectral_radius(W: ArrayLike) -> float:
    """Return the largest modulus of an eigenvalue of `W`, 0 if rounding hides that all are 0.

    For matrices far from normal, eigenvalues are computed with large errors: those of a rotated
    nilpotent matrix of width 64 seem to have a modulus of about one half. That all are 0 is
    therefore asked of powers, relative to the norm: `longrange.rounding.is_nilpotent`.

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
    blocks = rounding.blocks(arguments.square("W", W))
    parts = (block for block in blocks if not rounding.vanishes(block))
    return max((float(np.abs(np.linalg.eigvals(part)).max()) for part in parts), default=0.0)


def spectral_norm(W: ArrayLike) -> float:
    """Return the largest singular value of `W`: the most it stretches a vector.

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
    return float(np.linalg.norm(arguments.square("W", W), 2))


def _scaled(
    W: np.ndarray, size: float, measure: Callable[[ArrayLike], float], what: str, wanted: float
) -> np.ndarray:
    with np.errstate(over="ignore"):
        W = W / (size or 1)  # so that no size is beyond a float
        now = measure(W)
        if now <= rounding.residue(spectral_norm(W), len(W)):
            raise ValueError(f"W has spectral {what} 0, which no factor changes to {wanted:g}")
        scaled = W * (wanted / now)
    if not np.isfinite(scaled).all():
        raise ValueError(f"W scaled to {what} {wanted:g} is beyond the range of a float")
    return scaled
