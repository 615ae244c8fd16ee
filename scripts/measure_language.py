"""Measure how far apart the words are that language links, in a folder of CoNLL-U files.

Agreement, coreference and discourse, and any dependency: tables of their distances are written
to docs/data/, all of them or, if the corpus is malformed or nothing in it is linked, none. The
last lines say what it lacks, and what therefore was not measured.
"""

import argparse
import os
import sys
from collections import defaultdict
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from explainer.making.files import ROOT
from explainer.making.writable import check_writable
from longrange.language import conllu_files, read
from longrange.language.gaps import remarks
from longrange.language.provenance import provenance
from longrange.language.series import Measured, measure
from longrange.language.tables import NAMES, tables


def main() -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", type=Path, help="a folder of *.conllu files, or one of them")
    parser.add_argument("--out", type=Path, default=ROOT / "docs/data", help="folder to write to")
    parser.add_argument("--jobs", type=int, metavar="N", help="processes (default: all cores)")
    args = parser.parse_args()
    if args.jobs is not None and args.jobs < 1:
        parser.error(f"--jobs must be at least 1, got {args.jobs}")
    try:
        files = conllu_files(args.path)
        check_writable(args.out)  # measuring takes a while
        for path in (args.out / name for name in NAMES):
            if path.is_dir():
                raise ValueError(f"{path}: a folder stands where a table is due")
        measured = measure_all(files, args.jobs or os.cpu_count() or 1)
        if not any(links for one in measured for links in one.links.values()):
            raise ValueError(f"{args.path}: nothing to measure: no two words are linked")
        texts = tables(measured, provenance(files))
        write(texts, args.out)
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except (MemoryError, BrokenExecutor):
        print(f"error: {args.path}: no memory is left: try fewer --jobs", file=sys.stderr)
        return 1
    for remark in (*remarks(one.gaps for one in measured), *named_alike(measured)):
        print(remark)
    if len(measured) == 1:
        print("1 document: intervals, which come from drawing documents, are empty")
    print(f"{len(texts)} tables in {args.out}")
    return 0


def named_alike(measured: list[Measured]) -> list[str]:
    """Return one sentence on documents of one name: they are kept apart."""
    files = defaultdict(list)
    for one in measured:
        files[one.name].append(one.file)
    alike = {name: found for name, found in files.items() if len(found) > 1}
    if not alike:
        return []
    some = [f"{name} ({', '.join(found)})" for name, found in list(alike.items())[:3]]
    more = f" and {len(alike) - 3} more" if len(alike) > 3 else ""
    return [f"documents of one name are kept apart: {', '.join(some)}{more}"]


def measure_all(files: list[Path], jobs: int) -> list[Measured]:
    """Return what was measured in all documents of `files`, and tell of each."""
    measured = []
    with ProcessPoolExecutor(min(jobs, len(files)), mp_context=get_context("spawn")) as pool:
        try:
            for count, documents in enumerate(pool.map(measure_file, files), 1):
                for one in documents:
                    links = sum(map(len, one.links.values()))
                    print(
                        f"[{count}/{len(files)}] {one.name}: {one.tokens} tokens, {links} links",
                        flush=True,
                    )
                measured += documents
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return measured


def measure_file(path: Path) -> list[Measured]:
    """Return what was measured in the documents of one file."""
    return [measure(document) for document in read(path)]


def write(texts: dict[str, str], folder: Path) -> None:
    """Write all files beside their places, then rename them: none is ever half-written."""
    folder.mkdir(parents=True, exist_ok=True)
    beside = {name: folder / f".{name}.{os.getpid()}" for name in texts}
    try:
        for name, text in texts.items():
            beside[name].write_bytes(text.encode())
        for name, path in beside.items():
            path.replace(folder / name)
    finally:
        for path in beside.values():
            path.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
