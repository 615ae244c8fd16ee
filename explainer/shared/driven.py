"""What the figures of driven networks share: one width, one input, one way to seed it."""

import numpy as np

D, INPUT_STD, BURN_IN = 64, 0.5, 100


def white(seed: int, steps: int, d: int = D, std: float = INPUT_STD) -> np.ndarray:
    """Return a white drive, shape (steps, d), independent of the matrix of the same seed."""
    return np.random.default_rng([seed, 1]).normal(0, std, (steps, d))


def geometric_mean(logs: list | np.ndarray) -> np.ndarray:
    """Return the geometric mean over the first axis of what `logs` are the logarithms of."""
    return np.exp(np.mean(logs, axis=0))
