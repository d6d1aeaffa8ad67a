"""The edit programs that execute on one source, as an automaton over the tokens of their symbols."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from funcgen.editing.execution import START, Machine, State, cased
from funcgen.editing.programs import (
    CASE_SYMBOLS,
    DELETE,
    GLUE,
    KEEP,
    REST,
    SPACE_SYMBOLS,
    Case,
    parse,
    phrase_symbol,
    position_symbol,
)
from funcgen.editing.words import tight_before, tight_behind
from funcgen.grammar import Mask, Pieces

DONE = (REST,)
"""What is begun where nothing can follow."""
Sizes = NDArray[np.int64]


class Pending(NamedTuple):
    """A place in a program: the state of execution, and the symbols of an operation that is begun."""

    state: State
    begun: tuple[str, ...]


class Texts(NamedTuple):
    """Characters of each of several texts, and of what joins it to a word before it."""

    sizes: Sizes
    joints: Sizes


def texts(words: Sequence[str], case: Case | None) -> Texts:
    """`words` in a case."""
    changed = [cased(word, case) for word in words]
    sizes, joints = [len(word) for word in changed], [not tight_before(word) for word in changed]
    return Texts(np.array(sizes, dtype=np.int64), np.array(joints, dtype=np.int64))


CHOICES: Sequence[Case | None] = (None, *CASE_SYMBOLS.values())


@dataclass(frozen=True)
class Tokens:
    """The tokens of the symbols, and the sizes of the phrases: what is equal for all sources."""

    pieces: Pieces
    spelled: Mapping[int, str]
    positions: NDArray[np.int64]
    phrases: NDArray[np.int64]
    texts: Mapping[Case | None, Texts]

    @classmethod
    def of(cls, pieces: Pieces, positions: int, phrases: Sequence[str]) -> "Tokens":
        """Those of a language with so many positions and these phrases."""
        ids = pieces.symbols
        at = np.array([ids[position_symbol(position)] for position in range(positions)], dtype=np.int64)
        inserted = np.array([ids[phrase_symbol(phrase)] for phrase in phrases], dtype=np.int64)
        return cls(pieces, {token: symbol for symbol, token in ids.items()}, at, inserted, {case: texts(phrases, case) for case in CHOICES})


class Automaton:
    """A grammar (funcgen.grammar): between operations a program may end, so that the end is two tokens away at most."""

    growth = 1

    def __init__(self, machine: Machine, tokens: Tokens) -> None:
        self.machine, self.tokens = machine, tokens
        self.ids = tokens.pieces.symbols
        self.texts = {case: texts(machine.source.words[: machine.reach], case) for case in CHOICES}
        self.positions = tokens.positions[: machine.reach]
        self.ends = np.array([end for _, end in machine.source.spans[: machine.reach]], dtype=np.int64)

    def start(self) -> Hashable:
        """Nothing written, nothing begun."""
        return Pending(START, ())

    def distance(self, state: Any) -> int:
        """The end, and a position or phrase where an operation is begun."""
        return 2 if state.begun not in ((), DONE) else 1

    def advance(self, state: Any, token: int) -> Hashable:
        """The symbol joins what is begun, or completes an operation, which is executed."""
        symbol = self.tokens.spelled[token]
        begun = (*state.begun, symbol)
        if symbol in (KEEP, DELETE, GLUE) or symbol in CASE_SYMBOLS:
            return Pending(state.state, begun)
        (operation,) = parse("".join(begun))
        return Pending(self.machine.step(state.state, operation)[1], DONE if symbol == REST else ())

    def allowed(self, state: Any) -> Mask:
        """The symbols with which an operation that has room can begin or go on."""
        here, begun = state
        if begun == DONE:
            return self.tokens.pieces.mask([self.tokens.pieces.end])
        if begun and begun[0] in (KEEP, DELETE):
            return self.tokens.pieces.mask(self.positions[here.cursor : self.bound(here, begun[0])].tolist())
        glued = GLUE in begun
        case = CASE_SYMBOLS.get(begun[-1]) if begun else None
        copies, inserts = self.fitting(here, glued, case)
        mask = self.tokens.pieces.mask([])
        mask[self.positions[copies]] = True
        mask[self.tokens.phrases[inserts]] = True
        if case is None:
            for symbol, letters in CASE_SYMBOLS.items():
                mask[self.ids[symbol]] = self.any_fits(here, glued, letters)
        if not begun:
            mask[self.tokens.pieces.end] = True
            mask[self.ids[GLUE]] = any(self.any_fits(here, True, letters) for letters in CHOICES)
            for symbol, fits in self.plain(here).items():
                mask[self.ids[symbol]] = fits
        return mask

    def plain(self, here: State) -> dict[str, bool]:
        """Which of the operations without a word or phrase of their own can begin."""
        room = self.machine.limit - here.length
        kept = {symbol: here.cursor < self.bound(here, symbol) for symbol in (KEEP, DELETE)}
        return {REST: len(self.machine.rest(here)) <= room, **kept, **{symbol: len(text) <= room for symbol, text in SPACE_SYMBOLS.items()}}

    def bound(self, here: State, symbol: str) -> int:
        """The position before which that of a keep or delete must lie, for want of words or room."""
        reach, cursor = self.machine.reach, here.cursor
        if cursor >= reach:
            return 0
        start = self.machine.source.spans[cursor][0] - len(self.machine.gap(here, cursor, self.machine.source.words[cursor]))
        fit = int(np.searchsorted(self.ends, start + self.machine.limit - here.length, side="right"))
        return min(reach, fit if symbol == KEEP else max(fit, cursor) + 1)

    def fitting(self, here: State, glued: bool, case: Case | None) -> tuple[Mask, Mask]:
        """Which words of the source and which phrases have room."""
        room = self.machine.limit - here.length
        spaced = not glued and not tight_behind(here.left)
        copied, inserted = self.texts[case], self.tokens.texts[case]
        sizes = copied.sizes + copied.joints if spaced else copied.sizes.copy()
        if not glued and here.last is not None and here.last + 1 < self.machine.reach:
            neighbour = here.last + 1
            sizes[neighbour] = copied.sizes[neighbour] + len(self.machine.source.gaps[neighbour])
        return sizes <= room, (inserted.sizes + inserted.joints if spaced else inserted.sizes) <= room

    def any_fits(self, here: State, glued: bool, case: Case | None) -> bool:
        """Whether a word or phrase can be written that way."""
        return any(bool(fits.any()) for fits in self.fitting(here, glued, case))
