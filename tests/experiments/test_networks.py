"""`experiments.networks`: gradients against differences, cells against a second computation."""

from functools import partial

import numpy as np
import pytest

import longrange
from experiments.tasks import TASKS

eqx = pytest.importorskip("equinox")
D, T = 12, 9  # a multiple of 4


@pytest.fixture
def networks():
    from experiments import networks

    return networks


def core(networks, jax, name, seed=0):
    """Return an untrained core; `jax` makes it compute in doubles."""
    return networks.CORES[name](D, jax.random.key(seed))


NAMES = ["tanh", "orthogonal", "small_inputs", "identity", "leaky", "gru", "lstm", "lstm_chrono",
         "ssm", "mingru", "rglru", "selective", "selective_signed",
         "linear_attention", "linear_attention_wide", "deltanet", "deltanet_signed",
         "deltanet_wide", "gated_deltanet", "gated_deltanet_wide", "mingru_convolved",
         "rglru_convolved", "selective_convolved", "deltanet_convolved", "attention",
         "attention_rotary", "attention_alibi", "attention_bag"]  # fmt: skip
# Each formula once: the others begin otherwise.
FORMULAS = [name for name in NAMES if name not in (
    "orthogonal", "small_inputs", "lstm_chrono",
    "rglru_convolved", "selective_convolved", "deltanet_convolved",
)]  # fmt: skip
ATTENTION = [name for name in NAMES if name.startswith("attention")]


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


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def linear(part):
    """Return a linear map of Equinox as NumPy's."""
    weight, bias = np.array(part.weight), 0 if part.bias is None else np.array(part.bias)
    return lambda x: (weight @ x + bias).squeeze()


def mingru(cell, x):
    gate, new, h = linear(cell.gate), linear(cell.new), np.zeros(D)
    for one in x:
        z = sigmoid(gate(one))
        h = (1 - z) * h + z * new(one)
    return h


def rglru(cell, x):
    gates, new, h = linear(cell.gates), linear(cell.new), np.zeros(D)
    for one in x:
        r, i = np.split(sigmoid(gates(one)), 2)
        a = sigmoid(np.array(cell.rate)) ** (8 * r)
        h = a * h + np.sqrt(1 - a**2) * (i * new(one))
    return h


def selective(cell, x, factor=np.exp):
    into, out, time, write, read = map(
        linear, (cell.into, cell.out, cell.time, cell.write, cell.read)
    )
    a = -np.exp(np.array(cell.rate))
    channels, numbers = a.shape
    h = np.zeros((channels, numbers))
    for one in x:
        delta, u = np.log1p(np.exp(time(one))), into(one)
        for c in range(channels):
            for n in range(numbers):
                h[c, n] = factor(delta[c] * a[c, n]) * h[c, n] + delta[c] * write(one)[n] * u[c]
    return out(h @ read(x[-1]))


def linear_attention(cell, x):
    """Return the weighted mean of all values, without any state."""

    def positive(one):
        return np.where(one > 0, one + 1, np.exp(one))

    q = positive(linear(cell.query)(x[-1]))
    weights = np.array([q @ positive(linear(cell.key)(one)) for one in x])
    values = np.array([linear(cell.value)(one) for one in x])
    return linear(cell.out)(weights @ values / weights.sum())


def deltanet(cell, x, most=1, kept=lambda _: 1):
    key, query, value, out, strength = map(
        linear, (cell.key, cell.query, cell.value, cell.out, cell.strength)
    )
    n = cell.key.weight.shape[0]
    s = np.zeros((cell.value.weight.shape[0], n))
    for one in x:
        k, beta = key(one) / np.linalg.norm(key(one)), most * sigmoid(strength(one))
        s = kept(one) * s @ (np.eye(n) - beta * np.outer(k, k)) + beta * np.outer(value(one), k)
    return out(s @ query(x[-1]) / np.linalg.norm(query(x[-1])))


def gated_deltanet(cell, x):
    time = linear(cell.time)
    return deltanet(
        cell, x, kept=lambda one: np.exp(-np.exp(float(cell.rate)) * np.log1p(np.exp(time(one))))
    )


def mingru_convolved(cell, x):
    """See each token with the three before it, unit by unit; then x σ(x)."""
    weights, seen = np.array(cell.weights), []
    for t in range(len(x)):
        mean = sum(weights[3 - back] * x[t - back] for back in range(4) if t >= back)
        seen.append(mean * sigmoid(mean))
    return mingru(cell.core, np.array(seen))


LOOPS = {
    "mingru_convolved": mingru_convolved,
    "mingru": mingru,
    "rglru": rglru,
    "selective": selective,
    "selective_signed": lambda cell, x: selective(cell, x, lambda a: 2 * np.exp(a) - 1),
    "linear_attention": linear_attention,
    "linear_attention_wide": linear_attention,
    "deltanet": deltanet,
    "deltanet_signed": lambda cell, x: deltanet(cell, x, most=2),
    "deltanet_wide": deltanet,
    "gated_deltanet": gated_deltanet,
    "gated_deltanet_wide": gated_deltanet,
}


@pytest.mark.parametrize("name", LOOPS)
def test_cores_of_today_are_plain_loops_over_tokens(jax, networks, x, name):
    cell = core(networks, jax, name)
    shown = cell(x, np.ones(T, bool), 2)
    for back, one in enumerate(shown[::-1]):
        # What keeps a divisor from 0 is a millionth.
        assert np.allclose(one, LOOPS[name](cell, x[: T - back]), rtol=1e-5, atol=1e-6)


def test_no_scan_leaves_a_formula_untested(networks):
    """Each core with a state is held against a computation of its own, above."""
    with_state = [n for n in FORMULAS if n not in ATTENTION]
    assert {*with_state} == {*LOOPS, "tanh", "identity", "leaky", "gru", "lstm", "ssm"}


@pytest.mark.parametrize("name", ATTENTION)
def test_attention_is_a_softmax_over_what_came_before(jax, networks, x, name):
    cell = core(networks, jax, name)
    angles = np.arange(T)[:, None] / 10_000 ** (np.arange(0, D, 2) / D)
    z = x.copy()
    if name == "attention":
        z = z + np.concatenate([np.sin(angles), np.cos(angles)], axis=1)
    query, key, value, out = map(linear, (cell.query, cell.key, cell.value, cell.out))
    q, keys = query(z[-1]), np.array([key(one) for one in z])
    if name == "attention_rotary":
        # As complex numbers, a turn is a product; what counts is the angle between two places.
        half = D // 2
        turned = (keys[:, :half] + 1j * keys[:, half:]) * np.exp(1j * (angles - angles[-1]))
        scores = ((q[:half] - 1j * q[half:]) * turned).real.sum(axis=1) / np.sqrt(D)
    else:
        scores = keys @ q / np.sqrt(D)
    if name == "attention_alibi":
        scores = scores - 2**-8 * np.arange(T)[::-1]
    weights = np.exp(scores) / np.exp(scores).sum()
    expected = z[-1] + out(weights @ np.array([value(one) for one in z]))
    assert np.allclose(cell(x, np.ones(T, bool), 1)[0], expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", ["tanh", "lstm"])
def test_truncation_changes_no_state_and_ends_the_gradient(jax, networks, x, name):
    cell, here = core(networks, jax, name), np.ones(T, bool)
    whole, cut = cell(x, here, 2), cell(x, here, 2, cut=4)
    assert np.allclose(whole, cut, rtol=0, atol=1e-12)
    slopes = np.array(jax.grad(lambda x: cell(x, here, 1, cut=4).sum())(x))
    assert (slopes[:-4] == 0).all()
    assert (np.abs(slopes[-4:]).max(axis=1) > 0).all()
    # As if the state before the cut had come from nowhere.
    state = cell.start()
    for one in x[:-4]:
        state = cell.step(state, jax.tree.map(lambda a: a[0], cell.drive(one[None])))

    def rest(last):
        now, drive = state, cell.drive(last)
        for t in range(4):
            at = jax.tree.map(lambda a, t=t: a[t], drive)
            now = cell.step(now, at)
        return cell.shown(now, at).sum()

    assert np.allclose(slopes[-4:], jax.grad(rest)(x[-4:]), rtol=0, atol=1e-12)
    all_of_it = jax.grad(lambda x: cell(x, here, 1, cut=T).sum())(x)
    assert np.allclose(all_of_it, jax.grad(lambda x: cell(x, here, 1).sum())(x), rtol=0, atol=1e-12)


def test_a_gain_is_the_size_of_every_singular_value(jax, networks):
    network = networks.Network("tanh", D, 10, 2, jax.random.key(0), gain=3)
    assert np.allclose(np.linalg.svd(network.core.W)[1], 3)
    assert not np.array_equal(network.core.W, network.core.U)


def test_attention_without_positions_does_not_see_order(jax, networks, x):
    order = np.array([3, 1, 0, 2, 5, 4, 6, 7, 8])
    here = np.ones(T, bool)
    for name, blind in (("attention", False), ("attention_bag", True)):
        cell = core(networks, jax, name)
        assert np.allclose(cell(x, here, 1), cell(x[order], here, 1), atol=1e-9) == blind


def test_cores_begin_as_their_sources_say(jax, networks):
    d = 64
    told = ("tanh", "orthogonal", "small_inputs", "leaky", "identity", "gru", "lstm",
            "lstm_chrono", "rglru", "selective", "gated_deltanet", "mingru_convolved")  # fmt: skip
    begin = {name: networks.CORES[name](d, jax.random.key(0)) for name in told}
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
    kept = sigmoid(np.array(begin["rglru"].rate)) ** 8
    assert (kept >= 0.9).all()
    assert (kept <= 0.999).all()
    steps = np.log1p(np.exp(np.array(begin["selective"].time.bias)))
    assert (steps >= 0.00099).all()
    assert (steps <= 0.101).all()
    assert np.isclose(np.log1p(np.exp(float(begin["gated_deltanet"].time.bias[0]))), 0.01)
    assert (begin["mingru_convolved"].weights[-1] == 1).all()
    assert (abs(begin["mingru_convolved"].weights[:-1]) <= 1 / 4).all()
    assert np.allclose(np.exp(begin["selective"].rate), np.tile(np.arange(1, 5), (d // 4, 1)))


@pytest.mark.parametrize(
    ("name", "parameters", "state"),
    [
        ("tanh", 2080, 32),
        ("gru", 6272, 32),
        ("lstm", 8320, 64),
        ("ssm", 1072, 32),
        ("mingru", 2112, 32),
        ("rglru", 3168, 32),
        ("selective", 1064, 32),
        ("linear_attention", 704, 32),
        ("linear_attention_wide", 4096, 1056),
        ("deltanet", 801, 32),
        ("deltanet_wide", 4129, 1024),
        ("gated_deltanet", 835, 32),
        ("gated_deltanet_wide", 4163, 1024),
        ("mingru_convolved", 2112 + 4 * 32, 32),
        ("attention", 4096, None),
        ("attention_rotary", 4096, None),
    ],
)
def test_parameters_and_state_numbers_are_counted(jax, networks, name, parameters, state):
    network = networks.Network(name, 32, 10, 8, jax.random.key(0))
    assert networks.core_parameters(network) == parameters
    assert networks.state_numbers(network) == state


@pytest.mark.parametrize("name", ["selective", "linear_attention", "deltanet", "gated_deltanet"])
def test_states_of_a_larger_study_are_as_large_as_the_width(jax, networks, name):
    network = networks.Network(name, 320, 10, 8, jax.random.key(0))
    assert networks.state_numbers(network) == 320
