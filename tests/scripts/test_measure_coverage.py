"""``scripts/measure_coverage.py`` writes a line a network, and the same each time."""

import csv
import subprocess
import sys

import pytest

from explainer.making.files import DATA, ROOT


def measure(*options):
    """Run the script."""
    command = [sys.executable, "scripts/measure_coverage.py", *map(str, options)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def rows(folder):
    with (folder / "coverage.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_its_first_lines_are_those_that_are_committed(tmp_path):
    done = measure("--networks", 2, "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "of 2 intervals hold the rate" in done.stdout
    for found, known in zip(rows(tmp_path), rows(DATA), strict=False):
        assert {k: found[k] for k in ("kind", "width", "sequences")} == {
            k: known[k] for k in ("kind", "width", "sequences")
        }
        # Chaotic networks differ in their runs from machine to machine, and not in their rates.
        for name in ("rate", "true_rate"):
            assert float(found[name]) == pytest.approx(float(known[name]), rel=0.05)


def test_intervals_that_are_committed_are_of_every_kind_and_hold_a_rate_each():
    found = rows(DATA)
    assert len(found) == 200
    assert {row["kind"] for row in found} == {"tanh", "leaky", "lstm", "gru"}
    assert {row["sequences"] for row in found} == {"1", "16"}
    for row in found:
        assert float(row["rate_low"]) < float(row["rate"]) < float(row["rate_high"])


@pytest.mark.parametrize(
    ("options", "status", "message"),
    [
        (["--networks", 0], 2, "--networks must be at least 1, got 0"),
        (["--networks", "some"], 2, "invalid int value"),
        (["--out", "/dev/null/no"], 1, "error: [Errno 20] Not a directory"),
    ],
)
def test_what_does_not_fit_is_named(options, status, message):
    done = measure(*options)
    assert done.returncode == status
    assert message in done.stderr
