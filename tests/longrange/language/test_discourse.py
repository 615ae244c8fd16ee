"""`longrange.language.discourse`: the rules for both kinds of links, on units written for them."""

import re

import pytest
from treebank import document, forms, plain

from longrange.language import discourse_links, shallow_discourse_links


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
