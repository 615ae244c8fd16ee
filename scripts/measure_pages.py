"""Measure how fast the pages of a built site are, how heavy and how long; print tables.

- lighthouse: what Lighthouse finds, as on a phone.
- moves: every control of every custom element is moved by keys, a pad by the pointer; the time
  from the input's event until a frame that shows the change is painted. Where a worker makes the
  picture, that frame shows what is set. Up to 16.7 ms of it is the wait for the next frame.
  What shows nothing within a second, or not what is set within ten, is no change.
- bytes: what a first visit at 1280 px fetches, bodies only, packed as a static host would; the
  elements of the page; and how many elements are styled while it loads at 360 px.
- reading: words outside folds, and screens of a phone, in all and without anything to look at.

A cell is the median of all runs; of moves, over all changes. With --against a second site is
measured too; the two take turns, so both see the same machine, and a cell has both. Times are
this machine's, in its present mood: compare what one call measured. Exits with 0 whatever it
finds, 1 if something could not be measured, 2 if it was asked for what is not there, 130 if it was
interrupted.
"""

import argparse
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import click
import numpy as np

from explainer.making import extras
from explainer.making.files import write
from explainer.pages import node
from explainer.viewing import chromium, host, length, lighthouse, moves, weight

COLUMNS = {
    "lighthouse": lighthouse.COLUMNS,
    "moves": moves.COLUMNS,
    "bytes": weight.COLUMNS,
    "reading": length.COLUMNS,
}
LABELS = {part: ["page"] for part in COLUMNS} | {"moves": ["page", "element", "control"]}
HEADINGS = {
    "lighthouse": "Lighthouse, as on a phone",
    "moves": "From input to picture",
    "bytes": "A first visit, in bytes",
    "reading": "How long it is to read",
}
# For each site, and each row of a table by its labels: the numbers by column.
Found = dict[str, dict[tuple[str, ...], dict[str, float]]]


def main() -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--site", type=Path, default=Path("site"), metavar="DIR",
        help="a built site (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--against", type=Path, metavar="DIR", help="another, to compare")
    parser.add_argument(
        "--pages", nargs="+", metavar="PATH", help="such as / or lab (default: all)"
    )
    parser.add_argument("--only", nargs="+", choices=COLUMNS, help="parts (default: all)")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="(default: %(default)s)")
    parser.add_argument(
        "--steps", type=int, default=12, metavar="N",
        help="how often a run moves each control; buttons, a third of it (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers here too")
    args = parser.parse_args()
    for name in ("runs", "steps"):
        if getattr(args, name) < 1:
            parser.error(f"--{name} must be at least 1, got {getattr(args, name)}")
    sites = {"site": args.site} | ({"against": args.against} if args.against else {})
    for folder in sites.values():
        if not folder.is_dir():
            parser.error(f"{folder}: no such folder; `mkdocs build` makes a site")
        if not (folder / "index.html").is_file():
            parser.error(f"{folder} has no index.html; `mkdocs build` makes a site")
    there = sorted({page for folder in sites.values() for page in host.pages(folder)})
    pages = [named(path) for path in args.pages] if args.pages else there
    for page in pages:
        if page not in there:
            parser.error(f"no page /{page}; there are {', '.join('/' + one for one in there)}")
    if args.json and (args.json.is_dir() or not os.access(args.json.parent, os.W_OK)):
        parser.error(f"{args.json}: cannot be written")
    if missing := extras.missing("test", "playwright"):
        parser.error(missing)
    from playwright.sync_api import Error

    parts = args.only or list(COLUMNS)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends what was started, as Ctrl-C
    try:
        found, problems = measure(parts, sites, pages, args)
    except (RuntimeError, Error, click.ClickException) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        logging.disable()  # Playwright says that it was interrupted too
        print("interrupted", file=sys.stderr)
        return 130
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    if args.json and not problems:
        write(args.json, (json.dumps(as_json(found, sites, args), indent=1) + "\n").encode())
    return 1 if problems else 0


def named(path: str) -> str:
    """Return the path of a page as `host.pages` has it."""
    return path.strip("/") + "/" if path.strip("/") else ""


def measure(
    parts: list[str], sites: dict[str, Path], pages: list[str], args: argparse.Namespace
) -> tuple[dict[str, Found], list[str]]:
    """Measure, print each table when it is done; return all numbers, and what has none.

    Raises
    ------
    RuntimeError, click.ClickException
        If there is no Chromium or no Lighthouse.
    """
    if "lighthouse" in parts:
        node.ensure("lighthouse", tests=True)
    starts = {
        "lighthouse": lighthouse.measuring,
        "moves": partial(moves.measuring, args.steps),
        "bytes": weight.measuring,
        "reading": length.measuring,
    }
    found, problems = {}, []
    told = f"{' / '.join(map(str, sites.values()))}, runs: {args.runs}"
    with ExitStack() as stack:
        addresses = {name: stack.enter_context(host.serving(path)) for name, path in sites.items()}
        visits = {
            (name, page): addresses[name] + page
            for page in pages
            for name in sites
            if page in host.pages(sites[name])
        }
        for part in parts:
            with starts[part]() as one:
                samples = in_turns(one, visits, args.runs, part)
            found[part] = {name: {} for name in sites}
            for (name, page), taken in samples.items():
                if not taken:
                    problems.append(f"{part}: /{page} of {sites[name]} was not measured")
                    continue
                for labels, numbers in (percentiles if part == "moves" else medians)(taken).items():
                    found[part][name][f"/{page}", *labels] = numbers
            print(f"{HEADINGS[part]}: {told}\n\n{table(part, found[part])}\n", flush=True)
    return found, problems


def in_turns(
    one: Callable[[str], dict], visits: dict[tuple[str, str], str], runs: int, part: str
) -> dict[tuple[str, str], list[dict]]:
    """Return what each of `runs` visits found; of a page, both sites are visited in turn.

    A visit that fails is told of and counts for nothing.
    """
    from playwright.sync_api import Error

    samples = {visit: [] for visit in visits}
    pages = list(dict.fromkeys(page for _, page in visits))
    for count, page in enumerate(pages, 1):
        for run in range(1, runs + 1):
            for (name, where), address in visits.items():
                if where != page:
                    continue
                begin = time.monotonic()
                try:
                    samples[name, page].append(one(address))
                    how = "done"
                except (Error, RuntimeError) as error:
                    how = f"failed ({str(error).strip().splitlines()[-1]})"
                print(
                    f"[{count}/{len(pages)}] {part}: /{page} of {name}, run {run} of {runs}: "
                    f"{how} in {time.monotonic() - begin:.1f} s",
                    file=sys.stderr, flush=True,
                )  # fmt: skip
    return samples


def medians(samples: list[dict]) -> dict[tuple[str, ...], dict[str, float]]:
    """Return the one row of a page: the median of each number."""
    row = {key: round(float(np.median([one[key] for one in samples])), 3) for key in samples[0]}
    return {(): row}


def percentiles(samples: list[dict]) -> dict[tuple[str, ...], dict[str, float]]:
    """Return the rows of a page, one a control: over the changes of all samples."""
    rows = {}
    for labels in dict.fromkeys(labels for one in samples for labels in one):
        took = [ms for one in samples for ms in one.get(labels, [])]
        rows[labels] = {"changes": len(took)}
        if took:
            median, late = np.percentile(took, [50, 95]).round(2).tolist()
            rows[labels] |= {"median": median, "p95": late}
    return rows


def table(part: str, found: Found) -> str:
    """Return a Markdown table; a cell has the number of each site."""
    labels, columns = LABELS[part], COLUMNS[part]
    lines = [
        f"| {' | '.join([*labels, *(name for name, _ in columns.values())])} |",
        f"|{':--|' * len(labels)}{'--:|' * len(columns)}",
    ]
    for row in dict.fromkeys(row for rows in found.values() for row in rows):
        cells = []
        for key, (_, form) in columns.items():
            numbers = [rows.get(row, {}).get(key) for rows in found.values()]
            cells.append(" / ".join("–" if n is None else format(n, form) for n in numbers))
        lines.append(f"| {' | '.join([*row, *cells])} |")
    return "\n".join(lines)


def as_json(found: dict[str, Found], sites: dict[str, Path], args: argparse.Namespace) -> dict:
    """Return all numbers as the JSON has them: part, page, perhaps element and control."""
    told = {}
    for name, folder in sites.items():
        told[name] = {"commit": commit(folder)}
        for part, rows in found.items():
            inner = told[name][part] = {}
            for labels, numbers in rows[name].items():
                place = inner
                for label in labels[:-1]:
                    place = place.setdefault(label, {})
                place[labels[-1]] = numbers
    version = subprocess.run([chromium.executable(), "--version"], capture_output=True, text=True)
    versions = {"chromium": version.stdout.strip()}
    if "lighthouse" in found:
        package = (node.MODULES / "lighthouse/package.json").read_text("utf-8")
        versions["lighthouse"] = json.loads(package)["version"]
    return {"versions": versions, "runs": args.runs, "steps": args.steps, **told}


def commit(folder: Path) -> str | None:
    """Return the commit of the clone that holds `folder`, None if there is none."""
    command = ["git", "-C", str(folder), "describe", "--always", "--dirty", "--abbrev=40"]
    try:
        done = subprocess.run([*command, "--exclude=*"], capture_output=True, text=True)
    except OSError:
        return None
    return done.stdout.strip() or None


if __name__ == "__main__":
    sys.exit(main())
