"""The built site on 127.0.0.1, gzipped as a host would, and a real Chromium to read it."""

import functools
import gzip
import http.server
import threading
from pathlib import Path

import chromium
import pytest
from playwright.sync_api import sync_playwright

from longrange.site import node

TEXT = {".html", ".css", ".js", ".json", ".svg", ".xml", ".txt", ".csv", ".py", ".bib"}


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serve like a static host: text gzipped, the site's own page for what is missing."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        status = 200 if path.is_file() else 404
        path = path if path.is_file() else Path(self.directory) / "404.html"
        body, packed = path.read_bytes(), path.suffix in TEXT
        body = gzip.compress(body, 9) if packed else body
        self.send_response(status)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def url(site):
    """Return the address of the served site, ending in a slash."""
    handler = functools.partial(Handler, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def pages(site):
    """Return the path of every page of the site, and one that does not exist."""
    found = sorted(p.relative_to(site).parent.as_posix() for p in site.rglob("index.html"))
    return ["" if path == "." else f"{path}/" for path in found] + ["no/such/page"]


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
