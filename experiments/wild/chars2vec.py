"""chars2vec 0.1.7, ``eng_50``: two LSTM layers whose last state places a word among its like.

Each letter is one of 59, as a vector with a single 1, or zero; two layers of 50 units read it, and
the last output of the upper one is the word's vector: words written alike lie near each other
(package's ``model.py``). Keras 2.2.0 wrote the file; it says nothing of the gates, and that
version's LSTM had hard sigmoids unless told otherwise. Gates i, f, g, o, kernels not transposed
beyond Keras's own way.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from experiments.wild import pickles
from experiments.wild.recurrent import Array, Batch, Layer, Network, Part, Score, batch, run_stack
from experiments.wild.sources import Sources, chosen, windows

PACKAGE = "chars2vec"
FOLDER = "chars2vec-0.1.7/chars2vec/trained_models/eng_50"
FILE = f"{FOLDER}/weights.h5"
MISSPELT, LIST = "codespell", "codespell_lib/data/dictionary.txt"
OTHERS, NEEDS = (MISSPELT,), ("treebank",)
CANDIDATES, EXAMPLES, SEED = 5000, 2000, 0
WORDS, STREAMS, STEPS, PARTS_SEED = 256, 16, 2000, 1


@dataclass(frozen=True)
class Model:
    """The network: which letter has which number, and two layers."""

    numbers: dict[str, int]
    layers: tuple[Layer, ...]

    def letters(self, text: str) -> Array:
        """Return one row a letter, shape (T, 59)."""
        rows = np.zeros((len(text), len(self.numbers)))
        for row, letter in zip(rows, text, strict=True):
            if letter in self.numbers:
                row[self.numbers[letter]] = 1
        return rows

    def vectors(self, words: Sequence[str]) -> Array:
        """Return the vectors (B, 50) of words in small letters, each read by itself."""
        return run_stack(self.layers, batch([self.letters(word) for word in words]))[-1][-1]


def load(sources: Sources, gates: str = "hard_sigmoid") -> Model:
    """Return the network."""
    import h5py

    archive = sources.shelf.open(PACKAGE)
    _, numbers = pickles.arrays(archive.read(f"{FOLDER}/model.pkl"))
    with h5py.File(io.BytesIO(archive.read(FILE))) as file:

        def layer(name: str) -> Layer:
            kernel, recurrent, bias = (
                file[f"{name}/{name}/{what}:0"][()].astype(float)
                for what in ("kernel", "recurrent_kernel", "bias")
            )
            return Layer("lstm", recurrent.T, kernel.T, bias, gates=gates)

        return Model(numbers, (layer("lstm_1"), layer("lstm_2")))


def wrong(model: Model) -> Model:
    """Return the network read in TensorFlow's old order of gates, i, g, f, o."""
    return replace(model, layers=tuple(one.with_blocks((0, 2, 1, 3)) for one in model.layers))


def misspelt(content: bytes, known: set[str]) -> list[tuple[str, str]]:
    """Return misspelt words with the one word of `known` that each is meant to be."""
    found = []
    for line in content.decode("utf-8").splitlines():
        written, arrow, meant = line.partition("->")
        if arrow and meant in known and written not in known:
            found.append((written, meant))
    return found


def retrieved(model: Model, pairs: list[tuple[str, str]], candidates: list[str]) -> float:
    """Return the share of misspelt words nearest, of all candidates, to what they should be."""
    there = model.vectors(candidates)
    asked = model.vectors([written for written, _ in pairs])
    squares = (there**2).sum(axis=1) - 2 * asked @ there.T
    nearest = [candidates[i] for i in squares.argmin(axis=1)]
    return float(np.mean([one == meant for one, (_, meant) in zip(nearest, pairs, strict=True)]))


def network(sources: Sources) -> Network:
    """Return the network, its score and its recurrent part."""
    model = load(sources)
    common = [word for word, _ in sorted(sources.words.items(), key=lambda one: (-one[1], one[0]))]
    candidates = [word for word in common if len(word) > 3][:CANDIDATES]
    listed = misspelt(sources.shelf.open(MISSPELT).read(LIST), set(candidates))
    pairs = chosen(listed, EXAMPLES, SEED)
    score = Score(
        f"misspelt words nearest to their own among {len(candidates)}: share right",
        retrieved(model, pairs, candidates),
        1 / len(candidates),
        retrieved(wrong(model), pairs, candidates),
        "gates read in TensorFlow's old order",
        len(pairs),
        {"with_smooth_gates": retrieved(load(sources, "sigmoid"), pairs, candidates), "seed": SEED},
    )
    other = part(wrong(model), sources).longest()
    return Network(PACKAGE, FILE, score, (part(model, sources),), OTHERS, (other,))


def part(model: Model, sources: Sources) -> Part:
    """Return the stack: words of the treebank each from rest, and English without an end."""
    counts = sources.words
    names = sorted(counts)
    often = np.array([counts[name] for name in names], float)
    rng = np.random.default_rng(PARTS_SEED)
    words = [names[i] for i in rng.choice(len(names), WORDS, p=often / often.sum())]
    streams = windows(sources.documents, STEPS, STREAMS, PARTS_SEED)
    return Part(
        "two layers",
        model.layers,
        {
            "as used": batch([model.letters(word) for word in words]),
            "stream": Batch(np.stack([model.letters(text.lower()) for text in streams], axis=1)),
        },
        "letters of English words",
    )
