"""Nets of Keras' weights against Keras on JAX: every kind, layers, biases, directions, files."""

import json

import frameworks
import ml_dtypes
import numpy as np
import pytest
from frameworks import READS, TOLERANCE, N

from longrange import nets

# What Keras says of itself.
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy:DeprecationWarning:keras"
)
KINDS = {"rnn": "SimpleRNN", "relu": "SimpleRNN", "gru": "GRU", "lstm": "LSTM"}


@pytest.fixture
def dtype():
    """Return the format Keras computes in: on JAX its sums are of float32, whatever is asked."""
    return "float32"


def layer(keras, draw, kind, dtype, *, seed=0, reads=READS, **options):
    """Return a recurrent layer with weights that are drawn."""
    if kind == "relu":
        options["activation"] = "relu"
    options["recurrent_initializer"] = "zeros"  # the usual one knows no bfloat16
    made = getattr(keras.layers, KINDS[kind])(N, dtype=dtype, return_sequences=True, **options)
    made.build((None, None, reads))
    made.set_weights(draw([w.shape for w in made.weights], seed))
    return made


def named(*layers):
    return {w.path: w for layer in layers for w in layer.weights}


def states_of(layers, inputs):
    """Return the joint states step by step, as the cells of the layers give them."""
    zero = np.zeros((inputs.shape[1], N), inputs.dtype)
    states = [[zero, zero] if hasattr(one, "unit_forget_bias") else [zero] for one in layers]
    found = []
    for x in inputs:
        for k, one in enumerate(layers):
            x, states[k] = one.cell(x, states[k])
        found.append(np.concatenate([np.asarray(s) for state in states for s in state], axis=-1))
    return np.stack(found)


def run(layers, inputs):
    """Return the outputs (T, B, N) as the layers themselves run."""
    read = inputs.swapaxes(0, 1)
    for one in layers:
        read = one(read)
    return np.asarray(read).swapaxes(0, 1)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_states_are_those_of_the_layers(keras, draw, hold, inputs, dtype, kind, layers, bias):
    made = [
        layer(
            keras, draw, kind, dtype, seed=k, reads=N if k else READS, use_bias=bias, name=f"l{k}"
        )
        for k in range(layers)
    ]
    reset = {} if bias or kind != "gru" else {"reset_after": True}
    prefix = [one.name for one in made]
    net = nets.from_state_dict(named(*made), kind=kind, prefix=prefix, **reset)
    states = states_of(made, inputs)
    hold(net, inputs, states)
    if bias:  # a GRU without fails on a JAX that has float64
        outputs = run(made, inputs)
        h = states[..., -2 * N : -N] if kind == "lstm" else states[..., -N:]
        np.testing.assert_allclose(outputs, h, rtol=0, atol=TOLERANCE[dtype])


@pytest.mark.parametrize("kind", KINDS)
def test_both_directions(keras, draw, inputs, dtype, kind):
    both = keras.layers.Bidirectional(layer(keras, draw, kind, dtype))
    both.build((None, None, READS))
    both.set_weights(draw([w.shape for w in both.weights], 3))
    outputs = run([both], inputs)
    with pytest.raises(ValueError, match="both directions"):
        nets.from_state_dict(named(both), kind=kind)
    for direction, turn, half in (("forward", 1, slice(N)), ("backward", -1, slice(N, None))):
        net = nets.from_state_dict(named(both), kind=kind, direction=direction)
        found = net.run(inputs[::turn], batch_first=False).outputs[::turn]
        np.testing.assert_allclose(found, outputs[..., half], rtol=0, atol=TOLERANCE[dtype])


@pytest.mark.parametrize("bias", [True, False])
def test_a_reset_before_the_product(keras, draw, hold, inputs, dtype, bias):
    made = [layer(keras, draw, "gru", dtype, reset_after=False, use_bias=bias)]
    reset = {} if bias else {"reset_after": False}
    net = nets.from_state_dict(named(*made), kind="gru", **reset)
    hold(net, inputs, states_of(made, inputs))


def test_layers_and_lists_are_told_what_to_become(keras, draw, dtype):
    made = layer(keras, draw, "lstm", dtype)
    for given in (made, made.get_weights()):
        with pytest.raises(ValueError, match=r"pass \{w.path: w for w in layer.weights\}$"):
            nets.from_state_dict(given, kind="lstm")


def test_narrow_weights(keras, draw):
    made = layer(keras, draw, "lstm", "bfloat16")
    net = nets.from_state_dict(named(made), kind="lstm")
    stored = np.asarray(made.cell.recurrent_kernel)
    assert stored.dtype == ml_dtypes.bfloat16
    np.testing.assert_array_equal(net.layers[0].W, stored.astype(float).T)


def same(net, other):
    for one, two in zip(net.layers, other.layers, strict=True):
        for name in ("W", "U", "b"):
            np.testing.assert_array_equal(getattr(one, name), getattr(two, name))


@pytest.mark.parametrize(
    ("name", "stored"),
    [("a.weights.h5", "float32"), ("a.weights.h5", "bfloat16"), ("a.h5", "float32")],
)
def test_files_of_two_ages(keras, draw, tmp_path, name, stored):
    """The arrays of Keras 3 have numbers, those of older files names."""
    made = [
        layer(keras, draw, "lstm", stored, seed=k, reads=N if k else READS, name=f"rnn_{k}")
        for k in range(2)
    ]
    model = keras.Sequential([keras.Input((None, READS)), *made, keras.layers.Dense(2)])
    (model.save_weights if "weights" in name else model.save)(tmp_path / name)
    prefix = ["lstm", "lstm_1"] if "weights" in name else ["rnn_0", "rnn_1"]
    net = nets.from_file(tmp_path / name, kind="lstm", prefix=prefix)
    same(net, nets.from_state_dict(named(*made), kind="lstm", prefix=["rnn_0", "rnn_1"]))
    with pytest.raises(ValueError, match=r"a.*h5: weights hold 2 recurrent layers: .* prefix=\["):
        nets.from_file(tmp_path / name, kind="lstm")


def test_hdf5_files_that_are_broken_or_point_elsewhere(tmp_path):
    h5py = frameworks.find("h5py")
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["lstm/kernel"] = np.ones((2, 3))
        file["lstm/name"] = "text is no weights"
        file["elsewhere"] = h5py.ExternalLink("other.h5", "kernel")
    assert list(nets.read_weights(path)) == ["lstm/kernel"]
    whole = path.read_bytes()
    for cut in (0, 7, len(whole) // 2):
        (tmp_path / "cut.h5").write_bytes(whole[:cut])
        with pytest.raises(ValueError, match=r"cut\.h5: no HDF5 file, or a broken one: "):
            nets.read_weights(tmp_path / "cut.h5")
    (tmp_path / "numbers").write_bytes(bytes(24))
    with h5py.File(path, "w") as file:
        file.create_dataset("kernel", (3,), "f8", external=[(tmp_path / "numbers", 0, 24)])
    with pytest.raises(ValueError, match=r"a\.h5: 'kernel' has its numbers in other files"):
        nets.read_weights(path)


def test_gates_are_those_of_the_file_or_are_asked_for(tmp_path, draw, inputs):
    """Before 2.3 Keras squashed with hard_sigmoid unless told otherwise."""
    h5py = frameworks.find("h5py")
    kernel, recurrent, bias = draw([(READS, 4 * N), (N, 4 * N), 4 * N])
    arrays = {"kernel:0": kernel, "recurrent_kernel:0": recurrent, "bias:0": bias}

    def outputs(version, config=None, gates=None, arrays=arrays):
        with h5py.File(tmp_path / "a.h5", "w") as file:
            for name, array in arrays.items():
                file[f"lstm_1/lstm_1/{name}"] = array
            file.attrs["keras_version"] = version.encode()
            if config:
                file.attrs["model_config"] = json.dumps({"layers": [{"config": config}]})
        net = nets.from_file(tmp_path / "a.h5", kind="lstm", gates=gates)
        return net.run(inputs, batch_first=False).outputs

    soft, hard = (outputs("3.1.0", gates=gates) for gates in ("sigmoid", "hard_sigmoid"))
    assert abs(soft - hard).max() > 1e-3
    for version in ("2.3.0", "2.15.0", "3.15.1"):
        np.testing.assert_array_equal(outputs(version), soft)
    with pytest.raises(ValueError, match=r"a\.h5: Keras 2\.2\.0 wrote it, whose gates were "
                       "hard_sigmoid unless told otherwise: name gates="):  # fmt: skip
        outputs("2.2.0")
    np.testing.assert_array_equal(outputs("2.2.0", gates="hard_sigmoid"), hard)
    for version, gates, expected in (
        ("2.2.0", "sigmoid", soft), ("2.4.0", "hard_sigmoid", hard), ("3.1.0", "sigmoid", soft),
    ):  # fmt: skip
        np.testing.assert_array_equal(outputs(version, {"recurrent_activation": gates}), expected)
    with pytest.raises(ValueError, match=r"a\.h5: its model has layers whose gates squash with "
                       "hard_sigmoid: name"):  # fmt: skip
        outputs("3.1.0", {"recurrent_activation": "hard_sigmoid"})  # another one, x / 6 + 0.5
    # cuDNN has sigmoid alone.
    matrices = [block.T.reshape(block.shape) for block in np.split(kernel, 4, axis=1)]
    cudnn = {
        "kernel:0": np.hstack(matrices),
        "recurrent_kernel:0": np.hstack([block.T for block in np.split(recurrent, 4, axis=1)]),
        "bias:0": np.concatenate([bias, np.zeros(4 * N)]),
    }
    np.testing.assert_array_equal(outputs("2.1.5", arrays=cudnn), soft)
