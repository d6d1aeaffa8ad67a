"""What a network reads before it writes: the prompts of examples, of a length that is allowed."""

from collections.abc import Sequence

from funcgen import sections
from funcgen.artifacts import Example
from funcgen.errors import DataError
from funcgen.tokens.tokenization import Codec

SHOWN = 80
"""Characters of a source that a message shows."""


def fit(ids: list[int], limit: int, example: Example, options: sections.Tokenizer) -> list[int]:
    """`ids` cut to `limit`, or a DataError where over-long examples are refused."""
    if len(ids) > limit and options.over_length == "refuse":
        said = f"has {len(ids)} tokens where {limit} are allowed: {example.source[:SHOWN]!r}"
        if not example.id:  # from outside
            raise DataError(f"the input {said}")
        raise DataError(
            f"{example.split} example {example.id} {said}; raise "
            "tokenizer.max_prompt_length or max_completion_length, or set tokenizer.over_length to truncate"
        )
    return ids[:limit]


def fit_prompt(prompt: list[int], example: Example, options: sections.Tokenizer) -> list[int]:
    """A prompt that fits; one that is cut keeps its separator."""
    return [*fit(prompt[:-1], options.max_prompt_length - 1, example, options), prompt[-1]]


def prompts(texts: Sequence[str], examples: Sequence[Example], codec: Codec, options: sections.Tokenizer) -> list[list[int]]:
    """The prompt of each example, whose text `texts` has; raises DataError where one is too long."""
    return [fit_prompt(ids, example, options) for example, ids in zip(examples, codec.prompts(list(texts)), strict=True)]
