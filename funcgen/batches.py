"""Batches of token sequences of similar length, in an order that a seed determines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

BUCKET = 32
"""Batches that are sorted by length together: more waste less padding, fewer mix better."""


@dataclass(frozen=True, slots=True)
class TokenSequence:
    """One sequence of tokens; the loss counts those behind the prompt."""

    input_ids: Sequence[int]
    prompt_length: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded on the right; under causal attention no token sees the padding behind it, so that no mask is needed.

    `input_ids` [batch, length]; `positions` [targets] index the flattened [batch * length] positions whose next token counts, row by
    row; `targets` [targets] are those tokens.
    """

    input_ids: Tensor
    positions: Tensor
    targets: Tensor

    def to(self, device: torch.device) -> "Batch":
        return Batch(self.input_ids.to(device), self.positions.to(device), self.targets.to(device))


def collate(sequences: Sequence[TokenSequence]) -> Batch:
    """One batch of `sequences`, in their order; any token does for padding, since none sees it."""
    length = max(len(sequence.input_ids) for sequence in sequences)
    ids = np.zeros((len(sequences), length), dtype=np.int64)
    positions = []
    for row, sequence in enumerate(sequences):
        ids[row, : len(sequence.input_ids)] = sequence.input_ids
        positions.append(np.arange(sequence.prompt_length - 1, len(sequence.input_ids) - 1) + row * length)
    flat = np.concatenate(positions)
    return Batch(torch.from_numpy(ids), torch.from_numpy(flat), torch.from_numpy(ids.reshape(-1)[flat + 1]))


def part(batch: Batch, rank: int, size: int) -> Batch:
    """Every `size`-th row from `rank` on: of neighbours in length, so that the parts take about the same time."""
    rows, columns = batch.positions // batch.input_ids.shape[1], batch.positions % batch.input_ids.shape[1]
    own = rows % size == rank
    return Batch(batch.input_ids[rank::size], (rows[own] // size) * batch.input_ids.shape[1] + columns[own], batch.targets[own])


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
