"""What the benchmarks write for and learn from: E2E's test inputs where FUNCGEN_DATA has them, else as many of the assistant's."""

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from transformers import PreTrainedModel

from funcgen import params as parameters
from funcgen import sections
from funcgen.artifacts import Example, Split
from funcgen.models import gpt
from funcgen.params import Params
from funcgen.tasks import assistant, e2e
from funcgen.tokens import tokenization
from funcgen.tokens.tokenization import Codec
from funcgen.training.packing import TokenSequence

INPUTS = 630
"""E2E's test set has so many meanings."""
SIZES: dict[str, Any] = {"n_layer": 4, "n_head": 6, "n_embd": 192}
"""A GPT of 2.1 million parameters, with a vocabulary of 1,500."""


def block(layout: type[Any], *location: str) -> Any:
    """A block of params.yaml, chosen there or not."""
    return parameters.parse_block(layout, parameters.read_document(parameters.PATH), location, [])


def examples(split: Split) -> tuple[str, list[Example]]:
    """The name of the data, and their examples of a split."""
    if "FUNCGEN_DATA" in os.environ:
        name, read = "e2e", e2e.read(block(e2e.Params, "task", "e2e"))
    else:
        name, read = "assistant", assistant.read(block(assistant.Params, "task", "assistant"))
    return name, [one for one in read if isinstance(one, Example) and one.split == split]


def test_inputs() -> tuple[str, list[Example]]:
    """The name of the data, and one example of each input of test."""
    name, found = examples("test")
    return name, list({one.source: one for one in found}.values())[:INPUTS]


def network(texts: Sequence[str], params: Params, spread: float) -> tuple[PreTrainedModel, Codec]:
    """A GPT of 2 million parameters with weights from a seed, and a tokenizer of the texts."""
    codec = Codec(tokenization.train(texts, replace(params.tokenizer, vocabulary_size=1500)), 256)
    torch.manual_seed(1)
    model = gpt.build(replace(block(gpt.Params, "model", "gpt"), **SIZES, initializer_range=spread), codec.vocabulary)
    model.eval()
    return model, codec


def method(params: Params, name: str, beam: int, limit: int, batch_size: int) -> sections.Generate:
    """Section generate for a method."""
    options: Any = {
        "method": name,
        "beam": sections.Beam(beam, 1.0, 0.0),
        "max_new_tokens": limit,
        "batch_size": batch_size,
        "candidates": 1,
    }
    return replace(params.generate, **options)


def sequences_of(codec: Codec, texts: Sequence[tuple[str, str]]) -> list[TokenSequence]:
    """Pairs as sequences."""
    prompts, completions = codec.prompts([source for source, _ in texts]), codec.completions([target for _, target in texts])
    return [TokenSequence([*prompt, *completion], len(prompt)) for prompt, completion in zip(prompts, completions, strict=True)]


def silent(values: object, step: int) -> None:
    """Forget them."""
