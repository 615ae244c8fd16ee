"""Linked words of a CoNLL-U treebank, and how far apart they are.

Positions run over a whole document. Distances are counted in words, the syntactic words but
punctuation, and in tokens, punctuation included; neighbours are 1 apart. The layers are those of
the GUM corpus [Zeldes 2017]: dependencies, entities, eRST and GDTB.
"""

from longrange.language.agreement import agreement_links
from longrange.language.coreference import coreference_links
from longrange.language.corpus import Document, Link, Word, dependency_links
from longrange.language.discourse import discourse_links, shallow_discourse_links
from longrange.language.reading import conllu_files, read

__all__ = [
    "Document",
    "Link",
    "Word",
    "agreement_links",
    "conllu_files",
    "coreference_links",
    "dependency_links",
    "discourse_links",
    "read",
    "shallow_discourse_links",
]
