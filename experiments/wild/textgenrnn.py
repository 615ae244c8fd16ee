"""textgenrnn 2.0.0: two LSTM layers that predict the next letter of English from the last 40.

Embedding, two LSTM layers of 128 units, and an attention that weighs what embedding and layers
say at each of the 40 places; a softmax over 465 letters reads the weighted mean (package's
``model.py`` and ``AttentionWeightedAverage.py``).

The file was written by Keras's layers for cuDNN (two biases for each gate tell it): each gate's
kernel stands transposed in its block, and the two biases are added. Gates i, f, g, o.
"""

import io
import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.wild.recurrent import Array, Batch, Layer, Network, Part, Score, run_stack
from experiments.wild.sources import Sources, windows

PACKAGE = "textgenrnn"
OTHERS, NEEDS = (), ("treebank",)
FILE = "textgenrnn-2.0.0/textgenrnn/textgenrnn_weights.hdf5"
VOCABULARY = "textgenrnn-2.0.0/textgenrnn/textgenrnn_vocab.json"
WINDOW = 40
EXAMPLES, SEED = 4000, 0
WINDOWS, STREAMS, STEPS, PARTS_SEED = 256, 16, 2000, 1


@dataclass(frozen=True)
class Model:
    """The network: embedding (V, E), layers, attention (E + 2 N,), output (E + 2 N, V) and (V,)."""

    numbers: dict[str, int]
    embedding: Array
    layers: tuple[Layer, ...]
    attention: Array
    output: Array
    bias: Array

    def encode(self, texts: list[str]) -> NDArray[np.int64]:
        """Return the numbers of letters, shape (B, T); 0 for one that it does not know."""
        return np.array([[self.numbers.get(letter, 0) for letter in text] for text in texts])

    def scores(self, letters: NDArray[np.int64]) -> Array:
        """Return the scores (B, V) of the letter that follows windows (B, T)."""
        read = Batch(self.embedding[letters.T])
        seen = np.concatenate([read.inputs, *run_stack(self.layers, read)], axis=2)
        weights = seen @ self.attention
        weights = np.exp(weights - weights.max(axis=0))
        weights /= weights.sum(axis=0)
        return np.einsum("tb,tbn->bn", weights, seen) @ self.output + self.bias


def lstm(kernel: Array, recurrent: Array, bias: Array, *, transposed: bool = True) -> Layer:
    """Return an LSTM from Keras's arrays (I, 4 N), (N, 4 N) and (8 N,).

    Parameters
    ----------
    transposed : bool
        Whether each gate's block holds its transpose, as cuDNN's layers left it.
    """
    (inputs, _), width = kernel.shape, len(recurrent)
    if transposed:
        blocks = [np.ascontiguousarray(block) for block in np.split(kernel, 4, axis=1)]
        into = np.concatenate([block.reshape(width, inputs) for block in blocks])
        own = np.concatenate(np.split(recurrent, 4, axis=1))
    else:
        into, own = kernel.T, recurrent.T
    return Layer("lstm", own, into, bias.reshape(2, 4 * width).sum(axis=0))


def load(sources: Sources, *, transposed: bool = True) -> Model:
    """Return the network."""
    import h5py

    archive = sources.shelf.open(PACKAGE)
    with h5py.File(io.BytesIO(archive.read(FILE))) as file:

        def array(name: str) -> Array:
            return file[name][()].astype(float)

        layers = tuple(
            lstm(
                *(array(f"{n}/{n}/{what}:0") for what in ("kernel", "recurrent_kernel", "bias")),
                transposed=transposed,
            )
            for n in ("rnn_1", "rnn_2")
        )
        return Model(
            json.loads(archive.read(VOCABULARY)),
            array("embedding/embedding/embeddings:0"),
            layers,
            array("attention/attention/attention_W:0")[:, 0],
            array("output/output/kernel:0"),
            array("output/output/bias:0"),
        )


def right(model: Model, texts: list[str]) -> float:
    """Return the share of texts whose last letter is predicted from those before it."""
    letters = model.encode(texts)
    return float(np.mean(model.scores(letters[:, :-1]).argmax(axis=1) == letters[:, -1]))


def network(sources: Sources) -> Network:
    """Return the network, its score and its recurrent part."""
    model, misread = load(sources), load(sources, transposed=False)
    texts = windows(sources.documents, WINDOW + 1, EXAMPLES, SEED)
    last = [text[-1] for text in texts]
    score = Score(
        "next letter of English from the last 40: share right",
        right(model, texts),
        last.count(" ") / len(last),
        right(misread, texts),
        "gates not transposed back",
        EXAMPLES,
        {"chance": "always a space", "seed": SEED},
    )
    used = model.encode(windows(sources.documents, WINDOW, WINDOWS, PARTS_SEED))
    stream = model.encode(windows(sources.documents, STEPS, STREAMS, PARTS_SEED))
    read = {
        "as used": Batch(model.embedding[used.T]),
        "stream": Batch(model.embedding[stream.T]),
    }
    part, other = (
        Part("two layers", one.layers, read, "letters of English") for one in (model, misread)
    )
    return Network(PACKAGE, FILE, score, (part,), misread=(other,))
