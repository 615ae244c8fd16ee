"""``scripts/measure_language.py``: its tables, and what it says of a corpus it cannot measure."""

import csv
import hashlib
import json
import math
import os
import re
import subprocess
import sys
import tracemalloc
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from treebank import conllu, plain

from explainer.making.files import ROOT
from longrange.language import conllu_files, read
from longrange.language.provenance import provenance
from longrange.language.series import KINDS, Measured, measure
from longrange.language.tables import NAMES, statistics, tables

TABLES = [
    "link_attractors.csv",
    "link_distances.csv",
    "link_genres.csv",
    "link_groups.csv",
    "link_intervals.csv",
    "link_provenance.json",
    "link_survival.csv",
]
COLUMNS = "N,mean,median,p90,p95,p99,max,beyond_0.5,beyond_0.7,beyond_0.8,beyond_0.9,beyond_0.95"
COLUMNS = ["series", "unit", *COLUMNS.split(","), "beyond_0.99"]
SERIES = [
    "agreement", "agreement_noun", "agreement_pronoun", "coreference", "coreference_third_person",
    "coreference_names_nouns", "discourse_erst", "discourse_erst_chained", "discourse_gdtb",
    "any_dependency",
]  # fmt: skip
ONE = "Entity=(1-person-new-n-cf-1-coref)"


def chain(name, *gaps, genre="tale"):
    """Return a document with one entity, mentioned again after each of `gaps` words."""
    words = [f"a {ONE}"]
    for gap in gaps:
        words += ["x"] * (gap - 1) + [f"a {ONE}"]
    return conllu(plain(*words, "."), name=name, genre=genre)


def corpus(folder, *documents, readme=""):
    """Write each document into a file of its own."""
    folder.mkdir(exist_ok=True)
    for number, text in enumerate(documents):
        (folder / f"{number}.conllu").write_text(text, "utf-8")
    if readme:
        (folder / "README.md").write_text(readme, "utf-8")
    return folder


def script(path, out, *options):
    command = [sys.executable, "scripts/measure_language.py", str(path), "--out", str(out)]
    return subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True)


def tabulate(folder):
    """Return the tables of the corpus in `folder` as rows."""
    texts = tables([measure(text) for text in read(folder)], {})
    return {
        name: list(csv.DictReader(text.splitlines()))
        for name, text in texts.items()
        if name.endswith(".csv")
    }


def rows(table, **wanted):
    return [row for row in table if all(row[key] == value for key, value in wanted.items())]


# ── Numbers ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "distances", [[1], [1, 2], range(1, 101), np.random.default_rng(3).geometric(0.02, 1234)]
)
def test_statistics_are_those_of_the_list_of_distances(distances):
    at, counted = np.unique(np.asarray(distances), return_counts=True)
    found = statistics(at, counted.astype(float))
    ordered, number = sorted(map(int, distances)), len(distances)
    assert found["N"] == number
    assert found["mean"] == pytest.approx(math.fsum(ordered) / number, rel=1e-14)
    for name, percent in {"median": 50, "p90": 90, "p95": 95, "p99": 99}.items():
        assert found[name] == ordered[math.ceil(number * percent / 100) - 1]
    assert found["max"] == ordered[-1]
    for r in (0.5, 0.7, 0.8, 0.9, 0.95, 0.99):  # beyond: r**k is less than 1 %
        beyond = sum(r**k < 0.01 for k in ordered) / number
        assert found[f"beyond_{r}"] == pytest.approx(beyond, rel=1e-14)


def test_the_main_table_has_a_row_for_each_series_and_unit(tmp_path):
    table = tabulate(corpus(tmp_path / "c", chain("a", 1, 2, 30)))["link_distances.csv"]
    assert list(table[0]) == COLUMNS
    assert [(row["series"], row["unit"]) for row in table] == [
        (series, unit) for series in SERIES for unit in ("words", "tokens")
    ]
    (row,) = rows(table, series="coreference", unit="words")
    assert [row[name] for name in ("N", "mean", "median", "p90", "max")] == [
        "3", "11.0000", "2", "30", "30",
    ]  # fmt: skip
    assert (row["beyond_0.8"], row["beyond_0.9"]) == ("0.333333", "0.000000")  # 20.6 and 43.7
    (nothing,) = rows(table, series="discourse_gdtb", unit="tokens")
    assert nothing["N"] == "0"
    assert {nothing[name] for name in COLUMNS[3:]} == {""}


def test_survival_is_the_share_of_longer_links(tmp_path):
    table = tabulate(corpus(tmp_path / "c", chain("a", 1, 2, 2, 600)))["link_survival.csv"]
    assert list(table[0]) == ["unit", "k", *SERIES]
    words = rows(table, unit="words")
    assert [int(row["k"]) for row in words] == list(range(1, 501))
    shares = [row["coreference"] for row in words]
    assert shares == ["0.750000"] + ["0.250000"] * 499
    assert {row["agreement"] for row in words} == {""}
    assert {row["any_dependency"] for row in words[-1:]} == {f"{105 / 605:.6f}"}


def test_intervals_come_from_drawing_documents(tmp_path):
    # Of two documents, means are 2, 10 or 6, the first two with chance 1/4 each.
    table = tabulate(corpus(tmp_path / "c", chain("a", 2), chain("b", 10)))["link_intervals.csv"]
    (row,) = rows(table, series="coreference", unit="words", statistic="mean")
    assert (row["value"], row["low"], row["high"]) == ("6.0000", "2.0000", "10.0000")
    # The last document weighs more: it has three links in each draw that it is in.
    same = corpus(tmp_path / "d", chain("a", 3, 5), chain("b", 5, 3), chain("c", 3, 5, 3, 5))
    for row in rows(tabulate(same)["link_intervals.csv"], series="coreference"):
        assert row["low"] == row["value"] == row["high"]


def test_intervals_are_as_wide_as_theory_says(tmp_path):
    gaps = np.random.default_rng(1).integers(1, 40, 60)
    texts = [chain(f"d{i}", gap) for i, gap in enumerate(gaps)]
    table = tabulate(corpus(tmp_path / "c", *texts))["link_intervals.csv"]
    (row,) = rows(table, series="coreference", unit="words", statistic="mean")
    error = np.std(gaps) / math.sqrt(60)  # of the mean of 60 independent numbers
    assert float(row["value"]) == pytest.approx(gaps.mean(), abs=1e-4)
    assert float(row["low"]) == pytest.approx(gaps.mean() - 1.96 * error, abs=0.25 * error)
    assert float(row["high"]) == pytest.approx(gaps.mean() + 1.96 * error, abs=0.25 * error)


def test_genres_are_told_apart(tmp_path):
    folder = corpus(
        tmp_path / "c", chain("a", 2), chain("b", 4, genre="song"), chain("c", 6, 6, genre="song")
    )
    table = rows(tabulate(folder)["link_genres.csv"], series="coreference", unit="words")
    found = [[row[name] for name in ("genre", "documents", "N", "mean")] for row in table]
    assert found == [["song", "2", "3", "5.3333"], ["tale", "1", "1", "2.0000"]]


AGREEING = """{0} NOUN NNS Number=Plur {1} nsubj
{2}
bark VERB VBP Mood=Ind|VerbForm=Fin 0 root"""


def agreeing(between):
    """Return a sentence whose subject and verb have the nouns `between` between them."""
    end = len(between) + 2
    nouns = [f"n NOUN NN Number={number} {end} dep" for number in between]
    return AGREEING.format("dogs", end, "\n".join(nouns))


def test_attractors_are_counted_by_distance(tmp_path):
    sentences = [agreeing(x) for x in ([], ["Sing"], ["Plur"], ["Sing", "Plur"], ["Plur"] * 40)]
    table = tabulate(corpus(tmp_path / "c", conllu(*sentences)))["link_attractors.csv"]
    noun = rows(table, series="agreement_noun")
    keys = ("from", "to", "N", "with_attractor", "share")
    assert [tuple(row[key] for key in keys) for row in noun] == [
        ("1", "41", "5", "2", "0.400000"),
        ("1", "1", "1", "0", "0.000000"),
        ("2", "2", "2", "1", "0.500000"),
        ("3", "3", "1", "1", "1.000000"),
        ("31", "41", "1", "0", "0.000000"),
    ]
    assert rows(table, series="agreement_pronoun") == []


def test_groups_have_rows_of_their_own(tmp_path):
    table = tabulate(corpus(tmp_path / "c", conllu(agreeing(["Sing"]))))["link_groups.csv"]
    assert [(row["kind"], row["group"], row["unit"], row["N"]) for row in table] == [
        ("agreement", "noun", "words", "1"),
        ("agreement", "noun", "tokens", "1"),
    ]


def test_documents_of_one_name_are_kept_apart(tmp_path):
    alike, apart = (
        tabulate(corpus(tmp_path / f"c{name}", chain("a", 2), chain(name, 3, 4), chain("d", 5)))
        for name in ("a", "b")
    )
    assert alike == apart
    table = rows(alike["link_genres.csv"], series="coreference", unit="words")
    assert [(row["documents"], row["N"]) for row in table] == [("3", "4")]


def test_of_one_document_there_are_no_intervals(tmp_path):
    tables = tabulate(corpus(tmp_path / "c", conllu(agreeing(["Sing"]), agreeing([]))))
    for name in ("link_intervals.csv", "link_attractors.csv"):
        assert tables[name]
        assert {(row["low"], row["high"]) for row in tables[name]} == {("", "")}


def test_no_attractors_are_told_where_nouns_have_no_number(tmp_path):
    without = conllu(agreeing(["Sing"]), name="b").replace("Number=", "Nombre=")
    table = tabulate(corpus(tmp_path / "c", without))["link_attractors.csv"]
    assert table == []
    both = tabulate(corpus(tmp_path / "d", without, conllu(agreeing(["Sing"]))))
    (row, *_) = both["link_attractors.csv"]
    assert [row[key] for key in ("N", "with_attractor", "share")] == ["1", "1", "1.000000"]
    (agreement,) = rows(both["link_distances.csv"], series="agreement", unit="words")
    assert agreement["N"] == "2"


def test_memory_grows_with_the_links_and_not_with_the_words_between():
    """Of a document of 400,000 words: an array over all distances and draws would take 3 GB."""
    spans = np.random.default_rng(0).integers(1, 400_000, 2000).tolist()
    links = {kind: [("noun", span, span, 0) for span in spans] for kind in KINDS}
    one = Measured("a", "tale", 20_000, 400_000, 400_000, 1, frozenset(), "a.conllu", links)
    tracemalloc.start()
    try:
        texts = tables([one, replace(one, name="b")], {})
        assert tracemalloc.get_traced_memory()[1] < 100e6
    finally:
        tracemalloc.stop()
    (row,) = rows(
        list(csv.DictReader(texts["link_distances.csv"].splitlines())),
        series="coreference_names_nouns", unit="words",
    )  # fmt: skip
    assert [row["N"], row["max"], row["mean"]] == [
        "4000", str(max(spans)), f"{math.fsum(spans) / 2000:.4f}",
    ]  # fmt: skip


# ── Script ──────────────────────────────────────────────────────────────────

COMMIT = "0123456789abcdef0123456789abcdef01234567"
README = f"# UD_English-Toy\nMade of commit {COMMIT} (2024-02-29, UD 2.13)"


def test_it_writes_the_same_tables_again_whatever_the_number_of_jobs(tmp_path):
    folder = corpus(tmp_path / "c", chain("b", 2, 7), chain("a", 3), readme=README)
    done = script(folder, tmp_path / "one", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    assert "[1/2] b: 11 tokens, " in done.stdout
    assert "[2/2] a: 5 tokens, " in done.stdout
    assert "2 of 2 documents have no Discourse=: no links from it there" in done.stdout
    assert "Entity=" not in done.stdout
    assert script(folder, tmp_path / "two", "--jobs", "2").returncode == 0
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == TABLES
    for name in TABLES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    # In which file a document stands does not matter.
    whole = corpus(tmp_path / "d", chain("a", 3) + chain("b", 2, 7), readme=README)
    assert script(whole, tmp_path / "three").returncode == 0
    for name in set(TABLES) - {"link_provenance.json"}:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "three" / name).read_bytes()


def test_provenance_says_which_corpus_it_was(tmp_path):
    folder = corpus(tmp_path / "c", chain("b", 2, 7), chain("a", 3, genre="song"), readme=README)
    assert script(folder, tmp_path / "out").returncode == 0
    files = [(folder / f"{i}.conllu").read_bytes() for i in (0, 1)]
    assert json.loads((tmp_path / "out/link_provenance.json").read_text()) == {
        "corpus": "UD_English-Toy",
        "commit": COMMIT,
        "date": "2024-02-29",
        "release": "UD 2.13",
        "sha256": hashlib.sha256(
            b"".join(hashlib.sha256(content).digest() for content in files)
        ).hexdigest(),
        "documents": 2,
        "genres": 2,
        "sentences": 2,
        "words": 14,
        "tokens": 16,
        "letters": 14,  # words of one letter
        "documents_without": {"Entity": 0, "Discourse": 2, "PDTB": 2},
        "remarks": [
            "2 of 2 documents have neither Penn tags nor Number= on a finite verb: "
            "no agreement there"
        ],
        "intervals": {"percent": 95, "draws_of_documents": 1000, "seed": 0},
    }


def git(folder, *command):
    names = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    return subprocess.run(
        ["git", "-C", str(folder), *names, *command], check=True, capture_output=True, text=True
    ).stdout.strip()


def test_a_clone_is_named_by_git(tmp_path):
    readme = "# Summary\n2023-01-01 v2.9\nData available since: UD v2.1. See UD_English-EWT."
    folder = corpus(tmp_path / "UD_English-Toy", chain("a", 3), readme=readme)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "Toy", "--date", "2020-01-02T00:00:00Z")
    assert script(folder, tmp_path / "out").returncode == 0
    found = json.loads((tmp_path / "out/link_provenance.json").read_text())
    assert found["corpus"] == "UD_English-Toy"
    assert found["commit"] == git(folder, "rev-parse", "HEAD")
    assert found["date"] == git(folder, "log", "-1", "--format=%cs")
    assert found["release"] is None  # what a README says of versions is no release
    git(folder, "tag", "r2.15")
    git(folder, "tag", "draft-v9.9")
    assert provenance(conllu_files(folder))["release"] == "UD 2.15"


def test_a_treebank_of_a_release_is_named_by_its_folders(tmp_path):
    (tmp_path / "ud-treebanks-v2.16").mkdir()
    folder = corpus(tmp_path / "ud-treebanks-v2.16/UD_Czech-PDT", chain("a", 3), readme="# v2.9")
    found = provenance(conllu_files(folder))
    assert (found["corpus"], found["release"]) == ("UD_Czech-PDT", "UD 2.16")


@pytest.mark.parametrize(
    "readme",
    [
        "Like UD_English-EWT, of UD 2.9, 2020-01-01",
        f"Converted by a script at commit {COMMIT}\n2020-01-01 UD 2.9",
        "=== Machine-readable metadata ===\nData available since: UD v2.2\nLicense: CC BY-SA 4.0",
    ],
)
def test_nothing_is_guessed_from_a_readme(tmp_path, readme):
    found = provenance(conllu_files(corpus(tmp_path / "c", chain("a", 3), readme=readme)))
    assert (found["corpus"], found["release"]) == ("c", None)
    assert found["commit"] is found["date"] is None


def test_what_a_readme_says_on_purpose_is_believed(tmp_path):
    readme = f"UD_English-Toy, the words of commit {COMMIT} (2024-02-29, GUM V11 / UD 2.16); v1.0"
    found = provenance(conllu_files(corpus(tmp_path / "c", chain("a", 3), readme=readme)))
    del found["sha256"]
    assert found == {
        "corpus": "UD_English-Toy", "commit": COMMIT, "date": "2024-02-29", "release": "UD 2.16",
    }  # fmt: skip


def test_a_folder_that_says_nothing_is_named_only(tmp_path):
    assert script(corpus(tmp_path / "c", chain("a", 3)), tmp_path / "out").returncode == 0
    found = json.loads((tmp_path / "out/link_provenance.json").read_text())
    assert found["corpus"] == "c"
    assert found["commit"] is found["date"] is found["release"] is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "c: no CoNLL-U file (*.conllu) in this folder"),
        (chain("b", 2).replace("1\tdep", "1 dep", 1), "1.conllu:5: a line has 10 columns"),
        (chain("b", 2).replace("coref)", "coref", 1), "1.conllu:4: Entity= opens 1, which is"),
    ],
)
def test_bad_input_leaves_the_tables_as_they_were(tmp_path, text, message):
    folder = corpus(tmp_path / "c", *([chain("a", 2), text] if text else []))
    out = tmp_path / "out"
    out.mkdir()
    (out / "link_distances.csv").write_text("old")
    done = script(folder, out)
    assert done.returncode == 1
    (said,) = done.stderr.splitlines()
    assert said.startswith("error: ")
    assert message in said
    assert [path.name for path in out.iterdir()] == ["link_distances.csv"]
    assert (out / "link_distances.csv").read_text() == "old"


def test_what_is_lacking_is_said_in_one_line_each_and_the_rest_is_measured(tmp_path):
    other = "\ufeff" + conllu("x NOUN _ _ 2 nsubj\ny VERB _ _ 0 root", name="b", comments="")
    done = script(
        corpus(tmp_path / "c", chain("b", 2), other.replace("\n", "\r\n")), tmp_path / "out"
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert said[2:-1] == [
        "1 of 2 documents have no Entity= after a '# global.Entity': no links from it there",
        "2 of 2 documents have no Discourse=: no links from it there",
        "2 of 2 documents have no PDTB=: no links from it there",
        "2 of 2 documents have neither Penn tags nor Number= on a finite verb: no agreement there",
        "documents of one name are kept apart: b (0.conllu, 1.conllu)",
    ]


def test_where_nothing_is_linked_nothing_is_written(tmp_path):
    done = script(corpus(tmp_path / "c", conllu(plain("a"), plain("b"))), tmp_path / "out")
    assert done.returncode == 1
    (said,) = done.stderr.splitlines()
    assert said == f"error: {tmp_path / 'c'}: nothing to measure: no two words are linked"
    assert not (tmp_path / "out").exists()


def test_the_tables_that_are_written_are_those_that_are_checked_before():
    assert sorted(NAMES) == TABLES


def test_a_table_that_cannot_take_its_place_leaves_no_scraps(tmp_path):
    out = tmp_path / "out"
    (out / "link_groups.csv").mkdir(parents=True)  # a folder where a file is due
    done = script(corpus(tmp_path / "c", chain("a", 2)), out)
    assert done.returncode == 1
    assert done.stderr == f"error: {out}/link_groups.csv: a folder stands where a table is due\n"
    assert done.stdout == ""  # before anything was measured
    assert "Traceback" not in done.stderr
    assert not [path for path in out.iterdir() if path.name.startswith(".")]


def test_numbers_of_jobs_are_checked(tmp_path):
    done = script(tmp_path, tmp_path, "--jobs", "0")
    assert done.returncode == 2
    assert "--jobs must be at least 1, got 0" in done.stderr


# ── The tables of the site ──────────────────────────────────────────────────

DATA = ROOT / "docs/data"


def committed(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_tables_of_the_site_are_complete_and_small():
    assert sorted(path.name for path in DATA.glob("link_*")) == TABLES
    assert sum(path.stat().st_size for path in DATA.glob("link_*")) < 150_000
    found = json.loads((DATA / "link_provenance.json").read_text("utf-8"))
    assert found["corpus"] == "UD_English-GUM"
    assert found["documents_without"] == {"Entity": 0, "Discourse": 0, "PDTB": 0}
    main = committed("link_distances.csv")
    assert list(main[0]) == COLUMNS
    assert [row["series"] for row in main[::2]] == SERIES


def test_the_tables_of_the_site_agree_with_each_other():
    main = {(row["series"], row["unit"]): row for row in committed("link_distances.csv")}
    groups, genres = committed("link_groups.csv"), committed("link_genres.csv")
    parts = {
        "agreement_noun": ("agreement", {"noun"}),
        "coreference_names_nouns": ("coreference", {"name", "noun"}),
        "coreference": ("coreference", {row["group"] for row in groups}),
    }
    for (series, unit), row in main.items():
        number = int(row["N"])
        assert sum(int(g["N"]) for g in rows(genres, series=series, unit=unit)) == number
        if series in parts:
            kind, names = parts[series]
            some = [g for g in rows(groups, kind=kind, unit=unit) if g["group"] in names]
            assert sum(int(g["N"]) for g in some) == number
            total = sum(int(g["N"]) * float(g["mean"]) for g in some)
            assert total / number == pytest.approx(float(row["mean"]), abs=1e-3)
    survival = {(row["unit"], int(row["k"])): row for row in committed("link_survival.csv")}
    for (series, unit), row in main.items():
        for r in (0.5, 0.7, 0.8, 0.9, 0.95, 0.99):
            last = math.floor(math.log(0.01) / math.log(r))
            assert survival[unit, last][series] == row[f"beyond_{r}"]
    for row in committed("link_intervals.csv"):
        value = main[row["series"], row["unit"]][row["statistic"]]
        assert row["value"] == value
        assert float(row["low"]) <= float(value) <= float(row["high"])


if GUM := os.environ.get("GUM_PATH"):  # the corpus itself is not ours to ship

    @pytest.fixture(scope="module")
    def again(tmp_path_factory):
        out = tmp_path_factory.mktemp("data")
        done = script(GUM, out)
        assert done.returncode == 0, done.stderr
        return out

    @pytest.mark.parametrize("name", TABLES)
    def test_the_whole_corpus_gives_the_tables_of_the_site(again, name):
        assert (again / name).read_bytes() == (DATA / name).read_bytes()

    def test_the_counts_are_those_of_the_raw_text():
        counted = {row["series"]: int(row["N"]) for row in committed("link_distances.csv")}
        found = Counter()
        for path in Path(GUM).glob("*.conllu"):
            columns = [x.split("\t") for x in path.read_text("utf-8").splitlines()]
            columns = [x for x in columns if x[0].isdecimal()]
            found["any_dependency"] += sum(x[7] not in {"punct", "root"} for x in columns)
            misc = {"Entity": "", "Discourse": "", "PDTB": ""}
            for key, _, value in (y.partition("=") for x in columns for y in x[9].split("|")):
                if key in misc:
                    misc[key] += f"{value};"
            assert misc["Entity"].count("(") == misc["Entity"].count(")")
            opened = re.findall(r"\((\d+)-", misc["Entity"])
            found["coreference"] += len(opened) - len(set(opened))
            names = [x.split(":")[0] for x in misc["Discourse"].split(";") if "->" in x]
            found["discourse_erst"] += sum(name != "same-unit_m" for name in names)
            kinds = [x.split(":")[0] for x in misc["PDTB"].split(";")[:-1]]
            found["discourse_gdtb"] += sum(kind not in {"NoRel", "EntRel"} for kind in kinds)
        assert counted["any_dependency"] == found["any_dependency"]
        assert counted["discourse_erst"] == found["discourse_erst"]
        assert counted["discourse_erst_chained"] == found["discourse_erst"]
        # Two mentions share their head with another one of their entity.
        assert counted["coreference"] == found["coreference"] - 2
        # Five have an argument of punctuation only, or two that begin alike.
        assert counted["discourse_gdtb"] == found["discourse_gdtb"] - 5


def test_a_folder_that_cannot_be_written_is_named_before_measuring(tmp_path):
    (tmp_path / "file").write_text("")
    done = script(corpus(tmp_path / "c", chain("a", 1, 2)), tmp_path / "file/below")
    assert done.returncode == 1
    assert done.stderr == f"error: [Errno 20] Not a directory: '{tmp_path}/file'\n"
    assert done.stdout == ""
