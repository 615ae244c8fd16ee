"""What each letter changes at the end, by finite differences and by hand."""

import numpy as np
import pytest

from experiments.wild import sentence
from experiments.wild.recurrent import Batch, Layer, run_stack

N, READS = 5, 3


def layer(seed, inputs=READS):
    rng = np.random.default_rng(seed)
    return Layer(
        "lstm", rng.normal(size=(4 * N, N)), rng.normal(size=(4 * N, inputs)),
        rng.normal(size=4 * N),
    )  # fmt: skip


STACK = (layer(0), layer(1, N))


def last(inputs):
    return run_stack(STACK, Batch(inputs[:, None]))[-1][-1, 0]


def test_a_small_change_is_the_derivative_of_the_last_output():
    x, step = np.random.default_rng(2).normal(size=(7, READS)), 1e-6
    due = np.zeros((7, READS, N))
    for t, i in np.ndindex(7, READS):
        nudge = np.zeros_like(x)
        nudge[t, i] = step
        due[t, i] = (last(x + nudge) - last(x - nudge)) / (2 * step)
    found = sentence.small(STACK, x)
    np.testing.assert_allclose(found, np.linalg.norm(due, axis=(1, 2)), rtol=1e-6)


def test_few_readings_are_right_on_average(monkeypatch):
    x = np.random.default_rng(2).normal(size=(7, READS))
    whole = sentence.small(STACK, x)
    monkeypatch.setattr(sentence, "READINGS", 4)
    some = sentence.small(STACK, x)
    assert 0.5 < np.median(some / whole) < 1.5
    assert (some != whole).all()


def test_another_letter_moves_the_last_output_so_far():
    numbers = np.random.default_rng(3).normal(size=(26, READS))

    def read(text):
        return numbers[[ord(letter) - ord("a") for letter in text]]

    found = sentence.swapped(STACK, read, "abca")
    due = [
        np.linalg.norm(last(read(f"a{letter}ca")) - last(read("abca")))
        for letter in sentence.LETTERS
        if letter != "b"
    ]
    assert found.shape == (4,)
    assert found[1] == pytest.approx(np.mean(due))
