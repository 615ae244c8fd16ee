"""Arrays out of pickles, without running them.

A pickle is a program: it may call anything. These readers know only what rebuilds arrays, plain
containers and, for PyTorch's files, tensors, all by code of our own; any other name is refused.
"""

import io
import math
import pickle
import struct
import zipfile
from collections import OrderedDict
from typing import Any

import numpy as np

_NUMPY = {
    (module, name)
    for module in ("numpy.core.multiarray", "numpy._core.multiarray", "numpy")
    for name in ("_reconstruct", "ndarray", "dtype")
}
_STORAGES = {
    "FloatStorage": np.dtype("<f4"),
    "DoubleStorage": np.dtype("<f8"),
    "HalfStorage": np.dtype("<f2"),
    "LongStorage": np.dtype("<i8"),
    "IntStorage": np.dtype("<i4"),
    "ShortStorage": np.dtype("<i2"),
    "CharStorage": np.dtype("i1"),
    "ByteStorage": np.dtype("u1"),
    "BoolStorage": np.dtype("?"),
}
_LEGACY = 0x1950A86A20F9469CFC6C  # what PyTorch before 1.6 begins its files with


class Module:
    """What stands for an object of TorchScript: its attributes, and no code."""

    def __getitem__(self, path: str) -> Any:
        """Return what a dotted path of attributes leads to."""
        found: Any = self
        for name in path.split("."):
            found = vars(found)[name]
        return found


class _Arrays(pickle.Unpickler):
    """Admits NumPy's arrays and plain containers."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _NUMPY:
            return {"_reconstruct": _empty, "ndarray": np.ndarray, "dtype": np.dtype}[name]
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        raise ValueError(f"the pickle asks for {module}.{name}, which is no array: refused")


class _Tensors(_Arrays):
    """Admits PyTorch's tensors too; their numbers come from `storages`, by key."""

    def __init__(self, file: io.BytesIO):
        super().__init__(file)
        self.storages: dict[str, np.ndarray] = {}

    def find_class(self, module: str, name: str) -> Any:
        if module == "torch" and name in _STORAGES:
            return name
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _tensor
        if (module, name) == ("torch._utils", "_rebuild_parameter"):
            return _parameter
        if module == "torch.jit._pickle" and name.startswith("build_") and name.endswith("list"):
            return list
        if module.startswith("__torch__."):
            return Module
        return super().find_class(module, name)

    def persistent_load(self, pid: Any) -> np.ndarray:
        kind, storage, key, _, count = pid[:5]
        if kind != "storage" or storage not in _STORAGES:
            raise ValueError(f"the file asks for a {kind} of {storage}, which is no storage")
        # Empty as yet: in old files the numbers come after the pickle.
        return self.storages.setdefault(str(key), np.zeros(count, _STORAGES[storage]))


def arrays(content: bytes) -> Any:
    """Return what a pickle of NumPy arrays and plain containers holds.

    Parameters
    ----------
    content : bytes

    Raises
    ------
    ValueError
        If it asks for anything else, or is no pickle.
    """
    return _load(_Arrays(io.BytesIO(content)))


def saved_array(content: bytes) -> np.ndarray:
    """Return the array of an ``.npy`` file, which may be one of objects.

    Raises
    ------
    ValueError
        If it is no such file, or its objects are no arrays.
    """
    file = io.BytesIO(content)
    version = np.lib.format.read_magic(file)
    read = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    if version not in read:
        raise ValueError(f"an .npy file of version {version} is not read here")
    dtype = read[version](file)[2]
    if dtype.hasobject:
        return _load(_Arrays(file))
    return np.load(io.BytesIO(content), allow_pickle=False)


def tensors(content: bytes) -> Any:
    """Return what a file of ``torch.save`` or ``torch.jit.save`` holds, tensors as arrays.

    Parameters
    ----------
    content : bytes
        A zip file, or the form before PyTorch 1.6. Modules of TorchScript become `Module`.

    Raises
    ------
    ValueError
        If it asks for anything but tensors and plain containers, or is no such file.
    """
    if zipfile.is_zipfile(io.BytesIO(content)):
        archive = zipfile.ZipFile(io.BytesIO(content))
        (root,) = {name.split("/")[0] for name in archive.namelist()}
        reader = _Tensors(io.BytesIO(archive.read(f"{root}/data.pkl")))
        found = _load(reader)
        for key, storage in reader.storages.items():
            _fill(storage, archive.read(f"{root}/data/{key}"))
        return found
    file = io.BytesIO(content)
    if _load(_Arrays(file)) != _LEGACY:
        raise ValueError("this is no file of torch.save")
    for _ in ("version of the form", "kind of the machine"):
        _load(_Arrays(file))
    reader = _Tensors(file)
    found = _load(reader)
    for key in _load(_Arrays(file)):
        (count,) = struct.unpack("<q", file.read(8))
        storage = reader.storages[str(key)]
        if count != storage.size:
            raise ValueError(f"storage {key} has {count} numbers, not {storage.size}")
        _fill(storage, file.read(storage.nbytes))
    return found


def _load(reader: pickle.Unpickler) -> Any:
    try:
        return reader.load()
    except (pickle.UnpicklingError, EOFError, AttributeError, IndexError, KeyError, TypeError) as e:
        raise ValueError(f"this is no pickle of arrays ({e})") from None


def _empty(kind: type, shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """Return the array that its state is then put into."""
    if kind is not np.ndarray:
        raise ValueError("the pickle builds an array of a class of its own: refused")
    return np.ndarray(shape, dtype)


def _tensor(
    storage: np.ndarray, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: Any
) -> np.ndarray:
    """Return a view on a storage; `offset` and `strides` count numbers."""
    last = offset + sum((n - 1) * s for n, s in zip(shape, strides, strict=True))
    if math.prod(shape) and not (offset >= 0 <= min(strides, default=0) and last < storage.size):
        raise ValueError("a tensor reaches beyond its storage")
    steps = [s * storage.itemsize for s in strides]
    return np.lib.stride_tricks.as_strided(storage[offset:], shape, steps)


def _parameter(data: np.ndarray, *_: Any) -> np.ndarray:
    return data


def _fill(storage: np.ndarray, content: bytes) -> None:
    if len(content) != storage.nbytes:
        raise ValueError(f"a storage of {storage.nbytes} bytes has {len(content)}")
    storage[:] = np.frombuffer(content, storage.dtype)
