"""Networks made from arrays: one layer or several, and the run along inputs."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longrange import arguments
from longrange.nets.layers import GRU, LSTM, Diagonal, Elman, Layer, ResetFirstGRU
from longrange.nets.run import Indices, JacobianRun, Run, timed

Floats = NDArray[np.float64]

GATES = ("sigmoid", "hard_sigmoid")
RESETS = ("after", "before")


class Net:
    """Recurrent layers on top of each other, as one network with one joint state.

    Attributes
    ----------
    layers : tuple of Layer
        The first reads the inputs, each other one the h of that below it at the same step.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = tuple(layers)

    @property
    def kind(self) -> str:
        """What the field calls the layers."""
        return " + ".join(dict.fromkeys(layer.kind for layer in self.layers))

    @property
    def size(self) -> int:
        """S, the number of numbers carried from step to step, of all layers together."""
        return sum(layer.size for layer in self.layers)

    @property
    def reads(self) -> int:
        """I, the number of numbers read at a step."""
        return self.layers[0].reads

    def __repr__(self) -> str:
        """Say in one line what it is."""
        widths = ", ".join(str(layer.width) for layer in self.layers)
        return f"<{self.kind} of width {widths}, reading {self.reads} numbers a step>"

    def run(
        self,
        inputs: ArrayLike,
        *,
        batch_first: bool | None = None,
        start: ArrayLike | None = None,
    ) -> "NetRun":
        """Run along inputs.

        Parameters
        ----------
        inputs : array_like of shape (T, I), (T, B, I), or (B, T, I) with `batch_first`
            What the network reads; without input weights, its drive.
        batch_first : bool
            Whether the batch comes first. It must be said where there is a batch, and is never
            guessed. What is returned has time first.
        start : array_like of shape (S,) or (B, S), optional
            State before the first step, zero unless given.

        Returns
        -------
        NetRun

        Raises
        ------
        ValueError
            If shapes do not fit, an entry is not finite, or the order of time and batch is not
            said.
        """
        inputs = timed("inputs", inputs, self.reads, batch_first)
        B = inputs.shape[1]
        if start is None:
            begin = np.zeros((B, self.size))
        else:
            begin = arguments.array("start", start, (self.size,), (B, self.size))
            begin = np.broadcast_to(begin, (B, self.size)).copy()
        traces, reads = [], [inputs]
        for layer, first in zip(self.layers, _split(begin, self.layers), strict=True):
            trace = layer.run(reads[-1], first)
            if not np.isfinite(trace.states).all():
                raise ValueError(
                    f"the states overflow: this {layer.kind} network grows without limit"
                )
            traces.append(trace)
            reads.append(trace.states[..., : layer.outputs])
        states = np.concatenate([trace.states for trace in traces], axis=-1)
        local = [trace.local for trace in traces]
        return NetRun(self.layers, states, local, reads[:-1], begin)


class NetRun(Run):
    """The run of a `Net`."""

    def __init__(
        self,
        layers: Sequence[Layer],
        states: Floats,
        local: Sequence[Floats],
        reads: Sequence[Floats] | None,
        start: Floats | None,
    ) -> None:
        self.layers, self._local = tuple(layers), local
        self._reads = reads
        self._outputs = _place(self.layers)
        super().__init__(
            states,
            outputs=states[..., self._outputs],
            inputs=None if reads is None else reads[0],
            start=start,
        )

    def __repr__(self) -> str:
        """Say in one line what it is a run of."""
        return repr(Net(self.layers))

    def jvp(self, V: Floats, times: Indices, sequences: Indices) -> Floats:
        """Return J_t V: `Run.jvp`."""
        parts: list[Floats] = []
        for i, (layer, old) in enumerate(zip(self.layers, _split(V, self.layers), strict=True)):
            inner = None
            if i:  # this layer reads what has just changed in the one below
                inner = layer.from_inputs(parts[-1][..., : self.layers[i - 1].outputs])
            parts.append(layer.push(self._local[i][times, sequences], old, inner))
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-1)

    def vjp(self, V: Floats, times: Indices, sequences: Indices) -> Floats:
        """Return J_tᵀ V: `Run.vjp`."""
        return self._pulled(V, times, sequences)[0]

    def pullback(
        self, V: Floats, times: Indices, sequences: Indices
    ) -> tuple[Floats, Floats, Mapping[str, Floats]]:
        """Return the gradient one step back: `Run.pullback`."""
        if self.start is None:
            return super().pullback(V, times, sequences)
        state, inners = self._pulled(V[:, None], times, sequences)
        before = np.concatenate([self.start[None], self.states[:-1]])[times, sequences]
        weights: dict[str, Floats] = {}
        for i, (layer, old) in enumerate(
            zip(self.layers, _split(before, self.layers), strict=True)
        ):
            inner, recurrent = (one[:, 0] for one in inners[i])
            read = None if self._reads is None else self._reads[i][times, sequences]
            name = f"{i}." if len(self.layers) > 1 else ""
            local = self._local[i][times, sequences]
            for key, part in layer.to_weights(local, inner, recurrent, read, old).items():
                weights[name + key] = part
        to_inputs = self.layers[0].to_inputs(inners[0][0][:, 0])
        return state[:, 0], to_inputs, weights

    def on_states(self, gradient: Floats, times: Indices) -> Floats:
        """Return a gradient on the whole states: `Run.on_states`."""
        del times  # h is a part of the state as it is
        whole = np.zeros((*gradient.shape[:-1], self.size))
        whole[..., self._outputs] = gradient
        return whole

    def _pulled(
        self, V: Floats, times: Indices, sequences: Indices
    ) -> tuple[Floats, list[tuple[Floats, Floats]]]:
        """Return the rows one step back, and for each layer those at what W and U feed."""
        parts = list(_split(V, self.layers))
        inners: list[tuple[Floats, Floats]] = []
        for i in reversed(range(len(self.layers))):
            layer = self.layers[i]
            pulled = layer.pull(self._local[i][times, sequences], parts[i])
            parts[i] = pulled.state
            inners.append((pulled.inner, pulled.recurrent))
            if i:  # what this layer read is the new h of the one below
                below = parts[i - 1].copy()
                below[..., : self.layers[i - 1].outputs] += layer.to_inputs(pulled.inner)
                parts[i - 1] = below
        state = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-1)
        return state, inners[::-1]


def tanh(W: ArrayLike, U: ArrayLike | None = None, b: ArrayLike | None = None) -> Net:
    """Return the network h_t = tanh(W h_{t-1} + U x_t + b) (Elman 1990).

    Parameters
    ----------
    W : array_like of shape (N, N)
        Recurrent weights.
    U : array_like of shape (N, I), optional
        Input weights; without them the inputs are the drive U x_t themselves.
    b : array_like of shape (N,), optional
        Bias, zero unless given.

    Returns
    -------
    Net

    Raises
    ------
    ValueError
        If shapes do not fit or an entry is not finite.
    """
    return _elman(W, U, b, "tanh")


def linear(W: ArrayLike, U: ArrayLike | None = None, b: ArrayLike | None = None) -> Net:
    """Return the network h_t = W h_{t-1} + U x_t + b; arguments as in `tanh`."""
    return _elman(W, U, b, "linear")


def relu(W: ArrayLike, U: ArrayLike | None = None, b: ArrayLike | None = None) -> Net:
    """Return the network h_t = max(0, W h_{t-1} + U x_t + b); arguments as in `tanh`.

    Where a unit is at exactly 0 its slope is taken to be 0, as PyTorch and JAX take it.
    """
    return _elman(W, U, b, "relu")


def leaky(
    W: ArrayLike, U: ArrayLike | None = None, b: ArrayLike | None = None, *, leak: float = 0.5
) -> Net:
    """Return the network h_t = (1 - a) h_{t-1} + a tanh(W h_{t-1} + U x_t + b).

    Parameters
    ----------
    W, U, b : array_like
        As in `tanh`.
    leak : float
        a, 0 < a <= 1.

    Returns
    -------
    Net

    Raises
    ------
    ValueError
        If shapes do not fit, an entry is not finite, or `leak` is out of range.
    """
    return _elman(W, U, b, "leaky", leak)


def lstm(
    W: ArrayLike,
    U: ArrayLike | None = None,
    b: ArrayLike | None = None,
    *,
    gates: str = "sigmoid",
) -> Net:
    """Return an LSTM, its blocks i, f, g, o in the order of PyTorch.

    c_t = f ⊙ c_{t-1} + i ⊙ g and h_t = o ⊙ tanh(c_t) with i, f, o = σ(W h_{t-1} + U x_t + b) and
    g = tanh(W h_{t-1} + U x_t + b) (Hochreiter & Schmidhuber 1997; Gers, Schmidhuber & Cummins
    2000). Its state is h, then c: S = 2N.

    Parameters
    ----------
    W : array_like of shape (4N, N)
        Recurrent weights.
    U : array_like of shape (4N, I), optional
        Input weights; without them the inputs are the drive U x_t themselves.
    b : array_like of shape (4N,), optional
        Bias, zero unless given. PyTorch has two, of which only the sum counts.
    gates : {"sigmoid", "hard_sigmoid"}
        σ, or clip(x/5 + ½, 0, 1), which Keras took before its version 2.3.

    Returns
    -------
    Net

    Raises
    ------
    ValueError
        If shapes do not fit, an entry is not finite, or `gates` is another.
    """
    W, U, b = _weights(W, U, b, 4)
    return Net([LSTM(W, U, b, arguments.choice("gates", gates, GATES))])


def gru(
    W: ArrayLike,
    U: ArrayLike | None = None,
    b: ArrayLike | None = None,
    *,
    recurrent_bias: ArrayLike | None = None,
    gates: str = "sigmoid",
    reset: str = "after",
) -> Net:
    """Return a GRU, its blocks r, z, n in the order of PyTorch (Cho et al. 2014).

    h_t = z ⊙ h_{t-1} + (1 - z) ⊙ n with r, z = σ(W h_{t-1} + b' + U x_t + b). The reset comes
    after the product, n = tanh(r ⊙ (W h_{t-1} + b') + U x_t + b), as in cuDNN, PyTorch and Flax;
    or before it, n = tanh(W (r ⊙ h_{t-1}) + b' + U x_t + b), as in the paper.

    Parameters
    ----------
    W : array_like of shape (3N, N)
    U : array_like of shape (3N, I), optional
    b : array_like of shape (3N,), optional
        As in `lstm`.
    recurrent_bias : array_like of shape (3N,), optional
        b', zero unless given; PyTorch's ``bias_hh``. Its last block stands inside the reset:
        added to `b` instead it makes another network.
    gates : {"sigmoid", "hard_sigmoid"}
        As in `lstm`.
    reset : {"after", "before"}
        Where the reset stands: after the product with W, or before it.

    Returns
    -------
    Net

    Raises
    ------
    ValueError
        If shapes do not fit, an entry is not finite, or `gates` or `reset` is another.
    """
    W, U, b = _weights(W, U, b, 3)
    inside = _bias("recurrent_bias", recurrent_bias, len(W))
    gates = arguments.choice("gates", gates, GATES)
    layer = GRU if arguments.choice("reset", reset, RESETS) == "after" else ResetFirstGRU
    return Net([layer(W, U, b, inside, gates)])


def diagonal(
    decay: ArrayLike | Callable[[Floats], ArrayLike],
    U: ArrayLike | None = None,
    b: ArrayLike | None = None,
    *,
    units: int | None = None,
) -> Net:
    """Return the network h_t = λ ⊙ h_{t-1} + U x_t + b, whose units do not read each other.

    Parameters
    ----------
    decay : array_like of shape (N,), or callable
        λ, real or complex; or a function from inputs of shape (T, B, I) to real λ of shape
        (T, B, N), one for each step, as in gated linear recurrences (Gu & Dao 2023).
    U : array_like of shape (N, I), optional
        Input weights, complex where λ is; without them the inputs are the drive.
    b : array_like of shape (N,), optional
        Bias, zero unless given.
    units : int, optional
        N, where neither `decay` nor `U` says it; where one does, it must be the same.

    Returns
    -------
    Net
        Where λ or U is complex its state is the real parts of h, then the imaginary ones: S = 2N.

    Raises
    ------
    ValueError
        If shapes do not fit or an entry is not finite.
    """
    given = decay if callable(decay) else arguments.complex_array("decay", decay, ("N",))
    if not callable(given):
        N = len(given)
    elif units is not None:
        N = arguments.size("units", units)
    elif U is not None:
        N = len(arguments.complex_array("U", U, ("N", "I")))
    else:
        raise ValueError("units must be given where decay is a function and U is not")
    if not N:
        raise ValueError("decay must hold at least one unit")
    if units is not None and arguments.size("units", units) != N:
        raise ValueError(f"units must be those of decay, {N}, got {units}")
    inner = None if U is None else arguments.complex_array("U", U, (N, "I"))
    bias = np.zeros(N) if b is None else arguments.complex_array("b", b, (N,))
    arrays = [one for one in (given, inner, bias) if isinstance(one, np.ndarray)]
    is_complex = any(np.iscomplexobj(one) for one in arrays)

    def by_parts(value: NDArray[Any]) -> Floats:
        return np.concatenate([value.real, value.imag]) if is_complex else value

    def factors(inputs: Floats) -> Floats:
        assert callable(given)
        return arguments.array("what decay returns", given(inputs), (*inputs.shape[:2], N))

    if callable(given) and is_complex:
        raise ValueError("decay must be an array where weights are complex, got a function")
    parts = None if inner is None else by_parts(inner)
    return Net([Diagonal(factors if callable(given) else given, parts, by_parts(bias), N)])


def stack(nets: Sequence[Net]) -> Net:
    """Return networks on top of each other as one: each reads the h of the one before.

    Parameters
    ----------
    nets : sequence of Net
        The first reads the inputs.

    Returns
    -------
    Net
        Its state is theirs, one after the other.

    Raises
    ------
    ValueError
        If there is none, one is something else, or one does not read as many numbers as the one
        before it gives.
    """
    if not isinstance(nets, Sequence) or not all(isinstance(net, Net) for net in nets):
        raise ValueError("nets must be a list of networks, as longrange.nets makes them")
    layers = [layer for net in nets for layer in net.layers]
    if not layers:
        raise ValueError("nets must hold at least one network")
    for i, (below, above) in enumerate(pairwise(layers)):
        if above.reads != below.outputs:
            raise ValueError(
                f"layer {i + 1} reads {above.reads} numbers a step, and layer {i} gives "
                f"{below.outputs}"
            )
    return Net(layers)


def from_jacobians(J: ArrayLike) -> Run:
    """Return a run that is its Jacobians alone, as another program has computed them.

    Parameters
    ----------
    J : array_like of shape (T, S, S) or (T, B, S, S)
        ``J[t]`` is d h_t / d h_{t-1}; J[0] is that of the first step.

    Returns
    -------
    Run

    Raises
    ------
    ValueError
        If the matrices are not square or an entry is not finite.
    """
    J = arguments.array("J", J, ("T", "S", "S"), ("T", "B", "S", "S"))
    if J.shape[-1] != J.shape[-2] or not J.size:
        raise ValueError(f"J must hold square matrices, got shape {J.shape}")
    return JacobianRun(J[:, None] if J.ndim == 3 else J)


def along(layer: Elman, states: Floats, start: Floats | None = None) -> NetRun:
    """Return the run of a plain layer from its states alone, of shape (T, B, N)."""
    return NetRun([layer], states, [layer.local(states, start)], None, start)


def _elman(
    W: ArrayLike, U: ArrayLike | None, b: ArrayLike | None, activation: str, leak: float = 0.5
) -> Net:
    W, U, b = _weights(W, U, b, 1)
    return Net([Elman(W, U, b, activation, leak)])


def _weights(
    W: ArrayLike, U: ArrayLike | None, b: ArrayLike | None, blocks: int
) -> tuple[Floats, Floats | None, Floats]:
    """Return the weights of one layer whose rows come in blocks."""
    rows = "N" if blocks == 1 else f"{blocks}N"
    W = arguments.array("W", W, (rows, "N"))
    if not W.size or len(W) != blocks * W.shape[1]:
        raise ValueError(f"W must have shape ({rows}, N) with N >= 1, got {W.shape}")
    if U is not None:
        U = arguments.array("U", U, (len(W), "I"))
        if not U.size:
            raise ValueError(f"U must read at least one number, got shape {U.shape}")
    return W, U, _bias("b", b, len(W))


def _bias(name: str, value: ArrayLike | None, rows: int) -> Floats:
    return np.zeros(rows) if value is None else arguments.array(name, value, (rows,))


def _split(states: Floats, layers: Sequence[Layer]) -> list[Floats]:
    """Return the parts of the joint state that belong to each layer."""
    if len(layers) == 1:
        return [states]
    return np.split(states, np.cumsum([layer.size for layer in layers])[:-1], axis=-1)


def _place(layers: Sequence[Layer]) -> slice:
    """Return where in the joint state the outputs of the last layer stand."""
    first = sum(layer.size for layer in layers[:-1])
    return slice(first, first + layers[-1].outputs)
