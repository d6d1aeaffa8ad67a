"""Batches of token sequences of similar length, in an order that a seed determines."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from funcgen.tokens.validity import Valid
from funcgen.training.packing import Layout, TokenSequence, neighbours, packed_length, side_by_side

BUCKET = 32
"""Batches that are sorted by length together: more waste less padding, fewer mix better."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded on the right; under causal attention no token sees the padding behind it, so that no mask is needed.

    `input_ids` [batch, length]; `positions` [targets] index the flattened [batch * length] positions whose next token counts, row by
    row; `targets` [targets] are those tokens, and `valid` says, if anything, what is valid in the place of each
    (`funcgen.tokens.validity`).
    `layout` is None where no row has more than one completion.
    """

    input_ids: Tensor
    positions: Tensor
    targets: Tensor
    valid: Valid | None = None
    layout: Layout | None = None

    def to(self, device: torch.device) -> "Batch":
        layout = self.layout and self.layout.to(device)
        return Batch(self.input_ids.to(device), self.positions.to(device), self.targets.to(device), self.valid, layout)


def collate(sequences: Sequence[TokenSequence], completions_per_prompt: int = 1) -> Batch:
    """One batch of `sequences`, in their order, neighbours of one prompt in a row, so many at most.

    Any token does for padding, since none sees it.
    """
    rows = list(neighbours(sequences, completions_per_prompt))
    shape = len(rows), max(packed_length(row) for row in rows)
    ids, own, completions = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    predicting, targets = [], []
    for number, row in enumerate(rows):
        end = row[0].prompt_length
        ids[number, :end], own[number, :end] = row[0].input_ids[:end], np.arange(end)
        for completion, sequence in enumerate(row, start=1):
            begin, end = end, end + len(sequence.input_ids) - sequence.prompt_length
            ids[number, begin:end] = sequence.input_ids[sequence.prompt_length :]
            own[number, begin:end] = np.arange(sequence.prompt_length, len(sequence.input_ids))
            completions[number, begin:end] = completion
            before = np.arange(begin - 1, end - 1)
            before[:1] = sequence.prompt_length - 1
            predicting.append(before + number * shape[1])
            targets.append(ids[number, begin:end])
    known = [sequence.valid for sequence in sequences if sequence.valid is not None]
    valid = [ids for one in known for ids in one] if len(known) == len(sequences) else None
    layout = Layout(torch.from_numpy(own), torch.from_numpy(completions)) if (completions > 1).any() else None
    flat, expected = (torch.from_numpy(np.concatenate(parts)) for parts in (predicting, targets))
    return Batch(torch.from_numpy(ids), flat, expected, valid, layout)


def part(batch: Batch, rank: int, size: int) -> Batch:
    """Every `size`-th row from `rank` on: of neighbours in length, so that the parts take about the same time."""
    rows, columns = batch.positions // batch.input_ids.shape[1], batch.positions % batch.input_ids.shape[1]
    own = rows % size == rank
    positions = (rows[own] // size) * batch.input_ids.shape[1] + columns[own]
    valid = batch.valid and [batch.valid[place] for place in own.nonzero().flatten().tolist()]
    layout = batch.layout and batch.layout.part(rank, size)
    return Batch(batch.input_ids[rank::size], positions, batch.targets[own], valid, layout)


def by_length(lengths: Sequence[int], indices: Iterable[int], batch_size: int) -> list[np.ndarray]:
    """`indices` in batches of neighbours in length."""
    order = sorted(map(int, indices), key=lengths.__getitem__)
    return [np.array(order[start : start + batch_size]) for start in range(0, len(order), batch_size)]


def scoring_order(sequences: Sequence[TokenSequence], batch_size: int, completions_per_prompt: int = 1) -> list[np.ndarray]:
    """Batches of indices, each sequence once."""
    order, lengths = side_by_side(sequences, np.arange(len(sequences)), completions_per_prompt)
    return by_length(lengths, order, batch_size)


def training_order(
    sequences: Sequence[TokenSequence], batch_size: int, seed: int, start: int = 0, completions_per_prompt: int = 1
) -> Iterator[np.ndarray]:
    """Batches of indices for ever, without the first `start`: each epoch holds each sequence once, in an order of its own."""
    epoch, behind = divmod(start, max(1, -(-len(sequences) // batch_size)))
    while True:
        random = np.random.Generator(np.random.PCG64([seed, epoch]))
        shuffled, lengths = side_by_side(sequences, random.permutation(len(sequences)), completions_per_prompt, random)
        batches = []
        for first in range(0, len(shuffled), BUCKET * batch_size):
            batches += by_length(lengths, shuffled[first : first + BUCKET * batch_size], batch_size)
        for index in random.permutation(len(batches))[behind:]:
            yield batches[index]
        epoch, behind = epoch + 1, 0


def training_batches(
    sequences: Sequence[TokenSequence], batch_size: int, seed: int, start: int = 0, completions_per_prompt: int = 1
) -> Iterator[Batch]:
    """The batches of that order, for ever."""
    for indices in training_order(sequences, batch_size, seed, start, completions_per_prompt):
        yield collate([sequences[index] for index in indices], completions_per_prompt)
