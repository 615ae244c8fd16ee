"""Shared by all tests: what is made once in a run, copies of the project to break, its commands."""

import os
import re
import shutil
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
import yaml
from filelock import FileLock

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy: its threads fight for the cores
# Before JAX: what is compiled here runs for moments, and optimising it takes twice as long.
os.environ.setdefault(
    "XLA_FLAGS", "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true"
)

ROOT = Path(__file__).resolve().parents[1]


def pytest_xdist_auto_num_workers(config):
    """Return how many processes share the tests: one file is done before they are up.

    One more than there are cores: browsers and commands are waited for.
    """
    paths = {argument.partition("::")[0] for argument in config.args}
    if len(paths) == 1 and paths.pop().endswith(".py"):
        return 0
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items):
    """Mark what needs a browser: ``-m "not browser"`` leaves it out."""
    for item in items:
        if item.path.is_relative_to(ROOT / "tests/browser"):
            item.add_marker("browser")
    # What takes a minute begins first, or all others wait for it at the end.
    items.sort(key=lambda item: item.path.name != "test_engines.py")


@pytest.fixture(scope="session")
def once(tmp_path_factory, worker_id):
    """Return a function that has a folder filled once in a run, for all processes that share it.

    ``once(name, fill)`` returns the folder `name`; whoever asks first calls ``fill(folder)``.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent

    def once(name, fill):
        folder, failed = shared / name, shared / f"{name}.failed"
        with FileLock(shared / f"{name}.lock"):
            if failed.exists():  # it would fail again, after as long a time
                pytest.fail(failed.read_text("utf-8"))
            if not folder.exists():
                try:
                    fill(folder)
                    folder.mkdir(exist_ok=True)
                except BaseException:
                    failed.write_text(traceback.format_exc(), "utf-8")
                    raise
        return folder

    return once


@pytest.fixture(scope="session")
def jax():
    """Return JAX with 64-bit floats: derivatives that owe nothing to our formulas."""
    import jax

    jax.config.update("jax_enable_x64", True)
    return jax


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
        modules = (self.path / "explainer/figures").glob("[a-z]*.py")
        return sorted(module.stem for module in modules)

    def build(self, *arguments: str, **env: str) -> subprocess.CompletedProcess:
        """Run ``mkdocs build --strict``."""
        return self.run("-m", "mkdocs", "build", "--strict", *arguments, **env)

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace `old`, which must be there, by `new` in the file `name`."""
        path = self.path / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    def html(self, page: str = "index.html") -> str:
        """Return the text of a page of its built site."""
        return (self.path / "site" / page).read_text("utf-8")


# Pages the small copy keeps whole; of the others it keeps what can be linked to.
_PAGES = ("index.md", "about.md")


def copy_to(folder: Path, *, made: bool = False) -> Project:
    """Return a copy of what git would hold, with the npm packages already here linked in.

    With `made`, what is made of the figures and not committed comes along, where it is there.
    """
    never = shutil.ignore_patterns("__pycache__", "assets")
    uncommitted = shutil.ignore_patterns("*.csv", "*.png", "*.py")

    def left_out(where: str, names: list[str]) -> set[str]:
        unmade = not made and Path(where) == ROOT / "docs/figures"
        return never(where, names) | (uncommitted(where, names) if unmade else set())

    for name in ("longrange", "explainer", "docs", "scripts", "overrides", "experiments/results"):
        shutil.copytree(ROOT / name, folder / name, ignore=left_out)
    for name in ("mkdocs.yml", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, folder / name)
    if (ROOT / "node_modules").is_dir():
        (folder / "node_modules").symlink_to(ROOT / "node_modules")
    (ROOT / ".cache").mkdir(exist_ok=True)  # faces, cut once
    (folder / ".cache").symlink_to(ROOT / ".cache")
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
    for stem in set(project.stems) - kept:
        (project.path / f"explainer/figures/{stem}.py").unlink()
        for file in docs.glob(f"figures/{stem}.*"):
            file.unlink()


@pytest.fixture(scope="session")
def npm_packages(once):
    """Have the npm packages of the site and of the tests, once: npm begins by removing all."""
    from explainer.pages import node

    packages = ("katex", "esbuild", "reveal.js", "axe-core", "puppeteer-core")
    once("npm", lambda _: node.ensure(*packages, tests=True))
    return node.MODULES


@pytest.fixture(scope="session")
def small_project(once, npm_packages):
    """Return the small project, its figures as git holds them; tests copy it."""
    return once("small", lambda folder: make_small(copy_to(folder)))


@pytest.fixture(scope="session")
def made_project(once, small_project):
    """Return the small project with its figures, fonts and style sheet made; tests copy it."""

    def fill(folder):
        shutil.copytree(small_project, folder, symlinks=True)
        done = Project(folder).run("-m", "explainer.pages.prepare")
        assert done.returncode == 0, done.stderr

    return once("made", fill)


@pytest.fixture(scope="session")
def built_project(once, made_project):
    """Return the small project with its site built; tests copy it."""

    def fill(folder):
        shutil.copytree(made_project, folder, symlinks=True)
        done = Project(folder).build()
        assert done.returncode == 0, done.stdout + done.stderr

    return once("built", fill)


def copy_of(template: Path, folder: Path) -> Project:
    """Return a copy of the project in `template`, what was made in it included."""
    return Project(Path(shutil.copytree(template, folder, symlinks=True)))


@pytest.fixture
def project(small_project, tmp_path):
    """Return a small copy of the project, quick to build."""
    return copy_of(small_project, tmp_path / "project")


@pytest.fixture
def made(made_project, tmp_path):
    """Return a copy of the project with all its figures made."""
    return copy_of(made_project, tmp_path / "project")


@pytest.fixture
def built(built_project, tmp_path):
    """Return a copy of the project with its site built."""
    return copy_of(built_project, tmp_path / "project")


@pytest.fixture(scope="session")
def deployment():
    """Return the variables with which the workflow builds the site, as somebody's."""
    somebodys = {
        "steps.pages.outputs.base_url": "https://somebody.github.io/",
        "github.server_url": "https://github.com",
        "github.repository": "somebody/longrange",
    }
    workflow = yaml.safe_load((ROOT / ".github/workflows/site.yml").read_text("utf-8"))
    steps = workflow["jobs"]["build"]["steps"]
    (build,) = (step for step in steps if step.get("run", "").startswith("mkdocs build"))
    return {
        name: re.sub(
            r"\$\{\{(.*?)\}\}",
            lambda told: next(value for one, value in somebodys.items() if one in told[1]),
            text,
        )
        for name, text in build["env"].items()
    }


@pytest.fixture(scope="session")
def whole_project(once, npm_packages, deployment):
    """Return a copy of the whole project with its site built as the workflow builds it.

    Nothing here is touched.
    """

    def fill(folder):
        done = copy_to(folder, made=True).build(**deployment)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "WARNING" not in done.stderr

    return Project(once("whole", fill))


@pytest.fixture(scope="session")
def site(whole_project):
    """Return the folder of the site."""
    return whole_project.path / "site"
