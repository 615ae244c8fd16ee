"""The figures of the lesson and of the worksheet, computed a second time in another way."""

import json
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest

from explainer.figures import opening_teach, three_cats
from explainer.making.files import FIGURES
from explainer.shared.driven import BURN_IN, D, white
from explainer.shared.pixels import SIDE, N, writes
from longrange import matrices

LAGS = range(opening_teach.LAST + 1)


def committed(stem):
    return json.loads((FIGURES / f"{stem}.json").read_text("utf-8"))


def test_what_is_left_of_a_word_is_a_power_and_not_a_line():
    data = committed("opening_teach")
    exact = [Fraction(4, 5) ** k for k in LAGS]
    assert data["table"]["left"] == pytest.approx([float(one) for one in exact], rel=1e-12)
    assert data["half"] == next(k for k in LAGS if exact[k] < Fraction(1, 2))
    believed = [float(1 - Fraction(k, opening_teach.LAST)) for k in LAGS]
    assert data["table"]["equal steps"] == pytest.approx(believed, abs=1e-12)


def test_the_derivative_that_vanishes_is_that_of_the_state_that_stays():
    """By differences, in a hundred digits: it falls to a billionth of what doubles can tell."""
    table = committed("opening_teach")["table"]
    with localcontext(prec=100):
        near = Decimal(10) ** -40
        start, w = Decimal(str(opening_teach.START)), Decimal(str(opening_teach.W))
        low, middle, high = start - near, start, start + near
        for k in LAGS:
            assert float(middle) == pytest.approx(table["state"][k], rel=1e-12)
            slope = float((high - low) / (2 * near))
            assert slope == pytest.approx(table["derivative"][k], rel=1e-9)
            low, middle, high = (
                ((2 * w * h).exp() - 1) / ((2 * w * h).exp() + 1) for h in (low, middle, high)
            )


def test_the_influence_that_is_measured_is_that_of_products_one_by_one():
    data = committed("opening_teach")
    w = matrices.gaussian(D, opening_teach.GAIN, seed=opening_teach.SEED)
    assert data["norm"] == pytest.approx(np.linalg.svd(w)[1][0], rel=1e-12)
    ends = range(BURN_IN + opening_teach.LAST, BURN_IN + opening_teach.LAST + 200, 20)
    h, states = np.zeros(D), []
    for drive in white(opening_teach.SEED, ends[-1] + 1):
        h = np.tanh(w @ h + drive)
        states.append(h)
    for k in (1, 7, opening_teach.LAST):
        logs = []
        for end in ends:
            product = np.eye(D)
            for state in states[end - k + 1 : end + 1]:
                product = np.diag(1 - state**2) @ w @ product
            logs.append(np.log(np.linalg.svd(product)[1][0]))
        measured = np.exp(np.mean(logs))
        assert data["table"]["influence"][k] == pytest.approx(measured, rel=1e-6)


@pytest.mark.parametrize("name", "abc")
def test_what_the_three_cats_have_lost_is_what_is_left_of_the_variance(name):
    """As Bayes has it: a precision of 1 for each pixel, and what the noisy state adds to it."""
    data, setting = committed("three_cats"), three_cats.SETTINGS[name]
    decay = setting["r"] ** np.arange(N - 1, -1, -1.0)
    reads = (decay[:, None] * writes(setting["d"])).T
    precision = np.eye(N) + reads.T @ reads / three_cats.NOISE**2
    left = np.diag(np.linalg.inv(precision))
    told = data[name]
    for key, share in (("total", left), ("top", left[:SIDE]), ("bottom", left[-SIDE:])):
        assert told[key] == pytest.approx(share.mean(), rel=1e-6, abs=1e-9)
