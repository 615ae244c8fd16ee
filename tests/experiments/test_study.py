"""`experiments.study`: what is trained, and that the committed results are of it."""

import json

import numpy as np
import pytest

from experiments import study
from experiments.tasks import TASKS
from explainer.making.files import RESULTS

PARTS = study.study()


@pytest.mark.parametrize("part", PARTS)
def test_no_cell_stands_twice_in_a_part(part):
    texts = [json.dumps(cell) for cell in PARTS[part]]
    assert len(set(texts)) == len(texts)


CELLS = [cell for cells in PARTS.values() for cell in cells]


def test_every_cell_has_seeds_and_rates_and_is_trained_eight_times_as_long_as_in_the_first_study():
    for cell in CELLS:
        assert len({*cell["seeds"], *cell["more_seeds"]}) == 10
        assert set(cell["racing"]) <= set(cell["seeds"])
        assert (cell["rates"][0], cell["rates"][-1]) == (0.0003, 0.1)
        assert np.allclose(np.diff(np.log10(cell["rates"])), 0.5, atol=0.03)
        assert cell["task"] in TASKS
        first = 1500 if cell["task"] == "adding" else 1000
        assert cell["most"] >= 8 * first
        assert cell["patience"] >= 2000
        for steps in (cell["most"], cell["patience"], *cell["halvings"], cell["growing"] or 0):
            assert steps % cell["check"] == 0
        assert max(cell["test"]) >= cell["longest"]
        assert min(cell["test"]) <= cell["longest"]


def test_all_networks_are_trained_on_all_tasks():
    for task in TASKS:
        assert {cell["network"] for cell in CELLS if cell["task"] == task} >= {*study.NETWORKS}


def test_a_larger_study_has_the_same_cells_wider_and_longer():
    larger = [cell for cells in study.study(10).values() for cell in cells]
    for one, other in zip(CELLS, larger, strict=True):
        for key in ("d", "most", "patience"):
            assert other[key] == 10 * one[key]
        changed = {key for key in one if one[key] != other[key]}
        assert changed == {"d", "most", "patience", "halvings"}
        assert study.cost(other) > 100 * (study.cost(one) - 8)


def test_a_fingerprint_changes_with_any_number():
    cells = PARTS["agreement"]
    other = json.loads(json.dumps(cells))
    assert study.fingerprint(cells) == study.fingerprint(other)
    other[-1]["most"] += 100
    assert study.fingerprint(cells) != study.fingerprint(other)


def test_the_smoke_study_has_a_cell_of_each_part():
    assert study.smoke().keys() == PARTS.keys()


@pytest.mark.parametrize("part", PARTS)
def test_committed_results_are_of_the_study_as_it_stands(part):
    found = json.loads((RESULTS / f"{part}.json").read_text("utf-8"))
    run = json.loads((RESULTS / f"{part}.run.json").read_text("utf-8"))
    assert found["configuration"] == run["configuration"] == study.fingerprint(PARTS[part])
    assert [one["cell"] for one in found["cells"]] == PARTS[part]
    for one in found["cells"]:
        cell, result = one["cell"], one["result"]
        assert list(result["test"]) == [str(k) for k in cell["test"]]
        assert result["seeds"] in (cell["seeds"], cell["seeds"] + cell["more_seeds"])
        count = len(result["seeds"])
        for key in ("steps", "best", "curves"):
            assert len(result[key]) == count
        assert all(len(seeds) == count for seeds in result["test"].values())
        assert all(
            len(curve) == steps // cell["check"]
            for curve, steps in zip(result["curves"], result["steps"], strict=True)
        )
    assert run["run"]["parts"] == list(PARTS)
    assert run["run"]["cells"] == sum(map(len, PARTS.values()))
    assert run["run"]["wall_seconds"] <= 100 * 60  # two cores


def test_the_best_rate_lies_inside_of_those_tried():
    """In nineteen cells of twenty, as the study asks for: an end says nothing about a network."""
    edges = [
        one["result"]["edge"]
        for part in PARTS
        for one in json.loads((RESULTS / f"{part}.json").read_text("utf-8"))["cells"]
    ]
    assert sum(edges) <= len(edges) / 20


def test_results_are_small_and_of_known_parts():
    files = list(RESULTS.glob("*.json"))
    assert {file.name for file in files} == {
        f"{part}{end}" for part in PARTS for end in (".json", ".run.json")
    }
    assert sum(file.stat().st_size for file in files) < 1_500_000
