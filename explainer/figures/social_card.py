"""Why recurrent networks lose what they read long ago.

The picture a link to the site shows: the words of one sentence, each as tall as what is left of it.
"""

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.figures.influence_curves import LINKED, SENTENCE
from longrange.rates import influence

ALT = (
    "The sentence “{sentence}”, over each word a bar as tall as the share of its influence that is "
    "left at the word “was” when r = {r}: “cat”, {gap} words back, keeps {left:.2f}."
)


def compute() -> dict:
    """Return each word of the sentence with what is left of it when “was” is read."""
    r, words = 0.8, SENTENCE.split()
    words = words[: words.index(LINKED[1]) + 1]
    lags = [len(words) - 1 - i for i in range(len(words))]
    left = [float(influence(r, k)) for k in lags]
    subject = words.index(LINKED[0])
    assert left[subject] < 0.25
    return {
        "sentence": SENTENCE,
        "r": r,
        "linked": list(LINKED),
        "gap": lags[subject],
        "left": left[subject],
        "table": {"word": words, "steps_back": lags, "influence": left},
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw the words as bars of their influence, 1200 x 630 pixels as PNG."""
    del wide  # it stands in no page
    figure = plt.figure(figsize=style.px(600, 315))
    figure.text(0.06, 0.84, "Why recurrent networks lose", fontsize=26, weight="semibold")
    figure.text(0.06, 0.735, "what they read long ago", fontsize=26, weight="semibold")
    ax = figure.add_axes((0.06, 0.2, 0.88, 0.44))
    ax.axis("off")
    words, left = data["table"]["word"], data["table"]["influence"]
    colours = [LIGHT["reader"] if w in data["linked"] else LIGHT["muted"] for w in words]
    ax.bar(range(len(words)), left, color=colours, width=0.72)
    ax.set_ylim(0, 1)
    for i, word in enumerate(words):
        ax.annotate(word, (i, 0), (0, -5), textcoords="offset points", ha="center", va="top",
                    fontsize=13, color=colours[i] if colours[i] == LIGHT["reader"]
                    else LIGHT["ink"], annotation_clip=False)  # fmt: skip
    figure.text(0.06, 0.06, f"What is left of each word at “was”, r = {data['r']}",
                fontsize=13, color=LIGHT["muted"])  # fmt: skip
    return figure
