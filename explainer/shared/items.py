"""What the figures of recall share: items in random directions, fading at one rate, and noise."""

import numpy as np

from longrange import recall


def directions(n: int, d: int, seed: int) -> np.ndarray:
    """Return n random unit vectors, shape (n, d), independent of the matrix of the same seed."""
    drawn = np.random.default_rng([seed, 1]).normal(size=(n, d))
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def strengths(rate: float, n: int) -> np.ndarray:
    """Return what is left of n items, oldest first, once the last one is read."""
    return rate ** np.arange(n)[::-1]


def mean_error(rate: float, n: int, d: int, noise: float) -> float:
    """Return the mean recall error in the limit of a wide state."""
    return float(recall.mean_field_recall(strengths(rate, n), d, noise=noise).mean())


def most_held(rate: float, noise: float) -> float:
    """Return Σ_k r^2k / (r^2k + σ²), the most items a state of any width can hold.

    That many come back if each has a direction of its own. No state does better: Σ s² / (s² + σ²)
    is concave in the s², and they spread wider than the strengths of the items.
    """
    kept = strengths(rate, 2000) ** 2
    return float((kept / (kept + noise**2)).sum())
