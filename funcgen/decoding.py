"""Free-running generation: prompts to completions, batched, with a key-value cache, by transformers' generate."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

import torch
from torch import Tensor
from tqdm import tqdm
from transformers import GenerationConfig, LogitsProcessorList, PreTrainedModel

from funcgen import sections
from funcgen.batches import TokenSequence, by_length
from funcgen.constraints import Constraint
from funcgen.grammar import Grammar
from funcgen.protocols import Vocabulary


def generation_config(options: sections.Generate, vocabulary: Vocabulary) -> GenerationConfig:
    """transformers' own parameters for the method that `options` names."""
    common: dict[str, Any] = {
        "bos_token_id": vocabulary.begin,
        "eos_token_id": vocabulary.end,
        "pad_token_id": vocabulary.pad,
        "max_new_tokens": options.max_new_tokens,
    }
    if options.method == "beam":
        beam = options.beam
        return GenerationConfig(**common, num_beams=beam.size, length_penalty=beam.length_penalty, early_stopping=False, do_sample=False)
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


@torch.inference_mode()
def decode(
    model: PreTrainedModel,
    prompts: Sequence[Sequence[int]],
    options: sections.Generate,
    vocabulary: Vocabulary,
    grammars: Sequence[Grammar] | None = None,
) -> list[TokenSequence]:
    """Each prompt with its completion, in the order of `prompts`; with `grammars`, one a prompt, what a completion may be."""
    model.eval()
    torch.manual_seed(options.sample.seed)
    model.generation_config = generation_config(options, vocabulary)  # else generate takes what is open from the checkpoint's own
    sequences = [TokenSequence(prompt, len(prompt)) for prompt in prompts]
    result = list(sequences)
    with tqdm(total=len(prompts), unit="text", mininterval=2, dynamic_ncols=True) as progress:
        for indices in by_length(sequences, range(len(sequences)), options.batch_size):
            ids, mask = left_padded([prompts[index] for index in indices], vocabulary.pad)
            constraints = LogitsProcessorList()
            if grammars is not None:
                chosen = [grammars[index] for index in indices]
                constraints.append(Constraint(chosen, ids.shape[1], options.max_new_tokens, vocabulary.end))
            output = cast(Any, model).generate(ids.to(model.device), attention_mask=mask.to(model.device), logits_processor=constraints)
            for index, completion in zip(indices, completions(output[:, ids.shape[1] :], vocabulary), strict=True):
                result[index] = TokenSequence([*prompts[index], *completion], len(prompts[index]))
            progress.update(len(indices))
    return result
