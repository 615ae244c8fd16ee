"""`longrange.gated` against its equations, automatic differentiation and differences."""

import itertools
import math

import mpmath
import numpy as np
import pytest

from longrange import direct_path, gate, gate_weights, influence, path_norms, run_gated, total_path

SIZES = [(1, 3), (2, 7), (8, 30), (32, 12)]  # d, k
KINDS = {"lstm": 4, "gru": 3}


def driven(kind, d, steps=40, *, bias=1.0, scale=2.0, seed=0):
    """Return weights, drive with the bias in it, and run; `scale` makes the gates move more."""
    W = scale * gate_weights(d, kind, seed=seed)
    drive = np.random.default_rng([seed, 9]).normal(0, 0.7, (steps, KINDS[kind] * d))
    shifted = drive.copy()
    shifted[:, d : 2 * d] += bias
    return W, shifted, run_gated(W, drive, keep_bias=bias)


def lstm_step(h, c, W, u, np):
    """One step of Hochreiter & Schmidhuber's cell with forget gate, equation by equation."""
    d = len(h)
    squash = [W[n * d : (n + 1) * d] @ h + u[n * d : (n + 1) * d] for n in range(4)]
    i, f, o = (1 / (1 + np.exp(-squash[n])) for n in (0, 1, 3))
    c = f * c + i * np.tanh(squash[2])
    return o * np.tanh(c), c, o


def gru_step(h, W, u, np, bias=0):
    """One step of the GRU with the reset after the product, equation by equation."""
    d = len(h)
    read = W @ h + bias
    r = 1 / (1 + np.exp(-(read[:d] + u[:d])))
    z = 1 / (1 + np.exp(-(read[d : 2 * d] + u[d : 2 * d])))
    n = np.tanh(u[2 * d :] + r * read[2 * d :])
    return (1 - z) * n + z * h


def memory_after(c, o, kind, W, drive, np):
    """Return the memory after `drive`, from c alone; in the LSTM h follows as o tanh(c)."""
    if kind == "gru":
        for u in drive:
            c = gru_step(c, W, u, np)
        return c
    h = o * np.tanh(c)
    for u in drive:
        h, c, o = lstm_step(h, c, W, u, np)
    return c


def output_gate(kind, d, run, t):
    return 1 / (1 + np.exp(-run.inner[t, 3 * d :])) if kind == "lstm" else None


@pytest.mark.parametrize("kind", KINDS)
def test_the_run_is_that_of_the_equations(kind):
    W, drive, run = driven(kind, 5)
    h = c = np.zeros(5)
    for t, u in enumerate(drive):
        if kind == "lstm":
            h, c, _ = lstm_step(h, c, W, u, np)
        else:
            h = c = gru_step(h, W, u, np)
        np.testing.assert_allclose(run.states[t], h, rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(run.memory[t], c, rtol=1e-10, atol=1e-13)


def test_the_bias_inside_the_reset_is_no_bias_outside():
    """PyTorch's GRU has one, and reading it as part of the drive makes another network."""
    d = 5
    W, drive, _ = driven("gru", d, 60)
    bias = np.random.default_rng(3).normal(size=3 * d)
    run = run_gated(W, drive, recurrent_bias=bias)
    h, states = np.zeros(d), []
    for u in drive:
        h = gru_step(h, W, u, np, bias)
        states.append(h)
    np.testing.assert_allclose(run.states, states, rtol=1e-10)
    outside = run_gated(W, drive + bias)
    assert abs(outside.states - run.states).max() > 0.1
    held, t, k = run.memory[10], 30, 20
    columns = []
    for e in np.eye(d):
        ends = []
        for sign in (1, -1):
            h = held + sign * 1e-6 * e
            for u in drive[t - k + 1 : t + 1]:
                h = gru_step(h, W, u, np, bias)
            ends.append(h)
        columns.append((ends[0] - ends[1]) / 2e-6)
    np.testing.assert_allclose(total_path(run, t, k), np.array(columns).T, atol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_a_recurrent_bias_of_an_lstm_is_as_good_as_one_in_the_drive(kind):
    W, drive, _ = driven(kind, 4)
    bias = np.random.default_rng(3).normal(size=len(W))
    if kind == "gru":
        bias[8:] = 0  # of a GRU, all but the block inside the reset
    inside, outside = run_gated(W, drive, recurrent_bias=bias), run_gated(W, drive + bias)
    np.testing.assert_allclose(inside.states, outside.states, rtol=1e-12)
    np.testing.assert_allclose(inside.inner, outside.inner, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("d", "k"), [(2, 30), (16, 7)])
def test_the_total_path_is_what_automatic_differentiation_finds(jax, kind, d, k):
    W, drive, run = driven(kind, d, seed=d)
    t, xp = 35, jax.numpy
    ours = total_path(run, t, k)

    def last_memory(c, o):
        if kind == "gru":
            return jax.lax.scan(lambda c, u: (gru_step(c, W, u, xp), None), c, steps)[0]
        start = o * xp.tanh(c), c
        return jax.lax.scan(lambda hc, u: (lstm_step(*hc, W, u, xp)[:2], None), start, steps)[0][1]

    steps = drive[t - k + 1 : t + 1]
    derivative = jax.jit(jax.jacfwd(last_memory))
    theirs = np.asarray(derivative(run.memory[t - k], output_gate(kind, d, run, t - k)))
    error = abs(ours - theirs).max() / abs(theirs).max()
    print(f"\n{kind}, d={d}: largest error against JAX, relative to the largest entry: {error:.1e}")
    assert error < 1e-12


@pytest.mark.parametrize("kind", KINDS)
def test_the_total_path_is_what_central_differences_find(kind):
    worst = 0
    for seed, (d, k) in enumerate(SIZES):
        W, drive, run = driven(kind, d, seed=seed)
        t, step = 35, 1e-5
        o = output_gate(kind, d, run, t - k)
        columns = [
            memory_after(run.memory[t - k] + sign * step * e, o, kind, W,
                         drive[t - k + 1 : t + 1], np)
            for e in np.eye(d) for sign in (1, -1)
        ]  # fmt: skip
        differences = (np.array(columns[::2]) - np.array(columns[1::2])).T / (2 * step)
        worst = max(worst, abs(total_path(run, t, k) - differences).max())
    print(f"\n{kind}: largest error against central differences: {worst:.1e}")
    assert worst < 1e-9


def test_the_state_of_an_lstm_follows_its_cell():
    """What is held fixed matters: with h held, too, the derivative is another one."""
    d, t, k = 8, 35, 5
    W, drive, run = driven("lstm", d)
    held = []
    for e in np.eye(d):
        ends = []
        for sign in (1, -1):
            h, c = run.states[t - k], run.memory[t - k] + sign * 1e-5 * e
            for u in drive[t - k + 1 : t + 1]:
                h, c, _ = lstm_step(h, c, W, u, np)
            ends.append(c)
        held.append((ends[0] - ends[1]) / 2e-5)
    ours = total_path(run, t, k)
    assert np.linalg.norm(ours - np.array(held).T) > 0.1 * np.linalg.norm(ours)


@pytest.mark.parametrize("kind", KINDS)
def test_the_direct_path_is_the_derivative_with_gates_and_writing_frozen(kind):
    _, _, run = driven(kind, 6)
    t, k = 30, 7
    frozen = run.memory[t - k].copy()
    moved = frozen + 1e-3
    for s in range(t - k + 1, t + 1):
        written = run.memory[s] - run.keep[s] * run.memory[s - 1]
        frozen, moved = (run.keep[s] * c + written for c in (frozen, moved))
    np.testing.assert_allclose(frozen, run.memory[t], rtol=1e-12)
    np.testing.assert_allclose(direct_path(run, t, k), (moved - frozen) / 1e-3, rtol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_without_recurrent_weights_both_paths_are_the_same(kind):
    W = np.zeros((KINDS[kind] * 4, 4))
    drive = np.random.default_rng(0).normal(size=(30, len(W)))
    run = run_gated(W, drive, keep_bias=1.0)
    direct = direct_path(run, 29, 20)
    np.testing.assert_allclose(total_path(run, 29, 20), np.diag(direct), atol=1e-18)
    expected = np.prod(1 / (1 + np.exp(-drive[10:, 4:8] - 1)), axis=0)
    np.testing.assert_allclose(direct, expected, rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("bias", "steps"), [(-40.0, 100), (-5.0, 200), (0.0, 200), (5.0, 200)])
def test_a_gate_that_stands_still_leaves_its_power_also_beyond_the_range_of_a_float(
    kind, bias, steps
):
    size = KINDS[kind] * 2
    run = run_gated(np.zeros((size, 2)), np.zeros((steps + 1, size)), keep_bias=bias)
    lags = np.array([steps, 0, 30])
    with mpmath.workdps(30):
        log_f = float(-mpmath.log1p(mpmath.exp(-bias)))
    for logs in path_norms(run, lags, times=[steps], log=True):
        np.testing.assert_allclose(logs[:, 0], lags * log_f, rtol=1e-11, atol=1e-12)
    plain = path_norms(run, [30], times=steps)
    np.testing.assert_allclose(plain, influence(gate(bias), 30), rtol=1e-10)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_shut_altogether_has_the_logarithm_minus_infinity(kind):
    size = KINDS[kind] * 2
    run = run_gated(np.zeros((size, 2)), np.zeros((5, size)), keep_bias=-1000)
    for logs in path_norms(run, [0, 1, 3], times=[4], log=True):
        assert logs[:, 0].tolist() == [0, -np.inf, -np.inf]


@pytest.mark.parametrize("kind", KINDS)
def test_path_norms_are_those_of_the_paths(kind):
    _, _, run = driven(kind, 5, 12)
    lags, times = [7, 0, 1, 7], [11, 3, 8]
    direct, total = path_norms(run, lags, times=times)
    assert direct.shape == total.shape == (4, 3)
    for (i, k), (j, t) in itertools.product(enumerate(lags), enumerate(times)):
        if t < k:
            assert np.isnan([direct[i, j], total[i, j]]).all()
            continue
        assert direct[i, j] == pytest.approx(direct_path(run, t, k).max(), rel=1e-12)
        expected = np.linalg.norm(total_path(run, t, k), 2)
        assert total[i, j] == pytest.approx(expected, rel=1e-12)
    logs = path_norms(run, lags, times=times, log=True)
    np.testing.assert_allclose(np.exp(logs), [direct, total], rtol=1e-12)
    every = path_norms(run, range(12))
    np.testing.assert_allclose(every[1][np.ix_(lags, times)], total, rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_lag_zero_is_the_identity(kind):
    _, _, run = driven(kind, 3, 5)
    np.testing.assert_array_equal(total_path(run, 4, 0), np.eye(3))
    np.testing.assert_array_equal(direct_path(run, 4, 0), np.ones(3))


@pytest.mark.parametrize("kind", KINDS)
def test_weights_are_uniform_in_the_range_of_pytorch(kind):
    W = gate_weights(100, kind, seed=3)
    assert W.shape == (KINDS[kind] * 100, 100)
    assert 0.0999 < abs(W).max() <= 0.1
    assert W.std() == pytest.approx(0.1 / math.sqrt(3), rel=0.02)
    np.testing.assert_array_equal(W, gate_weights(100, kind, seed=3))
    assert (gate_weights(100, kind, seed=4) != W).all()


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_passed_is_written_to(kind):
    W, drive, _ = driven(kind, 3)
    W.flags.writeable = drive.flags.writeable = False
    run = run_gated(W, drive)
    for array in run:
        array.flags.writeable = False
    total_path(run, 9, 4)[...] = 0
    direct_path(run, 9, 4)[...] = 0
    path_norms(run, [1, 5])


@pytest.mark.parametrize(
    ("W", "drive", "bias", "message"),
    [
        (np.zeros((5, 2)), np.zeros((3, 5)), 0, r"W must have shape \(4N, N\) for an LSTM or "
         r"\(3N, N\) for a GRU, got \(5, 2\)"),
        (np.zeros((0, 0)), np.zeros((3, 0)), 0, r"W must have shape \(4N, N\).*got \(0, 0\)"),
        (np.full((8, 2), math.nan), np.zeros((3, 8)), 0, r"W must be finite, got nan at \(0, 0\)"),
        (np.zeros(8), np.zeros((3, 8)), 0, r"W must have shape \(GN, N\), got \(8,\)"),
        (np.zeros((8, 2)), np.zeros((3, 2)), 0, r"drive must have shape \(T, 8\), got \(3, 2\)"),
        (np.zeros((8, 2)), np.zeros((0, 8)), 0, r"drive must not be empty, got shape \(0, 8\)"),
        (np.zeros((6, 2)), np.full((3, 6), math.inf), 0, r"drive must be finite, got inf"),
        (np.zeros((6, 2)), np.zeros((3, 6)), math.nan, "keep_bias must be finite, got nan"),
        (np.zeros((6, 2)), np.zeros((3, 6)), [1, 1], r"keep_bias must be finite, got \[1"),
    ],
)  # fmt: skip
def test_a_network_that_does_not_fit_is_named(W, drive, bias, message):
    with pytest.raises(ValueError, match=message):
        run_gated(W, drive, keep_bias=bias)


@pytest.mark.parametrize("function", [total_path, direct_path])
@pytest.mark.parametrize(
    ("t", "k", "message"),
    [
        (6, 1, "t must be whole, from 0 to 5, got 6"),
        (-1, 0, "t must be whole, from 0 to 5, got -1"),
        (3, 4, "k must be whole, from 0 to 3, got 4"),
        (3, 0.5, r"k must be whole, from 0 to 3, got 0\.5"),
        (3, None, "k must be whole, from 0 to 3, got None"),
    ],
)
def test_a_step_that_is_none_is_named(function, t, k, message):
    run = run_gated(np.zeros((4, 1)), np.zeros((6, 4)))
    with pytest.raises(ValueError, match=message):
        function(run, t, k)


@pytest.mark.parametrize("lags", [[6], [-1], [0.5], [math.nan], [True]])
def test_lags_and_times_that_are_none_are_named(lags):
    run = run_gated(np.zeros((4, 1)), np.zeros((6, 4)))
    with pytest.raises(ValueError, match="lags must be"):
        path_norms(run, lags)
    with pytest.raises(ValueError, match="times must be"):
        path_norms(run, [0], times=lags)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gate_weights(0, seed=0), "d must be a whole number >= 1, got 0"),
        (lambda: gate_weights(2, seed=-1), "seed must be a whole number >= 0, got -1"),
        (lambda: gate_weights(2, "rnn", seed=0), "kind must be one of lstm, gru, got 'rnn'"),
    ],
)
def test_bad_numbers_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
