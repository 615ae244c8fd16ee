"""The figures of links say what the tables say, read here a second time and by hand."""

import csv
import json
import re
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest

from explainer.making.files import FIGURES, ROOT
from longrange import horizon

SVG = "{http://www.w3.org/2000/svg}"
RATES = [Fraction(hundredths, 100) for hundredths in range(30, 100)]
SHOWN = [
    "agreement", "any_dependency", "discourse_erst", "discourse_gdtb", "coreference",
    "coreference_names_nouns", "coreference_third_person",
]  # fmt: skip


def table(name, **wanted):
    with (ROOT / "docs/data" / name).open(newline="") as file:
        found = list(csv.DictReader(file))
    return [row for row in found if all(row[key] == value for key, value in wanted.items())]


def committed(stem):
    return json.loads((FIGURES / f"{stem}.json").read_text("utf-8"))


def at(statistics, name):
    """Return a statistic by the name it has in the tables: beyond_0.95 is r95 in beyond."""
    if not name.startswith("beyond_"):
        return statistics[name]
    return statistics["beyond"][f"r{round(100 * Fraction(name.removeprefix('beyond_')))}"]


def test_every_statistic_is_the_one_of_the_table():
    data = committed("link_distances")
    for unit, place in (("words", data), ("tokens", data["in_tokens"])):
        found = table("link_distances.csv", unit=unit)
        assert len(found) == 10
        for row in found:
            kept = [key for key in row if key not in ("series", "unit")]
            assert len(kept) == 13
            for key in kept:
                assert at(place[row["series"]], key) == float(row[key])
        for row in table("link_intervals.csv", unit=unit):
            statistics = place[row["series"]]
            low, value, high = (
                at(one, row["statistic"])
                for one in (statistics["low"], statistics, statistics["high"])
            )
            assert [low, value, high] == [float(row[key]) for key in ("low", "value", "high")]
            assert low <= value <= high


@pytest.mark.parametrize("stem", ["link_distances", "attractor_share", "genre_distances"])
def test_the_corpus_is_named_with_its_size(stem):
    told = json.loads((ROOT / "docs/data/link_provenance.json").read_text("utf-8"))
    named = committed(stem)["corpus"]
    assert named.items() <= told.items()
    assert named.keys() >= {"corpus", "release", "documents", "words", "tokens"}


def further(series, words):
    """Return the share of the links that are longer than so many words."""
    (row,) = table("link_survival.csv", unit="words", k=str(words))
    return float(row[series])


def test_the_shares_beyond_each_horizon_agree_with_exact_arithmetic():
    data = committed("link_distances")
    reach = []
    for rate in RATES:
        words = next(k for k in range(1, 600) if rate ** (k + 1) < Fraction(1, 100))
        assert words <= horizon(float(rate)) < words + 1
        reach.append(words)
    for series in SHOWN:
        said = data["by_rate"][series].split()
        assert len(said) == len(RATES)
        for text, words in zip(said, reach, strict=True):
            percent = 100 * further(series, words)
            if text == "<0.1":
                assert 0 < percent < 0.05
            elif "." in text:
                assert float(text) == pytest.approx(percent, abs=0.05)
                assert 0.05 <= percent < 9.95
            else:
                assert float(text) == pytest.approx(percent, abs=0.5)
                assert percent == 0 or percent >= 9.95


def test_the_picture_shows_the_reader_as_the_page_begins():
    data, first = committed("link_distances"), committed("influence_curves")
    assert data["range"]["r"] == first["range"]["r"]
    assert data["reader"]["r"] == first["reader"]["r"]
    assert data["reader"]["horizon"] == first["reader"]["horizon"]
    where = RATES.index(Fraction(4, 5))
    for series in SHOWN:
        assert data["reader"]["beyond"][series] == data["by_rate"][series].split()[where]


def test_curves_line_and_dots_lie_where_the_stage_says():
    data = committed("link_distances")
    root = ET.parse(FIGURES / "link_distances.svg").getroot()
    axes = data["stage"]["wide"]["axes"]["share"]
    (left, right), (bottom, top) = axes["x"]["range"], axes["y"]["range"]

    def group(name):
        return next(e for e in root.iter() if e.get("id") == f"link_distances-{name}")

    def points(name):
        drawn = [float(v) for v in re.findall(r"[\d.]+", group(name).find(f"{SVG}path").get("d"))]
        return list(zip(drawn[::2], drawn[1::2], strict=True))

    def across(x):  # from SVG units back to words
        return 500 ** ((x - left) / (right - left))

    for series in SHOWN:
        seen = 0
        for x, y in points(f"curve-{series}"):
            words = round(across(x))
            assert across(x) == pytest.approx(words, rel=2e-3)
            share = (bottom - y) / (bottom - top)
            assert share == pytest.approx(further(series, words), abs=6e-4)
            seen += 1
        assert seen > 30
    reach = float(horizon(0.8))
    assert [across(x) for x, _ in points("live-line")] == pytest.approx([reach, reach], rel=2e-3)
    dots = list(group("live-dots").iter(f"{SVG}use"))
    for series, dot in zip(SHOWN, dots, strict=True):
        assert across(float(dot.get("x"))) == pytest.approx(reach, rel=2e-3)
        share = (bottom - float(dot.get("y"))) / (bottom - top)
        assert further(series, 21) - 6e-4 < share < further(series, 20) + 6e-4


def test_attractors_by_distance_are_those_of_the_table():
    data = committed("attractor_share")
    total, *bins = table("link_attractors.csv", series="agreement")
    assert [data["all"][key] for key in ("N", "with_attractor")] == [
        int(total[key]) for key in ("N", "with_attractor")
    ]
    assert list(data["at"]) == [f"d{row['from']}" for row in bins]
    for row in bins:
        kept = data["at"][f"d{row['from']}"]
        for key in ("from", "to", "N", "with_attractor", "share", "low", "high"):
            assert kept[key] == float(row[key])
        assert kept["share"] == pytest.approx(int(row["with_attractor"]) / int(row["N"]), abs=1e-6)
    far = [row for row in bins if int(row["to"]) > 4]
    assert data["far"]["N"] == sum(int(row["N"]) for row in far)
    assert data["far"]["with_attractor"] == sum(int(row["with_attractor"]) for row in far)
    assert data["far"]["of_links"] * int(total["N"]) == pytest.approx(data["far"]["N"])
    assert data["far"]["of_attractors"] * int(total["with_attractor"]) == pytest.approx(
        data["far"]["with_attractor"]
    )
    root = ET.parse(FIGURES / "attractor_share.svg").getroot()
    texts = {element.text for element in root.iter(f"{SVG}text")}
    assert {f"{row['with_attractor']} of {int(row['N']):,}" for row in bins} <= texts


def test_genres_are_those_of_the_table_in_order_of_coreference():
    data = committed("genre_distances")
    found = table("link_genres.csv", unit="words")
    assert len(data["genre"]) == data["corpus"]["genres"]
    for row in found:
        kept = data["genre"][row["genre"]][row["series"]]
        for key in ("documents", "N", "mean", "median", "p90"):
            assert kept[key] == float(row[key])
        assert kept["beyond"] == float(row["beyond_0.8"])
    far = {row["genre"]: int(row["p90"]) for row in found if row["series"] == "coreference"}
    assert [far[genre] for genre in data["order"]] == sorted(far.values())
    assert data["range"]["coreference"]["least"] == min(far.values())
    assert data["range"]["coreference"]["most"] == max(far.values())
    totals = table("link_distances.csv", unit="words")
    for row in totals:
        assert sum(one[row["series"]]["N"] for one in data["genre"].values()) == int(row["N"])
