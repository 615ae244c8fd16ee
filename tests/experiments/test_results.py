"""The results of the study: bands that any machine should find."""

import json
from functools import cache

import numpy as np
import pytest

from experiments.study import CONVOLVED, NETWORKS
from explainer.making.files import RESULTS


@cache
def part(name):
    found = json.loads((RESULTS / f"{name}.json").read_text("utf-8"))["cells"]
    return [one["cell"] | one["result"] for one in found]


def cells(name, **wanted):
    """Return the cells of a part that hold `wanted`, each as one dict with its results."""
    return [one for one in part(name) if all(one[key] == value for key, value in wanted.items())]


def score(one, k=None):
    """Return the mean over seeds at distance `k`, or at the longest of training."""
    return np.mean(one["test"][str(k or one["longest"])])


def alone(network, k, name="agreement", d=32):
    (one,) = cells(name, network=network, shortest=k, longest=k, d=d)
    return one


def mixture(network, name="agreement", longest=64):
    (one,) = cells(name, network=network, shortest=1, longest=longest)
    return one


def tracking(network, name):
    (one,) = cells(name, network=network)
    return one


GATED = ("gru", "lstm", "lstm_chrono")
EVERY = ("agreement", "remember", "adding", "items", "pairs", "parity", "permutations", "data",
         "matched", "clipping", "truncation", "growing")  # fmt: skip


@pytest.mark.parametrize("k", [16, 32, 64])
def test_a_plain_network_learns_nothing_from_far_examples_alone(k):
    assert abs(score(alone("tanh", k)) - 0.5) < 0.1


def test_most_seeds_learn_a_link_over_four_words():
    assert score(alone("tanh", 4)) > 0.8


@pytest.mark.parametrize("network", ["tanh", "orthogonal", *GATED])
def test_a_mixture_teaches_the_longest_distance(network):
    assert score(mixture(network)) > 0.95


def test_what_was_learned_over_16_words_holds_over_256_in_a_plain_network():
    assert score(mixture("tanh", longest=16), 256) > 0.9


def test_the_gradient_vanished_where_the_score_is_perfect():
    one = mixture("tanh")
    assert score(one) > 0.95
    for when in ("before", "after"):
        assert max(one[when]["64"]) < -10  # a share of less than 1e-10


def test_attention_without_positions_is_outvoted():
    one = mixture("attention_bag")
    assert np.mean(one["outvoted"]) < 0.4
    assert score(one) < 0.75


def test_a_linear_state_does_not_learn_agreement_from_a_mixture():
    assert score(mixture("ssm")) < 0.75
    assert score(mixture("ssm", name="remember")) > 0.9


def test_attention_names_all_items():
    for n in (8, 16, 32):
        assert score(alone("attention", n, "items")) > 0.9


def test_the_more_items_the_fewer_are_named_and_the_wider_the_more():
    counts = [score(alone("ssm", n, "items")) for n in (8, 16, 32)]
    assert (np.diff(counts) < 0.05).all()
    assert counts[-1] < 0.95 < counts[0]
    for network in ("gru", "ssm"):
        assert score(alone(network, 16, "items")) > score(alone(network, 16, "items", 16)) + 0.1


def test_a_matrix_as_wide_as_the_width_names_more_pairs():
    for network in ("linear_attention", "deltanet"):
        assert score(alone(f"{network}_wide", 16, "pairs")) > 0.9
        assert score(alone(network, 16, "pairs")) < 0.7


def test_a_mixture_teaches_a_gradient_cut_after_four_steps_what_far_examples_do_not():
    one, alike = (
        next(cell for cell in cells("truncation", network="tanh", cut=4, longest=k))
        for k in (8, 64)
    )
    assert score(one) < 0.7
    assert score(alike) > 0.95


def test_factors_down_to_minus_one_follow_parity_as_far_as_they_were_trained():
    for network in ("selective_signed", "deltanet_signed"):
        assert score(tracking(network, "parity"), 40) > 0.9


def test_gated_networks_follow_permutations():
    for network in ("gru", "lstm"):
        assert score(tracking(network, "permutations"), 40) > 0.9


def test_an_lstm_follows_parity_and_factors_from_0_to_1_do_not():
    assert score(tracking("lstm", "parity"), 256) > 0.9
    for network in ("selective", "mingru", "rglru", "deltanet", "attention_bag"):
        assert score(tracking(network, "parity"), 256) < 0.75


def test_all_that_was_asked_for_was_trained():
    assert {one["network"] for one in cells("agreement")} >= {*NETWORKS, *CONVOLVED}


@pytest.mark.parametrize("name", EVERY)
def test_the_rate_that_won_was_among_the_best_of_the_race(name):
    for one in cells(name):
        raced = {float(rate): score for rate, score in one["validation"].items()}
        assert one["rate"] in raced
        noise = 2 * np.sqrt(0.25 / (2 * one["examples"]["validation"]))
        assert raced[one["rate"]] >= max(raced.values()) - 2 * noise
        assert one["edge"] == (one["rate"] in (min(raced), max(raced)))


def test_at_most_one_cell_in_twenty_lies_at_an_edge():
    every = [one for name in EVERY for one in cells(name)]
    assert sum(one["edge"] for one in every) <= 0.05 * len(every)
