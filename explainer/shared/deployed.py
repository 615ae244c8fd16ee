"""The networks in the wild: which part stands for each, and what they are called.

A tagger that reads in both directions is shown by its lowest layer forwards; the table has all.
"""

import json
from functools import cache

from explainer.making.files import DATA
from explainer.shared.measured import rows

# Name of the package: what it is called here, what it reads and for what, part that is shown.
NETWORKS = {
    "textgenrnn": ("textgenrnn", "letters, to write the next", "two layers"),
    "g2p-en": ("g2p-en", "letters, to pronounce words", "encoder"),
    "chars2vec": ("chars2vec", "letters, to place words", "two layers"),
    "g2pM": ("g2pM", "Chinese, to pronounce it", "forward"),
    "jieba": ("jieba", "Chinese, to find its words", "layer 1, forward"),
    "metapredict": ("metapredict", "proteins, to find disorder", "layer 1, forward"),
    "silero-vad": ("Silero VAD", "sound, to hear speech", "cell"),
    "Resemblyzer": ("Resemblyzer", "speech, to know voices", "three layers"),
    "pyrnnoise": ("RNNoise", "sound, to remove noise", "three layers"),
}
IDS = {"g2p-en": "g2p_en", "g2pM": "g2pm", "silero-vad": "silero", "Resemblyzer": "resemblyzer",
       "pyrnnoise": "rnnoise"}  # fmt: skip
STREAM, USED = "stream", "as used"


def table() -> list[dict]:
    """Return all rows but those of networks read in a wrong layout."""
    return [row for row in rows("wild.csv") if not row["mode"].startswith("misread")]


def shown(mode: str) -> dict[str, dict]:
    """Return the row of each network's part that is shown, in the order of `NETWORKS`.

    Parameters
    ----------
    mode : str
        `USED`, or `STREAM`: those that carry their state on anyway are used as a stream.
    """
    found = {(row["network"], row["part"], row["mode"]): row for row in table()}
    chosen = {}
    for name, (_, _, part) in NETWORKS.items():
        there = (name, part, mode) if (name, part, mode) in found else (name, part, USED)
        chosen[name] = found[there]
    return chosen


def misread() -> dict[str, dict]:
    """Return what the part that is shown becomes in a wrong layout, read as long as it can be."""
    every = rows("wild.csv")
    return {
        row["network"]: row
        for mode in (USED, STREAM)  # the later one stays
        for row in every
        if row["mode"] == f"misread, {mode}"
    }


def curve(row: dict) -> list[dict]:
    """Return the curve of a row, lag 0 first."""
    return rows("wild_curves.csv", network=row["network"], part=row["part"], mode=row["mode"])


@cache
def scores() -> dict[str, dict]:
    """Return what else was computed beside the score of each network."""
    found = json.loads((DATA / "wild_provenance.json").read_text("utf-8"))["networks"]
    return {one["package"]["name"]: one["score"]["more"] for one in found.values()}


def simple(name: str) -> str:
    """Return what a simple rule without a network scores on a task, where there is one."""
    more = scores()[name]
    if loudness := more.get("loudness_alone_by_decibels"):
        return f"{loudness['10']:.3f}"
    return f"{more['mean_spectrum_alone']:.3f}" if "mean_spectrum_alone" in more else "–"


def numbers(row: dict) -> dict:
    """Return what a page tells of a row."""
    kept = ("width", "layers", "state", "steps", "sequences", "rate", "rate_growth", "rate_early",
            "radius", "bound", "longest_lag", "gradient_half", "gradient_ninety", "task_score",
            "chance", "wrong_layout")  # fmt: skip
    below = f"{row['first_below']:.0f}" if row["first_below"] != "" else ""
    last = f"{row['longest_lag']:.0f}"
    return {key: row[key] for key in kept} | {
        "error": (row["rate_high"] - row["rate_low"]) / 2,
        "error_growth": (row["rate_growth_high"] - row["rate_growth_low"]) / 2,
        "simple": simple(row["network"]),
        "below": below or f"beyond {last}",
        "end": next(row[f"norm_{lag}"] for lag in (100, 30, 10, 3) if row[f"norm_{lag}"] != ""),
        "directions": row["directions_10"],
        "by_input": {str(lag): _percent(row[f"by_input_{lag}"]) for lag in (1, 10)},
        "recalled": {str(lag): _percent(row[f"recalled_{lag}"]) for lag in (1, 10)},
    }


def _percent(share: float | str) -> str:
    return "–" if share == "" else f"{max(share, 0):.1%}"
