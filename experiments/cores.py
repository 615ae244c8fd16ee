"""Cores with a state: what they share, and Elman's network with its gated heirs."""

import math
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array, lax, nn
from jax.nn import initializers

SMALL = 0.1  # the factor on small inputs


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
