"""Layers in NumPy against loops over single units, and against `longrange.nets`."""

import math

import numpy as np
import pytest

from experiments.wild.recurrent import (
    Batch,
    Layer,
    batch,
    net,
    reverse,
    run_both_ways,
    run_stack,
)

T, B, READS, N = 7, 3, 2, 4


def layer(kind, seed=0, inputs=READS, **more):
    rng = np.random.default_rng(seed)
    k = {"lstm": 4, "gru": 3}[kind]
    return Layer(
        kind, rng.normal(size=(k * N, N)), rng.normal(size=(k * N, inputs)),
        rng.normal(size=k * N), **more,
    )  # fmt: skip


def smooth(x):
    return 1 / (1 + math.exp(-x))


def hard(x):
    return min(1.0, max(0.0, 0.2 * x + 0.5))


def by_units(one, inputs, state):
    """Return h after each step of one sequence (T, READS): no arrays, one unit after the other."""
    gate = {"sigmoid": smooth, "hard_sigmoid": hard}[one.gates]
    W, U, b = one.W.tolist(), one.U.tolist(), one.b.tolist()
    h, c = list(state), [0.0] * N
    found = []
    for x in inputs.tolist():

        def drive(row, x=x):
            return b[row] + sum(u * v for u, v in zip(U[row], x, strict=True))

        def own(row, h):
            return sum(w * v for w, v in zip(W[row], h, strict=True))

        new = []
        if one.kind == "lstm":
            for j in range(N):
                i, f, g, o = (drive(k * N + j) + own(k * N + j, h) for k in range(4))
                c[j] = gate(f) * c[j] + gate(i) * math.tanh(g)
                new.append(gate(o) * math.tanh(c[j]))
        else:
            r = [gate(drive(j) + own(j, h)) for j in range(N)]
            for j in range(N):
                z = gate(drive(N + j) + own(N + j, h))
                if one.reset == "before":
                    inner = own(2 * N + j, [a * v for a, v in zip(r, h, strict=True)])
                else:
                    extra = 0 if one.inner_bias is None else one.inner_bias[j]
                    inner = r[j] * (own(2 * N + j, h) + extra)
                n = math.tanh(drive(2 * N + j) + inner)
                new.append((1 - z) * n + z * h[j])
        h = new
        found.append(h)
    return np.array(found)


KINDS = [
    ("lstm", {}),
    ("lstm", {"gates": "hard_sigmoid"}),
    ("gru", {}),
    ("gru", {"inner_bias": np.array([0.5, -1.0, 2.0, 0.1])}),
    ("gru", {"reset": "before"}),
]


@pytest.mark.parametrize(("kind", "more"), KINDS)
def test_a_layer_is_what_its_units_are(kind, more):
    one, x = layer(kind, **more), np.random.default_rng(1).normal(size=(T, B, READS))
    found = one.run(Batch(x))
    for i in range(B):
        np.testing.assert_allclose(found[:, i], by_units(one, x[:, i], [0.0] * N), atol=1e-13)


def test_a_layer_begins_where_it_is_told_to():
    one, x = layer("gru"), np.random.default_rng(1).normal(size=(T, B, READS))
    start = np.random.default_rng(2).normal(size=(B, N))
    found = one.run(Batch(x, start=(start,)))
    np.testing.assert_allclose(found[:, 1], by_units(one, x[:, 1], start[1].tolist()), atol=1e-13)


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_a_shorter_sequence_ends_and_rests(kind):
    one, rng = layer(kind), np.random.default_rng(1)
    sequences = [rng.normal(size=(length, READS)) for length in (3, 7, 1)]
    found = one.run(batch(sequences))
    for i, x in enumerate(sequences):
        alone = one.run(Batch(x[:, None]))[:, 0]
        np.testing.assert_allclose(found[: len(x), i], alone, atol=1e-14)
        assert (found[len(x) :, i] == found[len(x) - 1, i]).all()


def test_both_directions_are_each_alone():
    forward, backward = layer("lstm"), layer("lstm", 1)
    sequences = [
        np.random.default_rng(i).normal(size=(length, READS)) for i, length in enumerate((5, 2))
    ]
    found = run_both_ways(forward, backward, batch(sequences))
    assert found.shape == (5, 2, 2 * N)
    for i, x in enumerate(sequences):
        there = forward.run(Batch(x[:, None]))[:, 0]
        back = backward.run(Batch(x[::-1, None]))[::-1, 0]
        np.testing.assert_allclose(found[: len(x), i], np.hstack([there, back]), atol=1e-14)


def test_reversing_twice_changes_nothing():
    read = batch([np.arange(6.0).reshape(3, 2), np.ones((1, 2)), np.arange(8.0).reshape(4, 2)])
    once = reverse(read.inputs, read.lengths)
    np.testing.assert_array_equal(once[:, 0], [[4, 5], [2, 3], [0, 1], [0, 0]])
    np.testing.assert_array_equal(reverse(once, read.lengths), read.inputs)


def test_long_sequences_are_chosen():
    read = batch([np.full((n, READS), n) for n in (2, 5, 3)], (np.arange(3.0)[:, None],))
    some = read.long(3)
    np.testing.assert_array_equal(some.inputs[:, :, 0], [[5, 3]] * 3)
    assert some.lengths.tolist() == [3, 3]
    np.testing.assert_array_equal(some.start[0][:, 0], [1, 2])


def test_blocks_in_another_order_are_another_network():
    one = layer("lstm")
    i, f, g, o = np.split(one.W, 4)
    other = one.with_blocks((0, 2, 3, 1))
    np.testing.assert_array_equal(other.W, np.concatenate([i, g, o, f]))
    np.testing.assert_array_equal(other.with_blocks((0, 3, 1, 2)).U, one.U)


@pytest.mark.parametrize(("kind", "more"), KINDS)
def test_the_library_runs_the_same_network(kind, more):
    layers = [layer(kind, **more), layer(kind, 1, inputs=N, **more)]
    x = np.random.default_rng(1).normal(size=(T, B, READS))
    run = net(layers).run(x, batch_first=False)
    np.testing.assert_allclose(run.outputs, run_stack(layers, Batch(x))[-1], atol=1e-13)
    run = net(layers[:1]).run(x, batch_first=False)
    np.testing.assert_allclose(run.outputs, layers[0].run(Batch(x)), atol=1e-13)
