"""The further back a linked word stands, the less of it is left.

Each word of a sentence with r^k, what is left of it when the word that it decides is read, k words
on: the scalar linear network of `influence_curves`, one word a step.
"""

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from explainer.drawing.palette import LIGHT
from explainer.drawing.style import px
from explainer.figures.influence_curves import LINKED, RANGE, READER, SENTENCE
from longrange.rates import influence

ALT = (
    "Four sentences, under each word a bar as long as what is left of it when the second linked "
    "word is read, at r = {r}. “{keys[linked][0]}” is {keys[gap]} words before “{keys[linked][1]}” "
    "and keeps {keys[left]:.2f}, less than “{keys[trap][word]}”, the noun of the other number, "
    "with {keys[trap][left]:.2f}. “{cat[linked][0]}” is {cat[gap]} words before "
    "“{cat[linked][1]}” and keeps {cat[left]:.2f}; “{committee[linked][0]}” is {committee[gap]} "
    "before “{committee[linked][1]}”: {committee[left]:.2f}; “{hands[linked][0]}” is {hands[gap]} "
    "before “{hands[linked][1]}”: {hands[left]:.3f}."
)

TRAP = {"keys": "cabinet"}  # a noun of the other number between subject and verb
SENTENCES = {
    "cat": (f"{SENTENCE}.", LINKED),
    "keys": ("The keys to the cabinet are on the table.", ("keys", "are")),
    "committee": (
        "The committee met on Monday and heard three reports. It will meet again.",
        ("committee", "It"),
    ),
    "hands": (
        "On the one hand, a wide state keeps more of what was read a page ago. "
        "On the other hand, every step costs more.",
        ("one", "other"),
    ),
}
OWN = ("The books my sister left here are hers.", ("books", "are"))  # the reader begins with it


def compute() -> dict:
    """Return each sentence with its link, and every word up to the second linked one."""
    r = READER["r"]
    data = {"r": r, "kept": _percent(r), "range": RANGE["r"], "own": _sentence(*OWN, r)}
    data |= {name: _sentence(*SENTENCES[name], r, TRAP.get(name)) for name in SENTENCES}
    left = {name: data[name]["left"] for name in SENTENCES}
    assert left["keys"] > left["cat"] > left["committee"] > left["hands"]  # the finding
    assert left["keys"] < data["keys"]["trap"]["left"]
    table = {"sentence": [], "word": [], "words_back": [], "influence": []}
    for name in SENTENCES:
        words, (_, last) = SENTENCES[name][0].split(), data[name]["places"]
        table["sentence"] += [name] * (last + 1)
        table["word"] += words[: last + 1]
        table["words_back"] += range(last, -1, -1)
        table["influence"] += [float(influence(r, k)) for k in range(last, -1, -1)]
    return data | {"table": table}


def _sentence(text: str, linked: tuple[str, str], r: float, trap: str | None = None) -> dict:
    """Return where the linked words stand, counted in words without punctuation."""
    words, plain = text.split(), [word.strip(".,") for word in text.split()]
    first, last = (plain.index(word) for word in linked)
    gap = last - first
    data = {"text": text, "linked": list(linked), "places": [first, last], "gap": gap}
    data["left"] = float(influence(r, gap))
    data["percent"] = _percent(data["left"])
    if trap:
        back = last - words.index(trap)
        data["trap"] = {"word": trap, "gap": back, "left": float(influence(r, back))}
        data["trap"]["percent"] = _percent(data["trap"]["left"])
    cells = []
    for i, word in enumerate(words):
        tag = "mark" if i in (first, last) else "span"
        kind = ' class="lr-trap"' if word == trap else ""
        back = f' style="--k:{last - i}"' if i <= last else ""
        cells.append(f"<{tag}{kind}{back}>{word}</{tag}>")
    data["marked"] = " ".join(cells)  # as the page has it
    return data


def _percent(share: float) -> str:
    """Return `share` in per cent, in two figures, as `share` of rates.js has it."""
    return f"{100 * share:.2g}\u00a0%"


def draw(data: dict, wide: bool) -> Figure:
    """Draw a row of bars for each sentence, hanging from its words, as the page has them."""
    figure, rows = plt.subplots(
        len(SENTENCES), figsize=px(900, 540) if wide else px(328, 560), sharex=True
    )
    figure.subplots_adjust(left=0.01, right=0.97, top=0.82 if wide else 0.84, bottom=0.01,
                           hspace=1.9 if wide else 2.4)  # fmt: skip
    table = data["table"]
    longest = max(data[name]["places"][1] for name in SENTENCES)
    for ax, name in zip(rows, SENTENCES, strict=True):
        at = [i for i, sentence in enumerate(table["sentence"]) if sentence == name]
        (first, last), link = data[name]["places"], data[name]["linked"]
        ax.axis("off")
        ax.set_xlim(-longest - 0.6, 0.6)
        ax.set_ylim(1, 0)
        told = f"when “{link[1]}” is read: “{link[0]}” {data[name]['percent']}"
        ax.set_title(told, loc="left", pad=56 if wide else 68)  # above the words
        for place, i in enumerate(at):
            marked = place in (first, last)
            colour, x = LIGHT["reader" if marked else "muted"], -table["words_back"][i]
            ax.bar(x, 1, width=0.75, color=LIGHT["grid"])
            ax.bar(x, table["influence"][i], width=0.75, color=colour)
            ax.annotate(table["word"][i], (x, 0), (0, 4), textcoords="offset points",
                        rotation=40 if wide else 90, ha="left" if wide else "center", va="bottom",
                        rotation_mode="anchor" if wide else "default",
                        color=colour if marked else LIGHT["ink"])  # fmt: skip
    return figure
