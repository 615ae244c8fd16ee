"""Steps of one's own, in PyTorch: its cells against the nets of their weights."""

import frameworks
import numpy as np
import pytest

from longrange import nets

torch = frameworks.find("torch")

# PyTorch's forward derivatives load what PyTorch itself calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")

READS, N = 3, 5
INPUTS = np.random.default_rng(0).normal(size=(8, 2, READS))


def same(ours, theirs, error=1e-11):
    np.testing.assert_allclose(ours, theirs, rtol=error, atol=error * np.nanmax(abs(theirs)))


def cell(kind, dtype="float64"):
    """Return one of PyTorch's cells, its state before the first step, and the same as a net."""
    torch.manual_seed(0)
    made = getattr(torch.nn, f"{kind}Cell")(READS, N, dtype=getattr(torch, dtype))
    W, U, b, inside = (
        getattr(made, name).detach().double().numpy()
        for name in ("weight_hh", "weight_ih", "bias_ih", "bias_hh")
    )
    zero = torch.zeros(N, dtype=made.weight_hh.dtype)
    if kind == "LSTM":
        return made, (zero, zero), nets.lstm(W, U, b + inside)
    if kind == "GRU":
        return made, zero, nets.gru(W, U, b, recurrent_bias=inside)
    return made, zero, nets.tanh(W, U, b + inside)


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize(("dtype", "error"), [("float64", 1e-11), ("float32", 1e-5)])
def test_cells_of_pytorch_are_the_nets_of_their_weights(kind, dtype, error):
    made, start, net = cell(kind, dtype)
    ours = nets.from_step(made, INPUTS.swapaxes(0, 1), start=start, batch_first=True)
    theirs = net.run(INPUTS, batch_first=False)
    assert ours.precision == dtype
    same(ours.states, theirs.states, error)
    same(ours.outputs, theirs.outputs, error)
    same(ours.norms([0, 1, 5]), theirs.norms([0, 1, 5]), error)
    same(ours.growth(2), theirs.growth(2), 10 * error)
    for looks in (np.ones(N), np.random.default_rng(1).normal(size=(8, 2, N))):
        found, expected = (run.gradient_by_lag(looks) for run in (ours, theirs))
        same(found.inputs, expected.inputs, error)
        same(found.total["weight_hh"], expected.total["W"], error)
        same(found.total["weight_ih"], expected.total["U"], error)
        same(found.total["bias_ih"], expected.total["b"], error)
        inside = expected.total.get("recurrent_bias", expected.total["b"])
        same(found.total["bias_hh"], inside, error)


def test_the_gradient_is_that_of_pytorchs_own_backward_pass():
    made, (h, c), _ = cell("LSTM")
    run = nets.from_step(made, INPUTS[:, 0], start=(h, c))
    for x in torch.tensor(INPUTS[:, 0]):
        h, c = made(x, (h, c))
    (2 * h.sum()).backward()
    found = run.gradient_by_lag(np.full(N, 2.0))
    for name, weight in made.named_parameters():
        same(found.total[name], weight.grad.numpy())


def test_functions_of_one_sequence():
    made, start, net = cell("RNN")
    weights = {"W": made.weight_hh, "U": made.weight_ih, "b": made.bias_hh + made.bias_ih}

    def step(w, h, x):
        return torch.tanh(w["W"] @ h + w["U"] @ x + w["b"])

    ours = nets.from_step(step, INPUTS, start=start, weights=weights, batch_first=False)
    theirs = net.run(INPUTS, batch_first=False)
    same(ours.norms([1, 4]), theirs.norms([1, 4]))
    found, expected = (run.gradient_by_lag(np.arange(5.0)) for run in (ours, theirs))
    for key in ("W", "U", "b"):
        same(found.total[key], expected.total[key])
    bare = nets.from_step(lambda h, x: step(weights, h, x), INPUTS, start=start, batch_first=False)
    same(bare.norms([1, 4]), theirs.norms([1, 4]))
    assert np.isnan(bare.gradient_by_lag(np.arange(5.0)).weights).all()


def test_modules_of_ones_own_and_what_they_show():
    class Two(torch.nn.Module):
        """A GRU that an RNN reads."""

        def __init__(self):
            super().__init__()
            self.below, self.above = cell("GRU")[0], torch.nn.RNNCell(N, 4, dtype=torch.float64)

        def forward(self, x, state):
            below = self.below(x, state[0])
            return below, self.above(below, state[1])

    module = Two()
    start = np.zeros(N), np.zeros(4)
    run = nets.from_step(module, INPUTS, start=start, batch_first=False, outputs=lambda s: s[1])
    above = {name: one.detach().numpy() for name, one in module.above.named_parameters()}
    bias = above["bias_ih"] + above["bias_hh"]
    top = nets.tanh(above["weight_hh"], above["weight_ih"], bias)
    net = nets.stack([cell("GRU")[2], top])
    theirs = net.run(INPUTS, batch_first=False)
    same(run.outputs, theirs.outputs)
    same(run.norms([1, 4]), theirs.norms([1, 4]))
    found, expected = (one.gradient_by_lag(np.arange(4.0)) for one in (run, theirs))
    # PyTorch has two biases of each layer, so the sizes on all weights differ; each one is right.
    same(found.total["below.weight_hh"], expected.total["0.W"])
    same(found.total["above.weight_ih"], expected.total["1.U"])


def test_complex_states():
    decay = torch.polar(torch.tensor([0.9, 0.5]), torch.tensor([1.0, 2.0])).to(torch.complex128)
    B = torch.tensor(np.random.default_rng(0).normal(size=(2, READS)) + 0j)
    ours = nets.from_step(
        lambda h, x: decay * h + B @ x.to(B.dtype), INPUTS, batch_first=False,
        start=torch.zeros(2, dtype=torch.complex128),
    )  # fmt: skip
    theirs = nets.diagonal(decay.numpy(), B.numpy()).run(INPUTS, batch_first=False)
    same(ours.states, theirs.states)
    same(ours.norms([1, 4]), theirs.norms([1, 4]))


def test_half_precision_is_taken():
    made, start, net = cell("GRU", "bfloat16")
    ours = nets.from_step(made, INPUTS, start=start, batch_first=False)
    assert ours.precision == "bfloat16"
    same(ours.states, net.run(INPUTS, batch_first=False).states, 0.1)
    same(ours.norms(1), net.run(INPUTS, batch_first=False).norms(1), 0.1)


def dropping():
    module = torch.nn.Sequential(torch.nn.Dropout(0.1))
    return module, torch.zeros(3)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: (torch.nn.LSTM(READS, N), torch.zeros(N)),
            r"step must be one step, got LSTM, .*: pass nn\.LSTMCell, or .* nets\.from_state_dict",
        ),
        (
            lambda: (torch.nn.LSTMCell(READS, N), torch.zeros(N)),
            r"step fails at a state of shape \(5,\) and an input of shape \(3,\): lstm_cell\(\)",
        ),
        (
            lambda: (torch.nn.GRUCell(READS, N), torch.zeros(N).double()),
            "step fails .* must have the same dtype",
        ),
        (
            lambda: (torch.nn.GRUCell(READS, N, device="meta"), np.zeros(N)),
            "tensors on the device meta hold no numbers",
        ),
        (
            lambda: (torch.nn.GRUCell(READS, N), torch.zeros(N, device="meta")),
            "tensors on the device meta hold no numbers",
        ),
        (dropping, r"Dropout is in training mode: call step\.eval\(\) first"),
    ],
)
def test_bad_input_is_named(make, message):
    step, start = make()
    with pytest.raises(ValueError, match=message):
        nets.from_step(step, INPUTS, start=start, batch_first=False)


def halved_in_place(h, x):
    h.mul_(0.5)
    return h + x.sum()


@pytest.mark.parametrize(
    "step",
    [
        lambda h, x: h.detach() + x.sum(),
        lambda h, x: h * h.sum().item() + x.sum(),
        lambda h, x: torch.as_tensor(np.tanh(h.detach().numpy())) + x.sum(),
        lambda h, x: h if h.sum() > x.sum() else -h,
        halved_in_place,
    ],
    ids=["detach", "item", "numpy", "if", "in place"],
)
def test_a_step_that_leaves_the_framework_is_refused_before_it_runs(step):
    with pytest.raises(ValueError, match=r"^step cannot be differentiated: .*no detach\(\)"):
        nets.from_step(step, INPUTS, start=torch.ones(N).double(), batch_first=False)


def test_weights_are_those_of_the_module_or_given_but_not_both():
    made, start, _ = cell("GRU")
    with pytest.raises(ValueError, match="weights must not be given with a module"):
        nets.from_step(made, INPUTS, start=start, weights={}, batch_first=False)
    with pytest.raises(ValueError, match="weights must be a dict of tensors, got list"):
        nets.from_step(lambda w, h, x: h + w[0] * x[0], INPUTS, start=start, batch_first=False,
                       weights=[start])  # fmt: skip


def test_two_frameworks_at_once_are_refused(jax):
    made, _, _ = cell("GRU")
    with pytest.raises(ValueError, match="must be of one framework, got PyTorch and JAX"):
        nets.from_step(made, INPUTS, start=jax.numpy.zeros(N), batch_first=False)
