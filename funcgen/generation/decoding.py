"""Free-running generation: prompts to completions, batch by batch; how one batch is written is in funcgen/completion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from tqdm import tqdm

from funcgen import sections
from funcgen.completion.beam import Options, beam_search
from funcgen.completion.drawing import Draw, most_probable, write
from funcgen.completion.families import Network, stepper_for
from funcgen.computing.compute import random_state, restore_random_state
from funcgen.generation.constraints import Automata, Constraint
from funcgen.grammar import Grammar
from funcgen.protocols import Vocabulary
from funcgen.resumption.memory import NOWHERE, Slot
from funcgen.training.batches import by_length
from funcgen.training.packing import TokenSequence


@dataclass(frozen=True, slots=True)
class Candidate:
    """A prompt with one of its completions, and how often the completion was drawn; beams and greedy search count once.

    `log_probability` is what the model says of the completion, without temperature or cuts, and without grammar unless it learned the
    choice among valid tokens alone.
    """

    sequence: TokenSequence
    count: int
    log_probability: float


Completed = tuple[tuple[int, ...], float, bool]
"""A completion, its log-probability, and whether it is complete."""


@dataclass(frozen=True, slots=True)
class Done:
    """For each finished batch the completions of each of its prompts, and torch's generators behind the last one.

    One object for both, so that a signal comes before a batch or behind it.
    """

    batches: Sequence[Sequence[Sequence[Completed]]]
    random: Mapping[str, Any]

    def keep(self, slot: Slot, total: int) -> None:
        """Have `slot` keep it."""
        slot.keep({"batches": self.batches, "random": self.random}, f"batch {len(self.batches)} of {total}")


def recalled(slot: Slot, seed: int) -> Done:
    """What `slot` has, or no batch, torch's generators seeded with `seed`."""
    saved = slot.recall()
    if saved is None:
        torch.manual_seed(seed)
        return Done([], random_state())
    restore_random_state(saved["random"])
    return Done(saved["batches"], saved["random"])


class Decoder:
    """Writes completions, one batch after the other, by the method that `options` names."""

    def __init__(self, network: Network, options: sections.Generate, vocabulary: Vocabulary, among_valid: bool) -> None:
        self.stepper = stepper_for(network)
        self.options = options
        self.among_valid = among_valid
        self.vocabulary = vocabulary
        self.automata = Automata(vocabulary.end)

    def __call__(self, prompts: Sequence[Sequence[int]], grammars: Sequence[Grammar] | None) -> list[list[Completed]]:
        """For each prompt its completions, each with whether it is complete, which a grammar decides or else the end token."""
        self.automata.forget()
        limit, end = self.options.max_new_tokens, self.vocabulary.end
        beam = self.options.method == "beam"
        share = self.options.beam.size if beam else 1
        constraint = grammars and Constraint(self.automata, grammars, share, limit, self.among_valid)
        if beam:
            options = Options(self.options.beam, limit, end, self.vocabulary.pad)
            found = beam_search(self.stepper, prompts, options, constraint or None)
        else:
            pick = Draw(self.options.sample, len(prompts)) if self.options.method == "sample" else most_probable
            found = [[one] for one in write(self.stepper, prompts, limit, end, constraint or None, pick)]
        wanted = self.options.candidates if beam else 1

        def complete(index: int, tokens: tuple[int, ...]) -> bool:
            return constraint.accepts(index, tokens) if constraint else tokens[-1] == end

        return [[(*one, complete(index, one.tokens)) for one in rows[:wanted]] for index, rows in enumerate(found)]


def merged(prompt: Sequence[int], found: Sequence[Completed], counted: bool) -> list[Candidate]:
    """Candidates from what was found, in order of first appearance; where nothing is complete, the first alone."""
    counts: dict[tuple[int, ...], int] = {}
    values: dict[tuple[int, ...], float] = {}
    for completion, log_probability, complete in found:
        values.setdefault(completion, log_probability)
        if complete:
            counts[completion] = counts.get(completion, 0) + 1 if counted else 1
    counts = counts or {found[0][0]: 1}
    return [Candidate(TokenSequence([*prompt, *one], len(prompt)), count, values[one]) for one, count in counts.items()]


@torch.inference_mode()
def decode(
    network: Network,
    prompts: Sequence[Sequence[int]],
    options: sections.Generate,
    vocabulary: Vocabulary,
    grammars: Sequence[Grammar] | None = None,
    slot: Slot = NOWHERE,
    *,
    among_valid: bool = False,
) -> list[list[Candidate]]:
    """Candidates for each prompt, in the order of `prompts`; with `grammars`, one a prompt, what a completion may be.

    `among_valid`: probabilities are over what the grammar allows, as `tokenizer.valid_tokens` has them learned.

    Beam search gives the `options.candidates` best at most, best first; sampling draws as many, batch_size draws at a time (each with
    its own cache, so that memory does not grow with candidates), and equal draws are one candidate with a count. What is
    not complete, or no expression of its grammar, is dropped (beam search fills up with such rows), unless nothing is left.
    Samples depend on the seed and on everything that shapes the batches: prompts, batch_size, candidates. Batches that `slot` has are
    not made again.
    """
    decoder = Decoder(network, options, vocabulary, among_valid)
    sampled = options.method == "sample"
    rows = [index for index in range(len(prompts)) for _ in range(options.candidates if sampled else 1)]
    batches = by_length([len(prompt) for prompt in prompts], rows, options.batch_size)
    done = recalled(slot, options.sample.seed)
    before = sum(map(len, done.batches))
    with tqdm(total=len(rows), initial=before, unit="text", mininterval=2, dynamic_ncols=True) as progress:
        try:
            for indices in batches[len(done.batches) :]:
                own = grammars and [grammars[index] for index in indices]
                batch = decoder([prompts[index] for index in indices], own)
                done = Done([*done.batches, batch], random_state())
                progress.update(len(indices))
                if slot.due():
                    done.keep(slot, len(batches))
        finally:
            done.keep(slot, len(batches))
    found: list[list[Completed]] = [[] for _ in prompts]
    for indices, finished in zip(batches, done.batches, strict=True):
        for index, completed in zip(indices, finished, strict=True):
            found[index] += completed
    return [merged(prompt, completed, sampled) for prompt, completed in zip(prompts, found, strict=True)]
