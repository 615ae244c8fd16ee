"""One figure: its module's numbers, and the files that are made from them."""

import csv
import importlib
import io
import json
import math
from collections.abc import Iterator
from types import ModuleType

from explainer.drawing.notation import written
from explainer.making import rules
from explainer.making.digests import digest_of, versions
from explainer.making.rules import RuleError

RESERVED = {"alt", "stage", "made"}
# A figure is drawn twice: the file of each drawing by what it is for, a screen or a phone.
DRAWINGS = {"wide": "svg", "narrow": "narrow.svg"}


def module(name: str) -> ModuleType:
    """Return the module of the figure `name`, imported."""
    return importlib.import_module(f"explainer.figures.{name}")


def compute(name: str) -> dict:
    """Return the data of the figure `name` as its JSON holds them, with its ``alt`` text.

    Raises
    ------
    RuleError
        If the module breaks a rule, or the data hold a reserved key or a number JSON cannot.
    """
    figure = module(name)
    if broken := rules.broken(figure):
        raise RuleError("\n".join(broken))
    data, at = figure.compute(), rules.place(figure, "compute")
    if not isinstance(data, dict):
        raise RuleError(f"compute() must return a dict, not {type(data).__name__} ({at})")
    if taken := RESERVED & data.keys():
        raise RuleError(f"compute() returns the reserved key {taken.pop()!r} ({at})")
    if "table" not in data:
        raise RuleError(f"compute() returns no 'table': columns of one length, for the CSV ({at})")
    data = json.loads(json.dumps(data, default=lambda o: o.tolist()))
    if unfit := [path for path, number in _numbers(data) if not math.isfinite(number)]:
        raise RuleError(f"compute() returns a number that JSON has not, at {unfit[0]} ({at})")
    at = rules.place(figure, "ALT")
    try:
        data["alt"] = written(figure.ALT.format_map(data))
    except LookupError as unknown:
        raise RuleError(f"ALT names {unknown}; the data have {', '.join(data)} ({at})") from None
    return data


def _numbers(data: object, path: str = "") -> Iterator[tuple[str, float]]:
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _numbers(value, f"{path}.{key}" if path else str(key))
    elif isinstance(data, float):
        yield path, data


def files_of(name: str, data: dict, made_from: str) -> dict[str, bytes]:
    """Return the content of the files that are made from the numbers of a figure."""
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt
    from matplotlib.figure import Figure

    from explainer.drawing import style, svg

    source = module(name)
    title, png = source.__doc__.splitlines()[0], io.BytesIO()
    pictures, data["stage"] = {}, {}
    for kind, suffix in DRAWINGS.items():
        with style.site_style(name, kind == "wide"):
            figure = source.draw(data, kind == "wide")
            if not isinstance(figure, Figure):
                at, given = rules.place(source, "draw"), type(figure).__name__
                raise RuleError(f"draw() must return a matplotlib Figure, not {given} ({at})")
            prefix = name if kind == "wide" else f"{name}-{kind}"
            picture = svg.render(figure, prefix, title, data["alt"])
            if strange := svg.strange_colours(picture):
                raise RuleError(rules.told_of_colours(source, strange))
            pictures[suffix] = picture.encode()
            data["stage"][kind] = svg.stage(figure)
            if kind == "wide":
                figure.savefig(png, format="png", metadata={"Software": None})
            plt.close(figure)
    table = _csv(data["table"], rules.place(source, "compute")).encode()
    data["made"] = {
        "digest": made_from,
        "files": {s: digest_of(made) for s, made in (pictures | {"csv": table}).items()},
        "versions": versions(),
    }
    lines = (f" {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in data.items())
    return {
        "json": ("{\n" + ",\n".join(lines) + "\n}\n").encode(),
        "csv": table,
        "png": png.getvalue(),
    } | pictures


def _csv(table: dict[str, list], at: str) -> str:
    lengths = {key: len(column) for key, column in table.items()}
    if len(set(lengths.values())) != 1:
        raise RuleError(f"the columns of data['table'] differ in length: {lengths} ({at})")
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(table)
    rows.writerows(zip(*table.values(), strict=True))
    return text.getvalue()
