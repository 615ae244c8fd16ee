"""Mentions of one entity, each linked to the nearest mention before it."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from longrange.language.corpus import Document, Link

_BRACKET = re.compile(r"\([^()]+\)?|[^()]+\)")
_PART = re.compile(r"(.+)\[(\d+)/(\d+)\]")  # of a discontinuous mention, such as "12[1/2]"


def coreference_links(document: Document) -> list[Link]:
    """Return the links from each mention of an entity to the nearest one before, head to head.

    Parameters
    ----------
    document : Document
        One without the layer ``Entity`` has no links.

    Returns
    -------
    list of Link
        By the head of the later mention, the groups ``third_person`` (personal pronouns,
        possessive and reflexive ones too), ``first_second_person``, ``name``, ``noun``, ``other``.

    Raises
    ------
    ValueError
        If brackets do not balance, or ``# global.Entity`` is missing; it names file and line.
    """
    heads = defaultdict(set)  # a mention that shares its head with another of the entity adds none
    for entity, head in _heads(document):
        heads[entity].add(head)
    pairs = [pair for found in heads.values() for pair in pairwise(sorted(found))]
    return [document.link(a, b, _group(document, b)) for a, b in sorted(pairs)]


def _heads(document: Document) -> Iterator[tuple[str, int]]:
    """Yield the entity and the index of the head of each mention, as they end.

    The head is the word that depends on one outside; of several, the leftmost within the
    annotated minimal span, which is given as places in the mention.
    """
    for entity, span, minimal in _mentions(document):
        inside, least = set(span), {span[i - 1] for i in minimal if 1 <= i <= len(span)}
        heads = [i for i in span if document.words[i].head not in inside]
        heads = [i for i in heads if not document.words[i].is_punctuation]
        if heads:
            yield entity, next((i for i in heads if i in least), heads[0])


def _mentions(document: Document) -> Iterator[tuple[str, list[int], list[int]]]:
    """Yield entity, tokens and minimal span, the parts of a discontinuous mention put together."""
    begun: dict[tuple[str, int], tuple[int, list[int], list[int]]] = {}
    for label, begin, end, minimal in _brackets(document):
        tokens = list(range(begin, end + 1))
        if not (part := _PART.fullmatch(label)):
            yield label, tokens, minimal
            continue
        entity, number, last = part[1], int(part[2]), int(part[3])
        came, before, least = begun.pop((entity, last), (0, [], minimal))
        if number != came + 1:
            raise document.error(begin, f"Entity= has {label} after {came} parts")
        if number == last:
            yield entity, before + tokens, least
        else:
            begun[entity, last] = number, before + tokens, least
    for (entity, last), (came, tokens, _) in begun.items():
        raise document.error(tokens[0], f"Entity= has {came} of {last} parts of {entity}")


def _brackets(document: Document) -> Iterator[tuple[str, int, int, list[int]]]:
    """Yield label, first and last token, and minimal span of each bracket, as they close."""
    opened = defaultdict(list)
    for index, word in enumerate(document.words):
        value = word.misc.get("Entity") or ""
        brackets = _BRACKET.findall(value)
        if "".join(brackets) != value:
            raise document.error(index, f"Entity={value} is no row of brackets")
        for bracket in brackets:
            label = bracket.rstrip(")")
            if bracket[0] == "(":
                label, minimal = _fields(document, index, label[1:])
                opened[label].append((index, minimal))
            if bracket[-1] == ")":
                if not opened[label]:
                    raise document.error(index, f"Entity= closes {label}, which is not open")
                begin, minimal = opened[label].pop()
                yield label, begin, index, minimal
    for begin, label in sorted((found[0][0], label) for label, found in opened.items() if found):
        raise document.error(begin, f"Entity= opens {label}, which is never closed")


def _fields(document: Document, index: int, text: str) -> tuple[str, list[int]]:
    """Return label and minimal span of the mention that opens with `text`."""
    names = document.entity_fields
    fields = dict(zip(names, text.split("-"), strict=False))
    if not (label := fields.get("GRP", fields.get("eid"))):
        raise document.error(index, "Entity= without a comment '# global.Entity = GRP-…' before")
    return label, [int(n) for n in fields.get("minspan", "").split(",") if n.isdecimal()]


def _group(document: Document, index: int) -> str:
    word = document.words[index]
    if word.upos == "PRON" and word.feats.get("PronType") == "Prs":
        return "third_person" if word.feats.get("Person") == "3" else "first_second_person"
    return {"PROPN": "name", "NOUN": "noun"}.get(word.upos, "other")
