"""Weights in files: .npz, .safetensors, PyTorch's and Keras' own. Nothing in a file is executed.

Pickles can run any program, so they are not unpickled: PyTorch's files are read with its
``weights_only``, arrays of Python objects are refused. PyTorch and h5py are asked for only by the
files that need them.
"""

import importlib
import io
import json
import math
import os
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import ml_dtypes
import numpy as np
from numpy.typing import NDArray

from longrange import arguments
from longrange.arguments import first_line
from longrange.nets import layouts
from longrange.nets.network import Net

_Arrays = dict[str, NDArray[Any]]


def from_file(
    path: str | os.PathLike[str],
    *,
    kind: str,
    prefix: str | Sequence[str] = "",
    layout: str | None = None,
    direction: str | None = None,
    layer: int | None = None,
    gates: str | None = None,
    reset_after: bool | None = None,
) -> Net:
    """Return the net whose weights a file holds.

    Parameters
    ----------
    path : path
        As in `read_weights`.
    kind, prefix, layout, direction, layer, reset_after
        As in `from_state_dict`.
    gates : {"sigmoid", "hard_sigmoid"}, optional
        As in `from_state_dict`. Unless given, what a file of Keras says of its model; "sigmoid"
        where files do not say it.

    Returns
    -------
    Net

    Raises
    ------
    ValueError
        If the file cannot be read, or as in `from_state_dict`; it begins with the path.
    OSError
        If there is no such file.
    ImportError
        If the file needs PyTorch or h5py, and it is not installed.
    """
    weights = read_weights(path)
    try:
        found = layouts.read(
            weights,
            kind=kind,
            prefix=prefix,
            layout=layout,
            direction=direction,
            layer=layer,
            reset_after=reset_after,
        )
        if gates is None:
            is_told = layouts.BLOCKS[kind] == 1 or all(one.layout != "keras" for one in found)
            gates = "sigmoid" if is_told else _keras_gates(os.fspath(path))
        return layouts.net(found, kind, gates)
    except ValueError as error:
        raise ValueError(f"{os.fspath(path)}: {error}") from None


def read_weights(path: str | os.PathLike[str]) -> dict[str, np.ndarray]:
    """Return the arrays in a file of weights by their names. Nothing in it is executed.

    Parameters
    ----------
    path : path
        What it ends with says what it is: ``.npz``; ``.safetensors``; ``.pt``, ``.pth``,
        ``.ckpt`` or ``.bin``, which PyTorch reads, and which holds tensors, lists and mappings
        alone; ``.h5`` or ``.hdf5`` (also ``.weights.h5``), which h5py reads.

    Returns
    -------
    dict of str to ndarray
        Names of nested mappings are joined by dots, those of groups in HDF5 by slashes. Numbers
        come as they are stored; tensors of bfloat16 in PyTorch's files, as float32.

    Raises
    ------
    ValueError
        If the file is a folder, cut off or broken, or holds what would have to be executed.
    OSError
        If there is no such file.
    ImportError
        If the file needs PyTorch or h5py, and it is not installed.
    """
    if not isinstance(path, str | os.PathLike):
        raise ValueError(f"path must be that of a file of weights, got {arguments.shown(path)}")
    name = os.fspath(path)
    if os.path.isdir(name):
        raise ValueError(f"{name}: is a folder")
    read = _READERS.get(Path(name).suffix.lower())
    if read is None:
        raise ValueError(f"{name}: {_unread(name)}")
    with open(name, "rb") as file:
        try:
            return read(file)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
        except ImportError as error:
            raise ImportError(f"{name}: {error}") from None
        except MemoryError:
            raise ValueError(f"{name}: says that it holds more than fits into memory") from None


def _unread(name: str) -> str:
    """Say why a file of this name is not read, and what to do."""
    hints = {
        ".pkl": "a pickle can run any program; save its arrays with numpy.savez",
        ".pickle": "a pickle can run any program; save its arrays with numpy.savez",
        ".npy": "one array has no names; pass arrays with names to from_state_dict",
        ".keras": "it is a zip archive; take model.weights.h5 out of it",
        ".msgpack": "restore it with flax.serialization.msgpack_restore and pass it to "
        "nets.from_state_dict",
        ".onnx": "a graph is not read; pass its arrays with names to from_state_dict",
    }
    known = ", ".join(ENDINGS)
    return f"not read: {hints.get(Path(name).suffix.lower(), f'files end with one of {known}')}"


# NumPy
# -----


def _read_npz(file: BinaryIO) -> _Arrays:
    if not zipfile.is_zipfile(file):
        raise ValueError("no .npz archive, or one that is cut off")
    file.seek(0)
    found: _Arrays = {}
    name = None
    try:
        with np.load(file, allow_pickle=False) as archive:
            for name in archive.files:
                found[name] = archive[name]
    except (EOFError, NotImplementedError, OSError, RuntimeError, SyntaxError, TypeError,
            ValueError, zipfile.BadZipFile, zlib.error) as error:  # fmt: skip
        where = "" if name is None else f" at {name!r}"
        if "allow_pickle" in str(error):
            raise ValueError(
                f"holds Python objects{where}, which are not unpickled, as that can run any "
                "program: save arrays of numbers"
            ) from None
        raise ValueError(f"a broken .npz archive{where}: {first_line(error)}") from None
    return {name: array for name, array in found.items() if isinstance(array, np.ndarray)}


# safetensors
# -----------
# Eight bytes, little-endian: the length of the header. The header, JSON: for each name a dtype, a
# shape, and where its bytes begin and end. Then the bytes, one tensor after the other, no gaps.

_LONGEST_HEADER = 100_000_000  # bytes, as the format has it
_TYPES = {
    "BOOL": np.dtype(bool),
    "U8": np.dtype("u1"), "U16": np.dtype("<u2"), "U32": np.dtype("<u4"), "U64": np.dtype("<u8"),
    "I8": np.dtype("i1"), "I16": np.dtype("<i2"), "I32": np.dtype("<i4"), "I64": np.dtype("<i8"),
    "F16": np.dtype("<f2"), "F32": np.dtype("<f4"), "F64": np.dtype("<f8"),
    "BF16": np.dtype(ml_dtypes.bfloat16),
    "F8_E4M3": np.dtype(ml_dtypes.float8_e4m3fn), "F8_E5M2": np.dtype(ml_dtypes.float8_e5m2),
}  # fmt: skip


def _read_safetensors(file: BinaryIO) -> _Arrays:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size < 8:
        raise ValueError(f"cut off: a safetensors file has at least 8 bytes, and this one {size}")
    length = int.from_bytes(file.read(8), "little")
    if length > _LONGEST_HEADER:
        raise ValueError(f"no safetensors file: its header would be {length} bytes long")
    if length > size - 8:
        raise ValueError(f"cut off: its header ends at byte {8 + length}, and the file at {size}")
    entries = _header(file.read(length))
    # What is said must be true of the file before anything is read.
    end = 0
    for begin, stop, name, *_ in sorted(entries):
        if begin != end:
            wrong = "overlap those" if begin < end else "leave a gap after those"
            raise ValueError(f"broken: the bytes of {name!r} {wrong} of the tensor before it")
        end = stop
    if end != size - 8 - length:
        what = "cut off" if end > size - 8 - length else "broken"
        raise ValueError(
            f"{what}: its tensors end at byte {8 + length + end}, and the file at {size}"
        )
    found = {}
    for begin, stop, name, dtype, shape in entries:
        file.seek(8 + length + begin)
        found[name] = np.frombuffer(file.read(stop - begin), dtype).reshape(shape)
    return found


def _header(text: bytes) -> list[tuple[int, int, str, np.dtype[Any], tuple[int, ...]]]:
    """Return begin, end, name, dtype and shape of each tensor."""
    try:
        header = json.loads(text.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise ValueError(
            f"no safetensors file: its header is no JSON: {first_line(error)}"
        ) from None
    if not isinstance(header, dict):
        raise ValueError("no safetensors file: its header is no mapping")
    header.pop("__metadata__", None)
    return [_tensor(name, told) for name, told in header.items()]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a mapping of JSON, unless it has a name twice: each reader would see another one."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands in it twice")
    return found


def _tensor(name: str, told: Any) -> tuple[int, int, str, np.dtype[Any], tuple[int, ...]]:
    told = told if isinstance(told, dict) else {}
    shape, offsets, kind = told.get("shape"), told.get("data_offsets"), told.get("dtype")
    if not (_are_sizes(shape) and _are_sizes(offsets) and len(offsets) == 2):
        raise ValueError(f"broken: {name!r} has no shape and no two data_offsets")
    if not (isinstance(kind, str) and kind in _TYPES):
        known = ", ".join(_TYPES)
        raise ValueError(f"{name!r} is of dtype {arguments.shown(kind)}, which is none of {known}")
    dtype, (begin, end) = _TYPES[kind], offsets
    if end - begin != math.prod(shape) * dtype.itemsize:
        raise ValueError(
            f"broken: {name!r} of shape {tuple(shape)} and dtype {kind} takes "
            f"{math.prod(shape) * dtype.itemsize} bytes, and has {end - begin}"
        )
    return begin, end, name, dtype, tuple(shape)


def _are_sizes(value: Any) -> bool:
    most = 2**63 - 1
    return (
        isinstance(value, list)
        and len(value) <= 64  # axes of an array
        and all(type(one) is int and 0 <= one <= most for one in value)
    )


# PyTorch
# -------


def _read_torch(file: BinaryIO) -> _Arrays:
    torch = _imported(
        "torch",
        "PyTorch's files are read by PyTorch: pip install torch; or save them as .npz where it is: "
        "numpy.savez('weights.npz', **{k: v.float().numpy() for k, v in state_dict.items()})",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of archives that are programs, which are refused below
        try:
            loaded = torch.load(file, map_location="cpu", weights_only=True)
        except Exception as error:  # KeyError and others of what is no such file
            if "TorchScript" in str(error):
                told = (
                    "a program of TorchScript, which is not run: pass "
                    "torch.jit.load(path).state_dict() to from_state_dict"
                )
            elif type(error).__name__ == "UnpicklingError" and "global" in str(error).lower():
                told = (
                    "holds Python objects other than tensors, which are not unpickled, as that can "
                    "run any program: save model.state_dict() alone"
                )
            else:
                told = f"no file of PyTorch's, or a broken one: {first_line(error)}"
            raise ValueError(told) from None
    if not isinstance(loaded, Mapping):
        raise ValueError(
            f"holds {arguments.shown(loaded)}, which has no names: save model.state_dict()"
        )
    found = {}
    for name, value in layouts.leaves(loaded):
        if torch.is_tensor(value):  # epochs and such are none
            tensor = value.detach()
            try:
                try:
                    found[name] = tensor.numpy()
                except TypeError:  # a format that NumPy lacks, such as bfloat16
                    found[name] = tensor.float().numpy()
            except Exception as error:  # of a sparse tensor, or one on "meta"
                raise ValueError(f"{name!r} cannot be read: {first_line(error)}") from None
    return found


# HDF5
# ----


def _read_h5(file: BinaryIO) -> _Arrays:
    h5py = _imported("h5py", "HDF5 files are read by h5py: pip install h5py")
    found: _Arrays = {}

    def collect(name: str, item: Any) -> None:
        if not isinstance(item, h5py.Dataset) or item.shape is None:
            return
        # HDF5 has no bfloat16: Keras writes its bytes, and what they are beside them.
        is_bfloat16 = item.dtype.str == "|V2" and item.attrs.get("dtype") == "bfloat16"
        if item.dtype.kind not in "biuf" and not is_bfloat16:
            return
        if item.external or item.is_virtual:
            raise ValueError(f"{name!r} has its numbers in other files, which are not opened")
        array = np.asarray(item)
        found[name] = array.view(ml_dtypes.bfloat16) if is_bfloat16 else array

    try:
        with h5py.File(file, "r") as archive:
            archive.visititems(collect)
    except (KeyError, OSError, RuntimeError, TypeError) as error:
        raise ValueError(f"no HDF5 file, or a broken one: {first_line(error)}") from None
    return found


def _keras_gates(path: str) -> str:
    """Return how the gates squash of the layers in a file of Keras, if anything in it tells.

    Before 2.3, Keras squashed with "hard_sigmoid" unless told otherwise, and the arrays are alike.
    """
    if _READERS.get(Path(path).suffix.lower()) is not _read_h5:
        return "sigmoid"
    h5py = importlib.import_module("h5py")
    with h5py.File(path, "r") as archive:
        version, config = (
            told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
            for told in (archive.attrs.get(name, "") for name in ("keras_version", "model_config"))
        )
    # A whole model has its settings in JSON, those of a layer in a mapping within.
    named = set(re.findall(r'"recurrent_activation": *"(\w+)"', config))
    release = re.match(r"(\d+)\.(\d+)", version)
    number = (int(release[1]), int(release[2])) if release else (3, 0)
    if named == {"sigmoid"} or (not named and number >= (2, 3)):
        return "sigmoid"
    if named == {"hard_sigmoid"} and number < (3, 0):
        return "hard_sigmoid"
    if named:
        told = f"its model has layers whose gates squash with {', '.join(sorted(named))}"
    else:
        told = f"Keras {version} wrote it, whose gates were hard_sigmoid unless told otherwise"
    raise ValueError(f"{told}: name gates='sigmoid' or gates='hard_sigmoid'")


def _imported(name: str, hint: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise ImportError(hint) from None


_READERS: Mapping[str, Callable[[BinaryIO], _Arrays]] = {
    ".npz": _read_npz,
    ".safetensors": _read_safetensors,
    **dict.fromkeys((".pt", ".pth", ".ckpt", ".bin"), _read_torch),
    **dict.fromkeys((".h5", ".hdf5"), _read_h5),
}
ENDINGS = tuple(sorted(_READERS))
