"""`longrange.language`: the reader and each rule for links, on sentences written for it."""

import re

import pytest
from treebank import conllu, document, forms, plain

from longrange.language import (
    agreement_links,
    conllu_files,
    coreference_links,
    dependency_links,
    discourse_links,
    read,
    shallow_discourse_links,
)
from longrange.sources import ROOT

SING, PLUR, FIN = "Number=Sing", "Number=Plur", "Mood=Ind|VerbForm=Fin"

# ── Agreement ───────────────────────────────────────────────────────────────

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


# ── Coreference ─────────────────────────────────────────────────────────────


def mention(entity, minimal="1"):
    """Return what opens a mention; one token long with a bracket after it."""
    return f"Entity=({entity}-person-new-n-cf-{minimal}-coref"


def test_each_mention_is_linked_to_the_nearest_before(tmp_path):
    one, alone = mention(1) + ")", mention(2) + ")"
    text = document(tmp_path, plain(f"A {one}", "x", f"B {one}", f"S {alone}"), plain(f"C {one}"))
    assert forms(text, coreference_links(text)) == [("A", "B", 2), ("B", "C", 2)]


def test_bridging_and_split_antecedents_are_no_links(tmp_path):
    text = document(
        tmp_path,
        plain(
            f"A {mention(1)})", f"B {mention(2)})", f"C {mention(3)})|Bridge=1<3|SplitAnte=1<3,2<3"
        ),
    )
    assert coreference_links(text) == []


def test_a_mention_is_where_its_head_is(tmp_path):
    # [the man of (his) town] … he: "his" lies inside and comes after the head "man".
    text = document(
        tmp_path,
        f"""the DET DT _ 2 det _ {mention(1, 2)}
            man NOUN NN _ 0 root
            of ADP IN _ 5 case
            his PRON PRP$ _ 5 nmod:poss _ {mention(1)})
            town NOUN NN _ 2 nmod _ Entity=1)
            he PRON PRP _ 2 dep _ {mention(1)})""",
    )
    assert forms(text, coreference_links(text)) == [("man", "his", 2), ("his", "he", 2)]


def test_mentions_of_one_entity_that_nest_close_the_last_first(tmp_path):
    # [x [b c] d]: the same entity twice, the inner one closed first.
    text = document(
        tmp_path,
        f"""x NOUN NN _ 3 dep _ {mention(1, 3)}
            b NOUN NN _ 0 root _ {mention(1, 1)}
            c NOUN NN _ 2 dep _ Entity=1)
            d NOUN NN _ 3 dep _ Entity=1)
            e NOUN NN _ 2 dep _ {mention(1)})""",
    )
    assert forms(text, coreference_links(text)) == [("b", "e", 3)]  # both have the head b


def test_several_brackets_may_stand_at_one_token(tmp_path):
    text = document(
        tmp_path,
        plain(
            f"a {mention(1)}(2-p-new-n-cf-1-coref)(3-p-new-n-cf-1-coref",
            "b Entity=3)1)",
            f"c {mention(2)})",
            f"d {mention(3)})",
            f"e {mention(1)})",
        ),
    )
    assert forms(text, coreference_links(text)) == [("a", "c", 2), ("a", "d", 3), ("a", "e", 4)]


def test_a_discontinuous_mention_is_one(tmp_path):
    # [pick … up] as parts of entity 1: its head is "pick", not two mentions.
    text = document(
        tmp_path,
        f"""pick VERB VB _ 0 root _ {mention("1[1/2]")})
            it PRON PRP _ 1 obj
            up ADP RP _ 1 compound:prt _ {mention("1[2/2]")}
            now ADV RB _ 3 advmod _ Entity=1[2/2])
            that PRON DT _ 1 dep _ {mention(1)})""",
    )
    assert forms(text, coreference_links(text)) == [("pick", "that", 4)]


def test_cataphora_links_the_name_back_to_its_pronoun(tmp_path):
    text = document(
        tmp_path,
        f"""in ADP IN _ 3 case
            her PRON PRP$ Person=3|PronType=Prs 3 nmod:poss _ {mention(7)})
            room NOUN NN _ 6 obl
            , PUNCT , _ 3 punct
            Ann PROPN NNP _ 6 nsubj _ {mention(7)})
            slept VERB VBD _ 0 root""",
    )
    (link,) = coreference_links(text)
    assert (link.words, link.tokens, link.group) == (2, 3, "name")


@pytest.mark.parametrize(
    ("minimal", "head"), [("3", "c"), ("3,4", "c"), ("4", "d"), ("1", "a"), ("2", "a"), ("9", "a")]
)
def test_of_several_heads_the_minimal_span_decides_and_then_the_leftmost(tmp_path, minimal, head):
    # a, c and d depend on words outside the mention "a , c d"; so does the comma.
    text = document(
        tmp_path,
        f"""a NOUN NN _ 5 dep _ {mention(1, minimal)}
            , PUNCT , _ 5 punct
            c NOUN NN _ 5 dep
            d NOUN NN _ 5 dep _ Entity=1)
            e NOUN NN _ 0 root _ {mention(1)})""",
    )
    assert [first for first, _, _ in forms(text, coreference_links(text))] == [head]


def test_a_quotation_mark_is_no_head(tmp_path):
    text = document(tmp_path, plain("x", f"« {mention(1, 2)}", "a Entity=1)", f"b {mention(1)})"))
    assert forms(text, coreference_links(text)) == [("a", "b", 1)]


@pytest.mark.parametrize(
    ("word", "group"),
    [
        ("she PRON PRP Person=3|PronType=Prs", "third_person"),
        ("their PRON PRP$ Person=3|Poss=Yes|PronType=Prs", "third_person"),
        ("itself PRON PRP Person=3|PronType=Prs|Reflex=Yes", "third_person"),
        ("I PRON PRP Person=1|PronType=Prs", "first_second_person"),
        ("your PRON PRP$ Person=2|Poss=Yes|PronType=Prs", "first_second_person"),
        ("this PRON DT PronType=Dem", "other"),
        ("Ann PROPN NNP Number=Sing", "name"),
        ("cat NOUN NN Number=Sing", "noun"),
        ("sleep VERB VB _", "other"),
    ],
)
def test_the_later_mention_gives_the_group(tmp_path, word, group):
    first = f"cat NOUN NN _ 0 root _ {mention(1)})"
    text = document(tmp_path, f"{first}\n{word} 1 dep _ {mention(1)})")
    assert [link.group for link in coreference_links(text)] == [group]


# ── Discourse ───────────────────────────────────────────────────────────────


def relation(text):
    return f"Discourse={text}"


def test_relations_link_the_first_words_of_two_units(tmp_path):
    text = document(
        tmp_path,
        plain(f"« {relation('cause:1->2:0:_')}", "a", "b"),
        plain(f"« {relation('ROOT:2:0')}", "c", "d", "."),
    )
    (link,) = discourse_links(text)
    assert forms(text, [link]) == [("a", "c", 2)]
    assert (link.tokens, link.group) == (3, "primary")


def test_secondary_relations_count_and_same_unit_does_not(tmp_path):
    text = document(
        tmp_path,
        plain(
            f"a {relation('ROOT:1:0')}",
            "x",
            f"b {relation('same-unit_m:2->1:0:_;cause:2->1:0:0:_')}",
            f"c {relation('mode:3->2:0:_;cause:3->1:1:0:_')}",
        ),
    )
    links = discourse_links(text)
    assert forms(text, links) == [("a", "b", 2), ("a", "c", 3), ("b", "c", 1)]
    assert [link.group for link in links] == ["secondary", "secondary", "primary"]


def units(*relations):
    """Return one unit a relation, each of two words."""
    return plain(*(w for i, r in enumerate(relations) for w in (f"u{i + 1} {relation(r)}", "x")))


def test_chained_items_of_a_list_follow_each_other(tmp_path):
    text = document(
        tmp_path,
        units(
            "ROOT:1:0", "list_m:2->1:0:_", "list_m:3->1:0:_", "cause:4->1:0:_", "list_m:5->1:0:_"
        ),
    )
    to_first = [("u1", "u2", 2), ("u1", "u3", 4), ("u1", "u4", 6), ("u1", "u5", 8)]
    assert forms(text, discourse_links(text)) == to_first
    in_chain = [("u1", "u2", 2), ("u1", "u4", 6), ("u2", "u3", 2), ("u3", "u5", 4)]
    assert forms(text, discourse_links(text, chained=True)) == in_chain


def test_lists_within_lists_are_chained_apart(tmp_path):
    # ((u1 u2) u3 u4): the outer list begins with the inner one, whose head is u1.
    text = document(
        tmp_path, units("ROOT:1:0", "list_m:2->1:0:_", "list_m:3->1:2:_", "list_m:4->1:2:_")
    )
    chained = forms(text, discourse_links(text, chained=True))
    assert chained == [("u1", "u2", 2), ("u1", "u3", 4), ("u3", "u4", 2)]


def test_lists_of_two_relations_are_chained_apart(tmp_path):
    text = document(tmp_path, units("ROOT:1:0", "list_m:2->1:0:_", "contrast_m:3->1:0:_"))
    chained = forms(text, discourse_links(text, chained=True))
    assert chained == [("u1", "u2", 2), ("u1", "u3", 4)]


def test_a_unit_of_punctuation_has_no_links(tmp_path):
    text = document(tmp_path, plain(f"a {relation('ROOT:1:0')}", f"… {relation('mode:2->1:0:_')}"))
    assert discourse_links(text) == []


def test_shallow_relations_link_the_first_words_of_the_arguments(tmp_path):
    text = document(
        tmp_path,
        plain("«", "a", "b", "c PDTB=Explicit:Cause:so:4:1-3:5-6", ",", "d"),
        plain("e PDTB=Implicit:Then:then:_:7-8:4,2;AltLex:And:it:_:6:8", "f"),
        plain("g PDTB=EntRel:EntRel:_:_:1-3:9;NoRel:NoRel:_:_:1-3:9"),
        plain("h PDTB=Implicit:Then:then:_:5:10;Implicit:Then:then:_:5-6,9:6"),
    )
    links = shallow_discourse_links(text)
    assert forms(text, links) == [("a", "d", 3), ("a", "e", 4), ("d", "f", 2)]
    assert [link.group for link in links] == ["explicit", "implicit", "altlex"]


def test_every_dependency_but_roots_and_punctuation_is_a_link(tmp_path):
    text = document(
        tmp_path,
        """dogs NOUN NNS _ 3 nsubj:pass
           , PUNCT , _ 1 punct
           bark VERB VBP _ 0 root
           ~ SYM SYM _ 3 punct
           . PUNCT . _ 3 punct
           ; PUNCT . _ 3 dep""",
        "no INTJ UH _ 0 root",
    )
    (link,) = dependency_links(text)
    assert (link.first, link.second, link.words, link.tokens, link.group) == (0, 2, 1, 2, "nsubj")


# ── Reader ──────────────────────────────────────────────────────────────────


def test_multiword_tokens_and_empty_nodes_are_no_words(tmp_path):
    text = document(
        tmp_path,
        f"""dogs NOUN NNS {PLUR} 4 nsubj
            2-3 don't
            do AUX VBP {FIN} 4 aux
            n't PART RB _ 4 advmod
            bark VERB VB VerbForm=Inf 0 root
            4.1 bark
            at ADV RB _ 4 advmod""",
        f"1.1 not\n{KEPT['the finite predicate itself'][0]}",
    )
    assert [word.form for word in text.words] == ["dogs", "do", "n't", "bark", "at", "it", "barks"]
    assert [word.line for word in text.words[-2:]] == [13, 14]
    assert forms(text, agreement_links(text)) == [("dogs", "do", 1), ("it", "barks", 1)]
    assert [word.head for word in text.words] == [3, 3, 3, None, 3, 6, None]


def test_an_antecedent_that_is_an_empty_node_leaves_the_relative(tmp_path):
    sentence = KEPT["the antecedent of a relative pronoun"][0].replace("1:ref", "1.1:ref")
    text = document(tmp_path, sentence)
    assert forms(text, agreement_links(text)) == [("who", "bark", 1)]


def test_a_file_may_hold_many_documents_and_a_folder_many_files(tmp_path):
    one, two = plain("a"), plain("b", ",", "c")
    entity = plain(f"d {mention(1)})", f"e {mention(1)})")
    both = conllu(one, two, name="x") + conllu(entity, name="y", genre="song", comments="")
    (tmp_path / "2.conllu").write_text(both, "utf-8")
    (tmp_path / "1.conllu").write_text(both.replace("# newdoc id = x\n", "# sent_id = 1\n"))
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "3.conllu").write_text("not read")
    (tmp_path / "notes.txt").write_text("not read")
    found = list(read(tmp_path))
    assert [text.name for text in found] == ["1", "y", "x", "y"]
    assert [text.genre for text in found] == ["tale", "song"] * 2
    assert [text.sentences for text in found] == [2, 1] * 2
    assert found[2].places == (0, 1, 2, 2)
    assert found[1].layers == {"Entity"}
    assert len(coreference_links(found[1])) == 1  # the order of fields holds for the whole file
    assert [path.name for path in conllu_files(tmp_path)] == ["1.conllu", "2.conllu"]


def test_a_document_without_comments_is_named_after_its_file(tmp_path):
    (tmp_path / "b.conllu").write_text("\n".join(conllu(plain("a")).splitlines()[3:]))
    (found,) = read(tmp_path / "b.conllu")
    assert (found.name, found.genre) == ("b", "unknown")
    assert not coreference_links(found) + discourse_links(found) + shallow_discourse_links(found)


def test_the_example_of_the_library_page_reads_a_treebank(tmp_path):
    text = (ROOT / "docs/library.md").read_text("utf-8")
    code = re.findall(r"```python\n(.*?)```", text, re.DOTALL)[-1]
    one = mention(1) + ")"
    (tmp_path / "a.conllu").write_text(conllu(plain(f"A {one}", ",", "x", f"B {one}")))
    space = {}
    exec(code.replace("path/to/UD_English-GUM", str(tmp_path)), space)
    assert space["distances"] == [2]


# ── Bad input ───────────────────────────────────────────────────────────────


def test_a_path_without_files_is_named(tmp_path):
    with pytest.raises(ValueError, match=rf"^{tmp_path}: no CoNLL-U file \(\*.conllu\)"):
        conllu_files(tmp_path)
    with pytest.raises(ValueError, match=r"nowhere: no such file or folder$"):
        list(read(tmp_path / "nowhere"))


GOOD = conllu(plain("a", "b", "c"))  # its words stand in lines 4 to 6


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("\tdep\t_\t_\n3", "\tdep\t_\n3", 5, "a line has 10 columns between tabs, this one 9"),
        ("2\tb", "two\tb", 5, "Failed parsing field 'id': 'two' is not a valid ID."),
        ("2\tb", "_\tb", 5, "word None stands where 2 is due"),
        ("3\tc", "4\tc", 6, "word 4 stands where 3 is due"),
        ("1\tdep\t_\t_\n\n", "x\tdep\t_\t_\n\n", 6, "Failed parsing field 'head': 'x' is not"),
        ("1\tdep\t_\t_\n\n", "4\tdep\t_\t_\n\n", 6, "word 3 depends on 4, no other word"),
        ("1\tdep\t_\t_\n\n", "3\tdep\t_\t_\n\n", 6, "word 3 depends on 3, no other word"),
        ("1\tdep\t_\t_\n\n", "-1\tdep\t_\t_\n\n", 6, "word 3 depends on -1, no other word"),
        ("1\tdep\t_\t_\n\n", "_\tdep\t_\t_\n\n", 6, "word 3 depends on None, no other word"),
        ("1\tdep\t_\t_\n\n", "1\tdep\t9:ref\t_\n\n", 6, "word 3 depends on 9, no other word"),
        ("1\tdep\t_\t_\n\n", "1\tdep\t0:ref\t_\n\n", 6, "word 3 depends on 0, no other word"),
        ("2\tb", "2\tb  b", 5, "two spaces in a row"),
        ("1\tdep\t_\t_\n\n", "1\tdep\tref\t_\n\n", 6, "no list of enhanced relations: ref"),
    ],
)
def test_a_malformed_line_is_named(tmp_path, old, new, line, message):
    assert GOOD.count(old) == 1
    path = tmp_path / "a.conllu"
    path.write_text(GOOD.replace(old, new))
    with pytest.raises(ValueError, match=rf"^{path}:{line}: {re.escape(message)}"):
        list(read(path))


def test_a_file_of_comments_or_of_other_bytes_is_named(tmp_path):
    path = tmp_path / "a.conllu"
    path.write_text("# newdoc id = a\n")
    with pytest.raises(ValueError, match=rf"^{path}:1: no sentence in this file"):
        list(read(path))
    later = "# more\n" * 5000  # does not hide the line
    path.write_bytes(GOOD.encode() + b"# \xe9\n" + later.encode())
    with pytest.raises(ValueError, match=rf"^{path}:8: not UTF-8: "):
        list(read(path))


@pytest.mark.parametrize(
    ("words", "line", "message"),
    [
        (["a Entity=(1-p", "b"], 4, "Entity= opens 1, which is never closed"),
        (["a Entity=(1-p", "b Entity=(1-p", "c Entity=1)"], 4, "Entity= opens 1, which is never"),
        (["a Entity=(1-p)", "b Entity=1)"], 5, "Entity= closes 1, which is not open"),
        (["a", "b Entity=1"], 5, "Entity=1 is no row of brackets"),
        (["a Entity=)"], 4, "Entity=) is no row of brackets"),
        (["a Entity=(1[1/2]-p)", "b"], 4, "Entity= has 1 of 2 parts of 1"),
        (["a", "b Entity=(1[2/2]-p)"], 5, "Entity= has 1[2/2] after 0 parts"),
    ],
)
def test_brackets_that_do_not_balance_are_named(tmp_path, words, line, message):
    text = document(tmp_path, plain(*words))
    with pytest.raises(ValueError, match=rf"a\.conllu:{line}: {re.escape(message)}"):
        coreference_links(text)


def test_entities_need_the_order_of_their_fields(tmp_path):
    text = document(tmp_path, plain(f"a {mention(1)})"), comments="")
    with pytest.raises(ValueError, match=r"a\.conllu:3: Entity= without a comment '# global\.En"):
        coreference_links(text)


@pytest.mark.parametrize(
    ("words", "line", "message"),
    [
        (
            ["a Discourse=ROOT:1:0", "b Discourse=list_m:2->7:0"],
            5,
            "Discourse= names 7, which is no unit",
        ),
        (["a Discourse=ROOT:1:0;list_m:8->1:0"], 4, "Discourse= names 8, which is no unit"),
        (["a Discourse=ROOT:1:0", "b Discourse=list:2"], 5, "Discourse=list:2 is not 'relation:"),
        (["a Discourse=cause:1:0"], 4, "Discourse=cause:1:0 is not 'relation:"),
        (["a Discourse=ROOT:1:0", "b Discourse=c:1->1:0"], 5, "Discourse= begins unit 1 a second"),
    ],
)
def test_relations_that_lead_nowhere_are_named(tmp_path, words, line, message):
    text = document(tmp_path, plain(*words))
    with pytest.raises(ValueError, match=rf"a\.conllu:{line}: {re.escape(message)}"):
        discourse_links(text)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("Explicit:And", "PDTB=Explicit:And has no two arguments"),
        ("Explicit:And:and:1:x:2", "PDTB= names x, which are no tokens"),
        ("Explicit:And:and:1:1:2-9", "PDTB= names 2-9, which are no tokens"),
        ("Explicit:And:and:1:2-1:2", "PDTB= names 2-1, which are no tokens"),
        ("Explicit:And:and:1:0:2", "PDTB= names 0, which are no tokens"),
    ],
)
def test_arguments_that_are_not_there_are_named(tmp_path, value, message):
    text = document(tmp_path, plain("a", f"b PDTB={value}"))
    with pytest.raises(ValueError, match=rf"a\.conllu:5: {re.escape(message)}"):
        shallow_discourse_links(text)
