"""Train the networks of the study, and write what came out to experiments/results/.

Each task is a file; all are written when all cells are done. An interrupted run keeps the cells it
finished, and --resume goes on from there. Where DASK_SCHEDULER_ADDRESS names a scheduler, the cells
run on that cluster.
"""

import argparse
import os
import sys
import time
from pathlib import Path

from experiments import study, workers
from experiments.results import MixedError, Part
from explainer.making import extras
from explainer.making.files import RESULTS, ROOT


def main() -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="TASK", help=", ".join(study.study()))
    parser.add_argument("--smoke", action="store_true", help="a small cell of each, in seconds")
    parser.add_argument("--scale", type=int, default=1, metavar="S",
                        help="S times the width and the examples; needs --out")  # fmt: skip
    parser.add_argument("--jobs", type=int, metavar="N", help="processes (default: all cores)")
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted run")
    parser.add_argument("--out", type=Path, help="folder to write to")
    args = parser.parse_args()
    if args.jobs is not None and args.jobs < 1:
        parser.error(f"--jobs must be at least 1, got {args.jobs}")
    if args.scale < 1:
        parser.error(f"--scale must be at least 1, got {args.scale}")
    if args.scale > 1 and (args.smoke or not args.out):
        parser.error("--scale is of the whole study, and needs --out: its results are others")
    cells = study.smoke() if args.smoke else study.study(args.scale)
    if unknown := [name for name in args.parts if name not in cells]:
        parser.error(f"no task {', '.join(unknown)}; there are {', '.join(cells)}")
    if missing := extras.missing("experiments", *workers.needed()):
        parser.error(missing)
    folder = args.out or (ROOT / ".cache/smoke" if args.smoke else RESULTS)
    try:
        names = list(dict.fromkeys(args.parts or cells))
        parts = [Part(name, cells[name], folder) for name in names]
        if not args.resume and (left := [part.partial for part in parts if part.found]):
            raise ValueError(
                f"{left[0]}: left by an interrupted run; go on with --resume, or delete it"
            )
        versions = workers.versions()
        for part in parts:
            part.check(versions)
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    try:
        run(parts, args.jobs or os.cpu_count() or 1)
    except (workers.UnreachableError, MixedError, MemoryError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; --resume goes on from the cells that are done", file=sys.stderr)
        return 130
    return 0


def run(parts: list[Part], jobs: int) -> None:
    """Train all cells that are not done, the longest first, and tell of each."""
    kept = sum(len(part.found) for part in parts)
    todo = [
        {"part": part.name, "cell": i, "config": config}
        for part in parts
        for i, config in enumerate(part.cells)
        if i not in part.found
    ]
    todo.sort(key=lambda one: -study.cost(one["config"]))
    where = f"the cluster at {workers.cluster()}" if workers.cluster() else f"{jobs} processes"
    print(f"{len(todo)} cells to train with {where}", flush=True)
    by_name, began = {part.name: part for part in parts}, time.monotonic()
    total, spent = sum(study.cost(one["config"]) for one in todo), 0.0
    for count, done in enumerate(workers.run(todo, jobs), 1):
        part = by_name[done.pop("part")]
        part.add(done)
        config = part.cells[done["cell"]]
        spent += study.cost(config)
        left = (time.monotonic() - began) * (total - spent) / spent
        print(
            f"[{count}/{len(todo)}] {part.name}: {study.name(config)}: {done['wall']:.0f} s; "
            f"about {left / 60:.1f} min left",
            flush=True,
        )
    seconds = time.monotonic() - began
    told = {
        "parts": list(by_name),
        "cells": len(todo),
        "resumed_with": kept,
        "with": where,
        "wall_seconds": round(seconds),
    }
    for part in parts:
        part.finish(told)
    print(f"{len(parts)} results in {parts[0].file.parent}, after {seconds / 60:.1f} min")


if __name__ == "__main__":
    sys.exit(main())
