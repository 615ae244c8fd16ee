"""The built site on 127.0.0.1, gzipped as a host would, and a real Chromium to read it."""

import pytest
from playwright.sync_api import sync_playwright

from longrange.site import chromium, host, node


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
def browser_path():
    """Return the path of the Chromium all browser tests use."""
    return chromium.executable()


@pytest.fixture(scope="session")
def browser(browser_path):
    """Return the running Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=chromium.FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser, url):
    """Return a function that opens a page of the site and watches it for errors."""
    contexts = []

    def open_page(path="", width=1280, height=800, **options):
        options.setdefault("reduced_motion", "reduce")
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("console", lambda m: m.type == "error" and page.problems.append(m.text))
        page.goto(url + path, wait_until="networkidle")
        if options.get("java_script_enabled", True):
            page.wait_for_function("!document.querySelector(':not(:defined)')")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def test_packages():
    """Have the npm packages the tests need: axe-core and Lighthouse."""
    node.ensure("katex", "axe-core", "lighthouse", tests=True)
    return node.MODULES


@pytest.fixture
def page(open_page):
    """Return the first page with the figure in view; no error may have been said at the end."""
    page = open_page()
    page.locator("influence-curves").scroll_into_view_if_needed()
    yield page
    assert page.problems == []
