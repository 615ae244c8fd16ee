"""What the networks are given to read: packages, English of the treebank, speech, noise."""

import os
import re
from collections import Counter
from functools import cached_property
from pathlib import Path

import numpy as np

from experiments.wild.packages import Shelf
from longrange.language import conllu_files
from longrange.language.provenance import provenance


class Sources:
    """Everything a network's module may ask for.

    Parameters
    ----------
    shelf : Shelf
    treebank : Path, optional
        Folder of CoNLL-U files of English; default the one that ``GUM_PATH`` names.
    """

    def __init__(self, shelf: Shelf, treebank: Path | str | None = None):
        self.shelf = shelf
        self.treebank = treebank or os.environ.get("GUM_PATH")

    @cached_property
    def files(self) -> list[Path]:
        """The files of the treebank.

        Raises
        ------
        ValueError
            If no treebank is named, or there is none.
        """
        if not self.treebank:
            raise ValueError(
                "GUM_PATH names no folder: set it to one with the CoNLL-U files that "
                "docs/data/link_provenance.json describes"
            )
        return conllu_files(self.treebank)

    @cached_property
    def sentences(self) -> list[list[str]]:
        """The sentences of each document as written."""
        return [
            re.findall(r"^# text = (.+)$", path.read_text("utf-8"), re.MULTILINE)
            for path in self.files
        ]

    @cached_property
    def documents(self) -> list[str]:
        """Each document as one text, a space between sentences."""
        return [" ".join(sentences) for sentences in self.sentences]

    @cached_property
    def words(self) -> Counter[str]:
        """How often each word of small letters a to z stands in the treebank."""
        return Counter(re.findall(r"(?<![\w'])[a-z]+(?![\w'])", " ".join(self.documents).lower()))

    @cached_property
    def spoken(self) -> list[str]:
        """Sentences to be spoken: 8 to 20 words, letters and common punctuation alone."""
        plain = re.compile(r"[A-Z][A-Za-z ,;'’-]+[.?!]")
        return [
            sentence
            for sentences in self.sentences
            for sentence in sentences
            if plain.fullmatch(sentence) and 8 <= len(sentence.split()) <= 20
        ]

    def provenance(self) -> dict[str, object]:
        """Return which treebank it is, as plain data."""
        return provenance(self.files) | {"licence": "CC BY-NC-SA 4.0; texts by source"}


def windows(documents: list[str], width: int, count: int, seed: int) -> list[str]:
    """Return pieces of text of `width` letters, each document as likely as another.

    Parameters
    ----------
    documents : list of str
        Those shorter than `width` are left out.
    width, count, seed : int
    """
    rng = np.random.default_rng(seed)
    long = [text for text in documents if len(text) >= width]
    if not long:
        raise ValueError(f"no document of the treebank has {width} letters")
    found = []
    for _ in range(count):
        text = long[rng.integers(len(long))]
        start = rng.integers(len(text) - width + 1)
        found.append(text[start : start + width])
    return found


def chosen(items: list, count: int, seed: int) -> list:
    """Return `count` of the items, drawn without replacement, in the order drawn."""
    rng = np.random.default_rng(seed)
    return [items[i] for i in rng.permutation(len(items))[:count]]
