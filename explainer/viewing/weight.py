"""What a first visit to a page fetches, and how much of the page is styled meanwhile."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from explainer.viewing import visit

COLUMNS = {
    "requests": ("requests", ".0f"),
    "bytes": ("bytes", ".0f"),
    "own-bytes": ("own JavaScript", ".0f"),
    "own-bytes-unpacked": ("unpacked", ".0f"),
    "elements": ("elements", ".0f"),
    "styled": ("styled", ".0f"),
}


@contextmanager
def measuring() -> Iterator[Callable[[str], dict]]:
    """Give the weight of a page."""
    with visit.driven() as browser:
        yield lambda address: weight(browser, address)


def weight(browser: object, address: str) -> dict[str, int]:
    """Return what two first visits to a page count: one at 1280 px, one at 360 px, traced."""
    from playwright.sync_api import Error

    with visit.opened(browser, 1280) as page:
        responses = []
        page.on("response", lambda r: r.url.startswith("data:") or responses.append(r))
        visit.go(page, address)
        sizes = [r.request.sizes()["responseBodySize"] for r in responses]
        own = [(size, r) for size, r in zip(sizes, responses, strict=True) if is_own(r.url)]
        numbers = {
            "requests": len(responses),
            "bytes": sum(sizes),
            "own-bytes": sum(size for size, _ in own),
            "own-bytes-unpacked": sum(len(r.body()) for _, r in own),
            "elements": page.evaluate("document.querySelectorAll('*').length"),
        }
    with visit.opened(browser, 360) as page:
        with suppress(Error):
            browser.stop_tracing()  # that of a visit that failed
        browser.start_tracing(page=page, categories=["devtools.timeline"])
        visit.go(page, address)
        events = json.loads(browser.stop_tracing())["traceEvents"]
    numbers["styled"] = sum(
        event["args"].get("elementCount", 0)
        for event in events
        if event["name"] == "UpdateLayoutTree" and event["ph"] == "X"
    )
    return numbers


def is_own(address: str) -> bool:
    """Tell whether a file is JavaScript of ours."""
    path = urlsplit(address).path
    return path.endswith(".js") and ("/elements/" in path or "/page/" in path)
