"""What callers may pass: each check returns the argument as an array or says what came instead."""

import operator
from typing import SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray


def size(name: str, value: SupportsIndex, least: int = 1) -> int:
    """Return `value` as an int of at least `least`.

    Raises
    ------
    ValueError
        If it is no whole number or too small.
    """
    try:
        whole = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} must be a whole number >= {least}, got {value!r}") from None
    if whole < least:
        raise ValueError(f"{name} must be a whole number >= {least}, got {whole}")
    return whole


def number(name: str, value: ArrayLike, least: float = 0.0, *, above: bool = False) -> float:
    """Return `value` as a finite float >= `least`, or > `least` if `above`.

    Raises
    ------
    ValueError
        If it is not one.
    """
    rule = f"{name} must be finite and {'>' if above else '>='} {least:g}, got {value!r}"
    try:
        real = float(array(name, value, ()))
    except (TypeError, ValueError, OverflowError):
        raise ValueError(rule) from None
    if not np.isfinite(real) or real < least or (above and real == least):
        raise ValueError(rule)
    return real


def array(name: str, value: ArrayLike, *shapes: tuple[int | str, ...]) -> NDArray[np.float64]:
    """Return `value` as finite floats of one of `shapes`, whose letters stand for any length.

    Raises
    ------
    ValueError
        If the shape fits none of `shapes` or an entry is not finite.
    """
    written = (f"({', '.join(map(str, s))}{',' if len(s) == 1 else ''})" for s in shapes)
    wanted = " or ".join(dict.fromkeys(written))
    given = real(name, value, f" of shape {wanted}")
    if not any(_fits(given.shape, shape) for shape in shapes):
        raise ValueError(f"{name} must have shape {wanted}, got {given.shape}")
    if not np.isfinite(given).all():
        at = tuple(int(i) for i in np.argwhere(~np.isfinite(given))[0])
        raise ValueError(f"{name} must be finite, got {given[at]} at {at}")
    return given


def real(name: str, value: ArrayLike, what: str = "") -> NDArray[np.float64]:
    """Return `value` as floats of any shape; `what` says more of what is wanted.

    Raises
    ------
    ValueError
        If it holds anything but real numbers.
    """
    try:
        given = np.asarray(value)
        # NumPy would cast complex numbers, read text, and take None for NaN.
        if given.dtype.kind not in "biufO" or (given.dtype == object and None in given):
            raise TypeError
        return given.astype(float, copy=False)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} must hold real numbers{what}, got {value!r:.60}") from None


def square(name: str, value: ArrayLike) -> NDArray[np.float64]:
    """Return `value` as a finite square matrix of at least one row.

    Raises
    ------
    ValueError
        If it is not one.
    """
    given = array(name, value, ("N", "N"))
    if given.shape[0] != given.shape[1] or not given.size:
        raise ValueError(f"{name} must be square with N >= 1, got shape {given.shape}")
    return given


def sequence(name: str, value: ArrayLike, width: int) -> NDArray[np.float64]:
    """Return `value` as a finite array of shape (T, N) or (T, B, N) with N = `width`, T >= 1.

    Raises
    ------
    ValueError
        If it is not one.
    """
    given = array(name, value, ("T", width), ("T", "B", width))
    if not given.size:
        raise ValueError(f"{name} must not be empty, got shape {given.shape}")
    return given


def indices(name: str, value: ArrayLike, last: int) -> NDArray[np.intp]:
    """Return `value` as a 1-d array of whole numbers from 0 to `last`.

    Raises
    ------
    ValueError
        If one is not whole or lies outside.
    """
    given = array(name, value, ("K",), ())
    if np.asarray(value).dtype == bool:
        raise ValueError(f"{name} must be whole numbers, got a mask")
    given = np.atleast_1d(given)
    wrong = given[(given != np.floor(given)) | (given < 0) | (given > last)]
    if wrong.size:
        raise ValueError(f"{name} must be whole, from 0 to {last}, got {wrong[0]:.15g}")
    return given.astype(int)


def index(name: str, value: ArrayLike, last: int) -> int:
    """Return `value` as an int from 0 to `last`.

    Raises
    ------
    ValueError
        If it is not one whole number or lies outside.
    """
    if np.asarray(value, dtype=object).ndim:
        raise ValueError(f"{name} must be one whole number, got {value!r:.60}")
    return int(indices(name, value, last)[0])


def _fits(shape: tuple[int, ...], wanted: tuple[int | str, ...]) -> bool:
    same = (isinstance(w, str) or w == s for s, w in zip(shape, wanted, strict=False))
    return len(shape) == len(wanted) and all(same)
