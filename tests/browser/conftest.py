"""The built site on 127.0.0.1, gzipped as a host would, and a real Chromium to read it.

Each process of the tests starts one browser. Pages of one kind (JavaScript or not, touch or not)
share a context, so that what a page fetches is fetched once.
"""

import pytest
from acting import READY
from playwright.sync_api import sync_playwright

from longrange.site import chromium, host


@pytest.fixture(scope="session")
def url(site):
    """Return the address of the served site, ending in a slash."""
    with host.serving(site) as address:
        yield address


@pytest.fixture(scope="session")
def pages(site):
    """Return the path of every page of the site, and one that does not exist."""
    return [*host.pages(site), "no/such/page"]


@pytest.fixture(scope="session")
def browser(once):
    """Return the running Chromium."""
    # Only the first process installs one, if none is there.
    once("chromium", lambda _: chromium.executable())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.executable(), args=chromium.FLAGS
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def context_for(browser):
    """Return a function that gives the one context of each kind: it is opened when first asked."""
    kinds = {}

    def context_for(**options):
        kind = repr(sorted(options.items()))
        if kind not in kinds:
            kinds[kind] = browser.new_context(**options)
        return kinds[kind]

    return context_for


@pytest.fixture
def open_page(context_for, url):
    """Return a function that opens a page of the site and watches it for errors."""
    opened = []

    def open_page(path="", width=1280, height=800, color_scheme="light", **options):
        page = context_for(**options).new_page()
        opened.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=color_scheme, reduced_motion="reduce")
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("console", lambda m: m.type == "error" and page.problems.append(m.text))
        page.goto(url + path)
        if options.get("java_script_enabled", True):
            page.wait_for_function(READY)
        return page

    yield open_page
    for page in opened:
        page.evaluate("localStorage.clear()")  # the next page in this context is a new reader's
        page.close()


@pytest.fixture(scope="session")
def axe(npm_packages):
    """Return the program of axe-core, which finds what keeps people out."""
    return (npm_packages / "axe-core/axe.min.js").read_text("utf-8")


@pytest.fixture
def page(open_page):
    """Return the first page with the figure in view; no error may have been said at the end."""
    page = open_page()
    page.locator("influence-curves").scroll_into_view_if_needed()
    yield page
    assert page.problems == []
