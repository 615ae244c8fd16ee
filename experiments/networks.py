"""The networks: one embedding, one of many cores, one head, the same for all.

An example goes through ``embedding -> core -> head``. The core reads T vectors of d numbers and
gives T states of d numbers; the head, with one hidden layer, answers from the states of the last
tokens. Only the core differs.
"""

import math
from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array, lax, nn
from jax.nn import initializers

SMALL = 0.1  # the factor on small inputs


def _last(step: Callable, state: Array, inputs: tuple, asked: int) -> Array:
    """Return what `step` puts out at the last `asked` inputs; nothing else is kept."""
    first = jax.tree.map(lambda a: a[:-asked], inputs)
    last = jax.tree.map(lambda a: a[-asked:], inputs)
    state, _ = lax.scan(lambda *args: (step(*args)[0], None), state, first)
    return lax.scan(step, state, last)[1]


class Recurrent(eqx.Module):
    """What the recurrent cores share: weights W (G d, d), U (G d, d), bias b (G d), G = `gates`.

    All begin uniform on ±1/√d, as in PyTorch (``torch.nn.RNN``, ``GRU``, ``LSTM``), with one bias
    where PyTorch adds two.
    """

    W: Array
    U: Array
    b: Array
    gates = 1

    def __init__(self, d: int, key: Array):
        shapes = ((self.gates * d, d), (self.gates * d, d), (self.gates * d,))
        keys = jax.random.split(key, 3)
        draw = initializers.uniform(2 / math.sqrt(d))
        self.W, self.U, self.b = (
            draw(one, shape) - 1 / math.sqrt(d) for one, shape in zip(keys, shapes, strict=True)
        )

    def start(self, d: int) -> Array:
        """Return the state before the first token, all zeros."""
        return jnp.zeros(d)

    def step(self, state: Array, drive: Array) -> Array:
        """Return the next state, given U x + b of the next token."""
        raise NotImplementedError

    def shown(self, state: Array) -> Array:
        """Return what the head sees of a state, shape (d,)."""
        return state

    def __call__(self, x: Array, here: Array, asked: int) -> Array:
        """Return what the head sees after each of the last `asked` tokens.

        Parameters
        ----------
        x : (T, d) array
        here : (T,) bool array
            False before the example begins: the state stays as it is.
        asked : int

        Returns
        -------
        (asked, d) array
        """

        def step(state: Array, at: tuple) -> tuple[Array, Array]:
            drive, real = at
            # Before the example the state stays at its start, 0.
            state = jax.tree.map(lambda new: real * new, self.step(state, drive))
            return state, self.shown(state)

        drive = x @ self.U.T + self.b, here
        return _last(step, self.start(x.shape[1]), drive, asked)


class Tanh(Recurrent):
    """h ← tanh(W h + U x + b), as PyTorch begins it (Elman 1990)."""

    def step(self, state, drive):
        """Return the next state."""
        return jnp.tanh(self.W @ state + drive)


class Orthogonal(Tanh):
    """The same with W orthogonal at the start, which Keras has too (Saxe et al. 2014)."""

    def __init__(self, d: int, key: Array):
        keys = jax.random.split(key)
        super().__init__(d, keys[0])
        self.W = initializers.orthogonal()(keys[1], (d, d))


class SmallInputs(Orthogonal):
    """Orthogonal, with U and b a tenth as large at the start, so that tanh is nearly linear."""

    def __init__(self, d: int, key: Array):
        super().__init__(d, key)
        self.U, self.b = SMALL * self.U, SMALL * self.b


class Identity(Recurrent):
    """h ← max(0, W h + U x + b), W = I, b = 0 and a small U at the start (after Le et al. 2015)."""

    def __init__(self, d: int, key: Array):
        super().__init__(d, key)
        self.W, self.U, self.b = jnp.eye(d), SMALL * self.U, jnp.zeros(d)

    def step(self, state, drive):
        """Return the next state."""
        return nn.relu(self.W @ state + drive)


class Leaky(Tanh):
    """h ← (1 − a) h + a tanh(W h + U x + b), a = 0.05, otherwise as `Tanh`."""

    leak = 0.05

    def step(self, state, drive):
        """Return the next state."""
        return (1 - self.leak) * state + self.leak * jnp.tanh(self.W @ state + drive)


class GRU(Recurrent):
    """The gated unit of Cho et al. (2014), in the form of PyTorch and cuDNN."""

    gates = 3
    c: Array  # the bias inside the reset, which PyTorch calls b_hn

    def __init__(self, d: int, key: Array):
        keys = jax.random.split(key)
        super().__init__(d, keys[0])
        self.c = jax.random.uniform(keys[1], (d,), minval=-1, maxval=1) / math.sqrt(d)

    def step(self, state, drive):
        """Return the next state."""
        reset_u, keep_u, new_u = jnp.split(drive, 3)
        reset_w, keep_w, new_w = jnp.split(self.W @ state, 3)
        new = jnp.tanh(new_u + nn.sigmoid(reset_u + reset_w) * (new_w + self.c))
        keep = nn.sigmoid(keep_u + keep_w)
        return (1 - keep) * new + keep * state


class LSTM(Recurrent):
    """The cell of Hochreiter & Schmidhuber (1997) with the forget gate of Gers et al. (2000).

    The forget gate's bias is 1 at the start (Jozefowicz et al. 2015).
    """

    gates = 4

    def __init__(self, d: int, key: Array):
        super().__init__(d, key)
        self.b = self.b.at[d : 2 * d].set(1)  # in the order input, forget, cell, output

    def start(self, d):
        """Return the output and the cell before the first token."""
        return jnp.zeros(d), jnp.zeros(d)

    def step(self, state, drive):
        """Return the next output and cell."""
        out, cell = state
        enter, forget, new, show = jnp.split(self.W @ out + drive, 4)
        cell = nn.sigmoid(forget) * cell + nn.sigmoid(enter) * jnp.tanh(new)
        return nn.sigmoid(show) * jnp.tanh(cell), cell

    def shown(self, state):
        """Return the output: the head does not see the cell."""
        return state[0]


class ChronoLSTM(LSTM):
    """The LSTM whose biases expect links up to 64 tokens long (Tallec & Ollivier 2018)."""

    longest = 64

    def __init__(self, d: int, key: Array):
        keys = jax.random.split(key)
        super().__init__(d, keys[0])
        forget = jnp.log(jax.random.uniform(keys[1], (d,), minval=1, maxval=self.longest - 1))
        self.b = self.b.at[:d].set(-forget).at[d : 2 * d].set(forget)


class StateSpace(eqx.Module):
    """h ← λ h + γ B x, diagonal and linear, d/2 complex units (after the LRU, Orvieto et al. 2023).

    One layer without read-out matrix or skip, and nothing bends before it: what a token writes
    does not depend on what stood before.

    λ = exp(−exp(`decay`) + i `angle`), uniform on the ring 0.9 ≤ |λ| ≤ 0.999 at the start; γ begins
    as √(1 − |λ|²). The head sees the real and the imaginary parts: d numbers.
    """

    decay: Array
    angle: Array
    gamma: Array
    B: Array
    smallest, largest = 0.9, 0.999

    def __init__(self, d: int, key: Array):
        keys = jax.random.split(key, 3)
        squares = jax.random.uniform(
            keys[0], (d // 2,), minval=self.smallest**2, maxval=self.largest**2
        )
        self.decay = jnp.log(-0.5 * jnp.log(squares))
        self.angle = jax.random.uniform(keys[1], (d // 2,), maxval=2 * jnp.pi)
        self.gamma = 0.5 * jnp.log(1 - squares)
        self.B = jax.random.normal(keys[2], (d, d)) / math.sqrt(d)  # real parts, then imaginary

    def __call__(self, x: Array, here: Array, asked: int) -> Array:
        """Return the states (asked, d) after the last tokens; see `Recurrent`."""
        size, angle = jnp.exp(-jnp.exp(self.decay)), self.angle
        real, imaginary = size * jnp.cos(angle), size * jnp.sin(angle)
        drive = (x @ self.B.T) * jnp.tile(jnp.exp(self.gamma), 2) * here[:, None]

        def step(state: tuple, drive: Array) -> tuple[tuple, Array]:
            a, b = state
            to_a, to_b = jnp.split(drive, 2)
            state = real * a - imaginary * b + to_a, real * b + imaginary * a + to_b
            return state, jnp.concatenate(state)

        # Before the example begins nothing is added, and the state stays 0.
        return _last(step, (jnp.zeros_like(real),) * 2, drive, asked)


class Attention(eqx.Module):
    """One layer of causal self-attention with one head, added to its input (Vaswani et al. 2017).

    Positions are told by the sinusoids of that paper, added to the input and counted from the
    first token of the example.
    """

    attend: eqx.nn.MultiheadAttention
    positions = True

    def __init__(self, d: int, key: Array):
        self.attend = eqx.nn.MultiheadAttention(1, d, key=key)

    def __call__(self, x: Array, here: Array, asked: int) -> Array:
        """Return what the head sees (asked, d) after the last tokens; see `Recurrent`."""
        places = jnp.arange(len(x))
        if self.positions:
            d = x.shape[1]
            since = places - jnp.argmax(here)
            waves = since[:, None] / 10_000 ** (jnp.arange(0, d, 2) / d)
            x = x + jnp.concatenate([jnp.sin(waves), jnp.cos(waves)], axis=1)
        last = x[-asked:]
        mask = here & (places <= places[-asked:, None])
        return last + self.attend(last, x, x, mask)


class Bag(Attention):
    """The same attention without positions: it sees which tokens there are, not their order."""

    positions = False


CORES: dict[str, Callable] = {
    "tanh": Tanh,
    "orthogonal": Orthogonal,
    "small_inputs": SmallInputs,
    "identity": Identity,
    "leaky": Leaky,
    "gru": GRU,
    "lstm": LSTM,
    "lstm_chrono": ChronoLSTM,
    "ssm": StateSpace,
    "attention": Attention,
    "attention_bag": Bag,
}


class Network(eqx.Module):
    """Embedding, core and head.

    Parameters
    ----------
    core : str
        A key of `CORES`.
    d : int
        Width: of the embedding, of the state and of the head's hidden layer. Even.
    vocabulary : int
        Number of tokens.
    answers : int or None
        Number of classes; None for a number.
    key : jax key
    """

    embedding: Array
    beside: Array  # what a number beside a token is multiplied with
    core: eqx.Module
    head: eqx.nn.MLP

    def __init__(self, core: str, d: int, vocabulary: int, answers: int | None, key: Array):
        keys = jax.random.split(key, 4)
        self.embedding = jax.random.normal(keys[0], (vocabulary, d))
        self.beside = jax.random.normal(keys[1], (d,))
        self.core = CORES[core](d, keys[2])
        self.head = eqx.nn.MLP(d, answers or 1, d, depth=1, key=keys[3])

    def embed(self, tokens: Array, values: Array) -> Array:
        """Return the vectors (T, d) that the core reads."""
        return self.embedding[tokens] + values[:, None] * self.beside

    def answer(self, x: Array, here: Array, asked: int) -> Array:
        """Return the answers after the last `asked` tokens, shape (asked, classes or 1)."""
        return jax.vmap(self.head)(self.core(x, here, asked))

    def __call__(self, tokens: Array, values: Array, asked: int) -> Array:
        """Return the answers to one example, shape (asked, classes or 1); token 0 is padding."""
        return self.answer(self.embed(tokens, values), tokens != 0, asked)


def core_parameters(network: Network) -> int:
    """Return how many trained numbers the core of one network has."""
    trained = eqx.filter(network.core, eqx.is_inexact_array)
    return sum(leaf.size for leaf in jax.tree.leaves(trained))
