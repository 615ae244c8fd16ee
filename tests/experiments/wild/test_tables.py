"""The committed tables of the networks in the wild: complete, small, and of one mind."""

import csv
import json
from collections import defaultdict

import pytest

from experiments.wild import catalogue, rows, sentence
from experiments.wild.dynamics import RECALLED, TOLD
from experiments.wild.packages import PACKAGES
from explainer.making.files import DATA


def table(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ROWS, CURVES, STEPS = (table(f"wild{end}.csv") for end in ("", "_curves", "_sentence"))
RIGHT = [row for row in ROWS if not row["mode"].startswith("misread")]


def named(row):
    return row["network"], row["part"], row["mode"]


def test_the_tables_are_complete_and_small():
    assert sorted(path.name for path in DATA.glob("wild*")) == [
        "wild.csv", "wild_curves.csv", "wild_provenance.json", "wild_sentence.csv",
    ]  # fmt: skip
    assert sum(path.stat().st_size for path in DATA.glob("wild*")) < 150_000
    for found, columns in ((ROWS, rows.COLUMNS), (CURVES, rows.CURVES), (STEPS, sentence.COLUMNS)):
        assert tuple(found[0]) == columns
    packages = [catalogue.module(name).PACKAGE for name in catalogue.NAMES]
    for found in (RIGHT, [row for row in ROWS if row not in RIGHT]):
        assert list(dict.fromkeys(row["network"] for row in found)) == packages
    assert len({named(row) for row in ROWS}) == len(ROWS)
    assert {named(row) for row in CURVES} == {named(row) for row in ROWS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: ", ".join(named(row)))
def test_a_row_is_of_one_mind(row):
    package = PACKAGES[row["network"]]
    assert (row["version"], row["licence"]) == (package.version, package.licence)
    one = {name: float(text) for name, text in row.items() if _is_number(text)}
    for name in (
        *(f"norm_{k}" for k in TOLD),
        *(f"recalled_{k}" for k in RECALLED),
        "rate",
        "rate_growth",
    ):
        if name in one:
            assert one[f"{name}_low"] <= one[name] <= one[f"{name}_high"]
    # No step stretches by more than its norm, so neither do many, on average.
    assert 0 < one["rate"] <= one["bound"]
    assert one["rate_growth"] <= one["bound"]
    assert one["radius"] <= one["bound"]
    assert one["norm_1"] == one["bound"]
    assert 1 <= one["gradient_half"] <= one["gradient_ninety"] <= one["steps"]
    assert one.get("directions_10", 1) <= one["state"]
    for lag in TOLD:
        assert (f"norm_{lag}" in one) == (lag <= one["longest_lag"])
    if "first_below" in one:
        assert one["first_below"] <= one["longest_lag"] < one["steps"]
    if row in RIGHT:
        assert one["task_score"] > one["chance"]
        assert one["wrong_layout"] < one["task_score"]
    else:
        assert one["task_score"] == one["wrong_layout"]


@pytest.mark.parametrize("row", RIGHT, ids=lambda row: ", ".join(named(row)))
def test_both_methods_agree(row):
    """Over few steps each still shows the direction that it began in."""
    rate, growth = float(row["rate"]), float(row["rate_growth"])
    steps = float(row["steps"])
    tolerance = 0.05 if steps < 50 else 0.01 if steps < 200 else 0.003
    assert growth == pytest.approx(rate, rel=tolerance)


def test_curves_and_table_agree():
    found = defaultdict(dict)
    for row in CURVES:
        found[named(row)][int(row["lag"])] = row
    for row in ROWS:
        curve = found[named(row)]
        assert float(curve[0]["norm"]) == 1
        for lag in TOLD:
            for end in rows.ENDS:
                assert curve.get(lag, {}).get(f"norm{end}", "") == row[f"norm_{lag}{end}"]
        shares = [float(one["gradient"]) for one in curve.values()]
        assert 0 <= min(shares) < max(shares) < 1


def test_provenance_names_every_package_with_its_hash():
    told = json.loads((DATA / "wild_provenance.json").read_text("utf-8"))
    assert list(told["networks"]) == list(catalogue.NAMES)
    known = {(package.file, package.sha256) for package in PACKAGES.values()}
    for one in told["networks"].values():
        for package in (one["package"], *one["others"]):
            assert (package["file"], package["sha256"]) in known
        assert one["score"]["wrong"] < one["score"]["value"]


def test_shares_of_the_sentence_are_shares_and_its_letters_are_ours():
    found = defaultdict(list)
    for row in STEPS:
        found[row["network"]].append(row)
    for name, steps in found.items():
        assert [row["step"] for row in steps] == [str(t) for t in range(len(steps))]
        for column in ("small", "swapped"):
            shares = [float(row[column]) for row in steps if row[column]]
            assert min(shares, default=1) > 0
            if shares:
                assert sum(shares) == pytest.approx(1, abs=0.01), (name, column)
    text = "".join(row["symbol"] for row in found["textgenrnn"])
    assert sentence.SENTENCE.endswith(text)
    for name in ("g2p-en", "chars2vec"):
        assert "".join(row["symbol"] for row in found[name]) == sentence.WORD


def _is_number(text):
    try:
        return bool(text) and float(text) is not None
    except ValueError:
        return False
