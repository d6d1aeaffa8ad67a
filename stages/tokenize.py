"""tokenize: examples -> models/expression/ (what the expression learned), models/tokenizer/, data/tokens/.

data/tokens/{train,validation}.parquet hold a sequence for each text that is right for an input and has an expression, train as well of
those that tokenizer.augmentation makes, data/tokens/texts/ the texts themselves, where tokenizer.whole_texts is true. The prompts of all
splits are made, to see that they fit; what augmentation has made too long is left out and counted.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from funcgen.artifacts import INVENTORY, METRICS, SPLITS, TOKENIZER, TOKENS, WHOLE_TEXTS, Example, Split, write_json
from funcgen.calls.augmentation import augmented
from funcgen.execution import execute
from funcgen.ingestion.screening import EVALUATED
from funcgen.params import Params
from funcgen.sections import Augmentation, Tokenizer
from funcgen.storage.examples import stored_examples
from funcgen.tokens import tokenization
from funcgen.tokens.sequences import Pair, check_prompts, fitting, pairs, texts_of, whole, write_sequences
from funcgen.tokens.tokenization import Codec
from funcgen.tracking import StageRun
from funcgen.training.documents import documents


def learned_from(found: Sequence[Sequence[Pair]], options: Tokenizer) -> Iterator[str]:
    """The texts that the vocabulary is learned from: all, or evenly spaced ones, so that memory does not grow with the data."""
    return chain.from_iterable(texts_of(some, -(-len(some) // options.vocabulary_texts)) for some in found)


def with_augmented(examples: Mapping[Split, Sequence[Example]], options: Augmentation) -> Sequence[Example]:
    """Training's examples, and those that are made of them: none has the source of an input of validation or test."""
    if not options.copies:
        return examples["train"]
    known = {example.source for split in EVALUATED for example in examples[split]}
    return [*examples["train"], *augmented(examples["train"], known, options)]


def write_texts(
    examples: Mapping[Split, Sequence[Example]], texts: Mapping[Split, Sequence[Pair]], codec: Codec, options: Tokenizer
) -> Mapping[str, dict[str, float]]:
    """Write what the second network learns from, the texts behind their sources; returns counts and lengths by split."""
    prompts = check_prompts(examples["test"], (example.source for example in examples["test"]), codec, options)
    return {"test": prompts, **{split: write_sequences(WHOLE_TEXTS, split, kept, codec, options) for split, kept in texts.items()}}


def work(params: Params, run: StageRun) -> None:
    examples = {split: stored_examples(split) for split in SPLITS}
    inventory = params.expression.module.learn(params.expression.params, examples["train"])
    write_json(INVENTORY, inventory)
    language = params.expression.module.language(params.expression.params, inventory)
    learnable: dict[Split, Sequence[Example]] = {
        "train": with_augmented(examples, params.tokenizer.augmentation),
        "validation": examples["validation"],
    }
    found = {split: pairs(some, split, language, params.tokenizer) for split, some in learnable.items()}
    checkpoint = params.model.module.checkpoint(params.model.params)
    if checkpoint is None:
        every = [found["train"], whole(found["train"])] if params.tokenizer.whole_texts else [found["train"]]
        learned = learned_from(every, params.tokenizer)
        plain = documents(params.pretrain.texts, params.pretrain.files) if params.tokenizer.plain_text else ()
        tokenizer = tokenization.train(chain(learned, plain), params.tokenizer, language.symbols)
    else:
        tokenizer = tokenization.of_checkpoint(checkpoint, language.symbols)
    max_length = params.tokenizer.max_prompt_length + params.tokenizer.max_completion_length
    tokenization.save(tokenizer, TOKENIZER, max_length)
    codec = Codec.load(TOKENIZER)
    metrics: dict[str, dict[str, float]] = {
        "test": check_prompts(examples["test"], map(language.prompt, examples["test"]), codec, params.tokenizer)
    }
    grammars = language.grammars(codec.pieces(language.symbols)) if params.tokenizer.valid_tokens else None
    kept = {**found, "train": fitting(found["train"], codec, params.tokenizer)}
    metrics |= {split: write_sequences(TOKENS, split, some, codec, params.tokenizer, grammars) for split, some in kept.items()}
    if params.tokenizer.augmentation.copies:
        metrics["train"]["augmented_too_long"] = len(found["train"]) - len(kept["train"])
    if params.tokenizer.whole_texts:
        texts = {split: whole(some) for split, some in kept.items()}
        for split, more in write_texts(examples, texts, codec, params.tokenizer).items():
            metrics[split] |= {f"text_{name}": value for name, value in more.items()}
    write_json(METRICS / "tokenize.json", {**metrics, "vocabulary_size": codec.vocabulary.size, "symbols": len(language.symbols)})
    run.metrics({f"{split}.{name}": value for split in SPLITS for name, value in metrics[split].items()})


if __name__ == "__main__":
    execute("tokenize", work)
