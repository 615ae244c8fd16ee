"""``scripts/measure_speed.py`` runs, at sizes too small to measure anything."""

import re
import subprocess
import sys

import pytest

from explainer.making.files import ROOT

SMALL = ["--steps", "20", "--lags", "6", "--more-lags", "2", "4", "--compare", "4"]
SMALL += ["--widths", "4", "8", "--times", "3", "--turns", "1"]


def measure(*options):
    """Run the script."""
    command = [sys.executable, "scripts/measure_speed.py", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_it_prints_its_tables():
    done = measure(*SMALL)
    assert done.returncode == 0, done.stderr
    tables = re.findall(r"^\|--", done.stdout, re.MULTILINE)
    assert len(tables) == 3
    for line in (
        "| 4 | `longrange.norms` | 20 of 20 times, 6 of 6 lags |",
        "| 8 | 20 of 20 times |",
    ):
        assert line in done.stdout
    assert re.search(
        r"\| 4 \| JAX `jacrev` \| 3 of 20 times, 2 of 6 lags \| [\d.]+ \| \d+ \|", done.stdout
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--steps", "60"], "--steps must be more than the longest lag, 120, got 60"),
        (["--turns", "0"], "--turns must be at least 1, got 0"),
        (["--more-lags", "5", "-1"], "--more-lags must be at least 1, got -1"),
    ],
)
def test_sizes_that_do_not_fit_are_named(options, message):
    done = measure(*options)
    assert done.returncode == 2
    assert message in done.stderr
