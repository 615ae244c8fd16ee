"""`experiments.networks`: gradients against differences, cells against a second computation."""

from functools import partial

import numpy as np
import pytest

import longrange
from experiments.tasks import TASKS

eqx = pytest.importorskip("equinox")
D, T = 6, 9


@pytest.fixture
def networks():
    from experiments import networks

    return networks


def core(networks, jax, name, seed=0):
    """Return an untrained core; `jax` makes it compute in doubles."""
    return networks.CORES[name](D, jax.random.key(seed))


NAMES = ["tanh", "orthogonal", "small_inputs", "identity", "leaky", "gru", "lstm", "lstm_chrono",
         "ssm", "attention", "attention_bag"]  # fmt: skip
# Each formula once: the others begin otherwise.
FORMULAS = [name for name in NAMES if name not in ("orthogonal", "small_inputs", "lstm_chrono")]


@pytest.fixture
def x():
    return np.random.default_rng(0).normal(size=(T, D))


HERE = np.arange(T) >= 2


def test_every_network_of_the_study_is_tested(networks):
    assert list(networks.CORES) == NAMES


@pytest.mark.parametrize(
    ("name", "task"),
    # What is around a core is the same for all of them.
    [*((name, "agreement") for name in FORMULAS), ("tanh", "adding"), ("attention", "adding")],
)
def test_gradient_of_the_loss_agrees_with_central_differences(jax, networks, name, task):
    from experiments.learning import judge

    spec = TASKS[task]
    network = networks.Network(name, D, spec.vocabulary, spec.answers, jax.random.key(1))
    length = spec.before + 8
    examples = spec.draw(np.random.default_rng(2), np.full(3, 8), length)
    arrays, rest = eqx.partition(network, eqx.is_inexact_array)

    @jax.jit
    def loss(arrays):
        judged = partial(judge, eqx.combine(arrays, rest))
        return jax.vmap(judged)(examples)[1].mean()

    gradient, rng = jax.grad(loss)(arrays), np.random.default_rng(3)
    for leaf_at, leaf in enumerate(jax.tree.leaves(arrays)):
        way = rng.normal(size=leaf.shape)
        leaves, tree = jax.tree.flatten(arrays)

        def moved(by, leaves=leaves, tree=tree, at=leaf_at, way=way):
            new = list(leaves)
            new[at] = new[at] + by * way
            return loss(tree.unflatten(new))

        step = 1e-6
        numeric = float(moved(step) - moved(-step)) / (2 * step)
        exact = float((jax.tree.leaves(gradient)[leaf_at] * way).sum())
        assert np.isclose(numeric, exact, rtol=1e-5, atol=1e-8), leaf_at


@pytest.mark.parametrize("name", FORMULAS)
def test_padding_before_an_example_changes_nothing(jax, networks, x, name):
    cell = core(networks, jax, name)
    padded = cell(x, HERE, 3)
    assert padded.shape == (3, D)
    other = x.copy()
    other[~HERE] = 7.0
    assert np.allclose(padded, cell(other, HERE, 3), rtol=0, atol=1e-12)
    assert np.allclose(padded, cell(x[HERE], HERE[HERE], 3), rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", FORMULAS)
def test_no_state_depends_on_what_comes_later(jax, networks, x, name):
    cell = core(networks, jax, name)
    jacobian = jax.jacobian(lambda x: cell(x, np.ones(T, bool), T))(x)  # (T, D, T, D)
    later = np.triu(np.ones((T, T), bool), 1)
    assert (np.abs(jacobian).max(axis=(1, 3))[later] == 0).all()
    heard = np.abs(jacobian).max(axis=(1, 3))[~later] > 0
    assert heard.mean() > 0.5 if name == "identity" else heard.all()  # ReLU units may be off


@pytest.mark.parametrize("name", ["tanh", "orthogonal", "small_inputs", "leaky"])
def test_tanh_cores_are_the_recurrence_of_the_library(jax, networks, x, name):
    cell = core(networks, jax, name)
    drive = x @ np.array(cell.U).T + np.array(cell.b)
    form = {"activation": "leaky", "leak": cell.leak} if name == "leaky" else {}
    expected = longrange.run(np.array(cell.W), drive, **form)
    assert np.allclose(cell(x, np.ones(T, bool), T), expected[-T:], rtol=0, atol=1e-12)


def test_gru_and_lstm_are_those_of_equinox(jax, networks, x):
    gru, lstm = (core(networks, jax, name) for name in ("gru", "lstm"))
    theirs = eqx.tree_at(
        lambda c: (c.weight_ih, c.weight_hh, c.bias, c.bias_n),
        eqx.nn.GRUCell(D, D, key=jax.random.key(0)),
        (gru.U, gru.W, gru.b, gru.c),
    )
    h = np.zeros(D)
    for one in x:
        h = theirs(one, h)
    assert np.allclose(gru(x, np.ones(T, bool), 1)[0], h, rtol=0, atol=1e-12)
    theirs = eqx.tree_at(
        lambda c: (c.weight_ih, c.weight_hh, c.bias),
        eqx.nn.LSTMCell(D, D, key=jax.random.key(0)),
        (lstm.U, lstm.W, lstm.b),
    )
    state = np.zeros(D), np.zeros(D)
    for one in x:
        state = theirs(one, state)
    assert np.allclose(lstm(x, np.ones(T, bool), 1)[0], state[0], rtol=0, atol=1e-12)


def test_the_state_space_core_is_a_sum_of_powers(jax, networks, x):
    cell = core(networks, jax, "ssm")
    values = np.exp(-np.exp(np.array(cell.decay)) + 1j * np.array(cell.angle))
    assert (abs(values) >= 0.9).all()
    assert (abs(values) <= 0.999).all()
    b = np.array(cell.B)[: D // 2] + 1j * np.array(cell.B)[D // 2 :]
    scale = np.sqrt(1 - abs(values) ** 2)
    state = sum(values ** (T - 1 - t) * scale * (b @ x[t]) for t in range(T))
    expected = np.concatenate([state.real, state.imag])
    assert np.allclose(cell(x, np.ones(T, bool), 1)[0], expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", ["attention", "attention_bag"])
def test_attention_is_a_softmax_over_what_came_before(jax, networks, x, name):
    cell = core(networks, jax, name)
    z = x.copy()
    if name == "attention":
        waves = np.arange(T)[:, None] / 10_000 ** (np.arange(0, D, 2) / D)
        z = z + np.concatenate([np.sin(waves), np.cos(waves)], axis=1)
    query, key, value, out = (
        np.array(one.weight)
        for one in (cell.attend.query_proj, cell.attend.key_proj, cell.attend.value_proj,
                    cell.attend.output_proj)
    )  # fmt: skip
    scores = (query @ z[-1]) @ (key @ z.T) / np.sqrt(D)
    weights = np.exp(scores) / np.exp(scores).sum()
    expected = z[-1] + out @ ((value @ z.T) @ weights)
    assert np.allclose(cell(x, np.ones(T, bool), 1)[0], expected, rtol=0, atol=1e-6)


def test_attention_without_positions_does_not_see_order(jax, networks, x):
    order = np.array([3, 1, 0, 2, 5, 4, 6, 7, 8])
    here = np.ones(T, bool)
    for name, blind in (("attention", False), ("attention_bag", True)):
        cell = core(networks, jax, name)
        assert np.allclose(cell(x, here, 1), cell(x[order], here, 1), atol=1e-9) == blind


def test_cores_begin_as_their_sources_say(jax, networks):
    d = 64
    begin = {name: networks.CORES[name](d, jax.random.key(0)) for name in NAMES}
    for name in ("tanh", "leaky", "gru", "lstm"):
        for weights in (begin[name].W, begin[name].U):
            assert abs(weights).max() <= 1 / np.sqrt(d)
            assert np.isclose(weights.std(), 1 / np.sqrt(3 * d), rtol=0.05)
    for name in ("orthogonal", "small_inputs"):
        assert np.allclose(begin[name].W @ begin[name].W.T, np.eye(d), atol=1e-5)
    assert np.isclose(begin["orthogonal"].U.std(), begin["tanh"].U.std(), rtol=0.05)
    for name in ("small_inputs", "identity"):
        assert np.isclose(begin[name].U.std() / begin["tanh"].U.std(), 0.1, rtol=0.05)
    assert np.array_equal(begin["identity"].W, np.eye(d))
    assert (begin["lstm"].b[d : 2 * d] == 1).all()
    forget = begin["lstm_chrono"].b[d : 2 * d]
    assert (forget >= 0).all()
    assert (forget <= np.log(63)).all()
    assert (begin["lstm_chrono"].b[:d] == -forget).all()


@pytest.mark.parametrize(
    ("name", "expected"),
    [("tanh", 2080), ("gru", 6272), ("lstm", 8320), ("ssm", 1072), ("attention", 4096)],
)
def test_parameters_are_counted(jax, networks, name, expected):
    network = networks.Network(name, 32, 10, 8, jax.random.key(0))
    assert networks.core_parameters(network) == expected
