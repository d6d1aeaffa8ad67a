"""Copying from the prompt (Gu et al. 2016): a token is written because the head thinks so, or because it stands at a place of the prompt.

    p(token) = (exp(head's logit) + sum over the places of the prompt that have the token of exp(place's score)) / sum over all tokens

So a name that training never shows can be written by pointing at it.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

NOWHERE = -1
"""In place of the id of a token that cannot be copied."""
REFUSED = -1e4
"""The score of such a token."""
LEAST = 1e-30
"""A sum of probabilities that has a logarithm, and a gradient, where no place has the token."""


@dataclass(frozen=True, slots=True)
class Copies:
    """Scores [..., length, places] of copying the token of a place, and the ids of those tokens [..., places], or NOWHERE."""

    scores: Tensor
    ids: Tensor

    def at(self, positions: Tensor) -> "Copies":
        """Those of some positions of the flattened [batch * length], each with the places of its row."""
        return Copies(self.scores.flatten(0, 1)[positions], self.ids[positions // self.scores.shape[1]])

    def added(self, logits: Tensor) -> Tensor:
        """Logits [positions, vocabulary], float32, with those of copying, scores [positions, places], in them."""
        scores = self.scores.float().masked_fill(self.ids == NOWHERE, REFUSED)
        top = scores.amax(-1, keepdim=True)
        sums = logits.new_zeros(logits.shape, dtype=torch.float32).scatter_add(1, self.ids.clamp_min(0), (scores - top).exp())
        return torch.logaddexp(logits.float(), sums.clamp_min(LEAST).log() + top)


class Copying(nn.Module):
    """What a network asks of the states of a prompt's tokens: whether they are to be written now."""

    def __init__(self, size: int, inner: int) -> None:
        super().__init__()
        self.query = nn.Linear(size, inner, bias=False)
        self.root = math.sqrt(inner)

    def forward(self, outputs: Tensor, seen: Tensor) -> Tensor:
        """Scores [batch, length, places] from what goes to the head [batch, length, size] and the states seen [batch, places, inner]."""
        scores: Tensor = self.query(outputs) @ seen.transpose(1, 2)
        return scores / self.root
