"""The probe on networks whose every number is known, and what it says of them."""

import dataclasses
import json
import sys

import numpy as np
import pytest
from step_equations import CASES, READS

import longrange
from longrange import nets
from longrange.measurement import sentences
from longrange.nets import products

WHITE = np.random.default_rng(0).normal(size=(300, 3, 2))


def turning(rate, d=8):
    """Return a linear network all of whose steps are `rate` times a rotation."""
    U = np.random.default_rng(1).normal(size=(d, 2))
    return nets.linear(longrange.orthogonal(d, rate, seed=0), U)


def squashing(d=8, gain=1.2):
    W = longrange.gaussian(d, gain, seed=0)
    return W, nets.tanh(W, np.random.default_rng(1).normal(size=(d, 2)))


def said(found):
    """Return the report as one line."""
    return " ".join(str(found).split())


def test_a_network_that_only_turns_and_shrinks_is_measured_exactly():
    found = longrange.measure(turning(0.9), WHITE, batch_first=False, lags=60)
    assert found.rate == pytest.approx(0.9, rel=1e-12)
    assert found.rate_error < 1e-12
    assert found.bound == pytest.approx(0.9, rel=1e-12)
    assert found.radius == pytest.approx(0.9, rel=1e-12)
    for norms in (found.norms, found.norms_low, found.norms_high):
        np.testing.assert_allclose(norms, 0.9 ** np.arange(1, 61), rtol=1e-10)
    assert found.first_below == {0.1: (22, 22, 22), 0.01: (44, 44, 44)}
    assert {k: v for k, (v, _, _) in found.directions.items()} == {1: 8, 10: 8}
    # Uᵀ Wᵀᵏ w: a random reading, whose size falls by 0.9 a step.
    np.testing.assert_allclose(found.gradient.sum() + found.gradient_now, 1)
    steps = np.arange(1, 61)
    slope = np.polyfit(steps, np.log(found.gradient), 1)[0]
    assert slope == pytest.approx(np.log(0.9), abs=0.01)
    assert not found.at_the_edge
    assert "fades: in the long run it halves every 6.58 steps" in said(found)
    assert "influence is below 10% at lag 22, and is below 1% at lag 44" in said(found)


def test_a_rotation_is_at_the_edge():
    found = longrange.measure(turning(1.0), WHITE, batch_first=False, lags=30)
    assert found.at_the_edge
    assert found.first_below == {0.1: (None, None, None), 0.01: (None, None, None)}
    assert "not told from the edge" in str(found)
    assert "influence is still 1 at lag 30" in str(found)


def test_what_grows_is_said_to_grow():
    found = longrange.measure(turning(1.1), WHITE[:150], batch_first=False, lags=30)
    assert found.rate == pytest.approx(1.1, rel=1e-9)
    assert "small changes grow" in str(found)
    assert f"rises to {1.1**30:.3g} at lag 30, the last" in str(found)


def test_its_numbers_are_those_of_the_functions_for_plain_networks():
    W, net = squashing()
    states = net.run(WHITE, batch_first=False).states
    found = longrange.measure(net, WHITE, batch_first=False, lags=[1, 5, 40], burn_in=50)
    logs = longrange.norms(W, states, [1, 5, 40], log=True)
    np.testing.assert_allclose(found.norms, np.exp(np.nanmean(logs, axis=(1, 2))), rtol=1e-10)
    rates = longrange.exponents(W, WHITE @ net.layers[0].U.T, count=1, burn_in=50)
    # Its vector is on its way for one step more, and a rotating one does not forget where it began.
    assert found.rate == pytest.approx(np.exp(rates.mean()), rel=1e-3)
    assert found.rate_low < found.rate < found.rate_high
    assert found.over == "4 blocks of time in each of 3 sequences"
    steps = [np.linalg.svd(longrange.lagged(W, states, t, 1))[1] for t in range(1, len(states))]
    assert found.directions[1][0] == pytest.approx((np.array(steps) >= 0.01).sum(axis=-1).mean())


@pytest.mark.parametrize(
    ("norms", "course"),
    [
        (lambda k: 40 * k * 0.5**k, "rises to 20 at lag 1, is below 10% at lag 13, and is below 1%"
         " at lag 16"),
        (lambda k: k**2.0, "rises to 900 at lag 30, the last"),
        (lambda k: 0.96**k, "is still 0.294 at lag 30"),
        (lambda k: 0.92**k, "is below 10% at lag 28, and is still 0.082 at lag 30"),
        (lambda k: 0.01 + (k - 10.0)**2 / 99,
         "is below 10% at lag 8, and rises to 4.05 at lag 30, the last"),
        (lambda k: 0.01 + (k - 10.0)**2 / 999,
         "is below 10% at lag 1, and is 0.41 at lag 30"),
    ],
)  # fmt: skip
def test_the_course_of_the_norms_is_told(norms, course):
    lags = np.arange(1, 31)
    values = norms(lags)
    below = {level: (products.first_below(np.log(values), lags, level),) * 3
             for level in (0.1, 0.01)}  # fmt: skip
    found = dataclasses.replace(
        longrange.measure(turning(0.9), WHITE[:60], batch_first=False, lags=30),
        norms=values, first_below=below,
    )  # fmt: skip
    assert dict(sentences(found))["norm"] == f"the largest influence {course}"


@pytest.mark.parametrize("sequences", [1, 3, 12])
def test_a_rate_that_has_not_settled_is_told(sequences):
    """Factors that rise from 0.7 to 0.8 have another mean in each half."""
    noise = np.random.default_rng(6).normal(0, 0.02, size=(200, sequences))
    sinks = np.linspace(np.log(0.7), np.log(0.8), 200)[:, None]
    rising = np.exp(sinks + noise)[..., None, None]
    found = longrange.measure(nets.from_jacobians(rising), lags=5)
    halves = [np.exp(np.log(rising[part]).mean()) for part in (slice(40, 120), slice(120, 200))]
    expected = (
        f"the rate is not settled: {halves[0]:.3g} in the first half of these steps, "
        f"{halves[1]:.3g} in the second: give more steps"
    )
    assert expected in found.notes
    settled = np.exp(np.log(0.8) + noise)[..., None, None]
    found = longrange.measure(nets.from_jacobians(settled), lags=5)
    assert "not settled" not in said(found)


def test_few_steps_and_more_sequences_than_steps_are_told():
    few, crossed = "steps are few", "were time and batch taken for each other?"
    noise = np.random.default_rng(7).normal(size=(49, 40, 2))
    for steps, sequences, are_few, are_crossed in (
        (49, 40, True, False), (50, 40, False, False), (39, 40, True, True), (40, 40, True, False)
    ):  # fmt: skip
        inputs = np.resize(noise, (steps, sequences, 2))
        told = said(longrange.measure(turning(0.9), inputs, batch_first=False, lags=2))
        assert (f"{steps} {few}" in told, crossed in told) == (are_few, are_crossed)
    assert f"39 steps of 40 sequences: {crossed}" in said(
        longrange.measure(turning(0.9), noise[:39], batch_first=False, lags=2)
    )


def test_the_radius_says_over_how_many_steps_it_is():
    found = longrange.measure(turning(0.9), WHITE, batch_first=False, lags=2)
    assert "0.9 a step, the largest eigenvalue of 16 single steps: not the rate" in said(found)
    found = longrange.measure(turning(0.9), WHITE[:9], batch_first=False, lags=2)
    assert found.radius_steps == 9


@pytest.mark.parametrize(
    ("lags", "recalled"),
    [
        (None, [1, 2, 3, 5, 10, 20, 50, 100]),
        (30, [1, 2, 3, 5, 10, 20]),
        ([4, 7, 31], [4, 7, 31]),
        ([*range(4, 16)], [*range(4, 16)]),
        ([*range(4, 17)], [5, 10]),
        ([*range(21, 40)], [21, 39]),
    ],
)
def test_a_readout_tells_of_few_lags_and_of_all_that_are_named(lags, recalled):
    inputs = np.random.default_rng(8).normal(size=(300, 6, 2))
    found = longrange.measure(turning(0.9), inputs, batch_first=False, lags=lags)
    assert list(found.recalled) == recalled


def test_lags_too_long_for_a_readout_are_told():
    found = longrange.measure(turning(0.9), WHITE, batch_first=False, lags=[3, 120])
    assert list(found.recalled) == [3]
    assert "nothing on recall beyond lag 3: recall up to lag 120 from 8 numbers" in said(found)


def test_rates_next_to_nothing_that_have_not_settled_are_told():
    sinks = np.exp(np.linspace(-9, -8, 200) + np.random.default_rng(6).normal(0, 0.02, size=200))
    found = longrange.measure(nets.from_jacobians(sinks[:, None, None]), lags=5)
    assert "the rate is not settled: 0.00018 in the first" in said(found)


def test_a_rate_that_is_one_number_at_each_step_is_settled():
    for found in (
        longrange.measure(turning(0.9), WHITE, batch_first=False, lags=5),
        longrange.measure(turning(0.9), WHITE[:4], batch_first=False, lags=2, burn_in=3),
        longrange.measure(nets.linear(np.zeros((2, 2))), WHITE, batch_first=False, lags=2),
    ):
        assert "not settled" not in said(found)


def test_a_wide_interval_is_told_by_its_ends():
    stretches = np.random.default_rng(4).lognormal(-1, 3, size=(60, 1, 1))
    found = longrange.measure(nets.from_jacobians(stretches), lags=5)
    rate, low, high = (f"{one:.2f}" for one in (found.rate, found.rate_low, found.rate_high))
    assert found.rate == pytest.approx(np.exp(np.log(stretches[12:]).mean()))
    assert f"{rate} ({low} to {high}) a step" in str(found)
    narrow = longrange.measure(nets.from_jacobians(stretches**0.01), lags=5)
    assert f"{narrow.rate:.4f} ± {narrow.rate_error:.4f} a step" in str(narrow)


def test_a_run_is_measured_as_its_net_is():
    _, net = squashing()
    run = net.run(WHITE, batch_first=False)
    whole = longrange.measure(net, WHITE, batch_first=False, lags=20)
    assert longrange.measure(run, lags=20).to_json() == whole.to_json()


def test_of_jacobians_alone_it_tells_what_they_tell():
    J = np.broadcast_to(np.diag([0.5, 0.25]), (50, 2, 2))
    found = longrange.measure(nets.from_jacobians(J), lags=10)
    np.testing.assert_allclose(found.norms, 0.5 ** np.arange(1, 11), rtol=1e-12)
    assert found.rate == pytest.approx(0.5, rel=1e-6)
    assert found.gradient is None
    assert found.recalled is None
    assert "no gradient by lag" in str(found)
    assert "nothing on recall" in str(found)


def test_what_is_exactly_nothing_is_said_to_be_nothing():
    found = longrange.measure(nets.tanh(np.zeros((2, 2)), np.eye(2)), WHITE, batch_first=False)
    assert (found.rate, found.norms[0], found.first_below[0.01][0]) == (0, 0, 1)
    assert "nothing is left" in str(found)
    json.loads(found.to_json())


def test_a_loss_of_the_last_step_alone_can_be_given():
    net = turning(0.8)
    found = longrange.measure(net, WHITE, batch_first=False, lags=5, loss=np.ones((3, 8)))
    run = net.run(WHITE, batch_first=False)
    by_lag = run.gradient_by_lag(np.ones((3, 8)), range(6)).inputs
    shares = (by_lag / by_lag.sum(axis=0)).mean(axis=1)
    np.testing.assert_allclose([found.gradient_now, *found.gradient], shares)
    assert "of your loss, within 6 steps" in str(found)


def test_a_loss_of_every_step_comes_in_the_order_of_the_inputs():
    net, loss = turning(0.8), np.random.default_rng(3).normal(size=(300, 3, 8))
    found = longrange.measure(net, WHITE, batch_first=False, lags=5, loss=loss)
    turned = longrange.measure(
        net, WHITE.swapaxes(0, 1), batch_first=True, lags=5, loss=loss.swapaxes(0, 1)
    )
    np.testing.assert_allclose(found.gradient, turned.gradient)


def test_a_gradient_of_zero_is_said_to_be_zero():
    found = longrange.measure(turning(0.8), WHITE, batch_first=False, lags=5, loss=np.zeros((3, 8)))
    assert found.gradient is None
    assert "no gradient by lag: within 6 steps it is zero" in str(found)


def test_norms_of_a_lag_are_the_same_whichever_lags_are_asked_for(monkeypatch):
    """A network whose input begins late has other norms at early times."""
    monkeypatch.setattr("longrange.probe.WORK", 1e8)
    _, net = squashing()
    late = np.where(np.arange(300)[:, None, None] < 150, 0, 3 * WHITE)
    every = net.run(late, batch_first=False).norms([5], log=True)
    expected = np.exp(np.nanmean(every))
    for longest in (5, 50, 120):
        found = longrange.measure(net, late, batch_first=False, lags=longest)
        assert found.norms[4] == pytest.approx(expected, rel=0.35)
    assert found.products < 900


def test_the_states_of_the_original_are_compared():
    _, net = squashing()
    states = net.run(WHITE, batch_first=False).states
    near = longrange.measure(net, WHITE, batch_first=False, lags=3, states=states.astype("f4"))
    assert 0 < near.distance < 1e-6
    assert "NOT THE SAME" not in str(near)
    far = longrange.measure(net, WHITE, batch_first=False, lags=3, states=states[::-1])
    assert far.distance > 0.1
    assert "NOT THE SAME NETWORK" in said(far)


def test_rounding_that_grows_makes_no_other_network():
    """The same equations in another precision part from ours at the rate, and not before."""
    W, net = squashing(d=64, gain=3.0)
    inputs = np.random.default_rng(3).normal(0, 0.3, size=(300, 2, 2))
    rounded, U = [np.zeros((2, 64), "f4")], net.layers[0].U
    for x in inputs.astype("f4"):
        rounded.append(np.tanh(rounded[-1] @ W.T.astype("f4") + x @ U.T.astype("f4")))
    found = longrange.measure(net, inputs, batch_first=False, lags=3, states=rounded[1:])
    run = net.run(inputs, batch_first=False)
    assert found.rate > 1
    assert found.distance == run.distance(rounded[1:], batch_first=False) > 0.1
    assert found.distance_first == run.distance(rounded[1:], batch_first=False, steps=20) < 1e-3
    first = np.abs(run.states - rounded[1:])[:20].max() / np.abs(rounded[1:21]).max()
    assert found.distance_first == pytest.approx(first)
    assert "NOT THE SAME" not in said(found)
    assert f"by {found.distance:.1e} later: rounding grows in this network" in said(found)


def test_states_that_part_later_where_rounding_fades_are_another_matter():
    _, net = squashing(gain=0.8)
    states = net.run(WHITE, batch_first=False).states.copy()
    states[200] = 1  # as if somebody had reset it
    found = longrange.measure(net, WHITE, batch_first=False, lags=3, states=states)
    assert found.distance_first == 0
    assert "later: rounding does not grow at this rate, so something else happens" in said(found)


def test_long_work_takes_some_pairs_and_says_so(monkeypatch):
    _, net = squashing()
    inputs = np.random.default_rng(5).normal(size=(300, 12, 2))
    whole = longrange.measure(net, inputs, batch_first=False, lags=20)
    monkeypatch.setattr("longrange.probe.WORK", 5e6)
    found = longrange.measure(net, inputs, batch_first=False, lags=20)
    assert whole.products == 3600 > found.products
    assert f"norms are taken at {found.products} of 3600 pairs" in str(found)
    held = (found.norms_low <= whole.norms) & (whole.norms <= found.norms_high)
    assert held.mean() > 0.8
    assert (found.norms_high - found.norms_low).mean() > (whole.norms_high - whole.norms_low).mean()


def test_a_large_state_is_measured_at_some_lags_and_says_what_it_leaves_out(monkeypatch):
    monkeypatch.setattr("longrange.nets.products.LARGE", 8)
    monkeypatch.setattr("longrange.probe.LARGE", 4)
    monkeypatch.setattr("longrange.probe.SPREAD", 8)
    monkeypatch.setattr("longrange.probe.WORK", 1000)
    found = longrange.measure(turning(0.9), WHITE, batch_first=False, lags=100)
    assert (found.lags[0], found.lags[-1]) == (1, 100)
    assert {1, 10, 100} <= set(found.lags)
    assert len(found.lags) < 20
    np.testing.assert_allclose(found.norms, 0.9**found.lags, rtol=1e-2)
    assert found.directions == {}
    assert "directions of a state of 8 numbers were not counted" in str(found)
    assert found.radius == pytest.approx(0.9, rel=1e-6)


def test_directions_are_left_out_where_the_fewest_pairs_are_too_many(monkeypatch):
    """What counts is the work of all pairs that are taken, and not that of one."""
    _, net = squashing()
    run = net.run(WHITE, batch_first=False)
    cost = 2 * 8 * run.size * (run.size + 1) * 10 + 25 * 8**3 * 2  # lags 1 and 10
    monkeypatch.setattr("longrange.probe.WORK", cost)  # one pair is cheap, the fewest are not
    assert longrange.measure(run, lags=20).directions == {}
    monkeypatch.setattr("longrange.probe.WORK", 13 * cost)
    assert set(longrange.measure(run, lags=20).directions) == {1, 10}


@pytest.mark.parametrize("name", CASES)
def test_every_kind_of_net_is_measured(name):
    net, *_ = CASES[name]()
    inputs = np.random.default_rng(2).normal(size=(60, 1, READS))
    found = longrange.measure(net, inputs, batch_first=False, lags=8)
    run = net.run(inputs, batch_first=False)
    expected = np.nanmean(run.norms(range(1, 9), log=True), axis=(1, 2))
    np.testing.assert_allclose(np.log(found.norms), expected, rtol=1e-9, atol=1e-9)
    assert found.bound == pytest.approx(found.norms[0])
    assert found.network in repr(net)


def test_one_sequence_and_little_work_still_tell_an_error(monkeypatch):
    monkeypatch.setattr("longrange.probe.WORK", 1)
    _, net = squashing()
    found = longrange.measure(net, WHITE[:, :1], batch_first=False, lags=20)
    assert 12 <= found.products <= 13
    assert np.isfinite(found.norms_high).all()
    assert (found.norms_low > 0).all()
    furthest = longrange.measure(net, WHITE[:, :1], batch_first=False, lags=299)
    assert np.isfinite(furthest.norms).all()


@pytest.mark.parametrize("period", [2, 20])
def test_an_input_that_repeats_itself_is_not_met_always_at_the_same_place(period):
    steps = np.where(np.arange(301) % period == 0, 0.1, 1.1)
    found = longrange.measure(nets.from_jacobians(steps[:, None, None] * np.eye(2)), lags=20)
    assert found.bound >= found.rate * 0.99
    assert found.radius > 0.2


@pytest.mark.parametrize("J", [np.zeros((520, 520)), np.eye(520, k=1)])
def test_a_step_without_eigenvalues_has_the_radius_0(J):
    found = longrange.measure(nets.from_jacobians(np.broadcast_to(J, (5, 520, 520))), lags=2)
    assert found.radius < 1e-3


def test_what_explodes_beyond_the_range_of_a_float_is_measured():
    net = nets.tanh(50 * np.eye(2), np.eye(2))
    found = longrange.measure(net, np.zeros((300, 2)), lags=200)
    assert found.norms[-1] == np.inf
    assert "more than 1e308 at lag" in said(found)
    assert "no gradient by lag: the gradient overflows" in str(found)
    json.loads(found.to_json())


def test_a_loss_without_a_batch_is_that_of_inputs_without_one():
    net, loss = turning(0.8), np.random.default_rng(3).normal(size=(300, 8))
    alone = longrange.measure(net, WHITE[:, 0], lags=5, loss=loss)
    batch = longrange.measure(net, WHITE[:, :1], batch_first=False, lags=5, loss=loss[:, None])
    np.testing.assert_array_equal(alone.gradient, batch.gradient)


def test_progress_is_told_from_beginning_to_end():
    told = []
    longrange.measure(
        turning(0.9), WHITE, batch_first=False, lags=3, progress=lambda *one: told.append(one)
    )
    assert told[0] == ("run", 0.0)
    for name in ("norms", "directions"):
        shares = [share for one, share in told if one == name]
        assert shares == sorted(set(shares))
        assert len(shares) >= 20
    assert told[-1] == ("done", 1.0)
    assert all(0 <= share <= 1 for _, share in told)


def test_json_holds_all_and_table_the_curves():
    found = longrange.measure(turning(1.0), WHITE, batch_first=False, lags=12)
    read = json.loads(found.to_json())
    assert {"rate", "rate_error", "lags", "norms", "norms_low", "norms_high"} <= set(read)
    assert read["first_below"] == {"0.1": None, "0.01": None}
    assert read["lags"] == list(range(1, 13))
    np.testing.assert_allclose(read["norms"], 1)
    assert set(read["directions"]) == {"1", "10"}
    table = found.table
    assert set(table) == {"lag", "norm", "norm_low", "norm_high", "gradient", "gradient_low",
                          "gradient_high"}  # fmt: skip
    assert {len(column) for column in table.values()} == {12}


def test_the_report_is_one_file_and_the_same_each_time():
    found = longrange.measure(turning(0.9), WHITE, batch_first=False, lags=12)
    page = found.to_html()
    assert page == found.to_html()
    assert "<svg" in page
    assert "src=" not in page
    assert "<link" not in page
    assert str(found.rate)[:3] in page
    assert [len(axes.lines) for axes in found.plot().axes] == [5, 1]


def test_the_report_has_all_that_is_known_of_lags_as_tables():
    found = longrange.measure(turning(0.9), WHITE, batch_first=False, lags=12)
    page = found.to_html()
    for values in (found.directions, found.recalled):
        for lag, (value, low, high) in values.items():
            cells = (f"<td>{one:.4g}</td>" for one in (lag, value, low, high))
            assert f"<tr>{''.join(cells)}</tr>" in page
    assert page.count("<table") == 4  # the lines of the report, and three by lag
    J = np.broadcast_to(np.diag([0.5, 0.25]), (50, 2, 2))
    alone = longrange.measure(nets.from_jacobians(J), lags=10).to_html()
    assert "Recalled" not in alone
    assert alone.count("<table") == 3


def test_a_rate_of_next_to_nothing_is_at_no_lag_0():
    J = np.broadcast_to(np.diag([1e-4, 1e-5]), (60, 2, 2))
    found = longrange.measure(nets.from_jacobians(J), lags=3)
    assert "to the power of the lag" not in said(found)
    J = np.broadcast_to(np.diag([0.1, 0.01]), (60, 2, 2))
    found = longrange.measure(nets.from_jacobians(J), lags=3)
    assert "to the power of the lag would be at lags 1 and 2)" in said(found)


def test_without_matplotlib_the_report_says_what_it_lacks(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    found = longrange.measure(turning(0.9), WHITE, batch_first=False, lags=12)
    assert "No figure: a figure needs matplotlib: pip install matplotlib." in found.to_html()
    with pytest.raises(ValueError, match="pip install matplotlib"):
        found.plot()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"net": 3}, "net must be a Net or a Run of longrange.nets, not int"),
        ({"net": "a.pt"}, r"not str: make one with nets.from_state_dict or nets.from_file$"),
        ({"net": {}}, r"not dict: make one with nets.from_state_dict or nets.from_file$"),
        ({"progress": True}, "progress must be a function of what is done and .*, got True"),
        ({"inputs": None}, "inputs must be given"),
        (
            {"batch_first": None},
            r"may be 300 steps of 3 sequences \(batch_first=False\) or",
        ),
        ({"inputs": WHITE[..., :1]}, r"inputs must have shape \(T, 2\) or \(T, B, 2\), got"),
        (
            {"inputs": np.ones((300, 3), dtype=int)},
            r"got \(300, 3\): token ids\? pass what the embedding gives",
        ),
        ({"inputs": np.full((9, 1, 2), np.nan)}, "inputs must be finite, got nan"),
        ({"inputs": WHITE[:1]}, "inputs must have at least 2 steps, got 1"),
        ({"lags": 300}, "lags must be at most T - 1 = 299, got 300"),
        ({"lags": 0}, "lags must be a whole number >= 1, got 0"),
        ({"lags": [0]}, "lags must hold one of at least 1"),
        ({"lags": [1, 300]}, "lags must be whole, from 0 to 299, got 300"),
        (
            {"loss": np.ones((3, 5))},
            r"^loss must have shape \(3, 8\), of the last step, or \(300, 3, 8\), of every step, "
            r"got \(3, 5\)$",
        ),
        (
            {"loss": np.ones((300, 3, 8)), "inputs": WHITE.swapaxes(0, 1), "batch_first": True},
            r"\(3, 8\), of the last step, or \(3, 300, 8\), of every .*, got \(300, 3, 8\)$",
        ),
        (
            {"loss": np.ones(5), "inputs": WHITE[:, 0], "batch_first": None},
            r"loss must have shape \(8,\), of the last step, or \(300, 8\), of every .*\(5,\)$",
        ),
        ({"loss": np.full((3, 8), np.nan)}, "^loss must be finite, got nan"),
        ({"loss": 1.0}, r"^loss must have shape .*, got \(\)$"),
        ({"states": np.ones((300, 3, 5))}, r"states must have shape \(T, 8\) or"),
        ({"states": np.ones((200, 3, 8))}, "those of this run, 300 steps of 3 sequences, got 200"),
        ({"burn_in": 300}, "burn_in must be a whole number from 0 to 299, got 300"),
        ({"start": np.ones(3)}, r"start must have shape \(8,\) or \(3, 8\), got \(3,\)"),
    ],
)
def test_what_does_not_fit_is_named(given, message):
    arguments = {"net": turning(0.9), "inputs": WHITE, "batch_first": False} | given
    with pytest.raises(ValueError, match=message):
        longrange.measure(arguments.pop("net"), arguments.pop("inputs"), **arguments)


def test_a_loss_may_look_at_all_that_is_carried():
    rng = np.random.default_rng(9)
    net = nets.lstm(rng.normal(size=(8, 2)), rng.normal(size=(8, 2)))
    outputs = rng.normal(size=(3, 2))
    found = longrange.measure(net, WHITE, batch_first=False, lags=3, loss=outputs)
    states = np.concatenate([outputs, np.zeros((3, 2))], axis=-1)
    whole = longrange.measure(net, WHITE, batch_first=False, lags=3, loss=states)
    np.testing.assert_allclose(found.gradient, whole.gradient)
    with pytest.raises(ValueError, match="of every step, or 4 in place of 2 for all that is carr"):
        longrange.measure(net, WHITE, batch_first=False, loss=np.ones((3, 3)))


def test_a_run_takes_no_inputs_of_others():
    run = turning(0.9).run(WHITE, batch_first=False)
    with pytest.raises(ValueError, match="a run has its own"):
        longrange.measure(run, WHITE, batch_first=False)
    with pytest.raises(ValueError, match="states cannot be compared: the run is its Jacobians"):
        longrange.measure(nets.from_jacobians(np.ones((9, 1, 1))), states=np.ones((9, 1)))
