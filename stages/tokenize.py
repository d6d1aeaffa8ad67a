"""tokenize: examples -> models/expression/ (what the expression learned), models/tokenizer/, data/tokens/.

data/tokens/{train,validation}.parquet hold a sequence for each text that is right for an input and has an expression,
data/tokens/texts/ the texts themselves, where tokenizer.whole_texts is true. The prompts of all splits are made, to see that they fit.
"""

from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np

from funcgen import tokenization
from funcgen.artifacts import (
    INVENTORY,
    METRICS,
    SPLITS,
    TOKENIZER,
    TOKENS,
    TOKENS_SCHEMA,
    WHOLE_TEXTS,
    Example,
    Split,
    read_examples,
    write_json,
    write_parquet,
)
from funcgen.errors import DataError
from funcgen.execution import execute
from funcgen.params import Params
from funcgen.prompts import fit, fit_prompt
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
    """The examples of train or validation, once for each text that is a target there; test's targets are left to evaluate."""
    texts = options.validation_texts if split == "validation" else 1
    targets = [
        replace(example, target=target)
        for example in examples
        for target in (example.target, *(text for text in example.references if text != example.target))[:texts]
    ]
    return [Pair(example, language.prompt(example), language.express(example)) for example in targets]


def whole(all_pairs: list[Pair]) -> list[Pair]:
    """The texts of pairs as they are, each behind its source."""
    return [Pair(pair.example, pair.example.source, pair.example.target) for pair in all_pairs]


def lengths(part: str, sequences: list[list[int]], limit: int) -> dict[str, float]:
    """The lengths of prompts or completions as metrics, in tokens, before any cut."""
    counts = [len(ids) for ids in sequences]
    return {
        f"{part}_length_mean": round(float(np.mean(counts)), 2),
        f"{part}_length_max": max(counts),
        f"{part}s_truncated": sum(count > limit for count in counts),
    }


def check_prompts(examples: list[Example], texts: list[str], codec: Codec, options: Tokenizer) -> dict[str, float]:
    """The lengths of the prompts of all inputs of a split, which `texts` are; raises DataError where one is too long."""
    prompts = codec.prompts(texts)
    for ids, example in zip(prompts, examples, strict=True):
        fit_prompt(ids, example, options)
    return lengths("prompt", prompts, options.max_prompt_length)


def write_sequences(folder: Path, split: Split, all_pairs: list[Pair], codec: Codec, options: Tokenizer) -> dict[str, float]:
    """Write the sequences of one split, a completion that was cut without its end; returns their count, lengths and coverage."""
    kept = [pair for pair in all_pairs if pair.expression is not None]
    if not kept:
        raise DataError(f"no {split} text can be written as the expression that expression.name names; choose another")
    prompts = codec.prompts([pair.prompt for pair in kept])
    completions = codec.completions([pair.expression or "" for pair in kept])
    rows = []
    for pair, prompt, completion in zip(kept, prompts, completions, strict=True):
        shown = fit_prompt(prompt, pair.example, options)
        ids = shown + fit(completion, options.max_completion_length, pair.example, options)
        rows.append({"id": pair.example.id, "input_ids": ids, "prompt_length": len(shown)})
    write_parquet(folder / f"{split}.parquet", rows, TOKENS_SCHEMA)
    coverage = round(len(kept) / len(all_pairs), 4)
    return {"sequences": len(rows), "coverage": coverage, **lengths("completion", completions, options.max_completion_length)}


def write_texts(
    examples: dict[Split, list[Example]], texts: dict[Split, list[Pair]], codec: Codec, options: Tokenizer
) -> dict[Split, dict[str, float]]:
    """Write what the second network learns from, the texts behind their sources; returns counts and lengths by split."""
    metrics: dict[Split, dict[str, float]] = {}
    for split in SPLITS:
        sources = [example.source for example in examples[split]]
        metrics[split] = check_prompts(examples[split], sources, codec, options)
    for split, kept in texts.items():
        metrics[split] |= write_sequences(WHOLE_TEXTS, split, kept, codec, options)
    return metrics


def work(params: Params, run: StageRun) -> None:
    examples = {split: read_examples(split) for split in SPLITS}
    inventory = params.expression.module.learn(params.expression.params, examples["train"])
    write_json(INVENTORY, inventory)
    language = params.expression.module.language(params.expression.params, inventory)
    found: dict[Split, list[Pair]] = {
        split: pairs(examples[split], split, language, params.tokenizer) for split in SPLITS if split != "test"
    }
    texts = {split: whole(kept) for split, kept in found.items()} if params.tokenizer.whole_texts else {}
    checkpoint = params.model.module.checkpoint(params.model.params)
    if checkpoint is None:
        shown = chain(found["train"], texts["train"] if texts else ())
        learned = (text for pair in shown for text in (pair.prompt, pair.expression or ""))
        tokenizer = tokenization.train(learned, params.tokenizer, language.symbols)
    else:
        tokenizer = tokenization.of_checkpoint(checkpoint, language.symbols)
    max_length = params.tokenizer.max_prompt_length + params.tokenizer.max_completion_length
    tokenization.save(tokenizer, TOKENIZER, max_length)
    codec = Codec.load(TOKENIZER)
    metrics: dict[str, dict[str, float]] = {}
    for split in SPLITS:
        written = [language.prompt(example) for example in examples[split]]
        metrics[split] = check_prompts(examples[split], written, codec, params.tokenizer)
    for split, kept in found.items():
        metrics[split] |= write_sequences(TOKENS, split, kept, codec, params.tokenizer)
    if texts:
        for split, more in write_texts(examples, texts, codec, params.tokenizer).items():
            metrics[split] |= {f"text_{name}": value for name, value in more.items()}
    write_json(METRICS / "tokenize.json", {**metrics, "vocabulary_size": codec.vocabulary.size, "symbols": len(language.symbols)})
    run.metrics({f"{split}.{name}": value for split in SPLITS for name, value in metrics[split].items()})


if __name__ == "__main__":
    execute("tokenize", work)
