"""`longrange.language.coreference`: the rule for its links, on sentences written for it."""

import re

import pytest
from treebank import document, forms, mention, plain

from longrange.language import coreference_links
from longrange.language.coreference import unsaid_mentions


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


HEAD = "# global.Entity = eid-etype-head-other\n"
EMPTY = {  # words and empty nodes with their brackets; the links that are right
    "begins at one": (["1.1 _ Entity=(e1--1-", "b Entity=e1)", "c", "d Entity=(e1--1-)"], "bd2"),
    "ends at one": (["b Entity=(e1--1-", "c", "3.1 _ Entity=e1)", "d Entity=(e1--1-)"], "bd2"),
    "holds one": (
        ["b", "c Entity=(e1--3-", "2.1 _", "d Entity=e1)", "e Entity=(e1--1-)"], "de1",
    ),
    "is one": (["b Entity=(e1--1-)", "c", "3.1 _ Entity=(e1--1-)", "d Entity=(e1--1-)"], "bd2"),
    "before the first word": (["0.1 _ Entity=(e1--1-", "b Entity=e1)", "d Entity=(e1--1-)"], "bd1"),
    "is headed by one": (["0.1 _ Entity=(e1--1-", "b Entity=e1)", "d Entity=(e1--1-)"], "bd1"),
    "two in a row": (
        ["0.1 _ Entity=(e1--1-", "0.2 _ Entity=e1)(e1--2-", "b Entity=e1)", "d Entity=(e1--1-)"],
        "bd1",
    ),
    "in two parts": (
        ["b Entity=(e1[1/2]--1-)", "c", "3.1 _ Entity=(e1[2/2]--1-)", "d Entity=(e1--1-)"], "bd2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", EMPTY)
def test_a_mention_at_an_empty_node_counts_with_its_words(tmp_path, kind):
    rows, (first, second, words) = EMPTY[kind]
    text = document(tmp_path, plain(*rows), comments=HEAD)
    assert forms(text, coreference_links(text)) == [(first, second, int(words))]
    assert unsaid_mentions(text) == (kind in {"is one", "two in a row"})


def test_a_mention_from_the_end_of_one_sentence_to_the_next_keeps_the_order_of_empty_nodes(
    tmp_path,
):
    sentences = ["b Entity=(e1--1-", "2.1 _ Entity=e1)"], ["0.1 _ Entity=(e1--1-", "d Entity=e1)"]
    text = document(tmp_path, *(plain(*rows) for rows in sentences), comments=HEAD)
    assert forms(text, coreference_links(text)) == [("b", "d", 1)]


def test_brackets_at_an_empty_node_that_do_not_balance_are_named(tmp_path):
    for rows, line, message in (
        (["b", "1.1 _ Entity=(e1--1-"], 5, "opens e1, which is never closed"),
        (["b", "1.1 _ Entity=e1)"], 5, "closes e1, which is not open"),
        (["b", "1.1 _ Entity=e1"], 5, "=e1 is no row of brackets"),
        (["b", "1.1 _ Entity=(e1[1/2]--1-)"], 5, "has 1 of 2 parts of e1"),
    ):
        text = document(tmp_path, plain(*rows), comments=HEAD)
        with pytest.raises(ValueError, match=rf"a\.conllu:{line}: Entity.*{re.escape(message)}"):
            coreference_links(text)


def test_a_link_within_a_mention_may_hold_an_equals_sign(tmp_path):
    text = document(tmp_path, plain(f"A {mention(1)}-x=y)", f"B {mention(1)}-x=z)"))
    assert forms(text, coreference_links(text)) == [("A", "B", 1)]


def test_entities_need_the_order_of_their_fields(tmp_path):
    text = document(tmp_path, plain(f"a {mention(1)})"), comments="")
    with pytest.raises(ValueError, match=r"a\.conllu:3: Entity= without a comment '# global\.En"):
        coreference_links(text)
