"""What makes a figure stale: every file of ours that it is made from."""

import json

from figure_probe import PROBE, add

from longrange.sources import sources


def test_a_change_in_the_mathematics_makes_its_figures_stale_however_they_import_it(made):
    plain = "from longrange.rates import influence\n"
    add(made, PROBE.replace(plain, "").replace("influence(0.5, 2)", "0.25"), "probe_none")
    add(made, PROBE, "probe_plain")
    add(made, PROBE.replace("longrange.rates import", "longrange import"), "probe_reexported")
    add(made, PROBE.replace("from longrange.rates import", "from ..rates import"), "probe_relative")
    assert made.figures().returncode == 0
    made.edit("longrange/rates.py", "In the scalar", "In a scalar")
    states = dict(line.split() for line in made.figures("--list").stdout.splitlines())
    assert states.pop("probe_none") == "fresh"  # it does not import the rates
    for stem in ("favicon", "influence_curves", "social_card", "probe_plain", "probe_reexported",
                 "probe_relative"):  # fmt: skip
        assert states[stem] == "stale", stem


def test_a_figure_does_not_depend_on_mathematics_it_does_not_import(made):
    made.edit("longrange/bptt.py", "Backpropagation through", "The backpropagation through")
    assert "favicon  fresh" in made.figures("--list").stdout


READS = PROBE.replace("longrange.rates import influence", "longrange.figures._tables import rows")
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
