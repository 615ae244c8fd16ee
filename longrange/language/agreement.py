"""Subject and verb: which pairs agree in number, and the nouns between that could mislead."""

from longrange.language.corpus import Document, Link, Word

_OUTER = {"nsubj:outer", "csubj:outer"}
_NOMINALS = {"NOUN", "PROPN", "PRON", "NUM", "DET", "SYM", "X"}
_GROUPS = {"NOUN": "noun", "PROPN": "noun", "PRON": "pronoun"}
_OPPOSITE = {
    "Sing": {"Plur", "Ptan", "Dual"},
    "Plur": {"Sing", "Dual"},
    "Dual": {"Sing", "Plur", "Ptan"},
}
_PENN = {"VBD", "VBP", "VBZ"}  # tags of the Penn Treebank for finite verbs
_MODALS = {"can", "could", "may", "might", "must", "ought", "shall", "should", "will", "would"}


def agreement_links(document: Document) -> list[Link]:
    """Return the links between subjects and the verb forms that show their number.

    The verb is the leftmost finite auxiliary or copula of the predicate, or the finite predicate
    itself; a clause that has an outer subject gives it the first and the inner one the next. Kept
    are present forms and *was*, *were*; left out are modals, other past forms, imperatives and
    subjunctives. Penn tags tell these apart; in a document without, features do: English is told
    by its *be*, and of other languages each finite form shows the Number that it has. A relative
    pronoun stands for its antecedent, unless that is a clause.

    Parameters
    ----------
    document : Document

    Returns
    -------
    list of Link
        Groups ``noun`` (names too), ``pronoun`` and ``other``, with attractors: nouns and names
        strictly between the two whose number is not the one the verb form shows, without the
        parts of a flat name and, if the subject is joined by *and*, without what is joined.
    """
    links, tells = [], number_told_by(document)
    for index, word in enumerate(document.words):
        if _relation(word) != "nsubj":
            continue
        verb = _verb(document, index)
        number = None if verb is None else _shown_number(document.words[verb], tells)
        if verb is None or number is None:
            continue
        subject = _antecedent(document, index)
        if _is_subjunctive(document, subject, verb):
            continue
        group = _GROUPS.get(document.words[subject].upos, "other")
        attractors = _attractors(document, subject, verb, number)
        links.append(document.link(subject, verb, group, attractors))
    return links


def number_told_by(document: Document) -> str | None:
    """Return what tells the number that verb forms of `document` show, None if nothing does.

    Parameters
    ----------
    document : Document

    Returns
    -------
    {"Penn tags", "features of English", "Number="} or None
    """
    words = document.words
    tags = {word.xpos for word in words}
    # Coptic has a VBD of its own, but no NN; Chinese an NN, but none of these.
    if tags & _PENN and tags & {"VBP", "VBZ", "NN", "NNS", "NNP", "PRP"}:
        return "Penn tags"
    if not any(_is_finite(word) and "Number" in word.feats for word in words):
        return None
    english = any(word.lemma == "be" and word.upos in {"AUX", "VERB"} for word in words)
    return "features of English" if english else "Number="


def _shown_number(word: Word, tells: str | None) -> str | None:
    """Return the number that a verb form shows, such as ``"Sing"``, or None if none."""
    if word.feats.get("Mood") in {"Sub", "Imp"}:
        return None
    if tells == "Number=":
        number = word.feats.get("Number")
        return number if number in _OPPOSITE else None
    tag = word.xpos if tells == "Penn tags" else _penn_tag(word)
    form = word.form.lower()
    if tag == "VBD":
        return {"was": "Sing", "were": "Plur"}.get(form)
    if tag == "VBP":
        return "Sing" if form in {"am", "'m", "’m"} else "Plur"
    return "Sing" if tag == "VBZ" else None


def _penn_tag(word: Word) -> str | None:
    """Return the tag that the features of a finite English verb stand for."""
    tense, number, person = (word.feats.get(name) for name in ("Tense", "Number", "Person"))
    if tense == "Past":
        return "VBD"
    if tense != "Pres" or not (number or person) or word.lemma in _MODALS:
        return None
    return "VBZ" if (number, person) in {("Sing", "3"), ("Sing", None)} else "VBP"


def _is_finite(word: Word) -> bool:
    if form := word.feats.get("VerbForm"):
        return form == "Fin"
    verb = word.upos in {"VERB", "AUX"} and word.feats.keys() & {"Mood", "Tense", "Person"}
    return word.xpos in _PENN or bool(verb)


def _relation(word: Word) -> str:
    """Return the relation without its subtype."""
    return word.deprel.split(":")[0]


def _verb(document: Document, subject: int) -> int | None:
    predicate = document.words[subject].head
    if predicate is None:
        return None
    words, children = document.words, document.children[predicate]
    helpers = [i for i in children if _relation(words[i]) in {"aux", "cop"}]
    finite = [i for i in (*helpers, predicate) if _is_finite(words[i])]
    outer = [i for i in children if words[i].deprel in _OUTER]
    rank = outer.index(subject) if subject in outer else len(outer)
    return finite[rank] if rank < len(finite) else None


def _antecedent(document: Document, subject: int) -> int:
    """Return what the relative pronoun at `subject` stands for, or `subject` itself."""
    for index in document.words[subject].antecedents:
        word = document.words[index]
        inside = {document.words[i].deprel for i in document.children[index]}
        if word.upos in _NOMINALS or (word.upos == "ADJ" and not inside & {"cop", "nsubj"}):
            return index
    return subject


def _is_subjunctive(document: Document, subject: int, verb: int) -> bool:
    """Whether *were* stands with one singular pronoun, other than *you* or *mine*."""
    word = document.words[subject]
    singular = word.upos == "PRON" and word.feats.get("Number") == "Sing"
    other = word.feats.get("Person") == "2" or word.feats.get("Poss") == "Yes"
    were = document.words[verb].form.lower() == "were"
    return were and singular and not other and not _joined(document, subject)


def _joined(document: Document, subject: int) -> list[int]:
    """Return the conjuncts of a subject that is joined by *and*."""
    words, children = document.words, document.children
    conjuncts = [i for i in children[subject] if words[i].deprel == "conj"]
    joints = {words[i].lemma for c in conjuncts for i in children[c] if words[i].deprel == "cc"}
    return conjuncts if joints & {"and", "&"} else []


def _attractors(document: Document, subject: int, verb: int, number: str) -> tuple[int, ...]:
    words = document.words
    own = [subject, *_joined(document, subject)]
    for index in own:  # grows while it is read: names are flat in several steps
        own += [i for i in document.children[index] if _relation(words[i]) == "flat"]
    first, second = sorted((subject, verb))
    return tuple(
        i
        for i in range(first + 1, second)
        if words[i].upos in {"NOUN", "PROPN"}
        and words[i].feats.get("Number") in _OPPOSITE[number]
        and i not in own
    )
