"""`training-words.js`: what is said of a run, and how sentences are read."""

import pytest
from javascript import javascript

from longrange.training import VOCABULARY


def said(name, *given):
    return javascript(
        f'return (await import("./training-words.js")).{name}(...given);', list(given)
    )


@pytest.mark.parametrize(
    ("right", "text"),
    [
        ([1, 0.99, 0.96, 0.97, 1], "Right over 1 to 16 words."),
        ([1, 0.99, 0.96, 0.5, 0.45], "Right over 1 to 4 words, guessing at 8, 16."),
        ([0.5, 0.5, 0.55, 0.48, 0.41], "Guessing at 1 to 16."),
        (
            [0.02, 0.5, 0.1, 0.8, 0.99],
            "Right over 16 words, better than a guess at 8, guessing at 2, mostly wrong at 1, 4.",
        ),
        ([0.8, 0.8, 0.76, 0.9, 0.8], "Better than a guess at 1 to 16."),
        (
            [1, 0.8, 0.5, 0.5, 0.5],
            "Right over 1 word, better than a guess at 2, guessing at 4 to 16.",
        ),
    ],
)
def test_what_has_been_learned(right, text):
    picture = {"tested": [1, 2, 4, 8, 16], "right": right, "steps": 5}
    assert said("learned", picture) == text


def test_what_went_wrong_and_what_has_not_begun():
    picture = {"tested": [1], "right": [0.5], "steps": 0}
    assert said("learned", picture) == "Not trained yet: it guesses."
    failed = "numbers overflowed at step 212: the rate is too large"
    assert said("learned", picture | {"failed": failed}) == f"N{failed[1:]}."


def test_a_setting_in_words():
    setting = {"net": "lstm", "diet": "alone", "k": 1, "d": 16, "rate": 0.01, "bias": 5,
               "clip": "off", "seed": 3}  # fmt: skip
    assert said("named", setting) == (
        "LSTM, bias 5, 1 word alone, d 16, rate 0.01, no clipping, seed 3"
    )
    setting |= {"net": "small_inputs", "diet": "growing", "k": 9, "clip": "on"}
    assert said("named", setting) == (
        "small inputs, starting small, up to 9, d 16, rate 0.01, seed 3"
    )
    assert said("named", setting | {"net": "gru", "diet": "mixture"}).startswith(
        "GRU, a mixture up to 9"
    )
    assert said("named", setting | {"net": "leaky"}).startswith("leaky, ")


def test_a_sentence_as_numbers():
    words = list(VOCABULARY[1:])
    found = said("numbered", "The dogs, near THE lamp — sing!", words)
    read = [VOCABULARY[token] for token in found["tokens"]]
    assert read == ["<s>", "the", "dogs", "near", "the", "lamp"]
    assert found["unknown"] == ["sing"]
    assert said("numbered", "", words) == {"tokens": [0], "unknown": []}


def test_an_answer_and_how_sure_it_is():
    assert said("answered", 3) == "“are”, 95 % sure"
    assert said("answered", -3) == "“is”, 95 % sure"
    assert said("answered", 0) == "“is”, 50 % sure"


def test_a_share_below_all_numbers():
    assert said("shareOf", 0) == "below 10⁻³⁰⁰"
    assert said("shareOf", 0.012) == "0.0120"
    assert said("shareOf", 2e-9) == "2.0\u00a0×\u00a010⁻⁹"
