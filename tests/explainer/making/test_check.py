"""`scripts/make_figures.py --check`, run on a copy of the project."""

import json

from explainer.making import check


def test_check_is_content_with_what_was_just_made(made):
    done = made.figures("--check", "--jobs", "1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("figures agree\n")


def test_check_names_drift_missing_orphaned_and_stale(made):
    path = made.folder / "influence_curves.json"
    data = json.loads(path.read_text("utf-8"))
    data["reader"]["influence"] *= 1.001
    del data["sentence"]["gap"]
    path.write_text(json.dumps(data), "utf-8")
    (made.folder / "favicon.png").unlink()
    (made.folder / "old_figure.svg").write_text("")
    made.edit("explainer/figures/social_card.py", "def draw(", "SIZE = 1\n\n\ndef draw(")
    done = made.figures("--check")
    assert done.returncode == 1
    for problem in (
        "influence_curves.reader.influence: was 0.00123",
        "influence_curves.sentence.gap: only in the new data",
        "favicon.png: missing",
        "old_figure.svg: orphaned",
        "social_card: stale",
    ):
        assert problem in done.stderr
    assert path.read_text("utf-8") == json.dumps(data)  # checking changes nothing


def test_drift_keeps_to_the_tolerance():
    old = {"a": [1.0, 2.0], "b": "x"}
    assert list(check.drift(old, {"a": [1.0 + 1e-9, 2.0], "b": "x"}, "f", 1e-6, 0)) == []
    assert list(check.drift(old, {"a": [1.1, 2.0], "b": "y"}, "f", 1e-6, 0)) == [
        "f.a.0: was 1.0, is 1.1",
        "f.b: was 'x', is 'y'",
    ]
    assert list(check.drift([1], [1, 2], "f", 1e-6, 0)) == ["f: was [1], is [1, 2]"]


def test_files_of_editors_and_systems_are_no_figures(made):
    (made.path / "explainer/figures/.#favicon.py").write_text("")
    (made.folder / ".DS_Store").write_text("")
    assert made.figures("--check").returncode == 0


def test_check_names_what_is_not_the_file_that_was_made(made):
    made.edit("docs/figures/influence_curves.csv", "0.8", "0.9")
    (made.folder / "favicon.json").write_text("{", "utf-8")
    (made.folder / "social_card.png").write_bytes(b"")
    done = made.figures("--check")
    assert done.returncode == 1
    assert "influence_curves: one of its files is not the one that was made" in done.stderr
    assert "favicon.json: unreadable" in done.stderr
    assert "social_card: one of its files is not the one that was made" in done.stderr


def test_check_computes_also_what_was_never_made(project):
    for file in project.folder.glob("favicon.*"):
        file.unlink()
    project.edit("explainer/figures/favicon.py", "def compute() -> dict:", "def compute() -> dict")
    done = project.figures("--check", "favicon")
    assert "favicon.json: missing" in done.stderr
    assert "favicon: SyntaxError" in done.stderr
