"""The networks by name, and what is told of them: where they are from, how well they do."""

import math
from dataclasses import asdict
from importlib import import_module
from types import ModuleType
from typing import Any

from experiments.wild import packages, speech
from experiments.wild.recurrent import Network, Part
from experiments.wild.sources import Sources

NAMES = (
    "textgenrnn", "g2p_en", "chars2vec", "g2pm", "jieba", "metapredict", "silero_vad",
    "resemblyzer", "rnnoise",
)  # fmt: skip
DIGITS = 6  # that are told: the last ones differ between machines


def module(name: str) -> ModuleType:
    """Return the module of a network."""
    return import_module(f"experiments.wild.{name}")


def prepare(name: str, sources: Sources) -> None:
    """Go on only if there is all that a network needs; packages are downloaded.

    Raises
    ------
    ValueError
        If there is no treebank or no espeak-ng, or a package cannot be had.
    """
    wanted = module(name)
    if "treebank" in wanted.NEEDS:
        _ = sources.files
    if "espeak-ng" in wanted.NEEDS:
        speech.version()
    for package in (wanted.PACKAGE, *wanted.OTHERS):
        sources.shelf.open(package)


def told(found: dict[str, Network], sources: Sources) -> dict[str, Any]:
    """Return where networks are from and how they did, as plain data.

    Parameters
    ----------
    found : mapping of str to Network
    sources : Sources
    """
    return {
        "treebank": sources.provenance() if _read_treebank(found) else None,
        "networks": {
            name: _network(one) | {"seed_of_what_parts_read": module(name).PARTS_SEED}
            for name, one in found.items()
        },
    }


def _read_treebank(found: dict[str, Network]) -> bool:
    return any("treebank" in module(name).NEEDS for name in found)


def _network(one: Network) -> dict[str, Any]:
    return {
        "package": asdict(packages.PACKAGES[one.package]),
        "weights": one.file,
        "others": [asdict(packages.PACKAGES[name]) for name in one.others],
        "score": rounded(asdict(one.score)),
        "parts": [_part(part) for part in one.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "part": part.name,
        "kind": kind(part),
        "width": [layer.width for layer in part.layers],
        "gates": part.layers[0].gates,
        "input": part.what,
        "read": {
            how: {
                "sequences": len(one.lengths),
                "steps": int(one.lengths.max()),
                "shortest": int(one.lengths.min()),
            }
            for how, one in part.read.items()
        },
    }


def kind(part: Part) -> str:
    """Return LSTM or GRU, and which GRU it is."""
    layer = part.layers[0]
    if layer.kind == "lstm":
        return "LSTM"
    return "GRU, reset before the product" if layer.reset == "before" else "GRU"


def rounded(value: Any) -> Any:
    """Return plain data with all numbers that are not whole to `DIGITS` digits."""
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(one) for one in value]
    if isinstance(value, float) and math.isfinite(value):
        return float(f"{value:.{DIGITS}g}")
    return value
