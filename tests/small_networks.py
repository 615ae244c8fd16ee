"""Small networks whose memory is measured, and matrices that are none."""

import math

import numpy as np

from longrange import (
    delay_line,
    gaussian,
    ring_chain,
    symmetric,
    triangular,
    with_radius,
)


def orthogonal(d, gain=1.0, *, seed):
    """Return `gain` times an orthogonal matrix; that of the library loads scipy.stats."""
    return gain * np.linalg.qr(np.random.default_rng([seed, 5]).normal(size=(d, d)))[0]


FAMILIES = {  # d, radius, seed; a delay line has radius 0 and takes it as its link
    "orthogonal": lambda d, r, s: orthogonal(d, r, seed=s),
    "gaussian": lambda d, r, s: with_radius(gaussian(d, seed=s), r),
    "symmetric": lambda d, r, s: symmetric(d, r, seed=s),
    "triangular": lambda d, r, s: triangular(d, r, 0.2, seed=s),
    "ring chain": lambda d, r, _: ring_chain(d, 1.05 * r, r),
    "delay line": lambda d, r, _: delay_line(d, r),
}


def unit(d, seed=0, n=None):
    """Return a random unit vector, or n of them as rows."""
    drawn = np.random.default_rng([seed, 7]).normal(size=(n or 1, d))
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    return drawn if n else drawn[0]


def krylov(W, v, terms):
    columns = [v]
    for _ in range(terms - 1):
        columns.append(W @ columns[-1])
    return np.stack(columns, axis=1)


def drawn_networks(count=240):
    """Yield `count` random networks of all families, d = 2...128, radii and noises."""
    rng = np.random.default_rng(0)
    for seed in range(count):
        family = list(FAMILIES)[seed % len(FAMILIES)]
        d = [2, 128][seed // 6] if seed < 12 else int(2 ** rng.uniform(1, 7))
        radius, noise = rng.uniform(0.3, 0.99), 10 ** rng.uniform(-8, 0)
        if seed < 24:
            noise = [1e-8, 1.0][seed // 6 % 2]
        yield family, FAMILIES[family](d, radius, seed), unit(d, seed), radius, noise


W3, V3 = 0.5 * np.eye(3), np.ones(3)
BAD_MATRICES = [
    (np.zeros((2, 3)), r"W must be square with N >= 1, got shape \(2, 3\)"),
    (np.zeros((0, 0)), r"W must be square with N >= 1, got shape \(0, 0\)"),
    (0.5, r"W must have shape \(N, N\), got \(\)"),
    (W3 * 1j, r"W must hold real numbers of shape \(N, N\)"),
    (np.full((3, 3), math.nan), r"W must be finite, got nan at \(0, 0\)"),
]
