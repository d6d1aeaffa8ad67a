"""Beam search, to the token what transformers' `generate` finds with early_stopping=False.

At each step the 2 * size best continuations of a prompt are looked at. Those of the best `size` that end are finished, and the best `size`
that do not end go on. A prompt is done when the best row that goes on could not beat the worst of `size` finished ones, were it to end now.
A row's score is the sum of its log-probabilities, a finished one's that over its number of tokens to the power of the length penalty.

Where a grammar says how many tokens an expression still needs at least, a row that goes on loses the `future_cost` of each of them, so that
rows with more and with less to say compare (as in Koehn 2004, "Pharaoh: a beam search decoder for phrase-based statistical machine
translation models"). What is finished needs none: its score is the same whatever they cost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from funcgen import sections
from funcgen.completion.found import Found
from funcgen.completion.largest import largest
from funcgen.completion.masking import among_valid, masked
from funcgen.completion.stepper import Stepper
from funcgen.generation.constraints import Constraint

WORST = np.float32(-1e9)
"""Added to what is not to be taken: it is taken only where there is nothing else, and is complete nowhere."""
LEAST_LEFT = 0.75
"""Prompts that are done leave the batch when it is down to this share."""

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Options:
    """The beam, the limit of tokens, and the tokens that end and pad."""

    beam: sections.Beam
    limit: int
    end: int
    pad: int


@dataclass(frozen=True)
class Rows:
    """Of each prompt the same number: tokens [prompts, rows, length], scores and log-probabilities [prompts, rows]."""

    tokens: Ints
    scores: NDArray[np.float32]
    log_probabilities: NDArray[np.float64]

    def of(self, prompts: Ints | Bools) -> "Rows":
        """Those of some prompts."""
        return Rows(self.tokens[prompts], self.scores[prompts], self.log_probabilities[prompts])


def no_rows(prompts: int, size: int, length: int, pad: int) -> Rows:
    """Rows that any others are better than."""
    return Rows(np.full((prompts, size, length), pad), np.full((prompts, size), WORST), np.zeros((prompts, size)))


@dataclass(frozen=True)
class Continuations:
    """Rows with one more token, best first, all [prompts, rows]; `parents` are columns of the rows that they continue."""

    parents: Ints
    tokens: Ints
    scores: NDArray[np.float32]
    log_probabilities: NDArray[np.float64]

    def take(self, columns: Ints) -> "Continuations":
        """Of each prompt those in its columns."""
        own = np.arange(len(columns))[:, None]
        return self.at((own, columns))

    def of(self, prompts: Ints | Bools, count: int) -> "Continuations":
        """The best of some prompts."""
        return self.at((prompts, slice(count)))

    def at(self, places: Any) -> "Continuations":
        """Those at an index of numpy's."""
        return Continuations(self.parents[places], self.tokens[places], self.scores[places], self.log_probabilities[places])


@dataclass
class Batch:
    """Prompts that are not done, and some that are; `full` says which of the finished rows there are, `open` which prompts are not done."""

    numbers: Ints
    running: Rows
    finished: Rows
    full: Bools
    open: Bools

    def keep(self, prompts: Ints | Bools) -> None:
        """Leave out the others."""
        self.numbers, self.full, self.open = self.numbers[prompts], self.full[prompts], self.open[prompts]
        self.running, self.finished = self.running.of(prompts), self.finished.of(prompts)


def beam_search(stepper: Stepper, prompts: Sequence[Sequence[int]], options: Options, constraint: Constraint | None) -> list[list[Found]]:
    """For each prompt `size` rows, best first; the last of them may be incomplete where there are not so many completions."""
    count, size, cost = len(prompts), options.beam.size, options.beam.future_cost
    running = no_rows(count, size, 0, options.pad)
    running.scores[:, 0] = -cost * constraint.distances() if constraint else 0  # the others would be the same
    full = np.zeros((count, size), dtype=np.bool_)
    batch = Batch(np.arange(count), running, no_rows(count, size, options.limit, options.pad), full, np.ones(count, dtype=np.bool_))
    found: dict[int, list[Found]] = {}
    logits = stepper.start(prompts, size, options.limit).repeat_interleave(size, dim=0)
    for length in range(1, options.limit + 1):
        parents, tokens = advance(batch, continuations(logits, batch.running, constraint, cost, options.end), length, options)
        if length == options.limit or not batch.open.any():
            break
        if batch.open.mean() <= LEAST_LEFT:
            found |= results(batch, ~batch.open, options.end)
            left = np.flatnonzero(batch.open)
            parents, tokens = parents[left], tokens[left]
            batch.keep(left)
            stepper.keep(torch.from_numpy(left).to(logits.device))
            if constraint:
                constraint.keep(left)
        rows = (parents + np.arange(len(parents))[:, None] * size).ravel()
        if constraint:
            constraint.follow(rows, tokens.ravel(), np.repeat(batch.open, size))
        stepper.follow(torch.from_numpy(rows).to(logits.device))
        logits = stepper.step(torch.from_numpy(tokens.ravel()).to(logits.device))
    found |= results(batch, np.ones_like(batch.open), options.end)
    return [found[number] for number in range(count)]


def continuations(logits: Tensor, running: Rows, constraint: Constraint | None, future_cost: float, end: int) -> Continuations:
    """The 2 * size best that a grammar allows."""
    count, size = running.scores.shape
    own = among_valid(logits, constraint).log_softmax(-1)
    totals = own + torch.from_numpy(running.scores.reshape(-1, 1)).to(own.device)
    if constraint and future_cost:
        *places, nearer = (torch.from_numpy(part).to(own.device) for part in constraint.nearer())
        totals[tuple(places)] += future_cost * nearer
    totals = totals.view(count, -1)
    values, columns = largest(totals, 2 * size)
    vocabulary = logits.shape[1]
    if constraint:  # what is best is nearly always allowed: masks are for the prompts alone where something is not
        found = columns.cpu().numpy()
        rows = found // vocabulary + np.arange(count)[:, None] * size
        wrong = np.flatnonzero(constraint.refuses(rows, found % vocabulary).any(1))
        if len(wrong):
            which = torch.from_numpy(wrong).to(own.device)
            again = masked(totals[which].view(-1, vocabulary), constraint, (wrong[:, None] * size + np.arange(size)).ravel())
            values[which], columns[which] = largest(again.view(len(wrong), -1), 2 * size)
    said = own.view(count, -1).gather(1, columns).double().cpu().numpy()
    indices = columns.cpu().numpy()
    parents = indices // vocabulary
    ended = (running.tokens == end).any(2) & (running.scores <= WORST)  # what goes on behind its end for want of others
    before, over = (np.take_along_axis(part, parents, 1) for part in (running.log_probabilities, ended))
    return Continuations(parents, indices % vocabulary, values.cpu().numpy(), before + np.where(over, 0, said))


def advance(batch: Batch, new: Continuations, length: int, options: Options) -> tuple[Ints, Ints]:
    """Finish rows and go on with others; parents and tokens [prompts, size] of these."""
    size = options.beam.size
    ends = (new.tokens == options.end) | (length == options.limit)
    penalized = new.scores + ends * WORST
    going = new.take(np.argsort(-penalized, axis=1, kind="stable")[:, :size])
    penalty = length**options.beam.length_penalty
    finishing = np.flatnonzero(ends[:, :size].any(1) & batch.open)
    if len(finishing):
        finish(batch, finishing, new.of(finishing, size), ends[finishing, :size], penalty, length)
    tokens = np.take_along_axis(batch.running.tokens, going.parents[:, :, None], 1)
    scores = np.sort(-penalized, axis=1)[:, :size] * np.float32(-1)
    batch.running = Rows(np.concatenate([tokens, going.tokens[:, :, None]], axis=2), scores, going.log_probabilities)
    best = scores[:, :1] / penalty
    worst = np.where(batch.full, batch.finished.scores.min(1, keepdims=True), WORST)
    batch.open = batch.open & (best > worst).any(1)
    return going.parents, going.tokens


def finish(batch: Batch, prompts: Ints, new: Continuations, ends: Bools, penalty: float, length: int) -> None:
    """Put those of the new rows that end among the finished ones, of which the best `size` stay."""
    old = batch.finished.of(prompts)
    tokens = np.zeros_like(old.tokens)
    tokens[:, :, : length - 1] = np.take_along_axis(batch.running.tokens[prompts], new.parents[:, :, None], 1)
    tokens[:, :, length - 1] = new.tokens
    scores = np.concatenate([old.scores, new.scores / penalty + ~ends * WORST], axis=1)
    columns = np.argsort(-scores, axis=1, kind="stable")[:, : old.scores.shape[1]]
    parts = (
        np.concatenate([old.tokens, tokens], axis=1),
        scores,
        np.concatenate([old.log_probabilities, new.log_probabilities], axis=1),
        np.concatenate([batch.full[prompts], ends], axis=1),
    )
    own = np.arange(len(prompts))[:, None]
    batch.finished.tokens[prompts], batch.finished.scores[prompts] = parts[0][own, columns], parts[1][own, columns]
    batch.finished.log_probabilities[prompts], batch.full[prompts] = parts[2][own, columns], parts[3][own, columns]


def results(batch: Batch, chosen: Bools, end: int) -> dict[int, list[Found]]:
    """The finished rows of the chosen prompts, by the prompt's number."""
    found = {}
    for index in np.flatnonzero(chosen).tolist():
        rows = batch.finished.tokens[index].tolist()
        cut = [tuple(row[: row.index(end) + 1] if end in row else row) for row in rows]
        found[int(batch.numbers[index])] = list(map(Found, cut, batch.finished.log_probabilities[index].tolist()))
    return found
