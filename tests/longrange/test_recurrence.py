"""`longrange.recurrence` against a plain loop in thirty digits."""

import math

import mpmath
import numpy as np
import pytest

from longrange import delay_line, gaussian, norms, run
from longrange.recurrence import slopes

LEAK = 0.3


def drive_of(*shape, seed=0, std=0.7):
    return np.random.default_rng(seed).normal(0, std, shape)


def plain(W, drive, h0, activation):
    """Return the states, one unit and one step at a time, in thirty digits."""
    d, states = len(W), []
    with mpmath.workdps(30):
        h = [mpmath.mpf(float(x)) for x in h0]
        for u in drive:
            inner = [
                sum((mpmath.mpf(float(W[i, j])) * h[j] for j in range(d)), mpmath.mpf(float(u[i])))
                for i in range(d)
            ]
            if activation == "linear":
                h = inner
            elif activation == "tanh":
                h = [mpmath.tanh(x) for x in inner]
            else:
                a = mpmath.mpf(LEAK)
                h = [(1 - a) * old + a * mpmath.tanh(x) for old, x in zip(h, inner, strict=True)]
            states.append([float(x) for x in h])
    return np.array(states)


@pytest.mark.parametrize("activation", ["tanh", "linear", "leaky"])
@pytest.mark.parametrize(("d", "steps"), [(1, 30), (2, 20), (5, 20)])
@pytest.mark.parametrize("started", [False, True])
def test_the_states_are_those_of_a_plain_loop(activation, d, steps, started):
    W, drive = gaussian(d, 0.9, seed=d), drive_of(steps, d)
    h0 = drive_of(d, seed=1) if started else None
    states = run(W, drive, h0=h0, activation=activation, leak=LEAK)
    expected = plain(W, drive, np.zeros(d) if h0 is None else h0, activation)
    np.testing.assert_allclose(states, expected, atol=1e-13)


@pytest.mark.parametrize("activation", ["tanh", "linear", "leaky"])
def test_a_batch_is_the_sequences_one_by_one(activation):
    W, drive, h0 = gaussian(8, seed=0), drive_of(25, 3, 8), drive_of(3, 8, seed=1)
    together = run(W, drive, h0=h0, activation=activation)
    shared = run(W, drive, h0=h0[1], activation=activation)
    for b in range(3):
        alone = run(W, drive[:, b], h0=h0[b], activation=activation)
        np.testing.assert_allclose(together[:, b], alone, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(shared[:, 1], together[:, 1], rtol=1e-11, atol=1e-13)


def test_a_run_may_be_continued_from_its_last_state():
    W, drive = gaussian(6, 1.4, seed=0), drive_of(40, 6)
    whole = run(W, drive)
    rest = run(W, drive[25:], h0=whole[24])
    assert (whole[25:] == rest).all()


def test_a_leaky_network_of_leak_one_is_the_tanh_network():
    W, drive = gaussian(6, 1.4, seed=0), drive_of(40, 6)
    assert (run(W, drive, activation="leaky", leak=1) == run(W, drive)).all()


def test_leak_is_of_no_account_but_to_the_leaky():
    W, drive = gaussian(6, 1.4, seed=0), drive_of(40, 6)
    assert (run(W, drive, leak=0.1) == run(W, drive)).all()


def test_lists_of_whole_numbers_are_floats():
    states = run([[0, 1], [1, 0]], [[1, 2], [0, 0], [0, 0]], activation="linear")
    assert states.dtype == float
    assert states.tolist() == [[1, 2], [2, 1], [1, 2]]


def test_nothing_passed_is_written_to():
    W, drive, h0 = gaussian(4, seed=0), drive_of(9, 4), np.ones(4)
    for given in (W, drive, h0):
        given.flags.writeable = False
    states = run(W, drive, h0=h0)
    states += 1
    assert not np.shares_memory(states, drive)


@pytest.mark.parametrize("activation", ["tanh", "linear", "leaky"])
def test_slopes_make_the_jacobian_of_one_step(activation):
    W, drive, h0 = gaussian(4, seed=0), drive_of(1, 4), drive_of(4, seed=1) / 2

    def step(h):
        return run(W, drive, h0=h, activation=activation, leak=LEAK)[0]

    keep, s = slopes(np.stack([h0, step(h0)]), activation, LEAK)
    shifts = 1e-6 * np.eye(4)
    columns = [(step(h0 + e) - step(h0 - e)) / 2e-6 for e in shifts]
    np.testing.assert_allclose(keep * np.eye(4) + s[0][:, None] * W, np.array(columns).T, atol=1e-9)


def test_a_saturated_network_is_finite():
    states = run(np.full((2, 2), 1e308), np.ones((4, 2)))
    assert (abs(states) <= 1).all()


@pytest.mark.parametrize(("gain", "steps"), [(10.0, 400), (1e300, 5)])
def test_a_linear_network_that_overflows_is_refused(gain, steps):
    with pytest.raises(ValueError, match="the states overflow: the linear network grows without"):
        run(gain * np.eye(2), np.ones((steps, 2)), activation="linear")


def test_an_overflow_that_would_be_shifted_out_is_refused_too():
    drive = np.zeros((30, 3))
    drive[0] = 1e200
    with pytest.raises(ValueError, match="the states overflow"):
        run(delay_line(3, 1e200), drive, activation="linear")


W3, DRIVE = 0.5 * np.eye(3), np.zeros((6, 3))
WITH_NAN = np.where(np.arange(18).reshape(6, 3) == 7, math.nan, 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"W": W3[:2]}, r"W must be square with N >= 1, got shape \(2, 3\)"),
        (
            {"W": W3.astype(complex)},
            r"W must hold real numbers of shape \(N, N\), got an array of complex128",
        ),
        ({"W": "abc"}, r"W must hold real numbers of shape \(N, N\), got 'abc'"),
        ({"W": np.full((3, 3), -math.inf)}, r"W must be finite, got -inf at \(0, 0\)"),
        ({"drive": DRIVE[:, :2]}, r"drive must have shape \(T, 3\) or \(T, B, 3\), got \(6, 2\)"),
        ({"drive": DRIVE[0]}, r"drive must have shape \(T, 3\) or \(T, B, 3\), got \(3,\)"),
        (
            {"drive": DRIVE[:0]},
            r"drive must not be empty, got shape \(0, 3\)",
        ),
        (
            {"drive": np.zeros((6, 0, 3))},
            r"must not be empty, got shape \(6, 0, 3\)",
        ),
        ({"drive": WITH_NAN}, r"drive must be finite, got nan at \(2, 1\)"),
        ({"drive": DRIVE + 0j}, r"drive must hold real numbers of shape \(T, 3\) or"),
        ({"h0": [1, 2]}, r"h0 must have shape \(3,\), got \(2,\)"),
        ({"h0": 0.5}, r"h0 must have shape \(3,\), got \(\)"),
        ({"h0": [0, math.nan, 0]}, r"h0 must be finite, got nan at \(1,\)"),
        (
            {"drive": np.zeros((6, 2, 3)), "h0": np.zeros((1, 3))},
            r"h0 must have shape \(2, 3\) or \(3,\), got \(1, 3\)",
        ),
        ({"activation": "gelu"}, "activation must be one of tanh, linear, leaky, relu, got 'gelu'"),
        ({"activation": None}, "activation must be one of tanh, linear, leaky, relu, got None"),
        ({"activation": "leaky", "leak": 0}, "leak must be finite and > 0, got 0"),
        ({"activation": "leaky", "leak": 1.5}, r"leak must be at most 1, got 1\.5"),
        ({"activation": "leaky", "leak": math.nan}, "leak must be finite and > 0, got nan"),
        ({"activation": "leaky", "leak": "a"}, "leak must be finite and > 0, got 'a'"),
    ],
)
def test_what_does_not_fit_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        run(**{"W": W3, "drive": DRIVE} | arguments)


@pytest.mark.parametrize(("activation", "leak"), [("tanh", 0.5), ("leaky", 0.1)])
def test_slopes_of_states_of_another_network_are_refused(activation, leak):
    drive = np.random.default_rng(0).normal(size=(50, 3))
    states = run(0.9 * np.eye(3), drive, activation="linear")
    with pytest.raises(ValueError, match=rf"those of a run with activation '{activation}'"):
        norms(np.eye(3), states, [1], activation=activation, leak=leak)
