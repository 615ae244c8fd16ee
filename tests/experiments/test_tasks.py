"""`experiments.tasks`: lengths, balance, attractors, and streams that share nothing."""

import itertools

import numpy as np
import pytest

from experiments.tasks import PAD, STREAMS, TASKS, mixed, row_length, stream

AGREEMENT, REMEMBER, ADDING, ITEMS, PARITY, PERMUTATIONS, PAIRS = TASKS.values()


def draw(name, k, n=2000, seed=0, use="training", length=None):
    """Return n examples of a task at the distances `k`, one number or many."""
    distances = np.broadcast_to(k, n)
    rng = stream(use, name, seed, 0)
    return TASKS[name].draw(rng, distances, length or row_length(name, distances.max()))


def within(share, expected, n):
    """Whether a share of n fair draws is as expected, up to 5 standard deviations."""
    return abs(share - expected) < 5 * np.sqrt(expected * (1 - expected) / n)


@pytest.mark.parametrize("name", ["agreement", "remember", "parity", "permutations"])
def test_an_example_is_as_long_as_its_distance_says_and_padded_before(name):
    k = np.arange(1, 65)
    tokens = draw(name, k, n=64, length=80).tokens
    assert ((tokens != PAD).sum(1) == k + TASKS[name].before).all()
    assert (np.diff((tokens != PAD).astype(int), axis=1) >= 0).all()  # no hole
    assert tokens.max() < TASKS[name].vocabulary


@pytest.mark.parametrize("k", [1, 2, 3, 4, 7, 64])
def test_agreement_is_the_subject_and_phrases_of_exactly_k_words(k):
    tokens = draw("agreement", k).tokens
    assert (tokens[:, 0] == AGREEMENT.START).all()
    assert (tokens[:, 1] == AGREEMENT.THE).all()
    classes = {"v": AGREEMENT.ADVERBS, "p": AGREEMENT.PREPOSITIONS, "j": AGREEMENT.ADJECTIVES,
               "n": AGREEMENT.NOUNS, "t": (AGREEMENT.THE, AGREEMENT.THE + 1)}  # fmt: skip
    for row in tokens[:300, 2:]:
        word = "".join(
            next(c for c, (low, high) in classes.items() if low <= token < high) for token in row
        )
        assert word[0] == "n"
        rest = word[1:].replace("ptjn", "").replace("ptn", "").replace("v", "")
        assert rest == ""
        assert len(word) == k + 1


def test_number_is_a_fair_coin_for_subjects_and_for_each_noun_between():
    examples = draw("agreement", 32, n=4000)
    assert within(examples.targets.mean(), 0.5, 4000)
    nouns, attractors = AGREEMENT.attractors(examples.tokens)
    assert 7 < nouns.mean() < 8  # phrases of 1, 3 and 4 words, alike often: 2 nouns in 8 words
    assert within(attractors.sum() / nouns.sum(), 0.5, nouns.sum())
    # Of m nouns between, how many differ is binomial: mean and variance.
    for m in np.flatnonzero(np.bincount(nouns) > 400):
        some = attractors[nouns == m]
        assert abs(some.mean() - m / 2) < 5 * np.sqrt(m / 4 / len(some))
        assert abs(some.var() / (m / 4) - 1) < 0.3
    # And no noun tells the number of the subject.
    subject = examples.targets[:, 0]
    last = np.array([row[row >= AGREEMENT.NOUNS[0]][-1] % 2 for row in examples.tokens])
    assert within((last == subject).mean(), 0.5, 4000)


def test_attractors_counts_by_hand():
    singular, plural = AGREEMENT.NOUNS[0], AGREEMENT.NOUNS[0] + 1
    row = [PAD, 1, 2, singular, 6, 2, plural, 6, 2, singular + 2, 3, 6, 2, plural + 4]
    assert [int(x[0]) for x in AGREEMENT.attractors(np.array([row]))] == [3, 2]


def test_the_answer_of_agreement_is_the_number_of_the_subject():
    examples = draw("agreement", 9)
    assert (examples.targets[:, 0] == examples.tokens[:, 2] % 2).all()


def test_remember_asks_for_the_first_token_which_is_uniform_and_never_noise():
    examples = draw("remember", 12, n=8000)
    low, high = REMEMBER.SYMBOLS
    assert (examples.targets[:, 0] == examples.tokens[:, 0] - low).all()
    assert all(within(share, 1 / 8, 8000) for share in np.bincount(examples.targets[:, 0]) / 8000)
    assert (examples.tokens[:, 1:] >= high).all()


def test_adding_marks_one_number_in_each_half_and_asks_for_their_sum():
    examples = draw("adding", 20, n=4000)
    marked = examples.tokens == ADDING.MARKED
    assert (marked[:, :10].sum(1) == 1).all()
    assert (marked[:, 10:].sum(1) == 1).all()
    assert np.allclose((examples.values * marked).sum(1), examples.targets[:, 0])
    assert abs(((examples.targets - 1) ** 2).mean() - 1 / 6) < 0.02  # of the best constant


def test_items_are_asked_for_in_order_after_all_were_read():
    examples = draw("items", 5, n=4000)
    assert (examples.tokens[:, :5] - ITEMS.SYMBOLS[0] == examples.targets).all()
    assert (examples.tokens[:, 5:] == ITEMS.QUESTION).all()
    counts = np.bincount(examples.targets.ravel())
    assert all(within(count / 20_000, 1 / 8, 20_000) for count in counts)


def test_parity_asks_whether_the_number_of_ones_is_odd():
    examples = draw("parity", np.arange(1, 41), n=40, length=50)
    ones = (examples.tokens == 3).sum(1)
    assert (examples.targets[:, 0] == ones % 2).all()
    assert set(np.unique(examples.tokens)) == {PAD, 1, 2, 3}


def test_permutations_asks_where_three_things_lie_after_all_moves():
    """Things are moved one move after the other, as hands would."""
    orders = list(itertools.permutations("abc"))
    moves = list(itertools.permutations(range(3)))
    examples = draw("permutations", np.arange(1, 41), n=40, length=50)
    for row, (target,) in zip(examples.tokens, examples.targets, strict=True):
        lie = list("abc")
        for token in row[row >= 2]:
            before, lie = lie, [None] * 3
            for thing, place in enumerate(moves[token - 2]):
                lie[place] = before[thing]
        # The answer names where each thing has come to: its place, for a, b and c.
        assert tuple(lie.index(thing) for thing in orders[0]) == moves[target]


@pytest.mark.parametrize("task", [PARITY, PERMUTATIONS])
def test_moves_are_those_of_a_group(task):
    n = task.answers
    assert (task.product[0] == np.arange(n)).all()  # element 0 changes nothing
    for table in (task.product, task.product.T):
        assert (np.sort(table, axis=0) == np.arange(n)[:, None]).all()
    for a, b, c in itertools.product(range(n), repeat=3):
        assert task.product[a, task.product[b, c]] == task.product[task.product[a, b], c]
    commutes = (task.product == task.product.T).all()
    assert commutes == (task is PARITY)


@pytest.mark.parametrize("name", ["parity", "permutations"])
def test_where_moves_lead_is_uniform_and_no_move_tells_it(name):
    examples = draw(name, 12, n=12_000)
    answers = TASKS[name].answers
    share = np.bincount(examples.targets[:, 0], minlength=answers) / 12_000
    assert all(within(one, 1 / answers, 12_000) for one in share)
    for column in (1, 6, 12):  # the first move, one in the middle, the last
        for token in range(2, 2 + answers):
            mine = examples.targets[examples.tokens[:, column] == token, 0]
            share = np.bincount(mine, minlength=answers) / len(mine)
            assert all(within(one, 1 / answers, len(mine)) for one in share)


def test_pairs_are_asked_for_by_name_in_another_order():
    examples = draw("pairs", 5, n=4000)
    read, asked = examples.tokens[:, :5] - 1, examples.tokens[:, 5:] - 1 - 64 * 8
    assert ((asked >= 0) & (asked < 64)).all()
    for names, values, questions, targets in zip(
        read // 8, read % 8, asked, examples.targets, strict=True
    ):
        assert len(set(names)) == 5
        known = dict(zip(names, values, strict=True))
        assert [known[name] for name in questions] == list(targets)
    assert (read // 8 != asked).any(axis=1).mean() > 0.95  # mostly another order
    counts = np.bincount(examples.targets.ravel())
    assert all(within(count / 20_000, 1 / 8, 20_000) for count in counts)
    assert examples.tokens.max() < PAIRS.vocabulary


def test_there_are_not_more_pairs_than_names():
    with pytest.raises(ValueError, match="at most 64"):
        draw("pairs", 65, n=2)


def test_a_mixture_is_log_uniform_from_1_to_the_longest():
    k = mixed(np.random.default_rng(0), 64, 20_000)
    assert (k.min(), k.max()) == (1, 64)
    for limit in (1, 4, 16, 63):
        assert within((k <= limit).mean(), np.log(limit + 1) / np.log(65), 20_000)


@pytest.mark.parametrize("name", list(TASKS))
def test_training_validation_and_test_share_no_example(name):
    k = 64 if name == "parity" else 24  # so that there are enough of them
    rows = {
        use: {
            row.tobytes()
            for seed in range(3)
            for row in np.concatenate(draw(name, k, seed=seed, use=use)[:2], axis=1)
        }
        for use in STREAMS
    }
    assert all(len(found) == 6000 for found in rows.values())  # nor is one drawn twice
    assert len(set().union(*rows.values())) == 18_000


def test_the_same_stream_gives_the_same_examples_and_another_seed_others():
    one, same, other = (draw("agreement", 16, seed=seed) for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not np.array_equal(one.tokens, other.tokens)


@pytest.mark.parametrize("name", ["adding", "items", "pairs"])
def test_tasks_of_one_length_say_so(name):
    with pytest.raises(ValueError, match=f"{name} has one"):
        draw(name, np.array([2, 4]), n=2, length=8)
