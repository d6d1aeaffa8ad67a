"""Words of a text with their places, and a dictionary of word sequences that finds its entries in a text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

Keys = tuple[str, ...]
"""The words of a phrase, casefolded."""
Span = tuple[int, int]
"""The index of the first word, and that behind the last."""
LONGEST = 256
"""Words of an entry of a phrasebook, at most: so that looking for one is not quadratic in the length of a text that repeats itself."""
IDEOGRAPHS = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
CHINESE = re.compile(f"[{IDEOGRAPHS}]")
LETTERS = rf"[^\W\d_{IDEOGRAPHS}]+"
WORD = re.compile(rf"{LETTERS}(?:['’]{LETTERS})*|\d+|\S")


class Word(NamedTuple):
    """A word, number or sign, casefolded, and where it stands in the text."""

    key: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The words of a text; Chinese characters are words of their own."""
    return [Word(match[0].casefold(), match.start(), match.end()) for match in WORD.finditer(text)]


@lru_cache(maxsize=2**16)
def keys(text: str) -> Keys:
    """The words of a text without their places."""
    return tuple(match.casefold() for match in WORD.findall(text))


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
        """Put an entry in; the empty one and very long ones are left out."""
        if len(entry) > LONGEST:
            return
        node = self.root
        for key in entry:
            node = node.next.setdefault(key, Node())
        node.ends = bool(entry)

    def find(self, text: Sequence[Word]) -> Iterator[Span]:
        """Every entry's places: the first word's index and that behind the last."""
        for start, word in enumerate(text):
            node = self.root.next.get(word.key)
            end = start + 1
            while node is not None:
                if node.ends:
                    yield start, end
                node = node.next.get(text[end].key) if end < len(text) else None
                end += 1


def longest(*tiers: Iterable[Span]) -> list[Span]:
    """Of overlapping spans the longest, of equally long ones the first; those of a later tier where none of an earlier one is; in order."""
    taken: set[int] = set()
    kept = []
    for spans in tiers:
        for start, end in sorted(set(spans), key=lambda span: (span[0] - span[1], span)):
            if taken.isdisjoint(range(start, end)):
                taken.update(range(start, end))
                kept.append((start, end))
    return sorted(kept)
