"""What is measured of the networks in the wild, on networks whose answers are known."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from experiments.wild import dynamics, rows
from experiments.wild.recurrent import Batch, Layer, Network, Part, Score, batch, net
from longrange.nets.intervals import Interval

READS, N = 3, 6


def layer(kind, seed=0, inputs=READS, gain=1.0, **more):
    rng = np.random.default_rng(seed)
    k = {"lstm": 4, "gru": 3}[kind]
    return Layer(
        kind, gain * rng.normal(size=(k * N, N)), rng.normal(size=(k * N, inputs)),
        rng.normal(size=k * N), **more,
    )  # fmt: skip


def leaky(keep):
    """Return a GRU that keeps a share of each unit and adds what it reads, nearly linearly."""
    U = np.zeros((3 * N, READS))
    U[2 * N :] = 1e-3 * np.random.default_rng(0).normal(size=(N, READS))
    b = np.zeros(3 * N)
    b[N : 2 * N] = np.log(keep / (1 - keep))
    return Layer("gru", np.zeros((3 * N, N)), U, b)


def read(steps=400, count=4, seed=1):
    return Batch(np.random.default_rng(seed).normal(size=(steps, count, READS)))


STACKS = {
    "LSTM": [layer("lstm")],
    "hard gates": [layer("lstm", gates="hard_sigmoid")],
    "GRU": [layer("gru", inner_bias=np.linspace(-1, 1, N))],
    "reset before": [layer("gru", reset="before")],
    "stack": [layer("gru"), layer("gru", 1, inputs=N)],
    "chaotic": [layer("lstm", gain=4.0)],
}


@pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS)
def test_a_small_change_grows_as_the_jacobians_say(stack):
    x, burn_in = read(), 100
    found = dynamics.growth(stack, x)[burn_in:].mean(axis=0)
    due = net(stack).run(x.inputs, batch_first=False).exponents(1, burn_in=burn_in)[:, 0]
    np.testing.assert_allclose(found, due, atol=5e-3)  # hard gates have corners


def test_a_leaky_network_is_measured_as_it_must_be():
    keep = 0.8
    found = dynamics.measure([leaky(keep)], read(count=9))
    lags = np.array(found.lags)
    for rate in (found.rate, found.rate_growth):
        assert rate[:3] == pytest.approx((keep,) * 3, abs=1e-6)
    np.testing.assert_allclose(found.norms.value, keep**lags, rtol=1e-9)
    assert found.radius == pytest.approx(keep)
    assert found.bound == pytest.approx(keep)
    due = next(k for k in found.lags if keep**k < 0.01)
    assert found.first_below == (due, due, due)
    assert found.directions.value == N  # 0.8¹⁰ is above 0.01
    shares = keep ** np.arange(found.lags[-1] + 1) * (1 - keep)
    np.testing.assert_allclose(found.gradient.value, shares[[0, *lags]], rtol=1e-3)
    sums = np.cumsum(shares)
    assert found.half == np.searchsorted(sums, 0.5) + 1
    assert found.ninety == np.searchsorted(sums, 0.9) + 1
    # Six units hold three numbers of each of all steps: what lasts longest hides what is read now.
    assert 0.1 < found.recalled[1].value < 1
    assert found.by_input[1] == pytest.approx(0, abs=0.02)


def test_each_sequence_is_looked_at_where_it_ends():
    rng = np.random.default_rng(2)
    lengths = [4] * 14 + [9] * 14
    sequences = [rng.normal(size=(n, READS)) for n in lengths]
    stack = [layer("gru")]
    found = dynamics.measure(stack, batch(sequences))
    assert found.lags == (1, 2, 3, 4, 5, 7)
    due = {lag: [] for lag in found.lags}
    for x in sequences:
        run = net(stack).run(x[:, None], batch_first=False)
        for lag in found.lags:
            if lag < len(x):
                J = np.eye(N)
                for t in range(len(x) - 1, len(x) - 1 - lag, -1):
                    J = J @ run.jacobian(t)
                due[lag].append(np.log(np.linalg.norm(J, 2)))
    np.testing.assert_allclose(
        np.log(found.norms.value), [np.mean(due[lag]) for lag in found.lags], rtol=1e-9
    )


def test_the_radius_of_a_stack_is_that_of_its_blocks():
    stack, x = STACKS["stack"], read(steps=30, count=12)
    run = net(stack).run(x.inputs, batch_first=False)
    whole = [np.log(np.abs(np.linalg.eigvals(run.jacobian(29, sequence=b))).max())
             for b in range(12)]  # fmt: skip
    assert dynamics.measure(stack, x).radius == pytest.approx(np.exp(np.mean(whole)))


def test_long_sequences_are_cut_and_a_start_is_kept():
    one, start = leaky(0.9), (np.full((4, N), 0.5),)
    x = Batch(np.zeros((dynamics.STEPS + 50, 4, READS)), start=start)
    found = dynamics.measure([one], x)
    assert found.lags == dynamics.LAGS
    assert found.rate.value == pytest.approx(0.9)
    assert (found.steps, found.burn_in) == (dynamics.STEPS + 50, (dynamics.STEPS + 50) // 2)


def test_of_what_goes_on_the_rate_is_that_of_the_later_half():
    stack = STACKS["GRU"]
    x = read(steps=600, count=9)
    x.inputs[:300] *= 5  # another rate in the first half
    steps = net(stack).run(x.inputs, batch_first=False).growth(1, own_frames=True)
    found = dynamics.measure(stack, x)
    assert found.rate.value == pytest.approx(np.exp(steps[300:].mean()))
    assert found.rate_growth.low < found.rate.value < found.rate_growth.high
    assert found.rate_early == pytest.approx(np.exp(steps[100:300].mean()))
    assert dynamics.measure(stack, read(steps=200)).rate_early is None


# ── The tables ───────────────────────────────────────────────────────────────


def network(stack, x):
    part = Part("cell", tuple(stack), {"as used": x}, "noise")
    score = Score("a task", 0.75, 0.5, 0.1, "blocks exchanged", 10)
    return Network("g2p-en", "file", score, (part,), misread=(part,))


def test_a_row_says_what_was_measured():
    one = network([leaky(0.8)], read(count=9))
    found = dynamics.measure(one.parts[0].layers, one.parts[0].read["as used"])
    (told,) = csv.DictReader(
        io.StringIO(rows.table(rows.COLUMNS, [rows.row(one, one.parts[0], "as used", found)]))
    )
    assert tuple(told) == rows.COLUMNS
    assert (told["network"], told["version"], told["kind"]) == ("g2p-en", "2.1.0", "GRU")
    assert (told["width"], told["state"], told["steps"], told["sequences"]) == (
        "6", "6", "400", "9",
    )  # fmt: skip
    assert float(told["rate"]) == pytest.approx(0.8, abs=1e-5)
    assert float(told["norm_10"]) == pytest.approx(0.8**10, rel=1e-5)
    assert (told["task_score"], told["chance"], told["wrong_layout"]) == ("0.75", "0.5", "0.1")
    misread = rows.row(one, one.misread[0], "misread, as used", found)
    assert misread["task_score"] == "0.1"


def test_what_a_short_input_has_not_is_left_empty():
    rng = np.random.default_rng(3)
    x = batch([rng.normal(size=(5, READS)) for _ in range(20)])
    one = network([leaky(0.8)], x)
    found = dynamics.measure(one.parts[0].layers, x)
    told = rows.row(one, one.parts[0], "as used", found)
    assert told["norm_3"]
    assert told["norm_10"] == told["norm_100_low"] == told["directions_10"] == ""
    assert told["first_below"] == told["recalled_10"] == ""
    curve = rows.curves(one, one.parts[0], "as used", found)
    assert [row["lag"] for row in curve] == ["0", "1", "2", "3", "4"]
    assert sum(float(row["gradient"]) for row in curve) == pytest.approx(1, abs=1e-5)


def test_a_number_that_is_none_is_refused():
    one = network([leaky(0.8)], read(count=9))
    found = dynamics.measure(one.parts[0].layers, one.parts[0].read["as used"])
    lost = replace(found, rate=Interval(*(np.array(np.inf),) * 3, ""))
    with pytest.raises(ValueError, match="g2p-en, cell, as used: rate is inf"):
        rows.row(one, one.parts[0], "as used", lost)
