"""What a reader can set in a figure: the controls of its element, by the names addresses use.

``docs/elements/state.js`` reads the same markup in the page; here it is read when the site is
built, so that an address which sets a figure can be checked.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag

from explainer.pages import figures

_NEAR = 1e-9  # of a step: what rounding may do


class Control(NamedTuple):
    """What one name can be set to: numbers on steps, one of some values, or a text."""

    name: str
    span: tuple[float, float, float] | None = None  # least, most, step
    values: tuple[str, ...] = ()
    pattern: str = ""

    def told(self) -> str:
        """Return what it can be set to, in words."""
        if self.span:
            return "{:g} to {:g}".format(*self.span)
        return ", ".join(self.values) or "a text"

    def complaint(self, value: str) -> str:
        """Return why `value` cannot be set, in words; empty if it can."""
        if self.span:
            least, most, step = self.span
            told = f"{self.name} goes from {least:g} to {most:g} in steps of {step:g}"
            try:
                steps = float(value) / step
                whole = round(steps)
            except (ValueError, OverflowError):  # nan and inf are no numbers either
                return f"{told}; {value!r} is no number"
            on_step = abs(steps - whole) < _NEAR / step
            return "" if on_step and least <= float(value) <= most else f"{told}, not to {value}"
        if self.values:
            told = f"{self.name} is one of {', '.join(self.values)}"
            return "" if value in self.values else f"{told}, not {value!r}"
        # A browser's classes of letters, marks and numbers, {L}, {M} and {N}: here one for all.
        pattern = re.sub(r"(?:\\p\{\w\})+_?", r"\\w", self.pattern)
        return "" if re.fullmatch(pattern, value) else f"{self.name} cannot be {value!r}"


def of_figure(docs: Path, stem: str) -> dict[str, Control]:
    """Return what can be set in the figure `stem`, by name.

    Raises
    ------
    PageError
        If its element cannot be read.
    """
    found: dict[str, Control] = {}
    for tag in _named(docs, stem):
        control = _control(tag)
        if control and control.values and control.name in found:
            values = found[control.name].values + control.values
            control = control._replace(values=values)
        if control:
            found[control.name] = control
    return found


def hideable(docs: Path, stem: str) -> list[str]:
    """Return the names of what the file of a figure can leave out: ``named-controls.js``."""
    seen = [tag for tag in _named(docs, stem) if tag.get("type") != "hidden"]
    return list(dict.fromkeys(tag["name"] for tag in seen))


def _named(docs: Path, stem: str) -> list[Tag]:
    around = figures.element_file(docs, stem)
    if not around.is_file():
        return []
    page = BeautifulSoup(figures.element(around, docs / "figures"), "html.parser")
    return page.select(".lr-controls [name]")


def _control(tag: Tag) -> Control | None:
    """Return what an input can be set to; nothing for one that sets nothing by itself."""
    name, kind, given = tag["name"], tag.get("type"), tag.get("value", "")
    if tag.name != "input":
        return None
    pattern = tag.get("pattern") or tag.get("data-pattern", "")
    if kind == "range":
        return Control(name, span=tuple(float(tag[one]) for one in ("min", "max", "step")))
    if kind == "radio":
        return Control(name, values=(given,))
    return Control(name, pattern=pattern) if pattern else None


def of_page(docs: Path, text: str) -> dict[str, Control]:
    """Return what can be set in the figures of a page, whose Markdown is `text`, by name."""
    found: dict[str, Control] = {}
    for match in figures.of_text(text):
        found |= of_figure(docs, match["stem"])
    return found


def complaints(controls: dict[str, Control], setting: str) -> Iterator[str]:
    """Yield what is wrong with a setting such as ``r=0.9&k=40``."""
    for part in setting.split("&"):
        name, _, value = part.partition("=")
        if name not in controls:
            yield f"there is no {name!r} to set; there are {', '.join(controls) or 'none'}"
        elif told := controls[name].complaint(value):
            yield told
