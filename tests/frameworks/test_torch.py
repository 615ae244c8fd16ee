"""Nets of PyTorch's weights against PyTorch: every kind, layers, biases, directions, files."""

import itertools
import re
import sys
import warnings

import numpy as np
import pytest
from frameworks import READS, TOLERANCE, N

from longrange import nets

KINDS = {"rnn": "RNN", "relu": "RNN", "gru": "GRU", "lstm": "LSTM"}


def module(torch, kind, dtype, **options):
    """Return a recurrent module with weights that are drawn."""
    torch.manual_seed(0)
    if kind == "relu":
        options["nonlinearity"] = "relu"
    return getattr(torch.nn, KINDS[kind])(READS, N, dtype=getattr(torch, dtype), **options)


def states_of(torch, module, inputs):
    """Return the joint states step by step: of each layer h, and c where there is one."""
    state, found = None, []
    with torch.no_grad():
        for x in torch.from_numpy(inputs):
            _, state = module(x[None], state)
            layers = zip(*state, strict=True) if isinstance(state, tuple) else zip(state)
            found.append(torch.cat([part for layer in layers for part in layer], dim=-1))
    return torch.stack(found).numpy()


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_states_are_those_of_the_module(torch, hold, inputs, dtype, kind, layers, bias):
    original = module(torch, kind, dtype, num_layers=layers, bias=bias)
    net = nets.from_state_dict(original.state_dict(), kind=kind)
    hold(net, inputs, states_of(torch, original, inputs))


@pytest.mark.parametrize("kind", KINDS)
def test_both_directions(torch, hold, inputs, dtype, kind):
    original = module(torch, kind, dtype, bidirectional=True)
    with torch.no_grad():
        outputs = original(torch.from_numpy(inputs))[0].numpy()
    with pytest.raises(ValueError, match="both directions"):
        nets.from_state_dict(original.state_dict(), kind=kind)
    for direction, turn, half in (("forward", 1, slice(N)), ("backward", -1, slice(N, None))):
        net = nets.from_state_dict(original.state_dict(), kind=kind, direction=direction)
        found = net.run(inputs[::turn], batch_first=False).outputs[::turn]
        np.testing.assert_allclose(found, outputs[..., half], rtol=0, atol=TOLERANCE[dtype])


@pytest.mark.parametrize("kind", KINDS)
def test_a_cell_alone(torch, hold, inputs, dtype, kind):
    torch.manual_seed(1)
    options = {"nonlinearity": "relu"} if kind == "relu" else {}
    cell = getattr(torch.nn, f"{KINDS[kind]}Cell")(READS, N, dtype=getattr(torch, dtype), **options)
    state, found = None, []
    with torch.no_grad():
        for x in torch.from_numpy(inputs):
            state = cell(x, state)
            found.append(torch.cat(state, dim=-1) if isinstance(state, tuple) else state)
    net = nets.from_state_dict(cell.state_dict(), kind=kind)
    hold(net, inputs, torch.stack(found).numpy())


def model(torch, **options):
    """Return a model with a recurrent layer between others."""
    torch.manual_seed(2)
    return torch.nn.ModuleDict({
        "embed": torch.nn.Embedding(9, READS),
        "rnn": torch.nn.GRU(READS, N, num_layers=2, **options),
        "norm": torch.nn.LayerNorm(N),
        "out": torch.nn.Linear(N, 2),
    })  # fmt: skip


def same(net, other):
    for one, two in itertools.zip_longest(net.layers, other.layers):
        for name in ("W", "U", "b", "recurrent_bias"):
            np.testing.assert_array_equal(getattr(one, name), getattr(two, name))


def test_weights_that_need_a_gradient_are_narrow_or_in_a_whole_model(torch):
    whole = model(torch)
    expected = nets.from_state_dict(whole["rnn"].state_dict(), kind="gru")
    same(nets.from_state_dict(whole.state_dict(), kind="gru", prefix="rnn."), expected)
    same(nets.from_state_dict(dict(whole.named_parameters()), kind="gru"), expected)
    for narrow in (torch.bfloat16, torch.float16):
        stored = {name: tensor.to(narrow) for name, tensor in whole.state_dict().items()}
        wide = {name: tensor.double() for name, tensor in stored.items()}
        same(nets.from_state_dict(stored, kind="gru"), nets.from_state_dict(wide, kind="gru"))


def test_tensors_make_a_diagonal_network(torch, inputs):
    decay = torch.tensor([0.5 + 0.5j, 0.3 - 0.2j], requires_grad=True)
    U = torch.ones(2, READS, dtype=torch.float64)
    found = nets.diagonal(decay, U).run(inputs, batch_first=False)
    theirs = nets.diagonal([0.5 + 0.5j, 0.3 - 0.2j], np.ones((2, READS)))
    np.testing.assert_allclose(found.states, theirs.run(inputs, batch_first=False).states, 1e-6)
    with pytest.raises(ValueError, match=r"^decay must hold real numbers .* on 'meta'"):
        nets.diagonal(torch.ones(3, device="meta"))


def test_what_has_no_numbers_is_named(torch):
    with torch.device("meta"):
        empty = torch.nn.GRU(READS, N)
    with pytest.raises(ValueError, match=r"weight_hh_l0 must .*, got a Tensor of shape \(15, 5\) "
                       r"on 'meta', where no numbers are: load them first$"):  # fmt: skip
        nets.from_state_dict(empty.state_dict(), kind="gru")
    weights = torch.nn.GRU(READS, N).state_dict()
    weights["weight_hh_l0"] = torch.nn.parameter.UninitializedParameter()
    with pytest.raises(ValueError, match=r"^weight_hh_l0 must .*, got a UninitializedParameter "
                       "that NumPy cannot read: Attempted"):  # fmt: skip
        nets.from_state_dict(weights, kind="gru")
    with pytest.raises(
        ValueError, match=r"weights must map .* got a GRU: pass its state_dict\(\)$"
    ):
        nets.from_state_dict(torch.nn.GRU(READS, N), kind="gru")


def test_projections_and_parametrizations_are_refused_by_name(torch):
    narrow = torch.nn.LSTM(READS, N, proj_size=2)
    with pytest.raises(ValueError, match=r"^weight_hr_l0 projects .* nets.from_step$"):
        nets.from_state_dict(narrow.state_dict(), kind="lstm")
    original = torch.nn.LSTM(READS, N)
    torch.nn.utils.parametrizations.weight_norm(original, "weight_hh_l0")
    with pytest.raises(ValueError, match=r"^weight_hh_l0 is missing beside .*parametrizations\."):
        nets.from_state_dict(original.state_dict(), kind="lstm")


def test_files_are_read_with_their_weights_alone(torch, tmp_path):
    whole = model(torch)
    expected = nets.from_state_dict(whole["rnn"].state_dict(), kind="gru")
    optimizer = torch.optim.Adam(whole.parameters())
    for name, saved in {
        "plain.pt": whole.state_dict(),
        "nested.ckpt": {
            "epoch": 3, "state_dict": whole.state_dict(), "optimizer": optimizer.state_dict(),
        },
        "parameters.pth": dict(whole.named_parameters()),
    }.items():  # fmt: skip
        torch.save(saved, tmp_path / name)
        same(nets.from_file(tmp_path / name, kind="gru", prefix="rnn."), expected)
    torch.save({"rnn": torch.nn.GRU(2, 3).bfloat16().state_dict()}, tmp_path / "narrow.pt")
    assert nets.read_weights(tmp_path / "narrow.pt")["rnn.weight_ih_l0"].dtype == np.float32
    both = {"model": whole.state_dict(), "average": whole.state_dict()}
    torch.save(both, tmp_path / "both.pt")
    with pytest.raises(ValueError, match=r"both.pt: prefix 'rnn.' stands in more than one place: "
                       r"name 'model.rnn.', 'average.rnn.'$"):  # fmt: skip
        nets.from_file(tmp_path / "both.pt", kind="gru", prefix="rnn.")
    same(nets.from_file(tmp_path / "both.pt", kind="gru", prefix="average"), expected)


class Trap:
    """A pickle that would run a program."""

    def __reduce__(self):
        return (sys.exit, ("it ran",))


def test_nothing_in_a_file_is_executed(torch, tmp_path):
    torch.save(torch.nn.GRU(READS, N), tmp_path / "module.pt")
    torch.save({"weight": Trap()}, tmp_path / "trap.pt")
    with warnings.catch_warnings():  # it is deprecated, and files of it are about
        warnings.simplefilter("ignore", DeprecationWarning)
        program = torch.jit.trace(torch.nn.Linear(2, 2), torch.ones(1, 2))
        torch.jit.save(program, tmp_path / "script.pt")
    torch.save(torch.ones(3), tmp_path / "tensor.pt")
    whole = (tmp_path / "tensor.pt").read_bytes()
    (tmp_path / "cut.pt").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.pt").write_bytes(b"hello")
    (tmp_path / "empty.pt").write_bytes(b"")
    for name, said in {
        "module.pt": "holds Python objects other than tensors, which are not unpickled, .*",
        "trap.pt": "holds Python objects other than tensors, which are not unpickled, .*",
        "script.pt": r"a program of TorchScript, which is not run: pass torch.jit.load\(path\).*",
        "tensor.pt": r"holds a Tensor of shape \(3,\), which has no names: save model.state_dict.*",
        "cut.pt": "no file of PyTorch's, or a broken one: .*",
        "text.pt": "no file of PyTorch's, or a broken one: .*",
        "empty.pt": "no file of PyTorch's, or a broken one: .*",
    }.items():
        with pytest.raises(ValueError, match=f"^{re.escape(str(tmp_path / name))}: {said}$"):
            nets.read_weights(tmp_path / name)
