"""Make the files of the figures: ``<stem>.{json,svg,csv,png,py}``, when their sources change.

A figure is stale when the digest in its JSON is not that of its sources, and undrawn when one
of its other files is missing or not the one that was made. Figures are imported only by worker
processes started for the call, so a long-lived ``mkdocs serve`` never computes with yesterday's
code.
"""

import csv
import importlib
import io
import json
import math
import os
import re
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType

from longrange import rules
from longrange.notation import written
from longrange.rules import RuleError
from longrange.sources import ROOT, digest, digest_of, module_file, stems, versions

FOLDER = ROOT / "docs" / "figures"
SUFFIXES = ("json", "svg", "csv", "png", "py")
RESERVED = {"alt", "stage", "made"}
_TEXT = ("svg", "csv")  # the same bytes on every machine; a PNG is not


def state(stem: str, folder: Path = FOLDER) -> str:
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
    folder: Path = FOLDER,
    jobs: int | None = None,
    say: Callable[[str], None] = print,
) -> list[str]:
    """Make what is not fresh among `names`, in parallel, and return what went wrong.

    A figure that fails leaves its old files as they were and does not stop the others.
    """
    problems, known = sort_out(names)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return [*problems, f"{folder}: cannot be made: {error.strerror}"]
    states = {name: state(name, folder) for name in known}
    # The digest is taken here, before: what an author saves meanwhile leaves the figure stale.
    work = [
        (name, how == "stale", folder, _made_from(name))
        for name, how in states.items()
        if how != "fresh"
    ]
    failed: dict[str, list[str]] = {}  # what is wrong with several in the same place is told once
    for count, (name, outcome, seconds) in enumerate(in_parallel(_make_one, work, jobs), 1):
        done = "failed" if outcome else "made"
        say(f"[{count}/{len(work)}] {name}: {done} in {seconds:.1f} s")
        if outcome:
            failed.setdefault(outcome, []).append(name)
    for name, how in states.items():  # what is said in a module may change, and its picture not
        if how == "fresh":
            _update(folder / f"{name}.py", module_file(name).read_bytes())
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


def write(path: Path, content: bytes) -> None:
    """Write `content` beside `path` and rename, so that no reader sees half a file."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def compute(name: str) -> dict:
    """Return the data of the figure `name` as its JSON holds them, with its ``alt`` text.

    Raises
    ------
    RuleError
        If the module breaks a rule, or the data hold a reserved key or a number JSON cannot.
    """
    figure = module(name)
    if broken := rules.broken(figure):
        raise RuleError("\n".join(broken))
    data, at = figure.compute(), rules.place(figure, "compute")
    if not isinstance(data, dict):
        raise RuleError(f"compute() must return a dict, not {type(data).__name__} ({at})")
    if taken := RESERVED & data.keys():
        raise RuleError(f"compute() returns the reserved key {taken.pop()!r} ({at})")
    if "table" not in data:
        raise RuleError(f"compute() returns no 'table': columns of one length, for the CSV ({at})")
    data = json.loads(json.dumps(data, default=lambda o: o.tolist()))
    if unfit := [path for path, number in _numbers(data) if not math.isfinite(number)]:
        raise RuleError(f"compute() returns a number that JSON has not, at {unfit[0]} ({at})")
    at = rules.place(figure, "ALT")
    try:
        data["alt"] = written(figure.ALT.format_map(data))
    except LookupError as unknown:
        raise RuleError(f"ALT names {unknown}; the data have {', '.join(data)} ({at})") from None
    return data


def _numbers(data: object, path: str = "") -> Iterator[tuple[str, float]]:
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _numbers(value, f"{path}.{key}" if path else str(key))
    elif isinstance(data, float):
        yield path, data


def _made_from(name: str) -> str:
    try:
        return digest(name)
    except (OSError, ValueError, SyntaxError):
        return ""  # and making it will say what is wrong


def _make_one(name: str, recompute: bool, folder: Path, made_from: str) -> None:
    code = module_file(name).read_bytes()  # before it computes, as the digest
    old = folder / f"{name}.json"
    data = compute(name) if recompute else json.loads(old.read_text("utf-8"))
    files = _files(name, data, made_from) | {"py": code}
    for suffix in reversed(SUFFIXES):  # the JSON last: it carries the digest
        _update(folder / f"{name}.{suffix}", files[suffix])


def _update(path: Path, content: bytes) -> None:
    """Leave an unchanged file alone: `mkdocs serve` watches it."""
    if not path.is_file() or path.read_bytes() != content:
        write(path, content)


def module(name: str) -> ModuleType:
    """Return the module of the figure `name`, imported."""
    return importlib.import_module(f"longrange.figures.{name}")


def _files(name: str, data: dict, made_from: str) -> dict[str, bytes]:
    """Return the content of the files that are made from the numbers of a figure."""
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt
    from matplotlib.figure import Figure

    from longrange.drawing import style, svg

    source = module(name)
    with style.site_style(name):
        figure = source.draw(data)
        if not isinstance(figure, Figure):
            at, kind = rules.place(source, "draw"), type(figure).__name__
            raise RuleError(f"draw() must return a matplotlib Figure, not {kind} ({at})")
        png = io.BytesIO()
        figure.savefig(png, format="png", metadata={"Software": None})
        picture = svg.render(figure, name, source.__doc__.splitlines()[0], data["alt"])
        if strange := svg.strange_colours(picture):
            raise RuleError(rules.told_of_colours(source, strange))
        data["stage"] = svg.stage(figure)
        plt.close(figure)
    table = _csv(data["table"], rules.place(source, "compute")).encode()
    data["made"] = {
        "digest": made_from,
        "files": {"svg": digest_of(picture.encode()), "csv": digest_of(table)},
        "versions": versions(),
    }
    lines = (f" {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in data.items())
    return {
        "json": ("{\n" + ",\n".join(lines) + "\n}\n").encode(),
        "svg": picture.encode(),
        "csv": table,
        "png": png.getvalue(),
    }


def _csv(table: dict[str, list], at: str) -> str:
    lengths = {key: len(column) for key, column in table.items()}
    if len(set(lengths.values())) != 1:
        raise RuleError(f"the columns of data['table'] differ in length: {lengths} ({at})")
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(table)
    rows.writerows(zip(*table.values(), strict=True))
    return text.getvalue()


def in_parallel(
    work: Callable, calls: list[tuple], jobs: int | None
) -> Iterator[tuple[str, object, float]]:
    """Yield (stem, result or error text, seconds) as calls end, in processes of their own.

    A process that dies takes its pool with it: what was not done then is done once more, alone.
    """
    if not calls:
        return
    left = []
    with _pool(min(jobs or os.cpu_count() or 1, len(calls))) as pool:
        futures = {pool.submit(_timed, work, call): call for call in calls}
        for future in as_completed(futures):
            try:
                yield future.result()
            except BrokenProcessPool:
                left.append(futures[future])
    # Where the package itself cannot be imported, every process dies: it is told once, in words.
    wrong = _import_error() if left else ""
    for call in left:
        if wrong:
            yield call[0], wrong, 0.0
            continue
        with _pool(1) as alone:
            try:
                yield alone.submit(_timed, work, call).result()
            except BrokenProcessPool:
                yield call[0], "its process died before it was made", 0.0


def _import_error() -> str:
    """Return what a new process says that cannot import this package, or nothing."""
    command = [sys.executable, "-c", "import longrange.making"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    places = re.findall(r'File "(.*?)", line (\d+)', done.stderr)
    if not done.returncode or not places:
        return ""
    file, line = places[-1]
    said = done.stderr.strip().splitlines()[-1]
    return f"longrange cannot be imported: {said} ({os.path.relpath(file, ROOT)}:{line})"


def _pool(workers: int) -> ProcessPoolExecutor:
    # The pool is parallel already: threads of the workers' linear algebra would only wait.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))


def _timed(work: Callable, call: tuple) -> tuple[str, object, float]:
    begin = time.perf_counter()
    try:
        result = work(*call)
    except RuleError as error:
        result = str(error)
    except (Exception, SystemExit) as error:
        what, line, place = str(error), None, module_file(call[0])
        if frames := _outside_the_press(error):
            what, line, place = what or frames[-1].line, frames[-1].lineno, frames[-1].filename
        if isinstance(error, SyntaxError) and error.lineno:
            what, line, place = error.msg, error.lineno, error.filename
        place = os.path.relpath(place, ROOT) + (f":{line}" if line else "")
        result = f"{type(error).__name__}: {what} ({place})"
    return call[0], result, time.perf_counter() - begin


def _outside_the_press(error: BaseException) -> list[traceback.FrameSummary]:
    """Return the lines of our own that `error` came through and that may be wrong: not those here.

    Neither this module nor those that help to draw: whoever called them made the mistake.
    """
    ours = ROOT / "longrange"
    press = [Path(__file__), ours / "rules.py", ours / "sources.py", *ours.glob("drawing/*.py")]
    frames = traceback.extract_tb(error.__traceback__)
    paths = [Path(frame.filename) for frame in frames]
    return [
        frame
        for frame, path in zip(frames, paths, strict=True)
        if path.is_relative_to(ours) and path not in press
    ]
