"""``scripts/train_lstm.py`` writes a checkpoint that the probe reads, and the same each time."""

import subprocess
import sys

import frameworks
import numpy as np
import pytest

from explainer.making.files import DATA, ROOT
from longrange import nets

FILES = ("agreement_lstm.safetensors", "agreement_states.npy", "agreement_words.npy")


def train(*options):
    """Run the script."""
    command = [sys.executable, "scripts/train_lstm.py", *map(str, options)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.fixture(scope="module", autouse=True)
def needed():
    """Find what it needs."""
    frameworks.find("torch")
    frameworks.find("safetensors")


def test_two_runs_write_the_same_checkpoint_and_its_states_are_ours(tmp_path):
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
        done = train("--steps", 2, "--out", folder)
        assert done.returncode == 0, done.stderr
        assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    for name in FILES:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes()
    check(folders[0])


def test_the_states_of_the_committed_checkpoint_are_ours():
    check(DATA)


def check(folder):
    weights = nets.read_weights(folder / FILES[0])
    states = np.load(folder / FILES[1])  # of the first sentences
    words = np.load(folder / FILES[2])[: len(states)]
    net = nets.from_state_dict(weights, kind="lstm", prefix="rnn.")
    run = net.run(weights["embedding.weight"][words], batch_first=True)
    assert run.distance(states, batch_first=True) < 1e-6


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--steps", 0], "--steps must be at least 1, got 0"),
        (["--out", "no/such"], "--out: there is no folder no/such"),
    ],
)
def test_what_does_not_fit_is_named(options, message):
    done = train(*options)
    assert done.returncode == 2
    assert message in done.stderr
