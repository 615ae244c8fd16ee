"""Read deployed recurrent networks from their packages, score each on its task, and measure it.

All of them, or those named. Packages are downloaded once, checked against their hashes, and neither
installed nor run. Of all of them the tables wild*.csv and wild_provenance.json are written to
docs/data, all or none; of those named, only if --out says where to.
"""

import argparse
import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

# How a product of matrices is shared out among processors shows in its last digits.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from experiments.wild import catalogue, dynamics, rows, sentence
from experiments.wild.packages import Shelf
from experiments.wild.recurrent import Network
from experiments.wild.sources import Sources
from explainer.making import extras
from explainer.making.files import DATA, ROOT, write
from explainer.making.writable import check_writable

PROVENANCE = "wild_provenance.json"
TABLES = ("wild.csv", "wild_curves.csv", "wild_sentence.csv")


def main() -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a network that --list names")
    parser.add_argument("--list", action="store_true", help="name the networks, and do nothing")
    parser.add_argument(
        "--cache", type=Path, default=ROOT / ".cache/wild", help="folder of downloaded packages"
    )
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, help="parts measured at a time"
    )
    parser.add_argument("--out", type=Path, help="folder to write to (default of all: docs/data)")
    args = parser.parse_args()
    if args.list:
        print("\n".join(catalogue.NAMES))
        return 0
    if unknown := [name for name in args.names if name not in catalogue.NAMES]:
        parser.error(f"no network {', '.join(unknown)}; there are {', '.join(catalogue.NAMES)}")
    if args.jobs < 1:
        parser.error(f"--jobs must be at least 1, got {args.jobs}")
    if missing := extras.missing("experiments", "h5py", "elftools"):
        parser.error(missing)
    out = args.out or (None if args.names else DATA)
    sources = Sources(Shelf(args.cache))
    try:
        if out:
            check_writable(out)
        names = list(dict.fromkeys(args.names or catalogue.NAMES))
        for name in names:
            print(f"{name}: its packages", flush=True)
            catalogue.prepare(name, sources)
        found = score(names, sources)
        tables = measure(found, args.jobs)
        tables[TABLES[2]] = rows.table(sentence.COLUMNS, sentence.rows(names, sources))
        if out:
            told = json.dumps(catalogue.told(found, sources), indent=1, ensure_ascii=False)
            out.mkdir(parents=True, exist_ok=True)
            for name, text in {**tables, PROVENANCE: f"{told}\n"}.items():
                write(out / name, text.encode())
                print(f"{name} in {out}")
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted: nothing is written", file=sys.stderr)
        return 130
    return 0


def score(names: list[str], sources: Sources) -> dict[str, Network]:
    """Return the networks with their scores, and tell of each."""
    found = {}
    for count, name in enumerate(names, 1):
        began = time.monotonic()
        one = found[name] = catalogue.module(name).network(sources)
        print(
            f"[{count}/{len(names)}] {name}: {one.score.task}: {one.score.value:.4g} "
            f"(chance {one.score.chance:.4g}; {one.score.layout}: {one.score.wrong:.4g}); "
            f"{time.monotonic() - began:.0f} s",
            flush=True,
        )
    return found


def measure(found: dict[str, Network], jobs: int) -> dict[str, str]:
    """Return the tables by name, and tell of each row."""
    places = [
        (one, part, mode, f"{word}{mode}")
        for one in found.values()
        for word, parts in (("", one.parts), ("misread, ", one.misread))
        for part in parts
        for mode in part.read
    ]
    table, curves = [], []
    with ProcessPoolExecutor(min(jobs, len(places))) as pool:
        stacks = (part.layers for _, part, _, _ in places)
        reads = (part.read[mode] for _, part, mode, _ in places)
        for count, here in enumerate(pool.map(dynamics.measure, stacks, reads), 1):
            one, part, _, named = places[count - 1]
            table.append(rows.row(one, part, named, here))
            curves += rows.curves(one, part, named, here)
            print(
                f"[{count}/{len(places)}] {one.package}, {part.name}, {named}: rate "
                f"{here.rate.value:.4f} ({here.rate.low:.4f} to {here.rate.high:.4f}), by growth "
                f"{here.rate_growth.value:.4f}",
                flush=True,
            )
    return {
        TABLES[0]: rows.table(rows.COLUMNS, table),
        TABLES[1]: rows.table(rows.CURVES, curves),
    }


if __name__ == "__main__":
    sys.exit(main())
