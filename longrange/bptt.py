"""Backpropagation through time, taken apart: how much of the gradient on W comes from which lag."""

import numpy as np
from numpy.typing import ArrayLike

from longrange import arguments, recurrence
from longrange.nets import gradients, layers, network


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
    first = recurrence.start("h0", h0, states)
    given = arguments.array("loss_gradient", loss_gradient, states.shape[1:], states.shape)
    by_time = given if given.ndim == states.ndim else given[None]
    batches = (-1, int(np.prod(states.shape[1:-1])), len(W))
    layer = layers.Elman(W, None, np.zeros(len(W)), activation)
    run = network.along(layer, states.reshape(batches), first.reshape(batches[1:]))
    parts = gradients.by_lag(run, by_time.reshape(batches), len(states) - 1)
    return np.stack([part.weights["W"] for _, part in parts])
