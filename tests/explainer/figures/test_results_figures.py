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
    return json.loads((RESULTS / f"first/{part}.json").read_text("utf-8"))["cells"]


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
    told = json.loads((RESULTS / "first/agreement.run.json").read_text("utf-8"))
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


def test_gradients_part_the_networks_and_order_them_no_further():
    """So a rank correlation over all of them says less than it seems to."""
    shown = data("gradient_after_training")
    names = [name for name in NAMES if name != "attention_bag"]
    sent = {name: fmean(mixed(name)["before"]["64"]) for name in names}
    faint = sorted((name for name in names if sent[name] < -6), key=sent.get)
    clear = [name for name in names if sent[name] > -3]
    assert faint == ["tanh", "gru", "orthogonal", "lstm"]
    assert len(faint) + len(clear) == len(names) == 10
    reaches = [farthest(name) for name in faint]
    assert max(reaches) == 16
    assert shown["faint"] == {"below": 1e-6, "count": 4, "most": 16}
    for some, order in ((names, shown["order"]), (clear, shown["clear"]["order"])):
        found = spearmanr([sent[name] for name in some], [farthest(name) for name in some])
        assert order == pytest.approx(found.statistic, abs=1e-9)
    assert abs(shown["clear"]["order"]) < 0.3 < 0.8 < shown["order"]
    least = min(farthest(name) for name in clear)
    assert shown["clear"] | {"order": 0} == {"above": 1e-3, "count": 6, "least": least, "order": 0}


def test_counts_of_seeds_are_ranked_by_all_ways_to_deal_them_out():
    """Fisher's exact test as a sum of fractions: 5 of 5 against 0 ranks, 2 against 0 does not."""
    shown = data("accuracy_by_distance")["chances"]
    for k in (32, 64):
        a, b = passed(alone("leaky", k)), passed(alone("lstm", k))
        ways = {n: Fraction(math.comb(5, n) * math.comb(5, a + b - n), math.comb(10, a + b))
                for n in range(max(0, a + b - 5), min(5, a + b) + 1)}  # fmt: skip
        chance = sum(way for way in ways.values() if way <= ways[a])
        assert shown[f"k{k}"] == pytest.approx(float(chance), rel=1e-9)
    assert shown["k32"] < 0.05 < shown["k64"]


def test_what_gated_networks_learn_of_far_links_and_of_many_items():
    """So the first page says: once short links are mixed in, and fewer items than a linear one."""
    for network in ("lstm", "gru"):
        assert passed(alone(network, 64)) == 0
        assert passed(scores("agreement", network, 1, 64, 64)) == 5
        gated, linear = (fmean(scores("items", one, 16, 16, d=32)) for one in (network, "ssm"))
        assert gated < 0.5 < 0.99 < linear


def test_a_linear_network_holds_a_symbol_through_noise():
    """So squashing is not needed to hold, but to ignore later words of the same kind."""
    assert passed(scores("remember", "ssm", 1, 64, 64)) == 5
    assert passed(scores("agreement", "ssm", 1, 64, 64)) == 0


def test_thirty_two_numbers_have_room_for_thirty_two_items():
    room = data("recall_by_count")["room"]
    assert 2 ** room["items"] == 8**32
    assert room["numbers"] == 32 * (np.finfo(np.float32).nmant + 1)
    assert room["items"] < room["numbers"]


def test_the_identity_alone_chose_the_least_rate_at_every_distance():
    rates = {one["result"]["rate"] == min(one["cell"]["rates"]) for one in raw("agreement")
             if one["cell"]["network"] == "identity"
             and one["cell"]["shortest"] == one["cell"]["longest"]}  # fmt: skip
    assert rates == {True}


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
    near = {k: passed(alone("tanh", k)) for k in (4, 8)}
    assert near == {4: 5, 8: shown["at"]["k8"]["x1"]["solved"]}
    many = {k: shown["at"][f"k{k}"]["x16"]["solved"] for k in (8, 10, 12)}
    assert (many[8], max(many[10], many[12]) < 5) == (5, True)
    # The wall lay at 4 words or more and below 8; then at 8 or more and below 10.
    assert shown["wall"] == {
        "x1": {"all": 4, "beyond": 8}, "x16": {"all": 8, "beyond": 10}, "most": 10 - 4,
    }  # fmt: skip


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
    learning = pytest.importorskip("experiments.learning")
    sums = data("accuracy_by_distance")["sums"]
    assert sums["within"] == learning.TOLERANCE
    numbers = (np.arange(2000) + 0.5) / 2000
    pairs = np.sort(np.add.outer(numbers, numbers).ravel())
    constants = np.arange(0.0001, 2, 0.01)  # no pair at an edge
    right = np.searchsorted(pairs, constants + sums["within"]) - np.searchsorted(
        pairs, constants - sums["within"]
    )
    assert constants[right.argmax()] == pytest.approx(1, abs=1e-3)
    assert right.max() / pairs.size == pytest.approx(sums["constant"], abs=1e-3)


def test_the_opening_of_remedies_shows_links_and_items_as_counted_by_hand():
    found = data("opening_remedies")["networks"]
    assert len(found) == 9
    for network, one in found.items():
        assert one["link"] == farthest(network)
        seeds = scores("items", network, 16, 16, d=32)
        assert one["items"] == pytest.approx(fmean(seeds))
