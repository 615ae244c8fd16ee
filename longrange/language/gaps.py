"""What a treebank lacks, and what therefore is not measured, or is measured in another way."""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial

from longrange.language.agreement import number_told_by
from longrange.language.coreference import unsaid_mentions
from longrange.language.corpus import LAYERS, Document


def _lacks(layer: str, document: Document) -> bool:
    return layer not in document.layers


def _has_relatives_alone(document: Document) -> bool:
    subjects = [word for word in document.words if word.deprel.split(":")[0] == "nsubj"]
    relative = any(word.feats.get("PronType") == "Rel" for word in subjects)
    return relative and not any(word.antecedents for word in document.words)


def _has_pronouns_without_person(document: Document) -> bool:
    pronouns = [word.feats for word in document.words if word.upos == "PRON"]
    told = any(feats.get("PronType") == "Prs" and "Person" in feats for feats in pronouns)
    return bool(pronouns) and "Entity" in document.layers and not told


def _has_no_noun_number(document: Document) -> bool:
    nouns = [word.feats for word in document.words if word.upos in {"NOUN", "PROPN"}]
    return number_told_by(document) is not None and not any("Number" in feats for feats in nouns)


# By name: whether a document has the gap, and what is said of those that do.
GAPS: dict[str, tuple[Callable[[Document], bool], str]] = {
    **{
        layer: (partial(_lacks, layer), f"have no {layer}={after}: no links from it there")
        for layer, after in zip(LAYERS, (" after a '# global.Entity'", "", ""), strict=True)
    },
    "newdoc": (
        lambda document: not document.announced,
        "have no '# newdoc': what a file holds before one counts as one document",
    ),
    "text": (
        lambda document: {word.form for word in document.words} == {"_"},
        "have no text: letters are not counted, nor forms told apart, there",
    ),
    "UPOS": (
        lambda document: {word.upos for word in document.words} == {"_"},
        "have no UPOS: punctuation counts as words, and groups are not told apart, there",
    ),
    "Penn tags": (
        lambda document: number_told_by(document) not in {"Penn tags", None},
        "have no Penn tags: features of finite verbs tell agreement there",
    ),
    "agreement": (
        lambda document: number_told_by(document) is None,
        "have neither Penn tags nor Number= on a finite verb: no agreement there",
    ),
    "attractors": (_has_no_noun_number, "have no noun with Number=: no attractors there"),
    "ref": (
        _has_relatives_alone,
        "have no enhanced 'ref': relative pronouns stand for themselves there",
    ),
    "person": (
        _has_pronouns_without_person,
        "have no pronoun with PronType=Prs and Person=: third person is not told apart there",
    ),
    "unsaid": (
        lambda document: "Entity" in document.layers and unsaid_mentions(document) > 0,
        "have mentions at empty nodes alone: these are no words, and left out there",
    ),
}


def gaps(document: Document) -> frozenset[str]:
    """Return the names of the gaps of `document`, of those in `GAPS`.

    Parameters
    ----------
    document : Document

    Returns
    -------
    frozenset of str

    Raises
    ------
    ValueError
        If its annotation is malformed; it names file and line.
    """
    return frozenset(name for name, (is_there, _) in GAPS.items() if is_there(document))


def remarks(found: Iterable[frozenset[str]]) -> list[str]:
    """Return one sentence for each gap of a corpus: how many documents have it, and what follows.

    Parameters
    ----------
    found : iterable of frozenset of str
        The gaps of each document.

    Returns
    -------
    list of str
    """
    every = list(found)
    counted = Counter(name for one in every for name in one)
    return [
        f"{counted[name]} of {len(every)} documents {told}"
        for name, (_, told) in GAPS.items()
        if counted[name]
    ]
