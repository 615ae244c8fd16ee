"""`longrange.precision` against exact fractions, rounded by hand, and against counting."""

import math
from fractions import Fraction
from functools import cache
from itertools import product

import ml_dtypes
import numpy as np
import pytest

from longrange import bits_read_back, recoverable_bits, recovery_rate

FORMATS = {
    "float16": np.finfo(np.float16),
    "bfloat16": ml_dtypes.finfo(ml_dtypes.bfloat16),
    "float32": np.finfo(np.float32),
    "float64": np.finfo(np.float64),
}
SIGNIFICAND = {name: int(info.nmant) + 1 for name, info in FORMATS.items()}  # and the hidden bit


PLACES = 200
ONE = 1 << PLACES  # fractions are whole multiples of 2^-200, exactly
LEAST = {name: int(info.minexp) - int(info.nmant) + PLACES for name, info in FORMATS.items()}


def rounded(x, name):
    """Return x >= 0 rounded to the format, half to even, small ones as subnormals."""
    last = max(x.bit_length() - SIGNIFICAND[name], LEAST[name])  # of the places that are kept
    if last <= 0:
        return x
    whole, rest, half = x >> last, x & ((1 << last) - 1), 1 << (last - 1)
    return (whole + (rest > half or (rest == half and whole & 1))) << last


@cache
def written(name, message):
    """Return h after the bits of `message`, a tuple; what it starts with is written once."""
    if not message:
        return 0
    return rounded(rounded(written(name, message[:-1]) + message[-1] * ONE, name) >> 1, name)


def read(name, h, count):
    found = []
    for _ in range(count):
        h = rounded(2 * h, name)
        found.append(int(h >= ONE))
        h = rounded(h - found[-1] * ONE, name)
    return found[::-1]


def test_rounding_by_hand_is_that_of_a_machine():
    rng = np.random.default_rng(0)
    for name, kind in (("float16", np.float16), ("bfloat16", ml_dtypes.bfloat16),
                       ("float32", np.float32)):  # fmt: skip
        for x in (rng.integers(0, 2**26, 300) * 2.0 ** rng.integers(-60, -20, 300)).tolist():
            assert Fraction(rounded(int(Fraction(x) * ONE), name), ONE) == Fraction(float(kind(x)))
    assert rounded(ONE >> 25, "float16") == 0  # half of the smallest, to even
    assert rounded(3 * ONE >> 25, "float16") == 2 * ONE >> 24
    assert rounded(ONE + (ONE >> 53), "float64") == ONE
    assert rounded(ONE + (3 * ONE >> 53), "float64") == ONE + (4 * ONE >> 53)


@pytest.mark.parametrize("name", FORMATS)
def test_every_short_message_comes_back_as_exact_arithmetic_with_rounding_says(name):
    for length in range(1, 13):
        messages = list(product((0, 1), repeat=length))
        expected = [read(name, written(name, message), length) for message in messages]
        np.testing.assert_array_equal(bits_read_back(name, messages), expected)


@pytest.mark.parametrize("name", FORMATS)
def test_long_messages_come_back_as_exact_arithmetic_with_rounding_says(name):
    rng = np.random.default_rng(1)
    lost = 0
    for length in (13, 20, 24, 25, 30, 41, 53, 54, 60, 64):
        dense = rng.integers(0, 2, (40, length))
        sparse = (rng.random((20, length)) < 2 / length).astype(int)
        # Ones first and zeros after: in float16, what is left of them are subnormals.
        fading = (np.arange(length) < rng.integers(1, 12, (20, 1))) * rng.integers(0, 2, length)
        messages = np.concatenate([dense, sparse, fading, np.ones((1, length), int)])
        expected = [read(name, written(name, tuple(m)), length) for m in messages.tolist()]
        np.testing.assert_array_equal(bits_read_back(name, messages), expected)
        lost += (expected != messages).any(axis=1).sum()
    assert lost > 50


@pytest.mark.parametrize("name", FORMATS)
def test_the_recoverable_bits_are_the_significand_with_its_hidden_bit(name):
    found = recoverable_bits(name)
    print(f"\n{name}: {found} bits come back, {SIGNIFICAND[name]} in its significand")
    assert found == SIGNIFICAND[name]
    assert type(found) is int


def test_the_significands_are_those_of_the_standard():
    assert SIGNIFICAND == {"float16": 11, "bfloat16": 8, "float32": 24, "float64": 53}


@pytest.mark.parametrize("name", ["float16", "bfloat16"])
def test_all_messages_as_long_as_the_significand_come_back_and_a_quarter_of_the_next_does_not(name):
    length = SIGNIFICAND[name]
    for bits in range(1, length + 1):
        messages = np.array(list(product((0, 1), repeat=bits)))
        assert (bits_read_back(name, messages) == messages).all()
    messages = np.array(list(product((0, 1), repeat=length + 1)))
    wrong = messages[(bits_read_back(name, messages) != messages).any(axis=1)]
    # Lost is what begins and ends with 1; but of ones alone h becomes 1, which reads as ones.
    ends = messages[messages[:, 0] & messages[:, -1] == 1]
    assert wrong.tolist() == ends[:-1].tolist()


def share(bits, significand):
    """Return the share of messages that come back, while no subnormals come in.

    Exact are those whose ones, from the first to the last, span no more than the significand.
    All others read back as another number, but for ones alone, which round up to h = 1.
    """
    kept = 1 + sum(
        (bits - s + 1) * 2 ** max(s - 2, 0) for s in range(1, min(bits, significand) + 1)
    )
    return Fraction(kept + (bits > significand), 2**bits)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("bits", range(1, 17))
def test_the_rate_of_recovery_is_what_counting_gives(name, bits):
    expected = share(bits, SIGNIFICAND[name])
    assert recovery_rate(name, bits) == expected
    assert (expected == 1) == (bits <= SIGNIFICAND[name])


def test_counting_gives_three_quarters_just_beyond_the_limit():
    for significand in SIGNIFICAND.values():
        assert share(significand + 1, significand) == Fraction(3, 4) + Fraction(
            1, 2 ** (significand + 1)
        )


@pytest.mark.parametrize(
    ("name", "bits"),
    [("float16", 17), ("float16", 20), ("bfloat16", 18), ("float32", 24), ("float32", 25),
     ("float32", 27), ("float64", 53), ("float64", 54), ("float64", 57)],
)  # fmt: skip
def test_the_rate_of_random_messages_is_near_what_counting_gives(name, bits):
    expected = float(share(bits, SIGNIFICAND[name]))
    found = recovery_rate(name, bits)
    assert abs(found - expected) <= 4.5 * math.sqrt(expected * (1 - expected) / 8192)


def test_the_rate_falls_with_the_length_and_the_seed_says_what_is_tried():
    for name, significand in SIGNIFICAND.items():
        rates = [recovery_rate(name, significand + extra) for extra in (0, 1, 2, 4, 8)]
        assert rates[0] == 1
        assert (np.diff(rates) < 0).all()
    assert recovery_rate("float32", 26, seed=5) == recovery_rate("float32", 26, seed=5)
    assert len({recovery_rate("float32", 26, seed=s) for s in range(5)}) > 1
    assert len({recovery_rate("float16", 14, seed=s) for s in range(5)}) == 1


@pytest.mark.parametrize("name", FORMATS)
def test_one_message_and_many_come_back_in_the_shape_they_came(name):
    rng = np.random.default_rng(0)
    messages = rng.integers(0, 2, (7, SIGNIFICAND[name] + 9))
    together = bits_read_back(name, messages)
    assert together.shape == messages.shape
    assert together.dtype == int
    for message, back in zip(messages, together, strict=True):
        np.testing.assert_array_equal(bits_read_back(name, message), back)
    short = messages[:, : SIGNIFICAND[name]]
    for kind in (bool, float, np.uint8, object):
        np.testing.assert_array_equal(bits_read_back(name, short.astype(kind)), short)
    assert bits_read_back(name, []).shape == (0,)


NO_FORMATS = ["float128", "Float16", "", None, 16, np.float16, np.dtype("float32"), ["float16"]]


@pytest.mark.parametrize("dtype", NO_FORMATS)
def test_an_unknown_format_is_named(dtype):
    for function in (
        lambda: bits_read_back(dtype, [0, 1]),
        lambda: recovery_rate(dtype, 3),
        lambda: recoverable_bits(dtype),
    ):
        with pytest.raises(
            ValueError, match="dtype must be one of float16, bfloat16, float32, float64, got"
        ):
            function()


@pytest.mark.parametrize(
    ("messages", "message"),
    [
        ([0, 2], r"messages must hold bits, 0 or 1, got 2"),
        ([0, -1], r"messages must hold bits, 0 or 1, got -1"),
        ([[0, 1], [0.5, 1]], r"messages must hold bits, 0 or 1, got 0\.5"),
        ([0, math.nan], r"messages must be finite, got nan at \(1,\)"),
        ([0, 1j], r"messages must hold real numbers of shape \(T,\) or \(B, T\)"),
        ("0101", r"messages must hold real numbers"),
        (["0", "1"], r"messages must hold real numbers"),
        ([0, None], r"messages must hold real numbers"),
        ([[0, 1], [1]], r"messages must hold real numbers"),
        (1, r"messages must have shape \(T,\) or \(B, T\), got \(\)"),
        (np.zeros((2, 2, 2)), r"messages must have shape \(T,\) or \(B, T\), got \(2, 2, 2\)"),
    ],
)
def test_what_is_no_message_is_named(messages, message):
    with pytest.raises(ValueError, match=message):
        bits_read_back("float32", messages)


@pytest.mark.parametrize("bits", [0, -1, 2.5, "3", None, [4]])
def test_a_length_that_is_none_is_named(bits):
    with pytest.raises(ValueError, match="bits must be a whole number >= 1, got"):
        recovery_rate("float16", bits)


@pytest.mark.parametrize("seed", [-1, 0.5, "3", None])
def test_a_seed_that_is_none_is_named(seed):
    for bits in (3, 30):
        with pytest.raises(ValueError, match="seed must be a whole number >= 0, got"):
            recovery_rate("float16", bits, seed=seed)
