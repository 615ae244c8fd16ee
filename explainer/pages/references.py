"""An entry of a BibTeX file as a line of the reference list, and as a name in the text."""

import re
from functools import cache
from html import escape

from pybtex.backends.html import Backend
from pybtex.database import BibliographyData, Entry, Person
from pybtex.richtext import Text
from pybtex.style.formatting.plain import Style
from pybtex.style.template import (
    FieldIsMissing,
    field,
    first_of,
    join,
    names,
    node,
    optional,
    sentence,
)

Line = list[tuple[str, bool]]  # the parts of a line: (HTML, False) and (formula, True)

_OTHERS = Person(last="{et al.}")  # in braces: one name
# Who stands for an author where there is none.
_INSTEAD = ("organization", "institution", "key")
_FORMULA = re.compile(r"(?<!\\)\$((?:\\.|[^\\$])+)\$")
_URL = re.compile(r"\\url\s*\{([^{}]*)\}")
_KEPT = 0xE000  # characters for private use stand for formulas and addresses while pybtex works
_COMMAND = re.compile(r"\\(?:emph|mbox|text(?:bf|it|normal|rm|sc|sf|sl|tt|up)?)\b\s*(?=\{)")
_LATEX_TILDE = re.compile(r"\{?\\(?:textasciitilde\s*(?:\{\})?|~\{\})\}?")
# What pybtex takes as it is, and what others write before it.
_PREFIXES = {
    "url": "",
    "doi": r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)",
    "eprint": r"^arXiv:\s*",
}


class _References(Style):
    """Titles as their authors wrote them, and one address each, the most lasting one."""

    def format_names(self, role: str, as_sentence: bool = True) -> object:
        return sentence[_people(role)] if as_sentence else _people(role)

    def format_title(self, _entry: Entry, which_field: str, as_sentence: bool = True) -> object:
        title = field(which_field)
        return sentence[title] if as_sentence else title

    def format_web_refs(self, entry: Entry) -> object:
        return sentence[
            first_of[
                optional[self.format_doi(entry)],
                optional[self.format_eprint(entry)],
                optional[self.format_url(entry)],
            ]
        ]


@node
def _people(_children: list, context: dict, role: str) -> object:
    """Return names as pybtex does, but “et al.” as a name that no “and” goes before."""
    persons = context["entry"].persons
    if role == "author" and "author" not in persons and "editor" in persons:
        word = "editors" if len(persons["editor"]) > 1 else "editor"
        return join(sep=", ")[_people("editor"), word].format_data(context)
    others = _OTHERS in persons.get(role, [])
    joined = {} if others else {"sep2": " and ", "last_sep": ", and "}
    return names(role, sep=", ", **joined).format_data(context)


class _Html(Backend):
    """HTML whose attributes are escaped, and without marks for what keeps its capitals."""

    def format_protected(self, text: str) -> str:
        return text

    @staticmethod
    def format_href(url: object, text: str, external: bool = False) -> str:
        return Backend.format_href(escape(str(url)), text, external)


def reference(entry: Entry, bibliography: BibliographyData, letter: str = "") -> Line:
    """Return the line of the reference list for `entry`.

    A `letter` tells its year from the same year of another work.

    Raises
    ------
    ValueError
        If a field is missing, or holds what cannot be read; it is named.
    """
    kept: Line = []

    def keep(part: str, is_formula: bool) -> str:
        kept.append((part, is_formula))
        return chr(_KEPT + len(kept) - 1)

    def link(url: re.Match) -> str:
        return keep(_Html.format_href(_address(url[1]), escape(_address(url[1]))), False)

    readable = _readable(entry)
    for name, text in readable.fields.items():
        if name not in _PREFIXES:
            text = _URL.sub(link, _FORMULA.sub(lambda formula: keep(formula[0], True), text))
            text = text.replace(r"\$", keep("&#36;", False))
            # In BibTeX a per cent sign is one; pybtex would take what follows for a comment.
            readable.fields[name] = re.sub(r"(?<!\\)%", r"\%", _COMMAND.sub("", text))
    readable.fields["year"] = _year(entry, letter)
    if not hasattr(_style(), f"get_{entry.type}_template"):
        raise ValueError(f"@{entry.type} is no type of entry that can be shown")
    text = _style().format_entry("", readable, bibliography).text.render(_Html())
    if unread := re.search(r"\\[a-zA-Z]+|\\.", re.sub(r'href="[^"]*"', "", text)):
        name = next((n for n, value in entry.fields.items() if unread[0] in value), "author")
        raise ValueError(f"{unread[0]} in {name} of {entry.key} cannot be read")
    parts = re.split(f"([{chr(_KEPT)}-\uf8ff])", " ".join(text.split()))
    return [kept[ord(part) - _KEPT] if i % 2 else (part, False) for i, part in enumerate(parts)]


def author_year(entry: Entry, letter: str = "") -> str:
    """Return the short name of `entry`: Olah, 2015; White et al., 2004.

    Raises
    ------
    ValueError
        If it has no year, or nobody who could stand for its author; the field is named.
    """
    persons = _readable(entry).persons
    people = persons.get("author") or persons["editor"]
    names = [" ".join(map(str, (*p.rich_prelast_names, *p.rich_last_names))) for p in people]
    if len(names) > 2 or people[-1] == _OTHERS:
        names = [f"{names[0]} et al."]
    return f"{' & '.join(names)}, {Text.from_latex(_year(entry, letter))}"


def _year(entry: Entry, letter: str) -> str:
    if "year" not in entry.fields:
        raise FieldIsMissing("year", entry)
    year = entry.fields["year"]
    return year + letter if not letter or year[-1:].isdigit() else f"{year}-{letter}"


def _readable(entry: Entry) -> Entry:
    """Return a copy of `entry` with plain addresses, and somebody it is by."""
    people = {
        role: [_OTHERS if str(person) == "others" else person for person in persons]
        for role, persons in entry.persons.items()
    }
    copy = Entry(entry.type, dict(entry.fields), people)
    copy.key, fields = entry.key, copy.fields
    for name in ("howpublished", "note"):
        if "url" not in fields and _URL.fullmatch(fields.get(name, "").strip()):
            fields["url"] = fields.pop(name)
    for name in (name for name in _PREFIXES if name in fields):
        fields[name] = re.sub(_PREFIXES[name], "", _address(fields[name]), flags=re.IGNORECASE)
    if fields.get("url") and not re.match(r"[a-z]+:", fields["url"], re.IGNORECASE):
        fields["url"] = f"https://{fields['url']}"  # or it would lead to a page beside this one
    if (fields.get("archiveprefix") or fields.get("eprinttype") or "arXiv").lower() != "arxiv":
        fields.pop("eprint", None)
    if not people.keys() & {"author", "editor"}:
        instead = next((name for name in _INSTEAD if name in fields), None)
        if not instead:
            wanted = ", ".join(("author", "editor", *_INSTEAD))
            raise ValueError(f"{entry.key} has none of {wanted}")
        copy.persons["author"] = [Person(last=f"{{{fields[instead]}}}")]
        if instead == "organization":  # which would be told twice
            del fields[instead]
    return copy


def _address(text: str) -> str:
    """Return an address without what LaTeX needs around it or before some of its characters."""
    text = _URL.sub(r"\1", _LATEX_TILDE.sub("~", text.strip()))
    return re.sub(r"\{?\\([_%&#$~])\}?", r"\1", text)


@cache  # it looks through all that is installed for the parts of its style
def _style() -> _References:
    return _References(name_style="lastfirst")
