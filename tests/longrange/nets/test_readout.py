"""Recall of any states against the memory function of linear networks, and against noise."""

import numpy as np
import pytest

import longrange
from longrange import nets


def linear(d=16, steps=3000, sequences=6):
    """Return W, v, the input and the noisy states of a linear network."""
    W = longrange.with_radius(longrange.gaussian(d, seed=0), 0.95)
    v = np.random.default_rng(1).normal(size=d)
    rng = np.random.default_rng(2)
    u = rng.normal(size=(steps, sequences, 1))
    states = nets.linear(W, v[:, None]).run(u, batch_first=False).states
    return W, v, u, states + rng.normal(0, 0.1, states.shape)


@pytest.mark.parametrize("sequences", [1, 6])
def test_recall_of_a_linear_network_is_its_memory_function(sequences):
    lags = [0, 1, 4, 8, 16, 40]
    W, v, u, states = linear(sequences=sequences, steps=12000 // sequences)
    found = nets.recall(states, u, lags, batch_first=False)
    expected = longrange.memory_function(W, v, lags, readout_noise=0.1)
    np.testing.assert_allclose(found.value, expected, atol=0.02)
    assert (found.low < found.value).all()
    assert found.over == "5 parts, each held out in turn"


def test_what_is_not_there_is_not_found_however_wide_the_state():
    """In-sample R² would say 100 of 1100, a tenth, of pure noise."""
    rng = np.random.default_rng(0)
    found = nets.recall(rng.normal(size=(1100, 100)), rng.normal(size=(1100, 3)), [0, 5])
    assert (found.value < 0.02).all()
    assert (found.value > -0.1).all()


def test_what_is_there_unchanged_is_found_whole_in_many_numbers():
    """One hot letters, shifted: all of the letter 3 back, nothing of others."""
    letters = np.eye(5)[np.random.default_rng(0).integers(0, 5, 2000)]
    states = np.roll(letters, 3, axis=0)
    found = nets.recall(states, letters, [2, 3, 4])
    np.testing.assert_allclose(found.value, [0, 1, 0], atol=0.01)


def test_order_and_scale_of_time_batch_and_units_do_not_matter():
    _, _, u, states = linear(steps=200)
    one = nets.recall(states, u, [3, 1], batch_first=False)
    turned = [np.swapaxes(x, 0, 1) for x in (states * 1e3 + 7, u * 5 - 2)]
    other = nets.recall(*turned, [1, 3], batch_first=True)
    np.testing.assert_allclose(one.value, other.value[::-1], atol=1e-9)


def test_a_sequence_about_a_state_of_its_own_is_judged_on_what_it_tells():
    """A network with a latch is about another state in each sequence."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(8, 120, 1))
    states = np.concatenate([x + rng.normal(size=x.shape), 1e-3 * x, rng.normal(size=x.shape)], 2)
    states[7, :, 1] += 10
    found = nets.recall(states, x, [0], batch_first=True)
    np.testing.assert_allclose(found.value, 1, atol=1e-6)
    W = np.diag([0.0, 0.0, 3.0])
    W[1, 2] = 0.5
    inputs = np.zeros((8, 120, 2))
    inputs[:, :, 0] = rng.normal(size=(8, 120))
    inputs[:, 0, 1] = -1
    inputs[7, 0, 1] = 1
    net = nets.tanh(W, np.array([[1.0, 0], [0.01, 0], [0, 10.0]]))
    run = net.run(inputs, batch_first=True)
    found = nets.recall(run.states, run.inputs, [0, 1], batch_first=False)
    # The state holds the last input alone, and tanh of it is read linearly: 0.85 of its variance.
    assert found.value[0] > 0.8
    assert abs(found.value[1]) < 0.05


def test_an_input_that_never_changes_tells_nothing():
    found = nets.recall(np.random.default_rng(0).normal(size=(100, 2)), np.ones((100, 1)), [1])
    assert np.isnan(found.value).all()


@pytest.mark.parametrize(
    ("states", "inputs", "lags", "message"),
    [
        (
            np.ones((9, 2, 3)),
            np.ones((9, 2, 1)),
            [1],
            r"states of shape \(9, 2, 3\) may be 9 steps",
        ),
        (np.ones((9, 3)), np.ones((8, 1)), [1], r"the same steps and sequences, got \(9, 1\)"),
        (np.ones((9, 3)), np.ones((9, 1)), [9], "lags must be whole, from 0 to 8, got 9"),
        (
            np.ones((30, 9)),
            np.ones((30, 1)),
            [5],
            "recall up to lag 5 from 9 numbers needs at least 45 states, got 5",
        ),
        (np.full((9, 3), np.nan), np.ones((9, 1)), [1], "states must be finite, got nan"),
        (3, np.ones((9, 1)), [1], "states must have shape"),
    ],
)
def test_what_does_not_fit_is_named(states, inputs, lags, message):
    with pytest.raises(ValueError, match=message):
        nets.recall(states, inputs, lags)
