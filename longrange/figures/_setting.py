"""What the figures of driven networks share: one width, one input, one way to seed it."""

import numpy as np

D, INPUT_STD, BURN_IN = 64, 0.5, 100


def white(seed: int, steps: int, d: int = D, std: float = INPUT_STD) -> np.ndarray:
    """Return a white drive, shape (steps, d), independent of the matrix of the same seed."""
    return np.random.default_rng([seed, 1]).normal(0, std, (steps, d))


def geometric_mean(logs: list | np.ndarray) -> np.ndarray:
    """Return the geometric mean over the first axis of what `logs` are the logarithms of."""
    return np.exp(np.mean(logs, axis=0))


def measured_horizon(logs: np.ndarray, lags: list | np.ndarray, level: float = 0.01) -> float:
    """Return the lag from which on a curve stays below `level`, straight between those measured.

    Parameters
    ----------
    logs : ndarray of shape (K,)
        Natural logarithms of the curve.
    lags : array_like of shape (K,)
        Where it was measured, rising.
    level : float

    Raises
    ------
    ValueError
        If the curve begins below the level, or ends above it: no horizon was seen.
    """
    most = np.maximum.accumulate(logs[::-1])[::-1]  # from each lag on
    if not most[-1] <= np.log(level) <= most[0]:
        raise ValueError(
            f"no horizon at {level}: the curve goes from {np.exp(most[0]):.2g} "
            f"to {np.exp(most[-1]):.2g}"
        )
    return float(np.interp(-np.log(level), -most, lags))
