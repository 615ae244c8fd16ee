"""``scripts/measure_training.py`` against what is committed, and bad options."""

import csv
import subprocess
import sys

import pytest

from explainer.making.files import DATA, ROOT
from explainer.shared.presets import PRESETS
from longrange.training import BATCH
from scripts import measure_training

with (DATA / "training.csv").open(newline="") as file:
    ROWS = list(csv.DictReader(file))


def test_every_preset_has_twenty_starts_at_each_moment():
    assert set(ROWS[0]) == set(measure_training.COLUMNS)
    found = {(row["preset"], int(row["seed"]), int(row["sentences"])) for row in ROWS}
    assert found == {
        (preset, seed, moment * BATCH)
        for preset in PRESETS
        for seed in range(20)
        for moment in measure_training.MOMENTS
    }
    assert len(found) == len(ROWS)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_run_begins_as_the_committed_one(preset, monkeypatch):
    """Later, rounding errors may have grown."""
    monkeypatch.setattr(measure_training, "STEPS", 22)
    for row in measure_training.run(preset, 7):
        (known,) = (one for one in ROWS if (one["preset"], one["seed"], one["sentences"]) == (
            preset, "7", str(row["sentences"])))  # fmt: skip
        for name in ("right", "right_twice"):
            assert row[name] == pytest.approx(float(known[name]), abs=0.03)
        assert float(row["subject"]) == pytest.approx(float(known["subject"]), rel=0.02)
        assert row["long"] == known["long"]


@pytest.mark.parametrize(
    ("options", "status", "message"),
    [
        (["--seeds", "0"], 2, "--seeds must be at least 1, got 0"),
        (["--jobs", "0"], 2, "--jobs must be at least 1, got 0"),
        (["--out", "/dev/null/no"], 1, "error: [Errno 20] Not a directory"),
    ],
)
def test_what_does_not_fit_is_named(options, status, message):
    command = [sys.executable, "scripts/measure_training.py", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == status
    assert message in done.stderr
