"""Which tokens a grammar allows in the place of each token of an expression, so that a network learns the choice among these alone.

What decoding never asks, a network need not know: that a name which it has not met goes on is certain where the grammar leaves nothing
else but to end it, however improbable the next token is among all (as semantic parsers normalise over valid actions alone: Krishnamurthy
et al. 2017, "Neural Semantic Parsing with Type Constraints for Semi-Structured Tables").
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from funcgen.grammar import Grammar

Ids = NDArray[np.int32]
ALL: Ids = np.zeros(0, dtype=np.int32)
"""Any token is valid."""


class Valid(NamedTuple):
    """For each token of a completion the valid ones: ids[bounds[n] : bounds[n + 1]] for the n-th.

    These are the valid ones or, where the others are fewer, -1 - id of each of those; none where any token is valid.
    """

    ids: Ids
    bounds: NDArray[np.int32]

    def parts(self) -> list[Ids]:
        """The ids of each token."""
        return [self.ids[begin:end] for begin, end in zip(self.bounds[:-1].tolist(), self.bounds[1:].tolist(), strict=True)]


def valid_for(grammar: Grammar, completion: Sequence[int]) -> list[Ids]:
    """What is valid in the place of each token, as `Valid` has it; from the first token on that is not, anything."""
    state: Any = grammar.start()
    found: list[Ids] = []
    for token in completion:
        allowed = grammar.allowed(state)
        if not allowed[token]:
            return [*found, *[ALL] * (len(completion) - len(found))]
        refused = np.flatnonzero(~allowed)
        ids = np.flatnonzero(allowed) if 2 * len(refused) >= len(allowed) else -1 - refused
        found.append(ids.astype(np.int32))
        if len(found) < len(completion):
            state = grammar.advance(state, token)
    return found


def refused(valid: Sequence[Ids], vocabulary: int) -> NDArray[np.bool_]:
    """What is not valid in each place [places, vocabulary]."""
    found = np.zeros((len(valid), vocabulary), dtype=np.bool_)
    for row, ids in zip(found, valid, strict=True):
        if len(ids) and ids[0] >= 0:
            row[:] = True
            row[ids] = False
        else:
            row[-1 - ids] = True
    return found


def stored(column: Any) -> Iterator[Valid | None]:
    """The rows of a column of TOKENS_SCHEMA, where they have been written; the numbers stay where Arrow has them."""
    if column.null_count == len(column):
        yield from [None] * len(column)
        return
    inner: pa.ListArray = column.values
    ids, bounds = inner.values.to_numpy(), inner.offsets.to_numpy()
    for begin, end in zip(column.offsets[:-1].to_pylist(), column.offsets[1:].to_pylist(), strict=True):
        own = bounds[begin : end + 1]
        yield Valid(ids[own[0] : own[-1]], own - own[0])
