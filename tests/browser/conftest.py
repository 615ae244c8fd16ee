"""The built site on 127.0.0.1, gzipped as a host would, and a real Chromium to read it.

Each process of the tests starts one browser. Pages of one kind (JavaScript or not, touch or not)
share a context, so that what they fetch is fetched once, and one tab after the other: a new tab
is a new process of the browser, and takes longer than the page.
"""

import pytest
from acting import READY
from playwright.sync_api import sync_playwright

from explainer.viewing import chromium, host


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
def tab_for(browser):
    """Return a function that gives a tab of a kind of context, and where to leave it when done."""
    contexts, idle = {}, {}

    def tab_for(*, fresh, **options):
        kind = repr(sorted(options.items()))
        if kind not in contexts:
            contexts[kind], idle[kind] = browser.new_context(**options), []
        if idle[kind] and not fresh:
            return idle[kind].pop(), idle[kind]
        page = contexts[kind].new_page()
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("console", lambda m: m.type == "error" and page.problems.append(m.text))
        return page, idle[kind]

    return tab_for


@pytest.fixture
def open_page(tab_for, url):
    """Return a function that opens a page of the site and watches it for errors.

    A `fresh` tab has no history yet.
    """
    opened = []

    def open_page(path="", width=1280, height=800, color_scheme="light", *, fresh=False, **options):
        page, idle = tab_for(fresh=fresh, **options)
        opened.append((page, idle))
        page.bring_to_front()  # a tab behind another draws one frame a second
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=color_scheme, reduced_motion="reduce", media="null")
        page.problems.clear()
        page.goto(url + path)
        if options.get("java_script_enabled", True):
            page.wait_for_function(READY)
        return page

    yield open_page
    for page, idle in opened:
        page.evaluate("localStorage.clear()")  # whoever reads next is a new reader
        page.unroute_all()
        page.goto("about:blank")  # from here, any address loads its page anew
        idle.append(page)


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
