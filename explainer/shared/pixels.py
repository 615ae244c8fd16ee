"""A picture read into a state of fixed width and read back: what both figures of it compute with.

Pixel by pixel, h = Σ_i r^{n-i} b_i u_i, and read back by the linear readout that is best for
independent pixels.
"""

import numpy as np

from longrange.recall import recall_error, recall_readout
from longrange.recurrence import run

# Darkness of each pixel from light (f) to black (0). Drawn for this site.
CAT = """
fffffffffffffffe
ff2eeeeeeeeee2ff
fe42eeeeeeee24ee
fe4724eeee4274ee
ee47a422224a74ee
ee446643346644ee
ed555534435555de
ed455555555554dd
d56e1e5555e1e65d
d55e0e6666e0e55d
cd455569965554dc
2c3b54a00a45b3c2
c2b2bba99abb2b2c
bb3c5b9449b5c3bb
b99b44bbbb44b99b
aaaaa344443aaaaa
"""
SIDE = 16
N = SIDE**2

PIXELS = np.array([int(digit, 16) for digit in "".join(CAT.split())])
MEAN, SPREAD = float(PIXELS.mean().round(2)), float(PIXELS.std().round(2))
_rng = np.random.default_rng(4)
SIGNS, DRAWS = _rng.choice([-1, 1], N), _rng.normal(size=N).round(2)


def for_the_page() -> dict:
    """Return what the page computes with: a digit a pixel, a sign and a draw of noise for each."""
    return {
        "side": SIDE,
        "n": N,
        "pixels": "".join(CAT.split()),
        "mean": MEAN,
        "spread": SPREAD,
        "signs": "".join("-+"[int(sign > 0)] for sign in SIGNS),
        "draws": " ".join(f"{draw:g}" for draw in DRAWS),
    }


def returned(pixels: np.ndarray, r: float, d: int, noise: float) -> np.ndarray:
    """Return the 256 `pixels` (0 dark … 15 light) as they come back from a state of width d."""
    u, b, w = (pixels - MEAN) / SPREAD, writes(d), r * np.eye(d)
    state = run(w, u[:, None] * b, activation="linear")[-1] + noise * DRAWS[:d]
    return (recall_readout(w, b, noise=noise) @ state * SPREAD + MEAN).clip(0, 15)


def errors(r: float, d: int, noise: float) -> dict:
    """Return what is lost of independent pixels of variance 1, as a share, and to what."""
    decayed = recall_error(r * np.eye(d), writes(d), noise=noise)
    steady = recall_error(np.eye(d), writes(d), noise=noise).mean()
    width = recall_error(np.eye(d), writes(d)).mean()
    return {
        "width": float(width),
        "noisy": float(steady - width),
        "decay": float(decayed.mean() - steady),
        "total": float(decayed.mean()),
        "top": float(decayed[:SIDE].mean()),
        "bottom": float(decayed[-SIDE:].mean()),
    }


def writes(d: int) -> np.ndarray:
    """Return the direction in which each pixel is written, shape (256, d), d a multiple of 16.

    The units form 16 groups. Each group takes one pixel of every row, from scrambled columns, in
    directions that are rows of a Hadamard matrix: of length 1, evenly spread, quick to invert.
    """
    per_group = d // SIDE
    chosen = [(7 * j + 3) % SIDE for j in range(per_group)]  # in scrambled order
    directions = np.zeros((N, d))
    for i in range(N):
        y, x = divmod(i, SIDE)
        group = (x + 5 * y) % SIDE
        row = [SIGNS[i] * (-1) ** (y & j).bit_count() for j in chosen]
        directions[i, group * per_group : (group + 1) * per_group] = row / np.sqrt(per_group)
    return directions
