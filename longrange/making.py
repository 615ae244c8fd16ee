"""Make the files of the figures: ``<stem>.{json,svg,csv,png,py}``, when their sources change.

A figure is stale when the digest in its JSON is not that of its module, of every module of
this package that it imports, of the drawing code and of the versions of the libraries. Nothing
here imports a figure except worker processes started for it, so a long-lived ``mkdocs serve``
never computes with yesterday's code.
"""

import ast
import csv
import hashlib
import importlib
import io
import json
import math
import os
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "figures"
SUFFIXES = ("json", "svg", "csv", "png", "py")
RESERVED = {"alt", "stage", "made"}
_PACKAGE = "longrange"
_ALWAYS = ("making.py", "drawing/svg.py", "drawing/style.py", "drawing/style.mplstyle")


def stems() -> list[str]:
    """Return the stem of every figure, sorted: the folder is the registry."""
    return sorted(
        p.stem for p in (ROOT / _PACKAGE / "figures").glob("*.py") if p.stem != "__init__"
    )


def sources(stem: str) -> list[Path]:
    """Return the files the figure `stem` is made from: its module and what that imports."""
    todo = [_module_file(f"{_PACKAGE}.figures.{stem}")]
    todo += [ROOT / _PACKAGE / name for name in _ALWAYS]
    found = set()
    while todo:
        path = todo.pop()
        if path not in found:
            found.add(path)
            todo += _imports(path)
    return sorted(found)


def digest(stem: str) -> str:
    """Return the digest of everything that decides what the files of `stem` hold."""
    total = hashlib.sha256()
    for path in sources(stem):
        total.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    total.update(json.dumps(_versions()).encode())
    return total.hexdigest()[:16]


def state(stem: str, folder: Path = FOLDER) -> str:
    """Return ``"fresh"``, ``"undrawn"`` (numbers fresh, a file missing) or ``"stale"``."""
    try:
        made = json.loads((folder / f"{stem}.json").read_text("utf-8"))["made"]["digest"]
    except (OSError, ValueError, KeyError, TypeError):
        return "stale"
    if made != digest(stem):
        return "stale"
    complete = all((folder / f"{stem}.{suffix}").is_file() for suffix in SUFFIXES)
    return "fresh" if complete else "undrawn"


def make(
    names: list[str],
    folder: Path = FOLDER,
    jobs: int | None = None,
    say: Callable[[str], None] = print,
) -> list[str]:
    """Make what is not fresh among `names`, in parallel, and return what went wrong.

    A figure that fails leaves its old files as they were and does not stop the others.
    """
    problems = [f"{name}: no such figure; there are {', '.join(stems())}" for name in names
                if name not in stems()]  # fmt: skip
    known = [name for name in names if name in stems()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return [*problems, f"{folder}: cannot be made: {error.strerror}"]
    work = [(name, state(name, folder)) for name in known]
    work = [(name, how == "stale", folder) for name, how in work if how != "fresh"]
    for count, (name, outcome, seconds) in enumerate(_in_parallel(_make_one, work, jobs), 1):
        done = "failed" if outcome else "made"
        say(f"[{count}/{len(work)}] {name}: {done} in {seconds:.1f} s")
        problems += [f"{name}: {outcome}"] if outcome else []
    return problems


def check(
    names: list[str],
    folder: Path = FOLDER,
    jobs: int | None = None,
    say: Callable[[str], None] = print,
) -> list[str]:
    """Recompute `names` and return every drifted number and every missing or orphaned file."""
    problems = [f"{name}: no such figure" for name in names if name not in stems()]
    known = [name for name in names if name in stems()]
    for name in known:
        problems += [f"{name}.{suffix}: missing" for suffix in SUFFIXES
                     if not (folder / f"{name}.{suffix}").is_file()]  # fmt: skip
        if (folder / f"{name}.json").is_file() and state(name, folder) == "stale":
            problems.append(f"{name}: stale, its sources changed after it was made")
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.stem not in stems() or path.suffix[1:] not in SUFFIXES:
            problems.append(f"{path.name}: orphaned, no figure makes it")
    work = [(name, folder) for name in known if (folder / f"{name}.json").is_file()]
    for count, (name, outcome, seconds) in enumerate(_in_parallel(_check_one, work, jobs), 1):
        say(f"[{count}/{len(work)}] {name}: recomputed in {seconds:.1f} s")
        problems += [f"{name}: {outcome}"] if isinstance(outcome, str) else outcome
    return problems


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


def write(path: Path, content: bytes) -> None:
    """Write `content` beside `path` and rename, so that no reader sees half a file."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _make_one(name: str, recompute: bool, folder: Path) -> str:
    target = folder / f"{name}.json"
    data = _compute(name) if recompute else json.loads(target.read_text("utf-8"))
    files = _files(name, data)
    for suffix in reversed(SUFFIXES):  # the JSON last: it carries the digest
        path = folder / f"{name}.{suffix}"
        if not path.is_file() or path.read_bytes() != files[suffix]:
            write(path, files[suffix])
    return ""


def _check_one(name: str, folder: Path) -> list[str]:
    module = importlib.import_module(f"{_PACKAGE}.figures.{name}")
    tolerance = {"rtol": 1e-6, "atol": 1e-12} | getattr(module, "TOLERANCE", {})
    old = json.loads((folder / f"{name}.json").read_text("utf-8"))
    new = _compute(name)
    skip = {"made", "stage"}
    old, new = ({k: v for k, v in d.items() if k not in skip} for d in (old, new))
    return list(drift(old, new, name, **tolerance))


def _compute(name: str) -> dict:
    module = importlib.import_module(f"{_PACKAGE}.figures.{name}")
    data = module.compute()
    if taken := RESERVED & data.keys():
        raise ValueError(f"compute() returns the reserved key {taken.pop()!r}")
    data = json.loads(json.dumps(data, default=lambda o: o.tolist(), allow_nan=False))
    data["alt"] = module.ALT.format_map(data)
    return data


def _files(name: str, data: dict) -> dict[str, bytes]:
    """Return the content of every file of a figure from its numbers."""
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    from longrange.drawing import style, svg

    module = importlib.import_module(f"{_PACKAGE}.figures.{name}")
    finding = module.__doc__.splitlines()[0]
    with style.site_style(name):
        figure = module.draw(data)
        png = io.BytesIO()
        figure.savefig(png, format="png", metadata={"Software": None})
        picture = svg.render(figure, name, finding, data["alt"])
        data = data | {"stage": svg.stage(figure)}
        plt.close(figure)
    data["made"] = {"digest": digest(name), "versions": _versions()}
    lines = (f" {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in data.items())
    return {
        "json": ("{\n" + ",\n".join(lines) + "\n}\n").encode(),
        "svg": picture.encode(),
        "csv": _csv(data["table"]).encode(),
        "png": png.getvalue(),
        "py": Path(module.__file__).read_bytes(),
    }


def _csv(table: dict[str, list]) -> str:
    lengths = {key: len(column) for key, column in table.items()}
    if len(set(lengths.values())) != 1:
        raise ValueError(f"the columns of data['table'] differ in length: {lengths}")
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(table)
    rows.writerows(zip(*table.values(), strict=True))
    return text.getvalue()


def _in_parallel(
    work: Callable, calls: list[tuple], jobs: int | None
) -> Iterator[tuple[str, object, float]]:
    """Yield (stem, result or error text, seconds) as calls end, each in a fresh interpreter."""
    if not calls:
        return
    workers = min(jobs or os.cpu_count() or 1, len(calls))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(_timed, work, call) for call in calls]
        for future in as_completed(futures):
            yield future.result()


def _timed(work: Callable, call: tuple) -> tuple[str, object, float]:
    begin = time.perf_counter()
    try:
        result = work(*call)
    except Exception as error:
        result = f"{type(error).__name__}: {error} ({_where(error)})"
    return call[0], result, time.perf_counter() - begin


def _where(error: Exception) -> str:
    """Return the innermost line of our own code that `error` passed through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if Path(f.filename).is_relative_to(ROOT / _PACKAGE)] or frames
    return f"{os.path.relpath(ours[-1].filename, ROOT)}:{ours[-1].lineno}"


def _versions() -> dict[str, str]:
    return {name: version(name) for name in ("matplotlib", "numpy")}


def _module_file(name: str) -> Path | None:
    base = ROOT.joinpath(*name.split("."))
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None


def _imports(path: Path) -> list[Path]:
    """Return the files of this package that the Python file `path` imports by name."""
    if path.suffix != ".py":
        return []
    names = []
    for node in ast.walk(ast.parse(path.read_bytes(), str(path))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    files = (_module_file(name) for name in names if name and name.split(".")[0] == _PACKAGE)
    return [file for file in files if file]
