"""Mentions of one entity, each linked to the nearest mention before it."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from longrange.language.corpus import Document, Empty, Link, Word

_BRACKET = re.compile(r"\([^()]+\)?|[^()]+\)")
_PART = re.compile(r"(.+)\[(\d+)/(\d+)\]")  # of a discontinuous mention, such as "12[1/2]"


class _Mention(NamedTuple):
    """One mention, or a part of it: its nodes, and which of them hold its head if given.

    `least` counts from 1: words of the mention, or its nodes where `of_nodes`.
    """

    entity: str
    nodes: list[int]
    least: list[int]
    of_nodes: bool


def coreference_links(document: Document) -> list[Link]:
    """Return the links from each mention of an entity to the nearest one before, head to head.

    A mention may begin or end at an empty node. It counts with its words; where it has none, as a
    subject that is not said, it is left out.

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
    for mention in _mentions(document):
        if (head := _head(document, mention)) is not None:
            heads[mention.entity].add(head)
    pairs = [pair for found in heads.values() for pair in pairwise(sorted(found))]
    return [document.link(a, b, _group(document, b)) for a, b in sorted(pairs)]


def unsaid_mentions(document: Document) -> int:
    """Return how many mentions have no word: they stand at empty nodes alone.

    Parameters
    ----------
    document : Document

    Returns
    -------
    int

    Raises
    ------
    ValueError
        As `coreference_links`.
    """
    if not document.empty:
        return 0
    spans = (mention.nodes for mention in _mentions(document))
    return sum(all(document.nodes[node][0] is None for node in span) for span in spans)


def _head(document: Document, mention: _Mention) -> int | None:
    """Return the word that depends on one outside the mention, None if it has none.

    Of several the leftmost one that the annotation points to: within a minimal span, which is
    given as places among the words of the mention, or at the head, a place among its nodes.
    """
    nodes = [document.nodes[node][0] for node in mention.nodes]
    span = [index for index in nodes if index is not None]
    places = nodes if mention.of_nodes else span
    inside, least = set(span), {places[i - 1] for i in mention.least if 1 <= i <= len(places)}
    heads = [i for i in span if document.words[i].head not in inside]
    heads = [i for i in heads if not document.words[i].is_punctuation]
    return next((i for i in heads if i in least), heads[0]) if heads else None


def _mentions(document: Document) -> Iterator[_Mention]:
    """Yield the mentions, the parts of a discontinuous one put together."""
    begun: dict[tuple[str, int], tuple[int, _Mention]] = {}
    for found in _brackets(document):
        if not (part := _PART.fullmatch(found.entity)):
            yield found
            continue
        entity, number, last = part[1], int(part[2]), int(part[3])
        came, before = begun.pop((entity, last), (0, found._replace(entity=entity, nodes=[])))
        if number != came + 1:
            at = document.nodes[found.nodes[0]][1]
            raise document.error(at, f"Entity= has {found.entity} after {came} parts")
        whole = before._replace(nodes=before.nodes + found.nodes)
        if number == last:
            yield whole
        else:
            begun[entity, last] = number, whole
    for (entity, last), (came, whole) in begun.items():
        at = document.nodes[whole.nodes[0]][1]
        raise document.error(at, f"Entity= has {came} of {last} parts of {entity}")


def _brackets(document: Document) -> Iterator[_Mention]:
    """Yield what each pair of brackets holds, as they close."""
    opened = defaultdict(list)
    for number, (_, node) in enumerate(document.nodes):
        value = node.misc.get("Entity") or ""
        brackets = _BRACKET.findall(value)
        if "".join(brackets) != value:
            raise document.error(node, f"Entity={value} is no row of brackets")
        for bracket in brackets:
            label = bracket.rstrip(")")
            if bracket[0] == "(":
                found = _fields(document, node, label[1:])
                label = found.entity
                opened[label].append((number, found))
            if bracket[-1] == ")":
                if not opened[label]:
                    raise document.error(node, f"Entity= closes {label}, which is not open")
                begin, found = opened[label].pop()
                yield found._replace(nodes=list(range(begin, number + 1)))
    for begin, label in sorted((found[0][0], label) for label, found in opened.items() if found):
        at = document.nodes[begin][1]
        raise document.error(at, f"Entity= opens {label}, which is never closed")


def _fields(document: Document, node: Word | Empty, text: str) -> _Mention:
    """Return the mention that opens with `text`, its nodes not known yet."""
    fields = dict(zip(document.entity_fields, text.split("-"), strict=False))
    if not (label := fields.get("GRP", fields.get("eid"))):
        raise document.error(node, "Entity= without a comment '# global.Entity = GRP-…' before")
    least, head = fields.get("minspan", ""), fields.get("head", "")
    numbers = [int(n) for n in (least or head).split(",") if n.isdecimal()]
    return _Mention(label, [], numbers, of_nodes=not least)


def _group(document: Document, index: int) -> str:
    word = document.words[index]
    if word.upos == "PRON" and word.feats.get("PronType") == "Prs":
        return "third_person" if word.feats.get("Person") == "3" else "first_second_person"
    return {"PROPN": "name", "NOUN": "noun"}.get(word.upos, "other")
