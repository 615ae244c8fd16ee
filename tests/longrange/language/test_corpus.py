"""`longrange.language.corpus`: a link for every dependency."""

from treebank import document

from longrange.language import dependency_links


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
