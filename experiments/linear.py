"""Cores whose next state is linear in the state before: their gates see the token alone.

Each is one bare layer. Published ones have a convolution before it, which `Convolved` adds, and
gates, norms and a skip around it.
"""

import math
from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array, lax, nn

from experiments.cores import Core

TINY = 1e-6  # what keeps a divisor from 0
SEEN = 4  # tokens that a convolution sees


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

    u, Δ, B and C depend on x. d / `numbers` channels u = V x have a state of `numbers` each: d in
    all. A = −exp(`rate`) begins at −1, −2, …. Without the convolution, the gate and the skip
    around it.
    """

    into: eqx.nn.Linear
    out: eqx.nn.Linear
    time: eqx.nn.Linear
    write: eqx.nn.Linear
    read: eqx.nn.Linear
    rate: Array
    numbers = 4

    def __init__(self, d: int, key: Array):
        keys = jax.random.split(key, 6)
        c, n = d // self.numbers, self.numbers
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
        """Return the state (d / `numbers`, `numbers`) before the first token."""
        return jnp.zeros_like(self.rate)

    def step(self, state, drive):
        """Return the next state."""
        kept, written, _ = drive
        return kept * state + written

    def shown(self, state, drive):
        """Return W h C."""
        return self.out(state @ drive[2])


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
    # With as many values as make the state d numbers. None: d keys and d values.
    keys: int | None = 4
    beside = 0  # rows of S that make place for other numbers of the state

    def __init__(self, d: int, key: Array):
        keys = jax.random.split(key, 4)
        n = self.keys or d
        m = d // n - self.beside if self.keys else d
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

    beside = 1  # z

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

    keys = None


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

    keys = None


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

    keys = None


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
