"""What a model may write for an example: literal texts between references to its own arguments, each said, none more often than allowed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from funcgen.grammar import Mask
from funcgen.templates.literals import Literals
from funcgen.templates.literals import State as LiteralState


class State(NamedTuple):
    """How often each argument has been said, and the state of the literal text behind the last reference."""

    uses: tuple[int, ...]
    literal: LiteralState


@dataclass(frozen=True)
class TemplateGrammar:
    """The grammar of one example.

    `tokens[i]` are the references to argument i that fit its value, as tokens; it is said at least `least[i]` and at most `most[i]` times.
    """

    literals: Literals
    tokens: Sequence[Sequence[int]]
    owners: Mapping[int, int]
    least: Sequence[int]
    most: Sequence[int]
    end: int
    growth: int = 4

    def start(self) -> State:
        """Nothing is said."""
        return State((0,) * len(self.tokens), LiteralState())

    def allowed(self, state: State) -> Mask:
        """Literal tokens; and where a literal text may end, the references that are open and the end when all is said."""
        mask = self.literals.mask(state.literal)
        if not self.literals.closed(state.literal):
            return mask
        mask = mask.copy()
        for tokens, uses, most in zip(self.tokens, state.uses, self.most, strict=True):
            if uses < most:
                mask[tokens] = True
        mask[self.end] = all(uses >= least for uses, least in zip(state.uses, self.least, strict=True))
        return mask

    def advance(self, state: State, token: int) -> State:
        """One more reference, or more of the literal text."""
        if token in self.owners:
            uses = list(state.uses)
            uses[self.owners[token]] += 1
            return State(tuple(uses), LiteralState())
        literal = self.literals.advance(state.literal, token)
        assert literal is not None, "only allowed tokens are asked for"
        return State(state.uses, literal)

    def distances(self, state: State) -> NDArray[np.int64]:
        """The distances behind all tokens."""
        missing = [max(0, least - uses) for uses, least in zip(state.uses, self.least, strict=True)]
        found = self.literals.distances(state.literal) + sum(missing) + 1
        for tokens, own in zip(self.tokens, missing, strict=True):
            found[tokens] = sum(missing) - min(own, 1) + 1
        return found

    def distance(self, state: State) -> int:
        """A reference for each argument that is not said, one token each, and the end."""
        open_ones = sum(max(0, least - uses) for uses, least in zip(state.uses, self.least, strict=True))
        return open_ones + 1 + self.literals.distance(state.literal)
