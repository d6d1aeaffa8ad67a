"""tokenize: examples -> models/expression/ (what the expression learned), models/tokenizer/, data/tokens/{train,validation,test}.parquet.

Training and validation hold a sequence for each text that is right for an input and has an expression; test holds prompts alone.
"""

from dataclasses import dataclass, replace

import numpy as np

from funcgen import tokenization
from funcgen.artifacts import (
    INVENTORY,
    METRICS,
    SPLITS,
    TOKENIZER,
    TOKENS,
    TOKENS_SCHEMA,
    Example,
    Split,
    read_examples,
    write_json,
    write_parquet,
)
from funcgen.errors import DataError
from funcgen.execution import execute
from funcgen.params import Params
from funcgen.protocols import Language
from funcgen.sections import Tokenizer
from funcgen.tokenization import Codec
from funcgen.tracking import StageRun


@dataclass(frozen=True, slots=True)
class Pair:
    """What the model reads for an example, and one of its texts as an expression; None where that text has none."""

    example: Example
    prompt: str
    expression: str | None


def pairs(examples: list[Example], split: Split, language: Language, options: Tokenizer) -> list[Pair]:
    """The examples of a split, once for each text that is a target there; test's targets are left to evaluate."""
    if split == "test":
        return [Pair(example, language.prompt(example), None) for example in examples]
    texts = options.validation_texts if split == "validation" else 1
    targets = [
        replace(example, target=target)
        for example in examples
        for target in (example.target, *(text for text in example.references if text != example.target))[:texts]
    ]
    return [Pair(example, language.prompt(example), language.express(example)) for example in targets]


def fit(ids: list[int], limit: int, example: Example, options: Tokenizer) -> list[int]:
    """`ids` cut to `limit`, or a DataError where over-long examples are refused."""
    if len(ids) > limit and options.over_length == "refuse":
        raise DataError(
            f"{example.split} example {example.id} has {len(ids)} tokens where {limit} are allowed: {example.source[:80]!r}; raise "
            "tokenizer.max_prompt_length or max_completion_length, or set tokenizer.over_length to truncate"
        )
    return ids[:limit]


def sequence(example: Example, ids: tuple[list[int], list[int]], options: Tokenizer) -> dict[str, object]:
    """A row of the tokens artifact. A prompt that was cut keeps its separator; a completion that was cut has no end."""
    prompt, completion = ids
    prompt = [*fit(prompt[:-1], options.max_prompt_length - 1, example, options), prompt[-1]]
    completion = fit(completion, options.max_completion_length, example, options)
    return {"id": example.id, "input_ids": prompt + completion, "prompt_length": len(prompt)}


def lengths(part: str, sequences: list[list[int]], limit: int) -> dict[str, float]:
    """The lengths of prompts or completions as metrics, in tokens, before any cut."""
    counts = [len(ids) for ids in sequences]
    return {
        f"{part}_length_mean": round(float(np.mean(counts)), 2),
        f"{part}_length_max": max(counts),
        f"{part}s_truncated": sum(count > limit for count in counts),
    }


def write_split(split: Split, all_pairs: list[Pair], codec: Codec, options: Tokenizer) -> dict[str, float]:
    """Write the tokens of one split; returns its counts and lengths."""
    kept = all_pairs if split == "test" else [pair for pair in all_pairs if pair.expression is not None]
    if not kept:
        raise DataError(f"no {split} text can be written as the expression that expression.name names; choose another")
    prompts = codec.prompts([pair.prompt for pair in kept])
    completions = [[] for _ in kept] if split == "test" else codec.completions([pair.expression or "" for pair in kept])
    rows = [sequence(pair.example, ids, options) for pair, ids in zip(kept, zip(prompts, completions, strict=True), strict=True)]
    write_parquet(TOKENS / f"{split}.parquet", rows, TOKENS_SCHEMA)
    metrics = {"sequences": len(rows), **lengths("prompt", prompts, options.max_prompt_length)}
    if split != "test":
        metrics |= {"coverage": round(len(kept) / len(all_pairs), 4), **lengths("completion", completions, options.max_completion_length)}
    return metrics


def work(params: Params, run: StageRun) -> None:
    examples = {split: read_examples(split) for split in SPLITS}
    inventory = params.expression.module.learn(params.expression.params, examples["train"])
    write_json(INVENTORY, inventory)
    language = params.expression.module.language(params.expression.params, inventory)
    found = {split: pairs(examples[split], split, language, params.tokenizer) for split in SPLITS}
    checkpoint = params.model.module.checkpoint(params.model.params)
    if checkpoint is None:
        texts = (text for pair in found["train"] for text in (pair.prompt, pair.expression or ""))
        tokenizer = tokenization.train(texts, params.tokenizer, language.symbols)
    else:
        tokenizer = tokenization.of_checkpoint(checkpoint, language.symbols)
    max_length = params.tokenizer.max_prompt_length + params.tokenizer.max_completion_length
    tokenization.save(tokenizer, TOKENIZER, max_length)
    codec = Codec.load(TOKENIZER)
    metrics: dict[str, dict[str, float]] = {split: write_split(split, found[split], codec, params.tokenizer) for split in SPLITS}
    write_json(METRICS / "tokenize.json", {**metrics, "vocabulary_size": codec.vocabulary.size, "symbols": len(language.symbols)})
    run.metrics({f"{split}.{name}": value for split in SPLITS for name, value in metrics[split].items()})


if __name__ == "__main__":
    execute("tokenize", work)
