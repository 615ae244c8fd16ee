"""Norms found without multiplying matrices, against the singular values of the products."""

import numpy as np
import pytest

import longrange
from longrange import nets
from longrange.nets import products

N, T = 60, 45
LAGS = [0, 1, 2, 5, 14, 40]
FRAME = np.linalg.qr(np.random.default_rng(7).normal(size=(N, N)))[0]


def driven(net, size, B=1, seed=0):
    """Return the run of a net under white noise of that size."""
    drive = np.random.default_rng([seed, 19]).normal(0, size, (T, B, net.reads))
    return net.run(drive, batch_first=False)


def lstm(gain, forget, spread=0.0):
    """Return an LSTM of N // 2 units with forget biases around `forget`."""
    rng = np.random.default_rng(3)
    half = N // 2
    b = rng.normal(0, spread, 4 * half)
    b[half : 2 * half] += forget
    return nets.lstm(rng.normal(0, gain / half**0.5, (4 * half, half)), b=b)


def jordan():
    """Return a nilpotent matrix in a random frame, which grows before it vanishes."""
    return FRAME @ longrange.delay_line(N, 1.3) @ FRAME.T


NETWORKS = {
    "orthogonal": lambda: driven(nets.linear(FRAME), 0.1),
    "nearly orthogonal": lambda: driven(nets.tanh(FRAME), 0.03),
    "orthogonal, bent": lambda: driven(nets.tanh(FRAME), 0.3),
    "two eigenvalues close": lambda: driven(
        nets.linear((FRAME * np.where(np.arange(N) < 30, 0.97, 0.9699)) @ FRAME.T), 0.1
    ),
    "one above many": lambda: driven(
        nets.linear((FRAME * np.where(np.arange(N) < 1, 0.98, 0.97)) @ FRAME.T), 0.1
    ),
    "gaussian": lambda: driven(nets.tanh(longrange.gaussian(N, 1.5, seed=0)), 0.5),
    "symmetric": lambda: driven(nets.linear(longrange.symmetric(N, 0.99, seed=0)), 0.1),
    "triangular": lambda: driven(nets.tanh(longrange.triangular(N, 0.9, 0.2, seed=0)), 0.3),
    "delay line": lambda: driven(nets.linear(longrange.delay_line(N, 1.1)), 0.1),
    "nilpotent": lambda: driven(nets.linear(jordan()), 0.1),
    "identity": lambda: driven(nets.relu(np.eye(N)), 1.0),
    "lstm": lambda: driven(lstm(0.6, 0), 0.5),
    "lstm that keeps": lambda: driven(lstm(1, 5), 0.5),
    "lstm, spread": lambda: driven(lstm(1, 1, 2), 1.0),
    "gru": lambda: driven(nets.gru(longrange.gate_weights(N, "gru", seed=0)), 1.0),
}


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("tolerance", [1e-2, 1e-3, 1e-6])
def test_norms_are_those_of_the_matrices_within_the_tolerance(name, tolerance):
    run = NETWORKS[name]()
    found = run.norms(LAGS, times=T - 1, method="matrix-free", tolerance=tolerance)[:, 0, 0]
    expected = [np.linalg.norm(run.jacobian(T - 1, k), 2) for k in LAGS]
    np.testing.assert_allclose(found, expected, rtol=tolerance)
    assert (found <= np.array(expected) * (1 + 1e-12)).all()


@pytest.mark.parametrize("tolerance", [1e-2, 1e-3])
def test_one_that_stands_a_little_above_many_is_not_missed(tolerance):
    """The first round already sees an eigenvalue within the tolerance, and not the largest."""
    missed = []
    for width in (0, 2, 10, 100):
        for above in (1, 3, 10, 30):
            many = 1 - width * tolerance * np.linspace(0, 1, 399) ** 2
            squares = np.append(many, 1 + above * tolerance)
            run = nets.diagonal(np.sqrt(squares)).run(np.zeros((2, 400)))
            found = run.norms(1, times=1, method="matrix-free", tolerance=tolerance)
            missed.append(1 - found.item() / np.sqrt(squares.max()))
    assert min(missed) > -1e-12
    assert max(missed) < tolerance


def test_each_norm_is_the_same_whatever_stands_beside_it():
    run = driven(nets.tanh(longrange.gaussian(20, 1.5, seed=0)), 0.5, B=3)
    options = {"method": "matrix-free", "log": True}
    lags, times = [7, 1, 30, 7, 0, 12], [44, 3, 29, 31]
    found = run.norms(lags, times=times, **options)
    for i, k in enumerate(lags):
        for j, t in enumerate(times):
            alone = run.norms(k, times=t, **options)[0, 0]
            np.testing.assert_allclose(found[i, j], alone, atol=1e-11)
    assert np.isnan(found).any()
    np.testing.assert_allclose(found, run.norms(lags, times=times, log=True), atol=5e-4)
    assert run.norms([], **options).shape == (0, T, 3)
    assert run.norms([1], times=[], **options).shape == (1, 0, 3)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6, 9])
def test_states_of_fewer_numbers_than_vectors_are_exact(size):
    run = nets.from_jacobians(np.random.default_rng(size).normal(size=(6, size, size)))
    found = run.norms([1, 3], method="matrix-free", tolerance=1e-13)
    np.testing.assert_allclose(found, run.norms([1, 3]), rtol=1e-11)


def test_one_that_is_not_found_in_time_is_told(monkeypatch):
    monkeypatch.setattr("longrange.nets.krylov.ROUNDS", 3)
    with pytest.raises(ValueError, match="k = 1 steps did not come within 1e-06 in 3 rounds: ask"):
        NETWORKS["orthogonal, bent"]().norms(1, method="matrix-free", tolerance=1e-6)


def test_it_is_chosen_where_it_is_less_work(monkeypatch):
    run = driven(nets.tanh(longrange.gaussian(20, 1.5, seed=0)), 0.5)
    dense = run.norms([3], times=40, method="dense")
    assert run.norms([3], times=40) == dense  # a small state
    monkeypatch.setattr("longrange.nets.products.LARGE", 20)
    assert run.norms(np.arange(40), times=40)[3] == dense  # all lags of many
    free = run.norms([1], times=40)
    assert free == run.norms([1], times=40, method="matrix-free")
    assert not products.saves(run, np.arange(40))
    assert products.saves(run, np.array([1]))
