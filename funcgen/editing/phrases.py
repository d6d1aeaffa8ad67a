"""The inventory of phrases: what training targets have and their sources lack.

As LaserTagger's (Malmi et al. 2019), it takes those that most texts need. LaserTagger, which keeps the order of the source, asks a longest
common subsequence what is lacking; here words can be copied in any order, so that a word is lacking only where it is nowhere.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from funcgen.editing.alignment import SYMBOL, Insertion
from funcgen.editing.matching import gap, own_joint
from funcgen.editing.programs import CASES, PHRASE, Case, Insert, phrase_symbol
from funcgen.editing.words import Words


def missing_runs(source: Words, target: Words, positions: int) -> Iterator[tuple[int, int]]:
    """First and end of each run of target words that the source's first `positions` words do not hold in any case."""
    within_reach = source.words[:positions]
    held = {*within_reach, *(change(word) for word in within_reach for change in CASES.values())}
    first = 0
    for index, word in enumerate([*target.words, None]):
        if word is None or word in held:
            if first < index:
                yield first, index
            first = index + 1


def needed(source: Words, target: Words, positions: int, longest: int) -> set[str]:
    """Every phrase of at most `longest` words inside those runs that can be a symbol."""
    found = set()
    for first, end in missing_runs(source, target, positions):
        for start in range(first, end):
            found |= {target.slice(start, stop) for stop in range(start + 1, min(end, start + longest) + 1)}
    return {phrase for phrase in found if is_phrase(phrase)}


def is_phrase(text: str) -> bool:
    """Whether `text` can be inserted: some words without whitespace around them and without the brackets of symbols."""
    return text == text.strip() and PHRASE.fullmatch(phrase_symbol(text)) is not None


def ranked(counts: Mapping[str, int]) -> list[str]:
    """Phrases by the number of texts that need them, most first; of equally many, those of fewer words, then by code points."""
    return sorted(counts, key=lambda phrase: (-counts[phrase], len(Words(phrase).words), phrase))


def most_needed(pairs: Iterable[tuple[Words, Words]], positions: int, longest: int, size: int) -> dict[str, int]:
    """The first `size` phrases of all that sources and targets need, each with the number of targets that need it."""
    counts = Counter(phrase for source, target in pairs for phrase in needed(source, target, positions, longest))
    return {phrase: counts[phrase] for phrase in ranked(counts)[:size]}


class Phrases:
    """Phrases in their order, and every text that they can become."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self.phrases = {phrase: index for index, phrase in enumerate(phrases)}
        self.longest = max((len(Words(phrase).words) for phrase in self.phrases), default=0)
        self.forms: dict[str, tuple[str, Case | None]] = {phrase: (phrase, None) for phrase in self.phrases}
        for case, change in CASES.items():
            for phrase in self.phrases:
                self.forms.setdefault(change(phrase), (phrase, case))

    def insertions(self, target: Words, written: int) -> Iterator[Insertion]:
        """The phrases that are the target's next words, with the symbols for whitespace before and for case."""
        before = gap(target.gaps[written], own_joint(target, written))
        if before.symbols is None:
            return
        for end in range(written + 1, min(len(target.words), written + self.longest) + 1):
            form = self.forms.get(target.slice(written, end))
            if form is not None:
                phrase, case = form
                symbols = before.symbols + (case is not None) + 1
                yield Insertion(end - written, SYMBOL * symbols, (*before.spaces, Insert(phrase, case, before.glued)))
