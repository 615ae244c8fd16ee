"""The networks: one embedding, one of many cores, one head, the same for all.

An example goes through ``embedding -> core -> head``. The core reads T vectors of d numbers and
gives T states of d numbers; the head, with one hidden layer, answers from the states of the last
tokens. Only the core differs.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array, lax, nn
from jax.nn import initializers

SMALL = 0.1  # the factor on small inputs
TINY = 1e-6  # what keeps a divisor from 0
SEEN = 4  # tokens that a convolution sees


class Core(eqx.Module):
    """What the cores with a state share: they go through the tokens one by one.

    A core says what each token brings (`drive`, for all tokens at once), how a state begins and
    moves on (`start`, `step`), and what the head sees of it (`shown`). What a token brings, the
    state before it apart, may not depend on the tokens around it.
    """

    def drive(self, x: Array) -> Any:
        """Return what the tokens x (T, d) bring: arrays with a leading axis T."""
        raise NotImplementedError

    def start(self) -> Any:
        """Return the state before the first token: arrays of zeros."""
        raise NotImplementedError

    def step(self, state: Any, drive: Any) -> Any:
        """Return the next state, given what the next token brings."""
        raise NotImplementedError

    def shown(self, state: Any, drive: Any) -> Array:
        """Return what the head sees after a token, shape (d,)."""
        return state

    def __call__(self, x: Array, here: Array, asked: int, cut: int | None = None) -> Array:
        """Return what the head sees after each of the last `asked` tokens.

        Parameters
        ----------
        x : (T, d) array
        here : (T,) bool array
            False before the example begins: the state stays as it is.
        asked : int
        cut : int, optional
            Truncate backpropagation: no gradient reaches the state before the last `cut` tokens,
            1 or more (Williams & Peng 1990). It changes no state.

        Returns
        -------
        (asked, d) array
        """

        def step(state: Any, at: tuple) -> tuple[Any, None]:
            drive, real = at
            # Before the example the state stays at its start, 0.
            return jax.tree.map(lambda new: real * new, self.step(state, drive)), None

        def told(state: Any, at: tuple) -> tuple[Any, Array]:
            state, _ = step(state, at)
            return state, self.shown(state, at[0])

        state, inputs = self.start(), (self.drive(x), here)
        if cut is not None and cut < len(x):
            before, inputs = _parted(inputs, cut)
            state = lax.stop_gradient(lax.scan(step, state, before)[0])
        before, inputs = _parted(inputs, asked)
        state, _ = lax.scan(step, state, before)
        return lax.scan(told, state, inputs)[1]


def _parted(inputs: Any, last: int) -> tuple[Any, Any]:
    """Return all inputs but the `last`, and these."""
    return tuple(
        jax.tree.map(lambda a, part=part: a[part], inputs)
        for part in (slice(None, -last), slice(-last, None))
    )


class Recurrent(Core):
    """What Elman's network and its gated heirs share: W (G d, d), U (G d, d), b (G d), G = `gates`.

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

    def drive(self, x):
        """Return U x + b of each token."""
        return x @ self.U.T + self.b

    def start(self):
        """Return the state before the first token, all zeros."""
        return jnp.zeros(self.W.shape[1])


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

    def start(self):
        """Return the output and the cell before the first token."""
        return super().start(), super().start()

    def step(self, state, drive):
        """Return the next output and cell."""
        out, cell = state
        enter, forget, new, show = jnp.split(self.W @ out + drive, 4)
        cell = nn.sigmoid(forget) * cell + nn.sigmoid(enter) * jnp.tanh(new)
        return nn.sigmoid(show) * jnp.tanh(cell), cell

    def shown(self, state, drive):
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


class StateSpace(Core):
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

    def drive(self, x):
        """Return γ B x of each token: real parts, then imaginary."""
        return (x @ self.B.T) * jnp.tile(jnp.exp(self.gamma), 2)

    def start(self):
        """Return the real and the imaginary parts before the first token."""
        return (jnp.zeros_like(self.angle),) * 2

    def step(self, state, drive):
        """Return the next state."""
        size = jnp.exp(-jnp.exp(self.decay))
        real, imaginary = size * jnp.cos(self.angle), size * jnp.sin(self.angle)
        (a, b), (to_a, to_b) = state, jnp.split(drive, 2)
        return real * a - imaginary * b + to_a, real * b + imaginary * a + to_b

    def shown(self, state, drive):
        """Return both parts: d numbers."""
        return jnp.concatenate(state)


class MinGRU(Core):
    """h ← (1 − z) ⊙ h + z ⊙ (W x + b), z = σ(V x + c) (Feng et al. 2024).

    A GRU without reset whose gate and new values do not see the state.
    """

    gate: eqx.nn.Linear
    new: eqx.nn.Linear

    def __init__(self, d: int, key: Array):
        self.gate, self.new = (eqx.nn.Linear(d, d, key=one) for one in jax.random.split(key))

    def drive(self, x):
        """Return z and W x + b of each token."""
        return nn.sigmoid(jax.vmap(self.gate)(x)), jax.vmap(self.new)(x)

    def start(self):
        """Return the state before the first token, all zeros."""
        return jnp.zeros(self.new.out_features)

    def step(self, state, drive):
        """Return the next state."""
        z, new = drive
        return (1 - z) * state + z * new


class RGLRU(Core):
    """h ← a ⊙ h + √(1 − a²) ⊙ (i ⊙ W x), a = σ(Λ)^(8 r), r and i gates of x (De et al. 2024).

    The recurrence of Griffin, without the convolution and the layers around it. Λ begins so that
    σ(Λ)⁸ is uniform from 0.9 to 0.999.
    """

    gates: eqx.nn.Linear
    new: eqx.nn.Linear
    rate: Array  # Λ
    power = 8
    smallest, largest = 0.9, 0.999

    def __init__(self, d: int, key: Array):
        keys = jax.random.split(key, 3)
        self.gates = eqx.nn.Linear(d, 2 * d, key=keys[0])
        self.new = eqx.nn.Linear(d, d, use_bias=False, key=keys[1])
        kept = jax.random.uniform(keys[2], (d,), minval=self.smallest, maxval=self.largest)
        kept **= 1 / self.power
        self.rate = jnp.log(kept / (1 - kept))

    def drive(self, x):
        """Return a and √(1 − a²) ⊙ (i ⊙ W x) of each token."""
        r, i = jnp.split(nn.sigmoid(jax.vmap(self.gates)(x)), 2, axis=1)
        log = -self.power * r * nn.softplus(-self.rate)
        # As a nears 1, the slope of the root would grow without end.
        new = jnp.sqrt(jnp.maximum(-jnp.expm1(2 * log), TINY)) * i * jax.vmap(self.new)(x)
        return jnp.exp(log), new

    def start(self):
        """Return the state before the first token, all zeros."""
        return jnp.zeros_like(self.rate)

    def step(self, state, drive):
        """Return the next state."""
        a, new = drive
        return a * state + new


def _time_steps(key: Array, shape: tuple) -> Array:
    """Return biases b with softplus(b) log-uniform from 0.001 to 0.1, as Mamba begins Δ."""
    logs = jax.random.uniform(key, shape, minval=math.log(0.001), maxval=math.log(0.1))
    return _before_softplus(jnp.exp(logs))


def _before_softplus(x: Array) -> Array:
    """Return what softplus takes to `x`."""
    return x + jnp.log(-jnp.expm1(-x))


class Selective(Core):
    """h ← exp(Δ A) ⊙ h + Δ u Bᵀ, shown W h C: the S6 of Mamba (Gu & Dao 2024).

    u, Δ, B and C depend on x:
    `channels` numbers u = V x, each with a state of `numbers`; A = −exp(`rate`) begins at −1, −2,
    …. Without the convolution, the gate and the skip around it.
    """

    into: eqx.nn.Linear
    out: eqx.nn.Linear
    time: eqx.nn.Linear
    write: eqx.nn.Linear
    read: eqx.nn.Linear
    rate: Array
    channels: int | None = 8  # None: as many as the width
    numbers = 4

    def __init__(self, d: int, key: Array):
        keys = jax.random.split(key, 6)
        c, n = self.channels or d, self.numbers
        self.into = eqx.nn.Linear(d, c, use_bias=False, key=keys[0])
        self.out = eqx.nn.Linear(c, d, use_bias=False, key=keys[1])
        time = eqx.nn.Linear(d, c, key=keys[2])
        self.time = eqx.tree_at(lambda one: one.bias, time, _time_steps(keys[3], (c,)))
        self.write = eqx.nn.Linear(d, n, use_bias=False, key=keys[4])
        self.read = eqx.nn.Linear(d, n, use_bias=False, key=keys[5])
        self.rate = jnp.tile(jnp.log(jnp.arange(1.0, n + 1)), (c, 1))

    def factor(self, exponent: Array) -> Array:
        """Return what is kept of a state, given Δ A."""
        return jnp.exp(exponent)

    def drive(self, x):
        """Return the factors, Δ u Bᵀ and C of each token."""
        time = nn.softplus(jax.vmap(self.time)(x))
        kept = self.factor(-time[:, :, None] * jnp.exp(self.rate))
        written = (time * jax.vmap(self.into)(x))[:, :, None] * jax.vmap(self.write)(x)[:, None]
        return kept, written, jax.vmap(self.read)(x)

    def start(self):
        """Return the state (channels, numbers) before the first token."""
        return jnp.zeros_like(self.rate)

    def step(self, state, drive):
        """Return the next state."""
        kept, written, _ = drive
        return kept * state + written

    def shown(self, state, drive):
        """Return W h C."""
        return self.out(state @ drive[2])


class WideSelective(Selective):
    """The same with a channel for each number of the width, and Mamba's 16 numbers to a channel."""

    channels, numbers = None, 16


class SignedSelective(Selective):
    """The same with factors 2 exp(Δ A) − 1, from −1 to 1 (Grazzi et al. 2025)."""

    def factor(self, exponent):
        """Return what is kept of a state, given Δ A."""
        return 2 * jnp.exp(exponent) - 1


class Matrix(Core):
    """What networks with a matrix for a state share: S (values, keys), shown W S q.

    Keys, queries and values are linear in x.
    """

    key: eqx.nn.Linear
    query: eqx.nn.Linear
    value: eqx.nn.Linear
    out: eqx.nn.Linear
    keys: int | None = 4  # None: as many as the width
    values: int | None = 8

    def __init__(self, d: int, key: Array):
        keys = jax.random.split(key, 4)
        n, m = self.keys or d, self.values or d
        self.key, self.query, self.value, self.out = (
            eqx.nn.Linear(*sizes, use_bias=False, key=one)
            for sizes, one in zip(((d, n), (d, n), (d, m), (m, d)), keys, strict=True)
        )

    def start(self):
        """Return S before the first token, all zeros."""
        return jnp.zeros((self.value.out_features, self.key.out_features))


class LinearAttention(Matrix):
    """S ← S + v kᵀ, z ← z + k, shown W S q / (z · q), k and q positive (Katharopoulos et al. 2020).

    k and q pass through elu + 1, as there. z is part of the state.
    """

    values: int | None = 7  # with z as many numbers as the others

    def drive(self, x):
        """Return k, q and v of each token."""
        k, q = (nn.elu(jax.vmap(part)(x)) + 1 for part in (self.key, self.query))
        return k, q, jax.vmap(self.value)(x)

    def start(self):
        """Return S and z before the first token, all zeros."""
        return super().start(), jnp.zeros(self.key.out_features)

    def step(self, state, drive):
        """Return the next S and z."""
        (s, z), (k, _, v) = state, drive
        return s + jnp.outer(v, k), z + k

    def shown(self, state, drive):
        """Return W S q / (z · q)."""
        (s, z), q = state, drive[1]
        return self.out(s @ q / (z @ q + TINY))


class WideLinearAttention(LinearAttention):
    """The same with as many keys and values as the width."""

    keys, values = None, None


class DeltaNet(Matrix):
    """S ← S (I − β k kᵀ) + β v kᵀ, |k| = |q| = 1, β = σ(b · x + c) (Yang et al. 2024).

    Without the convolution and the layers around it.
    """

    strength: eqx.nn.Linear
    most = 1  # of β: up to 1 the factor along k stays positive

    def __init__(self, d: int, key: Array):
        keys = jax.random.split(key)
        super().__init__(d, keys[0])
        self.strength = eqx.nn.Linear(d, "scalar", key=keys[1])

    def drive(self, x):
        """Return k, q, v, β and the share of S that is kept, of each token."""
        k, q = (jax.vmap(part)(x) for part in (self.key, self.query))
        # Before an example k and q may be 0, and the slope of a norm is not defined there.
        k, q = (one * lax.rsqrt((one**2).sum(axis=1, keepdims=True) + TINY) for one in (k, q))
        beta = self.most * nn.sigmoid(jax.vmap(self.strength)(x))
        return k, q, jax.vmap(self.value)(x), beta, self.kept(x)

    def kept(self, x: Array) -> Array:
        """Return α of each token: how much of all of S is kept."""
        return jnp.ones(len(x))

    def step(self, state, drive):
        """Return the next S: what k returned is replaced, by β of it."""
        k, _, v, beta, kept = drive
        state = kept * state
        return state + beta * jnp.outer(v - state @ k, k)

    def shown(self, state, drive):
        """Return W S q."""
        return self.out(state @ drive[1])


class SignedDeltaNet(DeltaNet):
    """The same with β = 2 σ(b · x + c): a factor from −1 to 1 along k (Grazzi et al. 2025)."""

    most = 2


class WideDeltaNet(DeltaNet):
    """The same with as many keys and values as the width."""

    keys, values = None, None


class GatedDeltaNet(DeltaNet):
    """The same with S first multiplied by α, a gate (Yang et al. 2025).

    α = exp(−exp(a) softplus(w · x + c)).
    """

    rate: Array
    time: eqx.nn.Linear
    forgotten = 0.01  # −ln α at the start, about

    def __init__(self, d: int, key: Array):
        keys = jax.random.split(key)
        super().__init__(d, keys[0])
        self.rate = jnp.zeros(())
        time = eqx.nn.Linear(d, "scalar", key=keys[1])
        # One number for all of S: drawn by chance it would give each seed another memory.
        begin = _before_softplus(jnp.full(1, self.forgotten))
        self.time = eqx.tree_at(lambda one: one.bias, time, begin)

    def kept(self, x):
        """Return α of each token."""
        return jnp.exp(-jnp.exp(self.rate) * nn.softplus(jax.vmap(self.time)(x)))


class WideGatedDeltaNet(GatedDeltaNet):
    """The same with as many keys and values as the width."""

    keys, values = None, None


class Convolved(Core):
    """Another core behind a causal convolution: each unit sees its own last `SEEN` tokens.

    Published layers of these kinds have one, and SiLU after it (Gu & Dao 2024; Yang et al. 2024).
    The weight on the token itself begins at 1, the others uniform on ±1/`SEEN`.
    """

    core: Core
    weights: Array  # (SEEN, d), the token itself last

    def __init__(self, core: Callable, d: int, key: Array):
        keys = jax.random.split(key)
        self.core = core(d, keys[0])
        weights = jax.random.uniform(keys[1], (SEEN, d), minval=-1, maxval=1) / SEEN
        self.weights = weights.at[-1].set(1)

    def __call__(self, x: Array, here: Array, asked: int, cut: int | None = None) -> Array:
        """Return what the head sees (asked, d) after the last tokens; see `Core`."""
        # Before the example there is nothing to see.
        x = jnp.pad(x * here[:, None], ((SEEN - 1, 0), (0, 0)))
        seen = sum(self.weights[i] * x[i : i + len(here)] for i in range(SEEN))
        return self.core(nn.silu(seen), here, asked, cut)

    def start(self):
        """Return the state of the core, without the tokens that are seen."""
        return self.core.start()


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
    "mingru": MinGRU,
    "rglru": RGLRU,
    "selective": Selective,
    "selective_signed": SignedSelective,
    "selective_wide": WideSelective,
    "linear_attention": LinearAttention,
    "linear_attention_wide": WideLinearAttention,
    "deltanet": DeltaNet,
    "deltanet_signed": SignedDeltaNet,
    "deltanet_wide": WideDeltaNet,
    "gated_deltanet": GatedDeltaNet,
    "gated_deltanet_wide": WideGatedDeltaNet,
    "mingru_convolved": partial(Convolved, MinGRU),
    "rglru_convolved": partial(Convolved, RGLRU),
    "selective_convolved": partial(Convolved, Selective),
    "deltanet_convolved": partial(Convolved, DeltaNet),
    "attention": Attention,
    "attention_rotary": Rotary,
    "attention_alibi": Alibi,
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
    if not isinstance(network.core, Core):
        return None
    return sum(leaf.size for leaf in jax.tree.leaves(jax.eval_shape(network.core.start)))
