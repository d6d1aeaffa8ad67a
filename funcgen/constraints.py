"""Constrained decoding: at each step only tokens that lead to a complete expression within the limit, for each row its own."""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import torch
from torch import FloatTensor, LongTensor
from transformers import LogitsProcessor

from funcgen.grammar import Grammar, Mask

DEAD = None
"""The state of a row that left its grammar: beam search fills up with such rows where fewer continuations than beams are legal."""


class Constraint(LogitsProcessor):
    """Masks the scores of a batch; rows of one example (beams, samples) lie together, completions begin at column `width`."""

    def __init__(self, grammars: Sequence[Grammar], width: int, limit: int, end: int) -> None:
        self.grammars = grammars
        self.width = width
        self.limit = limit
        self.end = end
        known: dict[int, dict[tuple[int, ...], Hashable]] = {}  # samples of one example have one grammar, and find each other's states
        self.states = [known.setdefault(id(grammar), {(): grammar.start()}) for grammar in grammars]

    def __call__(self, input_ids: LongTensor, scores: FloatTensor) -> FloatTensor:
        """`scores` [rows, vocabulary] with minus infinity for what is not allowed behind `input_ids` [rows, length]."""
        rows = input_ids[:, self.width :].tolist()
        share = len(rows) // len(self.grammars)
        masks = [self.mask(row // share, tuple(completion)) for row, completion in enumerate(rows)]
        allowed = torch.from_numpy(np.stack(masks)).to(scores.device)
        return scores.masked_fill(~allowed, -torch.inf)  # type: ignore[return-value]

    def mask(self, index: int, completion: tuple[int, ...]) -> Mask:
        """What may follow `completion` for the example at `index`; behind the end anything, since it is cut off there."""
        state = self.state(index, completion)
        grammar = self.grammars[index]
        if state is DEAD:
            return np.ones_like(grammar.allowed(grammar.start()))
        return within(grammar, state, self.limit - len(completion), self.end)

    def state(self, index: int, completion: tuple[int, ...]) -> Any:
        """The state behind `completion`, found from the state one token before."""
        known = self.states[index]
        if completion not in known:
            before, token = self.state(index, completion[:-1]), completion[-1]
            grammar = self.grammars[index]
            legal = before is not DEAD and token != self.end and grammar.allowed(before)[token]
            known[completion] = grammar.advance(before, token) if legal else DEAD
        return known[completion]

    def accepts(self, index: int, completion: tuple[int, ...]) -> bool:
        """Whether `completion` is a complete expression for the example at `index`, with the end token and nothing behind it."""
        *body, last = completion
        state = self.state(index, tuple(body))
        return last == self.end and state is not DEAD and bool(self.grammars[index].allowed(state)[last])


def within(grammar: Grammar, state: Any, remaining: int, end: int) -> Mask:
    """The allowed tokens that leave a way to the end in `remaining` tokens; all allowed ones where no way is that short."""
    allowed = grammar.allowed(state)
    distance = grammar.distance(state)
    if remaining >= distance + grammar.growth + 1 or remaining < distance:
        return allowed
    mask = np.zeros_like(allowed)
    for token in np.flatnonzero(allowed).tolist():
        mask[token] = token == end or grammar.distance(grammar.advance(state, token)) < remaining
    return mask
