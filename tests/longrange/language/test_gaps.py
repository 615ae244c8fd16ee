"""`longrange.language.gaps`: what a treebank lacks is said, each lack in one sentence."""

import pytest
from treebank import FIN, PLUR, conllu, mention

from longrange.language import read
from longrange.language.gaps import GAPS, gaps, remarks
from longrange.language.series import measure

WHOLE = f"""dogs NOUN NNS {PLUR} 0 root 0:root|4:nsubj {mention(1)}-)|Discourse=ROOT:1:0
, PUNCT , _ 4 punct _ PDTB=EntRel:_
which PRON WDT PronType=Rel 4 nsubj 1:ref
bark VERB VBP {FIN}|Number=Plur 1 acl:relcl
they PRON PRP PronType=Prs|Person=3 4 obj _ {mention(1)}-)"""
TREES = {  # what is taken out of it, and which gap that makes
    "Entity": lambda text: text.replace("Entity=", "Other="),
    "Discourse": lambda text: text.replace("Discourse=", "Other="),
    "PDTB": lambda text: text.replace("PDTB=", "Other="),
    "newdoc": lambda text: text.replace("# newdoc id = a\n", ""),
    "text": lambda text: "\n".join(
        "\t".join([c[0], "_", *c[2:]]) if len(c := line.split("\t")) == 10 else line
        for line in text.split("\n")
    ),
    "UPOS": lambda text: "\n".join(
        "\t".join([*c[:3], "_", *c[4:]]) if len(c := line.split("\t")) == 10 else line
        for line in text.split("\n")
    ),
    "Penn tags": lambda text: text.replace("\tVBP\t", "\tv\t"),
    "agreement": lambda text: text.replace("\tVBP\t", "\tv\t").replace("Fin|Number=Plur", "Fin"),
    "attractors": lambda text: text.replace(f"NNS\t{PLUR}", "NNS\t_"),
    "ref": lambda text: text.replace("1:ref", "1:nsubj"),
    "person": lambda text: text.replace("|Person=3", ""),
    "unsaid": lambda text: text.replace("\n2\t", f"\n1.1{'	_' * 8}\tEntity=(1-x)\n2\t"),
}


def gaps_of(folder, text):
    (folder / "a.conllu").write_text(text, "utf-8")
    (found,) = read(folder)
    return gaps(found)


def test_a_treebank_with_all_layers_lacks_nothing(tmp_path):
    assert gaps_of(tmp_path, conllu(WHOLE)) == frozenset()
    assert set(TREES) == set(GAPS)


@pytest.mark.parametrize("name", TREES)
def test_each_gap_is_seen_and_no_other(tmp_path, name):
    besides = {"UPOS": {"attractors"}}.get(
        name, set()
    )  # without parts of speech there are no nouns
    found = gaps_of(tmp_path, TREES[name](conllu(WHOLE)))
    assert found - besides == {name}


def test_names_of_another_scheme_are_no_mentions_and_the_rest_is_measured(tmp_path):
    """Such as Entity=(ORG) in a treebank that tells kinds of names."""
    (tmp_path / "a.conllu").write_text(conllu(WHOLE, comments="").replace("(1-", "(ORG-"), "utf-8")
    (text,) = read(tmp_path)
    found = measure(text)
    assert found.gaps == {"Entity"}
    assert found.links["coreference"] == []
    assert len(found.links["agreement"]) == 1


def test_a_remark_counts_the_documents_and_says_what_follows():
    found = remarks([frozenset({"ref", "Entity"}), frozenset({"Entity"}), frozenset()])
    assert found == [
        "2 of 3 documents have no Entity= after a '# global.Entity': no links from it there",
        "1 of 3 documents have no enhanced 'ref': relative pronouns stand for themselves there",
    ]
    assert remarks([frozenset()]) == []
