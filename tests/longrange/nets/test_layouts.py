"""`longrange.nets.layouts`: one small network in every layout, and each way to read it wrong."""

import re
from pathlib import Path
from types import SimpleNamespace

import ml_dtypes
import numpy as np
import pytest

from longrange import nets
from longrange.nets import layouts

N, READS, T, B = 4, 3, 12, 2  # units, numbers read at a step, steps, sequences
GATES = {"rnn": ("h",), "relu": ("h",), "lstm": ("i", "f", "g", "o"), "gru": ("r", "z", "n")}
KINDS = tuple(GATES)


def network(kind, reads=READS, seed=0, *, bias=True):
    """Return a layer gate by gate: input weights, recurrent weights and both biases of each."""
    rng = np.random.default_rng([seed, len(GATES[kind])])
    scale = 1.0 if bias else 0.0
    return {
        gate: SimpleNamespace(
            U=rng.normal(0, 0.7, (N, reads)),
            W=rng.normal(0, 0.7, (N, N)),
            b=scale * rng.normal(0, 0.7, N),
            rb=scale * rng.normal(0, 0.7, N),
        )
        for gate in GATES[kind]
    }


def step(kind, layer, h, c, x):
    """One step of one sequence, equation by equation."""

    def reads(gate, name):
        return layer[gate].U @ x + layer[gate].b, layer[gate].W @ h + layer[gate].rb

    def sigmoid(gate):
        return 1 / (1 + np.exp(-sum(reads(gate, gate))))

    if kind == "lstm":
        c = sigmoid("f") * c + sigmoid("i") * np.tanh(sum(reads("g", "g")))
        return sigmoid("o") * np.tanh(c), c
    if kind == "gru":
        from_input, from_state = reads("n", "n")
        n, z = np.tanh(from_input + sigmoid("r") * from_state), sigmoid("z")
        return (1 - z) * n + z * h, c
    squashed = sum(reads("h", "h"))
    return (np.maximum(squashed, 0) if kind == "relu" else np.tanh(squashed)), c


def states(kind, layers, inputs):
    """Return the joint states (T, B, S) of stacked layers by the equations alone."""
    found = np.empty((len(inputs), inputs.shape[1], 0))
    read = inputs
    for layer in layers:
        h = np.zeros((len(inputs) + 1, inputs.shape[1], N))
        c = np.zeros_like(h)
        for t in range(len(inputs)):
            for b in range(inputs.shape[1]):
                h[t + 1, b], c[t + 1, b] = step(kind, layer, h[t, b], c[t, b], read[t, b])
        read = h[1:]
        found = np.concatenate([found, read, *([c[1:]] if kind == "lstm" else [])], axis=-1)
    return found


def check(net, kind, layers, inputs):
    """Hold the states of `net` against the equations."""
    found = net.run(inputs, batch_first=False).states
    np.testing.assert_allclose(found, states(kind, layers, inputs), atol=1e-13)


def rows(layer, what, order):
    return np.concatenate([getattr(layer[gate], what) for gate in order])


def as_pytorch(kind, layer, mark="_l0"):
    return {
        f"{name}{mark}": rows(layer, what, GATES[kind])
        for name, what in {
            "weight_ih": "U", "weight_hh": "W", "bias_ih": "b", "bias_hh": "rb",
        }.items()
    }  # fmt: skip


def keras_order(kind):
    return ("z", "r", "n") if kind == "gru" else GATES[kind]


def as_keras(kind, layer):
    order = keras_order(kind)
    both = np.stack([rows(layer, "b", order), rows(layer, "rb", order)])
    return {
        "kernel": rows(layer, "U", order).T,
        "recurrent_kernel": rows(layer, "W", order).T,
        "bias": both if kind == "gru" else both.sum(axis=0),
    }


def as_cudnn(kind, layer):
    """CuDNN's own matrices, number after number, in arrays of the shapes that Keras has."""
    order = keras_order(kind)
    return {
        "kernel": np.hstack([layer[gate].U.ravel().reshape(-1, N) for gate in order]),
        "recurrent_kernel": np.hstack([layer[gate].W for gate in order]),
        "bias": np.concatenate([rows(layer, "b", order), rows(layer, "rb", order)]),
    }


def as_flax(kind, layer):
    if len(layer) == 1:
        h = layer["h"]
        return {"i": {"kernel": h.U.T, "bias": h.b + h.rb}, "h": {"kernel": h.W.T}}
    found = {f"i{g}": {"kernel": part.U.T} for g, part in layer.items()}
    found |= {f"h{g}": {"kernel": part.W.T} for g, part in layer.items()}
    for gate, part in layer.items():
        if kind == "lstm":
            found[f"h{gate}"]["bias"] = part.b + part.rb
        elif gate == "n":
            found["in"]["bias"], found["hn"]["bias"] = part.b, part.rb
        else:
            found[f"i{gate}"]["bias"] = part.b + part.rb
    return found


def as_nnx(kind, layer):
    """Gates side by side, and the bias that stands inside the reset beside them."""
    order = GATES[kind]
    return {
        ("cell", "dense_i", "kernel"): rows(layer, "U", order).T,
        ("cell", "dense_i", "bias"): rows(layer, "b", order),
        ("cell", "dense_h", "kernel"): rows(layer, "W", order).T,
        ("cell", "dense_h", "bias"): rows(layer, "rb", order),
    }


LAYOUTS = {"pytorch": as_pytorch, "keras": as_keras, "flax": as_flax, "nnx": as_nnx}
INPUTS = np.random.default_rng(1).normal(size=(T, B, READS))


@pytest.mark.parametrize(
    ("kind", "layout"),
    [(kind, layout) for kind in KINDS for layout in LAYOUTS]
    + [("lstm", "cudnn"), ("gru", "cudnn")],  # in Keras these alone are cuDNN's
)
def test_every_layout_is_the_network_of_its_equations(kind, layout):
    layer = network(kind)
    net = nets.from_state_dict({**LAYOUTS, "cudnn": as_cudnn}[layout](kind, layer), kind=kind)
    check(net, kind, [layer], INPUTS)


def test_keras_and_cudnn_write_the_same_numbers_in_another_order():
    """From Keras to cuDNN, each gate is transposed, then filled into the old shape row by row."""
    keras = np.array([[0.0, 1, 2], [3, 4, 5]])
    cudnn = np.array([[0.0, 3, 1], [4, 2, 5]])
    weights = {
        "kernel": np.tile(cudnn, (1, 4)), "recurrent_kernel": np.zeros((3, 12)),
        "bias": np.arange(24),
    }  # fmt: skip
    (found,) = layouts.read(weights, kind="lstm")
    np.testing.assert_array_equal(found.U, np.tile(keras.T, (4, 1)))
    np.testing.assert_array_equal(found.b + found.recurrent_bias, 2 * np.arange(12) + 12)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", KINDS)
def test_layers_are_stacked_in_the_order_named(kind, layout):
    layers = [network(kind, seed=1), network(kind, reads=N, seed=2)]
    write = LAYOUTS[layout]
    # Dictionaries in an order that is not that of the layers.
    weights = {"top": write(kind, layers[1]), "low": write(kind, layers[0])}
    net = nets.from_state_dict(weights, kind=kind, prefix=["low", "top"])
    check(net, kind, layers, INPUTS)


def test_layers_that_pytorch_numbers_are_stacked_by_their_numbers():
    layers = [network("gru", READS if k == 0 else N, k) for k in range(11)]  # 10 comes after 9
    weights = {}
    for k, layer in enumerate(layers):
        weights |= as_pytorch("gru", layer, f"_l{k}")
    shuffled = dict(sorted(weights.items()))
    net = nets.from_state_dict({"model": {"rnn": shuffled}}, kind="gru", prefix="rnn.")
    check(net, "gru", layers, INPUTS)
    above = nets.from_state_dict(shuffled, kind="gru", layer=3)
    read = states("gru", layers[:3], INPUTS)[..., -N:]
    check(above, "gru", [layers[3]], read)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_without_biases(kind, layout):
    layer = network(kind, bias=False)
    bare = {name: value for name, value in flat(LAYOUTS[layout](kind, layer)).items()
            if "bias" not in name}  # fmt: skip
    reset = {"reset_after": True} if (kind, layout) == ("gru", "keras") else {}
    net = nets.from_state_dict(bare, kind=kind, **reset)
    check(net, kind, [layer], INPUTS)


def flat(weights):
    return dict(layouts.leaves(weights))


@pytest.mark.parametrize(
    ("first", "second", "join"),
    [
        ("bidirectional/forward_lstm_1/lstm_cell/", "bidirectional/backward_lstm_1/lstm_cell/", 0),
        (
            "layers/bidirectional/forward_layer/cell/",
            "layers/bidirectional/backward_layer/cell/",
            0,
        ),
        ("forward_rnn/cell/", "backward_rnn/cell/", 0),
        ("", "", "_reverse"),
    ],
)
def test_both_directions_are_refused_until_one_is_named(first, second, join):
    one, other = network("lstm", seed=1), network("lstm", seed=2)
    write = as_pytorch if join else as_keras
    weights = {first + name: value for name, value in write("lstm", one).items()}
    weights |= {second + name + (join or ""): x for name, x in write("lstm", other).items()}
    with pytest.raises(ValueError, match=r"both directions .* name direction='forward' or"):
        nets.from_state_dict(weights, kind="lstm")
    for direction, layer in (("forward", one), ("backward", other)):
        net = nets.from_state_dict(weights, kind="lstm", direction=direction)
        check(net, "lstm", [layer], INPUTS)


def test_layers_on_a_bidirectional_one_are_no_recurrence():
    weights = {}
    for mark in ("_l0", "_l0_reverse"):
        weights |= as_pytorch("gru", network("gru"), mark)
    for mark in ("_l1", "_l1_reverse"):
        weights |= as_pytorch("gru", network("gru", reads=2 * N), mark)
    with pytest.raises(ValueError, match=r"reads both its directions, .* such as layer=0$"):
        nets.from_state_dict(weights, kind="gru", direction="forward")
    assert nets.from_state_dict(weights, kind="gru", direction="backward", layer=1).reads == 2 * N


@pytest.mark.parametrize("name", ["", "rnn", "rnn.", "model.rnn", "model/rnn/"])
def test_a_prefix_may_be_short_where_only_one_name_has_it(name):
    weights = {f"model.rnn.{k}": v for k, v in as_pytorch("lstm", network("lstm")).items()}
    weights |= {"model.rnn2.weight": np.ones(3), "model.fc.weight": np.ones((2, N))}
    assert nets.from_state_dict(weights, kind="lstm", prefix=name).layers[0].width == N


PLAIN = {"enc_w_ih": "U", "enc_w_hh": "W", "enc_b_ih": "b", "enc_b_hh": "rb"}


@pytest.mark.parametrize("kind", KINDS)
def test_names_of_nobodys_are_read_in_the_layout_named(kind):
    layer = network(kind)
    for layout, order in (("pytorch", GATES[kind]), ("keras", keras_order(kind)),
                          ("flax", GATES[kind])):  # fmt: skip
        weights = {name: rows(layer, what, order) for name, what in PLAIN.items()}
        if layout != "pytorch":
            weights = {name: value.T for name, value in weights.items()}
        net = nets.from_state_dict(
            weights | {"enc_emb": 1}, kind=kind, prefix="enc_", layout=layout
        )
        check(net, kind, [layer], INPUTS)


def test_shapes_that_can_be_read_two_ways_are_refused_with_both_told():
    square = {"w_ih": np.ones((N, N)), "w_hh": np.ones((N, N))}
    with pytest.raises(
        ValueError,
        match=r"^w_hh and w_ih, of shapes \(4, 4\) and \(4, 4\), are names of no layout known here "
        r"and can be read as layout='pytorch' \(W h\) or as layout='keras' \(h W\): name it$",
    ):
        nets.from_state_dict(square, kind="rnn")
    gated = {"w_ih": np.ones((READS, 4 * N)), "w_hh": np.ones((N, 4 * N))}
    with pytest.raises(
        ValueError,
        match=r"as layout='keras' \(columns i, f, c, o\) or as layout='flax' \(columns i, f, g, o",
    ):
        nets.from_state_dict(gated, kind="lstm")
    # What is not square can be read in one way.
    told = {"w_ih": np.ones((READS, N)), "w_hh": np.eye(N)}
    assert nets.from_state_dict(told, kind="rnn").reads == READS


GOOD = as_pytorch("lstm", network("lstm"))
GRU = as_keras("gru", network("gru"))
FLAX = flat(as_flax("gru", network("gru")))


def without(weights, *names):
    return {name: value for name, value in weights.items() if name not in names}


@pytest.mark.parametrize(
    ("weights", "options", "said"),
    [
        ({}, {}, "weights hold no recurrent layer, such as .*; the names are none"),
        ({"fc.weight": 1}, {}, "weights hold no recurrent layer, .*; the names are fc.weight"),
        ({f"x{k}": 1 for k in range(9)}, {}, ".*; the names are x0, x1, x2, x3, x4, x5 and 3 more"),
        ([np.ones(3)], {}, r"weights must map names to arrays, got \[an array\]: of Keras pass "
         r"\{w.path: w for w in layer.weights\}"),
        (SimpleNamespace(state_dict=dict), {}, ".*: pass its state_dict()"),
        (GOOD, {"kind": "gru"}, r"weight_hh_l0 must have shape (3N, N) for kind='gru', got (16, 4):"
         " that is of kind='lstm'"),
        (GOOD, {"kind": "LSTM"}, "kind must be one of rnn, tanh, relu, gru, lstm, got 'LSTM'"),
        (GOOD, {"layout": "torch"}, "layout must be one of pytorch, keras, cudnn, flax, got .*"),
        (GOOD, {"layout": "keras"}, "weight_hh_l0 is a name of pytorch's, not of layout='keras'"),
        (GOOD, {"prefix": "rnn"}, "no name in weights begins with 'rnn'; recurrent layers are at "
         "'' (no prefix)"),
        ({"a": GOOD, "b": GOOD}, {"prefix": "rnn"}, ".*; recurrent layers are at 'a.', 'b.'"),
        ({"a": {"rnn": GOOD}, "b": {"rnn": GOOD}}, {"prefix": "rnn."}, "prefix 'rnn.' stands in "
         "more than one place: name 'a.rnn.', 'b.rnn.'"),
        ({"a": GOOD, "b": GOOD}, {}, "weights hold 2 recurrent layers: name one as prefix, or .* "
         r"prefix=['a.', 'b.']"),
        ({"a": GOOD, "b": GOOD}, {"prefix": ["a", "b"]}, "b.weight_ih_l0 reads 3 numbers, and the "
         "layer below, of a.weight_hh_l0, gives 4"),
        (GOOD, {"prefix": []}, r"prefix must be text or a list of texts, got []"),
        (GOOD, {"prefix": 3}, "prefix must be text or a list of texts, got 3"),
        (without(GOOD, "weight_hh_l0"), {}, "weight_hh_l0 is missing beside weight_ih_l0, .*"),
        (without(GOOD, "weight_ih_l0"), {}, "weight_ih_l0 is missing beside weight_hh_l0, .*"),
        (without(GOOD, "bias_ih_l0"), {}, "bias_ih_l0 is missing beside weight_ih_l0, .*"),
        (without(GRU, "kernel"), {"kind": "gru"}, "kernel is missing beside .*"),
        (without(FLAX, "hz.kernel"), {"kind": "gru"}, "hz.kernel is missing"),
        (FLAX, {"kind": "lstm"}, "ir.kernel is an array of another kind than 'lstm'"),
        (FLAX, {"kind": "rnn"}, "ir.kernel is an array of another kind than 'rnn'"),
        (FLAX | {"hn.kernel": np.ones((4, 5))}, {"kind": "gru"}, r"hn.kernel must have shape "
         "(4, 4), got (4, 5)"),
        ({f"{k}_l1": v for k, v in as_pytorch("lstm", network("lstm"), "").items()}, {},
         "weight_hh_l0 is missing: name layer=1 to read one layer alone"),
        (GOOD, {"layer": 2}, "weights have no layer 2; their numbers are 0"),
        (GRU, {"kind": "gru", "layer": 0}, "weights have no layer 0; their numbers are none"),
        (GOOD | as_pytorch("lstm", network("lstm"), ""), {}, "weights hold both weight_hh and .*"),
        (GOOD, {"direction": "backward"}, "no layer of weights reads its inputs backward"),
        (GOOD, {"direction": "back"}, "direction must be one of forward, backward, got 'back'"),
        (GOOD | {"weight_hr_l0": np.ones((2, 4))}, {}, "weight_hr_l0 projects the outputs .* pass "
         "the module to nets.from_step"),
        (GOOD | {"weight_ci_peephole": np.ones(4)}, {}, "weight_ci_peephole is a peephole, .*"),
        (as_keras("lstm", network("lstm")) | {"input_gate_peephole_weights": np.ones(4)}, {},
         "input_gate_peephole_weights is a peephole, .* pass the layer's step to nets.from_step"),
        (GOOD | {"weight_hh_l0_g": 1}, {}, "weight_ih_l0 has arrays beside it that no net would "
         "use: weight_hh_l0_g; .*"),
        (GRU | {"gamma": 1}, {"kind": "gru"}, "kernel has arrays beside it .*: gamma; .*"),
        (FLAX | {"norm.scale": 1}, {"kind": "gru"}, ".* no net would use: norm.scale; .*"),
        (GOOD | {"weight_hh_l0": np.ones((4, 16))}, {}, ".* got (4, 16): it is transposed"),
        (GOOD | {"weight_ih_l0": np.ones((3, 16))}, {}, "weight_ih_l0 must have shape (16, I), "
         "got (3, 16)"),
        (GOOD | {"weight_ih_l0": np.ones((16, 0))}, {}, "weight_ih_l0 must read at least one .*"),
        (GOOD | {"bias_hh_l0": np.ones(15)}, {}, r"bias_hh_l0 must have shape (16,), got (15,)"),
        (GOOD | {"bias_hh_l0": [0.0] * 15 + [np.nan]}, {}, ".* must be finite, got nan at .*"),
        (GOOD | {"bias_hh_l0": None}, {}, "bias_hh_l0 must hold real numbers of .*, got None"),
        (without(GRU, "bias"), {"kind": "gru"}, "recurrent_kernel has no bias beside it, .*"),
        (GRU, {"kind": "gru", "reset_after": False}, "the biases beside recurrent_kernel are those "
         "of reset_after=True, not of False"),
        (GRU | {"bias": np.ones(25)}, {"kind": "gru"}, r"bias must have shape (12,) or (2, 12) or "
         "(24,), got (25,)"),
        (GRU | {"bias": np.ones(24)}, {"kind": "gru", "layout": "keras"}, r"bias of shape (24,) is "
         "that of layout='cudnn'"),
        (GRU, {"kind": "gru", "layout": "cudnn"}, r"bias of shape (2, 12) is that of .*'keras'"),
        (GOOD, {"reset_after": True}, "reset_after is of a GRU, and kind is 'lstm'"),
        (as_flax("rnn", network("rnn")), {"kind": "rnn", "gates": "hard_sigmoid"},
         "gates must be 'sigmoid' for kind='rnn', which has none"),
        ("model.pt", {}, ".* names to arrays, got 'model.pt': read a file with nets.from_file"),
        (Path("a.npz"), {}, ".* names to arrays, got .*: read a file with nets.from_file"),
        ({"a/b": 1, "a.b": 1}, {}, "two arrays of weights have one name: a/b, a.b"),
        ({"w_hh": np.ones((4, 4)), "Wx": np.ones((4, 3)), "w_ih": np.ones((4, 3))},
         {"kind": "rnn"}, "w_hh has arrays beside it that no net would use: w_ih; .*"),
        ({"w_hh": np.ones((4, 4))}, {"kind": "rnn"}, ".* such as w_ih, is missing .*"),
    ],
)  # fmt: skip
def test_what_is_refused_is_named(weights, options, said):
    pattern = re.sub(r"(?<!\\)[()\[\]](?!\.)", r"\\\g<0>", said)
    with pytest.raises(ValueError, match=f"^{pattern}$"):
        nets.from_state_dict(weights, **({"kind": "lstm"} | options))


@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16, np.float32, np.float64])
def test_numbers_of_every_format_are_taken_as_they_are(dtype):
    layer = network("gru")
    stored = {name: x.astype(dtype) for name, x in as_pytorch("gru", layer).items()}
    (found,) = layouts.read(stored, kind="gru")
    for array, name in zip(
        found[:4], ("weight_hh", "weight_ih", "bias_ih", "bias_hh"), strict=True
    ):
        assert array.dtype == float
        np.testing.assert_array_equal(array, stored[f"{name}_l0"].astype(float))


class Tensor:
    """What PyTorch's tensors do: they give NumPy nothing before they are asked in its way."""

    def __init__(self, array, *, dtype="float32", asked=("detach", "cpu"), is_meta=False):
        self.array, self.dtype, self.asked, self.is_meta = array, dtype, asked, is_meta
        self.shape = array.shape

    def without(self, what):
        asked = tuple(one for one in self.asked if one != what)
        return Tensor(self.array, dtype=self.dtype, asked=asked)

    def detach(self):
        return self.without("detach")

    def cpu(self):
        return self.without("cpu")

    def float(self):
        return Tensor(self.array, asked=self.asked)

    def is_floating_point(self):
        return True

    def element_size(self):
        return {"float32": 4, "bfloat16": 2}[self.dtype]

    def __array__(self, dtype=None, copy=None):
        if self.asked or self.dtype == "bfloat16":
            raise TypeError(f"needs {self.asked} {self.dtype}")
        return self.array


def test_tensors_are_taken_with_their_gradient_from_their_device_and_in_their_format():
    weights = {name: Tensor(x, dtype="bfloat16") for name, x in GOOD.items()}
    for array, same in zip(
        layouts.read(weights, kind="lstm")[0], layouts.read(GOOD, kind="lstm")[0], strict=True
    ):
        np.testing.assert_array_equal(array, same)
    weights["bias_hh_l0"] = Tensor(np.zeros(16), is_meta=True)
    with pytest.raises(
        ValueError,
        match=r"bias_hh_l0 must .*, got a Tensor of shape \(16,\) on 'meta', where no numbers are: "
        "load them first$",
    ):
        nets.from_state_dict(weights, kind="lstm")


def test_gates_of_old_keras_are_asked_for_by_name():
    weights = as_keras("lstm", network("lstm"))
    soft = nets.from_state_dict(weights, kind="lstm").run(INPUTS, batch_first=False)
    hard = nets.from_state_dict(weights, kind="lstm", gates="hard_sigmoid").run(
        INPUTS, batch_first=False
    )
    W, U, b, rb, *_ = layouts.read(weights, kind="lstm")[0]
    same = nets.lstm(W, U, b + rb, gates="hard_sigmoid").run(INPUTS, batch_first=False)
    np.testing.assert_array_equal(hard.states, same.states)
    assert abs(hard.states - soft.states).max() > 1e-3


def test_a_keras_gru_of_one_bias_resets_before_the_product():
    (found,) = layouts.read(GRU | {"bias": np.arange(12.0)}, kind="gru")
    assert found.reset == "before"
    np.testing.assert_array_equal(found.b, [4, 5, 6, 7, 0, 1, 2, 3, 8, 9, 10, 11])
    assert not found.recurrent_bias.any()
    named = {"kind": "gru", "reset_after": False}
    assert layouts.read(without(GRU, "bias"), **named)[0].reset == "before"
    assert layouts.read(GRU, kind="gru")[0].reset == "after"
