"""From examples to the sequences that a model learns, some at a time, with their lengths and what share of the texts they are."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby, islice
from pathlib import Path

import pyarrow as pa

from funcgen.artifacts import TOKENS_SCHEMA, Example, Split
from funcgen.errors import DataError
from funcgen.grammar import Grammars
from funcgen.protocols import Language
from funcgen.sections import Tokenizer
from funcgen.storage.repeatable import Repeatable
from funcgen.storage.spool import Spool
from funcgen.storage.tables import batched, write_rows
from funcgen.tokens.prompts import fit, fit_prompt
from funcgen.tokens.tokenization import Codec
from funcgen.tokens.validity import Sets, valid_for

WRITTEN = pa.schema({"prompt": pa.string(), "expression": pa.string()})


@dataclass(frozen=True, slots=True)
class Pair:
    """What the model reads for an example, and one of its texts as an expression; None where that text has none."""

    example: Example
    prompt: str
    expression: str | None


class Written(Repeatable[Pair]):
    """Pairs of examples that can be read again, and what the model reads and writes of each, which waits on the disk."""

    def __init__(self, read: Callable[[], Iterator[Example]], written: Spool) -> None:
        super().__init__(len(written), lambda: (Pair(example, *row) for example, row in zip(read(), written.rows(), strict=True)))
        self.written = written


def texts_of(all_pairs: Sequence[Pair], step: int) -> Iterator[str]:
    """Prompt and expression, or nothing for one that is none, of the first pair and every `step`-th behind it."""
    rows = all_pairs.written.rows() if isinstance(all_pairs, Written) else ((pair.prompt, pair.expression) for pair in all_pairs)
    for prompt, expression in islice(rows, 0, None, step):
        yield from (prompt, expression or "")


def pairs(examples: Sequence[Example], split: Split, language: Language, options: Tokenizer) -> Sequence[Pair]:
    """The examples of train or validation, once for each text that is a target there; test's targets are left to evaluate."""
    read = partial(targets, examples, options.validation_texts if split == "validation" else 1)
    written = Spool(WRITTEN)
    for example in read():
        written.append((language.prompt(example), language.express(example)))
    return Written(read, written)


def targets(examples: Iterable[Example], texts: int) -> Iterator[Example]:
    """Each example with its target, and with `texts` - 1 of its other references in the target's place."""
    for example in examples:
        yield example
        for target in islice((text for text in example.references if text != example.target), texts - 1):
            yield replace(example, target=target)


def whole(all_pairs: Sequence[Pair]) -> Sequence[Pair]:
    """The texts of pairs as they are, each behind its source."""
    return Repeatable(len(all_pairs), lambda: (Pair(pair.example, pair.example.source, pair.example.target) for pair in all_pairs))


def fitting(all_pairs: Sequence[Pair], codec: Codec, options: Tokenizer) -> Sequence[Pair]:
    """The pairs without those that augmentation has made too long, where such are refused: nobody wrote them."""
    if options.over_length != "refuse" or not options.augmentation.copies:
        return all_pairs
    too_long: set[int] = set()
    for batch in batched((number, pair) for number, pair in enumerate(all_pairs) if pair.example.changed):
        prompts = codec.prompts([pair.prompt for _, pair in batch])
        completions = codec.completions([pair.expression or "" for _, pair in batch])
        for (number, _), prompt, completion in zip(batch, prompts, completions, strict=True):
            if len(prompt) > options.max_prompt_length or len(completion) > options.max_completion_length:
                too_long.add(number)
    kept = len(all_pairs) - len(too_long)
    return Repeatable(kept, lambda: (pair for number, pair in enumerate(all_pairs) if number not in too_long))


class Lengths:
    """The lengths of prompts or completions in tokens, before any cut; `limit` is the longest that is allowed."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.count = self.total = self.longest = self.over = 0

    def add(self, sequences: Sequence[Sequence[int]]) -> None:
        """Count some."""
        lengths = [len(ids) for ids in sequences]
        self.count += len(lengths)
        self.total += sum(lengths)
        self.longest = max([self.longest, *lengths])
        self.over += sum(length > self.limit for length in lengths)

    def metrics(self, part: str) -> dict[str, float]:
        """What there is to know of them, of at least one."""
        return {
            f"{part}_length_mean": round(self.total / self.count, 2),
            f"{part}_length_max": self.longest,
            f"{part}s_truncated": self.over,
        }


def check_prompts(examples: Sequence[Example], texts: Iterable[str], codec: Codec, options: Tokenizer) -> dict[str, float]:
    """The lengths of the prompts of all inputs of a split, which `texts` are; raises DataError where one is too long."""
    lengths = Lengths(options.max_prompt_length)
    for batch in batched(zip(examples, texts, strict=True)):
        prompts = codec.prompts([text for _, text in batch])
        for ids, (example, _) in zip(prompts, batch, strict=True):
            fit_prompt(ids, example, options)
        lengths.add(prompts)
    return lengths.metrics("prompt")


def write_sequences(
    folder: Path, split: Split, all_pairs: Sequence[Pair], codec: Codec, options: Tokenizer, grammars: Grammars | None = None
) -> dict[str, float]:
    """Write the sequences of one split, a completion that was cut without its end, and what `grammars` allow in the place of each token.

    The latter are numbers of sets, which have a file of their own.

    Returns their count, lengths and coverage, and the lengths of all inputs' prompts.

    Raises DataError where none of the texts has an expression, or one, or a prompt, is too long.
    """
    prompts, completions = Lengths(options.max_prompt_length), Lengths(options.max_completion_length)
    sets = Sets()
    write_rows(folder / f"{split}.parquet", rows(split, all_pairs, codec, options, grammars, prompts, completions, sets), TOKENS_SCHEMA)
    sets.write(folder, split)
    counts = {"sequences": completions.count, "coverage": round(completions.count / len(all_pairs), 4)}
    return {**prompts.metrics("prompt"), **counts, **completions.metrics("completion")}


def rows(
    split: Split,
    all_pairs: Iterable[Pair],
    codec: Codec,
    options: Tokenizer,
    grammars: Grammars | None,
    prompts: Lengths,
    completions: Lengths,
    sets: Sets,
) -> Iterator[tuple[str, list[int], int, list[int] | None]]:
    """The sequences as rows of TOKENS_SCHEMA; the lengths of all prompts, one an input, and of the sequences' completions are counted."""
    for batch in batched(list(texts) for _, texts in groupby(all_pairs, key=lambda pair: (pair.example.id, pair.prompt))):
        read = codec.prompts([texts[0].prompt for texts in batch])
        prompts.add(read)
        shown = [fit_prompt(ids, texts[0].example, options) for ids, texts in zip(read, batch, strict=True)]
        written = [(pair, prompt) for texts, prompt in zip(batch, shown, strict=True) for pair in texts if pair.expression is not None]
        expressions = codec.completions([pair.expression or "" for pair, _ in written])
        completions.add(expressions)
        for (pair, prompt), ids in zip(written, expressions, strict=True):
            completion = fit(ids, options.max_completion_length, pair.example, options)
            valid = [sets.number(ids) for ids in valid_for(grammars(pair.example), completion)] if grammars else None
            yield pair.example.id, prompt + completion, len(prompt), valid
    if not completions.count:
        raise DataError(f"no {split} text can be written as the expression that expression.name names; choose another")
