"""A small change of a word fades, and another word in its place moves the state ever further.

The LSTM of the page on one's own network reads a sentence, and the same with its subject in the
other number. How far the two states are apart, and how far they would be if a change could be
followed by derivatives alone.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.shared import agreement_lstm

ALT = (
    "Two lines over {last} words after the subject, on a logarithmic axis: how far the states of "
    "a trained LSTM are apart in two sentences that differ in the number of the subject, relative "
    "to the first step. One, the states themselves, grows to {grows:.0f}. The other, what "
    "derivatives foretell, falls to {falls:.2f}."
)

SMALL = 1e-6  # of the change of the word, for the derivative


def compute() -> dict:
    """Return both distances, means over sentences, relative to those at the subject."""
    net, weights, words = agreement_lstm.network()
    changed = words.copy()
    changed[:, agreement_lstm.SUBJECT] ^= 1  # nouns stand in pairs, singular and plural
    embedding = weights["embedding.weight"].astype(float)
    inputs, others = embedding[words], embedding[changed]
    states, there, near = (
        net.run(one, batch_first=True).states
        for one in (inputs, others, inputs + SMALL * (others - inputs))
    )
    first = agreement_lstm.SUBJECT
    found = {}
    for name, moved, size in (("word", there, 1.0), ("derivative", near, SMALL)):
        apart = np.linalg.norm(moved - states, axis=-1)[first:] / size
        found[name] = np.exp(np.log(apart).mean(axis=1))
        found[name] /= found[name][0]
    last = len(found["word"]) - 1
    # The finding: a small change fades; a changed word moves cells ever further apart.
    assert found["derivative"][-1] < 0.3
    assert found["word"][-1] > 3
    return {
        "last": last,
        "grows": float(found["word"][-1]),
        "falls": float(found["derivative"][-1]),
        "sentences": len(words),
        "table": {"k": list(range(last + 1))}
        | {name: values.tolist() for name, values in found.items()},
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw both lines, each named where it ends."""
    figure = plt.figure(figsize=style.px(1160, 280) if wide else style.px(328, 280))
    ax = figure.add_axes((0.05, 0.18, 0.78, 0.72) if wide else (0.14, 0.16, 0.83, 0.72))
    table, size = data["table"], 17 if wide else 13
    looks = {"word": ("measured", "another word\nin its place"),
             "derivative": ("backward", "a small change\nof the word")}  # fmt: skip
    for name, (colour, text) in looks.items():
        ax.plot(table["k"], table[name], color=LIGHT[colour], lw=3)
        end = data["last"], table[name][-1]
        if wide:
            style.label_end(ax, *end, f"  {text}", color=LIGHT[colour], size=size)
        else:
            place = (0, -8, "top") if name == "word" else (0, 26, "bottom")
            ax.annotate(text, end, place[:2], textcoords="offset points", ha="right",
                        va=place[2], color=LIGHT[colour], size=size)  # fmt: skip
    ax.set_gid("apart")
    ax.set_yscale("log")
    ax.set_ylim(table["derivative"][-1] / 3, max(table["word"]) * 3)
    ax.yaxis.set_major_formatter(style.power_of_ten)
    ax.minorticks_off()
    ax.set_xlim(0, data["last"])
    ax.set_xlabel("words after the subject")
    ax.set_title("how far apart two states are")
    return figure
