"""One sentence of ours read by several networks: what each letter or sound changes at the end.

Two influences, each as a share of the whole: that of a small change of what is read at a step, the
norm (of Frobenius) of the last output's derivative; and that of another letter in its place, how
far on average the last output moves.
"""

from collections.abc import Callable

import numpy as np

from experiments.wild import catalogue, speech
from experiments.wild.recurrent import Array, Batch, Layer, net, run_stack
from experiments.wild.sources import Sources

SENTENCE = "The dog that had slept near the old trees is awake."
WORD = "remembered"
VOICE = "en-us"
COLUMNS = ("network", "step", "seconds", "symbol", "loudness", "small", "swapped")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
READINGS = 64  # of the last output, at most
SECONDS = 2.5  # of the sentence that sound networks hear, at most

Row = dict[str, str]


def rows(names: list[str], sources: Sources) -> list[Row]:
    """Return a row for each step of each of the networks that read English or hear it."""
    found = []
    for name in names:
        if name in READERS:
            found += READERS[name](sources)
    return found


def small(layers: tuple[Layer, ...], inputs: Array) -> Array:
    """Return ‖∂h_T/∂x_t‖ in the norm of Frobenius for each step t of one sequence (T, I).

    Of more than `READINGS` outputs so many readings at right angles are taken, drawn at random:
    on average the square is the same.
    """
    run = net(layers).run(inputs, batch_first=False)
    width = run.outputs.shape[-1]
    count = min(width, READINGS)
    drawn = np.random.default_rng(0).normal(size=(width, count))
    readings = np.linalg.qr(drawn)[0].T * np.sqrt(width / count)
    back = run.on_states(readings, np.array([len(inputs) - 1]))
    where = np.zeros(len(back), dtype=int)
    found = np.empty(len(inputs))
    for t in reversed(range(len(inputs))):
        back, on_inputs, _ = run.pullback(back, where + t, where)
        found[t] = np.linalg.norm(on_inputs)
    return found


def swapped(layers: tuple[Layer, ...], read: Callable[[str], Array], text: str) -> Array:
    """Return how far the last output moves, on average, with another letter at each place.

    Parameters
    ----------
    layers : tuple of Layer
    read : callable
        What the layers read, (T, I), of a text.
    text : str
    """
    others = [
        [text[:t] + letter + text[t + 1 :] for letter in LETTERS if letter != text[t]]
        for t in range(len(text))
    ]
    every = [text, *(one for some in others for one in some)]
    inputs = np.stack([read(one) for one in every], axis=1)
    last = run_stack(layers, Batch(inputs))[-1][-1]
    moved = np.linalg.norm(last[1:] - last[0], axis=1)
    ends = np.cumsum([len(some) for some in others])[:-1]
    return np.array([one.mean() for one in np.split(moved, ends)])


def _letters(
    name: str, layers: tuple[Layer, ...], read: Callable[[str], Array], text: str
) -> list[Row]:
    near, far = small(layers, read(text))[: len(text)], swapped(layers, read, text)
    return [
        _row(name, t, symbol=text[t], small=one, swapped=other)
        for t, (one, other) in enumerate(zip(near / near.sum(), far / far.sum(), strict=True))
    ]


def _sounds(
    name: str, layers: tuple[Layer, ...], inputs: Array, wave: Array, hop: int, rate: int
) -> list[Row]:
    inputs = inputs[: int(SECONDS * rate / hop)]
    near = small(layers, inputs)
    loud = 10 * np.log10(speech.loudness(wave, hop)[: len(inputs)] + 1e-9)
    return [
        _row(name, t, seconds=t * hop / rate, loudness=level, small=one)
        for t, (level, one) in enumerate(zip(loud, near / near.sum(), strict=False))
    ]


def _row(name: str, step: int, symbol: str = "", **numbers: float) -> Row:
    told = {key: f"{value:.4g}" for key, value in numbers.items()}
    return (
        dict.fromkeys(COLUMNS, "") | {"network": name, "step": str(step), "symbol": symbol} | told
    )


def _textgenrnn(sources: Sources) -> list[Row]:
    module = catalogue.module("textgenrnn")
    model = module.load(sources)

    def read(text: str) -> Array:
        return model.embedding[model.encode([text])[0]]

    return _letters("textgenrnn", model.layers, read, SENTENCE[-module.WINDOW :])


def _chars2vec(sources: Sources) -> list[Row]:
    model = catalogue.module("chars2vec").load(sources)
    return _letters("chars2vec", model.layers, model.letters, WORD)


def _g2p_en(sources: Sources) -> list[Row]:
    module = catalogue.module("g2p_en")
    model = module.load(sources)

    def read(text: str) -> Array:
        return model.letters[module.spelled(text)]

    return _letters("g2p-en", (model.encoder,), read, WORD)


def _silero_vad(sources: Sources) -> list[Row]:
    module = catalogue.module("silero_vad")
    model = module.load(sources)
    wave = speech.speak(SENTENCE, VOICE, module.RATE)
    inputs = model.features(wave)
    return _sounds("silero-vad", (model.layer,), inputs, wave, module.FRAME, module.RATE)


def _resemblyzer(sources: Sources) -> list[Row]:
    module = catalogue.module("resemblyzer")
    model = module.load(sources)
    wave = speech.speak(SENTENCE, VOICE, module.RATE)
    inputs = module.spectrogram(wave)[: module.PIECE]
    return _sounds("Resemblyzer", model.layers, inputs, wave, module.HOP, module.RATE)


def _rnnoise(sources: Sources) -> list[Row]:
    module = catalogue.module("rnnoise")
    model = module.load(sources)
    wave = speech.speak(SENTENCE, VOICE, module.RATE)
    inputs = model.convolve(module.features(wave)[0][:, None])[:, 0]
    return _sounds("pyrnnoise", model.layers, inputs, wave, module.FRAME, module.RATE)


READERS = {
    "textgenrnn": _textgenrnn,
    "g2p_en": _g2p_en,
    "chars2vec": _chars2vec,
    "silero_vad": _silero_vad,
    "resemblyzer": _resemblyzer,
    "rnnoise": _rnnoise,
}
