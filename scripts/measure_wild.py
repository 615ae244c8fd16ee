"""Read deployed recurrent networks from their packages and score each on its own task.

All of them, or those named. Packages are downloaded once, checked against their hashes, and neither
installed nor run. Of all of them docs/data/wild_provenance.json is written, whole or not at all; of
those named, only if --out says where to.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from experiments.wild import catalogue
from experiments.wild.packages import Shelf
from experiments.wild.recurrent import Network
from experiments.wild.sources import Sources
from explainer.making import extras
from explainer.making.files import DATA, ROOT, write
from explainer.making.writable import check_writable

PROVENANCE = "wild_provenance.json"


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
    parser.add_argument("--out", type=Path, help="folder to write to (default of all: docs/data)")
    args = parser.parse_args()
    if args.list:
        print("\n".join(catalogue.NAMES))
        return 0
    if unknown := [name for name in args.names if name not in catalogue.NAMES]:
        parser.error(f"no network {', '.join(unknown)}; there are {', '.join(catalogue.NAMES)}")
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
        found = measure(names, sources)
        if out:
            out.mkdir(parents=True, exist_ok=True)
            told = json.dumps(catalogue.told(found, sources), indent=1, ensure_ascii=False)
            write(out / PROVENANCE, f"{told}\n".encode())
            print(f"{PROVENANCE} in {out}")
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted: nothing is written", file=sys.stderr)
        return 130
    return 0


def measure(names: list[str], sources: Sources) -> dict[str, Network]:
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


if __name__ == "__main__":
    sys.exit(main())
