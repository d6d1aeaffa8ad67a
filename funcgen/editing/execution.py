"""What edit programs do: a cursor over the source, and a text that grows."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from funcgen.editing.programs import CASES, Case, Copy, Delete, Insert, Keep, Operation, Program, Rest, Space
from funcgen.editing.words import Words, joint
from funcgen.errors import ExpressionError


class State(NamedTuple):
    """Where execution is: the next word to keep; the source word that the text ends with, if any; its last character; its length.

    `last` is -1 at the start, where the source's first word stands as it does in the source.
    """

    cursor: int
    last: int | None
    left: str
    length: int


START = State(cursor=0, last=-1, left="", length=0)


def cased(text: str, case: Case | None) -> str:
    """`text` with its letters changed."""
    return CASES[case](text) if case else text


@dataclass(frozen=True)
class Machine:
    """Executes operations on a source; `positions` words of it can be pointed at, and the text has `limit` characters at most."""

    source: Words
    phrases: Collection[str]
    positions: int
    limit: int

    @property
    def reach(self) -> int:
        """The number of words that can be pointed at."""
        return min(self.positions, len(self.source.words))

    def gap(self, state: State, position: int, word: str) -> str:
        """What stands before the source's word at `position`: what is there in the source where its neighbour came just before it."""
        return self.source.gaps[position] if state.last == position - 1 else joint(state.left, word)

    def kept(self, state: State, end: int) -> str:
        """What is written when the words from the cursor to before `end` are kept; nothing where there are none."""
        if state.cursor == end:
            return ""
        return self.gap(state, state.cursor, self.source.words[state.cursor]) + self.source.slice(state.cursor, end)

    def rest(self, state: State) -> str:
        """What is written when all that the cursor has before it is kept."""
        return self.kept(state, len(self.source.words)) + self.source.gaps[-1]

    def written(self, state: State, text: str, cursor: int, last: int | None) -> tuple[str, State]:
        """`text`, and the state behind it; raises ExpressionError where there is no room."""
        length = state.length + len(text)
        if length > self.limit:
            raise ExpressionError(
                f"an edit program's text is longer than {self.limit} characters; expression.edit.max_characters allows no more"
            )
        return text, State(cursor, last, text[-1:] or state.left, length)

    def check(self, position: int, first: int = 0) -> None:
        """Raise ExpressionError unless the word at `position` can be pointed at and lies not before `first`."""
        if not first <= position < self.reach:
            allowed = f"words {first} to {self.reach - 1}" if first < self.reach else "none"
            raise ExpressionError(f"an edit program names word {position} where it can name {allowed}")

    def step(self, state: State, operation: Operation) -> tuple[str, State]:
        """What an operation writes, and the state behind it; raises ExpressionError."""
        match operation:
            case Keep(through):
                self.check(through, state.cursor)
                return self.written(state, self.kept(state, through + 1), through + 1, through)
            case Delete(position):
                self.check(position, state.cursor)
                return self.written(state, self.kept(state, position), position + 1, None)
            case Rest():
                return self.written(state, self.rest(state), len(self.source.words), None)
            case Copy(position, case, glued):
                self.check(position)
                word = cased(self.source.words[position], case)
                gap = "" if glued else self.gap(state, position, word)
                return self.written(state, gap + word, position + 1, position)
            case Insert(phrase, case, glued):
                if phrase not in self.phrases:
                    raise ExpressionError(f"an edit program inserts {phrase[:80]!r}, which is not in the inventory")
                text = cased(phrase, case)
                return self.written(state, text if glued else joint(state.left, text) + text, state.cursor, None)
            case Space(text):
                return self.written(state, text, state.cursor, None)

    def run(self, program: Program) -> str:
        """The text that a program denotes; raises ExpressionError."""
        state, parts = START, []
        for operation in program:
            text, state = self.step(state, operation)
            parts.append(text)
        return "".join(parts)
