"""`longrange.arguments`: what is let through, and what is said of the rest, by every function."""

import inspect
import math
import re
from decimal import Decimal
from fractions import Fraction

import ml_dtypes
import numpy as np
import pytest
from scipy import sparse

import longrange
from longrange import arguments, lab


@pytest.mark.parametrize("value", [3, np.int8(3), np.uint64(3), np.array(3), 3.0, Fraction(6, 2)])
def test_whole_numbers_of_any_kind_are_sizes(value):
    found = arguments.size("d", value)
    assert found == 3
    assert type(found) is int


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1, "1"), (-2, "-2"), (2.5, r"2\.5"), ("2", "'2': convert text first"), (None, "None"),
        ([2], r"\[2\]: pass one number"), (True, "True: a truth value is no number"),
        (math.nan, "nan"), (math.inf, "inf"),
    ],
)  # fmt: skip
def test_what_is_no_size_is_shown(value, shown):
    with pytest.raises(ValueError, match=rf"d must be a whole number >= 2, got {shown}$"):
        arguments.size("d", value, least=2)


def test_sizes_have_an_upper_end_and_seeds_have_none():
    with pytest.raises(
        ValueError, match=r"d must be a whole number from 1 to 2147483647, got 2147"
    ):
        arguments.size("d", 2**31)
    with pytest.raises(ValueError, match=r"got a whole number of about 5000 digits$"):
        arguments.size("d", 10**5000)
    assert arguments.seed("seed", 2**200) == 2**200


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
        (10**400, "a whole number of about 400 digits: beyond the range of a float"),
        (Decimal("1e400"), r"Decimal\('1E\+400'\)"),
        (Fraction(10**5000), "a Fraction: beyond the range of a float"),
        ("1", "'1': convert text first"),
        ("x" * 500, "'x+[.]{3}x+': convert text first"),
        (None, "None"),
        (1j, "1j: take the real part first"),
        (np.complex128(1), r"np\.complex128\(1\+0j\): take the real part first"),
        ([1.0], r"\[1\.0\]: pass one number"),
        (np.bool_(True), r"np\.True_: a truth value is no number"),
    ],
)
def test_what_is_no_number_is_shown(value, shown):
    with pytest.raises(ValueError, match=f"gain must be finite and >= 0, got {shown}$"):
        arguments.number("gain", value)


def test_a_bound_may_be_left_out():
    assert arguments.number("gain", 0) == 0
    with pytest.raises(ValueError, match="gain must be finite and > 0, got 0"):
        arguments.number("gain", 0, above=True)
    assert arguments.number("bias", -3, -math.inf) == -3
    with pytest.raises(ValueError, match="bias must be finite, got inf"):
        arguments.number("bias", math.inf, -math.inf)


def test_the_first_number_out_of_range_is_named_with_its_place():
    with pytest.raises(
        ValueError, match=r"^r must be finite and > 0 per step, got -1 at \(1, 0\)$"
    ):
        arguments.numbers("r", [[0.5, 1], [-1, 0]], 0, above=True, unit=" per step")
    with pytest.raises(ValueError, match=r"^k must be finite and >= 0, got nan$"):
        arguments.numbers("k", math.nan, 0)


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
        ([1, None, 3], r"x must hold real numbers of shape .* got \[1, None, 3\]$"),
        ([1j, 2, 3], r"of shape \(T, 3\) or \(3,\), got \[1j, 2, 3\]: take the real part first$"),
        (["1", "2", "3"], r"got \['1', '2', '3'\]: convert text first$"),
        ([[1, 2, 3], [4]], r"got \[\[1, 2, 3\], \[4\]\]: its rows are not alike$"),
        ([10**400, 0, 0], r"got \[a whole number .* digits, 0, 0\]: beyond the range of a float$"),
        ({1, 2, 3}, r"got \{1, 2, 3\}: pass a list or an array of numbers$"),
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
        with pytest.raises(ValueError, match=r"t must be whole, from 0 to 4, got \[.*: pass one"):
            arguments.index("t", value, 4)


def test_large_numbers_are_written_out():
    with pytest.raises(ValueError, match=r"lags must be whole, from 0 to 9, got 2147483648$"):
        arguments.indices("lags", 2**31, 9)


def test_names_and_truth_values_are_what_they_are():
    assert arguments.choice("kind", np.str_("gru"), {"lstm": 4, "gru": 3}) == "gru"
    with pytest.raises(ValueError, match=r"kind must be one of lstm, gru, got \['gru'\]$"):
        arguments.choice("kind", ["gru"], {"lstm": 4, "gru": 3})
    assert arguments.flag("log", np.True_) is True
    with pytest.raises(ValueError, match=r"log must be True or False, got 'no'$"):
        arguments.flag("log", "no")


# ── Every public function, every argument ───────────────────────────────────

W = np.array([[0.5, 0.25], [-0.125, 0.5]])
V = np.array([1.0, 0.5])
STATES = np.array([[0.25, -0.125], [0.125, 0.25], [-0.25, 0.25], [0.125, 0.125]])
LSTM = np.array([[0.5], [0.25], [-0.5], [1.0]])
RAN = longrange.run_gated(LSTM, np.ones((3, 4)))
# Of each function, arguments that fit; numbers are exact in bfloat16.
CALLS = {
    longrange.attention_share: {"n": np.array([4.0, 2.0])},
    longrange.bits_read_back: {"dtype": "float16", "messages": np.array([1.0, 0.0])},
    longrange.capacity: {"W": W, "v": V, "readout_noise": 0.5},
    longrange.critical_gain: {"input_std": 0.5},
    longrange.delay_line: {"d": 3, "link": 0.5},
    longrange.delta_rule_memory: {"keys": W, "values": W, "strength": 0.5},
    longrange.direct_path: {"run": RAN, "t": 2, "k": 1},
    longrange.effective_rate: {
        "W": W, "drive": STATES, "h0": V, "burn_in": 1, "activation": "leaky", "leak": 0.5,
    },
    longrange.estimated_memory: {
        "W": W, "v": V, "lags": np.array([2, 0]), "length": 5, "readout_noise": 0.5, "seed": 1,
    },
    longrange.exponents: {
        "W": W, "drive": STATES, "h0": V, "count": 2, "burn_in": 1, "activation": "leaky",
        "leak": 0.5,
    },
    longrange.fisher_memory: {"W": W, "v": V, "noise": 0.5},
    longrange.gate: {"bias": V},
    longrange.gate_bias: {"steps": V, "level": 0.5},
    longrange.gate_weights: {"d": 3, "kind": "gru", "seed": 1},
    longrange.gaussian: {"d": 3, "gain": 0.5, "seed": 1},
    longrange.gradient_by_lag: {
        "W": W, "states": STATES, "loss_gradient": V, "h0": V, "activation": "tanh",
    },
    longrange.half_life: {"r": V},
    longrange.horizon: {"r": V, "level": 0.5},
    longrange.influence: {"r": V, "k": V},
    longrange.lagged: {
        "W": W, "states": STATES, "t": 3, "k": 2, "activation": "leaky", "leak": 0.5,
    },
    longrange.least_squares_memory: {"keys": W, "values": W},
    longrange.mean_field: {"gain": 0.5, "input_std": 0.5},
    longrange.mean_field_recall: {"strengths": V, "d": 3, "noise": 0.5},
    longrange.measured_horizon: {
        "logs": np.array([0.0, -2.0]), "lags": np.array([1.0, 2.0]), "level": 0.5,
    },
    longrange.memory_function: {"W": W, "v": V, "lags": np.array([2, 0]), "readout_noise": 0.5},
    longrange.norms: {
        "W": W, "states": STATES, "lags": np.array([2, 0]), "times": np.array([3, 2]),
        "log": True, "activation": "leaky", "leak": 0.5,
    },
    longrange.orthogonal: {"d": 3, "gain": 0.5, "seed": 1},
    longrange.outer_product_accuracy: {"n": 3, "d": 4, "words": 5},
    longrange.outer_product_error: {"n": 3, "d": 4},
    longrange.outer_product_memory: {"keys": W, "values": W},
    longrange.path_norms: {
        "run": RAN, "lags": np.array([1, 0]), "times": np.array([2, 1]), "log": True,
    },
    longrange.power_norms: {"W": W, "lags": np.array([2, 0]), "log": True},
    longrange.recall_accuracy: {"answers": W, "words": np.array([1, 0]), "vocabulary": W},
    longrange.recall_error: {"W": W, "writes": STATES, "noise": 0.5},
    longrange.recall_readout: {"W": W, "writes": STATES, "noise": 0.5},
    longrange.recoverable_bits: {"dtype": "float16"},
    longrange.recovery_rate: {"dtype": "float16", "bits": 3, "seed": 1},
    longrange.relative_error: {"answers": W, "values": 2 * W},
    longrange.ring_chain: {"d": 3, "link": 0.5, "radius": 0.25},
    longrange.run: {"W": W, "drive": STATES, "h0": V, "activation": "leaky", "leak": 0.5},
    longrange.run_gated: {"W": LSTM, "drive": np.ones((3, 4)), "keep_bias": 0.5,
                          "recurrent_bias": np.ones(4)},
    longrange.singular_values: {
        "W": W, "states": STATES, "t": 3, "k": 2, "log": True, "activation": "leaky",
        "leak": 0.5,
    },
    longrange.softmax_recall: {"keys": W, "values": W, "queries": W, "sharpness": 0.5},
    longrange.spectral_norm: {"W": W},
    longrange.spectral_radius: {"W": W},
    longrange.symmetric: {"d": 3, "radius": 0.5, "seed": 1},
    longrange.total_path: {"run": RAN, "t": 2, "k": 1},
    longrange.triangular: {"d": 3, "radius": 0.5, "strength": 0.25, "seed": 1},
    longrange.uniform: {"d": 3, "seed": 1},
    longrange.with_norm: {"W": W, "norm": 0.5},
    longrange.with_radius: {"W": W, "radius": 0.5},
    lab.matrix: {"family": "gaussian", "d": 4, "gain": 0.5, "seed": 1},
    lab.normal: {"seed": 1, "stream": 2, "count": 3},
    lab.radius: {"W": W},
    lab.rate: {"W": W, "states": np.tile(STATES, (30, 1)), "seed": 1, "activation": "tanh"},
    lab.states: {"W": W, "input_std": 0.5, "seed": 1, "activation": "tanh", "steps": 3},
    lab.tanh: {"x": V},
    lab.uniform: {"seed": 1, "stream": 2, "count": 3, "skip": 4},
}  # fmt: skip


def test_no_public_function_and_no_argument_is_left_out():
    # What takes networks has its own tests: tests/longrange/nets and test_probe.py.
    of_networks = {longrange.Gated, longrange.MeanField, longrange.Measurement, longrange.measure}
    public = {getattr(longrange, name) for name in longrange.__all__} - {longrange.nets}
    of_lab = {one for _, one in inspect.getmembers(lab, inspect.isfunction)
              if one.__module__ == lab.__name__ and not one.__name__.startswith("_")}  # fmt: skip
    assert set(CALLS) == public - of_networks | of_lab
    for function, given in CALLS.items():
        assert list(inspect.signature(function).parameters) == list(given)


def every(kind):
    """Return the cases (function, argument) whose good value is of `kind`."""
    found = [
        (function, name)
        for function, given in CALLS.items()
        for name, value in given.items()
        if type(value) is kind
    ]
    return [pytest.param(*case, id=f"{case[0].__name__}-{case[1]}") for case in found]


def takes(function, name, spellings):
    """Check that `function` returns the same, to the last bit, however its argument is spelt."""
    given = CALLS[function]
    expected = function(**given)
    for spelling, spell in spellings.items():
        found = function(**given | {name: spell(given[name])})
        pairs = (
            zip(found, expected, strict=True) if isinstance(found, tuple) else [(found, expected)]
        )
        assert all(np.array_equal(*pair, equal_nan=True) for pair in pairs), spelling


def refused(function, name, value):
    """Return what `function` says of `value`: one whole sentence, which names the argument."""
    if value is None and inspect.signature(function).parameters[name].default is None:
        return "got None"  # it may be left out
    with pytest.raises(ValueError, match=rf"^{name} must ") as caught:
        function(**CALLS[function] | {name: value})
    said = str(caught.value)
    assert len(said.splitlines()) == 1
    assert len(said) < 250
    for one, other in ("[]", "()", "{}"):
        assert said.count(one) == said.count(other)
    assert said.replace("Can't", "Cannot").count("'") % 2 == 0
    return said


class Reads:
    """An array of another library, such as a column of a table."""

    def __init__(self, value):
        self.value = value

    def __array__(self, dtype=None, copy=None):
        return np.asanyarray(self.value, dtype)


class Tensor:
    """A tensor that needs a gradient: it lets nobody read it."""

    shape = (2, 2)

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError(
            "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() "
            "instead.\nMore that nobody asked for."
        )

    __float__ = __index__ = __array__


class Missing:
    """What stands where a table has no number."""

    def __float__(self):
        raise TypeError("float() argument must be a real number, not 'NAType'")


ARRAYS = {
    "list": np.ndarray.tolist,
    "tuple": lambda x: tuple(x.tolist()),
    "fractions": lambda x: np.vectorize(Fraction, [object])(x).tolist(),
    "decimals": lambda x: np.vectorize(Decimal, [object])(x),
    "bfloat16": lambda x: x.astype(ml_dtypes.bfloat16),
    "float16": lambda x: x.astype(np.float16),
    "long double": lambda x: x.astype(np.longdouble),
    "other end first": lambda x: x.astype(x.dtype.newbyteorder()),
    "Fortran": np.asfortranarray,
    "nothing masked": np.ma.masked_invalid,
    "of a table": Reads,
    "bfloat16 scalars": lambda x: list(x.astype(ml_dtypes.bfloat16)),
}


@pytest.mark.parametrize(("function", "name"), every(np.ndarray))
def test_an_array_is_taken_in_any_type_of_real_number(function, name):
    takes(function, name, ARRAYS)


@pytest.mark.parametrize(("function", "name"), every(np.ndarray))
def test_an_array_of_jax_is_taken(jax, function, name):
    takes(function, name, {"jax": jax.numpy.asarray})


def masked(x):
    mask = np.zeros(x.shape, bool)
    mask.flat[-1] = True
    return np.ma.array(x, mask=mask)


def objects(x, last):
    found = x.astype(object)
    found.flat[-1] = last
    return found


NO_ARRAYS = {
    "None": (lambda _: None, "got None$"),
    "text": (lambda _: "0.5", "got '0.5': convert text first$"),
    "texts": (lambda x: x.astype(str).tolist(), "convert text first$"),
    "text among numbers": (lambda x: objects(x, "0.5"), "convert text first$"),
    "bytes": (lambda x: objects(x, b"1"), "convert text first$"),
    "complex": (lambda x: x + 0j, "got an array of complex128 of shape .*: take the real part"),
    "complex objects": (lambda x: objects(x, 1 + 0j), "take the real part first$"),
    "a masked entry": (masked, "with masked entries: fill them in or leave them out$"),
    "a mask within": (lambda x: list(masked(x)), "with masked entries"),
    "a mask behind": (lambda x: Reads(masked(x)), "got a Reads with masked entries"),
    "sparse": (lambda x: sparse.csr_array(np.atleast_2d(x)), "got a csr_array .*: pass its toarr"),
    "tensor": (
        lambda _: Tensor(),
        r"got a Tensor of shape \(2, 2\) that NumPy .*Use tensor.detach",
    ),
    "missing": (lambda x: objects(x, Missing()), "not 'NAType'$"),
    "None within": (lambda x: objects(x, None), "got an array of object"),
    "ragged": (lambda _: [[1.0, 2.0], [3.0]], "its rows are not alike$"),
    "huge": (lambda x: objects(x, 10**400), "beyond the range of a float$"),
    "set": (lambda _: {1, 2}, "pass a list or an array of numbers$"),
    "dict": (lambda _: {"a": 1}, "pass a list or an array of numbers$"),
    "generator": (lambda x: (one for one in x), "got a generator: pass a list"),
    "function": (lambda _: np.sin, "got a ufunc: pass a list"),
    "dates": (lambda x: x.astype("M8[s]"), r"got an array of datetime64\[s\]"),
    "records": (lambda x: np.zeros(x.shape, [("a", float)]), "got an array of "),
}


@pytest.mark.parametrize(("function", "name"), every(np.ndarray))
def test_what_is_no_array_of_real_numbers_is_refused_in_one_sentence(function, name):
    for kind, (make, message) in NO_ARRAYS.items():
        said = refused(function, name, make(CALLS[function][name]))
        assert re.search(message, said), f"{kind}: {said}"


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize(("function", "name"), every(np.ndarray))
def test_an_entry_that_is_not_finite_is_named_with_its_place(function, name, bad):
    value = CALLS[function][name].astype(float)
    value.flat[-1] = bad
    if function is lab.tanh:  # its limits are numbers
        assert np.array_equal(lab.tanh(value)[-1], np.tanh(bad), equal_nan=True)
        return
    assert re.search(rf"finite.* got {bad}( at \(\d+,|$)", refused(function, name, value))


NUMBERS = {
    "NumPy": np.float64,
    "float32": np.float32,
    "float16": np.float16,
    "bfloat16": ml_dtypes.bfloat16,
    "long double": np.longdouble,
    "0-d": np.array,
    "0-d of a table": Reads,
    "fraction": Fraction,
    "decimal": Decimal,
    "nothing masked": np.ma.array,
}


@pytest.mark.parametrize(("function", "name"), every(float))
def test_a_number_is_taken_in_any_type_of_real_number(function, name):
    takes(function, name, NUMBERS)


NO_NUMBERS = {
    "None": (None, "got None$"),
    "text": ("0.5", "got '0.5': convert text first$"),
    "bytes": (b"0.5", "got b'0.5': convert text first$"),
    "list": ([0.5], r"got \[0.5\]: pass one number$"),
    "array": (np.array([0.5]), r"got an array of float64 of shape \(1,\): pass one number$"),
    "complex": (0.5 + 0j, "take the real part first$"),
    "complex of NumPy": (np.complex64(0.5), "take the real part first$"),
    "truth": (True, "got True: a truth value is no number$"),
    "truth of NumPy": (np.True_, "a truth value is no number$"),
    "masked": (np.ma.masked, "with masked entries"),
    "nan": (math.nan, "got nan$"),
    "infinite": (-math.inf, "got -inf$"),
    "nan of decimals": (Decimal("NaN"), r"got Decimal\('NaN'\)$"),
    "signalling": (Decimal("sNaN"), r"got Decimal\('sNaN'\)"),
    "huge": (10**400, "beyond the range of a float$"),
    "more digits than are shown": (-(10**5000), "about 5000 digits: beyond the range of a float$"),
    "huge fraction": (Fraction(10**400, 3), "got a Fraction: beyond the range of a float$"),
    "tensor": (Tensor(), "Use tensor.detach"),
    "missing": (Missing(), "not 'NAType'$"),
    "dict": ({}, r"got \{\}: pass a list"),
    "date": (np.datetime64("2020-01-01"), "got np.datetime64"),
    "sparse": (sparse.csr_array([[0.5]]), "pass its toarray"),
    "function": (math.sin, "got a builtin_function_or_method"),
}


@pytest.mark.parametrize(("function", "name"), every(float))
def test_what_is_no_number_is_refused_in_one_sentence(function, name):
    for kind, (value, message) in NO_NUMBERS.items():
        said = refused(function, name, value)
        assert re.search(message, said), f"{kind}: {said}"


WHOLE = {
    "float": float,
    "NumPy": np.float64,
    "int8": np.int8,
    "uint64": np.uint64,
    "0-d": np.array,
    "0-d float": lambda x: np.array(float(x)),
    "bfloat16": ml_dtypes.bfloat16,
    "int4": ml_dtypes.int4,
    "fraction": Fraction,
    "decimal": Decimal,
    "of a table": Reads,
}


@pytest.mark.parametrize(("function", "name"), every(int))
def test_a_whole_number_is_taken_in_any_type_of_number(function, name):
    takes(function, name, WHOLE)


@pytest.mark.parametrize(("function", "name"), every(int))
def test_what_is_no_whole_number_is_refused_in_one_sentence(function, name):
    for kind, (value, message) in NO_NUMBERS.items():
        if kind not in ("huge", "more digits than are shown"):  # a seed may be
            said = refused(function, name, value)
            assert re.search(message, said), f"{kind}: {said}"
    for value in (2.5, -1, Fraction(5, 2), -(10**400), np.int8(-3)):
        assert re.search(r"whole.* got .*\d+", refused(function, name, value))


@pytest.mark.parametrize(("function", "name"), every(str))
def test_a_name_that_is_none_is_shown_with_those_there_are(function, name):
    for value in (None, 3, "Tanh", ["tanh"], np.array(["tanh", "x"]), b"tanh"):
        assert f" {CALLS[function][name]}" in refused(function, name, value)


@pytest.mark.parametrize(("function", "name"), every(bool))
def test_what_is_neither_true_nor_false_is_shown(function, name):
    for value in (None, 1, "no", [True], np.array([True, False])):
        refused(function, name, value)


@pytest.mark.parametrize(("function", "name"), every(longrange.Gated))
def test_what_is_no_run_is_named(function, name):
    for value in (None, W, tuple(RAN), "run"):
        refused(function, name, value)


def test_shapes_that_do_not_broadcast_are_named():
    with pytest.raises(ValueError, match=r"r and k must broadcast, got shapes \(2,\) and \(3,\)$"):
        longrange.influence([0.5, 0.5], [1, 2, 3])


def test_an_array_that_jax_is_still_tracing_is_refused_in_one_sentence(jax):
    with pytest.raises(
        ValueError, match=r"^W must hold real numbers .* NumPy cannot read"
    ) as caught:
        jax.jit(longrange.spectral_norm)(np.eye(2))
    assert len(str(caught.value).splitlines()) == 1
