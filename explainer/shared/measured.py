"""The tables of ``docs/data/``, for figures that show what was measured elsewhere.

Write the name of a table as one string: `explainer.making.digests` looks for it, and makes
the figure stale when the table changes.
"""

import csv
import json

from explainer.making.files import DATA


def rows(name: str, **wanted: object) -> list[dict]:
    """Return the rows of a table as dicts, numbers as numbers; only those that hold `wanted`."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        found = [{key: _value(text) for key, text in row.items()} for row in csv.DictReader(file)]
    return [row for row in found if all(row[key] == value for key, value in wanted.items())]


def corpus() -> dict:
    """Return which corpus the tables of links were measured on, and how large it is."""
    kept = ("corpus", "release", "commit", "documents", "genres", "sentences", "words", "tokens",
            "letters")  # fmt: skip
    told = json.loads((DATA / "link_provenance.json").read_text("utf-8"))
    return {key: told[key] for key in kept}


def _value(text: str) -> str | int | float:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text
