"""Steps of one's own, in JAX: the same as the net of the same equations."""

# ruff: noqa: ARG005  (steps leave out some of what they are given)

import sys
from collections import namedtuple

import numpy as np
import pytest
from step_equations import CASES, READS, along, lstm_pair, sequences

from longrange import nets


def same(ours, theirs, error=1e-11):
    np.testing.assert_allclose(ours, theirs, rtol=error, atol=error * np.nanmax(abs(theirs)))


@pytest.mark.parametrize("name", ["lstm", "gru, hard"])
def test_a_step_in_jax_is_the_net_of_its_equations(jax, name):
    net, weights, step = CASES[name]()
    theirs = net.run(sequences(), batch_first=False)
    ours = nets.from_step(
        lambda w, h, x: step(w, h, x, jax.numpy), sequences(), weights=weights,
        start=jax.numpy.zeros(net.size), batch_first=False,
    )  # fmt: skip
    same(ours.states, theirs.states)
    assert ours.outputs is ours.states
    times = [2, 6]
    same(ours.norms([0, 1, 4], times=times), theirs.norms([0, 1, 4], times=times))
    same(ours.growth(2), theirs.growth(2), 1e-9)
    given = np.random.default_rng(0).normal(size=(7, 2, net.size))
    by_ours, by_theirs = (run.gradient_by_lag(given) for run in (ours, theirs))
    for found, expected in zip(by_ours, by_theirs, strict=True):
        if isinstance(found, dict):
            assert set(found) == set(expected)
            for key in found:
                same(found[key], expected[key], 1e-10)
        else:
            same(found, expected, 1e-10)
    assert ours.precision == "float64"


def test_each_step_is_what_central_differences_find(jax):
    """One that no net here has: units multiply each other."""

    def step(h, x, xp=jax.numpy):
        return xp.tanh(h * h[::-1] + xp.sin(x[0]) * h + x)

    inputs = sequences()[:, :, :3]
    run = nets.from_step(step, inputs, start=0.3 * jax.numpy.ones(3), batch_first=False)
    same(run.states[:, 1], along(lambda _, h, x, xp: step(h, x, xp), None, 0.3 * np.ones(3),
                                 inputs[:, 1]))  # fmt: skip
    for t, b in ((0, 0), (5, 1)):
        h = run.states[t - 1, b] if t else 0.3 * np.ones(3)
        columns = [
            (step(h + 1e-6 * e, inputs[t, b], np) - step(h - 1e-6 * e, inputs[t, b], np)) / 2e-6
            for e in np.eye(3)
        ]
        ours = run.jvp(np.eye(3)[None], np.array([t]), np.array([b]))[0]
        np.testing.assert_allclose(ours, columns, atol=1e-9)
        back = run.vjp(np.eye(3)[None], np.array([t]), np.array([b]))[0]
        same(back, ours.T)


Memory = namedtuple("Memory", ["h", "c"])


def named(pair):
    return {"h": pair[0], "c": pair[1]}


@pytest.mark.parametrize("kind", [tuple, Memory._make, named])
def test_a_state_of_several_arrays_is_one_flat_state(jax, kind):
    net, weights, step = lstm_pair(jax.numpy)
    theirs = net.run(sequences(), batch_first=False)

    def taken(state, x):
        h, c = (state["h"], state["c"]) if isinstance(state, dict) else state
        return kind(step(weights, h, c, x))

    def shown(state):
        return state["h"] if isinstance(state, dict) else state[0]

    zero = jax.numpy.zeros(4)
    ours = nets.from_step(
        taken, sequences().swapaxes(0, 1), start=kind((zero, zero)), batch_first=True,
        outputs=shown,
    )  # fmt: skip
    same(ours.outputs, theirs.outputs)
    # A dict stands in the order of its keys, c before h, and its norms are the same.
    assert ours.size == 8
    same(ours.norms(3, times=6), theirs.norms(3, times=6))
    found, expected = (run.gradient_by_lag(np.arange(4.0)) for run in (ours, theirs))
    same(found.to_inputs, expected.to_inputs)
    assert np.isnan(found.weights).all()
    assert not found.total


def test_what_it_shows_may_be_any_function_of_the_state(jax):
    """As many numbers as the state, too: a gradient on these is none on the state."""
    net, weights, step = CASES["tanh"]()
    readout = np.random.default_rng(0).normal(size=(4, 4))
    run = nets.from_step(
        lambda h, x: step(weights, h, x, jax.numpy), sequences(), start=jax.numpy.zeros(4),
        batch_first=False, outputs=lambda h: jax.numpy.tanh(readout @ h),
    )  # fmt: skip
    theirs = net.run(sequences(), batch_first=False)
    same(run.outputs, np.tanh(theirs.states @ readout.T))
    given = np.random.default_rng(1).normal(size=(7, 2, 4))
    on_states = (given * (1 - run.outputs**2)) @ readout
    same(run.gradient_by_lag(given).inputs, theirs.gradient_by_lag(on_states).inputs)
    same(run.gradient_by_lag(given[-1]).inputs, theirs.gradient_by_lag(on_states[-1]).inputs)


def test_complex_states_are_real_parts_then_imaginary_parts(jax):
    net, weights, _ = CASES["complex"]()

    def step(w, h, x):
        given = (w["U"] @ x + w["b"]).reshape(2, 4)
        return (w["decay"][0] + 1j * w["decay"][1]) * h + given[0] + 1j * given[1]

    theirs = net.run(sequences(), batch_first=False)
    ours = nets.from_step(
        step, sequences(), start=jax.numpy.zeros(4), weights=weights, batch_first=False
    )  # a real start of a state that is complex from the first step on
    same(ours.states, theirs.states)
    same(ours.norms(3, times=6), theirs.norms(3, times=6))
    found, expected = (run.gradient_by_lag(np.arange(8.0)) for run in (ours, theirs))
    for key in expected.total:
        same(found.total[key], expected.total[key])


def test_modules_of_equinox_bring_their_weights(jax):
    import equinox

    cell = equinox.nn.GRUCell(READS, 4, dtype=float, key=jax.random.key(0))
    ours = nets.from_step(cell, sequences(), start=np.zeros(4), batch_first=False)
    # Equinox has the bias inside the reset apart, and none beside it.
    W, U, b = (np.asarray(one) for one in (cell.weight_hh, cell.weight_ih, cell.bias))
    inside = np.concatenate([np.zeros(8), cell.bias_n])
    theirs = nets.gru(W, U, b, recurrent_bias=inside).run(sequences(), batch_first=False)
    same(ours.states, theirs.states)
    found, expected = (run.gradient_by_lag(np.arange(4.0)) for run in (ours, theirs))
    same(found.total["weight_hh"], expected.total["W"])
    same(found.total["bias_n"], expected.total["recurrent_bias"][8:])


def test_weights_that_are_no_floats_stay_what_they_are(jax):
    run = nets.from_step(
        lambda w, h, x: w["scale"] ** w["power"] * h + x, np.ones((4, 2)),
        start=jax.numpy.zeros(2), weights={"scale": jax.numpy.array(0.5), "power": 2},
    )  # fmt: skip
    found = run.gradient_by_lag([1.0, 0.0])
    assert set(found.total) == {"scale"}
    # h_T = Σ s^(2k) over k = 0 ... 3, so dh_T/ds = Σ 2k s^(2k - 1).
    assert found.total["scale"] == pytest.approx(sum(2 * k * 0.5 ** (2 * k - 1) for k in range(4)))


def test_32_bits_are_taken_and_told(jax):
    net, weights, step = CASES["lstm"]()
    theirs = net.run(sequences(), batch_first=False)
    with jax.enable_x64(False):
        with pytest.warns(UserWarning, match="JAX computes in 32 bits"):
            ours = nets.from_step(
                lambda w, h, x: step(w, h, x, jax.numpy), sequences(), weights=weights,
                start=jax.numpy.zeros(8), batch_first=False,
            )  # fmt: skip
        assert ours.precision == "float32"
        same(ours.norms(5, times=6), theirs.norms(5, times=6), 1e-5)
        # Far beyond the range of 32 bits, in both directions.
        for size in (1e-100, 1e100):
            found, expected = (run.gradient_by_lag(size * np.ones(8)) for run in (ours, theirs))
            same(found.inputs / size, expected.inputs / size, 1e-5)
            same(found.total["W"] / size, expected.total["W"] / size, 1e-5)
            V, at = size * np.ones((1, 1, 8)), (np.array([3]), np.array([1]))
            same(ours.jvp(V, *at) / size, theirs.jvp(V, *at) / size, 1e-5)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda run, jnp: run(3), "step must be a function or a module, got 3"),
        (
            lambda run, jnp: run(lambda h, x: h, start=np.zeros(3)),
            "start must hold arrays of JAX or tensors of PyTorch, .* got ndarray: with Jacobians",
        ),
        (
            lambda run, jnp: run(lambda h, x: h @ x),
            r"step must return a state of the shape of start, \(3,\), got \(\)",
        ),
        (
            lambda run, jnp: run(lambda h, x: (h, h)),
            r"\(3,\), got \(\(3,\), \(3,\)\): the new state alone, no output beside it",
        ),
        (
            lambda run, jnp: run(lambda h, x: h @ jnp.ones((2, 3))),
            r"step fails at a state of shape \(3,\) and an input of shape \(3,\): .*shape",
        ),
        (
            lambda run, jnp: run(lambda h, x: jnp.asarray(np.asarray(h)) + x),
            "step cannot be differentiated: The numpy.ndarray conversion .*no detach",
        ),
        (
            lambda run, jnp: run(lambda h, x: h if h[0] > 0 else x),
            "step cannot be differentiated: .*boolean",
        ),
        (lambda run, jnp: run(lambda h, x: h / 0), "the states are not finite from step 0 on"),
        (
            lambda run, jnp: run(lambda h, x: h, start=jnp.zeros(0)),
            "start must hold at least one number in each array",
        ),
        (
            lambda run, jnp: run(lambda h, x: h, start=jnp.zeros(3, int)),
            "step must return numbers with a point, got int64",
        ),
        (
            lambda run, jnp: run(lambda w, h, x: h, weights={"a": 1j * jnp.ones(2)}),
            r"weights must be real, got complex \['a'\]",
        ),
        (
            lambda run, jnp: run(lambda h, x: h, outputs=lambda h: h[:2] @ h),
            "outputs fails at a state: ",
        ),
        (
            lambda run, jnp: nets.from_step(
                lambda h, x: h + x, np.ones((7, 5), int), start=jnp.zeros(3)
            ),
            r"step fails at .*shape.*: token ids\? pass what the embedding gives",
        ),
        (
            lambda run, jnp: nets.from_step(lambda h, x: h, np.ones(7, int), start=jnp.zeros(3)),
            r"inputs must have shape .*, got \(7,\): token ids\? pass what the embedding gives",
        ),
        (
            lambda run, jnp: run(lambda h, x: h, batch_first=None),
            r"may be 7 steps of 2 sequences \(batch_first=False\)",
        ),
    ],
)
def test_bad_input_is_named(jax, wrong, message):
    def run(step, start=None, **options):
        start = jax.numpy.zeros(3) if start is None else start
        return nets.from_step(
            step, sequences(), **({"start": start, "batch_first": False} | options)
        )

    with pytest.raises(ValueError, match=message):
        wrong(run, jax.numpy)


def test_without_jax_and_pytorch_nothing_is_imported(monkeypatch):
    monkeypatch.delitem(sys.modules, "jax", raising=False)
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    with pytest.raises(ValueError, match=r"with Jacobians of your own use nets\.from_jacobians"):
        nets.from_step(lambda h, x: h, np.ones((3, 2)), start=np.zeros(2))
    assert not {"jax", "torch"} & set(sys.modules)
