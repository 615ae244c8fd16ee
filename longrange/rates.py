"""What a rate r per step leaves after k steps.

In the scalar linear network h_t = r h_{t-1} + u_t the influence of a token k steps
back is exactly dh_t/dh_{t-k} = r**k. A network of many units has an effective rate
instead: `longrange.lyapunov.effective_rate`.
"""

import numpy as np
from numpy.typing import ArrayLike

from longrange import arguments
from longrange.lyapunov import effective_rate as effective_rate  # it was here


def influence(r: ArrayLike, k: ArrayLike) -> np.ndarray | float:
    """Return r**k, the influence left after `k` steps at rate `r`.

    Parameters
    ----------
    r : array_like
        Factor per step, finite and > 0 (dimensionless).
    k : array_like
        Steps back, finite and >= 0; broadcast against `r`.

    Returns
    -------
    float or ndarray
        What is left, as a factor; 1 at `k` = 0. Beyond the range of a float it is 0 or inf.

    Raises
    ------
    ValueError
        If `r` or `k` is out of range.
    """
    r, k = _rate(r), arguments.numbers("k", k, 0, unit=" steps")
    try:
        np.broadcast_shapes(r.shape, k.shape)
    except ValueError:
        raise ValueError(f"r and k must broadcast, got shapes {r.shape} and {k.shape}") from None
    with np.errstate(over="ignore", under="ignore"):
        return (r**k)[()]


def horizon(r: ArrayLike, level: float = 0.01) -> np.ndarray | float:
    """Return the number of steps k = ln(level) / ln(r) after which r**k = `level`.

    The norm of a network's Jacobian crosses the level later, on average never earlier: it may
    grow or stand before it falls at its rate. Where it really crosses is measured by
    `longrange.nets.Run.first_below`.

    Parameters
    ----------
    r : array_like
        Factor per step, finite and > 0.
    level : float
        Share of the influence at which a token counts as gone, 0 < level < 1.

    Returns
    -------
    float or ndarray
        Steps, shape of `r`; infinite for r >= 1, where the influence never falls to `level`.

    Raises
    ------
    ValueError
        If `r` or `level` is out of range.
    """
    log_r, level = np.log(_rate(r)), arguments.share("level", level)
    falling = log_r < 0
    steps = np.full(log_r.shape, np.inf)
    steps[falling] = np.log(level) / log_r[falling]
    return steps[()]


def half_life(r: ArrayLike) -> np.ndarray | float:
    """Return the number of steps after which half the influence is left.

    Parameters
    ----------
    r : array_like
        Factor per step, finite and > 0.

    Returns
    -------
    float or ndarray
        Steps, as in `horizon`.

    Raises
    ------
    ValueError
        If `r` is out of range.
    """
    return horizon(r, 0.5)


def measured_horizon(logs: ArrayLike, lags: ArrayLike, level: float = 0.01) -> float:
    """Return the lag from which on a curve stays below `level`, straight between those measured.

    Parameters
    ----------
    logs : array_like of shape (K,)
        Natural logarithms of the curve, -inf where it is 0; K >= 1.
    lags : array_like of shape (K,)
        Where it was measured, rising.
    level : float
        Share of the influence at which a token counts as gone, 0 < level < 1.

    Returns
    -------
    float
        Lag, in steps.

    Raises
    ------
    ValueError
        If the curve begins below the level, or ends above it: no horizon was seen. If shapes do
        not fit, lags do not rise, or an argument is out of range.
    """
    logs, level = arguments.real("logs", logs, " of shape (K,)"), arguments.share("level", level)
    if logs.ndim != 1 or not logs.size:
        raise ValueError(f"logs must have shape (K,) with K >= 1, got {logs.shape}")
    if not (wrong := logs < np.inf).all():
        raise ValueError(f"logs must be finite or -inf, got {logs[wrong.argmin()]}")
    lags = arguments.array("lags", lags, logs.shape)
    if (np.diff(lags) <= 0).any():
        raise ValueError("lags must rise")
    most = np.maximum.accumulate(logs[::-1])[::-1]  # from each lag on
    if not most[-1] <= np.log(level) <= most[0]:
        raise ValueError(
            f"no horizon at {level}: the curve goes from {np.exp(most[0]):.2g} "
            f"to {np.exp(most[-1]):.2g}"
        )
    return float(np.interp(-np.log(level), -most, lags))


def _rate(r: ArrayLike) -> np.ndarray:
    return arguments.numbers("r", r, 0, above=True, unit=" per step")
