"""Tables of how far apart linked words are, over a whole corpus.

A percentile is the smallest distance that at least that share of the links does not exceed.
Intervals hold 95 % of what the statistic is when whole documents are drawn anew, with
replacement: links of one document are not independent.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np

from longrange.language.series import KINDS, SERIES, UNITS, Measured, counts, missing
from longrange.rates import horizon

RATES = (0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
LONGEST = 500
DRAWS = 1000
SEED = 0
# Distances up to which attractors are counted together; the last bin is open.
BINS = (*range(1, 11), 15, 20, 30)
_PERCENTILES = {"median": 50, "p90": 90, "p95": 95, "p99": 99}
_BEYOND = {f"beyond_{r}": r for r in RATES}
_COLUMNS = ["N", "mean", *_PERCENTILES, "max", *_BEYOND]
_OF_GENRE = ["N", "mean", "median", "p90", "beyond_0.8"]


def tables(measured: list[Measured], corpus: dict[str, str | None]) -> dict[str, str]:
    """Return the text of each table by the name of its file.

    Parameters
    ----------
    measured : list of Measured
        Documents in any order.
    corpus : mapping
        What is known of the corpus, for the provenance.

    Returns
    -------
    dict of str

    Raises
    ------
    ValueError
        If two documents have one name.
    """
    documents = sorted(measured, key=lambda document: document.name)
    for one, other in pairwise(documents):
        if one.name == other.name:
            raise ValueError(f"two documents are named {one.name}")
    chance = [1 / len(documents)] * len(documents)
    draws = np.random.default_rng(SEED).multinomial(len(documents), chance, DRAWS).astype(float)
    return {
        "link_distances.csv": _csv(["series", "unit", *_COLUMNS], _distances(documents)),
        "link_groups.csv": _csv(["kind", "group", "unit", *_COLUMNS], _groups(documents)),
        "link_genres.csv": _csv(
            ["series", "unit", "genre", "documents", *_OF_GENRE], _genres(documents)
        ),
        "link_survival.csv": _csv(["unit", "k", *SERIES], _survival(documents)),
        "link_intervals.csv": _csv(
            ["series", "unit", "statistic", "value", "low", "high"], _intervals(documents, draws)
        ),
        "link_attractors.csv": _csv(
            ["series", "from", "to", "N", "with_attractor", "share", "low", "high"],
            _attractors(documents, draws),
        ),
        "link_provenance.json": json.dumps(_provenance(documents, corpus), indent=1) + "\n",
    }


def statistics(found: np.ndarray) -> dict[str, np.ndarray]:
    """Return the statistics of distances.

    Parameters
    ----------
    found : ndarray of shape (..., K)
        How many links have the distances 0 ... K−1; at least one in all.

    Returns
    -------
    dict of ndarray of shape (...)
        N, mean, percentiles, maximum, and shares beyond the 1 % horizon of each rate.
    """
    totals, up_to = found.sum(-1), found.cumsum(-1)
    last = found.shape[-1] - 1
    values = {"N": totals, "mean": found @ np.arange(last + 1) / totals}
    for name, percent in _PERCENTILES.items():
        values[name] = (100 * up_to >= percent * totals[..., None]).argmax(-1)
    values["max"] = last - (found[..., ::-1] > 0).argmax(-1)
    for name, r in _BEYOND.items():
        values[name] = (totals - up_to[..., min(int(horizon(r)), last)]) / totals
    return values


def _distances(documents: list[Measured]) -> Iterator[list[object]]:
    for name, series in SERIES.items():
        for unit in UNITS:
            yield [name, unit, *_row(counts(documents, *series, unit).sum(0))]


def _groups(documents: list[Measured]) -> Iterator[list[object]]:
    for kind in KINDS:
        if kind == "any_dependency":
            continue
        for group in sorted({link[0] for document in documents for link in document.links[kind]}):
            for unit in UNITS:
                found = counts(documents, kind, frozenset({group}), unit).sum(0)
                yield [kind, group, unit, *_row(found)]


def _genres(documents: list[Measured]) -> Iterator[list[object]]:
    for name, series in SERIES.items():
        for unit in UNITS:
            for genre in sorted({document.genre for document in documents}):
                some = [document for document in documents if document.genre == genre]
                row = _row(counts(some, *series, unit).sum(0))
                kept = [row[_COLUMNS.index(column)] for column in _OF_GENRE]
                yield [name, unit, genre, len(some), *kept]


def _survival(documents: list[Measured]) -> Iterator[list[object]]:
    for unit in UNITS:
        columns = []
        for series in SERIES.values():
            found = counts(documents, *series, unit).sum(0)
            longer = found[::-1].cumsum()[::-1][2:]  # than k = 1, 2, ...
            column = [_text("share", share) for share in longer[:LONGEST] / max(found.sum(), 1)]
            rest = _text("share", 0) if found.any() else ""
            columns.append(column + [rest] * (LONGEST - len(column)))
        yield from ([unit, k, *row] for k, row in enumerate(zip(*columns, strict=True), 1))


def _intervals(documents: list[Measured], draws: np.ndarray) -> Iterator[list[object]]:
    for name, series in SERIES.items():
        for unit in UNITS:
            found = counts(documents, *series, unit)
            if not found.any():
                continue
            drawn = draws @ found
            value, drawn = statistics(found.sum(0)), statistics(drawn[drawn.any(1)])
            for column in ("mean", "median", "p90", *_BEYOND):
                numbers = value[column], *_limits(drawn[column])
                yield [name, unit, column, *(_text(column, number) for number in numbers)]


def _attractors(documents: list[Measured], draws: np.ndarray) -> Iterator[list[object]]:
    for name in ("agreement", "agreement_noun", "agreement_pronoun"):
        every = counts(documents, *SERIES[name], "words")
        lured = counts(documents, *SERIES[name], "words", lured=True)
        longest = every.shape[1] - 1
        bins = zip([1, *(end + 1 for end in BINS)], [*BINS, longest], strict=True)
        for first, last in [(1, longest), *bins]:
            total, some = (found[:, first : last + 1].sum(1) for found in (every, lured))
            if not total.any():
                continue
            drawn = draws @ total
            limits = _limits((draws @ some)[drawn > 0] / drawn[drawn > 0])
            shares = [_text("share", share) for share in (some.sum() / total.sum(), *limits)]
            yield [name, first, last, int(total.sum()), int(some.sum()), *shares]


def _provenance(documents: list[Measured], corpus: dict[str, str | None]) -> dict[str, object]:
    totals = {
        name: sum(getattr(document, name) for document in documents)
        for name in ("sentences", *UNITS, "letters")
    }
    return {
        **corpus,
        "documents": len(documents),
        "genres": len({document.genre for document in documents}),
        **totals,
        "documents_without": missing(documents),
        "intervals": {"percent": 95, "draws_of_documents": DRAWS, "seed": SEED},
    }


def _row(found: np.ndarray) -> list[str]:
    """Return the columns of a table on the distances `found`, empty but for N = 0 if none."""
    if not found.any():
        return ["0"] + [""] * (len(_COLUMNS) - 1)
    values = statistics(found)
    return [_text(name, float(values[name])) for name in _COLUMNS]


def _limits(drawn: np.ndarray) -> np.ndarray:
    return np.percentile(drawn, [2.5, 97.5], method="inverted_cdf")


def _text(name: str, value: float) -> str:
    """Return a mean with four decimals, a share with six, and a distance as a whole number."""
    if name == "mean":
        return f"{value:.4f}"
    return f"{value:.6f}" if name == "share" or name in _BEYOND else f"{value:.0f}"


def _csv(header: list[str], rows: Iterable[list[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
