"""Lyapunov exponents: the logarithm of the factor per step by which small differences grow."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import ArrayLike

from longrange import arguments, recurrence, rounding
from longrange.nets import layers, network
from longrange.nets.growth import BURN_IN


class MeanField(NamedTuple):
    """The limit of infinite width.

    Attributes
    ----------
    q : float
        Variance of W h + u for one unit.
    rate : float
        Largest Lyapunov exponent, in nats per step; the factor per step is e to its power.
    """

    q: float
    rate: float


def exponents(
    W: ArrayLike,
    drive: ArrayLike,
    *,
    h0: ArrayLike | None = None,
    count: int | None = None,
    burn_in: int = 100,
    activation: str = "tanh",
    leak: float = 0.5,
) -> np.ndarray:
    """Return the largest Lyapunov exponents of the network driven by `drive`.

    A frame of orthonormal vectors is carried along the run by the one-step Jacobians and made
    orthonormal again by QR at each step; an exponent is the mean of ln |R_ii| (Benettin,
    Galgani, Giorgilli & Strelcyn 1980). All together, they add up to ln|det W| plus the mean of
    Σ ln(1 - h²), exactly, for tanh.

    Parameters
    ----------
    W : array_like of shape (N, N)
    drive : array_like of shape (T, N) or (T, B, N)
    h0 : array_like of shape (N,) or (B, N), optional
        State before the first step, zero unless given. Without input, zero is a fixed point:
        give another state to leave it.
    count : int, optional
        How many, 1 <= count <= N; all unless given.
    burn_in : int
        Steps left out of the mean, while states and frame settle; 0 <= burn_in < T - 1.
    activation : {"tanh", "linear", "leaky", "relu"}
    leak : float
        As in `longrange.recurrence.run`.

    Returns
    -------
    ndarray of shape (count,) or (B, count)
        Nats per step, largest first; -inf where a direction is lost altogether: as many as `W`
        itself loses (`longrange.rounding.rank`; with leak none), or of a linear network those
        whose eigenvalues are 0 (`longrange.rounding.lasting`), and what a step makes exactly 0.
        Other losses, which rounding hides, show as about -36.

    Raises
    ------
    ValueError
        If shapes do not fit, an entry is not finite, an argument is out of range, or a step of
        the Jacobian is beyond the range of a float.

    Notes
    -----
    The steps of a linear network are all W, wherever its states go: these may grow past what a
    float holds.
    """
    W = arguments.square("W", W)
    drive = arguments.sequence("drive", drive, len(W))
    count = arguments.size("count", len(W) if count is None else count)
    if count > len(W):
        raise ValueError(f"count must be at most N = {len(W)}, got {count}")
    burn_in = arguments.size("burn_in", burn_in, least=0)
    if burn_in >= len(drive) - 1:
        told = ", which it is unless given" if burn_in == BURN_IN else ""
        raise ValueError(f"burn_in must be less than T - 1 = {len(drive) - 1}, got {burn_in}{told}")
    if linear := isinstance(activation, str) and activation == "linear":
        recurrence.start("h0", h0, drive)
        states = drive
    else:
        states = recurrence.run(W, drive, h0=h0, activation=activation, leak=leak)
    layer = layers.Elman(W, None, np.zeros(len(W)), activation, leak)
    run = network.along(layer, states.reshape(len(drive), -1, len(W)))
    found = run.exponents(count, burn_in=burn_in).reshape(*drive.shape[1:-1], count)
    kept = len(W) if layer.keep else (rounding.lasting if linear else rounding.rank)(W)
    found[..., kept:] = -np.inf
    return found


def effective_rate(
    W: ArrayLike,
    drive: ArrayLike,
    *,
    h0: ArrayLike | None = None,
    burn_in: int = 100,
    activation: str = "tanh",
    leak: float = 0.5,
) -> np.ndarray | float:
    """Return e^λ₁, the factor per step by which the Jacobian of the driven network changes.

    It is the rate far from now. What is left after few steps is not e^λ₁ to their number: see
    `longrange.horizon`.

    Parameters
    ----------
    W : array_like of shape (N, N)
    drive : array_like of shape (T, N) or (T, B, N)
    h0 : array_like of shape (N,) or (B, N), optional
    burn_in : int
    activation : {"tanh", "linear", "leaky", "relu"}
    leak : float
        As in `exponents`.

    Returns
    -------
    float or ndarray of shape (B,)
        Factor per step, >= 0.

    Raises
    ------
    ValueError
        As `exponents`.
    """
    rates = exponents(W, drive, h0=h0, count=1, burn_in=burn_in, activation=activation, leak=leak)
    return np.exp(rates[..., 0])[()]


def mean_field(gain: float, input_std: float) -> MeanField:
    """Return variance and rate of the infinitely wide Gaussian network under white input.

    q = g² E[tanh²(√q z)] + s² and λ = ½ ln(g² E[sech⁴(√q z)]), z ~ N(0, 1); of several
    solutions q the largest. The discrete-time form of a theory that began with Sompolinsky,
    Crisanti & Sommers (1988); on noise see Molgedey, Schuchhardt & Schuster (1992).

    Parameters
    ----------
    gain : float
        g > 0, with W_ij ~ N(0, g²/d).
    input_std : float
        s >= 0, the standard deviation of the drive, independent for each unit and step.

    Returns
    -------
    MeanField
        ``(q, rate)``.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    gain = arguments.number("gain", gain, above=True)
    input_std = arguments.number("input_std", input_std)
    for name, value in (("gain", gain), ("input_std", input_std)):
        if value > 1e100:  # its square is still a float
            raise ValueError(f"{name} must be at most 1e100, got {value:g}")

    def excess(q: float) -> float:
        return gain**2 * _mean(lambda x: np.tanh(x) ** 2, 1, q) + input_std**2 - q

    # Concave in q, so without input it is positive from just above 0 to its largest root.
    least = input_std**2 or max(0, 1 - 1 / gain / gain) / 100
    most = gain**2 + input_std**2
    q = scipy.optimize.brentq(excess, least, most, xtol=1e-15) if excess(least) > 0 else least
    return MeanField(float(q), float(np.log(gain) + np.log(_mean(_sech4, 0, q)) / 2))


def critical_gain(input_std: float) -> float:
    """Return the gain at which the mean-field rate is 0: below it influence fades.

    Parameters
    ----------
    input_std : float
        s >= 0; see `mean_field`.

    Returns
    -------
    float
        g >= 1; exactly 1 without input.

    Raises
    ------
    ValueError
        If `input_std` is out of range.
    """
    input_std = arguments.number("input_std", input_std)
    if input_std == 0:
        return 1.0

    def rate(gain: float) -> float:
        return mean_field(gain, input_std).rate

    high = 2.0
    while rate(high) < 0:
        high *= 2
    return float(scipy.optimize.brentq(rate, 1, high, xtol=1e-12))


def _mean(function: Callable[[np.ndarray], np.ndarray], far: float, q: float) -> float:
    """Return E[function(√q z)], z ~ N(0, 1), of a function that is `far` beyond ±20.

    By the trapezoid rule, which is spectrally exact for what vanishes at both ends; Gauss–Hermite
    nodes are too far apart for the steep part once √q > 3.
    """
    root = np.sqrt(q)
    end, beyond = (20 / root, far) if root > 2 else (10.0, 0.0)
    z, step = np.linspace(-end, end, 4001, retstep=True)
    weights = np.exp(-(z**2) / 2) * step / np.sqrt(2 * np.pi)
    return float(beyond + (function(root * z) - beyond) @ weights)


def _sech4(x: np.ndarray) -> np.ndarray:
    return np.cosh(x) ** -4
