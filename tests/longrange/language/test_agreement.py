"""`longrange.language.agreement`: the rule for its links, on sentences written for it."""

import pytest
from treebank import FIN, PLUR, SING, document, forms

from longrange.language import agreement_links
from longrange.language.agreement import number_told_by

KEPT = {
    "the leftmost finite auxiliary": (
        f"""keys NOUN NNS {PLUR} 6 nsubj
            to ADP IN _ 3 case
            cabinets NOUN NNS {PLUR} 1 nmod
            have AUX VBP {FIN} 6 aux
            been AUX VBN VerbForm=Part 6 aux:pass
            lost VERB VBN VerbForm=Part 0 root""",
        [("keys", "have", 3, "noun", [])],
    ),
    "a passive auxiliary": (
        f"""fort NOUN NN {SING} 4 nsubj:pass
            of ADP IN _ 1 case
            was AUX VBD {FIN} 4 aux:pass
            taken VERB VBN VerbForm=Part 0 root""",
        [("fort", "was", 2, "noun", [])],
    ),
    "a copula": (
        f"""keys NOUN NNS {PLUR} 6 nsubj
            near ADP IN _ 4 case
            old ADJ JJ _ 4 amod
            shelf NOUN NN {SING} 1 nmod
            are AUX VBP {FIN} 6 cop
            rusty ADJ JJ _ 0 root""",
        [("keys", "are", 4, "noun", ["shelf"])],
    ),
    "the finite predicate itself": (
        f"""it PRON PRP {SING}|Person=3 2 nsubj
            barks VERB VBZ {FIN} 0 root""",
        [("it", "barks", 1, "pronoun", [])],
    ),
    "a verb before its subject": (
        f"""Are AUX VBP {FIN} 4 cop
            desk NOUN NN {SING} 3 compound
            keys NOUN NNS {PLUR} 4 nsubj
            old ADJ JJ _ 0 root""",
        [("Are", "keys", 2, "noun", ["desk"])],
    ),
    "an outer subject and an inner one": (
        f"""trouble NOUN NN {SING} 6 nsubj:outer
            is AUX VBZ {FIN} 6 cop
            that SCONJ IN _ 6 mark
            dogs NOUN NNS {PLUR} 6 nsubj
            have AUX VBP {FIN} 6 aux
            barked VERB VBN VerbForm=Part 0 root""",
        [("trouble", "is", 1, "noun", []), ("dogs", "have", 1, "noun", [])],
    ),
    "an outer subject, the inner verb without auxiliary": (
        f"""trouble NOUN NN {SING} 4 nsubj:outer
            is AUX VBZ {FIN} 4 cop
            dogs NOUN NNS {PLUR} 4 nsubj
            bark VERB VBP {FIN} 0 root""",
        [("trouble", "is", 1, "noun", []), ("dogs", "bark", 1, "noun", [])],
    ),
    "an outer clause takes the first verb too": (
        f"""singing VERB VBG _ 4 csubj:outer
            is AUX VBZ {FIN} 4 cop
            dogs NOUN NNS {PLUR} 4 nsubj
            bark VERB VBP {FIN} 0 root""",
        [("dogs", "bark", 1, "noun", [])],
    ),
    "the antecedent of a relative pronoun": (
        f"""dogs NOUN NNS {PLUR} 0 root 0:root|5:nsubj
            of ADP IN _ 3 case
            Ann PROPN NNP {SING} 1 nmod
            who PRON WP PronType=Rel 5 nsubj 1:ref
            bark VERB VBP {FIN} 1 acl:relcl""",
        [("dogs", "bark", 4, "noun", ["Ann"])],
    ),
    "a relative pronoun whose antecedent is a clause": (
        f"""sang VERB VBD {FIN} 0 root
            , PUNCT , _ 4 punct
            which PRON WDT PronType=Rel 4 nsubj 1:ref
            pleases VERB VBZ {FIN} 1 advcl:relcl""",
        [("which", "pleases", 1, "pronoun", [])],
    ),
    "a relative pronoun that refers to a predicate": (
        f"""is AUX VBZ {FIN} 2 cop
            late ADJ JJ _ 0 root
            which PRON WDT PronType=Rel 4 nsubj 2:ref
            pleases VERB VBZ {FIN} 2 advcl:relcl""",
        [("which", "pleases", 1, "pronoun", [])],
    ),
    "an adjective that stands for people": (
        f"""few ADJ JJ _ 0 root
            who PRON WP PronType=Rel 3 nsubj 1:ref
            know VERB VBP {FIN} 1 acl:relcl""",
        [("few", "know", 2, "other", [])],
    ),
    "there are": (
        f"""there PRON EX _ 2 expl
            are VERB VBP {FIN} 0 root
            old ADJ JJ _ 4 amod
            dogs NOUN NNS {PLUR} 2 nsubj""",
        [("are", "dogs", 2, "noun", [])],
    ),
    "nouns joined by and attract nothing": (
        f"""cat NOUN NN {SING} 5 nsubj
            and CCONJ CC _ 3 cc
            dog NOUN NN {SING} 1 conj
            Lee PROPN NNP {SING} 3 flat
            sleep VERB VBP {FIN} 0 root""",
        [("cat", "sleep", 4, "noun", [])],
    ),
    "nouns joined by or do": (
        f"""cats NOUN NNS {PLUR} 4 nsubj
            or CCONJ CC _ 3 cc
            dog NOUN NN {SING} 1 conj
            sleep VERB VBP {FIN} 0 root""",
        [("cats", "sleep", 3, "noun", ["dog"])],
    ),
    "a plurale tantum attracts as a plural": (
        f"""man NOUN NN {SING} 5 nsubj
            with ADP IN _ 3 case
            scissors NOUN NNS Number=Ptan 1 nmod
            usually ADV RB _ 5 advmod
            cuts VERB VBZ {FIN} 0 root""",
        [("man", "cuts", 4, "noun", ["scissors"])],
    ),
    "parts of a flat name attract nothing, in several steps": (
        f"""Guns PROPN NNPS {PLUR} 4 nsubj
            Roses PROPN NNPS {PLUR} 1 flat
            Thorns PROPN NNPS {PLUR} 2 flat
            plays VERB VBZ {FIN} 0 root""",
        [("Guns", "plays", 3, "noun", [])],
    ),
    "pronouns, and nouns of no number or the same, attract nothing": (
        f"""books NOUN NNS {PLUR} 7 nsubj
            they PRON PRP {PLUR} 1 dep
            it PRON PRP {SING} 1 dep
            shelves NOUN NNS {PLUR} 1 dep
            etc NOUN FW _ 1 dep
            were AUX VBD {FIN} 7 cop
            old ADJ JJ _ 0 root""",
        [("books", "were", 5, "noun", [])],
    ),
    "punctuation counts for tokens only": (
        f"""dog NOUN NN {SING} 5 nsubj
            , PUNCT , _ 3 punct
            old ADJ JJ _ 1 amod
            , PUNCT , _ 3 punct
            barks VERB VBZ {FIN} 0 root""",
        [("dog", "barks", 2, "noun", [])],
    ),
    "you were": (
        f"""you PRON PRP {SING}|Person=2 3 nsubj
            were AUX VBD {FIN} 3 cop
            late ADJ JJ _ 0 root""",
        [("you", "were", 1, "pronoun", [])],
    ),
    "a pronoun joined with another": (
        f"""me PRON PRP {SING}|Person=1 5 nsubj
            and CCONJ CC _ 3 cc
            Sam PROPN NNP {SING} 1 conj
            were AUX VBD {FIN} 5 cop
            late ADJ JJ _ 0 root""",
        [("me", "were", 3, "pronoun", [])],
    ),
    "mine, the keys": (
        f"""mine PRON PRP {SING}|Person=1|Poss=Yes 3 nsubj
            were AUX VBD {FIN} 3 cop
            lost ADJ JJ _ 0 root""",
        [("mine", "were", 1, "pronoun", [])],
    ),
    "am is singular": (
        f"""I PRON PRP {SING}|Person=1 4 nsubj
            friends NOUN NNS {PLUR} 4 vocative
            'm AUX VBP {FIN} 4 cop
            late ADJ JJ _ 0 root""",
        [("I", "'m", 2, "pronoun", ["friends"])],
    ),
    "a numeral": (
        f"""two NUM CD _ 3 nsubj
            are AUX VBP {FIN} 3 cop
            old ADJ JJ _ 0 root""",
        [("two", "are", 1, "other", [])],
    ),
}


@pytest.mark.parametrize(("sentence", "expected"), KEPT.values(), ids=KEPT)
def test_subjects_agree_with(tmp_path, sentence, expected):
    text = document(tmp_path, sentence)
    links = agreement_links(text)
    found = [
        (*pair, link.group, [text.words[i].form for i in link.attractors])
        for pair, link in zip(forms(text, links), links, strict=True)
    ]
    assert found == expected


DROPPED = {
    "a modal": f"""dogs NOUN NNS {PLUR} 3 nsubj
        will AUX MD VerbForm=Fin 3 aux
        bark VERB VB VerbForm=Inf 0 root""",
    "a modal before a finite form": f"""dogs NOUN NNS {PLUR} 4 nsubj
        will AUX MD VerbForm=Fin 4 aux
        be AUX VBP {FIN} 4 cop
        old ADJ JJ _ 0 root""",
    "a past form": f"""dogs NOUN NNS {PLUR} 2 nsubj
        barked VERB VBD {FIN} 0 root""",
    "did": f"""dogs NOUN NNS {PLUR} 3 nsubj
        did AUX VBD {FIN} 3 aux
        bark VERB VB VerbForm=Inf 0 root""",
    "no finite word": f"""dogs NOUN NNS {PLUR} 2 nsubj
        barking VERB VBG VerbForm=Part 0 root""",
    "the subjunctive": f"""dogs NOUN NNS {PLUR} 2 nsubj
        were VERB VBD Mood=Sub|VerbForm=Fin 0 root""",
    "an imperative": f"""you PRON PRP {SING}|Person=2 2 nsubj
        go VERB VBP Mood=Imp|VerbForm=Fin 0 root""",
    "if I were": f"""I PRON PRP {SING}|Person=1 3 nsubj
        were AUX VBD {FIN} 3 cop
        rich ADJ JJ _ 0 root""",
    "a clause as subject": f"""singing VERB VBG _ 3 csubj
        is AUX VBZ {FIN} 3 cop
        fun ADJ JJ _ 0 root""",
    "an inner subject with no verb left": f"""trouble NOUN NN {SING} 3 nsubj:outer
        is AUX VBZ {FIN} 3 cop
        known VERB VBN VerbForm=Part 0 root
        dogs NOUN NNS {PLUR} 3 nsubj""",
}


@pytest.mark.parametrize("sentence", DROPPED.values(), ids=DROPPED)
def test_no_agreement_shows_in(tmp_path, sentence):
    text = document(tmp_path, sentence)
    assert not [x for x in agreement_links(text) if text.words[x.first].form != "trouble"]


def test_a_link_carries_where_it_stands(tmp_path):
    hello = "hello INTJ UH _ 0 root"
    text = document(tmp_path, hello, KEPT["punctuation counts for tokens only"][0], name="x")
    (link,) = agreement_links(text)
    assert (link.document, link.genre) == ("x", "tale")
    assert (link.first, link.second, link.tokens, link.words) == (1, 5, 4, 2)


def test_an_antecedent_that_is_an_empty_node_leaves_the_relative(tmp_path):
    sentence = KEPT["the antecedent of a relative pronoun"][0].replace("1:ref", "1.1:ref")
    text = document(tmp_path, sentence)
    assert forms(text, agreement_links(text)) == [("who", "bark", 1)]


def without_tags(sentence):
    """Return the sentence with ``_`` for its Penn tags."""
    rows = [row.split() for row in sentence.strip().splitlines()]
    return "\n".join(" ".join([*row[:2], "_", *row[3:]]) for row in rows)


PRES, PAST = "Mood=Ind|Tense=Pres|VerbForm=Fin", "Mood=Ind|Tense=Past|VerbForm=Fin"
FEATURES = {  # English without Penn tags: verb with its features, and the number it shows
    "barks": (f"{PRES}|Number=Sing|Person=3", "Sing"),
    "bark": (f"{PRES}|Number=Plur|Person=3", "Plur"),
    "walk": (f"{PRES}|Number=Sing|Person=1", "Plur"),  # I walk, they walk: one form
    "am": (f"{PRES}|Number=Sing|Person=1", "Sing"),
    "was": (f"{PAST}|Number=Sing|Person=3", "Sing"),
    "were": (f"{PAST}|Number=Plur|Person=3", "Plur"),
    "barked": (f"{PAST}|Number=Sing|Person=3", None),
    "can": (f"{PRES}|Number=Sing|Person=3", None),
    "go": (f"{PRES}", None),
    "be": ("Mood=Sub|Tense=Pres|VerbForm=Fin|Number=Sing", None),
}


@pytest.mark.parametrize("verb", FEATURES)
def test_without_penn_tags_english_is_read_from_features(tmp_path, verb):
    feats, number = FEATURES[verb]
    text = document(
        tmp_path,
        f"""noun NOUN _ {SING} 4 nsubj
            ones NOUN _ {PLUR} 1 nmod
            one NOUN _ {SING} 1 nmod
            {verb} VERB _ {feats} 0 root""",
        f"""it PRON _ {SING} 3 nsubj
            is AUX _ {PRES}|Number=Sing|Person=3 3 cop
            so ADV _ _ 0 root""",
    )
    assert number_told_by(text) == "features of English"
    links = agreement_links(text)
    assert len(links) == (2 if number else 1)
    if number:
        (lure,) = links[0].attractors
        assert text.words[lure].form == {"Sing": "ones", "Plur": "one"}[number]


@pytest.mark.parametrize("kind", KEPT)
def test_without_penn_tags_the_same_pairs_are_found_where_features_are_full(tmp_path, kind):
    sentence, expected = KEPT[kind]
    tagged = {"VBZ": "Sing|Person=3|Tense=Pres", "VBP": "Plur|Person=3|Tense=Pres"}
    rows = []
    for row in map(str.split, sentence.strip().splitlines()):
        if row[2] in tagged:
            row[3] += f"|Number={tagged[row[2]]}"
        elif row[2] == "VBD":
            number = "Plur" if row[0].lower() == "were" else "Sing"
            row[3] += f"|Number={number}|Person=3|Tense=Past"
        rows.append(" ".join(row))
    be = f"so ADV RB _ 0 root\nbe AUX VB {FIN}|Number=Sing|Tense=Inf 1 cop"
    text = document(tmp_path, without_tags("\n".join(rows)), without_tags(be))
    assert number_told_by(text) == "features of English"
    assert [pair[:3] for pair in forms(text, agreement_links(text))] == [
        pair[:3] for pair in expected
    ]


def test_in_other_languages_a_finite_form_shows_the_number_it_has(tmp_path):
    text = document(
        tmp_path,
        f"""llaves NOUN ncfp000 {PLUR} 5 nsubj:pass
            del ADP sps00 _ 3 case
            armario NOUN ncms000 {SING} 1 nmod
            fueron AUX vsis3p0 {PAST}|Number=Plur 5 aux:pass
            robadas VERB vmp00pf VerbForm=Part|{PLUR} 0 root""",
        """roba NOUN _ Number=Dual 3 nsubj
            sta AUX _ Mood=Ind|Number=Dual 3 aux:tense
            šla VERB _ VerbForm=Part 0 root""",
    )
    assert number_told_by(text) == "Number="
    assert forms(text, agreement_links(text)) == [("llaves", "fueron", 3), ("roba", "sta", 1)]
    assert [len(link.attractors) for link in agreement_links(text)] == [1, 0]


def test_where_nothing_tells_the_number_there_is_no_agreement(tmp_path):
    text = document(tmp_path, "犬 NOUN _ _ 2 nsubj\n吠える VERB _ _ 0 root")
    assert number_told_by(text) is None
    assert agreement_links(text) == []


def test_one_tag_that_another_treebank_has_too_does_not_make_it_penn(tmp_path):
    """In Coptic, VBD is a verboid."""
    text = document(tmp_path, f"ⲣⲱⲙⲉ NOUN N {SING} 2 nsubj\nⲛⲁⲛⲟⲩ VERB VBD VerbForm=Fin 0 root")
    assert number_told_by(text) is None
