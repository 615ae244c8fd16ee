"""Shared by all tests: a copy of the project to break, and ways to run its commands."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy: its threads fight for the cores

from longrange import making
from longrange.sources import ROOT, stems

# Before any test builds the site, which would make what is stale.
_STATES_AT_START = {stem: making.state(stem) for stem in stems()}


@pytest.fixture(scope="session")
def jax():
    """Return JAX with 64-bit floats: derivatives that owe nothing to our formulas."""
    import jax

    jax.config.update("jax_enable_x64", True)
    return jax


@pytest.fixture
def states_at_start():
    """Return the state of every figure as the checkout had it."""
    return _STATES_AT_START


class Project:
    """A copy of the project in `path`, whose own package its commands import."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def run(self, *command: str, **env: str) -> subprocess.CompletedProcess:
        """Run a Python module or script of the copy, as a user would."""
        return subprocess.run(
            [sys.executable, *command], cwd=self.path, capture_output=True, text=True,
            env=self.environment | env,
        )  # fmt: skip

    @property
    def environment(self) -> dict[str, str]:
        """The variables its commands see: its own package comes first."""
        return os.environ | {"PYTHONPATH": str(self.path), "NO_MKDOCS_2_WARNING": "1"}

    @property
    def folder(self) -> Path:
        """The folder of its figures."""
        return self.path / "docs/figures"

    def figures(self, *arguments: str) -> subprocess.CompletedProcess:
        """Run ``scripts/make_figures.py``."""
        return self.run("scripts/make_figures.py", *arguments)

    def build(self, **env: str) -> subprocess.CompletedProcess:
        """Run ``mkdocs build --strict``."""
        return self.run("-m", "mkdocs", "build", "--strict", **env)

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace `old`, which must be there, by `new` in the file `name`."""
        path = self.path / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.fixture
def project(tmp_path):
    """Return a copy of what git would hold, with the npm packages already here linked in."""
    copy = tmp_path / "project"
    for name in ("longrange", "docs", "scripts", "overrides"):
        shutil.copytree(
            ROOT / name, copy / name,
            ignore=shutil.ignore_patterns("__pycache__", "assets", "*.csv", "*.png"),
        )  # fmt: skip
    for name in ("mkdocs.yml", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, copy / name)
    for module in (copy / "docs/figures").glob("*.py"):
        module.unlink()
    if (ROOT / "node_modules").is_dir():
        (copy / "node_modules").symlink_to(ROOT / "node_modules")
    return Project(copy)


@pytest.fixture
def made(project):
    """Return a copy of the project with all its figures made."""
    assert project.figures().returncode == 0
    return project
