"""The networks: one embedding, one of many cores, one head, the same for all.

An example goes through ``embedding -> core -> head``. The core reads T vectors of d numbers and
gives T states of d numbers; the head, with one hidden layer, answers from the states of the last
tokens. Only the core differs.
"""

from collections.abc import Callable
from functools import partial

import equinox as eqx
import jax
from jax import Array
from jax.nn import initializers

from experiments import attention, cores, linear

CORES: dict[str, Callable] = {
    "tanh": cores.Tanh,
    "orthogonal": cores.Orthogonal,
    "small_inputs": cores.SmallInputs,
    "identity": cores.Identity,
    "leaky": cores.Leaky,
    "gru": cores.GRU,
    "lstm": cores.LSTM,
    "lstm_chrono": cores.ChronoLSTM,
    "ssm": linear.StateSpace,
    "mingru": linear.MinGRU,
    "rglru": linear.RGLRU,
    "selective": linear.Selective,
    "selective_signed": linear.SignedSelective,
    "linear_attention": linear.LinearAttention,
    "linear_attention_wide": linear.WideLinearAttention,
    "deltanet": linear.DeltaNet,
    "deltanet_signed": linear.SignedDeltaNet,
    "deltanet_wide": linear.WideDeltaNet,
    "gated_deltanet": linear.GatedDeltaNet,
    "gated_deltanet_wide": linear.WideGatedDeltaNet,
    "mingru_convolved": partial(linear.Convolved, linear.MinGRU),
    "rglru_convolved": partial(linear.Convolved, linear.RGLRU),
    "selective_convolved": partial(linear.Convolved, linear.Selective),
    "deltanet_convolved": partial(linear.Convolved, linear.DeltaNet),
    "attention": attention.Attention,
    "attention_rotary": attention.Rotary,
    "attention_alibi": attention.Alibi,
    "attention_bag": attention.Bag,
}


class Network(eqx.Module):
    """Embedding, core and head.

    Parameters
    ----------
    core : str
        A key of `CORES`.
    d : int
        Width: of the embedding, of the state and of the head's hidden layer. A multiple of 4.
    vocabulary : int
        Number of tokens.
    answers : int or None
        Number of classes; None for a number.
    key : jax key
    gain : float, optional
        Let W begin orthogonal, times this; for cores with one W.
    cut : int, optional
        Truncate backpropagation after so many tokens; see `Core`.
    """

    embedding: Array
    beside: Array  # what a number beside a token is multiplied with
    core: eqx.Module
    head: eqx.nn.MLP
    cut: int | None = eqx.field(static=True)

    def __init__(
        self,
        core: str,
        d: int,
        vocabulary: int,
        answers: int | None,
        key: Array,
        gain: float | None = None,
        cut: int | None = None,
    ):
        keys = jax.random.split(key, 4)
        self.embedding = jax.random.normal(keys[0], (vocabulary, d))
        self.beside = jax.random.normal(keys[1], (d,))
        self.core = CORES[core](d, keys[2])
        if gain is not None:
            start = gain * initializers.orthogonal()(keys[2], (d, d))
            self.core = eqx.tree_at(lambda one: one.W, self.core, start)
        self.cut = cut
        self.head = eqx.nn.MLP(d, answers or 1, d, depth=1, key=keys[3])

    def embed(self, tokens: Array, values: Array) -> Array:
        """Return the vectors (T, d) that the core reads."""
        return self.embedding[tokens] + values[:, None] * self.beside

    def answer(self, x: Array, here: Array, asked: int) -> Array:
        """Return the answers after the last `asked` tokens, shape (asked, classes or 1)."""
        cut = {} if self.cut is None else {"cut": self.cut}
        return jax.vmap(self.head)(self.core(x, here, asked, **cut))

    def __call__(self, tokens: Array, values: Array, asked: int) -> Array:
        """Return the answers to one example, shape (asked, classes or 1); token 0 is padding."""
        return self.answer(self.embed(tokens, values), tokens != 0, asked)


def core_parameters(network: Network) -> int:
    """Return how many trained numbers the core of one network has."""
    trained = eqx.filter(network.core, eqx.is_inexact_array)
    return sum(leaf.size for leaf in jax.tree.leaves(trained))


def state_numbers(network: Network) -> int | None:
    """Return how many numbers the state of one network has; None if it grows with the text."""
    if not isinstance(network.core, cores.Core):
        return None
    return sum(leaf.size for leaf in jax.tree.leaves(jax.eval_shape(network.core.start)))
