"""What is around the recurrent layers: layouts, embeddings, outputs, on tiny weights made here."""

import json
import math
import struct
from itertools import pairwise, product

import numpy as np
import pytest

from experiments.wild import (
    chars2vec,
    chinese,
    g2p_en,
    g2pm,
    jieba,
    metapredict,
    resemblyzer,
    silero_vad,
    textgenrnn,
)
from experiments.wild.recurrent import Batch, Layer, run_both_ways, run_stack


def lstm(inputs, width, seed=0):
    rng = np.random.default_rng(seed)
    return Layer("lstm", *(rng.normal(size=s) for s in [(4 * width, width), (4 * width, inputs)]),
                 rng.normal(size=4 * width))  # fmt: skip


def gru(inputs, width, seed=0, **more):
    rng = np.random.default_rng(seed)
    return Layer("gru", *(rng.normal(size=s) for s in [(3 * width, width), (3 * width, inputs)]),
                 rng.normal(size=3 * width), **more)  # fmt: skip


# ── textgenrnn ──────────────────────────────────────────────────────────────


def test_gates_that_cudnn_transposed_are_put_back():
    one = lstm(2, 3)
    # cuDNN keeps each matrix as it is; Keras' file gives the same numbers the other sizes.
    kernel = np.concatenate([gate.reshape(2, 3) for gate in np.split(one.U, 4)], axis=1)
    recurrent = np.concatenate(np.split(one.W, 4), axis=1)
    second = np.random.default_rng(5).normal(size=12)
    found = textgenrnn.lstm(kernel, recurrent, np.concatenate([one.b - second, second]))
    np.testing.assert_array_equal(found.W, one.W)
    np.testing.assert_array_equal(found.U, one.U)
    np.testing.assert_allclose(found.b, one.b, atol=1e-15)
    plain = textgenrnn.lstm(kernel, recurrent, np.zeros(24), transposed=False)
    assert not np.allclose(plain.W, one.W)
    plain = textgenrnn.lstm(one.U.T, one.W.T, np.zeros(24), transposed=False)
    np.testing.assert_array_equal(plain.U, one.U)


def test_the_next_letter_is_scored_by_attention_over_all_places():
    rng = np.random.default_rng(0)
    model = textgenrnn.Model(
        {"a": 1, "b": 2}, rng.normal(size=(3, 2)), (lstm(2, 3), lstm(3, 3, 1)),
        rng.normal(size=8), rng.normal(size=(8, 3)), rng.normal(size=3),
    )  # fmt: skip
    letters = model.encode(["abab", "ba?a"])
    assert letters.tolist() == [[1, 2, 1, 2], [2, 1, 0, 1]]
    for found, text in zip(model.scores(letters), letters, strict=True):
        x = model.embedding[text]
        low, high = (one[:, 0] for one in run_stack(model.layers, Batch(x[:, None])))
        seen = [np.concatenate(parts) for parts in zip(x, low, high, strict=True)]
        weights = [math.exp(one @ model.attention) for one in seen]
        mean = sum(w * one for w, one in zip(weights, seen, strict=True)) / sum(weights)
        np.testing.assert_allclose(found, mean @ model.output + model.bias, atol=1e-12)
    said = "ab"[model.scores(model.encode(["ab"])).argmax() - 1]
    assert textgenrnn.right(model, [f"ab{said}", "ab" + "ba"["ab".index(said)]]) in (0.5, 0.0)


# ── g2p-en ──────────────────────────────────────────────────────────────────


def small_speaker(bias):
    rng = np.random.default_rng(0)
    return g2p_en.Model(
        rng.normal(size=(29, 2)), gru(2, 3, inner_bias=rng.normal(size=3)),
        rng.normal(size=(74, 2)), gru(2, 3, 1), 3 * rng.normal(size=(74, 3)), bias,
    )  # fmt: skip


def test_the_decoder_reads_what_it_wrote_until_it_ends():
    bias = np.zeros(74)
    bias[g2p_en.END] = -1
    model, words = small_speaker(bias), ["cat", "a", "houses"]
    lengths = set()
    for word, found in zip(words, model.say(words), strict=True):
        h = model.encoder.run(Batch(model.letters[g2p_en.spelled(word)][:, None]))[-1]
        last, due = g2p_en.BEGIN, []
        while len(due) < 20:
            (h,) = model.decoder.step((h,), model.sounds[[last]] @ model.decoder.U.T
                                      + model.decoder.b)  # fmt: skip
            last = int((model.output @ h[0] + model.bias).argmax())
            if last == g2p_en.END:
                break
            due.append(g2p_en.SOUNDS[last])
        assert found == due
        lengths.add(len(found))
    assert len(lengths) > 1


def test_a_word_without_an_end_has_twenty_sounds():
    bias = np.zeros(74)
    bias[g2p_en.END] = -1000
    assert [len(one) for one in small_speaker(bias).say(["cat", "dog"])] == [20, 20]


def test_the_dictionary_has_several_ways_to_say_a_word():
    content = b"read R EH1 D\nread(2) R IY1 D # verb\nit's IH1 T S\nof AH1 V\n"
    assert g2p_en.dictionary(content) == {"read": [["R", "EH1", "D"], ["R", "IY1", "D"]]}


def test_words_are_compared_with_and_without_stress(monkeypatch):
    said = [["R", "IY1", "D"], ["K", "AE2", "T"]]
    monkeypatch.setattr(g2p_en.Model, "say", lambda *_: said)
    entries = {"read": [["R", "EH1", "D"], ["R", "IY1", "D"]], "cat": [["K", "AE1", "T"]]}
    assert g2p_en.agreement(small_speaker(np.zeros(74)), ["read", "cat"], entries) == [0.5, 1.0]


# ── chars2vec ───────────────────────────────────────────────────────────────


def test_words_that_are_written_alike_are_nearest():
    model = chars2vec.Model({"a": 0, "b": 1, "c": 2}, (lstm(3, 4), lstm(4, 4, 1)))
    np.testing.assert_array_equal(model.letters("ca?"), [[0, 0, 1], [1, 0, 0], [0, 0, 0]])
    words = ["abc", "bbbb", "c"]
    for word, found in zip(words, model.vectors(words), strict=True):
        alone = run_stack(model.layers, Batch(model.letters(word)[:, None]))[-1][-1, 0]
        np.testing.assert_allclose(found, alone, atol=1e-14)
    pairs = [("abc", "abc"), ("c", "c"), ("bbbb", "abc")]
    assert chars2vec.retrieved(model, pairs, words) == pytest.approx(2 / 3)


def test_misspelt_words_have_one_meaning_that_is_known():
    content = b"abd->abc\nxx->yy\nabce->abc, abd,\nabc->abc\n"
    assert chars2vec.misspelt(content, {"abc"}) == [("abd", "abc")]


# ── g2pM ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("syllable", "due"), [("háng", "hang2"), ("de", "de5"), ("lǜ", "lu:4"), ("lǚ", "lu:3")]
)
def test_tones_are_numbers(syllable, due):
    assert g2pm.numbered(syllable) == due


def test_the_character_asked_about_is_read():
    rng = np.random.default_rng(0)
    model = g2pm.Model(
        {"<UNK>": 0, "시": 1, "끝": 2, "好": 3, "行": 4}, dict(enumerate("pqrst")), {},
        rng.normal(size=(5, 2)), lstm(2, 3), lstm(2, 3, 1),
        (rng.normal(size=(4, 6)), rng.normal(size=4)),
        (rng.normal(size=(5, 4)), rng.normal(size=5)),
    )  # fmt: skip
    texts, places = ["好行", "行行行好", "?"], [1, 2, 0]
    for text, place, found in zip(texts, places, model.read(texts, places), strict=True):
        x = model.embedding[[1, *(model.numbers.get(one, 0) for one in text), 2]]
        h = run_both_ways(model.forward, model.backward, Batch(x[:, None]))[place + 1, 0]
        h = np.maximum(model.hidden[0] @ h + model.hidden[1], 0)
        assert found == "pqrst"[(model.output[0] @ h + model.output[1]).argmax()]


def test_questions_are_characters_whose_word_tells_the_reading():
    sentence = chinese.Sentence(("去", "银行", "行", "一行"), ("v", "n", "n", "m"))
    phrases = json.loads('{"银行": [["yín"], ["háng"]], "一行": [["yī"], ["xíng", "háng"]]}')
    dictionary = {"行": ["xing2", "hang2"], "银": ["yin2"], "去": ["qu4", "qu1"]}
    found = g2pm.questions([sentence], phrases, dictionary)
    assert found == [("去银行行一行", 2, "hang2")]


def test_characters_that_stand_in_two_readings_often_enough_are_kept():
    asked = [("行", 0, "a")] * 2 + [("行", 0, "b")] * 3 + [("行", 0, "c")] + [("好", 0, "d")] * 9
    assert {key: len(some) for key, some in g2pm.ambiguous(asked, 2).items()} == {
        ("行", "a"): 2, ("行", "b"): 3,
    }  # fmt: skip


# ── The newspaper, and jieba ────────────────────────────────────────────────


def test_paragraphs_are_parsed():
    content = "１９９８/m 年/t  北京/ns 新闻/n\n短/a\n\n经济/n 继续/v 发展/v 。/w\n".encode()
    first, second = chinese.parse(content)
    assert (first.text, first.tags[2]) == ("１９９８年北京新闻", "ns")
    assert second.words == ("经济", "继续", "发展", "。")
    assert chinese.without_names([first, second]) == [second]


def paddle(array):
    """Return an array as PaddlePaddle writes it."""
    described = b"\x08\x05"
    for size in array.shape:
        described += b"\x10"
        while size > 127:
            described += bytes([size & 127 | 128])
            size >>= 7
        described += bytes([size])
    head = struct.pack("<IQIi", 0, 0, 0, len(described))
    return head + described + array.astype("<f4").tobytes()


@pytest.mark.parametrize("shape", [(3,), (2, 5), (300, 2)])
def test_tensors_of_paddlepaddle_are_read(shape):
    array = np.random.default_rng(0).normal(size=shape).astype("<f4")
    np.testing.assert_array_equal(jieba.tensor(paddle(array)), array)


def test_what_is_no_such_tensor_is_refused():
    good = paddle(np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"sizes \[2, 3\] has 23 bytes"):
        jieba.tensor(good[:-1])
    with pytest.raises(ValueError, match="no tensor of PaddlePaddle"):
        jieba.tensor(b"\1" + good[1:])
    with pytest.raises(ValueError, match="single-precision"):
        jieba.tensor(good.replace(b"\x08\x05", b"\x08\x06"))


def test_a_gru_of_paddlepaddle_is_the_one_of_its_documentation():
    rng, width = np.random.default_rng(0), 3
    project, its_bias, bias = (rng.normal(size=s) for s in [(2, 9), 9, 9])
    gates, new = rng.normal(size=(width, 2 * width)), rng.normal(size=(width, width))
    stored = np.concatenate([gates.ravel(), new.ravel()]).reshape(width, 3 * width)
    one = jieba.gru(project, its_bias, stored, bias)
    x, h = rng.normal(size=(5, 2)), np.zeros(width)
    for t, found in enumerate(one.run(Batch(x[:, None]))[:, 0]):
        xu, xr, xc = np.split(x[t] @ project + its_bias + bias, 3)
        u = 1 / (1 + np.exp(-(xu + h @ gates[:, :width])))
        r = 1 / (1 + np.exp(-(xr + h @ gates[:, width:])))
        h = (1 - u) * h + u * np.tanh(xc + (r * h) @ new)
        np.testing.assert_allclose(found, h, atol=1e-14)
    beside = jieba.gru(project, its_bias, np.hstack([gates, new]), bias, apart=False)
    np.testing.assert_array_equal(beside.W, one.W)


def test_the_best_path_is_the_best_of_all():
    rng = np.random.default_rng(0)
    for _ in range(20):
        scores, follow = rng.normal(size=(4, 3)), rng.normal(size=(3, 3))
        begin, end = rng.normal(size=(2, 3))

        def total(path, scores=scores, follow=follow, begin=begin, end=end):
            there = sum(scores[t, k] for t, k in enumerate(path))
            steps = sum(follow[a, b] for a, b in pairwise(path))
            return there + steps + begin[path[0]] + end[path[-1]]

        best = max(product(range(3), repeat=4), key=total)
        assert jieba.best_path(scores, begin, end, follow) == list(best)


def test_tags_mark_words():
    tags = ["n-B", "n-I", "O", "O", "v-B", "O", "w-B"]
    assert jieba.words("天气真的好吗。", tags) == ["天气", "真的", "好", "吗", "。"]


# ── metapredict ─────────────────────────────────────────────────────────────


def test_disorder_is_read_off_normalized_layers():
    rng = np.random.default_rng(0)
    layers = ((lstm(20, 3), lstm(20, 3, 1)), (lstm(6, 3, 2), lstm(6, 3, 3)))
    model = metapredict.Model(layers, *rng.normal(size=(3, 6)), 0.4)
    proteins = ["ACDY", "WV"]
    for protein, found in zip(proteins, model.disorder(proteins), strict=True):
        x = np.zeros((len(protein), 1, 20))
        for t, acid in enumerate(protein):
            x[t, 0, "ACDEFGHIKLMNPQRSTVWY".index(acid)] = 1
        for pair in layers:
            x = run_both_ways(*pair, Batch(x))
        for t, row in enumerate(x[:, 0]):
            normal = (row - row.mean()) / math.sqrt(row.var() + 1e-5)
            due = (normal * model.scale + model.shift) @ model.output + 0.4
            assert found[t] == pytest.approx(min(1, max(0, due)), abs=1e-12)


def test_sequences_of_a_fasta_file():
    assert metapredict.fasta(b">one\nAC\nDE\n\n>two\nWV\n") == ["ACDE", "WV"]


# ── silero-vad ──────────────────────────────────────────────────────────────


def test_sound_is_read_frame_by_frame_with_what_was_before():
    rng = np.random.default_rng(0)
    sizes = [(3, 2), (2, 3), (4, 2), (3, 4)]
    convolutions = tuple(
        (rng.normal(size=(out, into, 3)), rng.normal(size=out)) for out, into in sizes
    )
    model = silero_vad.Model(
        rng.normal(size=(4, 256)), convolutions, lstm(3, 2), rng.normal(size=2), 0.3
    )
    wave = rng.normal(size=3 * 512 + 100)
    found = model.features(wave)
    assert found.shape == (3, 3)
    for i in range(3):
        before = wave[i * 512 - 64 : i * 512] if i else np.zeros(64)
        frame = np.concatenate([before, wave[i * 512 : (i + 1) * 512]])
        frame = np.concatenate([frame, frame[-2:-66:-1]])  # mirrored, its last sample once
        x = np.zeros((2, 4))
        for t in range(4):
            heard = model.basis @ frame[t * 128 : t * 128 + 256]
            x[:, t] = np.hypot(heard[:2], heard[2:])
        for (kernel, bias), stride in zip(convolutions, (1, 2, 2, 1), strict=True):
            padded = np.pad(x, ((0, 0), (1, 1)))
            starts = range(0, padded.shape[1] - 2, stride)
            x = np.array([[max(0, np.sum(kernel[o] * padded[:, s : s + 3]) + bias[o])
                           for s in starts] for o in range(len(bias))])  # fmt: skip
        assert x.shape == (3, 1)
        np.testing.assert_allclose(found[i], x[:, 0], atol=1e-10)
    h = model.layer.run(Batch(found[:, None]))[:, 0]
    due = [1 / (1 + math.exp(-(np.maximum(one, 0) @ model.output + 0.3))) for one in h]
    np.testing.assert_allclose(model.probabilities(found), due, atol=1e-13)


# ── Resemblyzer ─────────────────────────────────────────────────────────────


def test_bands_are_triangles_of_area_one_on_slaneys_scale():
    hertz = np.array([0.0, 500, 1000, 1001, 4000, 8000])
    np.testing.assert_allclose(resemblyzer.from_mel(resemblyzer.to_mel(hertz)), hertz, atol=1e-9)
    assert resemblyzer.to_mel(np.array([1000.0, 6400.0])).tolist() == pytest.approx([15, 42])
    weights = resemblyzer.bands()
    assert weights.shape == (40, 201)
    assert (weights >= 0).all()
    # 40 Hz apart: the sum over frequencies is about the integral, for bands that are wide.
    np.testing.assert_allclose(weights[20:].sum(axis=1) * 40, 1, atol=0.05)


def test_a_tone_is_in_the_band_of_its_frequency():
    wave = 0.1 * np.sin(2 * np.pi * 2000 * np.arange(8000) / 16_000)
    power = resemblyzer.spectrogram(wave)
    assert power.shape == (51, 40)
    middles = resemblyzer.from_mel(np.linspace(0, resemblyzer.to_mel(np.array([8000.0]))[0], 42))
    assert (power[5:-5].argmax(axis=1) == np.abs(middles[1:-1] - 2000).argmin()).all()
    quiet = resemblyzer.spectrogram(wave / 1000)  # is made as loud as the makers want it
    loud = resemblyzer.LOUDNESS**2 / np.mean(wave**2)
    np.testing.assert_allclose(quiet, power * loud, rtol=1e-9, atol=1e-20)


@pytest.mark.parametrize(
    ("seconds", "due"),
    [(0.5, [0]), (1.6, [0]), (2.0, [0, 77]), (2.4, [0, 77]), (3.1, [0, 77, 154])],
)
def test_an_utterance_is_read_in_pieces(seconds, due):
    assert resemblyzer.pieces(int(seconds * 16_000)) == due


def test_voices_are_told_apart_by_the_likeness_of_pairs():
    voices = ["a", "a", "b", "b"]
    assert resemblyzer.told_apart(np.eye(2)[[0, 0, 1, 1]], voices) == 1
    assert resemblyzer.told_apart(np.eye(2)[[0, 1, 0, 1]], voices) < 0.5
    assert resemblyzer.told_apart(np.ones((4, 2)), voices) == 0.5
