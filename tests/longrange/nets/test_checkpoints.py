"""`longrange.nets.checkpoints`: what is in a file comes back, and nothing in it is executed."""

import io
import json
import pickle
import re
import struct
import sys
import zipfile

import ml_dtypes
import numpy as np
import pytest

from longrange import nets
from longrange.nets import checkpoints

N, READS = 4, 3
LSTM = {
    name: np.random.default_rng(k).normal(0, 0.5, shape)
    for k, (name, shape) in enumerate({
        "rnn.weight_ih_l0": (4 * N, READS), "rnn.weight_hh_l0": (4 * N, N),
        "rnn.bias_ih_l0": (4 * N,), "rnn.bias_hh_l0": (4 * N,), "fc.weight": (2, N),
    }.items())
}  # fmt: skip
INPUTS = np.random.default_rng(9).normal(size=(10, READS))


def safetensors(tensors, *, change=lambda header: header, tail=b""):
    """Return the bytes of a file as the format has them; `change` spoils its header."""
    names = {np.dtype("f2"): "F16", np.dtype("f4"): "F32", np.dtype("f8"): "F64",
             np.dtype("i8"): "I64", np.dtype("u1"): "U8", np.dtype(bool): "BOOL",
             np.dtype(ml_dtypes.bfloat16): "BF16"}  # fmt: skip
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, array in tensors.items():
        begin, data = len(data), data + array.tobytes()
        header[name] = {
            "dtype": names[array.dtype], "shape": list(array.shape),
            "data_offsets": [begin, len(data)],
        }  # fmt: skip
    text = change(header)
    text = text if isinstance(text, bytes) else json.dumps(text).encode()
    return struct.pack("<Q", len(text)) + text + data + tail


def written(path, content):
    path.write_bytes(content)
    return path


def npz(path, **arrays):
    np.savez(path, **arrays)
    return path


@pytest.mark.parametrize("name", ["weights.npz", "weights.safetensors"])
def test_a_network_comes_back_from_a_file(tmp_path, name):
    path = tmp_path / name
    if name.endswith("npz"):
        npz(path, **LSTM)
    else:
        written(path, safetensors(LSTM))
    for prefix in ("", "rnn."):
        run = nets.from_file(path, kind="lstm", prefix=prefix).run(INPUTS)
        same = nets.from_state_dict(LSTM, kind="lstm", prefix=prefix).run(INPUTS)
        np.testing.assert_array_equal(run.states, same.states)
    assert nets.read_weights(str(path)).keys() == LSTM.keys()


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "i8", "u1", "?", ml_dtypes.bfloat16], ids=str)
def test_numbers_of_every_format_come_back_as_stored(tmp_path, dtype):
    arrays = {
        "matrix": np.arange(6).reshape(2, 3).astype(dtype),
        "number": np.array(1).astype(dtype),
        "nothing": np.zeros((0, 4)).astype(dtype),
        "next": np.ones(5).astype(dtype),  # begins where bytes need not be aligned
    }
    found = nets.read_weights(written(tmp_path / "a.safetensors", safetensors(arrays)))
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)


def one(**changed):
    """Return a change of the entry of one tensor in a header."""

    def change(header):
        return header | {"fc.weight": header["fc.weight"] | changed}

    return change


SIZE = 8 * (2 * N)  # bytes of fc.weight, the last
LAST = sum(array.nbytes for array in LSTM.values())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "cut off: a safetensors file has at least 8 bytes, and this one 0"),
        (b"\x10\0\0\0", "cut off: a safetensors file has at least 8 bytes, and this one 4"),
        (b"\x10\0\0\0\0\0\0\0{}", r"cut off: its header ends at byte 24, and the file at 10"),
        (b"\xff" * 64, r"no safetensors file: its header would be \d{20} bytes long"),
        (safetensors(LSTM)[:-1], r"cut off: its tensors end at byte \d+, and the file at \d+"),
        (safetensors(LSTM, tail=b"more"), r"broken: its tensors end at byte \d+, and the file .*"),
        (safetensors(LSTM, change=lambda _: b"{"), "no safetensors file: its header is no .*"),
        (safetensors(LSTM, change=lambda _: b"\xff"), "no safetensors file: its header is no .*"),
        (safetensors(LSTM, change=lambda _: b"[" * 10**5), "no safetensors file: its header .*"),
        (safetensors(LSTM, change=lambda _: b"[]"), "no safetensors file: its header is no .*"),
        (safetensors({}, change=lambda _: b'{"a": 1, "a": 2}'), ".*: a name stands in it twice"),
        (safetensors(LSTM, change=one(dtype="C64")), "'fc.weight' is of dtype 'C64', which is none "
         "of BOOL, .*"),
        (safetensors(LSTM, change=one(dtype=[1])), r"'fc.weight' is of dtype \[1\], which .*"),
        (safetensors(LSTM, change=one(shape=[2, -4])), "broken: 'fc.weight' has no shape and .*"),
        (safetensors(LSTM, change=one(shape=[2, 4.0])), "broken: 'fc.weight' has no shape and .*"),
        (safetensors(LSTM, change=one(shape=[True, 8])), "broken: 'fc.weight' has no shape and .*"),
        (safetensors(LSTM, change=one(shape=[2, 5])), r"broken: 'fc.weight' of shape \(2, 5\) and "
         "dtype F64 takes 80 bytes, and has 64"),
        (safetensors(LSTM, change=one(shape=[2**62] * 64)), "broken: 'fc.weight' of shape .*"),
        (safetensors(LSTM, change=one(data_offsets=[LAST])), "broken: 'fc.weight' has no .*"),
        (safetensors(LSTM, change=one(data_offsets=[LAST, LAST - SIZE])), "broken: 'fc.weight' of "
         "shape .* has -64"),
        (safetensors(LSTM, change=one(data_offsets=[LAST - SIZE + 8, LAST + 8])), "broken: the "
         "bytes of 'fc.weight' leave a gap after those of the tensor before it"),
        (safetensors(LSTM, change=one(data_offsets=[0, SIZE])), "broken: the bytes of .* overlap "
         "those of the tensor before it"),
        (safetensors(LSTM, change=lambda header: header | {"b": 1}), "broken: 'b' has no shape .*"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_safetensors_file_is_said_before_it_is_read(tmp_path, content, said):
    path = written(tmp_path / "a.safetensors", content)
    with pytest.raises(ValueError, match=f"^{re.escape(str(path))}: {said}$"):
        nets.read_weights(path)


def test_nothing_of_a_spoiled_file_is_read_beyond_its_header():
    content = safetensors(LSTM, tail=b"more")
    header = 8 + struct.unpack("<Q", content[:8])[0]
    file = io.BytesIO(content)
    with pytest.raises(ValueError, match="its tensors end at"):
        checkpoints._read_safetensors(file)
    assert file.tell() == header


class Trap:
    """A pickle that would run a program."""

    def __reduce__(self):
        return (sys.exit, ("it ran",))


def test_arrays_of_objects_are_not_unpickled(tmp_path):
    path = npz(tmp_path / "a.npz", good=np.ones(3), bad=np.array([Trap()], dtype=object))
    with pytest.raises(ValueError, match=r"a.npz: holds Python objects at 'bad', which are not un"):
        nets.read_weights(path)
    path = written(tmp_path / "b.npz", pickle.dumps(Trap()))
    with pytest.raises(ValueError, match=r"b.npz: no .npz archive, or one that is cut off$"):
        nets.read_weights(path)


def test_broken_archives_are_named(tmp_path):
    whole = npz(tmp_path / "whole.npz", **LSTM).read_bytes()
    for cut in (0, 5, len(whole) // 2, len(whole) - 1):
        path = written(tmp_path / "cut.npz", whole[:cut])
        with pytest.raises(ValueError, match=r"cut.npz: (no|a broken) .npz archive"):
            nets.read_weights(path)
    path, array = tmp_path / "spoiled.npz", io.BytesIO()
    np.save(array, np.ones(9))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.npy", array.getvalue()[:-1])
        archive.writestr("notes.txt", b"no array")
    with pytest.raises(ValueError, match=r"spoiled.npz: a broken .npz archive at 'a': "):
        nets.read_weights(path)
    # An array that would be larger than any memory.
    with zipfile.ZipFile(path, "w") as archive:
        head = b"\x93NUMPY\x01\x00" + struct.pack("<H", 118)
        told = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1099511627776, 1024), }"
        archive.writestr("a.npy", head + told.ljust(117) + b"\n")
    with pytest.raises(ValueError, match=r"spoiled.npz: (says that it holds more|a broken)"):
        nets.read_weights(path)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.pkl", "not read: a pickle can run any program; save its arrays with numpy.savez"),
        ("a.npy", "not read: one array has no names; .*"),
        ("a.keras", "not read: it is a zip archive; take model.weights.h5 out of it"),
        (
            "a.msgpack",
            "not read: restore it with flax.serialization.msgpack_restore and pass it to "
            "nets.from_state_dict",
        ),
        ("a.onnx", "not read: a graph is not read; .*"),
        ("a", r"not read: files end with one of .bin, .ckpt, .h5, .hdf5, .npz, .pt, .pth, .safe.*"),
    ],
)
def test_other_files_are_told_what_to_become(tmp_path, name, said):
    path = written(tmp_path / name, b"")
    with pytest.raises(ValueError, match=f"^{re.escape(str(path))}: {said}$"):
        nets.read_weights(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.npz"):
        nets.read_weights(tmp_path / "none.npz")


def test_a_folder_is_told_from_a_file(tmp_path):
    folder = tmp_path / "model.safetensors"
    folder.mkdir()
    for path in (tmp_path, folder):
        with pytest.raises(ValueError, match=f"^{re.escape(str(path))}: is a folder$"):
            nets.read_weights(path)


@pytest.mark.parametrize("read", [nets.read_weights, lambda path: nets.from_file(path, kind="rnn")])
@pytest.mark.parametrize("path", [3, None, b"a.npz"])
def test_what_is_no_path_is_said(read, path):
    with pytest.raises(ValueError, match=f"path must be that of a file of weights, got {path}"):
        read(path)


def test_what_is_wrong_with_the_weights_is_said_of_the_file(tmp_path):
    path = npz(tmp_path / "a.npz", **LSTM)
    with pytest.raises(ValueError, match=r"a\.npz: no name in weights begins with 'gru'; recurrent "
                       r"layers are at 'rnn\.'$"):  # fmt: skip
        nets.from_file(path, kind="lstm", prefix="gru")


@pytest.mark.parametrize(
    ("name", "module", "said"),
    [
        ("a.pt", "torch", r"PyTorch's files are read by PyTorch: pip install torch; or save .*"),
        ("a.weights.h5", "h5py", r"HDF5 files are read by h5py: pip install h5py"),
    ],
)
def test_what_a_file_needs_is_named(tmp_path, monkeypatch, name, module, said):
    monkeypatch.setitem(sys.modules, module, None)  # as if it were not installed
    path = written(tmp_path / name, b"")
    with pytest.raises(ImportError, match=f"^{re.escape(str(path))}: {said}$"):
        nets.read_weights(path)
