"""How long it takes from the input of a reader to the picture that shows it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from explainer.viewing import visit

COLUMNS = {
    "changes": ("changes", ".0f"),
    "median": ("median, ms", ".1f"),
    "p95": ("95th percentile, ms", ".1f"),
}
FRAME, GOLDEN = 1000 / 60, 0.618  # ms, and a share whose multiples fall evenly on a frame
REST = 300  # ms for the picture to settle
STIRS = ("slider", "text", "answer")  # what is moved before a button is pressed


@contextmanager
def measuring(steps: int) -> Iterator[Callable[[str], dict]]:
    """Give what moving the controls of a page takes."""
    with visit.driven() as browser:

        def one(address: str) -> dict[tuple[str, str], list[float]]:
            with visit.opened(browser, 1280) as page:
                visit.go(page, address)
                return moves(page, steps)

        yield one


def moves(page: object, steps: int) -> dict[tuple[str, str], list[float]]:
    """Move every control of an open page; return the milliseconds to each change seen."""
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    page.evaluate(Path(__file__).with_name("moves.js").read_text("utf-8"))
    controls = page.evaluate("moves.find()")
    took = {(one["element"], one["control"]): [] for one in controls if one["kind"] != "answer"}
    for one in controls:
        if one["kind"] in ("button", "answer") or not page.evaluate("moves.reveal", one["at"]):
            continue
        if one["kind"] == "pad":  # begin a stroke
            page.mouse.move(*page.evaluate("moves.next", [one["at"], False]))
            page.mouse.down()
        for turn in range(steps):
            # Half of them lead back: others are measured where the page began.
            ms = timed(page, one["at"], turn, back=turn >= steps / 2)
            took[one["element"], one["control"]] += [] if ms is None else [ms]
        page.mouse.up()
    # To press a button changes something only if something was moved before, as with "Reset".
    stirs = {one["element"]: one["at"] for one in reversed(controls) if one["kind"] in STIRS}
    buttons = [one for one in controls if one["kind"] == "button"]
    for turn in range(max(1, steps // 3)):
        for one in buttons:
            if one["element"] in stirs:
                page.keyboard.press(page.evaluate("moves.next", [stirs[one["element"]], False]))
                page.wait_for_timeout(REST)
            ms = timed(page, one["at"], turn)
            took[one["element"], one["control"]] += [] if ms is None else [ms]
    return took


def timed(page: object, at: int, turn: int, back: bool = False) -> float | None:
    """Move the control number `at` once; return the ms until it is seen, None if nothing is."""
    # Hands know nothing of frames: without this, each input would come when one has just ended.
    page.wait_for_timeout(1 + FRAME * (turn * GOLDEN % 1))
    page.evaluate("moves.watch", at)
    how = page.evaluate("moves.next", [at, back])
    if isinstance(how, str):
        page.keyboard.press(how)
    else:
        page.mouse.move(*how)
    return page.evaluate("moves.shown")
