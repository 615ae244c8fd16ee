"""Styles of a picture as attributes: a careful host forbids styles that stand in a page."""

import re

_STYLE = re.compile(r' style="([^"]*)"')


def unstyled(picture: str) -> str:
    """Return the SVG fragment `picture` with each declaration as a presentation attribute.

    Where ``style`` is forbidden, all that has its colour from there would be black.
    """

    def attributes(style: re.Match) -> str:
        declared = (one.split(":", 1) for one in style[1].split(";") if one.strip())
        # Of two of one name the last holds.
        last = {name.strip(): value.strip() for name, value in declared}
        return "".join(f' {name}="{value}"' for name, value in last.items())

    return _STYLE.sub(attributes, picture)
