"""Which words of a text belong to which argument: those found with it, or with this value of it, several times as often as elsewhere.

The lift of a word is the ratio of its document frequencies with the argument or value and without.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from funcgen.templates.alignment import KEPT, Arguments, forms_of
from funcgen.templates.words import Phrasebook, Word, keys

LIFT = 3.0
"""Lift from which a word belongs to an argument or value."""
GAP = 1
"""Foreign words inside a phrase that follow each other, at most."""
PHRASE_LIMIT = 8
"""Words of a phrase."""

form_book = lru_cache(maxsize=KEPT)(lambda values: Phrasebook(sorted({keys(text) for _, text in forms_of(values)})))


@dataclass(frozen=True, slots=True)
class Text:
    """A training text, its words and its example's arguments."""

    target: str
    words: list[Word]
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class Run:
    """Words of a text that belong to an argument; the weight is the sum of the logarithms of their lifts."""

    name: str
    start: int
    end: int
    weight: float


class Lifts:
    """How much more frequent each word is with an argument, or with one value of it, than elsewhere."""

    def __init__(self, texts: Sequence[Text], names: Sequence[str], copied: Mapping[str, bool], min_count: int) -> None:
        self.names = set(names)
        self.copied = copied
        self.min_count = min_count
        self.total = len(texts)
        self.word: Counter[str] = Counter()
        self.given: Counter[tuple[str, ...]] = Counter()
        self.joint: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        self.free = [self.uncopied(text) for text in texts]
        for text, free in zip(texts, self.free, strict=True):
            found = {text.words[position].key for position in free}
            self.word.update(found)
            for name in names:
                if len(text.arguments.get(name, ())) == 1:
                    for condition in ((name,), (name, text.arguments[name][0])):
                        self.given[condition] += 1
                        self.joint[condition].update(found)
        self.weights = cache(self._weights)

    def uncopied(self, text: Text) -> list[int]:
        """The words that do not show a copied argument."""
        books = (form_book(values) for name, values in text.arguments.items() if self.copied[name])
        covered = {position for book in books for start, end in book.find(text.words) for position in range(start, end)}
        return [position for position in range(len(text.words)) if position not in covered]

    def lifted(self, condition: tuple[str, ...]) -> dict[str, float]:
        """The logarithm of the lift of each word that belongs to an argument or value."""
        given, elsewhere = self.given[condition], self.total - self.given[condition]
        lifts = {
            word: ((count + 0.5) / (given + 1)) / ((self.word[word] - count + 0.5) / (elsewhere + 1))
            for word, count in self.joint[condition].items()
            if count >= self.min_count and any(letter.isalnum() for letter in word)
        }
        return {word: math.log(lift) for word, lift in lifts.items() if lift >= LIFT}

    def _weights(self, name: str, value: str) -> tuple[dict[str, float], dict[str, float]]:
        """The weights of the words that belong to a value, and of those that belong to it or its argument."""
        own = self.lifted((name, value))
        return own, {**self.lifted((name,)), **own}

    def runs(self, text: Text, free: Sequence[int]) -> Iterator[Run]:
        """The runs of words that each belong to one argument rather than to another, one of the words to its very value; `free` are the
        positions of the words that do not show a copied argument."""
        given = {name: values[0] for name, values in text.arguments.items() if name in self.names and len(values) == 1}
        weights = {name: self.weights(name, value) for name, value in given.items()}
        owners: dict[str, list[int]] = {name: [] for name in given}
        for position in free:
            word = text.words[position].key
            claimed = [(by_word[word], name) for name, (_, by_word) in weights.items() if word in by_word]
            if claimed:
                owners[max(claimed)[1]].append(position)
        for name, positions in owners.items():
            own, by_word = weights[name]
            for group in grouped(positions):
                found = [text.words[position].key for position in group]
                if group[-1] - group[0] < PHRASE_LIMIT and any(word in own for word in found):
                    yield Run(name, group[0], group[-1] + 1, sum(by_word[word] for word in found))


def grouped(positions: Sequence[int]) -> Iterator[list[int]]:
    """Positions that follow each other with at most GAP others between."""
    group: list[int] = []
    for position in positions:
        if group and position - group[-1] > GAP + 1:
            yield group
            group = []
        group.append(position)
    if group:
        yield group
