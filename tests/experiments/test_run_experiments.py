"""``scripts/run_experiments.py``: smoke, resuming, a cluster, and what it refuses."""

import json
import os
import platform
import re
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from experiments import study, workers
from experiments.results import MixedError, Part
from explainer.making.files import ROOT

pytest.importorskip("equinox")

PARTS = list(study.study())
FEW = ("remember", "items", "data")  # short ones, to interrupt


def command(*arguments):
    return [sys.executable, "scripts/run_experiments.py", *map(str, arguments)]


@pytest.fixture(scope="session")
def run(compiled):
    """Return a function that runs the script to its end."""

    def run(*arguments, **env):
        return subprocess.run(
            command(*arguments), cwd=ROOT, capture_output=True, text=True,
            env=os.environ | compiled | env,
        )  # fmt: skip

    return run


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="session")
def smoke(run, once):
    """Return the folder of a smoke study, and what it said."""

    def fill(folder):
        done = run("--smoke", "--out", folder / "results")
        assert done.returncode == 0, done.stderr
        (folder / "said").write_text(done.stdout, "utf-8")

    folder = once("smoke", fill)
    return folder / "results", (folder / "said").read_text("utf-8")


def test_smoke_writes_the_results_of_each_part_and_nothing_else(smoke):
    folder, said = smoke
    assert set(contents(folder)) == {f"{p}{end}" for p in PARTS for end in (".json", ".run.json")}
    for part, cells in study.smoke().items():
        found = json.loads((folder / f"{part}.json").read_text("utf-8"))
        assert found["configuration"] == study.fingerprint(cells)
        assert [one["cell"] for one in found["cells"]] == cells
        told = json.loads((folder / f"{part}.run.json").read_text("utf-8"))
        assert told["versions"].keys() == set(workers.PACKAGES)
        (machine,) = told["machines"]
        assert machine["python"] == platform.python_version()
        assert told["run"]["resumed_with"] == 0
        assert told["cells_cpu_seconds"] > 0
    n = len(PARTS)
    counted = re.findall(rf"^\[(\d+)/{n}\] .* left$", said, re.MULTILINE)
    assert counted == [str(i + 1) for i in range(n)]
    assert re.search(rf"^{n} results in .*, after \d\.\d min$", said, re.MULTILINE)
    assert "NaN" not in "".join(file.read_text() for file in folder.iterdir())


# Ctrl-C when the first result is there. What is started in the background would ignore it.
INTERRUPTED = """
import builtins, os, runpy, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
say = print
def say_and_interrupt(*words, **options):
    say(*words, **options)
    if words[0].startswith("[1/"):
        os.kill(os.getpid(), signal.SIGINT)
builtins.print = say_and_interrupt
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_an_interrupted_run_keeps_what_is_done_and_resumes(run, compiled, smoke, tmp_path):
    # A task named twice is trained once; how many processes there are changes no byte.
    python, *script = command("--smoke", *FEW, FEW[0], "--jobs", "1", "--out", tmp_path)
    stopped = subprocess.run(
        [python, "-c", INTERRUPTED, *script], cwd=ROOT, text=True, capture_output=True,
        env=os.environ | compiled,
    )  # fmt: skip
    assert stopped.returncode == 130
    assert "--resume goes on" in stopped.stderr
    assert "Traceback" not in stopped.stderr
    kept = sorted(tmp_path.iterdir())
    assert 1 <= len(kept) < 3
    assert all(path.name.endswith(".partial.json") for path in kept)

    refused = run("--smoke", *FEW, "--out", tmp_path)  # what is there is not thrown away unasked
    assert refused.returncode == 1
    assert "left by an interrupted run; go on with --resume, or delete it" in refused.stderr
    assert all(path.exists() for path in kept)

    done = run("--smoke", *FEW, "--resume", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"{3 - len(kept)} cells to train" in done.stdout
    told = json.loads((tmp_path / f"{FEW[0]}.run.json").read_text("utf-8"))
    assert told["run"]["resumed_with"] == len(kept)
    assert set(contents(tmp_path)) == {f"{p}{end}" for p in FEW for end in (".json", ".run.json")}
    for name in (f"{part}.json" for part in FEW):
        assert (tmp_path / name).read_bytes() == (smoke[0] / name).read_bytes()


@contextmanager
def started(*arguments, until, cwd, variables):
    """Run a command of Dask until its output says it is up; end it with all its processes."""
    process = subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *map(str, arguments[1:])],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        cwd=cwd, env=os.environ | variables | {"PYTHONPATH": str(cwd)},
    )  # fmt: skip
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if found := re.search(until, line):
                yield found[1]
                return
        pytest.fail("".join(said))
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=30)


def test_a_dask_cluster_gives_the_same_results(run, compiled, smoke, tmp_path):
    # The workers have a package of that name that does nothing: what runs is what was sent.
    for name in ("__init__", "training", "workers"):
        (tmp_path / "experiments").mkdir(exist_ok=True)
        (tmp_path / f"experiments/{name}.py").write_text("")
    local = ("--host", "127.0.0.1", "--no-dashboard")
    with started("scheduler", *local, "--port", "0", until=r"Scheduler at:\s+(tcp://\S+)",
                 cwd=tmp_path, variables=compiled) as at:  # fmt: skip
        worker = ("worker", at, *local, "--nthreads", "1", "--local-directory", tmp_path / "w")
        up = {"until": r"Registered to:\s+(\S+)", "cwd": tmp_path, "variables": compiled}
        with started(*worker, **up):
            done = run("--smoke", "data", "--out", tmp_path / "out", DASK_SCHEDULER_ADDRESS=at)
    assert done.returncode == 0, done.stderr
    assert f"with the cluster at {at}" in done.stdout
    found = (tmp_path / "out/data.json").read_bytes()
    assert found == (smoke[0] / "data.json").read_bytes()


def test_a_scheduler_that_does_not_answer_is_named_and_nothing_is_written(run, tmp_path):
    done = run("--smoke", "--out", tmp_path, DASK_SCHEDULER_ADDRESS="tcp://127.0.0.1:9")
    assert done.returncode == 1
    assert "error: DASK_SCHEDULER_ADDRESS=tcp://127.0.0.1:9: no scheduler answers" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_an_empty_address_means_no_cluster(monkeypatch):
    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", "")
    assert workers.cluster() is None


def test_a_folder_that_cannot_be_written_is_named_before_training(run, tmp_path):
    (tmp_path / "file").write_text("")
    done = run("--smoke", "data", "--out", tmp_path / "file")
    assert done.returncode == 1
    assert re.search(r"^error: .*file", done.stderr)
    assert "Traceback" not in done.stderr


def test_cells_of_different_versions_are_not_mixed(tmp_path):
    cells = study.smoke()["data"] * 2
    part = Part("data", cells, tmp_path)
    for i in range(2):
        part.add({"cell": i, "result": {}, "wall": 1, "cpu": 1,
                  "by": {"versions": {"jax": str(i)}, "machine": {}}})  # fmt: skip
    with pytest.raises(MixedError, match="trained with"):
        part.finish({})
    assert not part.file.exists()


def test_a_part_begun_with_other_versions_is_refused_before_all_training(run, tmp_path):
    part = Part("data", study.smoke()["data"], tmp_path)  # the one cell that counts is to come
    part.add({"cell": 1, "result": {}, "wall": 1, "cpu": 1,
              "by": {"versions": {"jax": "0.0.1"}, "machine": {}}})  # fmt: skip
    done = run("--smoke", "remember", "data", "--resume", "--out", tmp_path)
    assert done.returncode == 1
    assert re.fullmatch(
        r"error: .*data\.partial\.json: cells of jax 0\.0\.1 and of jax \S+ would be mixed; .*\n",
        done.stderr,
    )
    assert "to train" not in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["data.partial.json"]


def test_an_unknown_task_is_refused_with_those_there_are(run, tmp_path):
    done = run("agreements", "--out", tmp_path)
    assert done.returncode == 2
    assert f"no task agreements; there are {', '.join(PARTS)}" in done.stderr
    assert not list(tmp_path.iterdir())


def test_results_of_another_configuration_are_not_overwritten(run, smoke, tmp_path):
    file = tmp_path / "data.json"
    file.write_bytes((smoke[0] / "data.json").read_bytes())  # smoke is not the full study
    before = contents(tmp_path)
    done = run("data", "--out", tmp_path)
    assert done.returncode == 1
    assert re.search(rf"error: {file}: of configuration \w+, but this run is \w+", done.stderr)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"configuration":'])
@pytest.mark.parametrize("name", ["data.json", "data.partial.json"])
def test_a_file_that_is_not_ours_is_not_overwritten(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    with pytest.raises(ValueError, match=rf"{name}: not results of the study"):
        Part("data", study.smoke()["data"], tmp_path)
    assert contents(tmp_path) == {name: text.encode()}


def test_without_the_extra_it_says_what_to_install(run, tmp_path):
    block = tmp_path / "sitecustomize.py"
    block.write_text("import sys\nsys.modules['equinox'] = sys.modules['optax'] = None\n")
    done = run("--smoke", "--out", tmp_path / "out", PYTHONPATH=str(tmp_path))
    assert done.returncode == 2
    assert "not installed: equinox, optax; pip install" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--scale", "0", "--out", "there"), "--scale must be at least 1, got 0"),
        (("--scale", "x"), "invalid int value: 'x'"),
        (("--scale", "2"), "needs --out"),
        (("--scale", "2", "--smoke", "--out", "there"), "of the whole study"),
    ],
)
def test_a_scale_that_is_none_is_refused(run, arguments, says):
    done = run(*arguments)
    assert done.returncode == 2
    assert says in done.stderr


def test_a_network_that_no_worker_can_hold_is_named(monkeypatch, capsys, tmp_path):
    from scripts import run_experiments

    def refuse(*_):
        raise MemoryError("tanh of width 9, parity: one network needs 9.0 GB to train")

    monkeypatch.setattr(workers, "run", refuse)
    monkeypatch.setattr("sys.argv", ["x", "--smoke", "parity", "--out", str(tmp_path / "out")])
    assert run_experiments.main() == 1
    assert capsys.readouterr().err == (
        "error: tanh of width 9, parity: one network needs 9.0 GB to train\n"
    )
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize("jobs", ["0", "-1", "x"])
def test_a_number_of_processes_below_one_is_refused(run, jobs):
    done = run("--smoke", "--jobs", jobs)
    assert done.returncode == 2
    assert "--jobs" in done.stderr
