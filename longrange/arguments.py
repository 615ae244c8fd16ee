"""What callers may pass: one gate, which takes every real number or says in one sentence why not.

The sentence names the argument, what is asked of it, what came and, where that is not plain, what
to do. Real numbers of every type are taken: Python's, `fractions`, `decimal`, those of NumPy and
of other arrays that NumPy reads, from bfloat16 to long double, PyTorch's with their gradient and on
any device. Refused are text, complex numbers, masked entries, sparse matrices, and truth values
where one number is asked for.
"""

import operator
import reprlib
from collections.abc import Collection
from decimal import Decimal
from fractions import Fraction
from numbers import Complex, Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

MOST = 2**31 - 1  # no array is longer along one axis
COUNT = 10**100  # what is only counted with may be larger


def size(name: str, value: Any, least: int = 1, most: int | None = MOST) -> int:
    """Return `value` as an int from `least` to `most`, without an upper end if that is None.

    Raises
    ------
    ValueError
        If it is no whole number or outside.
    """
    rule = f"{name} must be a whole number >= {least}"
    whole = _whole(rule, value)
    if whole < least:
        raise ValueError(f"{rule}, got {_came(value)}")
    if most is not None and whole > most:
        raise ValueError(
            f"{name} must be a whole number from {least} to {most}, got {_came(value)}"
        )
    return whole


def seed(name: str, value: Any) -> int:
    """Return `value` as an int >= 0, however large.

    Raises
    ------
    ValueError
        If it is none.
    """
    return size(name, value, least=0, most=None)


def number(name: str, value: Any, least: float = 0.0, *, above: bool = False) -> float:
    """Return `value` as a finite float >= `least`, or > `least` if `above`.

    Raises
    ------
    ValueError
        If it is not one.
    """
    return _number(f"{name} must be finite{_bound(least, above)}", value, least, above=above)


def share(name: str, value: Any) -> float:
    """Return `value` as a float strictly between 0 and 1.

    Raises
    ------
    ValueError
        If it is not one.
    """
    rule = f"{name} must lie strictly between 0 and 1"
    found = _number(rule, value, 0.0, above=True)
    if found >= 1:
        raise ValueError(f"{rule}, got {_came(value)}")
    return found


def numbers(
    name: str, value: Any, least: float = -np.inf, *, above: bool = False, unit: str = ""
) -> NDArray[np.float64]:
    """Return `value` as finite floats of any shape, all >= `least`, or > `least` if `above`.

    Raises
    ------
    ValueError
        If one is not.
    """
    given = real(name, value)
    wrong = ~np.isfinite(given) | (given <= least if above else given < least)
    if wrong.any():
        where = _first(wrong)
        at = f" at {where}" if where else ""
        rule = f"{name} must be finite{_bound(least, above)}{unit}"
        raise ValueError(f"{rule}, got {given[where]:.15g}{at}")
    return given


def array(name: str, value: Any, *shapes: tuple[int | str, ...]) -> NDArray[np.float64]:
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
        at = _first(~np.isfinite(given))
        raise ValueError(f"{name} must be finite, got {given[at]} at {at}")
    return given


def complex_array(
    name: str, value: Any, *shapes: tuple[int | str, ...]
) -> NDArray[np.float64] | NDArray[np.complex128]:
    """Return `value` as `array` does, but complex where it is.

    Raises
    ------
    ValueError
        As `array`.
    """
    try:
        given = np.asanyarray(_on_cpu(value))
    except Exception:  # `array` says what it is
        return array(name, value, *shapes)
    if given.dtype.kind != "c":
        return array(name, value, *shapes)
    return array(name, given.real, *shapes) + 1j * array(name, given.imag, *shapes)


def real(name: str, value: Any, what: str = "") -> NDArray[np.float64]:
    """Return `value` as floats of any shape, not all finite; `what` says more of what is wanted.

    Raises
    ------
    ValueError
        If it holds anything but real numbers.
    """
    return _read(f"{name} must hold real numbers{what}", value)


def is_whole(value: Any) -> bool:
    """Whether `value` is an array or a tensor of whole numbers by its type, as token ids are."""
    try:
        return np.asarray(_on_cpu(value)).dtype.kind in "iu"
    except Exception:  # what it is instead is said where it is read
        return False


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


def indices(name: str, value: Any, last: int = MOST) -> NDArray[np.intp]:
    """Return `value` as a 1-d array of whole numbers from 0 to `last`.

    Raises
    ------
    ValueError
        If one is not whole or lies outside.
    """
    given = np.atleast_1d(array(name, value, ("K",), ()))
    if _is_truth(value):
        raise ValueError(f"{name} must be whole numbers, got a mask: pass its numpy.flatnonzero")
    wrong = given[(given != np.floor(given)) | (given < 0) | (given > last)]
    if wrong.size:
        raise ValueError(f"{name} must be whole, from 0 to {last}, got {wrong[0]:.15g}")
    return given.astype(int)


def index(name: str, value: Any, last: int) -> int:
    """Return `value` as an int from 0 to `last`.

    Raises
    ------
    ValueError
        If it is not one whole number or lies outside.
    """
    rule = f"{name} must be whole, from 0 to {last}"
    whole = _whole(rule, value)
    if not 0 <= whole <= last:
        raise ValueError(f"{rule}, got {_came(value)}")
    return whole


def choice(name: str, value: Any, options: Collection[str]) -> str:
    """Return `value`, which is one of `options`.

    Raises
    ------
    ValueError
        If it is not.
    """
    if not (isinstance(value, str) and value in options):
        raise ValueError(f"{name} must be one of {', '.join(options)}, got {_came(value)}")
    return value


def flag(name: str, value: Any) -> bool:
    """Return `value` as a bool; numbers and text are none.

    Raises
    ------
    ValueError
        If it is neither True nor False.
    """
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{name} must be True or False, got {_came(value)}")
    return bool(value)


def shown(value: Any) -> str:
    """Return `value` in one short line, as all that is refused is shown."""
    return _came(value)


class _RefusedError(Exception):
    """What came instead, and what to do."""


def first_line(error: Exception) -> str:
    """Return the first line of what an error of another library says, or else its kind."""
    lines = [] if isinstance(error, KeyError) else str(error).splitlines()  # a key says nothing
    return (lines[0].rstrip(".") if lines else "") or type(error).__name__


def _read(rule: str, value: Any) -> NDArray[np.float64]:
    try:
        return _floats(value)
    except _RefusedError as refused:
        raise ValueError(f"{rule}, got {refused}") from None


def _number(rule: str, value: Any, least: float, *, above: bool) -> float:
    given = _read(rule, value)
    if given.ndim:
        raise ValueError(f"{rule}, got {_came(value)}: pass one number")
    if _is_truth(value):
        raise ValueError(f"{rule}, got {_came(value)}: a truth value is no number")
    found = float(given)
    if not np.isfinite(found) or found < least or (above and found == least):
        raise ValueError(f"{rule}, got {_came(value)}")
    return found


def _whole(rule: str, value: Any) -> int:
    """Return one whole number, exact however large, such as 3, 3.0 or Fraction(6, 2)."""
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return operator.index(value)
    found = _number(rule, value, -np.inf, above=False)
    if not found.is_integer():
        raise ValueError(f"{rule}, got {_came(value)}")
    return int(found)


def _bound(least: float, above: bool) -> str:
    return "" if least == -np.inf else f" and {'>' if above else '>='} {least:g}"


def _first(where: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(i) for i in np.argwhere(where)[0])


def _fits(shape: tuple[int, ...], wanted: tuple[int | str, ...]) -> bool:
    same = (isinstance(w, str) or w == s for s, w in zip(shape, wanted, strict=False))
    return len(shape) == len(wanted) and all(same)


def _floats(value: Any) -> NDArray[np.float64]:
    """Return real numbers of any type and shape as floats."""
    if _is_masked(value):
        raise _RefusedError(f"{_came(value)} with masked entries: fill them in or leave them out")
    try:
        given = np.asanyarray(_on_cpu(value))
    except _RefusedError:
        raise
    except Exception as error:  # whatever another library's __array__ may raise
        if isinstance(value, list | tuple) and "inhomogeneous" in str(error):
            raise _RefusedError(f"{_came(value)}: its rows are not alike") from None
        raise _RefusedError(f"{_came(value)} that NumPy cannot read: {first_line(error)}") from None
    if _is_masked(given):
        raise _RefusedError(f"{_came(value)} with masked entries: fill them in or leave them out")
    given = np.asarray(given)
    kind = given.dtype.kind
    if kind in "biuf" or (kind == "V" and np.can_cast(given.dtype, float)):  # V: bfloat16 and such
        with np.errstate(over="ignore"):  # of a long double
            return given.astype(float, copy=False)
    if kind == "O":
        whole = value if given.ndim else given[()]
        found = [_float(one, whole) for one in given.ravel()]
        return np.array(found, dtype=float).reshape(given.shape)
    hint = {"U": ": convert text first", "S": ": convert text first", "T": ": convert text first",
            "c": ": take the real part first"}.get(kind, "")  # fmt: skip
    raise _RefusedError(_came(value) + hint)


def _on_cpu(value: Any) -> Any:
    """Return a tensor of PyTorch as NumPy can read it, without its gradient; others as they are.

    PyTorch is not imported: a tensor is what can be detached and has a place for its numbers.
    """
    if not all(callable(getattr(value, name, None)) for name in ("detach", "cpu")):
        return value
    if getattr(value, "is_meta", False):
        raise _RefusedError(f"{_came(value)} on 'meta', where no numbers are: load them first")
    tensor = value.detach().cpu()
    # Formats that NumPy lacks: bfloat16, and those of eight bits; float holds them exactly.
    small = tensor.is_floating_point() and tensor.element_size() <= 2
    return tensor.float() if small else tensor


def _float(one: Any, whole: Any) -> float:
    """Return an entry of an array of objects; float() itself reads text, and NaN for None."""
    if isinstance(one, str | bytes):
        raise _RefusedError(f"{_came(whole)}: convert text first")
    if isinstance(one, Complex) and not isinstance(one, Real):
        raise _RefusedError(f"{_came(whole)}: take the real part first")
    if hasattr(one, "toarray"):
        raise _RefusedError(f"{_came(whole)}: pass its toarray()")
    if not hasattr(type(one), "__float__"):
        if one is whole:
            hint = "" if one is None else ": pass a list or an array of numbers"
        else:
            hint = "" if isinstance(whole, list | tuple) else f" that holds {_came(one)}"
        raise _RefusedError(_came(whole) + hint)
    try:
        return float(one)
    except OverflowError:
        raise _RefusedError(f"{_came(whole)}: beyond the range of a float") from None
    except Exception as error:
        raise _RefusedError(f"{_came(whole)}: {first_line(error)}") from None


def _is_masked(value: Any, depth: int = 0) -> bool:
    """Whether an entry is masked; NumPy drops the masks of arrays within a list."""
    if isinstance(value, np.ma.MaskedArray):
        return bool(np.ma.getmaskarray(value).any())
    nested = isinstance(value, list | tuple) and depth < 64  # as deep as an array can be
    return nested and any(_is_masked(one, depth + 1) for one in value)


def _is_truth(value: Any) -> bool:
    return np.asarray(value).dtype == bool


class _Short(reprlib.Repr):
    """Shows what came in one line: short, and nothing cut where that would mislead."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel, self.maxlist, self.maxtuple, self.maxstring = 2, 4, 4, 40

    def repr_int(self, x: int, level: int) -> str:
        if (digits := round(abs(x).bit_length() * 0.30103)) > 40:
            return f"a whole number of about {digits} digits"
        return super().repr_int(x, level)

    def repr_instance(self, x: Any, level: int) -> str:
        if isinstance(x, np.ndarray) and not x.ndim:
            x = x[()]
        if x is None or isinstance(x, _SHOWN):
            try:
                if len(text := repr(x)) <= 60:
                    return text
            except ValueError:  # too many digits
                pass
        if isinstance(x, np.ndarray):
            return f"an array of {x.dtype} of shape {x.shape}" if level == 2 else "an array"
        try:
            shape = getattr(x, "shape", None)
        except Exception:  # of a tensor that PyTorch has yet to fill
            shape = None
        of = f" of shape {tuple(shape)}" if isinstance(shape, tuple) else ""
        return f"{'an' if type(x).__name__[0] in 'AEIOaeio' else 'a'} {type(x).__name__}{of}"


_SHOWN = (bool, float, complex, bytes, range, Fraction, Decimal, np.generic)
_came = _Short().repr
