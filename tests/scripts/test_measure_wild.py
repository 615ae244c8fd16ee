"""``scripts/measure_wild.py``: what it says of what is not there."""

import json
import os
import subprocess
import sys

import pytest

from experiments.wild import catalogue
from experiments.wild.packages import PACKAGES
from explainer.making.files import ROOT


def script(*options, **variables):
    """Run it where no registry can be reached."""
    kept = {name: value for name, value in os.environ.items() if name != "GUM_PATH"}
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ""}
    command = [sys.executable, "scripts/measure_wild.py", *map(str, options)]
    return subprocess.run(
        command, cwd=ROOT, env=kept | offline | variables, capture_output=True, text=True
    )


def test_it_lists_its_networks():
    done = script("--list")
    assert done.returncode == 0
    assert done.stdout.split() == list(catalogue.NAMES)


def test_a_network_that_there_is_not_is_named():
    done = script("textgenrnn", "alexnet")
    assert done.returncode == 2
    assert "error: no network alexnet; there are textgenrnn, " in done.stderr


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({}, "GUM_PATH names no folder"),
        ({"GUM_PATH": "/nowhere"}, "/nowhere: no such file or folder"),
    ],
)
def test_without_a_treebank_nothing_is_begun(tmp_path, variables, message):
    done = script(
        "textgenrnn", "--cache", tmp_path / "cache", "--out", tmp_path / "out", **variables
    )
    assert done.returncode == 1
    (said,) = done.stderr.splitlines()
    assert said.startswith("error: ")
    assert message in said
    assert list(tmp_path.iterdir()) == []


def test_a_package_that_cannot_be_had_is_named(tmp_path):
    done = script("metapredict", "--cache", tmp_path / "cache", "--out", tmp_path / "out")
    assert done.returncode == 1
    (said,) = done.stderr.splitlines()
    assert said.startswith("error: metapredict 3.1.1 cannot be downloaded: ")
    assert not (tmp_path / "out").exists()


def test_a_package_that_is_another_is_refused_and_the_provenance_stays(tmp_path):
    (tmp_path / PACKAGES["metapredict"].file).write_bytes(b"another")
    (tmp_path / "wild_provenance.json").write_text("{}")
    done = script("metapredict", "--cache", tmp_path, "--out", tmp_path)
    assert done.returncode == 1
    (said,) = done.stderr.splitlines()
    assert "metapredict-3.1.1.tar.gz: its sha256 is " in said
    assert json.loads((tmp_path / "wild_provenance.json").read_text()) == {}


def test_a_place_that_cannot_be_written_to_is_found_before(tmp_path):
    (tmp_path / "out").write_text("")
    done = script("metapredict", "--cache", tmp_path / "cache", "--out", tmp_path / "out")
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert not (tmp_path / "cache").exists()
