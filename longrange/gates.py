"""Gates that stand still: what they keep over k steps, and the bias for a horizon.

A gate f in (0, 1) multiplies what is remembered at each step, so k steps leave the product of k
gates: f^k if it stands still. Networks whose gates move: `longrange.gated`.
"""

import numpy as np
from numpy.typing import ArrayLike

from longrange import arguments
from longrange.associative import attention_share as attention_share  # it was here


def gate(bias: ArrayLike) -> np.ndarray | float:
    """Return σ(bias) = 1/(1 + e^-bias), the value of a gate that reads nothing else.

    A forget bias of 1 (Jozefowicz, Zaremba & Sutskever 2015) gives 0.73: the rate per step of a
    memory cell. What k steps leave and how far it reaches: `longrange.rates`.

    Parameters
    ----------
    bias : array_like
        Finite, dimensionless.

    Returns
    -------
    float or ndarray
        Factor per step, 0 ... 1, shape of `bias`.

    Raises
    ------
    ValueError
        If an entry is not a finite real number.
    """
    bias = arguments.numbers("bias", bias)
    return np.exp(-np.logaddexp(0, -bias))[()]


def gate_bias(steps: ArrayLike, level: float = 0.01) -> np.ndarray | float:
    """Return the bias at which a gate's product falls to `level` after `steps` steps.

    The inverse of ``horizon(gate(bias), level)``: f = level^(1/k), b = ln(f / (1 - f)). For level
    1/e this is close to ln(k - 1), at which f = 1 - 1/k: the bias that Tallec & Ollivier (2018)
    start from for a memory of k steps.

    Parameters
    ----------
    steps : array_like
        Horizon k, finite and > 0.
    level : float
        What is left at the horizon, 0 < level < 1.

    Returns
    -------
    float or ndarray
        Bias, shape of `steps`.

    Raises
    ------
    ValueError
        If `steps` or `level` is out of range.
    """
    steps, level = arguments.numbers("steps", steps, 0, above=True), arguments.share("level", level)
    with np.errstate(over="ignore"):
        log_f = np.log(level) / steps
    return (log_f - np.log(-np.expm1(log_f)))[()]
