"""Backpropagation through time, taken apart: how much of the gradient on W comes from which lag."""

import numpy as np
from numpy.typing import ArrayLike

from longrange import arguments, recurrence


def gradient_by_lag(
    W: ArrayLike,
    states: ArrayLike,
    loss_gradient: ArrayLike,
    *,
    h0: ArrayLike | None = None,
    activation: str = "tanh",
) -> np.ndarray:
    """Return the gradient of a loss with respect to W, lag by lag.

    Term k collects the uses of W that lie k steps before the state the loss looks at,

        G_k = Σ_t D_{t-k} J_{t,k}ᵀ (dL/dh_t) h_{t-k-1}ᵀ,

    and Σ_k G_k is the whole gradient (Pascanu, Mikolov & Bengio 2013, eqs. 3 to 5; Werbos 1990).

    Parameters
    ----------
    W : array_like of shape (N, N)
    states : array_like of shape (T, N) or (T, B, N)
        States of `longrange.recurrence.run` with this `activation`.
    loss_gradient : array_like of shape (N,) or (B, N), or the shape of `states`
        dL/dh_t, where the loss looks at the states directly: of the last state alone, or of
        every state.
    h0 : array_like of shape (N,) or (B, N), optional
        State before the first step, zero unless given.
    activation : {"tanh", "linear"}

    Returns
    -------
    ndarray of shape (T, N, N)
        ``[k]`` is the part from lag k, summed over the batch.

    Raises
    ------
    ValueError
        If shapes do not fit, an entry is not finite, `activation` is another, or the gradient
        overflows.
    """
    activation = arguments.choice("activation", activation, ("tanh", "linear"))
    W = arguments.square("W", W)
    states = arguments.sequence("states", states, len(W))
    before = np.concatenate([recurrence.start("h0", h0, states)[None], states])
    slopes = recurrence.slopes(before, activation)[1]
    shapes = (states.shape[1:], states.shape)
    given = arguments.array("loss_gradient", loss_gradient, *shapes)
    # The gradient with respect to the states at which W was used k steps before the loss looked.
    at_use = given if given.ndim == states.ndim else given[None]
    parts = np.empty((len(states), *W.shape))
    with np.errstate(over="ignore", invalid="ignore"):
        for k, end in enumerate(range(len(states), 0, -1)):
            uses = slice(end - len(at_use), end)
            inside = at_use * slopes[uses]
            parts[k] = inside.reshape(-1, len(W)).T @ before[uses].reshape(-1, len(W))
            at_use = (inside @ W)[int(len(at_use) == end) :]
    if not np.isfinite(parts).all():
        raise ValueError("the gradient overflows: the influence grows too far over this many steps")
    return parts
