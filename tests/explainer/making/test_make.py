"""`scripts/make_figures.py`, run as its users run it, on a copy of the project."""

import json
import re

import pytest
from figure_probe import PROBE, add

from explainer.making import make
from explainer.making.files import write


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_all_files_of_a_figure_are_made_and_then_nothing(made):
    for stem in made.stems:
        for suffix in make.SUFFIXES:
            assert (made.folder / f"{stem}.{suffix}").stat().st_size > 0
    assert made.figures().stdout == "figures up to date\n"


def test_fresh_numbers_are_drawn_again_but_not_computed_again(made):
    path = made.folder / "favicon.json"
    path.write_text(path.read_text("utf-8").replace('"ratio": 0.75', '"ratio": 0.5'), "utf-8")
    (made.folder / "favicon.png").unlink()
    assert made.figures().stdout.startswith("[1/1] favicon: made")
    assert json.loads(path.read_text("utf-8"))["ratio"] == 0.5
    assert (made.folder / "favicon.png").is_file()


def test_a_figure_is_drawn_for_a_screen_and_for_a_phone_each_into_a_file_of_its_own(project):
    add(project, PROBE.replace("plt.subplots()", "plt.subplots(figsize=(9 if wide else 3, 2))"))
    assert project.figures("probe").returncode == 0
    stage = json.loads((project.folder / "probe.json").read_text("utf-8"))["stage"]
    assert {kind: one["size"] for kind, one in stage.items()} == {
        "wide": [648, 144],
        "narrow": [216, 144],
    }
    for suffix, width in (("svg", 648), ("narrow.svg", 216)):
        text = (project.folder / f"probe.{suffix}").read_text("utf-8")
        assert f'width="{width}"' in text
    (project.folder / "probe.narrow.svg").unlink()
    assert "probe  undrawn" in project.figures("--list").stdout


def test_two_runs_in_two_folders_give_the_same_bytes(project, tmp_path):
    stems = ["favicon", "influence_curves"]
    for name in ("one", "two"):
        assert project.figures(*stems, "--out", str(tmp_path / name)).returncode == 0
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert len(contents(tmp_path / "one")) == len(stems) * len(make.SUFFIXES)


def test_lists_every_figure_and_its_state(project):
    listed = project.figures("--list").stdout
    assert [line.split() for line in listed.splitlines()] == [[s, "undrawn"] for s in project.stems]


def test_an_unknown_stem_is_named_and_the_others_are_made(project):
    done = project.figures("favicon", "nonsense")
    assert done.returncode == 1
    assert f"nonsense: no such figure; there are {', '.join(project.stems)}\n" in done.stderr
    assert (project.folder / "favicon.png").is_file()
    assert not (project.folder / "social_card.png").exists()


BROKEN = [
    ('"table": {"value": [value]}', '"table": {"a": [1], "b": []}', "differ in length"),
    ("float(influence(0.5, 2))", 'float("nan")', "a number that JSON has not, at value"),
    ("return figure", "return ax", "draw() must return a matplotlib Figure, not Axes"),
    ("return figure", "return figure if wide else ax", "a matplotlib Figure, not Axes"),
    ("    return {", "    assert value > 1\n    return {", "AssertionError: assert value > 1"),
    ('{"value": value,', '{"alt": "", "value": value,', "reserved key 'alt'"),
    ("import influence", "import influenza", "cannot import name 'influenza'"),
    ("    return {", "    raise SystemExit(0)\n    return {", "SystemExit: 0"),
]


def test_a_figure_that_breaks_the_rules_is_told_which_and_none_of_its_files_is_left(project):
    for i, (old, new, _) in enumerate(BROKEN):
        assert old in PROBE
        add(project, PROBE.replace(old, new), stem=f"probe_{i}")
    done = project.figures("favicon", *(f"probe_{i}" for i in range(len(BROKEN))))
    assert done.returncode == 1
    for i, (_, _, message) in enumerate(BROKEN):
        told = [one for one in done.stderr.splitlines() if one.startswith(f"error: probe_{i}: ")]
        assert len(told) == 1
        assert message in told[0]
    assert not list(project.folder.glob("*probe*"))
    assert (project.folder / "favicon.png").is_file()  # the others are made


def test_a_figure_whose_process_dies_is_named_and_the_others_are_made(project):
    add(project, PROBE.replace("    return {", "    import os\n    os._exit(0)\n    return {"))
    done = project.figures("favicon", "probe")
    assert done.stderr == "error: probe: its process died before it was made\n"
    assert (project.folder / "favicon.png").is_file()


def test_mathematics_that_breaks_while_a_server_runs_is_told_once_for_all_figures(project):
    done = project.run("-c", """if True:
        from pathlib import Path
        from explainer.making import make
        path = Path("longrange/rates.py")
        path.write_text(path.read_text().replace("def influence(", "def influence(("))
        print(*make.make(["favicon", "social_card"], say=lambda _: None))
    """)  # fmt: skip
    assert re.fullmatch(
        r"favicon, social_card: SyntaxError: .* "
        r"\(longrange/rates\.py:\d+\)\n",
        done.stdout,
    )


def test_a_failed_remake_leaves_the_old_files_alone(made):
    before = contents(made.folder)
    made.edit("explainer/figures/favicon.py", "ratio, lags = 0.75", "ratio, lags = 1.75")
    assert made.figures().returncode == 1
    assert contents(made.folder) == before


def test_a_made_figure_that_no_longer_parses_does_not_stop_the_others(made):
    made.edit("explainer/figures/favicon.py", "def compute() -> dict:", "def compute() -> dict")
    (made.folder / "social_card.png").unlink()
    done = made.figures()
    assert done.returncode == 1
    assert "favicon: SyntaxError" in done.stderr
    assert (made.folder / "social_card.png").is_file()
    assert "favicon  stale" in made.figures("--list").stdout


def test_a_module_saved_while_it_computes_is_made_again(project):
    module = project.path / "explainer/figures/probe.py"
    late = "    open(__file__, 'a').write('SAVED = True\\n')\n    return {"
    add(project, PROBE.replace("    return {", late))
    assert project.figures("probe").returncode == 0
    assert module.read_text("utf-8").endswith("SAVED = True\n")
    assert "probe  stale" in project.figures("--list").stdout


def test_an_empty_file_is_made_again(made):
    empty = [made.folder / name for name in ("favicon.svg", "influence_curves.csv",
                                             "social_card.png")]  # fmt: skip
    for file in empty:
        file.write_bytes(b"")
    states = dict(line.split() for line in made.figures("--list").stdout.splitlines())
    assert {states[file.stem] for file in empty} == {"undrawn"}
    assert made.figures().returncode == 0
    assert all(file.stat().st_size for file in empty)


def test_a_picture_changed_by_hand_is_drawn_again(made):
    before = (made.folder / "influence_curves.svg").read_bytes()
    made.edit("docs/figures/influence_curves.svg", "distance k", "distance q")
    made.figures()
    assert (made.folder / "influence_curves.svg").read_bytes() == before


def test_a_table_changed_by_hand_is_made_again(made):
    before = (made.folder / "favicon.csv").read_bytes()
    made.edit("docs/figures/favicon.csv", "0.75", "0.76")
    assert "favicon  undrawn" in made.figures("--list").stdout
    made.figures()
    assert (made.folder / "favicon.csv").read_bytes() == before


def test_a_folder_that_cannot_be_written_is_named(project, tmp_path):
    (tmp_path / "file").write_text("")
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        done = project.figures("--out", str(out))
        assert done.returncode == 1
        assert f"{out}: cannot be made" in done.stderr


def test_listing_an_unknown_stem_fails(project):
    done = project.figures("--list", "nonsense", "favicon")
    assert (done.returncode, done.stdout) == (1, "favicon  undrawn\n")
    assert "nonsense: no such figure" in done.stderr


def test_list_and_check_exclude_each_other(project):
    assert project.figures("--list", "--check").returncode == 2


def test_zero_jobs_are_refused(project):
    done = project.figures("--jobs", "0")
    assert done.returncode == 2
    assert "--jobs must be at least 1, got 0" in done.stderr


def test_an_interrupted_write_leaves_no_file(tmp_path, monkeypatch):
    target = tmp_path / "figure.json"
    target.write_text("old")
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        write(target, b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["figure.json"]
    assert target.read_text() == "old"
