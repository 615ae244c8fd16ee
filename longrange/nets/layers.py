"""Recurrent layers: how each runs, and its derivative in both directions.

Every layer here reads its own past through one fixed matrix W, unit by unit in blocks of N: what
is squashed is W h_{t-1} + U x_t + b. So the Jacobian of a step is that matrix between factors that
belong to single units. These *local derivatives* are worked out once, when the layer runs, and
every product of Jacobians uses them again.

Rows
----
A tangent or cotangent is a row: V of shape (P, M, S) holds M of them for each of P steps, wherever
in time and batch these lie, and `local` of shape (P, L, N) holds the local derivatives of those
steps. Then P·M rows meet W in one product of matrices.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import scipy
from numpy.typing import NDArray

from longrange import recurrence

Floats = NDArray[np.float64]


class Pulled(NamedTuple):
    """What a row becomes one step back.

    Attributes
    ----------
    state : ndarray of shape (P, M, S)
        The derivative with respect to the state before the step.
    inner : ndarray of shape (P, M, G N)
        The one with respect to U x_t + b.
    recurrent : ndarray of shape (P, M, G N)
        The one with respect to W h_{t-1}; another than `inner` where a reset stands between.
    """

    state: Floats
    inner: Floats
    recurrent: Floats


class Trace(NamedTuple):
    """A layer along its inputs.

    Attributes
    ----------
    states : ndarray of shape (T, B, S)
    local : ndarray of shape (T, B, L, N)
        Local derivatives of the step into each state.
    """

    states: Floats
    local: Floats


class Layer(ABC):
    """One recurrent layer.

    Attributes
    ----------
    W : ndarray of shape (G N, N)
        Recurrent weights.
    U : ndarray of shape (G N, I) or None
        Input weights; without them the layer reads its drive U x_t + b itself.
    b : ndarray of shape (G N,)
        Bias.
    kind : str
        What the field calls it.
    parts : tuple of str
        The blocks of N numbers that it carries from step to step.
    """

    kind: str
    parts: tuple[str, ...] = ("h",)

    def __init__(self, W: Floats, U: Floats | None, b: Floats) -> None:
        self.W, self.U, self.b = W, U, b

    @property
    def width(self) -> int:
        """N, the number of units."""
        return self.W.shape[1]

    @property
    def size(self) -> int:
        """S, the number of numbers carried from step to step."""
        return len(self.parts) * self.width

    @property
    def outputs(self) -> int:
        """How many of these, the first ones, a layer above reads: h."""
        return self.width

    @property
    def reads(self) -> int:
        """I, the number of numbers read at a step."""
        return len(self.b) if self.U is None else self.U.shape[1]

    def drive(self, inputs: Floats) -> Floats:
        """Return U x_t + b, of shape (..., G N)."""
        return inputs + self.b if self.U is None else inputs @ self.U.T + self.b

    def to_inputs(self, inner: Floats) -> Floats:
        """Return the derivative with respect to x_t, given that with respect to U x_t + b."""
        return inner if self.U is None else inner @ self.U

    def from_inputs(self, change: Floats) -> Floats:
        """Return how much U x_t + b changes with x_t."""
        return change if self.U is None else change @ self.U.T

    def to_weights(
        self, local: Floats, inner: Floats, recurrent: Floats, read: Floats | None, before: Floats
    ) -> dict[str, Floats]:
        """Return the gradient on each array of weights, summed over P steps.

        Parameters
        ----------
        local : ndarray of shape (P, L, N)
            Local derivatives.
        inner, recurrent : ndarray of shape (P, G N)
            As in `Pulled`.
        read : ndarray of shape (P, I), or None
            x_t, where it is known.
        before : ndarray of shape (P, S)
            The state before the step.
        """
        del local  # W reads the state as it is
        found = {"W": recurrent.T @ before[:, : self.width], "b": inner.sum(axis=0)}
        if self.U is not None and read is not None:
            found["U"] = inner.T @ read
        return found

    @abstractmethod
    def run(self, inputs: Floats, start: Floats) -> Trace:
        """Run along `inputs` of shape (T, B, I) from `start` of shape (B, S)."""

    @abstractmethod
    def push(self, local: Floats, V: Floats, inner: Floats | None = None) -> Floats:
        """Return J V: what the rows `V` become one step on, if U x_t + b changes by `inner`."""

    @abstractmethod
    def pull(self, local: Floats, V: Floats) -> Pulled:
        """Return Jᵀ V: what the rows `V` become one step back."""


class Elman(Layer):
    """h_t = φ(W h_{t-1} + u_t), or the leaky one: `longrange.recurrence.run` (Elman 1990)."""

    def __init__(
        self, W: Floats, U: Floats | None, b: Floats, activation: str = "tanh", leak: float = 0.5
    ) -> None:
        super().__init__(W, U, b)
        self.kind, self.leak = activation, leak
        self.keep = recurrence.kept(activation, leak)

    def run(self, inputs: Floats, start: Floats) -> Trace:
        """Run: `Layer.run`."""
        drive = self.drive(inputs)
        states = recurrence.run(self.W, drive, h0=start, activation=self.kind, leak=self.leak)
        return Trace(states, self.local(states, start))

    def local(self, states: Floats, start: Floats | None) -> Floats:
        """Return the slopes of the steps into `states`; not a number at the first without `start`.

        Of shape (T, B, 1, N).
        """
        if start is None:
            slopes = recurrence.slopes(states, self.kind, self.leak)[1]
            unknown = np.full((1, *states.shape[1:]), np.nan)
            return np.concatenate([unknown, slopes])[:, :, None]
        before = np.concatenate([start[None], states])
        return recurrence.slopes(before, self.kind, self.leak)[1][:, :, None]

    def push(self, local: Floats, V: Floats, inner: Floats | None = None) -> Floats:
        """Return J V: `Layer.push`."""
        read = _times(V, self.W.T)
        if inner is not None:
            read += inner
        read *= local
        return read + self.keep * V if self.keep else read

    def pull(self, local: Floats, V: Floats) -> Pulled:
        """Return Jᵀ V: `Layer.pull`."""
        inner = V * local
        state = _times(inner, self.W)
        if self.keep:
            state += self.keep * V
        return Pulled(state, inner, inner)


class LSTM(Layer):
    """Hochreiter & Schmidhuber (1997), with the forget gate of Gers et al. (2000).

    c_t = f ⊙ c_{t-1} + i ⊙ g and h_t = o ⊙ tanh(c_t); blocks i, f, g, o. Its state is h, then c.
    """

    kind, parts = "lstm", ("h", "c")

    def __init__(self, W: Floats, U: Floats | None, b: Floats, gates: str = "sigmoid") -> None:
        super().__init__(W, U, b)
        self.gates = gates

    def run(self, inputs: Floats, start: Floats) -> Trace:
        """Run: `Layer.run`."""
        T, B, _ = inputs.shape
        states, local = np.empty((T, B, self.size)), np.empty((T, B, 6, self.width))
        h, c = np.split(start, 2, axis=-1)
        for t, u in enumerate(self.drive(inputs)):
            i, f, g, o = np.split(h @ self.W.T + u, 4, axis=-1)
            states[t], local[t] = self.step(i, f, g, o, c)
            h, c = np.split(states[t], 2, axis=-1)
        return Trace(states, local)

    def step(self, i: Floats, f: Floats, g: Floats, o: Floats, c: Floats) -> tuple[Floats, Floats]:
        """Return the state, and the local derivatives, from what is squashed and the old cell."""
        (i, di), (f, df), (o, do) = (_squash(x, self.gates) for x in (i, f, o))
        g = np.tanh(g)
        new = f * c + i * g
        shown = np.tanh(new)
        local = [
            f,  # of c_t by c_{t-1}
            di * g,  # of c_t by what is squashed to i, f, g
            df * c,
            i * (1 - g) * (1 + g),
            do * shown,  # of h_t by what is squashed to o
            o * (1 - shown) * (1 + shown),  # of h_t by c_t
        ]
        return np.concatenate([o * shown, new], axis=-1), np.stack(local, axis=-2)

    def push(self, local: Floats, V: Floats, inner: Floats | None = None) -> Floats:
        """Return J V: `Layer.push`."""
        N = self.width
        kept, of_i, of_f, of_g, of_o, shown = _by_unit(local)
        read = _times(V[..., :N], self.W.T)
        if inner is not None:
            read += inner
        state = np.empty(V.shape)
        h, cell = state[..., :N], state[..., N:]
        np.multiply(kept, V[..., N:], out=cell)
        # In place, quarter by quarter: with many rows what is written costs as much as the product.
        for part, of in zip(np.split(read, 4, axis=-1), (of_i, of_f, of_g, of_o), strict=True):
            part *= of
        for part in np.split(read, 4, axis=-1)[:3]:
            cell += part
        np.multiply(shown, cell, out=h)
        h += read[..., 3 * N :]
        return state

    def pull(self, local: Floats, V: Floats) -> Pulled:
        """Return Jᵀ V: `Layer.pull`."""
        N = self.width
        kept, of_i, of_f, of_g, of_o, shown = _by_unit(local)
        h = V[..., :N]
        cell = shown * h
        cell += V[..., N:]
        inner = np.empty((*V.shape[:-1], 4 * N))
        sources = [(of_i, cell), (of_f, cell), (of_g, cell), (of_o, h)]
        for part, (of, source) in zip(np.split(inner, 4, axis=-1), sources, strict=True):
            np.multiply(of, source, out=part)
        state = np.empty(V.shape)
        _times(inner, self.W, out=state[..., :N])
        np.multiply(kept, cell, out=state[..., N:])
        return Pulled(state, inner, inner)


class GRU(Layer):
    """Cho et al. (2014) as cuDNN has it, with the reset after the product; blocks r, z, n.

    h_t = z ⊙ h_{t-1} + (1 - z) ⊙ n with n = tanh(r ⊙ (W h_{t-1} + b') + u_t). The bias b' of the
    block n stands inside the reset, and no bias outside can take its place.
    """

    kind = "gru"

    def __init__(
        self,
        W: Floats,
        U: Floats | None,
        b: Floats,
        recurrent_bias: Floats,
        gates: str = "sigmoid",
    ) -> None:
        super().__init__(W, U, b)
        self.recurrent_bias, self.gates = recurrent_bias, gates

    def run(self, inputs: Floats, start: Floats) -> Trace:
        """Run: `Layer.run`."""
        T, B, _ = inputs.shape
        states, local = np.empty((T, B, self.size)), np.empty((T, B, 5, self.width))
        h = start
        for t, u in enumerate(self.drive(inputs)):
            r, z, read = np.split(h @ self.W.T + self.recurrent_bias, 3, axis=-1)
            u_r, u_z, u_n = np.split(u, 3, axis=-1)
            states[t], local[t] = self.step(r + u_r, z + u_z, u_n, read, h)
            h = states[t]
        return Trace(states, local)

    def step(
        self, r: Floats, z: Floats, u: Floats, read: Floats, h: Floats
    ) -> tuple[Floats, Floats]:
        """Return the state, and the local derivatives, from what is squashed and the old state."""
        (r, dr), (z, dz) = _squash(r, self.gates), _squash(z, self.gates)
        n = np.tanh(u + r * read)
        of_n = (1 - z) * (1 - n) * (1 + n)
        local = [
            z,  # of h_t by h_{t-1}
            of_n * read * dr,  # of h_t by what is squashed to r, z, n
            (h - n) * dz,
            of_n,
            r,  # of what is squashed to n by what W reads
        ]
        return z * h + (1 - z) * n, np.stack(local, axis=-2)

    def to_weights(
        self, local: Floats, inner: Floats, recurrent: Floats, read: Floats | None, before: Floats
    ) -> dict[str, Floats]:
        """Return the gradient on weights: `Layer.to_weights`."""
        found = super().to_weights(local, inner, recurrent, read, before)
        return found | {"recurrent_bias": recurrent.sum(axis=0)}

    def push(self, local: Floats, V: Floats, inner: Floats | None = None) -> Floats:
        """Return J V: `Layer.push`."""
        kept, of_r, of_z, of_n, reset = _by_unit(local)
        r, z, n = np.split(_times(V, self.W.T), 3, axis=-1)
        n *= reset
        if inner is not None:
            r, z, n = (a + b for a, b in zip((r, z, n), np.split(inner, 3, axis=-1), strict=True))
        return kept * V + of_r * r + of_z * z + of_n * n

    def pull(self, local: Floats, V: Floats) -> Pulled:
        """Return Jᵀ V: `Layer.pull`."""
        kept, of_r, of_z, of_n, reset = _by_unit(local)
        r, z, n = of_r * V, of_z * V, of_n * V
        recurrent = np.concatenate([r, z, reset * n], axis=-1)
        state = _times(recurrent, self.W) + kept * V
        return Pulled(state, np.concatenate([r, z, n], axis=-1), recurrent)


class ResetFirstGRU(GRU):
    """Cho et al. (2014) as they wrote it, with the reset before the product.

    h_t = z ⊙ h_{t-1} + (1 - z) ⊙ n with n = tanh(W (r ⊙ h_{t-1}) + b' + u_t): the block n of W
    reads what the reset has left, so that two products follow each other in a step.
    """

    def run(self, inputs: Floats, start: Floats) -> Trace:
        """Run: `Layer.run`."""
        T, B, _ = inputs.shape
        states, local = np.empty((T, B, self.size)), np.empty((T, B, 5, self.width))
        (gates, new), h = self._blocks(), start
        bias_r, bias_z, bias_n = np.split(self.recurrent_bias, 3)
        for t, u in enumerate(self.drive(inputs)):
            u_r, u_z, u_n = np.split(u, 3, axis=-1)
            r, z = np.split(h @ gates.T, 2, axis=-1)
            (r, dr), (z, dz) = (
                _squash(x, self.gates) for x in (r + bias_r + u_r, z + bias_z + u_z)
            )
            n = np.tanh((r * h) @ new.T + bias_n + u_n)
            of_n = (1 - z) * (1 - n) * (1 + n)
            # Of h_t by h_{t-1} and by what is squashed to z and n; of what the block n reads by
            # h_{t-1} and by what is squashed to r.
            local[t] = np.stack([z, (h - n) * dz, of_n, r, h * dr], axis=-2)
            h = states[t] = z * h + (1 - z) * n
        return Trace(states, local)

    def to_weights(
        self, local: Floats, inner: Floats, recurrent: Floats, read: Floats | None, before: Floats
    ) -> dict[str, Floats]:
        """Return the gradient on weights: `Layer.to_weights`."""
        found = super().to_weights(local, inner, recurrent, read, before)
        n = 2 * self.width
        found["W"][n:] = recurrent[:, n:].T @ (local[:, 3] * before)
        return found

    def push(self, local: Floats, V: Floats, inner: Floats | None = None) -> Floats:
        """Return J V: `Layer.push`."""
        kept, of_z, of_n, reset, of_r = _by_unit(local)
        gates, new = self._blocks()
        r, z = np.split(_times(V, gates.T), 2, axis=-1)
        u_r, u_z, u_n = (0.0, 0.0, 0.0) if inner is None else np.split(inner, 3, axis=-1)
        n = _times(reset * V + of_r * (r + u_r), new.T)
        return kept * V + of_z * (z + u_z) + of_n * (n + u_n)

    def pull(self, local: Floats, V: Floats) -> Pulled:
        """Return Jᵀ V: `Layer.pull`."""
        kept, of_z, of_n, reset, of_r = _by_unit(local)
        gates, new = self._blocks()
        n = of_n * V
        read = _times(n, new)
        inner = np.concatenate([of_r * read, of_z * V, n], axis=-1)
        state = kept * V + reset * read + _times(inner[..., : 2 * self.width], gates)
        return Pulled(state, inner, inner)

    def _blocks(self) -> tuple[Floats, Floats]:
        """Return the rows of W that make the gates, and those that make what is written."""
        return self.W[: 2 * self.width], self.W[2 * self.width :]


class Diagonal(Layer):
    """h_t = λ ⊙ h_{t-1} + u_t: units that do not read each other, as in diagonal state spaces.

    A complex state is carried as its real parts, then its imaginary parts: the factor λ of a unit
    is then the matrix [[Re λ, -Im λ], [Im λ, Re λ]], of the same norm. λ may be a function of the
    inputs, as in gated linear recurrences (Gu & Dao 2023); the derivative with respect to an input
    then needs that of λ, which is not known here.
    """

    kind = "diagonal"

    def __init__(
        self,
        decay: NDArray[Any] | Callable[[Floats], Floats],
        U: Floats | None,
        b: Floats,
        units: int,
    ) -> None:
        super().__init__(np.zeros((0, units)), U, b)
        self.decay = decay
        if len(b) == 2 * units:
            self.parts = ("Re h", "Im h")

    def run(self, inputs: Floats, start: Floats) -> Trace:
        """Run: `Layer.run`."""
        drive = self.drive(inputs)
        factors = self.decay(inputs) if callable(self.decay) else self.decay
        parts = [factors.real, factors.imag][: len(self.parts)]
        shape = (*drive.shape[:-1], self.width)
        local = np.stack([np.broadcast_to(part, shape) for part in parts], axis=-2)
        states, h = np.empty_like(drive), start
        with np.errstate(over="ignore", invalid="ignore"):
            for t, u in enumerate(drive):
                h = states[t] = self._turned(local[t], h[:, None])[:, 0] + u
        return Trace(states, local)

    def _turned(self, local: Floats, V: Floats, sign: int = 1) -> Floats:
        """Return λ V, or with the sign -1 the conjugate of λ times V."""
        if len(self.parts) == 1:
            return local * V
        decay, turn = _by_unit(local)
        real, imaginary = np.split(V, 2, axis=-1)
        turn = sign * turn
        parts = [decay * real - turn * imaginary, turn * real + decay * imaginary]
        return np.concatenate(parts, axis=-1)

    @property
    def outputs(self) -> int:
        """How many numbers a layer above reads: real and imaginary parts."""
        return self.size

    def to_weights(
        self, local: Floats, inner: Floats, recurrent: Floats, read: Floats | None, before: Floats
    ) -> dict[str, Floats]:
        """Return the gradient on weights: `Layer.to_weights`."""
        del local, recurrent  # nothing is read back from other units
        if callable(self.decay):
            raise ValueError(
                "how λ depends on the input is not known: for gradients by lag make this network "
                "with nets.from_step"
            )
        found = (
            {} if self.U is None or read is None else {"U": inner.T @ read, "b": inner.sum(axis=0)}
        )
        if len(self.parts) == 1:
            return found | {"decay": (inner * before).sum(axis=0)}
        (of_real, of_imaginary), (real, imaginary) = (
            np.split(one, 2, axis=-1) for one in (inner, before)
        )
        of_decay = of_real * real + of_imaginary * imaginary
        of_turn = of_imaginary * real - of_real * imaginary
        return found | {"decay": np.stack([of_decay, of_turn]).sum(axis=1)}

    def push(self, local: Floats, V: Floats, inner: Floats | None = None) -> Floats:
        """Return J V: `Layer.push`."""
        turned = self._turned(local, V)
        return turned if inner is None else turned + inner

    def pull(self, local: Floats, V: Floats) -> Pulled:
        """Return Jᵀ V: `Layer.pull`."""
        return Pulled(self._turned(local, V, -1), V, V[..., :0])


def _squash(x: Floats, gates: str) -> tuple[Floats, Floats]:
    """Return a gate and its slope."""
    if gates == "sigmoid":
        value = scipy.special.expit(x)
        return value, value * (1 - value)
    value = np.clip(0.2 * x + 0.5, 0, 1)  # Keras before 2.3 took this one for speed
    return value, np.where((value > 0) & (value < 1), 0.2, 0.0)


def _by_unit(local: Floats) -> Floats:
    """Return each kind of local derivative, of shape (P, 1, N), to meet rows of (P, M, N)."""
    return local.swapaxes(0, 1)[:, :, None]


def _times(V: Floats, matrix: Floats, out: Floats | None = None) -> Floats:
    """Return all rows of `V` times `matrix`, in one product, in `out` if that is given."""
    rows = V.reshape(-1, V.shape[-1])
    if out is None:
        return (rows @ matrix).reshape(*V.shape[:-1], matrix.shape[-1])
    np.matmul(rows, matrix, out=out.reshape(-1, out.shape[-1]))
    return out
