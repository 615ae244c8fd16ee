"""A notebook's kernel sees what is handed to it, and nothing of whoever builds the site."""

import json
import os
import sys
from pathlib import Path

import pytest
from conftest import copy_of

from explainer.pages import kernel, notebooks
from explainer.pages.extension import PageError

NOTEBOOK = """# ---
# title: Small
# ---

# %% [markdown]
# # Small

# %%
import warnings

import matplotlib.pyplot as plt

from explainer.drawing.style import site_style

warnings.warn_explicit("no matter here", DeprecationWarning, "other.py", 1, module="other")
print(plt.get_backend().rpartition(".")[2], plt.rcParams["lines.linewidth"])

# %%
with site_style("small"):
    plt.subplots()[1].plot([1, 2])
    plt.show()

# %% [markdown]
# **It rises.** By one.
"""


@pytest.fixture
def hostile(tmp_path):
    """Return the variables of somebody whose Python, Jupyter and matplotlib are set up for work."""
    for folder in ("kernels/python3", "profile_default/startup", "matplotlib", "python"):
        (tmp_path / folder).mkdir(parents=True)
    spec = {"argv": [sys.executable, "-c", "raise SystemExit('foreign')", "{connection_file}"],
            "display_name": "Foreign", "language": "python"}  # fmt: skip
    (tmp_path / "kernels/python3/kernel.json").write_text(json.dumps(spec))
    raising = "raise RuntimeError('foreign')"
    (tmp_path / "startup.py").write_text(raising)
    (tmp_path / "profile_default/startup/0.py").write_text(raising)
    (tmp_path / "profile_default/ipython_kernel_config.py").write_text(raising)
    (tmp_path / "matplotlib/matplotlibrc").write_text("backend: pdf\nlines.linewidth: 77\n")
    here = str(tmp_path)
    return {
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": f"{here}/matplotlib",
        "MATPLOTLIBRC": f"{here}/matplotlib",
        "XDG_CONFIG_HOME": here,
        "PYTHONWARNINGS": "default",
        "PYTHONSTARTUP": f"{here}/startup.py",
        "IPYTHONDIR": here,
        "JUPYTER_PATH": here,
        "JUPYTER_DATA_DIR": here,
        "JUPYTER_CONFIG_DIR": here,
        "HOME": here,
        "OPENBLAS_NUM_THREADS": "3",
        "A_SECRET": "of whoever builds",
    }


def test_a_notebook_looks_the_same_whoever_builds_it(made_project, tmp_path, hostile):
    pages = []
    for name, variables in (("one", {}), ("two", hostile)):
        project = copy_of(made_project, tmp_path / name)
        (project.path / "docs/notebooks/measure_the_decay.py").write_text(NOTEBOOK, "utf-8")
        project.edit("mkdocs.yml", "execute: false", "execute: true")
        done = project.build(**variables)
        assert done.returncode == 0, done.stdout + done.stderr
        pages.append(project.html("notebooks/measure_the_decay/index.html"))
    assert "<samp>backend_inline 1.5</samp>" in pages[0]
    assert 'aria-label="It rises."' in pages[0]
    assert pages[0] == pages[1]


def test_the_environment_is_cut_off_and_comes_back(hostile, monkeypatch):
    for name, value in hostile.items():
        monkeypatch.setenv(name, value)
    before = dict(os.environ)
    with kernel._alone():
        within = dict(os.environ)
        assert Path(within["JUPYTER_PATH"], "kernels/python3/kernel.json").is_file()
    assert dict(os.environ) == before
    assert not within.keys() & {"MPLBACKEND", "MPLCONFIGDIR", "PYTHONWARNINGS", "PYTHONSTARTUP",
                                "A_SECRET"}  # fmt: skip
    assert within["HOME"] not in (before["HOME"], str(Path.home()))
    assert within["PATH"] == before["PATH"]
    assert set(within["PYTHONPATH"].split(os.pathsep)) == set(filter(None, sys.path))
    assert not Path(within["HOME"]).exists()


def test_a_cache_that_cannot_be_written_is_not_handed_on(tmp_path):
    (tmp_path / "file").write_text("")
    for cache, handed in ((tmp_path, str(tmp_path)), (tmp_path / "file", "home")):
        handed_on = kernel._environment({"XDG_CACHE_HOME": str(cache)}, "home")
        assert handed_on["XDG_CACHE_HOME"] == handed


@pytest.mark.parametrize("put_out", [[], [notebooks.Output("text/plain", "drawn")]])
def test_a_picture_that_does_not_come_is_an_error(tmp_path, put_out):
    (tmp_path / "small.py").write_text(NOTEBOOK, "utf-8")
    with pytest.raises(PageError, match=r"small\.py:19: no picture came"):
        notebooks.compose(notebooks.read(tmp_path / "small.py"), [[], put_out])


def test_prose_without_a_finding_needs_no_picture(tmp_path):
    (tmp_path / "small.py").write_text(NOTEBOOK.replace("**It rises.** By", "It rises by"), "utf-8")
    text, shown = notebooks.compose(notebooks.read(tmp_path / "small.py"), [[], []])
    assert "It rises by one." in text
    assert not shown
