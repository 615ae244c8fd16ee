"""Nets of Flax' weights against Flax, linen and nnx: every kind, layers, directions."""

import numpy as np
import pytest
from frameworks import READS, TOLERANCE, N

from longrange import nets

KINDS = {"rnn": "SimpleCell", "relu": "SimpleCell", "gru": "GRUCell", "lstm": "LSTMCell",
         "optimized": "OptimizedLSTMCell"}  # fmt: skip


def kind_of(name):
    return "lstm" if name == "optimized" else name


def zeros(kind, inputs):
    """Return the state before the first step: c, then h of an LSTM."""
    zero = np.zeros((inputs.shape[1], N), inputs.dtype)
    return (zero, zero) if kind in ("lstm", "optimized") else zero


def joint(state):
    """Return h, then c where there is one; Flax has them the other way round."""
    parts = state[::-1] if isinstance(state, tuple) else (state,)
    return [np.asarray(part) for part in parts]


def states_of(kind, steps, inputs):
    """Return the joint states of cells on top of each other; ``step(state, x)`` is one."""
    carried, found = [zeros(kind, inputs) for _ in steps], []
    for x in inputs:
        for k, step in enumerate(steps):
            carried[k], x = step(carried[k], x)
        found.append(np.concatenate([part for state in carried for part in joint(state)], axis=-1))
    return np.stack(found)


class Linen:
    """A cell of linen and its weights."""

    def __init__(self, linen, jax, draw, kind, dtype, seed=0, reads=READS):
        options = {"activation_fn": linen.relu} if kind == "relu" else {}
        self.cell = getattr(linen, KINDS[kind])(N, dtype=dtype, param_dtype=dtype, **options)
        x = np.zeros((1, reads), dtype)
        variables = self.cell.init(jax.random.key(0), zeros(kind, x[None]), x)
        leaves, tree = jax.tree.flatten(variables)
        self.variables = jax.tree.unflatten(tree, draw([leaf.shape for leaf in leaves], seed))

    def __call__(self, state, x):
        return self.cell.apply(self.variables, state, x)


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_states_are_those_of_linen(linen, jax, draw, hold, inputs, dtype, kind, layers):
    cells = [Linen(linen, jax, draw, kind, dtype, k, N if k else READS) for k in range(layers)]
    weights = {f"cell_{k}": cell.variables for k, cell in enumerate(cells)}
    net = nets.from_state_dict(weights, kind=kind_of(kind), prefix=list(weights))
    hold(net, inputs, states_of(kind, cells, inputs))


def nnx_cell(nnx, jax, draw, kind, dtype, seed=0, reads=READS):
    """Return a cell of nnx with weights that are drawn."""
    options = {"activation_fn": jax.nn.relu} if kind == "relu" else {}
    cell = getattr(nnx, KINDS[kind])(
        reads, N, dtype=dtype, param_dtype=dtype, rngs=nnx.Rngs(0), **options
    )
    leaves, tree = jax.tree.flatten(nnx.state(cell, nnx.Param))
    nnx.update(cell, jax.tree.unflatten(tree, draw([leaf.shape for leaf in leaves], seed)))
    return cell


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_states_are_those_of_nnx(nnx, jax, draw, hold, inputs, dtype, kind, layers):
    cells = [nnx_cell(nnx, jax, draw, kind, dtype, k, N if k else READS) for k in range(layers)]
    whole = nnx.Dict(
        rnn=nnx.List([nnx.RNN(cell) for cell in cells]), out=nnx.Linear(N, 2, rngs=nnx.Rngs(1))
    )
    prefix = [f"rnn/{k}" for k in range(layers)]
    for state in (
        nnx.state(whole),
        nnx.state(whole, nnx.Param),
        nnx.to_pure_dict(nnx.state(whole)),
    ):
        net = nets.from_state_dict(state, kind=kind_of(kind), prefix=prefix)
        hold(net, inputs, states_of(kind, cells, inputs))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("house", ["linen", "nnx"])
def test_both_directions(linen, nnx, jax, draw, inputs, dtype, house, kind):
    if house == "linen":
        cells = [Linen(linen, jax, draw, kind, dtype, seed) for seed in range(2)]
        both = linen.Bidirectional(linen.RNN(cells[0].cell), linen.RNN(cells[1].cell))
        forward, backward = (cell.variables["params"] for cell in cells)
        weights = {"params": {"forward_rnn": {"cell": forward}, "backward_rnn": {"cell": backward}}}
        outputs = both.apply(weights, inputs.swapaxes(0, 1))
    else:
        cells = [nnx_cell(nnx, jax, draw, kind, dtype, seed) for seed in range(2)]
        both = nnx.Bidirectional(*map(nnx.RNN, cells), rngs=nnx.Rngs(0))
        weights = nnx.state(both)
        outputs = both(inputs.swapaxes(0, 1))
    outputs = np.asarray(outputs).swapaxes(0, 1)
    with pytest.raises(ValueError, match="both directions"):
        nets.from_state_dict(weights, kind=kind_of(kind))
    for direction, turn, half in (("forward", 1, slice(N)), ("backward", -1, slice(N, None))):
        net = nets.from_state_dict(weights, kind=kind_of(kind), direction=direction)
        found = net.run(inputs[::turn], batch_first=False).outputs[::turn]
        np.testing.assert_allclose(found, outputs[..., half], rtol=0, atol=TOLERANCE[dtype])
