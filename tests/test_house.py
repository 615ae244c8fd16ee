"""The two houses: which way the arrows go, and what a wheel of the library holds and needs."""

import ast
import email
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from explainer.making.files import ROOT

PACKAGES = ("longrange", "explainer", "experiments", "scripts")
# Who may import whom; of the press the study takes what writes files and reads code, nothing else.
MAY_IMPORT = {
    "longrange": (),
    "explainer": ("longrange",),
    "experiments": ("longrange", "explainer.making"),
    "scripts": ("longrange", "explainer", "experiments"),
}


def imported(path):
    """Yield the full names of the modules of ours that the file at `path` imports anywhere."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide which house they come from"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] in PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_the_arrows_go_one_way(package):
    files = sorted((ROOT / package).rglob("*.py"))
    assert files
    allowed = (package, *MAY_IMPORT[package])
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name in imported(path)
        if not any(name == one or name.startswith(f"{one}.") for one in allowed)
    ]
    assert wrong == []


def test_no_module_has_the_name_of_another_or_of_the_standard_library():
    modules = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    names = [
        path.parent.name if path.name == "__init__.py" else path.stem
        for path in modules
        if path.parent != ROOT / "explainer/figures"
    ]  # these have the stem of their picture
    assert {name for name in names if names.count(name) > 1} == set()
    assert not set(names) & sys.stdlib_module_names


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Return the wheel of a copy of what git would hold."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in ("longrange", "explainer", "experiments"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / name)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation",
         "--no-index", "-w", "dist", "."],
        cwd=folder, check=True,
    )  # fmt: skip
    (path,) = (folder / "dist").iterdir()
    return path


def test_the_wheel_holds_the_library_alone(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    files = {name for name in names if ".dist-info/" not in name}
    library = {path.relative_to(ROOT).as_posix() for path in (ROOT / "longrange").rglob("*.*")
               if path.suffix in (".py", ".typed")}  # fmt: skip
    assert files == library
    assert "longrange/py.typed" in files


def test_it_asks_for_three_packages_and_names_its_extras(wheel):
    archive = zipfile.ZipFile(wheel)
    (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    told = email.message_from_bytes(archive.read(name))
    always = {one for one in told.get_all("Requires-Dist") if "extra ==" not in one}
    assert always == {"ml-dtypes", "numpy", "scipy"}
    assert told.get_all("Provides-Extra") == [
        "experiments", "frameworks", "language", "site", "test",
    ]  # fmt: skip


# What the library needs, and nothing else of what is installed here.
NEEDED = ("numpy", "numpy.libs", "scipy", "scipy.libs", "ml_dtypes")
USE = """
import sys
import numpy as np
import longrange

W = longrange.orthogonal(8, gain=0.9, seed=0)
drive = np.random.default_rng(0).normal(size=(300, 8))
rate = longrange.exponents(W, drive, activation="linear")[0]
assert abs(rate - np.log(0.9)) < 1e-12, rate
assert longrange.recoverable_bits("bfloat16")
assert "matplotlib" not in sys.modules
try:
    import longrange.language
except ImportError as error:
    print(error)
"""


def test_the_wheel_works_in_an_environment_with_nothing_but_what_it_asks_for(wheel, tmp_path):
    packages, here = tmp_path / "packages", Path(sysconfig.get_path("purelib"))
    packages.mkdir()
    for path in here.iterdir():
        name = path.name.partition("-")[0]
        if path.name in NEEDED or (path.suffix == ".dist-info" and name in NEEDED):
            (packages / path.name).symlink_to(path)
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--target", packages,
         "--no-deps", wheel],
        check=True,
    )  # fmt: skip
    # -S: without the packages of this environment; -E: without its variables.
    code = f"import sys; sys.path.append({str(packages)!r})\n{USE}"
    done = subprocess.run(
        [sys.executable, "-S", "-E", "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "pip install 'longrange[language]'" in done.stdout


@pytest.mark.parametrize(
    ("lacks", "command", "extra"),
    [
        ("matplotlib", ["scripts/make_figures.py"], "site"),
        ("mkdocs", ["-c", "import explainer.pages.tokens"], "site"),
        ("jax", ["scripts/run_experiments.py", "--smoke"], "experiments"),
        ("jax", ["scripts/measure_speed.py"], "test"),
        ("conllu", ["-c", "import longrange.language"], "language"),
    ],
)
def test_what_needs_an_extra_names_it(tmp_path, lacks, command, extra):
    (tmp_path / "sitecustomize.py").write_text(f"import sys; sys.modules[{lacks!r}] = None")
    paths = os.pathsep.join([str(tmp_path), str(ROOT)])
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=os.environ | {"PYTHONPATH": paths},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode
    assert lacks in done.stderr
    assert f"[{extra}]'" in done.stderr.splitlines()[-1]
