"""silero-vad 6.2.3: an LSTM that tells, for each 32 ms of sound, whether somebody speaks.

512 samples at 16 kHz, with the last 64 before them, are mirrored at the end by 64; the moduli of a
short-time Fourier transform (129 frequencies, 4 frames) go through four convolutions with ReLU to
128 numbers, an LSTM cell of 128 units carries its state from one piece of sound to the next, and
ReLU, a weighted sum and a sigmoid give the probability. (From the TorchScript sources in the
package's default file, ``silero_vad.jit``.) Weights as PyTorch lays them out: gates i, f, g, o.

The package's ``silero_vad_16k.safetensors`` holds other weights, of an earlier training.
"""

from dataclasses import dataclass, replace

import numpy as np

from experiments.wild import pickles, speech
from experiments.wild.recurrent import Array, Batch, Layer, Network, Part, batch, sigmoid
from experiments.wild.sources import Sources, chosen

PACKAGE = "silero-vad"
OTHERS, NEEDS = (), ("treebank", "espeak-ng")
FILE = "silero_vad/data/silero_vad.jit"
RATE, FRAME, CONTEXT, MIRRORED = 16_000, 512, 64, 64
FOURIER, HOP = 256, 128
STRIDES = (1, 2, 2, 1)
RECORDINGS, SENTENCES, SEED, PARTS_SEED = 6, 6, 0, 1


@dataclass(frozen=True)
class Model:
    """The network.

    Attributes
    ----------
    basis : (258, 256) array
        Cosines, then sines, under a window.
    convolutions : sequence of ((out, in, 3) array, (out,) array)
    layer : Layer
    output : (128,) array
    bias : float
    """

    basis: Array
    convolutions: tuple[tuple[Array, Array], ...]
    layer: Layer
    output: Array
    bias: float

    def features(self, wave: Array) -> Array:
        """Return what the LSTM reads, shape (frames, 128); what is left of a frame is cut off."""
        count = len(wave) // FRAME
        padded = np.concatenate([np.zeros(CONTEXT), wave])
        frames = np.stack([padded[i * FRAME :][: FRAME + CONTEXT] for i in range(count)])
        frames = np.pad(frames, ((0, 0), (0, MIRRORED)), mode="reflect")
        starts = range(0, frames.shape[1] - FOURIER + 1, HOP)
        waves = np.stack([frames[:, i : i + FOURIER] for i in starts], axis=1) @ self.basis.T
        half = len(self.basis) // 2
        x = np.hypot(waves[..., :half], waves[..., half:])  # (frames, times, frequencies)
        for (kernel, bias), stride in zip(self.convolutions, STRIDES, strict=True):
            x = np.pad(x, ((0, 0), (1, 1), (0, 0)))
            x = np.stack(
                [
                    np.einsum("bkc,ock->bo", x[:, i : i + 3], kernel)
                    for i in range(0, x.shape[1] - 2, stride)
                ],
                axis=1,
            )
            x = np.maximum(x + bias, 0)
        return x[:, 0]

    def probabilities(self, features: Array) -> Array:
        """Return the probability of speech in each frame of one recording."""
        h = self.layer.run(Batch(features[:, None]))[:, 0]
        return sigmoid(np.maximum(h, 0) @ self.output + self.bias)


def load(sources: Sources) -> Model:
    """Return the network for sound at 16 kHz."""
    net = pickles.tensors(sources.shelf.open(PACKAGE).read(FILE))["_model"]

    def array(path: str) -> Array:
        return net[path].astype(float)

    cell = "decoder.rnn"
    return Model(
        array("stft.forward_basis_buffer")[:, 0],
        tuple(
            (array(f"encoder.{i}.reparam_conv.weight"), array(f"encoder.{i}.reparam_conv.bias"))
            for i in range(4)
        ),
        Layer(
            "lstm",
            array(f"{cell}.weight_hh"),
            array(f"{cell}.weight_ih"),
            array(f"{cell}.bias_ih") + array(f"{cell}.bias_hh"),
        ),
        array("decoder.decoder.2.weight")[0, :, 0],
        float(array("decoder.decoder.2.bias")[0]),
    )


def wrong(model: Model) -> Model:
    """Return the network read as if its gates stood in ONNX's order, i, o, f, g."""
    return replace(model, layer=model.layer.with_blocks((0, 2, 3, 1)))


def recordings(sources: Sources, seed: int) -> list[speech.Recording]:
    """Return recordings of speech and noise."""
    sentences = chosen(sources.spoken, RECORDINGS * SENTENCES, seed)
    return speech.recordings(sentences, SENTENCES, RATE, np.random.default_rng(seed))


def network(sources: Sources) -> Network:
    """Return the network, its score and its cell."""
    model = load(sources)
    misread = wrong(model)
    heard = recordings(sources, SEED)
    labels = [one.labels(FRAME) for one in heard]
    said: dict[str, list[list[Array]]] = {"right": [], "wrong": [], "loudness alone": []}
    for level in speech.LEVELS:
        waves = [one.mixed(level) for one in heard]
        features = [model.features(wave) for wave in waves]
        said["right"].append([model.probabilities(one) for one in features])
        said["wrong"].append([misread.probabilities(one) for one in features])
        said["loudness alone"].append([speech.loudness(wave, FRAME) for wave in waves])
    score = speech.score(said, labels, layout="gates read in ONNX's order", seed=SEED)
    other = part(misread, sources).longest()
    return Network(PACKAGE, FILE, score, (part(model, sources),), misread=(other,))


def part(model: Model, sources: Sources) -> Part:
    """Return the cell: it carries its state through a recording, so used and stream are one."""
    heard = [model.features(one.mixed(20)) for one in recordings(sources, PARTS_SEED)]
    shortest = min(len(one) for one in heard)
    rng = np.random.default_rng(PARTS_SEED)
    alone = [
        model.features(speech.unsteady(shortest * FRAME, RATE // 2, rng, speech.COLOURS[i % 2]))
        for i in range(RECORDINGS)
    ]
    return Part(
        "cell",
        (model.layer,),
        {"as used": batch([one[:shortest] for one in heard]), "noise alone": batch(alone)},
        "frames of 32 ms of speech",
    )
