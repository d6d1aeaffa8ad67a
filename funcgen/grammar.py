"""Which tokens may come next: the interface between an expression's language and decoding that is correct by construction.

A grammar is an automaton over tokens, made for one example (its arguments, its schema) from the tokens of one tokenizer.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from funcgen.artifacts import Example

Mask = NDArray[np.bool_]
"""One truth value for each token of the vocabulary."""


@dataclass(frozen=True)
class Pieces:
    """What each token spells, by id (nothing for a special token); the ids of the language's symbols, by symbol; and the end token."""

    spelling: Sequence[bytes]
    symbols: Mapping[str, int]
    end: int

    def mask(self, tokens: Sequence[int]) -> Mask:
        """The mask that allows `tokens` alone."""
        mask = np.zeros(len(self.spelling), dtype=np.bool_)
        mask[list(tokens)] = True
        return mask


class Grammar(Protocol):
    """The expressions that are complete and well-typed for one example, as an automaton over tokens."""

    @property
    def growth(self) -> int:
        """By how much one token can raise `distance`, at most."""

    def start(self) -> Hashable:
        """The state before the first token."""

    def allowed(self, state: Any) -> Mask:
        """The tokens from which a complete expression can still be reached, the end token where one is complete; not to be written to."""

    def advance(self, state: Any, token: int) -> Hashable:
        """The state behind an allowed token that is not the end."""

    def distance(self, state: Any) -> int:
        """How many tokens the shortest way to a complete expression has, the end included."""


@runtime_checkable
class Foreseeing(Protocol):
    """A grammar that knows the distances behind all tokens at once, for less than they cost one by one."""

    def distances(self, state: Any) -> NDArray[np.int64]:
        """For each allowed token that is not the end `distance` of the state behind it; for others any number."""


Grammars = Callable[[Example], Grammar]
"""Makes the grammar of each example."""


def accepts(grammar: Grammar, completion: Sequence[int], end: int) -> bool:
    """Whether `completion` is a complete expression, with the end token and nothing behind it."""
    state: Any = grammar.start()
    for position, token in enumerate(completion):
        if not grammar.allowed(state)[token]:
            return False
        if token == end:
            return position == len(completion) - 1
        state = grammar.advance(state, token)
    return False
