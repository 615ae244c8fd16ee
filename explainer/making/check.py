"""Check the files of the figures that are there against their sources and a fresh computation."""

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path

from explainer.making.digests import stems
from explainer.making.figure import RESERVED, compute, module
from explainer.making.files import FIGURES
from explainer.making.make import SUFFIXES, named, sort_out, state
from explainer.making.parallel import in_parallel


def check(
    names: list[str],
    folder: Path = FIGURES,
    jobs: int | None = None,
    say: Callable[[str], None] = print,
) -> list[str]:
    """Recompute `names` and return every number that drifted and every file that is amiss.

    A file is amiss when it is missing, unreadable, not the one that was made, made from other
    sources than there are now, or of no figure.
    """
    problems, known = sort_out(names)
    for name in known:
        problems += _amiss(name, folder)
    ours = {f"{stem}.{suffix}" for stem in stems() for suffix in SUFFIXES}
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.name not in ours and not path.name.startswith("."):
            problems.append(f"{path.name}: orphaned, no figure makes it")
    work = [(name, folder) for name in known]
    for count, (name, outcome, seconds) in enumerate(in_parallel(_check_one, work, jobs), 1):
        say(f"[{count}/{len(work)}] {name}: recomputed in {seconds:.1f} s")
        problems += named(name, outcome) if isinstance(outcome, str) else outcome
    return problems


def _amiss(name: str, folder: Path) -> list[str]:
    missing = [s for s in SUFFIXES if not (folder / f"{name}.{s}").is_file()]
    if missing:
        return [f"{name}.{suffix}: missing" for suffix in missing]
    try:
        json.loads((folder / f"{name}.json").read_text("utf-8"))
    except ValueError as error:
        return [f"{name}.json: unreadable: {error}"]
    told = {
        "stale": "stale, its sources changed after it was made",
        "undrawn": "one of its files is not the one that was made",
    }
    how = state(name, folder)
    return [f"{name}: {told[how]}"] if how in told else []


def drift(old: object, new: object, path: str, rtol: float, atol: float) -> Iterator[str]:
    """Yield a line for every place where `new` differs from `old` beyond tolerance."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            if key not in old or key not in new:
                yield f"{path}.{key}: only in the {'new' if key in new else 'old'} data"
            else:
                yield from drift(old[key], new[key], f"{path}.{key}", rtol, atol)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for i, (a, b) in enumerate(zip(old, new, strict=True)):
            yield from drift(a, b, f"{path}.{i}", rtol, atol)
    elif isinstance(old, float | int) and isinstance(new, float | int):
        if not math.isclose(old, new, rel_tol=rtol, abs_tol=atol):
            yield f"{path}: was {old!r}, is {new!r}"
    elif old != new:
        yield f"{path}: was {old!r:.60}, is {new!r:.60}"


def tolerance(name: str) -> dict[str, float]:
    """Return how far numbers of the figure may drift: its ``TOLERANCE`` over the default."""
    return {"rtol": 1e-6, "atol": 1e-12} | getattr(module(name), "TOLERANCE", {})


def _check_one(name: str, folder: Path) -> list[str]:
    new = compute(name)
    try:
        old = json.loads((folder / f"{name}.json").read_text("utf-8"))
    except (OSError, ValueError):
        return []  # told already
    old, new = ({k: v for k, v in data.items() if k not in RESERVED} for data in (old, new))
    return list(drift(old, new, name, **tolerance(name)))
