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
        assert sorted(cell["seeds"] + cell["more_seeds"]) == list(range(10))
        # Those that choose the rate are not those that are reported.
        assert not set(cell["racing"]) & {*cell["seeds"], *cell["more_seeds"]}
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
    some = {"pairs": study.PAIRED, "permutations": study.PERMUTED}
    for task in TASKS:
        trained = {cell["network"] for cell in CELLS if cell["task"] == task}
        assert trained >= {*some.get(task, study.NETWORKS)}


def test_networks_that_are_ranked_have_ten_seeds():
    ranked = [cell for cell in CELLS if len(cell["seeds"]) == 10]
    assert {cell["network"] for cell in ranked} == {*study.RANKED}
    assert all((cell["task"], cell["shortest"], cell["longest"]) == ("agreement", 32, 32)
               for cell in ranked)  # fmt: skip


def test_a_larger_study_has_the_same_cells_wider_and_longer():
    larger = [cell for cells in study.study(10).values() for cell in cells]
    for one, other in zip(CELLS, larger, strict=True):
        for key in ("d", "most", "patience"):
            assert other[key] == 10 * one[key]
        assert other["growing"] == (one["growing"] and 10 * one["growing"])
        changed = {key for key in one if one[key] != other[key]}
        assert changed - {"growing"} == {"d", "most", "patience", "halvings"}
        assert study.cost(other) > 100 * (study.cost(one) - 8)


def test_a_fingerprint_changes_with_any_number():
    cells = PARTS["agreement"]
    other = json.loads(json.dumps(cells))
    assert study.fingerprint(cells) == study.fingerprint(other)
    other[-1]["most"] += 100
    assert study.fingerprint(cells) != study.fingerprint(other)


def test_the_smoke_study_has_a_cell_of_each_part():
    assert study.smoke().keys() == PARTS.keys()


# The results of a run are committed together, or not yet.
COMMITTED = [part for part in PARTS if (RESULTS / f"{part}.json").exists()]


@pytest.mark.parametrize("part", COMMITTED)
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


def test_results_are_small_and_of_known_parts():
    files = list(RESULTS.rglob("*.json"))
    first = ("agreement", "remember", "adding", "items", "data", "matched")
    assert {file.name for file in files if file.parent.name == "first"} == {
        f"{part}{end}" for part in first for end in (".json", ".run.json")
    }
    assert {file.name for file in files if file.parent == RESULTS} == {
        f"{part}{end}" for part in COMMITTED for end in (".json", ".run.json")
    }
    assert sum(file.stat().st_size for file in files) < 2_000_000
