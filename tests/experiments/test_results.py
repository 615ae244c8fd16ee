"""The results of the first study: bands that any machine should find."""

import json

import numpy as np
import pytest

from explainer.making.files import RESULTS


def cells(part, **wanted):
    """Return the cells of a part that hold `wanted`, each as one dict with its results."""
    found = json.loads((RESULTS / f"first/{part}.json").read_text("utf-8"))["cells"]
    found = [one["cell"] | one["result"] for one in found]
    return [one for one in found if all(one[key] == value for key, value in wanted.items())]


def score(one, k=None):
    """Return the mean over seeds at distance `k`, or at the longest of training."""
    return np.mean(one["test"][str(k or one["longest"])])


def alone(network, k, part="agreement"):
    (one,) = cells(part, network=network, shortest=k, longest=k)
    return one


def mixture(network, part="agreement", longest=64):
    (one,) = cells(part, network=network, shortest=1, longest=longest)
    return one


GATED = ("gru", "lstm", "lstm_chrono")


@pytest.mark.parametrize("k", [16, 32, 64])
def test_a_plain_network_learns_nothing_from_far_examples_alone(k):
    assert abs(score(alone("tanh", k)) - 0.5) < 0.1


def test_it_learns_a_link_over_four_words():
    assert score(alone("tanh", 4)) > 0.95


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


def test_attention_reaches_every_distance_from_far_examples_alone():
    assert all(score(alone("attention", k)) > 0.95 for k in (4, 8, 16, 32))
    assert score(alone("attention", 64)) > 0.8


def test_attention_without_positions_is_outvoted():
    one = mixture("attention_bag")
    assert np.mean(one["outvoted"]) < 0.4
    assert score(one) < 0.75


def test_networks_that_fail_from_far_examples_alone_are_at_chance_and_not_misled():
    for one in cells("agreement"):
        if one["shortest"] == one["longest"] and one["network"] != "attention_bag":
            assert min(one["test"][str(one["longest"])]) > 0.35


def test_a_linear_state_does_not_learn_agreement_from_a_mixture():
    assert score(mixture("ssm")) < 0.75
    assert score(mixture("ssm", part="remember")) > 0.9


@pytest.mark.parametrize("network", ["gru", "ssm"])
def test_items_named_fall_with_their_number_and_rise_with_the_width(network):
    table = np.array(
        [
            [
                score(one)
                for d in (8, 16, 32, 64)
                for one in cells("items", network=network, d=d, longest=n)
            ]
            for n in (2, 4, 8, 16, 32)
        ]
    )
    assert (np.diff(table, axis=0) < 0.05).all()
    assert (np.diff(table, axis=1) > -0.05).all()
    assert table[0, 0] > 0.95
    assert table[4, 0] < 0.4


def test_attention_names_all_items():
    assert min(score(one) for one in cells("items", network="attention")) > 0.9


def test_every_rate_was_chosen_on_validation_data():
    for part in ("agreement", "remember", "adding", "items", "data", "matched"):
        for one in cells(part):
            assert one["rate"] == one["rates"][int(np.argmax(one["validation"]))]
