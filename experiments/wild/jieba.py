"""jieba 0.42.1, its small LAC model: GRUs in both directions that part Chinese into words.

Characters embedded in 128 numbers; two layers, each a GRU of 128 units forward and one backward
behind a linear map; scores for 57 tags (a kind of word, at its begin or inside), and a
conditional random field whose best path is the answer (package's ``lac_small/nets.py``, written
for PaddlePaddle, and ``utils.py``).

Each file is one tensor of PaddlePaddle: version, level of detail, version, length and text of a
description (type and sizes, a protocol buffer), numbers. A GRU's weights stand as W (128, 256) of
update and reset, and behind it W (128, 128) of the candidate, though its sizes say (128, 384); the
reset comes before the product; h' = (1 − u) h + u n (documentation of ``dynamic_gru``).
"""

import struct
from dataclasses import dataclass

import numpy as np

from experiments.wild import chinese
from experiments.wild.recurrent import (
    Array,
    Batch,
    Layer,
    Network,
    Part,
    Score,
    batch,
    parts_both_ways,
    run_stack_both_ways,
)
from experiments.wild.scoring import word_f1
from experiments.wild.sources import Sources, chosen

PACKAGE = "jieba"
OTHERS, NEEDS = (chinese.PACKAGE,), ()
FOLDER = "jieba-0.42.1/jieba/lac_small"
FILE = f"{FOLDER}/model_baseline"
EXAMPLES, SEED = 1000, 0
SENTENCES, STREAMS, STEPS, PARTS_SEED = 256, 16, 2000, 1
FLOAT32 = 5  # as the description numbers types


@dataclass(frozen=True)
class Model:
    """The network.

    Attributes
    ----------
    numbers : dict
        Of characters.
    tags : list of str
    embedding : (V, 128) array
    layers : sequence of (Layer, Layer)
        Forward and backward; the linear maps before them are in their input weights.
    output : ((256, 57) array, (57,) array)
    begin, end : (57,) arrays
        Scores of a path's first and last tag.
    follow : (57, 57) array
        Score of column after row.
    """

    numbers: dict[str, int]
    tags: list[str]
    embedding: Array
    layers: tuple[tuple[Layer, Layer], ...]
    output: tuple[Array, Array]
    begin: Array
    end: Array
    follow: Array

    def embed(self, text: str) -> Array:
        """Return what the lower layer reads, shape (T, 128)."""
        return self.embedding[[self.numbers.get(x, self.numbers["OOV"]) for x in text]]

    def part(self, texts: list[str]) -> list[list[str]]:
        """Return the words of each text."""
        read = batch([self.embed(text) for text in texts])
        kernel, bias = self.output
        scores = run_stack_both_ways(self.layers, read)[-1] @ kernel + bias
        found = []
        for i, text in enumerate(texts):
            path = best_path(scores[: len(text), i], self.begin, self.end, self.follow)
            found.append(words(text, [self.tags[tag] for tag in path]))
        return found


def words(text: str, tags: list[str]) -> list[str]:
    """Return the words that tags mark: one begins at ``-B``, and at an O after no O."""
    found: list[str] = []
    before = ""
    for letter, tag in zip(text, tags, strict=True):
        if not found or tag.endswith("-B") or (tag == "O" and before != "O"):
            found.append(letter)
        else:
            found[-1] += letter
        before = tag
    return found


def best_path(scores: Array, begin: Array, end: Array, follow: Array) -> list[int]:
    """Return the sequence of tags of highest score (Viterbi).

    Parameters
    ----------
    scores : (T, K) array
    begin, end : (K,) arrays
    follow : (K, K) array
        Score of column after row.
    """
    best, came = begin + scores[0], []
    for now in scores[1:]:
        paths = best[:, None] + follow
        came.append(paths.argmax(axis=0))
        best = paths.max(axis=0) + now
    path = [int((best + end).argmax())]
    for before in reversed(came):
        path.append(int(before[path[-1]]))
    return path[::-1]


def tensor(content: bytes) -> Array:
    """Return the numbers of one of PaddlePaddle's files.

    Raises
    ------
    ValueError
        If it is not of single-precision numbers, or not whole.
    """
    version, detail, inner, length = struct.unpack_from("<IQIi", content)
    if version or detail or inner:
        raise ValueError("this is no tensor of PaddlePaddle's first version")
    start = struct.calcsize("<IQIi")
    description, numbers = content[start : start + length], content[start + length :]
    fields = list(_varints(description))
    if not fields or fields[0] != (1, FLOAT32) or any(number != 2 for number, _ in fields[1:]):
        raise ValueError("this tensor is not of single-precision numbers")
    sizes = [size for _, size in fields[1:]]
    if len(numbers) != 4 * int(np.prod(sizes)):
        raise ValueError(f"a tensor of sizes {sizes} has {len(numbers)} bytes")
    return np.frombuffer(numbers, "<f4").reshape(sizes).astype(float)


def _varints(message: bytes) -> list[tuple[int, int]]:
    """Return number and value of the fields of a protocol buffer that holds integers alone."""
    values, value, shift = [], 0, 0
    for byte in message:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            values.append(value)
            value, shift = 0, 0
    return [(key >> 3, value) for key, value in zip(values[::2], values[1::2], strict=True)]


def gru(project: Array, project_bias: Array, W: Array, bias: Array, *, apart: bool = True) -> Layer:
    """Return the GRU behind a linear map, from PaddlePaddle's arrays.

    Parameters
    ----------
    project : (I, 3 N) array
    project_bias : (3 N,) array
    W : (N, 3 N) array
        As the file gives its sizes.
    bias : (3 N,) array
        Update, reset, candidate.
    apart : bool
        Whether the weights of the candidate stand behind those of the gates, not beside them.
    """
    width = len(W)
    if apart:
        flat = W.ravel()
        gates = flat[: 2 * width**2].reshape(width, 2 * width)
        new = flat[2 * width**2 :].reshape(width, width)
    else:
        gates, new = W[:, : 2 * width], W[:, 2 * width :]

    def canonical(update: Array, reset: Array, candidate: Array) -> Array:
        # z = 1 − u, and 1 − sigmoid(x) = sigmoid(−x).
        return np.concatenate([reset, -update, candidate])

    return Layer(
        "gru",
        canonical(gates[:, :width].T, gates[:, width:].T, new.T),
        canonical(*np.split(project.T, 3)),
        canonical(*np.split(project_bias + bias, 3)),
        reset="before",
    )


def load(sources: Sources, *, apart: bool = True) -> Model:
    """Return the network."""
    archive = sources.shelf.open(PACKAGE)

    def array(name: str) -> Array:
        return tensor(archive.read(f"{FILE}/{name}"))

    def table(name: str) -> list[tuple[str, str]]:
        lines = archive.read(f"{FOLDER}/{name}").decode("utf-8").split("\n")
        pairs = [line.split("\t") for line in lines]
        return [(pair[0], pair[1]) for pair in pairs if len(pair) == 2]

    grus = [
        gru(
            array(f"fc_{i}.w_0"),
            array(f"fc_{i}.b_0"),
            array(f"gru_{i}.w_0"),
            array(f"gru_{i}.b_0").ravel(),
            apart=apart,
        )
        for i in range(4)
    ]
    path = array("crfw")
    return Model(
        {character: int(number) for number, character in table("word.dic")},
        [tag for _, tag in sorted(table("tag.dic"), key=lambda one: int(one[0]))],
        array("word_emb"),
        ((grus[0], grus[1]), (grus[2], grus[3])),
        (array("fc_4.w_0"), array("fc_4.b_0")),
        path[0],
        path[1],
        path[2:],
    )


def network(sources: Sources) -> Network:
    """Return the network, its score and its four recurrent parts."""
    model, misread = load(sources), load(sources, apart=False)
    every = chinese.sentences(sources)
    some = chosen(chinese.without_names(every), EXAMPLES, SEED)
    texts, due = [one.text for one in some], [list(one.words) for one in some]
    with_names = chosen(every, EXAMPLES, SEED)
    score = Score(
        "words of Chinese news without proper names: F1",
        word_f1(model.part(texts), due),
        word_f1([list(text) for text in texts], due),
        word_f1(misread.part(texts), due),
        "a GRU's weights taken as one matrix",
        EXAMPLES,
        {
            "chance": "each character a word",
            "with_proper_names": word_f1(
                model.part([one.text for one in with_names]), [list(x.words) for x in with_names]
            ),
            "seed": SEED,
        },
    )
    other = parts(misread, every)[0].longest()
    return Network(PACKAGE, FILE, score, parts(model, every), OTHERS, (other,))


def parts(model: Model, every: list[chinese.Sentence]) -> tuple[Part, ...]:
    """Return each direction of each layer, and what it reads."""
    texts = [one.text for one in chosen(every, SENTENCES, PARTS_SEED)]
    used = batch([model.embed(text) for text in texts])
    count = STREAMS * STEPS // chinese.SHORTEST
    running = "".join(one.text for one in chosen(every, count, PARTS_SEED + 1))
    letters = model.embed(running[: STREAMS * STEPS])
    stream = Batch(letters.reshape(STREAMS, STEPS, -1).transpose(1, 0, 2))
    read = {"as used": used, "stream": stream}
    return parts_both_ways(model.layers, read, "characters of Chinese news")
