"""One row a prompt: the most probable token at each step, or one that is drawn, draw for draw as transformers' `generate` draws."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from funcgen import sections
from funcgen.completion.found import Found
from funcgen.completion.masking import among_valid, masked
from funcgen.completion.stepper import Stepper
from funcgen.generation.constraints import Constraint

LEAST_LEFT = 0.75
"""Rows that have ended leave the batch when it is down to this share."""

Ints = NDArray[np.int64]
Pick = Callable[[Tensor, Ints, Constraint | None], Tensor]
"""From scores [rows, vocabulary] of the rows with these numbers a token for each."""


def most_probable(scores: Tensor, numbers: Ints, constraint: Constraint | None) -> Tensor:
    """The token of the greatest score that is allowed."""
    tokens = scores.argmax(-1)
    if constraint:  # it nearly always is: masks are for the rows alone where it is not
        wrong = np.flatnonzero(constraint.refuses(np.arange(len(numbers)), tokens.cpu().numpy()))
        if len(wrong):
            which = torch.from_numpy(wrong).to(scores.device)
            tokens[which] = masked(scores[which], constraint, wrong).argmax(-1)
    return tokens


class Draw:
    """Draws from torch's generator of the device, at each step for all rows that there were, so that it does not matter which are left."""

    def __init__(self, options: sections.Sample, rows: int) -> None:
        self.options = options
        self.rows = rows

    def __call__(self, scores: Tensor, numbers: Ints, constraint: Constraint | None) -> Tensor:
        """Tokens drawn as often as temperature and cuts have them; the race of exponentials is what torch.multinomial runs."""
        if constraint and not constraint.among_valid:
            scores = masked(scores.clone(), constraint, np.arange(len(numbers)))
        probabilities = cut(scores, self.options).softmax(-1)
        times = probabilities.new_empty((self.rows, scores.shape[1])).exponential_()
        if len(numbers) < self.rows:
            times = times[torch.from_numpy(numbers).to(scores.device)]
        return probabilities.div_(times).argmax(-1)


def cut(scores: Tensor, options: sections.Sample) -> Tensor:
    """Scores over the temperature, of the top_k tokens alone, and of the fewest that have top_p of the probability."""
    if options.temperature != 1.0:
        scores = scores / options.temperature
    if options.top_k:
        least = scores.topk(min(options.top_k, scores.shape[1])).values[:, -1:]
        scores = scores.masked_fill(scores < least, -torch.inf)
    if options.top_p < 1.0:
        ordered, order = scores.sort(descending=False)
        beyond = ordered.softmax(-1).cumsum(-1) <= 1 - options.top_p
        beyond[:, -1:] = False
        scores = scores.masked_fill(beyond.scatter(1, order, beyond), -torch.inf)
    return scores


def write(
    stepper: Stepper, prompts: Sequence[Sequence[int]], limit: int, end: int, constraint: Constraint | None, pick: Pick
) -> list[Found]:
    """For each prompt its completion, token by token as `pick` has them."""
    count = len(prompts)
    tokens = np.full((count, limit), end)
    lengths, sums = np.full(count, limit), np.zeros(count)
    numbers, open_ = np.arange(count), np.ones(count, dtype=np.bool_)
    scores = stepper.start(prompts, 1, limit)
    for length in range(1, limit + 1):
        scores = among_valid(scores, constraint)
        picked = pick(scores, numbers, constraint)
        said = scores.log_softmax(-1).gather(1, picked[:, None])[:, 0]
        newest, own = picked.cpu().numpy(), numbers[open_]
        tokens[own, length - 1] = newest[open_]
        sums[own] += said.double().cpu().numpy()[open_]
        lengths[own[newest[open_] == end]] = length
        open_ &= newest != end
        if length == limit or not open_.any():
            break
        if open_.mean() <= LEAST_LEFT:
            left = np.flatnonzero(open_)
            numbers, newest, open_ = numbers[left], newest[left], open_[left]
            stepper.keep(torch.from_numpy(left).to(scores.device))
            picked = torch.from_numpy(newest).to(scores.device)
            if constraint:
                constraint.keep(left)
        if constraint:
            constraint.follow(np.arange(len(numbers)), newest, open_)
        scores = stepper.step(picked)
    rows = (row[:length] for row, length in zip(tokens.tolist(), lengths.tolist(), strict=True))
    return [Found(tuple(row), total) for row, total in zip(rows, sums.tolist(), strict=True)]
