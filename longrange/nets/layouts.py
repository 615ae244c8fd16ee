"""Weights of recurrent layers as PyTorch, Keras, cuDNN and Flax lay them out, read into nets.

A layer has input weights U, recurrent weights W and biases, each of G blocks, one a gate. What
differs is where the blocks stand, and in which order:

======== =========================================== ========== ======= ===========================
layout   arrays                                      LSTM       GRU     block of U
======== =========================================== ========== ======= ===========================
pytorch  weight_ih_l0, weight_hh_l0, two biases      i, f, g, o r, z, n rows, (N, I)
keras    kernel, recurrent_kernel, bias              i, f, c, o z, r, h columns, (I, N)
cudnn    the same names, in files of old Keras       i, f, c, o z, r, h columns, but the numbers
                                                                        are those of (N, I), row by
                                                                        row, and W is not transposed
flax     ii, if, …, ho; or dense_i, dense_h          i, f, g, o r, z, n columns, (I, N)
======== =========================================== ========== ======= ===========================

Keras stores one bias, a GRU with ``reset_after=True`` two of them as (2, 3N), cuDNN's layers two
in a row. A wrong reading is no error of a program: the net runs, and is another network. So the
layout comes from the names, the shapes must fit it, and what can be read two ways is refused.
"""

import itertools
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from longrange import arguments
from longrange.nets import network
from longrange.nets.network import Net

Floats = NDArray[np.float64]

BLOCKS = {"rnn": 1, "tanh": 1, "relu": 1, "gru": 3, "lstm": 4}  # blocks of N rows in W
KINDS = tuple(BLOCKS)
LAYOUTS = ("pytorch", "keras", "cudnn", "flax")
DIRECTIONS = ("forward", "backward")


def from_state_dict(
    weights: Mapping[Any, Any],
    *,
    kind: str,
    prefix: str | Sequence[str] = "",
    layout: str | None = None,
    direction: str | None = None,
    layer: int | None = None,
    gates: str = "sigmoid",
    reset_after: bool | None = None,
) -> Net:
    """Return the net of trained weights, as PyTorch, Keras or Flax name and lay them out.

    No framework is imported. Stacked layers become one net (`stack`), two biases are kept apart
    where it matters, and everything is computed in float64, which holds all narrower formats.

    Parameters
    ----------
    weights : mapping
        Names to arrays: ``module.state_dict()`` of PyTorch; ``{w.path: w for w in model.weights}``
        of Keras; ``variables["params"]`` of Flax linen and ``nnx.state(module, nnx.Param)`` of
        nnx; what `read_weights` returns. Mappings may hold mappings. Arrays that no recurrent
        layer has, such as those of an embedding, are left alone.
    kind : {"rnn", "tanh", "relu", "gru", "lstm"}
        What the layers are; "rnn" is "tanh". Shapes cannot tell tanh from relu.
    prefix : str or sequence of str
        What the names begin with, such as "encoder.rnn." or "params/cell"; needed where there are
        several networks. What stands before it may be left out where only one name fits. Several
        are stacked in the order given.
    layout : {"pytorch", "keras", "cudnn", "flax"}, optional
        Needed only where the names do not tell it, as with "w_ih", "w_hh", "b_ih", "b_hh".
    direction : {"forward", "backward"}, optional
        Which half of a bidirectional layer. The backward one reads the inputs from the end, and a
        net runs along what it is given: reverse the inputs in time yourself before you run it, and
        the states of the original before you compare them.
    layer : int, optional
        The only layer to be read of those that PyTorch numbers; all, stacked, unless given.
    gates : {"sigmoid", "hard_sigmoid"}
        How the gates squash; "hard_sigmoid" is that of Keras before 3, clip(0.2 x + 0.5, 0, 1),
        the default of its LSTM and GRU before 2.3. No array tells it.
    reset_after : bool, optional
        Whether a Keras GRU multiplies by its reset after the product, the default since Keras 2
        of TensorFlow. Needed where the GRU has no bias; elsewhere its shape tells.

    Returns
    -------
    Net

    Raises
    ------
    ValueError
        If an array is missing, of a wrong shape or not finite, if there is one that the net would
        leave out, or if weights can be read in more than one way. A net has no projections and no
        peepholes: pass such a layer's step to `from_step`.
    """
    found = read(
        weights,
        kind=kind,
        prefix=prefix,
        layout=layout,
        direction=direction,
        layer=layer,
        reset_after=reset_after,
    )
    return net(found, kind, gates)


def net(found: Sequence["Weights"], kind: str, gates: str) -> Net:
    """Return the net of layers that were read, the lowest first."""
    if BLOCKS[kind] == 1 and gates != "sigmoid":
        raise ValueError(f"gates must be 'sigmoid' for kind={kind!r}, which has none")
    nets = [_layer(one, kind, gates) for one in found]
    return nets[0] if len(nets) == 1 else network.stack(nets)


class Weights(NamedTuple):
    """Arrays of one layer as PyTorch has them: blocks of rows i, f, g, o or r, z, n.

    Attributes
    ----------
    W : ndarray of shape (G N, N)
        Recurrent weights.
    U : ndarray of shape (G N, I)
        Input weights.
    b : ndarray of shape (G N,)
        Bias of the input, zero where there is none.
    recurrent_bias : ndarray of shape (G N,)
        Bias of the recurrent product, zero where there is none.
    layout : str
        The layout that they were read from.
    reset : {"after", "before"}
        Of a GRU: where the reset stands.
    """

    W: Floats
    U: Floats
    b: Floats
    recurrent_bias: Floats
    layout: str
    reset: str


def read(
    weights: Mapping[Any, Any],
    *,
    kind: str,
    prefix: str | Sequence[str] = "",
    layout: str | None = None,
    direction: str | None = None,
    layer: int | None = None,
    reset_after: bool | None = None,
) -> list[Weights]:
    """Return the arrays of each layer, the lowest first; arguments as in `from_state_dict`."""
    kind = arguments.choice("kind", kind, BLOCKS)
    if kind != "gru" and reset_after is not None:
        raise ValueError(f"reset_after is of a GRU, and kind is {kind!r}")
    if layout is not None:
        arguments.choice("layout", layout, LAYOUTS)
    if direction is not None:
        arguments.choice("direction", direction, DIRECTIONS)
    if layer is not None:
        layer = arguments.size("layer", layer, least=0)
    if reset_after is not None:
        reset_after = arguments.flag("reset_after", reset_after)
    entries = _entries(weights)
    prefixes = [prefix] if isinstance(prefix, str) else prefix
    is_list = isinstance(prefixes, list | tuple) and len(prefixes) > 0
    if not (is_list and all(isinstance(one, str) for one in prefixes)):
        raise ValueError(f"prefix must be text or a list of texts, got {arguments.shown(prefix)}")
    cells = []
    for one in prefixes:
        cells += _chosen(_below(entries, one), one, direction, layer)
    _refuse_both_directions(cells)
    found = [_read_cell(cell, kind, layout, reset_after) for cell in cells]
    for low, high in itertools.pairwise(range(len(cells))):
        reads, gives = found[high].U.shape[1], found[low].W.shape[1]
        if reads != gives:
            raise ValueError(
                f"{cells[high].name('U')} reads {reads} numbers, and the layer below, of "
                f"{cells[low].name('W')}, gives {gives}"
            )
    return found


def _layer(weights: Weights, kind: str, gates: str) -> Net:
    W, U, b, recurrent_bias, _, reset = weights
    if kind == "gru":  # here the second bias stands inside the reset
        return network.gru(W, U, b, recurrent_bias=recurrent_bias, gates=gates, reset=reset)
    if kind == "lstm":
        return network.lstm(W, U, b + recurrent_bias, gates=gates)
    plain = network.relu if kind == "relu" else network.tanh
    return plain(W, U, b + recurrent_bias)


# Names
# -----


class _Entry(NamedTuple):
    """An array and its name, as it came and with dots alone; `start`: where the prefix ends."""

    name: str
    dotted: str
    value: Any
    start: int = 0


def _entries(weights: Any) -> list[_Entry]:
    """Return all that `weights` holds, however deep."""
    if not isinstance(weights, Mapping):
        hint = ""
        if callable(getattr(weights, "state_dict", None)):
            hint = ": pass its state_dict()"
        elif isinstance(weights, str | os.PathLike):
            hint = ": read a file with nets.from_file"
        elif isinstance(weights, list | tuple) or hasattr(weights, "get_weights"):
            hint = ": of Keras pass {w.path: w for w in layer.weights}"
        raise ValueError(f"weights must map names to arrays, got {arguments.shown(weights)}{hint}")
    found: dict[str, _Entry] = {}
    for name, value in leaves(weights):
        # Keras writes paths with "/", and TensorFlow numbers what an operation puts out.
        dotted = re.sub(r":\d+$", "", name).replace("/", ".")
        if dotted in found:
            raise ValueError(f"two arrays of weights have one name: {found[dotted].name}, {name}")
        found[dotted] = _Entry(name, dotted, value)
    return list(found.values())


def leaves(weights: Mapping[Any, Any], head: str = "") -> Iterator[tuple[str, Any]]:
    """Yield names and values of all that is in mappings of mappings, names joined by dots."""
    for key, value in weights.items():
        name = head + (".".join(map(str, key)) if isinstance(key, tuple) else str(key))
        if isinstance(value, Mapping):
            yield from leaves(value, f"{name}.")
        else:
            yield name, value


def _below(entries: list[_Entry], prefix: str) -> list[_Entry]:
    """Return the entries whose names begin with `prefix`, or hold it in one place only."""
    if not prefix:
        return entries
    dotted = prefix.replace("/", ".")
    whole = dotted if dotted.endswith(("_", ".")) else f"{dotted}."  # "rnn" does not begin "rnn2."
    found = [e._replace(start=len(whole)) for e in entries if e.dotted.startswith(whole)]
    if found:
        return found
    heads: dict[str, list[_Entry]] = {}  # by what stands before the prefix
    for entry in entries:
        at = entry.dotted.find(f".{whole}") + 1
        if at:
            heads.setdefault(entry.name[:at], []).append(entry._replace(start=at + len(whole)))
    if len(heads) == 1:
        return heads.popitem()[1]
    if heads:
        fits = _listed([repr(head + prefix) for head in heads])
        raise ValueError(f"prefix {prefix!r} stands in more than one place: name {fits}")
    raise ValueError(f"no name in weights begins with {prefix!r}; {_there(entries)}")


def _there(entries: list[_Entry]) -> str:
    """Say where recurrent layers are; where there are none, what the names are."""
    paths = list(dict.fromkeys(cell.path for cell in _cells(entries)))
    if paths:
        listed = _listed([repr(path) if path else "'' (no prefix)" for path in paths])
        return f"recurrent layers are at {listed}"
    return f"the names are {_listed([entry.name for entry in entries]) or 'none'}"


def _listed(names: list[str], most: int = 6) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


# Layers among the names
# ----------------------


class _Cell(NamedTuple):
    """The arrays of one layer in one direction.

    Attributes
    ----------
    path : str
        What its names begin with.
    naming : str
        Whose names these are: "pytorch", "keras", "flax" or "plain".
    number : int or None
        Its place among the layers of one module of PyTorch.
    backward : bool
        Whether it reads the inputs from the end.
    arrays : dict
        Entries by what they are: "U", "W", "b", "recurrent_bias", or those of one gate, such as
        "hi.kernel".
    others : list of _Entry
        What else stands beside them.
    half : bool
        Whether the layer has another direction too.
    """

    path: str
    naming: str
    number: int | None
    backward: bool
    arrays: dict[str, _Entry]
    others: list[_Entry]
    half: bool = False

    def name(self, role: str) -> str:
        """Return the name of an array."""
        return self.arrays[role].name


_PATTERNS = {
    "pytorch": re.compile(
        r"(?:^|\.)(?P<leaf>(?P<role>(?:weight|bias)_(?:ih|hh)|weight_hr)"
        r"(?:_l(?P<number>\d+)(?P<backward>_reverse)?)?)$"
    ),
    "keras": re.compile(r"(?:^|\.)(?P<leaf>(?P<role>(?:recurrent_)?kernel|bias))$"),
    # In files of Keras 3 the variables of a cell are numbered.
    "variables": re.compile(r"(?:^|\.)(?P<leaf>(?P<role>vars\.[012]))$"),
    "flax": re.compile(
        r"(?:^|\.)(?P<leaf>(?P<role>(?:[ih][ifgorzn]?|if_|dense_[ih])\.(?:kernel|bias)))$"
    ),
    # What people call them: w_ih, Wx, kernel_h, b_hh, bias.
    "plain": re.compile(
        r"(?:^|[._])(?P<leaf>(?P<role>(?P<bias>b|bias)|w|weights?|kernel)"
        r"_?(?:(?P<recurrent>hh|h|r|rec|recurrent)|(?P<input>ih|x|i|in|input))?)$",
        re.IGNORECASE,
    ),
}
_ROLES = {
    "weight_ih": "U", "weight_hh": "W", "bias_ih": "b", "bias_hh": "recurrent_bias",
    "weight_hr": "projection",
    "kernel": "U", "recurrent_kernel": "W", "bias": "b",
    "vars.0": "U", "vars.1": "W", "vars.2": "b",
    "i.kernel": "U", "h.kernel": "W", "i.bias": "b", "h.bias": "recurrent_bias",
    "dense_i.kernel": "U", "dense_h.kernel": "W", "dense_i.bias": "b",
    "dense_h.bias": "recurrent_bias",
}  # fmt: skip
# What the path of a layer that reads backward has in Keras and Flax.
_BACKWARD = re.compile(r"(?:^|\.)backward(?=[_.])")


def _cells(entries: list[_Entry]) -> list[_Cell]:
    """Return the recurrent layers among `entries`, in the order of PyTorch's numbers."""
    known = [name for name in _PATTERNS if name != "plain"]
    found = [cell for naming in known for cell in _cells_of(naming, entries)]
    return found or _cells_of("plain", entries)


def _cells_of(naming: str, entries: list[_Entry]) -> list[_Cell]:
    groups: dict[tuple[str, int | None, bool], dict[str, _Entry]] = {}
    matched = set()
    for entry in entries:
        found = _PATTERNS[naming].search(entry.dotted[entry.start :])
        if not found:
            continue
        named = found.groupdict()
        path = entry.name[: entry.start + found.start("leaf")]
        number = None if named.get("number") is None else int(named["number"])
        backward = named.get("backward") is not None or bool(_BACKWARD.search(_dotted(path)))
        arrays = groups.setdefault((path, number, backward), {})
        role = _role(named)
        if role not in arrays:  # or it is one of the others
            arrays[role] = entry
            matched.add(entry.dotted)
    cells = []
    for (path, number, backward), arrays in groups.items():
        if _is_recurrent(naming, path, arrays):
            others = [e for e in entries if e.dotted not in matched and _beside(naming, path, e)]
            name = "keras" if naming == "variables" else naming
            cells.append(_Cell(path, name, number, backward, arrays, others))
    return sorted(cells, key=lambda cell: cell.number or 0)


def _dotted(path: str) -> str:
    return path.replace("/", ".")


def _role(named: Mapping[str, str | None]) -> str:
    """Return what an array is, from the groups of the pattern that its name fits."""
    if "bias" not in named:
        role = str(named["role"]).replace("_.", ".")  # nnx says if_, as "if" is a word of Python
        return _ROLES.get(role, role)
    if named["bias"]:
        return "recurrent_bias" if named["recurrent"] else "b"
    return "W" if named["recurrent"] else "U"


def _is_recurrent(naming: str, path: str, arrays: Mapping[str, _Entry]) -> bool:
    """Tell a recurrent layer from others that have a kernel and a bias."""
    if naming == "pytorch":
        return True
    if naming == "variables":
        inner = re.search(r"(?:^|\.)(?:cell|cells\.[^.]+)\.$", _dotted(path))
        return bool(inner) and {"U", "W"} <= set(arrays)
    if naming == "flax":
        kernels = {role[0] for role in arrays if role.endswith(".kernel")}
        return {"i", "h"} <= kernels or {"U", "W"} <= set(arrays)
    return "W" in arrays


def _beside(naming: str, path: str, entry: _Entry) -> bool:
    """Whether `entry`, which the naming does not know, can belong to the layer at `path`."""
    if not entry.name.startswith(path):
        return False
    rest = entry.dotted[len(path) :]
    if naming == "pytorch":  # a module may have other parameters, and other modules
        return bool(re.match(r"(?:weight|bias)[^.]*$|parametrizations\.", rest))
    if naming == "variables":
        return rest.startswith("vars.")
    if naming == "plain":
        return bool(_PATTERNS["plain"].fullmatch(rest))
    return naming == "flax" or "." not in rest


def _chosen(
    entries: list[_Entry], prefix: str, direction: str | None, layer: int | None
) -> list[_Cell]:
    """Return the layers of the one network below `prefix`, in one direction, from the lowest up."""
    cells = _cells(entries)
    where = f" below {prefix!r}" if prefix else ""
    if not cells:
        raise ValueError(
            f"weights hold no recurrent layer{where}, such as weight_hh_l0 of PyTorch, "
            f"recurrent_kernel of Keras or hf.kernel of Flax; {_there(entries)}"
        )
    if len({cell.backward for cell in cells}) == 2:
        if direction is None:
            raise ValueError(
                f"weights{where} hold both directions of a bidirectional layer: name "
                "direction='forward' or direction='backward', which reads the inputs reversed"
            )
        cells = [c._replace(half=_is_half(c, cells)) for c in cells
                 if c.backward == (direction == "backward")]  # fmt: skip
    elif direction == "backward" and not cells[0].backward:
        raise ValueError(f"no layer of weights{where} reads its inputs backward")
    elif direction == "forward" and cells[0].backward:
        raise ValueError(f"no layer of weights{where} reads its inputs forward")
    paths = list(dict.fromkeys(cell.path for cell in cells))
    if len(paths) > 1:
        listed = _listed([repr(path) for path in paths])
        raise ValueError(
            f"weights hold {len(paths)} recurrent layers{where}: name one as prefix, or several "
            f"in a list to stack them in that order, prefix=[{listed}]"
        )
    numbers = [cell.number for cell in cells]
    if layer is not None:
        if layer not in numbers:
            there = ", ".join("none" if n is None else str(n) for n in numbers)
            raise ValueError(f"weights{where} have no layer {layer}; their numbers are {there}")
        return [cells[numbers.index(layer)]]
    if len(numbers) > 1 and None in numbers:
        raise ValueError(f"weights hold both weight_hh and weight_hh_l0 at {paths[0]!r}")
    if None not in numbers and numbers != list(range(len(numbers))):
        lacking = min(set(range(len(numbers))) - set(numbers))
        raise ValueError(
            f"{cells[0].path}weight_hh_l{lacking} is missing: name layer={numbers[0]} to read "
            "one layer alone"
        )
    return cells


def _is_half(cell: _Cell, cells: list[_Cell]) -> bool:
    """Whether the same layer runs in the other direction too."""
    return any(
        other.backward != cell.backward
        and other.number == cell.number
        and _undirected(other) == _undirected(cell)
        for other in cells
    )


def _undirected(cell: _Cell) -> str:
    return re.sub(r"(^|\.)(?:back|for)ward(?=[_.])", r"\1", _dotted(cell.path))


def _refuse_both_directions(cells: list[_Cell]) -> None:
    """Refuse layers of which one reads what another has read in the other direction."""
    if len(cells) > 1 and any(cell.half for cell in cells[:-1]):
        one = "layer=0" if cells[0].number is not None else f"prefix={cells[0].path!r}"
        raise ValueError(
            "a layer that stands on a bidirectional one reads both its directions, so the two are "
            f"not one recurrence: read one layer alone, such as {one}"
        )


# Arrays of a layer
# -----------------

_GATES = {
    "pytorch": {"lstm": "ifgo", "gru": "rzn"},
    "keras": {"lstm": "ifco", "gru": "zrh"},
    "flax": {"lstm": "ifgo", "gru": "rzn"},
}


def _read_cell(cell: _Cell, kind: str, layout: str | None, reset_after: bool | None) -> Weights:
    """Return the arrays of one layer as PyTorch has them."""
    _refuse_parts(cell)
    if cell.naming == "flax" and "W" not in cell.arrays:
        cell = _joined(cell, kind)
    found = layout or (_only_reading(cell, kind) if cell.naming == "plain" else cell.naming)
    if cell.naming not in ("plain", found.replace("cudnn", "keras")):
        raise ValueError(f"{cell.name('W')} is a name of {cell.naming}'s, not of layout={layout!r}")
    blocks, columns = BLOCKS[kind], found != "pytorch"
    W = _recurrent(cell, kind, columns=columns)
    N = min(W.shape)
    U = _array(cell, "U", ("I", blocks * N) if columns else (blocks * N, "I"))
    if not U.size:
        raise ValueError(f"{cell.name('U')} must read at least one number, got shape {U.shape}")
    reset = "after"
    if found in ("keras", "cudnn"):
        found, b, recurrent_bias = _keras_biases(cell, kind, blocks * N, layout)
        if kind == "gru" and found == "keras":
            reset = _reset(cell, reset_after)
    else:
        b, recurrent_bias = (_bias(cell, role, blocks * N) for role in ("b", "recurrent_bias"))
    if columns:
        inputs, recurrent = np.split(U, blocks, axis=1), np.split(W, blocks, axis=1)
        if found == "cudnn":  # cuDNN's own matrices, their numbers row by row in arrays (I, N)
            inputs = [block.reshape(N, -1) for block in inputs]
        else:
            inputs, recurrent = [x.T for x in inputs], [x.T for x in recurrent]
        U, W = np.concatenate(inputs), np.concatenate(recurrent)
    if kind == "gru" and found in ("keras", "cudnn"):  # z, r, h
        W, U, b, recurrent_bias = (
            np.concatenate([x[N : 2 * N], x[:N], x[2 * N :]]) for x in (W, U, b, recurrent_bias)
        )
    return Weights(W, U, b, recurrent_bias, found, reset)


def _array(cell: _Cell, role: str, *shapes: tuple[int | str, ...]) -> Floats:
    return arguments.array(cell.name(role), cell.arrays[role].value, *shapes)


def _bias(cell: _Cell, role: str, wide: int) -> Floats:
    return _array(cell, role, (wide,)) if role in cell.arrays else np.zeros(wide)


def _refuse_parts(cell: _Cell) -> None:
    """Refuse a layer that lacks an array, or has one that the net would leave out."""
    if "projection" in cell.arrays:
        raise ValueError(
            f"{cell.name('projection')} projects the outputs of an LSTM (proj_size), which "
            "nets.lstm does not: pass the module to nets.from_step"
        )
    others = [entry.name for entry in cell.others]
    for name in others:
        if re.search(r"peephole|w_[ifo]_diag", name):
            raise ValueError(
                f"{name} is a peephole, from the cell to its gates, which nets.lstm does not "
                "have: pass the layer's step to nets.from_step"
            )
    names = {"U": "kernel", "W": "recurrent_kernel"}
    if cell.naming == "plain":
        names = {"U": "the input weights, such as w_ih,", "W": "w_hh"}
    if cell.naming == "pytorch":
        mark = "" if cell.number is None else f"_l{cell.number}{'_reverse' * cell.backward}"
        names = {"U": f"weight_ih{mark}", "W": f"weight_hh{mark}"}
        if "b" in cell.arrays or "recurrent_bias" in cell.arrays:
            names |= {"b": f"bias_ih{mark}", "recurrent_bias": f"bias_hh{mark}"}
    joined = cell.naming == "flax" and "W" not in cell.arrays
    lacking = [] if joined else [name for role, name in names.items() if role not in cell.arrays]
    there = [entry.name for entry in cell.arrays.values()]
    if lacking:
        raise ValueError(f"{cell.path}{lacking[0]} is missing beside {_listed(there + others)}")
    if others:
        raise ValueError(
            f"{there[0]} has arrays beside it that no net would use: {_listed(others)}; "
            "leave them out, or, if the layer does use them, pass its step to nets.from_step"
        )


def _joined(cell: _Cell, kind: str) -> _Cell:
    """Return a cell of Flax that has its gates in single arrays with these side by side."""
    gates = _GATES["flax"].get(kind, "")
    wanted = {f"{reads}{gate}" for reads in "ih" for gate in gates}
    for role, entry in cell.arrays.items():
        if role.split(".")[0] not in wanted:
            raise ValueError(f"{entry.name} is an array of another kind than {kind!r}")
    for name in sorted(wanted):
        if f"{name}.kernel" not in cell.arrays:
            raise ValueError(f"{cell.path}{name}.kernel is missing")
    N = _array(cell, f"h{gates[0]}.kernel", ("N", "N")).shape[1]
    arrays = {}
    for reads, kernel, bias in (("h", "W", "recurrent_bias"), ("i", "U", "b")):
        first = _array(cell, f"{reads}{gates[0]}.kernel", ("I", N) if reads == "i" else (N, N))
        kernels = [_array(cell, f"{reads}{gate}.kernel", first.shape) for gate in gates]
        biases = [_bias(cell, f"{reads}{gate}.bias", N) for gate in gates]
        for role, joined in ((kernel, np.hstack(kernels)), (bias, np.hstack(biases))):
            name = f"{cell.path}{reads}*.{'kernel' if role == kernel else 'bias'}"
            arrays[role] = _Entry(name, _dotted(name), joined)
    return cell._replace(arrays=arrays)


def _recurrent(cell: _Cell, kind: str, *, columns: bool) -> Floats:
    """Return the recurrent weights, of shape (G N, N), or (N, G N) where `columns`."""
    blocks = BLOCKS[kind]
    wide = f"{blocks}N" if blocks > 1 else "N"
    shape = ("N", wide) if columns else (wide, "N")
    W = _array(cell, "W", shape)
    N, long = W.shape if columns else W.shape[::-1]
    if W.size and long == blocks * N:
        return W
    kinds = {1: "rnn", 3: "gru", 4: "lstm"}
    hint = ""
    if N and long % N == 0 and long // N in kinds:
        hint = f": that is of kind={kinds[long // N]!r}"
    elif W.size and blocks * long == N:
        hint = ": it is transposed"
    raise ValueError(
        f"{cell.name('W')} must have shape ({', '.join(shape)}) for kind={kind!r}, got "
        f"{W.shape}{hint}"
    )


def _only_reading(cell: _Cell, kind: str) -> str:
    """Return the layout of arrays with names of nobody's, if one alone is possible."""
    blocks = BLOCKS[kind]
    W, U = (arguments.real(cell.name(role), cell.arrays[role].value) for role in ("W", "U"))
    readings = []
    if W.ndim == U.ndim == 2:
        if W.shape[0] == blocks * W.shape[1] == U.shape[0]:
            readings += ["pytorch"]
        if W.shape[1] == blocks * W.shape[0] == U.shape[1]:
            readings += ["keras", "flax"] if blocks > 1 else ["keras"]
    if not readings:
        return "pytorch"  # and what is wrong with the shape is said there
    if blocks == 1 and len(readings) == 1:
        return readings[0]
    told = []
    for layout in readings:
        where, product = ("rows ", "W h") if layout == "pytorch" else ("columns ", "h W")
        gates = _GATES[layout].get(kind)
        told.append(f"layout={layout!r} ({where + ', '.join(gates) if gates else product})")
    raise ValueError(
        f"{cell.name('W')} and {cell.name('U')}, of shapes {W.shape} and {U.shape}, are names of "
        f"no layout known here and can be read as {' or as '.join(told)}: name it"
    )


def _keras_biases(
    cell: _Cell, kind: str, wide: int, layout: str | None
) -> tuple[str, Floats, Floats]:
    """Return the layout, which the bias tells, and both biases."""
    if "b" not in cell.arrays or "recurrent_bias" in cell.arrays:
        b, recurrent_bias = (_bias(cell, role, wide) for role in ("b", "recurrent_bias"))
        return layout or "keras", b, recurrent_bias
    shapes: list[tuple[int | str, ...]] = [(wide,)]
    shapes += [(2, wide)] if kind == "gru" else []
    shapes += [(2 * wide,)] if BLOCKS[kind] > 1 else []  # cuDNN's layers
    given = _array(cell, "b", *shapes)
    found = "cudnn" if given.shape == (2 * wide,) else "keras"
    if layout not in (None, found):
        raise ValueError(f"{cell.name('b')} of shape {given.shape} is that of layout={found!r}")
    if given.shape == (wide,):
        return found, given, np.zeros(wide)
    b, recurrent_bias = given.reshape(2, wide)
    return found, b, recurrent_bias


def _reset(cell: _Cell, named: bool | None) -> str:
    """Return whether a GRU of Keras multiplies by its reset "after" the product or "before" it."""
    after = named
    if "recurrent_bias" in cell.arrays:
        after = True
    elif "b" in cell.arrays:
        after = arguments.real(cell.name("b"), cell.arrays["b"].value).ndim == 2
    if after is None:
        raise ValueError(
            f"{cell.name('W')} has no bias beside it, which would tell whether Keras resets "
            "before the product or after it: name reset_after=True or reset_after=False"
        )
    if named not in (None, after):
        raise ValueError(
            f"the biases beside {cell.name('W')} are those of reset_after={after}, not of {named}"
        )
    return "after" if after else "before"
