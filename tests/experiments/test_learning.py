"""`experiments.learning`: what a cell returns, and that it is repeatable and fair."""

import numpy as np
import pytest

from experiments import study
from experiments.tasks import TASKS

eqx = pytest.importorskip("equinox")

SMALL = {"check": 10, "most": 20, "patience": 20, "halvings": [], "batch": 8,
         "rates": [0.001, 0.003, 0.01], "racing": [7], "seeds": [0, 3], "more_seeds": [4],
         "examples": {"validation": 20, "test": 20, "lags": 2}}  # fmt: skip


def small(*what, **more):
    return study.cell(*what, **more) | SMALL


@pytest.fixture(autouse=True, scope="module")
def _single_precision():
    """Other tests switch JAX to 64 bits; the study is trained in 32."""
    import jax

    with jax.enable_x64(False):
        yield


@pytest.fixture(scope="module")
def learning():
    from experiments import learning

    return learning


@pytest.fixture(scope="module")
def mixture(learning):
    """Return a small mixture with its result."""
    config = small("agreement", "gru", 8, shortest=1, test=(2, 8, 16), lags=True)
    return config, learning.cell(config)


def test_a_cell_tells_score_and_loss_of_each_seed_at_each_distance(mixture):
    config, found = mixture
    assert found["seeds"] in ([0, 3], [0, 3, 4])
    count = len(found["seeds"])
    for measure in ("test", "loss"):
        assert list(found[measure]) == ["2", "8", "16"]
        assert all(len(seeds) == count for seeds in found[measure].values())
    assert str(found["rate"]) in found["validation"]
    assert set(map(str, config["rates"])) <= set(found["validation"])
    assert len(found["outvoted"]) == count
    assert found["parameters"] == 3 * (32 * 32 * 2 + 32) + 32
    assert found["state"] == 32
    # Every look is on the curve, and the best of them is the step that was kept.
    for curve, steps, best in zip(found["curves"], found["steps"], found["best"], strict=True):
        assert len(curve) == steps // config["check"]
        assert curve[best // config["check"] - 1] == max(curve)


def test_the_same_cell_gives_the_same_result_and_a_seed_does_not_depend_on_the_others(
    learning, mixture
):
    config, found = mixture
    assert learning.cell(config) == found
    alone = learning.cell(config | {"seeds": [3], "rates": [found["rate"]]})
    assert np.allclose(alone["loss"]["8"][0], found["loss"]["8"][1], rtol=1e-3)


def test_all_networks_see_the_same_data(learning, monkeypatch):
    seen = []
    draw = TASKS["remember"].draw
    monkeypatch.setattr(
        TASKS["remember"], "draw",
        lambda *args: seen[-1].append(draw(*args)) or seen[-1][-1],
    )  # fmt: skip
    for network in ("tanh", "attention"):
        seen.append([])
        learning.Trainer(small("remember", network, 4)).train([learning.Lane(0.003, 0)])
    one, other = seen
    assert len(one) == len(other) > 0
    for a, b in zip(one, other, strict=True):
        assert all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


def test_training_validation_and_test_draw_different_examples(learning):
    config = small("agreement", "tanh", 24) | {"batch": 100}
    streams = [
        learning.batches(4, 0, config, [0, 3]), learning.batches(4, 1, config, [0, 3]),
        *(learning._rows(use, 24, config, [0, 3], 20) for use in ("validation", "test")),
    ]  # fmt: skip
    rows = [{row.tobytes() for row in one.tokens.reshape(-1, 27)} for one in streams]
    assert sum(map(len, rows)) == len(set().union(*rows)) == 2 * 400 * 2 + 2 * 20 * 2


# ── When training ends ─────────────────────────────────────────────────────────


def looked(learning, scores, config, losses=None, rate=0.01):
    """Return a lane that has seen these scores, as far as it went; its weights are their number."""
    lane = learning.Lane(rate, 0)
    for i, score in enumerate(scores):
        if not lane.ended:
            lane.look(score, losses[i] if losses else 1.0, i, config)
    return lane


RULES = {"check": 10, "most": 100, "patience": 30, "halvings": [20], "racing": [0, 1],
         "examples": {"validation": 400}, "solved": 0.9}  # fmt: skip


@pytest.mark.parametrize(
    ("scores", "steps", "best"),
    [
        ([0.5] * 20, 40, 10),  # flat: the first look, and the patience
        ([0.5, 0.505, 0.509, 0.51, 0.5, 0.6], 40, 40),  # less than a point is no rise
        ([0.5, 0.6, 0.6, 0.7, 0.7, 0.7, 0.7, 0.9], 70, 40),  # a rise begins the patience anew
        ([0.05 * i for i in range(20)], 100, 100),  # rises to the end: the most
        ([0.9, 1, 0.9, 1, 1, 1], 50, 20),  # perfect twice in a row
    ],
)
def test_training_ends_when_the_score_rises_no_more(learning, scores, steps, best):
    lane = looked(learning, scores, RULES)
    assert (lane.ended, lane.steps, lane.best_step) == (True, steps, best)
    assert lane.weights == best // 10 - 1


def test_a_loss_that_falls_is_no_rest(learning):
    """At chance the loss may fall long before an answer turns."""
    losses = [0.98**i for i in range(20)]
    assert looked(learning, [0.5] * 20, RULES, losses).steps == RULES["most"]
    losses = [0.998**i for i in range(20)]  # a hundredth takes five looks, and patience three
    assert looked(learning, [0.5] * 20, RULES, losses).steps == 40


def test_of_equal_scores_the_least_loss_is_kept(learning):
    lane = looked(learning, [0.5, 0.5, 0.5], RULES, losses=[3.0, 1.0, 2.0])
    assert lane.best_step == 20


def test_the_rates_that_stay_in_a_race(learning):
    """At a halving the better half and who may be as good; and when one is perfect, that one."""
    after = {0.1: 0.2, 0.03: 0.3, 0.01: 0.6, 0.003: 0.58, 0.001: 0.57, 0.0003: 0.5}
    lanes = [looked(learning, [score] * 2, RULES, rate=rate)
             for rate, score in after.items() for _ in range(2)]  # fmt: skip
    learning.drop(lanes, RULES | {"halvings": [30]})
    assert not any(lane.dropped for lane in lanes)
    learning.drop(lanes, RULES)
    # 0.57 is the third; two standard errors of 800 answers are 0.035, and 0.5 is further away.
    assert {lane.rate for lane in lanes if not lane.dropped} == {0.01, 0.003, 0.001}
    assert all(lane.ended == lane.dropped for lane in lanes)
    level = [looked(learning, [0.5, 0.5], RULES, rate=rate) for rate in after]
    learning.drop(level, RULES)
    assert not any(lane.dropped for lane in level)  # nothing learned: nothing is better
    perfect = [looked(learning, [1, 1] if rate == 0.01 else [0.9, 1], RULES, rate=rate)
               for rate in after]  # fmt: skip
    learning.drop(perfect, RULES)
    assert {lane.rate for lane in perfect if not lane.dropped} == {0.01}


def raced(learning, scores):
    return {rate: [looked(learning, [score], RULES, rate=rate)] for rate, score in scores.items()}


@pytest.mark.parametrize(
    ("scores", "winner"),
    [
        ({0.001: 0.5, 0.003: 0.9, 0.01: 0.6}, 0.003),
        ({0.001: 1, 0.003: 1, 0.01: 1, 0.03: 0.6}, 0.003),  # the middle of those as good
        ({0.001: 1, 0.003: 1, 0.01: 0.6, 0.03: 0.6}, 0.003),  # of two the inner one
        ({0.001: 0.51, 0.003: 0.5, 0.01: 0.49}, 0.003),  # chance: the middle
        ({0.001: 0.9, 0.003: 0.5, 0.01: 0.5}, 0.001),
    ],
)
def test_the_winner_of_a_race(learning, scores, winner):
    assert learning.winner(raced(learning, scores), RULES) == winner


def test_a_rate_that_was_left_behind_cannot_win(learning):
    found = raced(learning, {0.001: 0.5, 0.003: 0.9, 0.01: 0.6})
    found[0.003][0].dropped = True
    assert learning.winner(found, RULES) == 0.01


def test_a_race_goes_on_beyond_its_ends_while_an_end_is_best(learning, monkeypatch):
    asked = []

    class Fake:
        config = RULES | {"rates": [0.003, 0.01, 0.03], "racing": [0]}

        def train(self, lanes, meanwhile):
            asked.append([lane.rate for lane in lanes])
            for lane in lanes:
                lane.look(min(0.9, lane.rate), 1.0, 0, self.config)
                meanwhile(lanes)
            return lanes

    assert list(learning.race(Fake())) == [0.003, 0.01, 0.03, 0.1, 0.3]
    assert asked == [[0.003, 0.01, 0.03], [0.1], [0.3]]
    assert [learning._next(0.0003, -1), learning._next(0.3, 1)] == [0.0001, 1]


def test_seeds_disagree_when_some_have_solved_the_longest_distance(learning):
    config = {"test": [4, 8, 16], "longest": 8, "solved": 0.9}
    solved, not_solved = [1.0] * 19 + [0.0], [1.0] * 17 + [0.0] * 3
    for at_longest, differ in (([solved, not_solved], True), ([solved] * 2, False),
                               ([not_solved] * 2, False)):  # fmt: skip
        other = [solved, not_solved]  # at the other distances
        assert learning._disagree(np.array([other, at_longest, other]), config) == differ


def test_ten_seeds_are_trained_where_the_first_disagree(learning, monkeypatch):
    config = small("remember", "tanh", 2)
    monkeypatch.setattr(learning, "_disagree", lambda *_: True)
    assert learning.cell(config)["seeds"] == [0, 3, 4]


def test_lanes_beside_each_other_train_as_each_alone(learning):
    """Lanes that end, copies that fill up, and a memory that holds few change no network."""
    config = small("remember", "gru", 4) | {"most": 60, "patience": 60}
    together = [learning.Lane(0.01, seed) for seed in range(5)]

    def end_some(lanes):
        for lane in lanes:
            lane.ended |= lane.seed in (1, 2, 3) and lane.steps >= 20

    learning.Trainer(config).train(together, end_some)
    assert [lane.steps for lane in together] == [60, 20, 20, 20, 60]
    for lane in (together[0], together[4]):
        (alone,) = learning.Trainer(config).train([learning.Lane(0.01, lane.seed)])
        assert np.allclose(alone.curve, lane.curve, atol=0.051)  # an answer of twenty
        assert np.allclose(alone.weights.core.W, lane.weights.core.W, atol=1e-4)


def test_one_network_at_a_time_where_memory_is_scarce(learning):
    config = small("remember", "gru", 4)
    network = learning._at(learning.begin(config, [0]), 0)
    need = learning._bytes(network, config)
    assert learning.Trainer(config, 10**9).sizes == learning.Trainer(config).sizes == [1, 2, 3]
    assert learning.Trainer(config, need).sizes == [1]
    with pytest.raises(MemoryError, match=r"one network needs \d+\.\d GB to train"):
        learning.Trainer(config, need - 1)
    wider = learning._at(learning.begin(config | {"d": 320}, [0]), 0)
    assert learning._bytes(wider, config | {"d": 320}) > 10 * need


def test_the_mean_of_the_weights_is_what_is_kept(learning):
    """A step of Adam moves each weight by its rate; of that the mean takes a hundredth."""
    config = small("remember", "tanh", 2) | {"check": 1, "most": 1, "clip": None}
    (lane,) = learning.Trainer(config).train([learning.Lane(0.01, 0)])
    began = learning.begin(config, [0]).core.U[0]
    moved = np.abs(lane.weights.core.U - began)
    assert np.isclose(np.median(moved), 0.01 * (1 - learning.MEMORY), rtol=1e-3)


def test_clipping_changes_what_is_learned_where_gradients_are_long(learning):
    """Adam forgets the size of a gradient that is always clipped; not if it is clipped at times."""
    config = small("agreement", "tanh", 8) | {"gain": 4.0, "most": 30, "rates": [0.01]}
    clipped, free = (
        learning.Trainer(config | {"clip": clip}).train([learning.Lane(0.01, 0)])[0].weights
        for clip in (1, None)
    )
    assert not np.allclose(clipped.core.W, free.core.W, atol=1e-4)


def test_starting_small_doubles_the_distance(learning):
    config = small("agreement", "tanh", 64) | {"shortest": 1, "growing": 500}
    at = [learning.growing(step, config) for step in (0, 499, 500, 1000, 2999, 3000, 90_000)]
    assert at == [1, 1, 2, 4, 32, 64, 64]
    tokens = learning.batches(10, 100, config, [0]).tokens  # from step 1000 on
    assert ((tokens != 0).sum(-1) == 3 + 4).all()


def test_an_answer_that_overflowed_is_wrong(learning):
    rows = TASKS["agreement"].draw(np.random.default_rng(0), np.full(20, 4), 7)
    row = type(rows)(*(a[0] for a in rows))
    score, loss = learning.judge(lambda *_: np.full((1, 2), np.nan), row)
    assert score == 0
    assert np.isnan(loss)


def test_training_lowers_the_loss(learning):
    config = small("remember", "tanh", 2) | {"check": 50, "most": 200, "rates": [0.01]}
    _, (began,) = learning.test(learning.begin(config, [0, 3]), "test", [2], config, [0, 3])
    ended = learning.cell(config)["loss"]["2"]
    assert np.mean(ended) < np.mean(began) - 0.3
    assert np.isclose(np.mean(began), np.log(8), atol=0.3)


def test_shares_of_the_gradient_by_lag_add_up_and_agree_with_differences(learning, jax):
    config = small("agreement", "tanh", 8, shortest=1, lags=True)
    config["examples"] = config["examples"] | {"lags": 1}
    networks = learning.begin(config, [0, 3])
    logs = learning.lag_gradient(networks, config, [0, 3])
    assert logs.pop("flat") == [0, 0]
    shares = {k: 10 ** seeds[0] for k, seeds in logs.items()}
    rows = learning._rows("test", 8, config, [0, 3], 1)
    with jax.enable_x64(True):
        one = jax.tree.map(lambda a: a[0].astype(float) if eqx.is_inexact_array(a) else a, networks)
        tokens, values, target = (np.array(a[0, 0]) for a in rows)
        x = np.array(one.embed(tokens, values))

        @jax.jit
        def margin(x):
            logits = one.answer(x, tokens != 0, 1)[0]
            return logits[target[0]] - logits[1 - target[0]]

        norms = np.zeros(len(x))
        for t in range(len(x)):
            slopes = []
            for i in range(x.shape[1]):
                up, down = x.copy(), x.copy()
                up[t, i] += 1e-6
                down[t, i] -= 1e-6
                slopes.append((margin(up) - margin(down)) / 2e-6)
            norms[t] = np.linalg.norm(slopes)
    expected = (norms / norms.sum())[::-1]
    assert list(shares) == ["0", "1", "2", "3", "4", "6", "8"]
    for lag, share in shares.items():
        assert np.isclose(share, expected[int(lag)], rtol=1e-3)


def test_an_example_without_any_gradient_has_no_share(learning):
    config = small("agreement", "tanh", 8, shortest=1, lags=True)
    config["examples"] = config["examples"] | {"lags": 12}
    networks = learning.begin(config, [0, 3])
    for less in (0.6, 100.0):
        off = eqx.tree_at(
            lambda n: n.head.layers[0].bias, networks, replace_fn=lambda b, less=less: b - less
        )
        found = learning.lag_gradient(off, config, [0, 3])
        flat = found.pop("flat")
        assert flat == [1, 1] if less == 100 else 0 < min(flat) <= max(flat) < 1
        for seeds in found.values():
            assert [log is None for log in seeds] == [share == 1 for share in flat]


def test_adding_counts_answers_within_a_tenth(learning):
    def one(_tokens, _values, asked):
        """Answer 1 to everything."""
        return np.ones((asked, 1))

    rows = TASKS["adding"].draw(np.random.default_rng(0), np.full(400, 20), 20)
    judged = [learning.judge(one, type(rows)(*(a[i] for a in rows))) for i in range(400)]
    scores, losses = np.array(judged, float).T
    # The sum of two uniform numbers lies within 0.1 of 1 with probability 0.19.
    assert abs(scores.mean() - 0.19) < 5 * np.sqrt(0.19 * 0.81 / 400)
    assert abs(losses.mean() - 1 / 6) < 0.05
