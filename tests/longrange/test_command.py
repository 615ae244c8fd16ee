"""The command line: what it prints and writes, and what it says of files that do not fit."""

import json
import os
import re
from pathlib import Path

import numpy as np
import pytest

import longrange
from longrange import command, nets

WIDTH, READS = 4, 3


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Weights as PyTorch names them, inputs, and the states of the original."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    rows = 4 * WIDTH
    shapes = {
        "weight_hh_l0": (rows, WIDTH),
        "weight_ih_l0": (rows, READS),
        "bias_ih_l0": (rows,),
        "bias_hh_l0": (rows,),
    }
    weights = {f"rnn.{name}": rng.uniform(-0.5, 0.5, shape) for name, shape in shapes.items()}
    np.savez("weights.npz", **weights)
    inputs = rng.normal(size=(80, 3, READS))
    np.save("x.npy", inputs.astype("f4"))
    np.save("first.npy", inputs.swapaxes(0, 1))
    net = nets.from_state_dict(weights, kind="lstm", prefix="rnn.")
    np.save("h.npy", net.run(inputs, batch_first=False).outputs)
    return net, inputs


def measure(*more, weights="weights.npz", inputs="x.npy"):
    return command.main(["measure", weights, "--kind", "lstm", "--prefix", "rnn.",
                         "--inputs", inputs, *more])  # fmt: skip


def test_it_prints_a_dozen_lines_and_writes_what_python_would(files, capsys):
    net, inputs = files
    assert measure("--lags", "20", "--out", "report.html", "--json", "report.json") == 0
    found = longrange.measure(net, np.float32(inputs), batch_first=False, lags=20)
    out, err = capsys.readouterr()
    assert out == f"{found}\n"
    assert 8 <= len(out.splitlines()) <= 14
    assert "norms" in err
    assert Path("report.json").read_text() == found.to_json()
    assert Path("report.html").read_text() == found.to_html()
    assert sorted(os.listdir()) == ["first.npy", "h.npy", "report.html", "report.json",
                                    "weights.npz", "x.npy"]  # fmt: skip


def test_a_batch_that_comes_first_is_the_same_network(files, capsys):
    assert measure("--lags", "5", "--json", "a.json", "--quiet") == 0
    assert measure("--lags", "5", "--batch-first", "--json", "b.json", inputs="first.npy") == 0
    a, b = (json.loads(Path(name).read_text()) for name in ("a.json", "b.json"))
    np.testing.assert_allclose(a["norms"], b["norms"], rtol=1e-6)
    assert a["sequences"] == b["sequences"] == 3
    assert capsys.readouterr().err.count("norms") == 1  # one of the two was quiet


def test_layers_with_names_of_their_own_are_stacked(files, capsys):
    _, inputs = files
    rng, weights = np.random.default_rng(2), {}
    for name, reads in (("low", READS), ("top", WIDTH)):
        weights[f"{name}/kernel"] = rng.normal(0, 0.4, (reads, 4 * WIDTH))
        weights[f"{name}/recurrent_kernel"] = rng.normal(0, 0.4, (WIDTH, 4 * WIDTH))
    np.savez("keras.npz", **weights)
    assert measure("--prefix", "low,top", "--lags", "5", weights="keras.npz") == 0
    net = nets.from_state_dict(weights, kind="lstm", prefix=["low", "top"])
    found = longrange.measure(net, np.float32(inputs), batch_first=False, lags=5)
    assert capsys.readouterr().out == f"{found}\n"


def test_the_states_of_the_original_are_compared(files, capsys):
    assert measure("--lags", "5", "--states", "h.npy") == 0
    assert "states differ by" in capsys.readouterr().out


@pytest.mark.parametrize("order", [[], ["--batch-first"]])
@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_of_a_bidirectional_layer_each_direction_is_measured_as_it_reads(files, direction, order):
    """PyTorch's outputs are those of both, side by side, at the times of the inputs."""
    _, inputs = files
    inputs = np.float32(inputs)
    rng, both = np.random.default_rng(5), dict(np.load("weights.npz"))
    both |= {f"{name}_reverse": rng.uniform(-0.5, 0.5, one.shape) for name, one in both.items()}
    np.savez("both.npz", **both)
    runs = {
        name: nets.from_state_dict(both, kind="lstm", prefix="rnn.", direction=name).run(
            inputs[::step], batch_first=False
        )
        for name, step in (("forward", 1), ("backward", -1))
    }
    outputs = [runs["forward"].outputs, runs["backward"].outputs[::-1]]
    paths = ["both.npy", f"{direction}.npy"]
    for path, one in zip(
        paths, (np.concatenate(outputs, axis=-1), outputs[direction == "backward"]), strict=True
    ):
        np.save(path, one.swapaxes(0, 1) if order else one)
    for states in paths:
        assert measure("--direction", direction, "--states", states, "--lags", "5", "--json",
                       "a.json", "--quiet", *order, weights="both.npz",
                       inputs="first.npy" if order else "x.npy") == 0  # fmt: skip
        found = json.loads(Path("a.json").read_text())
        assert found["distance"] < 1e-6
        expected = longrange.measure(runs[direction], lags=5)
        assert found["rate"] == pytest.approx(expected.rate, rel=1e-6)


@pytest.mark.parametrize(
    ("more", "given", "message"),
    [
        ([], {"weights": "no.npz"}, "no.npz: No such file or directory"),
        ([], {"inputs": "no.npy"}, "no.npy: No such file or directory"),
        ([], {"inputs": "weights.npz"}, "weights.npz is no .npy file of numbers, or it is broken"),
        ([], {"inputs": "objects.npy"}, "objects.npy is no .npy file of numbers: it holds Python"),
        ([], {"weights": "."}, ".: is a folder"),
        ([], {"weights": "x.npy"}, "x.npy"),
        (["--prefix", "gru."], {}, "no name in weights begins with 'gru.'"),
        (["--kind", "gru"], {}, "that is of kind='lstm'"),
        (["--lags", "80"], {}, "lags must be at most T - 1 = 79, got 80"),
        (["--lags", "80", "--batch-first"], {}, "lags must be at most T - 1 = 2, got 80"),
        (["--states", "first.npy"], {}, "longrange measure: first.npy: states must have shape"),
        (["--out", "no/report.html"], {}, "no/report.html: there is no folder"),
        (["--json", "."], {}, "is a folder"),
        (["--out", "weights.npz"], {}, "weights.npz is read or written already"),
        (["--out", "./x.npy"], {"inputs": "./x.npy"}, "x.npy is read or written already"),
        (["--out", "./report.json"], {}, "report.json is read or written already"),
    ],
)
def test_what_does_not_fit_is_said_in_one_line_and_nothing_is_written(
    files, capsys, more, given, message
):
    np.save("objects.npy", np.array([[{}]]))
    before = sorted(os.listdir())
    assert measure("--json", "report.json", "--quiet", *more, **given) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert not re.search("magic|pickle", err)  # NumPy's own words
    assert err.startswith("longrange measure: ")
    assert message in err
    assert sorted(os.listdir()) == before


@pytest.mark.parametrize("more", [["--kind", "rwkv"], ["--lags", "many"], ["--batchfirst"]])
def test_what_is_no_option_is_said(files, capsys, more):
    with pytest.raises(SystemExit) as stopped:
        measure(*more)
    assert stopped.value.code == 2
    assert more[-1] in capsys.readouterr().err


def test_the_help_names_all_files_that_are_read(capsys):
    with pytest.raises(SystemExit):
        command.main(["measure", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert ".bin, .ckpt, .h5, .hdf5, .npz, .pt, .pth, .safetensors" in told
    assert "for backward, inputs and states are reversed in time here" in told


def test_an_interruption_leaves_nothing_half_written(files, capsys, monkeypatch):
    before = sorted(os.listdir())

    def interrupted(*_args, progress, **_options):
        progress("norms", 0.5)
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "measure", interrupted)
    assert measure("--json", "report.json", "--out", "report.html") == 130
    assert capsys.readouterr().err.endswith("longrange measure: interrupted; nothing was written\n")
    assert sorted(os.listdir()) == before


def test_a_disk_that_is_full_leaves_the_old_file(files, capsys, monkeypatch):
    Path("report.json").write_text("old")
    before = sorted(os.listdir())

    def full(*_args):
        raise OSError(28, "No space left on device", "report.json")

    monkeypatch.setattr(command.Path, "replace", full)
    assert measure("--lags", "5", "--json", "report.json", "--quiet") == 2
    assert "No space left on device" in capsys.readouterr().err
    assert sorted(os.listdir()) == before
    assert Path("report.json").read_text() == "old"
