"""What makes a figure stale: every file of ours that it is made from."""

import json

import pytest
from figure_probe import PROBE, add

from explainer.making.digests import meaning, sources


def test_a_change_in_the_mathematics_makes_its_figures_stale_however_they_import_it(made):
    plain = "from longrange.rates import influence\n"
    add(made, PROBE.replace(plain, "").replace("influence(0.5, 2)", "0.25"), "probe_none")
    add(made, PROBE, "probe_plain")
    add(made, PROBE.replace("longrange.rates import", "longrange import"), "probe_reexported")
    add(made, PROBE.replace("longrange.rates import", ".influence_curves import"), "probe_relative")
    assert made.figures().returncode == 0
    made.edit("longrange/rates.py", "(r**k)", "(r**+k)")
    states = dict(line.split() for line in made.figures("--list").stdout.splitlines())
    assert states.pop("probe_none") == "fresh"  # it does not import the rates
    for stem in ("favicon", "influence_curves", "social_card", "probe_plain", "probe_reexported",
                 "probe_relative"):  # fmt: skip
        assert states[stem] == "stale", stem


def test_a_figure_does_not_depend_on_mathematics_it_does_not_import(made):
    made.edit("longrange/bptt.py", "import numpy", "import math\nimport numpy")
    assert "favicon  fresh" in made.figures("--list").stdout


def test_what_is_said_of_the_code_remakes_no_figure_and_changes_no_json(made):
    before = {path: path.read_bytes() for path in made.folder.glob("*.*") if path.suffix != ".py"}
    made.edit("longrange/rates.py", "In the scalar", "In a scalar")
    made.edit("explainer/drawing/style.py", "import math\n", "# First of all.\n\nimport math\n")
    figure = made.path / "explainer/figures/favicon.py"
    figure.write_text(figure.read_text("utf-8") + "\n\n# The end.\n", "utf-8")
    assert made.figures().stdout == "figures up to date\n"
    assert {path: path.read_bytes() for path in before} == before
    assert (made.folder / "favicon.py").read_bytes() == figure.read_bytes()  # to download
    made.edit("explainer/figures/favicon.py", '"""', '"""Its title: ')
    assert "favicon  stale" in made.figures("--list").stdout


ONE = "def f(x):\n    return x + 'a'\n"


@pytest.mark.parametrize(
    "same",
    [
        'def f(x):\n    return x + "a"',
        'def f(x):\n    """Return."""\n\n    return x + "a"  # why\n',
        "# Before.\ndef f(\n    x,\n):\n    return (x + 'a')\n",
        '"""A module."""\ndef f(x): return x + "a"',
    ],
)
def test_the_same_code_has_the_same_meaning(same):
    assert meaning(same) == meaning(ONE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("+", "-"),
        ("'a'", "'b'"),
        ("f(", "g("),
        ("(x)", "(x, y)"),
        ("return ", ""),
        ("def", "async def"),
        ("    return", "    'It is.'\n    'No docstring.'\n    return"),
        (ONE, ""),
        ("'a'", '"""a\n\nb"""'),
        ("'a'", "'a # b'"),
    ],
)
def test_other_code_has_another_meaning(old, new):
    assert meaning(ONE.replace(old, new)) != meaning(ONE)


def test_lines_and_hashes_within_strings_count():
    assert meaning('x = """a\n\nb"""') != meaning('x = """a\nb"""')
    assert meaning('x = "a # b"') != meaning('x = "a"')


READS = PROBE.replace("longrange.rates import influence", "explainer.shared.measured import rows")
READS = READS.replace("float(influence(0.5, 2))", 'rows("link_genres.csv")[0]["N"] / 1e6')


def test_a_change_in_a_table_makes_the_figures_that_name_it_stale(made):
    add(made, READS)  # no figure of the small copy names this table
    assert made.figures("probe").returncode == 0
    assert "stale" not in made.figures("--list").stdout
    made.edit("docs/data/link_genres.csv", ",659,", ",500000,")
    states = dict(line.split() for line in made.figures("--list").stdout.splitlines())
    assert states.pop("probe") == "stale"
    assert set(states.values()) == {"fresh"}
    assert "probe.value: was 0.000659, is 0.5" in made.figures("probe", "--check").stderr
    assert made.figures("probe").returncode == 0
    assert json.loads((made.folder / "probe.json").read_text("utf-8"))["value"] == 0.5
    made.edit("docs/data/link_survival.csv", "0.9", "0.8")
    assert "probe  fresh" in made.figures("--list").stdout


def test_the_results_that_a_figure_names_are_among_its_sources():
    names = {path.name for path in sources("recall_by_count")}
    assert "items.json" in names
    assert not names & {"data.json", "items.run.json"}
