"""``scripts/measure_speed.py`` runs, at sizes too small to measure anything."""

import importlib.util
import re
import subprocess
import sys

import pytest

from explainer.making.files import ROOT

SMALL = [
    "--compare",
    "4",
    "--lags",
    "6",
    "--some",
    "4",
    "--longest",
    "8",
    "--work",
    "12",
    "--widths",
    "4",
    "8",
]
SMALL += ["--more-lags", "4", "6", "--layers", "1", "2", "--middle", "8", "--large", "6"]
SMALL += ["--far", "9", "--turns", "1"]


def measure(*options):
    """Run the script."""
    command = [sys.executable, "scripts/measure_speed.py", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_it_prints_its_tables():
    done = measure(*SMALL)
    assert done.returncode == 0, done.stderr
    tables = re.findall(r"^\|:?--", done.stdout, re.MULTILINE)
    assert len(tables) == 1 + 2 * 2 + 1 + 2 + 1
    for kind in ("tanh", "lstm"):
        for method in ("`Run.norms`", "JAX `jacrev`"):
            assert f"| {kind} | 4 | 3 | {method} |" in done.stdout
    torch = importlib.util.find_spec("torch")
    assert ("`torch.func.jacrev` |" if torch else "PyTorch is not installed") in done.stdout
    assert re.search(r"^\| 2 \| 16 \| dense \| [\d.]+ \| [\d.]+ ms \|$", done.stdout, re.MULTILINE)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--some", "60"], "--some must be at most the least of the longest lags, got 60"),
        (["--turns", "0"], "--turns must be at least 1, got 0"),
        (["--more-lags", "5", "-1"], "--more-lags must be at least 1, got -1"),
    ],
)
def test_sizes_that_do_not_fit_are_named(options, message):
    done = measure(*options)
    assert done.returncode == 2
    assert message in done.stderr
