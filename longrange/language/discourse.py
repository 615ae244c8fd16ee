"""Relations between units of discourse, in two theories that bracket the truth."""

import re
from collections import defaultdict
from itertools import pairwise
from typing import NamedTuple

from longrange import arguments
from longrange.language.corpus import Document, Link

_RELATION = re.compile(r"(?P<name>[^:]+):(?P<child>\d+)(->(?P<parent>\d+))?:(?P<depth>\d+)(:.*)?")
_SPAN = re.compile(r"(\d+)(?:-(\d+))?")


class _Relation(NamedTuple):
    name: str
    child: int
    parent: int
    depth: int
    group: str
    at: int


def discourse_links(document: Document, *, chained: bool = False) -> list[Link]:
    """Return the eRST relations of `document`, from first word to first word of two units.

    The two are the units that head the child and the parent of the relation, as the layer
    ``Discourse`` gives them. The root and the parts of one interrupted unit are left out, and
    units of punctuation only.

    Parameters
    ----------
    document : Document
        One without the layer ``Discourse`` has no links.
    chained : bool
        Link an item of a multinuclear relation, such as a list, to the nearest item before it
        instead of the first.

    Returns
    -------
    list of Link
        Groups ``primary`` and ``secondary``.

    Raises
    ------
    ValueError
        If a relation is malformed or names what is no unit; it names file and line.
    """
    chained = arguments.flag("chained", chained)
    relations, starts = _relations(document)
    order = sorted(starts, key=starts.__getitem__)
    bounds = pairwise([*(starts[unit] for unit in order), len(document.words)])
    first = {
        unit: word
        for unit, ends in zip(order, bounds, strict=True)
        if (word := document.first_word(range(*ends))) is not None
    }
    lists = defaultdict(list)
    pairs = []
    for relation in relations:
        for unit in (relation.child, relation.parent):
            if unit not in starts:
                raise document.error(relation.at, f"Discourse= names {unit}, which is no unit")
        if relation.name.startswith("same-unit"):
            continue
        if chained and relation.name.endswith("_m"):
            # Lists within lists have one head; only the depth tells them apart.
            lists[relation.name, relation.parent, relation.depth, relation.group].append(relation)
        else:
            pairs.append((relation.child, relation.parent, relation.group))
    for (_, parent, _, group), items in lists.items():
        chain = sorted({parent, *(item.child for item in items)}, key=starts.__getitem__)
        pairs += [(a, b, group) for a, b in pairwise(chain)]
    found = [
        (min(first[a], first[b]), max(first[a], first[b]), group)
        for a, b, group in pairs
        if first.keys() >= {a, b}
    ]
    return [document.link(*pair) for pair in sorted(found)]


def shallow_discourse_links(document: Document) -> list[Link]:
    """Return the GDTB relations of `document`, from first word of Arg1 to first word of Arg2.

    Relations ``NoRel`` and ``EntRel`` are left out, and those that have no two first words: an
    argument of punctuation only, or two arguments that begin alike.

    Parameters
    ----------
    document : Document
        One without the layer ``PDTB`` has no links.

    Returns
    -------
    list of Link
        Groups ``explicit``, ``implicit``, ``hypophora``, ``altlex`` and ``altlexc``.

    Raises
    ------
    ValueError
        If a relation is malformed or its arguments lie outside the document; it names file and
        line.
    """
    found = []
    for index, word in enumerate(document.words):
        for text in filter(None, (word.misc.get("PDTB") or "").split(";")):
            kind, *rest = text.split(":")
            if kind in {"NoRel", "EntRel"}:
                continue
            if len(rest) < 3:
                raise document.error(index, f"PDTB={text} has no two arguments")
            first, second = (_first_word(document, index, span) for span in rest[-2:])
            if first is not None and second is not None and first != second:
                found.append((min(first, second), max(first, second), kind.lower()))
    return [document.link(*pair) for pair in sorted(found)]


def _relations(document: Document) -> tuple[list[_Relation], dict[int, int]]:
    """Return the relations but the root, and the token that each unit begins with."""
    relations: list[_Relation] = []
    starts: dict[int, int] = {}
    for index, word in enumerate(document.words):
        value = word.misc.get("Discourse")
        for number, text in enumerate(value.split(";") if value else []):
            group = "secondary" if number else "primary"
            found = _RELATION.fullmatch(text)
            if not found or (found["parent"] is None) != (found["name"] == "ROOT"):
                raise document.error(index, f"Discourse={text} is not 'relation:child->parent:…'")
            child = int(found["child"])
            if group == "primary" and starts.setdefault(child, index) != index:
                raise document.error(index, f"Discourse= begins unit {child} a second time")
            if found["parent"]:
                parent, depth = int(found["parent"]), int(found["depth"])
                relations.append(_Relation(found["name"], child, parent, depth, group, index))
    return relations, starts


def _first_word(document: Document, index: int, span: str) -> int | None:
    """Return the first word of tokens such as ``3-7,9``, which count from 1."""
    parts = [_SPAN.fullmatch(part) for part in span.split(",")]
    ends = [(int(p[1]), int(p[2] or p[1])) for p in parts if p]
    if not all(parts) or not all(1 <= a <= b <= len(document.words) for a, b in ends):
        raise document.error(index, f"PDTB= names {span}, which are no tokens of the document")
    return document.first_word([i - 1 for a, b in sorted(ends) for i in range(a, b + 1)])
