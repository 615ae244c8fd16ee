"""``scripts/measure_pages.py`` runs, on sites too small to measure anything."""

import json
import os
import re
import runpy
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from explainer.making.files import ROOT
from explainer.viewing import lighthouse

SCRIPT = "scripts/measure_pages.py"
PAGE = """<!doctype html><title>Toy</title><link rel="icon" href="data:,"><body>
<toy-dial><p>nothing</p><form class="lr-controls">
<input type="range" name="r" min="0" max="3"><input type="text" name="idle">
<button type="button">Reset</button></form></toy-dial>
<script type="module" src="elements/toy-dial.js"></script>
"""
ELEMENT = """customElements.define("toy-dial", class extends HTMLElement {
  connectedCallback() {
    const [range] = this.querySelectorAll("input");
    const show = () => requestAnimationFrame(() =>
      (this.firstChild.firstChild.data = `r = ${range.value}`));
    range.addEventListener("input", show);
    this.querySelector("button").addEventListener("click", () => { range.value = 1; show(); });
  }
});
"""
REPORT = {
    "categories": {name: {"score": 0.98} for name in (
        "performance", "accessibility", "best-practices", "seo")},
    "audits": {name: {"numericValue": 1234.5} for name in (
        "total-blocking-time", "first-contentful-paint", "largest-contentful-paint",
        "cumulative-layout-shift")},
}  # fmt: skip


@pytest.fixture(scope="module")
def script():
    """Return the functions of the script."""
    return runpy.run_path(str(ROOT / SCRIPT))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Return the folder of a site of one page."""
    folder = tmp_path_factory.mktemp("toy")
    (folder / "elements").mkdir()
    (folder / "index.html").write_text(PAGE, "utf-8")
    (folder / "elements/toy-dial.js").write_text(ELEMENT, "utf-8")
    return folder


def measure(*options):
    """Run the script."""
    command = [sys.executable, SCRIPT, *map(str, options)]
    # A temporary folder may lie in this clone, and is none of its commits.
    env = os.environ | {"GIT_CEILING_DIRECTORIES": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=env)


def test_two_sites_stand_side_by_side(site, tmp_path):
    file = tmp_path / "moves.json"
    options = ["--site", site, "--against", site, "--runs", 1, "--steps", 1]
    options += ["--only", "moves", "bytes"]
    done = measure(*options, "--json", file)
    assert done.returncode == 0, done.stderr
    assert (
        "| page | element | control | changes | median, ms | 95th percentile, ms |" in done.stdout
    )
    times = r"\| [\d.]+ / [\d.]+ \| [\d.]+ / [\d.]+ \|"
    assert re.search(rf"\| / \| toy-dial \| r slider \| 1 / 1 {times}", done.stdout)
    assert re.search(rf"\| / \| toy-dial \| Reset \| 1 / 1 {times}", done.stdout)
    # What changes no picture has no time.
    assert "| / | toy-dial | idle text | 0 / 0 | – / – | – / – |" in done.stdout
    assert re.findall(r"moves: / of (\w+), run 1 of 1: done", done.stderr) == ["site", "against"]

    told = json.loads(file.read_text("utf-8"))
    assert told.keys() == {"versions", "runs", "steps", "site", "against"}
    assert told["versions"]["chromium"]
    assert told["site"]["commit"] is None
    assert told["site"]["moves"]["/"]["toy-dial"]["idle text"] == {"changes": 0}
    assert told["site"]["moves"]["/"]["toy-dial"]["r slider"].keys() == {"changes", "median", "p95"}
    assert [one.name for one in tmp_path.iterdir()] == ["moves.json"]
    weight = told["site"]["bytes"]["/"]
    assert weight["own-bytes"] < weight["own-bytes-unpacked"] == len(ELEMENT)
    assert weight["elements"] == 12
    assert weight["styled"] >= weight["elements"]


def test_a_report_of_lighthouse_is_read():
    numbers = lighthouse.numbers_of(REPORT)
    assert list(numbers) == list(lighthouse.COLUMNS)
    assert numbers["performance"] == 98
    assert numbers["total-blocking-time"] == 1234.5
    with pytest.raises(RuntimeError, match="no paint"):
        lighthouse.numbers_of(REPORT | {"runtimeError": {"message": "no paint"}})
    without = REPORT | {"audits": REPORT["audits"] | {"total-blocking-time": {}}}
    with pytest.raises(RuntimeError, match="found no total-blocking-time"):
        lighthouse.numbers_of(without)


def test_what_fails_counts_for_nothing_and_the_rest_goes_on(script, capsys):
    asked = []

    def one(address):
        asked.append(address)
        if address == "b" or len(asked) == 1:
            raise RuntimeError("it broke")
        return {"performance": len(asked)}

    visits = {("site", ""): "a", ("against", ""): "b", ("site", "lab/"): "c"}
    samples = script["in_turns"](one, visits, 3, "lighthouse")
    assert asked == ["a", "b", "a", "b", "a", "b", "c", "c", "c"]
    assert [len(taken) for taken in samples.values()] == [2, 0, 3]
    assert script["medians"](samples["site", ""]) == {(): {"performance": 4}}
    assert "[1/2] lighthouse: / of site, run 1 of 3: failed (it broke)" in capsys.readouterr().err


def test_a_cell_without_a_number_has_a_dash(script):
    numbers = lighthouse.numbers_of(REPORT)
    table = script["table"]("lighthouse", {"site": {("/",): numbers}, "against": {}}).splitlines()
    assert table[0].startswith("| page | performance | accessibility |")
    assert table[1] == "|:--|--:|--:|--:|--:|--:|--:|--:|--:|"
    assert table[2].startswith("| / | 98 / – | 98 / – |")


@pytest.fixture
def refused(script, monkeypatch, capsys):
    """Return a function that runs the script, which must refuse, and returns what it said."""

    def refused(*options):
        monkeypatch.setattr(sys, "argv", ["measure_pages.py", *map(str, options)])
        monkeypatch.chdir(ROOT)
        with pytest.raises(SystemExit) as exit_:
            script["main"]()
        assert exit_.value.code == 2
        out, told = capsys.readouterr()
        assert not out
        return told

    return refused


@pytest.fixture
def short(monkeypatch):
    """Return a folder of a short name for what programs leave: Chromium has a socket there."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


def test_interrupted_it_leaves_nothing(site, short):
    command = [sys.executable, SCRIPT, "--site", str(site), "--only", "bytes", "--runs", "1000"]
    command += ["--json", str(short / "bytes.json")]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        first = process.stderr.readline()
        left = list(short.iterdir())
        process.send_signal(signal.SIGTERM)
        printed, told = process.communicate()
    assert "run 1 of 1000: done" in first, first + told
    assert left
    assert process.returncode == 130
    assert told.endswith("interrupted\n")
    assert "Traceback" not in told
    assert not printed
    assert not list(short.iterdir())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--runs", "0"], "--runs must be at least 1, got 0"),
        (["--steps", "-1"], "--steps must be at least 1, got -1"),
        (["--site", "nowhere"], "nowhere: no such folder; `mkdocs build` makes a site"),
        (["--against", "scripts"], "scripts has no index.html; `mkdocs build` makes a site"),
        (["--pages", "/", "lab"], "no page /lab/; there are /"),
        (["--json", "nowhere/pages.json"], "nowhere/pages.json: cannot be written"),
        (["--json", "docs"], "docs: cannot be written"),
        (["--only", "looks"], "invalid choice: 'looks'"),
    ],
)
def test_what_cannot_be_is_named_at_once(refused, site, options, message):
    assert message in refused(*([] if "--site" in options else ["--site", site]), *options)


def test_without_playwright_it_says_how_to_get_it(refused, site, monkeypatch):
    monkeypatch.setitem(sys.modules, "playwright", None)
    told = refused("--site", site)
    assert "not installed: playwright; pip install -c constraints.txt -e '.[test]'" in told
