"""Path data of SVG in relative coordinates: in a page they compress to half of absolute ones."""

import re

_PARTS = re.compile(r"([MLHVQCz])([^A-Za-z]*)")
_SIZE = {"M": 1, "L": 1, "Q": 2, "C": 3}  # points that a command takes


def relative(data: str) -> str:
    """Return the path data `data`, of absolute commands, in relative ones.

    Coordinates are tenths of a unit, as `svg.render` writes them, and stay so: a step is the
    difference of what is written, so that rounding does not add up. Straight level and upright
    lines get commands of their own. What has other commands comes back as it is.
    """
    written, x, y, start = [], 0, 0, (0, 0)  # in tenths
    for command, numbers in _PARTS.findall(data):
        values = [round(10 * float(number)) for number in numbers.split()]
        if command == "z":
            written.append("z")
            x, y = start
            continue
        if command not in _SIZE or len(values) % (2 * _SIZE[command]):
            return data
        size = 2 * _SIZE[command]
        for i in range(0, len(values), size):
            points = values[i : i + size]
            steps = [value - (y if j % 2 else x) for j, value in enumerate(points)]
            if command == "M" and i == 0:
                written.append(f"M{_joined(points)}")
                start = points[0], points[1]
            elif size == 2 and steps[1] == 0:
                written.append(f"h{_joined(steps[:1])}")
            elif size == 2 and steps[0] == 0:
                written.append(f"v{_joined(steps[1:])}")
            else:
                written.append(f"{'l' if size == 2 else command.lower()}{_joined(steps)}")
            x, y = points[-2:]
    if _PARTS.sub("", data).strip():
        return data
    return "".join(written)


def _joined(tenths: list[int]) -> str:
    text = " ".join(f"{value / 10:g}" for value in tenths)
    return text.replace(" -", "-")  # a sign parts two numbers as well
