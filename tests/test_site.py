"""The whole build, run as authors run it, on a copy of the project: what it makes and refuses."""

import inspect
import json
import re
import runpy
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from html import unescape

import nbformat
import numpy as np
import pytest
from bs4 import BeautifulSoup
from conftest import copy_of
from pybtex.database import parse_file

import longrange
from explainer.making.files import ROOT
from explainer.pages import prepare
from longrange import lab, language, nets, training


def test_a_build_makes_figures_fonts_and_pages(built):
    text = built.html()
    assert '<figure class="lr-figure" id="influence_curves" ' in text
    assert "{{" not in re.sub(r"<(script|code)\b.*?</\1>", "", text, flags=re.DOTALL)
    assert not re.search(r"(?<![\w\\])\$[^$<]+\$", text)
    for name in ("influence_curves.csv", "influence_curves.py", "social_card.png", "favicon.png"):
        assert (built.path / "site/figures" / name).is_file()
    assert (built.path / "site/404.html").is_file()
    assert (built.path / "site/assets/elements/influence-curves.js").is_file()
    assert not (built.path / "site/elements").exists()  # the sources
    # What the page's template does to Material's markup, and would silently not do to another.
    assert re.search(r'<template id="later">\s*<script src="assets/javascripts/bundle\.', text)
    assert re.search(r'"search": "assets/page/search\.js\?search\.\w+\.min\.js"', text)
    assert 'id="scheme"' in text
    # Scripts are files; what else stands in such an element is data.
    for attributes, inside in re.findall(r"<script\b([^>]*)>(.*?)</script>", text, re.DOTALL):
        assert ("src=" in attributes and not inside) or 'type="application/json"' in attributes


def test_a_mistake_in_a_page_stops_the_build_with_file_and_line(made):
    """One, as an author sees it; `tests/explainer/pages/test_build.py` has the other mistakes."""
    made.edit("docs/index.md", "influence_curves.reader.r }}", "influence_curves.reader.q }}")
    text = (made.path / "docs/index.md").read_text("utf-8")
    line = text.count("\n", 0, text.index("reader.q }}")) + 1
    done = made.build()
    assert done.returncode != 0
    assert f"docs/index.md:{line}: " in done.stderr
    assert "reader has no 'q'; it has" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (made.path / "site/index.html").exists()


def test_a_figure_that_raises_stops_the_build_and_keeps_the_old_files(built):
    before = (built.path / "docs/figures/favicon.json").read_bytes()
    built.edit("explainer/figures/favicon.py", "ratio, lags = 0.75", "ratio, lags = 1.75")
    done = built.build()
    assert done.returncode != 0
    assert "favicon: AssertionError" in done.stderr
    assert (built.path / "docs/figures/favicon.json").read_bytes() == before


def test_without_the_npm_registry_the_build_says_what_is_missing(made):
    (made.path / "node_modules").unlink(missing_ok=True)
    done = made.build(npm_config_registry="http://127.0.0.1:9/", npm_config_fetch_retries="0",
                         npm_config_cache=str(made.path / "empty"))  # fmt: skip
    assert done.returncode != 0
    assert "fetching katex with npm" in done.stdout
    assert "npm could not install katex" in done.stderr
    assert "Traceback" not in done.stderr


def test_serve_starts_with_a_mistake_recovers_and_rebuilds_what_its_sources_change(built):
    token = ("docs/index.md", "influence_curves.reader.r }}", "influence_curves.reader.q }}")
    syntax = ("explainer/figures/favicon.py", "def compute() -> dict:", "def compute() -> dict")
    script = ("docs/elements/drag.js", "let start = null;", "let start = = null;")
    config = ("mkdocs.yml", "nav:", "nav: [")
    built.edit(*token)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "mkdocs", "serve", "-q", "-a", f"127.0.0.1:{port}"],
        cwd=built.path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        env=built.environment,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}/"
        for mistake, told in (
            (token, "{{ influence_curves.reader.q }}: influence_curves.reader has no 'q'"),
            (syntax, "favicon: SyntaxError: expected ':' (explainer/figures/favicon.py:"),
            (script, f'docs/elements/drag.js:{line_of(built, script)}: Unexpected "="'),
            (config, "mkdocs.yml"),
        ):
            file, old, new = mistake
            if mistake != token:  # which was there before it started
                built.edit(file, old, new)
            wait_for(address, told)
            built.edit(file, new, old)
            wait_for(address, "0.00124")
        rates = "return (r**k)[()]"
        built.edit("longrange/rates.py", rates, rates.replace("**k", "**(k + 1e-13)"))
        built.edit("explainer/figures/influence_curves.py", '"k": 30}', '"k": 23}')
        wait_for(address, rf"\approx {0.8**23:.5f}")  # in the equation: pictures have it, too
        data = json.loads((built.path / "docs/figures/influence_curves.json").read_text("utf-8"))
        assert data["reader"]["influence"] == pytest.approx(0.8 ** (23 + 1e-13), rel=1e-14)
        assert data["reader"]["influence"] != 0.8**23
        built.edit("docs/notebooks/measure_the_decay.py", "# # Measure", "# # Now measure")
        wait_for(f"{address}notebooks/measure_the_decay/", "Now measure the decay")
    finally:
        server.terminate()
        said = server.communicate()[1]
    assert "{{ influence_curves.reader.q }}" in said
    assert "Traceback" not in said


def line_of(project, mistake):
    """Return the line on which a mistake is made."""
    file, old, _ = mistake
    text = (project.path / file).read_text("utf-8")
    return text.count("\n", 0, text.index(old)) + 1


def wait_for(address, text):
    """Wait until `text` stands in the page; a machine so busy that it takes minutes is no fault."""
    end, page = time.monotonic() + 300, ""
    while text not in page:
        assert time.monotonic() < end, f"{text!r} did not appear at {address}"
        time.sleep(0.2)
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:
                page = unescape(answer.read().decode())
        except OSError:
            continue


def test_it_also_builds_with_zensical(whole_project, tmp_path):
    whole = copy_of(whole_project.path, tmp_path / "whole")
    shutil.rmtree(whole.path / "site")
    assert whole.run("-m", "explainer.pages.prepare").returncode == 0
    done = whole.run("-m", "zensical", "build", "--strict")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No issues found" in done.stdout + done.stderr
    text = whole.html()
    assert '<figure class="lr-figure" id="influence_curves" ' in text
    assert text.count('class="katex-html"') > 50
    assert "Bengio et al., 1994" in text
    assert 'id="longrange.recurrence.run"' in whole.html("library/index.html")
    # It knows no notebooks: the entry in the navigation leads to the Python file.
    assert 'href="./notebooks/measure_the_decay.py"' in text
    assert (whole.path / "site/notebooks/measure_the_decay.py").is_file()


# ── The whole site ──────────────────────────────────────────────────────────

NOTEBOOK = "notebooks/measure_the_decay"


def test_the_site_is_built_with_the_settings_of_the_workflow(site, deployment):
    """Which bring no third party: `tests/browser/test_budgets.py` sees whom a page asks."""
    assert deployment == {
        "SITE_URL": "https://somebody.github.io/",
        "REPO_URL": "https://github.com/somebody/longrange",
    }
    alone = {*(site / "take").iterdir(), site / "slides/deck.html"}  # no page of Material's
    for path in {*site.rglob("*.html")} - alone:
        text = path.read_text("utf-8")
        (*links,) = re.findall(rf'<a href="{deployment["REPO_URL"]}"[^>]*>', text)
        assert links
        # Material's program asks the forge for what has this mark.
        assert not any("data-md-component" in link for link in links), path
    assert 'property="og:url" content="https://somebody.github.io/decay/"' in (
        site / "decay/index.html"
    ).read_text("utf-8")


def test_a_page_fetches_the_style_sheets_of_the_elements_that_stand_in_it_and_no_other(site):
    own = {sheet.stem for sheet in prepare.own_sheets()} - {"take-figure"}
    assert "jacobian-lab" in own
    for path in site.rglob("index.html"):
        text = path.read_text("utf-8")
        linked = re.findall(r'rel="stylesheet" href="[./]*assets/elements/([\w-]+)\.css">', text)
        assert set(linked) == {name for name in own if f"<{name}" in text}, path


def test_a_notebook_is_run_and_shown_like_other_pages(site):
    text = (site / NOTEBOOK / "index.html").read_text("utf-8")
    assert "<title>Measure the decay yourself · longrange</title>" in text
    assert re.search(r'<pre class="lr-output".*?Lyapunov rate +0\.\d{3}\n', text, re.DOTALL)
    assert '<div class="highlight"><pre>' in text
    assert re.search(r'<svg[^>]*role="img" aria-label="The measured decay follows', text)
    assert 'id="now-change-one-line"' in text
    assert text.count('class="arithmatex"') == text.count('class="katex-html"') > 8
    for left_over in ("jp-", "jupyter-wrapper", "mermaid", "mathjax", "cdn"):
        assert left_over not in text.lower()
    assert len(text) < 150_000


def test_a_notebook_can_be_downloaded_for_python_and_jupyter(site):
    folder = site / NOTEBOOK
    script = folder / "measure_the_decay.py"
    assert script.read_bytes() == (ROOT / "docs" / f"{NOTEBOOK}.py").read_bytes()
    notebook = nbformat.read(folder / "measure_the_decay.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert notebook.cells[0].source.startswith("# Measure the decay yourself\n")
    page = (folder / "index.html").read_text("utf-8")
    for name in ("measure_the_decay.py", "measure_the_decay.ipynb"):
        assert f'href="{name}"' in page


def test_a_notebook_is_a_plain_script(tmp_path):
    script = ROOT / "docs" / f"{NOTEBOOK}.py"
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "measured" in done.stdout


def test_the_notebook_says_what_its_numbers_show():
    found = runpy.run_path(str(ROOT / "docs" / f"{NOTEBOOK}.py"))
    rates = found["rates"]
    assert found["norm"] > found["radius"] > 1 > found["rate"]
    assert found["measured"].max() > 1 > found["measured"][-1]  # rises at first, then falls
    assert found["per_step"] == pytest.approx(found["rate"], rel=0.05)
    assert rates["gain=2.0"] > 1 > rates["as above"] > rates["noise doubled"]
    assert rates["orthogonal"] < 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("gaussian(100, gain=1.2", "gaussian(100, gain=2.0"),
        ("gaussian(100, gain=1.2", "orthogonal(20, gain=1.2"),
        ("drive = 0.5 *", "drive = 0 *"),
    ],
)
def test_the_notebook_runs_when_the_reader_changes_a_line(tmp_path, old, new):
    text = (ROOT / "docs" / f"{NOTEBOOK}.py").read_text("utf-8")
    assert text.count(old) == 1
    (tmp_path / "changed.py").write_text(text.replace(old, new), "utf-8")
    runpy.run_path(str(tmp_path / "changed.py"))


def test_a_second_build_makes_no_figure_again_and_gives_the_same_files(
    whole_project, site, tmp_path, deployment
):
    again = tmp_path / "again"
    done = whole_project.build("-d", str(again), **deployment)
    assert done.returncode == 0
    assert "made in" not in done.stdout
    files = {p.relative_to(site) for p in site.rglob("*") if p.is_file()}
    assert files == {p.relative_to(again) for p in again.rglob("*") if p.is_file()}
    different = {str(p) for p in files if (site / p).read_bytes() != (again / p).read_bytes()}
    assert different <= {"sitemap.xml", "sitemap.xml.gz"}  # they hold the date


def test_a_notebook_that_fails_stops_the_build(made):
    name = f"docs/{NOTEBOOK}.py"
    (made.path / name).write_text(SMALL_NOTEBOOK, "utf-8")
    made.edit("mkdocs.yml", "execute: false", "execute: true")
    done = made.build()
    assert done.returncode != 0
    assert f"Error: {name}:11: a cell failed: ZeroDivisionError: division by zero" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (made.path / "site/index.html").exists()


SMALL_NOTEBOOK = """# ---
# title: Small
# ---

# %% [markdown]
# # Small
#
# Some $r^k$.

# %%
1 / 0
"""


LIBRARY = ("library", "library_memory")
OF_NETS = ("nets", "measure", "Measurement")  # have a page of their own


def test_the_library_has_every_public_name_with_its_parameters(site):
    texts = [(site / f"{name}/index.html").read_text("utf-8") for name in LIBRARY]
    page = BeautifulSoup("".join(texts), "html.parser")
    entries = {h["id"]: h.parent for h in page.select("h3.doc-heading")}
    public = [getattr(longrange, name) for name in longrange.__all__ if name not in OF_NETS]
    public = {f"{thing.__module__}.{thing.__name__}": thing for thing in public}
    public |= {f"longrange.language.{name}": getattr(language, name) for name in language.__all__}
    public |= {
        f"{module.__name__}.{name}": thing
        for module in (lab, training)
        for name, thing in vars(module).items()
        if getattr(thing, "__module__", "") == module.__name__ and not name.startswith("_")
    }
    assert set(entries) == set(public)
    for name, thing in public.items():
        entry = entries[name]
        names = entry.select(".lr-part + ul > li > code:first-child")
        listed = {one.strip("*") for code in names for one in code.text.split(", ")}
        parameters = inspect.signature(thing).parameters
        if inspect.isclass(thing):
            fields = set(getattr(thing, "_fields", thing.__annotations__))
            assert listed == fields if fields else listed >= set(parameters), name
            continue
        signature = entry.select_one(".doc-signature").text
        for parameter in parameters:
            assert re.search(rf"\b{parameter}\b", signature), f"{name}: {parameter}"
        assert listed == set(parameters), name


def test_the_page_on_nets_has_every_public_name_with_its_parameters(site):
    page = BeautifulSoup((site / "library_nets/index.html").read_text("utf-8"), "html.parser")
    entries = {h["id"]: h.parent for h in page.select("h3.doc-heading")}
    public = [longrange.measure, longrange.Measurement]
    public += [getattr(nets, name) for name in nets.__all__ if name not in ("NetRun", "StepRun")]
    public = [thing for thing in public if callable(thing)]  # and no tuples of names
    assert {f"{thing.__module__}.{thing.__name__}" for thing in public} <= set(entries)
    for thing in public:
        if inspect.isclass(thing):
            continue
        entry = entries[f"{thing.__module__}.{thing.__name__}"]
        signature = entry.select_one(".doc-signature").text
        for parameter in inspect.signature(thing).parameters:
            assert re.search(rf"\b{parameter}\b", signature), f"{thing.__name__}: {parameter}"


@pytest.mark.parametrize("name", LIBRARY)
def test_the_first_example_of_a_library_page_runs(name):
    text = (ROOT / f"docs/{name}.md").read_text("utf-8")
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]
    assert len(code.splitlines()) == 3
    exec(code, {"longrange": longrange, "lab": lab, "np": np})


# ── Habits ──────────────────────────────────────────────────────────────────


def test_readme_has_the_two_commands_and_ci_runs_the_second():
    readme = (ROOT / "README.md").read_text("utf-8")
    site = "pip install -c constraints.txt -e '.[site]' && mkdocs build --strict"
    tests = "pip install -c constraints.txt -e '.[test]' && pytest"
    lines = [line for line in readme.splitlines() if line.endswith((site, tests))]
    assert len(lines) == 2
    assert all("python3 -m venv .venv" in line for line in lines)
    assert "grep -m1 'pytest$' README.md" in (ROOT / ".ci/run").read_text("utf-8")
    workflow = (ROOT / ".github/workflows/site.yml").read_text("utf-8")
    for command in tests.split(" && "):
        assert f"- run: {command}\n" in workflow


def test_constraints_are_names_and_versions_only():
    for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines():
        assert re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9_.]+", line), line


def test_the_npm_lock_names_no_download_address():
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    assert not [name for name, entry in lock["packages"].items() if "resolved" in entry]
    wanted = json.loads((ROOT / "package.json").read_text("utf-8"))
    for name, version in (wanted["dependencies"] | wanted["devDependencies"]).items():
        assert lock["packages"][f"node_modules/{name}"]["version"] == version


def test_every_work_of_the_bibliography_is_cited():
    works = set(parse_file(ROOT / "docs/references.bib").entries)
    cited = set()
    for page in (ROOT / "docs").rglob("*.md"):
        for keys in re.findall(r"\[(@[\w:.-]+(?: *; *@[\w:.-]+)*)\]", page.read_text("utf-8")):
            cited |= {key.strip().removeprefix("@") for key in keys.split(";")}
    assert cited == works


def test_equations_carry_a_badge():
    text = (ROOT / "docs/index.md").read_text("utf-8")
    blocks = re.findall(r'<div class="equation".*?</div>', text, re.DOTALL)
    assert len(blocks) >= 7
    for block in blocks:
        assert 'class="badge' in block
    bound = next(b for b in blocks if 'id="eq-bound"' in b)
    assert '"badge bound">bound' in bound
    assert "tanh too" in bound
