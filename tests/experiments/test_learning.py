"""`experiments.learning`: what a cell returns, and that it is repeatable and fair."""

import numpy as np
import pytest

from experiments import study
from experiments.tasks import TASKS

eqx = pytest.importorskip("equinox")

SMALL = {"steps": 20, "batch": 8, "rates": [0.003, 0.03], "seeds": [0, 3],
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
    _, found = mixture
    for measure in ("test", "loss"):
        assert list(found[measure]) == ["2", "8", "16"]
        assert all(len(seeds) == 2 for seeds in found[measure].values())
    assert len(found["validation"]) == 2
    assert found["rate"] == SMALL["rates"][int(np.argmax(found["validation"]))]
    assert len(found["outvoted"]) == 2
    assert found["parameters"] == 3 * (32 * 32 * 2 + 32) + 32


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
        learning.cell(small("remember", network, 4))
    one, other = seen
    assert len(one) == len(other) > 0
    for a, b in zip(one, other, strict=True):
        assert all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


def test_training_validation_and_test_draw_different_examples(learning):
    config = small("agreement", "tanh", 24) | {"batch": 100, "steps": 4}
    streams = [
        learning.batches(4, 0, config), learning.batches(4, 1, config),
        *(learning._rows(use, 24, config) for use in ("validation", "test")),
    ]  # fmt: skip
    rows = [{row.tobytes() for row in one.tokens.reshape(-1, 27)} for one in streams]
    assert sum(map(len, rows)) == len(set().union(*rows)) == 2 * 400 * 2 + 2 * 20 * 2


def test_an_answer_that_overflowed_is_wrong(learning):
    rows = TASKS["agreement"].draw(np.random.default_rng(0), np.full(20, 4), 7)
    row = type(rows)(*(a[0] for a in rows))
    score, loss = learning.judge(lambda *_: np.full((1, 2), np.nan), row)
    assert score == 0
    assert np.isnan(loss)


def test_training_lowers_the_loss(learning):
    config = small("remember", "tanh", 2) | {"steps": 100, "rates": [0.01]}
    _, (began,) = learning.test(learning.begin(config), "test", [2], config)
    ended = learning.cell(config)["loss"]["2"]
    assert np.mean(ended) < np.mean(began) - 0.3
    assert np.isclose(np.mean(began), np.log(8), atol=0.3)


def test_shares_of_the_gradient_by_lag_add_up_and_agree_with_differences(learning, jax):
    config = small("agreement", "tanh", 8, shortest=1, lags=True)
    config["examples"] = config["examples"] | {"lags": 1}
    networks = learning.begin(config)
    logs = learning.lag_gradient(networks, config)
    assert logs.pop("flat") == [0, 0]
    shares = {k: 10 ** seeds[0] for k, seeds in logs.items()}
    rows = learning._rows("test", 8, config)
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
    networks = learning.begin(config)
    for less in (0.6, 100.0):
        off = eqx.tree_at(
            lambda n: n.head.layers[0].bias, networks, replace_fn=lambda b, less=less: b - less
        )
        found = learning.lag_gradient(off, config)
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
