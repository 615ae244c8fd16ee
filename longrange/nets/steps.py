"""Runs of any step: its Jacobians by the derivatives of the framework it is written in.

A step in JAX or PyTorch brings its own derivatives, forward (J v) and reverse (Jᵀ v). Both
frameworks name them alike, ``vmap``, ``jvp`` and ``vjp``, so what is done with them is written
once. Neither is imported here: whoever passes its arrays has imported it.
"""

import sys
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longrange import arguments
from longrange.arguments import first_line
from longrange.nets.run import IDS, Indices, Run, timed

Floats = NDArray[np.float64]


def from_step(
    step: Callable[..., Any],
    inputs: ArrayLike,
    *,
    start: Any,
    weights: Any = None,
    batch_first: bool | None = None,
    outputs: Callable[[Any], Any] | None = None,
) -> "StepRun":
    """Return the run of one step of yours, written in JAX or PyTorch, along inputs.

    It is computed in the precision of your arrays. float32 is enough for norms, rates and
    gradients, to about 1e-6 a step; small singular values need float64.

    Parameters
    ----------
    step : callable
        - A function ``step(state, x)`` of one sequence, without a batch, that returns the new
          state; ``step(weights, state, x)`` where `weights` are given. As in ``jax.lax.scan``
          the state comes first, but nothing is returned beside it.
        - A PyTorch module, called as PyTorch's own cells are: ``module(x, state)`` with a batch
          of rows, x of shape (B, I). One that is random, as dropout in training mode, is refused.
        - An Equinox module, called as Equinox's own cells are: ``module(x, state)`` without a
          batch.
    inputs : array_like of shape (T, I), (T, B, I), or (B, T, I) with `batch_first`
        What the step reads.
    start : array, or tuple of arrays
        The state of one sequence before the first step, without a batch: (h, c) of an LSTM, each
        of shape (N,). All sequences begin with it. Arrays of JAX, in any pytree, or tensors of
        PyTorch, alone or in a tuple; it tells the framework. NumPy's where the module tells it.
        Complex numbers are carried as their real parts, then their imaginary parts.
    weights : pytree of JAX arrays, or dict of PyTorch tensors, optional
        What gradients by lag are taken to, beside the inputs. A module's are its own.
    batch_first : bool
        As in `Net.run`.
    outputs : callable, optional
        ``outputs(state)`` is what the network shows of the state of one sequence, such as
        ``lambda state: state[0]``; the whole state unless given, and h of ``torch.nn.LSTMCell``.

    Returns
    -------
    StepRun
        Its state is all arrays of yours, one after the other, flat.

    Raises
    ------
    ValueError
        If the framework cannot be told, the step fails, cannot be differentiated, or returns
        anything but a state like the one it is given, a shape does not fit, or an entry is not
        finite. Where only a part of the state goes through ``detach()`` that is not told: what
        goes through it counts as constant.

    Warns
    -----
    UserWarning
        If JAX computes in 32 bits, which it does until it is told otherwise.

    Examples
    --------
    >>> cell = torch.nn.LSTMCell(8, 64)  # doctest: +SKIP
    >>> run = nets.from_step(
    ...     cell, inputs, start=(torch.zeros(64), torch.zeros(64)), batch_first=True
    ... )  # doctest: +SKIP
    """
    if not callable(step):
        raise ValueError(f"step must be a function or a module, got {step!r:.60}")
    framework = _told(step, start, weights, inputs)
    read = timed("inputs", inputs, "I", batch_first)
    hint = IDS if arguments.is_whole(inputs) else ""
    return StepRun(_Step(framework, start, read[0, 0], outputs, hint), read)


class StepRun(Run):
    """The run of `from_step`."""

    def __init__(self, step: "_Step", inputs: Floats) -> None:
        self._step, self._reads = step, inputs
        start = np.tile(step.start, (inputs.shape[1], 1))
        states = step.run(inputs, start)
        if not np.isfinite(states).all():
            t = int(np.argwhere(~np.isfinite(states))[0, 0])
            raise ValueError(f"the states are not finite from step {t} on")
        super().__init__(states, outputs=step.shown(states), inputs=inputs, start=start)

    @property
    def precision(self) -> str:
        """The type of number that the step computes in, such as "float32"."""
        return self._step.precision

    def jvp(self, V: Floats, times: Indices, sequences: Indices) -> Floats:
        """Return J_t V by forward-mode derivatives: `Run.jvp`."""
        return self._step.push(V, *self._before(times, sequences))

    def vjp(self, V: Floats, times: Indices, sequences: Indices) -> Floats:
        """Return J_tᵀ V by reverse-mode derivatives: `Run.vjp`."""
        return self._step.pull(V, *self._before(times, sequences))

    def pullback(
        self, V: Floats, times: Indices, sequences: Indices
    ) -> tuple[Floats, Floats, Mapping[str, Floats]]:
        """Return the gradient one step back: `Run.pullback`."""
        return self._step.pull_all(V, *self._before(times, sequences))

    def on_states(self, gradient: Floats, times: Indices) -> Floats:
        """Return a gradient on the whole states: `Run.on_states`."""
        return self._step.from_shown(gradient, self.states[times])

    def _before(self, times: Indices, sequences: Indices) -> tuple[Floats, Floats]:
        """Return the states before these steps, and what the steps read."""
        earlier = self.states[np.maximum(times - 1, 0), sequences]
        before = np.where((times == 0)[:, None], self._step.start, earlier)
        return before, self._reads[times, sequences]


class _Framework(ABC):
    """What JAX and PyTorch do each in its own way, and the step as each calls it.

    Attributes
    ----------
    vmap, jvp, vjp : callable
        The framework's own.
    weights : list of arrays
        What gradients are taken to, and their `names`.
    batched : bool
        Whether the step is called with a batch of rows.
    pads : bool
        Whether each new number of rows costs a compilation.
    """

    vmap: Callable[..., Any]
    jvp: Callable[..., Any]
    vjp: Callable[..., Any]
    complex: Callable[[Any, Any], Any]
    weights: list[Any]
    names: list[str]
    batched = False
    pads = False
    outputs: Callable[[Any], Any] | None = None  # unless the caller names others

    @abstractmethod
    def call(self, weights: list[Any], state: Any, x: Any) -> Any:
        """Return the state after the step."""

    @abstractmethod
    def opened(self, tree: Any) -> tuple[list[Any], Callable[[list[Any]], Any]]:
        """Return the arrays of a state, and what puts others in their places."""

    @abstractmethod
    def array(self, value: Floats, like: Any) -> Any:
        """Return NumPy's array as the framework's, of the type of `like`."""

    @abstractmethod
    def numpy(self, value: Any) -> Floats:
        """Return the framework's array as NumPy's, in 64 bits."""

    @abstractmethod
    def is_complex(self, value: Any) -> bool:
        """Whether an array is complex."""

    @abstractmethod
    def joined(self, parts: list[Any]) -> Any:
        """Return arrays one after the other, along the last axis."""

    @abstractmethod
    def cast(self, value: Any, dtype: Any) -> Any:
        """Return the array in another type."""

    @abstractmethod
    def compiled(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function, faster where the framework can make it so."""

    @abstractmethod
    def scan(self, step: Callable[..., Any], h: Any, x: Any) -> Any:
        """Return the states after each step, ``step(weights, h, x)`` for each x."""


class _Jax(_Framework):
    """JAX, and modules of Equinox."""

    pads = True

    def __init__(self, step: Callable[..., Any], weights: Any) -> None:
        self.jax: Any = sys.modules["jax"]
        self.vmap, self.jvp, self.vjp = self.jax.vmap, self.jax.jvp, self.jax.vjp
        self.complex = self.jax.lax.complex
        self._step, self._given = step, weights is not None
        equinox: Any = sys.modules.get("equinox")
        if equinox and isinstance(step, equinox.Module) and weights is None:
            self._step, self._given = lambda module, state, x: module(x, state), True
            weights = step
        tree = self.jax.tree_util
        paths, self._structure = tree.tree_flatten_with_path(weights)
        self._leaves = [leaf for _, leaf in paths]
        # Other leaves, such as whole numbers or activations, stay what they are.
        self._places = [
            i for i, one in enumerate(self._leaves)
            if isinstance(one, self.jax.Array | np.ndarray)
            and self.jax.numpy.issubdtype(one.dtype, self.jax.numpy.floating)
        ]  # fmt: skip
        for path, leaf in paths:
            if np.iscomplexobj(leaf):
                raise ValueError(
                    f"weights must be real, got complex {tree.keystr(path)}: pass real and "
                    "imaginary part as two"
                )
        self.weights = [self.jax.numpy.asarray(self._leaves[i]) for i in self._places]
        self.names = [tree.keystr(paths[i][0], simple=True, separator=".") for i in self._places]
        if not self.jax.config.jax_enable_x64:
            warnings.warn(
                "JAX computes in 32 bits, so a step is good to about 1e-6: "
                "jax.config.update('jax_enable_x64', True) before arrays are made gives 64",
                stacklevel=4,
            )

    def call(self, weights: list[Any], state: Any, x: Any) -> Any:
        if not self._given:
            return self._step(state, x)
        leaves = list(self._leaves)
        for i, one in zip(self._places, weights, strict=True):
            leaves[i] = one
        return self._step(self.jax.tree_util.tree_unflatten(self._structure, leaves), state, x)

    def opened(self, tree: Any) -> tuple[list[Any], Callable[[list[Any]], Any]]:
        leaves, structure = self.jax.tree_util.tree_flatten(tree)
        rebuild = self.jax.tree_util.tree_unflatten
        return [self.jax.numpy.asarray(one) for one in leaves], lambda new: rebuild(structure, new)

    def array(self, value: Floats, like: Any) -> Any:
        return self.jax.numpy.asarray(value, dtype=like.dtype)

    def numpy(self, value: Any) -> Floats:
        return np.array(value, dtype=float)

    def is_complex(self, value: Any) -> bool:
        return bool(self.jax.numpy.iscomplexobj(value))

    def joined(self, parts: list[Any]) -> Any:
        return self.jax.numpy.concatenate(parts, axis=-1)

    def cast(self, value: Any, dtype: Any) -> Any:
        return value.astype(dtype)

    def compiled(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return self.jax.jit(function)

    def scan(self, step: Callable[..., Any], h: Any, x: Any) -> Any:
        def along(weights: Any, h: Any, x: Any) -> Any:
            def one(h: Any, x: Any) -> Any:
                new = step(weights, h, x)
                return new, new

            return self.jax.lax.scan(one, h, x)[1]

        return self.jax.jit(along)(self.weights, h, x)


class _Torch(_Framework):
    """PyTorch, whose modules bring their weights and read a batch."""

    def __init__(self, step: Callable[..., Any], weights: Any) -> None:
        self.torch: Any = sys.modules["torch"]
        nn, func = self.torch.nn, self.torch.func
        self.vmap, self.jvp, self.vjp = func.vmap, func.jvp, func.vjp
        self.complex = self.torch.complex
        self._step, self._given = step, weights is not None
        if isinstance(step, nn.Module):
            if weights is not None:
                raise ValueError("weights must not be given with a module: it has its own")
            if isinstance(step, nn.RNNBase):
                raise ValueError(
                    f"step must be one step, got {type(step).__name__}, which runs along a whole "
                    f"sequence: pass nn.{type(step).__name__}Cell, or read its weights with "
                    "nets.from_state_dict"
                )
            random = ("Dropout", "BatchNorm")
            for one in step.modules():
                if one.training and any(word in type(one).__name__ for word in random):
                    raise ValueError(
                        f"step must do the same each time, and {type(one).__name__} is in "
                        "training mode: call step.eval() first"
                    )
            self.batched = True
            weights = dict(step.named_parameters())
            self._given = True
            self._step = lambda weights, state, x: func.functional_call(step, weights, (x, state))
            if isinstance(step, nn.LSTMCell):
                self.outputs = lambda state: state[0]
        weights = {} if weights is None else weights
        if not isinstance(weights, Mapping):
            raise ValueError(f"weights must be a dict of tensors, got {type(weights).__name__}")
        self.names, self.weights = [str(name) for name in weights], []
        self.weights = [self._tensor(one).detach() for one in weights.values()]

    def call(self, weights: list[Any], state: Any, x: Any) -> Any:
        if not self._given:
            return self._step(state, x)
        return self._step(dict(zip(self.names, weights, strict=True)), state, x)

    def opened(self, tree: Any) -> tuple[list[Any], Callable[[list[Any]], Any]]:
        if not isinstance(tree, tuple | list):
            return [self._tensor(tree)], lambda new: new[0]
        make = getattr(tree, "_make", type(tree))  # of a named tuple
        return [self._tensor(one) for one in tree], make

    def _tensor(self, value: Any) -> Any:
        if isinstance(value, self.torch.Tensor):
            if value.is_meta:
                raise ValueError("tensors on the device meta hold no numbers")
            return value
        like = self.weights[0] if self.weights else self.torch.empty(0, dtype=self.torch.float64)
        return self.torch.as_tensor(np.array(value), dtype=like.dtype, device=like.device)

    def array(self, value: Floats, like: Any) -> Any:
        return self.torch.tensor(value, dtype=like.dtype, device=like.device)

    def numpy(self, value: Any) -> Floats:
        return value.detach().to("cpu", self.torch.float64).numpy()

    def is_complex(self, value: Any) -> bool:
        return value.is_complex()

    def joined(self, parts: list[Any]) -> Any:
        return self.torch.cat(parts, dim=-1)

    def cast(self, value: Any, dtype: Any) -> Any:
        return value.to(dtype)

    def compiled(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return function

    def scan(self, step: Callable[..., Any], h: Any, x: Any) -> Any:
        states = []
        with self.torch.no_grad():
            for one in x:
                h = step(self.weights, h, one)
                states.append(h)
        return self.torch.stack(states)


def _told(step: Callable[..., Any], start: Any, weights: Any, inputs: Any) -> _Framework:
    """Return the framework whose arrays or module are given."""
    torch: Any = sys.modules.get("torch")
    jax: Any = sys.modules.get("jax")

    def tensors(value: Any) -> bool:
        if isinstance(value, Mapping):
            return any(tensors(one) for one in value.values())
        if isinstance(value, tuple | list):
            return any(tensors(one) for one in value)
        return isinstance(value, torch.Tensor | torch.nn.Module)

    found: list[type[_Jax] | type[_Torch]] = []
    if torch and tensors([step, start, weights]):
        found.append(_Torch)
    if jax:
        compiled = type(step).__module__.partition(".")[0] in ("jax", "jaxlib")
        leaves = jax.tree_util.tree_leaves((step, start, weights, inputs))
        if compiled or any(isinstance(one, jax.Array) for one in leaves):
            found.append(_Jax)
    if len(found) == 1:
        return found[0](step, weights)
    if found:
        raise ValueError("step, start and weights must be of one framework, got PyTorch and JAX")
    raise ValueError(
        "start must hold arrays of JAX or tensors of PyTorch, which tells whose derivatives to "
        f"take, got {type(start).__name__}: with Jacobians of your own use nets.from_jacobians"
    )


class _Leaf(NamedTuple):
    """One array of the state."""

    shape: tuple[int, ...]
    dtype: Any
    is_complex: bool

    @property
    def size(self) -> int:
        """How many real numbers it is."""
        return int(np.prod(self.shape)) * (2 if self.is_complex else 1)


class _Step:
    """A step as a function of flat real states, and its derivatives on NumPy's arrays."""

    def __init__(
        self,
        framework: _Framework,
        start: Any,
        x: Floats,
        outputs: Callable[[Any], Any] | None,
        hint: str = "",
    ) -> None:
        self.framework, self._outputs = framework, outputs or framework.outputs
        leaves, self._rebuild = framework.opened(start)
        returned = self._tried(leaves, x, hint)
        # Of the types that come out: a start in other ones would be cut down at each step.
        self._leaves = [
            _Leaf(tuple(one.shape), one.dtype, framework.is_complex(one)) for one in returned
        ]
        self._like = self._flat(returned)
        self.precision = str(self._like.dtype).removeprefix("torch.")
        if "float" not in self.precision:
            raise ValueError(f"step must return numbers with a point, got {self.precision}")
        typed = [
            framework.cast(one, leaf.dtype) for one, leaf in zip(leaves, self._leaves, strict=True)
        ]
        self.start = framework.numpy(self._flat(typed))
        self._push = framework.compiled(self._pushed)
        self._pull = framework.compiled(self._pulled)
        self._pull_all = framework.compiled(self._pulled_all)
        self._refuse_without_derivatives(x)

    def _refuse_without_derivatives(self, x: Floats) -> None:
        """Take the derivatives of the first step for two sequences at once, as they will be."""
        before, read = np.stack([self.start] * 2), np.stack([x] * 2)
        arrays = self._arrays(np.ones((2, 1, len(self.start))), before, read)
        try:
            for derivative in (self._pushed, self._pulled):  # uncompiled: once is not worth it
                derivative(self.framework.weights, *arrays)
        except Exception as error:
            raise ValueError(
                f"step cannot be differentiated: {first_line(error)}; it must stay within the "
                "framework, with no detach(), .item(), change in place or NumPy on its way"
            ) from error

    def _tried(self, leaves: list[Any], x: Floats, hint: str) -> list[Any]:
        """Return the arrays of the state after one step, tried on one sequence.

        `hint` ends the sentence on a step that fails.
        """
        framework, shapes = self.framework, _shapes(leaves)
        if not leaves or not all(np.prod(shape) for shape in shapes):
            raise ValueError(f"start must hold at least one number in each array, got {shapes}")
        real = next((one.real for one in leaves if framework.is_complex(one)), leaves[0])
        state, read = leaves, framework.array(x, like=real)
        if framework.batched:
            state, read = [one[None] for one in leaves], read[None]
        try:
            new = framework.call(framework.weights, self._rebuild(state), read)
            returned, _ = framework.opened(new)
        except Exception as error:  # whatever may go wrong within somebody's function
            raise ValueError(
                f"step fails at a state of shape {_written(shapes)} and an input of shape "
                f"{x.shape}: {first_line(error)}{hint}"
            ) from error
        if framework.batched:
            returned = [one[0] for one in returned]
        if _shapes(returned) != shapes:
            hint = ": the new state alone, no output beside it" * (len(returned) > len(leaves))
            raise ValueError(
                f"step must return a state of the shape of start, {_written(shapes)}, got "
                f"{_written(_shapes(returned))}{hint}"
            )
        return returned

    def run(self, inputs: Floats, start: Floats) -> Floats:
        """Return the states after each step, of shape (T, B, S)."""
        return self.framework.numpy(self.framework.scan(self._next, *self._arrays(start, inputs)))

    def shown(self, states: Floats) -> Floats:
        """Return what the network shows of states of shape (T, B, S)."""
        if self._outputs is None:
            return states
        (rows,) = self._arrays(states.reshape(-1, states.shape[-1]))
        try:
            found = self.framework.numpy(self.framework.vmap(self._seen)(rows))
        except Exception as error:
            raise ValueError(f"outputs fails at a state: {first_line(error)}") from error
        return found.reshape(*states.shape[:2], -1)

    def from_shown(self, gradient: Floats, states: Floats) -> Floats:
        """Return the gradient on whole states, given that on what they show."""
        if self._outputs is None:
            return gradient
        rows, given = self._arrays(
            states.reshape(-1, states.shape[-1]), gradient.reshape(-1, gradient.shape[-1])
        )
        pulled = self.framework.vjp(self.framework.vmap(self._seen), rows)[1](given)[0]
        return self.framework.numpy(pulled).reshape(states.shape)

    def push(self, V: Floats, before: Floats, read: Floats) -> Floats:
        """Return J V for V of shape (P, M, S)."""
        return self._by_rows(self._push, V, before, read)

    def pull(self, V: Floats, before: Floats, read: Floats) -> Floats:
        """Return Jᵀ V for V of shape (P, M, S)."""
        return self._by_rows(self._pull, V, before, read)

    def pull_all(
        self, V: Floats, before: Floats, read: Floats
    ) -> tuple[Floats, Floats, dict[str, Floats]]:
        """Return the gradients on P states and inputs, and on weights, summed over the P."""
        V, size = _scaled(V, axis=None)
        weights, *rows = self._pull_all(self.framework.weights, *self._padded(V, before, read))
        numpy = self.framework.numpy
        state, inputs = (np.ldexp(numpy(one)[: len(V)], size) for one in rows)
        named = zip(self.framework.names, weights, strict=True)
        return state, inputs, {name: np.ldexp(numpy(one), size[0]) for name, one in named}

    def _by_rows(
        self, derivative: Callable[..., Any], V: Floats, before: Floats, read: Floats
    ) -> Floats:
        V, sizes = _scaled(V, axis=-1)
        found = derivative(self.framework.weights, *self._padded(V, before, read))
        return np.ldexp(self.framework.numpy(found)[: len(V)], sizes)

    def _padded(self, V: Floats, before: Floats, read: Floats) -> list[Any]:
        """Return rows up to a power of two, so that few numbers of rows are compiled for."""
        more = (1 << (len(V) - 1).bit_length()) - len(V) if self.framework.pads else 0
        nothing = np.zeros((more, *V.shape[1:]))
        before, read = (np.pad(one, ((0, more), (0, 0)), "edge") for one in (before, read))
        return self._arrays(np.concatenate([V, nothing]), before, read)

    def _arrays(self, *values: Floats) -> list[Any]:
        return [self.framework.array(one, like=self._like) for one in values]

    # From here on all is in the framework's own arrays: P flat states h, and what they read.

    def _next(self, weights: Any, h: Any, x: Any) -> Any:
        """Return the states one step on."""
        if self.framework.batched:
            return self._next_flat(weights, h, x)
        return self.framework.vmap(self._next_flat, (None, 0, 0))(weights, h, x)

    def _next_flat(self, weights: Any, h: Any, x: Any) -> Any:
        return self._flat(self.framework.opened(self.framework.call(weights, self._state(h), x))[0])

    def _pushed(self, weights: Any, V: Any, h: Any, x: Any) -> Any:
        def along(v: Any) -> Any:
            return self.framework.jvp(lambda h: self._next(weights, h, x), (h,), (v,))[1]

        return self.framework.vmap(along, 1, 1)(V)

    def _pulled(self, weights: Any, V: Any, h: Any, x: Any) -> Any:
        pull = self.framework.vjp(lambda h: self._next(weights, h, x), h)[1]
        return self.framework.vmap(lambda v: pull(v)[0], 1, 1)(V)

    def _pulled_all(self, weights: Any, V: Any, h: Any, x: Any) -> Any:
        return self.framework.vjp(self._next, weights, h, x)[1](V)

    def _seen(self, h: Any) -> Any:
        assert self._outputs is not None
        return self._outputs(self._state(h)).reshape(-1)

    def _flat(self, leaves: Sequence[Any]) -> Any:
        """Return the arrays of a state, or of a batch of them, one after the other."""
        lead = leaves[0].ndim - len(self._leaves[0].shape)
        parts: list[Any] = []
        for one in leaves:
            parts += [one.real, one.imag] if self.framework.is_complex(one) else [one]
        return self.framework.joined([one.reshape(*one.shape[:lead], -1) for one in parts])

    def _state(self, flat: Any) -> Any:
        """Return the state, or the batch of them, that these numbers are."""
        leaves, first = [], 0
        for leaf in self._leaves:
            part = flat[..., first : first + leaf.size]
            first += leaf.size
            if leaf.is_complex:
                half = leaf.size // 2
                part = self.framework.complex(part[..., :half], part[..., half:])
            leaves.append(
                self.framework.cast(part.reshape(*flat.shape[:-1], *leaf.shape), leaf.dtype)
            )
        return self._rebuild(leaves)


def _scaled(V: Floats, axis: int | None) -> tuple[Floats, NDArray[np.intp]]:
    """Return `V` with its largest entries between ½ and 1, and the powers of two taken out.

    A gradient may be far beyond the range of the framework's 32 bits, and a step is linear in it.
    """
    largest = np.abs(V).max(axis=axis, keepdims=True, initial=0)
    sizes = np.frexp(largest)[1]
    if axis is None:
        sizes = sizes.reshape(1, 1)
    return np.ldexp(V, -sizes), sizes


def _shapes(leaves: Sequence[Any]) -> list[tuple[int, ...]]:
    return [tuple(one.shape) for one in leaves]


def _written(shapes: list[tuple[int, ...]]) -> str:
    return str(shapes[0]) if len(shapes) == 1 else f"({', '.join(map(str, shapes))})"
