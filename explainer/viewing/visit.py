"""Visits to pages in a Chromium that Playwright drives."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from explainer.viewing import chromium


@contextmanager
def driven() -> Iterator[object]:
    """Give a Chromium that Playwright drives while the block runs."""
    from playwright.sync_api import sync_playwright

    with chromium.running() as (port, folder), sync_playwright() as playwright:
        address = f"http://127.0.0.1:{port}"
        yield playwright.chromium.connect_over_cdp(address, artifacts_dir=folder)


@contextmanager
def opened(browser: object, width: int, height: int = 800) -> Iterator[object]:
    """Give a fresh page without a cache."""
    from playwright.sync_api import Error

    context = browser.new_context(viewport={"width": width, "height": height})
    try:
        yield context.new_page()
    finally:
        with suppress(Error):  # Ctrl-C has ended Playwright too
            context.close()


def go(page: object, address: str) -> None:
    """Open a page and wait until all of it is there."""
    page.goto(address, wait_until="networkidle")
    # On a busy machine the network may rest before the modules and fonts are asked for.
    page.wait_for_function("!document.querySelector(':not(:defined)')")
    page.evaluate("document.fonts.ready")
