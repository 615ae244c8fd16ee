"""Shared by all tests: a copy of the project to break, and ways to run its commands."""

import os
import re
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

    @property
    def stems(self) -> list[str]:
        """The stems of its figures, sorted."""
        modules = (self.path / "longrange/figures").glob("[a-z]*.py")
        return sorted(module.stem for module in modules)

    def build(self, **env: str) -> subprocess.CompletedProcess:
        """Run ``mkdocs build --strict``."""
        return self.run("-m", "mkdocs", "build", "--strict", **env)

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace `old`, which must be there, by `new` in the file `name`."""
        path = self.path / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")


# Pages the small copy keeps whole; of the others it keeps what can be linked to.
_PAGES = ("index.md", "about.md")


def copy_to(folder: Path) -> Project:
    """Return a copy of what git would hold, with the npm packages already here linked in."""
    for name in ("longrange", "docs", "scripts", "overrides", "experiments/results"):
        shutil.copytree(
            ROOT / name, folder / name,
            ignore=shutil.ignore_patterns("__pycache__", "assets", "*.png"),
        )  # fmt: skip
    for name in ("mkdocs.yml", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, folder / name)
    for made in (folder / "docs/figures").iterdir():
        if made.suffix in (".csv", ".py"):
            made.unlink()
    if (ROOT / "node_modules").is_dir():
        (folder / "node_modules").symlink_to(ROOT / "node_modules")
    return Project(folder)


def make_small(project: Project) -> None:
    """Leave out what takes long: notebooks are not run, other pages show no figure."""
    docs = project.path / "docs"
    kept = {"favicon", "social_card"}
    for page in (*docs.rglob("*.md"), *docs.glob("notebooks/*.py")):
        text = page.read_text("utf-8")
        if page.name in _PAGES:
            kept.update(*re.findall(r"figures/(\w+)\.svg|\{\{ *(\w+)\.", text))
            continue
        head = re.match(r"(# )?---\n.*?^(# )?---\n", text, re.DOTALL | re.MULTILINE)[0]
        if page.suffix == ".py":
            headings = re.findall(r"^# #{1,3} .*$", text, re.MULTILINE)
            body = "\n#\n".join(["# %% [markdown]", *headings])
        else:
            headings = re.findall(r"^#{1,3} .*$", text, re.MULTILINE)
            targets = re.findall(r'\bid="([^"]+)"|figures/(\w+)\.svg', text)
            body = "\n\n".join([*headings, *(f'<a id="{a or b}"></a>' for a, b in targets)])
        page.write_text(f"{head}\n{body}\n", "utf-8")
    project.edit("mkdocs.yml", "execute: true", "execute: false")
    for stem in set(stems()) - kept:
        (project.path / f"longrange/figures/{stem}.py").unlink()
        for file in docs.glob(f"figures/{stem}.*"):
            file.unlink()


@pytest.fixture
def whole(tmp_path):
    """Return a copy of the whole project."""
    return copy_to(tmp_path / "whole")


@pytest.fixture
def project(tmp_path):
    """Return a small copy of the project, quick to build."""
    copy = copy_to(tmp_path / "project")
    make_small(copy)
    return copy


@pytest.fixture
def made(project):
    """Return a copy of the project with all its figures made."""
    assert project.figures().returncode == 0
    return project


@pytest.fixture(scope="session")
def build_site(tmp_path_factory):
    """Return a function that builds the site strictly from this tree and returns its folder."""

    def build_site():
        folder = tmp_path_factory.mktemp("site")
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(folder)],
            cwd=ROOT, capture_output=True, text=True,
            env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert "WARNING" not in done.stderr
        return folder

    return build_site


@pytest.fixture(scope="session")
def site(build_site):
    """Return the folder of the site."""
    return build_site()
