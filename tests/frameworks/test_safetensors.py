"""Our reader of safetensors against the format's own: what it writes, and what it refuses."""

import frameworks
import ml_dtypes
import numpy as np
import pytest

from longrange import nets


@pytest.fixture(scope="module")
def safetensors():
    """Return the format's own reader and writer for NumPy."""
    return frameworks.find("safetensors.numpy")


def test_what_it_writes_comes_back(safetensors, tmp_path):
    arrays = {
        str(dtype): np.arange(24).reshape(2, 3, 4).astype(dtype)
        for dtype in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?")
    } | {"nothing": np.zeros((3, 0)), "number": np.array(2.5, "f4")}
    arrays["narrow"] = np.linspace(-3, 3, 7).astype(ml_dtypes.bfloat16)
    safetensors.save_file(arrays, tmp_path / "a.safetensors", metadata={"format": "np"})
    found = nets.read_weights(tmp_path / "a.safetensors")
    assert found.keys() == arrays.keys()
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)


def test_what_it_refuses_is_refused(safetensors, tmp_path):
    """One byte of the header is another: both read the same, or both refuse."""
    content = safetensors.save({"a": np.arange(6, dtype="f4").reshape(2, 3), "b": np.ones(4)})
    header = 8 + int.from_bytes(content[:8], "little")
    rng, refused, path = np.random.default_rng(0), 0, tmp_path / "a.safetensors"
    for _ in range(600):
        spoiled = bytearray(content)
        spoiled[rng.integers(header)] = rng.choice(list(b'0123456789"[]{},:-.abFI \x00\xff'))
        path.write_bytes(spoiled)
        try:
            expected = safetensors.load(bytes(spoiled))
        except Exception:  # one of several
            refused += 1
            with pytest.raises(ValueError, match=r"a\.safetensors: "):
                nets.read_weights(path)
            continue
        found = nets.read_weights(path)
        assert found.keys() == expected.keys()
        for name, array in expected.items():
            np.testing.assert_array_equal(found[name], array)
    assert 50 < refused < 590
