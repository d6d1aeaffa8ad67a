"""Free-running generation: prompts to completions, batched, with a key-value cache, by transformers' generate."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor
from tqdm import tqdm
from transformers import GenerationConfig, LogitsProcessorList, PreTrainedModel

from funcgen import sections
from funcgen.batches import TokenSequence, by_length
from funcgen.compute import random_state, restore_random_state
from funcgen.constraints import Constraint
from funcgen.grammar import Grammar
from funcgen.protocols import Vocabulary
from funcgen.resumption.memory import NOWHERE, Slot


@dataclass(frozen=True, slots=True)
class Candidate:
    """A prompt with one of its completions, and how often the completion was drawn; beams and greedy search count once."""

    sequence: TokenSequence
    count: int


Completed = tuple[tuple[int, ...], bool]
"""A completion, and whether it is complete."""


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


def generation_config(options: sections.Generate, vocabulary: Vocabulary) -> GenerationConfig:
    """transformers' own parameters for the method that `options` names."""
    common: dict[str, Any] = {
        "bos_token_id": vocabulary.begin,
        "eos_token_id": vocabulary.end,
        "pad_token_id": vocabulary.pad,
        "max_new_tokens": options.max_new_tokens,
    }
    if options.method == "beam":
        common |= {"num_beams": options.beam.size, "num_return_sequences": options.candidates}
        return GenerationConfig(**common, length_penalty=options.beam.length_penalty, early_stopping=False, do_sample=False)
    if options.method == "sample":
        sample = options.sample
        return GenerationConfig(**common, do_sample=True, temperature=sample.temperature, top_k=sample.top_k, top_p=sample.top_p)
    return GenerationConfig(**common, do_sample=False)


def left_padded(prompts: Sequence[Sequence[int]], pad: int) -> tuple[Tensor, Tensor]:
    """Prompts that end together, and the mask of what is not padding; both [batch, length]."""
    length = max(map(len, prompts))
    ids = torch.full((len(prompts), length), pad)
    mask = torch.zeros((len(prompts), length), dtype=torch.long)
    for row, prompt in enumerate(prompts):
        ids[row, length - len(prompt) :] = torch.tensor(prompt)
        mask[row, length - len(prompt) :] = 1
    return ids, mask


def completions(output: Tensor, vocabulary: Vocabulary) -> Iterator[list[int]]:
    """Generated tokens of each row of `output` [batch, length], up to its first end, which is kept; padding comes only behind an end."""
    for row in output.tolist():
        yield row[: row.index(vocabulary.end) + 1] if vocabulary.end in row else row


def merged(prompt: Sequence[int], found: Sequence[Completed], counted: bool) -> list[Candidate]:
    """Candidates from (completion, whether it is complete), in order of first appearance; where none is complete, the first alone."""
    counts: dict[tuple[int, ...], int] = {}
    for completion, complete in found:
        if complete:
            counts[completion] = counts.get(completion, 0) + 1 if counted else 1
    counts = counts or {found[0][0]: 1}
    return [Candidate(TokenSequence([*prompt, *completion], len(prompt)), count) for completion, count in counts.items()]


def generated(
    model: PreTrainedModel,
    prompts: Sequence[Sequence[int]],
    options: sections.Generate,
    vocabulary: Vocabulary,
    grammars: Sequence[Grammar] | None,
) -> Iterable[list[Completed]]:
    """One batch: for each prompt its completions, each with whether it is complete, which a grammar decides or else the end token."""
    ids, mask = left_padded(prompts, vocabulary.pad)
    constraint = grammars and Constraint(grammars, ids.shape[1], options.max_new_tokens, vocabulary.end)
    processors = LogitsProcessorList([constraint] if constraint else [])
    output = cast(Any, model).generate(ids.to(model.device), attention_mask=mask.to(model.device), logits_processor=processors)
    rows = [tuple(row) for row in completions(output[:, ids.shape[1] :], vocabulary)]
    share = len(rows) // len(prompts)
    for index in range(len(prompts)):
        own = rows[index * share : (index + 1) * share]
        yield [(row, constraint.accepts(index, row) if constraint else row[-1] == vocabulary.end) for row in own]


@torch.inference_mode()
def decode(
    model: PreTrainedModel,
    prompts: Sequence[Sequence[int]],
    options: sections.Generate,
    vocabulary: Vocabulary,
    grammars: Sequence[Grammar] | None = None,
    slot: Slot = NOWHERE,
) -> list[list[Candidate]]:
    """Candidates for each prompt, in the order of `prompts`; with `grammars`, one a prompt, what a completion may be.

    Beam search gives the `options.candidates` best at most, best first; sampling draws as many, batch_size draws at a time (each with
    its own cache, so that memory does not grow with candidates), and equal draws are one candidate with a count. What is
    not complete, or no expression of its grammar, is dropped (beam search fills up with such rows), unless nothing is left.
    Samples depend on the seed and on everything that shapes the batches: prompts, batch_size, candidates. Batches that `slot` has are
    not made again.
    """
    model.eval()
    model.generation_config = generation_config(options, vocabulary)  # else generate takes what is open from the checkpoint's own
    sampled = options.method == "sample"
    rows = [index for index in range(len(prompts)) for _ in range(options.candidates if sampled else 1)]
    batches = by_length([TokenSequence(prompt, len(prompt)) for prompt in prompts], rows, options.batch_size)
    done = recalled(slot, options.sample.seed)
    before = sum(map(len, done.batches))
    with tqdm(total=len(rows), initial=before, unit="text", mininterval=2, dynamic_ncols=True) as progress:
        try:
            for indices in batches[len(done.batches) :]:
                own = grammars and [grammars[index] for index in indices]
                batch = list(generated(model, [prompts[index] for index in indices], options, vocabulary, own))
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
