"""Which tokens a literal text may go on with: well-formed UTF-8, no control characters, and no phrase that would say an argument.

The state behind a literal text is small (the places in the phrasebook that its last words have reached, the word that is not finished, the
bytes of a character that is not finished), so that masks and transitions are computed once for each state and kept.
"""

import codecs
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from funcgen.grammar import Mask, Pieces
from funcgen.templates.words import CHINESE, Node, Phrasebook

UNKNOWN = " "
"""Stands for an unfinished word that begins no word of the phrasebook; before what tells how it may go on."""
APOSTROPHES = "'’"
FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but tab and newline, and surrogates, which no literal text may hold."""

SHORTEST = {2: 0x80, 3: 0x800, 4: 0x10000}
"""The first code point of which UTF-8 has so many bytes."""


class State(NamedTuple):
    """Behind a literal text; `active` are the phrasebook's nodes that its last whole words lead to, the root left out."""

    active: tuple[int, ...] = ()
    word: str = ""
    pending: bytes = b""


class Literals:
    """The automaton for the tokens of one tokenizer; `forbidden` are the phrases that no literal text may hold."""

    def __init__(self, pieces: Pieces, forbidden: Phrasebook, spelled: Mapping[int, str]) -> None:
        self.size = len(pieces.spelling)
        self.nodes = list(all_nodes(forbidden.root))
        numbers = {id(node): number for number, node in enumerate(self.nodes)}
        self.next = [{key: numbers[id(child)] for key, child in node.next.items()} for node in self.nodes]
        self.prefixes = {key[:end] for node in self.nodes for key in node.next for end in range(1, len(key) + 1)}
        braces = re.compile(rb"[{}]")
        symbols = set(pieces.symbols.values())
        self.tokens = {
            token: spelling
            for token, spelling in enumerate(pieces.spelling)
            if spelling and token not in symbols and not braces.search(spelling)
        } | {token: text.encode() for token, text in spelled.items()}
        self.decoded = {token: found for token, spelling in self.tokens.items() if (found := decode(spelling))}
        self.by_letter: dict[str, list[int]] = defaultdict(list)
        for token, (text, _) in self.decoded.items():
            self.by_letter[text[:1]].append(token)
        self.masks: dict[State, Mask] = {}
        self.follow = cache(self._follow)
        self.going_on = cache(self._going_on)
        self.advance = cache(self._advance)
        self.distances = cache(self._distances)

    def mask(self, state: State) -> Mask:
        """The tokens that may follow; not to be written to."""
        if state not in self.masks:
            mask = np.zeros(self.size, dtype=np.bool_)
            if state.pending:
                mask[[token for token in self.tokens if self._advance(state, token) is not None]] = True
            for letter in () if state.pending else self.by_letter:
                after = self.follow(state, letter) if letter else state
                if after is not None:
                    mask[self.going_on(after, letter)] = True
            self.masks[state] = mask
        return self.masks[state]

    def _going_on(self, after: State, letter: str) -> list[int]:
        """The tokens that begin with a letter and may go on where it leads; few states are behind the first letter of a token."""
        return [
            token for token in self.by_letter[letter] if self.behind(after, self.decoded[token][0][1:], self.decoded[token][1]) is not None
        ]

    def _advance(self, state: State, token: int) -> State | None:
        """The state behind a token, or None where it may not follow."""
        found = decode(state.pending + self.tokens[token]) if state.pending else self.decoded.get(token)
        return None if found is None else self.behind(State(state.active, state.word), *found)

    def behind(self, state: State, text: str, pending: bytes) -> State | None:
        """The state behind characters and the first bytes of one more."""
        after: State | None = state
        for letter in text:
            after = self.follow(after, letter)
            if after is None:
                return None
        if not pending or after is None:
            return after
        possible = completable(pending) if self.finish(after) is not None else continuable(after.word[-1:], pending)
        return State(after.active, after.word, pending) if possible else None

    def _follow(self, state: State, letter: str) -> State | None:
        """The state behind one more character."""
        if FORBIDDEN.match(letter):
            return None
        if continues(state.word[-1:], letter):
            return State(state.active, self.unfinished(state.word + letter.casefold()))
        active = self.finish(state)
        if active is None or letter.isspace():
            return None if active is None else State(active)
        key = letter.casefold()
        if starts_word(letter):
            return State(active, self.unfinished(key))
        single = self.reach(active, key)
        return None if single is None else State(single)

    def unfinished(self, word: str) -> str:
        """A word as far as it matters: as it is where it may become one of the phrasebook, else what may continue it."""
        if (word[:-1] if word[-1] in APOSTROPHES else word) in self.prefixes:
            return word
        return UNKNOWN + (word[-1] if word[-1] in APOSTROPHES else "0" if word[-1].isdecimal() else "a")

    def reach(self, active: tuple[int, ...], key: str) -> tuple[int, ...] | None:
        """The nodes behind one more whole word, or None where a phrase is complete."""
        reached = tuple(sorted({self.next[node][key] for node in (0, *active) if key in self.next[node]}))
        return None if any(self.nodes[node].ends for node in reached) else reached

    def finish(self, state: State) -> tuple[int, ...] | None:
        """The nodes when the unfinished word ends here, or None where that completes a phrase."""
        if not state.word:
            return state.active
        if state.word[-1] in APOSTROPHES:  # it was no apostrophe inside a word, but a sign behind one
            active = self.reach(state.active, state.word[:-1])
            return None if active is None else self.reach(active, state.word[-1])
        return self.reach(state.active, state.word)

    def closed(self, state: State) -> bool:
        """Whether the literal text may end here."""
        return not state.pending and self.finish(state) is not None

    def distance(self, state: State) -> int:
        """How many tokens lead to where the text may end: the rest of a character, and a letter where a phrase would be complete."""
        missing = 0 if not state.pending else expected_length(state.pending[0]) - len(state.pending)
        return missing + (self.finish(state) is None)

    def _distances(self, state: State) -> NDArray[np.int64]:
        """For each token that may follow, `distance` of the state behind it; not to be written to."""
        found = np.zeros(self.size, dtype=np.int64)
        for token in np.flatnonzero(self.mask(state)).tolist():
            after = self._advance(state, token)
            found[token] = 0 if after is None else self.distance(after)
        return found


def all_nodes(node: Node) -> Iterator[Node]:
    """A node and those below it."""
    yield node
    for child in node.next.values():
        yield from all_nodes(child)


def decode(data: bytes) -> tuple[str, bytes] | None:
    """The characters of UTF-8, and the bytes of one that is not finished; None where it is malformed."""
    try:
        text, used = codecs.utf_8_decode(data, "strict", False)
    except UnicodeDecodeError:
        return None
    return text, data[used:]


def starts_word(letter: str) -> bool:
    """Whether a character is a letter or digit of a word, not a word of its own."""
    return letter.isalnum() and not CHINESE.match(letter)


def continues(last: str, letter: str) -> bool:
    """Whether a character belongs to the unfinished word that ends in `last`: letters with apostrophes between them, or digits."""
    if not last:
        return False
    if letter in APOSTROPHES:
        return last not in APOSTROPHES and not last.isdecimal()
    return starts_word(letter) and letter.isdecimal() == last.isdecimal()


@cache
def continuable(last: str, pending: bytes) -> bool:
    """Whether some character with these first bytes belongs to the unfinished word that ends in `last`."""
    letters = map(chr, characters(pending) if pending[0] <= 0xF0 else ())  # above are none
    return any(continues(last, letter) for letter in letters)


def completable(pending: bytes) -> bool:
    """Whether the first bytes of a character can become one; Python's decoder waits for the end of a surrogate, which UTF-8 has not."""
    return any(not 0xD800 <= edge < 0xE000 for edge in (characters(pending)[0], characters(pending)[-1]))


def characters(pending: bytes) -> range:
    """The code points of the characters with these first bytes, surrogates included."""
    length = expected_length(pending[0])
    bits = pending[0] & (0x7F >> length)
    for byte in pending[1:]:
        bits = bits << 6 | byte & 0x3F
    missing = 6 * (length - len(pending))
    return range(max(bits << missing, SHORTEST[length]), min(bits + 1 << missing, 0x110000))


def expected_length(first: int) -> int:
    """How many bytes a character has whose first byte in UTF-8 is `first`."""
    return 2 if first < 0xE0 else 3 if first < 0xF0 else 4
