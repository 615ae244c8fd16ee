"""`longrange.arguments`: what is let through, and what is said of the rest."""

import math
from fractions import Fraction

import numpy as np
import pytest

from longrange import arguments


@pytest.mark.parametrize("value", [3, np.int8(3), np.uint64(3), np.array(3)])
def test_whole_numbers_of_any_kind_are_sizes(value):
    found = arguments.size("d", value)
    assert found == 3
    assert type(found) is int


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1, "1"), (-2, "-2"), (2.0, r"2\.0"), ("2", "'2'"), (None, "None"), ([2], r"\[2\]")],
)
def test_what_is_no_size_is_shown(value, shown):
    with pytest.raises(ValueError, match=rf"d must be a whole number >= 2, got {shown}$"):
        arguments.size("d", value, least=2)


@pytest.mark.parametrize("value", [2, 2.0, np.float32(2), np.array(2), Fraction(4, 2)])
def test_real_numbers_of_any_kind_are_numbers(value):
    found = arguments.number("gain", value)
    assert found == 2
    assert type(found) is float


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (-0.5, r"-0\.5"),
        (math.nan, "nan"),
        (math.inf, "inf"),
        (10**400, "1000"),
        ("1", "'1'"),
        (None, "None"),
        (1j, "1j"),
        (np.complex128(1), r"np\.complex128\(1\+0j\)"),
        ([1.0], r"\[1\.0\]"),
    ],
)
def test_what_is_no_number_is_shown(value, shown):
    with pytest.raises(ValueError, match=f"gain must be finite and >= 0, got {shown}"):
        arguments.number("gain", value)


def test_a_bound_may_be_left_out():
    assert arguments.number("gain", 0) == 0
    with pytest.raises(ValueError, match="gain must be finite and > 0, got 0"):
        arguments.number("gain", 0, above=True)


def test_floats_are_passed_on_and_others_made_floats():
    given = np.ones((2, 3))
    assert arguments.array("W", given, ("M", "N")) is given
    for other in ([[1, 2, 3], [4, 5, 6]], np.ones((2, 3), np.float32), [[Fraction(1, 2)] * 3] * 2):
        assert arguments.array("W", other, ("M", 3)).dtype == float


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.ones((2, 2)), r"x must have shape \(T, 3\) or \(3,\), got \(2, 2\)$"),
        (np.ones((1, 2, 3)), r"x must have shape \(T, 3\) or \(3,\), got \(1, 2, 3\)$"),
        ([[1, 2, math.nan]], r"x must be finite, got nan at \(0, 2\)$"),
        ([1, -math.inf, 3], r"x must be finite, got -inf at \(1,\)$"),
        ([1, None, 3], "x must hold real numbers of shape"),
        ([1j, 2, 3], r"x must hold real numbers of shape \(T, 3\) or \(3,\), got \[1j, 2, 3\]$"),
        (["1", "2", "3"], r"x must hold real numbers of shape .* got \['1', '2', '3'\]$"),
        ([[1, 2, 3], [4]], r"x must hold real numbers of shape .* got \[\[1, 2, 3\], \[4\]\]$"),
        ([10**400, 0, 0], r"x must hold real numbers of shape .* got \[1000000"),
        ({1, 2, 3}, r"x must hold real numbers of shape .* got \{1, 2, 3\}$"),
    ],
)
def test_what_is_no_array_is_named_with_what_was_expected_and_what_came(value, message):
    with pytest.raises(ValueError, match=message):
        arguments.array("x", value, ("T", 3), (3,))


def test_what_is_shown_of_a_large_argument_is_short():
    with pytest.raises(ValueError, match="x must hold real") as refused:
        arguments.array("x", [1j] * 1000, ("N",))
    assert len(str(refused.value)) < 120


@pytest.mark.parametrize("value", [4, [4], 4.0, np.array([4, 0]), range(5), (), np.uint8(4)])
def test_whole_numbers_in_range_are_indices(value):
    found = arguments.indices("lags", value, 4)
    assert found.dtype.kind == "i"
    assert found.tolist() == [int(x) for x in np.atleast_1d(value)]


@pytest.mark.parametrize("value", [5, -1, 0.5, [[1]], math.nan, [True, False], "a", "3", None])
def test_what_is_no_index_is_named(value):
    with pytest.raises(ValueError, match=r"^lags must "):
        arguments.indices("lags", value, 4)


def test_one_index_is_an_int():
    assert arguments.index("t", np.float64(3), 4) == 3
    assert type(arguments.index("t", np.int32(3), 4)) is int
    for value in ([], [1], [1, 2]):
        with pytest.raises(ValueError, match="t must be one whole number, got"):
            arguments.index("t", value, 4)


def test_large_numbers_are_written_out():
    with pytest.raises(ValueError, match=r"lags must be whole, from 0 to 9, got 2147483648$"):
        arguments.indices("lags", 2**31, 9)
