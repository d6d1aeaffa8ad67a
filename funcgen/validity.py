"""Which tokens a grammar allows in the place of each token of an expression, so that a network learns the choice among these alone.

What decoding never asks, a network need not know: that a name which it has not met goes on is certain where the grammar leaves nothing
else but to end it, however improbable the next token is among all (as semantic parsers normalise over valid actions alone: Krishnamurthy
et al. 2017, "Neural Semantic Parsing with Type Constraints for Semi-Structured Tables").
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from funcgen.grammar import Grammar

Ids = NDArray[np.int32]
ALL: Ids = np.zeros(0, dtype=np.int32)
"""Any token is valid."""
Valid = Sequence[Ids]
"""For each token of a completion the valid ones or, where the others are fewer, -1 - id of each of those; none where any token is valid."""


class Sets(dict[bytes, Ids]):
    """Sets of tokens by their bytes, equal ones once: of a grammar's many places few differ, and one may be as long as the vocabulary."""

    def __missing__(self, content: bytes) -> Ids:
        self[content] = found = np.frombuffer(content, np.int32)
        return found


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


def refused(valid: Valid, vocabulary: int) -> NDArray[np.bool_]:
    """What is not valid in each place [places, vocabulary]."""
    found = np.zeros((len(valid), vocabulary), dtype=np.bool_)
    for row, ids in zip(found, valid, strict=True):
        if len(ids) and ids[0] >= 0:
            row[:] = True
            row[ids] = False
        else:
            row[-1 - ids] = True
    return found


def stored(column: Any, sets: Sets) -> Iterator[Valid | None]:
    """The rows of a column of TOKENS_SCHEMA, where they have been written; what they hold is in `sets`."""
    if column.null_count == len(column):
        yield from [None] * len(column)
        return
    inner: pa.ListArray = column.values
    ids, bounds = inner.values.to_numpy(), inner.offsets.to_numpy()
    for row in pairwise(column.offsets.to_pylist()):
        own = bounds[row[0] : row[1] + 1].tolist()
        yield [sets[ids[begin:end].tobytes()] for begin, end in pairwise(own)]
