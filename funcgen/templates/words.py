"""Words of a text with their places, and a dictionary of word sequences that finds its entries in a text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

Keys = tuple[str, ...]
"""The words of a phrase, casefolded."""
Span = tuple[int, int]
"""The index of the first word, and that behind the last."""
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|[^\w\s]|_")
CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, number or sign, casefolded, and where it stands in the text."""

    key: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The words of a text; Chinese characters are words of their own."""
    found: list[Word] = []
    for match in WORD.finditer(text):
        if CHINESE.search(match[0]):
            found += [Word(letter.casefold(), start, start + 1) for start, letter in enumerate(match[0], match.start())]
        else:
            found.append(Word(match[0].casefold(), match.start(), match.end()))
    return found


@cache
def keys(text: str) -> Keys:
    """The words of a text without their places."""
    return tuple(word.key for word in words(text))


@dataclass
class Node:
    """A place in the dictionary: the words that may follow, and whether an entry ends here."""

    next: dict[str, "Node"] = field(default_factory=dict)
    ends: bool = False


class Phrasebook:
    """A set of word sequences."""

    def __init__(self, entries: Iterable[Keys]) -> None:
        self.root = Node()
        for entry in entries:
            self.add(entry)

    def add(self, entry: Keys) -> None:
        """Put an entry in; the empty one is left out."""
        node = self.root
        for key in entry:
            node = node.next.setdefault(key, Node())
        node.ends = bool(entry)

    def find(self, text: Sequence[Word]) -> Iterator[Span]:
        """Every entry's places: the first word's index and that behind the last."""
        for start in range(len(text)):
            node = self.root
            for position in range(start, len(text)):
                following = node.next.get(text[position].key)
                if following is None:
                    break
                node = following
                if node.ends:
                    yield start, position + 1


def longest(spans: Iterable[Span]) -> list[Span]:
    """Of overlapping spans the longest, of equally long ones the first; in their order."""
    taken: set[int] = set()
    kept = []
    for start, end in sorted(set(spans), key=lambda span: (span[0] - span[1], span)):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            kept.append((start, end))
    return sorted(kept)
