"""What transformers' `generate` writes, with a grammar or without: the reference that generation is held against."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import torch
from torch import FloatTensor, LongTensor, Tensor
from transformers import GenerationConfig, LogitsProcessor, LogitsProcessorList, PreTrainedModel

from funcgen import sections
from funcgen.generation.constraints import within
from funcgen.grammar import Grammar, Mask
from funcgen.protocols import Vocabulary


def left_padded(prompts: Sequence[Sequence[int]], pad: int) -> tuple[Tensor, Tensor]:
    """Prompts that end together, and the mask of what is not padding; both [batch, length]."""
    length = max(map(len, prompts))
    ids = torch.full((len(prompts), length), pad)
    mask = torch.zeros((len(prompts), length), dtype=torch.long)
    for row, prompt in enumerate(prompts):
        ids[row, length - len(prompt) :] = torch.tensor(prompt)
        mask[row, length - len(prompt) :] = 1
    return ids, mask


class Allowed(LogitsProcessor):
    """Masks scores by walking each row's grammar from its start; rows of one example lie together."""

    def __init__(self, grammars: Sequence[Grammar], width: int, limit: int, end: int) -> None:
        self.grammars, self.width, self.limit, self.end = grammars, width, limit, end

    def __call__(self, input_ids: LongTensor, scores: FloatTensor) -> FloatTensor:
        rows = input_ids[:, self.width :].tolist()
        share = len(rows) // len(self.grammars)
        masks = [self.mask(self.grammars[row // share], completion) for row, completion in enumerate(rows)]
        return scores.masked_fill(~torch.from_numpy(np.stack(masks)), -torch.inf)  # type: ignore[return-value]

    def mask(self, grammar: Grammar, completion: Sequence[int]) -> Mask:
        """What may follow; anything behind the end and behind what was not allowed."""
        state: Any = grammar.start()
        for token in completion:
            if token == self.end or not grammar.allowed(state)[token]:
                return np.ones_like(grammar.allowed(grammar.start()))
            state = grammar.advance(state, token)
        return within(grammar, state, self.limit - len(completion), self.end)


def configuration(options: sections.Generate, vocabulary: Vocabulary) -> GenerationConfig:
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


@torch.inference_mode()
def generated(
    model: PreTrainedModel,
    prompts: Sequence[Sequence[int]],
    options: sections.Generate,
    vocabulary: Vocabulary,
    grammars: Sequence[Grammar] | None = None,
) -> list[list[tuple[int, ...]]]:
    """One batch: for each prompt the completions up to their end, the candidates of a beam or else one, as torch's generator stands."""
    model.eval()
    model.generation_config = configuration(options, vocabulary)
    ids, mask = left_padded(prompts, vocabulary.pad)
    allowed = [Allowed(grammars, ids.shape[1], options.max_new_tokens, vocabulary.end)] if grammars else []
    output = cast(Any, model).generate(ids, attention_mask=mask, logits_processor=LogitsProcessorList(allowed))
    rows = output[:, ids.shape[1] :].tolist()
    cut = [tuple(row[: row.index(vocabulary.end) + 1] if vocabulary.end in row else row) for row in rows]
    share = len(cut) // len(prompts)
    return [cut[first : first + share] for first in range(0, len(cut), share)]
