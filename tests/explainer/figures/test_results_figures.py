"""The figures of trained networks, counted again by hand from the files that training wrote."""

import json
import math
from fractions import Fraction
from functools import cache
from statistics import fmean

import numpy as np
import pytest

from experiments.tasks import TASKS
from explainer.drawing.scores import EVERY
from explainer.making.files import FIGURES, RESULTS

PARTS = ("agreement", "remember", "adding", "items", "pairs", "parity", "permutations", "data",
         "matched", "clipping", "truncation", "growing")  # fmt: skip


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
    """Return the longest distance that most seeds learn alone, as they do all below it."""
    done = [k for k in (4, 8, 16, 32, 64) if passed(alone(network, k)) > len(alone(network, k)) / 2]
    first = [k for k, got in zip((4, 8, 16, 32, 64), done, strict=False) if k == got]
    return max(first, default=0)


def column(table, value, **wanted):
    """Return a column of a table, of the rows that hold `wanted`."""
    keep = [all(table[key][i] == want for key, want in wanted.items())
            for i in range(len(table[value]))]  # fmt: skip
    return [x for x, kept in zip(table[value], keep, strict=True) if kept]


def told(seeds):
    """Return what a figure tells of the scores of seeds."""
    return {
        "mean": average(seeds),
        "low": sorted(seeds)[0],
        "high": sorted(seeds)[-1],
        "solved": passed(seeds),
        "of": f"{passed(seeds)} of {len(seeds)}",
        "cell": in_a_table(seeds),
    }


def in_a_table(seeds):
    exact = [100 * Fraction(str(score)) for score in seeds]
    low, mean, high = (round(x) for x in (min(exact), sum(exact) / len(exact), max(exact)))
    return f"{mean} % ({low}–{high})" if low != high else f"{mean} %"


def average(seeds):
    """Return the mean, in exact arithmetic."""
    return pytest.approx(float(sum(map(Fraction, seeds)) / len(seeds)), rel=1e-12)


# All but those behind a convolution, which have the mixture alone.
NAMES = sorted({one["cell"]["network"] for one in raw("agreement")
                if one["cell"]["shortest"] == one["cell"]["longest"]})  # fmt: skip
SIGNED = {"selective_signed", "deltanet_signed"}
CONVOLVED = {"mingru_convolved", "rglru_convolved", "selective_convolved", "deltanet_convolved"}
BEYOND = sorted(one["cell"]["network"] for one in raw("agreement")
                if (one["cell"]["shortest"], one["cell"]["longest"]) == (1, 16))  # fmt: skip


def test_all_networks_that_were_trained_are_shown():
    for stem in ("accuracy_by_distance", "remedies_map"):
        assert sorted(data(stem)["networks"]) == NAMES
    assert sorted(data("beyond_training")["networks"]) == BEYOND
    assert set(data("gradient_after_training")["networks"]) == {*NAMES} | CONVOLVED
    assert set(data("parity_by_length")["networks"]) == {*NAMES} | SIGNED
    assert set(data("accuracy_by_distance")["convolved"]) == CONVOLVED
    for part in ("items", "pairs"):
        trained = {one["cell"]["network"] for one in raw(part)}
        shown = data("recall_by_count")["networks" if part == "items" else part]
        assert set(shown) == trained


@pytest.mark.parametrize("network", NAMES)
def test_each_seed_of_each_network_stands_in_the_table_of_distances(network):
    shown = data("accuracy_by_distance")
    for k in (4, 8, 16, 32, 64):
        for regime, seeds in (("fixed", alone(network, k)),
                              ("mixed", scores("agreement", network, 1, 64, k))):  # fmt: skip
            assert column(shown["table"], "score", network=network, regime=regime, k=k) == seeds
            assert shown["networks"][network][regime][f"k{k}"] == told(seeds)


@pytest.mark.parametrize("network", NAMES)
def test_how_far_a_network_learns_alone_is_counted_again(network):
    shown = data("accuracy_by_distance")
    reach = farthest(network)
    assert shown["networks"][network]["reach"] == reach
    words = shown["networks"][network]["told"]
    counts = [passed(alone(network, k)) or "none" for k in (4, 8, 16, 32, 64)]
    assert all(f"{n} at {k}" in words for n, k in zip(counts, (4, 8, 16, 32, 64), strict=True))
    mixture = mixed(network)
    assert shown["networks"][network]["far"] == told(mixture["test"]["256"])
    assert shown["networks"][network]["outvoted"] == average(mixture["outvoted"])
    for key in ("parameters", "state"):
        assert shown["networks"][network][key] == mixture[key]


def test_the_text_for_the_blind_names_how_far_each_network_learns():
    alt = data("accuracy_by_distance")["alt"]
    for network in NAMES:
        assert f"{EVERY[network][0]} {farthest(network) or 'none'}" in alt


def test_the_seeds_that_fail_alone_are_counted_again():
    every = [score for name in NAMES for k in (4, 8, 16, 32, 64) for score in alone(name, k)]
    failed = [score for score in every if score < 0.9]
    shown = data("accuracy_by_distance")["failed"]
    assert shown == {
        "seeds": len(failed),
        "guess": len([score for score in failed if 0.4 <= score <= 0.6]),
        "least": min(failed),
    }


def test_those_that_a_mixture_does_not_teach_are_counted_again():
    means = {name: fmean(scores("agreement", name, 1, 64)) for name in NAMES}
    low = {name: mean for name, mean in means.items() if mean < 0.9}
    shown = data("accuracy_by_distance")
    assert (shown["mixture"]["low"], shown["mixture"]["right"]) == (len(low), 19 - len(low))
    for name, mean in low.items():
        assert f"{EVERY[name][0]} {mean:.0%}" in shown["mixture"]["others"]
    for name in CONVOLVED:
        mixture = mixed(name)["test"]
        assert shown["convolved"][name] == told(mixture["64"]) | {"far": told(mixture["256"])}


def test_the_other_tasks_are_averaged_again():
    shown = data("accuracy_by_distance")
    for part in ("remember", "adding", "matched"):
        for one in raw(part):
            cell, result = one["cell"], one["result"]
            regime = "fixed" if cell["shortest"] == cell["longest"] else "mixed"
            mine = shown[part][cell["network"]]
            assert (mine["d"], mine["parameters"]) == (cell["d"], result["parameters"])
            for k, seeds in result["test"].items():
                assert mine[regime][f"k{k}"] == told(seeds)


def test_the_sizes_of_the_study_are_counted_again():
    shown = data("accuracy_by_distance")["study"]
    cells = [one for part in PARTS for one in raw(part)]
    assert shown["cells"] == len(cells)
    networks = 0
    for one in cells:
        cell, result = one["cell"], one["result"]
        assert not {*cell["racing"]} & {*result["seeds"]}
        networks += len(result["validation"]) * len(cell["racing"]) + len(result["seeds"])
    assert shown["networks"] == networks
    assert shown["ten"] == sum(len(one["result"]["seeds"]) == 10 for one in cells)
    edges = []
    for one in cells:
        rates = sorted(map(float, one["result"]["validation"]))
        edges.append(len(rates) > 1 and one["result"]["rate"] in (rates[0], rates[-1]))
    named = [name for name in shown["edge"]["named"].split(",") if name]
    assert shown["edge"]["cells"] == sum(edges) == len(named)
    assert shown["edge"]["share"] == pytest.approx(sum(edges) / len(cells))
    still = [one["cell"]["most"] in one["result"]["steps"] for one in cells]
    assert shown["still"] == {"cells": sum(still), "share": pytest.approx(sum(still) / len(cells))}
    runs = [json.loads((RESULTS / f"{part}.run.json").read_text("utf-8")) for part in PARTS]
    assert {shown["minutes"]} == {one["run"]["wall_seconds"] / 60 for one in runs}
    hours = math.fsum(one["cells_cpu_seconds"] for one in runs) / 3600
    assert shown["core_hours"] == pytest.approx(hours)
    for key, times in (("x10", 1e3), ("x100", 1e6)):
        assert shown["larger"][key] == pytest.approx(times * hours)
    for key in ("most", "patience"):
        assert {shown[key]} == {one["cell"][key] for one in raw("agreement")}
    assert shown["most_examples"] == shown["most"] * shown["batch"]
    assert shown["patient_examples"] == shown["patience"] * shown["batch"]


@pytest.mark.parametrize("network", BEYOND)
def test_scores_beyond_training_are_averaged_again(network):
    shown = data("beyond_training")
    for k in (1, 2, 4, 8, 16, 32, 64, 128, 256):
        seeds = scores("agreement", network, 1, 16, k)
        assert column(shown["table"], "score", network=network, k=k) == seeds
        assert shown["networks"][network][f"k{k}"] == told(seeds)


def test_the_least_that_a_latch_is_right_beyond_training():
    latches = ("tanh", "orthogonal", "small_inputs", "leaky", "gru", "lstm", "lstm_chrono")
    means = [fmean(scores("agreement", name, 1, 16, k))
             for name in latches for k in (1, 2, 4, 8, 16, 32, 64, 128, 256)]  # fmt: skip
    assert data("beyond_training")["least"] == pytest.approx(min(means), rel=1e-12)


def test_items_and_pairs_are_averaged_again():
    shown = data("recall_by_count")
    for one in raw("items"):
        network, d, n = (one["cell"][key] for key in ("network", "d", "longest"))
        seeds = one["result"]["test"][str(n)]
        assert column(shown["table"], "score", network=network, d=d, k=n) == seeds
        assert shown["networks"][network][f"d{d}"][f"n{n}"] == told(seeds)
    assert len(shown["table"]["d"]) == sum(len(one["result"]["seeds"]) for one in raw("items"))
    for one in raw("pairs"):
        result = one["result"]
        sizes = {key: result[key] for key in ("state", "parameters")}
        assert shown["pairs"][one["cell"]["network"]] == told(result["test"]["16"]) | sizes


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


def test_where_the_gradient_is_faint_no_far_link_is_learned_and_where_it_is_not_some_are():
    shown = data("gradient_after_training")
    sent = {name: fmean(mixed(name)["before"]["64"]) for name in NAMES}
    faint = [name for name in NAMES if sent[name] < -6]
    clear = [name for name in NAMES if sent[name] > -5]
    assert len(faint) + len(clear) == len(NAMES)
    most = max(map(farthest, faint))
    assert shown["faint"] == {"below": 1e-6, "count": len(faint), "most": most}
    farther = [name for name in clear if farthest(name) > most]
    assert shown["clear"] == {"above": 1e-5, "count": len(clear), "farther": len(farther),
                              "not": len(clear) - len(farther)}  # fmt: skip
    assert most < 64 == max(map(farthest, farther))


def test_counts_of_seeds_are_ranked_by_all_ways_to_deal_them_out():
    """Fisher's exact test as a sum of fractions."""
    shown = data("accuracy_by_distance")["chances"]
    for k in (32, 64):
        for pair, chance in shown[f"k{k}"].items():
            one, other = (alone(name, k) for name in pair.split("_"))
            a, b, n, m = passed(one), passed(other), len(one), len(other)
            ways = {i: Fraction(math.comb(n, i) * math.comb(m, a + b - i), math.comb(n + m, a + b))
                    for i in range(max(0, a + b - m), min(n, a + b) + 1)}  # fmt: skip
            exact = sum(way for way in ways.values() if way <= ways[a])
            assert chance == pytest.approx(float(exact), rel=1e-9)


def test_what_gated_networks_learn_of_far_links_and_of_many_items():
    """So the first page says: once short links are mixed in, and fewer items than a linear one."""
    for network in ("lstm", "gru"):
        assert passed(alone(network, 64)) == 0
        assert passed(scores("agreement", network, 1, 64, 64)) == 5
        gated, linear = (fmean(scores("items", one, 16, 16, d=32)) for one in (network, "ssm"))
        assert gated < 0.9 < 0.99 < linear


def test_a_linear_network_holds_a_symbol_through_noise():
    """So squashing is not needed to hold, but to ignore later words of the same kind."""
    assert passed(scores("remember", "ssm", 1, 64, 64)) == 5
    assert passed(scores("agreement", "ssm", 1, 64, 64)) == 0


def test_thirty_two_numbers_have_room_for_thirty_two_items():
    room = data("recall_by_count")["room"]
    assert 2 ** room["items"] == 8**32
    assert room["numbers"] == 32 * (np.finfo(np.float32).nmant + 1)
    assert room["items"] < room["numbers"]


def test_amounts_of_data_are_counted_again():
    shown = data("data_moves_the_wall")
    for one in raw("data"):
        cell, result = one["cell"], one["result"]
        k = cell["longest"]
        at = shown["at"][f"k{k}"]
        assert at["of"] == len(result["seeds"])
        assert at["rate"] == result["rate"]
        for times in (1, 4, 16):
            looks = [curve[: times * 1000 // 250] for curve in result["curves"]]
            assert at[f"x{times}"] == sum(any(score >= 0.9 for score in seen) for seen in looks)
        for seed, curve in zip(result["seeds"], result["curves"], strict=True):
            assert column(shown["table"], "score", k=k, seed=seed) == curve
            read = column(shown["table"], "examples", k=k, seed=seed)
            assert read == [4000 * (i + 1) for i in range(len(curve))]
    assert shown["examples"] == 1000 * 16
    learned = {}  # for each distance: after how many looks each seed has learned it
    for one in raw("agreement") + raw("data"):
        cell = one["cell"]
        if (cell["network"], cell["d"]) == ("tanh", 32) and cell["shortest"] == cell["longest"]:
            learned[cell["longest"]] = [
                next((i for i, score in enumerate(curve, 1) if score >= 0.9), math.inf)
                for curve in one["result"]["curves"]
            ]
    for times in (1, 4, 16):
        wall, most = shown["wall"][f"x{times}"], {}
        for k, looks in learned.items():
            in_time = [look <= 4 * times for look in looks]
            most[k] = in_time.count(True) > in_time.count(False)
        assert wall["beyond"] == min(k for k, learns in most.items() if not learns)
        assert wall["all"] == max(k for k in [0, *most] if k < wall["beyond"])
    late = scores("data", "tanh", 8, 8)
    assert shown["at"]["k8"]["given_up"] == len(
        [i for i, score in enumerate(late) if score >= 0.9 > alone("tanh", 8)[i]]
    )
    assert shown["wall"]["most"] == shown["wall"]["x16"]["beyond"] - shown["wall"]["x1"]["all"]
    first = json.loads((RESULTS / "first/agreement.json").read_text("utf-8"))["cells"]
    assert {one["cell"]["steps"] * one["cell"]["batch"] for one in first} == {shown["examples"]}


@pytest.mark.parametrize("task", ["parity", "permutations"])
def test_what_follows_a_state_is_averaged_again(task):
    shown = data("parity_by_length")
    assert shown["chance"][task] == 1 / TASKS[task].answers
    for one in raw(task):
        network = one["cell"]["network"]
        for k, seeds in one["result"]["test"].items():
            drawn = column(shown["table"], "score", task=task, network=network, k=int(k))
            assert drawn == seeds
            assert shown["networks"][network][task][f"k{k}"] == told(seeds)
        assert shown["networks"][network]["state"] == one["result"]["state"]
        assert (shown["longest"], shown["farthest"]) == (one["cell"]["longest"], 256)


def test_the_map_shows_each_network_as_counted_by_hand():
    shown = data("remedies_map")
    for network, one in shown["networks"].items():
        assert one["link"] == farthest(network)
        reaches = []
        for seed in range(5):
            solved = [k for k in (4, 8, 16, 32, 64) if alone(network, k)[seed] >= 0.9]
            far = [k for k, got in zip((4, 8, 16, 32, 64), solved, strict=False) if k == got]
            reaches.append(max(far, default=0))
        assert (one["least_link"], one["most_link"]) == (min(reaches), max(reaches))
        assert one["items"] == told(scores("items", network, 16, 16, d=32))
        assert one["mixture"] == told(scores("agreement", network, 1, 64, 64))
        assert one["parity"] == told(scores("parity", network, 1, 40, 256))
        ends = "" if min(reaches) == max(reaches) else f" ({min(reaches)}–{max(reaches)})"
        assert one["link_told"] == f"{farthest(network)}{ends}"


def test_a_cut_gradient_and_a_small_start_are_averaged_again():
    shown = data("cut_short")
    for network in ("tanh", "lstm"):
        mine = shown["networks"][network]
        for cut in (1, 4, 16, 64):
            found = {
                "alone": scores("truncation", network, 8, 8, cut=cut),
                "near": scores("truncation", network, 1, 64, 8, cut=cut),
                "far": scores("truncation", network, 1, 64, 64, cut=cut),
            }
            for key, seeds in found.items():
                assert mine[f"cut{cut}"][key] == told(seeds)
                drawn = column(shown["table"], "score", network=network, regime=key, k=cut)
                assert drawn == seeds
        assert mine["whole"] == {
            "alone": told(alone(network, 8)),
            "near": told(scores("agreement", network, 1, 64, 8)),
            "far": told(scores("agreement", network, 1, 64, 64)),
        }
    for gain in (1, 2, 4):
        for clip, name in ((1, "clipped"), (None, "free")):
            for shortest, longest, key in ((8, 8, "alone"), (1, 64, "mixture")):
                seeds = scores("clipping", "tanh", shortest, longest, gain=gain, clip=clip)
                found = dict(shown["clipping"][f"g{gain}"][name][key])
                assert found.pop("rate") > 0
                assert found == told(seeds)
    for network, one in shown["growing"].items():
        for k in (64, 256):
            assert one[f"k{k}"] == told(scores("growing", network, 1, 64, k))


STEMS = ("accuracy_by_distance", "beyond_training", "recall_by_count", "gradient_after_training")


@pytest.mark.parametrize("stem", STEMS)
def test_the_number_of_seeds_is_the_least_of_every_cell(stem):
    counts = {len(seeds) for part in PARTS for one in raw(part)
              for seeds in one["result"]["test"].values()}  # fmt: skip
    assert {data(stem)["seeds"]} | {10} == counts == {5, 10}


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
    for key in ("d", "batch", "rates", "examples"):
        got = shown[key] if key == "d" else shown["study"][key]
        assert all(one[key] == got for one in cells)
    counts = {one["cell"]["longest"] for one in raw("items")}
    assert data("recall_by_count")["counts"] == sorted(counts)
    for network in ("gru", "ssm"):
        widths = {one["cell"]["d"] for one in raw("items") if one["cell"]["network"] == network}
        assert data("recall_by_count")["widths"] == sorted(widths)
    (amount,) = {one["cell"]["most"] // 1000 for one in raw("data")}
    assert data("data_moves_the_wall")["times"][-1] == amount
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
    assert len(found) == 10
    for network, one in found.items():
        assert one["link"] == farthest(network)
        seeds = scores("items", network, 16, 16, d=32)
        assert one["items"] == pytest.approx(fmean(seeds))


def test_the_first_study_is_counted_again_for_what_longer_training_changed():
    shown = data("accuracy_by_distance")["first"]
    before = {
        part: json.loads((RESULTS / f"first/{part}.json").read_text("utf-8"))["cells"]
        for part in ("agreement", "remember", "adding", "items", "data", "matched")
    }
    rates = [(one["cell"]["rates"], one["result"]["rate"]) for of in before.values() for one in of]
    edges = [rate in (tried[0], tried[-1]) for tried, rate in rates]
    assert shown["edge"] == {"cells": sum(edges), "of": len(edges),
                             "share": pytest.approx(fmean(edges))}  # fmt: skip
    assert 0.45 < shown["edge"]["share"] < 0.55  # "half", on the page
    for network, one in shown["networks"].items():
        first = {cell["cell"]["longest"]: cell["result"]["test"][str(cell["cell"]["longest"])]
                 for cell in before["agreement"] if cell["cell"]["network"] == network
                 and cell["cell"]["shortest"] == cell["cell"]["longest"]}  # fmt: skip
        assert one["alone"] == {f"k{k}": told(seeds) for k, seeds in first.items()}
        of = [cell["result"]["test"]["16"] for cell in before["items"]
              if (cell["cell"]["network"], cell["cell"]["d"], cell["cell"]["longest"])
              == (network, 32, 16)]  # fmt: skip
        assert one["items"] == (told(of[0]) if of else None)
