"""Work on several figures at once, in processes of their own; what failed is told in words."""

import os
import re
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

from explainer.making.digests import module_file
from explainer.making.files import ROOT
from explainer.making.rules import RuleError


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
    # Where the press itself cannot be imported, every process dies: it is told once, in words.
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
    """Return what a new process says that cannot import the press, or nothing."""
    command = [sys.executable, "-c", "import explainer.making.make"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    places = re.findall(r'File "(.*?)", line (\d+)', done.stderr)
    if not done.returncode or not places:
        return ""
    file, line = places[-1]
    said = done.stderr.strip().splitlines()[-1]
    return f"explainer cannot be imported: {said} ({os.path.relpath(file, ROOT)}:{line})"


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
    """Return the lines of our own that `error` came through and that may be wrong.

    Of the press only the figures and what they share: whoever called the rest made the mistake.
    """
    folders = [ROOT / "longrange", *(ROOT / "explainer" / name for name in ("figures", "shared"))]
    frames = traceback.extract_tb(error.__traceback__)
    return [f for f in frames if any(Path(f.filename).is_relative_to(one) for one in folders)]
