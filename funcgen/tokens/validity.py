"""Which tokens a grammar allows in the place of each token of an expression, so that a network learns the choice among these alone.

What decoding never asks, a network need not know: that a name which it has not met goes on is certain where the grammar leaves nothing
else but to end it, however improbable the next token is among all (as semantic parsers normalise over valid actions alone: Krishnamurthy
et al. 2017, "Neural Semantic Parsing with Type Constraints for Semi-Structured Tables").
"""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from funcgen.artifacts import VALID_SCHEMA, Split
from funcgen.grammar import Grammar
from funcgen.storage.tables import read_batches, write_rows

Ids = NDArray[np.int32]
ALL: Ids = np.zeros(0, dtype=np.int32)
"""Any token is valid."""
Valid = Sequence[Ids]
"""For each token of a completion the valid ones or, where the others are fewer, -1 - id of each of those; none where any token is valid."""


class Sets:
    """Sets of tokens, equal ones once, in order of appearance: of many places few differ, and one may be as long as the vocabulary."""

    def __init__(self) -> None:
        self.numbers: dict[bytes, int] = {}

    def number(self, ids: Ids) -> int:
        """That of a set, which is a new one where none before was equal."""
        return self.numbers.setdefault(ids.tobytes(), len(self.numbers))

    def write(self, folder: Path, split: Split) -> None:
        """Write them beside the split's sequences, as rows of VALID_SCHEMA."""
        write_rows(file_of(folder, split), ([np.frombuffer(content, np.int32)] for content in self.numbers), VALID_SCHEMA)


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


def file_of(folder: Path, split: Split) -> Path:
    """Where the sets of a split's sequences are."""
    return folder / f"valid_tokens_{split}.parquet"


def read_sets(folder: Path, split: Split) -> list[Ids]:
    """The sets that were written, by their numbers; raises ArtifactError."""
    found: list[Ids] = []
    for batch in read_batches(file_of(folder, split), VALID_SCHEMA):
        column = batch.column("ids")
        ids, bounds = column.values.to_numpy(), column.offsets.to_pylist()
        found += [ids[begin:end] for begin, end in pairwise(bounds)]
    return found
