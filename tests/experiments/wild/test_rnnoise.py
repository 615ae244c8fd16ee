"""RNNoise: its weights in a compiled library, and what it hears."""

import struct

import numpy as np
import pytest
from scipy.linalg import solve_toeplitz

from experiments.wild import rnnoise
from experiments.wild.recurrent import Layer

# ── A compiled library, made here ───────────────────────────────────────────


def library(given, listed="rnnoise_arrays"):
    """Return a shared library for Linux whose symbol `listed` lists arrays.

    Everything is loaded where it stands in the file, so that addresses are places.
    """
    data = bytearray(b"\0" * (64 + 56))  # header, and one segment

    def put(content):
        data.extend(b"\0" * (-len(data) % 8))
        data.extend(content)
        return len(data) - len(content)

    kinds = {"f": 0, "i": 1}
    entries = [
        (put(f"{name}\0".encode()), kinds[array.dtype.kind], array.nbytes, put(array.tobytes()))
        for name, array in given.items()
    ]
    table = put(b"\0" * 24 * (len(entries) + 1))
    pointers = []
    for i, (name, kind, size, where) in enumerate(entries):
        at = table + 24 * i
        struct.pack_into("<QiiQ", data, at, 0, kind, size, 0)
        pointers += [(at, name), (at + 16, where)]
    rela = put(b"".join(struct.pack("<QQq", at, 8, to) for at, to in pointers))
    strings = f"\0{listed}\0".encode()
    dynstr = put(strings)
    symbol = struct.pack("<IBBHQQ", 1, 0x11, 0, 1, table, 24 * (len(entries) + 1))
    dynsym = put(b"\0" * 24 + symbol)
    names = b"\0.dynsym\0.dynstr\0.rela.dyn\0.shstrtab\0"
    shstrtab = put(names)

    def section(name, kind, at, size, link=0, entry=0):
        return struct.pack("<IIQQQQIIQQ", names.index(name) if name else 0, kind, 2, at, at, size,
                           link, 1, 8, entry)  # fmt: skip

    sections = [
        b"\0" * 64,
        section(b".dynsym", 11, dynsym, 48, 2, 24),
        section(b".dynstr", 3, dynstr, len(strings)),
        section(b".rela.dyn", 4, rela, 24 * len(pointers), 1, 24),
        section(b".shstrtab", 3, shstrtab, len(names)),
    ]
    headers = put(b"".join(sections))
    ident = b"\x7fELF\2\1\1" + b"\0" * 9
    struct.pack_into(
        "<16sHHIQQQIHHHHHH", data, 0,
        ident, 3, 62, 1, 0, 64, headers, 0, 64, 56, 1, 64, len(sections), 4,
    )  # fmt: skip
    struct.pack_into("<IIQQQQQQ", data, 64, 1, 4, 0, 0, 0, len(data), len(data), 8)
    return bytes(data)


GIVEN = {
    "one_bias": np.array([1.5, -2.0], "<f4"),
    "one_weights_float": np.arange(6, dtype="<f4"),
    "index": np.array([3, 1, 4], "<i4"),
}


def test_named_arrays_of_a_library_are_read():
    found = rnnoise.arrays(library(GIVEN))
    assert list(found) == list(GIVEN)
    for name, array in GIVEN.items():
        np.testing.assert_array_equal(found[name], array)
    matrix, bias = rnnoise.dense(found, "one")
    np.testing.assert_array_equal(matrix, [[0, 2, 4], [1, 3, 5]])
    np.testing.assert_array_equal(bias, [1.5, -2])


def test_what_is_no_such_library_is_refused():
    with pytest.raises(ValueError, match="no compiled library for Linux"):
        rnnoise.arrays(b"MZ nothing of the kind")
    with pytest.raises(ValueError, match="names no rnnoise_arrays"):
        rnnoise.arrays(library(GIVEN, listed="other_arrays"))


def test_blocks_that_are_zero_are_left_out():
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(24, 8))
    matrix[:8, 4:] = matrix[8:16] = 0  # of six blocks three are left
    blocks, index = [], []
    for row in range(0, 24, 8):
        columns = [c for c in (0, 4) if matrix[row : row + 8, c : c + 4].any()]
        index += [len(columns), *columns]
        for c in columns:
            # For each input its eight outputs, as the product takes them.
            blocks += [matrix[row + o, c + i] for i in range(4) for o in range(8)]
    found = rnnoise.sparse(np.array(blocks), np.array(index), 24, 8)
    np.testing.assert_array_equal(found, matrix)
    diagonal = np.arange(24.0)
    found = rnnoise.sparse(np.array(blocks), np.array(index), 24, 8, diagonal)
    x = rng.normal(size=8)
    np.testing.assert_allclose(found @ x, matrix @ x + diagonal * np.tile(x, 3), atol=1e-13)
    with pytest.raises(ValueError, match="uses 3 blocks of 4"):
        rnnoise.sparse(np.array(blocks + [0] * 32), np.array(index), 24, 8)


# ── What it hears ───────────────────────────────────────────────────────────


def test_bands_share_each_frequency():
    weights = rnnoise.band_weights()
    assert weights.shape == (32, 481)
    np.testing.assert_allclose(weights[:, 4:317].sum(axis=0), 1, atol=1e-12)
    assert (weights[:, 400:] == 0).all()


def test_the_cosine_transform_keeps_lengths_up_to_its_scale():
    table = rnnoise.cosines()
    np.testing.assert_allclose(table @ table.T, np.eye(32) * 16 * 2 / 22, atol=1e-12)


def test_halves_of_the_window_add_up():
    shape = rnnoise.window()
    np.testing.assert_allclose(shape[:480] ** 2 + shape[480:] ** 2, 1, atol=1e-12)


def test_prediction_solves_the_equations_of_yule_and_walker():
    products = np.array([4.0, 2.0, 1.2, 0.3, 0.1])
    due = -solve_toeplitz(products[:4], products[1:])
    np.testing.assert_allclose(rnnoise._prediction(products), due, atol=1e-12)
    assert rnnoise._prediction(np.zeros(5)).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("period", [120, 200, 333, 480])
def test_the_pitch_of_pulses_is_found(period):
    rng = np.random.default_rng(period)
    pulse = rng.normal(size=period) * np.exp(-np.arange(period) / 20)
    wave = np.tile(pulse, rnnoise.MEMORY // period + 2)[: rnnoise.MEMORY]
    wave = 3000 * (wave + 0.01 * rng.normal(size=len(wave)))
    found, gain = rnnoise.pitch(wave, 0, 0.0)
    assert abs(found - period) <= 1
    assert gain > 0.8
    found, gain = rnnoise.pitch(3000 * rng.normal(size=rnnoise.MEMORY), 0, 0.0)
    assert gain < 0.5


def test_levels_have_a_floor_under_what_is_louder():
    found = rnnoise.levels(np.array([1e6, 1e-9, 1e-9, 1e-9, 1e-9, 1e-9, 1e-9, 1e3]))
    np.testing.assert_allclose(found, [6, 4.5, 3, 1.5, 0, -1, -1, 3], atol=1e-5)


def test_features_of_silence_are_silent_and_loudness_is_in_the_first():
    rng = np.random.default_rng(0)
    wave = 0.01 * rng.normal(size=30 * 480)
    rows, silent = rnnoise.features(np.concatenate([np.zeros(5 * 480), wave]))
    assert rows.shape == (35, 65)
    assert silent[:5].all()
    assert not silent[6:].any()
    assert (rows[:5] == 0).all()
    louder, _ = rnnoise.features(np.concatenate([np.zeros(5 * 480), 10 * wave]))
    # All 32 bands gain 2 in log10: the first number of the transform gains 2 √(32/2 · 2·2/22).
    gained = louder[10:, 0] - rows[10:, 0]
    np.testing.assert_allclose(gained, 2 * 32 * np.sqrt(0.5) * np.sqrt(2 / 22), rtol=1e-3)
    np.testing.assert_allclose(louder[10:, -1], rows[10:, -1], atol=1e-9)


def test_convolutions_see_three_frames_and_none_to_come():
    rng = np.random.default_rng(0)
    kernels = tuple((rng.normal(size=(o, 3 * i)), rng.normal(size=o)) for i, o in [(2, 3), (3, 4)])
    layer = Layer("gru", rng.normal(size=(12, 4)), rng.normal(size=(12, 4)), np.zeros(12))
    heads = [(rng.normal(size=(o, 8)), rng.normal(size=o)) for o in (5, 1)]
    model = rnnoise.Model(kernels, (layer,), *heads)
    x = rng.normal(size=(6, 2))
    first = [np.zeros(2)] * 2 + list(x)
    middle = [np.tanh(kernels[0][0] @ np.concatenate(first[t : t + 3]) + kernels[0][1])
              for t in range(6)]  # fmt: skip
    second = [np.zeros(3)] * 2 + middle
    due = [np.tanh(kernels[1][0] @ np.concatenate(second[t : t + 3]) + kernels[1][1])
           for t in range(6)]  # fmt: skip
    np.testing.assert_allclose(model.convolve(x[:, None])[:, 0], due, atol=1e-13)
    gains, said = model.answers(x[:, None])
    assert (gains.shape, said.shape) == ((6, 1, 5), (6, 1))
    assert ((said > 0) & (said < 1)).all()


def test_gains_of_one_keep_everything():
    wave = np.random.default_rng(0).normal(size=20 * 480)
    assert rnnoise.kept(np.ones((20, 32)), wave) == pytest.approx(0, abs=1e-12)
    assert rnnoise.kept(np.full((20, 32), 0.1), wave) == pytest.approx(-20, abs=1e-9)
