"""Rows of tokens that hold a prompt once and several completions behind it, each of which sees the prompt and itself alone.

A completion's tokens have the positions that they have behind the prompt without the others, so that what is learned is the same, and
the prompt is computed once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from funcgen.tokens.validity import Valid


@dataclass(frozen=True, slots=True)
class TokenSequence:
    """One sequence of tokens; the loss counts those behind the prompt, among the `valid` ones where these are known."""

    input_ids: Sequence[int]
    prompt_length: int
    valid: Valid | None = None

    @property
    def prompt(self) -> tuple[int, ...]:
        """The tokens in front."""
        return tuple(self.input_ids[: self.prompt_length])


@dataclass(frozen=True, slots=True)
class Layout:
    """Each token's position in a sequence of its own, and the number of its completion in the row: 0 in the prompt and in padding.

    Both [rows, tokens].
    """

    positions: Tensor
    completions: Tensor

    def to(self, device: torch.device) -> "Layout":
        return Layout(self.positions.to(device), self.completions.to(device))

    def part(self, rank: int, size: int) -> "Layout":
        """Every `size`-th row from `rank` on."""
        return Layout(self.positions[rank::size], self.completions[rank::size])

    def arguments(self) -> dict[str, Tensor]:
        """What a network must be told of it: positions, and which tokens each token sees [rows, 1, tokens, tokens]."""
        seen, by = self.completions[:, None, :], self.completions[:, :, None]
        return {"position_ids": self.positions, "attention_mask": ((seen == 0) | (seen == by)).tril()[:, None]}


def neighbours(sequences: Iterable[TokenSequence], completions_per_prompt: int) -> Iterator[list[TokenSequence]]:
    """Sequences in rows: those next to each other that have one prompt, so many at most."""
    row: list[TokenSequence] = []
    for sequence in sequences:
        if row and (len(row) == completions_per_prompt or sequence.prompt != row[0].prompt):
            yield row
            row = []
        row.append(sequence)
    yield row


def side_by_side(
    sequences: Sequence[TokenSequence], order: np.ndarray, completions_per_prompt: int, random: np.random.Generator | None = None
) -> tuple[np.ndarray, list[int]]:
    """`order` with sequences of one prompt next to each other, so many at most, in rows that `random` shuffles.

    Beside it the length of each sequence's row, by which the order may be sorted: rows stay whole.
    """
    if completions_per_prompt == 1:
        return order, [len(sequence.input_ids) for sequence in sequences]
    last: dict[tuple[int, ...], list[int]] = {}
    rows: list[list[int]] = []
    for index in order.tolist():
        row = last.get(sequences[index].prompt)
        if row is None or len(row) == completions_per_prompt:
            row = last[sequences[index].prompt] = []
            rows.append(row)
        row.append(index)
    if random is not None:
        rows = [rows[number] for number in random.permutation(len(rows))]
    lengths = [0] * len(sequences)
    for row in rows:
        length = packed_length([sequences[index] for index in row])
        for index in row:
            lengths[index] = length
    return np.array([index for row in rows for index in row]), lengths


def packed_length(row: Sequence[TokenSequence]) -> int:
    """The tokens of a row."""
    return len(row[0].input_ids) + sum(len(sequence.input_ids) - sequence.prompt_length for sequence in row[1:])
