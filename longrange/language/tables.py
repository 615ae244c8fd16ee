"""Tables of how far apart linked words are, over a whole corpus.

A percentile is the smallest distance that at least that share of the links does not exceed.
Intervals hold 95 % of what the statistic is when whole documents are drawn anew, with
replacement: links of one document are not independent. Of one document alone they are empty.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator

import numpy as np

from longrange.language.corpus import LAYERS
from longrange.language.gaps import remarks
from longrange.language.series import KINDS, SERIES, UNITS, Counts, Measured, counts, missing
from longrange.rates import horizon

RATES = (0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
LONGEST = 500
NAMES = (
    "link_distances.csv", "link_groups.csv", "link_genres.csv", "link_survival.csv",
    "link_intervals.csv", "link_attractors.csv", "link_provenance.json",
)  # fmt: skip
DRAWS = 1000
SEED = 0
# Distances up to which attractors are counted together; the last bin is open.
BINS = (*range(1, 11), 15, 20, 30)
_BLOCK = 2**20  # numbers of a block of draws: 8 MB
_PERCENTILES = {"median": 50, "p90": 90, "p95": 95, "p99": 99}
_BEYOND = {f"beyond_{r}": r for r in RATES}
_COLUMNS = ["N", "mean", *_PERCENTILES, "max", *_BEYOND]
_OF_GENRE = ["N", "mean", "median", "p90", "beyond_0.8"]


def tables(measured: list[Measured], corpus: dict[str, str | None]) -> dict[str, str]:
    """Return the text of each table by the name of its file.

    Parameters
    ----------
    measured : list of Measured
        Documents in any order; of one name, in the order of their files.
    corpus : mapping
        What is known of the corpus, for the provenance.

    Returns
    -------
    dict of str
    """
    documents = sorted(measured, key=lambda document: (document.name, document.file))
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


def statistics(at: np.ndarray, found: np.ndarray) -> dict[str, np.ndarray]:
    """Return the statistics of distances.

    Parameters
    ----------
    at : ndarray of int, shape (K,)
        Distances, rising.
    found : ndarray of shape (..., K)
        How many links have each; at least one in all.

    Returns
    -------
    dict of ndarray of shape (...)
        N, mean, percentiles, maximum, and shares beyond the 1 % horizon of each rate.
    """
    totals, up_to = found.sum(-1), found.cumsum(-1)
    values = {"N": totals, "mean": found @ at / totals}
    for name, percent in _PERCENTILES.items():
        values[name] = at[(100 * up_to >= percent * totals[..., None]).argmax(-1)]
    values["max"] = at[len(at) - 1 - (found[..., ::-1] > 0).argmax(-1)]
    for name, r in _BEYOND.items():
        values[name] = found[..., at > horizon(r)].sum(-1) / totals
    return values


def _drawn(draws: np.ndarray, of: Counts) -> dict[str, np.ndarray]:
    """Return the statistics of each draw that has a link, a block of draws at a time."""
    rows = max(1, _BLOCK // len(of.at))
    blocks = (draws[i : i + rows] @ of.found for i in range(0, len(draws), rows))
    each = [statistics(of.at, block[block.any(1)]) for block in blocks]
    return {name: np.concatenate([one[name] for one in each]) for name in each[0]}


def _distances(documents: list[Measured]) -> Iterator[list[object]]:
    for name, series in SERIES.items():
        for unit in UNITS:
            yield [name, unit, *_row(counts(documents, *series, unit))]


def _groups(documents: list[Measured]) -> Iterator[list[object]]:
    for kind in KINDS:
        if kind == "any_dependency":
            continue
        for group in sorted({link[0] for document in documents for link in document.links[kind]}):
            for unit in UNITS:
                found = counts(documents, kind, frozenset({group}), unit)
                yield [kind, group, unit, *_row(found)]


def _genres(documents: list[Measured]) -> Iterator[list[object]]:
    for name, series in SERIES.items():
        for unit in UNITS:
            for genre in sorted({document.genre for document in documents}):
                some = [document for document in documents if document.genre == genre]
                row = _row(counts(some, *series, unit))
                kept = [row[_COLUMNS.index(column)] for column in _OF_GENRE]
                yield [name, unit, genre, len(some), *kept]


def _survival(documents: list[Measured]) -> Iterator[list[object]]:
    for unit in UNITS:
        columns = []
        for series in SERIES.values():
            found = counts(documents, *series, unit)
            up_to = np.concatenate([[0.0], found.total.cumsum()])
            within = up_to[np.searchsorted(found.at, np.arange(1, LONGEST + 1), "right")]
            shares = (up_to[-1] - within) / max(up_to[-1], 1)
            columns.append([_text("share", share) if up_to[-1] else "" for share in shares])
        yield from ([unit, k, *row] for k, row in enumerate(zip(*columns, strict=True), 1))


def _intervals(documents: list[Measured], draws: np.ndarray) -> Iterator[list[object]]:
    for name, series in SERIES.items():
        for unit in UNITS:
            found = counts(documents, *series, unit)
            if not len(found.at):
                continue
            value, drawn = statistics(found.at, found.total), _drawn(draws, found)
            for column in ("mean", "median", "p90", *_BEYOND):
                limits = [_text(column, limit) for limit in _limits(documents, drawn[column])]
                yield [name, unit, column, _text(column, float(value[column])), *limits]


def _attractors(documents: list[Measured], draws: np.ndarray) -> Iterator[list[object]]:
    kept = ["attractors" not in document.gaps for document in documents]
    documents = [document for document, keep in zip(documents, kept, strict=True) if keep]
    draws = draws[:, kept]
    for name in ("agreement", "agreement_noun", "agreement_pronoun"):
        found = counts(documents, *SERIES[name], "words")
        longest = int(found.at.max(initial=1))
        bins = zip([1, *(end + 1 for end in BINS)], [*BINS, longest], strict=True)
        for first, last in [(1, longest), *bins]:
            inside = (first <= found.at) & (found.at <= last)
            total, some = (of[:, inside].sum(axis=1) for of in (found.found, found.lured))
            if not total.any():
                continue
            drawn = draws @ total
            limits = _limits(documents, (draws @ some)[drawn > 0] / drawn[drawn > 0])
            shares = [_text("share", share) for share in (some.sum() / total.sum(), *limits)]
            yield [name, first, last, int(total.sum()), int(some.sum()), *shares]


def _provenance(documents: list[Measured], corpus: dict[str, str | None]) -> dict[str, object]:
    totals = {
        name: sum(getattr(document, name) for document in documents)
        for name in ("sentences", *UNITS, "letters")
    }
    lacking = remarks(document.gaps - frozenset(LAYERS) for document in documents)
    return {
        **corpus,
        "documents": len(documents),
        "genres": len({document.genre for document in documents}),
        **totals,
        "documents_without": missing(documents),
        **({"remarks": lacking} if lacking else {}),
        "intervals": {"percent": 95, "draws_of_documents": DRAWS, "seed": SEED},
    }


def _row(found: Counts) -> list[str]:
    """Return the columns of a table on the distances `found`, empty but for N = 0 if none."""
    if not len(found.at):
        return ["0"] + [""] * (len(_COLUMNS) - 1)
    values = statistics(found.at, found.total)
    return [_text(name, float(values[name])) for name in _COLUMNS]


def _limits(documents: list[Measured], drawn: np.ndarray) -> list[float]:
    """Return the ends of an interval, NaN for one document, which drawing cannot vary."""
    if len(documents) == 1:
        return [np.nan, np.nan]
    return np.percentile(drawn, [2.5, 97.5], method="inverted_cdf").tolist()


def _text(name: str, value: float) -> str:
    """Return a mean with four decimals, a share with six, a distance whole, and NaN as nothing."""
    if np.isnan(value):
        return ""
    if name == "mean":
        return f"{value:.4f}"
    return f"{value:.6f}" if name == "share" or name in _BEYOND else f"{value:.0f}"


def _csv(header: list[str], rows: Iterable[list[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
