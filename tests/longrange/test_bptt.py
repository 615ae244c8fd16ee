"""`longrange.bptt` against automatic differentiation, finite differences and a closed form."""

import itertools
import math

import numpy as np
import pytest
from small_networks import orthogonal

from longrange import gaussian, gradient_by_lag, lagged, run

ACTIVATIONS = ["tanh", "linear"]
STEPS = 12


def network(d, batch, started, activation):
    rng = np.random.default_rng(d)
    W = gaussian(d, 1.3, seed=d)
    drive = rng.normal(0, 0.6, (STEPS, *batch, d))
    h0 = rng.normal(0, 0.5, (*batch, d)) if started else np.zeros((*batch, d))
    return W, drive, h0, run(W, drive, h0=h0, activation=activation), rng


def last_state(weights, drive, h):
    """Return the last state of a tanh network that uses ``weights[t]`` at step t."""
    for w, u in zip(weights, drive, strict=True):
        h = np.tanh(w @ h + u)
    return h


@pytest.mark.parametrize(("d", "batch"), [(1, ()), (16, (3,))])
def test_each_lag_and_their_sum_are_what_automatic_differentiation_finds(jax, d, batch):
    """All cases of a size at once, as numbers in one function, which JAX compiles once.

    The loss at each step is Σ a h + b h²: of the last state alone, a·h, or of all of them.
    """
    xp, cases, ours = jax.numpy, [], []
    for activation, started, every in itertools.product(ACTIVATIONS, (True, False), (True, False)):
        W, drive, h0, states, rng = network(d, batch, started, activation)
        a, b = np.zeros((2, *states.shape))
        if every:
            a[:], b[:] = 1, rng.normal(size=states.shape)
        else:
            a[-1] = rng.normal(size=states.shape[1:])
        options = {"activation": activation} | ({"h0": h0} if started else {})
        at_states = a + 2 * b * states if every else a[-1]
        ours.append(gradient_by_lag(W, states, at_states, **options))
        cases.append((drive, h0, a, b, activation == "linear"))
    assert ours[0].shape == (STEPS, d, d)

    def losses(weights, drive, h0, a, b, linear):
        """Return the loss at each step, for a matrix of its own at each."""

        def step(h, given):
            w, u = given
            inner = h @ w.T + u
            h = xp.where(linear, inner, xp.tanh(inner))
            return h, h

        states = jax.lax.scan(step, h0, (weights, drive))[1]
        return (a * states + b * states**2).reshape(STEPS, -1).sum(axis=1)

    def gradients(*case):
        """Return the gradient by the one W, and the matrices dL_t/dW_s."""
        whole = jax.grad(lambda w: losses(xp.stack([w] * STEPS), *case).sum())(W)
        return whole, jax.jacrev(losses)(xp.stack([W] * STEPS), *case)

    stacked = [np.stack(part) for part in zip(*cases, strict=True)]
    wholes, uses = map(np.asarray, jax.jit(jax.vmap(gradients))(*stacked))
    for parts, whole, use in zip(ours, wholes, uses, strict=True):
        scale = abs(whole).max()
        np.testing.assert_allclose(parts.sum(axis=0), whole, rtol=1e-11, atol=1e-12 * scale)
        expected = [sum(use[t, t - k] for t in range(k, STEPS)) for k in range(STEPS)]
        assert abs(parts - expected).max() < 1e-13 * abs(np.array(expected)).max()


@pytest.mark.parametrize("lag", [0, 1, 5, STEPS - 1])
def test_one_lag_is_the_difference_when_w_moves_at_one_step_only(lag):
    W, drive, h0, states, rng = network(4, (), True, "tanh")
    readout = rng.normal(size=4)
    part = gradient_by_lag(W, states, readout, h0=h0)[lag]
    step, found = 1e-6, np.empty((4, 4))
    for i, j in np.ndindex(4, 4):
        losses = []
        for sign in (1, -1):
            weights = np.stack([W] * STEPS)
            weights[STEPS - 1 - lag, i, j] += sign * step
            losses.append(readout @ last_state(weights, drive, h0))
        found[i, j] = (losses[0] - losses[1]) / (2 * step)
    np.testing.assert_allclose(part, found, atol=1e-9)


def test_each_lag_is_the_formula_with_the_lagged_jacobian():
    W, _, h0, states, rng = network(6, (), True, "tanh")
    at_states = rng.normal(size=states.shape)
    parts = gradient_by_lag(W, states, at_states, h0=h0)
    before = np.vstack([h0, states])
    for k in range(STEPS):
        expected = np.zeros((6, 6))
        for t in range(k, STEPS):
            slopes = 1 - states[t - k] ** 2
            back = lagged(W, states, t, k).T @ at_states[t]
            expected += np.outer(slopes * back, before[t - k])
        np.testing.assert_allclose(parts[k], expected, atol=1e-13)


@pytest.mark.parametrize("gain", [0.5, 1.0, 1.5])
def test_the_shares_of_an_orthogonal_linear_network_are_those_of_the_closed_form(gain):
    W = orthogonal(8, gain, seed=0)
    drive = np.random.default_rng(1).normal(size=(40, 8))
    states = run(W, drive, activation="linear")
    readout = np.ones(8)
    sizes = np.linalg.norm(gradient_by_lag(W, states, readout, activation="linear"), axis=(1, 2))
    earlier = np.linalg.norm(np.vstack([np.zeros(8), states])[:-1][::-1], axis=1)
    np.testing.assert_allclose(sizes, np.sqrt(8) * gain ** np.arange(40) * earlier, rtol=1e-12)


def test_a_loss_of_the_last_state_is_one_that_is_zero_before():
    W, _, _, states, rng = network(5, (3,), False, "tanh")
    readout = rng.normal(size=(3, 5))
    padded = np.zeros_like(states)
    padded[-1] = readout
    given, same = (gradient_by_lag(W, states, g) for g in (readout, padded))
    np.testing.assert_allclose(given, same, rtol=1e-12, atol=1e-15)


def test_a_batch_is_the_sum_of_its_sequences():
    W, _, h0, states, rng = network(5, (3,), True, "tanh")
    at_states = rng.normal(size=states.shape)
    together = gradient_by_lag(W, states, at_states, h0=h0)
    alone = sum(gradient_by_lag(W, states[:, b], at_states[:, b], h0=h0[b]) for b in range(3))
    np.testing.assert_allclose(together, alone, atol=1e-12)


def test_one_state_before_serves_the_whole_batch():
    W, drive, h0, _, rng = network(5, (3,), True, "tanh")
    states = run(W, drive, h0=h0[0])
    readout = rng.normal(size=(3, 5))
    shared, spread = (gradient_by_lag(W, states, readout, h0=h) for h in (h0[0], [h0[0]] * 3))
    np.testing.assert_allclose(shared, spread, rtol=1e-14)


def test_nothing_passed_is_written_to():
    W, _, h0, states, _ = network(4, (), True, "tanh")
    readout, at_states = np.ones(4), np.ones((STEPS, 4))
    for given in (W, h0, states, readout, at_states):
        given.flags.writeable = False
    gradient_by_lag(W, states, readout, h0=h0)
    gradient_by_lag(W, states, at_states, h0=h0)


W3, STATES, LAST = 0.5 * np.eye(3), np.zeros((6, 3)), np.ones(3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"W": W3[:2]}, r"W must be square with N >= 1, got shape \(2, 3\)"),
        (
            {"states": STATES[:, :2]},
            r"shape \(T, 3\) or \(T, B, 3\), got \(6, 2\)",
        ),
        (
            {"states": STATES[:0]},
            r"states must not be empty, got shape \(0, 3\)",
        ),
        ({"states": STATES + math.nan}, r"states must be finite, got nan at \(0, 0\)"),
        (
            {"loss_gradient": [1, 2]},
            r"loss_gradient must have shape \(3,\) or \(6, 3\), got \(2,\)",
        ),
        ({"loss_gradient": STATES[1:]}, r"\(3,\) or \(6, 3\), got \(5, 3\)"),
        ({"loss_gradient": 1.0}, r"\(3,\) or \(6, 3\), got \(\)"),
        (
            {"states": np.zeros((6, 2, 3))},
            r"loss_gradient must have shape \(2, 3\) or \(6, 2, 3\), got \(3,\)",
        ),
        ({"loss_gradient": [1, math.nan, 0]}, r"loss_gradient must be finite, got nan at \(1,\)"),
        ({"loss_gradient": [1j, 0, 0]}, r"loss_gradient must hold real numbers of shape \(3,\)"),
        ({"h0": [1.0]}, r"h0 must have shape \(3,\), got \(1,\)"),
        ({"h0": [0, 0, math.inf]}, r"h0 must be finite, got inf at \(2,\)"),
        ({"activation": "leaky"}, "activation must be one of tanh, linear, got 'leaky'"),
        ({"activation": "relu"}, "activation must be one of tanh, linear, got 'relu'"),
    ],
)
def test_what_does_not_fit_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        gradient_by_lag(**{"W": W3, "states": STATES, "loss_gradient": LAST} | arguments)
