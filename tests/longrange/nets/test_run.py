"""Every kind of net against its equations, automatic differentiation and central differences."""

import numpy as np
import pytest
from step_equations import CASES, KNOWN, along, sequences

from longrange import nets


def case(name, T=7, B=2):
    """Return a net, its weights and equations, and its run along inputs from a start."""
    net, weights, step = CASES[name]()
    start = np.random.default_rng(5).normal(size=(B, net.size)) / 2
    run = net.run(sequences(T=T, B=B), batch_first=False, start=start)
    return net, weights, step, run


def before(run, t, b):
    """Return the state that step t reads."""
    return run.states[t - 1, b] if t else run.start[b]


def close(ours, theirs, error=1e-12):
    """Compare, relative to the largest entry."""
    assert ours.shape == theirs.shape
    assert abs(ours - theirs).max() <= error * abs(theirs).max()


@pytest.mark.parametrize("name", CASES)
def test_states_are_those_of_the_equations(name):
    net, weights, step, run = case(name)
    for b in range(2):
        close(run.states[:, b], along(step, weights, run.start[b], run.inputs[:, b]))
    shown = net.layers[-1].outputs
    first = net.size - net.layers[-1].size
    assert (run.outputs == run.states[:, :, first : first + shown]).all()
    assert run.distance(run.states, batch_first=False) == 0
    assert run.distance(run.outputs.swapaxes(0, 1), batch_first=True) == 0
    zero = net.run(run.inputs[:, 0])
    close(zero.states[:, 0], along(step, weights, np.zeros(net.size), run.inputs[:, 0]))


@pytest.mark.parametrize("name", CASES)
def test_jacobians_are_what_automatic_differentiation_finds(jax, name):
    _, weights, step, run = case(name)
    t, k, b = 5, 2, 1
    inputs = run.inputs[t - k + 1 : t + 1, b]
    later = jax.jit(jax.jacfwd(lambda h: along(step, weights, h, inputs, jax.numpy)[-1]))
    theirs = np.asarray(later(run.states[t - k, b]))
    ours = run.jacobian(t, k, sequence=b)
    close(ours, theirs)
    values = np.linalg.svd(theirs, compute_uv=False)
    assert run.norms(k, times=t)[0, 0, b] == pytest.approx(values[0], rel=1e-12)
    some = values > 1e-9 * values[0]
    found = run.singular_values(t, k, sequence=b)
    np.testing.assert_allclose(found[some], values[some], rtol=1e-6)
    assert (found[~some] <= 1e-9 * values[0]).all()
    for level in (0.01, 0.3):
        assert run.directions(k, times=t, level=level)[0, 0, b] == (values >= level).sum()


@pytest.mark.parametrize("name", CASES)
def test_each_step_is_what_central_differences_find_in_both_directions(name):
    _, weights, step, run = case(name)
    times, chosen = np.array([0, 3, 6, 3]), np.array([0, 1, 0, 0])
    rng = np.random.default_rng(3)
    V, back = rng.normal(size=(2, 4, 2, run.size))
    pushed, pulled = run.jvp(V, times, chosen), run.vjp(back, times, chosen)
    # The pair is adjoint: <y, J v> = <Jᵀ y, v>.
    np.testing.assert_allclose(
        (back * pushed).sum(-1), (pulled * V).sum(-1), rtol=1e-11, atol=1e-12
    )
    small = 1e-6
    for p, m in np.ndindex(4, 2):
        t, b = times[p], chosen[p]
        ends = [
            step(weights, before(run, t, b) + sign * small * V[p, m], run.inputs[t, b], np)
            for sign in (1, -1)
        ]
        close(pushed[p, m], (ends[0] - ends[1]) / (2 * small), 1e-8)


@pytest.mark.parametrize("name", CASES)
def test_norms_of_all_lags_and_times_are_those_of_the_products(name):
    _, _, _, run = case(name)
    lags, times = [6, 0, 2, 2], [6, 1, 3]
    for method, error in (("dense", 1e-11), ("matrix-free", 1e-6)):
        found = run.norms(lags, times=times, log=True, method=method, tolerance=1e-6)
        for i, k in enumerate(lags):
            for j, t in enumerate(times):
                for b in range(2):
                    if k > t:
                        assert np.isnan(found[i, j, b])
                        continue
                    product = np.eye(run.size)
                    for s in range(t - k + 1, t + 1):
                        product = run.jacobian(s, sequence=b) @ product
                    expected = np.log(np.linalg.norm(product, 2))
                    assert found[i, j, b] == pytest.approx(expected, abs=error)


@pytest.mark.parametrize("name", CASES)
def test_exponents_add_up_to_the_growth_of_volume(name):
    _, _, _, run = case(name, T=30)
    growth = run.growth(run.size)
    assert growth.shape == (30, 2, run.size)
    first = np.broadcast_to(np.eye(run.size), (2, run.size, run.size))
    for t in range(30):
        J = run.vjp(first, np.full(2, t), np.arange(2))
        volume = np.linalg.slogdet(J)[1]
        kept = np.isfinite(volume) & np.isfinite(growth[t]).all(axis=-1)
        np.testing.assert_allclose(growth[t].sum(axis=-1)[kept], volume[kept], rtol=1e-9)
        assert name in ("relu", "lstm, hard", "gru, hard", "mixed") or kept.all()
    found = run.exponents(burn_in=10)
    means = np.where(np.isneginf(growth).any(axis=0), -np.inf, growth[10:].mean(axis=0))
    np.testing.assert_allclose(np.sort(found), np.sort(means))
    np.testing.assert_allclose(run.growth(2), growth[..., :2], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ["tanh", "lstm", "gru", "mixed"])
def test_the_rate_is_that_at_which_a_small_difference_grows(name):
    net, weights, step = CASES[name]()
    run = net.run(sequences(T=600, B=1), batch_first=False)
    h, size, logs = np.zeros(net.size), 1e-6, []
    other = h + size / np.sqrt(net.size)
    for x in run.inputs[:, 0]:
        h, other = (step(weights, one, x, np) for one in (h, other))
        logs.append(np.log(np.linalg.norm(other - h) / size))
        other = h + (other - h) * np.exp(-logs[-1])
    assert run.exponents(1)[0, 0] == pytest.approx(np.mean(logs[100:]), abs=2e-4)


def test_frames_of_their_own_tell_sequences_of_the_same_inputs_apart():
    W = np.diag([1.0, 0.7, 0.4])
    steps = nets.linear(W).run(np.ones((40, 3, 3)), batch_first=False)
    same, own = steps.growth(), steps.growth(own_frames=True)
    assert np.ptp(same, axis=1).max() == 0
    assert np.ptp(own[0], axis=0) > 0.01
    # The first vector of each seed, carried by powers of W.
    for seed in range(3):
        v = np.random.default_rng(seed).normal(size=(1, 3))[0]
        lengths = [np.linalg.norm(np.diag(W) ** k * v) for k in range(41)]
        np.testing.assert_allclose(own[:, seed, 0], np.diff(np.log(lengths)), atol=1e-12)


def test_exponents_of_a_linear_network_are_those_of_its_eigenvalues():
    frame = np.linalg.qr(np.random.default_rng(0).normal(size=(5, 5)))[0]
    values = np.array([0.99, 0.9, 0.7, 0.2, 0.01])
    run = nets.linear((frame * values) @ frame.T).run(np.zeros((300, 5)))
    np.testing.assert_allclose(run.exponents(burn_in=250)[0], np.log(values), rtol=1e-8)
    np.testing.assert_allclose(
        run.singular_values(299, 90, log=True), 90 * np.log(values), rtol=1e-9
    )


def by_step(jax, step, weights, run):
    """Return the derivative of all states by the weights and inputs of each step.

    The weights of each step stand for themselves: {name: of shape (B, T, S, T, ...)}, and
    (B, T, S, T, I).
    """
    T = run.steps
    many = {name: np.broadcast_to(one, (T, *one.shape)) for name, one in weights.items()}

    def states(many, inputs, h):
        found = []
        for t in range(T):
            h = step({name: one[t] for name, one in many.items()}, h, inputs[t], jax.numpy)
            found.append(h)
        return jax.numpy.stack(found)

    derivative = jax.jit(jax.vmap(jax.jacrev(states, (0, 1)), (None, 0, 0)))
    by_weights, by_inputs = derivative(many, run.inputs.swapaxes(0, 1), run.start)
    return {name: np.asarray(one) for name, one in by_weights.items()}, np.asarray(by_inputs)


@pytest.mark.parametrize("name", KNOWN)
def test_gradients_by_lag_are_what_automatic_differentiation_finds(jax, name):
    T = 3
    net, weights, step, run = case(name, T=T)
    by_weights, by_inputs = by_step(jax, step, weights, run)
    top = net.layers[-1]
    for width in (top.outputs, net.size):  # a loss of the outputs, and one of the whole state
        given = np.random.default_rng(2).normal(size=(T, 2, width))
        on_states = np.zeros((T, 2, net.size))
        first = 0 if width == net.size else net.size - top.size
        on_states[:, :, first : first + width] = given
        parts = {key: np.einsum("tbs,bts...->tb...", on_states, one)
                 for key, one in by_weights.items()}  # fmt: skip
        to_inputs = np.einsum("tbs,bts...->tb...", on_states, by_inputs)
        for looks, begin in ((given, 0), (given[-1], T - 1)):  # at every step, at the last alone
            ours, whole = run.gradient_by_lag(looks), dict.fromkeys(weights, 0)
            assert ours.lags.tolist() == list(range(T))
            for k in range(T):
                ends = np.arange(max(k, begin), T)
                part = {key: one[ends, :, ends - k].sum(axis=(0, 1)) for key, one in parts.items()}
                whole = {key: whole[key] + part[key] for key in weights}
                one = run.gradient_by_lag(looks, k)
                assert set(one.total) == set(part)
                for key in weights:
                    close(one.total[key], part[key], 1e-10)
                size = np.sqrt(sum((one**2).sum() for one in part.values()))
                assert ours.weights[k] == pytest.approx(size, rel=1e-10)
                each = np.linalg.norm(to_inputs[ends, :, ends - k], axis=(0, 2))
                np.testing.assert_allclose(ours.inputs[k], each, rtol=1e-10)
            for key in weights:
                close(ours.total[key], whole[key], 1e-10)
            close(ours.to_inputs, to_inputs[begin:].sum(axis=0).swapaxes(0, 1), 1e-10)


def test_lags_that_are_not_asked_for_are_left_out_of_the_sum():
    _, _, _, run = case("gru", T=6)
    rng = np.random.default_rng(0)
    looks = rng.normal(size=4)
    some = run.gradient_by_lag(looks, [4, 1])
    each = [run.gradient_by_lag(looks, k) for k in (4, 1)]
    assert some.lags.tolist() == [4, 1]
    for key in some.total:
        close(some.total[key], each[0].total[key] + each[1].total[key])
    close(some.to_inputs, each[0].to_inputs + each[1].to_inputs)
    np.testing.assert_allclose(some.inputs, np.concatenate([one.inputs for one in each]))


@pytest.mark.parametrize("factor", [3.0, 0.02])
def test_thousands_of_steps_neither_overflow_nor_vanish(factor):
    W = factor * np.linalg.qr(np.random.default_rng(0).normal(size=(4, 4)))[0]
    run = nets.from_jacobians(np.broadcast_to(W, (3000, 4, 4)))
    lags = np.array([1, 300, 2999])
    for method in ("dense", "matrix-free"):
        found = run.norms(lags, times=2999, log=True, method=method)[:, 0, 0]
        np.testing.assert_allclose(found, lags * np.log(factor), rtol=1e-12)
    np.testing.assert_allclose(
        run.singular_values(2999, 2999, log=True), 2999 * np.log(factor), rtol=1e-12
    )
    np.testing.assert_allclose(run.exponents(), np.full((1, 4), np.log(factor)), rtol=1e-12)
    assert run.directions(2999, times=2999).item() == (4 if factor > 1 else 0)
    plain = run.norms(2999, times=2999).item()
    assert plain == (np.inf if factor > 1 else 0)


def test_what_dies_is_minus_infinity():
    run = nets.relu(-np.eye(3)).run(np.ones((40, 3)))  # on at one step, off at the next
    for method in ("dense", "matrix-free"):
        logs = run.norms([1, 2], times=[20], log=True, method=method)[:, 0, 0]
        assert np.isneginf(logs[1])
    assert np.isneginf(run.exponents(burn_in=5)).all()
    assert np.isneginf(run.singular_values(20, 2, log=True)).all()
    assert run.directions(2, times=20).item() == 0


def test_jacobians_of_another_program_are_taken_as_they_are():
    J = np.random.default_rng(0).normal(size=(6, 2, 3, 3))
    run = nets.from_jacobians(J)
    close(run.jacobian(5, 3, sequence=1), J[5, 1] @ J[4, 1] @ J[3, 1])
    close(nets.from_jacobians(J[:, 1]).jacobian(5, 3), run.jacobian(5, 3, sequence=1))
    with pytest.raises(ValueError, match="gradients by lag need a run of a net along inputs"):
        run.gradient_by_lag(np.ones(3))


def test_time_and_batch_are_named_and_never_guessed():
    net, *_ = CASES["lstm"]()
    inputs = sequences(T=5, B=4)
    with pytest.raises(ValueError, match=r"5 steps of 4 sequences \(batch_first=False\) or 5 seq"):
        net.run(inputs)
    first, second = (net.run(inputs, batch_first=False), net.run(inputs.swapaxes(0, 1),
                                                                 batch_first=True))  # fmt: skip
    close(first.states, second.states)
    assert (first.inputs == second.inputs).all()
    assert net.run(inputs, batch_first=True).states.shape == (4, 5, 8)
    close(net.run(inputs[:, 2]).states[:, 0], first.states[:, 2])


def test_a_start_for_all_or_for_each():
    net, *_ = CASES["mixed"]()
    inputs, start = sequences(), np.linspace(-1, 1, net.size)
    for_all = net.run(inputs, batch_first=False, start=start)
    for_each = net.run(inputs, batch_first=False, start=np.stack([start, 0 * start]))
    close(for_all.states[:, 0], for_each.states[:, 0])
    close(net.run(inputs, batch_first=False).states[:, 1], for_each.states[:, 1])


def test_without_input_weights_the_inputs_are_the_drive():
    net, weights, _ = CASES["gru"]()
    drive = sequences() @ weights["U"].T
    bare = nets.gru(weights["W"], b=weights["b"], recurrent_bias=weights["recurrent_bias"])
    close(bare.run(drive, batch_first=False).states, net.run(sequences(), batch_first=False).states)


def test_the_bias_inside_the_reset_is_no_bias_outside():
    """The whole of b_hh added to b_ih makes another network, in states and in Jacobians."""
    net, weights, _ = CASES["gru"]()
    W, U, b, inside = (weights[key] for key in ("W", "U", "b", "recurrent_bias"))
    run = net.run(sequences(T=50), batch_first=False)
    wrong = nets.gru(W, U, b + inside).run(sequences(T=50), batch_first=False)
    assert run.distance(wrong.states, batch_first=False) > 0.1
    b2, inside2 = b.copy(), inside.copy()
    b2[:8] += inside[:8]
    inside2[:8] = 0
    right = nets.gru(W, U, b2, recurrent_bias=inside2).run(sequences(T=50), batch_first=False)
    close(right.states, run.states)


def test_repr_says_what_it_is():
    assert repr(CASES["mixed"]()[0]) == (
        "<gru + diagonal + lstm + leaky of width 4, 4, 4, 4, reading 3 numbers a step>"
    )


RUN = CASES["lstm"]()[0].run(sequences(), batch_first=False)
GATED = CASES["input-dependent"]()[0].run(sequences(), batch_first=False)
JACOBIANS = nets.from_jacobians(np.broadcast_to(1e200 * np.eye(2), (9, 2, 2)))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: nets.tanh(np.ones((2, 3))), r"W must have shape \(N, N\) with N >= 1"),
        (lambda: nets.tanh([[np.nan]]), r"W must be finite, got nan at \(0, 0\)"),
        (lambda: nets.lstm(np.ones((6, 2))), r"W must have shape \(4N, N\) with N >= 1"),
        (lambda: nets.gru(np.ones((6, 2)), np.ones((5, 2))), r"U must have shape \(6, I\)"),
        (lambda: nets.gru(np.ones((6, 2)), np.ones((6, 0))), "U must read at least one number"),
        (lambda: nets.gru(np.ones((6, 2)), b=np.ones(2)), r"b must have shape \(6,\)"),
        (lambda: nets.gru(np.ones((6, 2)), recurrent_bias=[1]), "recurrent_bias must have shape"),
        (lambda: nets.lstm(np.ones((8, 2)), gates="hard"), "gates must be one of sigmoid, hard_si"),
        (lambda: nets.diagonal([0.5, 0.9], units="a"), "units must be a whole number >= 1"),
        (lambda: nets.diagonal([0.5, 0.9], units=3), "units must be those of decay, 2, got 3"),
        (lambda: nets.leaky(np.eye(2), leak=0), "leak must be finite and > 0"),
        (lambda: nets.leaky(np.eye(2), leak=2), "leak must be at most 1"),
        (lambda: nets.diagonal([]), "decay must hold at least one unit"),
        (lambda: nets.diagonal([complex(0, np.inf)]), r"decay must be finite, got inf at \(0,\)"),
        (lambda: nets.diagonal(lambda x: x), "units must be given where decay is a function"),
        (lambda: nets.diagonal(lambda x: x, [[1j]]), "decay must be an array where weights are co"),
        (
            lambda: nets.diagonal(lambda x: x[..., :1], units=2).run(np.ones((3, 2))),
            r"what decay returns must have shape \(3, 1, 2\), got \(3, 1, 1\)",
        ),
        (lambda: nets.stack([]), "nets must hold at least one network"),
        (lambda: nets.stack([1]), "nets must be a list of networks, as longrange.nets makes them"),
        (lambda: nets.stack(nets.tanh(np.eye(2))), "nets must be a list of networks"),
        (
            lambda: nets.stack([nets.tanh(np.eye(2)), nets.tanh(np.eye(3))]),
            "layer 1 reads 3 numbers a step, and layer 0 gives 2",
        ),
        (lambda: nets.from_jacobians(np.ones((3, 2, 1))), "J must hold square matrices"),
        (lambda: nets.tanh(np.eye(2)).run(np.ones((4, 3))), r"inputs must have shape \(T, 2\)"),
        (lambda: nets.tanh(np.eye(2)).run(np.ones((0, 2))), "inputs must not be empty"),
        (
            lambda: nets.tanh(np.eye(2)).run(np.ones((4, 1, 2)), batch_first=1),
            "batch_first must be True or False, got 1",
        ),
        (lambda: nets.tanh(np.eye(2)).run(np.ones((4, 2)), start=[1]), "start must have shape"),
        (lambda: nets.linear(9 * np.eye(1)).run(np.ones((999, 1))), "the linear network grows"),
        (lambda: nets.diagonal([9.0]).run(np.ones((999, 1))), "this diagonal network grows"),
        (lambda: RUN.distance(np.ones((7, 2, 3)), batch_first=False), "states must have shape"),
        (lambda: RUN.distance(np.ones((6, 2, 4)), batch_first=False), "states must be those of"),
        (
            lambda: RUN.exponents(),
            "burn_in is 100 steps unless given, and this run has 7: name one from 0 to 6",
        ),
        (lambda: RUN.distance(RUN.states, batch_first=False, steps=0), "steps must be a whole num"),
        (lambda: RUN.jacobian(7), "t must be whole, from 0 to 6, got 7"),
        (lambda: RUN.jacobian(3, 4), "k must be whole, from 0 to 3, got 4"),
        (lambda: RUN.jacobian(3, sequence=2), "sequence must be whole, from 0 to 1, got 2"),
        (lambda: JACOBIANS.jacobian(8, 8), "the product over k = 8 steps overflows; `norms`"),
        (lambda: RUN.norms(7), "lags must be whole, from 0 to 6, got 7"),
        (lambda: RUN.norms(1, times=-1), "times must be whole, from 0 to 6, got -1"),
        (lambda: RUN.norms(1, log=1), "log must be True or False"),
        (lambda: RUN.norms(1, method="fast"), "method must be one of auto, dense, matrix-free"),
        (
            lambda: RUN.norms(1, method="matrix-free", tolerance=0),
            "tolerance must lie strictly between 0 and 1",
        ),
        (lambda: RUN.singular_values(7, 1), "t must be whole, from 0 to 6"),
        (lambda: RUN.directions(1, level=1), "level must lie strictly between 0 and 1"),
        (lambda: RUN.growth(9), "count must be a whole number from 1 to 8"),
        (lambda: RUN.exponents(burn_in=7), "burn_in must be a whole number from 0 to 6, got 7"),
        (lambda: RUN.gradient_by_lag(np.ones(3)), "loss_gradient must have shape"),
        (lambda: RUN.gradient_by_lag(np.ones(4), 7), "lags must be whole, from 0 to 6"),
        (
            lambda: nets.diagonal(lambda x: x).run(np.ones((3, 2))),
            "units must be given where decay is a function",
        ),
        (lambda: GATED.gradient_by_lag(np.ones(4)), "how λ depends on the input is not known"),
    ],
)  # fmt: skip
def test_bad_input_is_named(wrong, message):
    with pytest.raises(ValueError, match=message):
        wrong()


@pytest.mark.parametrize("method", ["dense", "matrix-free"])
def test_a_step_beyond_the_range_of_a_float_is_told(method):
    run = nets.from_jacobians(np.full((3, 2, 2), 1.7e308))
    for wrong in (
        lambda: run.norms(2, method=method),
        lambda: run.singular_values(2, 2),
        lambda: run.growth(),
    ):
        with pytest.raises(ValueError, match="beyond the range of a float: scale W down"):
            wrong()


def test_a_gradient_that_overflows_is_told():
    W = 1e30 * np.eye(1)
    run = nets.linear(W, [[1.0]]).run(np.zeros((30, 1)))
    with pytest.raises(ValueError, match="the gradient overflows"):
        run.gradient_by_lag([1.0])
