"""Gated layers in plain NumPy, in one order of gates, and what they read."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from longrange import nets

Array = NDArray[np.float64]


def sigmoid(x: Array) -> Array:
    """Return 1 / (1 + e⁻ˣ), without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * x))


def hard_sigmoid(x: Array) -> Array:
    """Return 0.2 x + 0.5 cut to 0…1, the gates of Keras before its version 2.3."""
    return np.clip(0.2 * x + 0.5, 0, 1)


GATES = {"sigmoid": sigmoid, "hard_sigmoid": hard_sigmoid}


@dataclass(frozen=True)
class Layer:
    """One recurrent layer: an LSTM or a GRU.

    Attributes
    ----------
    kind : str
        ``"lstm"``, blocks i, f, g, o, or ``"gru"``, blocks r, z, n with h' = (1 − z) n + z h.
    W : (k N, N) array
        Recurrent weights, k blocks below each other.
    U : (k N, I) array
        Input weights.
    b : (k N,) array
        All biases that are simply added.
    inner_bias : (N,) array or None
        Of a GRU: the bias of n that the reset gate multiplies.
    gates : str
        A key of `GATES`.
    reset : str
        Of a GRU: ``"after"``, n = tanh(U x + b + r (W h + inner_bias)), or ``"before"``,
        n = tanh(U x + b + W (r h)).
    """

    kind: str
    W: Array
    U: Array
    b: Array
    inner_bias: Array | None = None
    gates: str = "sigmoid"
    reset: str = "after"

    @property
    def width(self) -> int:
        """Number of units."""
        return self.W.shape[1]

    def with_blocks(self, order: Sequence[int]) -> "Layer":
        """Return the layer with its blocks taken in another order: what a wrong reading gives."""

        def shuffled(array: Array) -> Array:
            blocks = np.split(array, len(order))
            return np.concatenate([blocks[i] for i in order])

        return replace(self, W=shuffled(self.W), U=shuffled(self.U), b=shuffled(self.b))

    def step(self, state: tuple[Array, ...], drive: Array) -> tuple[Array, ...]:
        """Return the next state.

        Parameters
        ----------
        state : tuple of (B, N) arrays
            (h, c) of an LSTM, (h,) of a GRU.
        drive : (B, k N) array
            U x + b.
        """
        gate, h = GATES[self.gates], state[0]
        if self.kind == "lstm":
            i, f, g, o = np.split(drive + h @ self.W.T, 4, axis=1)
            c = gate(f) * state[1] + gate(i) * np.tanh(g)
            return gate(o) * np.tanh(c), c
        both = 2 * self.width
        to_gates, to_new = self.W[:both], self.W[both:]
        r, z = np.split(gate(drive[:, :both] + h @ to_gates.T), 2, axis=1)
        if self.reset == "before":
            inner = (r * h) @ to_new.T
        else:
            inner = r * (h @ to_new.T + (0 if self.inner_bias is None else self.inner_bias))
        n = np.tanh(drive[:, both:] + inner)
        return ((1 - z) * n + z * h,)

    def run(self, batch: "Batch") -> Array:
        """Return h after each step, shape (T, B, N); after a sequence ends it stays as it is."""
        drive = batch.inputs @ self.U.T + self.b
        rest = np.zeros((drive.shape[1], self.width))
        state = batch.start or ((rest, rest) if self.kind == "lstm" else (rest,))
        outputs = np.empty((*drive.shape[:2], self.width))
        for t in range(len(drive)):
            going = (t < batch.lengths)[:, None]
            state = tuple(
                np.where(going, new, old)
                for new, old in zip(self.step(state, drive[t]), state, strict=True)
            )
            outputs[t] = state[0]
        return outputs


@dataclass(frozen=True)
class Batch:
    """Sequences that a layer reads.

    Attributes
    ----------
    inputs : (T, B, I) array
        Zero after the end of a sequence.
    lengths : (B,) int array
        By default all T.
    start : tuple of (B, N) arrays or None
        State before the first step; zero by default.
    """

    inputs: Array
    lengths: NDArray[np.int64] = field(default=None)
    start: tuple[Array, ...] | None = None

    def __post_init__(self):
        """Fill in the lengths."""
        if self.lengths is None:
            steps, sequences, _ = self.inputs.shape
            object.__setattr__(self, "lengths", np.full(sequences, steps))

    def reversed(self) -> "Batch":
        """Return the sequences from their last step to their first."""
        return replace(self, inputs=reverse(self.inputs, self.lengths))

    def of(self, inputs: Array) -> "Batch":
        """Return other inputs of the same lengths, which the next layer reads from rest."""
        return Batch(inputs, self.lengths)

    def long(self, steps: int) -> "Batch":
        """Return the first `steps` of those sequences that have so many."""
        some = self.lengths >= steps
        start = self.start and tuple(state[some] for state in self.start)
        return Batch(self.inputs[:steps, some], start=start)


def batch(sequences: Sequence[Array], start: tuple[Array, ...] | None = None) -> Batch:
    """Return sequences (T_i, I) side by side, the shorter ones filled up with zeros."""
    lengths = np.array([len(one) for one in sequences])
    inputs = np.zeros((lengths.max(), len(sequences), sequences[0].shape[1]))
    for i, one in enumerate(sequences):
        inputs[: len(one), i] = one
    return Batch(inputs, lengths, start)


def reverse(x: Array, lengths: NDArray[np.int64]) -> Array:
    """Return each of the sequences (T, B, …) turned round within its length."""
    times = np.arange(len(x))[:, None]
    there = np.where(times < lengths, lengths - 1 - times, times)
    return np.take_along_axis(x, there[..., None], axis=0)


def run_stack(layers: Sequence[Layer], read: Batch) -> list[Array]:
    """Return the outputs (T, B, N) of each layer of a stack, the lowest first."""
    outputs: list[Array] = []
    for layer in layers:
        outputs.append(layer.run(read))
        read = read.of(outputs[-1])
    return outputs


def run_both_ways(forward: Layer, backward: Layer, read: Batch) -> Array:
    """Return the outputs (T, B, 2 N) of a layer in both directions, forward first."""
    back = reverse(backward.run(read.reversed()), read.lengths)
    return np.concatenate([forward.run(read), back], axis=2)


def run_stack_both_ways(layers: Sequence[tuple[Layer, Layer]], read: Batch) -> list[Array]:
    """Return the outputs (T, B, 2 N) of each layer in both directions, the lowest first."""
    outputs: list[Array] = []
    for forward, backward in layers:
        outputs.append(run_both_ways(forward, backward, read))
        read = read.of(outputs[-1])
    return outputs


def net(layers: Sequence[Layer]) -> nets.Net:
    """Return a stack as a net of `longrange.nets`, which knows its Jacobians."""
    made = []
    for one in layers:
        if one.kind == "lstm":
            made.append(nets.lstm(one.W, one.U, one.b, gates=one.gates))
        else:
            inner = np.zeros(3 * one.width)
            if one.inner_bias is not None:
                inner[2 * one.width :] = one.inner_bias
            gates = {"gates": one.gates, "reset": one.reset}
            made.append(nets.gru(one.W, one.U, one.b, recurrent_bias=inner, **gates))
    return made[0] if len(made) == 1 else nets.stack(made)


@dataclass(frozen=True)
class Part:
    """What of a network is recurrent by itself: a stack, an encoder, a decoder, a direction.

    Attributes
    ----------
    name : str
    layers : tuple of Layer
        The lowest first.
    read : mapping of str to Batch
        What it reads, by how: ``"as used"``, with the makers' window or reset, and ``"stream"``,
        without an end, where that makes sense.
    what : str
        What it reads, in a few words.
    """

    name: str
    layers: tuple[Layer, ...]
    read: dict[str, Batch]
    what: str

    def longest(self) -> "Part":
        """Return the part as it reads without an end, or as used where there is no such."""
        mode = "stream" if "stream" in self.read else "as used"
        return replace(self, read={mode: self.read[mode]})


def parts_both_ways(
    layers: Sequence[tuple[Layer, Layer]], read: dict[str, Batch], what: str
) -> tuple[Part, ...]:
    """Return each direction of each layer as a part: a layer above reads both of the one below.

    Parameters
    ----------
    layers : sequence of (forward, backward)
        The lowest first.
    read : mapping of str to Batch
        What the lowest reads, as in `Part`.
    what : str
        The same in words.
    """
    found = []
    for number, (forward, backward) in enumerate(layers, 1):
        back = {how: one.reversed() for how, one in read.items()}
        found.append(Part(f"layer {number}, forward", (forward,), read, what))
        found.append(Part(f"layer {number}, backward", (backward,), back, f"{what}, last to first"))
        read = {how: one.of(run_both_ways(forward, backward, one)) for how, one in read.items()}
        what = "what the lower layer gives"
    return tuple(found)


@dataclass(frozen=True)
class Score:
    """How well a network does its task.

    Attributes
    ----------
    task : str
        In a few words, with the unit of the score.
    value : float
        Higher is better.
    chance : float
        What knows nothing reaches.
    wrong : float
        What the same weights reach, read in the layout that `layout` names.
    layout : str
    count : int
        Examples that it was computed on.
    more : mapping
        Other numbers on the same, and seeds.
    """

    task: str
    value: float
    chance: float
    wrong: float
    layout: str
    count: int
    more: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Network:
    """A network from a package, its score and its recurrent parts.

    Attributes
    ----------
    package : str
        Key of `experiments.wild.packages.PACKAGES`.
    file : str
        Where in the package its weights are.
    others : tuple of str
        Packages that it was scored or run on.
    score : Score
    parts : tuple of Part
    misread : tuple of Part
        A part of the same weights, read in the layout that the score's `wrong` is of.
    """

    package: str
    file: str
    score: Score
    parts: tuple[Part, ...]
    others: tuple[str, ...] = ()
    misread: tuple[Part, ...] = ()
