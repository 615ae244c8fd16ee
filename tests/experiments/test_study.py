"""`experiments.study`: what is trained, and that the committed results are of it."""

import json

import pytest

from experiments import study
from experiments.tasks import TASKS
from explainer.making.files import RESULTS

PARTS = study.study()


@pytest.mark.parametrize("part", PARTS)
def test_no_cell_stands_twice_in_a_part(part):
    texts = [json.dumps(cell) for cell in PARTS[part]]
    assert len(set(texts)) == len(texts)


def test_every_cell_has_five_seeds_four_rates_and_batches_of_its_own():
    for cells in PARTS.values():
        for cell in cells:
            assert len(set(cell["seeds"])) == 5
            assert cell["rates"] == [0.001, 0.003, 0.01, 0.03]
            assert cell["task"] in TASKS
            assert cell["steps"] % 100 == 0
            assert max(cell["test"]) >= cell["longest"]


def test_a_fingerprint_changes_with_any_number():
    cells = PARTS["agreement"]
    other = json.loads(json.dumps(cells))
    assert study.fingerprint(cells) == study.fingerprint(other)
    other[-1]["steps"] += 100
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
        tests = one["result"]["test"]
        assert list(tests) == [str(k) for k in one["cell"]["test"]]
        assert all(len(seeds) == len(one["cell"]["seeds"]) for seeds in tests.values())
    assert run["run"]["parts"] == list(PARTS)
    assert run["run"]["cells"] == sum(map(len, PARTS.values()))
    assert run["run"]["wall_seconds"] <= 20 * 60  # two cores


def test_results_are_small_and_of_known_parts():
    files = list(RESULTS.glob("*.json"))
    assert {file.name for file in files} >= {
        f"{part}{end}" for part in PARTS for end in (".json", ".run.json")
    }
    assert sum(file.stat().st_size for file in files) < 500_000
