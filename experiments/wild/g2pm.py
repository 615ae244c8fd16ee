"""g2pM 0.1.2.5: an LSTM in both directions that tells which reading a Chinese character has here.

Characters between a begin and an end, embedded in 64 numbers; an LSTM of 32 units in each
direction; of the character asked about, a hidden layer with ReLU and a softmax over all readings
(package's ``g2pM.py``). Weights in a pickle of arrays, as PyTorch lays them out: gates i, f, g, o.
"""

import json
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from experiments.wild import chinese, pickles
from experiments.wild.recurrent import (
    Array,
    Batch,
    Layer,
    Network,
    Part,
    Score,
    batch,
    run_both_ways,
)
from experiments.wild.sources import Sources, chosen

PACKAGE = "g2pM"
FILE = "g2pM/np_ckpt.pkl"
PHRASES, LIST = "pypinyin", "pypinyin/phrases_dict.json"
OTHERS, NEEDS = (PHRASES, chinese.PACKAGE), ()
BEGIN, END, UNKNOWN = "시", "끝", "<UNK>"
# Their tone changes with the next syllable, and dictionaries differ in whether they write it.
UNSETTLED = "一不"
SENTENCES, EXAMPLES, SEED = 6000, 4000, 0
LEAST, EACH = 20, 20  # places of a reading
READ, STREAMS, STEPS, PARTS_SEED = 256, 16, 2000, 1


@dataclass(frozen=True)
class Model:
    """The network.

    Attributes
    ----------
    numbers : dict
        Of characters.
    readings : dict
        By number of class.
    dictionary : dict
        All readings of each character.
    embedding : (V, 64) array
    forward, backward : Layer
    hidden, output : ((out, in) array, (out,) array)
    """

    numbers: dict[str, int]
    readings: dict[int, str]
    dictionary: dict[str, list[str]]
    embedding: Array
    forward: Layer
    backward: Layer
    hidden: tuple[Array, Array]
    output: tuple[Array, Array]

    def embed(self, text: str, *, marked: bool = True) -> Array:
        """Return what the layers read, shape (T, 64), with begin and end if `marked`."""
        letters = [BEGIN, *text, END] if marked else text
        return self.embedding[[self.numbers.get(x, self.numbers[UNKNOWN]) for x in letters]]

    def read(self, texts: list[str], places: list[int]) -> list[str]:
        """Return the reading of the character at one place in each text."""
        seen = run_both_ways(self.forward, self.backward, batch([self.embed(x) for x in texts]))
        asked = seen[np.array(places) + 1, np.arange(len(texts))]  # behind the begin
        (first, first_bias), (last, last_bias) = self.hidden, self.output
        x = np.maximum(asked @ first.T + first_bias, 0) @ last.T + last_bias
        return [self.readings[i] for i in x.argmax(axis=1)]


def load(sources: Sources) -> Model:
    """Return the network."""
    archive = sources.shelf.open(PACKAGE)
    arrays = {
        name: array.astype(float) for name, array in pickles.arrays(archive.read(FILE)).items()
    }

    def lstm(suffix: str) -> Layer:
        w = {name: arrays[f"lstm.{name}_l0{suffix}"] for name in ("weight_hh", "weight_ih")}
        b = arrays[f"lstm.bias_ih_l0{suffix}"] + arrays[f"lstm.bias_hh_l0{suffix}"]
        return Layer("lstm", w["weight_hh"], w["weight_ih"], b)

    classes = pickles.arrays(archive.read("g2pM/class2idx.pkl"))
    return Model(
        pickles.arrays(archive.read("g2pM/char2idx.pkl")),
        {number: reading for reading, number in classes.items()},
        pickles.arrays(archive.read("g2pM/digest_cedict.pkl")),
        arrays["embedding.weight"],
        lstm(""),
        lstm("_reverse"),
        (arrays["logit_layer.0.weight"], arrays["logit_layer.0.bias"]),
        (arrays["logit_layer.2.weight"], arrays["logit_layer.2.bias"]),
    )


def wrong(model: Model) -> Model:
    """Return the network read in TensorFlow's old order of gates, i, g, f, o."""
    order = (0, 2, 1, 3)
    return replace(
        model,
        forward=model.forward.with_blocks(order),
        backward=model.backward.with_blocks(order),
    )


TONES = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}


def numbered(syllable: str) -> str:
    """Return a syllable with its tone as a digit and ü as u:, as in ``lu:4``; 5 is no tone."""
    tone, letters = "5", ""
    for letter in unicodedata.normalize("NFD", syllable):
        if letter in TONES:
            tone = TONES[letter]
        else:
            letters += ":" if letter == "\u0308" else letter
    return letters + tone


def questions(
    sentences: list[chinese.Sentence],
    phrases: dict[str, list[list[str]]],
    dictionary: dict[str, list[str]],
) -> list[tuple[str, int, str]]:
    """Return text, place and reading of characters of several readings.

    The reading is that of the word that the character stands in, of two characters and more, which
    `phrases` has in one reading.
    """
    found = []
    for sentence in sentences:
        place = 0
        for word in sentence.words:
            said = phrases.get(word, [])
            if 1 < len(word) == len(said) and all(len(one) == 1 for one in said):
                for i, (character, (syllable,)) in enumerate(zip(word, said, strict=True)):
                    reading, known = numbered(syllable), dictionary.get(character, [])
                    if len(known) > 1 and reading in known and character not in UNSETTLED:
                        found.append((sentence.text, place + i, reading))
            place += len(word)
    return found


def ambiguous(
    asked: list[tuple[str, int, str]], least: int
) -> dict[tuple[str, str], list[tuple[str, int, str]]]:
    """Return the questions on each character and reading, of those asked at least so often.

    Of characters that have two such readings or more.
    """
    found: dict[tuple[str, str], list[tuple[str, int, str]]] = {}
    for text, place, reading in asked:
        found.setdefault((text[place], reading), []).append((text, place, reading))
    often = {key: some for key, some in found.items() if len(some) >= least}
    readings = Counter(character for character, _ in often)
    return {key: some for key, some in often.items() if readings[key[0]] > 1}


def right(model: Model, asked: list[tuple[str, int, str]]) -> float:
    """Return the share of characters that are read as they should be."""
    texts, places, due = (list(column) for column in zip(*asked, strict=True))
    said = model.read(texts, places)
    return float(np.mean([one == other for one, other in zip(said, due, strict=True)]))


def network(sources: Sources) -> Network:
    """Return the network, its score and its two directions."""
    model, misread = load(sources), wrong(load(sources))
    phrases = json.loads(sources.shelf.open(PHRASES).read(LIST))
    every = chinese.sentences(sources)
    asked = questions(chosen(every, SENTENCES, SEED), phrases, model.dictionary)
    two = ambiguous(asked, LEAST)
    some = [chosen(two[key], EACH, SEED) for key in sorted(two)]
    characters = Counter(character for character, _ in two)
    usual = Counter((text[place], reading) for text, place, reading in asked)
    most = Counter({x: max(n for (y, _), n in usual.items() if y == x) for x, _ in usual})
    score = Score(
        "readings of characters in Chinese news, each reading counted alike: share right",
        float(np.mean([right(model, one) for one in some])),
        len(characters) / len(two),
        float(np.mean([right(misread, one) for one in some])),
        "gates read in TensorFlow's old order",
        sum(len(one) for one in some),
        {
            "chance": "each character always in its commonest reading",
            "characters": len(characters),
            "readings": len(two),
            "as_they_come": right(model, chosen(asked, EXAMPLES, SEED)),
            "as_they_come_always_the_commonest": most.total() / len(asked),
            "seed": SEED,
            "remark": "its makers' test set is not in the package; readings are those of the "
            "words in pypinyin's dictionary",
        },
    )
    other = parts(misread, every)[0].longest()
    return Network(PACKAGE, FILE, score, parts(model, every), OTHERS, (other,))


def parts(model: Model, every: list[chinese.Sentence]) -> tuple[Part, ...]:
    """Return the two directions, and what they read: a newspaper's paragraphs, and no end."""
    used = batch([model.embed(one.text) for one in chosen(every, READ, PARTS_SEED)])
    some = chosen(every, STREAMS * STEPS // chinese.SHORTEST, PARTS_SEED + 1)
    running = "".join(one.text for one in some)
    letters = model.embed(running[: STREAMS * STEPS], marked=False)
    stream = Batch(letters.reshape(STREAMS, STEPS, -1).transpose(1, 0, 2))
    what = "characters of Chinese news"
    return (
        Part("forward", (model.forward,), {"as used": used, "stream": stream}, what),
        Part(
            "backward",
            (model.backward,),
            {"as used": used.reversed(), "stream": stream.reversed()},
            f"{what}, last to first",
        ),
    )
