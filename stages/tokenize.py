"""tokenize: examples and expressions -> models/tokenizer/, data/tokens/{train,validation,test}.parquet.

Training and validation hold a sequence for each text that is right for an input; test holds prompts alone.
"""

from dataclasses import replace

import numpy as np

from funcgen import tokenization
from funcgen.artifacts import METRICS, SPLITS, TOKENIZER, TOKENS, TOKENS_SCHEMA, Example, Split, read_examples, write_json, write_parquet
from funcgen.errors import DataError
from funcgen.execution import execute
from funcgen.params import Params
from funcgen.sections import Tokenizer
from funcgen.tokenization import Codec
from funcgen.tracking import StageRun

Pair = tuple[Example, str | None]
"""An example with one of its texts as an expression; None where that text has none."""


def expressed(split: Split, params: Params) -> list[Pair]:
    """The examples of a split, once for each text that is a target there; test's targets are left to evaluate."""
    examples = read_examples(split)
    if split == "test":
        return [(example, None) for example in examples]
    express = params.expression.module.express
    texts = params.tokenizer.validation_texts if split == "validation" else 1
    return [
        (example, express(params.expression.params, replace(example, target=target)))
        for example in examples
        for target in (example.target, *(text for text in example.references if text != example.target))[:texts]
    ]


def fit(ids: list[int], limit: int, example: Example, options: Tokenizer) -> list[int]:
    """`ids` cut to `limit`, or a DataError where over-long examples are refused."""
    if len(ids) > limit and options.over_length == "refuse":
        raise DataError(
            f"{example.split} example {example.id} has {len(ids)} tokens where {limit} are allowed: {example.source[:80]!r}; raise "
            "tokenizer.max_prompt_length or max_completion_length, or set tokenizer.over_length to truncate"
        )
    return ids[:limit]


def sequence(pair: Pair, prompt: list[int], completion: list[int], options: Tokenizer) -> dict[str, object]:
    """A row of the tokens artifact. A prompt that was cut keeps its separator; a completion that was cut has no end."""
    example, _ = pair
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


def write_split(split: Split, pairs: list[Pair], codec: Codec, options: Tokenizer) -> dict[str, float]:
    """Write the tokens of one split; returns its counts and lengths."""
    kept = pairs if split == "test" else [pair for pair in pairs if pair[1] is not None]
    if not kept:
        raise DataError(f"no {split} text can be written as the expression that expression.name names; choose another")
    prompts = codec.prompts([example.source for example, _ in kept])
    completions = [[] for _ in kept] if split == "test" else codec.completions([expression or "" for _, expression in kept])
    rows = [sequence(*item, options) for item in zip(kept, prompts, completions, strict=True)]
    write_parquet(TOKENS / f"{split}.parquet", rows, TOKENS_SCHEMA)
    metrics = {"sequences": len(rows), **lengths("prompt", prompts, options.max_prompt_length)}
    if split != "test":
        metrics |= {"coverage": round(len(kept) / len(pairs), 4), **lengths("completion", completions, options.max_completion_length)}
    return metrics


def work(params: Params, run: StageRun) -> None:
    pairs = {split: expressed(split, params) for split in SPLITS}
    checkpoint = params.model.module.checkpoint(params.model.params)
    if checkpoint is None:
        texts = (text for example, expression in pairs["train"] for text in (example.source, expression or ""))
        tokenizer = tokenization.train(texts, params.tokenizer)
    else:
        tokenizer = tokenization.of_checkpoint(checkpoint)
    max_length = params.tokenizer.max_prompt_length + params.tokenizer.max_completion_length
    tokenization.save(tokenizer, TOKENIZER, max_length)
    codec = Codec.load(TOKENIZER)
    metrics: dict[str, dict[str, float]] = {split: write_split(split, pairs[split], codec, params.tokenizer) for split in SPLITS}
    write_json(METRICS / "tokenize.json", {**metrics, "vocabulary_size": codec.vocabulary.size})
    run.metrics({f"{split}.{name}": value for split in SPLITS for name, value in metrics[split].items()})


if __name__ == "__main__":
    execute("tokenize", work)
