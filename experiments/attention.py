"""Cores of attention: they keep every token, and look back at all of them."""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array, nn


class Attention(eqx.Module):
    """One layer of causal self-attention with one head, added to its input (Vaswani et al. 2017).

    Positions are told by the sinusoids of that paper, added to the input and counted from the
    first token of the example.
    """

    query: eqx.nn.Linear
    key: eqx.nn.Linear
    value: eqx.nn.Linear
    out: eqx.nn.Linear

    def __init__(self, d: int, key: Array):
        self.query, self.key, self.value, self.out = (
            eqx.nn.Linear(d, d, use_bias=False, key=one) for one in jax.random.split(key, 4)
        )

    def placed(self, x: Array, places: Array) -> Array:
        """Return the inputs (T, d) with what tells their places (T,)."""
        return x + _waves(places, x.shape[1])

    def turned(self, x: Array, places: Array) -> Array:
        """Return keys or queries (n, d) as their places (n,) turn them."""
        return x

    def bias(self, back: Array) -> Array | float:
        """Return what is added to the scores (asked, T) of tokens so many steps back."""
        return 0.0

    def __call__(self, x: Array, here: Array, asked: int) -> Array:
        """Return what the head sees (asked, d) after the last tokens; see `Core`."""
        places = jnp.arange(len(x)) - jnp.argmax(here)
        x = self.placed(x, places)
        last, now = x[-asked:], places[-asked:]
        queries = self.turned(jax.vmap(self.query)(last), now)
        keys = self.turned(jax.vmap(self.key)(x), places)
        back = now[:, None] - places
        scores = queries @ keys.T / math.sqrt(x.shape[1]) + self.bias(back)
        weights = nn.softmax(scores, where=here & (back >= 0), axis=1)
        return last + jax.vmap(self.out)(weights @ jax.vmap(self.value)(x))


def _waves(places: Array, d: int) -> Array:
    """Return the sinusoids (T, d) of places (T,): all sines, then all cosines."""
    angles = places[:, None] / 10_000 ** (jnp.arange(0, d, 2) / d)
    return jnp.concatenate([jnp.sin(angles), jnp.cos(angles)], axis=1)


class Bag(Attention):
    """The same attention without positions: it sees which tokens there are, not their order."""

    def placed(self, x, places):
        """Return the inputs as they are."""
        return x


class Rotary(Bag):
    """The same with keys and queries turned by their places (RoPE, Su et al. 2021).

    Number i and number i + d/2 turn together, by the angles of the sinusoids.
    """

    def turned(self, x, places):
        """Return keys or queries as their places turn them."""
        sines, cosines = jnp.split(_waves(places, x.shape[1]), 2, axis=1)
        a, b = jnp.split(x, 2, axis=1)
        return jnp.concatenate([a * cosines - b * sines, a * sines + b * cosines], axis=1)


class Alibi(Bag):
    """The same with scores lowered by `slope` a step back (ALiBi, Press et al. 2022).

    The slope is the one which that paper gives to a single head.
    """

    slope = 2.0**-8

    def bias(self, back):
        """Return what is added to scores of tokens so many steps back."""
        return -self.slope * back
