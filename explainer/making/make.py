"""Make the files of the figures, `SUFFIXES` of each stem, when their sources change.

A figure is stale when the digest in its JSON is not that of its sources, and undrawn when one
of its other files is missing or not the one that was made. Figures are imported only by worker
processes started for the call, so a long-lived ``mkdocs serve`` never computes with yesterday's
code.
"""

import json
from collections.abc import Callable
from itertools import chain
from pathlib import Path

from explainer.making.digests import digest, digest_of, module_file, stems
from explainer.making.figure import DRAWINGS, compute, files_of
from explainer.making.files import FIGURES, update
from explainer.making.parallel import in_parallel
from explainer.making.writable import check_writable

SUFFIXES = ("json", *DRAWINGS.values(), "csv", "png", "py")
_TEXT = (*DRAWINGS.values(), "csv")  # the same bytes on every machine; a PNG is not


def state(stem: str, folder: Path = FIGURES) -> str:
    """Return ``"fresh"``, ``"stale"``, or ``"undrawn"`` if all but the JSON must be drawn again."""
    try:
        made = json.loads((folder / f"{stem}.json").read_text("utf-8"))["made"]
        if made["digest"] != digest(stem):
            return "stale"
        same = made["files"] == {s: digest_of((folder / f"{stem}.{s}").read_bytes()) for s in _TEXT}
        return "fresh" if same and (folder / f"{stem}.png").stat().st_size else "undrawn"
    except FileNotFoundError as missing:
        return "stale" if missing.filename.endswith(".json") else "undrawn"
    except (OSError, ValueError, KeyError, TypeError, SyntaxError):
        return "stale"  # and making it will say what is wrong


def make(
    names: list[str],
    folder: Path = FIGURES,
    jobs: int | None = None,
    say: Callable[[str], None] = print,
) -> list[str]:
    """Make what is not fresh among `names`, in parallel, and return what went wrong.

    A figure that fails leaves its old files as they were and does not stop the others.
    """
    problems, known = sort_out(names)
    states = {name: state(name, folder) for name in known}
    # The digest is taken here, before: what an author saves meanwhile leaves the figure stale.
    work = [
        (name, how == "stale", folder, _made_from(name))
        for name, how in states.items()
        if how != "fresh"
    ]
    try:
        if work:
            check_writable(folder)
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = "written to" if folder.is_dir() else "made"
        return [*problems, f"{folder}: cannot be {what}: {error.strerror}"]
    failed: dict[str, list[str]] = {}  # what is wrong with several in the same place is told once
    for count, (name, outcome, seconds) in enumerate(in_parallel(_make_one, work, jobs), 1):
        done = "failed" if outcome else "made"
        say(f"[{count}/{len(work)}] {name}: {done} in {seconds:.1f} s")
        if outcome:
            failed.setdefault(outcome, []).append(name)
    try:
        for name, how in states.items():  # what a module says may change, and its picture not
            if how == "fresh":
                update(folder / f"{name}.py", module_file(name).read_bytes())
    except OSError as error:
        problems.append(f"{folder}: cannot be written to: {error.strerror}")
    told = [named(", ".join(sorted(names)), outcome) for outcome, names in failed.items()]
    return [*problems, *chain.from_iterable(told)]


def named(name: str, outcome: str) -> list[str]:
    """Return what went wrong with the figure `name`, a line for each mistake."""
    return [f"{name}: {line}" for line in outcome.splitlines()]


def sort_out(names: list[str]) -> tuple[list[str], list[str]]:
    """Return a complaint for each of `names` that is no figure, and those that are, once each."""
    there = stems()
    unknown = [name for name in names if name not in there]
    complaints = [f"{name}: no such figure; there are {', '.join(there)}" for name in unknown]
    return complaints, [name for name in dict.fromkeys(names) if name in there]


def _made_from(name: str) -> str:
    try:
        return digest(name)
    except (OSError, ValueError, SyntaxError):
        return ""  # and making it will say what is wrong


def _make_one(name: str, recompute: bool, folder: Path, made_from: str) -> None:
    code = module_file(name).read_bytes()  # before it computes, as the digest
    old = folder / f"{name}.json"
    data = compute(name) if recompute else json.loads(old.read_text("utf-8"))
    files = files_of(name, data, made_from) | {"py": code}
    for suffix in reversed(SUFFIXES):  # the JSON last: it carries the digest
        update(folder / f"{name}.{suffix}", files[suffix])
