"""`longrange.gates` against closed forms and arithmetic with more digits."""

import math

import mpmath
import numpy as np
import pytest

from longrange import attention_share, gate, gate_bias, horizon, influence


def test_gates_at_a_bias():
    assert gate(0) == 0.5
    assert influence(gate(1), 30) == pytest.approx(8.29e-5, rel=1e-3)
    with mpmath.workdps(40):
        for bias in (-700, -50, -3, 0.1, 1, 5, 30):
            exact = 1 / (1 + mpmath.exp(-mpmath.mpf(bias)))
            assert gate(bias) == pytest.approx(float(exact), rel=1e-14)
    np.testing.assert_allclose(gate([[1.0, -1.0]]).sum(), 1, rtol=1e-15)


@pytest.mark.parametrize("level", [0.01, 0.5, 1 / math.e])
def test_the_bias_for_a_horizon_has_that_horizon(level):
    steps = np.array([0.1, 1, 30, 1000, 1e6])
    np.testing.assert_allclose(horizon(gate(gate_bias(steps, level)), level), steps, rtol=1e-9)
    biases = np.array([-5, 0, 1, 3, 5, 10])
    np.testing.assert_allclose(gate_bias(horizon(gate(biases), level), level), biases, atol=1e-11)


def test_exact_biases():
    assert gate_bias(1, 0.5) == pytest.approx(0, abs=1e-15)  # half is left after one step
    assert gate_bias(1, 0.01) == pytest.approx(-math.log(99))
    assert gate_bias(2, 0.01) == pytest.approx(-math.log(9))  # f = 0.1
    assert gate_bias(1e-3) == pytest.approx(math.log(0.01) * 1e3)  # f too small for a float
    for steps in (2, 10, 1000):  # 1 - 1/k is close to the gate that leaves 1/e after k steps
        assert abs(gate_bias(steps, 1 / math.e) - math.log(steps - 1)) < 1 / steps


def test_attention_over_equal_scores_gives_each_position_its_share():
    for n in (1, 7, 100):
        scores = np.full(n, 3.7)
        weights = np.exp(scores) / np.exp(scores).sum()
        np.testing.assert_allclose(weights, attention_share(n), rtol=1e-13)
    np.testing.assert_array_equal(attention_share([1, 2, 4]), [1, 0.5, 0.25])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gate(math.nan), "bias must be finite, got nan"),
        (lambda: gate("1"), "bias must hold real numbers"),
        (lambda: gate_bias(0), "steps must be finite and > 0, got 0"),
        (lambda: gate_bias([1, math.inf]), "steps must be finite and > 0"),
        (lambda: gate_bias(3, 1), "level must lie strictly between 0 and 1, got 1"),
        (lambda: gate_bias(3, 0), "level must lie strictly between 0 and 1, got 0"),
        (lambda: attention_share(0.5), r"n must be finite and >= 1 positions, got 0\.5"),
        (lambda: attention_share(math.inf), "n must be finite and >= 1 positions"),
    ],
)
def test_bad_numbers_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
