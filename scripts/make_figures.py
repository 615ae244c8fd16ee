"""Make the figures of the site that are missing or stale, or check those that are there."""

import argparse
import sys
from pathlib import Path

from explainer.making import check, extras, make
from explainer.making.digests import stems
from explainer.making.files import FIGURES


def main() -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stem", nargs="*", help="figures to make (default: all)")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--list", action="store_true", help="list the figures and their state")
    only.add_argument(
        "--check", action="store_true",
        help="recompute; exit 1 naming drifted numbers and missing or orphaned files",
    )  # fmt: skip
    parser.add_argument("--jobs", type=int, metavar="N", help="processes (default: all cores)")
    parser.add_argument("--out", type=Path, default=FIGURES, help="folder to write to")
    args = parser.parse_args()
    if args.jobs is not None and args.jobs < 1:
        parser.error(f"--jobs must be at least 1, got {args.jobs}")
    if missing := extras.missing("site", "matplotlib", "PIL"):
        parser.error(missing)

    names = args.stem or stems()
    if args.list:
        problems, known = make.sort_out(names)
        for name in known:
            print(f"{name}  {make.state(name, args.out)}")
    else:
        problems = (check.check if args.check else make.make)(names, args.out, args.jobs)
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    if not problems and not args.list:
        print("figures agree" if args.check else "figures up to date")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
