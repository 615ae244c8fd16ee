"""How long a page is to read: words, and screens of a phone with and without a picture."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from explainer.viewing import visit

COLUMNS = {
    "words": ("words", ".0f"),
    "minutes": ("minutes at 200 words", ".1f"),
    "figures": ("figures", ".0f"),
    "screens": ("screens of a phone", ".1f"),
    "gap": ("longest without a picture", ".1f"),
}
PHONE = {"width": 390, "height": 844}
COUNT = Path(__file__).with_name("length.js").read_text("utf-8")


@contextmanager
def measuring() -> Iterator[Callable[[str], dict]]:
    """Give how long a page is."""
    with visit.driven() as browser:
        yield lambda address: of_page(browser, address)


def of_page(browser: object, address: str) -> dict[str, float]:
    """Return what there is to read on a page, as a phone of 390 by 844 pixels shows it."""
    with visit.opened(browser, **PHONE) as page:
        visit.go(page, address)
        page.evaluate(COUNT)
        return page.evaluate("length_of_page()")
