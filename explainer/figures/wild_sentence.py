"""Six networks read one sentence: one hears its last letters, in the others all of it counts.

How much each letter or sound changes the last output: a small change of it (norm of the
derivative), or another letter in its place: ``scripts/measure_wild.py``.
"""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.shared import deployed
from explainer.shared.measured import rows

ALT = (
    "Six panels, each with the share of the influence on the last output of every letter or sound "
    "read. textgenrnn, 40 letters: the last ten have {late[textgenrnn]:.0%}. g2p-en and chars2vec, "
    "the ten letters of the word remembered: about a tenth each. Silero VAD, Resemblyzer and "
    "RNNoise, {seconds:.1f} seconds of speech: the first half has {early[silero]:.0%}, "
    "{early[resemblyzer]:.0%} and {early[rnnoise]:.0%}."
)

LETTERS, SOUNDS = ("textgenrnn", "g2p-en", "chars2vec"), ("silero-vad", "Resemblyzer", "pyrnnoise")
BIN = 0.05  # seconds over which sounds are averaged


def compute() -> dict:
    """Return the shares of each letter, and those of sounds in bins of time."""
    found = {name: rows("wild_sentence.csv", network=name) for name in (*LETTERS, *SOUNDS)}
    table: dict[str, list] = {key: [] for key in ("network", "at", "symbol", "small", "swapped")}
    for name in LETTERS:
        for row in found[name]:
            symbol = str(row["symbol"])
            _add(table, name, row["step"], symbol, row["small"], row["swapped"])
    for name in SOUNDS:
        seconds = np.array([row["seconds"] for row in found[name]])
        share = np.array([row["small"] for row in found[name]])
        for i in range(int(seconds[-1] / BIN) + 1):
            here = (seconds >= i * BIN) & (seconds < (i + 1) * BIN)
            if here.any():
                _add(table, name, round((i + 0.5) * BIN, 3), "", float(share[here].mean()), 0.0)
    early = {name: _half(found[name]) for name in found}
    late = {name: sum(row["small"] for row in found[name][-10:]) for name in ("textgenrnn",)}
    swapped_late = sum(row["swapped"] for row in found["textgenrnn"][-10:])
    # The finding: textgenrnn hears the last letters; the first half counts in all others.
    assert late["textgenrnn"] > 0.6
    assert swapped_late > 0.6
    assert all(early[name] > 0.25 for name in found if name != "textgenrnn")
    return {
        "early": {deployed.IDS.get(name, name): share for name, share in early.items()},
        "late": late,
        "swapped_late": swapped_late,
        "least": min(early[name] for name in found if name != "textgenrnn"),
        "seconds": max(float(row["seconds"]) for row in found["pyrnnoise"]),
        "word": "".join(str(row["symbol"]) for row in found["g2p-en"]),
        "table": table,
    }


def _add(table: dict, *values: object) -> None:
    for key, value in zip(table, values, strict=True):
        table[key].append(value)


def _half(steps: list[dict]) -> float:
    """Return the share of the first half of the steps."""
    return float(sum(row["small"] for row in steps[: len(steps) // 2]))


def draw(data: dict, wide: bool) -> Figure:
    """Draw three readers of letters and three of sound."""
    figure = plt.figure(
        figsize=style.px(900, 430) if wide else style.px(328, 780), layout="constrained"
    )
    shape = (3, 2) if wide else (6, 1)
    table = {name: np.array(column) for name, column in data["table"].items()}
    for i, name in enumerate((*LETTERS, *SOUNDS)):
        place = (i % 3, i // 3) if wide else (i, 0)
        ax = plt.subplot2grid(shape, place, fig=figure)
        here = table["network"] == name
        at, small = table["at"][here], table["small"][here]
        ax.set_title(deployed.NETWORKS[name][0])
        ax.grid(visible=False, axis="x")
        if name in LETTERS:
            ax.bar(at, small, width=0.7, color=LIGHT["backward"], alpha=0.6, lw=0)
            ax.plot(at, table["swapped"][here], "o", ms=3.5, color=LIGHT["measured"])
            ax.set_xticks(at, table["symbol"][here], size=13 if wide else 12)
            if len(at) > 20 and not wide:  # single letters have no room on a phone, words do
                ax.set_xticks(*_words(at, table["symbol"][here]), size=12)
            ax.tick_params(axis="x", length=0)
            ax.set_xlim(-0.6, at[-1] + 0.6)
        else:
            ax.fill_between(at, 0, small, color=LIGHT["backward"], alpha=0.6, lw=0, step="mid")
            ax.set_xlim(0, at[-1])
            if name == SOUNDS[-1]:
                ax.set_xlabel("seconds")
        if name == "textgenrnn":
            for y, text, colour in (
                (0.85, "a small change", "backward"), (0.55, "another letter", "measured"),
            ):  # fmt: skip
                ax.text(0.02, y, text, transform=ax.transAxes, va="top", color=LIGHT[colour])
        ax.set_ylim(0, None)
        ax.set_yticks([])
    return figure


def _words(at: np.ndarray, letters: np.ndarray) -> tuple[list[float], list[str]]:
    """Return the middle of each word, and the words."""
    spaces = [-1, *np.flatnonzero(letters == " ").tolist(), len(letters)]
    spans = list(pairwise(spaces))
    return [float(at[a + 1 : b].mean()) for a, b in spans], [
        "".join(letters[a + 1 : b]) for a, b in spans
    ]
