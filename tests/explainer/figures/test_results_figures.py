"""The figures of trained networks, counted again by hand from the files that training wrote."""

import json
import math
from fractions import Fraction
from functools import cache
from statistics import fmean

import numpy as np
import pytest
from scipy.stats import spearmanr

from experiments.tasks import TASKS
from explainer.making.files import FIGURES, RESULTS

PARTS = ("agreement", "remember", "adding", "items", "data", "matched")


@cache
def raw(part):
    return json.loads((RESULTS / f"{part}.json").read_text("utf-8"))["cells"]


def data(stem):
    return json.loads((FIGURES / f"{stem}.json").read_text("utf-8"))


def scores(part, network, shortest, longest, k=None, **wanted):
    """Return the scores of the seeds of one cell at distance k, by default that of training."""
    (one,) = (
        one["result"]
        for one in raw(part)
        if (one["cell"]["network"], one["cell"]["shortest"], one["cell"]["longest"])
        == (network, shortest, longest)
        and wanted.items() <= {key: one["cell"][key] for key in wanted}.items()
    )
    return one["test"][str(k or longest)]


def alone(network, k):
    return scores("agreement", network, k, k)


def mixed(network):
    """Return what came out of the longest mixture, of which the gradient was measured, too."""
    (one,) = (one["result"] for one in raw("agreement")
              if one["cell"]["lags"] and one["cell"]["network"] == network)  # fmt: skip
    return one


def passed(seeds):
    return len([score for score in seeds if score >= 0.9])


def farthest(network):
    """Return the longest distance that three seeds or more learn alone, and all below it."""
    done = [k for k in (4, 8, 16, 32, 64) if passed(alone(network, k)) >= 3]
    first = [k for k, got in zip((4, 8, 16, 32, 64), done, strict=False) if k == got]
    return max(first, default=0)


def column(table, value, **wanted):
    """Return a column of a table, of the rows that hold `wanted`."""
    keep = [all(table[key][i] == want for key, want in wanted.items())
            for i in range(len(table[value]))]  # fmt: skip
    return [x for x, kept in zip(table[value], keep, strict=True) if kept]


def average(seeds):
    """Return the mean, in exact arithmetic."""
    return pytest.approx(float(sum(map(Fraction, seeds)) / len(seeds)), rel=1e-12)


NAMES = sorted({one["cell"]["network"] for one in raw("agreement")})


def test_all_networks_that_were_trained_are_shown():
    for stem in ("accuracy_by_distance", "beyond_training", "gradient_after_training"):
        assert sorted(data(stem)["networks"]) == NAMES
    items = {one["cell"]["network"] for one in raw("items")}
    assert set(data("recall_by_count")["networks"]) == items


@pytest.mark.parametrize("network", NAMES)
def test_each_seed_of_each_network_stands_in_the_table_of_distances(network):
    shown = data("accuracy_by_distance")
    for k in (4, 8, 16, 32, 64):
        for regime, seeds in (("fixed", alone(network, k)),
                              ("mixed", scores("agreement", network, 1, 64, k))):  # fmt: skip
            assert column(shown["table"], "score", network=network, regime=regime, k=k) == seeds
            one = shown["networks"][network][regime][f"k{k}"]
            assert one["solved"] == passed(seeds)
            assert one["mean"] == average(seeds)
    assert len(shown["table"]["k"]) == len(NAMES) * 2 * 5 * 5


@pytest.mark.parametrize("network", NAMES)
def test_how_far_a_network_learns_alone_is_counted_again(network):
    shown = data("accuracy_by_distance")
    reach = farthest(network)
    assert shown["networks"][network]["reach"] == reach
    told = shown["networks"][network]["told"]
    counts = [passed(alone(network, k)) or "none" for k in (4, 8, 16, 32, 64)]
    assert all(f"{n} at {k}" in told for n, k in zip(counts, (4, 8, 16, 32, 64), strict=True))
    mixture = mixed(network)
    assert shown["networks"][network]["far"] == average(mixture["test"]["256"])
    assert shown["networks"][network]["outvoted"] == average(mixture["outvoted"])
    assert shown["networks"][network]["parameters"] == mixture["parameters"]


def test_the_text_for_the_blind_names_how_far_each_network_learns():
    alt = data("accuracy_by_distance")["alt"]
    words = {"tanh": "plain tanh", "attention_bag": "attention without positions",
             "orthogonal": "orthogonal start", "gru": "GRU", "lstm": "LSTM",
             "small_inputs": "small inputs", "leaky": "leaky", "identity": "identity",
             "ssm": "state-space model", "lstm_chrono": "LSTM with chrono biases",
             "attention": "attention"}  # fmt: skip
    assert set(words) == set(NAMES)
    for network, title in words.items():
        assert f"{title} {farthest(network)}" in alt


def test_the_seeds_that_fail_alone_are_counted_again():
    every = [score for name in NAMES for k in (4, 8, 16, 32, 64) for score in alone(name, k)]
    failed = [score for score in every if score < 0.9]
    shown = data("accuracy_by_distance")["failed"]
    assert shown == {
        "seeds": len(failed),
        "guess": len([score for score in failed if 0.4 <= score <= 0.6]),
        "least": min(failed),
    }


def test_what_a_mixture_teaches_at_the_least():
    means = {
        name: min(fmean(scores("agreement", name, 1, 64, k)) for k in (4, 8, 16, 32, 64))
        for name in NAMES
    }
    low = [name for name, least in means.items() if least < 0.9]
    assert low == ["attention_bag", "ssm"]
    others = min(least for name, least in means.items() if name not in low)
    assert data("accuracy_by_distance")["least"] == pytest.approx(others, rel=1e-12)


def test_the_other_tasks_are_averaged_again():
    shown = data("accuracy_by_distance")
    for part in ("remember", "adding", "matched"):
        for one in raw(part):
            cell, result = one["cell"], one["result"]
            regime = "fixed" if cell["shortest"] == cell["longest"] else "mixed"
            mine = shown[part][cell["network"]]
            assert (mine["d"], mine["parameters"]) == (cell["d"], result["parameters"])
            for k, seeds in result["test"].items():
                assert mine[regime][f"k{k}"]["mean"] == average(seeds)
                assert mine[regime][f"k{k}"]["solved"] == passed(seeds)


def test_the_sizes_of_the_study_are_counted_again():
    shown = data("accuracy_by_distance")["study"]
    cells = [one for part in PARTS for one in raw(part)]
    assert shown["cells"] == len(cells)
    assert shown["networks"] == sum(len(one["cell"]["rates"]) * len(one["cell"]["seeds"])
                                    for one in cells)  # fmt: skip
    edges = [one["result"]["rate"] in (one["cell"]["rates"][0], one["cell"]["rates"][-1])
             for one in cells]  # fmt: skip
    assert shown["edge"] == pytest.approx(sum(edges) / len(edges))
    told = json.loads((RESULTS / "agreement.run.json").read_text("utf-8"))
    assert shown["minutes"] == pytest.approx(told["run"]["wall_seconds"] / 60)
    steps = {one["cell"]["steps"] for one in raw("agreement")}
    assert {shown["steps"]} == steps
    assert shown["training_examples"] == shown["steps"] * shown["batch"]
    assert {shown["adding"]} == {one["cell"]["steps"] / shown["steps"] for one in raw("adding")}


@pytest.mark.parametrize("network", NAMES)
def test_scores_beyond_training_are_averaged_again(network):
    shown = data("beyond_training")
    for k in (1, 2, 4, 8, 16, 32, 64, 128, 256):
        seeds = scores("agreement", network, 1, 16, k)
        assert column(shown["table"], "score", network=network, k=k) == seeds
        one = shown["networks"][network][f"k{k}"]
        assert one == {"mean": average(seeds), "low": min(seeds), "high": max(seeds)}


def test_the_least_that_a_latch_is_right_beyond_training():
    latches = set(NAMES) - {"identity", "ssm", "attention", "attention_bag"}
    means = [fmean(scores("agreement", name, 1, 16, k))
             for name in latches for k in (1, 2, 4, 8, 16, 32, 64, 128, 256)]  # fmt: skip
    assert data("beyond_training")["least"] == pytest.approx(min(means), rel=1e-12)


def test_items_are_averaged_again():
    shown = data("recall_by_count")
    halves = []
    for one in raw("items"):
        network, d, n = (one["cell"][key] for key in ("network", "d", "longest"))
        seeds = one["result"]["test"][str(n)]
        assert column(shown["table"], "score", network=network, d=d, k=n) == seeds
        mine = shown["networks"][network][f"d{d}"][f"n{n}"]
        assert mine == {"mean": average(seeds), "low": min(seeds), "high": max(seeds)}
        if network == "ssm" and 2 * n <= d:
            halves.append(fmean(seeds))
    assert len(halves) == 2 + 3 + 4 + 5
    assert shown["half"] == pytest.approx(min(halves), rel=1e-12)
    assert len(shown["table"]["d"]) == sum(len(one["cell"]["seeds"]) for one in raw("items"))


@pytest.mark.parametrize("network", NAMES)
@pytest.mark.parametrize("when", ["before", "after"])
def test_shares_of_the_gradient_are_geometric_means_over_seeds(network, when):
    """Products of powers of ten, at the root: no mean of logarithms."""
    shown, found = data("gradient_after_training"), mixed(network)[when]
    lags = [k for k in found if k != "flat"]
    assert shown["table"]["k"] == [int(k) for k in lags]
    for k, drawn in zip(lags, shown["table"][f"{network} {when}"], strict=True):
        root = math.prod(10 ** (log / len(found[k])) for log in found[k])
        assert 10**drawn == pytest.approx(root, rel=1e-9, abs=0)
        if k == "64":
            at = shown["networks"][network]["k64"]
            assert at[f"{when}_share"] == pytest.approx(root, rel=1e-9, abs=0)
            assert 10 ** -at[f"{when}_power"] == pytest.approx(root, rel=1e-9, abs=0)


def test_the_plain_network_above_its_gradient_is_the_one_that_was_trained():
    shown = data("gradient_after_training")
    for k, seeds in zip(shown["plain"]["k"], shown["plain"]["seeds"], strict=True):
        assert seeds == scores("agreement", "tanh", 1, 64, k)
    assert shown["plain"]["k"] == [1, 2, 4, 8, 16, 32, 64]
    assert shown["plain"]["least"] == np.min(shown["plain"]["seeds"])
    for network in NAMES:
        mean = average(scores("agreement", network, 1, 64))
        assert shown["networks"][network]["k64"]["score"] == mean
        flat = shown["networks"][network]["flat"]
        assert flat == average(mixed(network)["after"]["flat"])


def test_the_order_of_gradients_is_that_of_distances_learned_alone():
    names = [name for name in NAMES if name != "attention_bag"]
    at_start = [fmean(mixed(name)["before"]["64"]) for name in names]
    order = data("gradient_after_training")["order"]
    assert order == pytest.approx(spearmanr(at_start, [farthest(n) for n in names]).statistic)


def test_amounts_of_data_are_counted_again():
    shown = data("data_moves_the_wall")
    others = []
    for one in raw("data"):
        k, times = one["cell"]["longest"], one["cell"]["steps"] * one["cell"]["batch"]
        times = Fraction(times, shown["examples"])
        assert times in (1, 4, 16)
        seeds = one["result"]["test"][str(k)]
        assert column(shown["table"], "score", k=k, times=times) == seeds
        at = shown["at"][f"k{k}"][f"x{times}"]
        assert at["solved"] == passed(seeds)
        assert at["mean"] == average(seeds)
        assert at["rate"] == one["result"]["rate"]
        others += [score for score in seeds if score < 0.9]
    assert shown["others"] == {"low": min(others), "high": max(others)}


STEMS = ("accuracy_by_distance", "beyond_training", "recall_by_count",
         "gradient_after_training", "data_moves_the_wall")  # fmt: skip


@pytest.mark.parametrize("stem", STEMS)
def test_the_number_of_seeds_is_that_of_every_cell(stem):
    counts = {len(seeds) for part in PARTS for one in raw(part)
              for seeds in one["result"]["test"].values()}  # fmt: skip
    assert {data(stem)["seeds"]} == counts
    seeds = data(stem)["table"].get("seed", [])
    assert seeds == list(range(*counts)) * (len(seeds) // max(counts))


def test_settings_are_those_of_the_cells():
    cells = [one["cell"] for one in raw("agreement")]
    alone = sorted({one["longest"] for one in cells if one["longest"] == one["shortest"]})
    mixtures = sorted({one["longest"] for one in cells if one["longest"] > one["shortest"]})
    shown = data("accuracy_by_distance")
    assert shown["distances"] == alone
    assert [data("beyond_training")["longest"], shown["longest"]] == mixtures
    assert shown["count"] == len(NAMES)
    (tested,) = {tuple(one["test"]) for one in cells if one["longest"] > one["shortest"]}
    assert data("beyond_training")["distances"] == list(tested)
    assert data("beyond_training")["farthest"] == max(tested)
    for key in ("d", "batch", "rates", "seeds", "examples"):
        got = shown[key] if key == "d" else shown["study"][key]
        assert all(one[key] == got for one in cells)
    counts = {one["cell"]["longest"] for one in raw("items")}
    assert data("recall_by_count")["counts"] == sorted(counts)
    for network in ("gru", "ssm"):
        widths = {one["cell"]["d"] for one in raw("items") if one["cell"]["network"] == network}
        assert data("recall_by_count")["widths"] == sorted(widths)
    amounts = {one["cell"]["steps"] // 1000 for one in raw("data")}
    assert data("data_moves_the_wall")["times"] == sorted(amounts)
    near = {one["cell"]["longest"] for one in raw("data")}
    assert data("data_moves_the_wall")["distances"] == sorted(near)


def test_chance_is_one_among_the_answers():
    for stem in ("accuracy_by_distance", "beyond_training", "data_moves_the_wall"):
        assert data(stem)["chance"] == 1 / TASKS["agreement"].answers
    assert data("recall_by_count")["chance"] == 1 / TASKS["items"].answers
    assert data("accuracy_by_distance")["solved_from"] == 0.9


def test_no_constant_sum_is_right_more_often_than_the_one_that_is_told():
    """Counted on a grid of pairs of numbers."""
    training = pytest.importorskip("experiments.training")
    sums = data("accuracy_by_distance")["sums"]
    assert sums["within"] == training.TOLERANCE
    numbers = (np.arange(2000) + 0.5) / 2000
    pairs = np.sort(np.add.outer(numbers, numbers).ravel())
    constants = np.arange(0.0001, 2, 0.01)  # no pair at an edge
    right = np.searchsorted(pairs, constants + sums["within"]) - np.searchsorted(
        pairs, constants - sums["within"]
    )
    assert constants[right.argmax()] == pytest.approx(1, abs=1e-3)
    assert right.max() / pairs.size == pytest.approx(sums["constant"], abs=1e-3)
