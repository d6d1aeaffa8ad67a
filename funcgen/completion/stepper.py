"""How a network writes, whatever its family: scores of the next token for a batch of prompts, each with rows (beams) of its own."""

from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor


class Stepper(Protocol):
    """Holds a model's weights, and the state of one batch, which `start` begins anew.

    Rows of a prompt lie together, `share` of each. Scores are logits, float32; what is returned is the caller's to change.
    """

    def start(self, prompts: Sequence[Sequence[int]], share: int, limit: int) -> Tensor:
        """Scores [prompts, vocabulary] of the first token behind each prompt, which all its rows have; `limit` tokens follow at most."""

    def step(self, tokens: Tensor) -> Tensor:
        """Scores [rows, vocabulary] of the token behind `tokens` [rows], the newest of each row."""

    def follow(self, parents: Tensor) -> None:
        """Have each row go on from another one; `parents` [rows] is that one's number in the batch, a row of the same prompt."""

    def keep(self, prompts: Tensor) -> None:
        """Go on with these prompts alone, by their numbers in the batch, ascending."""


def right_padded(prompts: Sequence[Sequence[int]], device: torch.device) -> tuple[Tensor, Tensor]:
    """Prompts that begin together [prompts, length] and their lengths [prompts]; no token sees the padding, so that any token does."""
    lengths = [len(prompt) for prompt in prompts]
    width = max(lengths)
    ids = torch.tensor([[*prompt, *[0] * (width - len(prompt))] for prompt in prompts], device=device)
    return ids, torch.tensor(lengths, device=device)


def distinct(prompts: Sequence[Sequence[int]]) -> tuple[list[Sequence[int]], list[int]]:
    """Each prompt once, and for every prompt which of these it is."""
    found: dict[tuple[int, ...], int] = {}
    numbers = [found.setdefault(tuple(prompt), len(found)) for prompt in prompts]
    return list(found), numbers


def rows_of(prompts: Tensor, share: int) -> Tensor:
    """The numbers of the rows of these prompts."""
    return (prompts[:, None] * share + torch.arange(share, device=prompts.device)).flatten()
