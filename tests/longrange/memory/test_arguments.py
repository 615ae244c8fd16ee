"""What the functions of `longrange.memory` refuse alike, and that they write to nothing passed."""

import math

import numpy as np
import pytest
from small_networks import BAD_MATRICES, V3, W3, unit

from longrange import (
    capacity,
    delay_line,
    estimated_memory,
    fisher_memory,
    mean_field_recall,
    memory_function,
    orthogonal,
    recall_error,
    ring_chain,
    symmetric,
)


def test_nothing_passed_is_written_to():
    W, v, writes = 0.5 * orthogonal(4, seed=0), unit(4), unit(4, n=9)
    strengths = np.linspace(0.1, 1, 9)
    for given in (W, v, writes, strengths):
        given.flags.writeable = False
    memory_function(W, v, [0, 3], readout_noise=0.1)[...] = 0
    estimated_memory(W, v, [0, 3], readout_noise=0.1, length=20, seed=0)[...] = 0
    recall_error(W, writes)[...] = 0
    mean_field_recall(strengths, 4, noise=0.1)[...] = 0
    fisher_memory(W, v, noise=1.0)


OF_A_NETWORK = {
    "memory_function": lambda W, v: memory_function(W, v, [0], readout_noise=0.1),
    "capacity": lambda W, v: capacity(W, v, readout_noise=0.1),
    "estimated_memory": lambda W, v: estimated_memory(
        W, v, [0], length=99, readout_noise=0.1, seed=0
    ),
    "fisher_memory": lambda W, v: fisher_memory(W, v, noise=0.1),
}


@pytest.mark.parametrize("function", OF_A_NETWORK)
@pytest.mark.parametrize(
    ("W", "v", "message"),
    [
        *((W, V3, message) for W, message in BAD_MATRICES),
        (W3, np.ones(2), r"v must have shape \(3,\), got \(2,\)"),
        (W3, np.ones((3, 1)), r"v must have shape \(3,\), got \(3, 1\)"),
        (W3, 1.0, r"v must have shape \(3,\), got \(\)"),
        (W3, [1, math.inf, 0], r"v must be finite, got inf at \(1,\)"),
        (W3, [1j, 0, 0], r"v must hold real numbers of shape \(3,\)"),
        (W3, None, r"v must hold real numbers of shape \(3,\)"),
    ],
)
def test_a_network_that_does_not_fit_is_named(function, W, v, message):
    with pytest.raises(ValueError, match=message):
        OF_A_NETWORK[function](W, v)


@pytest.mark.parametrize("function", OF_A_NETWORK)
@pytest.mark.parametrize(
    "W",
    [
        [[1.0]], [[-1.0]], [[1.5]], [[1e200]], np.diag([0.5, 1.0]), [[0.0, 1.0], [1.0, 0.0]],
        [[1.0, 1.0], [0.0, 1.0]], orthogonal(8, seed=1), orthogonal(2, seed=0),
        orthogonal(64, 1.01, seed=0), symmetric(8, 1.0, seed=0), ring_chain(5, 1.5, 1.0),
        delay_line(40, 1e9),
    ],
)  # fmt: skip
def test_a_past_that_adds_up_without_end_is_refused(function, W):
    with pytest.raises(ValueError, match="W must have a spectral radius below 1"):
        OF_A_NETWORK[function](W, np.ones(len(W)))


@pytest.mark.parametrize("d", [2, 3, 8, 64])
def test_an_orthogonal_matrix_is_refused_whatever_way_rounding_goes(d):
    for seed in range(12):
        with pytest.raises(ValueError, match="W must have a spectral radius below 1"):
            capacity(orthogonal(d, seed=seed), unit(d), readout_noise=1.0)


@pytest.mark.parametrize("noise", [0, -0.1, math.nan, math.inf, "1", None, 1j, [0.1]])
def test_a_noise_that_is_none_is_named(noise):
    for function in (
        lambda s: memory_function(W3, V3, [0], readout_noise=s),
        lambda s: capacity(W3, V3, readout_noise=s),
        lambda s: estimated_memory(W3, V3, [0], length=9, readout_noise=s, seed=0),
    ):
        with pytest.raises(ValueError, match="readout_noise must be finite and > 0, got"):
            function(noise)
    with pytest.raises(ValueError, match=r"^noise must be finite and > 0, got"):
        fisher_memory(W3, V3, noise=noise)
    if noise != 0:
        for function in (
            lambda s: recall_error(W3, W3, noise=s),
            lambda s: mean_field_recall(V3, 2, noise=s),
        ):
            with pytest.raises(ValueError, match=r"^noise must be finite and >= 0, got"):
                function(noise)


def test_a_noise_that_rounding_hides_is_refused_with_the_least_that_is_not():
    for function in (
        lambda s: memory_function(W3, V3, [0], readout_noise=s),
        lambda s: capacity(W3, V3, readout_noise=s),
        lambda s: estimated_memory(W3, V3, [0], length=9, readout_noise=s, seed=0),
    ):
        with pytest.raises(ValueError, match=r"readout_noise must be at least 1e-15 here, .*1e-17"):
            function(1e-17)
        function(2e-15)
    with pytest.raises(ValueError, match=r"readout_noise must be at least 1e-05 here"):
        capacity(W3, 1e10 * V3, readout_noise=1e-8)


@pytest.mark.parametrize(
    ("lags", "message"),
    [
        ([-1], "lags must be whole, from 0 to 2147483647, got -1"),
        ([0, 0.5], r"lags must be whole, from 0 to 2147483647, got 0\.5"),
        (2**31, "lags must be whole, from 0 to 2147483647, got 2147483648"),
        ([math.nan], r"lags must be finite, got nan at \(0,\)"),
        ([[1, 2]], r"lags must have shape \(K,\) or \(\), got \(1, 2\)"),
        ([1j], r"lags must hold real numbers of shape \(K,\)"),
        (["1"], r"lags must hold real numbers of shape \(K,\)"),
        ([True], "lags must be whole numbers, got a mask"),
    ],
)
def test_lags_that_are_none_are_named(lags, message):
    with pytest.raises(ValueError, match=message):
        memory_function(W3, V3, lags, readout_noise=0.1)
    with pytest.raises(ValueError, match=message):
        estimated_memory(W3, V3, lags, length=9, readout_noise=0.1, seed=0)
