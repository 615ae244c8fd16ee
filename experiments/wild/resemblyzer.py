"""Resemblyzer 0.1.4: three LSTM layers whose last state tells who speaks.

Sound at 16 kHz as a mel spectrogram: 40 bands of power, 25 ms wide, every 10 ms. Pieces of 160
frames, 77 % of a second apart, are read by three layers of 256 units; a linear map of the last
output of the uppermost, ReLU, and length 1 make a voice's vector, and the mean of the pieces',
of length 1 again, an utterance's (package's ``voice_encoder.py`` and ``audio.py``). Silences that
the makers cut out first with another detector are left in: what espeak-ng speaks has hardly any.

A file of PyTorch before 1.6: gates i, f, g, o.
"""

from dataclasses import dataclass, replace

import numpy as np

from experiments.wild import pickles, speech
from experiments.wild.recurrent import Array, Layer, Network, Part, Score, batch, run_stack
from experiments.wild.scoring import auc
from experiments.wild.sources import Sources, chosen

PACKAGE = "Resemblyzer"
OTHERS, NEEDS = (), ("treebank", "espeak-ng")
FILE = "resemblyzer/pretrained.pt"
RATE, WINDOW, HOP, BANDS = 16_000, 400, 160, 40
PIECE, PIECES_A_SECOND, COVERAGE = 160, 1.3, 0.75
LOUDNESS = 10 ** (-30 / 20)  # what quieter sound is made as loud as
VOICES = tuple(
    f"en-us+{kind}{i}" for kind, last in (("m", 7), ("f", 5)) for i in range(1, last + 1)
)
UTTERANCES, SEED = 6, 0
SENTENCES, STREAMS, PARTS_SEED = 48, 12, 1


def to_mel(hertz: Array) -> Array:
    """Return frequencies on Slaney's scale: linear to 1 kHz, then logarithmic."""
    above = 15 + 27 * np.log(np.maximum(hertz, 1) / 1000) / np.log(6.4)
    return np.where(hertz < 1000, hertz * 3 / 200, above)


def from_mel(mel: Array) -> Array:
    """Return frequencies in hertz, the inverse of `to_mel`."""
    return np.where(mel < 15, mel * 200 / 3, 1000 * 6.4 ** ((mel - 15) / 27))


def bands() -> Array:
    """Return the weights (40, 201) of frequencies in bands: triangles of area 1."""
    edges = from_mel(np.linspace(*to_mel(np.array([0.0, RATE / 2])), BANDS + 2))
    at = np.arange(WINDOW // 2 + 1) * RATE / WINDOW
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising, falling = (at - low) / (middle - low), (high - at) / (high - middle)
    return np.maximum(0, np.minimum(rising, falling)) * 2 / (high - low)


def spectrogram(wave: Array) -> Array:
    """Return the power in each band, shape (frames, 40); a frame's middle is at its time."""
    loudness = np.sqrt(np.mean(wave**2))
    wave = wave * max(1, LOUDNESS / loudness)
    padded = np.pad(wave, WINDOW // 2)
    count = 1 + len(wave) // HOP
    frames = np.stack([padded[i * HOP :][:WINDOW] for i in range(count)])
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    return np.abs(np.fft.rfft(frames * window)) ** 2 @ bands().T


def pieces(samples: int) -> list[int]:
    """Return where the pieces begin that an utterance is read in, in frames."""
    frames = int(np.ceil((samples + 1) / HOP))
    step = round(RATE / PIECES_A_SECOND / HOP)
    starts = list(range(0, max(1, frames - PIECE + step + 1), step))
    covered = (samples - starts[-1] * HOP) / (PIECE * HOP)
    return starts[:-1] if covered < COVERAGE and len(starts) > 1 else starts


@dataclass(frozen=True)
class Model:
    """The network: three layers, and the linear map (256, 256), (256,)."""

    layers: tuple[Layer, ...]
    output: Array
    bias: Array

    def embed(self, waves: list[Array]) -> Array:
        """Return the vectors (B, 256) of utterances."""
        read, owner = [], []
        for i, wave in enumerate(waves):
            starts = pieces(len(wave))
            long = np.pad(wave, (0, max(0, (starts[-1] + PIECE) * HOP - len(wave))))
            mel = spectrogram(long)
            read += [mel[start : start + PIECE] for start in starts]
            owner += [i] * len(starts)
        x = run_stack(self.layers, batch(read))[-1][-1]
        x = np.maximum(x @ self.output.T + self.bias, 0)
        x /= np.linalg.norm(x, axis=1, keepdims=True)
        mean = np.stack([x[np.array(owner) == i].mean(axis=0) for i in range(len(waves))])
        return mean / np.linalg.norm(mean, axis=1, keepdims=True)


def load(sources: Sources) -> Model:
    """Return the network."""
    saved = pickles.tensors(sources.shelf.open(PACKAGE).read(FILE))["model_state"]
    w = {name: array.astype(float) for name, array in saved.items()}
    layers = tuple(
        Layer(
            "lstm",
            w[f"lstm.weight_hh_l{i}"],
            w[f"lstm.weight_ih_l{i}"],
            w[f"lstm.bias_ih_l{i}"] + w[f"lstm.bias_hh_l{i}"],
        )
        for i in range(3)
    )
    return Model(layers, w["linear.weight"], w["linear.bias"])


def wrong(model: Model) -> Model:
    """Return the network read in TensorFlow's old order of gates, i, g, f, o."""
    return replace(model, layers=tuple(one.with_blocks((0, 2, 1, 3)) for one in model.layers))


def told_apart(vectors: Array, voices: list[str]) -> float:
    """Return the area under the curve of pairs of one voice against pairs of two."""
    likeness = vectors @ vectors.T
    same = np.array(voices)[:, None] == np.array(voices)
    pairs = np.triu(np.ones_like(same), 1)
    return auc(likeness[pairs & same], likeness[pairs & ~same])


def network(sources: Sources) -> Network:
    """Return the network, its score and its recurrent part."""
    model = load(sources)
    sentences = chosen(sources.spoken, len(VOICES) * UTTERANCES, SEED)
    voices = [VOICES[i % len(VOICES)] for i in range(len(sentences))]
    waves = [speech.speak(one, voice, RATE) for one, voice in zip(sentences, voices, strict=True)]
    mean = np.stack([np.log(spectrogram(wave).mean(axis=0)) for wave in waves])
    mean -= mean.mean(axis=0)
    mean /= np.linalg.norm(mean, axis=1, keepdims=True)
    score = Score(
        "pairs of utterances of one voice told from pairs of two: area under the curve",
        told_apart(model.embed(waves), voices),
        0.5,
        told_apart(wrong(model).embed(waves), voices),
        "gates read in TensorFlow's old order",
        len(waves) * (len(waves) - 1) // 2,
        {
            "mean_spectrum_alone": told_apart(mean, voices),
            "speech": speech.version(),
            "voices": list(VOICES),
            "utterances": len(waves),
            "seed": SEED,
        },
    )
    other = part(wrong(model), sources).longest()
    return Network(PACKAGE, FILE, score, (part(model, sources),), misread=(other,))


def part(model: Model, sources: Sources) -> Part:
    """Return the stack: pieces of 160 frames from rest, and one voice without an end."""
    sentences = chosen(sources.spoken, SENTENCES, PARTS_SEED)
    voices = [VOICES[i % STREAMS] for i in range(SENTENCES)]
    heard = [
        spectrogram(speech.speak(one, voice, RATE))
        for one, voice in zip(sentences, voices, strict=True)
    ]
    used = [one[start : start + PIECE] for one in heard for start in range(0, len(one) - PIECE, 77)]
    streams = [np.concatenate(heard[i::STREAMS]) for i in range(STREAMS)]
    shortest = min(len(one) for one in streams)
    return Part(
        "three layers",
        model.layers,
        {"as used": batch(used), "stream": batch([one[:shortest] for one in streams])},
        "frames of 10 ms of speech",
    )
