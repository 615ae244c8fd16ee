"""Arrays out of pickles: what is right is read, and nothing is run."""

import io
import os
import pickle
import struct
import sys
import types
import zipfile
from collections import OrderedDict

import numpy as np
import pytest

from experiments.wild import pickles

ARRAYS = {
    "a": np.arange(6, dtype="<f4").reshape(2, 3),
    "b": np.asfortranarray(np.arange(12.0).reshape(3, 4)),
    "words": ["好", {"x": 1}],
}


@pytest.mark.parametrize("protocol", [3, 4])
def test_arrays_and_containers_are_read(protocol):
    found = pickles.arrays(pickle.dumps(ARRAYS, protocol))
    assert found["words"] == ARRAYS["words"]
    for name in ("a", "b"):
        np.testing.assert_array_equal(found[name], ARRAYS[name])


class Evil:
    """A pickle of it makes a file when it is loaded."""

    def __init__(self, call, *arguments):
        self.call, self.arguments = call, arguments

    def __reduce__(self):
        return self.call, self.arguments


@pytest.mark.parametrize(
    ("call", "name"),
    [(os.mkdir, "posix.mkdir"), (eval, "builtins.eval"), (getattr, "builtins.getattr")],
)
@pytest.mark.parametrize("read", [pickles.arrays, pickles.tensors])
def test_code_is_refused_by_name_and_not_run(tmp_path, read, call, name):
    made = tmp_path / "made"
    arguments = {os.mkdir: (str(made),), eval: (f"__import__('os').mkdir({str(made)!r})",)}
    content = pickle.dumps({"a": Evil(call, *arguments.get(call, (1, "real")))}, 3)
    with pytest.raises(ValueError, match=rf"asks for {name}, which is no array"):
        read(content)
    assert not made.exists()
    pickle.loads(content)  # so would have run
    assert made.exists() == (call is not getattr)


@pytest.mark.parametrize("content", [b"", b"no pickle", pickle.dumps([1, 2])[:-3]])
@pytest.mark.parametrize("read", [pickles.arrays, pickles.tensors])
def test_what_is_no_pickle_is_refused(read, content):
    with pytest.raises(ValueError, match=r"no pickle|no file"):
        read(content)


def saved(array):
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def test_saved_arrays_of_numbers_and_of_objects_are_read():
    np.testing.assert_array_equal(pickles.saved_array(saved(ARRAYS["b"])), ARRAYS["b"])
    found = pickles.saved_array(saved({"a": ARRAYS["a"]})).item()
    np.testing.assert_array_equal(found["a"], ARRAYS["a"])
    with pytest.raises(ValueError, match=r"builtins\.eval"):
        pickles.saved_array(saved(np.array([Evil(eval, "1")], object)))


# ── PyTorch's files, made without it ────────────────────────────────────────


class FloatStorage:
    """Stands for the class of that name."""


class Tensor:
    """A view on the storage of a key, pickled as PyTorch does."""

    def __init__(self, key, count, offset, shape, strides):
        self.key, self.count, self.view = key, count, (offset, shape, strides)

    def __reduce__(self):
        storage = Storage(self.key, self.count)
        return rebuild, (storage, *self.view, False, OrderedDict())


class Storage:
    """What becomes a persistent id."""

    def __init__(self, key, count):
        self.key, self.count = key, count


def rebuild():
    """Stand for ``torch._utils._rebuild_tensor_v2``."""


class Pickler(pickle.Pickler):
    """Writes storages as persistent ids."""

    legacy = False

    def persistent_id(self, obj):
        if isinstance(obj, Storage):
            more = (None,) if self.legacy else ()
            return ("storage", FloatStorage, obj.key, "cuda:0", obj.count, *more)
        return None


@pytest.fixture
def _torch(monkeypatch):
    """Have pickles name the classes above as PyTorch's."""
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    torch.FloatStorage, utils._rebuild_tensor_v2 = FloatStorage, rebuild
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "torch._utils", utils)
    monkeypatch.setattr(FloatStorage, "__module__", "torch")
    monkeypatch.setattr(rebuild, "__module__", "torch._utils")
    monkeypatch.setattr(rebuild, "__qualname__", "_rebuild_tensor_v2")
    monkeypatch.setattr(rebuild, "__name__", "_rebuild_tensor_v2")


NUMBERS = np.arange(12, dtype="<f4")
STATE = OrderedDict(
    whole=Tensor("0", 12, 0, (3, 4), (4, 1)),
    transposed=Tensor("0", 12, 0, (4, 3), (1, 4)),
    piece=Tensor("0", 12, 5, (2,), (3,)),
)
DUE = {"whole": NUMBERS.reshape(3, 4), "transposed": NUMBERS.reshape(3, 4).T,
       "piece": NUMBERS[[5, 8]]}  # fmt: skip


def pickled(value, legacy=False):
    file = io.BytesIO()
    writer = Pickler(file, 2)
    writer.legacy = legacy
    writer.dump(value)
    return file.getvalue()


def zipped(value, numbers=NUMBERS):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("some/data.pkl", pickled(value))
        archive.writestr("some/data/0", numbers.tobytes())
    return file.getvalue()


def old(value, numbers=NUMBERS):
    heads = [0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}]
    begin = b"".join(pickle.dumps(one, 2) for one in heads)
    end = pickle.dumps(["0"], 2) + struct.pack("<q", len(numbers)) + numbers.tobytes()
    return begin + pickled(value, legacy=True) + end


@pytest.mark.usefixtures("_torch")
@pytest.mark.parametrize("write", [zipped, old])
def test_tensors_are_read_as_views_on_their_storage(write):
    found = pickles.tensors(write({"state": STATE}))["state"]
    for name, due in DUE.items():
        np.testing.assert_array_equal(found[name], due)


@pytest.mark.usefixtures("_torch")
@pytest.mark.parametrize("write", [zipped, old])
@pytest.mark.parametrize(
    "view", [(0, (13,), (1,)), (9, (2, 2), (2, 1)), (0, (2,), (-1,)), (-1, (1,), (1,))]
)
def test_a_tensor_that_reaches_beyond_its_storage_is_refused(write, view):
    with pytest.raises(ValueError, match="beyond its storage"):
        pickles.tensors(write({"a": Tensor("0", 12, *view)}))


@pytest.mark.usefixtures("_torch")
@pytest.mark.parametrize("write", [zipped, old])
def test_a_storage_that_is_not_whole_is_refused(write):
    with pytest.raises(ValueError, match="storage"):
        pickles.tensors(write({"state": STATE}, NUMBERS[:-1]))


@pytest.mark.usefixtures("_torch")
def test_modules_of_torchscript_become_their_attributes(monkeypatch):
    scripted = types.ModuleType("__torch__.net")
    for name in ("__torch__", "__torch__.net"):
        monkeypatch.setitem(sys.modules, name, scripted)

    class Cell:
        pass

    Cell.__module__, Cell.__qualname__ = "__torch__.net", "Cell"
    scripted.Cell = Cell
    outer, inner = Cell(), Cell()
    inner.weight, outer.rnn = STATE["whole"], inner
    found = pickles.tensors(zipped(outer))
    assert type(found) is pickles.Module
    np.testing.assert_array_equal(found["rnn.weight"], DUE["whole"])
