"""`longrange.training` against JAX, central differences, optax and what its sentences must be."""

import numpy as np
import pytest

from longrange import lab, training
from longrange.training import NOUNS, SUBJECT, VOCABULARY, Training


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def loss_of(jax, network, tokens, plural):
    """Return the loss as a function of the weights, written from the equations."""
    xp, nn = jax.numpy, jax.nn

    def step(w, state, word):
        h, c = state
        u = w["U"][:, word] + w["b"]
        if network == "lstm":
            i, f, g, o = xp.split(w["W"] @ h + u, 4)
            c = nn.sigmoid(f) * c + nn.sigmoid(i) * xp.tanh(g)
            return nn.sigmoid(o) * xp.tanh(c), c
        if network == "gru":
            (r, z, n), (ur, uz, un) = xp.split(w["W"] @ h, 3), xp.split(u, 3)
            n = xp.tanh(un + nn.sigmoid(r + ur) * (n + w["c"]))
            z = nn.sigmoid(z + uz)
            return z * h + (1 - z) * n, c
        new = xp.tanh(w["W"] @ h + u)
        return (0.95 * h + 0.05 * new if network == "leaky" else new), c

    def loss(w):
        def one(words, right):
            rest = xp.zeros(len(w["v"]))
            (h, _), _ = jax.lax.scan(lambda s, word: (step(w, s, word), None), (rest, rest), words)
            odds = w["v"] @ h + w["a"][0]
            return -nn.log_sigmoid(xp.where(right, odds, -odds))

        return jax.vmap(one)(tokens, plural).mean()

    return loss


@pytest.mark.parametrize("network", training.NETWORKS)
def test_loss_and_gradient_are_those_of_automatic_differentiation(jax, network):
    weights = training.start(network, 6, seed=3)
    read = training.sentences(7, 5, seed=3)
    found = training.gradient(network, weights, read)
    loss, theirs = jax.jit(jax.value_and_grad(loss_of(jax, network, *read)))(weights)
    assert found.loss == pytest.approx(float(loss), rel=1e-12)
    assert found.weights.keys() == weights.keys()
    for name, part in theirs.items():
        np.testing.assert_allclose(found.weights[name], part, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("network", training.NETWORKS)
def test_the_gradient_is_what_central_differences_find(network):
    weights = training.start(network, 4, seed=1)
    read = training.sentences(3, 4, seed=1)
    found = training.gradient(network, weights, read)
    rng = np.random.default_rng(0)
    for name, part in found.weights.items():
        change = rng.normal(size=part.shape)
        ends = [
            training.gradient(network, weights | {name: weights[name] + h * change}, read).loss
            for h in (1e-5, -1e-5)
        ]
        assert (ends[0] - ends[1]) / 2e-5 == pytest.approx((part * change).sum(), abs=1e-9)


def test_shares_of_the_gradient_are_those_of_each_word(jax):
    weights = training.start("lstm", 6, seed=3)
    read = training.sentences(4, 3, seed=3)

    def of_words(tokens, plural):
        def loss(rows):  # the words as rows of numbers that may change
            w = weights | {"U": np.asarray(weights["U"])}
            h = c = jax.numpy.zeros(6)
            for x in rows:
                i, f, g, o = jax.numpy.split(w["W"] @ h + w["U"] @ x + w["b"], 4)
                c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jax.numpy.tanh(g)
                h = jax.nn.sigmoid(o) * jax.numpy.tanh(c)
            odds = w["v"] @ h + w["a"][0]
            return -jax.nn.log_sigmoid(odds if plural else -odds)

        parts = jax.grad(loss)(np.eye(len(VOCABULARY))[tokens])
        return np.linalg.norm(parts, axis=1)[::-1]

    sizes = [of_words(*one) for one in zip(*read, strict=True)]
    due = np.median([one / one.sum() for one in sizes], axis=0)
    np.testing.assert_allclose(training.gradient("lstm", weights, read).by_lag, due, rtol=1e-9)


def test_steps_are_those_of_adam_with_a_clipped_gradient(jax):
    optax = pytest.importorskip("optax")
    run = Training("lstm", "alone", distance=9, d=10, rate=0.05, seed=3)
    weights = {name: np.asarray(one) for name, one in run.weights.items()}
    rule = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(0.05))
    state = rule.init(weights)
    slopes = jax.jit(
        lambda weights, tokens, plural: jax.grad(loss_of(jax, "lstm", tokens, plural))(weights)
    )
    skip, clipped = 0, 0
    for _ in range(40):
        read = training.sentences(9, training.BATCH, seed=3, skip=skip)
        parts = slopes(weights, *read)
        clipped += np.sqrt(sum((part**2).sum() for part in parts.values())) > 1
        change, state = rule.update(parts, state, weights)
        weights = optax.apply_updates(weights, change)
        skip += training.BATCH * 19
        run.step()
    assert 0 < clipped < 40
    for name, one in run.weights.items():
        np.testing.assert_allclose(one, weights[name], rtol=1e-7, atol=1e-9)


# ── Sentences ────────────────────────────────────────────────────────────────


def classes():
    """Return the class of each word by its number."""
    names = ["start", "the"]
    for name in ("ADVERBS", "PREPOSITIONS", "ADJECTIVES", "NOUNS"):
        low, high = getattr(training, name)
        names += [name] * (high - low)
    assert len(names) == len(VOCABULARY)
    return np.array(names)


@pytest.mark.parametrize("k", [1, 2, 3, 9, 64])
def test_sentences_are_of_whole_phrases_that_end_with_the_last_word(k):
    read = training.sentences(k, 50, seed=0)
    assert read.tokens.shape == (50, 3 + k)
    for row in classes()[read.tokens].tolist():
        assert row[:3] == ["start", "the", "NOUNS"]
        rest = row[3:]
        while rest:
            ends = [["ADVERBS"], ["PREPOSITIONS", "the", "NOUNS"],
                    ["PREPOSITIONS", "the", "ADJECTIVES", "NOUNS"]]  # fmt: skip
            (phrase,) = [one for one in ends if rest[: len(one)] == one]
            rest = rest[len(phrase) :]
    subject = [VOCABULARY[token] for token in read.tokens[:, SUBJECT]]
    assert [word.endswith("s") for word in subject] == read.plural.tolist()


def test_the_number_of_each_noun_is_a_fair_coin_of_its_own():
    read = training.sentences(20, 4000, seed=5)
    noun = read.tokens >= NOUNS[0]
    plural = (read.tokens - NOUNS[0]) % 2 == 1
    assert read.plural.mean() == pytest.approx(0.5, abs=0.03)
    assert plural[noun].mean() == pytest.approx(0.5, abs=0.01)
    later = noun.copy()
    later[:, SUBJECT] = False
    agrees = (plural == read.plural[:, None])[later]
    assert agrees.mean() == pytest.approx(0.5, abs=0.01)
    assert set(read.tokens.ravel()) == set(range(len(VOCABULARY)))


def test_sentences_go_on_where_earlier_ones_ended():
    both = training.sentences(4, 6, seed=1)
    later = training.sentences(4, 2, seed=1, skip=4 * 9)
    np.testing.assert_array_equal(both.tokens[4:], later.tokens)
    assert (training.sentences(4, 6, seed=2).tokens != both.tokens).any()
    assert (training.sentences(4, 6, seed=1, stream=40).tokens != both.tokens).any()


def test_balanced_sentences_are_singular_and_plural_by_turns():
    plain = training.sentences(7, 40, seed=2)
    balanced = training.sentences(7, 40, seed=2, balanced=True)
    assert balanced.plural.tolist() == [False, True] * 20
    words = [VOCABULARY[token] for token in balanced.tokens[:, SUBJECT]]
    assert [word.endswith("s") for word in words] == balanced.plural.tolist()
    stems = [[VOCABULARY[token].removesuffix("s") for token in read.tokens[:, SUBJECT]]
             for read in (plain, balanced)]  # fmt: skip
    assert stems[0] == stems[1]
    np.testing.assert_array_equal(
        np.delete(plain.tokens, SUBJECT, 1), np.delete(balanced.tokens, SUBJECT, 1)
    )


def test_what_is_tested_on_is_never_trained_on_at_a_length_that_has_many():
    run = Training(distance=16, seed=0)
    test = {tuple(row) for row in run.tests(16).tokens.tolist()}
    read = training.sentences(16, 5000, seed=0).tokens.tolist()
    assert test.isdisjoint(map(tuple, read))


# ── Starts ───────────────────────────────────────────────────────────────────


def test_weights_begin_as_the_study_has_them():
    for network in training.NETWORKS:
        w = training.start(network, 16, seed=0)
        reach = np.abs(w["U"]).max() * 4
        assert reach == pytest.approx(0.1 if network == "small_inputs" else 1, rel=0.02)
        assert np.abs(w["W"]).max() <= 1
        assert w["a"] == 0
    small = training.start("small_inputs", 16, seed=0)
    np.testing.assert_allclose(small["W"] @ small["W"].T, np.eye(16), atol=1e-12)
    lstm = training.start("lstm", 16, seed=0, bias=3)
    assert set(lstm["b"][16:32]) == {3}
    other = training.start("tanh", 16, seed=1)
    assert (other["W"] != training.start("tanh", 16, seed=0)["W"]).all()


def test_weights_of_one_seed_share_no_random_numbers():
    w = training.start("gru", 4, seed=0)
    every = np.concatenate([one.ravel() for name, one in w.items() if name != "a"])
    assert len(np.unique(every)) == every.size


# ── Runs ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("network", training.NETWORKS)
def test_what_is_trained_on_a_mixture_answers_right(network):
    run = Training(network, "mixture", distance=4, d=8, rate=0.02, seed=0)
    assert run.right(4) == pytest.approx(0.5, abs=0.3)
    losses = [run.step().loss for _ in range(120)]
    assert np.mean(losses[-10:]) < 0.5 * np.mean(losses[:10])
    assert run.right(4) > 0.9
    again = Training(network, "mixture", distance=4, d=8, rate=0.02, seed=0)
    assert [again.step().loss for _ in range(5)] == losses[:5]


def test_the_mixture_has_the_distances_that_it_says():
    run = Training(diet="mixture", distance=30)
    found = []
    for run.steps in range(4000):
        found.append(run._next_distance())
    assert (min(found), max(found)) == (1, 30)
    for k in (1, 5, 20):
        share = np.mean(np.array(found) <= k)
        assert share == pytest.approx(np.log(k + 1) / np.log(31), abs=0.03)


def test_the_distance_grows_when_it_has_been_learned():
    run = Training(diet="growing", distance=6, d=8, rate=0.02)
    assert run.reach == 1
    seen = [run.reach]
    for _ in range(400):
        run.step()
        seen.append(run.reach)
    assert sorted(seen) == seen
    assert seen[-1] == 6
    assert set(seen) == {1, 2, 3, 4, 5, 6}


def test_beliefs_after_each_word_end_with_the_answer():
    run = Training("tanh", "alone", distance=3, d=8, rate=0.02)
    for _ in range(60):
        run.step()
    read = run.tests(3)
    odds = training.log_odds("tanh", run.weights, read.tokens)
    assert odds.shape == (200, 6)
    assert ((odds[:, -1] > 0) == read.plural).mean() == run.right(3)
    # What is believed after a word does not depend on later ones.
    early = training.log_odds("tanh", run.weights, read.tokens[:, :4])
    np.testing.assert_allclose(early, odds[:, :4], rtol=1e-12)


@pytest.mark.parametrize("network", training.NETWORKS)
def test_numbers_that_overflow_are_told_with_the_step(network):
    run = Training(network, "alone", distance=9, d=8, rate=1e308, clip=False)
    run.step()
    before = {name: one.copy() for name, one in run.weights.items()}
    with pytest.raises(ValueError, match="numbers overflowed at step 2: the rate is too large"):
        run.step()
    assert run.steps == 1
    assert all((run.weights[name] == one).all() for name, one in before.items())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"network": "rnn"}, "network must be one of tanh, small_inputs, leaky, lstm, gru"),
        ({"diet": "all"}, "diet must be one of alone, mixture, growing"),
        ({"distance": 0}, "distance must be a whole number"),
        ({"distance": 129}, "distance must be a whole number from 1 to 128"),
        ({"d": 1}, "d must be a whole number >= 2"),
        ({"rate": 0}, "rate must be finite and > 0"),
        ({"clip": 1}, "clip must be True or False"),
        ({"bias": np.nan}, "bias must be finite"),
        ({"seed": 2**16}, "seed must be a whole number from 0 to 65535"),
    ],
)
def test_bad_input_is_named(options, message):
    with pytest.raises(ValueError, match=message):
        Training(**options)


def test_bad_sentences_are_named():
    with pytest.raises(ValueError, match="distance must be a whole number"):
        training.sentences(0, 1, seed=0)
    with pytest.raises(ValueError, match="tokens must be whole, from 0 to 42"):
        training.log_odds("tanh", training.start("tanh", 4, seed=0), [[0, 43]])
    with pytest.raises(ValueError, match="tokens must have shape"):
        training.log_odds("tanh", training.start("tanh", 4, seed=0), [0, 1])


def test_uniform_numbers_are_those_of_the_laboratory():
    u = lab.uniform(3, 7, 40)
    np.testing.assert_array_equal(lab.uniform(3, 7, 10, skip=30), u[30:])
    radius, angle = np.sqrt(-2 * np.log(u[0])), 2 * np.pi * u[1]
    due = np.floor(radius * np.cos(angle) * 2**20 + 0.5) / 2**20
    assert lab.normal(3, 7, 2)[0] == due
