"""Small CoNLL-U documents, written by hand in a shorter form."""

import re

from longrange.language import read

ENTITY = "# global.Entity = GRP-etype-infstat-salience-centering-minspan-link-identity\n"
LEMMAS = {"are": "be", "is": "be", "was": "be", "were": "be", "am": "be"}
SING, PLUR, FIN = "Number=Sing", "Number=Plur", "Mood=Ind|VerbForm=Fin"


def conllu(*sentences, name="a", genre="tale", comments=ENTITY):
    """Return a document whose words are lines ``form upos xpos feats head deprel [deps [misc]]``.

    Missing columns may be ``_``. A line that begins with an id such as 2-3 or 4.1 has just that,
    a form and, if it likes, the last column.
    """
    text = f"# newdoc id = {name}\n{comments}# meta::genre = {genre}\n"
    for sentence in sentences:
        count = 0
        for line in filter(None, map(str.strip, sentence.splitlines())):
            columns = line.split()
            if re.fullmatch(r"\d+[-.]\d+", columns[0]):
                ident, form, misc = (*columns, "_")[:3]
                text += "\t".join([ident, form, *["_"] * 7, misc]) + "\n"
                continue
            count += 1
            form, upos, xpos, feats, head, deprel, deps, misc = (columns + ["_"] * 2)[:8]
            lemma = LEMMAS.get(form, form.lower())
            text += "\t".join([str(count), form, lemma, upos, xpos, feats, head, deprel])
            text += f"\t{deps}\t{misc}\n"
        text += "\n"
    return text


def plain(*words):
    """Return a sentence of `words`, all of which depend on the first; marks are punctuation.

    A word may carry its last column after a space; an empty node is an id, a form, and the like.
    """
    lines, count = [], 0
    for word in words:
        form, _, misc = word.partition(" ")
        if re.fullmatch(r"\d+\.\d+", form):
            lines.append(word)
            continue
        upos = "NOUN" if form[0].isalnum() else "PUNCT"
        head, deprel = ("1", "dep") if count else ("0", "root")
        count += 1
        lines.append(f"{form} {upos} _ _ {head} {deprel} _ {misc or '_'}")
    return "\n".join(lines)


def document(folder, *sentences, **about):
    """Return the document of `sentences`, read from a file."""
    path = folder / "a.conllu"
    path.write_text(conllu(*sentences, **about), "utf-8")
    (found,) = read(path)
    return found


def forms(document, links):
    """Return the two words and the distance in words of each link."""
    return [
        (document.words[link.first].form, document.words[link.second].form, link.words)
        for link in links
    ]


def mention(entity, minimal="1"):
    """Return what opens a mention; one token long with a bracket after it."""
    return f"Entity=({entity}-person-new-n-cf-{minimal}-coref"
