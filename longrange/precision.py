"""How many bits one number can hold: written by halving, in the arithmetic of a machine.

h <- (h + b) / 2 puts each new bit b in front of the older ones, as the digits of a binary
fraction. In exact arithmetic one number so holds any history; idea: Siegelmann & Sontag (1995).
"""

import ml_dtypes
import numpy as np
from numpy.typing import ArrayLike

from longrange import arguments

FORMATS = {
    "float16": np.dtype(np.float16),
    "bfloat16": np.dtype(ml_dtypes.bfloat16),
    "float32": np.dtype(np.float32),
    "float64": np.dtype(np.float64),
}
EXHAUSTIVE = 16  # messages of at most that many bits are all tried
SAMPLES = 2**13


def bits_read_back(dtype: str, messages: ArrayLike) -> np.ndarray:
    """Return the bits that come back after `messages` were written into one number each.

    Writing: h <- (h + b) / 2 for each bit b, from h = 0. Reading: double h, and take off the 1
    that may stand before the point; that gives the newest bit first, and it rounds nothing.

    Parameters
    ----------
    dtype : {"float16", "bfloat16", "float32", "float64"}
        The arithmetic in which every step is done and rounded.
    messages : array_like of shape (T,) or (B, T)
        Bits 0 and 1, oldest first.

    Returns
    -------
    ndarray of int, of the shape of `messages`

    Raises
    ------
    ValueError
        If `dtype` is another one, or an entry is neither 0 nor 1.
    """
    kind = _format(dtype)
    bits = arguments.array("messages", messages, ("T",), ("B", "T"))
    if not np.isin(bits, (0, 1)).all():
        raise ValueError(f"messages must hold bits, 0 or 1, got {bits[~np.isin(bits, (0, 1))][0]}")
    one, two = kind.type(1), kind.type(2)
    h = np.zeros(bits.shape[:-1], kind)
    for bit in np.moveaxis(bits.astype(kind), -1, 0):
        h = (h + bit) / two
    back = np.empty(bits.shape, int)
    for i in reversed(range(bits.shape[-1])):
        h = h * two
        back[..., i] = h >= one
        h = h - back[..., i].astype(kind)
    return back


def recovery_rate(dtype: str, bits: int, *, seed: int = 0) -> float:
    """Return the share of messages of `bits` bits that come back whole from one number.

    Up to 16 bits all messages are tried; beyond, 8192 random ones.

    Parameters
    ----------
    dtype : {"float16", "bfloat16", "float32", "float64"}
    bits : int
        Length of a message, >= 1.
    seed : int
        Seed of the random messages.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    _format(dtype)
    bits, seed = arguments.size("bits", bits), arguments.seed("seed", seed)
    if bits <= EXHAUSTIVE:
        messages = np.arange(2**bits)[:, None] >> np.arange(bits) & 1
    else:
        messages = np.random.default_rng(seed).integers(0, 2, (SAMPLES, bits))
    return float((bits_read_back(dtype, messages) == messages).all(axis=-1).mean())


def recoverable_bits(dtype: str) -> int:
    """Return the longest message of which every one tried comes back whole from one number.

    It is the length of the significand, the hidden bit included. Width d holds d times as many.

    Parameters
    ----------
    dtype : {"float16", "bfloat16", "float32", "float64"}

    Returns
    -------
    int
        Bits.

    Raises
    ------
    ValueError
        If `dtype` is another one.
    """
    bits = 0
    while recovery_rate(dtype, bits + 1) == 1:
        bits += 1
    return bits


def _format(dtype: str) -> np.dtype:
    return FORMATS[arguments.choice("dtype", dtype, FORMATS)]
