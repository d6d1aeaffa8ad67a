"""Batches of token sequences of similar length, in an order that a seed determines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from funcgen.validity import Valid

BUCKET = 32
"""Batches that are sorted by length together: more waste less padding, fewer mix better."""


@dataclass(frozen=True, slots=True)
class TokenSequence:
    """One sequence of tokens; the loss counts those behind the prompt, among the `valid` ones where these are known."""

    input_ids: Sequence[int]
    prompt_length: int
    valid: Valid | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded on the right; under causal attention no token sees the padding behind it, so that no mask is needed.

    `input_ids` [batch, length]; `positions` [targets] index the flattened [batch * length] positions whose next token counts, row by
    row; `targets` [targets] are those tokens, and `valid` says, if anything, what is valid in the place of each (`funcgen.validity`).
    """

    input_ids: Tensor
    positions: Tensor
    targets: Tensor
    valid: Valid | None = None

    def to(self, device: torch.device) -> "Batch":
        return Batch(self.input_ids.to(device), self.positions.to(device), self.targets.to(device), self.valid)


def collate(sequences: Sequence[TokenSequence]) -> Batch:
    """One batch of `sequences`, in their order; any token does for padding, since none sees it."""
    length = max(len(sequence.input_ids) for sequence in sequences)
    ids = np.zeros((len(sequences), length), dtype=np.int64)
    positions = []
    for row, sequence in enumerate(sequences):
        ids[row, : len(sequence.input_ids)] = sequence.input_ids
        positions.append(np.arange(sequence.prompt_length - 1, len(sequence.input_ids) - 1) + row * length)
    flat = np.concatenate(positions)
    known = [sequence.valid for sequence in sequences if sequence.valid is not None]
    valid = [ids for one in known for ids in one] if len(known) == len(sequences) else None
    return Batch(torch.from_numpy(ids), torch.from_numpy(flat), torch.from_numpy(ids.reshape(-1)[flat + 1]), valid)


def part(batch: Batch, rank: int, size: int) -> Batch:
    """Every `size`-th row from `rank` on: of neighbours in length, so that the parts take about the same time."""
    rows, columns = batch.positions // batch.input_ids.shape[1], batch.positions % batch.input_ids.shape[1]
    own = rows % size == rank
    positions = (rows[own] // size) * batch.input_ids.shape[1] + columns[own]
    valid = batch.valid and [batch.valid[place] for place in own.nonzero().flatten().tolist()]
    return Batch(batch.input_ids[rank::size], positions, batch.targets[own], valid)


def by_length(sequences: Sequence[TokenSequence], indices: Sequence[int] | np.ndarray, batch_size: int) -> list[np.ndarray]:
    """`indices` in batches of neighbours in length."""
    order = sorted(map(int, indices), key=lambda index: len(sequences[index].input_ids))
    return [np.array(order[start : start + batch_size]) for start in range(0, len(order), batch_size)]


def training_order(sequences: Sequence[TokenSequence], batch_size: int, seed: int, start: int = 0) -> Iterator[np.ndarray]:
    """Batches of indices for ever, without the first `start`: each epoch holds each sequence once, in an order of its own."""
    epoch, behind = divmod(start, max(1, -(-len(sequences) // batch_size)))
    while True:
        random = np.random.Generator(np.random.PCG64([seed, epoch]))
        shuffled = random.permutation(len(sequences))
        batches = []
        for first in range(0, len(shuffled), BUCKET * batch_size):
            batches += by_length(sequences, shuffled[first : first + BUCKET * batch_size], batch_size)
        for index in random.permutation(len(batches))[behind:]:
            yield batches[index]
        epoch, behind = epoch + 1, 0
