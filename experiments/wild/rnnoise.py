"""RNNoise 0.2, in pyrnnoise 0.4.5: three GRU layers that take noise out of speech, frame by frame.

Every 10 ms of sound at 48 kHz gives 65 numbers: loudness of 32 bands and how well each repeats
with the pitch, both through a cosine transform, and the pitch. Two convolutions over three frames
each, three GRU layers of 384 units, and of all their outputs two weighted sums with sigmoids: a
gain for each band, and the probability of speech (RNNoise's ``denoise.c``, ``pitch.c``, ``rnn.c``
and ``nnet.c``).

The weights are read-only data of a compiled library; its symbol ``rnnoise_arrays`` lists their
names and places. It is read, never loaded. Large matrices leave out blocks of 8 outputs by 4
inputs that are zero; gates z, r, n; the bias of the recurrent weights is inside the reset.
"""

import io
import struct
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from experiments.wild import speech
from experiments.wild.recurrent import Array, Batch, Layer, Network, Part, run_stack, sigmoid
from experiments.wild.sources import Sources, chosen

PACKAGE = "pyrnnoise"
OTHERS, NEEDS = (), ("treebank", "espeak-ng")
FILE = "pyrnnoise-0.4.5.data/purelib/pyrnnoise/librnnoise.so"
LIST = "rnnoise_arrays"
RATE, FRAME, BANDS = 48_000, 480, 32
EDGES = (0, 2, 4, 6, 8, 10, 12, 15, 18, 21, 24, 28, 32, 36, 41, 47, 53, 60, 68, 77, 87, 98, 110,
         124, 140, 157, 176, 198, 223, 251, 282, 317, 356, 400)  # fmt: skip
SHORTEST, LONGEST = 60, 768  # pitch, in samples
MEMORY = LONGEST + 2 * FRAME
FEATURES = 2 * BANDS + 1
SILENT = 0.04  # energy of a frame below which the network is not run
DELAY = 1  # frames that the answer comes late by
RECORDINGS, SENTENCES, SEED, PARTS_SEED = 4, 5, 0, 1
MEASURED = (
    12  # recordings of the dynamics: a readout of 1,152 numbers needs five times as many frames
)


# ── The library's weights ───────────────────────────────────────────────────


def arrays(library: bytes) -> dict[str, NDArray]:
    """Return the named arrays of a compiled RNNoise for 64-bit Linux, without loading it.

    Raises
    ------
    ValueError
        If it is no such library.
    """
    from elftools.common.exceptions import ELFError
    from elftools.elf.elffile import ELFFile

    try:
        elf = ELFFile(io.BytesIO(library))
    except ELFError as error:
        raise ValueError(f"this is no compiled library for Linux ({error})") from None
    symbols = elf.get_section_by_name(".dynsym")
    found = symbols.get_symbol_by_name(LIST) if symbols else None
    if not found:
        raise ValueError(f"the library names no {LIST}")
    # Where a pointer stands, the loader would add the library's address to this.
    pointers = {
        one["r_offset"]: one["r_addend"]
        for one in elf.get_section_by_name(".rela.dyn").iter_relocations()
        if one["r_addend"]
    }

    def place(address: int) -> int:
        return next(elf.address_offsets(address))

    entry = struct.Struct("<QiiQ")  # name, type, bytes, data
    kinds = {0: "<f4", 1: "<i4", 3: "i1"}
    given = {}
    for i in range(found[0]["st_size"] // entry.size - 1):  # the last one is empty
        at = found[0]["st_value"] + i * entry.size
        start = place(pointers[at])
        name = library[start : library.index(b"\0", start)].decode()
        _, kind, size, _ = entry.unpack_from(library, place(at))
        data = place(pointers[at + 16])
        given[name] = np.frombuffer(library[data : data + size], kinds[kind])
    return given


def dense(given: dict[str, NDArray], name: str) -> tuple[Array, Array]:
    """Return matrix (out, in) and bias (out,) of a layer without gaps."""
    bias = given[f"{name}_bias"].astype(float)
    return given[f"{name}_weights_float"].reshape(-1, len(bias)).T.astype(float), bias


def sparse(
    blocks: NDArray, index: NDArray, outputs: int, inputs: int, diagonal: NDArray | None = None
) -> Array:
    """Return the matrix (out, in) whose blocks of 8 outputs by 4 inputs are given.

    Parameters
    ----------
    blocks : (blocks × 32,) array
        Of each block 4 inputs, and of each of these 8 outputs.
    index : int array
        For each 8 outputs: how many blocks they have, and the first input of each.
    diagonal : (outputs,) array, optional
        Added to the diagonal of each square of the matrix.
    """
    matrix = np.zeros((outputs, inputs))
    rest, blocks = list(map(int, index)), blocks.reshape(-1, 4, 8)
    taken = at = 0
    for row in range(0, outputs, 8):
        count, at = rest[at], at + 1
        for column in rest[at : at + count]:
            matrix[row : row + 8, column : column + 4] = blocks[taken].T
            taken += 1
        at += count
    if taken != len(blocks) or at != len(rest):
        raise ValueError(f"a matrix of {outputs} rows uses {taken} blocks of {len(blocks)}")
    if diagonal is not None:
        rows = np.arange(outputs)
        matrix[rows, rows % inputs] += diagonal
    return matrix


# ── The sound's features ────────────────────────────────────────────────────


def band_weights() -> Array:
    """Return the weights (32, 481) of frequencies in bands, which overlap as triangles."""
    weights = np.zeros((BANDS + 2, FRAME + 1))
    for i, (low, high) in enumerate(pairwise(EDGES)):
        share = np.arange(high - low) / (high - low)
        weights[i, low:high] += 1 - share
        weights[i + 1, low:high] += share
    weights[1] = (weights[0] + weights[1]) * 2 / 3
    weights[BANDS] = (weights[BANDS] + weights[BANDS + 1]) * 2 / 3
    return weights[1:-1]


def cosines() -> Array:
    """Return the cosine transform (32, 32), scaled as RNNoise scales it."""
    table = np.cos((np.arange(BANDS) + 0.5) * np.arange(BANDS)[:, None] * np.pi / BANDS)
    table[0] *= np.sqrt(0.5)
    return table * np.sqrt(2 / 22)


def window() -> Array:
    """Return the window (960,) of Vorbis."""
    rise = np.sin(0.5 * np.pi * (np.arange(FRAME) + 0.5) / FRAME) ** 2
    half = np.sin(0.5 * np.pi * rise)
    return np.concatenate([half, half[::-1]])


def features(wave: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Return the network's inputs (frames, 65), and which frames are silent.

    Parameters
    ----------
    wave : (samples,) array
        Of full scale 1.
    """
    wave = lfilter([1, -2, 1], [1, -1.99599, 0.99600], wave * 2**15)  # no rumble
    count = len(wave) // FRAME
    past = np.concatenate([np.zeros(MEMORY), wave])
    of_bands, transform, shape = band_weights(), cosines(), window()
    rows, silent = np.zeros((count, FEATURES)), np.zeros(count, bool)
    before = (0, 0.0)
    for t in range(count):
        memory = past[(t + 1) * FRAME :][:MEMORY]
        now = np.fft.rfft(memory[-2 * FRAME :] * shape) / (2 * FRAME)
        energy = of_bands @ np.abs(now) ** 2
        before = pitch(memory, *before)
        late = memory[LONGEST - before[0] :][: 2 * FRAME]
        then = np.fft.rfft(late * shape) / (2 * FRAME)
        both = of_bands @ (now * then.conj()).real
        both /= np.sqrt(0.001 + energy * (of_bands @ np.abs(then) ** 2))
        silent[t] = energy.sum() < SILENT
        if not silent[t]:
            rows[t, :BANDS] = transform @ levels(energy)
            rows[t, :2] -= 12, 4
            rows[t, BANDS:-1] = transform @ both
            rows[t, -1] = 0.01 * (before[0] - 300)
    return rows, silent


def levels(energy: Array) -> Array:
    """Return the logarithms of band energies, with the floor that louder bands below set."""
    found = np.log10(0.01 + energy)
    loudest = follow = -2.0
    for i, level in enumerate(found):
        found[i] = level = max(loudest - 7, follow - 1.5, level)
        loudest, follow = max(loudest, level), max(follow - 1.5, level)
    return found


def pitch(memory: Array, period_before: int, gain_before: float) -> tuple[int, float]:
    """Return the pitch period in samples and how strongly the sound repeats with it.

    Parameters
    ----------
    memory : (1728,) array
        The last samples.
    period_before, gain_before : int, float
        What the frame before gave.
    """
    sound = whiten(memory)
    half = LONGEST // 2
    period = LONGEST - search(sound[half:], sound, LONGEST - 3 * SHORTEST)
    return _without_doubling(sound, min(period // 2, half - 1), period_before // 2, gain_before)


def whiten(memory: Array) -> Array:
    """Return every second sample, smoothed and with its spectrum flattened by linear prediction."""
    padded = np.concatenate([[0], memory, [0]])
    sound = 0.25 * padded[:-2:2] + 0.5 * padded[1:-1:2] + 0.25 * padded[2::2]
    products = np.array([sound[lag:] @ sound[: len(sound) - lag] for lag in range(5)])
    products *= 1 - (0.008 * np.arange(5)) ** 2
    products[0] *= 1.0001
    predictor = _prediction(products) * 0.9 ** np.arange(1, 5)
    # 1 + predictor, times 1 + 0.8 of the sample before.
    return lfilter(np.convolve([1, *predictor], [1, 0.8]), 1, sound)


def _prediction(products: Array) -> Array:
    """Return the four coefficients of linear prediction (Levinson and Durbin), up to 30 dB."""
    found, error = np.zeros(4), products[0]
    for i in range(4):
        if error == 0:
            break
        reflection = -(found[:i] @ products[i:0:-1] + products[i + 1]) / error
        found[:i] += reflection * found[:i][::-1].copy()
        found[i] = reflection
        error *= 1 - reflection**2
        if error < 0.001 * products[0]:
            break
    return found


def search(newest: Array, sound: Array, longest: int) -> int:
    """Return at which sample of `sound` that piece begins which is most like the newest one."""
    coarse = _correlate(newest[::2], sound[::2], longest // 4)
    some = _best_two(coarse, sound[::2], len(newest) // 2)
    fine = np.zeros(longest // 2)
    near = [i for i in range(len(fine)) if min(abs(i - 2 * best) for best in some) <= 2]
    for i in near:
        fine[i] = max(-1, newest @ sound[i : i + len(newest)])
    best = _best_two(fine, sound, len(newest))[0]
    offset = _offset(*fine[best - 1 : best + 2]) if 0 < best < len(fine) - 1 else 0
    return 2 * best - offset


def _correlate(newest: Array, sound: Array, count: int) -> Array:
    return np.correlate(sound[: len(newest) + count - 1], newest, "valid")


def _best_two(products: Array, sound: Array, length: int) -> list[int]:
    """Return the two lags of largest product² / energy, of positive products alone."""
    sums = np.concatenate([[0], np.cumsum(sound**2)])
    energy = np.maximum(1, 1 + sums[length : length + len(products)] - sums[: len(products)])
    quality = np.where(products > 0, np.maximum(products, 0) ** 2 / energy, -1)
    first, second = np.argsort(-quality, kind="stable")[:2]
    if quality[first] < 0:
        return [0, 1]
    return [int(first), int(second) if quality[second] >= 0 else 0]


def _offset(left: float, middle: float, right: float) -> int:
    """Return to which side of a sample the peak lies."""
    if right - left > 0.7 * (middle - left):
        return 1
    return -1 if left - right > 0.7 * (middle - right) else 0


SECOND = (0, 0, 3, 2, 3, 2, 5, 2, 3, 2, 3, 2, 5, 2, 3, 2)


def _without_doubling(
    sound: Array, period: int, period_before: int, gain_before: float
) -> tuple[int, float]:
    """Return period and gain, the period a fraction of the one found where that fits as well."""
    longest, shortest, length = LONGEST // 2, SHORTEST // 2, FRAME

    def back(lag: int) -> Array:
        return sound[longest - lag :][:length]

    def gain(product: float, energy: float) -> float:
        return product / np.sqrt(1 + back(0) @ back(0) * energy)

    best_product, best_energy = back(0) @ back(period), back(period) @ back(period)
    strongest = best_gain = gain(best_product, best_energy)
    best = period
    for k in range(2, 16):
        lag = (2 * period + k) // (2 * k)
        if lag < shortest:
            break
        # A true period shows at another multiple of it too.
        if k == 2:
            other = period if lag + period > longest else period + lag
        else:
            other = (2 * SECOND[k] * period + k) // (2 * k)
        product = (back(0) @ back(lag) + back(0) @ back(other)) / 2
        energy = (back(lag) @ back(lag) + back(other) @ back(other)) / 2
        apart = abs(lag - period_before)
        kept = gain_before if apart <= 1 else 0
        if apart == 2 and 5 * k * k < period:
            kept = gain_before / 2
        floor = max(0.3, 0.7 * strongest - kept)
        if lag < 3 * shortest:
            floor = max(0.4, 0.85 * strongest - kept)
        if gain(product, energy) > floor:
            best, best_gain = lag, gain(product, energy)
            best_product, best_energy = product, energy
    best_product = max(0, best_product)
    share = 1.0 if best_energy <= best_product else best_product / (best_energy + 1)
    near = [back(0) @ back(best + i) for i in (-1, 0, 1)]
    return max(2 * best + _offset(*near), SHORTEST), min(share, best_gain)


# ── The network ─────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Model:
    """The network.

    Attributes
    ----------
    convolutions : sequence of ((out, 3 in) array, (out,) array)
        The oldest of three frames first.
    layers : tuple of Layer
    gains, speech : ((out, 1536) array, (out,) array)
    """

    convolutions: tuple[tuple[Array, Array], ...]
    layers: tuple[Layer, ...]
    gains: tuple[Array, Array]
    speech: tuple[Array, Array]

    def convolve(self, inputs: Array) -> Array:
        """Return what the lowest GRU reads, shape (T, B, 384), of features (T, B, 65)."""
        x = inputs
        for kernel, bias in self.convolutions:
            padded = np.concatenate([np.zeros((2, *x.shape[1:])), x])
            x = np.concatenate([padded[i : i + len(x)] for i in range(3)], axis=2)
            x = np.tanh(x @ kernel.T + bias)
        return x

    def answers(self, inputs: Array) -> tuple[Array, Array]:
        """Return gains (T, B, 32) and probabilities of speech (T, B)."""
        x = self.convolve(inputs)
        seen = np.concatenate([x, *run_stack(self.layers, Batch(x))], axis=2)
        gains, said = (sigmoid(seen @ A.T + b) for A, b in (self.gains, self.speech))
        return gains, said[..., 0]


def load(sources: Sources) -> Model:
    """Return the network."""
    given = arrays(sources.shelf.open(PACKAGE).read(FILE))

    def matrix(name: str) -> Array:
        rows = len(given[f"{name}_bias"])
        return sparse(
            given[f"{name}_weights_float"],
            given[f"{name}_weights_idx"],
            rows,
            rows // 3,
            given.get(f"{name}_weights_diag"),
        )

    def gru(name: str) -> Layer:
        order = (1, 0, 2)  # z, r, n are r, z, n

        def blocks(array: Array) -> Array:
            parts = np.split(array, 3)
            return np.concatenate([parts[i] for i in order])

        inner = blocks(given[f"{name}_recurrent_bias"].astype(float))
        b, width = blocks(given[f"{name}_input_bias"].astype(float)), len(inner) // 3
        b[: 2 * width] += inner[: 2 * width]
        recurrent, into = (blocks(matrix(f"{name}_{what}")) for what in ("recurrent", "input"))
        return Layer("gru", recurrent, into, b, inner[2 * width :])

    return Model(
        (dense(given, "conv1"), dense(given, "conv2")),
        tuple(gru(f"gru{i}") for i in (1, 2, 3)),
        dense(given, "dense_out"),
        dense(given, "vad_dense"),
    )


def wrong(model: Model) -> Model:
    """Return the network with z and r, the first two blocks, taken for each other."""
    return replace(model, layers=tuple(one.with_blocks((1, 0, 2)) for one in model.layers))


def recordings(sources: Sources, count: int, seed: int) -> list[speech.Recording]:
    """Return recordings of speech and noise."""
    sentences = chosen(sources.spoken, count * SENTENCES, seed)
    return speech.recordings(sentences, SENTENCES, RATE, np.random.default_rng(seed))


def side_by_side(rows: list[Array]) -> Array:
    """Return sequences (T_i, I) as one array (T, B, I), cut to the shortest."""
    shortest = min(len(one) for one in rows)
    return np.stack([one[:shortest] for one in rows], axis=1)


def kept(gains: Array, wave: Array) -> float:
    """Return in decibels what gains (T, 32), a frame late, leave of a wave's power."""
    shape = window()
    frames = np.stack([wave[t * FRAME :][: 2 * FRAME] for t in range(len(wave) // FRAME - 1)])
    power = np.abs(np.fft.rfft(frames * shape)) ** 2 @ band_weights().T
    # Frame t of sound ends with frame t of `frames`' successor; its gains come one later still.
    gains = gains[1 + DELAY :]
    count = min(len(power), len(gains))
    after = np.sum(power[:count] * gains[:count] ** 2)
    return float(10 * np.log10(after / np.sum(power[:count])))


def network(sources: Sources) -> Network:
    """Return the network, its score and its recurrent part."""
    model = load(sources)
    misread = wrong(model)
    heard = recordings(sources, RECORDINGS, SEED)
    shortest = min(len(one.speech) for one in heard) // FRAME - DELAY
    labels = [one.labels(FRAME)[:shortest] for one in heard]
    said: dict[str, list[list[Array]]] = {"right": [], "wrong": [], "loudness alone": []}
    left: dict[int, dict[str, float]] = {}
    for level in speech.LEVELS:
        waves = [one.mixed(level) for one in heard]
        inputs = side_by_side([features(wave)[0] for wave in waves])
        gains, right = model.answers(inputs)
        said["right"].append(list(right[DELAY:].T))
        said["wrong"].append(list(misread.answers(inputs)[1][DELAY:].T))
        said["loudness alone"].append([speech.loudness(one, FRAME)[:shortest] for one in waves])
        left[level] = {
            name: float(np.mean([kept(gains[:, i], getattr(one, name)) for i, one in
                                 enumerate(heard)]))
            for name in ("speech", "noise")
        }  # fmt: skip
    score = speech.score(
        said,
        labels,
        layout="gates z and r exchanged",
        seed=SEED,
        more={"decibels_that_the_gains_leave_by_decibels": left},
    )
    other = part(misread, sources).longest()
    return Network(PACKAGE, FILE, score, (part(model, sources),), misread=(other,))


def part(model: Model, sources: Sources) -> Part:
    """Return the stack: it carries its state through a recording, so used and stream are one."""
    heard = [one.mixed(10) for one in recordings(sources, MEASURED, PARTS_SEED)]
    rng = np.random.default_rng(PARTS_SEED)
    shortest = min(len(one) for one in heard)
    alone = [
        speech.unsteady(shortest, RATE // 2, rng, speech.COLOURS[i % 2]) for i in range(MEASURED)
    ]
    read = {
        how: Batch(model.convolve(side_by_side([features(wave)[0] for wave in waves])))
        for how, waves in (("as used", heard), ("noise alone", alone))
    }
    return Part("three layers", model.layers, read, "frames of 10 ms of noisy speech")
